package consultation

import (
	"context"
	"slices"
	"strings"
	"time"

	"madang/app"
)

// NewMove is what a moderator decides about a submission, under an id made where it was
// decided. Revision is that of the words they saw.
type NewMove struct {
	ID       app.ID
	To       Status
	Revision int
	Reason   Reason
	Sentence string
	// Spans and Phrases are what is taken out, for Redacted: places, and words wherever
	// they stand.
	Spans   []Span
	Phrases []string
	// IsSensitive says that it concerns somebody of a sensitive group. Once said it
	// stays so.
	IsSensitive bool
}

// Move takes a submission from its state to another, or returns it to its author (to
// Received, with one of Notes). Its author sees what was decided and why. What concerns a
// sensitive group needs two people who decide the same: the first one's decision waits in
// Wanted. Whoever is named in it, or said that it is about them, decides nothing; an
// appeal is decided by a chair who didn't withhold it.
func (s *Service) Move(ctx context.Context, actor app.Actor, docket app.ID, no int, wish NewMove) error {
	found, m, err := s.onDesk(ctx, actor, docket, no, wish.ID)
	if err != nil || found.has(wish.ID) {
		return err
	}
	if wish.Revision != found.Revision {
		return app.Conflict("submission.changed")
	}
	if err := found.MayBeDecidedBy(m); err != nil {
		return err
	}
	after, step, err := found.decide(m.Persona, wish, s.clock())
	if err != nil {
		return err
	}
	if err := found.mayAnswerAppeal(m, step); err != nil {
		return err
	}
	if step.Kind != StepMoved || step.To != Redacted || after.Revision == found.Revision {
		by := m.Standing()
		return s.store.Step(ctx, &by, after, found.Revision, step)
	}
	return s.redact(ctx, m, found, after, step)
}

// onDesk is a submission before somebody who screens, for an act under an id.
func (s *Service) onDesk(ctx context.Context, actor app.Actor, docket app.ID, no int, act app.ID) (Submission, app.Membership, error) {
	_, m, err := s.docketFor(ctx, actor, docket, app.Screen)
	if err != nil {
		return Submission{}, m, err
	}
	if _, err := app.ParseID(string(act)); err != nil {
		return Submission{}, m, app.Invalid("api.id").On("id")
	}
	found, err := s.store.Submission(ctx, docket, no)
	return found, m, err
}

// has reports whether an act was done already.
func (s Submission) has(act app.ID) bool {
	return slices.ContainsFunc(s.Steps, func(st Step) bool { return st.ID == act })
}

// MayBeDecidedBy is nil if a member may decide about the submission, or says why not.
func (s Submission) MayBeDecidedBy(m app.Membership) error {
	switch {
	case s.Status == TakenBack:
		return app.Conflict("submission.withdrawn")
	case s.by(m.Persona, StepRecused):
		return app.Forbidden("moderation.recused")
	case s.Words.names(m.Name):
		return app.Forbidden("moderation.named")
	}
	return nil
}

// mayAnswerAppeal is nil if a member may take the step though its author appealed: a
// chair who didn't withhold it, or whoever agrees with such a chair.
func (s Submission) mayAnswerAppeal(m app.Membership, step Step) error {
	return s.mayAnswer(m, s.Wanted != "" && step.Kind != StepProposed, s.withheldBy())
}

// mayAnswer is that rule for a submission or one of its files: whether the step agrees with
// a first one, and who withheld it last.
func (s Submission) mayAnswer(m app.Membership, isSecond bool, withheldBy app.ID) error {
	switch {
	case s.AppealedAt.IsZero(), isSecond:
		return nil
	case !m.May(app.Keep):
		return app.Forbidden("appeal.chair")
	case withheldBy == m.Persona:
		return app.Forbidden("appeal.own")
	}
	return nil
}

// by reports whether a persona did something of a kind.
func (s Submission) by(persona app.ID, kind StepKind) bool {
	return slices.ContainsFunc(s.Steps, func(st Step) bool { return st.By == persona && st.Kind == kind })
}

// last is the newest step that satisfies a condition; the zero Step if none does.
func (s Submission) last(is func(Step) bool) Step {
	for _, st := range slices.Backward(s.Steps) {
		if is(st) {
			return st
		}
	}
	return Step{}
}

// withheldBy is who withheld it last; empty for a rule.
func (s Submission) withheldBy() app.ID {
	return s.last(func(st Step) bool { return st.Kind == StepMoved && st.To == Withheld }).By
}

// Proposal is the decision that waits for a second person, if one does.
func (s Submission) Proposal() (Step, bool) {
	if s.Wanted == "" {
		return Step{}, false
	}
	st := s.last(func(st Step) bool { return st.Kind == StepProposed })
	return st, st.Wanted == s.Wanted
}

// MayBeAppealed is nil if its author may ask a chair to look again: once for each time it,
// or one of its files, was withheld.
func (s Submission) MayBeAppealed() error {
	hasWithheld := s.Status == Withheld || slices.ContainsFunc(s.Files, func(f File) bool { return f.State == FileWithheld })
	if !hasWithheld || s.Status == TakenBack || s.Publish == PublishNone {
		return app.Conflict("submission.not_withheld")
	}
	decided := s.last(func(st Step) bool {
		return st.Kind == StepUpheld || st.Kind == StepFileWithheld || st.Kind == StepMoved && st.To == Withheld
	})
	if decided.Kind == StepUpheld {
		return app.Conflict("appeal.decided")
	}
	return nil
}

