package statement

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"time"

	"madang/app"
	"madang/app/prose"
)

// ClaimTime is how long an amendment that somebody accepts can't be decided by others.
// An acceptance takes well under a second; a node that dies within it delays the others
// for so long.
const ClaimTime = time.Minute

// NewAcceptance is the wish to put amendments into the text. ID is made where it was
// typed, so that sending it again accepts once.
type NewAcceptance struct {
	ID         app.ID
	Amendments []app.ID
	// Seen is the Seen of the plan that was decided about; it may be empty if the plan had
	// no collisions, and none of its amendments ever got other words. Settled says for each
	// collision, in order, what becomes of the place.
	Seen    string
	Settled []prose.Wording
	Reason  string
}

// Acceptance is how amendments were put into the text: together, with what became of each,
// and of each collision with every wording.
type Acceptance struct {
	ID, Statement app.ID
	By            Author
	Reason        string
	At            time.Time
	Fates         []Fate
	Collisions    []SettledCollision
}

// Fate is what an amendment came to in an acceptance.
type Fate struct {
	Amendment app.ID
	From, To  AmendmentState
}

// SettledCollision is a collision and what became of its place.
type SettledCollision struct {
	prose.Collision
	Outcome prose.Wording
}

// AcceptancePlan is what accepting amendments together would do.
type AcceptancePlan struct {
	Of         Statement
	Membership app.Membership
	Amendments []Amendment
	// Stale has the amendments that can't be accepted as they are, with where and why.
	Stale map[app.ID][]prose.Collision
	// Unanswered are the issues that have to be answered before.
	Unanswered []OpenIssue
	// Collisions are what has to be settled. Seen changes with them, and with the wordings
	// of the amendments.
	Collisions []prose.Collision
	Seen       string
	// Now is the text, and After what it would be with collisions left as they are.
	Now, After prose.Doc

	adapted []prose.Amendment
}

// PlanAcceptance says what accepting amendments together would do, to somebody who may.
func (s *Service) PlanAcceptance(ctx context.Context, actor app.Actor, of app.ID, ids []app.ID) (AcceptancePlan, error) {
	view, list, err := s.Amendments(ctx, actor, of)
	if err != nil {
		return AcceptancePlan{}, err
	}
	if err := cmp.Or(view.Membership.Must(app.Decide), view.Membership.Must(app.Draft)); err != nil {
		return AcceptancePlan{}, err
	}
	plan := AcceptancePlan{Of: view.Statement, Membership: view.Membership, Now: view.Text.Doc, Stale: map[app.ID][]prose.Collision{}}
	for _, a := range slices.Backward(list) { // in the order of their numbers
		if slices.Contains(ids, a.ID) {
			plan.Amendments = append(plan.Amendments, a)
		}
	}
	switch {
	case len(ids) == 0:
		return plan, app.Invalid("amendment.none")
	case slices.ContainsFunc(list, func(a Amendment) bool {
		return slices.ContainsFunc(a.Further, func(k Kin) bool { return slices.Contains(ids, k.ID) })
	}):
		return plan, app.Invalid("amendment.further")
	case len(plan.Amendments) < len(ids):
		return plan, app.NotFound()
	}
	if s.answers != nil {
		if plan.Unanswered, err = s.answers.Unanswered(ctx, ids); err != nil {
			return plan, err
		}
	}
	return plan.merge()
}

// merge fits the amendments into the text and to each other.
func (p AcceptancePlan) merge() (AcceptancePlan, error) {
	seen := sha256.New()
	for _, a := range p.Amendments {
		if a.Wording > 0 {
			fmt.Fprintf(seen, "%s %d\n", a.ID, a.Wording)
		}
		if err := a.MayStep(p.Membership, AmendmentAccepted); err != nil {
			return p, err
		}
		adapted, stale := a.prose().Rebase(p.Now)
		if len(stale) > 0 {
			p.Stale[a.ID] = stale
			continue
		}
		p.adapted = append(p.adapted, adapted)
	}
	merged, collisions := prose.MergeAmendments(p.Now, p.adapted)
	p.After, p.Collisions = p.Now.Amend(merged), collisions
	fmt.Fprintf(seen, "%+v", collisions)
	p.Seen = hex.EncodeToString(seen.Sum(nil)[:8])
	return p, nil
}

