package db

import (
	"context"

	"madang/app"
	"madang/app/disposition"
)

// DispositionStore implements disposition.Store.
type DispositionStore struct{ *DB }

// answering holds the membership and lets nobody else change what is answered of the same
// text until the transaction ends: so whoever applies an amendment, or publishes a report,
// sees all that was decided before.
func (t *tx) answering(ctx context.Context, by app.Standing, docket app.ID) error {
	if err := t.stand(ctx, by); err != nil {
		return err
	}
	statement, err := one[app.ID](ctx, t, `SELECT statement_id FROM dockets WHERE id = $1`, docket)
	if err != nil {
		return err
	}
	if err := t.aloneWithAnswers(ctx, statement); err != nil {
		return err
	}
	_, err = one[app.ID](ctx, t, `SELECT id FROM docket_reports WHERE docket_id = $1`, docket)
	switch {
	case app.KindOf(err) == app.KindNotFound:
		return nil
	case err != nil:
		return err
	}
	return app.Conflict("report.published")
}

func (t *tx) aloneWithAnswers(ctx context.Context, statement app.ID) error {
	return t.dialect.alone(ctx, t.Tx, "answers about "+string(statement))
}

// Readings implements disposition.Store.
func (d DispositionStore) Readings(ctx context.Context, docket app.ID) ([]disposition.Reading, error) {
	rows, err := all[struct {
		No     int    `db:"submission_no"`
		Reader app.ID `db:"persona_id"`
		Name   string `db:"name"`
		KeyID  string `db:"key_id"`
		At     int64  `db:"read_at"`
	}](ctx, d.read, `
		SELECT r.submission_no, r.persona_id, p.name, p.key_id, r.read_at FROM submission_readings r JOIN personas p ON p.id = r.persona_id
		WHERE r.docket_id = $1 ORDER BY r.submission_no`, docket)
	if err != nil {
		return nil, err
	}
	list := make([]disposition.Reading, len(rows))
	for i, r := range rows {
		list[i] = disposition.Reading{Submission: r.No, Reader: r.Reader, At: moment(r.At)}
		if list[i].Name, err = unseal(r.KeyID, r.Name); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// Assign implements disposition.Store. What was read stays so.
func (d DispositionStore) Assign(ctx context.Context, by app.Standing, docket app.ID, nos []int, reader app.ID) error {
	return d.write(ctx, func(tx *tx) error {
		if err := tx.answering(ctx, by, docket); err != nil {
			return err
		}
		params, args := listed(3, app.RolesWith(app.Answer))
		_, err := one[app.ID](ctx, tx, `
			SELECT m.persona_id FROM memberships m JOIN dockets d ON d.group_id = m.group_id
			WHERE d.id = $1 AND m.persona_id = $2 AND m.ended_at = 0 AND m.role IN (`+params+`)`, append([]any{docket, reader}, args...)...)
		if app.KindOf(err) == app.KindNotFound {
			return app.Invalid("reading.reader").On("reader")
		}
		if err != nil {
			return err
		}
		for _, no := range nos {
			if _, err := tx.run(ctx, `
				INSERT INTO submission_readings (docket_id, submission_no, persona_id) VALUES ($1, $2, $3)
				ON CONFLICT (docket_id, submission_no) DO UPDATE SET persona_id = excluded.persona_id WHERE submission_readings.read_at = 0`, docket, no, reader); err != nil {
				return err
			}
		}
		return nil
	})
}

// MarkRead implements disposition.Store. Whoever reads what was another's to read is its
// reader from then on.
func (d DispositionStore) MarkRead(ctx context.Context, by app.Standing, docket app.ID, nos []int, r disposition.Reading) error {
	return d.write(ctx, func(tx *tx) error {
		if err := tx.answering(ctx, by, docket); err != nil {
			return err
		}
		for _, no := range nos {
			if _, err := tx.run(ctx, `
				INSERT INTO submission_readings (docket_id, submission_no, persona_id, read_at) VALUES ($1, $2, $3, $4)
				ON CONFLICT (docket_id, submission_no) DO UPDATE SET persona_id = excluded.persona_id, read_at = excluded.read_at
				WHERE submission_readings.read_at = 0`, docket, no, r.Reader, millis(r.At)); err != nil {
				return err
			}
		}
		return nil
	})
}

// Readers implements disposition.Store.
func (d DispositionStore) Readers(ctx context.Context, docket app.ID) ([]disposition.Person, error) {
	params, args := listed(2, app.RolesWith(app.Answer))
	rows, err := all[struct {
		ID    app.ID `db:"id"`
		Name  string `db:"name"`
		KeyID string `db:"key_id"`
	}](ctx, d.read, `
		SELECT p.id, p.name, p.key_id FROM memberships m JOIN dockets d ON d.group_id = m.group_id JOIN personas p ON p.id = m.persona_id
		WHERE d.id = $1 AND m.ended_at = 0 AND m.role IN (`+params+`) ORDER BY m.since, p.id`, append([]any{docket}, args...)...)
	if err != nil {
		return nil, err
	}
	list := make([]disposition.Person, len(rows))
	for i, r := range rows {
		list[i].ID = r.ID
		if list[i].Name, err = unseal(r.KeyID, r.Name); err != nil {
			return nil, err
		}
	}
	return list, nil
}
