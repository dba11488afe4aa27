package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"madang/app"
	"madang/db"
)

// backupCommand writes all that the database holds into a file, while the forum runs.
type backupCommand struct {
	place
	File string `arg:"" help:"Where to write the backup; it replaces an older one once it is whole."`
}

// Run writes the backup beside the file first: under its name there is never half of one.
func (c *backupCommand) Run(ctx context.Context, term terminal) error {
	database, _, err := migrate(ctx, c.place)
	if err != nil {
		return err
	}
	defer database.Close()
	partial := c.File + ".partial"
	if err := c.write(ctx, database, partial, term); err != nil {
		return errors.Join(err, os.Remove(partial))
	}
	if err := os.Rename(partial, c.File); err != nil {
		return err
	}
	if err := syncFolder(filepath.Dir(c.File)); err != nil {
		return err
	}
	fmt.Fprintln(term.notes, "The secret file is not in it: keep a copy of that too.")
	return json.NewEncoder(term.answers).Encode(map[string]string{"backup": c.File})
}

func (c *backupCommand) write(ctx context.Context, database *db.DB, partial string, term terminal) error {
	file, err := os.OpenFile(partial, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	defer file.Close()
	if err := database.Backup(ctx, file, app.SystemClock(), term.progress); err != nil {
		return err
	}
	return errors.Join(file.Sync(), file.Close())
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

// restoreCommand puts a backup in the place of what the database holds.
type restoreCommand struct {
	place
	File string `arg:"" help:"The backup." type:"existingfile"`
	Yes  bool   `help:"Don't ask."`
}

// Run checks the whole file before it touches anything, asks, and restores in one
// transaction. A forum that runs goes on; windows that are open build their text anew.
func (c *restoreCommand) Run(ctx context.Context, term terminal) error {
	file, err := os.Open(c.File)
	if err != nil {
		return err
	}
	defer file.Close()
	head, err := db.CheckBackup(file)
	if err != nil {
		return err
	}
	fmt.Fprintf(term.notes, "%s is whole. It was made on %s.\n", c.File, head.At.Format("2 January 2006, 15:04 UTC"))
	if err := c.compareSecret(head, term); err != nil {
		return err
	}
	database, _, err := migrate(ctx, c.place)
	if err != nil {
		return err
	}
	defer database.Close()
	if !c.Yes && !isSure(term) {
		return errors.New("nothing was changed")
	}
	if err := database.Restore(ctx, file, app.SystemClock(), term.progress); err != nil {
		return err
	}
	return json.NewEncoder(term.answers).Encode(map[string]string{"restored": c.File})
}

// compareSecret warns whoever restores beside another secret.
func (c *restoreCommand) compareSecret(head db.BackupHead, term terminal) error {
	secret, err := openSecret(c.secretPath())
	if err == nil && head.Secret != "" && head.Secret != fingerprint(secret) {
		fmt.Fprintln(term.notes, "Its return codes were made with another secret file. With the one that is here nobody can come back in; put the other in its place.")
	}
	return err
}

// isSure asks before everything is replaced.
func isSure(term terminal) bool {
	fmt.Fprintln(term.notes, "Everything that the forum holds now is replaced, and what was written after the backup is gone.")
	fmt.Fprint(term.notes, "Type restore to go on: ")
	answer, err := bufio.NewReader(term.questions).ReadString('\n')
	return (err == nil || errors.Is(err, io.EOF)) && strings.TrimSpace(answer) == "restore"
}
