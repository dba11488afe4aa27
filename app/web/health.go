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
// while its database can't be reached.
func (s *Server) handleReady(c *fiber.Ctx) error {
	if s.isDraining.Load() {
		return c.Status(http.StatusServiceUnavailable).SendString("draining\n")
	}
	if s.ready.isAway(c.UserContext()) {
		return c.Status(http.StatusServiceUnavailable).SendString("database unreachable\n")
	}
	return c.SendString("ready\n")
}

// askAgain is how long an answer about the database holds: pages ask on every
// request, and one question a second is enough for all of them.
const (
	askAgain  = time.Second
	askAtMost = 2 * time.Second
)

// watched remembers whether the database could be reached a moment ago. Safe for
// concurrent use.
type watched struct {
	ask   func(context.Context) error
	clock app.Clock

	asking sync.Mutex
	next   atomic.Int64 // when to ask again, in Unix milliseconds
	away   atomic.Bool
}

// isAway reports whether the database can't be reached. Whoever comes while
// somebody asks is given the last answer: a database that hangs must not hang every
// page with it.
func (w *watched) isAway(ctx context.Context) bool {
	if w.clock().UnixMilli() >= w.next.Load() && w.asking.TryLock() {
		defer w.asking.Unlock()
		w.look(ctx)
	}
	return w.away.Load()
}

func (w *watched) look(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, askAtMost)
	defer cancel()
	w.away.Store(w.ask(ctx) != nil)
	w.next.Store(w.clock().Add(askAgain).UnixMilli())
}
