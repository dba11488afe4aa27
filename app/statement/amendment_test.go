package statement_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"madang/app"
	"madang/app/prose"
	"madang/app/statement"
)

// drawer is a shelf that keeps amendments, without any time limit for claims.
type drawer struct {
	shelf
	kept        map[app.ID]statement.Amendment
	claims      map[app.ID]app.ID
	acceptances map[app.ID]statement.Acceptance
}

func (d drawer) Amendments(_ context.Context, of app.ID) ([]statement.Amendment, error) {
	var list []statement.Amendment
	for _, a := range d.kept {
		if a.Statement == of {
			list = append(list, d.beside(a))
		}
	}
	slices.SortFunc(list, func(a, b statement.Amendment) int { return b.No - a.No })
	return list, nil
}

func (d drawer) Amendment(_ context.Context, id app.ID) (statement.Amendment, error) {
	if a, kept := d.kept[id]; kept {
		return d.beside(a), nil
	}
	return statement.Amendment{}, app.NotFound()
}

// beside is an amendment with those that it is read with.
func (d drawer) beside(a statement.Amendment) statement.Amendment {
	kin := func(a statement.Amendment) statement.Kin {
		return statement.Kin{ID: a.ID, No: a.No, State: a.State, By: a.Authors[0].Persona}
	}
	if a.IsFurther() {
		a.Parent = kin(d.kept[a.Parent.ID])
	}
	for _, other := range d.kept {
		if other.Parent.ID == a.ID {
			a.Further = append(a.Further, kin(other))
		}
	}
	slices.SortFunc(a.Further, func(a, b statement.Kin) int { return a.No - b.No })
	return a
}

func (d drawer) AddAmendment(_ context.Context, _ app.Standing, a statement.Amendment) (statement.Amendment, error) {
	if _, kept := d.kept[a.ID]; !kept {
		d.kept[a.ID] = a
	}
	return d.kept[a.ID], nil
}

func (d drawer) AddAmendments(ctx context.Context, by app.Standing, drafts []statement.Amendment) ([]statement.Amendment, error) {
	for _, a := range drafts {
		if kept, isThere := d.kept[a.ID]; isThere && kept.Authors[0].Persona != by.Persona {
			return nil, app.Conflict("id.taken")
		}
	}
	var kept []statement.Amendment
	for _, a := range drafts {
		added, _ := d.AddAmendment(ctx, by, a)
		kept = append(kept, added)
	}
	return kept, nil
}

func (d drawer) ReviseAmendment(_ context.Context, _ app.Standing, a statement.Amendment) error {
	d.kept[a.ID] = a
	return nil
}

func (d drawer) StepAmendment(_ context.Context, by app.Standing, id app.ID, from statement.AmendmentState, step statement.AmendmentStep) error {
	a := d.kept[id]
	if claimed := d.claims[id]; a.State != from || claimed != "" && claimed != by.Persona {
		return app.Conflict("amendment.decided")
	}
	if a.State, a.Steps = step.To, append(a.Steps, step); step.To == statement.AmendmentTabled {
		a.No = len(d.kept)
	}
	d.kept[id] = a
	delete(d.claims, id)
	return nil
}

func (d drawer) SignAmendment(ctx context.Context, by app.Standing, id app.ID, wording int, at time.Time) error {
	if err := d.UnsignAmendment(ctx, by, id); err != nil {
		return err
	}
	a := d.kept[id]
	a.Authors = append(a.Authors, statement.Signature{Author: statement.Author{Persona: by.Persona}, At: at, Wording: wording})
	d.kept[id] = a
	return nil
}

func (d drawer) UnsignAmendment(_ context.Context, by app.Standing, id app.ID) error {
	a := d.kept[id]
	a.Authors = slices.DeleteFunc(slices.Clone(a.Authors), func(s statement.Signature) bool { return s.Persona == by.Persona })
	d.kept[id] = a
	return nil
}

func (d drawer) ClaimAmendments(_ context.Context, by app.Standing, list []statement.Amendment, _ time.Time) error {
	for _, a := range list {
		if claimed := d.claims[a.ID]; claimed != "" && claimed != by.Persona {
			return app.Conflict("amendment.decided")
		}
		d.claims[a.ID] = by.Persona
	}
	return nil
}

func (d drawer) ReleaseAmendments(_ context.Context, _ app.Standing, ids []app.ID) error {
	for _, id := range ids {
		delete(d.claims, id)
	}
	return nil
}

