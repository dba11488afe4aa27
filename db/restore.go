package db

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"madang/app"
)

// Restore puts a backup in the place of all that is there, in one transaction: either
// the whole of it is there afterwards or nothing has changed. Every document begins a
// new epoch, higher than any that it had here or in the backup, so that editors which
// are open, and nodes that hold it, notice that its history is another one. The log of
// the epoch that was backed up goes on under the new number, with whose its client ids
// are and who wrote what. Words of versions that were erased here are erased again,
// submissions that were withdrawn here are destroyed again, and what isn't public here waits
// for a moderator. A backup of an older schema is brought to this program's on the way; one
// of a newer is Conflict "backup.schema". If somebody else restores just now it is Busy
// "recovery.busy". Call CheckBackup first: a damaged backup is found out here too, but
// only half-way, when others have had to wait.
func (d *DB) Restore(ctx context.Context, r io.ReadSeeker, at time.Time, tell Progress) error {
	release, err := d.Claim(ctx, "recovery")
	if err != nil {
		return err
	}
	defer release()
	defer func() { d.dialect.wipe(ctx, d.writer.DB) }()
	return d.write(ctx, func(tx *tx) error {
		if _, err := r.Seek(0, io.SeekStart); err != nil {
			return err
		}
		b, head, err := openBackup(r)
		if err != nil {
			return err
		}
		if err := tx.dialect.alone(ctx, tx.Tx, "migration"); err != nil {
			return err
		}
		schema, err := one[int](ctx, tx, `SELECT MAX(number) FROM migrations`)
		if err != nil {
			return err
		}
		if schema < head.Schema {
			return app.Conflict("backup.schema", "backup", head.Schema, "program", schema)
		}
		return d.restore(ctx, tx, b, head, restored{schema: schema, at: at, tell: tell})
	})
}

// restored is what a restore is told.
type restored struct {
	schema int // of the database
	at     time.Time
	tell   Progress
}

func (d *DB) restore(ctx context.Context, tx *tx, b *backupReader, head BackupHead, how restored) error {
	tables, err := d.tables(ctx, tx)
	if err != nil {
		return err
	}
	// A commit of live text locks its document first; so does this.
	names := append([]string{"documents"}, each(tables, func(t table) string { return t.Table })...)
	if err := tx.dialect.closed(ctx, tx.Tx, names); err != nil {
		return err
	}
	present, err := all[headRow](ctx, tx, `SELECT id, epoch, seq FROM documents`)
	if err != nil {
		return err
	}
	erased, err := erasuresIn(ctx, tx)
	if err != nil {
		return err
	}
	retracted, err := tx.retractions(ctx)
	if err != nil {
		return err
	}
	if head.Schema < how.schema {
		err = d.refound(ctx, tx, b, head.Schema, how)
	} else if err = tx.empty(ctx, tables); err == nil {
		err = fill(ctx, tx, b, tables, how.tell)
	}
	if err != nil {
		return err
	}
	if err := tx.eraseAgain(ctx, erased); err != nil {
		return err
	}
	if err := tx.retractAgain(ctx, retracted, how.at); err != nil {
		return err
	}
	return renewAll(ctx, tx, present, how.at)
}

// empty takes all rows of the forum away.
func (t *tx) empty(ctx context.Context, tables []table) error {
	for _, table := range []string{"feeds", "visits"} { // which no backup brings back
		if _, err := t.run(ctx, `DELETE FROM `+table); err != nil {
			return err
		}
	}
	for _, table := range slices.Backward(tables) {
		if _, err := t.run(ctx, `DELETE FROM `+table.Table); err != nil {
			return err
		}
	}
	return t.emptyIndex(ctx)
}

