package statement_test

import (
	"testing"

	"madang/app"
	"madang/app/prose"
	"madang/app/statement"
)

// furtherRewording is a draft of other words for what an amendment wants of a clause.
func (f floor) furtherRewording(t *testing.T, id app.ID, text string) statement.NewAmendment {
	t.Helper()
	block := f.store.kept[id].Wordings().Blocks[0]
	return statement.NewAmendment{ID: app.NewID(), Reason: "It is clearer.", Proposals: []prose.Proposal{
		{Kind: prose.ProposeText, CID: block.CID, Base: block.PlainText(), Text: text},
	}}
}

// tableFurther proposes other words for an amendment and tables them.
func (f floor) tableFurther(t *testing.T, role app.Role, id app.ID, text string) app.ID {
	t.Helper()
	made, err := f.ProposeFurther(t.Context(), member(role), id, f.furtherRewording(t, id, text))
	if err == nil {
		err = f.StepAmendment(t.Context(), member(role), made.ID, statement.AmendmentTabled, "")
	}
	if err != nil {
		t.Fatal(err)
	}
	return made.ID
}

func TestWhoeverWroteAnAmendmentAdoptsOtherWordsForItAndItsSignersAreAskedAgain(t *testing.T) {
	f := sit(t, "All people may speak.\n\nTwo.")
	id := f.table(t, app.RoleMember, 0, "All human beings may speak.")
	if err := f.SignAmendment(t.Context(), member(app.RoleChair), id, 0); err != nil {
		t.Fatal(err)
	}
	further := f.tableFurther(t, app.RoleDrafter, id, "All human beings may speak and sing.")
	if v, err := f.Amendment(t.Context(), member(app.RoleChair), further); err != nil || v.Whole.ID != id || wordsOf(v.After) != "All human beings may speak and sing." || wordsOf(v.Text) != "All people may speak. | Two." {
		t.Fatalf("%+v, %v", v, err)
	}
	if _, list, err := f.Amendments(t.Context(), member(app.RoleChair), f.id); err != nil || len(list) != 1 || len(list[0].Further) != 1 || list[0].Further[0].ID != further {
		t.Errorf("%+v, %v", list, err)
	}
	for _, role := range []app.Role{app.RoleChair, app.RoleEditor, app.RoleDrafter} {
		wantCode(t, f.StepAmendment(t.Context(), member(role), further, statement.AmendmentAccepted, "So."), "amendment.not_parents")
		wantCode(t, f.StepAmendment(t.Context(), member(role), further, statement.AmendmentRejected, "So."), "amendment.not_parents")
	}
	wantCode(t, f.StepAmendment(t.Context(), member(app.RoleMember), further, statement.AmendmentAccepted, " "), "reason.empty")
	if err := f.StepAmendment(t.Context(), member(app.RoleMember), further, statement.AmendmentAccepted, "Yes."); err != nil {
		t.Fatal(err)
	}
	a := f.store.kept[id]
	if words := a.Proposals[0].Text; words != "All human beings may speak and sing." || a.Wording != 1 || a.State != statement.AmendmentTabled || f.state(further) != statement.AmendmentAccepted {
		t.Errorf("%+v", a)
	}
	if len(a.Former) != 1 || a.Former[0].Proposals[0].Text != "All human beings may speak." || a.Former[0].Adopted != further {
		t.Errorf("%+v", a.Former)
	}
	if !f.isSigned(id, "member") || f.isSigned(id, "chair") {
		t.Errorf("%+v", a.Authors)
	}
	wantCode(t, f.SignAmendment(t.Context(), member(app.RoleChair), id, 0), "amendment.reworded")
	if err := f.SignAmendment(t.Context(), member(app.RoleChair), id, 1); err != nil || !f.isSigned(id, "chair") {
		t.Error(err)
	}
	if wordsOf(f.text[f.id]) != "All people may speak. | Two." {
		t.Error(wordsOf(f.text[f.id]))
	}
	wantCode(t, f.StepAmendment(t.Context(), member(app.RoleMember), further, statement.AmendmentAccepted, "Yes."), "amendment.decided")
}

func TestNobodyAcceptsWordsThatCameAfterWhatTheyDecidedAbout(t *testing.T) {
	f := sit(t, "All people may speak.")
	id := f.table(t, app.RoleMember, 0, "All human beings may speak.")
	before, err := f.PlanAcceptance(t.Context(), member(app.RoleEditor), f.id, []app.ID{id})
	if err != nil {
		t.Fatal(err)
	}
	further := f.tableFurther(t, app.RoleDrafter, id, "Nobody may speak.")
	if err := f.StepAmendment(t.Context(), member(app.RoleMember), further, statement.AmendmentAccepted, "Yes."); err != nil {
		t.Fatal(err)
	}
	wish := statement.NewAcceptance{ID: app.NewID(), Amendments: []app.ID{id}, Reason: "Agreed.", Seen: before.Seen}
	for _, seen := range []string{before.Seen, ""} {
		wish.Seen = seen
		_, err = f.AcceptAmendments(t.Context(), member(app.RoleEditor), f.id, wish)
		wantCode(t, err, "amendment.reworded")
	}
	now, err := f.PlanAcceptance(t.Context(), member(app.RoleEditor), f.id, []app.ID{id})
	if err != nil {
		t.Fatal(err)
	}
	wish.Seen = now.Seen
	if _, err = f.AcceptAmendments(t.Context(), member(app.RoleEditor), f.id, wish); err != nil || wordsOf(f.text[f.id]) != "Nobody may speak." {
		t.Errorf("%q, %v", wordsOf(f.text[f.id]), err)
	}
}

