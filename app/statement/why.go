package statement

import (
	"context"
	"time"

	"madang/app"
)

// Why is what an accepted amendment says about a clause that it changed: why its authors
// proposed it, and why it was accepted.
type Why struct {
	Amendment        app.ID
	No               int // of the amendment
	Reason, Decision string
	At               time.Time // of the acceptance
	Acceptance       app.ID
}

// span is the time between the two sides of a comparison, whichever is the older one. The
// live text is of now.
type span struct {
	after time.Time
	upTo  time.Time // zero for now
	// first and last are the numbers of the versions that came in between, with the one
	// at the end.
	first, last int
}

func spanOf(from, to *Version, newest int) span {
	switch {
	case from == nil && to == nil:
		return span{first: newest + 1}
	case from == nil:
		from, to = to, from
	case to != nil && to.No < from.No:
		from, to = to, from
	}
	s := span{after: from.At, first: from.No + 1, last: newest}
	if to != nil {
		s.upTo, s.last = to.At, to.No
	}
	return s
}

func (s span) has(at time.Time) bool {
	return at.After(s.after) && (s.upTo.IsZero() || !at.After(s.upTo))
}

// explain says why the text changed between the two sides of a comparison: what was said
// about the versions that came in between, oldest first, and the reasons of amendments.
func (s *Service) explain(ctx context.Context, v *ComparisonView, list []Version) error {
	if v.From == nil && v.To == nil || v.From != nil && v.To != nil && v.From.No == v.To.No {
		return nil
	}
	between := spanOf(v.From, v.To, list[0].No)
	for i := len(list) - 1; i >= 0; i-- {
		if version := list[i]; version.Changelog != "" && version.No >= between.first && version.No <= between.last {
			v.Changelogs = append(v.Changelogs, version)
		}
	}
	amendments, err := s.store.Amendments(ctx, v.Statement.ID)
	if err != nil {
		return err
	}
	v.Whys = map[string][]Why{}
	for i := len(amendments) - 1; i >= 0; i-- { // by rising number
		a := amendments[i]
		for _, step := range a.Steps {
			if !step.To.isAccepted() || !between.has(step.At) {
				continue
			}
			why := Why{Amendment: a.ID, No: a.No, Reason: a.Reason, Decision: step.Reason, At: step.At, Acceptance: step.Acceptance}
			for _, p := range a.Proposals {
				v.Whys[p.CID] = append(v.Whys[p.CID], why)
			}
		}
	}
	return nil
}

func (s AmendmentState) isAccepted() bool { return s == AmendmentAccepted || s == AmendmentModified }
