package realtime

import (
	"strings"
	"testing"

	"madang/app"
	"madang/app/prose"
	"madang/realtime/yjs"
)

// essay is a text of amina's with n characters in paragraphs of 100.
func (f *forum) essay(n int) *person {
	f.t.Helper()
	amina := f.join("amina")
	for range n / 100 {
		amina.send(syncFrame(syncUpdate, amina.edit(func(t *yjs.Txn, root *yjs.XMLFragment) error {
			p, err := t.InsertElement(root, root.Len(), prose.Paragraph, map[string]any{"cid": prose.NewCID()})
			if err != nil {
				return err
			}
			text, err := t.InsertText(p, 0)
			if err != nil {
				return err
			}
			return t.Insert(text, 0, strings.Repeat("마당", 50), nil)
		})))
	}
	amina.awaitSaved()
	return amina
}

// removing deletes n characters of a block from its start.
func removing(block, n int) func(*yjs.Txn, *yjs.XMLFragment) error {
	return func(t *yjs.Txn, root *yjs.XMLFragment) error {
		text := root.Children()[block].(*yjs.XMLElement).Children()[0].(*yjs.XMLText)
		return t.Delete(text, 0, n)
	}
}

// dropping deletes n blocks from one on.
func dropping(block, n int) func(*yjs.Txn, *yjs.XMLFragment) error {
	return func(t *yjs.Txn, root *yjs.XMLFragment) error { return t.DeleteChildren(root, block, n) }
}

func (f *forum) heldCount() int {
	log := f.log.(*memoryLog)
	log.mu.Lock()
	defer log.mu.Unlock()
	return len(log.held)
}

func TestTheBrakeActsAtTwoThousandOrAFifth(t *testing.T) {
	for length, want := range map[int]int{0: 499, 100: 499, 2500: 500, 5000: 1000, 10_000: 2000, 500_000: 2000} {
		if got := brakeAt(length); got != want {
			t.Errorf("in a text of %d, %d may go, not %d", length, got, want)
		}
	}
}

func TestWhoeverDeletesMuchOfOthersTextIsHeldAndCanGoOn(t *testing.T) {
	f := newForum(t)
	amina := f.essay(3000)
	before := f.text()
	bo := f.join("bo")
	bo.send(syncFrame(syncUpdate, bo.edit(dropping(1, 10))))
	bo.awaitClose(closeRebuild)
	if bo.refused != "live.held" || f.heldCount() != 1 {
		t.Fatalf("refused with %q, %d held", bo.refused, f.heldCount())
	}
	if f.text() != before {
		t.Error("the text has changed")
	}
	again := f.join("bo")
	again.types(0, "그리고 ")
	again.awaitSaved()
	amina.awaitText("그리고 " + before)
}

func TestManySmallDeletionsAreAddedUp(t *testing.T) {
	f := newForum(t)
	f.essay(3000)
	bo := f.join("bo")
	for block := 1; bo.refused == "" && block <= 10; block++ {
		n := len(bo.acks)
		bo.send(syncFrame(syncUpdate, bo.edit(removing(block, 100))))
		bo.await("an answer", func() bool { return len(bo.acks) > n || bo.code != 0 })
	}
	if bo.awaitClose(closeRebuild); bo.refused != "live.held" {
		t.Fatalf("refused with %q", bo.refused)
	}
	// A fifth of what was left when the sum went over it.
	if got := strings.Count(f.text(), "마당"); got != 25*50 {
		t.Errorf("%d words are left", got)
	}
}

