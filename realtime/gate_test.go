package realtime

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/gorilla/websocket"

	"madang/app"
	"madang/app/prose"
	"madang/realtime/yjs"
)

// oneStruct is an update that holds a single struct: its info byte and what
// follows, as format V1 writes it.
func oneStruct(client, clock uint64, info byte, rest ...byte) []byte {
	b := []byte{1, 1}
	b = appendNumber(b, client)
	b = appendNumber(b, clock)
	b = append(append(b, info), rest...)
	return append(b, 0)
}

// inRoot is what follows the info byte of an item in a root type.
func inRoot(root string, content ...byte) []byte {
	return append(appendString([]byte{1}, root), content...)
}

func gc(client, clock, length uint64) []byte {
	return oneStruct(client, clock, 0, appendNumber(nil, length)...)
}

// refusedWith sends an update and expects the refusal, the close and the
// quarantine.
func (f *forum) refusedWith(p *person, code string, update []byte) {
	f.t.Helper()
	p.send(syncFrame(syncUpdate, update))
	p.awaitClose(closeRebuild)
	if p.refused != code {
		f.t.Errorf("%s was told %q, not %q", p.name, p.refused, code)
	}
	log := f.log.(*memoryLog)
	f.await("the update in quarantine", func() bool {
		log.mu.Lock()
		defer log.mu.Unlock()
		return slices.ContainsFunc(log.refused, func(r app.LiveRefusal) bool {
			return r.Persona == persona(full(p.name)) && r.Code == code && len(r.Update) >= len(update)
		})
	})
}

func TestNobodyTypesUnderSomebodyElsesClientID(t *testing.T) {
	f := newForum(t)
	amina, bo := f.join("amina"), f.join("bo")
	amina.types(0, "mine")
	bo.awaitText("mine")
	bo.mu.Lock()
	bo.client = amina.client
	bo.mu.Unlock()
	f.refusedWith(bo, "live.client_foreign", bo.edit(typing(0, "forged")))
	amina.types(0, ", still")
	amina.awaitSaved()
	if got := f.text(); got != "mine, still" {
		t.Errorf("the page reads %q", got)
	}
}

func TestAClientIDShownByPresenceIsTakenBeforeItsOwnerTypes(t *testing.T) {
	f := newForum(t)
	amina, bo := f.join("amina"), f.join("bo")
	amina.shows(1, `{"cursor":null}`)
	bo.await("Amina's presence", func() bool { return bo.seen[amina.client] != "" })
	bo.mu.Lock()
	bo.client = amina.client
	bo.mu.Unlock()
	f.refusedWith(bo, "live.client_foreign", bo.edit(typing(0, "first")))
	amina.types(0, "I can type")
	amina.awaitSaved()
}

func TestAPoisonedClockSilencesNobody(t *testing.T) {
	f := newForum(t)
	amina, bo, chidi := f.join("amina"), f.join("bo"), f.join("chidi")
	amina.types(0, "a")
	bo.awaitText("a")
	f.refusedWith(bo, "live.client_foreign", gc(amina.client, uint64(amina.clock()), 1<<31))
	f.refusedWith(chidi, "live.clock", gc(chidi.client, 0, 1<<31))
	amina.types(0, "b")
	amina.awaitSaved()
}

func TestTheKnownContentStandsAgainstEquivocation(t *testing.T) {
	f := newForum(t)
	amina, bo := f.join("amina"), f.join("bo")
	twin := yjs.NewDoc()
	if err := twin.ApplyUpdate(bo.doc.EncodeStateAsUpdate(nil)); err != nil {
		t.Fatal(err)
	}
	bo.types(0, "yes")
	amina.awaitText("yes")
	effect, err := twin.Transact(bo.client, func(txn *yjs.Txn) error {
		return typing(0, "no!")(txn, twin.XMLFragment(rootName))
	})
	if err != nil {
		t.Fatal(err)
	}
	f.refusedWith(bo, "live.equivocation", effect.Update())
	if got := f.text(); got != "yes" {
		t.Errorf("the page reads %q", got)
	}
}

