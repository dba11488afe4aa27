package realtime

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/gorilla/websocket"

	"madang/app"
)

// socket is an upgraded connection with its outbound queue. Sending never
// blocks: a frame is written at once as far as the connection takes it, and only
// what is left waits, for a goroutine that ends when nothing waits any more
// (BenchmarkFanOut gives what that saves). Nothing is delivered once the lease is
// over: whoever lost a role hears no more, even if nobody noticed.
//
// All writing goes this way, and none through ws: of two writers one would put
// its frame into the middle of the other's.
type socket struct {
	ws     *websocket.Conn
	conn   net.Conn        // under ws
	raw    syscall.RawConn // of conn; nil: it can't be written to without waiting
	format int             // of its frames: websocket.BinaryMessage or TextMessage
	hub    *Hub
	// ctx ends when the connection is to end.
	ctx    context.Context
	cancel context.CancelFunc
	lease  atomic.Int64 // until when content may be delivered, in ns since the hub began

	mu      sync.Mutex
	queue   []outbound
	waiting int // bytes that count against Limits.Outbound
	writing bool
	ending  bool
	hurried bool // it was dismissed: no write gets more time
	pinged  time.Time
}

// outbound is a frame to write.
type outbound struct {
	wire    wire
	free    bool // doesn't count against Limits.Outbound
	control bool // a ping, pong or closing, which no lease keeps back
	last    bool // the closing
	begun   bool // a part has been written: the rest must follow
}

func newSocket(h *Hub, ws *websocket.Conn, format int) *socket {
	ctx, cancel := context.WithCancel(context.Background())
	s := &socket{ws: ws, conn: ws.NetConn(), format: format, hub: h, ctx: ctx, cancel: cancel, pinged: h.steady()}
	if c, ok := s.conn.(syscall.Conn); ok {
		s.raw, _ = c.SyscallConn()
	}
	ws.SetPongHandler(func(string) error { return s.expectMore() })
	ws.SetPingHandler(func(data string) error {
		s.push(outbound{wire: wireOf(websocket.PongMessage, []byte(data)), control: true})
		return s.expectMore()
	})
	ws.SetCloseHandler(func(code int, _ string) error {
		s.goodbye(code, "")
		return nil
	})
	return s
}

// expectMore puts off the end of patience with the peer, unless it has come.
func (s *socket) expectMore() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ending {
		return nil
	}
	return s.ws.SetReadDeadline(time.Now().Add(2*s.hub.limits.Ping + s.hub.limits.Write))
}

// send delivers a message. A reader so slow that too much waits is sent away: it
// comes back and asks for what it lacks.
func (s *socket) send(message []byte) { s.sendWire(wireOf(s.format, message)) }

// sendWire delivers a frame that is made once for everybody.
func (s *socket) sendWire(w wire) { s.push(outbound{wire: w}) }

// sendFirst delivers a document's state, which may be larger than the queue.
func (s *socket) sendFirst(w wire) { s.push(outbound{wire: w, free: true}) }

func (s *socket) push(o outbound) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pushLocked(o)
}

func (s *socket) pushLocked(o outbound) {
	if s.ending {
		return
	}
	if !o.control && s.isLapsed() {
		s.endLocked(closeBusy, retryReason(time.Second))
		return
	}
	s.ending = o.last
	if o = s.begin(o); len(o.wire) == 0 {
		return
	}
	s.enqueue(o)
	if s.waiting > s.hub.limits.Outbound && !o.control {
		s.hub.metrics.SlowReaders.Add(1)
		s.endLocked(closeBusy, retryReason(time.Second))
	}
}

// begin writes as much of a frame as the connection takes at once, unless others
// wait, and returns the rest.
func (s *socket) begin(o outbound) outbound {
	if s.writing || s.raw == nil {
		return o
	}
	n, err := tryWrite(s.raw, o.wire)
	if err != nil {
		s.ending = true
		s.cut()
		return outbound{}
	}
	o.wire, o.begun = o.wire[n:], n > 0
	if o.last && len(o.wire) == 0 {
		s.closed()
	}
	return o
}

// enqueue lets a frame wait, and sees to it that somebody writes.
func (s *socket) enqueue(o outbound) {
	if !o.free {
		s.waiting += len(o.wire)
	}
	s.queue = append(s.queue, o)
	if !s.writing {
		s.writing = true
		s.hub.spawn(s.writeAll)
	}
}

func (s *socket) isLapsed() bool { return s.isLapsedAt(s.hub.steady()) }

func (s *socket) isLapsedAt(now time.Time) bool { return int64(now.Sub(s.hub.began)) > s.lease.Load() }

// goodbye ends the connection after what waits has been written.
func (s *socket) goodbye(code int, reason string) { s.push(closing(code, reason)) }

func closing(code int, reason string) outbound {
	body := websocket.FormatCloseMessage(code, reason)
	return outbound{wire: wireOf(websocket.CloseMessage, body), control: true, last: true}
}

// dismiss ends the connection at once: what waits is not delivered, and what is
// being written has a second left.
func (s *socket) dismiss(code int, reason string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.ending {
		s.hurried = true
		_ = s.conn.SetWriteDeadline(time.Now().Add(time.Second))
		s.endLocked(code, reason)
	}
}

