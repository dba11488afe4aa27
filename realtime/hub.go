package realtime

import (
	"context"
	"log/slog"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/url"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"madang/app"
)

// Doorman says who comes and what they may. Content flows only to people whose
// membership was confirmed within the lease.
type Doorman interface {
	// Identify finds who asks by the request's bearer token (header
	// Authorization, or Sec-WebSocket-Protocol "madang.1, bearer.TOKEN") or its
	// session cookie; nobody is a SignIn error.
	Identify(r *http.Request) (app.Actor, error)
	// Admit returns the membership by which the actor may read the document;
	// NotFound for those who may not know of it.
	Admit(ctx context.Context, actor app.Actor, doc app.ID) (app.Membership, error)
	// Standings says how seats stand. It takes no more queries for many than for one.
	Standings(ctx context.Context, seats []Seat) (Standings, error)
}

// Seat is a persona at a document; without a document, wherever it is. It was taken by a
// sign-in or by a program's token.
type Seat struct{ Persona, Document, Session, Token app.ID }

// isOver is why whoever has the seat is sent away when that is over.
func (s Seat) isOver() string {
	if s.Token != "" {
		return "error.token.over"
	}
	return "error.sign_in"
}

// Standings are the memberships of those seats that are still somebody's, each as it counts
// for the document and as far as the token reaches, and the seats whose sign-in or token is
// over.
type Standings struct {
	Members map[Seat]app.Membership
	Over    map[Seat]bool
}

// Config is what a hub is made of. Every field but Limits, Clock, Logger and
// Metrics is required; those have defaults.
type Config struct {
	Log     Log
	Doorman Doorman
	Pages   Pages
	Broker  Broker
	Schema  Schema
	Limits  Limits
	Clock   app.Clock
	// Steady is a clock that goes on evenly, whatever the machine's is set to: how long a
	// lease or a silence lasted is told by it. Without it time.Now is.
	Steady  func() time.Time
	Logger  *slog.Logger
	Metrics *Metrics
}

// Hub serves /live/statements/{id} and /live/pages, and answers the rooms that
// read and edit the live text without a socket.
type Hub struct {
	log     Log
	doorman Doorman
	pages   Pages
	schema  Schema
	limits  Limits
	clock   app.Clock
	steady  func() time.Time
	began   time.Time // by steady
	logger  *slog.Logger
	metrics *Metrics

	node     uint64 // tells this node's notes from others'
	line     Line
	mux      *http.ServeMux
	upgrader websocket.Upgrader
	texts    *texts
	trails   *trails

	ctx     context.Context // ends when the hub has shut down
	cancel  context.CancelFunc
	running sync.WaitGroup
	nudged  chan struct{} // memberships changed: look at once

	mu       sync.Mutex
	rooms    map[app.ID]*room
	guests   map[guest]bool
	slots    map[slot]int
	watched  map[app.ID]int // open pages a statement
	draining bool
}

// guest is an open connection as the hub sees it.
type guest interface {
	wire() *socket
	// personas are those whose memberships the connection rests on.
	seats() []Seat
	// stand tells the connection how its seats stand.
	stand(now Standings)
}

// slot is what a persona takes up with a connection of one kind.
type slot struct {
	persona app.ID
	format  int // BinaryMessage for editors, TextMessage for pages
}

func slotsOf(g guest) []slot {
	var slots []slot
	for _, s := range g.seats() {
		slots = append(slots, slot{s.Persona, g.wire().format})
	}
	return slots
}

