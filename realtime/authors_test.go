package realtime

import (
	"errors"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"
	"unicode/utf16"

	"pgregory.net/rapid"

	"madang/app"
	"madang/app/prose"
	"madang/realtime/yjs"
)

// The model below keeps for every letter who first wrote it. No letter comes twice in
// a text, so that what was moved can be told from what was typed anew, and the rule of
// authors.go is exact: of what somebody inserts, the longest stretch at each place that
// they took out before keeps its authors, if it has 3 UTF-16 units and was taken out in
// the same update or in the last 2 s, or has 20 and was in the last minute. Of equally
// long ones the one taken out last counts. What REALTIME leaves open, and is settled so
// here: fewer than 3 units are whoever's who moves them, and text that somebody took out
// twice, with other authors each time, has the authors it had last.

// letter is a visible character, which of the texts it stands in, and who wrote it.
type letter struct {
	char   rune
	strong bool
	by     app.ID
}

func stringOf(letters []letter) string {
	var b strings.Builder
	for _, l := range letters {
		b.WriteRune(l.char)
	}
	return b.String()
}

func unitsOf(letters []letter) int { return units(stringOf(letters)) }

// taken is what somebody took out of the text at once.
type taken struct {
	by      app.ID
	at      time.Time
	letters []letter
}

// desk is a text that several people work on, one after the other, and what the model
// says of it.
type desk struct {
	*rapid.T
	f       *forum
	now     *atomic.Int64
	room    *room
	replica *yjs.Doc // what people's editors hold
	clients map[string]uint64

	clauses [][]letter
	taken   []taken
	used    map[rune]rune // how many letters of each alphabet
	last    string        // who did something last
}

const deskClauses = 3

var deskPeople = []string{"amina", "bo", "chidi"}

func newDesk(t *rapid.T, f *forum, now *atomic.Int64) *desk {
	var first prose.Doc
	for i := range deskClauses {
		first.Blocks = append(first.Blocks, prose.Block{
			Node: prose.Clause, Level: 1, CID: "caaaaaaaaa" + string(rune('a'+i)),
		})
	}
	f.begin(first)
	d := &desk{
		T: t, f: f, now: now, room: newRoom(f.hub, f.doc), replica: yjs.NewDoc(),
		clients: map[string]uint64{}, clauses: make([][]letter, deskClauses),
		used: map[rune]rune{}, last: deskPeople[0],
	}
	for _, name := range deskPeople {
		d.clients[name] = freshClient()
	}
	d.must(d.room.load())
	d.must(d.replica.ApplyUpdate(d.room.encoded()))
	return d
}

func (d *desk) must(err error) {
	d.Helper()
	if err != nil {
		d.Fatal(err)
	}
}

// does sends an edit of somebody's editor through what the gate does with it.
func (d *desk) does(name string, change func(t *yjs.Txn, root *yjs.XMLFragment) error) {
	d.Helper()
	sent, err := d.replica.Transact(d.clients[name], func(t *yjs.Txn) error {
		return change(t, d.replica.XMLFragment(rootName))
	})
	d.must(err)
	if sent.IsEmpty() {
		return
	}
	update, err := yjs.Decode(sent.Update(), yjs.Limits{})
	d.must(err)
	effect, err := d.room.doc.Apply(update)
	d.must(err)
	by, _ := d.f.cast.get(name)
	if code := d.room.protest(by, effect); code != "" {
		d.Fatal(code)
	}
	d.must(d.room.commitOwn(d.room.accept(by, effect, update.Deletes()).change))
	d.hear()
}

// hear brings what the server wrote to the editors.
func (d *desk) hear() {
	d.must(d.replica.ApplyUpdate(d.room.doc.EncodeStateAsUpdate(d.replica.StateVector())))
}

// person draws who does something: often whoever did the last thing.
func (d *desk) person() (name string, id app.ID) {
	if rapid.IntRange(0, 2).Draw(d.T, "another") == 0 {
		d.last = rapid.SampledFrom(deskPeople).Draw(d.T, "person")
	}
	return d.last, persona(full(d.last))
}

func (d *desk) clause() int { return rapid.IntRange(0, len(d.clauses)-1).Draw(d.T, "clause") }

