package main

import (
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/jmoiron/sqlx"

	"madang/app"
	"madang/app/identity"
	"madang/realtime"
	"madang/realtime/yjs"
)

// saying is something that a client can send to a live text.
type saying struct {
	what string
	// needs is what role, token and phase have to permit; empty for what no client says.
	needs app.Capability
	frame func(doc *yjs.Doc, client yjs.ClientID) []byte
	// hears is the type of the message that whoever may is answered with; -1 for none.
	hears int
	// writes says that it is a row of the log.
	writes bool
	// isShown says that others see it.
	isShown bool
}

// sayings are the rules of all types of messages that clients send, by name. What only the
// server sends is malformed if a client does.
var sayings = map[string][]saying{
	"sync": {
		{what: "asks for the text", needs: app.Read, hears: msgSync, frame: func(doc *yjs.Doc, _ yjs.ClientID) []byte {
			return syncMessage(0, yjs.EncodeStateVector(doc.StateVector()))
		}},
		{what: "answers with nothing new", needs: app.Read, hears: msgAck, frame: func(doc *yjs.Doc, _ yjs.ClientID) []byte {
			return syncMessage(1, doc.EncodeStateAsUpdate(nil))
		}},
		{what: "answers with words", needs: app.Draft, hears: msgAck, writes: true, frame: func(doc *yjs.Doc, client yjs.ClientID) []byte {
			return syncMessage(1, words(doc, client))
		}},
		{what: "writes words", needs: app.Draft, hears: msgAck, writes: true, frame: func(doc *yjs.Doc, client yjs.ClientID) []byte {
			return syncMessage(2, words(doc, client))
		}},
		{what: "takes words away", needs: app.Draft, hears: msgAck, writes: true, frame: func(doc *yjs.Doc, client yjs.ClientID) []byte {
			return syncMessage(2, change(doc, client, func(txn *yjs.Txn, last *yjs.XMLText) error { return txn.Delete(last, last.Len()-1, 1) }))
		}},
	},
	"awareness": {{what: "shows its caret", needs: app.Read, hears: -1, isShown: true, frame: func(_ *yjs.Doc, client yjs.ClientID) []byte {
		return presence(client)
	}}},
	"auth":  {{what: "asks whether it may", needs: app.Read, hears: -1, frame: func(*yjs.Doc, yjs.ClientID) []byte { return []byte{2, 0, 0} }}},
	"query": {{what: "asks who is there", needs: app.Read, hears: 1, frame: func(*yjs.Doc, yjs.ClientID) []byte { return []byte{3} }}},
	"hash":  {{what: "compares the text of long ago", needs: app.Read, hears: -1, frame: func(*yjs.Doc, yjs.ClientID) []byte { return append([]byte{69, 0, 32}, make([]byte, 32)...) }}},
}

// words appends some to the last text.
func words(doc *yjs.Doc, client yjs.ClientID) []byte {
	return change(doc, client, func(txn *yjs.Txn, last *yjs.XMLText) error { return txn.Insert(last, last.Len(), " mot;", nil) })
}

func change(doc *yjs.Doc, client yjs.ClientID, how func(*yjs.Txn, *yjs.XMLText) error) []byte {
	texts := textsIn(doc.XMLFragment("prosemirror"))
	effect, err := doc.Transact(client, func(txn *yjs.Txn) error { return how(txn, texts[len(texts)-1]) })
	if err != nil {
		panic(err)
	}
	return effect.Update()
}

// presence is a caret of a client, nowhere.
func presence(client yjs.ClientID) []byte {
	state := `{"cursor":null}`
	update := binary.AppendUvarint(binary.AppendUvarint([]byte{1}, uint64(client)), uint64(time.Now().UnixMilli()))
	update = append(append(update, byte(len(state))), state...)
	return append(binary.AppendUvarint([]byte{1}, uint64(len(update))), update...)
}

