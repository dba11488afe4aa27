package realtime

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"madang/app"
	"madang/app/prose"
	"madang/realtime/yjs"
)

// splitting presses Enter in a text, as y-prosemirror writes it down: the end is deleted
// and typed again in a new paragraph behind.
func splitting(block, at int) func(*yjs.Txn, *yjs.XMLFragment) error {
	return func(t *yjs.Txn, root *yjs.XMLFragment) error {
		line := lineOf(root, block)
		tail := slice(line.String(), at)
		if err := t.Delete(line, at, line.Len()-at); err != nil {
			return err
		}
		e, err := t.InsertElement(root, block+1, "paragraph", map[string]any{"cid": prose.NewCID()})
		if err != nil {
			return err
		}
		end, err := t.InsertText(e, 0)
		if err != nil {
			return err
		}
		return t.Insert(end, 0, tail, nil)
	}
}

func lineOf(root *yjs.XMLFragment, block int) *yjs.XMLText {
	return root.Children()[block].(*yjs.XMLElement).Children()[0].(*yjs.XMLText)
}

func slice(s string, at int) string { return string([]rune(s)[at:]) }

func inserting(block, at int, words string) func(*yjs.Txn, *yjs.XMLFragment) error {
	return func(t *yjs.Txn, root *yjs.XMLFragment) error {
		return t.Insert(lineOf(root, block), at, words, nil)
	}
}

// ordered are two people of whom what the first inserts comes to stand before what the
// second does at the same place.
func (f *forum) ordered() (first, second *person) {
	first, second = f.join("amina"), f.join("bo")
	return first, second
}

const right = "everyone has the right to life, liberty and security"

func (f *forum) write(text string) {
	f.t.Helper()
	dana := f.join("chidi")
	dana.types(0, text)
	dana.awaitSaved()
	_ = dana.ws.Close()
}

func TestTwoPeopleWhoSplitAClauseAtOnceFindItsEndOnce(t *testing.T) {
	// Where each of the two splits, who is committed first, and what is read then.
	for name, c := range map[string]struct {
		amina, bo int
		boIsFirst bool
		want      string
	}{
		"at the same place":                   {8, 8, false, "everyone| has the right to life, liberty and security|"},
		"at the same place, the other first":  {8, 8, true, "everyone|| has the right to life, liberty and security"},
		"the second before, and to the right": {12, 8, false, "everyone has| the right to life, liberty and security|"},
		"the second before, and to the left":  {8, 12, true, "everyone| has| the right to life, liberty and security"},
		"the second behind, and to the right": {8, 12, false, "everyone| has the right to life, liberty and security|"},
		"the second behind, and to the left":  {12, 8, true, "everyone|| has the right to life, liberty and security"},
	} {
		t.Run(name, func(t *testing.T) {
			f := newForum(t)
			f.write(right)
			amina, bo := f.ordered()
			fromAmina, fromBo := amina.edit(splitting(0, c.amina)), bo.edit(splitting(0, c.bo))
			if c.boIsFirst {
				bo.send(syncFrame(syncUpdate, fromBo))
				bo.awaitSaved()
				amina.send(syncFrame(syncUpdate, fromAmina))
				amina.awaitSaved()
			} else {
				amina.send(syncFrame(syncUpdate, fromAmina))
				amina.awaitSaved()
				bo.send(syncFrame(syncUpdate, fromBo))
				bo.awaitSaved()
			}
			want := strings.ReplaceAll(c.want, "|", "\n")
			if got := f.text(); got != want {
				t.Errorf("the page reads %q", got)
			}
			amina.awaitText(want)
			bo.awaitText(want)
			for _, p := range []*person{amina, bo} {
				p.await("the notice", func() bool { return slices.Equal(p.notices, []string{"split"}) })
			}
			stored, _ := f.log.Load(t.Context(), f.doc)
			if n := len(stored.Tail); n != 4 {
				t.Errorf("two splits are %d updates", n-2)
			}
			for words, who := range authorsOf(t, stored) {
				if words != "" && who != persona("chidi.") {
					t.Errorf("%q is %s's", words, who)
				}
			}
		})
	}
}