// place draws where in a clause something happens.
func (d *desk) place(clause int) int {
	return rapid.IntRange(0, len(d.clauses[clause])).Draw(d.T, "place")
}

// stretch draws a part of some letters.
func (d *desk) stretch(letters []letter) (from, to int) {
	from = rapid.IntRange(0, len(letters)).Draw(d.T, "from")
	return from, rapid.IntRange(from, len(letters)).Draw(d.T, "to")
}

// alphabets are mixed; those of emoji share the first or the second half of their
// surrogate pairs with each other.
var alphabets = []rune{'가', '가', '가', '一', 0x1f600, 0x1fa00, '─'}

// unused draws letters that were in no text before.
func (d *desk) unused(by app.ID) []letter {
	var letters []letter
	strong := rapid.Bool().Draw(d.T, "strong")
	for range rapid.IntRange(1, 24).Draw(d.T, "letters") {
		start := rapid.SampledFrom(alphabets).Draw(d.T, "alphabet")
		letters = append(letters, letter{start + d.used[start], strong, by})
		d.used[start]++
		strong = strong != (rapid.IntRange(0, 4).Draw(d.T, "other marks") == 0)
	}
	return letters
}

// pocket draws something the person took out that nobody put back yet; now and then
// somebody else did, and the person only types it again.
func (d *desk) pocket(by app.ID) []letter {
	visible := map[rune]bool{}
	for _, l := range slices.Concat(d.clauses...) {
		visible[l.char] = true
	}
	own := rapid.IntRange(0, 4).Draw(d.T, "own") > 0
	var pockets [][]letter
	for _, c := range d.taken {
		if (c.by == by) == own && !slices.ContainsFunc(c.letters, func(l letter) bool { return visible[l.char] }) {
			pockets = append(pockets, c.letters)
		}
	}
	if len(pockets) == 0 {
		return nil
	}
	return rapid.SampledFrom(pockets).Draw(d.T, "pocket")
}

// take is the model's side of a deletion.
func (d *desk) take(by app.ID, letters []letter) {
	if len(letters) > 0 {
		d.taken = append(d.taken, taken{by, d.time(), slices.Clone(letters)})
	}
}

func (d *desk) time() time.Time { return time.UnixMilli(d.now.Load()) }

// put is the model's side of an insertion: by the rule, whose the letters are.
func (d *desk) put(by app.ID, letters []letter) []letter {
	letters = slices.Clone(letters)
	for i := 0; i < len(letters); {
		kept := d.remembered(by, letters[i:])
		if len(kept) == 0 {
			letters[i].by = by
			i++
			continue
		}
		for _, l := range kept {
			letters[i].by = l.by
			i++
		}
	}
	return letters
}

// remembered is the longest start of the letters that the person took out lately
// enough, as it was then.
func (d *desk) remembered(by app.ID, letters []letter) (best []letter) {
	for _, c := range slices.Backward(d.taken) {
		age := d.time().Sub(c.at)
		if c.by != by || age > time.Minute {
			continue
		}
		same := slices.IndexFunc(c.letters, func(l letter) bool { return l.char == letters[0].char })
		if same < 0 {
			continue
		}
		n := 0
		for n < len(letters) && same+n < len(c.letters) && c.letters[same+n].char == letters[n].char {
			n++
		}
		found := c.letters[same : same+n]
		length := unitsOf(found)
		if (length >= 20 || length >= 3 && age <= 2*time.Second) && length > unitsOf(best) {
			best = found
		}
	}
	return best
}

// carried is whose letters are that went and came in one update: whose they were.
func carried(by app.ID, letters []letter) []letter {
	letters = slices.Clone(letters)
	if unitsOf(letters) >= 3 {
		return letters
	}
	for i := range letters {
		letters[i].by = by
	}
	return letters
}

// lineIn is the text of a block, made if there is none.
func lineIn(t *yjs.Txn, root *yjs.XMLFragment, block int) (*yjs.XMLText, error) {
	e := root.Children()[block].(*yjs.XMLElement)
	if e.Len() == 0 {
		return t.InsertText(e, 0)
	}
	return e.Children()[0].(*yjs.XMLText), nil
}

