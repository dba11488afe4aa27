package db

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"strings"

	"madang/app"
)

// A migration is a file NNNN_name.sql. It is never changed once it has been
// released; the next change is the next number.
//
//go:embed migrations/*.sql
var migrationFiles embed.FS

type migration struct {
	number     int
	name, text string
}

const migrationsTable = `CREATE TABLE IF NOT EXISTS migrations (number BIGINT PRIMARY KEY, name TEXT NOT NULL, applied_at BIGINT NOT NULL)`

// Migrate brings the schema to that of this program and returns how many
// migrations were missing. Each is one transaction; nodes that start together
// take turns. A database that is ahead of the program is left alone and refused.
func (d *DB) Migrate(ctx context.Context) (applied int, err error) {
	known, err := readMigrations()
	if err != nil {
		return 0, err
	}
	for _, m := range known {
		fresh, err := d.apply(ctx, m)
		if err != nil {
			return applied, fmt.Errorf("db: migration %s: %w", m.name, err)
		}
		if fresh {
			applied++
		}
	}
	newest, err := d.Schema(ctx)
	if err != nil {
		return applied, err
	}
	if last := known[len(known)-1].number; newest > last {
		return applied, fmt.Errorf("db: the database has schema %d, this program knows %d: use a newer program", newest, last)
	}
	return applied, nil
}

// Schema is the number of the newest migration that the database has.
func (d *DB) Schema(ctx context.Context) (int, error) {
	return one[int](ctx, d.read, `SELECT MAX(number) FROM migrations`)
}

// apply carries out a migration unless that was done before.
func (d *DB) apply(ctx context.Context, m migration) (fresh bool, err error) {
	err = d.write(ctx, func(tx *tx) error {
		fresh = false
		if err := tx.dialect.alone(ctx, tx.Tx, "migration"); err != nil {
			return err
		}
		if _, err := tx.run(ctx, migrationsTable); err != nil {
			return err
		}
		done, err := one[int](ctx, tx, `SELECT COUNT(*) FROM migrations WHERE number = $1`, m.number)
		if err != nil || done > 0 {
			return err
		}
		fresh = true
		return tx.migrate(ctx, m)
	})
	return fresh, err
}

// migrate carries out a migration and notes that it was.
func (t *tx) migrate(ctx context.Context, m migration) error {
	if _, err := t.run(ctx, t.dialect.ddl(m.text)); err != nil {
		return err
	}
	_, err := t.run(ctx, `INSERT INTO migrations (number, name, applied_at) VALUES ($1, $2, $3)`,
		m.number, m.name, millis(app.SystemClock()))
	return err
}

// readMigrations lists the embedded migrations in the order of their numbers.
func readMigrations() ([]migration, error) {
	files, err := fs.Glob(migrationFiles, "migrations/*.sql") // sorted by name
	if err != nil {
		return nil, err
	}
	var known []migration
	for _, file := range files {
		digits, name, _ := strings.Cut(strings.TrimSuffix(path.Base(file), ".sql"), "_")
		number, err := strconv.Atoi(digits)
		if err != nil {
			return nil, fmt.Errorf("db: %s: the name must begin with a number", file)
		}
		text, err := migrationFiles.ReadFile(file)
		if err != nil {
			return nil, err
		}
		known = append(known, migration{number, name, string(text)})
	}
	return known, nil
}
