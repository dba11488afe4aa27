package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"filippo.io/age"

	"madang/app"
	"madang/app/upkeep"
	"madang/db"
)

// backupCommand writes all that the database holds into a file, while the forum runs.
type backupCommand struct {
	place
	sealing
	File string `arg:"" help:"Where to write the backup; it replaces an older one once it is whole."`
}

// Run writes the backup beside the file first: under its name there is never half of one.
func (c *backupCommand) Run(ctx context.Context, term terminal) error {
	to, err := readRecipients(c.To)
	if err != nil {
		return err
	}
	database, _, err := migrate(ctx, c.place)
	if err != nil {
		return err
	}
	defer database.Close()
	if err := backUp(ctx, database, c.File, to, term.progress); err != nil {
		return err
	}
	if len(to) == 0 {
		fmt.Fprintln(term.notes, "Whoever finds this file can read everything in it. Seal it with --to, or keep it where nobody else comes.")
	}
	fmt.Fprintln(term.notes, "The secret file is not in it: keep a copy of that too.")
	return json.NewEncoder(term.answers).Encode(map[string]string{"backup": c.File})
}

// backUp writes a backup and remembers how that ended.
func backUp(ctx context.Context, database *db.DB, file string, to []age.Recipient, tell db.Progress) error {
	begun := app.SystemClock()
	size, err := saveBackup(ctx, database, file, to, tell)
	return errors.Join(err, note(ctx, database, upkeep.Deed{Task: upkeep.Backup, Bytes: size, IsSealed: len(to) > 0}, begun, err))
}

// note remembers a deed that began at a time and ended now, with the error or nil. One that
// went well did so even if the database has no room to remember it: that is when a backup is
// wanted most.
func note(ctx context.Context, database *db.DB, deed upkeep.Deed, begun time.Time, err error) error {
	deed.ID, deed.At = app.NewID(), app.SystemClock()
	deed.Took, deed.Problem = deed.At.Sub(begun), upkeep.ProblemOf(deed.Task, err)
	// Why something was stopped is worth a line, too.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	noted := db.UpkeepStore{DB: database}.Note(ctx, deed)
	if err == nil && app.IsCode(noted, "storage.full") {
		return nil
	}
	return noted
}

// saveBackup writes a backup under another name, lets the disk say that it has it, and
// only then gives it its name. Whatever goes wrong, what stood under that name stays, and
// nothing is left beside it. A full disk is Busy "backup.full".
func saveBackup(ctx context.Context, database *db.DB, file string, to []age.Recipient, tell db.Progress) (size int64, err error) {
	folder := filepath.Dir(file)
	partial, err := os.CreateTemp(folder, partialOf(file)) // for its owner alone
	if err != nil {
		return 0, fullDisk(err)
	}
	defer partial.Close()
	if err := writeBackup(ctx, database, partial, to, tell); err != nil {
		return 0, errors.Join(fullDisk(err), os.Remove(partial.Name()))
	}
	info, err := os.Stat(partial.Name())
	if err == nil {
		err = os.Rename(partial.Name(), file)
	}
	if err != nil {
		return 0, errors.Join(fullDisk(err), os.Remove(partial.Name()))
	}
	return info.Size(), syncFolder(folder)
}

// partialOf is the pattern of names under which a backup is written before it is whole.
func partialOf(file string) string { return "." + filepath.Base(file) + ".partial-*" }

func writeBackup(ctx context.Context, database *db.DB, file *os.File, to []age.Recipient, tell db.Progress) error {
	out, err := sealed(file, to)
	if err != nil {
		return err
	}
	if err := database.Backup(ctx, out, app.SystemClock(), tell); err != nil {
		return err
	}
	return errors.Join(out.Close(), file.Sync(), file.Close())
}

// fullDisk says of an error whether there was no room: on the disk, in somebody's share
// of it, or within the limit of a file.
func fullDisk(err error) error {
	for _, full := range []error{syscall.ENOSPC, syscall.EDQUOT, syscall.EFBIG} {
		if errors.Is(err, full) {
			return app.Busy("backup.full").Because(err)
		}
	}
	return err
}

// progress tells of a table that is done.
func (t terminal) progress(table string, rows int64) {
	fmt.Fprintf(t.notes, "%s: %d rows\n", table, rows)
}

// syncFolder makes a new name in a folder survive a power cut.
func syncFolder(path string) error {
	folder, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}

// check reads a backup to its end, and lets it be read again.
func (o opened) check() (db.BackupHead, error) {
	head, err := db.CheckBackup(o)
	if err != nil {
		return head, err
	}
	_, err = o.Seek(0, io.SeekStart)
	return head, err
}
