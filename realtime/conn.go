package realtime

import (
	"io"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"
	"golang.org/x/time/rate"

	"madang/app"
	"madang/realtime/yjs"
)

// conn is one person's connection to one document. Its goroutine reads, decodes
// and queues; everything it is told comes from the room.
type conn struct {
	*socket
	room    *room
	seat    Seat
	member  atomic.Pointer[app.Membership]
	limiter *rate.Limiter
	patient bool // the first answer to our SyncStep1 is still to come

	// The rest belongs to the room's goroutine.
	client uint64 // by which others know it, once it said so
	synced bool   // it has the state, and now follows the updates
	gap    gap
}

func (c *conn) wire() *socket              { return c.socket }
func (c *conn) persona() app.ID            { return c.seat.Persona }
func (c *conn) seats() []Seat              { return []Seat{c.seat} }
func (c *conn) membership() app.Membership { return *c.member.Load() }

// stand takes in how the membership stands: gone, the connection ends at once;
// changed, the client is told whether it may write. Two goroutines may bring news; the
// older one never replaces the newer.
func (c *conn) stand(now Standings) {
	if now.Over[c.seat] {
		c.dismiss(closeSignIn, c.seat.isOver())
		return
	}
	m, ok := now.Members[c.seat]
	if !ok || !m.May(app.Read) {
		c.dismiss(closeForbidden, "error.live.ended")
		return
	}
	before := c.member.Load()
	for !isBefore(m, *before) && !c.member.CompareAndSwap(before, &m) {
		before = c.member.Load()
	}
	if isBefore(m, *before) {
		return
	}
	if before.May(app.Draft) != m.May(app.Draft) {
		c.send(roleFrame(m.May(app.Draft), c.hub.schema.Number()))
	}
}

// isBefore reports whether a membership, or the stage it is looked at in, is older news
// than the other.
func isBefore(m, other app.Membership) bool {
	return m.Version < other.Version || m.Stage.No < other.Stage.No
}

// serveStatement lets a connection in, or says why not.
func (h *Hub) serveStatement(w http.ResponseWriter, r *http.Request) {
	defer h.recovered()
	s, actor := h.welcome(w, r, websocket.BinaryMessage)
	if s == nil {
		return
	}
	if err := h.join(s, actor, r); err != nil {
		s.refuse(err)
	}
}

// join admits a connection to its document and has it read. An error means that
// it was not let in.
func (h *Hub) join(s *socket, actor app.Actor, r *http.Request) error {
	doc, err := app.ParseID(r.PathValue("id"))
	if err != nil {
		return err
	}
	m, err := h.doorman.Admit(s.ctx, actor, doc)
	if err != nil {
		return err
	}
	if isOlder(r.URL.Query().Get("schema"), h.schema.Number()) {
		return farewell{closeSchema, "error.live.schema"}
	}
	c := &conn{socket: s, seat: Seat{m.Persona, doc, actor.Session, actor.Token}, patient: true}
	c.member.Store(&m)
	c.limiter = rate.NewLimiter(rate.Limit(h.limits.Rate), h.limits.Burst)
	if err := h.enter(c); err != nil {
		return err
	}
	c.room = h.room(doc)
	if !c.room.post(s.ctx, joined{c, r.URL.Query().Get("epoch")}) {
		h.release(c.room)
		h.leave(c)
		return farewell{closeBusy, retryReason(time.Second)}
	}
	h.spawn(c.stay)
	return nil
}

// stay reads until the connection ends. It is not the goroutine that let the
// connection in: that one's request and deep stack would be kept as long, some
// 30 kB a connection.
func (c *conn) stay() {
	defer c.hub.leave(c)
	defer c.hub.release(c.room)
	defer c.room.post(c.hub.ctx, left{c})
	c.readAll()
}

// isOlder reports whether a client said that it knows an older schema. It would
// delete what it can't show. A client without a schema of its own says nothing.
func isOlder(said string, number int) bool {
	if said == "" {
		return false
	}
	n, err := strconv.Atoi(said)
	return err != nil || n < number
}

// readAll reads until the connection ends. It reads no faster than the rate
// allows: whoever sends too much is slowed down, and loses nothing.
func (c *conn) readAll() {
	_ = c.ws.SetReadDeadline(time.Now().Add(c.hub.limits.FirstMessage))
	for {
		format, frame, err := c.read()
		if err != nil {
			break
		}
		_ = c.expectMore()
		if c.limiter.Wait(c.ctx) != nil {
			break
		}
		if code := c.take(format, frame); code != "" {
			c.hub.refuse(c, code, frame)
			break
		}
	}
	c.drainReads()
}

// read returns the next frame. One over the limit is not read further.
func (c *conn) read() (int, []byte, error) {
	format, r, err := c.ws.NextReader()
	if err != nil {
		return 0, nil, err
	}
	limit := c.hub.limits.Frame
	if c.patient {
		limit = c.hub.limits.FirstReply
	}
	frame, err := io.ReadAll(&coming{Reader: io.LimitReader(r, int64(limit)+1), expectMore: c.expectMore})
	if err != nil {
		return 0, nil, err
	}
	if len(frame) > limit {
		return tooLarge, nil, nil
	}
	return format, frame, nil
}

// coming is a frame that is being read. As long as it comes it is waited for, however
// slowly: meanwhile its sender can't answer a ping.
type coming struct {
	io.Reader
	expectMore func() error
	read       int // bytes since more was expected last
}

func (r *coming) Read(b []byte) (int, error) {
	n, err := r.Reader.Read(b)
	if r.read += n; r.read >= partSize {
		r.read = 0
		_ = r.expectMore()
	}
	return n, err
}

// tooLarge stands in for a frame's format where its size is the trouble.
const tooLarge = -1

// take hands a frame to the room. A code means that the client can't go on.
func (c *conn) take(format int, frame []byte) (code string) {
	switch format {
	case tooLarge:
		return "live.large"
	case websocket.TextMessage:
		return "live.malformed"
	}
	m, err := parseMessage(frame)
	if err != nil {
		return "live.malformed"
	}
	switch m.kind {
	case msgSync:
		return c.takeSync(m)
	case msgAwareness:
		return c.takeAwareness(m)
	case msgQueryAwareness:
		c.room.post(c.ctx, queried{c})
	case msgTextHash:
		c.room.post(c.ctx, hashed{c, m.seq, [32]byte(m.body)})
	}
	return ""
}

func (c *conn) takeSync(m message) (code string) {
	if m.step == syncStep1 {
		vector, err := yjs.DecodeStateVector(m.body, c.hub.limits.decode())
		if err != nil {
			return "live.malformed"
		}
		c.room.post(c.ctx, asked{c, vector})
		return ""
	}
	if m.step == syncStep2 {
		c.patient = false
	}
	update, err := yjs.Decode(m.body, c.hub.limits.decode())
	if err != nil {
		return codeOf(err)
	}
	c.room.post(c.ctx, edit{from: c, raw: m.body, update: update})
	return ""
}

// takeAwareness passes on what a client says of itself. Too much of it is
// ignored and not refused: nobody's text depends on it.
func (c *conn) takeAwareness(m message) (code string) {
	if len(m.body) > c.hub.limits.Awareness {
		return ""
	}
	entries, err := parseAwareness(m.body)
	if err != nil {
		return "live.malformed"
	}
	c.room.post(c.ctx, said{c, entries})
	return ""
}
