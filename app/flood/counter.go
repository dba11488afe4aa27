package flood

import (
	"context"
	"sync"
	"time"
)

// Counter counts under names, for a while. A Counter that can't be asked answers as well as
// it can: what it is for is worth nothing if it keeps people out.
type Counter interface {
	// Add counts one more under a name and returns how many there are within the stretch
	// of time that it belongs to, this one included.
	Add(ctx context.Context, name string, within time.Duration, at time.Time) int
}

// Memory counts in this process.
type Memory struct {
	mu     sync.Mutex
	counts map[string]tally
	swept  time.Time
}

type tally struct {
	n    int
	ends time.Time
}

// NewMemory returns a counter that has counted nothing.
func NewMemory() *Memory { return &Memory{counts: map[string]tally{}} }

// Add implements Counter.
func (m *Memory) Add(_ context.Context, name string, within time.Duration, at time.Time) int {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.sweep(at)
	t := m.counts[name]
	if !at.Before(t.ends) {
		t = tally{ends: at.Truncate(within).Add(within)}
	}
	t.n++
	m.counts[name] = t
	return t.n
}

// sweep forgets once a minute what is over.
func (m *Memory) sweep(at time.Time) {
	if at.Sub(m.swept) < time.Minute && !at.Before(m.swept) {
		return
	}
	m.swept = at
	for name, t := range m.counts {
		if !at.Before(t.ends) {
			delete(m.counts, name)
		}
	}
}
