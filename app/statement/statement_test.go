package statement_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"madang/app"
	"madang/app/prose"
	"madang/app/statement"
)

// shelf is a store in memory.
type shelf map[app.ID]statement.Statement

func (s shelf) Statement(_ context.Context, id app.ID) (statement.Statement, error) {
	if found, ok := s[id]; ok {
		return found, nil
	}
	return statement.Statement{}, app.NotFound()
}

func (s shelf) Statements(context.Context, app.ID) ([]statement.Statement, error) {
	var list []statement.Statement
	for _, found := range s {
		list = append(list, found)
	}
	return list, nil
}

func (s shelf) Languages(context.Context, app.ID) ([]string, error) { return []string{"ko", "en"}, nil }

func (s shelf) Create(_ context.Context, _ app.Standing, made statement.Statement) (statement.Statement, error) {
	if _, ok := s[made.ID]; !ok {
		s[made.ID] = made
	}
	return s[made.ID], nil
}

func (s shelf) Rename(_ context.Context, _ app.Standing, id app.ID, title string) error {
	renamed := s[id]
	renamed.Title = title
	s[id] = renamed
	return nil
}

// A shelf knows where a statement is, and not how it came there.
func (s shelf) RefusedEdits(context.Context, app.ID, app.ID, time.Time, int) ([]statement.RefusedEdit, error) {
	return nil, nil
}

func (s shelf) Steps(context.Context, app.ID) ([]statement.Step, error) { return nil, nil }

func (s shelf) TakeStep(_ context.Context, _ app.Standing, step statement.Step) error {
	moved := s[step.Statement]
	moved.State, moved.Step = step.To, step.No
	s[step.Statement] = moved
	return nil
}

func (s shelf) Stages(context.Context, []app.ID) (map[app.ID]app.Stage, error) { return nil, nil }

func (p page) Credit(ctx context.Context, by app.Membership, id, edit app.ID, edits []prose.Edit, _ [][]app.LiveAuthored) (statement.Edited, error) {
	return p.Edit(ctx, by, id, edit, edits)
}

func (p page) Authors(ctx context.Context, id app.ID) (statement.Text, [][]app.LiveAuthored, error) {
	text, err := p.Read(ctx, id)
	return text, make([][]app.LiveAuthored, len(text.Doc.Blocks)), err
}

func (s shelf) Voices(context.Context, app.ID) ([]statement.Voice, map[app.ID]app.ID, error) {
	return nil, nil, nil
}

func (s shelf) ClauseChanges(context.Context, app.ID, string, int) ([]statement.ClauseChange, error) {
	return nil, nil
}

// A shelf knows nothing of what clauses rest on.
func (s shelf) References(context.Context, app.ID) ([]statement.Reference, error) { return nil, nil }

func (s shelf) AddReference(context.Context, app.Standing, app.ID, statement.Reference) error {
	return nil
}

func (s shelf) RemoveReference(context.Context, app.Standing, app.ID, statement.Reference) error {
	return nil
}

func (s shelf) FramingTerms(context.Context, app.ID) ([]statement.FramingTerm, error) {
	return nil, nil
}

func (s shelf) SetFramingTerms(context.Context, app.Standing, app.ID, []statement.FramingTerm) error {
	return nil
}

func (s shelf) FlagAnswers(context.Context, app.ID) ([]statement.FlagAnswer, error) { return nil, nil }

func (s shelf) AddFlagAnswer(context.Context, app.Standing, app.ID, statement.FlagAnswer) error {
	return nil
}

// A shelf has no translations.
func (s shelf) Translations(context.Context, app.ID, string) (map[string]statement.Translation, error) {
	return nil, nil
}

func (s shelf) Translation(context.Context, app.ID, app.ID) (statement.Translation, error) {
	return statement.Translation{}, app.NotFound()
}

func (s shelf) AddTranslation(_ context.Context, _ app.Standing, _ app.ID, t statement.Translation) (statement.Translation, error) {
	return t, nil
}

func (s shelf) ReviewTranslation(context.Context, app.Standing, app.ID, time.Time) error { return nil }

