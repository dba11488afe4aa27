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

// chronicle is a live text that remembers what it said from a number on.
type chronicle struct {
	page
	epoch   int64
	former  []prose.Doc // by number, from 1
	knownTo int64       // older texts are known no more
}

func (c *chronicle) now(d prose.Doc) statement.Text {
	return statement.Text{Doc: d, Epoch: c.epoch, Seq: int64(len(c.former))}
}

func (c *chronicle) Begin(ctx context.Context, by app.Membership, id app.ID, first prose.Doc) (statement.Text, error) {
	c.former = append(c.former, first)
	text, err := c.page.Begin(ctx, by, id, first)
	return c.now(text.Doc), err
}

func (c *chronicle) Read(ctx context.Context, id app.ID) (statement.Text, error) {
	text, err := c.page.Read(ctx, id)
	return c.now(text.Doc), err
}

func (c *chronicle) Authors(ctx context.Context, id app.ID) (statement.Text, [][]app.LiveAuthored, error) {
	text, authors, err := c.page.Authors(ctx, id)
	return c.now(text.Doc), authors, err
}

func (c *chronicle) Edit(ctx context.Context, by app.Membership, id, edit app.ID, edits []prose.Edit) (statement.Edited, error) {
	edited, err := c.page.Edit(ctx, by, id, edit, edits)
	c.former = append(c.former, edited.Text.Doc)
	edited.Text = c.now(edited.Text.Doc)
	return edited, err
}

func (c *chronicle) At(_ context.Context, _ app.ID, head app.LiveHead) (statement.Text, error) {
	if head.Epoch != c.epoch || head.Seq < c.knownTo || head.Seq < 1 || head.Seq > int64(len(c.former)) {
		return statement.Text{}, app.Gone("live.epoch")
	}
	return statement.Text{Doc: c.former[head.Seq-1], Epoch: head.Epoch, Seq: head.Seq}, nil
}

// annals is an archive that knows what was touched, erased and divided.
type annals struct {
	archive
	touched  *[]string
	errata   *[]statement.Erratum
	descents *[]statement.Descent
}

func (a annals) Touched(context.Context, app.ID, app.LiveHead) ([]string, error) {
	return *a.touched, nil
}

func (a annals) Errata(context.Context, app.ID) ([]statement.Erratum, error) { return *a.errata, nil }

func (a annals) Descents(context.Context, app.ID) ([]statement.Descent, error) {
	return *a.descents, nil
}

// returning is a statement of three clauses to which somebody comes back.
type returning struct {
	desk
	text  *chronicle
	store annals
	cids  []string
}

func leave(t *testing.T) returning {
	t.Helper()
	r := returning{
		text:  &chronicle{page: page{}, epoch: 1},
		store: annals{archive{bare{shelf{}, nil}, &[]keptVersion{}, &[]statement.Amendment{}}, &[]string{}, &[]statement.Erratum{}, &[]statement.Descent{}},
	}
	r.desk = desk{Service: statement.New(r.store, r.text, nil, nil, app.SystemClock), id: app.NewID()}
	if _, err := r.Create(t.Context(), member(app.RoleDrafter), statement.NewStatement{
		ID: r.id, Group: group, Title: "On rivers", Lang: "en", Markdown: []byte("1. One river.\n2. Two rivers.\n3. Three rivers.\n"),
	}); err != nil {
		t.Fatal(err)
	}
	for _, b := range r.text.page[r.id].Blocks {
		r.cids = append(r.cids, b.CID)
	}
	return r
}

func (r returning) reword(t *testing.T, cid, from, to string) {
	t.Helper()
	edited, err := r.EditClause(t.Context(), member(app.RoleDrafter), r.id, statement.ClauseEdit{ID: app.NewID(), CID: cid, Base: from, Text: to})
	if err != nil || len(edited.Conflicts) > 0 {
		t.Fatal(err, edited.Conflicts)
	}
	*r.store.touched = append(*r.store.touched, cid)
}

func (r returning) version(t *testing.T) {
	t.Helper()
	if _, err := r.MakeVersion(t.Context(), member(app.RoleEditor), r.id, statement.NewVersion{ID: app.NewID()}); err != nil {
		t.Fatal(err)
	}
}