// New starts a hub.
func New(c Config) *Hub {
	ctx, cancel := context.WithCancel(context.Background())
	h := &Hub{
		log: c.Log, doorman: c.Doorman, pages: c.Pages, schema: c.Schema,
		limits: c.Limits, clock: c.Clock, steady: c.Steady, logger: c.Logger, metrics: c.Metrics,
		node: rand.Uint64N(maxSafe), ctx: ctx, cancel: cancel,
		nudged: make(chan struct{}, 1), texts: newTexts(), trails: newTrails(),
		rooms: map[app.ID]*room{}, guests: map[guest]bool{},
		slots: map[slot]int{}, watched: map[app.ID]int{},
	}
	h.defaults()
	h.upgrader = websocket.Upgrader{
		HandshakeTimeout: h.limits.FirstMessage,
		ReadBufferSize:   1024, WriteBufferPool: &sync.Pool{}, WriteBufferSize: 4096,
		Subprotocols: []string{"madang.1"},
		CheckOrigin:  func(*http.Request) bool { return true }, // mayCome has looked
	}
	h.mux = http.NewServeMux()
	h.mux.HandleFunc("GET /live/statements/{id}", h.serveStatement)
	h.mux.HandleFunc("GET /live/pages", h.servePages)
	h.line = c.Broker.Connect(h)
	h.every(h.renewLeases, h.nudged)
	h.every(h.followLog, nil)
	h.every(h.followPages, nil)
	return h
}

func (h *Hub) defaults() {
	if h.limits == (Limits{}) {
		h.limits = DefaultLimits()
	}
	if h.clock == nil {
		h.clock = app.SystemClock
	}
	if h.steady == nil {
		h.steady = time.Now // which has a reading that nobody sets; app.SystemClock cuts it off
	}
	h.began = h.steady()
	if h.logger == nil {
		h.logger = slog.Default()
	}
	if h.metrics == nil {
		h.metrics = new(Metrics)
	}
}

// Limits are those that the hub keeps to.
func (h *Hub) Limits() Limits { return h.limits }

// ServeHTTP refuses a foreign Origin and anything but a handshake before the
// upgrade; every other refusal is a close code, which scripts can read.
func (h *Hub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !mayCome(r) {
		http.Error(w, "live.origin", http.StatusForbidden)
		return
	}
	h.mux.ServeHTTP(w, r)
}

// mayCome compares the request's Origin with the address it was sent to. Only
// programs send none; those bring a token, for a cookie would be sent along by
// any page.
func mayCome(r *http.Request) bool {
	origin := r.Header.Values("Origin")
	switch len(origin) {
	case 0:
		return hasToken(r)
	case 1:
		u, err := url.Parse(origin[0])
		return err == nil && u.Host == r.Host && (u.Scheme == "http" || u.Scheme == "https")
	}
	return false
}

func hasToken(r *http.Request) bool {
	if strings.HasPrefix(r.Header.Get("Authorization"), "Bearer ") {
		return true
	}
	for _, p := range websocket.Subprotocols(r) {
		if strings.HasPrefix(p, "bearer.") {
			return true
		}
	}
	return false
}

// welcome upgrades a connection and identifies who it is. Nil means that the
// request was answered.
func (h *Hub) welcome(w http.ResponseWriter, r *http.Request, format int) (*socket, app.Actor) {
	if h.isDraining() {
		http.Error(w, "live.restart", http.StatusServiceUnavailable)
		return nil, app.Actor{}
	}
	ws, err := h.upgrader.Upgrade(w, r, nil)
	if err != nil {
		return nil, app.Actor{}
	}
	s := newSocket(h, ws, format)
	actor, err := h.doorman.Identify(r)
	if err != nil {
		s.refuse(err)
		return nil, app.Actor{}
	}
	s.renew(h.steady().Add(h.limits.Lease))
	return s, actor
}

// enter registers a guest, unless its persona has too many connections open or
// the hub is going.
func (h *Hub) enter(g guest) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.draining {
		return farewell{closeRestart, retryReason(500 * time.Millisecond)}
	}
	most := map[int]int{websocket.BinaryMessage: h.limits.Sockets, websocket.TextMessage: h.limits.Pages}
	for _, s := range slotsOf(g) {
		if h.slots[s] >= most[s.format] {
			return farewell{closeBusy, retryReason(5 * time.Second)}
		}
	}
	for _, s := range slotsOf(g) {
		h.slots[s]++
	}
	h.guests[g] = true
	h.running.Add(1)
	h.metrics.Connections.Add(1)
	return nil
}