// A shelf forgets where clauses come from.
func (s shelf) ClauseTexts(context.Context, app.ID, []string) ([]statement.VersionClause, error) {
	return nil, nil
}

func (s shelf) EditHeads(context.Context, app.ID, []app.ID) (map[app.ID]app.LiveHead, error) {
	return nil, nil
}

func (s shelf) Descents(context.Context, app.ID) ([]statement.Descent, error) { return nil, nil }

// A shelf explains nothing.
func (s shelf) Notes(context.Context, app.ID) (map[string]statement.Note, error) { return nil, nil }

func (s shelf) Note(context.Context, app.ID, app.ID) (statement.Note, error) {
	return statement.Note{}, app.NotFound()
}

func (s shelf) RelabelNote(_ context.Context, _ app.Standing, _ app.ID, n statement.Note, _ string) (statement.Note, error) {
	return n, nil
}

func (s shelf) NoteTranslations(context.Context, app.ID, string) ([]statement.NoteTranslation, error) {
	return nil, nil
}

func (s shelf) TranslateNote(context.Context, app.Standing, app.ID, statement.NewNoteTranslation, time.Time) error {
	return nil
}

func (s shelf) ReviewNoteTranslation(context.Context, app.Standing, app.ID, statement.NoteTranslation, time.Time) error {
	return nil
}

func (s shelf) WithdrawNoteTranslation(context.Context, app.Standing, app.ID, statement.NoteTranslation, time.Time) error {
	return nil
}

func (s shelf) AddNote(_ context.Context, _ app.Standing, _ app.ID, n statement.Note) (statement.Note, error) {
	return n, nil
}

// A shelf erases nothing.
func (s shelf) Errata(context.Context, app.ID) ([]statement.Erratum, error) { return nil, nil }

func (s shelf) Erase(_ context.Context, _ app.Standing, e statement.Erratum, _ int) (statement.Erratum, error) {
	return e, nil
}

// A shelf keeps no versions.
func (s shelf) Touched(context.Context, app.ID, app.LiveHead) ([]string, error) { return nil, nil }
func (s shelf) Versions(context.Context, app.ID) ([]statement.Version, error)   { return nil, nil }

func (s shelf) VersionByID(context.Context, app.ID) (statement.Version, error) {
	return statement.Version{}, app.NotFound()
}

func (s shelf) VersionText(context.Context, app.ID) (statement.VersionText, error) {
	return statement.VersionText{}, app.NotFound()
}

func (s shelf) AddVersion(_ context.Context, _ app.Standing, v statement.Version, _ statement.VersionText) (statement.Version, error) {
	return v, nil
}

// Nothing is ever held on a shelf.
func (s shelf) Holds(context.Context, app.ID) ([]statement.Hold, error) { return nil, nil }

func (s shelf) Hold(context.Context, app.ID, app.ID) (statement.Hold, error) {
	return statement.Hold{}, app.NotFound()
}

func (s shelf) Waiting(context.Context, app.ID) (int, error) { return 0, nil }

func (s shelf) Decline(context.Context, app.Standing, app.ID, statement.Decision) error {
	return app.Conflict("hold.decided")
}

func (s shelf) CountWith(context.Context, app.ID, []app.Role) (int, error) { return 1, nil }

// bare is a shelf where nobody proposes amendments.
type bare struct {
	shelf
	statement.AmendmentStore
}

// page is a live text without any editor.
type page map[app.ID]prose.Doc

func (p page) Begin(_ context.Context, _ app.Membership, id app.ID, first prose.Doc) (statement.Text, error) {
	if _, ok := p[id]; !ok {
		p[id] = first
	}
	return statement.Text{Doc: p[id]}, nil
}

func (p page) Read(_ context.Context, id app.ID) (statement.Text, error) {
	text, ok := p[id]
	if !ok {
		return statement.Text{}, app.NotFound()
	}
	return statement.Text{Doc: text}, nil
}

// At knows no other text than that of now.
func (p page) At(context.Context, app.ID, app.LiveHead) (statement.Text, error) {
	return statement.Text{}, app.Gone("live.epoch")
}

