package realtime

import (
	"cmp"
	"slices"
	"sort"
	"time"
	"unicode"
	"unicode/utf16"

	"madang/app"
	"madang/realtime/yjs"
)

// Whose client typed a character doesn't say whose it is: pressing Enter in
// somebody's clause deletes its second half and types it again, and so does
// moving it. So inserted text that equals text deleted in the same update, or by
// the same persona a moment before, keeps its author. So does a long stretch
// deleted within the minute: whoever takes back a deletion puts back what others
// wrote.
const (
	shortestMove = 3               // UTF-16 units; shorter matches are chance
	recentCut    = 2 * time.Second // between cutting and pasting
	longMove     = 20              // UTF-16 units that are no chance even after longer
	oldestCut    = brakeWindow     // how long that is
	candidates   = 16              // places tried for one match: matching stays linear
)

// authors knows who wrote what in one document.
type authors struct {
	runs    map[uint64][]app.LiveRun // by clock
	changed map[place]app.LiveRun    // not yet handed to the log
}

// place is where a run begins.
type place struct {
	client uint64
	clock  int64
}

func newAuthors(runs []app.LiveRun) *authors {
	a := &authors{changed: map[place]app.LiveRun{}}
	a.learn(runs)
	return a
}

// learn adds what is stored to what is known. Of two runs that begin at the same
// place the longer one is the newer.
func (a *authors) learn(stored []app.LiveRun) {
	known := map[place]app.LiveRun{}
	for _, runs := range a.runs {
		for _, run := range runs {
			known[place{run.Client, run.Clock}] = run
		}
	}
	for _, run := range stored {
		if at := (place{run.Client, run.Clock}); run.Length > known[at].Length {
			known[at] = run
		}
	}
	a.runs = map[uint64][]app.LiveRun{}
	for at, run := range known {
		a.runs[at.client] = append(a.runs[at.client], run)
	}
	for _, of := range a.runs {
		sort.Slice(of, func(i, j int) bool { return of[i].Clock < of[j].Clock })
	}
}

// record attributes new text. It lengthens the client's last run if that is the
// same persona's and ends where the text begins, so that typing makes one run.
func (a *authors) record(run app.LiveRun) {
	of := a.runs[run.Client]
	if n := len(of); n > 0 && of[n-1].Persona == run.Persona && of[n-1].Clock+of[n-1].Length == run.Clock {
		of[n-1].Length += run.Length
		run = of[n-1]
	} else {
		a.runs[run.Client] = append(of, run)
	}
	a.changed[place{run.Client, run.Clock}] = run
}

// take hands over the runs that changed since it was called last.
func (a *authors) take() []app.LiveRun {
	var changed []app.LiveRun
	for _, run := range a.changed {
		changed = append(changed, run)
	}
	clear(a.changed)
	return changed
}

// of returns who wrote one UTF-16 unit; empty if that isn't known.
func (a *authors) of(client uint64, clock int64) app.ID {
	runs := a.runs[client]
	i := sort.Search(len(runs), func(i int) bool { return runs[i].Clock+runs[i].Length > clock })
	if i < len(runs) && runs[i].Clock <= clock {
		return runs[i].Persona
	}
	return ""
}

// cut is text that was deleted, with the author of each unit.
type cut struct {
	by    app.ID
	at    time.Time
	units []uint16
	whose []app.ID
	lent  bool // nobody cut it: it is text that may come back
}

// lend takes texts for ones that the persona has just cut, so that what of them comes
// back keeps its authors. takeBack ends that.
func (r *room) lend(persona app.ID, texts [][]app.LiveAuthored) {
	for _, parts := range texts {
		c := cut{by: persona, at: r.hub.clock(), lent: true}
		for _, p := range parts {
			units := utf16.Encode([]rune(p.Text))
			c.units = append(c.units, units...)
			c.whose = append(c.whose, slices.Repeat([]app.ID{cmp.Or(p.Author, persona)}, len(units))...)
		}
		if len(c.units) > 0 {
			r.cuts = append(r.cuts, c)
		}
	}
}

