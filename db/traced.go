package db

import (
	"context"

	"madang/app"
	"madang/app/statement"
)

// ClauseTexts implements statement.Store.
func (d StatementStore) ClauseTexts(ctx context.Context, of app.ID, cids []string) ([]statement.VersionClause, error) {
	params, args := listed(2, cids)
	rows, err := all[struct {
		No      int    `db:"no"`
		Block   string `db:"block"`
		KeyID   string `db:"key_id"`
		Erratum int    `db:"erratum_no"`
	}](ctx, d.read, `
		SELECT v.no, c.block, c.key_id, c.erratum_no FROM versions v JOIN version_clauses c ON c.version_id = v.id
		WHERE v.statement_id = $1 AND c.cid IN (`+params+`) ORDER BY v.no, c.place`, append([]any{of}, args...)...)
	if err != nil {
		return nil, err
	}
	list := make([]statement.VersionClause, len(rows))
	for i, r := range rows {
		block, err := versionClauseRow{Block: r.Block, KeyID: r.KeyID}.block()
		if err != nil {
			return nil, err
		}
		list[i] = statement.VersionClause{Version: r.No, Block: block, Erratum: r.Erratum}
	}
	return list, nil
}

// EditHeads implements statement.Store.
func (d StatementStore) EditHeads(ctx context.Context, of app.ID, edits []app.ID) (map[app.ID]app.LiveHead, error) {
	params, args := listed(2, edits)
	rows, err := all[struct {
		ID    app.ID `db:"edit_id"`
		Epoch int64  `db:"epoch"`
		Seq   int64  `db:"seq"`
	}](ctx, d.read, `
		SELECT edit_id, epoch, seq FROM live_updates WHERE document_id = $1 AND edit_id IN (`+params+`)`, append([]any{of}, args...)...)
	heads := map[app.ID]app.LiveHead{}
	for _, r := range rows {
		heads[r.ID] = app.LiveHead{Epoch: r.Epoch, Seq: r.Seq}
	}
	return heads, err
}