func TestAmendmentsToAmendmentsThatAreRefused(t *testing.T) {
	f := sit(t, "One.\n\nTwo.")
	draft, err := f.Propose(t.Context(), member(app.RoleMember), f.id, f.rewording(1, "Zwei."))
	if err != nil {
		t.Fatal(err)
	}
	_, err = f.ProposeFurther(t.Context(), member(app.RoleMember), draft.ID, f.furtherRewording(t, draft.ID, "Deux."))
	wantCode(t, err, "amendment.unseen")
	_, err = f.ProposeFurther(t.Context(), member(app.RoleDrafter), draft.ID, f.furtherRewording(t, draft.ID, "Deux."))
	wantCode(t, err, "not_found")

	id := f.table(t, app.RoleMember, 0, "Uno.")
	_, err = f.ProposeFurther(t.Context(), member(app.RoleModerator), id, f.furtherRewording(t, id, "Un."))
	wantCode(t, err, "role.propose")
	strays := f.rewording(1, "Zwei.")
	_, err = f.ProposeFurther(t.Context(), member(app.RoleDrafter), id, strays)
	wantCode(t, err, "amendment.strays")
	further := f.tableFurther(t, app.RoleDrafter, id, "Un.")
	_, err = f.ProposeFurther(t.Context(), member(app.RoleMember), further, f.furtherRewording(t, id, "Eins."))
	wantCode(t, err, "amendment.deep")
	_, err = f.accept(t, further)
	wantCode(t, err, "amendment.further")
	_, err = f.accept(t, id, further)
	wantCode(t, err, "amendment.further")

	// A wish that has become a text's amendment can't be an amendment's, nor the other way.
	wish := f.furtherRewording(t, id, "Eins.")
	if _, err := f.ProposeFurther(t.Context(), member(app.RoleDrafter), id, wish); err != nil {
		t.Error(err)
	}
	if v, err := f.Amendment(t.Context(), member(app.RoleMember), id); err != nil || len(v.Furthers) != 1 {
		t.Errorf("somebody's draft is seen by others: %+v, %v", v.Furthers, err)
	}
	if _, list, err := f.Amendments(t.Context(), member(app.RoleMember), f.id); err != nil || len(list[0].Further)+len(list[1].Further) != 1 {
		t.Errorf("somebody's draft is seen by others: %+v, %v", list, err)
	}
	rewording := f.rewording(0, "Eins.")
	rewording.ID = wish.ID
	_, err = f.Propose(t.Context(), member(app.RoleDrafter), f.id, rewording)
	wantCode(t, err, "id.taken")
	moved, err := f.Propose(t.Context(), member(app.RoleMember), f.id, statement.NewAmendment{ID: app.NewID(), Reason: "So.", Proposals: []prose.Proposal{
		{Kind: prose.ProposeDeletion, CID: f.text[f.id].Blocks[1].CID, Base: "Two."},
	}})
	if err == nil {
		err = f.StepAmendment(t.Context(), member(app.RoleMember), moved.ID, statement.AmendmentTabled, "")
	}
	if err != nil {
		t.Fatal(err)
	}
	_, err = f.ProposeFurther(t.Context(), member(app.RoleDrafter), moved.ID, f.furtherRewording(t, id, "x"))
	wantCode(t, err, "amendment.wordless")

	// What was begun while the amendment was open can't be tabled after it.
	if err := f.StepAmendment(t.Context(), member(app.RoleEditor), id, statement.AmendmentRejected, "No."); err != nil {
		t.Fatal(err)
	}
	wantCode(t, f.StepAmendment(t.Context(), member(app.RoleDrafter), wish.ID, statement.AmendmentTabled, ""), "amendment.parent_decided")
	wantCode(t, f.StepAmendment(t.Context(), member(app.RoleMember), further, statement.AmendmentAccepted, "Yes."), "amendment.parent_decided")
	_, err = f.ProposeFurther(t.Context(), member(app.RoleDrafter), id, f.furtherRewording(t, id, "Un."))
	wantCode(t, err, "amendment.parent_decided")
	if err := f.StepAmendment(t.Context(), member(app.RoleDrafter), wish.ID, statement.AmendmentWithdrawn, ""); err != nil {
		t.Error(err)
	}
}

func TestOfTwoWordingsForTheSameWordsOfAnAmendmentTheSecondIsStale(t *testing.T) {
	f := sit(t, "All people may speak.")
	id := f.table(t, app.RoleMember, 0, "All human beings may speak.")
	first := f.tableFurther(t, app.RoleDrafter, id, "All human beings may sing.")
	second := f.tableFurther(t, app.RoleEditor, id, "All human beings may shout.")
	third := f.tableFurther(t, app.RoleChair, id, "Always all human beings may speak.")
	adopt := func(id app.ID) error {
		return f.StepAmendment(t.Context(), member(app.RoleMember), id, statement.AmendmentAccepted, "Yes.")
	}
	if err := adopt(first); err != nil {
		t.Fatal(err)
	}
	wantCode(t, adopt(second), "amendment.stale")
	if v, err := f.Amendment(t.Context(), member(app.RoleMember), second); err != nil || len(v.Stale) != 1 || len(v.Stale[0].Wordings) != 2 {
		t.Errorf("%+v, %v", v.Stale, err)
	}
	if err := adopt(third); err != nil {
		t.Fatal(err)
	}
	if words := f.store.kept[id].Proposals[0].Text; words != "Always all human beings may sing." {
		t.Error(words)
	}
}
