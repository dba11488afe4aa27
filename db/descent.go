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

// keepDescents writes down which clauses a change split and merged. What was merged, taken
// back and merged again went where it went last.
func (t logTx) keepDescents(ctx context.Context, doc app.ID, c app.LiveChange) error {
	for kind, of := range map[statement.DescentKind]map[string]string{statement.SplitFrom: c.Split, statement.MergedInto: c.Merged} {
		for cid, other := range of {
			if _, err := t.run(ctx, `
				INSERT INTO clause_lineage (statement_id, cid, kind, other, created_by, created_at)
				VALUES ($1, $2, $3, $4, $5, $6)
				ON CONFLICT (statement_id, cid, kind) DO UPDATE SET
					other = excluded.other, created_by = excluded.created_by, created_at = excluded.created_at`,
				doc, cid, kind, other, c.Owner(), millis(c.At)); err != nil {
				return err
			}
		}
	}
	return nil
}
