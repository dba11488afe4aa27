package db

import (
	"bufio"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"

	"madang/app"
)

// A backup is all rows of all tables, as they stood at one moment, in a form that
// either database takes: gzip (RFC 1952) over lines of JSON. The first line is a
// BackupHead; each table follows as a line that names it and its columns, a line (an
// array) for each row, and a line with their number and the SHA-256 of their lines;
// the last line has the number of tables and the SHA-256 of all lines before it.
// Times, ids and numbers are as in the database; bytes are in base64.

// backupFormat counts the versions of that form.
const backupFormat = 1

// maxLine bounds a row in a backup, in bytes: a state of 8 MiB and its copy in base64.
const maxLine = 64 << 20

// BackupHead says what a backup is of.
type BackupHead struct {
	Madang string    `json:"madang"` // "backup"
	Format int       `json:"format"`
	Schema int       `json:"schema"` // number of the newest migration
	At     time.Time `json:"at"`
	// Secret is the fingerprint of the secret that the forum's return codes were made
	// with; empty if none was.
	Secret string `json:"secret"`
}

// table is a table of the schema. Columns are in their order, and of each is known
// what kind of value it holds.
type table struct {
	Table   string   `json:"table"`
	Columns []column `json:"columns"`
}

type column struct {
	Name string `json:"name" db:"name"`
	Kind string `json:"kind" db:"kind"` // text, number, truth or bytes
}

// tableEnd closes a table; backupEnd the whole.
type tableEnd struct {
	Rows   int64  `json:"rows"`
	SHA256 string `json:"sha256"`
}

type backupEnd struct {
	Tables int    `json:"tables"`
	SHA256 string `json:"sha256"`
}

// Progress is told of each table that has been dealt with.
type Progress func(table string, rows int64)

// Backup writes a backup while the forum goes on: what is committed meanwhile is
// not in it. Memory doesn't grow with the forum.
func (d *DB) Backup(ctx context.Context, w io.Writer, at time.Time, tell Progress) error {
	snapshot, err := d.read.BeginTxx(ctx, d.dialect.snapshot())
	if err != nil {
		return fmt.Errorf("db: backup: %w", err)
	}
	defer snapshot.Rollback() // nothing was written
	zipped := gzip.NewWriter(w)
	out := &backupWriter{to: bufio.NewWriterSize(zipped, 1<<16), all: sha256.New()}
	if err := d.writeBackup(ctx, snapshot, out, at, tell); err != nil {
		return fmt.Errorf("db: backup: %w", err)
	}
	return errors.Join(out.to.Flush(), zipped.Close())
}

func (d *DB) writeBackup(ctx context.Context, q sqlx.QueryerContext, out *backupWriter, at time.Time, tell Progress) error {
	head, err := headOfBackup(ctx, q, at)
	if err != nil {
		return err
	}
	if err := out.line(head); err != nil {
		return err
	}
	tables, err := d.tables(ctx, q)
	if err != nil {
		return err
	}
	for _, t := range tables {
		rows, err := out.table(ctx, q, t)
		if err != nil {
			return fmt.Errorf("%s: %w", t.Table, err)
		}
		tell(t.Table, rows)
	}
	return out.line(backupEnd{len(tables), hex.EncodeToString(out.all.Sum(nil))})
}

func headOfBackup(ctx context.Context, q sqlx.QueryerContext, at time.Time) (BackupHead, error) {
	head := BackupHead{Madang: "backup", Format: backupFormat, At: at.UTC()}
	var err error
	if head.Schema, err = one[int](ctx, q, `SELECT MAX(number) FROM migrations`); err != nil {
		return head, err
	}
	head.Secret, err = one[string](ctx, q, `SELECT COALESCE(MAX(value), '') FROM settings WHERE name = 'secret'`)
	return head, err
}

// unsaved are tables that no backup holds. Which migrations ran, and what was done to look
// after the forum, belongs to where it runs and not to the forum; the address of a feed that
// was revoked must not come back; and when somebody was where is kept for them alone.
var unsaved = []string{"migrations", "upkeep", "feeds", "visits"}