func TestWhatIsTypedIntoAClauseThatWasSplitTwiceStays(t *testing.T) {
	f := newForum(t)
	f.write(right)
	amina, bo := f.ordered()
	fromAmina := amina.edit(splitting(0, 8))
	fromBo := [][]byte{bo.edit(splitting(0, 8)), bo.edit(inserting(1, 0, "Yet")), bo.edit(inserting(1, 3, " everyone"))}
	amina.send(syncFrame(syncUpdate, fromAmina))
	amina.send(syncFrame(syncUpdate, amina.edit(inserting(1, 0, "Also"))))
	amina.awaitSaved()
	for _, update := range fromBo {
		bo.send(syncFrame(syncUpdate, update))
	}
	bo.awaitSaved()
	want := "everyone\nAlso has the right to life, liberty and security\nYet everyone"
	if got := f.text(); got != want {
		t.Errorf("the page reads %q", got)
	}
	amina.awaitText(want)
	bo.awaitText(want)
}

func TestAnEndThatWasEditedMeanwhileStaysTwice(t *testing.T) {
	for name, edit := range map[string]func(*yjs.Txn, *yjs.XMLFragment) error{
		"with a word more": inserting(1, 10, "not "),
		"with a word less": func(t *yjs.Txn, root *yjs.XMLFragment) error { return t.Delete(lineOf(root, 1), 5, 4) },
		"made bold": func(t *yjs.Txn, root *yjs.XMLFragment) error {
			return t.Format(lineOf(root, 1), 5, 4, map[string]any{"strong": map[string]any{}})
		},
	} {
		t.Run(name, func(t *testing.T) {
			f := newForum(t)
			f.write(right)
			amina, bo := f.ordered()
			fromBo := bo.edit(splitting(0, 8))
			seq := amina.seqSaved()
			amina.send(syncFrame(syncUpdate, amina.edit(splitting(0, 8))))
			amina.send(syncFrame(syncUpdate, amina.edit(edit)))
			amina.await("the edit to be saved", func() bool { return amina.acks[len(amina.acks)-1].seq == seq+2 })
			before := f.text()
			bo.send(syncFrame(syncUpdate, fromBo))
			bo.awaitSaved()
			if got := f.text(); got != before+"\n"+right[8:] {
				t.Errorf("the page reads %q", got)
			}
			stored, _ := f.log.Load(t.Context(), f.doc)
			for words, who := range authorsOf(t, stored) {
				if words != "" && who != persona("chidi.") && words != "not " {
					t.Errorf("%q is %s's", words, who)
				}
			}
			if n := len(bo.notices); n > 0 {
				t.Errorf("Bo was told %q", bo.notices)
			}
			if lost := f.log.(*memoryLog).lost[persona("bo....")]; lost != 0 {
				t.Errorf("Bo is said to have taken %d units from others", lost)
			}
		})
	}
}

func TestWordsPastedBetweenTheHalvesOfASplitStay(t *testing.T) {
	f := newForum(t)
	f.write(right)
	amina, bo := f.ordered()
	amina.send(syncFrame(syncUpdate, amina.edit(splitting(0, 8))))
	bo.awaitText(right[:8] + "\n" + right[8:])
	_ = bo.ws.Close()
	_ = bo.edit(func(txn *yjs.Txn, root *yjs.XMLFragment) error {
		e, err := txn.InsertElement(root, 1, "paragraph", map[string]any{"cid": prose.NewCID()})
		if err != nil {
			return err
		}
		line, err := txn.InsertText(e, 0)
		return errors.Join(err, txn.Insert(line, 0, right[8:], nil))
	})
	// Whoever comes back says all that was ever deleted, the end of the clause too.
	back := f.connect("bo", bo.doc, bo.client, "")
	back.awaitSaved()
	if got := f.text(); got != right[:8]+"\n"+right[8:]+"\n"+right[8:] {
		t.Errorf("the page reads %q", got)
	}
}