// AcceptAmendments puts amendments into the live text, all in one edit: exactly what was
// agreed, or nothing. If others changed the words meanwhile it is Conflict
// "amendment.stale", and if there are collisions that weren't decided about, Conflict
// "amendment.collides": the plan has what to decide about now. Before several go in, the
// text is kept as a version.
func (s *Service) AcceptAmendments(ctx context.Context, actor app.Actor, of app.ID, wish NewAcceptance) (Acceptance, error) {
	if parsed, err := app.ParseID(string(wish.ID)); err != nil || parsed != wish.ID {
		return Acceptance{}, app.Invalid("api.id").On("id")
	}
	if done, m, err := s.acceptedBefore(ctx, actor, of, wish.ID); err != nil || done.ID != "" {
		if err == nil && (done.By.Persona != m.Persona || done.Statement != of) {
			err = app.Conflict("id.taken")
		}
		return done, err
	}
	plan, err := s.PlanAcceptance(ctx, actor, of, wish.Amendments)
	if err != nil {
		return Acceptance{}, err
	}
	if wish, err = wish.check(plan); err != nil {
		return Acceptance{}, err
	}
	merged, done, err := plan.settle(wish)
	if err != nil {
		return Acceptance{}, err
	}
	done.At = s.clock()
	return done, s.accept(ctx, plan, wish, merged, done)
}

// acceptedBefore finds an acceptance that was sent before.
func (s *Service) acceptedBefore(ctx context.Context, actor app.Actor, of, id app.ID) (Acceptance, app.Membership, error) {
	_, m, err := s.Find(ctx, actor, of)
	if err != nil {
		return Acceptance{}, m, err
	}
	done, err := s.store.Acceptance(ctx, id)
	if app.KindOf(err) == app.KindNotFound {
		return Acceptance{}, m, nil
	}
	return done, m, err
}

func (w NewAcceptance) check(plan AcceptancePlan) (NewAcceptance, error) {
	var err error
	if w.Reason, err = checkReason(w.Reason, MaxAmendmentReason); err != nil {
		return w, err
	}
	if len(plan.Stale) > 0 {
		return w, app.Conflict("amendment.stale")
	}
	if len(plan.Unanswered) > 0 {
		return w, app.Conflict("amendment.unanswered", "count", len(plan.Unanswered))
	}
	if len(plan.Collisions) == 0 {
		return w, w.sawWordings(plan)
	}
	if w.Seen != plan.Seen || len(w.Settled) != len(plan.Collisions) {
		return w, app.Conflict("amendment.collides")
	}
	for _, settled := range w.Settled {
		if err := checkText(settled.Text); err != nil {
			return w, err
		}
	}
	return w, nil
}

// sawWordings refuses to accept words that came after what was decided about.
func (w NewAcceptance) sawWordings(plan AcceptancePlan) error {
	isReworded := slices.ContainsFunc(plan.Amendments, func(a Amendment) bool { return a.Wording > 0 })
	if isReworded && w.Seen != plan.Seen {
		return app.Conflict("amendment.reworded")
	}
	return nil
}

// settle makes one amendment of all, and says what becomes of each.
func (p AcceptancePlan) settle(wish NewAcceptance) (prose.Amendment, Acceptance, error) {
	done := Acceptance{ID: wish.ID, Statement: p.Of.ID, By: Author{Persona: p.Membership.Persona, Name: p.Membership.Name}, Reason: wish.Reason}
	merged, found := prose.SettleAmendments(p.Now, p.adapted, func(c prose.Collision) prose.Wording {
		outcome := wish.Settled[len(done.Collisions)]
		done.Collisions = append(done.Collisions, SettledCollision{c, outcome})
		return outcome
	})
	if len(found) > len(p.Collisions) {
		return merged, done, app.Invalid("amendment.circle")
	}
	for _, c := range found[len(done.Collisions):] { // circles, which always stay
		done.Collisions = append(done.Collisions, SettledCollision{c, c.Kept()})
	}
	for i, a := range p.Amendments {
		done.Fates = append(done.Fates, Fate{a.ID, a.State, fateOf(p.adapted[i], done.Collisions)})
	}
	merged.Name = string(wish.ID)
	return merged, done, nil
}

