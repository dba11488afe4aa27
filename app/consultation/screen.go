package consultation

import (
	"context"
	"slices"
	"strings"

	"madang/app"
)

// Posted lists what anybody may read of a docket's submissions, up to MaxPage after a
// number. Names stand only where their authors let them.
func (s *Service) Posted(ctx context.Context, actor app.Actor, docket app.ID, after int) (DocketView, []Submission, error) {
	v, err := s.Docket(ctx, actor, docket)
	if err != nil {
		return v, nil, err
	}
	list, err := s.store.Submissions(ctx, docket, Filter{IsPublic: true, After: after, Limit: MaxPage})
	for i := range list {
		list[i] = list[i].shown()
	}
	return v, list, err
}

// PostedOne returns one of them; NotFound for one that isn't posted.
func (s *Service) PostedOne(ctx context.Context, actor app.Actor, docket app.ID, no int) (DocketView, Submission, error) {
	v, err := s.Docket(ctx, actor, docket)
	if err != nil {
		return v, Submission{}, err
	}
	found, err := s.store.Submission(ctx, docket, no)
	if err == nil && !found.Status.IsPublic() {
		return v, Submission{}, app.NotFound()
	}
	return v, found.shown(), err
}

// shown is a submission without what only its author and staff may know.
func (s Submission) shown() Submission {
	if s.Publish != PublishAll {
		s.Name = ""
	}
	s.ID, s.Stakeholder, s.EnteredBy, s.EnteredByName, s.Steps = "", "", "", "", nil
	return s
}

// Inbox lists submissions to those who look at them.
func (s *Service) Inbox(ctx context.Context, actor app.Actor, docket app.ID, f Filter) (DocketView, []Submission, error) {
	v, err := s.screened(ctx, actor, docket)
	if err != nil {
		return v, nil, err
	}
	if f.Limit < 1 || f.Limit > MaxPage {
		f.Limit = MaxPage
	}
	list, err := s.store.Submissions(ctx, docket, f)
	return v, list, err
}

func (s *Service) screened(ctx context.Context, actor app.Actor, docket app.ID) (DocketView, error) {
	if _, _, err := s.docketFor(ctx, actor, docket, app.Screen); err != nil {
		return DocketView{}, err
	}
	return s.Docket(ctx, actor, docket)
}

// InboxOne returns one of them with its steps and all its wordings.
func (s *Service) InboxOne(ctx context.Context, actor app.Actor, docket app.ID, no int) (DocketView, Submission, []Revision, error) {
	v, err := s.screened(ctx, actor, docket)
	if err != nil {
		return v, Submission{}, nil, err
	}
	found, err := s.store.Submission(ctx, docket, no)
	if err != nil {
		return v, found, nil, err
	}
	wordings, err := s.store.Revisions(ctx, found.ID)
	return v, found, wordings, err
}

// NewMove is what a moderator decides about a submission, under an id made where it was
// decided. Revision is that of the words they saw.
type NewMove struct {
	ID       app.ID
	To       Status
	Revision int
	Reason   Reason
	Sentence string
}

// Move takes a submission from its state to another: screened, posted or withheld, the
// last with a reason from the list and a sentence. Its author sees all of it.
func (s *Service) Move(ctx context.Context, actor app.Actor, docket app.ID, no int, wish NewMove) error {
	_, m, err := s.docketFor(ctx, actor, docket, app.Screen)
	if err != nil {
		return err
	}
	found, err := s.store.Submission(ctx, docket, no)
	if err != nil {
		return err
	}
	if _, err := app.ParseID(string(wish.ID)); err != nil {
		return app.Invalid("api.id").On("id")
	}
	if slices.ContainsFunc(found.Steps, func(st Step) bool { return st.ID == wish.ID }) {
		return nil // sent again
	}
	wish.Sentence = strings.TrimSpace(wish.Sentence)
	if err := tidy(box{"reason", &wish.Sentence, MaxReason, false}); err != nil {
		return err
	}
	if wish.To != Withheld {
		wish.Reason = ""
	}
	if err := found.Move(wish.To, wish.Reason, wish.Sentence); err != nil {
		return err
	}
	step := Step{
		ID: wish.ID, Kind: StepMoved, From: found.Status, To: wish.To, By: m.Persona, At: s.clock(), Reason: wish.Reason, Sentence: wish.Sentence,
	}
	found.Status = wish.To
	by := m.Standing()
	return s.store.Step(ctx, &by, found, wish.Revision, step)
}
