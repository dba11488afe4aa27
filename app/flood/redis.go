package flood

import (
	"context"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"
)

// Shared counts together with other nodes, in Redis. Where Redis doesn't answer, each node
// counts for itself. Nothing is kept there for longer than the stretch of time it is
// counted for.
type Shared struct {
	redis *redis.Client
	own   *Memory
}

// NewShared counts in a Redis server.
func NewShared(client *redis.Client) *Shared { return &Shared{client, NewMemory()} }

// patience is how long somebody who sends a form waits for a counter.
const patience = 100 * time.Millisecond

// Add implements Counter. What this node counted itself is the least there are: after Redis
// has lost everything nobody gets a second helping.
func (s *Shared) Add(ctx context.Context, name string, within time.Duration, at time.Time) int {
	own := s.own.Add(ctx, name, within, at)
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	stretch := at.Truncate(within)
	key := "flood:" + name + ":" + strconv.FormatInt(stretch.Unix(), 10)
	both := s.redis.TxPipeline()
	count := both.Incr(ctx, key)
	both.Expire(ctx, key, within)
	if _, err := both.Exec(ctx); err != nil {
		return own
	}
	return max(own, int(count.Val()))
}
