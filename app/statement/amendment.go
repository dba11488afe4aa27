package statement

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"madang/app"
	"madang/app/prose"
)

// Amendment is what somebody proposes to change of a statement's text, and why.
type Amendment struct {
	ID, Statement app.ID
	// No counts the amendments of a statement, in the order in which they were tabled;
	// 0 for a draft.
	No        int
	State     AmendmentState
	Proposals []prose.Proposal
	Reason    string
	// Authors are who wrote it and, behind them, who signed it.
	Authors []Signature
	// Parent is the amendment that it amends; zero for one to the text. Further are those
	// that amend it, by rising number.
	Parent  Kin
	Further []Kin
	// Wording counts how often it got other words by adopting a further amendment. Former
	// are the wordings that it had before, oldest first.
	Wording int
	Former  []FormerWording
	// Epoch and Seq are those of the text that its authors saw.
	Epoch, Seq int64
	At         time.Time
	// Steps tell how it came to its state, oldest first.
	Steps []AmendmentStep
}

// Author is somebody whose amendment it is. Name is empty for a former member who
// chose to be unnamed.
type Author struct {
	Persona app.ID
	Name    string
}

// Signature is somebody's name below an amendment, and below which wording of it: nobody
// has signed words that came later.
type Signature struct {
	Author
	At      time.Time
	Wording int
}

// AmendmentStep is one change of state. Acceptance is set if the words were put into the
// text.
type AmendmentStep struct {
	To         AmendmentState
	By         Author
	Reason     string
	At         time.Time
	Acceptance app.ID
}

// AmendmentState is how far an amendment has come.
type AmendmentState string

// The states of an amendment.
const (
	AmendmentDraft      AmendmentState = "draft"     // only its author sees it
	AmendmentTabled     AmendmentState = "tabled"    // everybody may read it
	AmendmentDiscussed  AmendmentState = "discussed" // the editors have taken it up
	AmendmentAccepted   AmendmentState = "accepted"
	AmendmentModified   AmendmentState = "modified" // accepted in part, or in other words
	AmendmentRejected   AmendmentState = "rejected"
	AmendmentWithdrawn  AmendmentState = "withdrawn"
	AmendmentSuperseded AmendmentState = "superseded" // by another one, or by what became of the text
)

// AmendmentStates are all of them, in their order.
var AmendmentStates = []AmendmentState{
	AmendmentDraft, AmendmentTabled, AmendmentDiscussed, AmendmentAccepted, AmendmentModified,
	AmendmentRejected, AmendmentWithdrawn, AmendmentSuperseded,
}

// IsOpen reports whether something can still become of it.
func (s AmendmentState) IsOpen() bool { return len(amendmentSteps[s]) > 0 }

// stepper is who may take a step.
type stepper int

const (
	nobody       stepper = iota
	itsMaker             // who wrote it
	parentsMaker         // who wrote the amendment that it amends
	deciders             // whoever has app.Decide
)

// amendmentSteps is the one table of what can become of an amendment, and by whom.
var amendmentSteps = map[AmendmentState]map[AmendmentState]stepper{
	AmendmentDraft: {AmendmentTabled: itsMaker, AmendmentWithdrawn: itsMaker},
	AmendmentTabled: {
		AmendmentDiscussed: deciders, AmendmentAccepted: deciders, AmendmentModified: deciders,
		AmendmentRejected: deciders, AmendmentSuperseded: deciders, AmendmentWithdrawn: itsMaker,
	},
	AmendmentDiscussed: {
		AmendmentAccepted: deciders, AmendmentModified: deciders,
		AmendmentRejected: deciders, AmendmentSuperseded: deciders, AmendmentWithdrawn: itsMaker,
	},
}

// MayStep is nil if the member may let the amendment come to that state; Conflict
// "amendment.decided" if nobody can, "amendment.parent_decided" if it amends one that can't
// be changed any more, and else Forbidden.
func (a Amendment) MayStep(m app.Membership, to AmendmentState) error {
	steps := amendmentSteps
	if a.IsFurther() {
		steps = furtherSteps
	}
	switch who := steps[a.State][to]; {
	case who == nobody:
		return app.Conflict("amendment.decided")
	case a.IsFurther() && to != AmendmentWithdrawn && !a.Parent.State.IsOpen():
		return app.Conflict("amendment.parent_decided")
	case who == parentsMaker && a.Parent.By != m.Persona:
		return app.Forbidden("amendment.not_parents")
	case who == parentsMaker:
		return m.Must(app.Propose)
	case who == itsMaker && !a.isBy(m.Persona):
		return app.Forbidden("amendment.not_yours")
	case who == itsMaker:
		return m.Must(app.Propose)
	case to == AmendmentAccepted || to == AmendmentModified: // changes the text
		return cmp.Or(m.Must(app.Decide), m.Must(app.Draft))
	}
	return m.Must(app.Decide)
}