func (p page) Edit(_ context.Context, _ app.Membership, id, _ app.ID, edits []prose.Edit) (statement.Edited, error) {
	text, conflicts, merged, err := prose.Apply(p[id], edits)
	if err == nil && len(conflicts) == 0 {
		p[id] = text
	}
	return statement.Edited{Text: statement.Text{Doc: p[id]}, Conflicts: conflicts, Merged: merged}, err
}

const group = app.ID("0193a6e2-0000-7000-8000-000000000001")

func member(role app.Role) app.Actor {
	return app.Actor{Account: "a", Memberships: []app.Membership{{Persona: app.ID(role), Group: group, Role: role, Version: 1}}}
}

// desk is the service with one statement that a drafter has begun.
type desk struct {
	*statement.Service
	id      app.ID
	clauses []string
}

func begin(t *testing.T, markdown string) desk {
	t.Helper()
	d := desk{Service: statement.New(bare{shelf{}, nil}, page{}, nil, nil, app.SystemClock), id: app.NewID()}
	made, err := d.Create(t.Context(), member(app.RoleDrafter), statement.NewStatement{
		ID: d.id, Group: group, Title: " On  rivers ", Lang: "ko", Markdown: []byte(markdown),
	})
	if err != nil || made.Title != "On rivers" || made.State != app.PhaseDrafting {
		t.Fatalf("%+v, %v", made, err)
	}
	view, err := d.View(t.Context(), member(app.RoleMember), d.id)
	if err != nil {
		t.Fatal(err)
	}
	for _, block := range view.Text.Doc.Blocks {
		d.clauses = append(d.clauses, block.CID)
	}
	return d
}

func wantCode(t *testing.T, err error, code string) {
	t.Helper()
	var e *app.Error
	if !errors.As(err, &e) || e.Code != code {
		t.Errorf("got %v, want %s", err, code)
	}
}

// failing is a shelf whose first statement can't be kept.
type failing struct {
	bare
	failed *bool
}

func (f failing) Create(ctx context.Context, by app.Standing, made statement.Statement) (statement.Statement, error) {
	if !*f.failed {
		*f.failed = true
		return statement.Statement{}, app.Unavailable(context.DeadlineExceeded)
	}
	return f.bare.Create(ctx, by, made)
}

func TestAnImportThatFailsInTheMiddleLeavesNoStatementAndIsSentAgain(t *testing.T) {
	service := statement.New(failing{bare{shelf: shelf{}}, new(bool)}, page{}, nil, nil, app.SystemClock)
	wish := statement.NewStatement{ID: app.NewID(), Group: group, Title: "On rivers", Lang: "ko", Markdown: []byte("One.\n\nTwo.")}
	if _, err := service.Create(t.Context(), member(app.RoleDrafter), wish); app.KindOf(err) != app.KindUnavailable {
		t.Fatal(err)
	}
	_, err := service.View(t.Context(), member(app.RoleDrafter), wish.ID)
	wantCode(t, err, "not_found")
	if _, err := service.Create(t.Context(), member(app.RoleDrafter), wish); err != nil {
		t.Fatal(err)
	}
	if view, err := service.View(t.Context(), member(app.RoleDrafter), wish.ID); err != nil || wordsOf(view.Text.Doc) != "One. | Two." {
		t.Errorf("%+v, %v", view, err)
	}
}

func TestAStatementBeginsWithWhatWasBroughtAlong(t *testing.T) {
	d := begin(t, "# 강의 권리\n\n우리는 함께 쓴다.\n\n1. 물은 모두의 것이다.\n2. 누구나 강에 갈 수 있다.\n")
	places, err := d.Places(t.Context(), d.id)
	if err != nil || len(places) != 4 || places[0].Excerpt != "강의 권리" || places[3].Number != "2" {
		t.Errorf("%+v, %v", places, err)
	}
}

func TestAnEmptyStatementHasAPlaceToWrite(t *testing.T) {
	if d := begin(t, ""); len(d.clauses) != 1 {
		t.Errorf("%d clauses, want one empty paragraph", len(d.clauses))
	}
}

