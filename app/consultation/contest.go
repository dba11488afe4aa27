package consultation

import (
	"context"
	"slices"
	"strings"
	"time"

	"madang/app"
)

// Contest is what somebody says who stands under a posted submission and didn't send it.
// They have neither an account nor the submission's receipt, so that anybody can say it:
// nothing that the public reads becomes another until moderators have decided. Words stay
// whatever they decide; it is about the name alone.
type Contest struct {
	ID, Submission app.ID
	// No counts those of a submission.
	No int
	At time.Time
	// IsSlow says that it came without a fresh form, or among very many.
	IsSlow   bool
	Sentence string
	// Decided is the step by which moderators answered it; the zero Step while it waits.
	Decided Step
}

// IsOpen reports whether it waits for moderators.
func (c Contest) IsOpen() bool { return c.Decided.ID == "" }

// NewContest is what somebody sends, under an id that follows from what they typed.
type NewContest struct {
	ID       app.ID
	Sentence string
	IsSlow   bool
}

// ContestReceipt is a contest before whoever sent it. The code is told to nobody else.
type ContestReceipt struct {
	Code string
	Docket
	Submission Submission // as the public reads it
	Contest    Contest
}

// Contest takes in that whoever stands under a posted submission says they didn't send it.
// Sent again under the same id it shows the same receipt. It is NotFound where no name is
// shown.
func (s *Service) Contest(ctx context.Context, docket app.ID, no int, wish NewContest) (ContestReceipt, error) {
	_, found, err := s.PostedOne(ctx, app.Actor{}, docket, no)
	if err != nil {
		return ContestReceipt{}, err
	}
	if _, err := app.ParseID(string(wish.ID)); err != nil {
		return ContestReceipt{}, app.Invalid("api.id").On("id")
	}
	code := s.codeOf(wish.ID)
	if again, err := s.contestBy(ctx, code); app.KindOf(err) != app.KindNotFound {
		return again, err // sent again, perhaps after it was decided
	}
	if found.Name == "" {
		return ContestReceipt{}, app.NotFound()
	}
	if err := tidy(box{"sentence", &wish.Sentence, MaxReason, false}); err != nil {
		return ContestReceipt{}, err
	}
	made := Contest{ID: wish.ID, At: s.clock(), IsSlow: wish.IsSlow, Sentence: wish.Sentence}
	if err := s.store.AddContest(ctx, docket, no, made, s.hashOf(code)); err != nil {
		return ContestReceipt{}, err
	}
	return s.contestBy(ctx, code)
}

// FollowContest returns what became of the contest with a receipt code, as somebody typed
// it; NotFound if it is that of none.
func (s *Service) FollowContest(ctx context.Context, typed string) (ContestReceipt, error) {
	code, err := ReadCode(typed)
	if err != nil {
		return ContestReceipt{}, err
	}
	return s.contestBy(ctx, code)
}

func (s *Service) contestBy(ctx context.Context, code string) (ContestReceipt, error) {
	found, of, err := s.store.ContestBy(ctx, s.hashOf(code))
	if err != nil {
		return ContestReceipt{}, err
	}
	d, err := s.store.Docket(ctx, of.Docket)
	return ContestReceipt{Code: code, Docket: d, Submission: of.shown(), Contest: found}, err
}

// Contests lists those of a submission to those who look at it, oldest first.
func (s *Service) Contests(ctx context.Context, actor app.Actor, of Submission) ([]Contest, error) {
	if _, _, err := s.docketFor(ctx, actor, of.Docket, app.Screen); err != nil {
		return nil, err
	}
	return s.store.Contests(ctx, of.ID)
}

// NewNaming is what a moderator decides about the name under a submission, under an id made
// where it was decided.
type NewNaming struct {
	ID app.ID
	// Kind is StepNameTaken or StepNameKept.
	Kind StepKind
	// Sentence is why. Anybody can read it.
	Sentence string
	// UpTo is the number of the last contest that the moderator saw. Later ones wait on.
	UpTo int
}