func (r *room) takeBack() {
	r.cuts = slices.DeleteFunc(r.cuts, func(c cut) bool { return c.lent })
}

// attribute settles who wrote the text that an effect inserted, and returns how
// much of other people's text the effect took away, less what it put back.
func (r *room) attribute(persona app.ID, effect *yjs.Effect, now time.Time) (lost int) {
	lost = r.rememberCut(persona, effect, now)
	came, _ := extent(effect)
	if len(r.cuts) == 0 || came < shortestMove {
		r.recordAll(effect.Text, slices.Repeat([]app.ID{persona}, came))
		return lost
	}
	whose := r.movesFor(came, persona, now).whose(textIn(effect), persona)
	r.recordAll(effect.Text, whose)
	return lost - othersIn(whose, persona)
}

// textIn is all text that came. It is one to those who moved it, though it lies in
// pieces: marks part it, and undo puts back what several clients typed item by item.
func textIn(effect *yjs.Effect) []uint16 {
	var text []uint16
	for _, in := range effect.Text {
		text = append(text, utf16.Encode([]rune(in.Text))...)
	}
	return text
}

// othersIn counts the units that aren't the persona's.
func othersIn(whose []app.ID, persona app.ID) int {
	n := 0
	for _, author := range whose {
		if author != persona {
			n++
		}
	}
	return n
}

// recordAll attributes new text, given as it is read; a client's runs are kept in the
// order of its clock.
func (r *room) recordAll(text []yjs.Insertion, whose []app.ID) {
	authors := map[yjs.ID][]app.ID{}
	for _, in := range text {
		authors[in.ID], whose = whose[:in.Len], whose[in.Len:]
	}
	for _, in := range inClockOrder(text) {
		r.recordEach(in.ID, authors[in.ID])
	}
}

// inClockOrder is text in the order in which each client inserted it.
func inClockOrder(text []yjs.Insertion) []yjs.Insertion {
	return slices.SortedFunc(slices.Values(text), func(a, b yjs.Insertion) int {
		return cmp.Or(cmp.Compare(a.Client, b.Client), cmp.Compare(a.Clock, b.Clock))
	})
}

// record attributes new text. That of whoever the client id is bound to needs no run:
// it goes without saying, and most keystrokes store a row less.
func (r *room) record(run app.LiveRun) {
	if r.clients[run.Client] != run.Persona {
		r.authors.record(run)
	}
}

// recordEach attributes new text unit by unit.
func (r *room) recordEach(start yjs.ID, whose []app.ID) {
	for i := 0; i < len(whose); {
		j := i + 1
		for j < len(whose) && whose[j] == whose[i] {
			j++
		}
		r.record(app.LiveRun{
			Client: start.Client, Clock: int64(start.Clock) + int64(i), Length: int64(j - i), Persona: whose[i],
		})
		i = j
	}
}

// rememberCut keeps what an effect deleted for as long as it may be pasted, and
// counts the units of it that others wrote.
func (r *room) rememberCut(persona app.ID, effect *yjs.Effect, now time.Time) (others int) {
	r.cuts = slices.DeleteFunc(r.cuts, func(c cut) bool { return now.Sub(c.at) > oldestCut })
	c := cut{by: persona, at: now}
	for _, out := range effect.Deleted {
		units := utf16.Encode([]rune(out.Text))
		if out.New || len(units) == 0 || uint64(len(units)) != out.Len {
			continue
		}
		for i := range units {
			c.whose = append(c.whose, r.authorOf(out.Client, int64(out.Clock)+int64(i)))
		}
		c.units = append(c.units, units...)
	}
	if len(c.units) > 0 {
		r.cuts = append(r.cuts, c)
	}
	return othersIn(c.whose, persona)
}