func TestSendingAStatementAgainMakesNoSecondOne(t *testing.T) {
	d := begin(t, "First.")
	again, err := d.Create(t.Context(), member(app.RoleDrafter), statement.NewStatement{ID: d.id, Group: group, Title: "Other", Lang: "ko", Markdown: []byte("Other.")})
	if err != nil || again.Title != "On rivers" {
		t.Errorf("%+v, %v", again, err)
	}
	_, err = d.Create(t.Context(), member(app.RoleEditor), statement.NewStatement{ID: d.id, Group: group, Title: "Mine", Lang: "ko"})
	wantCode(t, err, "id.taken")
}

func TestStatementsThatAreRefused(t *testing.T) {
	s := statement.New(bare{shelf{}, nil}, page{}, nil, nil, app.SystemClock)
	good := statement.NewStatement{ID: app.NewID(), Group: group, Title: "T", Lang: "en"}
	for code, spoil := range map[string]func(*statement.NewStatement){
		"title.empty":    func(n *statement.NewStatement) { n.Title = " \t" },
		"title.long":     func(n *statement.NewStatement) { n.Title = strings.Repeat("가", statement.MaxTitle+1) },
		"text.hidden":    func(n *statement.NewStatement) { n.Title = "a\x00b" },
		"lang.unknown":   func(n *statement.NewStatement) { n.Lang = "fr" },
		"markdown.large": func(n *statement.NewStatement) { n.Markdown = make([]byte, statement.MaxMarkdown+1) },
		"markdown.utf8":  func(n *statement.NewStatement) { n.Markdown = []byte("broken \xff bytes") },
		"api.id":         func(n *statement.NewStatement) { n.ID = "x" },
		"not_found":      func(n *statement.NewStatement) { n.Group = app.NewID() },
	} {
		wish := good
		spoil(&wish)
		_, err := s.Create(t.Context(), member(app.RoleDrafter), wish)
		wantCode(t, err, code)
	}
	_, err := s.Create(t.Context(), member(app.RoleMember), good)
	wantCode(t, err, "role.draft")
}

func TestOnlyWhoMayDraftChangesTheText(t *testing.T) {
	d := begin(t, "One.\n\nTwo.")
	outsider := app.Actor{Account: "z"}
	for role, code := range map[app.Role]string{app.RoleMember: "role.draft", app.RoleModerator: "role.draft", app.RoleObserver: "not_found"} {
		_, err := d.EditClause(t.Context(), member(role), d.id, statement.ClauseEdit{ID: app.NewID(), CID: d.clauses[0], Base: "One.", Text: "Uno."})
		wantCode(t, err, code)
		_, err = d.DeleteClause(t.Context(), member(role), d.id, statement.ClauseEdit{ID: app.NewID(), CID: d.clauses[0], Base: "One."})
		wantCode(t, err, code)
		_, _, err = d.AddClause(t.Context(), member(role), d.id, statement.NewClause{ID: app.NewID(), After: "", Node: prose.Paragraph, Level: 0, Text: "More."})
		wantCode(t, err, code)
		wantCode(t, d.Rename(t.Context(), member(role), d.id, "Other"), code)
	}
	_, err := d.View(t.Context(), outsider, d.id)
	wantCode(t, err, "not_found")
}

func TestTwoFormsOnOneClause(t *testing.T) {
	d := begin(t, "The river is free and everybody may drink.")
	cid, base := d.clauses[0], "The river is free and everybody may drink."
	first, err := d.EditClause(t.Context(), member(app.RoleDrafter), d.id, statement.ClauseEdit{ID: app.NewID(), CID: cid, Base: base, Text: "The river is open and everybody may drink."})
	if err != nil || first.Merged {
		t.Fatalf("%+v, %v", first, err)
	}
	second, err := d.EditClause(t.Context(), member(app.RoleEditor), d.id, statement.ClauseEdit{ID: app.NewID(), CID: cid, Base: base, Text: "The river is free and everybody may swim."})
	if err != nil || !second.Merged || second.Text.Doc.Blocks[0].PlainText() != "The river is open and everybody may swim." {
		t.Errorf("%+v, %v", second, err)
	}
	third, err := d.EditClause(t.Context(), member(app.RoleChair), d.id, statement.ClauseEdit{ID: app.NewID(), CID: cid, Base: base, Text: "The river is wild and everybody may drink."})
	if err != nil || len(third.Conflicts) == 0 || third.Conflicts[0].Theirs == "" {
		t.Errorf("%+v, %v", third, err)
	}
}

