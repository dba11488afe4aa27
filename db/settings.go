package db

import (
	"context"

	"madang/app"
)

// Remember keeps a value under a name unless there is one already, and returns
// the one that is kept. Where there is one it writes nothing, for a node has to start
// while there is no room, too.
func (d *DB) Remember(ctx context.Context, name, value string) (first string, err error) {
	if first, err = d.Recall(ctx, name); err != nil || first != "" {
		return first, err
	}
	err = d.write(ctx, func(tx *tx) error {
		if _, err := tx.run(ctx, `INSERT INTO settings (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING`, name, value); err != nil {
			return err
		}
		first, err = one[string](ctx, tx, `SELECT value FROM settings WHERE name = $1`, name)
		return err
	})
	return first, err
}

// Recall returns the value kept under a name, empty if there is none.
func (d *DB) Recall(ctx context.Context, name string) (string, error) {
	value, err := one[string](ctx, d.read, `SELECT value FROM settings WHERE name = $1`, name)
	if app.KindOf(err) == app.KindNotFound {
		return "", nil
	}
	return value, err
}