// decide is the submission as it is after a decision, and the step that leads there.
func (s Submission) decide(by app.ID, wish NewMove, at time.Time) (Submission, Step, error) {
	step := Step{ID: wish.ID, Kind: StepMoved, From: s.Status, To: wish.To, By: by, At: at, Reason: wish.Reason, Sentence: strings.TrimSpace(wish.Sentence)}
	if err := tidy(box{"reason", &step.Sentence, MaxReason, false}); err != nil {
		return s, step, err
	}
	if step.To == Posted && s.isMasked() {
		step.To = Redacted // what was taken out of these words stays so
	}
	var err error
	if step.Spans, err = s.taken(step.To, wish); err != nil {
		return s, step, err
	}
	if step.To == Redacted {
		step.Reason = ReasonIdentifying
	}
	if err := s.check(&step); err != nil {
		return s, step, err
	}
	after := s
	after.IsSensitive = s.IsSensitive || wish.IsSensitive
	if isFinal := slices.Contains([]Status{Posted, Redacted, Withheld}, step.To); isFinal && after.IsSensitive {
		isSecond, err := s.isSecond(step)
		if err != nil {
			return s, step, err
		}
		if !isSecond {
			step.Kind, step.Wanted, step.To, after.Wanted = StepProposed, step.To, s.Status, step.To
			return after, step, nil
		}
	}
	return after.become(step)
}

// become is the submission after a decision that holds.
func (s Submission) become(step Step) (Submission, Step, error) {
	s.Status, s.Wanted, s.AppealedAt, s.ReturnedAt = step.To, "", time.Time{}, time.Time{}
	if step.Kind == StepReturned {
		s.ReturnedAt = step.At
	}
	if len(step.Spans) == 0 {
		return s, step, nil
	}
	var err error
	s.Words, err = s.Words.without(step.Spans)
	s.Revision++
	step.Spans = nil // places in words that are sealed now
	return s, step, err
}

// taken are the places that a decision takes out.
func (s Submission) taken(to Status, wish NewMove) ([]Span, error) {
	if to != Redacted {
		return nil, nil
	}
	spans, err := s.spansOf(wish.Phrases)
	if err != nil {
		return nil, err
	}
	spans = tidySpans(append(spans, wish.Spans...))
	if len(spans) == 0 && !s.isMasked() {
		return nil, app.Invalid("redaction.empty").On("spans")
	}
	_, err = s.Words.without(spans)
	return spans, err
}

// check refuses a decision that can't be made in the submission's state, and says by
// the kind of the step what sort of decision it is.
func (s Submission) check(step *Step) error {
	isAppealed := !s.AppealedAt.IsZero()
	switch {
	case step.To == Withheld && s.Status == Withheld && isAppealed:
		step.Kind, step.Reason = StepUpheld, ""
	case step.To == Received:
		step.Kind = StepReturned
	}
	switch {
	case !slices.Contains([]Status{Received, Screened, Posted, Redacted, Withheld}, step.To):
		return app.Invalid("submission.state").On("to")
	case step.Kind == StepReturned && !slices.Contains(Notes, step.Reason):
		return app.Invalid("submission.note").On("note")
	case step.Kind == StepReturned && (s.Status == Withheld || !s.ReturnedAt.IsZero()):
		return app.Conflict("submission.moved")
	case step.Kind == StepMoved && s.Status == step.To && len(step.Spans) == 0, step.To == Screened && s.Status != Received:
		return app.Conflict("submission.moved")
	case (step.To == Posted || step.To == Redacted) && s.Publish == PublishNone:
		return app.Conflict("submission.private")
	case step.Kind == StepMoved && step.To == Withheld && !slices.Contains(Reasons, step.Reason):
		return app.Invalid("submission.reason").On("why")
	case step.To == Withheld && step.Reason != ReasonAsked && step.Sentence == "", isAppealed && step.Sentence == "":
		return app.Invalid("reason.empty").On("reason")
	}
	if step.To != Withheld && step.To != Redacted && step.Kind != StepReturned {
		step.Reason = ""
	}
	return nil
}

// isSecond reports whether a decision is what somebody else decided before, who wasn't
// followed by other words or another decision. Nobody is both.
func (s Submission) isSecond(step Step) (bool, error) {
	first, waits := s.Proposal()
	isSame := waits && first.Wanted == step.To && first.Reason == step.Reason && slices.Equal(first.Spans, step.Spans)
	if isSame && first.By == step.By {
		return false, app.Conflict("moderation.second")
	}
	return isSame, nil
}

// redact keeps a decision that takes words out: all former wordings are sealed.
func (s *Service) redact(ctx context.Context, m app.Membership, before, after Submission, step Step) error {
	wordings, err := s.store.Revisions(ctx, before.ID)
	if err != nil {
		return err
	}
	var seals []Sealed
	for _, w := range wordings {
		if w.IsSealed {
			continue
		}
		sealed, err := s.seal(aboutWording(before.ID, w.No), w.Words)
		if err != nil {
			return err
		}
		seals = append(seals, Sealed{w.No, sealed})
	}
	return s.store.Redact(ctx, m.Standing(), after, before.Revision, step, seals)
}

// Recuse says that a submission is about whoever says it, or somebody close to them. They
// decide nothing about it any more.
func (s *Service) Recuse(ctx context.Context, actor app.Actor, docket app.ID, no int, id app.ID) error {
	found, m, err := s.onDesk(ctx, actor, docket, no, id)
	if err != nil || found.has(id) || found.by(m.Persona, StepRecused) {
		return err
	}
	return s.note(ctx, m, found, Step{ID: id, Kind: StepRecused})
}