// write puts letters into a block from a unit on, one item for each change of marks.
func write(t *yjs.Txn, root *yjs.XMLFragment, block, at int, letters []letter) error {
	line, err := lineIn(t, root, block)
	if err != nil {
		return err
	}
	for _, l := range letters {
		marks := map[string]any{}
		if l.strong {
			marks["strong"] = map[string]any{}
		}
		if err := t.Insert(line, at, string(l.char), marks); err != nil {
			return err
		}
		at += unitsOf([]letter{l})
	}
	return nil
}

func erase(t *yjs.Txn, root *yjs.XMLFragment, block, at, n int) error {
	line, err := lineIn(t, root, block)
	if err != nil || n == 0 {
		return err
	}
	return t.Delete(line, at, n)
}

// newBlock makes a block with its letters, as editors do that split or move one.
func newBlock(t *yjs.Txn, root *yjs.XMLFragment, at int, letters []letter) error {
	_, err := t.InsertElement(root, at, prose.Clause, map[string]any{"level": 1.0})
	return errors.Join(err, write(t, root, at, 0, letters))
}

// insert is typing or pasting.
func (d *desk) insert(name string, by app.ID, letters []letter) {
	c := d.clause()
	at := d.place(c)
	before := unitsOf(d.clauses[c][:at])
	d.does(name, func(t *yjs.Txn, root *yjs.XMLFragment) error { return write(t, root, c, before, letters) })
	d.clauses[c] = slices.Insert(d.clauses[c], at, d.put(by, letters)...)
}

func (d *desk) Type(*rapid.T) {
	name, by := d.person()
	d.insert(name, by, d.unused(by))
}

func (d *desk) Paste(*rapid.T) {
	name, by := d.person()
	pocket := d.pocket(by)
	from, to := d.stretch(pocket)
	if rapid.Bool().Draw(d.T, "all") {
		from, to = 0, len(pocket)
	}
	letters := slices.Clone(pocket[from:to])
	if rapid.Bool().Draw(d.T, "with more behind") {
		letters = append(letters, d.unused(by)...)
	}
	if rapid.Bool().Draw(d.T, "with more before") {
		letters = append(d.unused(by), letters...)
	}
	d.insert(name, by, letters)
}

func (d *desk) CutAndPaste(t *rapid.T) {
	d.Delete(t)
	d.Wait(t)
	d.Paste(t)
}

// Undo puts back item by item, in an order that isn't the text's, as Yjs does.
func (d *desk) Undo(*rapid.T) {
	name, by := d.person()
	letters := d.pocket(by)
	c := d.clause()
	at := d.place(c)
	before := unitsOf(d.clauses[c][:at])
	order := rapid.Permutation(indexes(letters)).Draw(d.T, "order")
	d.does(name, func(t *yjs.Txn, root *yjs.XMLFragment) error {
		back := map[int]bool{}
		for _, i := range order {
			ahead := 0
			for j := range i {
				if back[j] {
					ahead += unitsOf(letters[j : j+1])
				}
			}
			if err := write(t, root, c, before+ahead, letters[i:i+1]); err != nil {
				return err
			}
			back[i] = true
		}
		return nil
	})
	d.clauses[c] = slices.Insert(d.clauses[c], at, d.put(by, letters)...)
}

func indexes(letters []letter) []int {
	var all []int
	for i := range letters {
		all = append(all, i)
	}
	return all
}

func (d *desk) Delete(*rapid.T) {
	name, by := d.person()
	c := d.clause()
	from, to := d.stretch(d.clauses[c])
	gone := slices.Clone(d.clauses[c][from:to])
	before := unitsOf(d.clauses[c][:from])
	d.does(name, func(t *yjs.Txn, root *yjs.XMLFragment) error { return erase(t, root, c, before, unitsOf(gone)) })
	d.take(by, gone)
	d.clauses[c] = slices.Delete(d.clauses[c], from, to)
}

