package statement_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"madang/app"
	"madang/app/prose"
	"madang/app/statement"
)

// archive is a shelf that keeps versions.
type archive struct {
	bare
	kept       *[]keptVersion         // oldest first
	amendments *[]statement.Amendment // newest first
}

func (a archive) Amendments(context.Context, app.ID) ([]statement.Amendment, error) {
	return *a.amendments, nil
}

type keptVersion struct {
	statement.Version
	text statement.VersionText
}

func (a archive) Versions(_ context.Context, of app.ID) ([]statement.Version, error) {
	var list []statement.Version
	for _, v := range slices.Backward(*a.kept) {
		if v.Statement == of {
			list = append(list, v.Version)
		}
	}
	return list, nil
}

func (a archive) find(id app.ID) (keptVersion, error) {
	i := slices.IndexFunc(*a.kept, func(v keptVersion) bool { return v.ID == id })
	if i < 0 {
		return keptVersion{}, app.NotFound()
	}
	return (*a.kept)[i], nil
}

func (a archive) VersionByID(_ context.Context, id app.ID) (statement.Version, error) {
	v, err := a.find(id)
	return v.Version, err
}

func (a archive) VersionText(_ context.Context, id app.ID) (statement.VersionText, error) {
	v, err := a.find(id)
	return v.text, err
}

func (a archive) AddVersion(_ context.Context, _ app.Standing, v statement.Version, text statement.VersionText) (statement.Version, error) {
	v.No = len(*a.kept) + 1
	*a.kept = append(*a.kept, keptVersion{v, text})
	return v, nil
}

// hasty is a live text into which somebody types just before each of the first edits.
type hasty struct {
	page
	typing int
}

func (h *hasty) Edit(ctx context.Context, by app.Membership, id, edit app.ID, edits []prose.Edit) (statement.Edited, error) {
	if h.typing > 0 {
		h.typing--
		block := prose.Block{Node: prose.Paragraph, CID: prose.NewCID()}
		h.page[id] = prose.Doc{Blocks: append(slices.Clone(h.page[id].Blocks), block.WithPlainText("typed just now"))}
	}
	return h.page.Edit(ctx, by, id, edit, edits)
}

func (h *hasty) Credit(ctx context.Context, by app.Membership, id, edit app.ID, edits []prose.Edit, _ [][]app.LiveAuthored) (statement.Edited, error) {
	return h.Edit(ctx, by, id, edit, edits)
}

// press is a desk whose statement has versions.
type press struct {
	desk
	text  *hasty
	store archive
}

func publish(t *testing.T, markdown string) press {
	t.Helper()
	p := press{text: &hasty{page: page{}}, store: archive{bare{shelf{}, nil}, &[]keptVersion{}, &[]statement.Amendment{}}}
	p.desk = desk{Service: statement.New(p.store, p.text, nil, nil, app.SystemClock), id: app.NewID()}
	if _, err := p.Create(t.Context(), member(app.RoleDrafter), statement.NewStatement{
		ID: p.id, Group: group, Title: "On rivers", Lang: "ko", Markdown: []byte(markdown),
	}); err != nil {
		t.Fatal(err)
	}
	return p
}