func (h *Hub) leave(g guest) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, s := range slotsOf(g) {
		if h.slots[s]--; h.slots[s] == 0 {
			delete(h.slots, s)
		}
	}
	delete(h.guests, g)
	h.metrics.Connections.Add(-1)
	h.running.Done()
}

func (h *Hub) isDraining() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.draining
}

func (h *Hub) everyGuest() []guest {
	h.mu.Lock()
	defer h.mu.Unlock()
	guests := make([]guest, 0, len(h.guests))
	for g := range h.guests {
		guests = append(guests, g)
	}
	return guests
}

// renewLeases asks once how everybody stands and tells every connection. If
// nobody can say, leases run out and connections close with "come back": a
// database that is away ends no role.
func (h *Hub) renewLeases(ctx context.Context) {
	guests := h.everyGuest()
	now := h.steady()
	asked := map[Seat]bool{}
	for _, g := range guests {
		g.wire().ping(now)
		for _, seat := range g.seats() {
			asked[seat] = true
		}
	}
	if len(asked) == 0 {
		return
	}
	standings, err := h.doorman.Standings(ctx, slices.Collect(maps.Keys(asked)))
	if err != nil {
		h.logger.Warn("memberships unknown, leases are running out", "err", err)
		h.endLapsed(guests, now)
		return
	}
	for _, g := range guests {
		g.wire().renew(now.Add(h.limits.Lease))
		g.stand(standings)
	}
}

func (h *Hub) endLapsed(guests []guest, now time.Time) {
	for _, g := range guests {
		if g.wire().isLapsedAt(now) {
			g.wire().dismiss(closeBusy, retryReason(2*time.Second))
		}
	}
}

// Revoked is the hint that a persona's role, or the phase of a statement, changed or
// ended: connections on every node learn of it at once instead of within the second.
func (h *Hub) Revoked(about app.ID) {
	h.nudge()
	h.tell(everybody, note{kind: noteRevoked, about: about})
}

func (h *Hub) nudge() {
	select {
	case h.nudged <- struct{}{}:
	default:
	}
}

func (h *Hub) tell(topic app.ID, n note) {
	n.node = h.node
	h.line.Publish(topic, n.encode())
}

// Heard takes in a note from another node.
func (h *Hub) Heard(raw []byte) {
	n, err := parseNote(raw)
	if err != nil || n.node == h.node {
		return
	}
	switch n.kind {
	case noteRevoked:
		h.nudge()
	case noteActivity:
		h.announce(n.about, n.seq)
	default:
		if r := h.resident(n.about); r != nil {
			r.offer(n)
		}
	}
}

// Resumed looks at the log for what was missed while nothing was heard.
func (h *Hub) Resumed(shard int) {
	for _, r := range h.residents() {
		if shardOf(r.id) == shard {
			r.offer(resumed{})
		}
	}
}

// Announce is the hint that a statement's threads changed; seq is that of its
// activity. The database is the truth, and looked at every second anyway.
func (h *Hub) Announce(_ context.Context, statement app.ID, seq int64) {
	h.announce(statement, seq)
	h.tell(statement, note{kind: noteActivity, about: statement, seq: seq})
}

func (h *Hub) announce(statement app.ID, seq int64) {
	if r := h.resident(statement); r != nil {
		r.offer(announced{seq})
	}
	h.wakePages(map[app.ID]int64{statement: seq})
}

func (h *Hub) resident(doc app.ID) *room {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.rooms[doc]
}

func (h *Hub) residents() []*room {
	h.mu.Lock()
	defer h.mu.Unlock()
	rooms := make([]*room, 0, len(h.rooms))
	for _, r := range h.rooms {
		rooms = append(rooms, r)
	}
	return rooms
}

