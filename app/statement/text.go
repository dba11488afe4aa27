package statement

import (
	"context"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"madang/app"
	"madang/app/prose"
)

// Limits of a statement.
const (
	MaxTitle    = 200     // characters
	MaxMarkdown = 1 << 20 // bytes
	// maxExcerpt is how much of a clause a signpost shows, in characters.
	maxExcerpt = 80
)

// Create begins a statement with a first text from Markdown. Sent again under the
// same id it returns the statement that is there already.
func (s *Service) Create(ctx context.Context, actor app.Actor, wish NewStatement) (Statement, error) {
	m, err := actor.MemberWho(app.Draft, wish.Group)
	if err != nil {
		return Statement{}, err
	}
	if _, err := app.ParseID(string(wish.ID)); err != nil {
		return Statement{}, app.Invalid("api.id").On("id")
	}
	title, err := checkTitle(wish.Title)
	if err != nil {
		return Statement{}, err
	}
	if err := s.checkLang(ctx, wish); err != nil {
		return Statement{}, err
	}
	text, err := firstText(wish.Markdown)
	if err != nil {
		return Statement{}, err
	}
	if _, err := s.draft.Begin(ctx, m, wish.ID, text); err != nil {
		return Statement{}, err
	}
	kept, err := s.store.Create(ctx, m.Standing(), Statement{
		ID: wish.ID, Group: wish.Group, Title: title, Lang: wish.Lang,
		State: app.PhaseDrafting, CreatedBy: m.Persona, CreatedAt: s.clock(),
	})
	if err == nil && kept.CreatedBy != m.Persona {
		return Statement{}, app.Conflict("id.taken")
	}
	return kept, err
}

func checkTitle(typed string) (string, error) {
	title := strings.Join(strings.Fields(typed), " ")
	switch length := utf8.RuneCountInString(title); {
	case !utf8.ValidString(title):
		return "", app.Invalid("text.utf8").On("title")
	case strings.ContainsFunc(title, unicode.IsControl):
		return "", app.Invalid("text.hidden").On("title")
	case length == 0:
		return "", app.Invalid("title.empty").On("title")
	case length > MaxTitle:
		return "", app.TooLarge("title.long", "max", MaxTitle, "length", length).On("title")
	}
	return title, nil
}

func (s *Service) checkLang(ctx context.Context, wish NewStatement) error {
	languages, err := s.store.Languages(ctx, wish.Group)
	if err != nil {
		return err
	}
	if !slices.Contains(languages, wish.Lang) {
		return app.Invalid("lang.unknown").On("lang")
	}
	return nil
}

// firstText is what a statement begins with; no Markdown makes one empty paragraph,
// for an editor needs a place to put its caret.
func firstText(markdown []byte) (prose.Doc, error) {
	if len(markdown) > MaxMarkdown {
		return prose.Doc{}, app.TooLarge("markdown.large", "max", MaxMarkdown).On("markdown")
	}
	text, err := prose.ParseMarkdown(markdown)
	if err != nil {
		return prose.Doc{}, err
	}
	if len(text.Blocks) == 0 {
		text.Blocks = []prose.Block{{Node: prose.Paragraph, CID: prose.NewCID()}}
	}
	return text, nil
}

// List returns a group's statements, newest first.
func (s *Service) List(ctx context.Context, actor app.Actor, group app.ID) ([]Statement, error) {
	if _, err := actor.MemberWho(app.Read, group); err != nil {
		return nil, err
	}
	return s.store.Statements(ctx, group)
}

// Find returns a statement and the membership by which the actor may read it;
// NotFound, as for an unknown one, if they may not.
func (s *Service) Find(ctx context.Context, actor app.Actor, id app.ID) (Statement, app.Membership, error) {
	found, err := s.store.Statement(ctx, id)
	if err != nil {
		return Statement{}, app.Membership{}, err
	}
	m, err := actor.MemberWho(app.Read, found.Group)
	if err != nil {
		return Statement{}, app.Membership{}, err
	}
	return found, m.At(found.Stage()), nil
}

