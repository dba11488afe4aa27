package consultation

import (
	"context"
	"slices"

	"madang/app"
)

// Whoever withheld a submission doesn't decide about the appeal against that. In a group
// with one chair who moderates there may be nobody else, and then an appeal waits, for
// everybody to see: it is neither decided by the one it complains of, nor by somebody from
// outside the group, who would have to read what the group was told in confidence, nor lost.
// A chair who joins later finds it. Chairs are told before they announce a docket.

// isUnheard reports whether an appeal waits about which none of these chairs may decide.
func (s Submission) isUnheard(chairs []app.Membership) bool {
	if s.AppealedAt.IsZero() || s.Wanted != "" {
		return false
	}
	return slices.ContainsFunc(s.withholders(), func(by app.ID) bool {
		return !slices.ContainsFunc(chairs, func(m app.Membership) bool {
			return s.MayBeDecidedBy(m) == nil && s.mayAnswer(m, false, by) == nil
		})
	})
}

// withholders are those against whose decisions an appeal is: about the words, and about
// each file.
func (s Submission) withholders() []app.ID {
	var list []app.ID
	if s.Status == Withheld {
		list = append(list, s.withheldBy())
	}
	for _, f := range s.Files {
		if f.State == FileWithheld {
			list = append(list, s.fileWithheldBy(f))
		}
	}
	return list
}

// isUnheard asks who the chairs of a docket's group are, if there is an appeal.
func (s *Service) isUnheard(ctx context.Context, d Docket, found Submission) (bool, error) {
	if found.AppealedAt.IsZero() {
		return false, nil
	}
	chairs, err := s.store.Chairs(ctx, d.Group)
	return found.isUnheard(chairs), err
}

// IsUnheard tells a moderator who has a submission before them whether an appeal waits about
// which no chair may decide yet.
func (s *Service) IsUnheard(ctx context.Context, actor app.Actor, found Submission) (bool, error) {
	d, _, err := s.docketFor(ctx, actor, found.Docket, app.Screen)
	if err != nil {
		return false, err
	}
	return s.isUnheard(ctx, d, found)
}

// HasSecondChair tells a chair or a moderator of a group whether an appeal against any of
// its chairs could be heard by another.
func (s *Service) HasSecondChair(ctx context.Context, actor app.Actor, group app.ID) (bool, error) {
	if _, err := actor.MemberWho(app.Screen, group); err != nil {
		return false, err
	}
	chairs, err := s.store.Chairs(ctx, group)
	return len(chairs) > 1, err
}
