package db

import (
	"context"

	"madang/app/disclosure"
)

// DisclosureStore keeps what was published of counts about people.
type DisclosureStore struct{ *DB }

type releaseRow struct {
	No      int    `db:"no"`
	At      int64  `db:"at"`
	Counted []byte `db:"counted"`
}

// Releases implements disclosure.Store.
func (d DisclosureStore) Releases(ctx context.Context, of disclosure.Table) ([]disclosure.Record, error) {
	rows, err := all[releaseRow](ctx, d.read, `
		SELECT no, at, counted FROM disclosure_releases WHERE of_id = $1 AND name = $2 ORDER BY no`, of.Of, of.Name)
	if err != nil {
		return nil, err
	}
	records := make([]disclosure.Record, len(rows))
	for i, row := range rows {
		records[i] = disclosure.Record{No: row.No, At: moment(row.At), Counted: row.Counted}
	}
	return records, nil
}

// AddRelease implements disclosure.Store. Numbers follow each other without gaps, so that a
// release is always weighed against all that came before it.
func (d DisclosureStore) AddRelease(ctx context.Context, of disclosure.Table, r disclosure.Record) (isKept bool, err error) {
	err = d.write(ctx, func(tx *tx) error {
		kept, err := tx.run(ctx, `
			INSERT INTO disclosure_releases (of_id, name, no, at, counted) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (of_id, name, no) DO NOTHING`, of.Of, of.Name, r.No, millis(r.At), r.Counted)
		isKept = kept == 1
		return err
	})
	return isKept, err
}
