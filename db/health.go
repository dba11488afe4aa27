package db

import (
	"context"
	"time"
)

// Clock is what time the database says it is.
func (d *DB) Clock(ctx context.Context) (time.Time, error) {
	ms, err := one[int64](ctx, d.read, d.dialect.clock())
	return moment(ms), err
}

// Integrity asks the database whether it has noticed damage to what it stores: what it
// said, empty if none. On SQLite it reads the whole file.
func (d *DB) Integrity(ctx context.Context) (damage string, err error) {
	found, err := all[string](ctx, d.read, d.dialect.damage())
	if err != nil || len(found) == 0 {
		return "", err
	}
	return found[0], nil
}

// Bytes is how much room the forum's data takes, without the log of the database.
func (d *DB) Bytes(ctx context.Context) (int64, error) {
	return one[int64](ctx, d.read, d.dialect.size())
}

// NewestSchema is the number of the schema that this program makes.
func NewestSchema() (int, error) {
	known, err := readMigrations()
	if err != nil {
		return 0, err
	}
	return known[len(known)-1].number, nil
}