// allSayings are those of the table and, of each type that clients don't send, one as the
// server sends it.
func allSayings(t *testing.T) []saying {
	t.Helper()
	fields := map[string][]byte{"acknowledgement": {1, 1, 1}, "epoch": {1}, "announcement": {1}, "role": append([]byte{6}, "writer\x01"...)}
	var all []saying
	for _, m := range realtime.Messages {
		own, isThere := sayings[m.Name]
		if isThere != (m.From != "server") {
			t.Errorf("%q, which comes from %s, has %d rules here", m.Name, m.From, len(own))
		}
		all = append(all, own...)
		if !isThere {
			frame := append(binary.AppendUvarint(nil, uint64(m.Number)), fields[m.Name]...)
			all = append(all, saying{what: "sends what the server does: " + m.Name, frame: func(*yjs.Doc, yjs.ClientID) []byte { return frame }})
		}
	}
	for what, frame := range map[string][]byte{
		"sends a type that there isn't": {71}, "sends a step that there isn't": {0, 3, 0}, "sends half a message": {0, 2, 9},
	} {
		all = append(all, saying{what: what, frame: func(*yjs.Doc, yjs.ClientID) []byte { return frame }})
	}
	return all
}

// speaker is somebody who opens a socket.
type speaker struct {
	who    string
	head   http.Header
	role   app.Role         // empty for whoever isn't in the group
	scopes []identity.Scope // nil for whoever comes with a sign-in
	// away is how whoever may not read is sent away.
	away int
}

// groupArchived stands among the phases for that the group of the text has ended.
const groupArchived app.Phase = "archived"

func (s speaker) may(what app.Capability, phase app.Phase, terms app.Terms) bool {
	opens := what == app.Read || s.scopes == nil || slices.Contains(s.scopes, identity.ScopeEdit)
	return app.Permits(s.role, what, terms) && !phase.Closes(what) && opens && (phase != groupArchived || slices.Contains(app.Left, what))
}

// refusal is what whoever may read, and not write, is told.
func (s speaker) refusal() string {
	if app.Permits(s.role, app.Draft, app.Terms{}) && s.scopes != nil && !slices.Contains(s.scopes, identity.ScopeEdit) {
		return "live.token"
	}
	return "live.role"
}

// Everything that a client can say is said by everybody in every phase: whoever may is
// answered, all others are told so, and then the log has not a row more.
func TestEverybodySaysToALiveTextWhatRoleTokenAndPhasePermitAndNoMore(t *testing.T) {
	eachDatabase(t, func(t *testing.T, flags []string) {
		m := newMatrix(t, flags)
		all := allSayings(t)
		phases := append(slices.Clone(app.Phases), app.PhaseDrafting)
		for i, phase := range phases[:len(phases)-1] {
			for _, s := range m.speakers {
				m.compare(s, phase, app.Terms{}, all)
			}
			m.step(phases[i+1])
		}
		m.letObserversRead()
		for i, phase := range phases[:len(phases)-1] {
			observer := m.speakers[slices.IndexFunc(m.speakers, func(s speaker) bool { return s.role == app.RoleObserver })]
			m.compare(observer, phase, app.Terms{ObserversRead: true}, all)
			m.step(phases[i+1])
		}
		m.archive()
		for _, s := range m.speakers {
			m.compare(s, groupArchived, app.Terms{ObserversRead: true}, all)
		}
		t.Logf("%d people and programs, %d sayings, %d tries, of which %d were let through", len(m.speakers), len(all), m.tries, m.passed)
	})
}

// matrix is a forum in which everybody tries everything.
type matrix struct {
	t                *testing.T
	node             *node
	database         *sqlx.DB
	chair            *visitor
	group, statement string
	speakers         []speaker
	witness          *talker
	tries, passed    int
}

