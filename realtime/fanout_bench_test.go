package realtime

import (
	"fmt"
	"io"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"madang/app/prose"
	"madang/realtime/yjs"
)

// BenchmarkFanOut is one person's keystroke on its way to everybody who has the
// document open: judged, committed to a log in memory, acknowledged and sent. It
// reports the processor time of both ends for one delivery. The receiving end is
// this process too, and the same for every way of sending.
func BenchmarkFanOut(b *testing.B) {
	for _, readers := range []int{20, 200} {
		b.Run(fmt.Sprintf("readers=%d", readers), func(b *testing.B) { benchmarkFanOut(b, readers) })
	}
}

func benchmarkFanOut(b *testing.B, readers int) {
	f := newForum(b, func(c *Config) {
		c.Limits = DefaultLimits()
		c.Limits.Sockets, c.Limits.Rate, c.Limits.Tick = readers+1, 1e9, 0
		c.Logger = slog.New(slog.NewTextHandler(io.Discard, nil))
	})
	var received atomic.Int64
	for range readers {
		f.listen(&received)
	}
	bo := f.join("bo")
	f.await("everybody to be there", func() bool { return received.Load() == int64(readers) })
	spent := processorTime(b)
	for i := 0; b.Loop(); i++ {
		bo.types(0, "a")
		// Everybody gets a sync message of each keystroke.
		f.await("the keystroke", func() bool { return received.Load() >= int64(readers*(i+2)) })
	}
	perDelivery := float64(processorTime(b)-spent) / float64(b.N*readers)
	b.ReportMetric(perDelivery, "cpu-ns/delivery")
	b.ReportMetric(float64(b.Elapsed())/float64(b.N*readers), "ns/delivery")
}

// listen opens a connection that counts the states and updates it gets, and
// understands nothing.
func (f *forum) listen(received *atomic.Int64) {
	ws := dial(f.t, f.url(""), "dana")
	f.t.Cleanup(func() { _ = ws.Close() })
	for _, frame := range [][]byte{
		syncFrame(syncStep1, yjs.EncodeStateVector(nil)),
		syncFrame(syncStep2, yjs.NewDoc().EncodeStateAsUpdate(nil)),
	} {
		if err := ws.WriteMessage(websocket.BinaryMessage, frame); err != nil {
			f.t.Fatal(err)
		}
	}
	go func() {
		for {
			_, frame, err := ws.ReadMessage()
			if err != nil {
				return
			}
			if frame[0] == msgSync && frame[1] != syncStep1 {
				received.Add(1)
			}
		}
	}()
}

func processorTime(tb testing.TB) time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		tb.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// BenchmarkKeystroke is what one keystroke costs the room by itself: judged,
// applied, attributed, committed to a log in memory and acknowledged, in a text of
// 100 paragraphs that 20 people type into.
func BenchmarkKeystroke(b *testing.B) {
	f := newForum(b, func(c *Config) {
		c.Limits = DefaultLimits()
		c.Limits.Sockets, c.Limits.Tick, c.Limits.Compact = 100, 0, 1<<30
		c.Logger = slog.New(slog.NewTextHandler(io.Discard, nil))
	})
	first := prose.Doc{}
	for range 100 {
		words := []prose.Span{{Text: strings.Repeat("모든 사람은 자유롭다. ", 40)}}
		first.Blocks = append(first.Blocks, prose.Block{Node: prose.Paragraph, CID: prose.NewCID(), Inline: words})
	}
	f.begin(first)
	var writers []*person
	for range 20 {
		writers = append(writers, f.join("bo"))
	}
	r := f.hub.resident(f.doc)
	var conns []*conn
	_ = r.visit(b.Context(), func() error {
		conns = slices.Collect(maps.Keys(r.conns))
		return nil
	})
	edits := make([]edit, b.N)
	for i := range edits {
		n := i % len(writers)
		raw := writers[n].edit(typing(n*3, "a"))
		update, err := yjs.Decode(raw, yjs.Limits{})
		if err != nil {
			b.Fatal(err)
		}
		edits[i] = edit{from: conns[n], raw: raw, update: update}
	}
	b.ResetTimer()
	for _, e := range edits {
		_ = r.visit(b.Context(), func() error {
			r.take([]edit{e}, true)
			return nil
		})
	}
}
