package web

import (
	"context"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gofiber/fiber/v2"

	"madang/app"
)

// handleHealth says that the program runs.
func (s *Server) handleHealth(c *fiber.Ctx) error { return c.SendString("ok\n") }

// handleReady says whether this node should be sent people: 503 while it ends, or
// while its database can't be reached. Where there is no room to write it says so and takes
// them: they can read here, and could save nothing at any other node.
func (s *Server) handleReady(c *fiber.Ctx) error {
	if s.isDraining.Load() {
		return c.Status(http.StatusServiceUnavailable).SendString("draining\n")
	}
	switch s.ready.state(c.UserContext()) {
	case away:
		return c.Status(http.StatusServiceUnavailable).SendString("database unreachable\n")
	case full:
		return c.SendString("ready to read, no room to write\n")
	}
	return c.SendString("ready\n")
}

// askAgain is how long an answer about the database holds: pages ask on every
// request, and one question a second is enough for all of them.
const (
	askAgain  = time.Second
	askAtMost = 2 * time.Second
)

// condition is what the database was like when it was asked last.
type condition int32

const (
	well condition = iota
	full           // it can be read, and there is no room to write
	away           // it can't be reached
)

// watched remembers what the database was like a moment ago. Safe for concurrent use.
type watched struct {
	ask   func(context.Context) error
	clock app.Clock

	asking sync.Mutex
	next   atomic.Int64 // when to ask again, in Unix milliseconds
	last   atomic.Int32 // a condition
}

// state is what the database is like. Whoever comes while somebody asks is given the
// last answer: a database that hangs must not hang every page with it.
func (w *watched) state(ctx context.Context) condition {
	if w.clock().UnixMilli() >= w.next.Load() && w.asking.TryLock() {
		defer w.asking.Unlock()
		w.look(ctx)
	}
	return condition(w.last.Load())
}

func (w *watched) look(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, askAtMost)
	defer cancel()
	found := well
	if err := w.ask(ctx); isFull(err) {
		found = full
	} else if err != nil {
		found = away
	}
	w.last.Store(int32(found))
	w.next.Store(w.clock().Add(askAgain).UnixMilli())
}

// isFull reports whether an error says that there was no room to write. Nothing of what
// was to be written is stored then.
func isFull(err error) bool { return app.IsCode(err, "storage.full") }