func TestOnlyWhatTheSchemaHoldsGetsIn(t *testing.T) {
	element := func(name string, attrs map[string]any) func(*yjs.Txn, *yjs.XMLFragment) error {
		return func(txn *yjs.Txn, root *yjs.XMLFragment) error {
			_, err := txn.InsertElement(root, 0, name, attrs)
			return err
		}
	}
	marked := func(mark string, value any) func(*yjs.Txn, *yjs.XMLFragment) error {
		return func(txn *yjs.Txn, root *yjs.XMLFragment) error {
			line, err := txn.InsertText(root.Children()[0].(*yjs.XMLElement), 0)
			return errors.Join(err, txn.Insert(line, 0, "text", map[string]any{mark: value}))
		}
	}
	offences := map[string]func(*yjs.Txn, *yjs.XMLFragment) error{
		"a node nobody knows":     element("script", nil),
		"a list item on its own":  element("list_item", nil),
		"an attribute nobody has": element("paragraph", map[string]any{"onclick": "alert(1)"}),
		"a level that is none":    element("heading", map[string]any{"level": float64(9)}),
		"a block in a footnote": func(txn *yjs.Txn, root *yjs.XMLFragment) error {
			note, err := txn.InsertElement(root.Children()[0].(*yjs.XMLElement), 0, "footnote", nil)
			if err == nil {
				_, err = txn.InsertElement(note, 0, "paragraph", nil)
			}
			return err
		},
		"a row on its own":  element("table_row", nil),
		"a cell on its own": element("table_cell", nil),
		"a paragraph in a table": func(txn *yjs.Txn, root *yjs.XMLFragment) error {
			table, err := txn.InsertElement(root, 0, "table", nil)
			if err == nil {
				_, err = txn.InsertElement(table, 0, "paragraph", nil)
			}
			return err
		},
		"a footnote on its own":    element("footnote", nil),
		"a footnote with an id":    element("footnote", map[string]any{"cid": "caaaaaaaaab"}),
		"a kind that is none":      element("clause", map[string]any{"kind": "article"}),
		"a kind of paragraph":      element("paragraph", map[string]any{"kind": "note"}),
		"an id of another form":    element("paragraph", map[string]any{"cid": "Robert'); DROP"}),
		"a mark nobody knows":      marked("blink", map[string]any{}),
		"a mark with extras":       marked("strong", map[string]any{"style": "x"}),
		"a link that runs scripts": marked("link", map[string]any{"href": "javascript:alert(1)"}),
		"a link to a file":         marked("link", map[string]any{"href": "file:///etc/passwd"}),
		"text beside blocks": func(txn *yjs.Txn, root *yjs.XMLFragment) error {
			line, err := txn.InsertText(root, 0)
			return errors.Join(err, txn.Insert(line, 0, "loose", nil))
		},
		"a block inside a paragraph": func(txn *yjs.Txn, root *yjs.XMLFragment) error {
			_, err := txn.InsertElement(root.Children()[0].(*yjs.XMLElement), 0, "paragraph", nil)
			return err
		},
	}
	f := newForum(t)
	for what, offence := range offences {
		bo := f.join("bo")
		t.Log(what)
		f.refusedWith(bo, "live.schema", bo.edit(offence))
	}
	const any, embed, dictionary = 8, 5, 1
	for what, raw := range map[string]func(client uint64) []byte{
		"another root type":        func(c uint64) []byte { return oneStruct(c, 0, 4, inRoot("elsewhere", 1, 'x')...) },
		"a value among the blocks": func(c uint64) []byte { return oneStruct(c, 0, any, inRoot(rootName, 1, 126)...) },
		"a map among the blocks":   func(c uint64) []byte { return oneStruct(c, 0, 7, inRoot(rootName, dictionary)...) },
		"an embed": func(c uint64) []byte {
			return oneStruct(c, 0, embed, inRoot(rootName, appendString(nil, `{"a":1}`)...)...)
		},
	} {
		bo := f.join("bo")
		t.Log(what)
		f.refusedWith(bo, "live.schema", raw(bo.client))
	}
	if got := f.text(); got != "" {
		t.Errorf("the page reads %q", got)
	}
	f.join("bo").types(0, "fine")
}

