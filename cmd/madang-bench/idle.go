package main

import (
	"context"
	"fmt"
	"time"
)

// idlers are who has a document open and does nothing.
const idlers = 5000

// measureIdle lets many people come and stay: how fast they get in, and what the
// server's memory grows by for each, its documents and all else included.
func measureIdle(ctx context.Context, r *running, w windows) (results, error) {
	if err := rest(ctx, time.Second); err != nil {
		return nil, err
	}
	before, err := r.resident()
	if err != nil {
		return nil, err
	}
	began := time.Now()
	g, err := gather(ctx, r, typing{docs: upTo(shortDocuments), readers: idlers / shortDocuments})
	if err != nil {
		return nil, fmt.Errorf("joining: %w", err)
	}
	defer g.loop.close()
	took := time.Since(began)
	meter, err := r.startMeter()
	if err != nil {
		return nil, err
	}
	for until := time.Now().Add(w.window); time.Now().Before(until); {
		if err := g.loop.turn(100 * time.Millisecond); err != nil {
			return nil, err
		}
		if err := g.tally.faults.err(); err != nil {
			return nil, err
		}
	}
	spent, err := meter.stop()
	if err != nil {
		return nil, err
	}
	after, err := r.resident()
	if err != nil {
		return nil, err
	}
	res := spent.results()
	res["each"] = float64(after-before) / 1000 / idlers
	res["all"] = float64(after) / 1e6
	res["rate"] = idlers / took.Seconds()
	return res, nil
}
