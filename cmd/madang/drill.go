package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"madang/app"
	"madang/app/flood"
	"madang/app/upkeep"
	"madang/db"
	"madang/realtime"
)

// drillCommand brings a backup back where it disturbs nobody, to see that it can be done.
type drillCommand struct {
	place
	File     string `arg:"" optional:"" type:"existingfile" help:"The backup. Default: the newest in --backup-dir."`
	Identity string `placeholder:"FILE" type:"existingfile" help:"The key that opens a sealed backup."`
	Backups  string `name:"backup-dir" placeholder:"FOLDER" help:"Folder of the backups that the forum makes."`
}

// Run drills, says what was found, and ends with 1 if anything is wrong.
func (c *drillCommand) Run(ctx context.Context, term terminal) error {
	file := c.File
	if file == "" {
		newest, err := archive{c.Backups}.newest()
		if err != nil {
			return err
		}
		file = newest.path
	}
	live, _, err := migrate(ctx, c.place)
	if err != nil {
		fmt.Fprintln(term.notes, "The forum's database can't be reached, so what was erased since the backup isn't erased again here, and the drill isn't remembered:", err)
		live = nil
	} else {
		defer live.Close()
	}
	found, err := drillAndNote(ctx, live, drill{file: file, identity: c.Identity, scratch: filepath.Join(c.Data, "drill")})
	if found != nil {
		found.tell(term)
	}
	return err
}

// drill is what is to be tried.
type drill struct {
	file, identity string
	// scratch is a folder that the drill has for itself: what is in it is thrown away
	// before and after.
	scratch string
}

// findings are what a drill found that could be carried out to its end.
type findings struct {
	File         string    `json:"drill"`
	At           time.Time `json:"made"`
	Schema       int       `json:"schema"`
	Tables       int       `json:"tables"`
	Rows         int64     `json:"rows"`
	Documents    int       `json:"documents"`
	Clauses      int       `json:"clauses"`
	Versions     int       `json:"versions"`
	Erased       int       `json:"erased"`
	Milliseconds int64     `json:"milliseconds"`
	// Problems are sentences about what isn't as it was when the backup was made.
	Problems []string `json:"problems"`
}

func (f *findings) wrong(format string, args ...any) {
	f.Problems = append(f.Problems, fmt.Sprintf(format, args...))
}

// drillAndNote carries out a drill and remembers in the live database, if there is one,
// how it ended: Conflict "drill.differs" if something isn't as it was backed up.
func drillAndNote(ctx context.Context, live *db.DB, d drill) (*findings, error) {
	begun := app.SystemClock()
	found, deed, err := d.run(ctx, live)
	if found != nil {
		found.Milliseconds = app.SystemClock().Sub(begun).Milliseconds()
		if len(found.Problems) > 0 {
			err = app.Conflict("drill.differs", "count", len(found.Problems))
		}
	}
	if live != nil && !app.IsCode(err, "drill.busy") {
		err = errors.Join(err, note(ctx, live, deed, begun, err))
	}
	return found, err
}

// run restores the backup into an empty database in the scratch folder and looks at all
// that came of it.
func (d drill) run(ctx context.Context, live *db.DB) (found *findings, deed upkeep.Deed, err error) {
	deed.Task = upkeep.Drill
	file, err := openBackup(d.file, d.identity)
	if err != nil {
		return nil, deed, err
	}
	defer file.Close()
	deed.Bytes, deed.IsSealed = file.size, file.isSealed
	head, held, err := db.Survey(file)
	if err != nil {
		return nil, deed, err
	}
	if live != nil {
		release, err := live.Claim(ctx, "drill")
		if err != nil {
			return nil, deed, err
		}
		defer release()
	}
	if err := os.RemoveAll(d.scratch); err != nil {
		return nil, deed, err
	}
	defer os.RemoveAll(d.scratch)
	scratch, _, err := migrate(ctx, place{Data: d.scratch})
	if err != nil {
		return nil, deed, fullDisk(err)
	}
	defer scratch.Close()
	if err := scratch.Restore(ctx, file, app.SystemClock(), func(string, int64) {}); err != nil {
		return nil, deed, fullDisk(err)
	}
	found = &findings{File: d.file, At: head.At, Schema: head.Schema, Problems: []string{}}
	if err := found.look(ctx, scratch, live, head, held); err != nil {
		return nil, deed, err
	}
	return found, deed, nil
}