// tables lists what a backup holds, in the order in which they were made: none refers
// to a later one. What is for searching is made from the rest.
func (d *DB) tables(ctx context.Context, q sqlx.QueryerContext) ([]table, error) {
	names, err := all[string](ctx, q, d.dialect.tableNames())
	if err != nil {
		return nil, err
	}
	var tables []table
	for _, name := range names {
		if slices.Contains(unsaved, name) {
			continue
		}
		columns, err := all[column](ctx, q, d.dialect.columnsOf(), name)
		if err != nil {
			return nil, err
		}
		for i := range columns {
			columns[i].Kind = kindOf(columns[i].Kind)
		}
		tables = append(tables, table{name, columns})
	}
	return tables, nil
}

// kindOf says what a declared type holds.
func kindOf(declared string) string {
	switch strings.ToUpper(declared) {
	case "BIGINT":
		return "number"
	case "BOOLEAN":
		return "truth"
	case "BYTEA", "BLOB":
		return "bytes"
	}
	return "text"
}

func (t table) names() []string { return each(t.Columns, func(c column) string { return c.Name }) }

// backupWriter writes lines and keeps count.
type backupWriter struct {
	to   *bufio.Writer
	all  hash.Hash // of every line
	rows hash.Hash // of the rows of the present table
}

func (b *backupWriter) line(v any) error {
	text, err := json.Marshal(v)
	if err != nil {
		return err
	}
	text = append(text, '\n')
	b.all.Write(text)
	if b.rows != nil {
		b.rows.Write(text)
	}
	_, err = b.to.Write(text)
	return err
}

// order is by number where rows have one: a comment answers only one that was numbered
// before it.
func (t table) order() string {
	if slices.Contains(t.names(), "seq") {
		return "seq, " + t.Columns[0].Name
	}
	return t.Columns[0].Name
}

// table writes a table so that what a row refers to in its own table comes before it.
func (b *backupWriter) table(ctx context.Context, q sqlx.QueryerContext, t table) (n int64, err error) {
	if err := b.line(t); err != nil {
		return 0, err
	}
	names := strings.Join(t.names(), ", ")
	rows, err := q.QueryxContext(ctx, `SELECT `+names+` FROM `+t.Table+` ORDER BY `+t.order())
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	b.rows = sha256.New()
	for ; rows.Next(); n++ {
		row, err := rows.SliceScan()
		if err != nil {
			return n, err
		}
		if err := b.line(t.portable(row)); err != nil {
			return n, err
		}
	}
	end := tableEnd{n, hex.EncodeToString(b.rows.Sum(nil))}
	b.rows = nil
	return n, errors.Join(rows.Err(), b.line(end))
}

// portable makes of a row what both databases would have given.
func (t table) portable(row []any) []any {
	for i, v := range row {
		switch v := v.(type) {
		case string:
			if t.Columns[i].Kind == "bytes" {
				row[i] = []byte(v)
			}
		case []byte:
			if t.Columns[i].Kind == "text" {
				row[i] = string(v)
			}
		case int64:
			if t.Columns[i].Kind == "truth" {
				row[i] = v != 0
			}
		}
	}
	return row
}

// backupReader reads a backup and believes nothing of it before the end.
type backupReader struct {
	zipped *gzip.Reader
	lines  *bufio.Scanner
	all    hash.Hash
	sum    string // of all lines before the present one
}

func damaged(what string) error { return app.Invalid("backup.damaged", "what", what) }

func openBackup(r io.Reader) (*backupReader, BackupHead, error) {
	zipped, err := gzip.NewReader(r)
	if err != nil {
		return nil, BackupHead{}, app.Invalid("backup.none")
	}
	b := &backupReader{zipped: zipped, lines: bufio.NewScanner(zipped), all: sha256.New()}
	b.lines.Buffer(make([]byte, 1<<16), maxLine)
	var head BackupHead
	if err := b.next(&head); err != nil || head.Madang != "backup" {
		return nil, head, app.Invalid("backup.none")
	}
	if head.Format != backupFormat {
		return nil, head, app.Invalid("backup.format", "format", head.Format)
	}
	return b, head, nil
}