func newMatrix(t *testing.T, flags []string) *matrix {
	t.Helper()
	forum := populate(t, append([]string{"--personas", "1", "--statements", "1"}, flags...)...)
	m := &matrix{t: t, node: serve(t, flags...), database: past(t, flags)}
	people := map[app.Role]*visitor{}
	for _, role := range app.GroupRoles {
		v := visit(t, m.node.URL)
		m.group = v.enter(t, string(role), "A "+string(role), flags...).form("/welcome").submit().at.Path
		people[role] = v
		m.speakers = append(m.speakers, speaker{who: string(role), head: v.onSocket(), role: role, away: 4404})
	}
	m.chair = people[app.RoleChair]
	var made struct{ ID string }
	script{t: t, base: m.node.URL, token: forum.Tokens[0]}.call("POST", "/api/v1"+m.group+"/statements", map[string]any{
		"title": "What may be said", "lang": "en", "markdown": "A paragraph.\n",
	}).into(&made)
	m.statement = made.ID

	program := func(role app.Role, scopes ...identity.Scope) {
		label := fmt.Sprint(role, scopes)
		var boxes []string
		for _, scope := range scopes[1:] {
			boxes = append(boxes, string(scope))
		}
		head := http.Header{"Authorization": {"Bearer " + people[role].lets(label, boxes...)}}
		m.speakers = append(m.speakers, speaker{who: "a program of a " + label, head: head, role: role, scopes: scopes, away: 4404})
	}
	for _, scope := range identity.Scopes {
		program(app.RoleEditor, slices.Compact([]identity.Scope{identity.ScopeRead, scope})...)
	}
	program(app.RoleChair, identity.ScopeRead, identity.ScopeModerate)
	program(app.RoleDrafter, identity.Scopes...)
	program(app.RoleMember, identity.ScopeRead, identity.ScopeEdit)
	program(app.RoleObserver, identity.ScopeRead, identity.ScopeEdit)
	m.bringOutsiders(people[app.RoleDrafter], flags)

	m.witness = m.talk(m.speakers[0].head)
	m.witness.await("the text", m.witness.isHere)
	return m
}

// bringOutsiders are those who may not even read.
func (m *matrix) bringOutsiders(drafter *visitor, flags []string) {
	m.t.Helper()
	outside := func(who string, head http.Header, away int) {
		m.speakers = append(m.speakers, speaker{who: who, head: head, away: away})
	}
	bearer := func(token string) http.Header { return http.Header{"Authorization": {"Bearer " + token}} }
	outside("nobody", http.Header{"Origin": {m.node.URL}}, 4401)
	outside("a program that nobody knows", bearer("made up"), 4401)

	revoked := drafter.lets("Revoked", "edit")
	drafter.open("/me/tokens").follow("Revoke Revoked").form("/deletion").submit().mustBe(200)
	outside("a program whose token is revoked", bearer(revoked), 4401)

	steward := visit(m.t, m.node.URL)
	link := strings.TrimSpace(mustMadang(m.t, append([]string{"invite", "--role", "steward", "--base-url", m.node.URL}, flags...)...))
	steward.open(link).form("/invitations" + tokenIn(link)).submit().form("/welcome").submit()
	outside("a steward", steward.onSocket(), 4404)

	removed, gone := visit(m.t, m.node.URL), visit(m.t, m.node.URL)
	removed.enter(m.t, "editor", "Removed", flags...).form("/welcome").submit()
	token := removed.lets("Of somebody removed", "edit")
	members := m.chair.open(m.group + "/members")
	role := members.formWhere("changes the role of who is removed", func(f form) bool {
		return strings.HasSuffix(f.path(), "/role") && strings.Contains(f.about, "Removed")
	})
	m.chair.open(strings.TrimSuffix(role.path(), "/role") + "/deletion").form("/deletion").submit().mustBe(200)
	outside("who was removed", removed.onSocket(), 4404)
	outside("a program of who was removed", bearer(token), 4401)

	gone.enter(m.t, "editor", "Gone", flags...).form("/welcome").submit()
	head := gone.onSocket()
	gone.open("/me").formWhere("signs out", func(f form) bool { return f.path() == "/departures" }).submit()
	outside("who signed out", head, 4401)
}

func (m *matrix) step(to app.Phase) {
	m.t.Helper()
	m.chair.open("/statements/"+m.statement+"/state").form("/steps").choose("to", string(to)).fill("reason", "Now.").submit().mustBe(200, "gone on")
}

func (m *matrix) archive() {
	m.t.Helper()
	m.chair.open(m.group+"/acts/new").form("/acts").fill("reason", "It is done.").submit().mustBe(200, "The group has been archived", "It is done.")
}

func (m *matrix) letObserversRead() {
	m.t.Helper()
	m.chair.open(m.group+"/charter").form("/charter").choose("observers", "read").submit().mustBe(200)
}

// rows are how many updates the log has, and clients it knows.
type rows struct{ Updates, Clients int64 }

func (m *matrix) rows() (r rows) {
	m.t.Helper()
	if err := m.database.Get(&r, `SELECT (SELECT COUNT(*) FROM live_updates) AS updates, (SELECT COUNT(*) FROM live_clients) AS clients`); err != nil {
		m.t.Fatal(err)
	}
	return r
}

