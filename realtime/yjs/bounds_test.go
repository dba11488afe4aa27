package yjs

import (
	"os"
	"runtime"
	"testing"
	"time"
)

// What a decoder may allocate: so many times its input, and a little for what it makes
// however small that is: the update itself, an error and its words, and for format V2
// what smallUpdate lets even the smallest become.
const (
	allocFactor = 64
	allocFixed  = 4096
)

// decoders are all that read what a stranger wrote.
var decoders = map[string]struct {
	hostile func(n int) map[string][]byte
	decode  func([]byte, Limits) error
}{
	"Decode":                 {hostile, func(b []byte, lim Limits) error { _, err := Decode(b, lim); return err }},
	"DecodeV2":               {hostileV2, func(b []byte, lim Limits) error { _, err := DecodeV2(b, lim); return err }},
	"DecodeSnapshot":         {hostileToSnapshots, func(b []byte, lim Limits) error { _, err := DecodeSnapshot(b, lim); return err }},
	"DecodeSnapshotV2":       {hostileToSnapshots, func(b []byte, lim Limits) error { _, err := DecodeSnapshotV2(b, lim); return err }},
	"DecodeStateVector":      {hostileToSnapshots, func(b []byte, lim Limits) error { _, err := DecodeStateVector(b, lim); return err }},
	"DecodeRelativePosition": {hostileToSnapshots, func(b []byte, _ Limits) error { _, err := DecodeRelativePosition(b); return err }},
}

// allocated is how many bytes a call allocates: the least of three tries, because the
// runtime allocates too.
func allocated(call func()) uint64 {
	least := ^uint64(0)
	var before, after runtime.MemStats
	for range 3 {
		runtime.ReadMemStats(&before)
		call()
		runtime.ReadMemStats(&after)
		least = min(least, after.TotalAlloc-before.TotalAlloc)
	}
	return least
}

func TestWhatADecoderAllocatesIsInProportionToItsInput(t *testing.T) {
	for name, decoder := range decoders {
		t.Run(name, func(t *testing.T) {
			var worst float64
			var what string
			for input, b := range decoder.hostile(20_000) {
				for _, lim := range []Limits{{}, DefaultLimits()} {
					got := allocated(func() { decoder.decode(b, lim) })
					if got > uint64(allocFactor*len(b)+allocFixed) {
						t.Errorf("%s: %d bytes for an input of %d", input, got, len(b))
					}
					if times := float64(got) / float64(len(b)+allocFixed); times > worst {
						worst, what = times, input
					}
				}
			}
			t.Logf("at worst %.0f times the input, for %s", worst, what)
		})
	}
}

// bounded checks the bounds of an input that was found by fuzzing, time included, if
// MADANG_BOUNDS is set: on a machine with other things to do, time says nothing.
func bounded(t *testing.T, b []byte, decode func([]byte, Limits) error) {
	t.Helper()
	if os.Getenv("MADANG_BOUNDS") == "" {
		return
	}
	if got := allocated(func() { decode(b, DefaultLimits()) }); got > uint64(allocFactor*len(b)+allocFixed) {
		t.Errorf("%d bytes for an input of %d", got, len(b))
	}
	if took := fastest(func() { decode(b, DefaultLimits()) }); took > 5*time.Millisecond {
		t.Errorf("%v for an input of %d", took, len(b))
	}
}

func fastest(call func()) time.Duration {
	least := time.Hour
	for range 5 {
		start := time.Now()
		call()
		least = min(least, time.Since(start))
	}
	return least
}

// The largest update a client may send, as bad as can be, is decoded or refused in less
// than 5 ms; the metric is the slowest of all inputs.
func BenchmarkHostile(b *testing.B) {
	for name, decoder := range decoders {
		inputs := decoder.hostile(DefaultLimits().Bytes * 9 / 10)
		b.Run(name, func(b *testing.B) {
			var worst time.Duration
			var what string
			for b.Loop() {
				worst = 0
				for input, bad := range inputs {
					if took := fastest(func() { decoder.decode(bad, DefaultLimits()) }); took > worst {
						worst, what = took, input
					}
				}
			}
			b.ReportMetric(float64(worst.Microseconds())/1000, "worst-ms")
			b.Logf("the slowest: %s", what)
		})
	}
}