func (d drawer) AdoptAmendment(ctx context.Context, by app.Standing, a statement.Adoption) error {
	whole := d.kept[a.Amendment]
	if whole.Wording != a.Wording {
		return app.Conflict("amendment.reworded")
	}
	whole.Wording, whole.Proposals = whole.Wording+1, a.Proposals
	whole.Former = append(whole.Former, statement.FormerWording{Proposals: a.Was, Adopted: a.Further, At: a.Step.At})
	d.kept[a.Amendment] = whole
	return d.StepAmendment(ctx, by, a.Further, statement.AmendmentTabled, a.Step)
}

func (d drawer) Accept(ctx context.Context, by app.Standing, done statement.Acceptance) error {
	d.acceptances[done.ID] = done
	for _, fate := range done.Fates {
		if err := d.StepAmendment(ctx, by, fate.Amendment, fate.From, statement.AmendmentStep{To: fate.To, Acceptance: done.ID}); err != nil {
			return err
		}
	}
	return nil
}

func (d drawer) Acceptance(_ context.Context, id app.ID) (statement.Acceptance, error) {
	if done, kept := d.acceptances[id]; kept {
		return done, nil
	}
	return statement.Acceptance{}, app.NotFound()
}

// floor is a desk where amendments are proposed.
type floor struct {
	desk
	text  page
	store drawer
}

func sit(t *testing.T, markdown string) floor {
	t.Helper()
	f := floor{text: page{}, store: drawer{shelf{}, map[app.ID]statement.Amendment{}, map[app.ID]app.ID{}, map[app.ID]statement.Acceptance{}}}
	f.desk = desk{Service: statement.New(f.store, f.text, nil, nil, app.SystemClock), id: app.NewID()}
	if _, err := f.Create(t.Context(), member(app.RoleDrafter), statement.NewStatement{
		ID: f.id, Group: group, Title: "On rivers", Lang: "ko", Markdown: []byte(markdown),
	}); err != nil {
		t.Fatal(err)
	}
	return f
}

func (f floor) rewording(at int, text string) statement.NewAmendment {
	block := f.text[f.id].Blocks[at]
	return statement.NewAmendment{ID: app.NewID(), Reason: " It is clearer. ", Proposals: []prose.Proposal{
		{Kind: prose.ProposeText, CID: block.CID, Base: block.PlainText(), Text: text},
	}}
}

// table proposes another text for a clause and tables it.
func (f floor) table(t *testing.T, role app.Role, at int, text string) app.ID {
	t.Helper()
	made, err := f.Propose(t.Context(), member(role), f.id, f.rewording(at, text))
	if err == nil {
		err = f.StepAmendment(t.Context(), member(role), made.ID, statement.AmendmentTabled, "")
	}
	if err != nil {
		t.Fatal(err)
	}
	return made.ID
}

func (f floor) accept(t *testing.T, ids ...app.ID) (statement.Acceptance, error) {
	t.Helper()
	return f.AcceptAmendments(t.Context(), member(app.RoleEditor), f.id, statement.NewAcceptance{ID: app.NewID(), Amendments: ids, Reason: "Agreed."})
}

func (f floor) state(id app.ID) statement.AmendmentState { return f.store.kept[id].State }

// isSigned reports whether somebody's name stands below the present words.
func (f floor) isSigned(id, persona app.ID) bool {
	a := f.store.kept[id]
	signature, isAuthor := a.SignatureOf(persona)
	return isAuthor && a.Stands(signature)
}

// signedBy are the names below an amendment.
func signedBy(personas ...app.ID) []statement.Signature {
	var list []statement.Signature
	for _, persona := range personas {
		list = append(list, statement.Signature{Author: statement.Author{Persona: persona}})
	}
	return list
}