// Split is Enter: one half goes, and comes anew in a block of its own.
func (d *desk) Split(*rapid.T) {
	name, by := d.person()
	c := d.clause()
	at := d.place(c)
	head, tail := slices.Clone(d.clauses[c][:at]), slices.Clone(d.clauses[c][at:])
	if rapid.Bool().Draw(d.T, "the tail is made anew") {
		d.does(name, func(t *yjs.Txn, root *yjs.XMLFragment) error {
			return errors.Join(erase(t, root, c, unitsOf(head), unitsOf(tail)), newBlock(t, root, c+1, tail))
		})
		d.take(by, tail)
		tail = carried(by, tail)
	} else {
		d.does(name, func(t *yjs.Txn, root *yjs.XMLFragment) error {
			return errors.Join(erase(t, root, c, 0, unitsOf(head)), newBlock(t, root, c, head))
		})
		d.take(by, head)
		head = carried(by, head)
	}
	d.clauses = slices.Replace(d.clauses, c, c+1, head, tail)
}

// Join is Backspace at the start of a block: it goes, and its words come anew at the
// end of the one before.
func (d *desk) Join(*rapid.T) {
	name, by := d.person()
	c := d.clause()
	if c == 0 {
		return
	}
	head, tail := d.clauses[c-1], d.clauses[c]
	d.does(name, func(t *yjs.Txn, root *yjs.XMLFragment) error {
		return errors.Join(t.DeleteChildren(root, c, 1), write(t, root, c-1, unitsOf(head), tail))
	})
	d.take(by, tail)
	d.clauses = slices.Replace(d.clauses, c-1, c+1, slices.Concat(head, carried(by, tail)))
}

func (d *desk) Move(*rapid.T) {
	name, by := d.person()
	c := d.clause()
	to := d.clause()
	letters := d.clauses[c]
	d.does(name, func(t *yjs.Txn, root *yjs.XMLFragment) error {
		return errors.Join(t.DeleteChildren(root, c, 1), newBlock(t, root, to, letters))
	})
	d.take(by, letters)
	d.clauses = slices.Insert(slices.Delete(d.clauses, c, c+1), to, carried(by, letters))
}

// Form is an edit without an editor. Whoever fills it in may have read the text before
// the clause got its last letters, but for those right behind the edit: which of two
// insertions at one place is first is the merge's to say.
func (d *desk) Form(*rapid.T) {
	name, by := d.person()
	c := d.clause()
	now := d.clauses[c]
	from, to := d.stretch(now)
	words := d.unused(by)
	if pocket := d.pocket(by); len(pocket) > 0 && rapid.Bool().Draw(d.T, "paste") {
		words = pocket
	}
	known := rapid.IntRange(min(to+1, len(now)), len(now)).Draw(d.T, "known")
	m, _ := d.f.cast.get(name)
	edited, err := d.room.edit(m, app.NewID(), []prose.Edit{{
		Kind: prose.ReplaceText, CID: d.room.text().Doc.Blocks[c].CID, Base: stringOf(now[:known]),
		Text: stringOf(slices.Concat(now[:from], words, now[to:known])),
	}}, nil)
	d.must(err)
	d.hear()
	if len(edited.Conflicts) > 0 {
		return
	}
	d.take(by, now[from:to])
	d.clauses[c] = slices.Concat(now[:from], d.put(by, words), now[to:])
}

// Wait lets time pass: so that a paste is still at once, is late, or is too late.
func (d *desk) Wait(*rapid.T) {
	d.now.Add(rapid.SampledFrom([]int64{1000, 2000, 2001, 30_000, 60_000, 60_001}).Draw(d.T, "wait"))
}

// Reload starts the node anew: it knows what the log knows, and nothing of cuts.
func (d *desk) Reload(*rapid.T) {
	d.room.giveUp(nil)
	d.must(d.room.load())
	d.taken = nil
}

// check compares every letter with the model.
func (d *desk) check() {
	children := d.room.root().Children()
	if len(children) != len(d.clauses) {
		d.Fatalf("%d clauses, the model has %d", len(children), len(d.clauses))
	}
	for i, child := range children {
		text, whose := d.credits(child.(*yjs.XMLElement))
		if text != stringOf(d.clauses[i]) {
			d.Fatalf("clause %d is %q, the model's %q", i, text, stringOf(d.clauses[i]))
		}
		at := 0
		for _, l := range d.clauses[i] {
			for range unitsOf([]letter{l}) {
				if whose[at] != l.by {
					d.Fatalf("clause %d, %q: %c is credited to %s, and %s wrote it", i, text, l.char, whose[at], l.by)
				}
				at++
			}
		}
	}
}

