package upkeep

import (
	"io/fs"
	"time"

	"madang/app"
)

// Grade says how urgent a finding is; worse is higher.
type Grade int

// The grades.
const (
	Fine    Grade = iota // nothing to do
	Warning              // the forum runs, but look at it this week
	Fault                // something is broken, or will be soon: do something today
)

// String is the grade for scripts.
func (g Grade) String() string { return []string{"fine", "warning", "fault"}[g] }

// Finding is what was found in one area of an installation.
type Finding struct {
	// Area is what was looked at: settings, database, redis, disk, clock, backup, drill,
	// mail, chromium, folders, live.
	Area  string
	Grade Grade
	// What says what is wrong and what to do about it; nil if all is fine.
	What *app.Error
	// Fact is what was seen, in a few words for experts, if that helps.
	Fact string
}

func fine(area, fact string) Finding { return Finding{Area: area, Fact: fact} }

// Worst is the grade of the worst finding.
func Worst(list []Finding) Grade {
	worst := Fine
	for _, f := range list {
		worst = max(worst, f.Grade)
	}
	return worst
}

// Bad is a finding that says what is wrong.
func Bad(area string, grade Grade, code string, args ...any) Finding {
	return Finding{Area: area, Grade: grade, What: app.Invalid("doctor."+code, args...)}
}

// drillWithin is how old the last drill may be: two of the weekly ones failed if it is older
// than that, or nobody drills.
const drillWithin = 35 * 24 * time.Hour

// Backups judges when the last backup was made, where one is wanted every so often.
func Backups(log Log, every time.Duration, now time.Time) Finding {
	const area = "backup"
	last, good := log.Last, log.LastGood
	age := int(now.Sub(good.At).Hours())
	switch {
	case last.At.IsZero():
		return Bad(area, Warning, "backup.none")
	case !last.WentWell():
		return Bad(area, Fault, "backup.failed")
	case now.Sub(good.At) > 2*every+time.Hour:
		return Bad(area, Fault, "backup.old", "hours", age)
	case !good.IsSealed:
		return Bad(area, Warning, "backup.plain")
	}
	return fine(area, good.At.UTC().Format(time.RFC3339))
}

// Drills judges when a backup was last brought back.
func Drills(log Log, now time.Time) Finding {
	const area = "drill"
	switch {
	case log.Last.At.IsZero():
		return Bad(area, Warning, "drill.none")
	case !log.Last.WentWell():
		return Bad(area, Fault, "drill.failed")
	case now.Sub(log.LastGood.At) > drillWithin:
		return Bad(area, Warning, "drill.old", "days", int(now.Sub(log.LastGood.At).Hours()/24))
	}
	return fine(area, log.LastGood.At.UTC().Format(time.RFC3339))
}

// Room that a disk needs, in bytes: below the first people soon can't save, below the
// second it is time to look.
const (
	roomAtLeast = 256 << 20
	roomWanted  = 2 << 30
)

// Disk judges the room that is left where a folder is. The folder goes by what it is for:
// "data" or "backup".
func Disk(folder string, free int64) Finding {
	switch mib := int(free >> 20); {
	case free < roomAtLeast:
		return Bad("disk", Fault, "disk.full", "folder", folder, "mib", mib)
	case free < roomWanted:
		return Bad("disk", Warning, "disk.low", "folder", folder, "mib", mib)
	}
	return fine("disk", folder)
}

// Clocks of a node and its database may be apart by so much before times of acts get out
// of order, or deadlines are kept wrongly.
const (
	clockNoticed = 2 * time.Second
	clockWrong   = time.Minute
)

// Clock judges how far the node's clock is ahead of the database's.
func Clock(ahead time.Duration) Finding {
	apart := int(ahead.Abs().Round(time.Second).Seconds())
	switch {
	case ahead.Abs() > clockWrong:
		return Bad("clock", Fault, "clock", "seconds", apart)
	case ahead.Abs() > clockNoticed:
		return Bad("clock", Warning, "clock", "seconds", apart)
	}
	return fine("clock", "")
}

// Folder judges who may look into a folder or file that is for its owner alone. It goes by
// what it is for: "data", "backup" or "secret".
func Folder(name string, mode fs.FileMode) Finding {
	if mode.Perm()&0o077 != 0 {
		return Bad("folders", Warning, "folder.open", "folder", name)
	}
	return fine("folders", name)
}

// Happening is something that a node counts since it started.
type Happening struct {
	Times int64
	Last  time.Time
}

// happenedLately is how long a steward is told of what happened once.
const happenedLately = 7 * 24 * time.Hour

// Live judges what happened to a node's live text: faults of the program, and updates that
// no honest client sends.
func Live(faults, incidents Happening, now time.Time) Finding {
	const area = "live"
	isRecent := func(h Happening) bool { return h.Times > 0 && now.Sub(h.Last) < happenedLately }
	hours := func(h Happening) int { return int(now.Sub(h.Last).Hours()) }
	switch {
	case isRecent(faults):
		return Bad(area, Warning, "live.fault", "count", int(faults.Times), "hours", hours(faults))
	case isRecent(incidents):
		return Bad(area, Warning, "live.incident", "count", int(incidents.Times), "hours", hours(incidents))
	}
	return fine(area, "")
}
