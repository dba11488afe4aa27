package main

import (
	"context"
	"fmt"
	"time"
)

// visitor is a stream of people who open a statement, write a word or two, wait until
// it is saved, and close the window: nobody will ever send those words again.
type visitor struct {
	people    []person
	title     string
	statement string
	line      *line
	ledger    *ledger
	seed      uint64
}

// mostVisits is how often one person comes at most. The forum binds at most 100 client
// ids of a person to a text a day, and each visit is one.
const mostVisits = 95

// keepComing lets one after the other in until ctx ends.
func (v visitor) keepComing(ctx context.Context) {
	for n := 0; ctx.Err() == nil && n < mostVisits*len(v.people); n++ {
		v.visit(ctx, n)
	}
}

// visitTime is how long a visitor stays at most; what isn't saved by then is left
// behind unsaved.
const visitTime = 6 * time.Second

func (v visitor) visit(ctx context.Context, n int) {
	ctx, leave := context.WithTimeout(ctx, visitTime)
	title := fmt.Sprintf("%s%d", v.title, n)
	w := newWriter(v.people[n%len(v.people)], title, v.statement, v.line, v.ledger, v.seed+uint64(n))
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		w.stayOnline(ctx)
	}()
	if until(ctx, w.isReading) == nil {
		for range 1 + n%3 {
			w.press()
		}
		if until(ctx, w.isSaved) == nil {
			v.ledger.count("visitors who left once saved")
		}
	}
	leave()
	<-gone
}

func (w *writer) isReading() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.synced && w.asked
}

func (w *writer) isSaved() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.unsaved) == 0
}
