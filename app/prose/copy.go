package prose

import (
	"strings"
	"unicode/utf8"
)

// Copy is a text that left the forum, was edited elsewhere, and comes back.
type Copy struct {
	// Base is what it was made from, as far as that is known. Of the clauses in Doubtful
	// it isn't: others changed them since. Those in Gaps were not in the copy.
	Base           Doc
	Doubtful, Gaps map[string]bool
	// Text is what it says. If its author tracked changes, Text has them all accepted, and
	// Before has them rejected; else Before is nil.
	Text   Doc
	Before *Doc
}

// CopyChange is what an edited copy does in one place: to a clause, or new clauses behind
// one. If IsDoubtful, it may be that others changed the clause and not whoever edited the
// copy.
type CopyChange struct {
	Proposals  []Proposal
	IsDoubtful bool
}

// Leftover is something in an edited copy that can't be proposed, with its words.
type Leftover struct {
	Kind LeftoverKind
	CID  string
	Text string
}

// LeftoverKind says why something can't be proposed.
type LeftoverKind string

// Why something in a copy can't be proposed.
const (
	LeftoverGone    LeftoverKind = "gone"    // its clause isn't in the text any more
	LeftoverUnknown LeftoverKind = "unknown" // its clause wasn't in what the copy was made from
	LeftoverRetyped LeftoverKind = "retyped" // it became another sort of clause
	LeftoverMarks   LeftoverKind = "marks"   // emphasis or links changed; amendments are about words
	LeftoverList    LeftoverKind = "list"    // a new list or quote
)

// LeftoverKinds are all of them.
var LeftoverKinds = []LeftoverKind{LeftoverGone, LeftoverUnknown, LeftoverRetyped, LeftoverMarks, LeftoverList}

// HasClauseOf reports whether any clause of the copy is one of a text.
func (c Copy) HasClauseOf(d Doc) bool {
	ids := d.ids()
	for _, b := range c.Text.Blocks {
		if ids[b.CID] {
			return true
		}
	}
	return false
}

// Changes are what the copy proposes to the text as it is now, in the order of the copy,
// and what can't be proposed. What the text says already isn't proposed again.
func (c Copy) Changes(now Doc) ([]CopyChange, []Leftover) {
	p := copyReader{now: now, gaps: c.Gaps, doubtful: map[string]bool{}, behind: AtStart}
	base := c.base(p.doubtful)
	text := adopt(base, p.known(base, c.Text))
	for _, change := range Compare(base, text).Clauses {
		p.read(change)
	}
	return p.changes, p.left
}

// base is what the copy was made from; doubtful takes those clauses of it of which that
// stays unknown. If changes were tracked, the copy itself says how a clause was before.
func (c Copy) base(doubtful map[string]bool) Doc {
	base := Doc{Blocks: make([]Block, len(c.Base.Blocks))}
	copy(base.Blocks, c.Base.Blocks)
	for i, b := range base.Blocks {
		if !c.Doubtful[b.CID] {
			continue
		}
		doubtful[b.CID] = true
		if c.Before == nil {
			continue
		}
		if before, _, isThere := c.Before.Find(b.CID); isThere {
			base.Blocks[i] = before
			delete(doubtful, b.CID)
		}
	}
	return base
}

// copyReader makes proposals of what a copy changed.
type copyReader struct {
	now            Doc
	gaps, doubtful map[string]bool
	behind         string // the last clause in the copy that the text has, too
	isAfterNew     bool   // the last change added clauses behind it
	changes        []CopyChange
	left           []Leftover
}

// known leaves out clauses of the text that aren't in what the copy was made from: what
// the copy did to them can't be told. An id that nobody knows is none.
func (p *copyReader) known(base, text Doc) Doc {
	inBase, inNow := base.ids(), p.now.ids()
	var out Doc
	for _, b := range text.Blocks {
		switch {
		case b.CID != "" && !inBase[b.CID] && inNow[b.CID]:
			p.leave(LeftoverUnknown, b.CID, b)
			continue
		case !inBase[b.CID]:
			b.CID = ""
		}
		out.Blocks = append(out.Blocks, b)
	}
	return out
}

func (p *copyReader) leave(kind LeftoverKind, cid string, b Block) {
	p.left = append(p.left, Leftover{Kind: kind, CID: cid, Text: b.PlainText()})
}

func (p *copyReader) read(c ClauseChange) {
	switch {
	case p.gaps[c.CID]:
	case c.IsRemoved():
		p.removed(c)
	case c.IsAdded():
		p.added(c.After)
		return
	default:
		p.changed(c)
	}
	p.isAfterNew = false
	if _, _, isThere := p.now.Find(c.CID); isThere && !c.IsRemoved() {
		p.behind = c.CID
	}
}

