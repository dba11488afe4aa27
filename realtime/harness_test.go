package realtime

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"madang/app"
	"madang/app/prose"
	"madang/realtime/yjs"
)

// forum is a node under test with its cast: Amina chairs, Bo and Chidi draft,
// Dana may only read, Eun belongs to nothing. The rules of who may what are the
// kernel's; the doorman knows people by a token that is their name.
type forum struct {
	t      testing.TB
	hub    *Hub
	server *httptest.Server
	cast   *cast
	log    Log
	doc    app.ID
}

// cast is who belongs to the group. Nodes of one test share it.
type cast struct {
	mu      sync.Mutex
	members map[string]app.Membership
	stage   app.Stage // of the statement
	broken  error     // what asking for standings fails with
	asked   int       // how often standings were asked for
}

const group = app.ID("01900000-0000-7000-8000-00000000000a")

func persona(name string) app.ID {
	return app.ID(fmt.Sprintf("01900000-0000-7000-8000-%012x", []byte(name)[:6]))
}

func newCast() *cast {
	c := &cast{members: map[string]app.Membership{}, stage: app.Stage{Statement: "s", Phase: app.PhaseDrafting}}
	for name, role := range map[string]app.Role{
		"amina.": app.RoleChair, "bo....": app.RoleDrafter, "chidi.": app.RoleEditor, "dana..": app.RoleMember,
	} {
		c.members[name] = app.Membership{
			Persona: persona(name), Group: group, Name: strings.Trim(name, "."), Role: role, Version: 1,
		}
	}
	return c
}

func full(name string) string { return (name + "......")[:6] }

func (c *cast) get(name string) (app.Membership, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	m, ok := c.members[full(name)]
	return m, ok
}

// change gives somebody another role, or, with an empty one, ends the membership.
func (c *cast) change(name string, role app.Role) {
	c.mu.Lock()
	defer c.mu.Unlock()
	m := c.members[full(name)]
	m.Role, m.Version = role, m.Version+1
	c.members[full(name)] = m
	if role == "" {
		delete(c.members, full(name))
	}
}

// step moves the statement to another phase.
func (c *cast) step(to app.Phase) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.stage = app.Stage{Statement: c.stage.Statement, Phase: to, No: c.stage.No + 1}
}

func (c *cast) breakDown(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.broken = err
}

// Identify takes the token for the name.
func (c *cast) Identify(r *http.Request) (app.Actor, error) {
	token := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
	for _, p := range websocket.Subprotocols(r) {
		if t, ok := strings.CutPrefix(p, "bearer."); ok {
			token = t
		}
	}
	if token == "" {
		return app.Actor{}, app.SignIn()
	}
	m, ok := c.get(token)
	if !ok {
		return app.Actor{Account: "somebody"}, nil
	}
	return app.Actor{Account: "a-" + m.Persona, Memberships: []app.Membership{m}}, nil
}

func (c *cast) Admit(_ context.Context, actor app.Actor, _ app.ID) (app.Membership, error) {
	m, err := actor.MemberWho(app.Read, group)
	c.mu.Lock()
	defer c.mu.Unlock()
	return m.At(c.stage), err
}

func (c *cast) Standings(_ context.Context, seats []Seat) (Standings, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.asked++
	known := map[Seat]app.Membership{}
	for _, seat := range seats {
		for _, m := range c.members {
			if m.Persona == seat.Persona {
				known[seat] = m.At(c.stage)
			}
		}
	}
	return Standings{Members: known}, c.broken
}

// stands is the check a log makes in its transaction.
func (c *cast) stands(by app.Standing) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, m := range c.members {
		switch {
		case m.Persona != by.Persona:
		case m.Version != by.Version:
			return app.Conflict("role.changed")
		case by.Statement != "" && by.Step != c.stage.No:
			return app.Conflict("phase.changed")
		default:
			return nil
		}
	}
	return app.Conflict("role.changed")
}

// quick are limits under which nobody waits for long.
func quick() Limits {
	l := DefaultLimits()
	l.Follow, l.Quiet = 20*time.Millisecond, 50*time.Millisecond
	l.AwarenessEvery, l.GapEvery = 5*time.Millisecond, time.Millisecond
	l.Idle = 100 * time.Millisecond
	return l
}