func TestAMarkThatMarksNothingIsJudgedToo(t *testing.T) {
	f := newForum(t)
	f.write("Everyone")
	bo := f.join("bo")
	line := lineOf(bo.doc.XMLFragment(rootName), 0)
	last := line.Delta()[0].IDs[0]
	const format, behind = 6, 0x80
	body := appendNumber(appendNumber(nil, last.Client), last.End()-1)
	body = appendString(appendString(body, "link"), `{"href":"javascript:alert(1)"}`)
	f.refusedWith(bo, "live.schema", oneStruct(bo.client, 0, format|behind, body...))
}

func TestARefusalSparesWhatOthersSentInTheSameBatch(t *testing.T) {
	f := newForum(t)
	log := f.log.(*memoryLog)
	amina, bo, chidi := f.join("amina"), f.join("bo"), f.join("chidi")
	hold := make(chan struct{})
	log.mu.Lock()
	log.hold = hold
	log.mu.Unlock()
	chidi.types(0, "x")
	f.await("the commit to be under way", f.busy)
	amina.types(0, "good ")
	bad := bo.edit(func(txn *yjs.Txn, root *yjs.XMLFragment) error {
		_, err := txn.InsertElement(root, 0, "script", nil)
		return err
	})
	bo.send(syncFrame(syncUpdate, bad))
	amina.types(0, "words")
	r := f.hub.resident(f.doc)
	f.await("three updates to wait", func() bool { return len(r.queue) >= 3 })
	log.mu.Lock()
	log.hold = nil
	log.mu.Unlock()
	close(hold)
	bo.awaitClose(closeRebuild)
	amina.awaitSaved()
	chidi.awaitSaved()
	f.await("both to read the same", func() bool {
		amina.mu.Lock()
		defer amina.mu.Unlock()
		chidi.mu.Lock()
		defer chidi.mu.Unlock()
		return plain(read(amina.doc)) == plain(read(chidi.doc)) && len(plain(read(chidi.doc))) == len("xgood words")
	})
}

// Two people take out the same words at once, and the first of them may not any more.
// The second one's deletion was judged upon the first one's, and had no effect there.
func TestWhatTwoPeopleDeleteAtOnceGoesThoughOneOfThemIsRefused(t *testing.T) {
	f := newForum(t)
	log := f.log.(*memoryLog)
	amina, bo, chidi := f.join("amina"), f.join("bo"), f.join("chidi")
	amina.types(0, "one two three")
	amina.awaitSaved()
	for _, p := range []*person{bo, chidi} {
		p.awaitText("one two three")
	}
	remove := func(from, n int) func(*yjs.Txn, *yjs.XMLFragment) error {
		return func(txn *yjs.Txn, root *yjs.XMLFragment) error {
			return txn.Delete(root.Children()[0].(*yjs.XMLElement).Children()[0].(*yjs.XMLText), from, n)
		}
	}
	busy := log.holdBack()
	chidi.types(0, "!")
	f.await("the commit to be under way", f.busy)
	amina.send(syncFrame(syncUpdate, amina.edit(remove(3, 4))))
	f.await("one update to wait", func() bool { return len(f.hub.resident(f.doc).queue) >= 1 })
	bo.send(syncFrame(syncUpdate, bo.edit(remove(0, 7))))
	f.await("two updates to wait", func() bool { return len(f.hub.resident(f.doc).queue) >= 2 })
	f.cast.change("amina", app.RoleMember)
	log.release()
	close(busy)
	bo.awaitSaved()
	chidi.awaitText(" three!")
	if got := f.text(); got != " three!" {
		t.Errorf("the page reads %q", got)
	}
}

