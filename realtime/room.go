package realtime

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"sync/atomic"
	"time"

	"madang/app"
	"madang/realtime/yjs"
)

// queueLength bounds what waits for a room. Connections that would go beyond it
// are not read meanwhile.
const queueLength = 256

// room owns one document. One goroutine takes what comes from its queue in
// batches, and everything below the line is that goroutine's. Between two batches
// the document is exactly what is committed.
type room struct {
	hub   *Hub
	id    app.ID
	queue chan event
	quit  chan struct{} // closed when nobody needs the room any more
	begun atomic.Int64  // when the document's epoch began, in ms

	holders int       // under hub.mu
	unheld  time.Time // under hub.mu: when the last holder let go
	// ---
	conns    map[*conn]bool
	presence *presence

	doc     *yjs.Doc // nil: not loaded, or given up
	head    app.LiveHead
	told    int64 // up to where connections were or are about to be told
	clients map[uint64]app.ID
	drawn   map[app.ID]uint64 // client ids of our own edits
	authors *authors
	stale   bool // other nodes' authors are not in authors yet
	cuts    []cut
	splits  *splits
	blocks  map[yjs.ID]string // clause ids
	length  int               // of the text, in UTF-16 units
	size    int               // of the encoded state, about
	tail    int               // updates since the newest stored state

	first   wire   // the answer to those who join with nothing
	state   []byte // the document as encoded at stateAt: the end of first
	stateAt int64

	outbox    []outgoing
	sent      time.Time     // when sending began last
	sending   time.Duration // how long it took
	sendAt    <-chan time.Time
	presentAt <-chan time.Time
	changedAt time.Time
	hash      [32]byte // of the text at hashedAt
	hashedAt  int64
}

// outgoing is a committed update that connections are still to be sent.
type outgoing struct {
	update []byte
	author *conn // knows it already; nil: nobody does
}

// event is anything that reaches a room by its queue.
type event any

type (
	joined struct {
		conn  *conn
		epoch string // that its client knows; empty if it doesn't say
	}
	left  struct{ conn *conn }
	asked struct {
		conn   *conn
		vector yjs.StateVector
	}
	edit struct {
		from   *conn
		raw    []byte
		update *yjs.Update
	}
	said struct {
		conn    *conn
		entries []entry
	}
	queried struct{ conn *conn }
	hashed  struct {
		conn *conn
		seq  int64
		hash [32]byte
	}
	announced struct{ seq int64 }
	resumed   struct{}
	tick      struct{ head app.LiveHead } // zero: unknown
	// visit runs in the room's goroutine between two batches. The document is
	// loaded, or err says why not.
	visit struct{ do func(err error) }
)

func newRoom(h *Hub, doc app.ID) *room {
	return &room{
		hub: h, id: doc, queue: make(chan event, queueLength), quit: make(chan struct{}),
		conns: map[*conn]bool{}, presence: newPresence(),
	}
}

// post queues an event, waiting for room in the queue. It reports false if ctx or
// the room ended first.
func (r *room) post(ctx context.Context, e event) bool {
	select {
	case r.queue <- e:
		return true
	case <-r.quit:
	case <-ctx.Done():
	}
	return false
}

// offer queues an event unless the queue is full: for hints that come again.
func (r *room) offer(e event) {
	select {
	case r.queue <- e:
	default:
	}
}

// visit runs do in the room's goroutine and waits for it.
func (r *room) visit(ctx context.Context, do func() error) error {
	done := make(chan error, 1)
	posted := r.post(ctx, visit{func(err error) {
		if err == nil {
			err = do()
		}
		done <- err
	}})
	if !posted {
		return app.Unavailable(ctx.Err())
	}
	select {
	case err := <-done:
		return err
	case <-r.quit:
		return app.Unavailable(errors.New("realtime: the room closed"))
	case <-ctx.Done():
		return app.Unavailable(ctx.Err())
	}
}

// settle waits until everything queued before it has been committed and sent.
func (r *room) settle(ctx context.Context) {
	_ = r.visit(ctx, func() error {
		r.flush()
		return nil
	})
}

// live is the room's goroutine.
func (r *room) live() {
	defer r.hub.abandon(r)
	defer r.hub.recovered()
	for {
		select {
		case <-r.hub.ctx.Done():
			return
		case <-r.quit:
			return
		case e := <-r.queue:
			r.handle(r.waiting(e))
		case <-r.sendAt:
			r.flush()
		case <-r.presentAt:
			r.tellPresence()
		}
	}
}

// waiting is the first event and whatever else waits.
func (r *room) waiting(first event) []event {
	events := []event{first}
	for range len(r.queue) {
		events = append(events, <-r.queue)
	}
	return events
}

// handle commits the edits among the events as one batch. Who joins is greeted
// before, and who asks is answered after it, from the committed state. Whoever was
// not let in, or has been refused, is not listened to.
func (r *room) handle(events []event) {
	var edits []edit
	var rest []event
	for _, e := range events {
		switch e := e.(type) {
		case joined:
			r.join(e)
		case edit:
			if r.conns[e.from] {
				edits = append(edits, e)
			}
		default:
			rest = append(rest, e)
		}
	}
	if len(edits) > 0 {
		r.take(edits, true)
	}
	for _, e := range rest {
		r.handleOne(e)
	}
}

func (r *room) handleOne(e event) {
	switch e := e.(type) {
	case left:
		r.part(e.conn)
	case asked:
		r.answer(e)
	case said:
		r.hear(e)
	case queried:
		r.showPresence(e.conn)
	case hashed:
		r.compare(e)
	case announced:
		r.tellAll(announcementFrame(e.seq))
	case resumed:
		r.resume()
	case tick:
		r.tick(e.head)
	case note:
		r.heed(e)
	case visit:
		e.do(r.load())
	}
}

