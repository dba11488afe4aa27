// Package db keeps everything in SQL: it implements the stores that the rooms
// declare, on SQLite and on PostgreSQL.
//
// One text serves both databases ($1 is a parameter in either); what differs
// stands in dialect_sqlite.go and dialect_postgres.go and nowhere else. Times are
// milliseconds in UTC with 0 for "never", ids are text, JSON is made in Go.
//
// A write takes the app.Standing its rule was decided for and begins with
// tx.stand, so that nothing commits after the membership behind it has changed.
package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/jmoiron/sqlx"

	"madang/app"
)

// Config says where the data is: in PostgreSQL at URL or, if that is empty, in
// the SQLite file madang.db in the folder Data, which is made if need be.
type Config struct{ URL, Data string }

// DB is an open database. Reads go through a pool of connections; writes are
// transactions, on SQLite one at a time.
type DB struct {
	dialect dialect
	writer  *pool
	read    *pool
	isFull  atomic.Bool // a write found no room, and none since
}

// dialect is what differs between the databases.
type dialect interface {
	// name is that of the database, for people.
	name() string
	// open connects; writer and reader may be the same pool.
	open(ctx context.Context) (writer, reader *sqlx.DB, err error)
	// check refuses a database that would lose what it has committed.
	check(ctx context.Context, d *sqlx.DB) error
	// ddl replaces the words in {{braces}} of a migration.
	ddl(text string) string
	// alone makes the transaction wait for others that work on the same thing.
	alone(ctx context.Context, tx *sqlx.Tx, thing string) error
	// claim is Claim; isFree is false if somebody else holds it.
	claim(ctx context.Context, d *sqlx.DB, thing string) (release func(), isFree bool, err error)
	// closed makes the transaction the only one that writes to the tables, in the order in
	// which their locks are to be had.
	closed(ctx context.Context, tx *sqlx.Tx, tables []string) error
	// shared makes a SELECT hold its rows against changes until the transaction ends.
	shared(query string) string
	// locked makes a SELECT hold its rows for this transaction alone.
	locked(query string) string
	// standing is shared for the memberships m, and holds the statements s against barred,
	// in a SELECT that joins them.
	standing(query string) string
	// barred is locked, and waits for whatever holds its rows by standing.
	barred(query string) string
	// snapshot are the options of a transaction that reads all tables as they stood at
	// one moment, and keeps nobody from writing.
	snapshot() *sql.TxOptions
	// tableNames is the query for the names of all tables, in the order they were made;
	// columnsOf, with such a name, that for its columns and their declared types.
	tableNames() string
	columnsOf() string
	// found is the index of texts by grams, joined with the texts x, and numbered is the
	// number of a text there, by which a search goes on.
	found() (from, numbered string)
	// sought writes the query for texts that have all grams, and one that begins with
	// each of the prefixes.
	sought(whole, prefixes []string) string
	// matching is the condition that texts answer such a query, which is the parameter.
	matching(param string) string
	// keepGrams is the statement that adds the grams $2 of the text $1, dropGrams that
	// which takes those of the text $1 away, and dropAllGrams those of all texts.
	keepGrams() string
	dropGrams() string
	dropAllGrams() string
	// wipe makes the database let go of what was overwritten by what has committed, as
	// far as it can now: a transaction that still reads may keep it from doing so.
	wipe(ctx context.Context, d *sqlx.DB)
	// clock is the query for the database's time, in milliseconds; size that for how many
	// bytes it takes; damage that for what it has noticed of damage, a row each.
	clock() string
	size() string
	damage() string
	// isTransient reports whether the same transaction may succeed if it is begun
	// again.
	isTransient(err error) bool
	// isFull reports whether there was no room for what was to be written.
	isFull(err error) bool
}

// Open connects to the database. Its schema may still be an older one: Migrate.
func Open(ctx context.Context, c Config) (*DB, error) {
	d := dialectFor(c)
	writer, reader, err := d.open(ctx)
	if err != nil {
		return nil, fmt.Errorf("db: open %s: %w", d.name(), err)
	}
	if err := d.check(ctx, writer); err != nil {
		return nil, errors.Join(fmt.Errorf("db: %s: %w", d.name(), err), writer.Close(), reader.Close())
	}
	opened := &DB{dialect: d, writer: newPool(writer)}
	opened.read = opened.writer
	if reader != writer {
		opened.read = newPool(reader)
	}
	return opened, nil
}

func dialectFor(c Config) dialect {
	if c.URL != "" {
		return postgres{url: c.URL}
	}
	return sqlite{folder: c.Data}
}

