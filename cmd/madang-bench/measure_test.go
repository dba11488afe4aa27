package main

import (
	"bytes"
	"slices"
	"testing"
	"time"

	"madang/realtime/yjs"
)

func TestQuantilesAreRightToTheWidthOfABucket(t *testing.T) {
	var l latencies
	for n := range int64(100_000) {
		l.add(n * 1000)
	}
	for q, want := range map[float64]time.Duration{0.5: 50 * time.Millisecond, 0.99: 99 * time.Millisecond, 1: 100 * time.Millisecond} {
		got := l.quantile(q)
		if off := float64(got-want) / float64(want); off < -0.001 || off > 1.0/64+0.001 {
			t.Errorf("quantile %g is %v, want %v", q, got, want)
		}
	}
	if got := new(latencies).quantile(0.5); got != 0 {
		t.Errorf("a median of nothing: %v", got)
	}
}

func TestEveryDurationHasItsBucket(t *testing.T) {
	for _, d := range []int64{0, 1, 63, 64, 65, 127, 128, 1000, 123_456_789, int64(time.Hour)} {
		b := bucketOf(d)
		if d < startOf(b) || d >= startOf(b+1) {
			t.Errorf("%d is in the bucket from %d to %d", d, startOf(b), startOf(b+1))
		}
	}
}

func TestAMedianIsTheMiddleOfWhatWasMeasured(t *testing.T) {
	for want, values := range map[float64][]float64{0: nil, 3: {9, 3, 1}, 2.5: {1, 2, 3, 9}} {
		if got := median(values); got != want {
			t.Errorf("the median of %v is %g, want %g", values, got, want)
		}
	}
}

func TestGoalsCompareWithTheBestOfThePeers(t *testing.T) {
	m := &measurement{
		scenario: scenario{figures: []figure{{key: "took", label: "time", goal: atMost(0.2, "peers")}}},
		Runs:     map[string][]results{}, Void: map[string][]string{}, Medians: map[string]results{},
	}
	for contender, took := range map[string]float64{"hocuspocus": 4, "y-websocket": 3, "madang-sqlite": 0.7} {
		m.note(contender, results{"took": took}, nil)
	}
	if len(m.Verdicts) != 1 || m.Verdicts[0].Beside != "y-websocket" || m.Verdicts[0].Reached {
		t.Errorf("0.7 s beside 3 s is a fifth: %+v", m.Verdicts)
	}
	m.note("madang-sqlite", results{"took": 0.5}, nil)
	if !m.Verdicts[0].Reached {
		t.Errorf("the median of 0.7 s and 0.5 s beside 3 s is no fifth: %+v", m.Verdicts)
	}
}

// aDocument is one with so many empty-handed paragraphs to write in.
func aDocument(t *testing.T, texts int) []byte {
	t.Helper()
	updates, err := paragraphs(texts, 40)
	if err != nil {
		t.Fatal(err)
	}
	return updates[0]
}

func TestAScriptReadsAsItsUpdatesDoInAnyOrder(t *testing.T) {
	s, err := write(aDocument(t, 3), firstClient, 3, 50)
	if err != nil {
		t.Fatal(err)
	}
	want, err := s.text([]int{50, 20, 0})
	if err != nil {
		t.Fatal(err)
	}
	doc := yjs.NewDoc()
	for _, update := range slices.Concat(s.parts[1].updates[:20], s.parts[0].updates, [][]byte{s.base}) {
		if err := doc.ApplyUpdate(update); err != nil {
			t.Fatal(err)
		}
	}
	if got := textOf(doc); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if !bytes.Contains([]byte(want), s.parts[0].letters) {
		t.Errorf("the first writer's letters are not together in %q", want)
	}
}

func TestAMergedUpdateIsReadAsWhatWasTyped(t *testing.T) {
	s, err := write(aDocument(t, 2), firstClient, 2, 30)
	if err != nil {
		t.Fatal(err)
	}
	merged, err := yjs.MergeUpdates(slices.Concat(s.parts[0].updates[3:9], s.parts[1].updates[:2])...)
	if err != nil {
		t.Fatal(err)
	}
	letters := map[uint64][]byte{}
	err = scan(merged, func(found stretch) {
		if start := len(letters[found.client]); found.client == firstClient && int(found.clock) != start+3 {
			t.Errorf("clock %d comes where %d should", found.clock, start+3)
		}
		letters[found.client] = append(letters[found.client], found.text...)
	})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := letters[firstClient], s.parts[0].letters[3:9]; !bytes.Equal(got, want) {
		t.Errorf("the first writer's letters are %q, want %q", got, want)
	}
	if got, want := letters[firstClient+1], s.parts[1].letters[:2]; !bytes.Equal(got, want) {
		t.Errorf("the second writer's letters are %q, want %q", got, want)
	}
}

func TestOtherContentIsCountedToo(t *testing.T) {
	update := aDocument(t, 2)
	last := uint64(0)
	if err := scan(update, func(found stretch) { last = max(last, found.clock+found.length) }); err != nil {
		t.Fatal(err)
	}
	doc := yjs.NewDoc()
	if err := doc.ApplyUpdate(update); err != nil {
		t.Fatal(err)
	}
	if want := doc.StateVector()[furnisher]; last != want {
		t.Errorf("the update ends at %d, want %d", last, want)
	}
	if scan([]byte{1, 2, 3}, func(stretch) {}) == nil {
		t.Error("half an update is read as a whole one")
	}
}

func TestUnitsAreThoseOfUTF16(t *testing.T) {
	for text, want := range map[string]uint64{"": 0, "abc": 3, "마당": 2, "🙂": 2} {
		if got := units([]byte(text)); got != want {
			t.Errorf("%q has %d units, want %d", text, got, want)
		}
	}
}

func TestAClientsFrameIsReadAsItWasMeant(t *testing.T) {
	for _, size := range []int{0, 1, 125, 126, 70_000} {
		payload := bytes.Repeat([]byte{'x'}, size)
		frame := unmask(clientFrame(opBinary, payload))
		for _, part := range []int{0, 1, len(frame) - 1} {
			if _, _, ok, err := parseFrame(frame[:part]); ok || err != nil {
				t.Errorf("%d of %d bytes are a frame: %t, %v", part, len(frame), ok, err)
			}
		}
		f, rest, ok, err := parseFrame(append(frame, 'r'))
		if !ok || err != nil || f.op != opBinary || !f.final || !bytes.Equal(f.payload, payload) || string(rest) != "r" {
			t.Errorf("a frame of %d bytes: op %d, %d bytes, rest %q, %t, %v", size, f.op, len(f.payload), rest, ok, err)
		}
	}
}

// unmask makes of a client's frame what a server would send.
func unmask(frame []byte) []byte {
	head := 2
	switch frame[1] & 0x7f {
	case 126:
		head = 4
	case 127:
		head = 10
	}
	mask, plain := frame[head:head+4], slices.Clone(frame[:head])
	plain[1] &= 0x7f
	for i, b := range frame[head+4:] {
		plain = append(plain, b^mask[i%4])
	}
	return plain
}
