package db

import (
	"context"
	"time"

	"madang/app"
	"madang/app/statement"
)

type refusedRow struct {
	ID      app.ID `db:"id"`
	Persona app.ID `db:"persona_id"`
	Name    string `db:"name"`
	NameKey string `db:"name_key_id"`
	At      int64  `db:"at"`
	Code    string `db:"code"`
	Bytes   []byte `db:"bytes"`
	KeyID   string `db:"key_id"`
}

// RefusedEdits implements statement.Store.
func (d StatementStore) RefusedEdits(ctx context.Context, id, by app.ID, since time.Time, most int) ([]statement.RefusedEdit, error) {
	rows, err := all[refusedRow](ctx, d.read, `
		SELECT r.id, r.persona_id, p.name, p.key_id AS name_key_id, r.at, r.code, r.bytes, r.key_id
		FROM live_refusals r JOIN personas p ON p.id = r.persona_id
		WHERE r.document_id = $1 AND ($2 = '' OR r.persona_id = $2) AND r.at > $3
		ORDER BY r.at DESC, r.id DESC LIMIT $4`, id, by, millis(since), most)
	if err != nil {
		return nil, err
	}
	edits := make([]statement.RefusedEdit, len(rows))
	for i, r := range rows {
		edits[i] = statement.RefusedEdit{ID: r.ID, Persona: r.Persona, At: moment(r.At), Code: r.Code}
		if edits[i].Name, err = unseal(r.NameKey, r.Name); err != nil {
			return nil, err
		}
		update, err := unseal(r.KeyID, string(r.Bytes))
		if err != nil {
			return nil, err
		}
		edits[i].Update = []byte(update)
	}
	return edits, nil
}