func (p *copyReader) propose(cid string, proposals ...Proposal) {
	if len(proposals) > 0 {
		p.changes = append(p.changes, CopyChange{Proposals: proposals, IsDoubtful: p.doubtful[cid]})
	}
}

// removed proposes that a clause goes. Of an empty one nobody has missed anything.
func (p *copyReader) removed(c ClauseChange) {
	words := c.Before.PlainText()
	if _, _, isThere := p.now.Find(c.CID); isThere && strings.TrimSpace(words) != "" {
		p.propose(c.CID, Proposal{Kind: ProposeDeletion, CID: c.CID, Base: words})
	}
}

// added proposes a new clause; those behind the same one are proposed together.
func (p *copyReader) added(b Block) {
	words := b.PlainText()
	switch {
	case strings.TrimSpace(words) == "":
		return
	case !b.IsTextBlock():
		p.leave(LeftoverList, "", b)
		return
	}
	proposal := Proposal{Kind: ProposeClause, After: p.behind, Node: b.Node, ClauseKind: b.Kind, Level: b.Level, Text: words}
	if p.isAfterNew {
		last := &p.changes[len(p.changes)-1]
		last.Proposals = append(last.Proposals, proposal)
		return
	}
	p.propose("", proposal)
	p.isAfterNew = true
}

func (p *copyReader) changed(c ClauseChange) {
	if c.IsUnchanged() {
		return
	}
	block, _, isThere := p.now.Find(c.CID)
	before, after := c.Before.PlainText(), c.After.PlainText()
	if !isThere {
		if c.Reworded {
			p.leave(LeftoverGone, c.CID, c.After)
		}
		return
	}
	var proposals []Proposal
	switch {
	case !c.Reworded || block.PlainText() == after:
	case strings.TrimSpace(after) == "":
		p.propose(c.CID, Proposal{Kind: ProposeDeletion, CID: c.CID, Base: before})
		return
	default:
		proposals = append(proposals, Proposal{Kind: ProposeText, CID: c.CID, Base: before, Text: after})
	}
	if c.Moved {
		proposals = append(proposals, Proposal{Kind: ProposeMove, CID: c.CID, Base: before, After: p.behind})
	}
	p.propose(c.CID, proposals...)
	if c.Retyped {
		p.leave(LeftoverRetyped, c.CID, c.After)
	} else if c.Relinked || c.Rearranged {
		p.leave(LeftoverMarks, c.CID, c.After)
	}
}

// adopt gives blocks that lost their ids, as those do that somebody typed anew, the ids
// of the clauses that they are: those with the same words, and those that stand where the
// clause stood and share most of its words.
func adopt(base, text Doc) Doc {
	out := Doc{Blocks: make([]Block, len(text.Blocks))}
	copy(out.Blocks, text.Blocks)
	taken := out.ids()
	nameless := map[string]int{}
	for i, b := range out.Blocks {
		if words := b.PlainText(); b.CID == "" && strings.TrimSpace(words) != "" {
			if _, isKnown := nameless[words]; !isKnown {
				nameless[words] = i
			}
		}
	}
	if len(nameless) == 0 {
		return out
	}
	for _, b := range base.Blocks {
		if i, isThere := nameless[b.PlainText()]; isThere && !taken[b.CID] && out.Blocks[i].CID == "" {
			out.Blocks[i].CID, taken[b.CID] = b.CID, true
		}
	}
	for i, b := range base.Blocks {
		if !taken[b.CID] {
			adoptBehind(base, out, i, taken)
		}
	}
	return out
}

// adoptBehind looks for the clause at a place of the base behind the clause before it.
func adoptBehind(base, out Doc, at int, taken map[string]bool) {
	place := 0
	if at > 0 {
		_, before, isThere := out.Find(base.Blocks[at-1].CID)
		if !isThere {
			return
		}
		place = before + 1
	}
	if place >= len(out.Blocks) {
		return
	}
	b := &out.Blocks[place]
	if b.CID == "" && b.IsTextBlock() == base.Blocks[at].IsTextBlock() && isMostly(base.Blocks[at].PlainText(), b.PlainText()) {
		b.CID = base.Blocks[at].CID
		taken[b.CID] = true
	}
}

// isMostly reports whether two texts share at least half of their words.
func isMostly(before, after string) bool {
	shared := 0
	for _, r := range Runs(before, after) {
		if r.Kind == Equal {
			shared += utf8.RuneCountInString(r.Text)
		}
	}
	return 4*shared >= utf8.RuneCountInString(before)+utf8.RuneCountInString(after)
}
