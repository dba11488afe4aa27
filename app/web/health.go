package web

import (
	"context"
	"net/http"
	"sync"
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

	mu    sync.Mutex
	asked time.Time
	away  bool
}

// isAway reports whether the database can't be reached.
func (w *watched) isAway(ctx context.Context) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	now := w.clock()
	if !w.asked.IsZero() && now.Before(w.asked.Add(askAgain)) {
		return w.away
	}
	ctx, cancel := context.WithTimeout(ctx, askAtMost)
	defer cancel()
	w.away, w.asked = w.ask(ctx) != nil, now
	return w.away
}
