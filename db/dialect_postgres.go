package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"hash/fnv"
	"strings"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
)

// postgres is PostgreSQL, for forums of several nodes.
type postgres struct{ url string }

func (postgres) name() string { return "PostgreSQL" }

// poolSize is how many connections a node keeps at most. Several nodes share the
// 100 that PostgreSQL allows unless it is told otherwise.
const poolSize = 20

func (p postgres) open(ctx context.Context) (writer, reader *sqlx.DB, err error) {
	pool, err := sqlx.ConnectContext(ctx, "postgres", p.url)
	if err != nil {
		return nil, nil, err
	}
	pool.SetMaxOpenConns(poolSize)
	pool.SetMaxIdleConns(poolSize)
	return pool, pool, nil
}

// check refuses a server that says "committed" before it is on disk.
func (postgres) check(ctx context.Context, d *sqlx.DB) error {
	for _, setting := range []string{"fsync", "full_page_writes", "synchronous_commit"} {
		value, err := one[string](ctx, d, `SELECT current_setting($1)`, setting)
		if err != nil {
			return err
		}
		if value == "off" {
			return fmt.Errorf("%s is off: what people were told is saved could be lost; turn it on", setting)
		}
	}
	return nil
}

var postgresWords = strings.NewReplacer("{{bytes}}", "BYTEA", "{{grams}}", `
	CREATE TABLE search_grams (no BIGINT PRIMARY KEY, grams TSVECTOR NOT NULL);
	CREATE INDEX search_grams_text ON search_grams USING GIN (grams)`)

func (postgres) ddl(text string) string { return postgresWords.Replace(text) }

// alone takes an advisory lock that ends with the transaction.
func (postgres) alone(ctx context.Context, tx *sqlx.Tx, thing string) error {
	_, err := tx.ExecContext(ctx, `SELECT pg_advisory_xact_lock($1)`, advisory(thing))
	return err
}

// advisory is the number of a thing's advisory lock.
func advisory(thing string) int64 {
	h := fnv.New64a()
	h.Write([]byte("madang " + thing))
	return int64(h.Sum64())
}

// claim takes an advisory lock that ends with the connection.
func (postgres) claim(ctx context.Context, d *sqlx.DB, thing string) (release func(), isFree bool, err error) {
	conn, err := d.Connx(ctx)
	if err != nil {
		return nil, false, err
	}
	lock := advisory("claim " + thing)
	err = conn.GetContext(ctx, &isFree, `SELECT pg_try_advisory_lock($1)`, lock)
	if err != nil || !isFree {
		return nil, false, errors.Join(err, conn.Close())
	}
	return func() {
		_, _ = conn.ExecContext(context.WithoutCancel(ctx), `SELECT pg_advisory_unlock($1)`, lock) // where it fails the connection is gone, and the lock with it
		_ = conn.Close()
	}, true, nil
}

// closed lets others read on.
func (postgres) closed(ctx context.Context, tx *sqlx.Tx, tables []string) error {
	_, err := tx.ExecContext(ctx, `LOCK TABLE `+strings.Join(tables, ", ")+` IN EXCLUSIVE MODE`)
	return err
}

func (postgres) shared(query string) string { return query + " FOR SHARE" }

func (postgres) standing(query string) string { return query + " FOR SHARE OF m FOR KEY SHARE OF s" }

func (postgres) locked(query string) string { return query + " FOR NO KEY UPDATE" }

func (postgres) barred(query string) string { return query + " FOR UPDATE" }

func (postgres) snapshot() *sql.TxOptions {
	return &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}
}

func (postgres) tableNames() string {
	return `
		SELECT c.relname FROM pg_catalog.pg_class c
		JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
		WHERE c.relkind = 'r' AND n.nspname = current_schema() AND c.relname NOT LIKE 'search\_%' ORDER BY c.oid`
}

func (postgres) columnsOf() string {
	return `
		SELECT column_name AS name, data_type AS kind FROM information_schema.columns
		WHERE table_schema = current_schema() AND table_name = $1 ORDER BY ordinal_position`
}

// found leaves it to the planner whether to walk the texts by number.
func (postgres) found() (from, numbered string) {
	return `search_grams k JOIN search_texts x ON x.no = k.no`, `k.no`
}

// sought needs no quoting but the quotes: grams are letters and digits.
func (postgres) sought(whole, prefixes []string) string {
	var words []string
	for _, g := range whole {
		words = append(words, "'"+g+"'")
	}
	for _, g := range prefixes {
		words = append(words, "'"+g+"':*")
	}
	return strings.Join(words, " & ")
}

func (postgres) matching(param string) string { return `k.grams @@ CAST(` + param + ` AS TSQUERY)` }

func (postgres) keepGrams() string {
	return `INSERT INTO search_grams (no, grams) VALUES ($1, CAST($2 AS TSVECTOR))`
}

func (postgres) dropGrams() string { return `DELETE FROM search_grams WHERE no = $1` }

func (postgres) dropAllGrams() string { return `DELETE FROM search_grams` }

func (postgres) clock() string {
	return `SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)`
}

func (postgres) size() string { return `SELECT pg_database_size(current_database())` }

// damage is what page checksums told, where they are on.
func (postgres) damage() string {
	return `
		SELECT 'pages with a wrong checksum: ' || checksum_failures FROM pg_stat_database
		WHERE datname = current_database() AND checksum_failures > 0`
}

// wipe takes the dead rows. What is in the way now autovacuum does later.
func (postgres) wipe(ctx context.Context, d *sqlx.DB) {
	_, _ = d.ExecContext(ctx, `
		VACUUM version_clauses, submission_revisions, submission_steps, submission_contests, submission_files, sealed_wordings,
			comments, comment_revisions, comment_translations, sealed_comments, sealed_comment_translations, search_texts`)
}

// isTransient knows serialization_failure and deadlock_detected (PostgreSQL,
// Appendix A).
func (postgres) isTransient(err error) bool {
	var e *pq.Error
	return errors.As(err, &e) && (e.Code == "40001" || e.Code == "40P01")
}

// isFull knows disk_full (PostgreSQL, Appendix A).
func (postgres) isFull(err error) bool {
	var e *pq.Error
	return errors.As(err, &e) && e.Code == "53100"
}
