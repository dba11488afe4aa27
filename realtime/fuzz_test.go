package realtime

import "testing"

// Whatever a client sends is a message or malformed, never a panic; what is a message
// is one to its last byte.
func FuzzMessage(f *testing.F) {
	f.Add(syncFrame(syncStep1, []byte{0}))
	f.Add(syncFrame(syncUpdate, []byte{0, 0}))
	f.Add(awarenessFrame(encodeAwareness([]entry{{1, 2, []byte(`{"cursor":null}`)}})))
	f.Add(hashFrame(7, [32]byte{1}))
	f.Add([]byte{0, 2, 255, 255, 255, 127, 1})
	f.Fuzz(func(t *testing.T, frame []byte) {
		m, err := parseMessage(frame)
		if err != nil {
			return
		}
		if _, err := parseMessage(append(frame[:len(frame):len(frame)], 0)); err == nil && m.kind != msgAuth {
			t.Error("a byte behind the message went unnoticed")
		}
	})
}

func FuzzAwareness(f *testing.F) {
	f.Add(encodeAwareness([]entry{{1, 2, []byte("null")}, {3, 4, []byte("{}")}}))
	f.Add([]byte{255, 255, 255, 255, 15, 1})
	f.Fuzz(func(t *testing.T, update []byte) {
		entries, err := parseAwareness(update)
		if err != nil {
			return
		}
		again, err := parseAwareness(encodeAwareness(entries))
		if err != nil || len(again) != len(entries) {
			t.Errorf("%d entries came back as %d, %v", len(entries), len(again), err)
		}
	})
}

func FuzzNote(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte{1, 2, 3})
	f.Fuzz(func(t *testing.T, b []byte) { parseNote(b) })
}
