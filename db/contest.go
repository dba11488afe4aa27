package db

import (
	"cmp"
	"context"

	"madang/app"
	"madang/app/consultation"
)

// AddContest implements consultation.Store.
func (d ConsultationStore) AddContest(ctx context.Context, docket app.ID, no int, c consultation.Contest, hash []byte) error {
	return d.write(ctx, func(tx *tx) error {
		of, err := one[struct {
			ID     app.ID              `db:"id"`
			Status consultation.Status `db:"status"`
		}](ctx, tx, tx.dialect.locked(`SELECT id, status FROM submissions WHERE docket_id = $1 AND no = $2`), docket, no)
		if err != nil {
			return err
		}
		if kept, err := one[int](ctx, tx, `SELECT COUNT(*) FROM submission_contests WHERE id = $1`, c.ID); err != nil || kept > 0 {
			return err
		}
		if !of.Status.IsPublic() {
			return app.Conflict("submission.changed")
		}
		keyID, sentence := seal(c.Sentence)
		_, err = tx.run(ctx, `
			INSERT INTO submission_contests (id, submission_id, no, at, slow, sentence, key_id, code_hash)
			VALUES ($1, $2, (SELECT COUNT(*) + 1 FROM submission_contests WHERE submission_id = $3), $4, $5, $6, $7, $8)`,
			c.ID, of.ID, of.ID, millis(c.At), c.IsSlow, sentence, keyID, hash)
		return err
	})
}

// ContestBy implements consultation.Store.
func (d ConsultationStore) ContestBy(ctx context.Context, hash []byte) (consultation.Contest, consultation.Submission, error) {
	list, err := d.contests(ctx, `WHERE c.code_hash = $1`, hash)
	if err == nil && len(list) == 0 {
		err = app.NotFound()
	}
	if err != nil {
		return consultation.Contest{}, consultation.Submission{}, err
	}
	of, err := d.submission(ctx, `WHERE s.id = $1`, list[0].Submission)
	return list[0], of, err
}

// Contests implements consultation.Store.
func (d ConsultationStore) Contests(ctx context.Context, submission app.ID) ([]consultation.Contest, error) {
	return d.contests(ctx, `WHERE c.submission_id = $1`, submission)
}

func (d ConsultationStore) contests(ctx context.Context, which string, arg any) ([]consultation.Contest, error) {
	rows, err := all[struct {
		ID         app.ID                `db:"id"`
		Submission app.ID                `db:"submission_id"`
		No         int                   `db:"no"`
		At         int64                 `db:"at"`
		Slow       bool                  `db:"slow"`
		Sentence   string                `db:"sentence"`
		KeyID      string                `db:"key_id"`
		Step       app.ID                `db:"step_id"`
		Kind       consultation.StepKind `db:"kind"`
		DecidedAt  int64                 `db:"decided_at"`
		Reason     string                `db:"reason"`
		ReasonKey  string                `db:"reason_key_id"`
	}](ctx, d.read, `
		SELECT c.id, c.submission_id, c.no, c.at, c.slow, c.sentence, c.key_id, COALESCE(c.step_id, '') AS step_id, COALESCE(t.kind, '') AS kind,
			COALESCE(t.at, 0) AS decided_at, COALESCE(t.sentence, '') AS reason, COALESCE(t.key_id, '') AS reason_key_id
		FROM submission_contests c LEFT JOIN submission_steps t ON t.id = c.step_id `+which+` ORDER BY c.no`, arg)
	if err != nil {
		return nil, err
	}
	list := make([]consultation.Contest, len(rows))
	for i, r := range rows {
		list[i] = consultation.Contest{ID: r.ID, Submission: r.Submission, No: r.No, At: moment(r.At), IsSlow: r.Slow}
		list[i].Decided = consultation.Step{ID: r.Step, Kind: r.Kind, At: moment(r.DecidedAt)}
		if list[i].Sentence, err = unseal(r.KeyID, r.Sentence); err != nil {
			return nil, err
		}
		if list[i].Decided.Sentence, err = unseal(r.ReasonKey, r.Reason); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// DecideName implements consultation.Store.
func (d ConsultationStore) DecideName(ctx context.Context, by app.Standing, after consultation.Submission, revision int, st consultation.Step, upTo int) error {
	return d.write(ctx, func(tx *tx) error {
		isNew, err := tx.advance(ctx, &by, after, revision, st)
		if err != nil || !isNew {
			return err
		}
		if steps, err := one[int](ctx, tx, `SELECT COUNT(*) FROM submission_steps WHERE submission_id = $1`, after.ID); err != nil || steps != len(after.Steps)+1 {
			return cmp.Or(err, error(app.Conflict("submission.changed")))
		}
		if st.Kind != consultation.StepNameTaken && st.Kind != consultation.StepNameKept {
			return nil
		}
		_, err = tx.run(ctx, `UPDATE submission_contests SET step_id = $1 WHERE submission_id = $2 AND step_id IS NULL AND no <= $3`, st.ID, after.ID, upTo)
		return err
	})
}