func TestSplittingTheSameClauseTwiceInTurnKeepsAllOfIt(t *testing.T) {
	f := newForum(t)
	f.write(right)
	amina, bo := f.ordered()
	amina.send(syncFrame(syncUpdate, amina.edit(splitting(0, 12))))
	bo.awaitText(right[:12] + "\n" + right[12:])
	bo.send(syncFrame(syncUpdate, bo.edit(splitting(0, 8))))
	bo.send(syncFrame(syncUpdate, bo.edit(splitting(2, 4))))
	bo.awaitSaved()
	want := "everyone\n has\n the\n right to life, liberty and security"
	if got := f.text(); got != want || len(bo.notices) > 0 {
		t.Errorf("the page reads %q; notices %q", got, bo.notices)
	}
	amina.awaitText(want)
}

func TestASplitMadeOfflineMeetsOneThatWasForgottenInMemory(t *testing.T) {
	f := newForum(t)
	f.write(right)
	amina, bo := f.ordered()
	_ = bo.edit(splitting(0, 12))
	_ = bo.edit(inserting(1, 0, "And"))
	_ = bo.ws.Close()
	amina.send(syncFrame(syncUpdate, amina.edit(splitting(0, 8))))
	amina.awaitSaved()
	_ = amina.ws.Close()
	f.await("the document to leave memory", func() bool { return f.hub.resident(f.doc) == nil })
	back := f.connect("bo", bo.doc, bo.client, "")
	back.awaitSaved()
	want := "everyone\n has the right to life, liberty and security\nAnd"
	if got := f.text(); got != want {
		t.Errorf("the page reads %q", got)
	}
	back.awaitText(want)
}

// Two splits that wait for the same commit: the first may yet be refused with its author's
// role, and then the second must keep its words.
func TestASplitThatIsRefusedTakesNobodysWordsAlong(t *testing.T) {
	for name, role := range map[string]app.Role{"both stand": app.RoleChair, "the first lost the role": app.RoleMember} {
		t.Run(name, func(t *testing.T) {
			f := newForum(t)
			f.write(right)
			log := f.log.(*memoryLog)
			amina, bo := f.ordered()
			chidi := f.join("chidi")
			typing := log.holdBack()
			chidi.types(0, "!")
			log.awaitWaiting(t, 1)
			queue := f.hub.resident(f.doc).queue
			for i, p := range []*person{amina, bo} {
				queued := len(queue)
				p.send(syncFrame(syncUpdate, p.edit(splitting(0, 8))))
				f.await(fmt.Sprintf("split %d in the queue", i), func() bool { return len(queue) > queued })
			}
			splitting := log.holdBack()
			close(typing)
			log.awaitWaiting(t, 2)
			if role != app.RoleChair {
				f.cast.change("amina", role)
			}
			log.release()
			close(splitting)
			bo.awaitSaved()
			if got := f.text(); strings.Count(got, "right to life") != 1 || !strings.HasPrefix(got, "everyone") {
				t.Errorf("the page reads %q", got)
			}
			bo.awaitText(f.text())
		})
	}
}

// holdBack lets the Appends that begin from now on wait until what it returns is closed.
func (l *memoryLog) holdBack() chan struct{} {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.hold = make(chan struct{})
	return l.hold
}

// release lets those that begin from now on pass.
func (l *memoryLog) release() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.hold = nil
}

// awaitWaiting waits until n Appends have waited.
func (l *memoryLog) awaitWaiting(t *testing.T, n int) {
	t.Helper()
	waitFor(t, "an Append that waits", func() bool {
		l.mu.Lock()
		defer l.mu.Unlock()
		return l.waiting == n
	})
}

