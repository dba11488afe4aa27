package db

import (
	"context"
	"encoding/json"
	"time"

	"madang/app"
	"madang/app/statement"
	"madang/app/thread"
)

type kinRow struct {
	Beside app.ID                   `db:"beside"` // whose kin it is
	ID     app.ID                   `db:"id"`
	No     int                      `db:"no"`
	State  statement.AmendmentState `db:"state"`
	By     app.ID                   `db:"persona_id"`
}

func (r kinRow) kin() statement.Kin {
	return statement.Kin{ID: r.ID, No: r.No, State: r.State, By: r.By}
}

func (d StatementStore) addParents(ctx context.Context, which string, id app.ID, to map[app.ID]*statement.Amendment) error {
	rows, err := all[kinRow](ctx, d.read, `
		SELECT a.id AS beside, w.id, w.no, w.state, s.persona_id
		FROM amendments a JOIN amendments w ON w.id = a.parent_id JOIN amendment_authors s ON s.amendment_id = w.id AND s.is_first
		WHERE `+which, id)
	for _, r := range rows {
		if a := to[r.Beside]; a != nil {
			a.Parent = r.kin()
		}
	}
	return err
}

func (d StatementStore) addFurther(ctx context.Context, which string, id app.ID, to map[app.ID]*statement.Amendment) error {
	rows, err := all[kinRow](ctx, d.read, `
		SELECT a.id AS beside, f.id, f.no, f.state, s.persona_id
		FROM amendments a JOIN amendments f ON f.parent_id = a.id JOIN amendment_authors s ON s.amendment_id = f.id AND s.is_first
		WHERE `+which+` ORDER BY f.no, f.id`, id)
	for _, r := range rows {
		if a := to[r.Beside]; a != nil {
			a.Further = append(a.Further, r.kin())
		}
	}
	return err
}

func (d StatementStore) addWordings(ctx context.Context, which string, id app.ID, to map[app.ID]*statement.Amendment) error {
	rows, err := all[struct {
		Amendment app.ID `db:"amendment_id"`
		Adopted   app.ID `db:"adopted_id"`
		Proposals string `db:"proposals"`
		KeyID     string `db:"key_id"`
		At        int64  `db:"at"`
	}](ctx, d.read, `
		SELECT w.amendment_id, w.adopted_id, w.proposals, w.key_id, w.at
		FROM amendment_wordings w JOIN amendments a ON a.id = w.amendment_id WHERE `+which+` ORDER BY w.wording`, id)
	if err != nil {
		return err
	}
	for _, r := range rows {
		words, err := unseal(r.KeyID, r.Proposals)
		if err != nil {
			return err
		}
		former := statement.FormerWording{Adopted: r.Adopted, At: moment(r.At)}
		if err := json.Unmarshal([]byte(words), &former.Proposals); err != nil {
			return err
		}
		if a := to[r.Amendment]; a != nil {
			a.Former = append(a.Former, former)
		}
	}
	return nil
}

// holdParent keeps the amendment that another one amends, if there is one, from being
// decided about until the transaction ends.
func (t *tx) holdParent(ctx context.Context, id app.ID) error {
	parent, err := one[app.ID](ctx, t, `SELECT parent_id FROM amendments WHERE id = $1`, id)
	if err != nil || parent == "" {
		return err
	}
	_, err = t.holdOpen(ctx, parent, "amendment.parent_decided")
	return err
}

// closeFurther lets those that amend an amendment be superseded. Drafts stay drafts, which
// their authors can't table any more.
func (t *tx) closeFurther(ctx context.Context, by app.Standing, id app.ID, at time.Time) error {
	ids, err := all[app.ID](ctx, t, `SELECT id FROM amendments WHERE parent_id = $1 AND state = $2 ORDER BY no`, id, statement.AmendmentTabled)
	if err != nil {
		return err
	}
	for _, further := range ids {
		step := statement.AmendmentStep{To: statement.AmendmentSuperseded, At: at}
		if err := t.step(ctx, by, further, statement.AmendmentTabled, step); err != nil {
			return err
		}
		if err := t.tell(ctx, further, thread.Kind(step.To), at); err != nil {
			return err
		}
	}
	return nil
}

// AdoptAmendment implements statement.AmendmentStore.
func (d StatementStore) AdoptAmendment(ctx context.Context, by app.Standing, a statement.Adoption) error {
	return d.write(ctx, func(tx *tx) error {
		if err := tx.stand(ctx, by); err != nil {
			return err
		}
		has, err := tx.holdOpen(ctx, a.Amendment, "amendment.parent_decided")
		if err == nil && has != a.Wording {
			err = app.Conflict("amendment.reworded")
		}
		if err != nil {
			return err
		}
		reworded, err := tx.run(ctx, `UPDATE amendments SET wording = wording + 1 WHERE id = $1 AND claimed_at < $2`,
			a.Amendment, millis(a.Step.At.Add(-statement.ClaimTime)))
		if err := changed(reworded, err, "amendment.parent_decided"); err != nil {
			return err
		}
		if err := tx.keepWording(ctx, a); err != nil {
			return err
		}
		if err := tx.propose(ctx, a.Amendment, a.Proposals); err != nil {
			return err
		}
		if err := tx.indexTabled(ctx, a.Amendment); err != nil {
			return err
		}
		if err := tx.step(ctx, by, a.Further, statement.AmendmentTabled, a.Step); err != nil {
			return err
		}
		if err := tx.conclude(ctx, by, a.Further, a.Step); err != nil {
			return err
		}
		return tx.tell(ctx, a.Amendment, thread.Reworded, a.Step.At)
	})
}

// keepWording keeps what an amendment proposed until now.
func (t *tx) keepWording(ctx context.Context, a statement.Adoption) error {
	words, err := json.Marshal(a.Was)
	if err != nil {
		return err
	}
	keyID, proposals := seal(string(words))
	_, err = t.run(ctx, `
		INSERT INTO amendment_wordings (amendment_id, wording, adopted_id, proposals, key_id, at) VALUES ($1, $2, $3, $4, $5, $6)`,
		a.Amendment, a.Wording, a.Further, proposals, keyID, millis(a.Step.At))
	return err
}
