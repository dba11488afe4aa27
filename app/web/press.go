package web

import (
	"madang/app"
	"madang/app/statement"
	"madang/app/thread"
	statementview "madang/app/web/view/statement"
	threadview "madang/app/web/view/thread"
)

// press makes texts and comments ready for pages and remembers what it made.
// Pages, live fragments and the API share one, so that they show the same.
type press struct {
	bodies *bodies
	texts  *recent[textKey, statementview.Rendered]
}

// textKey names one committed text; what is rendered from it never changes.
type textKey struct {
	doc        app.ID
	epoch, seq int64
}

// renderedTexts is how many texts stay rendered, in each of two generations: a
// text of 200 clauses holds about 300 kB.
const renderedTexts = 64

func newPress() *press {
	one := func(textKey, statementview.Rendered) int { return 1 }
	return &press{bodies: newBodies(bodyCacheBytes), texts: newRecent(renderedTexts, one)}
}

// text is the text of a statement made ready for pages.
func (p *press) text(v statement.View) statementview.Rendered {
	key := textKey{v.Statement.ID, v.Text.Epoch, v.Text.Seq}
	return p.texts.Get(key, func() statementview.Rendered { return statementview.Render(v.Text.Doc) })
}

// comment prepares a comment for one reader.
func (p *press) comment(c thread.Comment, reader app.Membership) threadview.Comment {
	shown := threadview.Comment{Comment: c, IsMine: c.Author.Persona == reader.Persona}
	if !c.Deleted {
		shown.HTML = p.bodies.HTML(c.Body)
	}
	for _, t := range c.Translations {
		shown.Renderings = append(shown.Renderings, threadview.Rendering{Translation: t, HTML: p.bodies.HTML(t.Body)})
	}
	return shown
}

// comments prepares a page of comments for one reader.
func (p *press) comments(list []thread.Comment, reader app.Membership) []threadview.Comment {
	shown := make([]threadview.Comment, len(list))
	for i, c := range list {
		shown[i] = p.comment(c, reader)
	}
	return shown
}
