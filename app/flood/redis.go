package flood

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
)

// Shared counts together with other nodes, in Redis. Where Redis doesn't answer, each node
// counts for itself. Nothing is kept there for longer than the stretch of time it is
// counted for.
type Shared struct {
	redis *redis.Client
	own   *Memory
}

// NewShared counts in the Redis server at an address like redis://host:6379/0. It connects
// when there is something to count, and tries each time once.
func NewShared(url string) (*Shared, error) {
	options, err := redis.ParseURL(url)
	if err != nil {
		return nil, fmt.Errorf("flood: redis address: %w", err)
	}
	options.MaxRetries, options.DialerRetries = -1, 1
	options.DialTimeout, options.ReadTimeout, options.WriteTimeout = patience, patience, patience
	options.PoolSize = 4
	options.DisableIdentity = true
	options.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	return &Shared{redis.NewClient(options), NewMemory()}, nil
}

// Close ends the connections.
func (s *Shared) Close() error { return s.redis.Close() }

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
