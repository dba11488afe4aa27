package main

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"madang/app/prose"
	"madang/realtime/yjs"
)

// wanderer changes a statement at random, in an open editor and by form, and says
// things about words of it.
type wanderer struct {
	script
	*editor
	r         *rand.Rand
	statement string
	said      []string
	taken     []block // what was deleted and can come back
}

// call asks again when the forum says that a program may: it asks more than one does that
// waits for people.
func (w *wanderer) call(method, path string, body any) reply {
	w.script.t.Helper()
	for {
		answer := w.script.call(method, path, body)
		if answer.status != http.StatusTooManyRequests {
			return answer
		}
		seconds, err := strconv.Atoi(answer.header.Get("Retry-After"))
		if err != nil {
			w.script.t.Fatal(err)
		}
		<-time.After(time.Duration(seconds) * time.Second)
	}
}

// block is a clause as an editor has it.
type block struct{ name, cid, text string }

// TestNoCommentIsEverUnreachable takes 200 edits, or MADANG_WANDER of them, from the seed
// MADANG_SEED.
func TestNoCommentIsEverUnreachable(t *testing.T) {
	edits, seed := numberFrom(t, "MADANG_WANDER", 200), numberFrom(t, "MADANG_SEED", 1)
	flags := []string{"--data", t.TempDir()}
	forum := populate(t, append([]string{"--personas", "1", "--statements", "1"}, flags...)...)
	node := serve(t, flags...)
	w := &wanderer{
		script: script{t: t, base: node.URL, token: forum.Tokens[0]},
		editor: edit(t, node.URL, forum.Tokens[0], forum.Statements[0]),
		r:      rand.New(rand.NewPCG(uint64(seed), 0)), statement: forum.Statements[0],
	}
	states := map[string]int{}
	for i := range edits {
		w.step()
		if i%(edits/20+1) == 0 {
			w.say()
			w.check()
		}
	}
	for _, found := range w.check() {
		states[found.On.State]++
	}
	t.Logf("%d comments after %d edits: %v", len(w.said), edits, states)
	if len(w.said) < 10 || len(states) < 2 {
		t.Errorf("too little was tried: %v", states)
	}
}

func numberFrom(t *testing.T, variable string, otherwise int) int {
	t.Helper()
	text, set := os.LookupEnv(variable)
	if !set {
		return otherwise
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		t.Fatalf("%s=%q", variable, text)
	}
	return n
}

// clauses are those of the committed text.
func (w *wanderer) clauses() (items []struct{ CID, Text string }) {
	var list struct{ Items []struct{ CID, Text string } }
	w.call("GET", "/api/v1/statements/"+w.statement+"/clauses", nil).into(&list)
	return list.Items
}

// say comments on one to six words of some clause.
func (w *wanderer) say() {
	w.script.t.Helper()
	for _, c := range w.clauses() {
		words := strings.Fields(c.Text)
		if len(words) < 2 || w.r.IntN(3) > 0 {
			continue
		}
		first := w.r.IntN(len(words))
		quote := strings.Join(words[first:min(first+1+w.r.IntN(6), len(words))], " ")
		made := w.call("POST", "/api/v1/statements/"+w.statement+"/threads",
			map[string]any{"clause": c.CID, "quote": quote, "comment": map[string]any{"body": "About " + quote}})
		if made.status == http.StatusUnprocessableEntity {
			continue // these words stand there several times
		}
		var opened struct{ ID string }
		made.into(&opened)
		w.said = append(w.said, opened.ID)
	}
}

type about struct {
	ID, Clause, Excerpt string
	On                  struct {
		Quote, State string
		Now          *struct {
			Clause, Text string
			Start, End   int
		}
	}
}