// Admit returns the membership by which the actor may read the live text; whether
// they may write it too is the membership's app.Draft.
func (s *Service) Admit(ctx context.Context, actor app.Actor, doc app.ID) (app.Membership, Statement, error) {
	found, m, err := s.Find(ctx, actor, doc)
	return m, found, err
}

// View returns a statement with its committed text.
func (s *Service) View(ctx context.Context, actor app.Actor, id app.ID) (View, error) {
	found, m, err := s.Find(ctx, actor, id)
	if err != nil {
		return View{}, err
	}
	text, err := s.draft.Read(ctx, id)
	return View{Statement: found, Membership: m, Text: text}, err
}

// Clause returns one clause of a statement; NotFound if the text has none of that id.
func (s *Service) Clause(ctx context.Context, actor app.Actor, id app.ID, cid string) (ClauseView, error) {
	view, err := s.View(ctx, actor, id)
	if err != nil {
		return ClauseView{}, err
	}
	return view.Clause(cid)
}

// Clause returns one clause of the statement; NotFound if the text has none of that id.
func (v View) Clause(cid string) (ClauseView, error) {
	block, at, ok := v.Text.Doc.Find(cid)
	if !ok {
		return ClauseView{}, app.NotFound()
	}
	clause := ClauseView{
		Statement: v.Statement, Membership: v.Membership, Text: v.Text,
		Block: block, Number: v.Text.Doc.Numbers()[cid],
	}
	blocks := v.Text.Doc.Blocks
	if at > 0 {
		clause.Previous = blocks[at-1].CID
	}
	if at+1 < len(blocks) {
		clause.Next = blocks[at+1].CID
	}
	return clause, nil
}

// EditClause saves the words of a clause as a form brings them. What others changed
// meanwhile is merged word by word; if both changed the same words, nothing is
// written and the conflicts come back. A clause that is gone is NotFound.
func (s *Service) EditClause(ctx context.Context, actor app.Actor, of app.ID, e ClauseEdit) (Edited, error) {
	if err := checkText(e.Text); err != nil {
		return Edited{}, err
	}
	return s.edit(ctx, actor, of, e.ID, prose.Edit{Kind: prose.ReplaceText, CID: e.CID, Base: e.Base, Text: e.Text})
}

// DeleteClause removes a clause if it still reads as Base; otherwise nothing is
// written and the conflict comes back. It takes no Text.
func (s *Service) DeleteClause(ctx context.Context, actor app.Actor, of app.ID, e ClauseEdit) (Edited, error) {
	return s.edit(ctx, actor, of, e.ID, prose.Edit{Kind: prose.DeleteClause, CID: e.CID, Base: e.Base})
}

// AddClause adds a clause and returns its id.
func (s *Service) AddClause(ctx context.Context, actor app.Actor, of app.ID, n NewClause) (cid string, edited Edited, err error) {
	if err := checkText(n.Text); err != nil {
		return "", Edited{}, err
	}
	if strings.TrimSpace(n.Text) == "" {
		return "", Edited{}, app.Invalid("text.empty").On("text")
	}
	block := prose.Block{Node: n.Node, CID: prose.CIDOf(string(n.ID)), Kind: n.Kind, Level: n.Level}
	if err := prose.Check(prose.Doc{Blocks: []prose.Block{block}}); err != nil || !block.IsTextBlock() {
		return "", Edited{}, app.Invalid("clause.kind").On("kind")
	}
	after, err := s.stillThere(ctx, of, n.After)
	if err != nil {
		return "", Edited{}, err
	}
	edited, err = s.edit(ctx, actor, of, n.ID, prose.Edit{
		Kind: prose.InsertBlocks, After: after, Blocks: []prose.Block{block.WithPlainText(n.Text)},
	})
	return block.CID, edited, err
}

