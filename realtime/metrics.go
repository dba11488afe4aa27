package realtime

import "sync/atomic"

// Metrics counts what the hub does. Whoever exports them reads them at any time.
type Metrics struct {
	Connections atomic.Int64 // open now
	Documents   atomic.Int64 // resident now
	Updates     atomic.Int64 // committed
	Batches     atomic.Int64 // commits of the log, one document each
	Unsaved     atomic.Int64 // commits that failed
	Refusals    atomic.Int64 // updates refused by the gate
	Incidents   atomic.Int64 // refusals that no honest client earns
	Holds       atomic.Int64 // updates held by the brake
	SlowReaders atomic.Int64 // connections that couldn't keep up
	Gaps        atomic.Int64 // updates that came before what they build on
	Behind      atomic.Int64 // times the log told what no note had
	Panics      atomic.Int64
	// When the last of them was, in Unix seconds; 0 if there was none.
	IncidentAt, PanicAt atomic.Int64
}
