package main

import (
	"context"
	"fmt"
	"time"
)

// cuts are when the power goes, after people have begun to type.
var cuts = []time.Duration{7 * time.Second, 13 * time.Second, 17 * time.Second}

// measurePowerCut lets people type, kills the server in the middle of it, starts it
// again on what it has stored, and counts the keystrokes that are gone of those it
// had acknowledged, and of those that others had been shown.
func measurePowerCut(after time.Duration) func(context.Context, *running, windows) (results, error) {
	return func(ctx context.Context, r *running, _ windows) (results, error) {
		load := typing{docs: []int{roomDocument}, writers: roomWriters, readers: 5, pace: 5, window: after}
		g, err := gather(ctx, r, load)
		if err != nil {
			return nil, fmt.Errorf("joining: %w", err)
		}
		defer g.loop.close()
		due, err := g.rehearse(load)
		if err != nil {
			return nil, err
		}
		if _, err := g.play(ctx, due, load); err != nil {
			return nil, fmt.Errorf("typing: %w", err)
		}
		r.kill()
		if err := g.hearTheRest(); err != nil {
			return nil, err
		}
		if err := r.again(ctx); err != nil {
			return nil, fmt.Errorf("starting again: %w", err)
		}
		return g.countLost(ctx)
	}
}

// hearTheRest takes in what was on its way when the server died.
func (g *gathering) hearTheRest() error {
	for until := time.Now().Add(200 * time.Millisecond); time.Now().Before(until); {
		if err := g.loop.turn(10 * time.Millisecond); err != nil {
			return err
		}
	}
	return nil
}

func (g *gathering) countLost(ctx context.Context) (results, error) {
	s := g.sessions[0]
	late, err := visit(g.loop, g.server, 0, s.doc, lateComer)
	if err != nil {
		return nil, err
	}
	if err := late.until(ctx, g.loop, func(text string) bool { return text != "" }); err != nil {
		return nil, err
	}
	doc, err := late.read()
	if err != nil {
		return nil, err
	}
	stored := doc.StateVector()
	res := results{"acked": 0, "shown": 0, "typed": 0, "ackedLost": 0, "shownLost": 0}
	for w, sent := range s.sent {
		kept := int(stored[s.first+uint64(w)])
		shown := 0
		for _, c := range s.people {
			if c.writer != w {
				shown = max(shown, c.next[w])
			}
		}
		res["typed"] += float64(len(sent))
		res["acked"] += float64(s.acked[w])
		res["shown"] += float64(shown)
		res["ackedLost"] += float64(max(s.acked[w]-kept, 0))
		res["shownLost"] += float64(max(shown-kept, 0))
	}
	if s.at.dialect.ack == 0 {
		delete(res, "acked")
		delete(res, "ackedLost")
	}
	return res, nil
}
