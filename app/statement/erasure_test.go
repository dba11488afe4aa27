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

// Erase lets an archive destroy words as a database does.
func (a archive) Erase(_ context.Context, _ app.Standing, e statement.Erratum, newest int) (statement.Erratum, error) {
	if newest != len(*a.kept) {
		return e, app.Conflict("erasure.newer", "no", len(*a.kept))
	}
	e.No = 1
	for _, place := range e.Places {
		v := &(*a.kept)[place.Version-1]
		i := slices.IndexFunc(v.text.Doc.Blocks, func(b prose.Block) bool { return b.CID == place.CID })
		v.text.Doc.Blocks[i] = v.text.Doc.Blocks[i].WithoutWords()
		v.text.Sealed = v.text.Sealed.Erase(place.CID)
		v.text.Authors[i] = nil
		if v.text.Errata == nil {
			v.text.Errata = make([]int, len(v.text.Doc.Blocks))
		}
		v.text.Errata[i] = e.No
	}
	return e, nil
}

// erase erases a clause of a version as the chair.
func (p press) erase(t *testing.T, no, newest int, cid string) {
	t.Helper()
	if _, err := p.Erase(t.Context(), member(app.RoleChair), p.id, statement.NewErasure{
		ID: app.NewID(), Places: []statement.Erased{{Version: no, CID: cid}}, Newest: newest, Reason: "It named somebody.", Confirmed: true,
	}); err != nil {
		t.Fatal(err)
	}
}

func (p press) version(t *testing.T, no int) statement.VersionView {
	t.Helper()
	v, err := p.Version(t.Context(), member(app.RoleMember), p.id, no)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestOnlyTheChairErasesAndOnlyWithAReasonAndConfirmed(t *testing.T) {
	p := publish(t, "1. 첫째\n2. 둘째\n")
	p.make(t, "First")
	cid := p.text.page[p.id].Blocks[0].CID
	good := statement.NewErasure{
		ID: app.NewID(), Places: []statement.Erased{{Version: 1, CID: cid}}, Newest: 1, Reason: "It named somebody.", Confirmed: true,
	}
	for _, role := range app.GroupRoles {
		if role == app.RoleChair {
			continue
		}
		want := "role.keep"
		if role == app.RoleObserver {
			want = "not_found"
		}
		_, err := p.Erase(t.Context(), member(role), p.id, good)
		wantCode(t, err, want)
		_, err = p.Erasure(t.Context(), member(role), p.id, 1, cid)
		wantCode(t, err, want)
	}
	for want, change := range map[string]func(*statement.NewErasure){
		"reason.empty":        func(w *statement.NewErasure) { w.Reason = " \n" },
		"reason.long":         func(w *statement.NewErasure) { w.Reason = strings.Repeat("가", statement.MaxErratumReason+1) },
		"erasure.unconfirmed": func(w *statement.NewErasure) { w.Confirmed = false },
		"erasure.nothing":     func(w *statement.NewErasure) { w.Places = nil },
		"api.id":              func(w *statement.NewErasure) { w.ID = "1" },
		"erasure.newer":       func(w *statement.NewErasure) { w.Newest = 0 },
	} {
		wish := good
		change(&wish)
		_, err := p.Erase(t.Context(), member(app.RoleChair), p.id, wish)
		wantCode(t, err, want)
	}
	if words := wordsOf(p.version(t, 1).Doc); !strings.Contains(words, "첫째") {
		t.Errorf("a refused erasure left %q", words)
	}
}

func TestTheChairIsToldWhereElseTheWordsStand(t *testing.T) {
	p := publish(t, "1. 첫째\n2. 둘째\n3. 첫째\n")
	p.make(t, "First")
	p.reword(t, 0, "새로")
	p.make(t, "Second")
	p.reword(t, 2, "새로")
	blocks := p.text.page[p.id].Blocks
	v, err := p.Erasure(t.Context(), member(app.RoleChair), p.id, 1, blocks[0].CID)
	if err != nil || v.IsLive || v.Number != "1" {
		t.Fatalf("%+v, %v", v, err)
	}
	var got []string
	for _, e := range v.Elsewhere {
		same := "other words"
		if e.IsSame {
			same = "same words"
		}
		got = append(got, e.Version.Label+" "+e.CID+" "+same)
	}
	want := []string{"Second " + blocks[0].CID + " other words", "Second " + blocks[2].CID + " same words", "First " + blocks[2].CID + " same words"}
	if !slices.Equal(got, want) {
		t.Errorf("%q, not %q", got, want)
	}
	if v, err := p.Erasure(t.Context(), member(app.RoleChair), p.id, 1, blocks[1].CID); err != nil || !v.IsLive {
		t.Errorf("words that are in the live text: %+v, %v", v.IsLive, err)
	}
	_, err = p.Erasure(t.Context(), member(app.RoleChair), p.id, 1, "c0000000000")
	wantCode(t, err, "not_found")
	p.erase(t, 1, 2, blocks[0].CID)
	_, err = p.Erasure(t.Context(), member(app.RoleChair), p.id, 1, blocks[0].CID)
	wantCode(t, err, "erasure.gone")
}

func TestAVersionWithAGapIsVerifiedComparedAndHandedOut(t *testing.T) {
	p := publish(t, "# 제목\n\n1. 이름이 든 조항\n2. 둘째\n\n- 하나\n- 둘\n")
	p.make(t, "First")
	blocks := slices.Clone(p.text.page[p.id].Blocks)
	p.reword(t, 2, "둘째, 새로")
	root := p.version(t, 1).Version.Root
	p.erase(t, 1, 1, blocks[1].CID)
	p.erase(t, 1, 1, blocks[3].CID)

	v := p.version(t, 1)
	if found := v.Verify(); v.Version.Root != root || !found.Holds() || found.Clauses[1].Verdict != prose.Erased || found.Clauses[2].Verdict != prose.Verified {
		t.Errorf("%+v", found)
	}
	if v.Doc.Numbers()[blocks[2].CID] != "2" {
		t.Errorf("the clause after the gap is numbered %q", v.Doc.Numbers()[blocks[2].CID])
	}
	text := v.WithGaps(func(int) string { return "GAP" }).Markdown()
	if strings.Count(text, "GAP") != 2 || strings.Contains(text, "이름") || !strings.Contains(text, "둘째") {
		t.Errorf("%s", text)
	}
	compared, err := p.Compare(t.Context(), member(app.RoleMember), p.id, 1, statement.DraftNo)
	if err != nil || compared.Gaps[blocks[1].CID] != 1 {
		t.Fatalf("%+v, %v", compared.Gaps, err)
	}
	for _, c := range compared.Comparison.Clauses {
		if isGap := compared.Gaps[c.CID] > 0; isGap != (len(c.Runs) == 0) || isGap && c.Reworded {
			t.Errorf("%s: %+v", c.CID, c.Runs)
		}
	}
}

func TestGoingBackBringsNothingBackThatWasErased(t *testing.T) {
	p := publish(t, "1. 이름이 든 조항\n2. 둘째\n")
	p.make(t, "First")
	cid := p.text.page[p.id].Blocks[0].CID
	p.reword(t, 0, "고친 조항")
	p.erase(t, 1, 1, cid)
	if _, err := p.Restore(t.Context(), member(app.RoleEditor), p.id, app.NewID(), 1); err != nil {
		t.Fatal(err)
	}
	if words := wordsOf(p.text.page[p.id]); words != "둘째" {
		t.Errorf("the live text reads %q", words)
	}
}
