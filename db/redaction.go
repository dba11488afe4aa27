package db

import (
	"context"

	"madang/app"
	"madang/app/consultation"
)

// Redact implements consultation.Store.
func (d ConsultationStore) Redact(ctx context.Context, by app.Standing, after consultation.Submission, revision int, st consultation.Step, seals []consultation.Sealed) error {
	err := d.write(ctx, func(tx *tx) error {
		isNew, err := tx.advance(ctx, &by, after, revision, st)
		if err != nil || !isNew {
			return err
		}
		for _, s := range seals {
			if _, err := tx.run(ctx, `INSERT INTO sealed_wordings (submission_id, revision, sealed, key_id) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`,
				after.ID, s.Revision, s.Bytes, consultation.SealedKey); err != nil {
				return err
			}
			if _, err := tx.run(ctx, `UPDATE submission_revisions SET comment = '', proposed = '', name = '', key_id = '' WHERE submission_id = $1 AND revision = $2`,
				after.ID, s.Revision); err != nil {
				return err
			}
		}
		_, err = tx.run(ctx, `UPDATE submission_steps SET spans = '' WHERE submission_id = $1`, after.ID)
		return err
	})
	if err == nil {
		d.dialect.wipe(ctx, d.writer.DB)
	}
	return err
}

// Sealed implements consultation.Store.
func (d ConsultationStore) Sealed(ctx context.Context, id app.ID) ([]consultation.Sealed, error) {
	rows, err := all[struct {
		Revision int    `db:"revision"`
		Sealed   []byte `db:"sealed"`
	}](ctx, d.read, `SELECT revision, sealed FROM sealed_wordings WHERE submission_id = $1 ORDER BY revision`, id)
	list := make([]consultation.Sealed, len(rows))
	for i, r := range rows {
		list[i] = consultation.Sealed{Revision: r.Revision, Bytes: r.Sealed}
	}
	return list, err
}

// Names implements consultation.Store.
func (d ConsultationStore) Names(ctx context.Context, docket app.ID) ([]byte, error) {
	sealed, err := one[[]byte](ctx, d.read, `SELECT sealed FROM docket_names WHERE docket_id = $1`, docket)
	if app.KindOf(err) == app.KindNotFound {
		return nil, nil
	}
	return sealed, err
}

// KeepNames implements consultation.Store.
func (d ConsultationStore) KeepNames(ctx context.Context, by app.Standing, docket app.ID, sealed []byte) error {
	return d.write(ctx, func(tx *tx) error {
		if err := tx.stand(ctx, by); err != nil {
			return err
		}
		_, err := tx.run(ctx, `
			INSERT INTO docket_names (docket_id, sealed, key_id) VALUES ($1, $2, $3)
			ON CONFLICT (docket_id) DO UPDATE SET sealed = excluded.sealed, key_id = excluded.key_id`, docket, sealed, consultation.SealedKey)
		return err
	})
}
