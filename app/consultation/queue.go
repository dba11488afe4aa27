package consultation

import (
	"context"

	"madang/app"
)

// Waiting is a submission about which moderators have to decide.
type Waiting struct {
	Docket     Docket
	Submission Submission
	// IsUnheard says that it was appealed, and that no chair may decide about it yet.
	IsUnheard bool
}

// Tracking is the number by which it is spoken of.
func (w Waiting) Tracking() string { return Tracking(w.Docket, w.Submission.No) }

// Waiting lists submissions to all dockets of a group about which somebody has to decide, up
// to MaxPage, to those who look at them: the longest waiting first.
func (s *Service) Waiting(ctx context.Context, actor app.Actor, group app.ID) ([]Waiting, error) {
	if _, err := actor.MemberWho(app.Screen, group); err != nil {
		return nil, err
	}
	dockets, err := s.store.Dockets(ctx, group)
	if err != nil {
		return nil, err
	}
	found, err := s.store.Waiting(ctx, group, MaxPage)
	if err != nil {
		return nil, err
	}
	chairs, err := s.store.Chairs(ctx, group)
	if err != nil {
		return nil, err
	}
	list := make([]Waiting, len(found))
	for i, one := range found {
		list[i].Submission = one
		for _, d := range dockets {
			if d.ID == one.Docket {
				list[i].Docket = d
			}
		}
		list[i].IsUnheard = one.isUnheard(chairs)
	}
	return list, nil
}