// look compares what was restored with what the backup holds, reads every text, makes
// every version's root anew, and erases once more what the live forum has erased.
func (f *findings) look(ctx context.Context, scratch, live *db.DB, head db.BackupHead, held []db.Holding) error {
	f.Tables = len(held)
	for _, h := range held {
		f.Rows += h.Rows
	}
	if err := f.compareTables(ctx, scratch, head, held); err != nil {
		return err
	}
	if err := f.readDocuments(ctx, scratch); err != nil {
		return err
	}
	if err := f.checkVersions(ctx, scratch, "its words are not those that its fingerprint was made of"); err != nil {
		return err
	}
	if live == nil {
		return nil
	}
	return f.eraseAgain(ctx, scratch, live)
}

// compareTables can compare contents only if no migration changed the tables on the way.
func (f *findings) compareTables(ctx context.Context, scratch *db.DB, head db.BackupHead, held []db.Holding) error {
	now, err := scratch.Survey(ctx)
	if err != nil {
		return err
	}
	schema, err := scratch.Schema(ctx)
	if err != nil {
		return err
	}
	restored := map[string]db.Holding{}
	for _, h := range now {
		restored[h.Table] = h
	}
	for _, want := range held {
		switch got := restored[want.Table]; {
		case got.Rows != want.Rows:
			f.wrong("%s: %d rows in the backup, %d restored", want.Table, want.Rows, got.Rows)
		case got.Digest != want.Digest && schema == head.Schema:
			f.wrong("%s: what was restored is not what the backup holds", want.Table)
		}
	}
	return nil
}

// readDocuments opens every live text as an editor would.
func (f *findings) readDocuments(ctx context.Context, scratch *db.DB) error {
	documents, err := scratch.Documents(ctx)
	if err != nil {
		return err
	}
	forum := &forum{db: scratch, secret: make([]byte, secretSize), metrics: &realtime.Metrics{}}
	forum.wire(realtime.NewMemoryBroker(), flood.NewMemory(), wishes{log: discard})
	defer forum.hub.Shutdown(ctx)
	for _, id := range documents {
		text, err := forum.hub.Read(ctx, id)
		if err != nil {
			f.wrong("text %s can't be read: %v", id, err)
			continue
		}
		f.Documents++
		f.Clauses += len(text.Doc.Blocks)
	}
	return nil
}

// eraseAgain does what a restore into the live forum would do.
func (f *findings) eraseAgain(ctx context.Context, scratch, live *db.DB) error {
	erasures, err := live.Erasures(ctx)
	if err != nil {
		return err
	}
	if err := scratch.EraseAgain(ctx, erasures); err != nil {
		return err
	}
	return f.checkVersions(ctx, scratch, "its fingerprint doesn't hold once what was erased since is erased again")
}

func (f *findings) checkVersions(ctx context.Context, scratch *db.DB, complaint string) error {
	check, err := db.StatementStore{DB: scratch}.CheckVersions(ctx)
	f.Versions, f.Erased = check.Versions, check.Erased
	for _, id := range check.Wrong {
		f.wrong("version %s: %s", id, complaint)
	}
	return err
}

// tell says to people what was found, and to scripts as a line of JSON.
func (f findings) tell(term terminal) {
	fmt.Fprintf(term.notes, "%s was made on %s and could be brought back: %d rows of %d tables, %d texts with %d clauses, %d versions, %d erased clauses without words.\n",
		f.File, f.At.Format("2 January 2006, 15:04 UTC"), f.Rows, f.Tables, f.Documents, f.Clauses, f.Versions, f.Erased)
	for _, problem := range f.Problems {
		fmt.Fprintln(term.notes, "-", problem)
	}
	_ = json.NewEncoder(term.answers).Encode(f) // a terminal that is gone reads nothing anyway
}