// join greets a connection with its role, the epoch and our question for what it
// has that we lack.
func (r *room) join(j joined) {
	c := j.conn
	if err := r.load(); err != nil {
		f := farewellFor(err)
		c.dismiss(f.code, f.reason)
		return
	}
	if j.epoch != "" && j.epoch != strconv.FormatInt(r.head.Epoch, 10) {
		c.dismiss(closeEpoch, "error.live.epoch")
		return
	}
	r.conns[c] = true
	c.sendWire(slices.Concat(
		binaryFrame(roleFrame(c.membership().May(app.Draft), r.hub.schema.Number())),
		binaryFrame(epochFrame(r.head.Epoch)),
		binaryFrame(syncFrame(syncStep1, yjs.EncodeStateVector(r.doc.StateVector()))),
	))
	r.showPresence(c)
}

func (r *room) part(c *conn) {
	delete(r.conns, c)
	r.presence.leave(c, r.hub.steady())
	r.presentSoon()
}

// answer sends what the asker lacks. If it has what we lack, another node may
// have committed that: the log knows.
func (r *room) answer(a asked) {
	if !r.conns[a.conn] {
		return
	}
	if r.load() != nil {
		a.conn.dismiss(closeBusy, retryReason(time.Second))
		return
	}
	if isAhead(a.vector, r.doc.StateVector()) {
		r.catchUp()
	}
	if r.load() != nil {
		a.conn.dismiss(closeBusy, retryReason(time.Second))
		return
	}
	a.conn.sendFirst(r.reply(a.vector))
	a.conn.synced = true
}

func isAhead(theirs, ours yjs.StateVector) bool {
	for client, clock := range theirs {
		if clock > ours[client] {
			return true
		}
	}
	return false
}

// reply is the answer to a state vector. Everybody who joins with nothing between
// two commits is sent the same bytes.
func (r *room) reply(vector yjs.StateVector) wire {
	if len(vector) > 0 {
		return binaryFrame(syncFrame(syncStep2, r.doc.EncodeStateAsUpdate(vector)))
	}
	r.encoded()
	return r.first
}

// tellAll sends a message to every connection.
func (r *room) tellAll(message []byte) {
	frame := binaryFrame(message)
	for c := range r.conns {
		c.sendWire(frame)
	}
}

// endAll ends every connection and listens to none of them any more.
func (r *room) endAll(f farewell) {
	for c := range r.conns {
		c.goodbye(f.code, f.reason)
	}
	clear(r.conns)
}

// sendLater lets a committed update leave within the tick, with whatever else is
// committed meanwhile; at once, if nothing was sent for a tick.
func (r *room) sendLater(update []byte, author *conn) {
	r.outbox = append(r.outbox, outgoing{update, author})
	r.changedAt = r.hub.steady()
}

func (r *room) schedule() {
	if len(r.outbox) == 0 || r.sendAt != nil {
		return
	}
	if wait := r.pause() - time.Since(r.sent); wait > 0 {
		r.sendAt = time.After(wait)
		return
	}
	r.flush()
}

// pause is how long after sending began it begins again at the earliest: a third of the
// time, however many read along, is left for those who write. To 500 readers one round
// of sending takes as long as the whole tick.
func (r *room) pause() time.Duration { return max(r.hub.limits.Tick, r.sending+r.sending/2) }

// flush sends what was committed as one frame. A single author is left out;
// where several wrote, each gets the others' words along with their own, which
// they know already.
func (r *room) flush() {
	outbox := r.outbox
	r.outbox, r.sendAt, r.sent = nil, nil, time.Now()
	if len(outbox) == 0 {
		return
	}
	var updates [][]byte
	author := outbox[0].author
	for _, o := range outbox {
		updates = append(updates, o.update)
		if o.author != author {
			author = nil
		}
	}
	update, err := merge(updates)
	if err != nil {
		r.giveUp(err)
		return
	}
	frame := binaryFrame(syncFrame(syncUpdate, update))
	for c := range r.conns {
		if c.synced && c != author {
			c.sendWire(frame)
		}
	}
	r.sending = time.Since(r.sent)
}

// abandon closes a room whose goroutine ended.
func (h *Hub) abandon(r *room) {
	h.mu.Lock()
	if h.rooms[r.id] == r {
		h.dropLocked(r.id, r)
	}
	h.mu.Unlock()
	if h.ctx.Err() == nil {
		r.endAll(farewell{closeBusy, retryReason(time.Second)})
	}
}

// tick does what is due now and then: make up for lost notes, ask again for
// missing structs, forget who left, compare texts, compact.
func (r *room) tick(head app.LiveHead) {
	now := r.hub.steady()
	r.presence.expire(now)
	r.presentSoon()
	if len(r.conns) == 0 || head.Epoch == 0 || r.load() != nil {
		return
	}
	if head.Epoch > r.head.Epoch || head.Epoch == r.head.Epoch && head.Seq > r.head.Seq {
		r.hub.metrics.Behind.Add(1)
		r.catchUp()
	}
	if head.Epoch == r.head.Epoch && head.Seq < r.head.Seq {
		r.doubt(r.head.Seq)
	}
	if r.load() != nil {
		return
	}
	for c := range r.conns {
		r.askAgain(c, now)
	}
	if r.tail >= r.hub.limits.Compact {
		r.compact(r.hub.clock())
	}
	if r.hashedAt != r.head.Seq && now.Sub(r.changedAt) >= r.hub.limits.Quiet {
		r.tellHash()
	}
}

func (r *room) patience() (context.Context, context.CancelFunc) {
	return context.WithTimeout(r.hub.ctx, r.hub.limits.Commit)
}
