package statement_test

import (
	"testing"

	"madang/app"
	"madang/app/prose"
	"madang/app/statement"
)

func (d desk) step(t *testing.T, by app.Role, no int64, to app.Phase) error {
	t.Helper()
	_, err := d.Step(t.Context(), member(by), d.id, statement.NewStep{ID: app.NewID(), No: no, To: to, Reason: "It is time."})
	return err
}

func TestATextThatStandsStillIsCommentedOnAndNotChanged(t *testing.T) {
	f := sit(t, "The river is common.")
	cid := f.text[f.id].Blocks[0].CID
	ids := []app.ID{f.table(t, app.RoleMember, 0, "Every river is common.")}
	if err := f.step(t, app.RoleChair, 1, app.PhaseReview); err != nil {
		t.Fatal(err)
	}
	editor := member(app.RoleEditor)
	_, err := f.EditClause(t.Context(), editor, f.id, statement.ClauseEdit{ID: app.NewID(), CID: cid, Base: "The river is common.", Text: "No."})
	wantCode(t, err, "phase.draft")
	_, _, err = f.AddClause(t.Context(), editor, f.id, statement.NewClause{ID: app.NewID(), Node: prose.Paragraph, Text: "More."})
	wantCode(t, err, "phase.draft")
	wantCode(t, f.Rename(t.Context(), editor, f.id, "Other"), "phase.draft")
	_, err = f.Restore(t.Context(), editor, f.id, app.NewID(), 1)
	wantCode(t, err, "not_found") // there is no version
	_, err = f.accept(t, ids...)
	wantCode(t, err, "phase.draft")

	if _, err := f.MayComment(t.Context(), member(app.RoleMember), app.Ref{Kind: app.RefStatement, ID: f.id}); err != nil {
		t.Errorf("a comment: %v", err)
	}
	f.table(t, app.RoleMember, 0, "Each river is common.")
	// Who may not write in any phase is told of their role.
	_, err = f.EditClause(t.Context(), member(app.RoleMember), f.id, statement.ClauseEdit{ID: app.NewID(), CID: cid, Text: "No."})
	wantCode(t, err, "role.draft")

	if err := f.step(t, app.RoleChair, 2, app.PhaseDrafting); err != nil {
		t.Fatal(err)
	}
	if _, err := f.accept(t, ids...); err != nil {
		t.Errorf("back in drafting: %v", err)
	}
}

func TestOnlyTheChairTakesAStepAndOnlyWhereOneLeads(t *testing.T) {
	d := begin(t, "The river is common.")
	for _, role := range app.GroupRoles {
		if role != app.RoleChair && role != app.RoleObserver {
			wantCode(t, d.step(t, role, 1, app.PhaseReview), "role.govern")
		}
	}
	wantCode(t, d.step(t, app.RoleChair, 1, app.PhasePublic), "phase.far")
	wantCode(t, d.step(t, app.RoleChair, 1, app.PhaseDrafting), "phase.far")
	wantCode(t, d.step(t, app.RoleChair, 1, "adopted"), "phase.unknown")
	wantCode(t, d.step(t, app.RoleChair, 2, app.PhaseReview), "phase.changed")
	_, err := d.Step(t.Context(), member(app.RoleChair), d.id, statement.NewStep{ID: app.NewID(), No: 1, To: app.PhaseReview, Reason: " "})
	wantCode(t, err, "reason.empty")
	if err := d.step(t, app.RoleChair, 1, app.PhaseReview); err != nil {
		t.Fatal(err)
	}
	wantCode(t, d.step(t, app.RoleChair, 1, app.PhaseDrafting), "phase.changed")
}

func TestEveryPhaseIsReachedAndHasAWayBack(t *testing.T) {
	reached := map[app.Phase]bool{app.PhaseDrafting: true}
	for range app.Phases {
		for from := range reached {
			for _, to := range (statement.Statement{State: from}).Ways() {
				reached[to] = true
			}
		}
	}
	for _, p := range app.Phases {
		if !reached[p] {
			t.Errorf("%s is never reached", p)
		}
		hasWayBack := p == app.PhaseDrafting
		for _, to := range (statement.Statement{State: p}).Ways() {
			hasWayBack = hasWayBack || to == app.PhaseDrafting
		}
		if !hasWayBack {
			t.Errorf("%s has no way back to drafting", p)
		}
	}
}

func TestATextThatRestsOnNothingStaysInDrafting(t *testing.T) {
	d := begin(t, "1. Water belongs to all.\n")
	wantCode(t, d.step(t, app.RoleChair, 1, app.PhaseReview), "phase.unready")
	course, err := d.Course(t.Context(), member(app.RoleMember), d.id)
	if err != nil || course.Missing != 1 || course.IsReady() {
		t.Errorf("%+v, %v", course, err)
	}
	wantCode(t, begin(t, "").step(t, app.RoleChair, 1, app.PhaseReview), "phase.unready")
}

func TestOpenPagesHearOfAStep(t *testing.T) {
	d := begin(t, "The river is common.")
	var heard []app.ID
	d.OnStep(func(of app.ID) { heard = append(heard, of) })
	wantCode(t, d.step(t, app.RoleChair, 1, app.PhasePublic), "phase.far")
	if err := d.step(t, app.RoleChair, 1, app.PhaseReview); err != nil || len(heard) != 1 || heard[0] != d.id {
		t.Errorf("%v, %v", heard, err)
	}
}
