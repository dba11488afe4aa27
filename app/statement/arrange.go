package statement

import (
	"context"
	"time"

	"madang/app"
	"madang/app/prose"
)

// Descent says where a clause comes from, or where it went. It is written down with the
// edit that made it, by whatever door that came.
type Descent struct {
	CID   string
	Kind  DescentKind
	Other string
	By    app.ID
	At    time.Time
}

// DescentKind says what happened to a clause.
type DescentKind string

// The kinds of descent.
const (
	// SplitFrom: it was split off from the other, which kept its id.
	SplitFrom DescentKind = "split"
	// MergedInto: its words went into the other, and it is gone.
	MergedInto DescentKind = "merged"
)

// MoveClause puts a clause behind another one, or with prose.AtStart before all. If
// that one is gone, it is Gone "clause.target". Base and Text don't matter.
func (s *Service) MoveClause(ctx context.Context, actor app.Actor, of app.ID, e ClauseEdit, after string) (Edited, error) {
	return s.edit(ctx, actor, of, e.ID, prose.Edit{Kind: prose.MoveClause, CID: e.CID, After: after})
}

// RetypeClause makes a clause one of another kind or level, or another sort of block with
// the same words: what sort says, but for its id and words. Only blocks that have words
// of their own can be, and become, such: Invalid "clause.kind". Base and Text don't matter.
func (s *Service) RetypeClause(ctx context.Context, actor app.Actor, of app.ID, e ClauseEdit, sort prose.Block) (Edited, error) {
	return s.edit(ctx, actor, of, e.ID, prose.Edit{Kind: prose.RetypeClause, CID: e.CID, Blocks: []prose.Block{sort}})
}

// SplitClause makes two clauses of one, where Text has a blank line more than Base, and
// returns the id of the second; the first keeps its own.
func (s *Service) SplitClause(ctx context.Context, actor app.Actor, of app.ID, e ClauseEdit) (second string, edited Edited, err error) {
	if err := checkText(e.Text); err != nil {
		return "", Edited{}, err
	}
	second = prose.CIDOf(string(e.ID))
	edited, err = s.edit(ctx, actor, of, e.ID, prose.Edit{
		Kind: prose.SplitClause, CID: e.CID, Base: e.Base, Text: e.Text, Blocks: []prose.Block{{CID: second}},
	})
	if err != nil || len(edited.Conflicts) > 0 {
		second = ""
	}
	return second, edited, err
}

// MergeClause puts the words of a clause behind those of the clause before it, whose id
// it returns and whose threads stay. Sent again it finds what it did.
func (s *Service) MergeClause(ctx context.Context, actor app.Actor, of app.ID, e ClauseEdit) (into string, edited Edited, err error) {
	into, err = s.MergedInto(ctx, actor, of, e.CID)
	if app.KindOf(err) != app.KindNotFound {
		return into, Edited{}, err
	}
	view, err := s.Clause(ctx, actor, of, e.CID)
	if err != nil {
		return "", Edited{}, err
	}
	edited, err = s.edit(ctx, actor, of, e.ID, prose.Edit{Kind: prose.MergeClause, CID: e.CID, After: view.Previous, Base: e.Base})
	return view.Previous, edited, err
}

// MergedInto returns the clause of the present text that a clause's words went into, if
// need be over several steps; NotFound if there is none.
func (s *Service) MergedInto(ctx context.Context, actor app.Actor, of app.ID, cid string) (string, error) {
	view, err := s.View(ctx, actor, of)
	if err != nil {
		return "", err
	}
	if _, _, isThere := view.Text.Doc.Find(cid); isThere {
		return "", app.NotFound()
	}
	descents, err := s.store.Descents(ctx, of)
	if err != nil {
		return "", err
	}
	went := map[string]string{}
	for _, d := range descents {
		if d.Kind == MergedInto {
			went[d.CID] = d.Other
		}
	}
	for range descents { // no path is longer, and none goes in a circle for ever
		cid = went[cid]
		if _, _, isThere := view.Text.Doc.Find(cid); isThere {
			return cid, nil
		}
	}
	return "", app.NotFound()
}
