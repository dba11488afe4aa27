package statement

import (
	"cmp"
	"context"
	"slices"

	"madang/app"
	"madang/app/prose"
)

// SinceView is what became of a text since it stood at a head: of what differs only the
// clauses that changed since then.
type SinceView struct {
	ComparisonView
	// IsExact says that the text is compared with what it said then. Else it is compared
	// with From, the newest version of before that, so that older changes of the same
	// clauses show as well; without such a version nothing is compared, and Touched are
	// the clauses that were changed since.
	IsExact bool
	Touched []prose.Block
	// Withheld are the errata that erased words of clauses, by their ids: what those said
	// then isn't shown, whether it was that or not.
	Withheld map[string]int
	// SplitFrom are the clauses that new ones were split off from, MergedInto those that the
	// words of removed ones went into.
	SplitFrom, MergedInto map[string]string
	// After is the text now.
	After prose.Doc
	// Versions are all there are, newest first.
	Versions []Version
}

// Since says what became of the text since it stood at a head. What the log doesn't know any
// more is compared with a version instead.
func (s *Service) Since(ctx context.Context, actor app.Actor, of app.ID, head app.LiveHead) (SinceView, error) {
	found, m, list, err := s.Versions(ctx, actor, of)
	if err != nil {
		return SinceView{}, err
	}
	now, err := s.draft.Read(ctx, of)
	if err != nil {
		return SinceView{}, err
	}
	v := SinceView{ComparisonView: ComparisonView{Statement: found, Membership: m}, After: now.Doc, Versions: list}
	v.AfterNumbers = now.Doc.Numbers()
	if at := (app.LiveHead{Epoch: now.Epoch, Seq: now.Seq}); at == head {
		v.IsExact = true
		return v, nil
	}
	before, err := s.draft.At(ctx, of, head)
	switch {
	case err == nil:
		err = s.sinceThen(ctx, &v, before.Doc)
	case app.IsCode(err, "live.epoch"):
		err = s.sinceVersion(ctx, &v, now, head)
	}
	if err != nil {
		return SinceView{}, err
	}
	return v, s.descend(ctx, &v)
}

// compare sets what became of a text, as far as it is of a clause that keep names.
func (v *SinceView) compare(before prose.Doc, keep func(prose.ClauseChange) bool) {
	compared := CompareDocs(v.Statement, before, v.After)
	v.BeforeNumbers = compared.BeforeNumbers
	v.Comparison.Clauses = slices.DeleteFunc(compared.Comparison.Clauses, func(c prose.ClauseChange) bool { return !keep(c) })
}

// sinceThen compares with the text as it stood. The log still has words that were erased
// from versions: whoever looks here doesn't read them, in whichever clause they stood.
func (s *Service) sinceThen(ctx context.Context, v *SinceView, before prose.Doc) error {
	v.IsExact = true
	v.compare(before, func(c prose.ClauseChange) bool { return !c.IsUnchanged() })
	errata, err := s.store.Errata(ctx, v.Statement.ID)
	if err != nil || len(errata) == 0 {
		return err
	}
	relatives, err := s.Relatives(ctx, v.Statement.ID)
	if err != nil {
		return err
	}
	erased := map[string]int{}
	for _, e := range errata {
		for _, place := range e.Places {
			for _, cid := range append([]string{place.CID}, relatives[place.CID]...) {
				erased[cid] = max(erased[cid], e.No)
			}
		}
	}
	v.Withheld = map[string]int{}
	for i, c := range v.Comparison.Clauses {
		if no := erased[c.CID]; no > 0 && !c.IsAdded() {
			v.Comparison.Clauses[i], v.Withheld[c.CID] = c.WithoutWords(), no
		}
	}
	return nil
}

// sinceVersion compares with the newest version of before a head. The log knows for ever
// which clauses were touched since, unless its history began anew.
func (s *Service) sinceVersion(ctx context.Context, v *SinceView, now Text, head app.LiveHead) error {
	isKnown, touched := now.Epoch == head.Epoch, []string(nil)
	var err error
	if isKnown {
		if touched, err = s.store.Touched(ctx, v.Statement.ID, head); err != nil {
			return err
		}
	}
	i := slices.IndexFunc(v.Versions, func(version Version) bool {
		return cmp.Or(cmp.Compare(version.Epoch, head.Epoch), cmp.Compare(version.Seq, head.Seq)) <= 0
	})
	if i < 0 {
		for _, b := range now.Doc.Blocks {
			if slices.Contains(touched, b.CID) {
				v.Touched = append(v.Touched, b)
			}
		}
		return nil
	}
	v.From = &v.Versions[i]
	text, err := s.store.VersionText(ctx, v.From.ID)
	if err != nil {
		return err
	}
	v.compare(text.Doc, func(c prose.ClauseChange) bool {
		return !c.IsUnchanged() && (!isKnown || slices.Contains(touched, c.CID))
	})
	v.hide(text, VersionText{})
	return nil
}

// descend says which new clauses were split off from others, and where removed ones went.
func (s *Service) descend(ctx context.Context, v *SinceView) error {
	descents, err := s.store.Descents(ctx, v.Statement.ID)
	v.SplitFrom, v.MergedInto = map[string]string{}, map[string]string{}
	for _, d := range descents {
		i := slices.IndexFunc(v.Comparison.Clauses, func(c prose.ClauseChange) bool { return c.CID == d.CID })
		switch {
		case i < 0:
		case d.Kind == SplitFrom && v.Comparison.Clauses[i].IsAdded():
			v.SplitFrom[d.CID] = d.Other
		case d.Kind == MergedInto && v.Comparison.Clauses[i].IsRemoved():
			v.MergedInto[d.CID] = d.Other
		}
	}
	return err
}