// node starts a hub behind a server. It is shut down when the test ends.
func node(t testing.TB, log Log, cast *cast, change ...func(*Config)) *forum {
	t.Helper()
	c := Config{
		Log: log, Doorman: cast, Pages: &fakePages{}, Broker: NewMemoryBroker(), Schema: prose.Table(),
		Limits: quick(), Logger: slog.New(slog.NewTextHandler(t.Output(), nil)), Metrics: new(Metrics),
	}
	for _, f := range change {
		f(&c)
	}
	hub := New(c)
	f := &forum{t: t, hub: hub, server: httptest.NewServer(hub), cast: cast, log: log}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		_ = hub.Shutdown(ctx)
		f.server.Close()
	})
	return f
}

// newForum is a node on a log in memory, with a document that holds one empty
// paragraph.
func newForum(t testing.TB, change ...func(*Config)) *forum {
	t.Helper()
	cast := newCast()
	f := node(t, newMemoryLog(cast), cast, change...)
	f.begin(prose.Doc{Blocks: []prose.Block{{Node: prose.Paragraph, CID: "caaaaaaaaaa"}}})
	return f
}

func (f *forum) begin(first prose.Doc) {
	f.t.Helper()
	f.doc = app.NewID()
	amina, _ := f.cast.get("amina")
	if _, err := f.hub.Begin(f.t.Context(), amina, f.doc, first); err != nil {
		f.t.Fatal(err)
	}
}

// await waits until the condition holds.
func (f *forum) await(what string, holds func() bool) {
	f.t.Helper()
	waitFor(f.t, what, holds)
}

func waitFor(t testing.TB, what string, holds func() bool) {
	t.Helper()
	deadline := time.Now().Add(10 * time.Second)
	poll := time.NewTicker(time.Millisecond)
	defer poll.Stop()
	for !holds() {
		if <-poll.C; time.Now().After(deadline) {
			t.Fatalf("waited in vain for %s", what)
		}
	}
}

// busy reports whether the document's room is at work and its queue was taken.
func (f *forum) busy() bool {
	r := f.hub.resident(f.doc)
	return r != nil && f.log.(*memoryLog).isHolding()
}

// text is what the statement's page would show.
func (f *forum) text() string {
	f.t.Helper()
	text, err := f.hub.Read(f.t.Context(), f.doc)
	if err != nil {
		f.t.Fatal(err)
	}
	return plain(text.Doc)
}

func plain(doc prose.Doc) string {
	var lines []string
	for _, b := range doc.Blocks {
		lines = append(lines, b.PlainText())
	}
	return strings.Join(lines, "\n")
}

func (f *forum) url(query string) string {
	return "ws" + strings.TrimPrefix(f.server.URL, "http") + "/live/statements/" + string(f.doc) + query
}

// person is somebody at an editor: a connection and a replica of their own.
type person struct {
	t    testing.TB
	name string
	ws   *websocket.Conn

	mu       sync.Mutex
	woken    chan struct{} // closed and replaced whenever something came
	doc      *yjs.Doc
	client   uint64
	synced   bool
	role     string
	epoch    uint64
	acks     []ack
	refused  string
	asked    int // SyncStep1 received
	seen     map[uint64]string
	hashes   []int64
	same     bool    // the last of them was that of what this person reads
	told     []int64 // announcements
	notices  []string
	typed    int // words of a test that counts them
	frames   int // updates received
	code     int
	reason   string
	answered bool // answer SyncStep1, as clients do
}

type ack struct {
	client     uint64
	clock, seq int64
}

var clients struct {
	sync.Mutex
	last uint64
}

func freshClient() uint64 {
	clients.Lock()
	defer clients.Unlock()
	clients.last++
	return 1000 + clients.last
}

