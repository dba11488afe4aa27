package db

import (
	"context"
	"database/sql"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"

	"github.com/jmoiron/sqlx"
	driver "modernc.org/sqlite"
	codes "modernc.org/sqlite/lib"
)

// sqlite is the embedded database: one file, one writer at a time, readers beside
// it.
type sqlite struct{ folder string }

func (sqlite) name() string { return "SQLite" }

// open makes the folder for its owner alone. A transaction takes the writer's
// lock when it begins (_txlock): taking it later can fail half-way. Nodes open one after
// the other: of two that turn a new database to WAL at once, SQLite refuses one without
// waiting (sqlite.org/wal.html, "Sometimes Queries Return SQLITE_BUSY In WAL Mode").
func (s sqlite) open(ctx context.Context) (writer, reader *sqlx.DB, err error) {
	if err := os.MkdirAll(s.folder, 0o700); err != nil {
		return nil, nil, err
	}
	opened, err := s.lock("opening", syscall.LOCK_EX)
	if err != nil {
		return nil, nil, err
	}
	defer opened()
	writer, err = s.connect(ctx, 1, "_txlock=immediate")
	if err != nil {
		return nil, nil, err
	}
	reader, err = s.connect(ctx, max(4, runtime.NumCPU()), "_pragma=query_only(1)")
	if err != nil {
		return nil, nil, errors.Join(err, writer.Close())
	}
	return writer, reader, nil
}

func (s sqlite) connect(ctx context.Context, most int, wish string) (*sqlx.DB, error) {
	path, err := filepath.Abs(filepath.Join(s.folder, "madang.db"))
	if err != nil {
		return nil, err
	}
	address := "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + strings.Join([]string{
		wish,
		"_pragma=busy_timeout(10000)", // first: the others may have to wait
		"_pragma=journal_mode(WAL)",
		"_pragma=synchronous(FULL)", // a commit survives a power cut
		"_pragma=foreign_keys(1)",
		"_pragma=secure_delete(1)", // what was erased is in no free page either
	}, "&")
	pool, err := sqlx.ConnectContext(ctx, "sqlite", address)
	if err != nil {
		return nil, err
	}
	pool.SetMaxOpenConns(most)
	pool.SetMaxIdleConns(most)
	return pool, nil
}

func (sqlite) check(context.Context, *sqlx.DB) error { return nil }

// The grams are kept without the text and their places in it: whether a text contains
// the words is seen in the text. A prefix of 4 is one letter: a syllable looked for.
var sqliteWords = strings.NewReplacer("{{bytes}}", "BLOB", "{{grams}}",
	`CREATE VIRTUAL TABLE search_grams USING fts5(grams, content='', contentless_delete=1, detail=none, prefix='4', tokenize=ascii)`)

func (sqlite) ddl(text string) string { return sqliteWords.Replace(text) }

// alone has nothing to do: every transaction that writes is alone.
func (sqlite) alone(context.Context, *sqlx.Tx, string) error { return nil }

func (s sqlite) claim(_ context.Context, _ *sqlx.DB, thing string) (release func(), isFree bool, err error) {
	release, err = s.lock(thing, syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return nil, false, nil
	}
	return release, err == nil, err
}

// lock locks a file beside the database, in a way of flock(2). It is empty and stays; the
// lock ends with the process at the latest.
func (s sqlite) lock(thing string, how int) (release func(), err error) {
	file, err := os.OpenFile(filepath.Join(s.folder, thing+".lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	err = syscall.EINTR
	for errors.Is(err, syscall.EINTR) {
		err = syscall.Flock(int(file.Fd()), how)
	}
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return func() { _ = file.Close() }, nil
}

func (sqlite) closed(context.Context, *sqlx.Tx, []string) error { return nil }

func (sqlite) shared(query string) string { return query }

func (sqlite) standing(query string) string { return query }

func (sqlite) locked(query string) string { return query }

func (sqlite) barred(query string) string { return query }

// snapshot needs nothing: any transaction of WAL mode reads what was there at its
// first look.
func (sqlite) snapshot() *sql.TxOptions { return nil }

func (sqlite) tableNames() string {
	return `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'search\_%' ESCAPE '\' ORDER BY rowid`
}

func (sqlite) columnsOf() string {
	return `SELECT name, type AS kind FROM pragma_table_info($1) ORDER BY cid`
}

// found walks the grams by falling number and looks up one text after the other (CROSS
// JOIN keeps that order): a page is full after a few.
func (sqlite) found() (from, numbered string) {
	return `search_grams k CROSS JOIN search_texts x ON x.no = k.rowid`, `k.rowid`
}

func (sqlite) sought(whole, prefixes []string) string {
	words := slices.Clone(whole)
	for _, g := range prefixes {
		words = append(words, g+`*`)
	}
	return strings.Join(words, " AND ")
}

func (sqlite) matching(param string) string { return `k.search_grams MATCH ` + param }

func (sqlite) keepGrams() string { return `INSERT INTO search_grams (rowid, grams) VALUES ($1, $2)` }

func (sqlite) dropGrams() string { return `DELETE FROM search_grams WHERE rowid = $1` }

func (sqlite) dropAllGrams() string {
	return `INSERT INTO search_grams (search_grams) VALUES ('delete-all')`
}

// wipe empties the write-ahead log, which has the pages as they were. What is in the way
// now is done at the next checkpoint.
func (sqlite) wipe(ctx context.Context, d *sqlx.DB) {
	_, _ = d.ExecContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`)
}

func (sqlite) clock() string { return `SELECT CAST(unixepoch('subsec') * 1000 AS INTEGER)` }

func (sqlite) size() string {
	return `SELECT page_count * page_size FROM pragma_page_count, pragma_page_size`
}

func (sqlite) damage() string {
	return `
		SELECT quick_check FROM pragma_quick_check WHERE quick_check <> 'ok'
		UNION ALL SELECT 'a row refers to a missing one: ' || "table" FROM pragma_foreign_key_check`
}

func (sqlite) isTransient(err error) bool {
	var e *driver.Error
	return errors.As(err, &e) && e.Code()&0xff == codes.SQLITE_BUSY
}

// isFull knows SQLITE_FULL, and that the index of the write-ahead log found no room to grow.
func (sqlite) isFull(err error) bool {
	var e *driver.Error
	return errors.As(err, &e) && (e.Code()&0xff == codes.SQLITE_FULL || e.Code() == codes.SQLITE_IOERR_SHMSIZE)
}
