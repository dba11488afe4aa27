package disclosure

import (
	"slices"
	"time"
)

// Published is one release of a table: what was counted, and what of it was let go. Only
// this package sees the former; a store keeps it as a Record.
type Published struct {
	at      time.Time
	counted Raw
	hidden  []bool // on the grid of the table itself
}

// Release decides what of a table may be published now, given all that was published of
// it before, oldest first. It reports false where nothing new may be said: until the
// period closes there must be at least Least people more, or fewer, than at the last
// release. An entry that has changed by fewer than would be shown of it is left out of
// the release, so that nothing follows from the difference of two; its earlier figure
// stands. That holds at closing too: what the last few said is told by nobody.
func Release(before []Published, next Raw, at time.Time, isClosing bool) (Published, bool) {
	s := lay(before, next)
	if !s.decide(isClosing) {
		return Published{}, false
	}
	made := Published{at: at, counted: next}
	own := next.look().grid()
	made.hidden = make([]bool, own.size())
	s.grid.each(own, func(whole, part int) { made.hidden[part] = s.hidden[s.last()][whole] })
	return made, slices.Contains(made.hidden, false)
}

// each tells which entry of the grid is which of a smaller one.
func (g grid) each(small grid, tell func(whole, part int)) {
	for a := range len(small.rows) + 1 {
		i := len(g.rows)
		if a < len(small.rows) {
			i = slices.IndexFunc(g.rows, func(r Row) bool { return r.Key == small.rows[a].Key })
		}
		for b := range len(small.columns) + 1 {
			j := len(g.columns)
			if b < len(small.columns) {
				j = slices.Index(g.columns, small.columns[b])
			}
			tell(g.at(i, j), small.at(a, b))
		}
	}
}

// sequence is all releases of a table and the one that is being made, on one grid.
type sequence struct {
	grid
	counts [][]int  // by release
	hidden [][]bool // by release
}

func lay(before []Published, next Raw) sequence {
	var s sequence
	for _, p := range before {
		s.cover(p.counted.look())
	}
	s.cover(next.look())
	for _, p := range before {
		s.counts = append(s.counts, s.lay(p.counted.look()))
		hidden := make([]bool, s.size())
		s.grid.each(p.counted.look().grid(), func(whole, part int) { hidden[whole] = p.hidden[part] })
		s.hidden = append(s.hidden, hidden)
	}
	s.counts = append(s.counts, s.lay(next.look()))
	s.hidden = append(s.hidden, make([]bool, s.size()))
	return s
}

// decide fills in what the last release hides, and reports whether it may be made.
func (s sequence) decide(isClosing bool) bool {
	if !isClosing && !s.hasEnoughNews() {
		return false
	}
	s.hidePrimary()
	return s.hideComplementary()
}

// last is the number of the release that is being made.
func (s sequence) last() int { return len(s.counts) - 1 }

// count is how many an entry had at a release; nobody before the first.
func (s sequence) count(release, entry int) int {
	if release < 0 {
		return 0
	}
	return s.counts[release][entry]
}

func (s sequence) hasEnoughNews() bool {
	everybody, t := s.size()-1, s.last()
	return t == 0 || abs(s.count(t, everybody)-s.count(t-1, everybody)) >= Least
}

// hidePrimary hides what is too small, what has changed by too few since any release that
// showed it, how a group divides in which a single answer would be known to be everybody's,
// and all but the total where that is hardly more than may be shown at all.
func (s sequence) hidePrimary() {
	t := s.last()
	for e := range s.size() {
		n := s.count(t, e)
		s.hidden[t][e] = isFew(n, s.least(e))
		for r := range t {
			if !s.hidden[r][e] && isFew(n-s.count(r, e), s.least(e)) {
				s.hidden[t][e] = true
			}
		}
	}
	for i := range len(s.rows) + 1 {
		if s.isClose(t, i) {
			for j := range s.columns {
				s.hidden[t][s.at(i, j)] = true
			}
		}
	}
	if n := s.count(t, s.size()-1); n > 0 && n < 2*s.least(s.size()-1) {
		for e := range s.size() {
			s.hidden[t][e] = s.hidden[t][e] || !s.isEverybody(e)
		}
	}
	s.tidy()
}

// tidy hides rows whose total is hidden as a whole: a bar without its length says nothing,
// and rows that are hidden whole can be told as one, "other groups". Where a whole row or
// column is empty it shows that: nobody is in it who could be found out.
func (s sequence) tidy() {
	hidden := s.hidden[s.last()]
	for e := range hidden {
		if s.isEmpty(e) {
			hidden[e] = false
		} else if i := e / s.width(); i < len(s.rows) && hidden[s.at(i, len(s.columns))] {
			hidden[e] = true
		}
	}
}