// refound makes all tables anew as they were in an older schema, fills them from a backup
// of that, and lets the migrations since then work on them as they did where they were
// first carried out.
func (d *DB) refound(ctx context.Context, tx *tx, b *backupReader, schema int, how restored) error {
	known, err := readMigrations()
	if err != nil {
		return err
	}
	done, err := all[deedRow](ctx, tx, selectDeeds)
	if err != nil {
		return err
	}
	if err := d.dropAll(ctx, tx); err != nil {
		return err
	}
	if _, err := tx.run(ctx, migrationsTable); err != nil {
		return err
	}
	isLater := func(m migration) bool { return m.number > schema }
	for _, m := range slices.DeleteFunc(slices.Clone(known), isLater) {
		if err := tx.migrate(ctx, m); err != nil {
			return fmt.Errorf("db: migration %s: %w", m.name, err)
		}
	}
	tables, err := d.tables(ctx, tx)
	if err != nil {
		return err
	}
	if err := fill(ctx, tx, b, tables, how.tell); err != nil {
		return err
	}
	for _, m := range known {
		if !isLater(m) {
			continue
		}
		if err := tx.migrate(ctx, m); err != nil {
			return fmt.Errorf("db: migration %s: %w", m.name, err)
		}
	}
	for _, deed := range done {
		if err := tx.note(ctx, deed.deed()); err != nil {
			return err
		}
	}
	return nil
}

// searchTables are those that no backup has.
var searchTables = []string{"search_grams", "search_heads", "search_texts"}

// dropAll takes all tables away, the last made first.
func (d *DB) dropAll(ctx context.Context, tx *tx) error {
	names, err := all[string](ctx, tx, d.dialect.tableNames())
	if err != nil {
		return err
	}
	slices.Reverse(names)
	for _, name := range slices.Concat(searchTables, names) {
		if _, err := tx.run(ctx, `DROP TABLE `+name); err != nil {
			return err
		}
	}
	return nil
}

// fill puts the rows of a backup into empty tables.
func fill(ctx context.Context, tx *tx, b *backupReader, tables []table, tell Progress) error {
	var insert string
	left := tables
	begin := func(t table) error {
		if len(left) == 0 || left[0].Table != t.Table || !slices.Equal(left[0].Columns, t.Columns) {
			return damaged("its tables are not those of its schema")
		}
		left = left[1:]
		params := make([]string, len(t.Columns))
		for i := range params {
			params[i] = "$" + strconv.Itoa(i+1)
		}
		insert = `INSERT INTO ` + t.Table + ` (` + strings.Join(t.names(), ", ") + `) VALUES (` + strings.Join(params, ", ") + `)`
		return nil
	}
	row := func(values []any) error {
		_, err := tx.run(ctx, insert, values...)
		return err
	}
	end := func(t table, n int64) error {
		tell(t.Table, n)
		return nil
	}
	if err := b.each(begin, row, end); err != nil {
		return err
	}
	if len(left) > 0 {
		return damaged("the table " + left[0].Table + " is not in it")
	}
	return nil
}

// renewAll begins a new epoch of every document. present says where they stood before.
func renewAll(ctx context.Context, tx *tx, present []headRow, at time.Time) error {
	reached := map[app.ID]int64{}
	for _, head := range present {
		reached[head.ID] = head.Epoch
	}
	restored, err := all[headRow](ctx, tx, `SELECT id, epoch, seq FROM documents`)
	if err != nil {
		return err
	}
	for _, head := range restored {
		if err := tx.renew(ctx, head.ID, head.Epoch, max(head.Epoch, reached[head.ID])+1, at); err != nil {
			return err
		}
	}
	return nil
}

// renew lets a document's history go on under another epoch.
func (t *tx) renew(ctx context.Context, doc app.ID, from, to int64, at time.Time) error {
	for _, table := range []string{"live_updates", "live_clients", "live_runs", "live_states"} {
		if _, err := t.run(ctx, `UPDATE `+table+` SET epoch = $1 WHERE document_id = $2 AND epoch = $3`, to, doc, from); err != nil {
			return err
		}
	}
	_, err := t.run(ctx, `UPDATE documents SET epoch = $1, epoch_at = $2 WHERE id = $3`, to, millis(at), doc)
	return err
}

// Renew implements realtime.Log.
func (l *LiveLog) Renew(ctx context.Context, doc app.ID, epoch int64, at time.Time) error {
	return l.write(ctx, func(tx *tx) error {
		_, err := one[writtenHead](ctx, tx, tx.dialect.locked(headOf), doc, epoch)
		if app.KindOf(err) == app.KindNotFound {
			return nil // another node was quicker
		}
		if err != nil {
			return err
		}
		return tx.renew(ctx, doc, epoch, epoch+1, at)
	})
}
