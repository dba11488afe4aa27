package consultation

import (
	"context"
	"slices"
	"time"

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

// readAtOnce is how many submissions are read with one query.
const readAtOnce = 1_000

// Among returns what was posted to a docket, as anybody may read it and by rising number:
// those with these numbers, or all if there are none. What isn't posted, or no longer, is
// missing. Whoever asks has made sure that there is such a docket.
func (s *Service) Among(ctx context.Context, docket app.ID, nos ...int) ([]Submission, error) {
	if len(nos) > readAtOnce {
		list, err := s.Among(ctx, docket)
		wanted := map[int]bool{}
		for _, no := range nos {
			wanted[no] = true
		}
		return slices.DeleteFunc(list, func(one Submission) bool { return !wanted[one.No] }), err
	}
	var list []Submission
	for f := (Filter{IsPublic: true, Nos: nos, Limit: readAtOnce}); ; f.After = list[len(list)-1].No {
		page, err := s.store.Submissions(ctx, docket, f)
		if err != nil {
			return nil, err
		}
		for _, one := range page {
			list = append(list, one.shown())
		}
		if len(page) < readAtOnce {
			return list, nil
		}
	}
}

// PostedNos are the numbers of all that was posted to a docket, rising.
func (s *Service) PostedNos(ctx context.Context, docket app.ID) ([]int, error) {
	marks, err := s.store.Marks(ctx, docket)
	var nos []int
	for _, m := range marks {
		if m.Status.IsPublic() {
			nos = append(nos, m.No)
		}
	}
	return nos, err
}

// Stated returns the stakeholder groups of a docket's working group that aren't sensitive,
// in their order, and by number which of them a posted submission says its author belongs
// to. What concerns a sensitive group is missing. It is for those who answer: the public was
// promised that a group is never published with a submission.
func (s *Service) Stated(ctx context.Context, group, docket app.ID) ([]Stakeholder, map[int]app.ID, error) {
	known, err := s.store.Stakeholders(ctx, group)
	if err != nil {
		return nil, nil, err
	}
	known = slices.DeleteFunc(known, func(k Stakeholder) bool { return k.IsSensitive })
	stated, err := s.store.Stated(ctx, docket)
	for no, id := range stated {
		if !slices.ContainsFunc(known, func(k Stakeholder) bool { return k.ID == id }) {
			delete(stated, no)
		}
	}
	return known, stated, err
}

// shown is a submission without what only its author and staff may know.
func (s Submission) shown() Submission {
	if s.Publish != PublishAll || !s.UnnamedAt.IsZero() {
		s.Name = ""
	}
	s.Files = s.shownFiles()
	s.ID, s.Stakeholder, s.EnteredBy, s.EnteredByName, s.Steps = "", "", "", "", s.shownSteps()
	s.Contested, s.ContestedAt, s.AppealedAt, s.ReturnedAt, s.IsSensitive, s.Wanted = 0, time.Time{}, time.Time{}, time.Time{}, false, ""
	return s
}

// shownSteps is what moderators decided about the name last, which anybody may know, and
// why; not who did.
func (s Submission) shownSteps() []Step {
	if last := s.Naming(); last.ID != "" {
		return []Step{{Kind: last.Kind, From: last.From, To: last.To, At: last.At, Sentence: last.Sentence}}
	}
	return nil
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

// Findings are the places in a submission's words that may say who or where somebody is,
// for somebody who looks at it.
func (s *Service) Findings(ctx context.Context, docket app.ID, w Words) ([]Finding, error) {
	names, err := s.namesOf(ctx, docket)
	return w.Findings(names), err
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
