package identity

import (
	"context"
	"errors"
	"time"

	"golang.org/x/time/rate"

	"madang/app"
)

// turnstile keeps guessing slow and cheap: few hashes at once, and one answer to a
// wrong code a second.
type turnstile struct {
	hashing chan struct{}
	misses  *rate.Limiter
}

const (
	// hashesAtOnce bounds the memory that return codes take: 4 times 19 MiB.
	hashesAtOnce = 4
	// missPause is between two answers to wrong codes, whoever sent them. With
	// 10,000 codes given out, a year of guessing at this pace finds one of them with
	// a probability of 1 in 30,000.
	missPause = time.Second
	// missQueue bounds how long an answer may wait for its turn.
	missQueue = time.Minute
)

func newTurnstile() turnstile {
	return turnstile{
		hashing: make(chan struct{}, hashesAtOnce),
		misses:  rate.NewLimiter(rate.Every(missPause), 1),
	}
}

// hash computes a slow hash when there is room for it. It is Busy if ctx ends before.
func (t turnstile) hash(ctx context.Context, mac, salt []byte) ([]byte, error) {
	select {
	case t.hashing <- struct{}{}:
		defer func() { <-t.hashing }()
		return argon(mac, salt), nil
	case <-ctx.Done():
		return nil, app.Busy("code.busy").Because(ctx.Err())
	}
}

// slow returns when it is the turn of one more miss: after at least missPause, and
// later the more of them wait. Whoever would have to wait longer than missQueue
// waits that long and is told to try again (Busy "code.busy"); so is whoever leaves.
func (t turnstile) slow(ctx context.Context) error {
	turn := t.misses.Reserve()
	wait := max(turn.Delay(), missPause)
	if wait <= missQueue {
		return t.pause(ctx, wait)
	}
	turn.Cancel()
	return errors.Join(t.pause(ctx, missQueue), app.Busy("code.busy"))
}

func (turnstile) pause(ctx context.Context, wait time.Duration) error {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return app.Busy("code.busy").Because(ctx.Err())
	}
}
