package prose

import (
	"slices"
	"time"
)

// Comparison is what became of a text, clause by clause, in the order to read it:
// that of the text after, with every removed clause where it stood, behind the
// clause it followed and before what came in there.
type Comparison struct{ Clauses []ClauseChange }

// HasChanges reports whether the two texts differ in anything.
func (c Comparison) HasChanges() bool {
	return slices.ContainsFunc(c.Clauses, func(clause ClauseChange) bool { return !clause.IsUnchanged() })
}

// ClauseChange is what became of one top-level block. That its number changed
// because of others is no change of it.
type ClauseChange struct {
	CID string
	// Before and After are the block in both texts; the zero Block where it is not.
	Before, After Block
	// From and To are where it stands in both, counted from 0; -1 where it is not.
	From, To int
	// Runs are its plain text before and after, as Runs gives them.
	Runs []Run
	// Moved: it stands elsewhere among the clauses that both texts have. Always
	// the fewest clauses are called moved that account for the new order; never
	// one that was added or removed.
	Moved bool
	// Reworded: its plain text differs.
	Reworded bool
	// Retyped: it became another sort of block or kind of clause, or changed level.
	Retyped bool
	// Relinked: its links lead elsewhere, or others were added or taken away.
	Relinked bool
	// Rearranged: the words are the same, but are set otherwise: emphasis, what is
	// linked, items and paragraphs of a list or quote, the number a list starts with.
	Rearranged bool
}

// IsAdded reports whether only the text after has the clause.
func (c ClauseChange) IsAdded() bool { return c.From < 0 }

// IsRemoved reports whether only the text before has the clause.
func (c ClauseChange) IsRemoved() bool { return c.To < 0 }

// IsChanged reports whether both texts have the clause, and not alike. It may have
// moved, too.
func (c ClauseChange) IsChanged() bool {
	return !c.IsAdded() && !c.IsRemoved() && (c.Reworded || c.Retyped || c.Relinked || c.Rearranged)
}

// IsUnchanged reports whether both texts have the clause, alike and in its place.
func (c ClauseChange) IsUnchanged() bool {
	return !c.IsAdded() && !c.IsRemoved() && !c.Moved && !c.IsChanged()
}

// Compare says what became of a text. Clauses are known by their ids; those without
// one, or with one that came before, by their words.
//
// Comparing words ends after 200 ms for both texts together, which only texts reach
// that were written anew all through; what wasn't compared by then counts as
// replaced. All else doesn't depend on time.
func Compare(before, after Doc) Comparison {
	p := pair(before, after)
	deadline := time.Now().Add(patience)
	clauses := p.removedBehind(-1)
	for to, from := range p.from {
		clauses = append(clauses, p.change(from, to))
		if from >= 0 && p.isInPlace[from] {
			clauses = append(clauses, p.removedBehind(from)...)
		}
	}
	for i := range clauses {
		clauses[i].compareWords(time.Until(deadline))
	}
	return Comparison{Clauses: clauses}
}

// pairing says which block of one text is which of the other.
type pairing struct {
	before, after Doc
	to            []int  // by places before: where it is after, or -1
	from          []int  // by places after: where it was before, or -1
	isInPlace     []bool // by places before: in both texts, and not moved
}

func pair(before, after Doc) pairing {
	old, new := names(before), names(after)
	to, from := placesAmong(new, old), placesAmong(old, new)
	return pairing{before: before, after: after, to: to, from: from, isInPlace: rising(to)}
}

// names gives each block a name that no other block of the text has.
func names(d Doc) []string {
	taken := map[string]bool{"": true}
	var names []string
	for _, b := range d.Blocks {
		name := b.CID
		if taken[name] {
			name = b.Node + "\x1f" + b.PlainText()
		}
		for taken[name] {
			name += "\x1f"
		}
		taken[name] = true
		names = append(names, name)
	}
	return names
}

// placesAmong returns where each name stands among the others, -1 where it doesn't.
func placesAmong(others, names []string) []int {
	places := make(map[string]int, len(others))
	for i, name := range others {
		places[name] = i
	}
	found := make([]int, len(names))
	for i, name := range names {
		found[i] = -1
		if place, is := places[name]; is {
			found[i] = place
		}
	}
	return found
}

// removedBehind are the removed blocks between a block before, -1 for the start,
// and the next one that is in its place.
func (p pairing) removedBehind(from int) []ClauseChange {
	var removed []ClauseChange
	for i := from + 1; i < len(p.to) && !p.isInPlace[i]; i++ {
		if p.to[i] < 0 {
			removed = append(removed, p.change(i, -1))
		}
	}
	return removed
}

// change is what became of a block, but for its words.
func (p pairing) change(from, to int) ClauseChange {
	c := ClauseChange{From: from, To: to}
	if from >= 0 {
		c.Before = p.before.Blocks[from]
		c.CID = c.Before.CID
	}
	if to >= 0 {
		c.After = p.after.Blocks[to]
		c.CID = c.After.CID
	}
	if from < 0 || to < 0 {
		return c
	}
	c.Moved = !p.isInPlace[from]
	c.Retyped = c.Before.Node != c.After.Node || c.Before.Level != c.After.Level || c.Before.Kind != c.After.Kind
	c.Relinked = !slices.Equal(c.Before.links(), c.After.links())
	return c
}

// links are the addresses that a block links to, in order, once for each linked
// stretch.
func (b Block) links() []string {
	var links []string
	former := ""
	for _, s := range b.Inline {
		if !s.isWords() {
			continue
		}
		if s.Marks.Href != "" && s.Marks.Href != former {
			links = append(links, s.Marks.Href)
		}
		former = s.Marks.Href
	}
	for _, child := range b.Children {
		links = append(links, child.links()...)
	}
	return links
}

// WithoutWords is what can be said of a change if the words on one side aren't known any
// more: whether the clause is there, and where.
func (c ClauseChange) WithoutWords() ClauseChange {
	c.Runs, c.Reworded, c.Rearranged, c.Relinked = nil, false, false, false
	return c
}

func (c *ClauseChange) compareWords(limit time.Duration) {
	before, after := c.Before.PlainText(), c.After.PlainText()
	c.Runs = runsWithin(limit, before, after)
	if c.IsAdded() || c.IsRemoved() {
		return
	}
	c.Reworded = before != after
	c.Rearranged = !c.Reworded && !c.Before.isSetAs(c.After)
}

// isSetAs reports whether two blocks with the same words are alike but for id, node
// and level.
func (b Block) isSetAs(other Block) bool {
	return max(b.Order, 1) == max(other.Order, 1) &&
		slices.Equal(tidy(b.Inline), tidy(other.Inline)) &&
		slices.EqualFunc(b.Children, other.Children, func(child, other Block) bool {
			return child.Node == other.Node && child.isSetAs(other)
		})
}