// recallCut keeps what a split took away though it was gone already, so that the copy
// which the split brings keeps its authors, and counts the units of it that others wrote.
func (r *room) recallCut(persona app.ID, s split, now time.Time) (others int) {
	c := cut{by: persona, at: now}
	for _, w := range s.words {
		if w.gone {
			c.units, c.whose = append(c.units, w.letter), append(c.whose, r.authorOf(w.typed.Client, int64(w.typed.Clock)))
		}
	}
	if len(c.units) > 0 {
		r.cuts = append(r.cuts, c)
	}
	return othersIn(c.whose, persona)
}

// authorOf returns who wrote a unit: by the runs, or else whoever the client id
// is bound to.
func (r *room) authorOf(client uint64, clock int64) app.ID {
	if persona := r.authors.of(client, clock); persona != "" {
		return persona
	}
	r.learnAuthors()
	if persona := r.authors.of(client, clock); persona != "" {
		return persona
	}
	return r.clients[client]
}

// moves finds inserted text again in what was cut, by its first shortestMove
// units.
type moves struct {
	units  []uint16
	author []app.ID
	recent int // units from the first that were cut a moment ago
	starts map[[shortestMove]uint16][]int
}

// movesFor gathers what the persona cut that an inserted text of so many units may
// come from, the most recent first: older cuts count for long texts only, so that
// typing after a large cut costs little.
func (r *room) movesFor(length int, persona app.ID, now time.Time) *moves {
	m := &moves{starts: map[[shortestMove]uint16][]int{}}
	for i := len(r.cuts) - 1; i >= 0; i-- {
		c := r.cuts[i]
		isRecent := now.Sub(c.at) <= recentCut
		if c.by != persona || !isRecent && length < longMove {
			continue
		}
		m.add(c, persona)
		if isRecent {
			m.recent = len(m.units)
		}
	}
	return m
}

// add takes in a cut. Cuts are parted by a unit that no text holds, so that no
// match runs from one into the next.
func (m *moves) add(c cut, persona app.ID) {
	from := len(m.units)
	m.units = append(append(m.units, c.units...), 0)
	m.author = append(append(m.author, c.whose...), persona)
	for i := from; i+shortestMove <= len(m.units); i++ {
		key := [shortestMove]uint16(m.units[i:])
		if len(m.starts[key]) < candidates {
			m.starts[key] = append(m.starts[key], i)
		}
	}
}

// whose answers for each unit of an inserted text who wrote it: its author where
// it was moved, the persona where it is new. It takes the longest match at each
// place, from left to right.
func (m *moves) whose(inserted []uint16, persona app.ID) []app.ID {
	whose := make([]app.ID, 0, len(inserted))
	for len(whose) < len(inserted) {
		rest := inserted[len(whose):]
		from, length := m.longest(rest)
		if length == 0 {
			whose = append(whose, slices.Repeat([]app.ID{persona}, characterLength(rest))...)
			continue
		}
		whose = append(whose, m.author[from:from+length]...)
	}
	return whose
}

// longest finds the longest match that is a move. A longer one that may be chance
// doesn't stand in its way.
func (m *moves) longest(inserted []uint16) (from, length int) {
	if len(inserted) < shortestMove {
		return 0, 0
	}
	for _, start := range m.starts[[shortestMove]uint16(inserted)] {
		n := m.alike(start, inserted)
		if n > length && (n >= longMove || n >= shortestMove && start < m.recent) {
			from, length = start, n
		}
	}
	return from, length
}

// alike counts the units that an inserted text begins with as what was cut goes on
// from start. It doesn't part surrogate pairs: many characters share a half.
func (m *moves) alike(start int, inserted []uint16) int {
	n := 0
	for n < len(inserted) && start+n < len(m.units) && m.units[start+n] == inserted[n] {
		n++
	}
	if n > 0 && characterLength(inserted[n-1:]) == 2 {
		n--
	}
	return n
}

// characterLength counts the units of the first character.
func characterLength(text []uint16) int {
	if len(text) > 1 && utf16.DecodeRune(rune(text[0]), rune(text[1])) != unicode.ReplacementChar {
		return 2
	}
	return 1
}
