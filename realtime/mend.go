package realtime

import (
	"reflect"
	"slices"
	"unicode/utf16"

	"madang/app"
	"madang/realtime/yjs"
)

// What two splits doubled stays once: the second split's copy goes in the update that
// brings it. What the second split alone took away stays in its clause, or goes back to
// where it came from if it would else stand on the wrong side of the first one's words.
// Of words that were edited meanwhile both copies stay, for nobody's typing is taken
// away. No clause is deleted, however empty: somebody may be typing in it at this moment.

// repair is what the server does about the splits of one update.
type repair struct {
	surplus   []unit   // copies to be taken away
	back      [][]word // what goes back where it came from, in pieces, the last one first
	splitters []app.ID
	premature bool // a split before isn't committed yet, and may never be
}

// run is a stretch of a split's words that stands there twice: in a new block, and in
// that of a split before it.
type run struct {
	from, to int    // among the split's words
	first    []unit // the first copy
}

// repairOf settles what is to be done about the splits of one update.
func (r *room) repairOf(by app.ID, splits []split) repair {
	var all repair
	for _, s := range splits {
		r.repair(s, &all)
	}
	if len(all.splitters) > 0 {
		all.splitters = append(all.splitters, by)
	}
	return all
}

func (r *room) repair(s split, all *repair) {
	if !slices.ContainsFunc(s.words, func(w word) bool { return w.gone }) {
		return
	}
	runs, whole := r.runsOf(s)
	if !whole {
		return
	}
	for _, run := range runs {
		for i, w := range s.words[run.from:run.to] {
			all.premature = all.premature || r.splits.copies(w.typed)[run.first[i].id] >= r.splits.settled
			all.surplus = append(all.surplus, w.now)
		}
		all.splitters = append(all.splitters, r.clients[run.first[0].id.Client])
	}
	var astray []word
	blocks := blocksOf(s.parent)
	for i, w := range s.words {
		if !w.gone && isAstray(i, blocks[w.now.block], runs, blocks) {
			all.surplus, astray = append(all.surplus, w.now), append(astray, w)
		}
	}
	all.back = append(all.back, inPieces(astray)...)
}

// isAstray reports whether a word that only this split moved stands on the wrong side of
// words that stand where the first split put them.
func isAstray(word, here int, runs []run, blocks map[yjs.ID]int) bool {
	return slices.ContainsFunc(runs, func(r run) bool {
		there := blocks[r.first[0].block]
		return word < r.from && here > there || word >= r.to && here < there
	})
}

// blocksOf says where each child stands.
func blocksOf(parent yjs.Parent) map[yjs.ID]int {
	places := map[yjs.ID]int{}
	for i, child := range parent.Children() {
		places[child.ID()] = i
	}
	return places
}

// standing is a unit of text and its place in all of it.
type standing struct {
	unit
	place int
}

// firstCopies finds, for each word that somebody moved before, the copy of it that still
// stands in another child of the parent.
func (r *room) firstCopies(s split) map[yjs.ID]standing {
	wanted := map[yjs.ID]yjs.ID{} // by copy: where the word was typed
	for _, w := range s.words {
		if w.gone {
			for id := range r.splits.copies(w.typed) {
				wanted[id] = w.typed
			}
		}
	}
	for _, w := range s.words {
		delete(wanted, w.now.id)
	}
	found := map[yjs.ID]standing{}
	place := 0
	for _, child := range s.parent.Children() {
		for _, u := range unitsIn(child, child.ID()) {
			if typed, isCopy := wanted[u.id]; isCopy {
				found[typed] = standing{u, place}
			}
			place++
		}
		place++
	}
	return found
}

// runsOf gathers what a split doubled. It is not whole if any of it was edited, or if
// whoever split had seen the first copy: they may have put the words there twice at will.
func (r *room) runsOf(s split) (runs []run, whole bool) {
	copies := r.firstCopies(s)
	var last standing
	for i, w := range s.words {
		if !w.gone {
			continue
		}
		first, stands := copies[w.typed]
		isSeen := w.was == w.typed && first.block != s.source && (first.block == s.left || first.block == s.right)
		if !stands || isSeen || !sameMarks(first.marks, w.now.marks) {
			return nil, false
		}
		n := len(runs)
		isNext := n > 0 && runs[n-1].to == i && first.block == last.block
		switch {
		case isNext && first.place != last.place+1:
			return nil, false
		case isNext:
			runs[n-1].to, runs[n-1].first = i+1, append(runs[n-1].first, first.unit)
		default:
			runs = append(runs, run{from: i, to: i + 1, first: []unit{first.unit}})
		}
		last = first
	}
	return runs, true
}

