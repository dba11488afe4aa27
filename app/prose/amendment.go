package prose

import (
	"slices"
	"strings"

	"madang/app"
)

// ProposalKind says what a Proposal does to its clause.
type ProposalKind string

// What can be proposed.
const (
	ProposeText     ProposalKind = "text"     // CID, Base, Text
	ProposeDeletion ProposalKind = "deletion" // CID, Base
	ProposeMove     ProposalKind = "move"     // CID, Base, After
	ProposeClause   ProposalKind = "clause"   // After, and the new clause: CID, Node, ClauseKind, Level, Text
)

// Proposal is a change that somebody proposes to one clause, or a new clause. Base
// is the clause's PlainText as its author saw it; what the proposal changes of it is
// found by comparing words, so that it can meet other proposals and what became of
// the text. After is AtStart or the id of another clause.
type Proposal struct {
	Kind       ProposalKind
	CID        string
	After      string
	Base, Text string
	Node       string
	ClauseKind Kind
	Level      int
}

// Amendment is what one document proposes to a text. Name tells it from others.
type Amendment struct {
	Name      string
	Proposals []Proposal
}

// Check reports whether the amendment can be made to a text at all: Invalid
// "amendment.empty" if it changes nothing, "amendment.wordless" if it leaves a clause
// without words instead of deleting it, "amendment.twice" if it proposes two things
// for one clause that can't both be, "clause.kind" and "text.empty" for a new clause that
// can't be one. A clause that the text doesn't have is Gone "amendment.gone".
func (a Amendment) Check(d Doc) error {
	if len(a.Proposals) == 0 {
		return app.Invalid("amendment.empty")
	}
	ids, seen := d.ids(), map[string]bool{}
	ids[AtStart] = true
	for _, p := range a.Proposals {
		if err := p.check(ids); err != nil {
			return err
		}
		key := p.CID + string(p.Kind)
		if seen[key] {
			return app.Invalid("amendment.twice")
		}
		seen[key] = true
	}
	if _, collisions := MergeAmendments(d, []Amendment{a}); len(collisions) > 0 {
		return app.Invalid("amendment.twice")
	}
	return nil
}

func (p Proposal) check(ids map[string]bool) error {
	places := p.Kind == ProposeMove || p.Kind == ProposeClause
	switch {
	case p.Kind == ProposeClause && ids[p.CID]:
		return app.Conflict("id.taken")
	case p.Kind != ProposeClause && !ids[p.CID], places && !ids[p.After]:
		return app.Gone("amendment.gone")
	case p.Kind == ProposeText && p.Text == p.Base, p.Kind == ProposeMove && p.After == p.CID:
		return app.Invalid("amendment.empty").On("text")
	case p.Kind == ProposeText && strings.TrimSpace(p.Text) == "":
		return app.Invalid("amendment.wordless").On("text")
	case p.Kind == ProposeClause:
		return p.checkClause()
	case p.Kind != ProposeText && p.Kind != ProposeDeletion && p.Kind != ProposeMove:
		return app.Invalid("amendment.kind").On("kind")
	}
	return nil
}

func (p Proposal) checkClause() error {
	block := p.Block()
	if err := Check(Doc{Blocks: []Block{block}}); err != nil || !block.IsTextBlock() {
		return app.Invalid("clause.kind").On("kind")
	}
	if strings.TrimSpace(p.Text) == "" {
		return app.Invalid("text.empty").On("text")
	}
	return nil
}

// Block is the new clause that is proposed.
func (p Proposal) Block() Block {
	return Block{Node: p.Node, CID: p.CID, Kind: p.ClauseKind, Level: p.Level}.WithPlainText(p.Text)
}

// Amend returns the text with the amendment made. Clauses that it names and the text
// doesn't have are left out, so that it is for amendments that Check or Rebase let pass.
//
// What goes behind a clause goes where that clause goes, or where it stood if it is
// deleted. Of several that go behind the same one, those that the text has come first,
// in its order, and then the new ones in that of their proposals.
func (d Doc) Amend(a Amendment) Doc {
	l := layout{blocks: map[string]Block{}, behind: map[string][]string{}}
	moved := map[string]string{}
	for _, p := range a.Proposals {
		if p.Kind == ProposeMove {
			moved[p.CID] = p.After
		}
	}
	for _, b := range d.Blocks {
		l.blocks[b.CID] = b
		if after, isMoved := moved[b.CID]; isMoved {
			l.behind[after] = append(l.behind[after], b.CID)
		}
	}
	for _, p := range a.Proposals {
		l.change(p)
	}
	l.place(AtStart)
	for _, b := range d.Blocks {
		if _, isMoved := moved[b.CID]; !isMoved {
			l.place(b.CID)
		}
	}
	return Doc{Blocks: l.out}
}