func TestWhoMayOnlyReadChangesNothingButMayTidyUp(t *testing.T) {
	f := newForum(t)
	amina := f.join("amina")
	amina.send(syncFrame(syncUpdate, amina.edit(func(txn *yjs.Txn, root *yjs.XMLFragment) error {
		err := typing(0, "bold text")(txn, root)
		line := root.Children()[0].(*yjs.XMLElement).Children()[0].(*yjs.XMLText)
		return errors.Join(err, txn.Format(line, 0, 4, map[string]any{"strong": map[string]any{}}))
	})))
	dana := f.join("dana")
	dana.awaitText("bold text")
	if dana.role != "reader" || amina.role != "writer" {
		t.Errorf("Dana was greeted as %q, Amina as %q", dana.role, amina.role)
	}
	dana.await("an answer to her synchronisation", func() bool { return len(dana.acks) == 1 })
	dana.send(syncFrame(syncUpdate, formattingDeleted(t, dana)))
	dana.await("an answer to her tidying", func() bool { return len(dana.acks) == 2 })
	f.refusedWith(dana, "live.role", dana.edit(typing(0, "!")))
	dana = f.join("dana")
	f.refusedWith(dana, "live.role", dana.edit(func(txn *yjs.Txn, root *yjs.XMLFragment) error {
		return txn.DeleteChildren(root, 0, 1)
	}))
	amina.types(0, ".")
	amina.awaitSaved()
	if got := f.text(); got != "bold text." {
		t.Errorf("the page reads %q", got)
	}
}

// formattingDeleted is an update that only deletes one mark's beginning.
func formattingDeleted(t *testing.T, p *person) []byte {
	t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	replica := yjs.NewDoc()
	if err := replica.ApplyUpdate(p.doc.EncodeStateAsUpdate(nil)); err != nil {
		t.Fatal(err)
	}
	for client, clock := range replica.StateVector() {
		for at := range clock {
			b := appendNumber([]byte{0, 1}, client)
			b = appendNumber(append(b, 1), at)
			b = appendNumber(b, 1)
			u, err := yjs.Decode(b, yjs.Limits{})
			if err != nil {
				t.Fatal(err)
			}
			trial := yjs.NewDoc()
			_ = trial.ApplyUpdate(p.doc.EncodeStateAsUpdate(nil))
			effect, err := trial.Apply(u)
			if err == nil && !effect.IsEmpty() && isCleanUp(effect) {
				return b
			}
		}
	}
	t.Fatal("there is no formatting to delete")
	return nil
}

func TestNewTypingBeforeTheMissingPartConverges(t *testing.T) {
	f := newForum(t)
	amina := f.join("amina")
	amina.awaitSaved()
	lost := amina.edit(typing(0, "lost on the way, "))
	kept := amina.edit(typing(0, "then found"))
	if len(lost) == 0 {
		t.Fatal("nothing was typed")
	}
	amina.send(syncFrame(syncUpdate, kept))
	amina.awaitSaved()
	if got := f.text(); got != "lost on the way, then found" {
		t.Errorf("the page reads %q", got)
	}
	if f.hub.metrics.Incidents.Load() != 0 {
		t.Error("an honest gap was counted as an incident")
	}
}

func TestAClientThatNeverSendsTheMissingPartIsSentAway(t *testing.T) {
	f := newForum(t)
	amina := f.join("amina")
	amina.awaitSaved()
	amina.mu.Lock()
	amina.answered = false
	amina.mu.Unlock()
	amina.edit(typing(0, "never sent"))
	for range 12 {
		before := amina.asked
		amina.types(0, "x")
		amina.await("a question or the end", func() bool { return amina.asked > before || amina.code != 0 })
	}
	amina.awaitClose(closeRebuild)
	if amina.refused != "live.gap" {
		t.Errorf("Amina was told %q", amina.refused)
	}
}

