// Package upkeep is what keeps a forum alive: its backups, the drills in which they are
// brought back, and the judgement of how well it is. It knows times, sizes and states of
// machines, and nothing that people wrote.
package upkeep

import (
	"errors"
	"time"

	"madang/app"
)

// Task is something that is done to look after the forum.
type Task string

// The tasks.
const (
	// Backup writes all that the database holds into a file.
	Backup Task = "backup"
	// Drill brings a backup back in a scratch place and checks what came of it.
	Drill Task = "drill"
	// Restore puts a backup in the place of what the database holds.
	Restore Task = "restore"
)

// Deed is a task as it was carried out once.
type Deed struct {
	ID   app.ID
	Task Task
	At   time.Time // when it ended
	Took time.Duration
	// Problem is the code of what went wrong, empty if all went well. It has a
	// sentence, "error." and the code.
	Problem string
	Bytes   int64 // of the backup
	// IsSealed reports whether the backup can be read with a key only.
	IsSealed bool
}

// WentWell reports whether it ended as it should.
func (d Deed) WentWell() bool { return d.Problem == "" }

// Log is what is remembered of a task: its last deed, and the last one that went well.
// They are zero if there is none.
type Log struct{ Last, LastGood Deed }

// Logs has the Log of each task.
type Logs map[Task]Log

// ProblemOf is the code by which a deed remembers an error: that of the error if it has
// one, else the task's own for what nobody foresaw. Nil is no problem.
func ProblemOf(task Task, err error) string {
	var refusal *app.Error
	switch {
	case err == nil:
		return ""
	case errors.As(err, &refusal) && refusal.Kind != app.KindUnavailable:
		return refusal.Code
	}
	return string(task) + ".failed"
}
