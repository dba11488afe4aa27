package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"
)

// The ladder of a saturated document: keystrokes a second, all writers together,
// until somebody waits for one longer than tolerable. No writer types faster than
// Madang reads by default, which is 60 messages a second.
var rungs = []float64{125, 250, 500, 1000, 2000, 3000, 4000, 6000, 8000, 10000, 12500}

const (
	rungTime  = 2500 * time.Millisecond
	tolerable = 200 * time.Millisecond
	audience  = 500 // people in the document; hallWriters of them type
)

// measureSaturation climbs, and returns what reached people a second on the last
// rung that was tolerable. On each of them everybody got everything, and so did who
// came after it.
func measureSaturation(ctx context.Context, r *running, _ windows) (results, error) {
	load := typing{docs: []int{hallDocument}, writers: hallWriters, readers: audience - hallWriters}
	g, err := gather(ctx, r, load)
	if err != nil {
		return nil, fmt.Errorf("joining: %w", err)
	}
	defer g.loop.close()
	total := 0.0
	for _, rate := range rungs {
		total += rate * rungTime.Seconds()
	}
	if err := g.prepare(g.sessions[0], hallWriters, int(total)/hallWriters+len(rungs)); err != nil {
		return nil, err
	}
	res := results{"rate": 0}
	for _, rate := range rungs {
		rung, err := g.climb(ctx, rate)
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if err != nil {
			fmt.Fprintf(os.Stderr, "at %g keystrokes/s: %v\n", rate, err)
			break
		}
		if rung["p99"] > ms(tolerable) {
			res["over"] = rung["p99"]
			break
		}
		res = rung
	}
	if res["rate"] == 0 {
		return nil, errors.New("not even the lowest rate was tolerable")
	}
	return res, nil
}

// climb lets people type at one rate.
func (g *gathering) climb(ctx context.Context, rate float64) (results, error) {
	s := g.sessions[0]
	late, faults := g.tally.late, g.tally.faults
	*g.tally = tally{late: late, faults: faults}
	start := g.loop.now()
	every := float64(time.Second) / rate
	n := int(rate * rungTime.Seconds())
	before := 0
	for _, sent := range s.sent {
		before += len(sent)
	}
	warm := n / 5
	var meter *meter
	for i := 0; i < n; {
		now := g.loop.now()
		for ; i < n && start+int64(float64(i)*every) <= now; i++ {
			if i == warm {
				var err error
				if meter, err = g.server.startMeter(); err != nil {
					return nil, err
				}
				g.tally.since = g.loop.now()
			}
			w := (before + i) % hallWriters
			update := s.parts[w].updates[len(s.sent[w])]
			s.press(w, clientFrame(opBinary, g.server.dialect.sync(s.name(), stepUpdate, update)))
		}
		if i < n {
			if err := g.loop.turn(time.Duration(start + int64(float64(i)*every) - g.loop.now())); err != nil {
				return nil, err
			}
		}
		if err := g.tally.faults.err(); err != nil {
			return nil, err
		}
	}
	spent, err := meter.stop()
	if err != nil {
		return nil, err
	}
	if err := g.converge(ctx); err != nil {
		return nil, err
	}
	res := g.tally.results(spent)
	res["typed"] = rate
	res["rate"] = rate * (audience - 1) / 1e6
	return res, nil
}
