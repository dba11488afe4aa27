package realtime

import "time"

// Limits are what one connection, document or node may cost. Sizes are bytes.
type Limits struct {
	Frame      int // a frame once the first reply has come
	FirstReply int // the first answer to our SyncStep1: work done offline
	Structs    int // structs and deleted ranges in one update
	State      int // a document's encoded state
	Text       int // a document's text, in UTF-16 units
	Growth     int // how far one update may advance one client's clock
	Awareness  int // an awareness frame
	Outbound   int // what waits to be written to one connection, besides its first state

	Rate    float64 // frames a second and connection, enforced by reading no faster
	Burst   int     // frames that may come at once
	Sockets int     // editors a persona may have open
	Pages   int     // pages a persona may have open

	FirstMessage time.Duration // silence allowed after the handshake
	Ping         time.Duration // between two pings; two unanswered end the connection
	Write        time.Duration // one write, of partSize; a kernel with a full buffer asks for more only when a third of it has gone

	Tick           time.Duration // what was committed within it leaves as one frame; longer where sending takes long
	AwarenessEvery time.Duration // between two awareness frames; the newest state wins
	Lease          time.Duration // how long a membership counts as known
	Follow         time.Duration // between two looks at memberships and log, for what no hint told
	Commit         time.Duration // patience with the log
	Idle           time.Duration // a document nobody uses stays resident
	Quiet          time.Duration // without a change before the text hash is sent

	Gap         int           // unanswered demands for missing structs
	GapEvery    time.Duration // between two of them
	Compact     int           // updates after the newest state that are worth a new one
	KeepUpdates time.Duration // how long compacted updates keep their bytes
}

// DefaultLimits are what the forum runs with.
func DefaultLimits() Limits {
	return Limits{
		Frame: 1 << 20, FirstReply: 2 << 20, Structs: 50_000,
		State: 8 << 20, Text: 500_000, Growth: 2_000_000,
		Awareness: 2 << 10, Outbound: 1 << 20,
		Rate: 60, Burst: 300, Sockets: 5, Pages: 20,
		FirstMessage: 5 * time.Second, Ping: 20 * time.Second, Write: 30 * time.Second,
		Tick: 3 * time.Millisecond, AwarenessEvery: 100 * time.Millisecond,
		Lease: 5 * time.Second, Follow: time.Second, Commit: 10 * time.Second,
		Idle: 30 * time.Second, Quiet: 2 * time.Second,
		Gap: 10, GapEvery: time.Second,
		Compact: 500, KeepUpdates: 24 * time.Hour,
	}
}
