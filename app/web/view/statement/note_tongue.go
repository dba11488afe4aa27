package statement

import (
	"slices"
	"strings"

	"github.com/a-h/templ"

	"madang/app"
	"madang/app/prose"
	"madang/app/statement"
	"madang/app/web/view/layout"
)

// Noted is the note on a clause as it stands beside that.
type Noted struct {
	Statement statement.Statement
	Clause    Clause
	Note      statement.Note
	// Languages are those of the group.
	Languages  []string
	MayComment bool
}

// name tells the note from those on other clauses.
func (n Noted) name(p layout.Page) string { return p.T("note.heading", "clause", n.Clause.Name(p)) }

// into is the language that a reader is offered to translate the note into: that of their
// page, or else the first other one that nobody put it into; "" if there is none, or they
// may not.
func (n Noted) into(p layout.Page) string {
	if !n.MayComment {
		return ""
	}
	for _, lang := range append([]string{p.Lang}, n.Languages...) {
		if _, isThere := n.Note.In(lang); !isThere && lang != n.Note.Lang && slices.Contains(n.Languages, lang) {
			return lang
		}
	}
	return ""
}

// noteTongue is the name of the language of a note, or says that nobody knows it.
func noteTongue(p layout.Page, n statement.Note) string {
	if n.Lang == "" || n.Lang == prose.Undetermined {
		return p.T("tongue.unknown")
	}
	return p.Language(n.Lang)
}

func noteTongueAddress(of app.ID, cid, lang string, more ...string) templ.SafeURL {
	return address(of, "/clauses/"+cid+"/note/translations/"+lang+strings.Join(more, ""))
}

// NoteTongue is the page of a note in another language.
type NoteTongue struct {
	statement.NotedIn
	Clause Clause
	Lang   string
	// Nonce is of this page: the form sent twice saves once.
	Nonce app.ID
	// Base is the translation the box began with, Words what stands in it.
	Base  app.ID
	Words string
	// Theirs says that somebody else translated it meanwhile.
	Theirs  bool
	Problem string
	Notice  string
}

// ours are the translations into the page's language that there were, oldest first.
func (v NoteTongue) ours() []statement.NoteTranslation {
	return slices.DeleteFunc(slices.Clone(v.All), func(t statement.NoteTranslation) bool { return t.Lang != v.Lang })
}

// others are the languages that the note can be put into besides this one.
func (v NoteTongue) others() []string {
	return slices.DeleteFunc(slices.Clone(v.Languages), func(lang string) bool { return lang == v.Lang || lang == v.Note.Lang })
}

func (v NoteTongue) mayReview(t statement.NoteTranslation) bool {
	return t.Reviewer.Persona == "" && v.Note.MayReview(v.Membership, t) == nil
}
