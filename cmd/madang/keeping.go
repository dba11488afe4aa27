package main

import (
	"errors"
	"time"

	"madang/realtime"
)

// keeping says how long a node keeps of a live text what it could do without: memory
// against reading again, disk against looking back.
type keeping struct {
	Idle         time.Duration `default:"30s" placeholder:"DURATION" help:"How long a text that nobody has open stays in memory. Default: 30s."`
	CompactAfter int           `default:"500" placeholder:"N" help:"After how many edits a text is stored anew as a whole. Default: 500."`
	KeepEdits    time.Duration `default:"24h" placeholder:"DURATION" help:"How long the content of single edits is kept once the text is stored as a whole. Who edited what and when is kept for ever. Default: 24h."`
}

// Validate refuses what no node could work with.
func (k keeping) Validate() error {
	if k.Idle < 0 || k.CompactAfter < 1 || k.KeepEdits < 0 {
		return errors.New("--idle and --keep-edits can't be negative, and --compact-after is at least 1")
	}
	return nil
}

func (k keeping) limits() realtime.Limits {
	l := realtime.DefaultLimits()
	l.Idle, l.Compact, l.KeepUpdates = k.Idle, k.CompactAfter, k.KeepEdits
	return l
}
