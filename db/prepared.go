package db

import (
	"context"
	"database/sql"
	"sync"
	"sync/atomic"

	"github.com/jmoiron/sqlx"
)

// pool is a pool of connections that keeps its statements prepared: the database
// parses each once a connection and not at every run (BenchmarkLogAppend,
// BenchmarkAdmission).
type pool struct {
	*sqlx.DB
	mu    sync.RWMutex
	by    map[string]*sqlx.Stmt
	asked atomic.Int64 // queries, without those of transactions
}

// mostPrepared bounds the statements kept. There are fewer in this package; what
// comes beyond is run as it is.
const mostPrepared = 500

func newPool(p *sqlx.DB) *pool { return &pool{DB: p, by: map[string]*sqlx.Stmt{}} }

// prepared is the statement of a query, or nil if it isn't prepared.
func (p *pool) prepared(query string) *sqlx.Stmt {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return p.by[query]
}

// prepare makes sure that a query is prepared. Called inside of a transaction it
// would wait for ever on SQLite, where that has the only connection.
func (p *pool) prepare(ctx context.Context, query string) (*sqlx.Stmt, error) {
	if statement := p.prepared(query); statement != nil {
		return statement, nil
	}
	statement, err := p.PreparexContext(ctx, query)
	if err != nil {
		return nil, err
	}
	return p.keep(query, statement), nil
}

// keep remembers a statement, unless somebody else was faster or there are too many.
// Then it returns what is known, or nil.
func (p *pool) keep(query string, statement *sqlx.Stmt) *sqlx.Stmt {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.by[query] == nil && len(p.by) < mostPrepared {
		p.by[query] = statement
	} else {
		_ = statement.Close()
	}
	return p.by[query]
}

// QueryContext runs a query, prepared if that is to be had. If it can't be
// prepared, running it says why.
func (p *pool) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	p.asked.Add(1)
	if statement, _ := p.prepare(ctx, query); statement != nil {
		return statement.QueryContext(ctx, args...)
	}
	return p.DB.QueryContext(ctx, query, args...)
}

// QueryxContext is QueryContext for rows that are scanned into structs.
func (p *pool) QueryxContext(ctx context.Context, query string, args ...any) (*sqlx.Rows, error) {
	p.asked.Add(1)
	if statement, _ := p.prepare(ctx, query); statement != nil {
		return statement.QueryxContext(ctx, args...)
	}
	return p.DB.QueryxContext(ctx, query, args...)
}

// QueryRowxContext is QueryContext for a query that finds at most one row.
func (p *pool) QueryRowxContext(ctx context.Context, query string, args ...any) *sqlx.Row {
	p.asked.Add(1)
	if statement, _ := p.prepare(ctx, query); statement != nil {
		return statement.QueryRowxContext(ctx, args...)
	}
	return p.DB.QueryRowxContext(ctx, query, args...)
}

// ExecContext runs a statement, prepared if its pool has it prepared.
func (t *tx) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	if statement := t.pool.prepared(query); statement != nil {
		return t.StmtxContext(ctx, statement).ExecContext(ctx, args...)
	}
	return t.Tx.ExecContext(ctx, query, args...)
}

// QueryRowxContext is ExecContext for a query that finds at most one row.
func (t *tx) QueryRowxContext(ctx context.Context, query string, args ...any) *sqlx.Row {
	if statement := t.pool.prepared(query); statement != nil {
		return t.StmtxContext(ctx, statement).QueryRowxContext(ctx, args...)
	}
	return t.Tx.QueryRowxContext(ctx, query, args...)
}