// compare lets somebody say everything, each on a socket of its own.
func (m *matrix) compare(s speaker, phase app.Phase, terms app.Terms, all []saying) {
	for _, say := range all {
		m.tries++
		before := m.rows()
		got := m.try(s, say, s.may(app.Read, phase, terms))
		want := m.expected(s, say, phase, terms)
		if got != want {
			m.t.Errorf("%s %s in %s: %+v, not %+v", s.who, say.what, phase, got, want)
		}
		grown := rows{}
		if say.writes && want.code == 0 {
			grown.Updates = 1
			if say.what != "takes words away" {
				grown.Clients = 1
			}
		}
		if after := m.rows(); after != (rows{before.Updates + grown.Updates, before.Clients + grown.Clients}) {
			m.t.Errorf("%s %s in %s: the log went from %+v to %+v", s.who, say.what, phase, before, after)
		}
		if want.code == 0 {
			m.passed++
		}
	}
	page := m.listen(s)
	switch {
	case s.may(app.Read, phase, terms) && page != 0, !s.may(app.Read, phase, terms) && page != s.away:
		m.t.Errorf("%s opens a page in %s: closed with %d", s.who, phase, page)
	}
}

// end is how a try ended: with a close code, 0 for none, and a refusal before it.
type end struct {
	code     int
	refusal  string
	answered bool
}

func (m *matrix) expected(s speaker, say saying, phase app.Phase, terms app.Terms) end {
	switch {
	case !s.may(app.Read, phase, terms):
		return end{code: s.away}
	case say.needs == "":
		return end{code: 4409, refusal: "live.malformed"}
	case !s.may(say.needs, phase, terms):
		return end{code: 4409, refusal: s.refusal()}
	}
	return end{answered: true}
}

// try says one thing. Whoever may not read says it without having the text, right after the
// handshake, as if nobody had looked who they are.
func (m *matrix) try(s speaker, say saying, mayRead bool) end {
	m.t.Helper()
	client := yjs.ClientID(rand.Uint32())
	k := m.talk(s.head)
	defer k.leave()
	if !mayRead {
		_ = k.send(say.frame(m.witness.copy(m.t), client))
		k.await("the end", k.isOver)
		return k.end()
	}
	k.await("the text", k.isHere)
	if say.hears == 1 { // somebody has to be there
		m.witness.mustSend(presence(m.witness.client))
		m.witness.settle()
	}
	heard := k.heard(say.hears)
	_ = k.send(say.frame(k.copy(m.t), client))
	k.settle()
	got := k.end()
	got.answered = got.code == 0 && (say.hears < 0 || k.heard(say.hears) > heard)
	if say.isShown && got.code == 0 {
		m.witness.await(s.who+" is seen", func() bool { return m.witness.seen[uint64(client)] })
	}
	return got
}

// listen opens a page of the statement, says something, which pages don't, and returns the
// code it was closed with; 0 if it is open.
func (m *matrix) listen(s speaker) int {
	m.t.Helper()
	ws := connect(m.t, m.node.URL+"/live/pages?watch=statement:"+m.statement, s.head)
	defer ws.Close()
	_ = ws.WriteMessage(websocket.TextMessage, []byte(`{"kind":"posted"}`))
	_ = ws.WriteControl(websocket.PingMessage, []byte("still there?"), time.Now().Add(patience))
	answered := errors.New("it answers")
	ws.SetPongHandler(func(string) error { return answered })
	for {
		_, _, err := ws.ReadMessage()
		var closed *websocket.CloseError
		switch {
		case errors.Is(err, answered):
			return 0
		case errors.As(err, &closed):
			return closed.Code
		case err != nil:
			m.t.Fatalf("%s: the page's socket ended without a word: %v", s.who, err)
		}
	}
}

// talker is a socket of a live text on which anything can be said.
type talker struct {
	t      *testing.T
	ws     *websocket.Conn
	client yjs.ClientID

	mu      sync.Mutex
	woken   sync.Cond
	doc     *yjs.Doc
	answers int // to its questions
	asked   int
	kinds   map[uint64]int
	seen    map[uint64]bool // clients that showed themselves
	refusal string
	closed  error
}

