package realtime

import (
	"bufio"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"testing"
)

// hands are those of people at the real editor: ProseMirror, y-prosemirror and Yjs as they
// come from npm, in a Node process. See static/judge/hands.mjs.
type hands struct {
	t   testing.TB
	in  io.Writer
	out *bufio.Reader
}

// deed is something done at the keyboard, in UTF-16 units of a block of words.
type deed struct {
	Deed    string `json:"deed"`
	Block   int    `json:"block"`
	At      int    `json:"at"`
	To      int    `json:"to,omitempty"`      // the end of the selection, if there is one
	ToBlock int    `json:"toBlock,omitempty"` // that it lies in, if that is a later one
	Text    string `json:"text,omitempty"`
}

type handsAnswer struct {
	Error, Text string
	Update      []byte
	Deletes     bool
}

// newHands fails the test where Node or the packages are missing.
func newHands(t testing.TB) *hands {
	t.Helper()
	cmd := exec.Command("node", "../static/judge/hands.mjs")
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatalf("Node is missing; install Node 20 and run `make build`: %v", err)
	}
	t.Cleanup(func() {
		_ = in.Close()
		if err := cmd.Wait(); err != nil {
			t.Errorf("the editors ended badly: %v", err)
		}
	})
	return &hands{t, in, bufio.NewReaderSize(out, 1<<20)}
}

func (h *hands) ask(question any) handsAnswer {
	h.t.Helper()
	line, err := json.Marshal(question)
	if err != nil {
		h.t.Fatal(err)
	}
	if _, err := h.in.Write(append(line, '\n')); err != nil {
		h.t.Fatalf("ask the editors: %v", err)
	}
	reply, err := h.out.ReadBytes('\n')
	if err != nil {
		h.t.Fatalf("the editors' answer: %v", err)
	}
	var a handsAnswer
	if err := json.Unmarshal(reply, &a); err != nil || a.Error != "" {
		h.t.Fatalf("the editors could not do %s: %v %s", line, err, a.Error)
	}
	return a
}

// open gives somebody an editor with a text, under a client id.
func (h *hands) open(who string, client uint64, state []byte) {
	h.t.Helper()
	h.ask(map[string]any{"do": "open", "who": who, "client": client, "state": state})
}

// press lets somebody do something in their editor and returns the update.
func (h *hands) press(who string, d deed) []byte {
	h.t.Helper()
	if d.To == 0 {
		d.To = d.At
	}
	return h.ask(struct {
		Do  string `json:"do"`
		Who string `json:"who"`
		deed
	}{"press", who, d}).Update
}

// take brings an update to somebody's editor and returns what that sends by itself.
func (h *hands) take(who string, update []byte) []byte {
	h.t.Helper()
	return h.ask(map[string]any{"do": "take", "who": who, "update": update}).Update
}

// text is what somebody's editor shows.
func (h *hands) text(who string) string {
	h.t.Helper()
	a := h.ask(map[string]any{"do": "text", "who": who})
	if a.Deletes {
		h.t.Errorf("%s's editor deleted what it could not show", who)
	}
	return a.Text
}

// atEditor lets somebody who is connected write with the real editor.
func (h *hands) atEditor(p *person) {
	h.t.Helper()
	p.mu.Lock()
	state := p.doc.EncodeStateAsUpdate(nil)
	p.mu.Unlock()
	h.open(p.name, p.client, state)
}

// does has the person do something in the real editor, and keeps it in their replica too.
func (h *hands) does(p *person, d deed) []byte {
	h.t.Helper()
	update := h.press(p.name, d)
	if len(update) == 0 {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := p.doc.ApplyUpdate(update); err != nil {
		h.t.Fatal(err)
	}
	return update
}

// catchesUp brings to the person's editor all that reached them.
func (h *hands) catchesUp(p *person) {
	h.t.Helper()
	p.mu.Lock()
	state := p.doc.EncodeStateAsUpdate(nil)
	p.mu.Unlock()
	h.take(p.name, state)
}