func TestADraftIsSeenByItsAuthorAlone(t *testing.T) {
	f := sit(t, "One.\n\nTwo.")
	wish := f.rewording(0, "Uno.")
	made, err := f.Propose(t.Context(), member(app.RoleMember), f.id, wish)
	if err != nil || made.State != statement.AmendmentDraft || made.Reason != "It is clearer." || made.No != 0 {
		t.Fatalf("%+v, %v", made, err)
	}
	if again, err := f.Propose(t.Context(), member(app.RoleMember), f.id, wish); err != nil || again.ID != made.ID || len(f.store.kept) != 1 {
		t.Errorf("sent again: %+v, %v", again, err)
	}
	_, err = f.Propose(t.Context(), member(app.RoleDrafter), f.id, wish)
	wantCode(t, err, "id.taken")
	_, err = f.Amendment(t.Context(), member(app.RoleChair), made.ID)
	wantCode(t, err, "not_found")
	if _, list, err := f.Amendments(t.Context(), member(app.RoleChair), f.id); err != nil || len(list) > 0 {
		t.Errorf("%+v, %v", list, err)
	}
	wish.Proposals[0].Text = "Eins."
	if _, err := f.ReviseAmendment(t.Context(), member(app.RoleMember), made.ID, wish); err != nil {
		t.Error(err)
	}
	if v, err := f.Amendment(t.Context(), member(app.RoleMember), made.ID); err != nil || wordsOf(v.After) != "Eins. | Two." || wordsOf(v.Now) != "One. | Two." {
		t.Errorf("%+v, %v", v, err)
	}
	if err := f.StepAmendment(t.Context(), member(app.RoleMember), made.ID, statement.AmendmentTabled, ""); err != nil {
		t.Error(err)
	}
	if v, err := f.Amendment(t.Context(), member(app.RoleInterpreter), made.ID); err != nil || v.No != 1 {
		t.Errorf("%+v, %v", v, err)
	}
	_, err = f.ReviseAmendment(t.Context(), member(app.RoleMember), made.ID, wish)
	wantCode(t, err, "amendment.decided")
}

// whatCanBecome is written out by hand, apart from the table in amendment.go: for each
// state the others it can come to, and by whom.
const whatCanBecome = `
	draft      tabled:author withdrawn:author
	tabled     discussed:decider accepted:decider modified:decider rejected:decider superseded:decider withdrawn:author
	discussed  accepted:decider modified:decider rejected:decider superseded:decider withdrawn:author`

func TestEveryStepIsTakenByWhomTheTableSaysAndNoOther(t *testing.T) {
	may := map[string]string{}
	for line := range strings.Lines(strings.TrimSpace(whatCanBecome)) {
		fields := strings.Fields(line)
		for _, step := range fields[1:] {
			to, who, _ := strings.Cut(step, ":")
			may[fields[0]+" "+to] = who
		}
	}
	for _, from := range statement.AmendmentStates {
		for _, to := range statement.AmendmentStates {
			for _, role := range app.GroupRoles {
				for _, isAuthor := range []bool{true, false} {
					m := app.Membership{Persona: "p", Role: role}
					a := statement.Amendment{State: from, Authors: signedBy("q", "p")}
					if isAuthor {
						a.Authors = signedBy("p")
					}
					decides := role == app.RoleChair || role == app.RoleEditor
					proposes := decides || role == app.RoleDrafter || role == app.RoleMember
					who := may[string(from)+" "+string(to)]
					want := who == "author" && isAuthor && proposes || who == "decider" && decides
					if got := a.MayStep(m, to) == nil; got != want {
						t.Errorf("%s to %s by a %s, author: %v: %v", from, to, role, isAuthor, got)
					}
				}
			}
		}
	}
}

func TestAmendmentsThatAreRefused(t *testing.T) {
	f := sit(t, "One.\n\nTwo.")
	wish := f.rewording(0, "Uno.")
	for role, code := range map[app.Role]string{app.RoleModerator: "role.propose", app.RoleInterpreter: "role.propose", app.RoleObserver: "not_found"} {
		_, err := f.Propose(t.Context(), member(role), f.id, wish)
		wantCode(t, err, code)
	}
	for code, spoil := range map[string]func(*statement.NewAmendment){
		"api.id":          func(w *statement.NewAmendment) { w.ID = "1" },
		"reason.empty":    func(w *statement.NewAmendment) { w.Reason = " \n" },
		"reason.long":     func(w *statement.NewAmendment) { w.Reason = strings.Repeat("가", statement.MaxAmendmentReason+1) },
		"text.hidden":     func(w *statement.NewAmendment) { w.Proposals[0].Text = "a\x00" },
		"text.utf8":       func(w *statement.NewAmendment) { w.Proposals[0].Text = "\xff" },
		"amendment.empty": func(w *statement.NewAmendment) { w.Proposals = nil },
		"amendment.gone":  func(w *statement.NewAmendment) { w.Proposals[0].CID = prose.NewCID() },
		"amendment.many":  func(w *statement.NewAmendment) { w.Proposals = make([]prose.Proposal, statement.MaxProposals+1) },
	} {
		bad := f.rewording(0, "Uno.")
		spoil(&bad)
		_, err := f.Propose(t.Context(), member(app.RoleMember), f.id, bad)
		wantCode(t, err, code)
	}
	if len(f.store.kept) > 0 {
		t.Errorf("kept: %+v", f.store.kept)
	}
	id := f.table(t, app.RoleMember, 0, "Uno.")
	wantCode(t, f.StepAmendment(t.Context(), member(app.RoleEditor), id, statement.AmendmentRejected, ""), "reason.empty")
	wantCode(t, f.StepAmendment(t.Context(), member(app.RoleEditor), id, statement.AmendmentAccepted, "So."), "amendment.state")
	wantCode(t, f.StepAmendment(t.Context(), member(app.RoleDrafter), id, statement.AmendmentWithdrawn, ""), "amendment.not_yours")
	_, err := f.AcceptAmendments(t.Context(), member(app.RoleDrafter), f.id, statement.NewAcceptance{ID: app.NewID(), Amendments: []app.ID{id}, Reason: "So."})
	wantCode(t, err, "role.decide")
	_, err = f.accept(t)
	wantCode(t, err, "amendment.none")
	_, err = f.accept(t, id, app.NewID())
	wantCode(t, err, "not_found")
	if wordsOf(f.text[f.id]) != "One. | Two." || f.state(id) != statement.AmendmentTabled {
		t.Errorf("%q, %s", wordsOf(f.text[f.id]), f.state(id))
	}
}

