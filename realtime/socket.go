package realtime

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"

	"madang/app"
)

// socket is an upgraded connection with its outbound queue. Sending never
// blocks and costs no goroutine while nothing waits. Nothing is delivered once
// the lease is over: whoever lost a role hears no more, even if nobody noticed.
type socket struct {
	ws     *websocket.Conn
	format int // of its frames: websocket.BinaryMessage or TextMessage
	hub    *Hub
	// ctx ends when the connection is to end.
	ctx    context.Context
	cancel context.CancelFunc
	lease  atomic.Int64 // until when content may be delivered, in ms

	mu      sync.Mutex
	queue   []outbound
	waiting int // bytes in queue that count against Limits.Outbound
	writing bool
	ending  bool
	pinged  time.Time
}

// outbound is something to write: a frame, a ping, or the closing.
type outbound struct {
	frame  []byte
	free   bool // doesn't count against Limits.Outbound
	ping   bool
	code   int // not 0: close with it
	reason string
}

func newSocket(h *Hub, ws *websocket.Conn, format int) *socket {
	ctx, cancel := context.WithCancel(context.Background())
	s := &socket{ws: ws, format: format, hub: h, ctx: ctx, cancel: cancel, pinged: h.clock()}
	ws.SetPongHandler(func(string) error { return s.expectMore() })
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

// send queues a frame. A reader so slow that too much waits is sent away: it
// comes back and asks for what it lacks.
func (s *socket) send(frame []byte) { s.push(outbound{frame: frame}) }

// sendFirst queues a document's state, which may be larger than the queue.
func (s *socket) sendFirst(frame []byte) { s.push(outbound{frame: frame, free: true}) }

func (s *socket) push(o outbound) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ending {
		return
	}
	if !o.free {
		s.waiting += len(o.frame)
	}
	if s.waiting > s.hub.limits.Outbound {
		s.hub.metrics.SlowReaders.Add(1)
		s.queue = nil
		o = outbound{code: closeBusy, reason: retryReason(time.Second)}
	}
	s.append(o)
}

// goodbye ends the connection after what waits has been written.
func (s *socket) goodbye(code int, reason string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.ending {
		s.append(outbound{code: code, reason: reason})
	}
}

// dismiss ends the connection at once: what waits is not delivered, and what is
// being written has a second left.
func (s *socket) dismiss(code int, reason string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.ending {
		s.queue = nil
		_ = s.ws.NetConn().SetWriteDeadline(time.Now().Add(time.Second))
		s.append(outbound{code: code, reason: reason})
	}
}

// ping asks the peer for a sign of life if it is time.
func (s *socket) ping(now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.ending && now.Sub(s.pinged) >= s.hub.limits.Ping {
		s.pinged = now
		s.append(outbound{ping: true})
	}
}

// append queues with the lock held and sees to it that somebody writes.
func (s *socket) append(o outbound) {
	s.ending = o.code != 0
	s.queue = append(s.queue, o)
	if s.writing {
		return
	}
	s.writing = true
	s.hub.spawn(s.writeAll)
}

func (s *socket) writeAll() {
	for {
		o, ok := s.next()
		if !ok {
			return
		}
		if err := s.write(o); err != nil {
			s.cancel()
			_ = s.ws.Close()
			return
		}
	}
}

func (s *socket) next() (outbound, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.queue) == 0 {
		s.writing, s.queue = false, nil
		return outbound{}, false
	}
	o := s.queue[0]
	s.queue[0], s.queue = outbound{}, s.queue[1:]
	if !o.free {
		s.waiting -= len(o.frame)
	}
	return o, true
}

func (s *socket) write(o outbound) error {
	deadline := time.Now().Add(s.hub.limits.Write)
	switch {
	case o.ping:
		return s.ws.WriteControl(websocket.PingMessage, nil, deadline)
	case o.code != 0:
		return s.writeClose(o)
	}
	if s.hub.clock().UnixMilli() > s.lease.Load() {
		return s.writeClose(outbound{code: closeBusy, reason: retryReason(time.Second)})
	}
	if err := s.ws.SetWriteDeadline(deadline); err != nil {
		return err
	}
	return s.ws.WriteMessage(s.format, o.frame)
}

// writeClose says why, and leaves the peer a moment to answer: closing at once
// could reset the connection before the reason is read.
func (s *socket) writeClose(o outbound) error {
	s.mu.Lock()
	s.ending, s.queue = true, nil
	s.mu.Unlock()
	s.cancel()
	body := websocket.FormatCloseMessage(o.code, o.reason)
	if err := s.ws.WriteControl(websocket.CloseMessage, body, time.Now().Add(s.hub.limits.Write)); err != nil {
		return err
	}
	return s.ws.SetReadDeadline(time.Now().Add(time.Second))
}

// renew lets content be delivered until the given time.
func (s *socket) renew(until time.Time) { s.lease.Store(until.UnixMilli()) }

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