// DecideName takes the name under a submission out of the public's sight, or lets it
// stand, and answers all contests that its moderator saw. The rules are those of Move:
// nobody decides about themselves, and two people where a sensitive group is concerned. What
// was decided, a chair who didn't decide it may decide anew.
func (s *Service) DecideName(ctx context.Context, actor app.Actor, docket app.ID, no int, wish NewNaming) error {
	found, m, err := s.onDesk(ctx, actor, docket, no, wish.ID)
	if err != nil || found.has(wish.ID) {
		return err
	}
	if err := found.MayBeDecidedBy(m); err != nil {
		return err
	}
	if err := found.mayBeNamedAnew(m, wish.Kind); err != nil {
		return err
	}
	after, step, err := found.decideName(m.Persona, wish, s.clock())
	if err != nil {
		return err
	}
	return s.store.DecideName(ctx, m.Standing(), after, found.Revision, step, wish.UpTo)
}

// Naming is the last decision about the name that holds; the zero Step if there is none.
func (s Submission) Naming() Step {
	return s.last(func(st Step) bool { return st.Kind == StepNameTaken || st.Kind == StepNameKept })
}

// NamingProposal is the decision about the name that waits for a second person, if one
// does.
func (s Submission) NamingProposal() (Step, bool) {
	st := s.last(func(st Step) bool {
		return slices.Contains([]StepKind{StepNameTaken, StepNameKept, StepTakingProposed, StepKeepingProposed}, st.Kind)
	})
	return st, st.Kind == StepTakingProposed || st.Kind == StepKeepingProposed
}

// MayBeNamed is nil if a member may decide about the name now.
func (s Submission) MayBeNamed(m app.Membership) error {
	last, isSecond := s.NamingProposal()
	switch {
	case s.Contested > 0, isSecond:
		return nil
	case last.ID == "":
		return app.Conflict("contest.none")
	case !m.May(app.Keep):
		return app.Forbidden("appeal.chair")
	case last.By == m.Persona:
		return app.Forbidden("contest.own")
	}
	return nil
}

func (s Submission) mayBeNamedAnew(m app.Membership, kind StepKind) error {
	isSame := kind == StepNameTaken != s.UnnamedAt.IsZero()
	if _, isSecond := s.NamingProposal(); isSame && s.Contested == 0 && !isSecond {
		return app.Conflict("submission.moved")
	}
	return s.MayBeNamed(m)
}

// decideName is the submission after a decision about its name, and the step that leads
// there.
func (s Submission) decideName(by app.ID, wish NewNaming, at time.Time) (Submission, Step, error) {
	step := Step{ID: wish.ID, Kind: wish.Kind, From: s.Status, To: s.Status, By: by, At: at, Sentence: strings.TrimSpace(wish.Sentence)}
	first := StepTakingProposed
	switch wish.Kind {
	case StepNameKept:
		first = StepKeepingProposed
	case StepNameTaken:
	default:
		return s, step, app.Invalid("submission.step").On("kind")
	}
	if err := tidy(box{"reason", &step.Sentence, MaxReason, true}); err != nil {
		return s, step, err
	}
	if s.IsSensitive {
		switch last, _ := s.NamingProposal(); {
		case last.Kind != first:
			step.Kind = first
			return s, step, nil
		case last.By == by:
			return s, step, app.Conflict("moderation.second")
		}
	}
	if wish.Kind == StepNameTaken {
		if s.UnnamedAt.IsZero() {
			s.UnnamedAt = at
		}
		if s.ContestedAt.IsZero() {
			s.ContestedAt = at // it counts for no campaign
		}
		return s, step, nil
	}
	s.UnnamedAt = time.Time{}
	if s.last(func(st Step) bool { return st.Kind == StepContested }).ID == "" {
		s.ContestedAt = time.Time{}
	}
	return s, step, nil
}
