package statement

import (
	"context"
	"maps"
	"slices"

	"madang/app"
)

// Frozen returns a version that was put before the public, to anybody: whoever asks has
// made sure that it was. What was erased from it stays erased.
func (s *Service) Frozen(ctx context.Context, version app.ID) (Version, VersionText, error) {
	v, err := s.store.VersionByID(ctx, version)
	if err != nil {
		return v, VersionText{}, err
	}
	text, err := s.store.VersionText(ctx, version)
	return v, text, err
}

// FrozenTraced returns what can be told about clauses of versions that were put before the
// public, to anybody: whoever asks has made sure that they were. The live text isn't told.
func (s *Service) FrozenTraced(ctx context.Context, of app.ID, versions []app.ID, cids ...string) (Traced, error) {
	found, err := s.store.Statement(ctx, of)
	if err != nil {
		return Traced{}, err
	}
	t := Traced{Statement: found}
	if t.Versions, err = s.store.Versions(ctx, of); err != nil {
		return t, err
	}
	t.Versions = slices.DeleteFunc(t.Versions, func(v Version) bool { return !slices.Contains(versions, v.ID) })
	return t, s.trace(ctx, &t, cids)
}

// CompareFrozen says what became of the text between two versions that were put before the
// public, to anybody, without what members said about it.
func (s *Service) CompareFrozen(ctx context.Context, from, to app.ID) (ComparisonView, VersionText, error) {
	older, before, err := s.Frozen(ctx, from)
	if err != nil {
		return ComparisonView{}, before, err
	}
	newer, after, err := s.Frozen(ctx, to)
	if err != nil {
		return ComparisonView{}, after, err
	}
	v := CompareDocs(Statement{ID: newer.Statement, Title: newer.Title, Lang: newer.Lang}, before.Doc, after.Doc)
	older.Label, newer.Label = "", ""
	v.From, v.To = &older, &newer
	v.hide(before, after)
	return v, after, nil
}

// hide leaves out of a comparison what was erased from either side.
func (v *ComparisonView) hide(before, after VersionText) {
	v.Gaps = before.Gaps()
	maps.Copy(v.Gaps, after.Gaps())
	for i, c := range v.Comparison.Clauses {
		if v.Gaps[c.CID] > 0 {
			v.Comparison.Clauses[i] = c.WithoutWords()
		}
	}
}