// endLocked puts the closing in the place of what waits. Of a frame that was begun
// the rest goes out before it.
func (s *socket) endLocked(code int, reason string) {
	rest := s.queue
	s.queue = nil
	if len(rest) > 0 && rest[0].begun {
		s.queue = rest[:1:1]
	}
	s.pushLocked(closing(code, reason))
}

// ping asks the peer for a sign of life if it is time.
func (s *socket) ping(now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if now.Sub(s.pinged) >= s.hub.limits.Ping {
		s.pinged = now
		s.pushLocked(outbound{wire: pingWire, control: true})
	}
}

var pingWire = wireOf(websocket.PingMessage, nil)

// writeAll writes what waits until nothing does.
func (s *socket) writeAll() {
	for {
		batch := s.next()
		if len(batch) == 0 {
			return
		}
		if err := s.write(batch); err != nil {
			s.cut()
			return
		}
	}
}

// batchSize bounds, in bytes, what is written between two looks at the lease.
const batchSize = 64 << 10

// next takes the frames to write together.
func (s *socket) next() []outbound {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.queue) > 0 && !s.queue[0].control && s.isLapsed() {
		s.endLocked(closeBusy, retryReason(time.Second))
	}
	n, size := 0, 0
	for n < len(s.queue) && size < batchSize {
		size += len(s.queue[n].wire)
		n++
	}
	batch := s.queue[:n:n]
	s.queue = s.queue[n:]
	if n == 0 {
		s.writing, s.queue = false, nil
		_ = s.conn.SetWriteDeadline(time.Time{})
	}
	return batch
}

func (s *socket) write(batch []outbound) error {
	for i, part := range parts(batch) {
		if i > 0 { // a peer that gets on with a large frame can't answer pings meanwhile
			_ = s.expectMore()
		}
		if err := s.allowTime(); err != nil {
			return err
		}
		if _, err := part.WriteTo(s.conn); err != nil {
			return err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, o := range batch {
		if !o.free {
			s.waiting -= len(o.wire)
		}
		if o.last {
			s.closed()
		}
	}
	return nil
}

// partSize is how many bytes a line has to take, or to bring, while there is patience with
// it. A text of 500 kB takes an old phone a minute, and is worth nothing if it is cut off
// before its end: so a frame is waited for as long as it gets on.
const partSize = 16 << 10

// parts cuts a batch into writes of about partSize.
func parts(batch []outbound) []net.Buffers {
	var list []net.Buffers
	var part net.Buffers
	size := 0
	for _, o := range batch {
		for piece := range slices.Chunk(o.wire, partSize) {
			if size += len(piece); size > partSize && len(part) > 0 {
				list, part, size = append(list, part), nil, len(piece)
			}
			part = append(part, piece)
		}
	}
	return append(list, part)
}

// allowTime gives the next write its time, unless the peer was sent away.
func (s *socket) allowTime() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.hurried {
		return nil
	}
	return s.conn.SetWriteDeadline(time.Now().Add(s.hub.limits.Write))
}

// closed leaves the peer a moment to answer the closing: ending at once could
// reset the connection before the reason is read.
func (s *socket) closed() {
	s.cancel()
	_ = s.ws.SetReadDeadline(time.Now().Add(time.Second))
}

// renew lets content be delivered until the given time.
func (s *socket) renew(until time.Time) { s.lease.Store(int64(until.Sub(s.hub.began))) }

// retryReason asks a client to come back after about the given time, spread by
// half of it, so that not all come back at once.
func retryReason(after time.Duration) string {
	ms := after.Milliseconds()
	return fmt.Sprintf("retry-ms=%d", ms+rand.Int64N(ms/2+1))
}

// farewell is an error that has a close code and reason of its own.
type farewell struct {
	code   int
	reason string
}

func (f farewell) Error() string { return fmt.Sprintf("close %d %s", f.code, f.reason) }

// farewellFor says how to close a connection that err keeps out.
func farewellFor(err error) farewell {
	var f farewell
	if errors.As(err, &f) {
		return f
	}
	switch app.KindOf(err) {
	case app.KindSignIn:
		if app.IsCode(err, "token.over") {
			return farewell{closeSignIn, "error.token.over"}
		}
		return farewell{closeSignIn, "error.sign_in"}
	case app.KindForbidden:
		return farewell{closeForbidden, "error.live.ended"}
	case app.KindNotFound:
		return farewell{closeNotFound, "error.not_found"}
	case app.KindGone:
		return farewell{closeEpoch, "error.live.epoch"}
	}
	return farewell{closeBusy, retryReason(2 * time.Second)}
}

// refuse ends a connection that was not let in.
func (s *socket) refuse(err error) {
	f := farewellFor(err)
	if f.code == closeBusy {
		s.hub.logger.Warn("connection not served", "err", err)
	}
	s.dismiss(f.code, f.reason)
	s.drainReads()
}

// drainReads gives the peer a moment to close its end, so that it reads why,
// and closes.
func (s *socket) drainReads() {
	_ = s.ws.SetReadDeadline(time.Now().Add(2 * time.Second))
	s.drain()
}

// drain reads, ignoring what it reads, until the connection ends.
func (s *socket) drain() {
	defer s.cut()
	for {
		if _, _, err := s.ws.NextReader(); err != nil {
			return
		}
	}
}

// cut ends a connection without a word.
func (s *socket) cut() {
	s.cancel()
	_ = s.ws.Close()
}