func (a Amendment) isBy(persona app.ID) bool { return a.Authors[0].Persona == persona }

// SignatureOf returns somebody's signature, if they are among its authors.
func (a Amendment) SignatureOf(persona app.ID) (Signature, bool) {
	i := slices.IndexFunc(a.Authors, func(s Signature) bool { return s.Persona == persona })
	if i < 0 {
		return Signature{}, false
	}
	return a.Authors[i], true
}

// Stands reports whether a signature is below the words that the amendment has now. Whose
// it is wrote the words or agreed to them.
func (a Amendment) Stands(s Signature) bool { return s.Wording == a.Wording || a.isBy(s.Persona) }

// Limits of an amendment.
const (
	MaxAmendmentReason = 2000 // characters
	MaxProposals       = 50
)

// NewAmendment is what somebody wants to propose: under an id made where it was typed, so
// that sending it again makes no second one. New clauses need no id of their own.
type NewAmendment struct {
	ID        app.ID
	Proposals []prose.Proposal
	Reason    string
}

// AmendmentView is an amendment as one reader has it before them.
type AmendmentView struct {
	Amendment
	Of         Statement
	Membership app.Membership
	// Now is the text, and After what it would be; the same if Stale says where the
	// words that it changes have become others.
	Now, After prose.Doc
	Stale      []prose.Collision
	// Text is the statement's text, whatever it is an amendment to.
	Text prose.Doc
	// Whole is the amendment that it amends, whose wordings Now has then; nil for one to
	// the text. Furthers are the further amendments to it that the reader may see.
	Whole    *Amendment
	Furthers []Amendment
}

// AmendmentStore keeps amendments. Every write takes a Standing and is Conflict
// "role.changed" if that no longer stands, and Conflict "amendment.decided" if an
// amendment isn't in a state that the write begins with, or is being accepted.
type AmendmentStore interface {
	// Amendments lists a statement's amendments, drafts included, newest first.
	Amendments(ctx context.Context, of app.ID) ([]Amendment, error)
	// Amendment returns one of them, or NotFound.
	Amendment(ctx context.Context, id app.ID) (Amendment, error)
	// AddAmendment keeps a draft and returns what is kept under its id.
	AddAmendment(ctx context.Context, by app.Standing, a Amendment) (Amendment, error)
	// AddAmendments keeps several drafts or, where an id is another's, none: Conflict
	// "id.taken".
	AddAmendments(ctx context.Context, by app.Standing, drafts []Amendment) ([]Amendment, error)
	// ReviseAmendment changes a draft.
	ReviseAmendment(ctx context.Context, by app.Standing, a Amendment) error
	// StepAmendment lets an amendment come from one state to another; tabled, it gets
	// the statement's next number.
	StepAmendment(ctx context.Context, by app.Standing, id app.ID, from AmendmentState, step AmendmentStep) error
	// SignAmendment adds a name to the authors of an open one, below the wording that it
	// has; Conflict "amendment.reworded" if that is another one.
	SignAmendment(ctx context.Context, by app.Standing, id app.ID, wording int, at time.Time) error
	// UnsignAmendment takes a name away from an open one.
	UnsignAmendment(ctx context.Context, by app.Standing, id app.ID) error
	// AdoptAmendment gives an amendment other words, and lets the further one that they
	// are from be accepted; Conflict "amendment.parent_decided" if the one isn't open or
	// somebody accepts it, and "amendment.reworded" if it has other words than Was.
	AdoptAmendment(ctx context.Context, by app.Standing, a Adoption) error
	// ClaimAmendments keeps others from deciding about amendments while somebody
	// accepts them, for up to ClaimTime; Conflict "amendment.reworded" if one has other
	// words than those given, and "amendment.unanswered" if one comes of an issue that
	// isn't answered at that moment.
	ClaimAmendments(ctx context.Context, by app.Standing, list []Amendment, at time.Time) error
	// ReleaseAmendments ends a claim.
	ReleaseAmendments(ctx context.Context, by app.Standing, ids []app.ID) error
	// Accept keeps an acceptance and what became of its amendments.
	Accept(ctx context.Context, by app.Standing, done Acceptance) error
	// Acceptance returns one, or NotFound.
	Acceptance(ctx context.Context, id app.ID) (Acceptance, error)
}