// room returns the document's room, held until release.
func (h *Hub) room(doc app.ID) *room {
	h.mu.Lock()
	defer h.mu.Unlock()
	r := h.rooms[doc]
	if r == nil {
		r = newRoom(h, doc)
		h.rooms[doc] = r
		h.metrics.Documents.Add(1)
		h.line.Follow(doc)
		h.running.Go(r.live)
	}
	r.holders++
	return r
}

func (h *Hub) release(r *room) {
	h.mu.Lock()
	defer h.mu.Unlock()
	r.holders--
	r.unheld = h.steady()
}

// followLog tells every resident document where the log stands, in one query,
// and sends away those that nobody has used for a while.
func (h *Hub) followLog(ctx context.Context) {
	h.evict(h.steady())
	rooms := h.residents()
	if len(rooms) == 0 {
		return
	}
	docs := make([]app.ID, len(rooms))
	for i, r := range rooms {
		docs[i] = r.id
	}
	heads, err := h.log.Heads(ctx, docs)
	if err != nil {
		h.logger.Warn("log out of reach", "err", err)
	}
	for _, r := range rooms {
		r.offer(tick{heads[r.id]})
	}
}

func (h *Hub) evict(now time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for doc, r := range h.rooms {
		if r.holders == 0 && now.Sub(r.unheld) >= h.limits.Idle {
			h.dropLocked(doc, r)
		}
	}
}

func (h *Hub) dropLocked(doc app.ID, r *room) {
	delete(h.rooms, doc)
	h.metrics.Documents.Add(-1)
	h.line.Unfollow(doc)
	close(r.quit)
}

// every runs work each Limits.Follow, and whenever hinted, until the hub ends.
func (h *Hub) every(work func(context.Context), hint <-chan struct{}) {
	h.running.Go(func() {
		ticker := time.NewTicker(h.limits.Follow)
		defer ticker.Stop()
		for {
			select {
			case <-h.ctx.Done():
				return
			case <-ticker.C:
			case <-hint:
			}
			h.within(h.limits.Lease/2, work)
		}
	})
}

// within runs work under recover, with a deadline.
func (h *Hub) within(patience time.Duration, work func(context.Context)) {
	defer h.recovered()
	ctx, cancel := context.WithTimeout(h.ctx, patience)
	defer cancel()
	work(ctx)
}

// spawn runs work in a goroutine of its own, under recover.
func (h *Hub) spawn(work func()) {
	h.running.Go(func() {
		defer h.recovered()
		work()
	})
}

// recovered keeps a panic from ending the forum for everybody.
func (h *Hub) recovered() {
	if p := recover(); p != nil {
		h.metrics.Panics.Add(1)
		h.metrics.PanicAt.Store(h.clock().Unix())
		h.logger.Error("panic", "panic", p, "stack", string(debug.Stack()))
	}
}

// Drain commits what was received, tells every connection to come back elsewhere or
// later, and waits for them. If ctx ends first, connections are cut. New connections
// are refused from the first moment; requests that read and edit are answered until
// Shutdown.
func (h *Hub) Drain(ctx context.Context) error {
	h.mu.Lock()
	h.draining = true
	h.mu.Unlock()
	for _, r := range h.residents() {
		r.settle(ctx)
	}
	for _, g := range h.everyGuest() {
		g.wire().goodbye(closeRestart, retryReason(500*time.Millisecond))
	}
	return h.awaitGuests(ctx)
}

// Shutdown drains and ends. Nothing may be asked of the hub after it.
func (h *Hub) Shutdown(ctx context.Context) error {
	err := h.Drain(ctx)
	h.cancel()
	_ = h.line.Close()
	h.running.Wait()
	return err
}

// awaitGuests waits until the last connection has gone, or cuts them.
func (h *Hub) awaitGuests(ctx context.Context) error {
	poll := time.NewTicker(10 * time.Millisecond)
	defer poll.Stop()
	for {
		guests := h.everyGuest()
		if len(guests) == 0 {
			return nil
		}
		select {
		case <-poll.C:
		case <-ctx.Done():
			for _, g := range guests {
				g.wire().cut()
			}
			return ctx.Err()
		}
	}
}
