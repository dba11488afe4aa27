package statement_test

import (
	"slices"
	"testing"
	"time"

	"madang/app"
	"madang/app/prose"
	"madang/app/statement"
)

func TestReasonsStandBesideWhatChangedBetweenTheTwoSides(t *testing.T) {
	p := publish(t, "1. 첫째\n2. 둘째\n")
	for i, label := range []string{"First", "Second", "Third"} {
		p.reword(t, 0, "첫째 "+label)
		made, err := p.MakeVersion(t.Context(), member(app.RoleEditor), p.id, statement.NewVersion{ID: app.NewID(), Label: label, Changelog: "New in " + label})
		if err != nil {
			t.Fatal(err)
		}
		(*p.store.kept)[i].At = time.UnixMilli(int64(1000 * made.No))
	}
	p.reword(t, 0, "첫째")
	cid := p.text.page[p.id].Blocks[0].CID
	accepted := func(no int, state statement.AmendmentState, at int64) statement.Amendment {
		return statement.Amendment{
			ID: app.NewID(), No: no, State: state, Reason: "Because " + string(rune('0'+no)), Proposals: []prose.Proposal{{Kind: prose.ProposeText, CID: cid}},
			Steps: []statement.AmendmentStep{{To: statement.AmendmentTabled, At: time.UnixMilli(1)}, {To: state, Reason: "Agreed", At: time.UnixMilli(at), Acceptance: app.NewID()}},
		}
	}
	*p.store.amendments = []statement.Amendment{
		accepted(5, statement.AmendmentAccepted, 3500), accepted(4, statement.AmendmentRejected, 1600), accepted(3, statement.AmendmentModified, 2000),
		accepted(2, statement.AmendmentAccepted, 1500), accepted(1, statement.AmendmentAccepted, 1000),
	}
	for _, side := range []struct {
		from, to   int
		amendments []int
		changelogs []string
	}{
		{1, 2, []int{2, 3}, []string{"Second"}},
		{2, 1, []int{2, 3}, []string{"Second"}}, // the other way round
		{1, 3, []int{2, 3}, []string{"Second", "Third"}},
		{2, statement.DraftNo, []int{5}, []string{"Third"}},
		{statement.DraftNo, 2, []int{5}, []string{"Third"}},
		{2, 2, nil, nil},
		{statement.DraftNo, statement.DraftNo, nil, nil},
	} {
		v, err := p.Compare(t.Context(), member(app.RoleMember), p.id, side.from, side.to)
		if err != nil {
			t.Fatal(err)
		}
		var amendments []int
		for _, why := range v.Whys[cid] {
			amendments = append(amendments, why.No)
			if why.Decision != "Agreed" || why.Reason == "" {
				t.Errorf("%+v", why)
			}
		}
		var changelogs []string
		for _, version := range v.Changelogs {
			changelogs = append(changelogs, version.Label)
		}
		if !slices.Equal(amendments, side.amendments) || !slices.Equal(changelogs, side.changelogs) {
			t.Errorf("from %d to %d: amendments %v, changelogs %q", side.from, side.to, amendments, changelogs)
		}
	}
}
