package realtime

import (
	"cmp"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/gorilla/websocket"
	"go.uber.org/goleak"

	"madang/app"
	"madang/app/prose"
	"madang/realtime/yjs"
)

// The Redis client tries once a second to reach a server that was away, and so
// notices up to a second late that it has been closed.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction(
		"github.com/redis/go-redis/v9/internal/pool.(*ConnPool).tryDial"))
}

func TestWhatOnePersonTypesTheOtherReads(t *testing.T) {
	f := newForum(t)
	amina, bo := f.join("amina"), f.join("bo")
	amina.types(0, "모든 사람은 ")
	bo.awaitText("모든 사람은 ")
	amina.awaitSaved()
	bo.types(0, "자유롭다.")
	amina.awaitText("모든 사람은 자유롭다.")
	if got := f.text(); got != "모든 사람은 자유롭다." {
		t.Errorf("the page reads %q", got)
	}
}

func TestNobodyReadsAWordBeforeItIsCommitted(t *testing.T) {
	f := newForum(t)
	log := f.log.(*memoryLog)
	amina, bo := f.join("amina"), f.join("bo")
	amina.awaitSaved()
	bo.awaitSaved()
	hold := make(chan struct{})
	log.mu.Lock()
	log.hold = hold
	log.mu.Unlock()
	acks := len(amina.acks)
	amina.types(0, "not yet")
	f.await("the commit to be under way", func() bool { return f.busy() })
	if amina.mu.Lock(); len(amina.acks) != acks {
		t.Error("acknowledged before the commit")
	}
	amina.mu.Unlock()
	if bo.mu.Lock(); plain(read(bo.doc)) != "" {
		t.Error("shown before the commit")
	}
	bo.mu.Unlock()
	close(hold)
	bo.awaitText("not yet")
	amina.awaitSaved()
}

func TestEveryUpdateIsAcknowledgedOnceInOrder(t *testing.T) {
	f := newForum(t)
	amina := f.join("amina")
	amina.await("the answer to the first question", func() bool { return len(amina.acks) == 1 })
	for range 50 {
		amina.types(0, "a")
	}
	amina.await("51 acknowledgements", func() bool { return len(amina.acks) == 51 })
	for i := 1; i < len(amina.acks); i++ {
		if amina.acks[i].clock < amina.acks[i-1].clock || amina.acks[i].seq < amina.acks[i-1].seq {
			t.Fatalf("acknowledgement %d is %+v after %+v", i, amina.acks[i], amina.acks[i-1])
		}
	}
}

func TestAFailedCommitKeepsTheWordsWithTheirAuthor(t *testing.T) {
	f := newForum(t)
	log := f.log.(*memoryLog)
	amina, bo := f.join("amina"), f.join("bo")
	amina.types(0, "before ")
	bo.awaitText("before ")
	log.mu.Lock()
	log.fail = errors.New("disk full")
	log.mu.Unlock()
	amina.types(0, "lost?")
	amina.awaitClose(closeBusy)
	bo.types(0, "and ")
	bo.awaitText("before and ")

	back := f.connect("amina", amina.doc, amina.client, "")
	bo.await("Amina's words", func() bool { return len(plain(read(bo.doc))) == len("before and lost?") })
	back.awaitSaved()
	bo.awaitSaved()
	back.awaitText(f.text())
	bo.awaitText(f.text())
}

func TestWhoeverWritesIsToldThatThereIsNoRoom(t *testing.T) {
	f := newForum(t)
	log := f.log.(*memoryLog)
	amina, bo := f.join("amina"), f.join("bo")
	log.mu.Lock()
	log.fail = &app.Error{Kind: app.KindUnavailable, Code: "storage.full", Err: errors.New("disk full")}
	log.mu.Unlock()
	amina.types(0, "kept")
	amina.awaitClose(closeBusy)
	if !slices.Equal(amina.notices, []string{"full"}) || amina.refused != "" {
		t.Errorf("Amina was told %q and refused with %q", amina.notices, amina.refused)
	}
	back := f.connect("amina", amina.doc, amina.client, "")
	back.awaitSaved()
	bo.awaitText("kept")
	if len(bo.notices) > 0 {
		t.Errorf("Bo, who wrote nothing, was told %q", bo.notices)
	}
}