// isEmpty reports whether an entry is in a row or column that is empty in the last release.
// Of hardly more people than may be told at all it isn't said which columns are.
func (s sequence) isEmpty(e int) bool {
	t := s.last()
	return s.count(t, s.at(e/s.width(), len(s.columns))) == 0 ||
		s.count(t, s.at(len(s.rows), e%s.width())) == 0 && !s.isClose(t, len(s.rows))
}

// isEverybody reports whether an entry is the total, in a table of whatever numbers.
func (s sequence) isEverybody(e int) bool {
	i, j := e/s.width(), e%s.width()
	return (i == len(s.rows) || len(s.rows) == 1) && (j == len(s.columns) || len(s.columns) == 1)
}

func isFew(n, least int) bool { return n != 0 && abs(n) < least }

func abs(n int) int { return max(n, -n) }

// isClose reports whether a row has so few people that its division may not be told: with
// fewer than twice the least, either all gave one answer or some answer was given by too
// few. What may be told is that an answer has at least four fifths.
func (s sequence) isClose(release, row int) bool {
	total := s.at(row, len(s.columns))
	n := s.count(release, total)
	return len(s.columns) > 1 && n > 0 && n < 2*s.least(total)
}

// isBanded reports whether a row is told by its total and such a share.
func (s sequence) isBanded(release, row int) bool {
	return s.isClose(release, row) && !s.hidden[release][s.at(row, len(s.columns))]
}

// mostOf is four fifths of n, as a whole number.
func mostOf(n int) int { return (4*n + 4) / 5 }

// A quantity is what somebody may want to know: how many more an entry had at one release
// than at another. With release -1 for "from" it is the entry's number itself.
type quantity struct{ from, to, entry int }

// quantities are all that can't be read directly. Where nobody came or went there is
// nothing to protect.
func (s sequence) quantities() []quantity {
	var list []quantity
	for to := range s.counts {
		for from := -1; from < to; from++ {
			for e := range s.size() {
				isHidden := s.hidden[to][e] || from >= 0 && s.hidden[from][e]
				if isHidden && (from < 0 || s.count(to, e) != s.count(from, e)) {
					list = append(list, quantity{from, to, e})
				}
			}
		}
	}
	return list
}

// level is how wide the interval has to be in which a quantity can be known to lie. For a
// change, and for a number that was shown before and is hidden for its change, it is the
// smallest number that would be shown. For a number that never was shown it is that, and
// besides the widest that "too small to be shown" can be, because who knows the rules may
// know that it is. Inside a banded row the band itself is the interval.
func (s sequence) level(q quantity) int {
	if i, j := q.entry/s.width(), q.entry%s.width(); j < len(s.columns) && (s.isBanded(q.to, i) || q.from >= 0 && s.isBanded(q.from, i)) {
		return 1
	}
	for release := range q.to {
		if q.from >= 0 || !s.hidden[release][q.entry] {
			return s.least(q.entry)
		}
	}
	return 2*s.least(q.entry) - 1
}

// hideComplementary hides more of the last release until every quantity of the sequence is
// protected. It reports false if even silence wouldn't do.
func (s sequence) hideComplementary() bool {
	for isDone := false; !isDone; {
		isDone = true
		for _, q := range s.quantities() {
			for !s.isProtected(q) {
				if !s.widen(q) {
					return false
				}
				isDone = false
			}
		}
		if s.hideBrimful() {
			isDone = false
		}
	}
	return true
}

// hideBrimful hides one more row if all hidden ones together have as many people as small
// rows can have: whoever knows what small means would know each of them.
func (s sequence) hideBrimful() bool {
	t, people, most, spare := s.last(), 0, 0, -1
	for i := range s.rows {
		total := s.at(i, len(s.columns))
		switch {
		case s.hidden[t][total]:
			people, most = people+s.count(t, total), most+s.least(total)-1
		case spare < 0 && s.count(t, total) > 0:
			spare = total
		}
	}
	if people == 0 || people != most || spare < 0 {
		return false
	}
	s.hidden[t][spare] = true
	s.tidy()
	return true
}

// span is a stretch of releases, from the first to before the end, during which other
// people might have been where they are said to have been. What isn't seen in any of
// these releases may be otherwise, as long as nobody had to leave who hadn't come: it is
// paid back at the end, or never if the end is after the last release.
type span struct{ first, end int }

// spans are those that contain one end of a quantity and not the other.
func (s sequence) spans(q quantity) []span {
	var list []span
	for first := q.to; first > q.from; first-- {
		for end := len(s.counts); end > q.to; end-- {
			list = append(list, span{first, end})
		}
	}
	for first := q.from; first >= 0; first-- {
		for end := q.to; end > q.from; end-- {
			list = append(list, span{first, end})
		}
	}
	return list
}

