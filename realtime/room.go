package realtime

import (
	"context"
	"errors"
	"slices"
	"strconv"
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
	blocks  map[yjs.ID]string // clause ids
	length  int               // of the text, in UTF-16 units
	size    int               // of the encoded state, about
	tail    int               // updates since the newest stored state

	state   []byte // encoded at stateAt
	stateAt int64

	outbox    []outgoing
	sent      time.Time
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
// before, and who asks is answered after it, from the committed state.
func (r *room) handle(events []event) {
	var edits []edit
	var rest []event
	for _, e := range events {
		switch e := e.(type) {
		case joined:
			r.join(e)
		case edit:
			edits = append(edits, e)
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
	c.send(roleFrame(c.membership().May(app.Draft), r.hub.schema.Number()))
	c.send(epochFrame(r.head.Epoch))
	c.send(syncFrame(syncStep1, yjs.EncodeStateVector(r.doc.StateVector())))
	r.showPresence(c)
}

func (r *room) part(c *conn) {
	delete(r.conns, c)
	r.presence.leave(c, r.hub.clock())
	r.presentSoon()
}

// answer sends what the asker lacks. If it has what we lack, another node may
// have committed that: the log knows.
func (r *room) answer(a asked) {
	if err := r.load(); err != nil {
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
	state := r.encoded()
	if len(a.vector) > 0 {
		state = r.doc.EncodeStateAsUpdate(a.vector)
	}
	a.conn.sendFirst(syncFrame(syncStep2, state))
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

// encoded is the whole committed document. Everybody who joins between two
// commits is sent the same bytes.
func (r *room) encoded() []byte {
	if r.state == nil || r.stateAt != r.head.Seq {
		r.state, r.stateAt = r.doc.EncodeStateAsUpdate(nil), r.head.Seq
		r.size = len(r.state)
	}
	return r.state
}

func (r *room) root() *yjs.XMLFragment { return r.doc.XMLFragment(rootName) }

// tellAll sends a frame to every connection.
func (r *room) tellAll(frame []byte) {
	for c := range r.conns {
		c.send(frame)
	}
}

// endAll ends every connection.
func (r *room) endAll(code int, reason func() string) {
	for c := range r.conns {
		c.goodbye(code, reason())
	}
}

// sendLater lets a committed update leave within the tick, with whatever else is
// committed meanwhile; at once, if nothing was sent for a tick.
func (r *room) sendLater(update []byte, author *conn) {
	r.outbox = append(r.outbox, outgoing{update, author})
	r.changedAt = r.hub.clock()
}

func (r *room) schedule() {
	if len(r.outbox) == 0 || r.sendAt != nil {
		return
	}
	if wait := r.hub.limits.Tick - time.Since(r.sent); wait > 0 {
		r.sendAt = time.After(wait)
		return
	}
	r.flush()
}

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
	frame := syncFrame(syncUpdate, update)
	for c := range r.conns {
		if c.synced && c != author {
			c.send(frame)
		}
	}
}

// giveUp drops a document that can't be trusted any more. The next event that
// needs it loads what is committed.
func (r *room) giveUp(err error) {
	if err != nil {
		r.hub.logger.Warn("document dropped, to be loaded again", "document", r.id, "err", err)
	}
	r.doc, r.state = nil, nil
}

// abandon closes a room whose goroutine ended.
func (h *Hub) abandon(r *room) {
	h.mu.Lock()
	if h.rooms[r.id] == r {
		h.dropLocked(r.id, r)
	}
	h.mu.Unlock()
	if h.ctx.Err() == nil {
		r.endAll(closeBusy, func() string { return retryReason(time.Second) })
	}
}

// resume makes up for what may have been missed while nothing was heard from the
// other nodes.
func (r *room) resume() {
	if r.doc != nil {
		r.catchUp()
	}
	r.hub.tell(r.id, note{kind: noteAwarenessQuery, about: r.id})
	r.publishPresence(r.presence.present())
}

// heed takes in what another node did.
func (r *room) heed(n note) {
	switch n.kind {
	case noteUpdate:
		r.followUpdate(n)
	case noteAwareness:
		if entries, err := parseAwareness(n.body); err == nil {
			r.presence.hear(entries, r.hub.clock())
			r.presentSoon()
		}
	case noteAwarenessQuery:
		r.publishPresence(r.presence.present())
	}
}

// followUpdate applies the next update, ignores an older one, and reads the log
// where some are missing between.
func (r *room) followUpdate(n note) {
	if r.doc == nil || n.epoch == r.head.Epoch && n.seq <= r.head.Seq {
		return
	}
	if n.epoch != r.head.Epoch || n.first != r.head.Seq+1 || len(n.body) == 0 {
		r.catchUp()
		return
	}
	if err := r.integrate(n.body); err != nil {
		r.giveUp(err)
		return
	}
	r.head.Seq, r.told = n.seq, n.seq
	r.tail += int(n.seq - n.first + 1)
	r.schedule()
}

// integrate applies a committed update of another node.
func (r *room) integrate(update []byte) error {
	u, err := yjs.Decode(update, yjs.Limits{})
	if err != nil {
		return err
	}
	effect, err := r.doc.Apply(u)
	if err != nil {
		return err
	}
	added, removed := extent(effect)
	r.length += added - removed
	r.size += len(update)
	r.stale = true
	r.touched([]*yjs.Effect{effect})
	r.sendLater(update, nil)
	return nil
}

// catchUp reads from the log what other nodes committed.
func (r *room) catchUp() {
	ctx, cancel := r.patience()
	defer cancel()
	updates, err := r.hub.log.Since(ctx, r.id, r.head.Epoch, r.head.Seq)
	if err != nil && app.KindOf(err) == app.KindGone {
		r.giveUp(nil)
		err = r.load()
	}
	if err != nil {
		r.hub.logger.Warn("log out of reach", "document", r.id, "err", err)
		return
	}
	for _, u := range updates {
		if err := r.integrate(u.Update); err != nil {
			r.giveUp(err)
			return
		}
		r.head.Seq, r.told = u.Seq, u.Seq
		r.tail++
	}
	r.schedule()
}

// tick does what is due now and then: make up for lost notes, ask again for
// missing structs, forget who left, compare texts, compact.
func (r *room) tick(head app.LiveHead) {
	now := r.hub.clock()
	r.presence.expire(now)
	r.presentSoon()
	if r.doc == nil {
		return
	}
	if head.Epoch > r.head.Epoch || head.Epoch == r.head.Epoch && head.Seq > r.head.Seq {
		r.hub.metrics.Behind.Add(1)
		r.catchUp()
	}
	for c := range r.conns {
		r.askAgain(c, now)
	}
	if r.doc != nil && r.tail >= r.hub.limits.Compact {
		r.compact(now)
	}
	if r.doc != nil && r.hashedAt != r.head.Seq && now.Sub(r.changedAt) >= r.hub.limits.Quiet {
		r.tellHash()
	}
}

func (r *room) patience() (context.Context, context.CancelFunc) {
	return context.WithTimeout(r.hub.ctx, r.hub.limits.Commit)
}

// learnAuthors reads what other nodes stored about authors.
func (r *room) learnAuthors() {
	if !r.stale {
		return
	}
	r.stale = false
	ctx, cancel := r.patience()
	defer cancel()
	clients, runs, err := r.hub.log.Authors(ctx, r.id, r.head.Epoch)
	if err != nil {
		r.hub.logger.Warn("authors unknown", "document", r.id, "err", err)
		return
	}
	for client, persona := range clients {
		r.clients[client] = persona
	}
	r.authors.learn(runs)
}

// load reads the document from the log unless it is there. Connections that
// stayed while it was away are sent what they missed.
func (r *room) load() error {
	if r.doc != nil {
		return nil
	}
	ctx, cancel := r.patience()
	defer cancel()
	stored, err := r.hub.log.Load(ctx, r.id)
	if err != nil {
		return err
	}
	doc, err := replay(stored)
	if err != nil {
		return app.Unavailable(err)
	}
	if r.head.Epoch != 0 && stored.Head.Epoch != r.head.Epoch {
		r.endAll(closeEpoch, func() string { return "error.live.epoch" })
	}
	r.adopt(doc, stored)
	return nil
}

// replay makes a document of what is stored.
func replay(stored app.LiveDocument) (*yjs.Doc, error) {
	doc := yjs.NewDoc()
	if len(stored.State) > 0 {
		if err := doc.ApplyUpdate(stored.State); err != nil {
			return nil, err
		}
	}
	for _, u := range stored.Tail {
		if err := doc.ApplyUpdate(u.Update); err != nil {
			return nil, err
		}
	}
	if doc.HasPending() {
		return nil, errors.New("realtime: the log has a hole")
	}
	return doc, nil
}

// adopt makes a loaded document the room's.
func (r *room) adopt(doc *yjs.Doc, stored app.LiveDocument) {
	r.doc, r.head, r.tail = doc, stored.Head, len(stored.Tail)
	r.clients, r.drawn = stored.Clients, map[app.ID]uint64{}
	r.authors, r.stale, r.cuts = newAuthors(stored.Runs), false, nil
	r.blocks = map[yjs.ID]string{}
	for _, child := range r.root().Children() {
		r.keep(child)
	}
	r.length = textLength(r.root())
	r.encoded()
	r.tellMissed(stored)
}

func textLength(parent yjs.Parent) int {
	n := 0
	for _, child := range parent.Children() {
		switch child := child.(type) {
		case *yjs.XMLElement:
			n += textLength(child)
		case *yjs.XMLText:
			n += child.Len()
		}
	}
	return n
}

// tellMissed queues what connections that stayed haven't been told.
func (r *room) tellMissed(stored app.LiveDocument) {
	told := r.told
	r.told = r.head.Seq
	if len(r.conns) == 0 || told == r.head.Seq {
		return
	}
	if n := len(stored.Tail); n == 0 || stored.Tail[0].Seq > told+1 {
		r.sendLater(r.encoded(), nil)
		r.schedule()
		return
	}
	for _, u := range stored.Tail {
		if u.Seq > told {
			r.sendLater(u.Update, nil)
		}
	}
	r.schedule()
}

// compact stores the document as one state. The state is read back into a fresh
// document first: what doesn't read the same is not kept.
func (r *room) compact(now time.Time) {
	state := r.encoded()
	fresh := yjs.NewDoc()
	if err := fresh.ApplyUpdate(state); err != nil || !readsEqual(fresh, r.doc) {
		r.hub.logger.Error("compaction refused: the state reads differently", "document", r.id, "err", err)
		r.tail = 0
		return
	}
	ctx, cancel := r.patience()
	defer cancel()
	err := r.hub.log.Compact(ctx, r.id, r.head, fresh.EncodeStateAsUpdate(nil), now.Add(-r.hub.limits.KeepUpdates))
	if err != nil {
		r.hub.logger.Warn("not compacted", "document", r.id, "err", err)
		return
	}
	r.tail = 0
}

func readsEqual(a, b *yjs.Doc) bool {
	return !a.HasPending() &&
		slices.Equal(yjs.EncodeStateVector(a.StateVector()), yjs.EncodeStateVector(b.StateVector())) &&
		hashOf(a) == hashOf(b)
}

// tellHash lets editors compare their text with the committed one, once nobody
// has typed for a while: equal state vectors don't prove equal texts.
func (r *room) tellHash() {
	r.flush()
	r.hash, r.hashedAt = hashOf(r.doc), r.head.Seq
	frame := hashFrame(r.hashedAt, r.hash)
	for c := range r.conns {
		if c.synced {
			c.send(frame)
		}
	}
}

// compare ends a connection whose text differs from the one it was told of. An
// answer that comes after the next change proves nothing.
func (r *room) compare(h hashed) {
	if h.seq == r.hashedAt && h.seq == r.head.Seq && h.hash != r.hash {
		r.hub.refuse(h.conn, "live.diverged", nil)
	}
}