// credits is a block's text and the author of each UTF-16 unit of it.
func (d *desk) credits(block *yjs.XMLElement) (text string, whose []app.ID) {
	walkText(block, func(run yjs.Run) {
		text += run.Text
		for _, ids := range run.IDs {
			for i := range ids.Len {
				whose = append(whose, d.room.authorOf(ids.Client, int64(ids.Clock+i)))
			}
		}
	})
	if len(whose) != len(utf16.Encode([]rune(text))) {
		d.Fatalf("%q has %d units with an author", text, len(whose))
	}
	return text, whose
}

func (r *room) creditsFor(text string, by app.ID, now time.Time) []app.ID {
	inserted := utf16.Encode([]rune(text))
	return r.movesFor(len(inserted), by, now).whose(inserted, by)
}

func cutOf(text string, by, whose app.ID, at time.Time) cut {
	u := utf16.Encode([]rune(text))
	return cut{by: by, at: at, units: u, whose: slices.Repeat([]app.ID{whose}, len(u))}
}

func TestNoEmojiHasTwoAuthors(t *testing.T) {
	bo, amina := persona("bo...."), persona("amina.")
	now := time.Unix(100, 0)
	r := &room{cuts: []cut{cutOf("\U0001f600가나다\U0001f601", bo, amina, now)}}
	for text, want := range map[string][]app.ID{
		"가나다\U0001f602": {amina, amina, amina, bo, bo}, // the first half is that of what was cut
		"\U0001fa00가나다": {bo, bo, amina, amina, amina}, // the second half is
		"가나다\U0001f601": {amina, amina, amina, amina, amina},
	} {
		if got := r.creditsFor(text, bo, now); !slices.Equal(got, want) {
			t.Errorf("%s: %v", text, got)
		}
	}
}

func TestWhatWasCutLongAgoHidesNothingThatWasCutJustNow(t *testing.T) {
	bo, amina, chidi := persona("bo...."), persona("amina."), persona("chidi.")
	now := time.Unix(100, 0)
	r := &room{cuts: []cut{
		cutOf("the right to speak", bo, chidi, now.Add(-10*time.Second)),
		cutOf("the right", bo, amina, now),
	}}
	got := r.creditsFor("the right to speak and to be heard", bo, now)
	if othersIn(got[:9], amina) != 0 || othersIn(got[9:], bo) != 0 {
		t.Errorf("authors are %v", got)
	}
}

func TestOfWhatWasCutTwiceTheLastAuthorsCount(t *testing.T) {
	bo, amina, chidi := persona("bo...."), persona("amina."), persona("chidi.")
	now := time.Unix(100, 0)
	r := &room{cuts: []cut{
		cutOf("the right", bo, chidi, now.Add(-time.Second)), cutOf("the right", bo, amina, now),
	}}
	if got := r.creditsFor("the right", bo, now); othersIn(got, amina) != 0 {
		t.Errorf("authors are %v", got)
	}
}

func TestEveryLetterIsWhoseWhoFirstWroteItHoweverItWasMoved(t *testing.T) {
	var now atomic.Int64
	now.Store(time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC).UnixMilli())
	f := newForum(t, func(c *Config) {
		c.Clock = func() time.Time { return time.UnixMilli(now.Load()) }
	})
	rapid.Check(t, func(t *rapid.T) {
		d := newDesk(t, f, &now)
		t.Repeat(map[string]func(*rapid.T){
			"type": d.Type, "type more": d.Type, "paste": d.Paste, "cut and paste": d.CutAndPaste, "undo": d.Undo, "delete": d.Delete,
			"split": d.Split, "join": d.Join, "move": d.Move, "form": d.Form, "wait": d.Wait,
			"reload": d.Reload, "": func(*rapid.T) { d.check() },
		})
	})
}
