package db

import (
	"context"

	"madang/app"
	"madang/app/statement"
)

// Descents implements statement.Store.
func (d StatementStore) Descents(ctx context.Context, of app.ID) ([]statement.Descent, error) {
	rows, err := all[struct {
		CID   string                `db:"cid"`
		Kind  statement.DescentKind `db:"kind"`
		Other string                `db:"other"`
		By    app.ID                `db:"created_by"`
		At    int64                 `db:"created_at"`
	}](ctx, d.read, `
		SELECT cid, kind, other, created_by, created_at FROM clause_lineage WHERE statement_id = $1 ORDER BY created_at, cid`, of)
	list := make([]statement.Descent, len(rows))
	for i, r := range rows {
		list[i] = statement.Descent{CID: r.CID, Kind: r.Kind, Other: r.Other, By: r.By, At: moment(r.At)}
	}
	return list, err
}

// AddDescent implements statement.Store.
func (d StatementStore) AddDescent(ctx context.Context, by app.Standing, of app.ID, c statement.Descent) error {
	return d.write(ctx, func(tx *tx) error {
		if err := tx.stand(ctx, by); err != nil {
			return err
		}
		_, err := tx.run(ctx, `
			INSERT INTO clause_lineage (statement_id, cid, kind, other, created_by, created_at)
			VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`, of, c.CID, c.Kind, c.Other, c.By, millis(c.At))
		return err
	})
}
