package db

import (
	"context"
	"crypto/rand"
	"encoding/base64"

	"madang/app"
)

// A database without room is not one that is away: people read on, and are told why
// nothing can be saved. Writes are tried all the same, so that the first for which there
// is room again is kept.

// full says that there was no room to write. The transaction was taken back whole.
func full(err error) *app.Error {
	return &app.Error{Kind: app.KindUnavailable, Code: "storage.full", Err: err}
}

// scratchless tells apart that a query found no room for its own files: PostgreSQL sorts on the
// disk what is too much for memory, so that reading may fail where the disk is full. It is
// Unavailable "storage.scratch".
func scratchless(err error) error {
	if err == nil || !(postgres{}).isFull(err) {
		return err
	}
	return &app.Error{Kind: app.KindUnavailable, Code: "storage.scratch", Err: err}
}

// told is what a write ended with. That there was no room is remembered until there is.
func (d *DB) told(err error) error {
	if err == nil || !d.dialect.isFull(err) {
		return err
	}
	d.isFull.Store(true)
	return full(err)
}

// roomTried is how many bytes TryRoom stores: more than what most people send at once, and
// more than what is left over in pages that aren't full.
const roomTried = 64 << 10

// TryRoom finds out whether there is room, by storing 64 KiB and taking them away again:
// no operating system knows of every quota, nor what a database elsewhere has left. Without
// room it is Unavailable "storage.full".
func (d *DB) TryRoom(ctx context.Context) error {
	filling := make([]byte, roomTried*3/4)
	_, _ = rand.Read(filling) // so that it can't be compressed; never fails
	err := d.write(ctx, func(tx *tx) error {
		_, err := tx.run(ctx, `
			INSERT INTO settings (name, value) VALUES ('room', $1)
			ON CONFLICT (name) DO UPDATE SET value = excluded.value`, base64.StdEncoding.EncodeToString(filling))
		return err
	})
	if err != nil {
		return err
	}
	err = d.write(ctx, func(tx *tx) error {
		_, err := tx.run(ctx, `DELETE FROM settings WHERE name = 'room'`)
		return err
	})
	if err == nil {
		d.isFull.Store(false)
	}
	return err
}