// dial opens a connection; the handshake must succeed.
func dial(t testing.TB, url, token string) *websocket.Conn {
	t.Helper()
	d := websocket.Dialer{Subprotocols: []string{"madang.1", "bearer." + token}, HandshakeTimeout: 5 * time.Second}
	ws, resp, err := d.DialContext(t.Context(), url, nil)
	if err != nil {
		t.Fatalf("%s can't connect: %v (%v)", token, err, resp)
	}
	if ws.Subprotocol() != "madang.1" {
		t.Fatalf("subprotocol %q", ws.Subprotocol())
	}
	return ws
}

// upToDate is what an editor says that was built with the same table as the forum.
var upToDate = "?schema=" + strconv.Itoa(prose.Table().Number())

// join connects somebody and waits until they have the text.
func (f *forum) join(name string) *person {
	f.t.Helper()
	p := f.connect(name, yjs.NewDoc(), freshClient(), upToDate)
	p.await("the text", func() bool { return p.synced })
	return p
}

// connect connects somebody with a replica they have already.
func (f *forum) connect(name string, doc *yjs.Doc, client uint64, query string) *person {
	f.t.Helper()
	p := &person{
		t: f.t, name: name, ws: dial(f.t, f.url(query), name), doc: doc, client: client,
		woken: make(chan struct{}), seen: map[uint64]string{}, answered: true,
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		p.readAll()
	}()
	f.t.Cleanup(func() {
		_ = p.ws.Close()
		<-done
	})
	p.send(syncFrame(syncStep1, yjs.EncodeStateVector(p.doc.StateVector())))
	return p
}

func (p *person) send(frame []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.write(frame)
}

func (p *person) write(frame []byte) {
	_ = p.ws.WriteMessage(websocket.BinaryMessage, frame)
}

func (p *person) readAll() {
	for {
		_, frame, err := p.ws.ReadMessage()
		p.mu.Lock()
		var closed *websocket.CloseError
		if errors.As(err, &closed) {
			p.code, p.reason = closed.Code, closed.Text
		} else if err != nil {
			p.code = -1
		} else {
			p.take(frame)
		}
		close(p.woken)
		p.woken = make(chan struct{})
		p.mu.Unlock()
		if err != nil {
			return
		}
	}
}

func (p *person) take(frame []byte) {
	r := reader{rest: frame}
	switch kind := r.number(); kind {
	case msgSync:
		p.takeSync(r.number(), r.bytes())
	case msgAwareness:
		entries, _ := parseAwareness(r.bytes())
		for _, e := range entries {
			p.seen[e.client] = string(e.json)
		}
	case msgAck:
		p.acks = append(p.acks, ack{r.number(), int64(r.number()), int64(r.number())})
	case msgRefusal:
		p.refused = string(r.bytes())
	case msgRole:
		p.role = string(r.bytes())
	case msgEpoch:
		p.epoch = r.number()
	case msgAnnouncement:
		p.told = append(p.told, int64(r.number()))
	case msgNotice:
		p.notices = append(p.notices, string(r.bytes()))
	case msgTextHash:
		seq := int64(r.number())
		p.hashes = append(p.hashes, seq)
		p.same = [32]byte(r.bytes()) == hashOf(p.doc)
	}
}

func (p *person) takeSync(step uint64, body []byte) {
	switch step {
	case syncStep1:
		p.asked++
		vector, err := yjs.DecodeStateVector(body, yjs.Limits{})
		if err == nil && p.answered {
			p.write(syncFrame(syncStep2, p.doc.EncodeStateAsUpdate(vector)))
		}
	case syncStep2, syncUpdate:
		p.frames++
		if err := p.doc.ApplyUpdate(body); err != nil {
			p.t.Errorf("%s can't apply what the server sent: %v", p.name, err)
		}
		p.synced = p.synced || step == syncStep2
	}
}

// await waits until the condition holds, and fails saying what was awaited.
func (p *person) await(what string, holds func() bool) {
	p.t.Helper()
	deadline := time.After(10 * time.Second)
	for {
		p.mu.Lock()
		ok, woken := holds(), p.woken
		p.mu.Unlock()
		if ok {
			return
		}
		select {
		case <-woken:
		case <-deadline:
			p.mu.Lock()
			defer p.mu.Unlock()
			p.t.Fatalf("%s waited in vain for %s; reads %q, closed %d %q, refused %q", p.name, what, plain(read(p.doc)), p.code, p.reason, p.refused)
		}
	}
}