// Any number of people split one clause at any places at once, and type into what they
// made: each letter of it stays once, in its order, and so does what each of them typed.
func TestHoweverManySplitAClauseAtOnceEachWordStaysOnce(t *testing.T) {
	const letters = "abcdefghijklmnopqrstuvwxyz"
	for seed := range uint64(60) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			rnd := rand.New(rand.NewPCG(seed, 1))
			f := newForum(t)
			f.write(letters)
			names := []string{"amina", "bo", "chidi"}[:2+rnd.IntN(2)]
			several := seed%2 == 1
			var people []*person
			var waiting [][][]byte
			for i, name := range names {
				p := f.join(name)
				people = append(people, p)
				waiting = append(waiting, p.splitsUnseen(rnd, string(rune('1'+i)), several))
			}
			for len(slices.Concat(waiting...)) > 0 {
				i := rnd.IntN(len(people))
				if len(waiting[i]) == 0 {
					continue
				}
				people[i].send(syncFrame(syncUpdate, waiting[i][0]))
				people[i].awaitSavedUpTo(waiting[i][0])
				waiting[i] = waiting[i][1:]
			}
			got := f.text()
			all := strings.Map(func(r rune) rune {
				if strings.ContainsRune(letters, r) {
					return r
				}
				return -1
			}, got)
			if several { // in a moment's time, one after the other: they may come to read in another order
				sorted := strings.Split(all, "")
				slices.Sort(sorted)
				all = strings.Join(sorted, "")
			}
			if all != letters {
				t.Errorf("the page reads %q", got)
			}
			for i, p := range people {
				if n := strings.Count(got, string(rune('1'+i))); n != p.typed {
					t.Errorf("of %d words of %s there are %d in %q", p.typed, p.name, n, got)
				}
				p.awaitText(got)
			}
		})
	}
}

// splitsUnseen lets somebody who is cut off split what they see, several times if they
// like, and type at the beginning of what that made.
func (p *person) splitsUnseen(rnd *rand.Rand, word string, several bool) (updates [][]byte) {
	at := 2 + rnd.IntN(23)
	updates = append(updates, p.edit(splitting(0, at)))
	if rnd.IntN(2) == 0 {
		updates = append(updates, p.edit(inserting(1, 0, word)))
		p.typed++
	}
	if several && rnd.IntN(2) == 0 {
		updates = append(updates, p.edit(splitting(0, 1+rnd.IntN(at-1))))
	} else if several {
		updates = append(updates, p.edit(splitting(1, 1+rnd.IntN(25-at+1))))
	}
	return updates
}

// seqSaved is the number that the document had when the person was answered last.
func (p *person) seqSaved() int64 {
	p.t.Helper()
	p.awaitSaved()
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.acks[len(p.acks)-1].seq
}

// awaitSavedUpTo waits until an update of the person's own is acknowledged.
func (p *person) awaitSavedUpTo(update []byte) {
	p.t.Helper()
	u, err := yjs.Decode(update, yjs.Limits{})
	if err != nil {
		p.t.Fatal(err)
	}
	sent := u.Ranges()[0]
	p.await("the update to be saved", func() bool {
		return len(p.acks) > 0 && p.acks[len(p.acks)-1].clock >= int64(sent.End())
	})
}

