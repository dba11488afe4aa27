package db

import (
	"cmp"
	"context"

	"madang/app"
	"madang/app/statement"
	"madang/app/thread"
)

type stepRow struct {
	ID        app.ID    `db:"id"`
	No        int64     `db:"no"`
	From      app.Phase `db:"from_state"`
	To        app.Phase `db:"to_state"`
	Persona   app.ID    `db:"persona_id"`
	Name      string    `db:"name"`
	NameKeyID string    `db:"name_key_id"`
	Reason    string    `db:"reason"`
	KeyID     string    `db:"key_id"`
	At        int64     `db:"at"`
	Epoch     int64     `db:"text_epoch"`
	Seq       int64     `db:"text_seq"`
}

func (r stepRow) step(of app.ID) (statement.Step, error) {
	name, err := unseal(r.NameKeyID, r.Name)
	if err != nil {
		return statement.Step{}, err
	}
	reason, err := unseal(r.KeyID, r.Reason)
	return statement.Step{
		ID: r.ID, Statement: of, No: r.No, From: r.From, To: r.To,
		By: statement.Author{Persona: r.Persona, Name: name}, Reason: reason, At: moment(r.At),
		Text: app.LiveHead{Epoch: r.Epoch, Seq: r.Seq},
	}, err
}

// Steps implements statement.Store.
func (d StatementStore) Steps(ctx context.Context, of app.ID) ([]statement.Step, error) {
	rows, err := all[stepRow](ctx, d.read, `
		SELECT s.id, s.no, s.from_state, s.to_state, s.persona_id, p.name, p.key_id AS name_key_id,
			s.reason, s.key_id, s.at, s.text_epoch, s.text_seq
		FROM statement_steps s JOIN personas p ON p.id = s.persona_id
		WHERE s.statement_id = $1 ORDER BY s.no DESC`, of)
	if err != nil {
		return nil, err
	}
	steps := make([]statement.Step, len(rows))
	for i, row := range rows {
		if steps[i], err = row.step(of); err != nil {
			return nil, err
		}
	}
	return steps, nil
}

// TakeStep implements statement.Store. It locks in the order of a commit to the text, first
// the document, and keeps out every write that was decided for the phase that ends.
func (d StatementStore) TakeStep(ctx context.Context, by app.Standing, step statement.Step) error {
	return d.write(ctx, func(tx *tx) error {
		head, err := one[writtenHead](ctx, tx, d.dialect.locked(headOf), step.Statement, step.Text.Epoch)
		if app.KindOf(err) == app.KindNotFound || err == nil && head.Seq != step.Text.Seq {
			return app.Conflict("phase.moved")
		}
		if err != nil {
			return err
		}
		if _, err := one[app.ID](ctx, tx, d.dialect.barred(`SELECT id FROM statements WHERE id = $1`), step.Statement); err != nil {
			return err
		}
		if err := tx.stand(ctx, by); err != nil {
			return err
		}
		if _, err := one[app.ID](ctx, tx, `SELECT id FROM statement_steps WHERE id = $1`, step.ID); app.KindOf(err) != app.KindNotFound {
			return cmp.Or(err, error(app.Conflict("id.taken")))
		}
		keyID, reason := seal(step.Reason)
		if _, err := tx.run(ctx, `
			INSERT INTO statement_steps (statement_id, no, id, from_state, to_state, persona_id, reason, key_id, at, text_epoch, text_seq)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
			step.Statement, step.No, step.ID, step.From, step.To, step.By.Persona, reason, keyID, millis(step.At), step.Text.Epoch, step.Text.Seq); err != nil {
			return err
		}
		rows, err := tx.run(ctx, `UPDATE statements SET state = $1, step = $2 WHERE id = $3 AND step = $2 - 1`, step.To, step.No, step.Statement)
		if err := changed(rows, err, "phase.changed"); err != nil {
			return err
		}
		seq, err := tx.nextActivity(ctx, step.Statement)
		if err != nil {
			return err
		}
		return tx.noteActivity(ctx, step.Statement, millis(step.At), activityRow{Seq: seq, Kind: thread.Stepped})
	})
}

// Stages implements statement.Store.
func (d StatementStore) Stages(ctx context.Context, ids []app.ID) (map[app.ID]app.Stage, error) {
	params, args := listed(1, ids)
	rows, err := all[struct {
		ID    app.ID    `db:"id"`
		State app.Phase `db:"state"`
		Step  int64     `db:"step"`
	}](ctx, d.read, `SELECT id, state, step FROM statements WHERE id IN (`+params+`)`, args...)
	stages := map[app.ID]app.Stage{}
	for _, r := range rows {
		stages[r.ID] = app.Stage{Statement: r.ID, Phase: r.State, No: r.Step}
	}
	return stages, err
}