func (p *person) awaitText(want string) {
	p.t.Helper()
	p.await(fmt.Sprintf("the text %q", want), func() bool { return plain(read(p.doc)) == want })
}

func (p *person) awaitClose(code int) {
	p.t.Helper()
	p.await(fmt.Sprintf("close code %d", code), func() bool { return p.code != 0 })
	if p.code != code {
		p.t.Fatalf("%s was sent away with %d %q, not %d", p.name, p.code, p.reason, code)
	}
}

// awaitSaved waits until all that the person sent is acknowledged.
func (p *person) awaitSaved() {
	p.t.Helper()
	p.await("everything to be saved", func() bool {
		return len(p.acks) > 0 && p.acks[len(p.acks)-1].clock >= int64(p.doc.StateVector()[p.client])
	})
}

// edit changes the person's own replica and returns the update.
func (p *person) edit(change func(t *yjs.Txn, root *yjs.XMLFragment) error) []byte {
	p.t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	effect, err := p.doc.Transact(p.client, func(t *yjs.Txn) error { return change(t, p.doc.XMLFragment(rootName)) })
	if err != nil {
		p.t.Fatal(err)
	}
	return effect.Update()
}

// types puts text at the end of a block and sends it.
func (p *person) types(block int, text string) {
	p.t.Helper()
	p.send(syncFrame(syncUpdate, p.edit(typing(block, text))))
}

// clock is how far the person's own client has come.
func (p *person) clock() uint64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.doc.StateVector()[p.client]
}

// shows sends an awareness state of the person's client.
func (p *person) shows(clock int64, state string) {
	p.send(awarenessFrame(encodeAwareness([]entry{{p.client, clock, []byte(state)}})))
}

func typing(block int, text string) func(*yjs.Txn, *yjs.XMLFragment) error {
	return func(t *yjs.Txn, root *yjs.XMLFragment) error {
		e := root.Children()[block].(*yjs.XMLElement)
		if e.Len() == 0 {
			if _, err := t.InsertText(e, 0); err != nil {
				return err
			}
		}
		line := e.Children()[0].(*yjs.XMLText)
		return t.Insert(line, line.Len(), text, nil)
	}
}

// fakePages are pages that show numbers. Everybody follows what followed names.
type fakePages struct {
	mu       sync.Mutex
	head     int64
	followed []app.ID
}

func (p *fakePages) Followed(context.Context, app.Actor) ([]app.ID, error) { return p.followed, nil }

func (p *fakePages) News(_ context.Context, actor app.Actor, locale string) (Fragment, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.followed == nil {
		return Fragment{}, nil
	}
	return Fragment{ID: "news", HTML: fmt.Sprintf("%s: %d for %s", locale, p.head, actor.Memberships[0].Name), Kind: "news"}, nil
}

func (p *fakePages) Watch(_ context.Context, actor app.Actor, topic string) (app.ID, app.Membership, error) {
	m, err := actor.MemberWho(app.Read, group)
	if err != nil || !strings.HasPrefix(topic, "statement:") {
		return "", app.Membership{}, app.NotFound()
	}
	return app.ID(strings.TrimPrefix(topic, "statement:")), m, nil
}

func (p *fakePages) Head(_ context.Context, statements []app.ID) (map[app.ID]int64, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	heads := map[app.ID]int64{}
	for _, s := range statements {
		heads[s] = p.head
	}
	return heads, nil
}

func (p *fakePages) Fragments(_ context.Context, actor app.Actor, locale, topic string, after int64) ([]Fragment, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	var fragments []Fragment
	for seq := after + 1; seq <= p.head; seq++ {
		fragments = append(fragments, Fragment{
			ID: fmt.Sprintf("comment-%d", seq), HTML: locale + " for " + actor.Memberships[0].Name, Seq: seq, Kind: "posted",
		})
	}
	return fragments, nil
}

func (p *fakePages) post() int64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.head++
	return p.head
}