// check looks at every comment as people come to it: in the list of the statement, on
// the clause it is said to be about, and by its own address.
func (w *wanderer) check() []about {
	w.script.t.Helper()
	var list struct{ Items []about }
	w.call("GET", "/api/v1/statements/"+w.statement+"/threads", nil).into(&list)
	listed := map[string]about{}
	for _, found := range list.Items {
		listed[found.ID] = found
	}
	texts := map[string]string{}
	for _, c := range w.clauses() {
		texts[c.CID] = c.Text
	}
	var all []about
	for _, id := range w.said {
		found, isListed := listed[id]
		if !isListed || found.Excerpt != "About "+strings.Join(strings.Fields(found.On.Quote), " ") {
			w.script.t.Fatalf("thread %s is not in the list: %+v", id, found)
		}
		all = append(all, found)
		if now := found.On.Now; now != nil && !strings.Contains(texts[now.Clause], now.Text) {
			w.script.t.Fatalf("%+v is said to stand in %q", now, texts[now.Clause])
		}
		if found.On.State == "orphaned" != (found.On.Now == nil) {
			w.script.t.Fatalf("%+v", found)
		}
	}
	w.checkClauses(all)
	return all
}

// checkClauses makes sure that each clause lists what is said about it.
func (w *wanderer) checkClauses(all []about) {
	w.script.t.Helper()
	on := map[string]map[string]bool{}
	for _, found := range all {
		if on[found.Clause] == nil {
			on[found.Clause] = map[string]bool{}
			var there struct{ Items []about }
			w.call("GET", "/api/v1/statements/"+w.statement+"/threads?clause="+found.Clause, nil).into(&there)
			for _, item := range there.Items {
				on[found.Clause][item.ID] = true
			}
		}
		if !on[found.Clause][found.ID] {
			w.script.t.Fatalf("thread %s isn't listed on its clause %s", found.ID, found.Clause)
		}
	}
}

// step makes one edit: mostly in the editor, at times by form.
func (w *wanderer) step() {
	w.script.t.Helper()
	if w.r.IntN(8) == 0 {
		w.byForm()
		return
	}
	acts := []func(*yjs.Txn, *yjs.XMLFragment, int) error{w.insert, w.insert, w.insert, w.delete, w.delete, w.split, w.merge, w.move, w.remove, w.bringBack}
	act := acts[w.r.IntN(len(acts))]
	w.mu.Lock()
	root := w.doc.XMLFragment("prosemirror")
	effect, err := w.doc.Transact(w.client, func(txn *yjs.Txn) error { return act(txn, root, w.r.IntN(root.Len())) })
	if err == nil && !effect.IsEmpty() {
		w.unsettled = append(w.unsettled, "an edit")
		err = w.send(syncMessage(2, effect.Update()))
	}
	w.mu.Unlock()
	if err != nil {
		w.script.t.Fatal(err)
	}
	until(w.script.t, "the editor and the page read the same", func() bool {
		var page strings.Builder
		for _, c := range w.clauses() {
			page.WriteString(c.Text + "\n")
		}
		if gone := w.farewell(); gone != nil {
			w.script.t.Fatal(gone)
		}
		return page.String() == w.text()
	})
}

// byForm changes a few words in the plain text box.
func (w *wanderer) byForm() {
	w.script.t.Helper()
	items := w.clauses()
	c := items[w.r.IntN(len(items))]
	words := strings.Fields(c.Text)
	for i := range words {
		if w.r.IntN(6) == 0 {
			words[i] = w.word()
		}
	}
	w.call("PATCH", "/api/v1/statements/"+w.statement+"/clauses/"+c.CID,
		map[string]any{"base": c.Text, "text": strings.Join(append(words, w.word()), " ")}).succeeded()
	until(w.script.t, "the editor has it", func() bool {
		var page strings.Builder
		for _, c := range w.clauses() {
			page.WriteString(c.Text + "\n")
		}
		return page.String() == w.text()
	})
}

func (w *wanderer) word() string { return fmt.Sprintf("낱말%d", w.r.IntN(500)) }

