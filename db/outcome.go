package db

import (
	"context"

	"madang/app"
	"madang/app/trace"
)

// TraceStore implements trace.Store.
type TraceStore struct{ *DB }

// Outcomes implements trace.Store.
func (d TraceStore) Outcomes(ctx context.Context, of app.ID) ([]trace.Outcome, error) {
	rows, err := all[struct {
		ID      app.ID `db:"id"`
		Docket  app.ID `db:"docket_id"`
		Version app.ID `db:"version_id"`
		No      int    `db:"no"`
		Title   string `db:"title"`
		KeyID   string `db:"key_id"`
		Lang    string `db:"lang"`
		By      app.ID `db:"persona_id"`
		At      int64  `db:"at"`
	}](ctx, d.read, `
		SELECT o.id, o.docket_id, o.version_id, v.no, v.title, v.key_id, v.lang, o.persona_id, o.at FROM docket_outcomes o JOIN versions v ON v.id = o.version_id
		WHERE v.statement_id = $1 ORDER BY o.at, v.no`, of)
	if err != nil {
		return nil, err
	}
	list := make([]trace.Outcome, len(rows))
	for i, r := range rows {
		title, err := unseal(r.KeyID, r.Title)
		if err != nil {
			return nil, err
		}
		list[i] = trace.Outcome{ID: r.ID, Docket: r.Docket, Version: r.Version, No: r.No, Title: title, Lang: r.Lang, By: r.By, At: moment(r.At)}
	}
	return list, nil
}

// AddOutcome implements trace.Store. A version that the forum kept by itself is none.
func (d TraceStore) AddOutcome(ctx context.Context, by app.Standing, o trace.Outcome) error {
	return d.write(ctx, func(tx *tx) error {
		if err := tx.stand(ctx, by); err != nil {
			return err
		}
		version, err := one[app.ID](ctx, tx, `
			SELECT v.id FROM versions v JOIN dockets d ON d.statement_id = v.statement_id JOIN versions f ON f.id = d.version_id
			WHERE d.id = $1 AND v.no = $2 AND v.no > f.no AND v.kind = 'made' AND EXISTS (SELECT 1 FROM docket_reports r WHERE r.docket_id = d.id)`, o.Docket, o.No)
		if app.KindOf(err) == app.KindNotFound {
			return app.Invalid("outcome.version").On("version")
		}
		if err != nil {
			return err
		}
		_, err = tx.run(ctx, `
			INSERT INTO docket_outcomes (id, docket_id, version_id, persona_id, at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`,
			o.ID, o.Docket, version, o.By, millis(o.At))
		return err
	})
}
