package realtime

import (
	"slices"
	"sort"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"madang/realtime/yjs"
)

// Pressing Enter in the middle of a clause deletes its end and types it again in a new
// clause beside it: Yjs can't move words. When two people do so at once, what both took
// away is gone once and written twice. The second split gives itself away: it deletes
// words that another one has put elsewhere already (see mend.go). For that it is
// remembered which words were put where.

const (
	// splitsKept bounds what is remembered of splits: a few kB where people write, and
	// more than are made while somebody is offline.
	splitsKept = 256
	// longestSplit is how many UTF-16 units a split is looked for in.
	longestSplit = 50_000
	// mostSplits is how many are looked for in one update: more than anybody makes offline.
	mostSplits = 64
)

// moved is a run of text that a split took from one element to a new one. The ids are
// those of its first unit.
type moved struct {
	from   yjs.ID // where the words were typed, however often they were moved since
	to     yjs.ID
	letter []uint16
}

// splits remembers where splits have put words. What was committed before a document was
// last compacted is forgotten with its updates.
type splits struct {
	moves   []moved
	settled int // how many of them are committed
}

// settle notes that all that is remembered is committed.
func (s *splits) settle() { s.settled = len(s.moves) }

// replay applies a committed update and learns its splits; nil learns nothing.
func (s *splits) replay(doc *yjs.Doc, update []byte) error {
	if s == nil {
		return doc.ApplyUpdate(update)
	}
	u, err := yjs.Decode(update, yjs.Limits{})
	if err != nil {
		return err
	}
	effect, err := doc.Apply(u)
	if err != nil {
		return err
	}
	for _, found := range s.in(doc, effect, u.Deletes()) {
		s.learn(found)
	}
	return nil
}

// origin follows a unit back to where it was typed.
func (s *splits) origin(of yjs.ID) (typed yjs.ID, letter uint16, known bool) {
	for _, m := range s.moves {
		if at := m.at(m.to, of); at >= 0 {
			return plus(m.from, at), m.letter[at], true
		}
		if at := m.at(m.from, of); at >= 0 {
			return of, m.letter[at], true
		}
	}
	return of, 0, false
}

// copies are where a unit that was typed there was put, and by which move.
func (s *splits) copies(typed yjs.ID) map[yjs.ID]int {
	found := map[yjs.ID]int{}
	for i, m := range s.moves {
		if at := m.at(m.from, typed); at >= 0 {
			found[plus(m.to, at)] = i
		}
	}
	return found
}

func (m moved) at(start, id yjs.ID) int {
	if id.Client != start.Client || id.Clock < start.Clock || id.Clock-start.Clock >= uint64(len(m.letter)) {
		return -1
	}
	return int(id.Clock - start.Clock)
}

func plus(id yjs.ID, n int) yjs.ID { return yjs.ID{Client: id.Client, Clock: id.Clock + uint64(n)} }

// learn remembers a split.
func (s *splits) learn(found split) {
	var m moved
	for _, w := range found.words {
		n := len(m.letter)
		if n == 0 || plus(m.from, n) != w.typed || plus(m.to, n) != w.now.id {
			s.keep(m)
			m = moved{from: w.typed, to: w.now.id}
		}
		m.letter = append(m.letter, w.letter)
	}
	s.keep(m)
}

func (s *splits) keep(m moved) {
	if len(m.letter) == 0 {
		return
	}
	s.moves = append(s.moves, m)
	if n := len(s.moves) - splitsKept; n > 0 {
		s.moves, s.settled = slices.Delete(s.moves, 0, n), max(0, s.settled-n)
	}
}

// split is what one update took out of an element and put into new ones beside it.
type split struct {
	parent      yjs.Parent
	source      yjs.ID
	left, right yjs.ID // between which the new elements were put
	words       []word // in the order in which they stood
}

// word is one UTF-16 unit of what was moved.
type word struct {
	was    yjs.ID // where the split took it from
	from   *yjs.XMLText
	typed  yjs.ID // where it was typed
	now    unit
	letter uint16
	gone   bool // somebody else had taken it away already
}

// unit is one UTF-16 unit of text as it stands.
type unit struct {
	id     yjs.ID
	letter uint16
	marks  map[string]any
	text   *yjs.XMLText
	at     int // its index in text
	block  yjs.ID
}

// in finds the splits in an effect. Deletes is all that its update deletes, in force
// before or not.
func (s *splits) in(doc *yjs.Doc, effect *yjs.Effect, deletes []yjs.Range) []split {
	var found []split
	for _, change := range effect.Changed {
		parent := parentOf(doc, change)
		if parent == nil || change.Node != nil && covers(effect.Inserted, change.ID) {
			continue
		}
		children := parent.Children()
		groups := newcomers(children, effect.Inserted)
		if len(groups) == 0 {
			continue
		}
		at := search{s, doc, effect, deletes, parent, map[yjs.ID]yjs.Node{}}
		for _, child := range children {
			at.children[child.ID()] = child
		}
		for _, group := range groups[:min(mostSplits, len(groups))] {
			found = append(found, at.beside(group)...)
		}
	}
	return found
}

// search is a look for splits among the children of one parent.
type search struct {
	known    *splits
	doc      *yjs.Doc
	effect   *yjs.Effect
	deletes  []yjs.Range
	parent   yjs.Parent
	children map[yjs.ID]yjs.Node
}

// parentOf is the element or root whose children a change was of.
func parentOf(doc *yjs.Doc, change yjs.Change) yjs.Parent {
	if change.Root != rootName || change.Deleted || !change.Children {
		return nil
	}
	if change.Node == nil {
		return doc.XMLFragment(rootName)
	}
	if e, ok := change.Node.(*yjs.XMLElement); ok {
		return e
	}
	return nil
}