// Propose keeps a draft of an amendment. A clause that it names and that isn't in the text
// is Gone "amendment.gone".
func (s *Service) Propose(ctx context.Context, actor app.Actor, of app.ID, wish NewAmendment) (Amendment, error) {
	found, m, err := s.findFor(ctx, actor, of, app.Propose)
	if err != nil {
		return Amendment{}, err
	}
	text, err := s.draft.Read(ctx, of)
	if err != nil {
		return Amendment{}, err
	}
	if wish, err = wish.check(text.Doc); err != nil {
		return Amendment{}, err
	}
	kept, err := s.store.AddAmendment(ctx, m.Standing(), Amendment{
		ID: wish.ID, Statement: found.ID, State: AmendmentDraft, Proposals: wish.Proposals, Reason: wish.Reason,
		Authors: signed(m.Persona, s.clock()), Epoch: text.Epoch, Seq: text.Seq, At: s.clock(),
	})
	if err == nil && (kept.Statement != found.ID || kept.IsFurther() || !kept.isBy(m.Persona)) {
		return Amendment{}, app.Conflict("id.taken")
	}
	return kept, err
}

// signed is who wrote a draft.
func signed(persona app.ID, at time.Time) []Signature {
	return []Signature{{Author: Author{Persona: persona}, At: at}}
}

// ReviseAmendment changes a draft of the actor's own.
func (s *Service) ReviseAmendment(ctx context.Context, actor app.Actor, id app.ID, wish NewAmendment) (Amendment, error) {
	v, err := s.Amendment(ctx, actor, id)
	if err != nil {
		return Amendment{}, err
	}
	if err := v.Membership.Must(app.Propose); err != nil {
		return Amendment{}, err
	}
	if err := v.MayStep(v.Membership, AmendmentTabled); err != nil {
		return Amendment{}, err
	}
	wish.ID = id
	if v.Whole != nil {
		wish, err = wish.checkFurther(*v.Whole)
	} else {
		wish, err = wish.check(v.Now)
	}
	if err != nil {
		return Amendment{}, err
	}
	v.Amendment.Proposals, v.Amendment.Reason = wish.Proposals, wish.Reason
	return v.Amendment, s.store.ReviseAmendment(ctx, v.Membership.Standing(), v.Amendment)
}

// check tidies what was typed, and refuses what can't be made to the text.
func (w NewAmendment) check(now prose.Doc) (NewAmendment, error) {
	w, err := w.tidy()
	if err != nil {
		return w, err
	}
	if err := w.prose().Check(now); err != nil {
		return w, err
	}
	w.Reason, err = checkReason(w.Reason, MaxAmendmentReason)
	return w, err
}

func (w NewAmendment) prose() prose.Amendment {
	return prose.Amendment{Name: string(w.ID), Proposals: w.Proposals}
}

// tidy gives every new clause its id.
func (w NewAmendment) tidy() (NewAmendment, error) {
	if _, err := app.ParseID(string(w.ID)); err != nil {
		return w, app.Invalid("api.id").On("id")
	}
	if len(w.Proposals) > MaxProposals {
		return w, app.TooLarge("amendment.many", "max", MaxProposals)
	}
	w.Proposals = slices.Clone(w.Proposals)
	for i := range w.Proposals {
		p := &w.Proposals[i]
		if err := checkText(p.Text); err != nil {
			return w, err
		}
		if err := checkText(p.Base); err != nil {
			return w, err
		}
		if p.Kind == prose.ProposeClause {
			p.CID = prose.CIDOf(string(w.ID) + "/" + string(rune('0'+i)))
		}
	}
	return w, nil
}

// checkReason is a reason as it is kept: without space around it, and not empty.
func checkReason(typed string, most int) (string, error) {
	reason := strings.TrimSpace(typed)
	switch length := utf8.RuneCountInString(reason); {
	case !utf8.ValidString(reason):
		return "", app.Invalid("text.utf8").On("reason")
	case strings.ContainsFunc(reason, isHidden):
		return "", app.Invalid("text.hidden").On("reason")
	case length == 0:
		return "", app.Invalid("reason.empty").On("reason")
	case length > most:
		return "", app.TooLarge("reason.long", "max", most, "length", length).On("reason")
	}
	return reason, nil
}

// Amendments lists the amendments to a statement's text, newest first; of those that were
// never tabled, the actor's. Amendments to amendments are among the Further of theirs.
func (s *Service) Amendments(ctx context.Context, actor app.Actor, of app.ID) (View, []Amendment, error) {
	view, err := s.View(ctx, actor, of)
	if err != nil {
		return view, nil, err
	}
	list, err := s.store.Amendments(ctx, of)
	list = slices.DeleteFunc(list, func(a Amendment) bool { return a.IsFurther() || a.No == 0 && !a.isBy(view.Membership.Persona) })
	for i := range list {
		list[i].hideDrafts(view.Membership.Persona)
	}
	return view, list, err
}

