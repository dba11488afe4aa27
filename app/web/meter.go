package web

import (
	"fmt"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"madang/app"
)

// How many requests a persona's programs may send is said with every answer, in the fields
// of draft-ietf-httpapi-ratelimit-headers-10. Each node counts on its own, in memory, and
// forgets with the window.
const (
	meterWindow = time.Minute
	// meterUsual is far more than any program needs that waits for its answers; it stops one
	// that runs in circles.
	meterUsual = 3000

	headerRateLimit       = "RateLimit"
	headerRateLimitPolicy = "RateLimit-Policy"
)

// metered are the headers that every answer of the API may have.
var metered = object{
	headerRateLimit:       object{"$ref": "#/components/headers/" + headerRateLimit},
	headerRateLimitPolicy: object{"$ref": "#/components/headers/" + headerRateLimitPolicy},
}

func meterHeaders() object {
	told := func(text, example string) object {
		return object{"description": text, "schema": object{"type": "string"}, "example": example}
	}
	return object{
		headerRateLimit:        told("How many requests are left (r), and in how many seconds there are more (t). Absent where nobody is signed in.", `"account";r=2999;t=42`),
		headerRateLimitPolicy:  told("How many requests (q) there are in a window of seconds (w).", `"account";q=3000;w=60`),
		fiber.HeaderRetryAfter: told("After how many seconds to come again.", "42"),
	}
}

// meter counts a request of somebody, says how many are left, and refuses what is too much.
// Whoever isn't signed in is not counted: nothing tells them from anybody else.
func (s *Server) meter(c *fiber.Ctx) error {
	actor := actorOf(c)
	if !actor.IsSignedIn() {
		return nil
	}
	now := s.clock()
	count := s.requests.Add(c.UserContext(), string(actor.Account), meterWindow, now)
	until := now.Truncate(meterWindow).Add(meterWindow).Sub(now)
	seconds := int((until + time.Second - 1) / time.Second)
	c.Set(headerRateLimitPolicy, fmt.Sprintf(`"account";q=%d;w=%d`, s.quota, int(meterWindow/time.Second)))
	c.Set(headerRateLimit, fmt.Sprintf(`"account";r=%d;t=%d`, max(s.quota-count, 0), seconds))
	if count <= s.quota {
		return nil
	}
	c.Set(fiber.HeaderRetryAfter, strconv.Itoa(seconds))
	return app.Busy("api.busy", "seconds", seconds)
}
