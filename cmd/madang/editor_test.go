package main

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"madang/realtime/yjs"
)

// The message types of the live text that an editor here understands; those
// from 64 on are the forum's own.
const (
	msgSync    = 0
	msgAck     = 64
	msgRefusal = 65
	msgRole    = 66
)

// editor is a person with a statement open in an editor: a replica of the live
// text on a socket, as y-websocket keeps one.
type editor struct {
	t  testing.TB
	ws *websocket.Conn

	mu        sync.Mutex
	heard     sync.Cond // something below changed
	doc       *yjs.Doc
	client    yjs.ClientID
	unsettled []string // what each message carried that awaits its acknowledgement, oldest first
	saved     []string // what was acknowledged, in order
	synced    bool
	role      string
	refusal   string
	came      map[uint64]time.Time // when the last message of each type came
	closed    error                // why the socket ended; nil while it is open
	closedAt  time.Time
}

// edit opens the live text of a statement with a token and waits until it is
// here.
func edit(t testing.TB, base, token, statement string) *editor {
	t.Helper()
	e, err := tryToEdit(t, base, token, statement)
	if err != nil {
		t.Fatal(err)
	}
	until(t, "the live text arrives", func() bool { return e.isSynced() || e.farewell() != nil })
	if gone := e.farewell(); gone != nil {
		t.Fatalf("the editor was sent away: %v", gone)
	}
	return e
}

func tryToEdit(t testing.TB, base, token, statement string) (*editor, error) {
	address := "ws" + strings.TrimPrefix(base, "http") + "/live/statements/" + statement
	ws, res, err := websocket.DefaultDialer.DialContext(t.Context(), address,
		http.Header{"Authorization": {"Bearer " + token}})
	if err != nil {
		if res != nil {
			err = fmt.Errorf("%w (%s)", err, res.Status)
		}
		return nil, err
	}
	e := &editor{t: t, ws: ws, doc: yjs.NewDoc(), client: yjs.ClientID(rand.Uint32()), came: map[uint64]time.Time{}}
	e.heard.L = &e.mu
	e.send(syncMessage(0, yjs.EncodeStateVector(e.doc.StateVector())))
	go e.listen()
	t.Cleanup(func() { ws.Close() })
	return e, nil
}

// listen takes in what comes until the socket ends.
func (e *editor) listen() {
	for {
		_, frame, err := e.ws.ReadMessage()
		e.mu.Lock()
		if err == nil {
			err = e.hear(frame)
		}
		e.closed, e.closedAt = err, time.Now()
		e.heard.Broadcast()
		e.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// hear takes in one message, with the lock held.
func (e *editor) hear(frame []byte) error {
	kind, rest := number(frame)
	e.came[kind] = time.Now()
	switch kind {
	case msgSync:
		step, rest := number(rest)
		body, _ := bytesField(rest)
		return e.hearSync(step, body)
	case msgAck:
		if what := e.unsettled[0]; what != "" {
			e.saved = append(e.saved, what)
		}
		e.unsettled = e.unsettled[1:]
	case msgRefusal:
		code, _ := bytesField(rest)
		e.refusal = string(code)
	case msgRole:
		role, _ := bytesField(rest)
		e.role = string(role)
	}
	return nil
}

func (e *editor) hearSync(step uint64, body []byte) error {
	if step != 0 {
		e.synced = true
		return e.doc.ApplyUpdate(body)
	}
	known, err := yjs.DecodeStateVector(body, yjs.DefaultLimits())
	if err != nil {
		return err
	}
	e.unsettled = append(e.unsettled, "")
	return e.send(syncMessage(1, e.doc.EncodeStateAsUpdate(known)))
}

func (e *editor) send(frame []byte) error {
	return e.ws.WriteMessage(websocket.BinaryMessage, frame)
}

// write appends words to the last text of the statement and sends them off, as
// one keystroke would be. It reports false once the socket has ended.
func (e *editor) write(words string) bool {
	e.t.Helper()
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed != nil {
		return false
	}
	texts := textsIn(e.doc.XMLFragment("prosemirror"))
	if len(texts) == 0 {
		e.t.Error("the statement has no text to write in")
		return false
	}
	last := texts[len(texts)-1]
	effect, err := e.doc.Transact(e.client, func(txn *yjs.Txn) error {
		return txn.Insert(last, last.Len(), words, nil)
	})
	if err != nil {
		e.t.Error(err)
		return false
	}
	e.unsettled = append(e.unsettled, words)
	return e.send(syncMessage(2, effect.Update())) == nil
}

// keepWriting writes numbered words until the socket ends, at most 20 ahead of
// what is saved.
func (e *editor) keepWriting(word string) {
	for i := 0; e.write(fmt.Sprintf(" %s-%d;", word, i)); i++ {
		e.awaitSaved(20)
	}
}

// awaitSaved waits until at most so many messages await their acknowledgement, or the
// socket ended.
func (e *editor) awaitSaved(but int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for e.closed == nil && len(e.unsettled) > but {
		e.heard.Wait()
	}
}

// sendRaw sends bytes that are no message.
func (e *editor) sendRaw(kind int, frame []byte) {
	e.t.Helper()
	e.mu.Lock()
	defer e.mu.Unlock()
	if err := e.ws.WriteMessage(kind, frame); err != nil {
		e.t.Fatal(err)
	}
}

// text is all the editor shows, one line a block.
func (e *editor) text() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	var b strings.Builder
	for _, text := range textsIn(e.doc.XMLFragment("prosemirror")) {
		b.WriteString(text.String() + "\n")
	}
	return b.String()
}

// savedWords are those the forum said it has committed.
func (e *editor) savedWords() []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return append([]string(nil), e.saved...)
}

func (e *editor) isSynced() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.synced
}

// isSaved reports whether everything written was acknowledged.
func (e *editor) isSaved() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return len(e.unsettled) == 0
}

func (e *editor) roleNow() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.role
}

// farewell is why the socket ended, nil while it is open.
func (e *editor) farewell() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.closed
}

// sentAway waits until the socket ends and returns its close code.
func (e *editor) sentAway() int {
	e.t.Helper()
	until(e.t, "the socket ends", func() bool { return e.farewell() != nil })
	var closed *websocket.CloseError
	if !errors.As(e.farewell(), &closed) {
		e.t.Fatalf("the socket ended without a word: %v", e.farewell())
	}
	return closed.Code
}

// leave closes the editor.
func (e *editor) leave() {
	e.ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(1000, ""), time.Now().Add(time.Second))
	e.ws.Close()
}

func textsIn(parent yjs.Parent) []*yjs.XMLText {
	var texts []*yjs.XMLText
	for _, child := range parent.Children() {
		switch node := child.(type) {
		case *yjs.XMLText:
			texts = append(texts, node)
		case *yjs.XMLElement:
			texts = append(texts, textsIn(node)...)
		}
	}
	return texts
}

func syncMessage(step byte, body []byte) []byte {
	return append(binary.AppendUvarint([]byte{msgSync, step}, uint64(len(body))), body...)
}

func number(b []byte) (n uint64, rest []byte) {
	n, size := binary.Uvarint(b)
	return n, b[max(size, 0):]
}

func bytesField(b []byte) (field, rest []byte) {
	n, rest := number(b)
	return rest[:n], rest[n:]
}
