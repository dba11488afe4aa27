package db

import (
	"context"
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
// are and who wrote what. Words of versions that were erased here are erased again. The backup has to be of this program's schema: of another it
// is Conflict "backup.schema". Call CheckBackup first: a damaged backup is found out
// here too, but only half-way, when others have had to wait.
func (d *DB) Restore(ctx context.Context, r io.ReadSeeker, at time.Time, tell Progress) error {
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
		if schema != head.Schema {
			return app.Conflict("backup.schema", "backup", head.Schema, "program", schema)
		}
		return d.restore(ctx, tx, b, at, tell)
	})
}

func (d *DB) restore(ctx context.Context, tx *tx, b *backupReader, at time.Time, tell Progress) error {
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
	erased, err := tx.ledger(ctx)
	if err != nil {
		return err
	}
	for _, t := range slices.Backward(tables) {
		if _, err := tx.run(ctx, `DELETE FROM `+t.Table); err != nil {
			return err
		}
	}
	if err := tx.emptyIndex(ctx); err != nil {
		return err
	}
	if err := fill(ctx, tx, b, tables, tell); err != nil {
		return err
	}
	if err := tx.eraseAgain(ctx, erased); err != nil {
		return err
	}
	return renewAll(ctx, tx, present, at)
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