func TestAFullDatabaseOutageLosesNothing(t *testing.T) {
	f := newForum(t)
	log := f.log.(*memoryLog)
	amina := f.join("amina")
	log.mu.Lock()
	log.down = true
	log.mu.Unlock()
	amina.types(0, "during the outage")
	amina.awaitClose(closeBusy)
	during := f.connect("amina", amina.doc, amina.client, "")
	during.awaitClose(closeBusy)
	log.mu.Lock()
	log.down = false
	log.mu.Unlock()
	after := f.connect("amina", amina.doc, amina.client, "")
	after.awaitSaved()
	if got := f.text(); got != "during the outage" {
		t.Errorf("the page reads %q", got)
	}
}

func TestAnIdleDocumentIsNotResidentAndComesBackWhole(t *testing.T) {
	f := newForum(t)
	amina := f.join("amina")
	amina.types(0, "still here")
	amina.awaitSaved()
	_ = amina.ws.Close()
	f.await("the document to leave memory", func() bool { return f.hub.resident(f.doc) == nil })
	if got := f.text(); got != "still here" {
		t.Errorf("the page reads %q", got)
	}
	if f.hub.resident(f.doc) != nil {
		t.Error("reading a page made the document resident")
	}
	bo := f.join("bo")
	bo.awaitText("still here")
}

func TestALongLogIsCompactedAndReadsTheSame(t *testing.T) {
	f := newForum(t, func(c *Config) { c.Limits.Compact = 10 })
	log := f.log.(*memoryLog)
	amina := f.join("amina")
	for range 30 {
		amina.types(0, "가")
		amina.awaitSaved()
	}
	f.await("a compacted state", func() bool {
		log.mu.Lock()
		defer log.mu.Unlock()
		return log.docs[f.doc].compacted > 0
	})
	_ = amina.ws.Close()
	f.await("the document to leave memory", func() bool { return f.hub.resident(f.doc) == nil })
	bo := f.join("bo")
	bo.awaitText("가가가가가가가가가가가가가가가가가가가가가가가가가가가가가가")
}