// newcomers are the new children, those that stand together in one group: blocks, or a
// line break or footnote with the text behind it. A text alone parts nothing.
func newcomers(children []yjs.Node, inserted []yjs.Range) [][]yjs.Node {
	var groups [][]yjs.Node
	joins := false
	for _, child := range children {
		switch isNew := covers(inserted, child.ID()); {
		case isNew && joins:
			groups[len(groups)-1] = append(groups[len(groups)-1], child)
		case isNew:
			groups = append(groups, []yjs.Node{child})
			joins = true
		default:
			joins = false
		}
	}
	return slices.DeleteFunc(groups, func(group []yjs.Node) bool {
		return !slices.ContainsFunc(group, func(n yjs.Node) bool { return nameOf(n) != "" })
	})
}

// covers reports whether an element lies in one of the ranges, which are sorted by
// client, highest first, and clock.
func covers(ranges []yjs.Range, id yjs.ID) bool {
	i := sort.Search(len(ranges), func(i int) bool {
		r := ranges[i]
		return r.Client < id.Client || r.Client == id.Client && r.End() > id.Clock
	})
	return i < len(ranges) && ranges[i].Contains(id)
}

// beside finds out whether new elements hold the words of the element before or behind
// them.
func (s search) beside(group []yjs.Node) []split {
	left, _ := s.doc.Neighbours(group[0])
	_, right := s.doc.Neighbours(group[len(group)-1])
	var now []unit
	for _, e := range group {
		now = append(now, unitsIn(e, e.ID())...)
	}
	var found []split
	for _, source := range []yjs.ID{left, right} {
		child, stands := s.children[source]
		if !stands || covers(s.effect.Inserted, source) {
			continue
		}
		if words := match(s.taken(child), now); len(words) > 0 {
			found = append(found, split{s.parent, source, left, right, words})
		}
	}
	return found
}

// unitsIn is the text in a node, in order.
func unitsIn(n yjs.Node, block yjs.ID) []unit {
	var units []unit
	switch n := n.(type) {
	case *yjs.XMLElement:
		for _, child := range n.Children() {
			units = append(units, unitsIn(child, block)...)
		}
	case *yjs.XMLText:
		at := 0
		for _, run := range n.Delta() {
			letters := utf16.Encode([]rune(run.Text))
			for _, ids := range run.IDs {
				for i := range min(int(ids.Len), len(letters)) {
					units = append(units, unit{plus(ids.ID, i), letters[i], run.Attributes, n, at, block})
					at++
				}
				letters = letters[min(int(ids.Len), len(letters)):]
			}
		}
	}
	return units
}

// taken is the text that the update took away from a node, as far as it is known: what
// was gone before must have been moved by a split.
func (s search) taken(n yjs.Node) []word {
	var words []word
	switch n := n.(type) {
	case *yjs.XMLElement:
		for _, child := range n.Children() {
			words = append(words, s.taken(child)...)
		}
	case *yjs.XMLText:
		letters := lettersOf(s.effect, n.ID())
		for gone := range n.Deleted() {
			for i := range int(gone.Len) {
				if w, isTaken := s.word(n, plus(gone.ID, i), letters); isTaken {
					words = append(words, w)
				}
			}
		}
	}
	return words
}

func (s search) word(from *yjs.XMLText, id yjs.ID, letters map[yjs.ID]uint16) (word, bool) {
	fresh, isFresh := letters[id]
	if !isFresh && !covers(s.deletes, id) {
		return word{}, false
	}
	typed, letter, isMoved := s.known.origin(id)
	if isFresh {
		letter = fresh
	}
	return word{was: id, from: from, typed: typed, letter: letter, gone: !isFresh}, isFresh || isMoved
}

// lettersOf are the units that an effect deleted from a text, unless it wrote them itself.
func lettersOf(effect *yjs.Effect, text yjs.ID) map[yjs.ID]uint16 {
	letters := map[yjs.ID]uint16{}
	for _, out := range effect.Deleted {
		units := utf16.Encode([]rune(out.Text))
		if out.Parent != text || out.New || uint64(len(units)) != out.Len || len(letters) > longestSplit {
			continue
		}
		for i, letter := range units {
			letters[plus(out.ID, i)] = letter
		}
	}
	return letters
}

// match finds what was taken away again in what is there. One of the two must be in the
// other, whole and once: anything else may be chance.
func match(taken []word, now []unit) []word {
	if len(taken) > longestSplit || len(now) > longestSplit {
		return nil
	}
	was, is := make([]uint16, len(taken)), make([]uint16, len(now))
	for i, w := range taken {
		was[i] = w.letter
	}
	for i, u := range now {
		is[i] = u.letter
	}
	if from, found := only(is, was); found {
		now = now[from : from+len(taken)]
	} else if from, found := only(was, is); found {
		taken = taken[from : from+len(now)]
	} else {
		return nil
	}
	for i := range taken {
		taken[i].now = now[i]
	}
	return taken
}

// only is the one place where a text has a part.
func only(text, part []uint16) (at int, found bool) {
	if slices.Equal(text, part) {
		return 0, len(part) > 0
	}
	if len(part) < shortestMove {
		return 0, false
	}
	in, sought := searchable(text), searchable(part)
	i := strings.Index(in, sought)
	if i < 0 || i != strings.LastIndex(in, sought) {
		return 0, false
	}
	return utf8.RuneCountInString(in[:i]), true
}

// searchable has one character for each unit; halves of pairs get private ones.
func searchable(units []uint16) string {
	var b strings.Builder
	for _, u := range units {
		if r := rune(u); utf16.IsSurrogate(r) {
			b.WriteRune(0xF0000 + r - 0xD800)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}
