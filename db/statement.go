package db

import (
	"context"
	"strings"

	"madang/app"
	"madang/app/search"
	"madang/app/statement"
)

// StatementStore implements statement.Store.
type StatementStore struct{ *DB }

type statementRow struct {
	ID        app.ID    `db:"id"`
	Group     app.ID    `db:"group_id"`
	Title     string    `db:"title"`
	KeyID     string    `db:"key_id"`
	Lang      string    `db:"lang"`
	State     app.Phase `db:"state"`
	Step      int64     `db:"step"`
	CreatedBy app.ID    `db:"created_by"`
	CreatedAt int64     `db:"created_at"`
}

const selectStatements = `SELECT id, group_id, title, key_id, lang, state, step, created_by, created_at FROM statements`

func (r statementRow) statement() (statement.Statement, error) {
	title, err := unseal(r.KeyID, r.Title)
	return statement.Statement{
		ID: r.ID, Group: r.Group, Title: title, Lang: r.Lang, State: r.State, Step: r.Step,
		CreatedBy: r.CreatedBy, CreatedAt: moment(r.CreatedAt),
	}, err
}

// Statement implements statement.Store.
func (d StatementStore) Statement(ctx context.Context, id app.ID) (statement.Statement, error) {
	row, err := one[statementRow](ctx, d.read, selectStatements+` WHERE id = $1`, id)
	if err != nil {
		return statement.Statement{}, err
	}
	return row.statement()
}

// Statements implements statement.Store.
func (d StatementStore) Statements(ctx context.Context, group app.ID) ([]statement.Statement, error) {
	rows, err := all[statementRow](ctx, d.read, selectStatements+` WHERE group_id = $1 ORDER BY created_at DESC, id DESC`, group)
	if err != nil {
		return nil, err
	}
	return eachOrErr(rows, statementRow.statement)
}

// Languages implements statement.Store.
func (d StatementStore) Languages(ctx context.Context, group app.ID) ([]string, error) {
	languages, err := one[string](ctx, d.read, `SELECT languages FROM working_groups WHERE id = $1`, group)
	return strings.Fields(languages), err
}

// Create implements statement.Store.
func (d StatementStore) Create(ctx context.Context, by app.Standing, made statement.Statement) (kept statement.Statement, err error) {
	err = d.write(ctx, func(tx *tx) error {
		if err := tx.stand(ctx, by); err != nil {
			return err
		}
		keyID, title := seal(made.Title)
		if _, err := tx.run(ctx, `
			INSERT INTO statements (id, group_id, title, key_id, lang, state, created_by, created_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (id) DO NOTHING`,
			made.ID, made.Group, title, keyID, made.Lang, made.State, made.CreatedBy, millis(made.CreatedAt)); err != nil {
			return err
		}
		row, err := one[statementRow](ctx, tx, selectStatements+` WHERE id = $1`, made.ID)
		if err != nil {
			return err
		}
		if kept, err = row.statement(); err != nil {
			return err
		}
		return tx.index(ctx, titleOf(kept))
	})
	return kept, err
}

// titleOf is a statement's title as the index takes it.
func titleOf(s statement.Statement) indexed {
	return indexed{kind: search.Statement, statement: s.ID, id: string(s.ID), persona: s.CreatedBy, at: millis(s.CreatedAt), body: s.Title}
}

// Rename implements statement.Store.
func (d StatementStore) Rename(ctx context.Context, by app.Standing, id app.ID, title string) error {
	return d.write(ctx, func(tx *tx) error {
		if err := tx.stand(ctx, by); err != nil {
			return err
		}
		keyID, stored := seal(title)
		if err := found(tx.run(ctx, `UPDATE statements SET title = $1, key_id = $2 WHERE id = $3`, stored, keyID, id)); err != nil {
			return err
		}
		row, err := one[statementRow](ctx, tx, selectStatements+` WHERE id = $1`, id)
		if err != nil {
			return err
		}
		renamed, err := row.statement()
		if err != nil {
			return err
		}
		return tx.index(ctx, titleOf(renamed))
	})
}