func TestATextIsReadAsItStoodUnlessTheLogKnowsItNoMore(t *testing.T) {
	f := newForum(t)
	amina := f.join("amina")
	heads := map[string]app.LiveHead{}
	var now app.LiveHead
	for _, words := range []string{"Rivers", " run", " free"} {
		amina.types(0, words)
		amina.awaitSaved()
		text, err := f.hub.Read(t.Context(), f.doc)
		if err != nil {
			t.Fatal(err)
		}
		now = app.LiveHead{Epoch: text.Epoch, Seq: text.Seq}
		heads[plain(text.Doc)] = now
	}
	for words, head := range heads {
		if then, err := f.hub.At(t.Context(), f.doc, head); err != nil || plain(then.Doc) != words || then.Seq != head.Seq {
			t.Errorf("at %v it read %q, %v; want %q", head, plain(then.Doc), err, words)
		}
	}
	for what, head := range map[string]app.LiveHead{
		"what isn't there yet": {Epoch: now.Epoch, Seq: now.Seq + 1}, "another epoch": {Epoch: now.Epoch + 1, Seq: now.Seq},
	} {
		if _, err := f.hub.At(t.Context(), f.doc, head); !app.IsCode(err, "live.epoch") {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func TestEditorsAreToldTheTextsHashWhenItGoesQuiet(t *testing.T) {
	f := newForum(t)
	amina, bo := f.join("amina"), f.join("bo")
	amina.types(0, "quiet")
	bo.await("the hash of what Bo reads", func() bool {
		n := len(bo.hashes)
		return n > 0 && bo.hashes[n-1] == 2
	})
	bo.await("equal hashes", func() bool { return bo.same })
	bo.send(hashFrame(2, [32]byte{1}))
	bo.awaitClose(closeRebuild)
	if bo.refused != "live.diverged" {
		t.Errorf("Bo was told %q", bo.refused)
	}
}

func TestAPanicInOneDocumentLeavesTheOthersAlone(t *testing.T) {
	f := newForum(t)
	first := f.doc
	f.begin(prose.Doc{Blocks: []prose.Block{{Node: prose.Paragraph, CID: "cbbbbbbbbbb"}}})
	other := f.join("bo")
	f.doc = first
	amina := f.join("amina")
	f.hub.resident(first).offer(visit{func(error) { panic("a bug") }})
	amina.awaitClose(closeBusy)
	f.join("amina").types(0, "go on")
	other.types(0, "untouched")
	other.awaitSaved()
}

func TestAForumThatStopsSavesAndTellsPeopleToComeBack(t *testing.T) {
	f := newForum(t)
	amina, bo := f.join("amina"), f.join("bo")
	amina.types(0, "last words")
	bo.awaitText("last words")
	if err := f.hub.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	amina.awaitClose(closeRestart)
	bo.awaitClose(closeRestart)
	amina.awaitSaved()
}

func TestAForumThatDrainsStillAnswersRequestsUnderWay(t *testing.T) {
	f := newForum(t)
	amina := f.join("amina")
	if err := f.hub.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	amina.awaitClose(closeRestart)
	bo, _ := f.cast.get("bo")
	edited, err := f.hub.Edit(t.Context(), bo, f.doc, app.NewID(), []prose.Edit{{Kind: prose.ReplaceText, CID: "caaaaaaaaaa", Text: "in time"}})
	if err != nil || len(edited.Conflicts) > 0 {
		t.Errorf("an edit under way was refused: %v %v", err, edited.Conflicts)
	}
	if text, err := f.hub.Read(t.Context(), f.doc); err != nil || plain(text.Doc) != "in time" {
		t.Errorf("%q, %v", plain(text.Doc), err)
	}
}

func TestAReaderWhoCannotKeepUpIsSentAway(t *testing.T) {
	f := newForum(t, func(c *Config) {
		c.Limits.Outbound, c.Limits.Text, c.Limits.State = 1<<16, 1<<30, 1<<30
	})
	amina := f.join("amina")
	slow := dial(t, f.url(""), "bo")
	defer slow.Close()
	if err := slow.WriteMessage(websocket.BinaryMessage, syncFrame(syncStep1, yjs.EncodeStateVector(nil))); err != nil {
		t.Fatal(err)
	}
	f.await("Bo to be sent away", func() bool {
		amina.types(0, strings.Repeat("다람쥐 헌 쳇바퀴에 타고파 ", 10_000))
		return f.hub.metrics.SlowReaders.Load() > 0
	})
}

func TestServerEditAppearsInOpenEditorsUnderItsAuthorsName(t *testing.T) {
	f := newForum(t)
	amina := f.join("amina")
	amina.types(0, "모든 사람은 자유롭다.")
	amina.awaitSaved()
	bo, _ := f.cast.get("bo")
	edited, err := f.hub.Edit(t.Context(), bo, f.doc, app.NewID(), []prose.Edit{{
		Kind: prose.ReplaceText, CID: "caaaaaaaaaa", Base: "모든 사람은 자유롭다.", Text: "모든 사람은 자유롭고 평등하다.",
	}})
	if err != nil || len(edited.Conflicts) > 0 {
		t.Fatal(err, edited.Conflicts)
	}
	amina.awaitText("모든 사람은 자유롭고 평등하다.")
	stored, _ := f.log.Load(t.Context(), f.doc)
	if got := authorsOf(t, stored); got["고 평등하"] != persona("bo....") && got["모든 사람은 자유롭"] != persona("amina.") {
		t.Errorf("authors are %v", got)
	}
}

func TestAnEditWhoseAnswerWasLostIsSentAgainAndDoneOnce(t *testing.T) {
	f := newForum(t)
	amina := f.join("amina")
	amina.types(0, "One word.")
	amina.awaitSaved()
	bo, _ := f.cast.get("bo")
	id := app.NewID()
	edit := []prose.Edit{{Kind: prose.ReplaceText, CID: "caaaaaaaaaa", Base: "One word.", Text: "One more word."}}
	if edited, err := f.hub.Edit(t.Context(), bo, f.doc, id, edit); err != nil || len(edited.Conflicts) > 0 {
		t.Fatal(err, edited.Conflicts)
	}
	amina.awaitText("One more word.")
	back := []prose.Edit{{Kind: prose.ReplaceText, CID: "caaaaaaaaaa", Base: "One more word.", Text: "One other word."}}
	if edited, err := f.hub.Edit(t.Context(), bo, f.doc, app.NewID(), back); err != nil || len(edited.Conflicts) > 0 {
		t.Fatal(err, edited.Conflicts)
	}
	amina.awaitText("One other word.")
	before := f.text()
	for range 2 {
		edited, err := f.hub.Edit(t.Context(), bo, f.doc, id, edit)
		if err != nil || len(edited.Conflicts) > 0 || plain(edited.Text.Doc) != before || f.text() != before {
			t.Errorf("done twice: %q became %q, %v %v", before, f.text(), edited.Conflicts, err)
		}
	}
	chidi, _ := f.cast.get("chidi")
	if _, err := f.hub.Edit(t.Context(), chidi, f.doc, id, edit); !app.IsCode(err, "id.taken") {
		t.Errorf("somebody else's id: %v", err)
	}
}

func TestAFormEditSparesWhatIsTypedIntoAnEmptyClauseMeanwhile(t *testing.T) {
	for name, edit := range map[string]prose.Edit{
		"elsewhere": {Kind: prose.ReplaceText, CID: "caaaaaaaaaa", Base: "first", Text: "the first"},
		"there":     {Kind: prose.ReplaceText, CID: "cbbbbbbbbbb", Base: "second", Text: ""},
	} {
		t.Run(name, func(t *testing.T) {
			f := newForum(t)
			f.begin(prose.Doc{Blocks: []prose.Block{
				{Node: prose.Paragraph, CID: "caaaaaaaaaa"}, {Node: prose.Paragraph, CID: "cbbbbbbbbbb"},
			}})
			amina := f.join("amina")
			amina.types(0, "first")
			amina.types(1, "second")
			amina.awaitSaved()
			if name == "elsewhere" {
				amina.send(syncFrame(syncUpdate, amina.edit(func(txn *yjs.Txn, root *yjs.XMLFragment) error {
					return txn.Delete(root.Children()[1].(*yjs.XMLElement).Children()[0].(*yjs.XMLText), 0, len("second"))
				})))
				f.await("the clause to be empty", func() bool { return f.text() == "first\n" })
			}
			offline := amina.edit(typing(1, "typed offline"))
			bo, _ := f.cast.get("bo")
			if edited, err := f.hub.Edit(t.Context(), bo, f.doc, app.NewID(), []prose.Edit{edit}); err != nil || len(edited.Conflicts) > 0 {
				t.Fatal(err, edited.Conflicts)
			}
			amina.send(syncFrame(syncUpdate, offline))
			amina.awaitSaved()
			if got := f.text(); !strings.HasSuffix(got, "\ntyped offline") {
				t.Errorf("the text is %q: what Amina typed is lost", got)
			}
		})
	}
}

func TestAMovedSentenceKeepsItsAuthor(t *testing.T) {
	f := newForum(t)
	f.begin(prose.Doc{Blocks: []prose.Block{
		{Node: prose.Paragraph, CID: "caaaaaaaaaa"}, {Node: prose.Paragraph, CID: "cbbbbbbbbbb"},
	}})
	amina, bo := f.join("amina"), f.join("bo")
	amina.types(0, "freedom of movement")
	bo.awaitText("freedom of movement\n")
	bo.send(syncFrame(syncUpdate, bo.edit(func(txn *yjs.Txn, root *yjs.XMLFragment) error {
		from := root.Children()[0].(*yjs.XMLElement).Children()[0].(*yjs.XMLText)
		return errors.Join(
			txn.Delete(from, 10, 9),
			typing(1, "movement and residence")(txn, root),
		)
	})))
	bo.awaitSaved()
	stored, _ := f.log.Load(t.Context(), f.doc)
	got := authorsOf(t, stored)
	if got["freedom ofmovement"] != persona("amina.") || got[" and residence"] != persona("bo....") {
		t.Errorf("authors are %v", got)
	}
}

// authorsOf gives each stretch of visible text that one persona wrote.
func authorsOf(t *testing.T, stored app.LiveDocument) map[string]app.ID {
	t.Helper()
	doc, err := replay(stored, nil)
	if err != nil {
		t.Fatal(err)
	}
	authors := newAuthors(stored.Runs)
	whose := map[string]app.ID{}
	var stretch string
	var last app.ID
	walkText(doc.XMLFragment(rootName), func(run yjs.Run) {
		at := 0
		letters := []rune(run.Text)
		for _, ids := range run.IDs {
			for i := range ids.Len {
				who := cmp.Or(authors.of(ids.Client, int64(ids.Clock+i)), stored.Clients[ids.Client])
				if who != last {
					whose[stretch] = last
					stretch = ""
				}
				stretch, last = stretch+string(letters[at]), who
				at++
			}
		}
	})
	whose[stretch] = last
	return whose
}

func walkText(parent yjs.Parent, visit func(yjs.Run)) {
	for _, child := range parent.Children() {
		switch child := child.(type) {
		case *yjs.XMLElement:
			walkText(child, visit)
		case *yjs.XMLText:
			for _, run := range child.Delta() {
				visit(run)
			}
		}
	}
}
