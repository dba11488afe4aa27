package db

import (
	"context"
	"database/sql"
	"sync"

	"github.com/jmoiron/sqlx"
)

// prepared holds statements that run with every keystroke. The database parses them
// once for each connection and not each time (BenchmarkLogAppend).
type prepared struct {
	mu sync.RWMutex
	by map[string]*sqlx.Stmt
}

// prepare makes sure that transactions find the statements prepared. It has to be
// called outside of a transaction: on SQLite that has the only connection.
func (p *prepared) prepare(ctx context.Context, writer *sqlx.DB, queries []string) error {
	for _, query := range queries {
		if p.of(query) != nil {
			continue
		}
		statement, err := writer.PreparexContext(ctx, query)
		if err != nil {
			return err
		}
		p.keep(query, statement)
	}
	return nil
}

func (p *prepared) of(query string) *sqlx.Stmt {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return p.by[query]
}

// keep remembers a statement, unless somebody else was faster.
func (p *prepared) keep(query string, statement *sqlx.Stmt) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.by == nil {
		p.by = map[string]*sqlx.Stmt{}
	}
	if p.by[query] != nil {
		_ = statement.Close()
		return
	}
	p.by[query] = statement
}

// ExecContext runs a statement, prepared if it is known to be run often.
func (t *tx) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	if statement := t.prepared.of(query); statement != nil {
		return t.StmtxContext(ctx, statement).ExecContext(ctx, args...)
	}
	return t.Tx.ExecContext(ctx, query, args...)
}

// QueryRowxContext is ExecContext for a query that finds at most one row.
func (t *tx) QueryRowxContext(ctx context.Context, query string, args ...any) *sqlx.Row {
	if statement := t.prepared.of(query); statement != nil {
		return t.StmtxContext(ctx, statement).QueryRowxContext(ctx, args...)
	}
	return t.Tx.QueryRowxContext(ctx, query, args...)
}
