package statement

import (
	"context"
	"slices"

	"madang/app"
	"madang/app/prose"
)

// Traced is what a statement's versions say of a few clauses, and what was put into its
// text: enough to tell where words of those clauses come from.
type Traced struct {
	Statement  Statement
	Membership app.Membership
	// Versions are newest first, Clauses what they say, by the number of the version.
	Versions []Version
	Clauses  map[int][]VersionClause
	// Text is the live text; empty for whoever may not read that.
	Text Text
	// Amendments are those that were accepted, by rising number, Heads where the text
	// stood with each acceptance, by its id.
	Amendments []Amendment
	Heads      map[app.ID]app.LiveHead
	Relatives  map[string][]string
}

// VersionClause is a clause of a version. Erratum is the number of that which erased its
// words; 0 if it has them.
type VersionClause struct {
	Version int // its number
	Block   prose.Block
	Erratum int
}

// Acceptance is the step by which the amendment's words came into the text, if they did.
func (a Amendment) Acceptance() (AmendmentStep, bool) {
	i := slices.IndexFunc(a.Steps, func(s AmendmentStep) bool { return s.To.isAccepted() })
	if i < 0 {
		return AmendmentStep{}, false
	}
	return a.Steps[i], true
}

// Traced returns what can be told about clauses, and about those that they share words
// with, to somebody who may read the statement. Without clauses it says of none what it
// said.
func (s *Service) Traced(ctx context.Context, actor app.Actor, of app.ID, cids ...string) (Traced, error) {
	view, err := s.View(ctx, actor, of)
	if err != nil {
		return Traced{}, err
	}
	t := Traced{Statement: view.Statement, Membership: view.Membership, Text: view.Text}
	if t.Versions, err = s.store.Versions(ctx, of); err != nil {
		return t, err
	}
	return t, s.trace(ctx, &t, cids)
}

// trace adds what versions say and what was put into them.
func (s *Service) trace(ctx context.Context, t *Traced, cids []string) error {
	var err error
	if t.Relatives, err = s.Relatives(ctx, t.Statement.ID); err != nil {
		return err
	}
	for _, cid := range slices.Clone(cids) {
		cids = append(cids, t.Relatives[cid]...)
	}
	t.Clauses = map[int][]VersionClause{}
	found, err := s.store.ClauseTexts(ctx, t.Statement.ID, cids)
	if err != nil {
		return err
	}
	for _, c := range found {
		if slices.ContainsFunc(t.Versions, func(v Version) bool { return v.No == c.Version }) {
			t.Clauses[c.Version] = append(t.Clauses[c.Version], c)
		}
	}
	all, err := s.store.Amendments(ctx, t.Statement.ID)
	if err != nil {
		return err
	}
	var acceptances []app.ID
	for _, a := range slices.Backward(all) { // by rising number
		if step, isAccepted := a.Acceptance(); isAccepted && !a.IsFurther() {
			t.Amendments = append(t.Amendments, a)
			acceptances = append(acceptances, step.Acceptance)
		}
	}
	t.Heads, err = s.store.EditHeads(ctx, t.Statement.ID, acceptances)
	return err
}