// stillThere is the id of a clause, or empty if the text has it no longer.
func (s *Service) stillThere(ctx context.Context, id app.ID, cid string) (string, error) {
	text, err := s.draft.Read(ctx, id)
	if err != nil {
		return "", err
	}
	if _, _, ok := text.Doc.Find(cid); !ok {
		return "", nil
	}
	return cid, nil
}

func checkText(text string) error {
	if !utf8.ValidString(text) {
		return app.Invalid("text.utf8").On("text")
	}
	if strings.ContainsRune(text, 0) {
		return app.Invalid("text.hidden").On("text")
	}
	if len(text) > MaxMarkdown {
		return app.TooLarge("markdown.large", "max", MaxMarkdown).On("text")
	}
	return nil
}

func (s *Service) edit(ctx context.Context, actor app.Actor, of, id app.ID, edit prose.Edit) (Edited, error) {
	if _, err := app.ParseID(string(id)); err != nil {
		return Edited{}, app.Invalid("api.id").On("id")
	}
	_, m, err := s.findFor(ctx, actor, of, app.Draft)
	if err != nil {
		return Edited{}, err
	}
	return s.draft.Edit(ctx, m, of, id, []prose.Edit{edit})
}

// Rename gives a statement another title.
func (s *Service) Rename(ctx context.Context, actor app.Actor, id app.ID, title string) error {
	_, m, err := s.findFor(ctx, actor, id, app.Draft)
	if err != nil {
		return err
	}
	if title, err = checkTitle(title); err != nil {
		return err
	}
	return s.store.Rename(ctx, m.Standing(), id, title)
}

// MayRead answers thread.Gate.
func (s *Service) MayRead(ctx context.Context, actor app.Actor, id app.ID) (app.Membership, error) {
	_, m, err := s.Find(ctx, actor, id)
	return m, err
}

// MayComment answers thread.Gate: whether the actor may speak about a statement, about a
// clause that is in its text now, or about an amendment that was tabled. Of a draft
// others don't know, and its author learns that it is Conflict "amendment.untabled": so
// no thread ever hangs on one.
func (s *Service) MayComment(ctx context.Context, actor app.Actor, on app.Ref) (app.Membership, error) {
	_, m, err := s.findFor(ctx, actor, on.ID, app.Comment)
	switch {
	case err != nil:
		return m, err
	case on.Kind == app.RefAmendment:
		return m, s.isTabled(ctx, m, on)
	case on.Kind != app.RefClause:
		return m, nil
	}
	text, err := s.draft.Read(ctx, on.ID)
	if err != nil {
		return app.Membership{}, err
	}
	if _, _, ok := text.Doc.Find(on.Part); !ok {
		return app.Membership{}, app.NotFound()
	}
	return m, nil
}

// isTabled is nil for an amendment that everybody may read.
func (s *Service) isTabled(ctx context.Context, m app.Membership, on app.Ref) error {
	id, err := app.ParseID(on.Part)
	if err != nil {
		return err
	}
	a, err := s.store.Amendment(ctx, id)
	switch {
	case err != nil:
		return err
	case a.Statement != on.ID || a.No == 0 && !a.isBy(m.Persona):
		return app.NotFound()
	case a.No == 0:
		return app.Conflict("amendment.untabled")
	}
	return nil
}

// Places lists the clauses of a statement in their order, as signposts. Who may
// read them is for the asker to know.
func (s *Service) Places(ctx context.Context, id app.ID) ([]Place, error) {
	text, err := s.draft.Read(ctx, id)
	if err != nil {
		return nil, err
	}
	numbers := text.Doc.Numbers()
	var places []Place
	for _, block := range text.Doc.Blocks {
		places = append(places, Place{CID: block.CID, Number: numbers[block.CID], Excerpt: excerpt(block.PlainText())})
	}
	return places, nil
}

// excerpt is how a text begins, in one line.
func excerpt(text string) string {
	line := strings.Join(strings.Fields(text), " ")
	if utf8.RuneCountInString(line) <= maxExcerpt {
		return line
	}
	return string([]rune(line)[:maxExcerpt-1]) + "…"
}