// Amendment returns one amendment and what it would make of the text now; NotFound if it
// is somebody else's and was never tabled.
func (s *Service) Amendment(ctx context.Context, actor app.Actor, id app.ID) (AmendmentView, error) {
	if parsed, err := app.ParseID(string(id)); err != nil || parsed != id {
		return AmendmentView{}, app.NotFound()
	}
	found, err := s.store.Amendment(ctx, id)
	if err != nil {
		return AmendmentView{}, err
	}
	view, err := s.View(ctx, actor, found.Statement)
	if err != nil {
		return AmendmentView{}, err
	}
	if found.No == 0 && !found.isBy(view.Membership.Persona) {
		return AmendmentView{}, app.NotFound()
	}
	v := AmendmentView{Amendment: found, Of: view.Statement, Membership: view.Membership, Text: view.Text.Doc}
	if err := s.addKin(ctx, &v); err != nil {
		return AmendmentView{}, err
	}
	if v.Now = v.Text; v.Whole != nil {
		v.Now = v.Whole.prose().Wordings()
	}
	v.After = v.Now
	adapted, stale := found.prose().Rebase(v.Now)
	if v.Stale = stale; len(stale) == 0 {
		v.After = v.Now.Amend(adapted)
	}
	return v, nil
}

// Wordings is what it would have its clauses say, to which further amendments are made.
func (a Amendment) Wordings() prose.Doc { return a.prose().Wordings() }

// Against is what it would change of the text as it is now; isStale says that the words
// which it changes have become others, and that it can't be made.
func (a Amendment) Against(now prose.Doc) (changes []prose.Proposal, isStale bool) {
	adapted, stale := a.prose().Rebase(now)
	return adapted.Proposals, len(stale) > 0
}

func (a Amendment) prose() prose.Amendment {
	return prose.Amendment{Name: string(a.ID), Proposals: a.Proposals}
}

// StepAmendment lets an amendment come to another state, for a reason where it isn't
// tabled or taken up. What puts words into the text is AcceptAmendments.
func (s *Service) StepAmendment(ctx context.Context, actor app.Actor, id app.ID, to AmendmentState, reason string) error {
	v, err := s.Amendment(ctx, actor, id)
	if err != nil {
		return err
	}
	if to == AmendmentModified || to == AmendmentAccepted && !v.IsFurther() {
		return app.Invalid("amendment.state").On("to")
	}
	if err := v.MayStep(v.Membership, to); err != nil {
		return err
	}
	if NeedsReason(to) {
		if reason, err = checkReason(reason, MaxAmendmentReason); err != nil {
			return err
		}
	} else {
		reason = ""
	}
	step := AmendmentStep{To: to, By: Author{Persona: v.Membership.Persona}, Reason: reason, At: s.clock()}
	if to == AmendmentAccepted {
		return s.adopt(ctx, v, step)
	}
	return s.store.StepAmendment(ctx, v.Membership.Standing(), id, v.State, step)
}

// NeedsReason reports whether whoever lets an amendment come to that state says why.
func NeedsReason(to AmendmentState) bool {
	return to != AmendmentTabled && to != AmendmentDiscussed && to != AmendmentWithdrawn
}

// SignAmendment adds the actor's name to the authors of an open amendment, below the
// wording that they read: Conflict "amendment.reworded" if it has got another one since.
func (s *Service) SignAmendment(ctx context.Context, actor app.Actor, id app.ID, wording int) error {
	v, err := s.signable(ctx, actor, id)
	if err != nil {
		return err
	}
	if wording != v.Wording {
		return app.Conflict("amendment.reworded")
	}
	return s.store.SignAmendment(ctx, v.Membership.Standing(), id, wording, s.clock())
}

// UnsignAmendment takes the actor's name away from an open amendment.
func (s *Service) UnsignAmendment(ctx context.Context, actor app.Actor, id app.ID) error {
	v, err := s.signable(ctx, actor, id)
	if err != nil {
		return err
	}
	return s.store.UnsignAmendment(ctx, v.Membership.Standing(), id)
}

// signable is an amendment below which the actor's name can stand or not. Its first author
// can only withdraw it.
func (s *Service) signable(ctx context.Context, actor app.Actor, id app.ID) (AmendmentView, error) {
	v, err := s.Amendment(ctx, actor, id)
	if err != nil {
		return v, err
	}
	if err := v.Membership.Must(app.Propose); err != nil {
		return v, err
	}
	if !v.State.IsOpen() || v.State == AmendmentDraft || v.isBy(v.Membership.Persona) {
		return v, app.Conflict("amendment.decided")
	}
	return v, nil
}