// Close ends all connections.
func (d *DB) Close() error {
	if d.read == d.writer {
		return d.writer.Close()
	}
	return errors.Join(d.read.Close(), d.writer.Close())
}

// Asked is how many queries were read since the database was opened, without those of
// transactions: by it tests bound what a page costs.
func (d *DB) Asked() int64 { return d.read.asked.Load() }

// Name is the kind of database, for the log.
func (d *DB) Name() string { return d.dialect.name() }

// Ping reports whether the database can be written to and read from now: Unavailable if
// not, "storage.full" if people can read, and there is no room to write.
func (d *DB) Ping(ctx context.Context) error {
	if err := d.writer.PingContext(ctx); err != nil {
		return app.Unavailable(err)
	}
	if _, err := one[int](ctx, d.read, `SELECT 1`); err != nil {
		return app.Unavailable(err)
	}
	if d.isFull.Load() {
		return d.TryRoom(ctx)
	}
	return nil
}

// tx is a transaction that writes.
type tx struct {
	*sqlx.Tx
	dialect dialect
	pool    *pool
}

// attempts bounds how often a transaction is begun again because others were in
// its way.
const attempts = 5

// write carries out a transaction: committed if do returns nil, rolled back
// otherwise. do may be called again after it ran in vain, so it must have no
// effect outside the transaction that it could not repeat. Where there is no room it is
// Unavailable "storage.full".
func (d *DB) write(ctx context.Context, do func(*tx) error) error {
	var err error
	for range attempts {
		if err = d.try(ctx, do); err == nil || !d.dialect.isTransient(err) {
			return d.told(err)
		}
	}
	return app.Unavailable(err)
}

func (d *DB) try(ctx context.Context, do func(*tx) error) error {
	begun, err := d.writer.BeginTxx(ctx, nil)
	if err != nil {
		return err
	}
	defer begun.Rollback() // does nothing after a commit
	if err := do(&tx{Tx: begun, dialect: d.dialect, pool: d.writer}); err != nil {
		return err
	}
	return begun.Commit()
}

// stand makes sure that a membership stands at the version a rule was decided for, and
// the statement that it was about at the same step, and holds both there until the
// transaction ends: whoever takes the role away or ends the phase waits, and whoever comes
// after that gets Conflict "role.changed" or "phase.changed".
func (t *tx) stand(ctx context.Context, s app.Standing) error {
	if s.Statement == "" {
		return t.standing(ctx, s)
	}
	_, err := one[int64](ctx, t, t.dialect.standing(standingIn), s.Persona, s.Version, s.Statement, s.Step)
	if app.KindOf(err) != app.KindNotFound {
		return err
	}
	if err := t.standing(ctx, s); err != nil {
		return err
	}
	return app.Conflict("phase.changed")
}

func (t *tx) standing(ctx context.Context, s app.Standing) error {
	_, err := one[int64](ctx, t, t.dialect.shared(standing), s.Persona, s.Version)
	if app.KindOf(err) == app.KindNotFound {
		return app.Conflict("role.changed")
	}
	return err
}

const standing = `
	SELECT version FROM memberships
	WHERE persona_id = $1 AND version = $2 AND ended_at = 0`

const standingIn = `
	SELECT m.version FROM memberships m
	JOIN statements s ON s.id = $3 AND s.group_id = m.group_id AND s.step = $4
	WHERE m.persona_id = $1 AND m.version = $2 AND m.ended_at = 0`

// run executes a statement and returns how many rows it touched.
func (t *tx) run(ctx context.Context, query string, args ...any) (int64, error) {
	done, err := t.ExecContext(ctx, query, args...)
	if err != nil {
		return 0, err
	}
	return done.RowsAffected()
}

// one returns the row that a query finds, or NotFound.
func one[T any](ctx context.Context, q sqlx.QueryerContext, query string, args ...any) (T, error) {
	var row T
	err := sqlx.GetContext(ctx, q, &row, query, args...)
	if errors.Is(err, sql.ErrNoRows) {
		return row, app.NotFound()
	}
	return row, scratchless(err)
}

// all returns the rows that a query finds; none is no error. With an error it returns
// no rows at all: half a list of who may read would shut the other half out.
func all[T any](ctx context.Context, q sqlx.QueryerContext, query string, args ...any) ([]T, error) {
	var rows []T
	if err := sqlx.SelectContext(ctx, q, &rows, query, args...); err != nil {
		return nil, scratchless(err)
	}
	return rows, nil
}

// millis is how a time is stored.
func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// moment reads a stored time.
func moment(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}