func TestAcceptedAmendmentsAreInTheTextBesideWhatOthersWrote(t *testing.T) {
	f := sit(t, "All people may speak.\n\nTwo.")
	first, second := f.table(t, app.RoleMember, 0, "All human beings may speak."), f.table(t, app.RoleDrafter, 0, "All people may speak freely.")
	block := f.text[f.id].Blocks[0]
	if _, err := f.EditClause(t.Context(), member(app.RoleDrafter), f.id, statement.ClauseEdit{
		ID: app.NewID(), CID: block.CID, Base: "All people may speak.", Text: "All people must speak.",
	}); err != nil {
		t.Fatal(err)
	}
	wish := statement.NewAcceptance{ID: app.NewID(), Amendments: []app.ID{second, first}, Reason: "Agreed."}
	for range 2 { // sent again
		done, err := f.AcceptAmendments(t.Context(), member(app.RoleEditor), f.id, wish)
		if err != nil || len(done.Fates) != 2 || done.Fates[0].Amendment != first {
			t.Fatalf("%+v, %v", done, err)
		}
	}
	if got := wordsOf(f.text[f.id]); got != "All human beings must speak freely. | Two." || f.state(first) != statement.AmendmentAccepted || f.state(second) != statement.AmendmentAccepted {
		t.Errorf("%q, %s, %s", got, f.state(first), f.state(second))
	}
	_, err := f.AcceptAmendments(t.Context(), member(app.RoleChair), f.id, wish)
	wantCode(t, err, "id.taken")
	_, err = f.accept(t, first)
	wantCode(t, err, "amendment.decided")
}

func TestACollisionIsDecidedAboutAndEveryWordingIsKept(t *testing.T) {
	f := sit(t, "All people may speak.\n\nTwo.")
	first, second := f.table(t, app.RoleMember, 0, "All people may sing."), f.table(t, app.RoleDrafter, 0, "All human beings may shout.")
	_, err := f.accept(t, first, second)
	wantCode(t, err, "amendment.collides")
	plan, err := f.PlanAcceptance(t.Context(), member(app.RoleEditor), f.id, []app.ID{first, second})
	if err != nil || len(plan.Collisions) != 1 || wordsOf(plan.After) != "All human beings may speak. | Two." {
		t.Fatalf("%+v, %v", plan, err)
	}
	wish := statement.NewAcceptance{ID: app.NewID(), Amendments: []app.ID{first, second}, Reason: "Agreed.", Settled: plan.Collisions[0].Wordings[:1], Seen: "old"}
	_, err = f.AcceptAmendments(t.Context(), member(app.RoleEditor), f.id, wish)
	wantCode(t, err, "amendment.collides")
	wish.Seen = plan.Seen
	done, err := f.AcceptAmendments(t.Context(), member(app.RoleEditor), f.id, wish)
	if err != nil || len(done.Collisions) != 1 || len(done.Collisions[0].Wordings) != 2 || done.Collisions[0].Outcome.Text != "sing" {
		t.Fatalf("%+v, %v", done, err)
	}
	if got := wordsOf(f.text[f.id]); got != "All human beings may sing. | Two." || f.state(first) != statement.AmendmentAccepted || f.state(second) != statement.AmendmentModified {
		t.Errorf("%q, %s, %s", got, f.state(first), f.state(second))
	}
	third, fourth := f.table(t, app.RoleMember, 1, "Zwei."), f.table(t, app.RoleDrafter, 1, "Deux.")
	plan, err = f.PlanAcceptance(t.Context(), member(app.RoleEditor), f.id, []app.ID{third, fourth})
	if err != nil {
		t.Fatal(err)
	}
	if _, err = f.AcceptAmendments(t.Context(), member(app.RoleEditor), f.id, statement.NewAcceptance{
		ID: app.NewID(), Amendments: []app.ID{third, fourth}, Reason: "The first one.", Settled: plan.Collisions[0].Wordings[:1], Seen: plan.Seen,
	}); err != nil || f.state(third) != statement.AmendmentAccepted || f.state(fourth) != statement.AmendmentSuperseded {
		t.Errorf("%s, %s, %v", f.state(third), f.state(fourth), err)
	}
}

