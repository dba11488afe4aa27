package prose

import (
	"slices"
	"strings"
)

// Merge is the outcome of merging two edits of one text. Without Conflicts, Text
// holds both edits. With them, Text holds the edits that did not conflict, and
// the base words where they did.
type Merge struct {
	Text      string
	Conflicts []Conflict
}

// Conflict is a place that both sides changed, each in its own way, with the
// words of all three.
type Conflict struct{ Base, Mine, Theirs string }

// MergeWords merges two edits of base. Changes at different places are both in
// the outcome, even where they touch; the same change made by both is in it once;
// different changes of the same words, and different words put into the same
// place, are a conflict.
func MergeWords(base, mine, theirs string) Merge {
	old := words(base)
	m := merger{old: old, mine: compare(old, words(mine)), theirs: compare(old, words(theirs))}
	var out strings.Builder
	done := 0
	for m.isLeft() {
		r := m.next()
		out.WriteString(strings.Join(old[done:r.from], ""))
		out.WriteString(m.resolve(r))
		done = r.to
	}
	out.WriteString(strings.Join(old[done:], ""))
	return Merge{Text: out.String(), Conflicts: m.conflicts}
}

// merger walks two lists of hunks of the same words (diff3: Khanna, Kunal,
// Pierce, "A Formal Investigation of Diff3", 2007, but for hunks that only touch).
type merger struct {
	old          []string
	mine, theirs []hunk
	conflicts    []Conflict
}

// region is a stretch of the old words and all hunks in it, of which each overlaps
// another one.
type region struct {
	from, to     int
	mine, theirs []hunk
}

func (m *merger) isLeft() bool { return len(m.mine)+len(m.theirs) > 0 }

// next takes the first region.
func (m *merger) next() region {
	var r region
	if len(m.theirs) == 0 || len(m.mine) > 0 && comesFirst(m.mine[0], m.theirs[0]) {
		r = region{from: m.mine[0].from, to: m.mine[0].to, mine: m.mine[:1:1]}
		m.mine = m.mine[1:]
	} else {
		r = region{from: m.theirs[0].from, to: m.theirs[0].to, theirs: m.theirs[:1:1]}
		m.theirs = m.theirs[1:]
	}
	for r.take(&m.mine, &r.mine) || r.take(&m.theirs, &r.theirs) {
	}
	return r
}

// comesFirst puts what is inserted at a place before what becomes of the words
// behind it.
func comesFirst(a, b hunk) bool { return a.from < b.from || a.from == b.from && a.to <= b.to }

// take moves the next hunk into the region if it overlaps it.
func (r *region) take(from, into *[]hunk) bool {
	if len(*from) == 0 || !r.overlaps((*from)[0]) {
		return false
	}
	h := (*from)[0]
	*from, *into = (*from)[1:], append(*into, h)
	r.to = max(r.to, h.to)
	return true
}

func (r *region) overlaps(h hunk) bool {
	if r.from == r.to {
		return h.from == r.from && h.to == r.to
	}
	return h.from < r.to
}

// resolve returns what a region becomes.
func (m *merger) resolve(r region) string {
	base := strings.Join(m.old[r.from:r.to], "")
	mine, theirs := r.apply(m.old, r.mine), r.apply(m.old, r.theirs)
	switch {
	case len(r.theirs) == 0 || mine == theirs:
		return mine
	case len(r.mine) == 0:
		return theirs
	}
	m.conflicts = append(m.conflicts, Conflict{Base: base, Mine: mine, Theirs: theirs})
	return base
}

// apply returns the region as one side has it.
func (r region) apply(old []string, hunks []hunk) string {
	var side []string
	at := r.from
	for _, h := range hunks {
		side = slices.Concat(side, old[at:h.from], h.words)
		at = h.to
	}
	return strings.Join(append(side, old[at:r.to]...), "")
}
