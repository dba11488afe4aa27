package statement

import (
	"context"
	"slices"

	"madang/app"
	"madang/app/prose"
)

// MaxCopyChanges bounds how many places an edited copy may propose to change.
const MaxCopyChanges = 200

// EditedCopy is a copy of a text that was edited elsewhere, as it was read. Title is
// empty if the copy has none.
type EditedCopy struct {
	Origin prose.Origin
	Title  string
	Text   prose.Doc
	Before *prose.Doc // as in prose.Copy
}

// CopyPlan is what an edited copy proposes, before anything is kept.
type CopyPlan struct {
	Of         Statement
	Membership app.Membership
	// Now is the text.
	Now prose.Doc
	// Origin is what the copy was made from; unknown if the copy doesn't say, or says
	// something that isn't so.
	Origin  prose.Origin
	Changes []prose.CopyChange
	Left    []prose.Leftover
	// HasTitle says that the copy has another title; amendments are about the text.
	HasTitle bool
}

// PlanCopy compares an edited copy with what it was made from, for somebody who may
// propose amendments. It keeps nothing. Conflict "copy.other" is a copy of another
// statement, "copy.amended" one in which open amendments stand as tracked changes;
// Invalid "copy.foreign" has no clause of the statement, and TooLarge "copy.many" changes
// more than MaxCopyChanges places. All are on the field "file".
func (s *Service) PlanCopy(ctx context.Context, actor app.Actor, of app.ID, edited EditedCopy) (CopyPlan, error) {
	found, m, err := s.findFor(ctx, actor, of, app.Propose)
	if err != nil {
		return CopyPlan{}, err
	}
	switch o := edited.Origin; {
	case o.IsKnown() && o.Statement != string(found.ID):
		return CopyPlan{}, app.Conflict("copy.other").On("file")
	case o.IsAmended:
		return CopyPlan{}, app.Conflict("copy.amended").On("file")
	}
	text, err := s.draft.Read(ctx, of)
	if err != nil {
		return CopyPlan{}, err
	}
	plan := CopyPlan{Of: found, Membership: m, Now: text.Doc, Origin: edited.Origin, HasTitle: edited.Title != "" && edited.Title != found.Title}
	compared, isKnown, err := s.copyBase(ctx, found.ID, text, edited.Origin)
	if err != nil {
		return CopyPlan{}, err
	}
	if !isKnown {
		plan.Origin = prose.Origin{}
	}
	compared.Text, compared.Before = edited.Text, edited.Before
	if !compared.HasClauseOf(compared.Base) && !compared.HasClauseOf(text.Doc) {
		return CopyPlan{}, app.Invalid("copy.foreign").On("file")
	}
	plan.Changes, plan.Left = compared.Changes(text.Doc)
	if plan.Changes = inPieces(plan.Changes); len(plan.Changes) > MaxCopyChanges {
		return CopyPlan{}, app.TooLarge("copy.many", "max", MaxCopyChanges).On("file")
	}
	return plan, nil
}

// inPieces parts what is too much for one amendment.
func inPieces(changes []prose.CopyChange) []prose.CopyChange {
	var pieces []prose.CopyChange
	for _, change := range changes {
		for proposals := range slices.Chunk(change.Proposals, MaxProposals) {
			pieces = append(pieces, prose.CopyChange{Proposals: proposals, IsDoubtful: change.IsDoubtful})
		}
	}
	return pieces
}

// copyBase is what a copy was made from. A version is kept; of the live text only what
// nobody touched since is known. Without an origin that is so, nothing is.
func (s *Service) copyBase(ctx context.Context, of app.ID, now Text, o prose.Origin) (c prose.Copy, isKnown bool, err error) {
	c = prose.Copy{Base: now.Doc, Doubtful: map[string]bool{}, Gaps: map[string]bool{}}
	switch {
	case !o.IsKnown():
	case o.Version > 0:
		if isKnown, err = s.copyOfVersion(ctx, of, o.Version, &c); err != nil || isKnown {
			return c, isKnown, err
		}
	case o.Epoch == now.Epoch && o.Seq <= now.Seq:
		touched, err := s.store.Touched(ctx, of, app.LiveHead{Epoch: o.Epoch, Seq: o.Seq})
		for _, cid := range touched {
			c.Doubtful[cid] = true
		}
		return c, true, err
	}
	for _, b := range now.Doc.Blocks {
		c.Doubtful[b.CID] = true
	}
	return c, false, nil
}

// copyOfVersion lets a copy be compared with a version, if there is one of that number.
func (s *Service) copyOfVersion(ctx context.Context, of app.ID, no int, c *prose.Copy) (exists bool, err error) {
	list, err := s.store.Versions(ctx, of)
	if err != nil {
		return false, err
	}
	i := slices.IndexFunc(list, func(v Version) bool { return v.No == no })
	if i < 0 {
		return false, nil
	}
	text, err := s.store.VersionText(ctx, list[i].ID)
	if err != nil {
		return false, err
	}
	c.Base = text.Doc
	for i, b := range text.Doc.Blocks {
		if i < len(text.Errata) && text.Errata[i] > 0 {
			c.Gaps[b.CID] = true
		}
	}
	return true, nil
}

// ProposeAll keeps several drafts, or none of them: each is refused as Propose refuses
// it. Sent again under the same ids they are kept once.
func (s *Service) ProposeAll(ctx context.Context, actor app.Actor, of app.ID, wishes []NewAmendment) ([]Amendment, error) {
	found, m, err := s.findFor(ctx, actor, of, app.Propose)
	if err != nil {
		return nil, err
	}
	switch {
	case len(wishes) == 0:
		return nil, app.Invalid("amendment.none")
	case len(wishes) > MaxCopyChanges:
		return nil, app.TooLarge("copy.many", "max", MaxCopyChanges)
	}
	text, err := s.draft.Read(ctx, of)
	if err != nil {
		return nil, err
	}
	drafts := make([]Amendment, len(wishes))
	for i, wish := range wishes {
		if wish, err = wish.check(text.Doc); err != nil {
			return nil, err
		}
		drafts[i] = Amendment{
			ID: wish.ID, Statement: found.ID, State: AmendmentDraft, Proposals: wish.Proposals, Reason: wish.Reason,
			Authors: signed(m.Persona, s.clock()), Epoch: text.Epoch, Seq: text.Seq, At: s.clock(),
		}
	}
	return s.store.AddAmendments(ctx, m.Standing(), drafts)
}