func (p press) make(t *testing.T, label string) statement.Version {
	t.Helper()
	made, err := p.MakeVersion(t.Context(), member(app.RoleEditor), p.id, statement.NewVersion{ID: app.NewID(), Label: label})
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func (p press) reword(t *testing.T, at int, text string) {
	t.Helper()
	block := p.text.page[p.id].Blocks[at]
	if _, err := p.EditClause(t.Context(), member(app.RoleDrafter), p.id, statement.ClauseEdit{
		ID: app.NewID(), CID: block.CID, Base: block.PlainText(), Text: text,
	}); err != nil {
		t.Fatal(err)
	}
}

func wordsOf(d prose.Doc) string {
	var list []string
	for _, b := range d.Blocks {
		list = append(list, b.PlainText())
	}
	return strings.Join(list, " | ")
}

func TestAVersionStaysAsItWasWhileTheTextGoesOn(t *testing.T) {
	p := publish(t, "One.\n\nTwo.")
	first := p.make(t, " For  the meeting ")
	p.reword(t, 0, "Uno.")
	second := p.make(t, "")
	view, err := p.Version(t.Context(), member(app.RoleMember), p.id, 1)
	if err != nil || wordsOf(view.Doc) != "One. | Two." || view.Version.Label != "For the meeting" || view.Newest != 2 {
		t.Errorf("%+v, %v", view, err)
	}
	if found := view.Verify(); !found.Holds() || first.Root == second.Root {
		t.Errorf("%+v", found)
	}
	compared, err := p.Compare(t.Context(), member(app.RoleMember), p.id, 1, statement.DraftNo)
	if err != nil || len(compared.Comparison.Clauses) != 2 || !compared.Comparison.Clauses[0].Reworded || compared.To != nil || compared.From.No != 1 {
		t.Errorf("%+v, %v", compared, err)
	}
	for _, no := range []int{3, 0, -1} {
		_, err := p.Version(t.Context(), member(app.RoleMember), p.id, no)
		wantCode(t, err, "not_found")
	}
}

func TestVersionsThatAreRefused(t *testing.T) {
	p := publish(t, "One.")
	wish := statement.NewVersion{ID: app.NewID(), Label: "First", Changelog: "All of it."}
	for role, code := range map[app.Role]string{app.RoleDrafter: "role.publish", app.RoleMember: "role.publish", app.RoleObserver: "not_found"} {
		_, err := p.MakeVersion(t.Context(), member(role), p.id, wish)
		wantCode(t, err, code)
		_, err = p.Restore(t.Context(), member(role), p.id, app.NewID(), 1)
		wantCode(t, err, "not_found")
	}
	for code, spoil := range map[string]func(*statement.NewVersion){
		"api.id":         func(w *statement.NewVersion) { w.ID = "1" },
		"label.long":     func(w *statement.NewVersion) { w.Label = strings.Repeat("가", statement.MaxLabel+1) },
		"changelog.long": func(w *statement.NewVersion) { w.Changelog = strings.Repeat("가", statement.MaxChangelog+1) },
		"text.utf8":      func(w *statement.NewVersion) { w.Changelog = "\xff" },
		"text.hidden":    func(w *statement.NewVersion) { w.Label = "a\x00" },
	} {
		bad := wish
		spoil(&bad)
		_, err := p.MakeVersion(t.Context(), member(app.RoleEditor), p.id, bad)
		wantCode(t, err, code)
	}
	first, err := p.MakeVersion(t.Context(), member(app.RoleEditor), p.id, wish)
	if err != nil || first.No != 1 {
		t.Fatalf("%+v, %v", first, err)
	}
	if again, err := p.MakeVersion(t.Context(), member(app.RoleEditor), p.id, wish); err != nil || again.No != 1 {
		t.Errorf("sent again: %+v, %v", again, err)
	}
	_, err = p.MakeVersion(t.Context(), member(app.RoleChair), p.id, wish)
	wantCode(t, err, "id.taken")
	_, err = p.MakeVersion(t.Context(), member(app.RoleChair), p.id, statement.NewVersion{ID: app.NewID()})
	wantCode(t, err, "version.same")
	_, err = publish(t, "").MakeVersion(t.Context(), member(app.RoleEditor), p.id, wish)
	wantCode(t, err, "not_found")
	empty := publish(t, "")
	_, err = empty.MakeVersion(t.Context(), member(app.RoleEditor), empty.id, wish)
	wantCode(t, err, "version.empty")
}

func TestGoingBackKeepsWhatItReplacesAndNothingIsLost(t *testing.T) {
	p := publish(t, "One.\n\nTwo.")
	p.make(t, "")
	p.reword(t, 1, "Zwei.")
	p.text.typing = 2
	edited, err := p.Restore(t.Context(), member(app.RoleEditor), p.id, app.NewID(), 1)
	if err != nil || wordsOf(edited.Text.Doc) != "One. | Two." {
		t.Fatalf("%q, %v", wordsOf(edited.Text.Doc), err)
	}
	last := (*p.store.kept)[len(*p.store.kept)-1]
	if last.Kind != statement.VersionKept || wordsOf(last.text.Doc) != "One. | Zwei. | typed just now | typed just now" {
		t.Errorf("kept %s %q: what was typed until the last moment must be there", last.Kind, wordsOf(last.text.Doc))
	}
}

func TestWhereEverybodyTypesGoingBackGivesUpAndChangesNothing(t *testing.T) {
	p := publish(t, "One.\n\nTwo.")
	p.make(t, "")
	p.text.typing = 100
	_, err := p.Restore(t.Context(), member(app.RoleEditor), p.id, app.NewID(), 1)
	wantCode(t, err, "restore.busy")
	if got := wordsOf(p.text.page[p.id]); !strings.HasPrefix(got, "One. | Two. | typed just now") {
		t.Errorf("the text is %q", got)
	}
}
