package flood

import (
	"context"
	"strings"
	"sync"
	"time"

	"madang/app"
)

// Limits are what a docket takes in at once. The zero value has the usual ones.
type Limits struct {
	// PerNetwork is how many submissions an hour come from one network before the next
	// ones wait; 30 if it is 0. A school or a church may well send that many.
	PerNetwork int
	// PerStretch is how many come to a docket within five minutes before it is a burst;
	// 150 if it is 0, one every two seconds.
	PerStretch int
}

func (l Limits) usual() Limits {
	if l.PerNetwork == 0 {
		l.PerNetwork = 30
	}
	if l.PerStretch == 0 {
		l.PerStretch = 150
	}
	return l
}

// Door judges what comes to dockets. It is safe for concurrent use.
type Door struct {
	secret []byte
	limits Limits
	now    app.Clock
	keys   keeper
	// own counts what must not leave this process, common what all nodes see together.
	own, common Counter

	mu      sync.Mutex
	dockets map[app.ID]pressure
}

// pressure is how much came to a docket lately.
type pressure struct {
	burst Burst
	count int // in the stretch of last
	last  time.Time
}

// New returns a door. The secret signs challenges and is the same on all nodes. What is
// counted by address stays in this process, whatever common is.
func New(secret []byte, common Counter, limits Limits, now app.Clock) *Door {
	return &Door{
		secret: secret, limits: limits.usual(), now: now,
		own: NewMemory(), common: common, dockets: map[app.ID]pressure{},
	}
}

// Visit is somebody who sends a form to a docket. All but Docket may be missing.
type Visit struct {
	Docket app.ID
	// Address is where the request comes from. It is looked at and forgotten.
	Address string
	// Challenge and Number are what the form was given, and the answer.
	Challenge, Number string
}

// Verdict is what becomes of a submission: nothing is ever refused.
type Verdict struct {
	// IsSlow says that it waits until somebody has looked at it.
	IsSlow bool
	Why    Why
	// Burst is that of the docket.
	Burst Burst
}

// Why says in a word what made something slow.
type Why string

// What makes something slow.
const (
	NoProof Why = "no_proof" // work was asked for, and there is no answer
	Often   Why = "often"    // very much came from one network
)

// Challenge is what a form gives along: work that grows with what comes in just now.
func (d *Door) Challenge(of app.ID) Challenge {
	now := d.now()
	d.mu.Lock()
	p := d.dockets[of].at(now)
	d.mu.Unlock()
	return challenge(d.secret, of, d.work(p), now)
}

// work is 0 while less comes than half of what makes a burst, and a bit more for each
// doubling from there.
func (d *Door) work(p pressure) int {
	if 2*p.count < d.limits.PerStretch && p.burst.Since.IsZero() {
		return 0
	}
	work := easiest
	for more := d.limits.PerStretch; more < p.count && work < hardest; more *= 2 {
		work++
	}
	return work
}

// Burst is that of a docket now.
func (d *Door) Burst(of app.ID) Burst {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.dockets[of].at(d.now()).burst
}

// Judge counts a submission and says what becomes of it.
func (d *Door) Judge(ctx context.Context, v Visit) Verdict {
	now := d.now()
	count := d.common.Add(ctx, "docket:"+string(v.Docket), stretch, now)
	d.mu.Lock()
	p := d.dockets[v.Docket].at(now)
	// A form that was opened before the rush owes no work.
	owed := d.work(p)
	p.count = max(p.count, count)
	p.burst = p.burst.seen(p.count, d.limits.PerStretch, now)
	d.dockets[v.Docket] = p
	d.mu.Unlock()
	verdict := Verdict{Burst: p.burst}
	switch {
	case d.isOften(ctx, v, now):
		verdict.IsSlow, verdict.Why = true, Often
	case owed > 0 && !d.isPaid(ctx, v, now):
		verdict.IsSlow, verdict.Why = true, NoProof
	}
	return verdict
}

func (p pressure) at(now time.Time) pressure {
	if begun := now.Truncate(stretch); !p.last.Equal(begun) {
		p.count, p.last = 0, begun
	}
	p.burst = p.burst.at(now)
	return p
}

// isOften counts by network, for an hour, in this process only.
func (d *Door) isOften(ctx context.Context, v Visit, now time.Time) bool {
	key := d.keys.of(v.Address, now)
	return key != "" && d.own.Add(ctx, "network:"+key+":"+string(v.Docket), time.Hour, now) > d.limits.PerNetwork
}

// isPaid reports whether a challenge was answered, and not yet for something else.
func (d *Door) isPaid(ctx context.Context, v Visit, now time.Time) bool {
	if _, ok := isSolved(d.secret, v.Docket, v.Challenge, v.Number, now); !ok {
		return false
	}
	_, signature, _ := strings.Cut(v.Challenge, ".")
	return d.common.Add(ctx, "paid:"+signature, 2*fresh, now) == 1
}