func blockAt(root *yjs.XMLFragment, at int) (e *yjs.XMLElement, line *yjs.XMLText, was block) {
	e = root.Children()[at].(*yjs.XMLElement)
	cid, _ := e.Attribute("cid")
	was = block{name: e.Name(), cid: fmt.Sprint(cid)}
	if e.Len() > 0 {
		line, _ = e.Children()[0].(*yjs.XMLText)
	}
	if line != nil {
		was.text = line.String()
	}
	return e, line, was
}

// runeAt is a place in a text that parts no character.
func (w *wanderer) runeAt(line *yjs.XMLText) int {
	if line.Len() == 0 {
		return 0
	}
	return w.r.IntN(line.Len() + 1) // all there is here are characters of one unit
}

func (w *wanderer) insert(txn *yjs.Txn, root *yjs.XMLFragment, at int) error {
	_, line, _ := blockAt(root, at)
	if line == nil {
		return nil
	}
	return txn.Insert(line, w.runeAt(line), " "+w.word()+" ", nil)
}

func (w *wanderer) delete(txn *yjs.Txn, root *yjs.XMLFragment, at int) error {
	_, line, _ := blockAt(root, at)
	if line == nil || line.Len() == 0 {
		return nil
	}
	from := w.r.IntN(line.Len())
	return txn.Delete(line, from, min(1+w.r.IntN(20), line.Len()-from))
}

// put writes a block as an editor does that has moved or made one.
func put(txn *yjs.Txn, root *yjs.XMLFragment, at int, b block) error {
	attributes := map[string]any{"cid": b.cid}
	if b.name == "clause" || b.name == "heading" {
		attributes["level"] = 1.0
	}
	e, err := txn.InsertElement(root, at, b.name, attributes)
	if err != nil {
		return err
	}
	line, err := txn.InsertText(e, 0)
	if err != nil || b.text == "" {
		return err
	}
	return txn.Insert(line, 0, b.text, nil)
}

func (w *wanderer) split(txn *yjs.Txn, root *yjs.XMLFragment, at int) error {
	_, line, was := blockAt(root, at)
	if line == nil || line.Len() < 2 || root.Len() > 30 {
		return nil
	}
	cut := w.runeAt(line)
	tail := string([]rune(was.text)[cut:])
	if err := txn.Delete(line, cut, line.Len()-cut); err != nil {
		return err
	}
	return put(txn, root, at+1, block{was.name, prose.NewCID(), tail})
}

func (w *wanderer) merge(txn *yjs.Txn, root *yjs.XMLFragment, at int) error {
	_, line, was := blockAt(root, at)
	if at == 0 || line == nil {
		return nil
	}
	_, former, _ := blockAt(root, at-1)
	if former == nil || was.text == "" {
		return nil
	}
	if err := txn.Insert(former, former.Len(), " "+was.text, nil); err != nil {
		return err
	}
	return txn.DeleteChildren(root, at, 1)
}

func (w *wanderer) move(txn *yjs.Txn, root *yjs.XMLFragment, at int) error {
	_, line, was := blockAt(root, at)
	if line == nil || root.Len() < 2 {
		return nil
	}
	if err := txn.DeleteChildren(root, at, 1); err != nil {
		return err
	}
	return put(txn, root, w.r.IntN(root.Len()+1), was)
}

// remove deletes a clause; bringBack undoes that, as undo does: with new characters.
func (w *wanderer) remove(txn *yjs.Txn, root *yjs.XMLFragment, at int) error {
	_, line, was := blockAt(root, at)
	if line == nil || root.Len() < 6 {
		return nil
	}
	w.taken = append(w.taken, was)
	return txn.DeleteChildren(root, at, 1)
}

func (w *wanderer) bringBack(txn *yjs.Txn, root *yjs.XMLFragment, at int) error {
	if len(w.taken) == 0 {
		return nil
	}
	was := w.taken[len(w.taken)-1]
	w.taken = w.taken[:len(w.taken)-1]
	return put(txn, root, at, was)
}