func TestAClauseIsInsertedWhereItWasWanted(t *testing.T) {
	d := begin(t, "One.\n\nTwo.")
	cid, edited, err := d.AddClause(t.Context(), member(app.RoleDrafter), d.id, statement.NewClause{ID: app.NewID(), After: d.clauses[0], Node: prose.Clause, Level: 1, Text: "Between."})
	if err != nil || edited.Text.Doc.Blocks[1].CID != cid || edited.Text.Doc.Blocks[1].PlainText() != "Between." {
		t.Errorf("%+v, %v", edited, err)
	}
	_, edited, err = d.AddClause(t.Context(), member(app.RoleDrafter), d.id, statement.NewClause{ID: app.NewID(), After: "cgone000000", Node: prose.Paragraph, Level: 0, Text: "Last."})
	if err != nil || edited.Text.Doc.Blocks[3].PlainText() != "Last." {
		t.Errorf("%+v, %v", edited, err)
	}
	_, _, err = d.AddClause(t.Context(), member(app.RoleDrafter), d.id, statement.NewClause{ID: app.NewID(), After: "", Node: "script", Level: 0, Text: "x"})
	wantCode(t, err, "clause.kind")
	_, _, err = d.AddClause(t.Context(), member(app.RoleDrafter), d.id, statement.NewClause{ID: app.NewID(), After: "", Node: prose.Clause, Level: 9, Text: "x"})
	wantCode(t, err, "clause.kind")
	_, _, err = d.AddClause(t.Context(), member(app.RoleDrafter), d.id, statement.NewClause{ID: app.NewID(), After: "", Node: prose.Paragraph, Level: 0, Text: "  "})
	wantCode(t, err, "text.empty")
	_, _, err = d.AddClause(t.Context(), member(app.RoleDrafter), d.id, statement.NewClause{ID: app.NewID(), After: "", Node: prose.Paragraph, Level: 0, Text: "a\x00b"})
	wantCode(t, err, "text.hidden")
}

func TestAClauseIsRemovedOnlyAsItWasShown(t *testing.T) {
	d := begin(t, "One.\n\nTwo.")
	edited, err := d.DeleteClause(t.Context(), member(app.RoleDrafter), d.id, statement.ClauseEdit{ID: app.NewID(), CID: d.clauses[0], Base: "One, as it was."})
	if err != nil || len(edited.Conflicts) == 0 || len(edited.Text.Doc.Blocks) != 2 {
		t.Errorf("%+v, %v", edited, err)
	}
	edited, err = d.DeleteClause(t.Context(), member(app.RoleDrafter), d.id, statement.ClauseEdit{ID: app.NewID(), CID: d.clauses[0], Base: "One."})
	if err != nil || len(edited.Text.Doc.Blocks) != 1 {
		t.Errorf("%+v, %v", edited, err)
	}
}

func TestWhoMayCommentOnWhat(t *testing.T) {
	d := begin(t, "One.")
	here := app.Ref{Kind: app.RefClause, ID: d.id, Part: d.clauses[0]}
	if _, err := d.MayComment(t.Context(), member(app.RoleMember), here); err != nil {
		t.Error(err)
	}
	_, err := d.MayComment(t.Context(), member(app.RoleMember), app.Ref{Kind: app.RefClause, ID: d.id, Part: "cgone000000"})
	wantCode(t, err, "not_found")
	reader := member(app.RoleObserver)
	reader.Memberships[0].Terms.ObserversRead = true
	_, err = d.MayComment(t.Context(), reader, here)
	wantCode(t, err, "role.comment")
	if _, err := d.MayRead(t.Context(), reader, d.id); err != nil {
		t.Error(err)
	}
}