// raw is the next line with its end; it is overwritten by the one after it.
func (b *backupReader) raw() ([]byte, error) {
	if !b.lines.Scan() {
		if err := b.lines.Err(); err != nil {
			return nil, damaged(err.Error())
		}
		return nil, io.EOF
	}
	b.sum = hex.EncodeToString(b.all.Sum(nil))
	line := append(b.lines.Bytes(), '\n')
	b.all.Write(line)
	return line, nil
}

func (b *backupReader) next(v any) error {
	line, err := b.raw()
	if errors.Is(err, io.EOF) {
		return damaged("it ends too early")
	}
	if err != nil {
		return err
	}
	if err := json.Unmarshal(line, v); err != nil {
		return damaged("a line is no JSON")
	}
	return nil
}

// each calls begin with each table and row with each of its rows. A backup that is
// damaged anywhere is Invalid "backup.damaged", which may be found out only at the end.
func (b *backupReader) each(begin func(table) error, row func([]any) error, end func(table, int64) error) error {
	for tables := 0; ; tables++ {
		var t struct {
			table
			backupEnd
		}
		if err := b.next(&t); err != nil {
			return err
		}
		if t.Table == "" {
			return b.conclude(t.backupEnd, tables)
		}
		if err := begin(t.table); err != nil {
			return err
		}
		n, err := b.rows(t.table, row)
		if err != nil {
			return err
		}
		if err := end(t.table, n); err != nil {
			return err
		}
	}
}

func (b *backupReader) conclude(end backupEnd, tables int) error {
	if end.Tables != tables || end.SHA256 != b.sum {
		return damaged("its hash doesn't match")
	}
	if _, err := b.raw(); !errors.Is(err, io.EOF) {
		return damaged("something follows its end")
	}
	return nil
}

// rows reads the rows of one table, up to and with the line that closes it.
func (b *backupReader) rows(t table, row func([]any) error) (n int64, err error) {
	sum := sha256.New()
	for ; ; n++ {
		line, err := b.raw()
		if err != nil {
			return n, damaged("it ends too early")
		}
		if line[0] == '[' {
			sum.Write(line)
			values, err := t.values(line)
			if err == nil {
				err = row(values)
			}
			if err != nil {
				return n, err
			}
			continue
		}
		var end tableEnd
		if json.Unmarshal(line, &end) != nil || end.Rows != n || end.SHA256 != hex.EncodeToString(sum.Sum(nil)) {
			return n, damaged("the hash of " + t.Table + " doesn't match")
		}
		return n, nil
	}
}

// values reads a row as the columns want it.
func (t table) values(line []byte) ([]any, error) {
	var cells []json.RawMessage
	if err := json.Unmarshal(line, &cells); err != nil || len(cells) != len(t.Columns) {
		return nil, damaged("a row of " + t.Table + " has other columns")
	}
	values := make([]any, len(cells))
	for i, cell := range cells {
		value, err := t.Columns[i].value(cell)
		if err != nil {
			return nil, damaged("a value of " + t.Table + "." + t.Columns[i].Name)
		}
		values[i] = value
	}
	return values, nil
}

func (c column) value(cell json.RawMessage) (any, error) {
	if string(cell) == "null" {
		return nil, nil
	}
	switch c.Kind {
	case "number":
		return decoded[int64](cell)
	case "truth":
		return decoded[bool](cell)
	case "bytes":
		return decoded[[]byte](cell)
	}
	return decoded[string](cell)
}

func decoded[T any](cell json.RawMessage) (v T, err error) {
	err = json.Unmarshal(cell, &v)
	return v, err
}

// CheckBackup reads a backup to its end and checks every hash and number in it. It is
// Invalid, with a code that says what is wrong, unless all is whole.
func CheckBackup(r io.Reader) (BackupHead, error) {
	b, head, err := openBackup(r)
	if err != nil {
		return head, err
	}
	return head, b.each(
		func(table) error { return nil },
		func([]any) error { return nil },
		func(table, int64) error { return nil },
	)
}