func TestWhatIsNoLossIsNotHeld(t *testing.T) {
	deletes := map[string]func(f *forum, who *person){
		"one's own text": func(f *forum, _ *person) {
			amina := f.join("amina")
			amina.send(syncFrame(syncUpdate, amina.edit(dropping(1, 20))))
			amina.awaitSaved()
		},
		"a move": func(_ *forum, bo *person) {
			bo.send(syncFrame(syncUpdate, bo.edit(func(t *yjs.Txn, root *yjs.XMLFragment) error {
				if err := t.DeleteChildren(root, 1, 15); err != nil {
					return err
				}
				for range 15 {
					p, err := t.InsertElement(root, root.Len(), prose.Paragraph, map[string]any{"cid": prose.NewCID()})
					if err != nil {
						return err
					}
					text, err := t.InsertText(p, 0)
					if err != nil {
						return err
					}
					if err := t.Insert(text, 0, strings.Repeat("마당", 50), nil); err != nil {
						return err
					}
				}
				return nil
			})))
		},
		"little by little with taking back": func(_ *forum, bo *person) {
			for range 8 {
				bo.send(syncFrame(syncUpdate, bo.edit(removing(1, 100))))
				bo.send(syncFrame(syncUpdate, bo.edit(typing(1, strings.Repeat("마당", 50)))))
			}
		},
	}
	for what, do := range deletes {
		t.Run(what, func(t *testing.T) {
			f := newForum(t)
			f.essay(2500)
			bo := f.join("bo")
			do(f, bo)
			bo.types(0, "끝")
			bo.awaitSaved()
			if bo.refused != "" || f.heldCount() > 0 {
				t.Errorf("refused with %q, %d held", bo.refused, f.heldCount())
			}
		})
	}
}

func TestAFormMayReplaceAWholeText(t *testing.T) {
	f := newForum(t)
	f.essay(3000)
	text, _ := f.hub.Read(t.Context(), f.doc)
	bo, _ := f.cast.get("bo")
	for _, b := range text.Doc.Blocks[1:11] {
		if _, err := f.hub.Edit(t.Context(), bo, f.doc, app.NewID(), []prose.Edit{{Kind: prose.DeleteClause, CID: b.CID, Base: b.PlainText()}}); err != nil {
			t.Fatal(err)
		}
	}
	editor := f.join("bo")
	editor.send(syncFrame(syncUpdate, editor.edit(removing(1, 100))))
	editor.awaitSaved()
	if f.heldCount() != 0 {
		t.Error("what a form removed is counted")
	}
}

func TestAHeldChangeIsReleasedBesideWhatOthersWroteMeanwhile(t *testing.T) {
	f := newForum(t)
	amina := f.essay(3000)
	bo := f.join("bo")
	bo.send(syncFrame(syncUpdate, bo.edit(func(t *yjs.Txn, root *yjs.XMLFragment) error {
		if err := dropping(1, 10)(t, root); err != nil {
			return err
		}
		return typing(0, "보가 쓴 말")(t, root)
	})))
	bo.awaitClose(closeRebuild)
	amina.types(15, "아미나가 쓴 말")
	amina.awaitSaved()
	held := f.log.(*memoryLog).held[0]
	before, after, err := HeldTexts(held)
	if err != nil || len(before.Blocks) != 31 || len(after.Blocks) != 21 {
		t.Fatalf("from %d to %d blocks, %v", len(before.Blocks), len(after.Blocks), err)
	}
	chidi, _ := f.cast.get("chidi")
	if err := f.hub.Release(t.Context(), chidi, held); err != nil {
		t.Fatal(err)
	}
	text := f.text()
	if strings.Count(text, "\n") != 20 || !strings.Contains(text, "보가 쓴 말") || !strings.Contains(text, "아미나가 쓴 말") {
		t.Errorf("the text is %q", text)
	}
	amina.awaitText(text)
	stored, _ := f.log.Load(t.Context(), f.doc)
	if got := authorsOf(t, stored); got["보가 쓴 말"] != persona("bo....") {
		t.Errorf("its author is %v", got["보가 쓴 말"])
	}
	if err := f.hub.Release(t.Context(), chidi, held); app.KindOf(err) != app.KindGone {
		t.Errorf("released again: %v", err)
	}
	again := f.join("bo")
	again.send(syncFrame(syncUpdate, again.edit(removing(1, 100))))
	again.awaitSaved() // what two people wanted counts against nobody
}