func TestAStaleAmendmentIsNotAcceptedAndCanBeDecidedAboutLater(t *testing.T) {
	f := sit(t, "All people may speak.\n\nTwo.")
	first, second, gone := f.table(t, app.RoleMember, 0, "All people may sing."), f.table(t, app.RoleDrafter, 0, "All people may shout."), f.table(t, app.RoleDrafter, 1, "Zwei.")
	if _, err := f.accept(t, first); err != nil {
		t.Fatal(err)
	}
	_, err := f.accept(t, second)
	wantCode(t, err, "amendment.stale")
	block := f.text[f.id].Blocks[1]
	if _, err := f.DeleteClause(t.Context(), member(app.RoleDrafter), f.id, statement.ClauseEdit{ID: app.NewID(), CID: block.CID, Base: "Two."}); err != nil {
		t.Fatal(err)
	}
	_, err = f.accept(t, gone)
	wantCode(t, err, "amendment.stale")
	v, err := f.Amendment(t.Context(), member(app.RoleMember), gone)
	if err != nil || len(v.Stale) != 1 || v.Stale[0].Kind != prose.CollidesGone || v.Stale[0].Wordings[0].Text != "Zwei." {
		t.Errorf("%+v, %v", v.Stale, err)
	}
	if got := wordsOf(f.text[f.id]); got != "All people may sing." {
		t.Errorf("%q", got)
	}
	for _, id := range []app.ID{second, gone} {
		if err := f.StepAmendment(t.Context(), member(app.RoleChair), id, statement.AmendmentSuperseded, "By the first."); err != nil {
			t.Error(err)
		}
	}
}

func TestSomebodyElseSignsAnAmendmentAndTakesTheirNameOff(t *testing.T) {
	f := sit(t, "One.")
	id := f.table(t, app.RoleMember, 0, "Uno.")
	wantCode(t, f.SignAmendment(t.Context(), member(app.RoleModerator), id, 0), "role.propose")
	wantCode(t, f.UnsignAmendment(t.Context(), member(app.RoleMember), id), "amendment.decided")
	if err := f.SignAmendment(t.Context(), member(app.RoleDrafter), id, 0); err != nil || !f.isSigned(id, "drafter") {
		t.Errorf("%+v, %v", f.store.kept[id].Authors, err)
	}
	wantCode(t, f.StepAmendment(t.Context(), member(app.RoleDrafter), id, statement.AmendmentWithdrawn, ""), "amendment.not_yours")
	if err := f.UnsignAmendment(t.Context(), member(app.RoleDrafter), id); err != nil || f.isSigned(id, "drafter") {
		t.Errorf("%+v, %v", f.store.kept[id].Authors, err)
	}
}

func TestADraftIsSpokenAboutByNobody(t *testing.T) {
	f := sit(t, "One.\n\nTwo.")
	made, err := f.Propose(t.Context(), member(app.RoleMember), f.id, f.rewording(0, "Uno."))
	if err != nil {
		t.Fatal(err)
	}
	on := app.Ref{Kind: app.RefAmendment, ID: f.id, Part: string(made.ID)}
	_, err = f.MayComment(t.Context(), member(app.RoleEditor), on)
	wantCode(t, err, "not_found")
	_, err = f.MayComment(t.Context(), member(app.RoleMember), on)
	wantCode(t, err, "amendment.untabled")
	if err := f.StepAmendment(t.Context(), member(app.RoleMember), made.ID, statement.AmendmentTabled, ""); err != nil {
		t.Fatal(err)
	}
	if _, err := f.MayComment(t.Context(), member(app.RoleEditor), on); err != nil {
		t.Error(err)
	}
	for _, part := range []string{"", "x", string(app.NewID())} {
		_, err = f.MayComment(t.Context(), member(app.RoleEditor), app.Ref{Kind: app.RefAmendment, ID: f.id, Part: part})
		wantCode(t, err, "not_found")
	}
}
