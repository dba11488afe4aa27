package realtime

import (
	"testing"

	"madang/app"
	"madang/app/prose"
	"madang/realtime/yjs"
)

// firstTable is what a program knows that was built before clauses had kinds.
type firstTable struct{ prose.Schema }

func (firstTable) Number() int { return 1 }

func (t firstTable) MayCarry(node, attribute string, value any) bool {
	return t.Since(node, attribute) == 1 && t.Schema.MayCarry(node, attribute, value)
}

// older starts a node on the same log that runs the older program.
func (f *forum) older(change ...func(*Config)) *forum {
	f.t.Helper()
	old := node(f.t, f.log, f.cast, append(change, func(c *Config) { c.Schema = firstTable{prose.Table()} })...)
	old.doc = f.doc
	return old
}

// asClause makes a clause of the first block, of a kind.
func asClause(kind string) func(*yjs.Txn, *yjs.XMLFragment) error {
	return func(txn *yjs.Txn, root *yjs.XMLFragment) error {
		attrs := map[string]any{"cid": "cbbbbbbbbbb", "level": 1.0}
		if kind != "" {
			attrs["kind"] = kind
		}
		_, err := txn.InsertElement(root, 0, "clause", attrs)
		return err
	}
}

func (f *forum) schema() int {
	f.t.Helper()
	stored, err := f.log.Load(f.t.Context(), f.doc)
	if err != nil {
		f.t.Fatal(err)
	}
	return stored.Schema
}

func TestATextIsOfTheSchemaThatItNeedsAndNeverOfALowerOne(t *testing.T) {
	f := newForum(t)
	bo := f.join("bo")
	bo.send(syncFrame(syncUpdate, bo.edit(asClause(""))))
	bo.awaitSaved()
	if got := f.schema(); got != 1 {
		t.Errorf("a clause made it %d", got)
	}
	bo.send(syncFrame(syncUpdate, bo.edit(asClause("preambular"))))
	bo.awaitSaved()
	if got := f.schema(); got != 2 {
		t.Errorf("a preambular clause made it %d", got)
	}
	stored, _ := f.log.Load(t.Context(), f.doc)
	if last := stored.Tail[len(stored.Tail)-1]; last.Schema != 2 {
		t.Errorf("the update that did so is kept as %d", last.Schema)
	}
	bo.send(syncFrame(syncUpdate, bo.edit(func(txn *yjs.Txn, root *yjs.XMLFragment) error { return txn.DeleteChildren(root, 0, 2) })))
	bo.awaitSaved()
	if got := f.schema(); got != 2 {
		t.Errorf("without any it went back to %d", got)
	}
}

// While nodes are restarted one by one, two programs work on one database. What the older
// one can't read it must neither show nor hand on: the editors that came from it would
// delete it from the text.
func TestAnOlderProgramLeavesATextToTheNewerOne(t *testing.T) {
	for name, hears := range map[string]bool{"it hears of it": true, "it reads it in the log": false} {
		t.Run(name, func(t *testing.T) {
			broker := NewMemoryBroker()
			share := func(c *Config) {
				if hears {
					c.Broker = broker
				}
			}
			f := newForum(t, share)
			old := f.older(share)
			amina, bo := f.join("amina"), old.connect("bo", yjs.NewDoc(), freshClient(), "?schema=1")
			bo.await("the text", func() bool { return bo.synced })
			amina.types(0, "모두가")
			bo.awaitText("모두가")
			bo.types(0, " 말한다")
			amina.awaitText("모두가 말한다")
			amina.send(syncFrame(syncUpdate, amina.edit(asClause("definition"))))
			bo.awaitClose(closeBusy)
			if b := read(bo.doc).Blocks; len(b) != 1 {
				t.Errorf("Bo was sent %+v", b)
			}
			back := old.connect("bo", bo.doc, bo.client, "?schema=1")
			back.awaitClose(closeBusy)
			if _, err := old.hub.Read(t.Context(), f.doc); !app.IsCode(err, "live.newer") {
				t.Errorf("the older program reads: %v", err)
			}
			if b := read(amina.doc).Blocks; len(b) != 2 || b[0].Kind != prose.Definition {
				t.Errorf("Amina has %+v", b)
			}
		})
	}
}

// What the older program hasn't heard of, the log says: it commits nothing upon a text
// that it doesn't know whole.
func TestAnOlderProgramWritesNothingIntoATextOfANewerOne(t *testing.T) {
	f := newForum(t)
	never := func(c *Config) { c.Limits.Follow = 1 << 40 }
	old := f.older(never)
	bo := old.connect("bo", yjs.NewDoc(), freshClient(), "?schema=1")
	bo.await("the text", func() bool { return bo.synced })
	amina := f.join("amina")
	amina.send(syncFrame(syncUpdate, amina.edit(asClause("note"))))
	amina.awaitSaved()
	bo.types(0, "kept in the window")
	bo.awaitClose(closeBusy)
	if bo.refused != "" {
		t.Errorf("Bo was refused with %q, and would throw the words away", bo.refused)
	}
	m, _ := f.cast.get("bo")
	edit := prose.Edit{Kind: prose.ReplaceText, CID: "caaaaaaaaaa", Text: "by form"}
	if _, err := old.hub.Edit(t.Context(), m, f.doc, app.NewID(), []prose.Edit{edit}); !app.IsCode(err, "live.newer") {
		t.Errorf("by form: %v", err)
	}
	if got := f.text(); got != "\n" {
		t.Errorf("the text reads %q", got)
	}
	again := f.connect("bo", bo.doc, bo.client, upToDate)
	again.awaitSaved()
	if got := f.text(); got != "\nkept in the window" {
		t.Errorf("at the newer program Bo's words became %q", got)
	}
}