func sameMarks(a, b map[string]any) bool {
	return len(a) == 0 && len(b) == 0 || reflect.DeepEqual(a, b)
}

// drop takes units of text away, from the end of each text backwards, so that earlier
// places stay where they are.
func drop(t *yjs.Txn, units []unit) error {
	byText := map[yjs.ID][]unit{}
	for _, u := range units {
		byText[u.text.ID()] = append(byText[u.text.ID()], u)
	}
	for _, of := range byText {
		slices.SortFunc(of, func(a, b unit) int { return b.at - a.at })
		of = slices.CompactFunc(of, func(a, b unit) bool { return a.at == b.at })
		for len(of) > 0 {
			n := 1
			for n < len(of) && of[n].at == of[n-1].at-1 {
				n++
			}
			if err := t.Delete(of[0].text, of[n-1].at, n); err != nil {
				return err
			}
			of = of[n:]
		}
	}
	return nil
}

// inPieces gathers words that can be put back together, the last ones first: so earlier
// places stay where they are.
func inPieces(words []word) [][]word {
	var pieces [][]word
	for len(words) > 0 {
		start := len(words) - 1
		for start > 0 && areNeighbours(words[start-1], words[start]) {
			start--
		}
		pieces, words = append(pieces, words[start:]), words[:start]
	}
	return pieces
}

// putBack inserts words where they were taken from.
func putBack(t *yjs.Txn, pieces [][]word) error {
	for _, words := range pieces {
		var letters []uint16
		for _, w := range words {
			letters = append(letters, w.letter)
		}
		to, marks := words[0].from, words[0].now.marks
		if marks == nil {
			marks = map[string]any{} // not those of the text around
		}
		if err := t.Insert(to, to.Index(words[0].was), string(utf16.Decode(letters)), marks); err != nil {
			return err
		}
	}
	return nil
}

// areNeighbours reports whether two words can be put back as one piece of text.
func areNeighbours(a, b word) bool {
	return a.from.ID() == b.from.ID() && a.from.Index(a.was) == b.from.Index(b.was) && sameMarks(a.now.marks, b.now.marks)
}

// learnBack settles who wrote what was put back, and remembers that it was moved again.
func (r *room) learnBack(effect *yjs.Effect, pieces [][]word) {
	words := slices.Concat(pieces...)
	for _, in := range inClockOrder(effect.Text) {
		n := min(int(in.Len), len(words))
		var whose []app.ID
		for i, w := range words[:n] {
			words[i].now.id = plus(in.ID, i)
			whose = append(whose, r.authorOf(w.typed.Client, int64(w.typed.Clock)))
		}
		r.recordEach(in.ID, whose)
		r.splits.learn(split{words: words[:n]})
		words = words[n:]
	}
}

// tellSplitters tells those who split one clause at once, on whatever node they are,
// that its words were kept once.
func (r *room) tellSplitters(personas []app.ID) {
	if len(personas) == 0 {
		return
	}
	slices.Sort(personas)
	personas = slices.Compact(personas)
	r.noticeSplit(personas)
	var body []byte
	for _, p := range personas {
		body = appendString(body, string(p))
	}
	r.hub.tell(r.id, note{kind: noteSplit, about: r.id, body: body})
}

func (r *room) noticeSplit(personas []app.ID) {
	frame := noticeFrame("split", "editor.notice.split")
	for c := range r.conns {
		if slices.Contains(personas, c.persona()) {
			c.send(frame)
		}
	}
}

func parsePersonas(body []byte) []app.ID {
	var personas []app.ID
	for r := (reader{rest: body}); len(r.rest) > 0; {
		personas = append(personas, app.ID(r.bytes()))
	}
	return personas
}