func TestMalformedFramesAreRefused(t *testing.T) {
	f := newForum(t, func(c *Config) { c.Limits.Frame, c.Limits.FirstReply = 1<<16, 1<<17 })
	for what, frame := range map[string][]byte{
		"nothing":            {},
		"an unknown type":    {99},
		"a step too far":     {0, 3, 0},
		"trailing bytes":     {0, 2, 2, 0, 0, 7},
		"a lying length":     {0, 2, 200, 1, 0},
		"a padded number":    {0x80, 0, 2, 2, 0, 0},
		"not an update":      syncFrame(syncUpdate, []byte{5, 5, 5}),
		"not a state vector": syncFrame(syncStep1, []byte{9}),
		"huge counts":        syncFrame(syncUpdate, []byte{0xff, 0xff, 0xff, 0xff, 0x0f}),
		"a short hash":       {msgTextHash, 1, 1, 1},
		"more than a frame":  make([]byte, 1<<17+1),
	} {
		bo := f.connect("bo", yjs.NewDoc(), freshClient(), "")
		bo.send(frame)
		bo.await(what+" to be refused", func() bool { return bo.refused != "" })
		bo.awaitClose(closeRebuild)
	}
	bo := f.connect("bo", yjs.NewDoc(), freshClient(), "")
	bo.mu.Lock() // bo answers the server meanwhile
	_ = bo.ws.WriteMessage(websocket.TextMessage, []byte("hello"))
	bo.mu.Unlock()
	bo.awaitClose(closeRebuild)
}

func TestTooLargeAStatementIsRefusedAndCanBeShortened(t *testing.T) {
	f := newForum(t, func(c *Config) { c.Limits.Text = 20 })
	bo := f.join("bo")
	bo.types(0, "twenty letters, full")
	bo.awaitSaved()
	f.refusedWith(bo, "live.full", bo.edit(typing(0, "!")))
	again := f.join("bo")
	again.send(syncFrame(syncUpdate, again.edit(func(txn *yjs.Txn, root *yjs.XMLFragment) error {
		line := root.Children()[0].(*yjs.XMLElement).Children()[0].(*yjs.XMLText)
		return txn.Delete(line, 0, 7)
	})))
	again.types(0, "!")
	again.awaitSaved()
	if got := f.text(); got != "letters, full!" {
		t.Errorf("the page reads %q", got)
	}
}

func TestEveryClauseHasAnIDOfItsOwn(t *testing.T) {
	f := newForum(t)
	bo := f.join("bo")
	bo.send(syncFrame(syncUpdate, bo.edit(func(txn *yjs.Txn, root *yjs.XMLFragment) error {
		_, none := txn.InsertElement(root, 1, "paragraph", nil)
		_, same := txn.InsertElement(root, 2, "paragraph", map[string]any{"cid": "caaaaaaaaaa"})
		return errors.Join(none, same)
	})))
	bo.await("the repair", func() bool { return len(cids(bo)) == 3 })
	ids := cids(bo)
	if ids[0] != "caaaaaaaaaa" {
		t.Errorf("the first clause became %q", ids[0])
	}
	stored, _ := f.log.Load(t.Context(), f.doc)
	if len(stored.Tail) != 2 {
		t.Errorf("block and repair are %d updates", len(stored.Tail)-1)
	}
	amina := f.join("amina")
	if !slices.Equal(cids(amina), ids) {
		t.Errorf("Amina sees %v, Bo %v", cids(amina), ids)
	}
}

// cids are the distinct valid ids of a person's clauses.
func cids(p *person) []string {
	var ids []string
	for _, b := range read(p.doc).Blocks {
		if prose.IsCID(b.CID) && !slices.Contains(ids, b.CID) {
			ids = append(ids, b.CID)
		}
	}
	return ids
}