// layout puts blocks in order.
type layout struct {
	blocks map[string]Block    // what each clause has become; deleted ones are absent
	behind map[string][]string // what goes behind a clause
	out    []Block
}

func (l *layout) change(p Proposal) {
	block, exists := l.blocks[p.CID]
	switch {
	case p.Kind == ProposeClause:
		l.blocks[p.CID] = p.Block()
		l.behind[p.After] = append(l.behind[p.After], p.CID)
	case !exists:
	case p.Kind == ProposeText:
		l.blocks[p.CID] = block.WithPlainText(p.Text)
	case p.Kind == ProposeDeletion:
		delete(l.blocks, p.CID)
	}
}

// place puts a clause at the end, and behind it what goes there.
func (l *layout) place(cid string) {
	if block, exists := l.blocks[cid]; exists {
		l.out = append(l.out, block)
	}
	for _, follower := range l.behind[cid] {
		l.place(follower)
	}
}

// Rebase adapts an amendment to what became of the text since it was written. If the
// words that it changes and those that others changed don't meet, the adapted amendment
// makes both; what the text says already isn't proposed any more. Otherwise the amendment
// is stale: each Collision says where, what was proposed, and under the empty name what
// the text says now. A stale amendment is returned as it was.
func (a Amendment) Rebase(now Doc) (Amendment, []Collision) {
	m := newAmender(now)
	fresh := Amendment{Name: a.Name}
	var stale []Collision
	for _, p := range a.Proposals {
		adapted, isThere, found := m.rebase(a.Name, p)
		stale = append(stale, found...)
		if !isThere {
			fresh.Proposals = append(fresh.Proposals, adapted)
		}
	}
	if len(stale) > 0 {
		return a, stale
	}
	return fresh, nil
}

// rebase adapts one proposal; isThere says that the text does already what it wants.
func (m *amender) rebase(name string, p Proposal) (adapted Proposal, isThere bool, stale []Collision) {
	block, at, exists := m.base.Find(p.CID)
	current := block.PlainText()
	switch {
	case p.Kind == ProposeClause && exists, p.Kind == ProposeDeletion && !exists:
		return p, true, nil
	case p.Kind == ProposeClause && !m.isPlace(p.After), p.Kind == ProposeMove && exists && !m.isPlace(p.After), p.Kind != ProposeClause && !exists:
		return p, false, []Collision{{Kind: CollidesGone, CID: p.CID, Base: p.Base, Wordings: []Wording{wordingOf(name, p)}}}
	case p.Kind == ProposeMove:
		p.Base = current
		return p, m.follows(at, p.After), nil
	case p.Kind == ProposeDeletion && current != p.Base:
		return p, false, []Collision{{Kind: CollidesDeletion, CID: p.CID, Base: p.Base, To: utf16Length(p.Base), Wordings: []Wording{
			wordingOf(name, p), {Text: current, Amendments: []string{""}},
		}}}
	case p.Kind != ProposeText:
		return p, false, nil
	}
	sides := []side{{name: "", text: current}, {name: name, text: p.Text}}
	text, stale := m.mergeText(p.CID, p.Base, sides)
	p.Base, p.Text = current, text
	return p, text == current, stale
}

func (m *amender) isPlace(after string) bool {
	_, _, exists := m.base.Find(after)
	return after == AtStart || exists
}

// follows reports whether the block at a place stands right behind a clause.
func (m *amender) follows(at int, after string) bool {
	if at == 0 {
		return after == AtStart
	}
	return m.base.Blocks[at-1].CID == after
}

// wordingOf is what a proposal wants its clause to be.
func wordingOf(name string, p Proposal) Wording {
	w := Wording{Amendments: []string{name}, Text: p.Text, IsGone: p.Kind == ProposeDeletion, After: p.After}
	if p.Kind == ProposeMove {
		w.Text = p.Base
	}
	return w
}

// Touches lists the clauses that an amendment names, each once, in its order: those it
// changes and those behind which it puts something.
func (a Amendment) Touches() []string {
	var cids []string
	for _, p := range a.Proposals {
		for _, cid := range []string{p.CID, p.After} {
			isNamed := cid != "" && cid != AtStart && (cid != p.CID || p.Kind != ProposeClause)
			if isNamed && !slices.Contains(cids, cid) {
				cids = append(cids, cid)
			}
		}
	}
	return cids
}