// talk opens a socket and asks for the text.
func (m *matrix) talk(head http.Header) *talker {
	m.t.Helper()
	k := &talker{
		t: m.t, client: yjs.ClientID(rand.Uint32()), doc: yjs.NewDoc(), kinds: map[uint64]int{}, seen: map[uint64]bool{},
		ws: connect(m.t, m.node.URL+"/live/statements/"+m.statement, head),
	}
	k.woken.L = &k.mu
	go k.listen()
	_ = k.ask()
	return k
}

func (k *talker) ask() error {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.asked++
	return k.write(syncMessage(0, yjs.EncodeStateVector(k.doc.StateVector())))
}

func (k *talker) write(frame []byte) error { return k.ws.WriteMessage(websocket.BinaryMessage, frame) }

func (k *talker) send(frame []byte) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.write(frame)
}

func (k *talker) mustSend(frame []byte) {
	k.t.Helper()
	if err := k.send(frame); err != nil {
		k.t.Fatal(err)
	}
}

func (k *talker) listen() {
	for {
		_, frame, err := k.ws.ReadMessage()
		k.mu.Lock()
		if err == nil {
			err = k.hear(frame)
		}
		k.closed = err
		k.woken.Broadcast()
		k.mu.Unlock()
		if err != nil {
			return
		}
	}
}

func (k *talker) hear(frame []byte) error {
	kind, rest := number(frame)
	k.kinds[kind]++
	switch kind {
	case msgSync:
		step, rest := number(rest)
		if step == 0 {
			return nil
		}
		if step == 1 {
			k.answers++
		}
		update, _ := bytesField(rest)
		return k.doc.ApplyUpdate(update)
	case 1:
		update, _ := bytesField(rest)
		count, rest := number(update)
		for range count {
			var client uint64
			client, rest = number(rest)
			_, rest = number(rest)
			_, rest = bytesField(rest)
			k.seen[client] = true
		}
	case msgRefusal:
		code, _ := bytesField(rest)
		k.refusal = string(code)
	}
	return nil
}

// await waits until the condition, which may look at all of it, holds.
func (k *talker) await(what string, holds func() bool) {
	k.t.Helper()
	tired := time.AfterFunc(patience, func() { k.ws.Close() })
	defer tired.Stop()
	k.mu.Lock()
	defer k.mu.Unlock()
	for !holds() {
		if k.closed != nil {
			k.t.Fatalf("waited in vain for %s: %v", what, k.closed)
		}
		k.woken.Wait()
	}
}

func (k *talker) isHere() bool { return k.answers > 0 }
func (k *talker) isOver() bool { return k.closed != nil }

// settle waits until all that was said is dealt with: a question behind it is answered, or
// the socket ends.
func (k *talker) settle() {
	k.t.Helper()
	_ = k.ask()
	k.await("an answer", func() bool { return k.closed != nil || k.answers >= k.asked })
}

func (k *talker) heard(kind int) int {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.kinds[uint64(max(kind, 0))]
}

// copy is a replica to make updates with.
func (k *talker) copy(t *testing.T) *yjs.Doc {
	t.Helper()
	k.mu.Lock()
	defer k.mu.Unlock()
	doc := yjs.NewDoc()
	if err := doc.ApplyUpdate(k.doc.EncodeStateAsUpdate(nil)); err != nil {
		t.Fatal(err)
	}
	return doc
}

func (k *talker) end() end {
	k.mu.Lock()
	defer k.mu.Unlock()
	var closed *websocket.CloseError
	if errors.As(k.closed, &closed) {
		return end{code: closed.Code, refusal: k.refusal}
	}
	return end{refusal: k.refusal}
}

// leave closes the socket and waits for the server to do so, which has room for five of one
// persona.
func (k *talker) leave() {
	_ = k.ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(1000, ""), time.Now().Add(time.Second))
	k.await("the end", k.isOver)
	k.ws.Close()
}

// A type without a rule would not be tried.
func TestEveryRuleOfAMessageIsOfOneThatThereIs(t *testing.T) {
	for _, name := range slices.Sorted(maps.Keys(sayings)) {
		if !slices.ContainsFunc(realtime.Messages, func(m realtime.MessageType) bool { return m.Name == name }) {
			t.Errorf("there is no message %q", name)
		}
	}
}
