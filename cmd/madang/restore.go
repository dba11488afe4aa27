package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"madang/app"
	"madang/app/upkeep"
	"madang/db"
)

// restoreCommand puts a backup in the place of what the database holds.
type restoreCommand struct {
	place
	File     string `arg:"" help:"The backup." type:"existingfile"`
	Identity string `placeholder:"FILE" type:"existingfile" help:"The key that opens a sealed backup."`
	Yes      bool   `help:"Don't ask."`
}

// Run checks the whole file before it touches anything, asks, and restores in one
// transaction. A forum that runs goes on; windows that are open build their text anew.
func (c *restoreCommand) Run(ctx context.Context, term terminal) error {
	file, err := openBackup(c.File, c.Identity)
	if err != nil {
		return err
	}
	defer file.Close()
	head, err := file.check()
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
	begun := app.SystemClock()
	err = database.Restore(ctx, file, begun, term.progress)
	deed := upkeep.Deed{Task: upkeep.Restore, Bytes: file.size, IsSealed: file.isSealed}
	if err := errors.Join(err, note(ctx, database, deed, begun, err)); err != nil {
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
