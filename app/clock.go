package app

import "time"

// Clock tells the time. Rules take a time.Time; only services hold a Clock, so
// that a test can close a period or age a session without waiting.
type Clock func() time.Time

// SystemClock is the wall clock in UTC, cut to the millisecond, which is what
// the database keeps: a time read back equals the time that was written.
func SystemClock() time.Time {
	return time.Now().UTC().Truncate(time.Millisecond)
}
