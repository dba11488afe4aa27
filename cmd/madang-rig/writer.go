package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"time"
	"unicode/utf16"

	"github.com/gorilla/websocket"

	"madang/realtime/yjs"
)

// person is one of the forum's made-up people.
type person struct {
	name, token string
}

// writer is a person with a statement open in an editor that stays open whatever
// happens: it types on while the forum is away, and sends later.
type writer struct {
	person
	title     string
	statement string
	line      *line
	ledger    *ledger
	act       func(*writer, *yjs.Txn) (words []string, err error) // what one keystroke does
	pace      time.Duration                                       // between two of them, about

	mu       sync.Mutex
	rnd      *rand.Rand
	replica  *yjs.Doc
	client   yjs.ClientID
	socket   *websocket.Conn // nil while offline
	asked    bool            // the forum asked for what it lacks: what is typed now is sent at once
	synced   bool            // has had the whole text on this connection
	hasText  bool            // has ever had it
	unsaved  []unsaved
	typed    int
	attempts int // since it was last online
}

// unsaved are words that await their acknowledgement, up to the clock behind them.
type unsaved struct {
	words []string
	end   uint64
}

// A client that hears nothing for its patience, though it pings, takes the
// connection for dead.
const (
	patience  = 4 * time.Second
	pingEvery = time.Second
	mostAhead = 60 // unsaved keystrokes, then a writer waits
)

func newWriter(p person, title, statement string, l *line, led *ledger, seed uint64) *writer {
	rnd := rand.New(rand.NewPCG(seed, 1))
	return &writer{
		person: p, title: title, statement: statement, line: l, ledger: led, act: typeWord,
		pace: 120 * time.Millisecond, rnd: rnd, replica: yjs.NewDoc(), client: yjs.ClientID(rand.Uint32()),
	}
}

// stayOnline connects again and again until ctx ends.
func (w *writer) stayOnline(ctx context.Context) {
	for ctx.Err() == nil {
		var ended ending
		if ws, err := w.dial(ctx); err == nil {
			ended = endingOf(w.use(ctx, ws))
			if ctx.Err() != nil {
				return
			}
			w.ledger.end(w.title, ended)
		}
		if ended.isForGood() {
			return
		}
		w.rest(ctx, ended.retry())
	}
}

// rest waits before the next attempt: what the forum asked for, and longer each time.
func (w *writer) rest(ctx context.Context, asked time.Duration) {
	w.mu.Lock()
	wait := asked + time.Duration(w.rnd.IntN(100<<min(w.attempts, 4)))*time.Millisecond
	w.attempts++
	w.mu.Unlock()
	select {
	case <-time.After(wait):
	case <-ctx.Done():
	}
}

func (w *writer) dial(ctx context.Context) (*websocket.Conn, error) {
	dialer := websocket.Dialer{HandshakeTimeout: patience}
	ws, _, err := dialer.DialContext(ctx, "ws://"+w.line.addr+"/live/statements/"+w.statement,
		http.Header{"Authorization": {"Bearer " + w.token}})
	return ws, err
}