func TestTheLogSaysWhichClausesWereTouchedAndByHowMuch(t *testing.T) {
	f := newForum(t)
	var changes []app.LiveChange
	r := newRoom(f.hub, f.doc)
	stored, _ := f.log.Load(t.Context(), f.doc)
	doc, err := replay(stored, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.adopt(doc, stored)
	bo, _ := f.cast.get("bo")
	for _, edit := range []func(*yjs.Txn, *yjs.XMLFragment) error{
		typing(0, "열 글자"),
		func(txn *yjs.Txn, root *yjs.XMLFragment) error { return txn.DeleteChildren(root, 0, 1) },
	} {
		effect, err := r.doc.Transact(7, func(txn *yjs.Txn) error { return edit(txn, r.root()) })
		if err != nil {
			t.Fatal(err)
		}
		changes = append(changes, r.accept(bo, effect, nil).change)
	}
	for i, want := range []string{"[caaaaaaaaaa] 4 0", "[caaaaaaaaaa] 0 4"} {
		c := changes[i]
		if got := fmt.Sprint(c.Clauses, c.Added, c.Removed); got != want {
			t.Errorf("change %d is noted as %s, not %s", i, got, want)
		}
	}
}

func TestTypingMakesOneRunAndPastingAfterCuttingKeepsTheAuthor(t *testing.T) {
	a := newAuthors(nil)
	bo, amina := persona("bo...."), persona("amina.")
	for clock := range int64(5) {
		a.record(app.LiveRun{Client: 7, Clock: clock, Length: 1, Persona: bo})
	}
	if runs := a.take(); len(runs) != 1 || runs[0].Length != 5 {
		t.Errorf("five letters are the runs %+v", runs)
	}
	cuts := []cut{
		{by: bo, units: []uint16{'a', 'b', 'c', 'd'}, whose: []app.ID{amina, amina, amina, amina}},
		{by: amina, units: []uint16{'x', 'y', 'z'}, whose: []app.ID{amina, amina, amina}},
	}
	moved := (&room{cuts: cuts}).movesFor(7, bo, time.Time{})
	got := moved.whose([]uint16{'b', 'c', 'd', 'a', 'x', 'y', 'z'}, bo)
	want := []app.ID{amina, amina, amina, bo, bo, bo, bo}
	if !slices.Equal(got, want) {
		t.Errorf("authors are %v", got)
	}
}

func TestALongStretchThatIsTakenBackWithinTheMinuteKeepsItsAuthor(t *testing.T) {
	bo, amina := persona("bo...."), persona("amina.")
	text := utf16.Encode([]rune("모든 사람은 태어날 때부터 자유롭고, 존엄하며, 평등하다."))
	r := &room{cuts: []cut{{by: bo, units: text, whose: slices.Repeat([]app.ID{amina}, len(text))}}}
	later := time.Time{}.Add(30 * time.Second)
	for n, want := range map[int]app.ID{longMove: amina, longMove - 1: bo} {
		got := r.movesFor(n, bo, later).whose(text[:n], bo)
		if othersIn(got, want) != 0 {
			t.Errorf("%d units are %v", n, got)
		}
	}
}

func TestACutIsForgottenAfterAMinute(t *testing.T) {
	f := newForum(t)
	r := newRoom(f.hub, f.doc)
	now := time.Unix(100, 0)
	r.cuts = []cut{{by: "p", at: now}}
	r.rememberCut("p", &yjs.Effect{}, now.Add(oldestCut))
	if len(r.cuts) != 1 {
		t.Error("forgotten too early")
	}
	r.rememberCut("p", &yjs.Effect{}, now.Add(oldestCut+time.Millisecond))
	if len(r.cuts) != 0 {
		t.Error("never forgotten")
	}
}