// isProtected reports whether the quantity may be anything in an interval of its level, as
// far as can be told from all releases.
func (s sequence) isProtected(q quantity) bool {
	level := s.level(q)
	for _, stretch := range s.spans(q) {
		free := s.slack(stretch, false)
		up, _ := s.reach(free, q.entry, true, level)
		if up == level {
			return true
		}
		if down, _ := s.reach(free, q.entry, false, level-up); up+down == level {
			return true
		}
	}
	return false
}

// slack is how far entries may move during a span. Whoever looks knows what is shown, that
// nobody is counted less than zero times, that people come rather than go, and what a
// band says, or the lack of one. With isOpen what the last release shows is left out.
func (s sequence) slack(w span, isOpen bool) slack {
	free := slack{up: make([]int, s.size()), down: make([]int, s.size())}
	for e := range s.size() {
		free.up[e], free.down[e] = unbounded, unbounded
		if !s.isInner(e) {
			continue
		}
		free.down[e] = max(0, s.count(w.first, e)-s.count(w.first-1, e))
		if w.end < len(s.counts) {
			free.up[e] = max(0, s.count(w.end, e)-s.count(w.end-1, e))
		}
	}
	for release := w.first; release < w.end; release++ {
		s.heedBands(free, release)
		for e, isHidden := range s.hidden[release] {
			if !isHidden && !(isOpen && release == s.last() && !s.isEmpty(e)) {
				free.up[e], free.down[e] = 0, 0
			}
		}
	}
	return free
}

func (s sequence) heedBands(free slack, release int) {
	for i := range len(s.rows) + 1 {
		if !s.isBanded(release, i) {
			continue
		}
		most := mostOf(s.count(release, s.at(i, len(s.columns))))
		for j := range s.columns {
			e := s.at(i, j)
			if n := s.count(release, e); n >= most {
				free.down[e] = min(free.down[e], n-most)
			} else {
				free.up[e] = min(free.up[e], most-1-n)
			}
		}
	}
}

// widen hides in the last release what it costs least to hide for a quantity to be less
// certain; if there is no such way, everything. It reports false if all was hidden before.
func (s sequence) widen(q quantity) bool {
	prices, best, cheapest := s.prices(), []int(nil), unbounded
	for first := q.to; first > q.from; first-- {
		w := span{first, len(s.counts)}
		closed, open := s.slack(w, false), s.slack(w, true)
		for _, isUp := range []bool{true, false} {
			hide, price := s.way(q, closed, open, isUp, prices)
			if hide != nil && price < cheapest {
				best, cheapest = hide, price
			}
		}
	}
	hidden := s.hidden[s.last()]
	var wasShown []int
	for e, isHidden := range hidden {
		if !isHidden {
			wasShown = append(wasShown, e)
		}
	}
	if best == nil {
		for e := range hidden {
			hidden[e] = true
		}
		s.tidy()
		return slices.ContainsFunc(wasShown, func(e int) bool { return hidden[e] })
	}
	for _, e := range best {
		hidden[e] = true
	}
	s.tidy()
	return true
}

// way is what has to be hidden for the quantity to move by one more than it can.
func (s sequence) way(q quantity, closed, open slack, isUp bool, prices []int) (hide []int, price int) {
	far, moved := s.reach(closed, q.entry, isUp, s.level(q))
	room := open.down[q.entry]
	tail, head := s.ends(q.entry)
	if isUp {
		room = open.up[q.entry]
	} else {
		tail, head = head, tail
	}
	if far >= room {
		return nil, 0
	}
	for _, p := range append(s.path(open, moved, q.entry, head, tail, prices), pace{q.entry, 0}) {
		if prices[p.entry] > 0 {
			hide, price = append(hide, p.entry), price+prices[p.entry]
		}
	}
	return hide, price
}

// prices are what hiding an entry costs readers. They depend on where it stands and not on
// what it is: a choice by size would tell sizes. Of rows that would do as well the last one
// is hidden, so that whoever makes the list puts first what matters most.
func (s sequence) prices() []int {
	list, t := make([]int, s.size()), s.last()
	for e := range list {
		i, j, one := e/s.width(), e%s.width(), len(s.rows)+1
		switch {
		case s.hidden[t][e]:
			continue
		case i < len(s.rows) && j < len(s.columns):
			list[e] = one
		case i < len(s.rows):
			list[e] = one * (len(s.columns) + 1)
		case j < len(s.columns):
			list[e] = 2 * one * one
		default:
			list[e] = 4 * one * s.size()
		}
		list[e] += len(s.rows) - i
	}
	return list
}