func (r returning) since(t *testing.T, epoch, seq int64) statement.SinceView {
	t.Helper()
	v, err := r.Since(t.Context(), member(app.RoleMember), r.id, app.LiveHead{Epoch: epoch, Seq: seq})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// told says what a view tells of the words of each clause.
func told(v statement.SinceView) string {
	var list []string
	for _, c := range v.Comparison.Clauses {
		line := ""
		for _, r := range c.Runs {
			line += map[prose.RunKind]string{prose.Deleted: "-", prose.Inserted: "+"}[r.Kind] + r.Text
		}
		list = append(list, line)
	}
	return strings.Join(list, " | ")
}

func wantTold(t *testing.T, v statement.SinceView, want string) {
	t.Helper()
	if got := told(v); got != want {
		t.Errorf("it tells %q, want %q", got, want)
	}
}

func TestWhoeverComesBackIsShownTheClausesThatChangedAndNoOthers(t *testing.T) {
	r := leave(t)
	if v := r.since(t, 1, 1); !v.IsExact || v.Comparison.HasChanges() {
		t.Errorf("nothing happened, and it tells %q", told(v))
	}
	r.reword(t, r.cids[1], "Two rivers.", "Two wide rivers.")
	v := r.since(t, 1, 1)
	wantTold(t, v, "Two+ wide rivers.")
	if !v.IsExact || v.From != nil || v.AfterNumbers[r.cids[1]] != "2" {
		t.Errorf("%+v", v)
	}
	wantTold(t, r.since(t, 1, 2), "")
	if _, err := r.Since(t.Context(), member(app.RoleObserver), r.id, app.LiveHead{Epoch: 1, Seq: 1}); app.KindOf(err) != app.KindNotFound {
		t.Errorf("who may not read: %v", err)
	}
}

func TestATextThatTheLogKnowsNoMoreIsComparedWithTheVersionBefore(t *testing.T) {
	r := leave(t)
	r.version(t)
	r.reword(t, r.cids[0], "One river.", "One cold river.")
	r.version(t) // the reader was here before it
	*r.store.touched = nil
	r.reword(t, r.cids[1], "Two rivers.", "Two wide rivers.")
	r.text.knownTo = 9

	v := r.since(t, 1, 2)
	wantTold(t, v, "Two+ wide rivers.")
	if v.IsExact || v.From == nil || v.From.No != 2 {
		t.Errorf("compared with %+v", v.From)
	}
	// The version before is older than the visit: of what changed in between nothing is told.
	*r.store.kept = (*r.store.kept)[:1]
	v = r.since(t, 1, 2)
	wantTold(t, v, "Two+ wide rivers.")
	if v.From.No != 1 {
		t.Errorf("compared with %+v", v.From)
	}
	// A history that began anew doesn't tell what was touched.
	r.text.epoch = 2
	wantTold(t, r.since(t, 1, 2), "One+ cold river. | Two+ wide rivers.")
}

func TestWithoutAnyVersionOnlyWhichClausesChangedIsTold(t *testing.T) {
	r := leave(t)
	r.reword(t, r.cids[1], "Two rivers.", "Two wide rivers.")
	r.version(t) // later than the visit
	r.text.knownTo = 9
	v := r.since(t, 1, 1)
	wantTold(t, v, "")
	if v.IsExact || v.From != nil || len(v.Touched) != 1 || v.Touched[0].CID != r.cids[1] {
		t.Errorf("%+v", v)
	}
}

func TestErasedWordsAreNotReadInWhatChanged(t *testing.T) {
	r := leave(t)
	r.reword(t, r.cids[0], "One river.", "A river.")
	r.reword(t, r.cids[1], "Two rivers.", "Some rivers.")
	r.reword(t, r.cids[2], "Three rivers.", "All rivers.")
	*r.store.errata = []statement.Erratum{{No: 4, Places: []statement.Erased{{Version: 1, CID: r.cids[0]}}}}
	*r.store.descents = []statement.Descent{{CID: r.cids[1], Kind: statement.SplitFrom, Other: r.cids[0]}}
	v := r.since(t, 1, 1)
	wantTold(t, v, " |  | -Three+All rivers.")
	if v.Withheld[r.cids[0]] != 4 || v.Withheld[r.cids[1]] != 4 || len(v.Withheld) != 2 {
		t.Errorf("withheld are %v", v.Withheld)
	}
}

func TestADividedClauseSaysWhereItIsFromAndAnUnitedOneWhereItWent(t *testing.T) {
	r := leave(t)
	half, base := "cnewhalf000", r.text.page[r.id]
	next := slices.Clone(base.Blocks[:2])
	next[0] = next[0].WithPlainText("One")
	second := next[0].WithPlainText("river.")
	second.CID = half
	r.text.page[r.id] = prose.Doc{Blocks: []prose.Block{next[0], second, next[1].WithPlainText("Two rivers. Three rivers.")}}
	r.text.former = append(r.text.former, r.text.page[r.id])
	*r.store.descents = []statement.Descent{
		{CID: half, Kind: statement.SplitFrom, Other: r.cids[0]}, {CID: r.cids[2], Kind: statement.MergedInto, Other: r.cids[1]},
	}
	v := r.since(t, 1, 1)
	if v.SplitFrom[half] != r.cids[0] || v.MergedInto[r.cids[2]] != r.cids[1] {
		t.Errorf("split %v, merged %v", v.SplitFrom, v.MergedInto)
	}
}