// use is a connection until it ends, and why it did.
func (w *writer) use(ctx context.Context, ws *websocket.Conn) error {
	defer ws.Close()
	stop := context.AfterFunc(ctx, func() { ws.Close() })
	defer stop()
	ws.SetPongHandler(func(string) error { return ws.SetReadDeadline(time.Now().Add(patience)) })
	go pingUntilClosed(ws)
	w.mu.Lock()
	w.socket, w.asked, w.synced = ws, false, false
	err := w.send(syncMessage(syncStep1, yjs.EncodeStateVector(w.replica.StateVector())))
	w.mu.Unlock()
	for err == nil {
		err = w.listen(ws)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.socket = nil
	return err
}

func pingUntilClosed(ws *websocket.Conn) {
	for ws.WriteControl(websocket.PingMessage, nil, time.Now().Add(patience)) == nil {
		time.Sleep(pingEvery)
	}
}

func (w *writer) listen(ws *websocket.Conn) error {
	if err := ws.SetReadDeadline(time.Now().Add(patience)); err != nil {
		return err
	}
	_, frame, err := ws.ReadMessage()
	if err != nil {
		return err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.hear(frame)
}

// send writes a message, with the lock held.
func (w *writer) send(frame []byte) error {
	if err := w.socket.SetWriteDeadline(time.Now().Add(patience)); err != nil {
		return err
	}
	return w.socket.WriteMessage(websocket.BinaryMessage, frame)
}

// hear takes in one message, with the lock held.
func (w *writer) hear(frame []byte) error {
	kind, rest := number(frame)
	switch kind {
	case msgSync:
		step, rest := number(rest)
		body, _ := field(rest)
		return w.hearSync(step, body)
	case msgAck:
		client, rest := number(rest)
		clock, _ := number(rest)
		if client == w.client {
			w.settle(clock)
		}
	case msgRefusal:
		code, _ := field(rest)
		w.ledger.find("%s was refused: %s", w.title, code)
	}
	return nil
}

func (w *writer) hearSync(step uint64, body []byte) error {
	if step == syncStep1 {
		return w.answer(body)
	}
	update, err := yjs.Decode(body, yjs.Limits{})
	if err == nil {
		_, err = w.replica.Apply(update)
	}
	if err != nil {
		w.ledger.find("%s was sent what can't be applied: %v", w.title, err)
		w.replica, w.client, w.unsaved = yjs.NewDoc(), yjs.ClientID(rand.Uint32()), nil // the old one is in between
		return err
	}
	if step == syncStep2 {
		w.synced, w.hasText, w.attempts = true, true, 0
	}
	return nil
}

// answer sends what the forum lacks. That it has our words is a promise like an
// acknowledgement.
func (w *writer) answer(vector []byte) error {
	known, err := yjs.DecodeStateVector(vector, yjs.Limits{})
	if err != nil {
		return err
	}
	w.settle(known[w.client])
	w.asked = true
	return w.send(syncMessage(syncStep2, w.replica.EncodeStateAsUpdate(known)))
}

// settle takes note of what the forum holds of what was typed here.
func (w *writer) settle(clock uint64) {
	for len(w.unsaved) > 0 && w.unsaved[0].end <= clock {
		w.ledger.save(w.unsaved[0].words...)
		w.unsaved = w.unsaved[1:]
	}
}

// keepTyping types until ctx ends.
func (w *writer) keepTyping(ctx context.Context) {
	for {
		w.mu.Lock()
		wait := w.pace/2 + time.Duration(w.rnd.Int64N(int64(w.pace)))
		w.mu.Unlock()
		select {
		case <-ctx.Done():
			return
		case <-time.After(wait):
			w.press()
		}
	}
}

// press is one keystroke: it changes the replica and, if the line stands, is sent.
func (w *writer) press() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.hasText || len(w.unsaved) >= mostAhead {
		return
	}
	var words []string
	effect, err := w.replica.Transact(w.client, func(t *yjs.Txn) (err error) {
		words, err = w.act(w, t)
		return err
	})
	if err != nil {
		w.ledger.find("%s could not type: %v", w.title, err)
		return
	}
	if effect.IsEmpty() {
		return
	}
	w.unsaved = append(w.unsaved, unsaved{words, w.replica.StateVector()[w.client]})
	if w.socket != nil && w.asked && w.send(syncMessage(syncUpdate, effect.Update())) != nil {
		w.socket.Close() // it is in the answer to the next question
	}
}

// typeWord types a new word somewhere between two others.
func typeWord(w *writer, t *yjs.Txn) ([]string, error) {
	texts := textsIn(w.replica.XMLFragment(rootName))
	into := texts[w.rnd.IntN(len(texts))]
	token := w.ledger.write(w.statement, w.person, w.title, w.typed)
	w.typed++
	return []string{token}, t.Insert(into, w.gapIn(into), token, nil)
}

// gapIn is a place behind a word, or the end.
func (w *writer) gapIn(text *yjs.XMLText) int {
	gaps := []int{text.Len()}
	for _, found := range wordShape.FindAllStringIndex(text.String(), -1) {
		gaps = append(gaps, unitsBefore(text, found[1]))
	}
	return gaps[w.rnd.IntN(len(gaps))]
}

// rearrange moves somebody's word to another place, puts words behind an Enter into
// a clause of their own, or types. Only one person of a statement may do so: two who
// move a word at once double it, and are meant to.
func rearrange(w *writer, t *yjs.Txn) ([]string, error) {
	root := w.replica.XMLFragment(rootName)
	texts := textsIn(root)
	from := texts[w.rnd.IntN(len(texts))]
	found := wordShape.FindAllStringIndex(from.String(), -1)
	if len(found) == 0 || w.rnd.IntN(4) == 0 {
		return typeWord(w, t)
	}
	at := found[w.rnd.IntN(len(found))]
	if w.rnd.IntN(6) == 0 && root.Len() < 40 {
		return nil, breakClause(t, root, from, at[0])
	}
	start, moved := unitsBefore(from, at[0]), from.String()[at[0]:at[1]]
	if err := t.Delete(from, start, len(utf16.Encode([]rune(moved)))); err != nil {
		return nil, err
	}
	into := texts[w.rnd.IntN(len(texts))]
	return nil, t.Insert(into, w.gapIn(into), moved, nil)
}

// breakClause does what an editor does on Enter: what is behind the caret is deleted
// and typed again in a new block, which has no id yet.
func breakClause(t *yjs.Txn, root *yjs.XMLFragment, from *yjs.XMLText, at int) error {
	start, tail := unitsBefore(from, at), from.String()[at:]
	if err := t.Delete(from, start, from.Len()-start); err != nil {
		return err
	}
	block, err := t.InsertElement(root, root.Len(), "clause", map[string]any{"level": 1.0})
	if err != nil {
		return err
	}
	text, err := t.InsertText(block, 0)
	if err != nil {
		return err
	}
	return t.Insert(text, 0, tail, nil)
}

func unitsBefore(text *yjs.XMLText, at int) int {
	return len(utf16.Encode([]rune(text.String()[:at])))
}

// rootName is the shared type that the editors bind to.
const rootName = "prosemirror"

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

// textOf is all a replica shows, one line a block.
func textOf(doc *yjs.Doc) string {
	var b strings.Builder
	for _, text := range textsIn(doc.XMLFragment(rootName)) {
		b.WriteString(text.String() + "\n")
	}
	return b.String()
}

// text is what the person reads.
func (w *writer) text(context.Context) (string, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return textOf(w.replica), nil
}

// restless says why the writer isn't at rest; empty if it is.
func (w *writer) restless() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case !w.synced || w.socket == nil:
		return w.title + " is not back online"
	case len(w.unsaved) > 0:
		return fmt.Sprintf("%s has %d unsaved edits", w.title, len(w.unsaved))
	}
	return ""
}

// delivered are the words by others that the person has been shown.
func (w *writer) delivered() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	var words []string
	for _, token := range wordShape.FindAllString(textOf(w.replica), -1) {
		if w.ledger.word(token).name != w.name {
			words = append(words, token)
		}
	}
	return words
}