// fateOf is what an amendment comes to: accepted if no collision was settled against it,
// superseded if nothing of it is left, and else modified. Words that nobody proposed are
// made of all that collided.
func fateOf(a prose.Amendment, settled []SettledCollision) AmendmentState {
	lost, isReworded := map[string][]prose.Collision{}, false // by clause
	for _, c := range settled {
		isOf := func(w prose.Wording) bool { return slices.Contains(w.Amendments, a.Name) }
		i := slices.IndexFunc(c.Wordings, isOf)
		switch {
		case i < 0 || isSame(c.Wordings[i], c.Outcome):
		case isSame(c.Kept(), c.Outcome) || slices.ContainsFunc(c.Wordings, func(w prose.Wording) bool { return isSame(w, c.Outcome) }):
			lost[c.CID] = append(lost[c.CID], c.Collision)
		default:
			isReworded = true
		}
	}
	left := slices.ContainsFunc(a.Proposals, func(p prose.Proposal) bool { return isLeft(p, lost[p.CID]) })
	switch {
	case len(lost) == 0 && !isReworded:
		return AmendmentAccepted
	case left || isReworded:
		return AmendmentModified
	}
	return AmendmentSuperseded
}

// isSame reports whether two wordings want the same.
func isSame(a, b prose.Wording) bool {
	return a.Text == b.Text && a.IsGone == b.IsGone && a.After == b.After
}

// isLeft reports whether anything of a proposal was not lost in collisions.
func isLeft(p prose.Proposal, lost []prose.Collision) bool {
	over := func(kind prose.CollisionKind, from, to int) bool {
		return slices.ContainsFunc(lost, func(c prose.Collision) bool { return c.Kind == kind && c.From <= from && to <= c.To })
	}
	if over(prose.CollidesDeletion, 0, 0) {
		return false
	}
	switch p.Kind {
	case prose.ProposeText:
		return slices.ContainsFunc(prose.Changes(p.Base, p.Text), func(c prose.Change) bool {
			return !over(prose.CollidesWords, c.At, c.At+c.Delete)
		})
	case prose.ProposeMove:
		return !over(prose.CollidesPlace, 0, 0)
	}
	return true
}

// accept carries an acceptance out. The amendments are claimed first, so that nobody
// rejects one while its words are on their way into the text.
func (s *Service) accept(ctx context.Context, plan AcceptancePlan, wish NewAcceptance, merged prose.Amendment, done Acceptance) error {
	standing := plan.Membership.Standing()
	if err := s.store.ClaimAmendments(ctx, standing, plan.Amendments, done.At); err != nil {
		return err
	}
	if len(merged.Proposals) > 0 {
		if len(wish.Amendments) > 1 {
			if _, err := s.keepBefore(ctx, plan.Membership, plan.Of); err != nil {
				_ = s.store.ReleaseAmendments(ctx, standing, wish.Amendments)
				return err
			}
		}
		edit := []prose.Edit{{Kind: prose.Amend, Amendment: merged}}
		edited, err := s.draft.Edit(ctx, plan.Membership, plan.Of.ID, wish.ID, edit)
		if err == nil && len(edited.Conflicts) > 0 {
			err = app.Conflict("amendment.stale")
		}
		if err != nil {
			// If this fails too, the claim ends by itself.
			_ = s.store.ReleaseAmendments(ctx, standing, wish.Amendments)
			return err
		}
	}
	return s.store.Accept(ctx, standing, done)
}

// Acceptance returns how amendments were put into a text, with these amendments.
func (s *Service) Acceptance(ctx context.Context, actor app.Actor, of, id app.ID) (View, []Amendment, Acceptance, error) {
	view, list, err := s.Amendments(ctx, actor, of)
	if err != nil {
		return view, nil, Acceptance{}, err
	}
	if parsed, err := app.ParseID(string(id)); err != nil || parsed != id {
		return view, nil, Acceptance{}, app.NotFound()
	}
	done, err := s.store.Acceptance(ctx, id)
	if err == nil && done.Statement != of {
		err = app.NotFound()
	}
	list = slices.DeleteFunc(list, func(a Amendment) bool {
		return !slices.ContainsFunc(done.Fates, func(f Fate) bool { return f.Amendment == a.ID })
	})
	return view, list, done, err
}
