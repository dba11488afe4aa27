package statement

import (
	"context"
	"slices"
	"time"

	"madang/app"
	"madang/app/prose"
)

// An amendment to an amendment, a further one, is made to the words of another amendment
// and not to the text. Whoever wrote that one decides about it. They alone answer for their
// words: an editor can still say otherwise by what becomes of the whole. It goes one level
// deep.

// Kin names an amendment beside another: the one that it amends, or one that amends it.
type Kin struct {
	ID    app.ID
	No    int
	State AmendmentState
	By    app.ID // who wrote it
}

// FormerWording is what an amendment proposed until it adopted a further one.
type FormerWording struct {
	Proposals []prose.Proposal
	Adopted   app.ID
	At        time.Time
}

// IsFurther reports whether it amends another amendment.
func (a Amendment) IsFurther() bool { return a.Parent.ID != "" }

// furtherSteps is the table of what can become of a further amendment. It is superseded by
// itself when the one that it amends is decided about or withdrawn.
var furtherSteps = map[AmendmentState]map[AmendmentState]stepper{
	AmendmentDraft: {AmendmentTabled: itsMaker, AmendmentWithdrawn: itsMaker},
	AmendmentTabled: {
		AmendmentAccepted: parentsMaker, AmendmentRejected: parentsMaker, AmendmentWithdrawn: itsMaker,
	},
}

// Amendable lists what further amendments can do to it, as proposals that change nothing
// yet: give a clause other words, or take it out if others are left.
func (a Amendment) Amendable() []prose.Proposal {
	var list []prose.Proposal
	wordings := a.Wordings()
	for _, b := range wordings.Blocks {
		p := prose.Proposal{Kind: prose.ProposeText, CID: b.CID, Base: b.PlainText()}
		if _, hasWords := a.prose().Words(b.CID); hasWords {
			list = append(list, p)
		}
		if p.Kind = prose.ProposeDeletion; len(wordings.Blocks) > 1 {
			list = append(list, p)
		}
	}
	return list
}

// TakesFurther is nil if others may propose to change the amendment itself: Invalid
// "amendment.deep" if it amends another one already and "amendment.wordless" if it only
// moves or removes a clause, Conflict "amendment.unseen" for a draft and
// "amendment.parent_decided" for one that was decided about.
func (a Amendment) TakesFurther() error {
	switch {
	case a.IsFurther():
		return app.Invalid("amendment.deep")
	case a.State == AmendmentDraft:
		return app.Conflict("amendment.unseen")
	case !a.State.IsOpen():
		return app.Conflict("amendment.parent_decided")
	case len(a.Amendable()) == 0:
		return app.Invalid("amendment.wordless")
	}
	return nil
}

// ProposeFurther keeps a draft of an amendment to an amendment; its proposals are to that
// one's Wordings.
func (s *Service) ProposeFurther(ctx context.Context, actor app.Actor, to app.ID, wish NewAmendment) (Amendment, error) {
	whole, err := s.Amendment(ctx, actor, to)
	if err != nil {
		return Amendment{}, err
	}
	m := whole.Membership
	if err := m.Must(app.Propose); err != nil {
		return Amendment{}, err
	}
	if err := whole.TakesFurther(); err != nil {
		return Amendment{}, err
	}
	if wish, err = wish.checkFurther(whole.Amendment); err != nil {
		return Amendment{}, err
	}
	kept, err := s.store.AddAmendment(ctx, m.Standing(), Amendment{
		ID: wish.ID, Statement: whole.Statement, State: AmendmentDraft, Proposals: wish.Proposals, Reason: wish.Reason,
		Parent: Kin{ID: to}, Authors: signed(m.Persona, s.clock()), Epoch: whole.Epoch, Seq: whole.Seq, At: s.clock(),
	})
	if err == nil && (kept.Parent.ID != to || !kept.isBy(m.Persona)) {
		return Amendment{}, app.Conflict("id.taken")
	}
	return kept, err
}

// checkFurther tidies what was typed, and refuses what can't be made to an amendment.
func (w NewAmendment) checkFurther(whole Amendment) (NewAmendment, error) {
	w, err := w.tidy()
	if err != nil {
		return w, err
	}
	if err := whole.prose().CheckFurther(w.prose()); err != nil {
		return w, err
	}
	w.Reason, err = checkReason(w.Reason, MaxAmendmentReason)
	return w, err
}

// Adoption gives an amendment other words: those that a further one wants. The step is that
// one's.
type Adoption struct {
	Amendment, Further app.ID
	// Wording is the number of the wording that it had, and Was what that proposed.
	Wording   int
	Was       []prose.Proposal
	Proposals []prose.Proposal
	Step      AmendmentStep
}

// adopt lets an amendment be as a further one wants it. Who signed it is asked again: they
// didn't sign these words.
func (s *Service) adopt(ctx context.Context, v AmendmentView, step AmendmentStep) error {
	adopted, err := v.Whole.prose().Adopt(v.prose())
	if err != nil {
		return err
	}
	return s.store.AdoptAmendment(ctx, v.Membership.Standing(), Adoption{
		Amendment: v.Whole.ID, Further: v.ID, Wording: v.Whole.Wording, Was: v.Whole.Proposals, Proposals: adopted.Proposals, Step: step,
	})
}

// addKin reads the amendment that one amends, and those that amend it.
func (s *Service) addKin(ctx context.Context, v *AmendmentView) error {
	v.hideDrafts(v.Membership.Persona)
	if v.IsFurther() {
		whole, err := s.store.Amendment(ctx, v.Parent.ID)
		v.Whole = &whole
		return err
	}
	for _, k := range v.Further {
		further, err := s.store.Amendment(ctx, k.ID)
		if err != nil {
			return err
		}
		v.Furthers = append(v.Furthers, further)
	}
	return nil
}

// hideDrafts leaves out the further amendments that only others see.
func (a *Amendment) hideDrafts(from app.ID) {
	a.Further = slices.DeleteFunc(slices.Clone(a.Further), func(k Kin) bool { return k.No == 0 && k.By != from })
}