// The same with the editor that people have: Enter as ProseMirror splits a block, and
// y-prosemirror writes that down.
func TestEditorsThatSplitOneClauseAtOnceShowItsEndOnce(t *testing.T) {
	h := newHands(t)
	for name, c := range map[string]struct {
		before    []deed // done by one alone
		block     int
		amina, bo int
		want      string
	}{
		"a paragraph, at the same place": {nil, 0, 8, 8, "everyone| has the right to life, liberty and security|"},
		"a paragraph, further left":      {nil, 0, 12, 8, "everyone has| the right to life, liberty and security|"},
		"a paragraph, further right":     {nil, 0, 8, 12, "everyone| has the right to life, liberty and security|"},
		"a numbered clause":              {[]deed{{Deed: "clause"}}, 0, 8, 8, "everyone| has the right to life, liberty and security|"},
		"a heading":                      {[]deed{{Deed: "heading2"}}, 0, 8, 12, "everyone| has the right to life, liberty and security|"},
		"the item of a list":             {[]deed{{Deed: "bullets"}}, 0, 8, 8, "everyone| has the right to life, liberty and security|"},
		"a quotation":                    {[]deed{{Deed: "quote"}}, 0, 12, 8, "everyone has| the right to life, liberty and security|"},
		"with bold words in the end":     {[]deed{{Deed: "strong", At: 13, To: 22}}, 0, 8, 8, "everyone| has the right to life, liberty and security|"},
		"before a line break":            {[]deed{{Deed: "break", At: 26}}, 0, 4, 8, "ever|yone| has the right to \nlife, liberty and security"},
	} {
		t.Run(name, func(t *testing.T) {
			f := newForum(t)
			f.write(right)
			amina, bo := f.ordered()
			h.atEditor(amina)
			for _, d := range c.before {
				update := h.does(amina, d)
				amina.send(syncFrame(syncUpdate, update))
				amina.awaitSavedUpTo(update)
			}
			ready := amina.vector()
			bo.await("what Amina prepared", func() bool { return slices.Equal(yjs.EncodeStateVector(bo.doc.StateVector()), ready) })
			h.atEditor(bo)
			fromAmina := h.does(amina, deed{Deed: "enter", Block: c.block, At: c.amina})
			fromBo := h.does(bo, deed{Deed: "enter", Block: c.block, At: c.bo})
			amina.send(syncFrame(syncUpdate, fromAmina))
			amina.awaitSavedUpTo(fromAmina)
			bo.send(syncFrame(syncUpdate, fromBo))
			bo.awaitSavedUpTo(fromBo)
			for _, p := range []*person{amina, bo} {
				p.await("the notice", func() bool { return len(p.notices) == 1 })
				p.await("the committed text", func() bool { return hashOf(p.doc) == f.hash() })
				h.catchesUp(p)
				if got := h.text(p.name); got != strings.ReplaceAll(c.want, "|", "\n") {
					t.Errorf("%s's editor shows %q", p.name, got)
				}
			}
		})
	}
}

func (p *person) vector() []byte {
	p.mu.Lock()
	defer p.mu.Unlock()
	return yjs.EncodeStateVector(p.doc.StateVector())
}

// hash is that of the committed text.
func (f *forum) hash() [32]byte {
	text, err := f.hub.Read(f.t.Context(), f.doc)
	if err != nil {
		f.t.Error(err)
	}
	return prose.TextHash(text.Doc)
}

// Any number of editors split one clause once each, at once, and type on.
func TestHoweverManyEditorsSplitAClauseAtOnceItsWordsStayInOrder(t *testing.T) {
	const letters = "abcdefghijklmnopqrstuvwxyz"
	h := newHands(t)
	for seed := range uint64(20) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			rnd := rand.New(rand.NewPCG(seed, 2))
			f := newForum(t)
			f.write(letters)
			var people []*person
			waiting := map[*person][][]byte{}
			for _, name := range []string{"amina", "bo", "chidi"}[:2+rnd.IntN(2)] {
				p := f.join(name)
				h.atEditor(p)
				people = append(people, p)
				waiting[p] = [][]byte{h.does(p, deed{Deed: "enter", At: rnd.IntN(27)})}
				if block := rnd.IntN(3); block < 2 { // in front of the end, or at the start of all
					waiting[p] = append(waiting[p], h.does(p, deed{Deed: "type", Block: block, Text: strings.ToUpper(name)}))
					p.typed++
				}
			}
			for len(waiting) > 0 {
				p := people[rnd.IntN(len(people))]
				if len(waiting[p]) == 0 {
					delete(waiting, p)
					continue
				}
				p.send(syncFrame(syncUpdate, waiting[p][0]))
				p.awaitSavedUpTo(waiting[p][0])
				waiting[p] = waiting[p][1:]
			}
			got := f.text()
			for _, p := range people {
				if n := strings.Count(got, strings.ToUpper(p.name)); n != p.typed {
					t.Errorf("of %d words of %s there are %d in %q", p.typed, p.name, n, got)
				}
				p.awaitText(got)
				h.catchesUp(p)
				if shown := h.text(p.name); shown != got {
					t.Errorf("%s's editor shows %q, the page %q", p.name, shown, got)
				}
			}
			kept := strings.Map(func(r rune) rune {
				if strings.ContainsRune(letters, r) {
					return r
				}
				return -1
			}, got)
			if kept != letters {
				t.Errorf("the page reads %q", got)
			}
		})
	}
}
