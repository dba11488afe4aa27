package db

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"madang/app"
	"madang/app/prose"
	"madang/app/statement"
	"madang/app/thread"
)

// Amendments implements statement.AmendmentStore.
func (d StatementStore) Amendments(ctx context.Context, of app.ID) ([]statement.Amendment, error) {
	return d.amendments(ctx, `a.statement_id = $1`, of)
}

// Amendment implements statement.AmendmentStore.
func (d StatementStore) Amendment(ctx context.Context, id app.ID) (statement.Amendment, error) {
	list, err := d.amendments(ctx, `a.id = $1`, id)
	if err == nil && len(list) == 0 {
		err = app.NotFound()
	}
	if err != nil {
		return statement.Amendment{}, err
	}
	return list[0], nil
}

type amendmentRow struct {
	ID        app.ID                   `db:"id"`
	Statement app.ID                   `db:"statement_id"`
	No        int                      `db:"no"`
	State     statement.AmendmentState `db:"state"`
	Reason    string                   `db:"reason"`
	KeyID     string                   `db:"key_id"`
	Epoch     int64                    `db:"epoch"`
	Seq       int64                    `db:"seq"`
	At        int64                    `db:"created_at"`
	Wording   int                      `db:"wording"`
	Parent    app.ID                   `db:"parent_id"`
}

// amendments reads whole amendments: drafts first, then the newest. It takes seven
// queries however many there are.
func (d StatementStore) amendments(ctx context.Context, which string, id app.ID) ([]statement.Amendment, error) {
	rows, err := all[amendmentRow](ctx, d.read, `
		SELECT a.id, a.statement_id, a.no, a.state, a.reason, a.key_id, a.epoch, a.seq, a.created_at, a.wording, a.parent_id
		FROM amendments a WHERE `+which+` ORDER BY a.no = 0 DESC, a.no DESC, a.id DESC`, id)
	if err != nil {
		return nil, err
	}
	list, at := make([]statement.Amendment, len(rows)), map[app.ID]*statement.Amendment{}
	for i, r := range rows {
		list[i] = statement.Amendment{ID: r.ID, Statement: r.Statement, No: r.No, State: r.State, Epoch: r.Epoch, Seq: r.Seq, At: moment(r.At), Wording: r.Wording}
		if list[i].Reason, err = unseal(r.KeyID, r.Reason); err != nil {
			return nil, err
		}
		at[r.ID] = &list[i]
	}
	for _, add := range []func(context.Context, string, app.ID, map[app.ID]*statement.Amendment) error{
		d.addProposals, d.addAuthors, d.addSteps, d.addParents, d.addFurther, d.addWordings,
	} {
		if err := add(ctx, which, id, at); err != nil {
			return nil, err
		}
	}
	return list, nil
}

type proposalRow struct {
	Amendment app.ID             `db:"amendment_id"`
	Kind      prose.ProposalKind `db:"kind"`
	CID       string             `db:"cid"`
	After     string             `db:"after"`
	Node      string             `db:"node"`
	Sort      prose.Kind         `db:"clause_kind"`
	Level     int                `db:"level"`
	Base      string             `db:"base"`
	Text      string             `db:"text"`
	KeyID     string             `db:"key_id"`
}

func (d StatementStore) addProposals(ctx context.Context, which string, id app.ID, to map[app.ID]*statement.Amendment) error {
	rows, err := all[proposalRow](ctx, d.read, `
		SELECT p.amendment_id, p.kind, p.cid, p.after, p.node, p.clause_kind, p.level, p.base, p.text, p.key_id
		FROM amendment_proposals p JOIN amendments a ON a.id = p.amendment_id WHERE `+which+` ORDER BY p.place`, id)
	if err != nil {
		return err
	}
	for _, r := range rows {
		p := prose.Proposal{Kind: r.Kind, CID: r.CID, After: r.After, Node: r.Node, ClauseKind: r.Sort, Level: r.Level}
		if p.Base, err = unseal(r.KeyID, r.Base); err != nil {
			return err
		}
		if p.Text, err = unseal(r.KeyID, r.Text); err != nil {
			return err
		}
		if a := to[r.Amendment]; a != nil {
			a.Proposals = append(a.Proposals, p)
		}
	}
	return nil
}

func (d StatementStore) addAuthors(ctx context.Context, which string, id app.ID, to map[app.ID]*statement.Amendment) error {
	rows, err := all[struct {
		Amendment app.ID `db:"amendment_id"`
		Persona   app.ID `db:"persona_id"`
		Name      string `db:"name"`
		KeyID     string `db:"key_id"`
		At        int64  `db:"signed_at"`
		Wording   int    `db:"wording"`
	}](ctx, d.read, `
		SELECT s.amendment_id, s.persona_id, p.name, p.key_id, s.signed_at, s.wording
		FROM amendment_authors s JOIN amendments a ON a.id = s.amendment_id JOIN personas p ON p.id = s.persona_id
		WHERE `+which+` ORDER BY s.is_first DESC, s.signed_at, s.persona_id`, id)
	if err != nil {
		return err
	}
	for _, r := range rows {
		name, err := unseal(r.KeyID, r.Name)
		if err != nil {
			return err
		}
		if a := to[r.Amendment]; a != nil {
			a.Authors = append(a.Authors, statement.Signature{Author: statement.Author{Persona: r.Persona, Name: name}, At: moment(r.At), Wording: r.Wording})
		}
	}
	return nil
}

func (d StatementStore) addSteps(ctx context.Context, which string, id app.ID, to map[app.ID]*statement.Amendment) error {
	rows, err := all[struct {
		Amendment  app.ID                   `db:"amendment_id"`
		State      statement.AmendmentState `db:"state"`
		Persona    app.ID                   `db:"persona_id"`
		Name       string                   `db:"name"`
		NameKeyID  string                   `db:"name_key_id"`
		Reason     string                   `db:"reason"`
		KeyID      string                   `db:"key_id"`
		At         int64                    `db:"at"`
		Acceptance app.ID                   `db:"acceptance_id"`
	}](ctx, d.read, `
		SELECT s.amendment_id, s.state, s.persona_id, p.name, p.key_id AS name_key_id, s.reason, s.key_id, s.at,
			COALESCE(s.acceptance_id, '') AS acceptance_id
		FROM amendment_steps s JOIN amendments a ON a.id = s.amendment_id JOIN personas p ON p.id = s.persona_id
		WHERE `+which+` ORDER BY s.place`, id)
	if err != nil {
		return err
	}
	for _, r := range rows {
		step := statement.AmendmentStep{To: r.State, By: statement.Author{Persona: r.Persona}, At: moment(r.At), Acceptance: r.Acceptance}
		if step.By.Name, err = unseal(r.NameKeyID, r.Name); err != nil {
			return err
		}
		if step.Reason, err = unseal(r.KeyID, r.Reason); err != nil {
			return err
		}
		if a := to[r.Amendment]; a != nil {
			a.Steps = append(a.Steps, step)
		}
	}
	return nil
}

// AddAmendment implements statement.AmendmentStore.
func (d StatementStore) AddAmendment(ctx context.Context, by app.Standing, a statement.Amendment) (statement.Amendment, error) {
	err := d.write(ctx, func(tx *tx) error {
		if err := tx.stand(ctx, by); err != nil {
			return err
		}
		return tx.addAmendment(ctx, by, a)
	})
	if err != nil {
		return statement.Amendment{}, err
	}
	return d.Amendment(ctx, a.ID)
}

// AddAmendments implements statement.AmendmentStore.
func (d StatementStore) AddAmendments(ctx context.Context, by app.Standing, drafts []statement.Amendment) ([]statement.Amendment, error) {
	err := d.write(ctx, func(tx *tx) error {
		if err := tx.stand(ctx, by); err != nil {
			return err
		}
		for _, a := range drafts {
			if err := tx.addAmendment(ctx, by, a); err != nil {
				return err
			}
			whose, err := one[app.ID](ctx, tx, `
				SELECT s.persona_id FROM amendments a JOIN amendment_authors s ON s.amendment_id = a.id AND s.is_first
				WHERE a.id = $1 AND a.statement_id = $2`, a.ID, a.Statement)
			if app.KindOf(err) == app.KindNotFound || err == nil && whose != by.Persona {
				return app.Conflict("id.taken")
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	kept := make([]statement.Amendment, len(drafts))
	for i := 0; err == nil && i < len(drafts); i++ {
		kept[i], err = d.Amendment(ctx, drafts[i].ID)
	}
	return kept, err
}

// addAmendment keeps a draft, unless something is kept under its id.
func (t *tx) addAmendment(ctx context.Context, by app.Standing, a statement.Amendment) error {
	keyID, reason := seal(a.Reason)
	made, err := t.run(ctx, `
		INSERT INTO amendments (id, statement_id, parent_id, state, reason, key_id, epoch, seq, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (id) DO NOTHING`,
		a.ID, a.Statement, a.Parent.ID, a.State, reason, keyID, a.Epoch, a.Seq, millis(a.At))
	if err != nil || made == 0 {
		return err
	}
	if _, err := t.run(ctx, `INSERT INTO amendment_authors (amendment_id, persona_id, signed_at, is_first) VALUES ($1, $2, $3, $4)`,
		a.ID, by.Persona, millis(a.At), true); err != nil {
		return err
	}
	return t.propose(ctx, a.ID, a.Proposals)
}

// propose keeps what an amendment proposes, in place of what it did before.
func (t *tx) propose(ctx context.Context, id app.ID, proposals []prose.Proposal) error {
	if _, err := t.run(ctx, `DELETE FROM amendment_proposals WHERE amendment_id = $1`, id); err != nil {
		return err
	}
	for i, p := range proposals {
		keyID, base := seal(p.Base)
		_, text := seal(p.Text)
		if _, err := t.run(ctx, `
			INSERT INTO amendment_proposals (amendment_id, place, kind, cid, after, node, clause_kind, level, base, text, key_id)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
			id, i, p.Kind, p.CID, p.After, p.Node, p.ClauseKind, p.Level, base, text, keyID); err != nil {
			return err
		}
	}
	return nil
}

// ReviseAmendment implements statement.AmendmentStore.
func (d StatementStore) ReviseAmendment(ctx context.Context, by app.Standing, a statement.Amendment) error {
	return d.write(ctx, func(tx *tx) error {
		if err := tx.stand(ctx, by); err != nil {
			return err
		}
		keyID, reason := seal(a.Reason)
		revised, err := tx.run(ctx, `UPDATE amendments SET reason = $1, key_id = $2 WHERE id = $3 AND state = $4`,
			reason, keyID, a.ID, statement.AmendmentDraft)
		if err := changed(revised, err, "amendment.decided"); err != nil {
			return err
		}
		return tx.propose(ctx, a.ID, a.Proposals)
	})
}

// StepAmendment implements statement.AmendmentStore.
func (d StatementStore) StepAmendment(ctx context.Context, by app.Standing, id app.ID, from statement.AmendmentState, step statement.AmendmentStep) error {
	return d.write(ctx, func(tx *tx) error {
		if err := tx.stand(ctx, by); err != nil {
			return err
		}
		if step.To == statement.AmendmentTabled {
			if err := tx.holdParent(ctx, id); err != nil {
				return err
			}
		}
		if err := tx.step(ctx, by, id, from, step); err != nil {
			return err
		}
		if step.To == statement.AmendmentTabled {
			if err := d.number(ctx, tx, id); err != nil {
				return err
			}
			if err := tx.indexTabled(ctx, id); err != nil {
				return err
			}
		}
		return tx.conclude(ctx, by, id, step)
	})
}

// conclude tells of a step. If it closes the amendment, those that amend it are superseded.
func (t *tx) conclude(ctx context.Context, by app.Standing, id app.ID, step statement.AmendmentStep) error {
	if err := t.tell(ctx, id, thread.Kind(step.To), step.At); err != nil || step.To.IsOpen() {
		return err
	}
	return t.closeFurther(ctx, by, id, step.At)
}

// tell makes activity of what happened to an amendment, unless nobody but its author ever
// saw it.
func (t *tx) tell(ctx context.Context, id app.ID, kind thread.Kind, at time.Time) error {
	row, err := one[struct {
		Statement app.ID `db:"statement_id"`
		No        int    `db:"no"`
	}](ctx, t, `SELECT statement_id, no FROM amendments WHERE id = $1`, id)
	if err != nil || row.No == 0 {
		return err
	}
	seq, err := t.nextActivity(ctx, row.Statement)
	if err != nil {
		return err
	}
	return t.noteActivity(ctx, row.Statement, millis(at), activityRow{Seq: seq, Kind: kind, Amendment: id})
}

// number gives an amendment its number. The statement's row is locked: of two that are
// tabled at the same time, one waits for the other.
func (d StatementStore) number(ctx context.Context, tx *tx, id app.ID) error {
	of, err := one[app.ID](ctx, tx, `SELECT statement_id FROM amendments WHERE id = $1`, id)
	if err != nil {
		return err
	}
	if _, err := one[app.ID](ctx, tx, d.dialect.locked(`SELECT id FROM statements WHERE id = $1`), of); err != nil {
		return err
	}
	last, err := one[int](ctx, tx, `SELECT COALESCE(MAX(no), 0) FROM amendments WHERE statement_id = $1`, of)
	if err != nil {
		return err
	}
	_, err = tx.run(ctx, `UPDATE amendments SET no = $1 WHERE id = $2`, last+1, id)
	return err
}

// step changes the state of an amendment that nobody else is accepting.
func (t *tx) step(ctx context.Context, by app.Standing, id app.ID, from statement.AmendmentState, step statement.AmendmentStep) error {
	stepped, err := t.run(ctx, `
		UPDATE amendments SET state = $1, claimed_by = '', claimed_at = 0
		WHERE id = $2 AND state = $3 AND (claimed_by = $4 OR claimed_at < $5)`,
		step.To, id, from, by.Persona, millis(step.At.Add(-statement.ClaimTime)))
	if err := changed(stepped, err, "amendment.decided"); err != nil {
		return err
	}
	place, err := one[int](ctx, t, `SELECT COUNT(*) FROM amendment_steps WHERE amendment_id = $1`, id)
	if err != nil {
		return err
	}
	keyID, reason := seal(step.Reason)
	_, err = t.run(ctx, `
		INSERT INTO amendment_steps (amendment_id, place, was, state, persona_id, reason, key_id, at, acceptance_id)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		id, place, from, step.To, by.Persona, reason, keyID, millis(step.At), orNull(step.Acceptance))
	return err
}

// SignAmendment implements statement.AmendmentStore. Whoever signed an earlier wording signs
// anew; whoever signed this one already tells nobody anything.
func (d StatementStore) SignAmendment(ctx context.Context, by app.Standing, id app.ID, wording int, at time.Time) error {
	return d.write(ctx, func(tx *tx) error {
		if err := tx.stand(ctx, by); err != nil {
			return err
		}
		has, err := tx.holdOpen(ctx, id, "amendment.decided")
		if err == nil && has != wording {
			err = app.Conflict("amendment.reworded")
		}
		if err != nil {
			return err
		}
		signed, err := tx.run(ctx, `
			INSERT INTO amendment_authors (amendment_id, persona_id, signed_at, is_first, wording) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (amendment_id, persona_id) DO UPDATE SET signed_at = excluded.signed_at, wording = excluded.wording
			WHERE amendment_authors.wording < excluded.wording AND NOT amendment_authors.is_first`,
			id, by.Persona, millis(at), false, wording)
		if err != nil || signed == 0 {
			return err
		}
		return tx.tell(ctx, id, thread.Signed, at)
	})
}

// UnsignAmendment implements statement.AmendmentStore.
func (d StatementStore) UnsignAmendment(ctx context.Context, by app.Standing, id app.ID) error {
	return d.write(ctx, func(tx *tx) error {
		if err := tx.stand(ctx, by); err != nil {
			return err
		}
		if _, err := tx.holdOpen(ctx, id, "amendment.decided"); err != nil {
			return err
		}
		_, err := tx.run(ctx, `DELETE FROM amendment_authors WHERE amendment_id = $1 AND persona_id = $2 AND NOT is_first`, id, by.Persona)
		return err
	})
}

// holdOpen keeps an open amendment from being decided about or reworded until the
// transaction ends, and returns which wording it has; else it is a Conflict of that code.
func (t *tx) holdOpen(ctx context.Context, id app.ID, code string) (wording int, err error) {
	wording, err = one[int](ctx, t, t.dialect.locked(`SELECT wording FROM amendments WHERE id = $1 AND state IN ($2, $3)`),
		id, statement.AmendmentTabled, statement.AmendmentDiscussed)
	if app.KindOf(err) == app.KindNotFound {
		err = app.Conflict(code)
	}
	return wording, err
}

// ClaimAmendments implements statement.AmendmentStore. Amendments are claimed in the
// order of their ids: two who claim the same ones don't wait for each other.
func (d StatementStore) ClaimAmendments(ctx context.Context, by app.Standing, list []statement.Amendment, at time.Time) error {
	return d.write(ctx, func(tx *tx) error {
		if err := tx.stand(ctx, by); err != nil {
			return err
		}
		ids := make([]app.ID, len(list))
		for i, a := range list {
			ids[i] = a.ID
		}
		if err := tx.areAnswered(ctx, ids); err != nil {
			return err
		}
		for _, a := range slices.SortedFunc(slices.Values(list), func(a, b statement.Amendment) int { return strings.Compare(string(a.ID), string(b.ID)) }) {
			has, err := tx.holdOpen(ctx, a.ID, "amendment.decided")
			if err == nil && has != a.Wording {
				err = app.Conflict("amendment.reworded")
			}
			if err != nil {
				return err
			}
			claimed, err := tx.run(ctx, `UPDATE amendments SET claimed_by = $1, claimed_at = $2 WHERE id = $3 AND (claimed_by = $1 OR claimed_at < $4)`,
				by.Persona, millis(at), a.ID, millis(at.Add(-statement.ClaimTime)))
			if err := changed(claimed, err, "amendment.decided"); err != nil {
				return err
			}
		}
		return nil
	})
}

// ReleaseAmendments implements statement.AmendmentStore.
func (d StatementStore) ReleaseAmendments(ctx context.Context, by app.Standing, ids []app.ID) error {
	return d.write(ctx, func(tx *tx) error {
		params, args := listed(2, ids)
		_, err := tx.run(ctx, `UPDATE amendments SET claimed_by = '', claimed_at = 0 WHERE claimed_by = $1 AND id IN (`+params+`)`,
			append([]any{by.Persona}, args...)...)
		return err
	})
}

// Accept implements statement.AmendmentStore.
func (d StatementStore) Accept(ctx context.Context, by app.Standing, done statement.Acceptance) error {
	return d.write(ctx, func(tx *tx) error {
		if err := tx.stand(ctx, by); err != nil {
			return err
		}
		keyID, reason := seal(done.Reason)
		made, err := tx.run(ctx, `
			INSERT INTO amendment_acceptances (id, statement_id, persona_id, reason, key_id, at)
			VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (id) DO NOTHING`,
			done.ID, done.Statement, by.Persona, reason, keyID, millis(done.At))
		if err := changed(made, err, "amendment.decided"); err != nil {
			return err
		}
		for _, fate := range done.Fates {
			step := statement.AmendmentStep{To: fate.To, Reason: done.Reason, At: done.At, Acceptance: done.ID}
			if err := tx.step(ctx, by, fate.Amendment, fate.From, step); err != nil {
				return err
			}
			if err := tx.conclude(ctx, by, fate.Amendment, step); err != nil {
				return err
			}
		}
		return tx.keepCollisions(ctx, done)
	})
}

func (t *tx) keepCollisions(ctx context.Context, done statement.Acceptance) error {
	for i, c := range done.Collisions {
		words, err := json.Marshal(c)
		if err != nil {
			return err
		}
		keyID, collision := seal(string(words))
		if _, err := t.run(ctx, `INSERT INTO amendment_collisions (acceptance_id, place, collision, key_id) VALUES ($1, $2, $3, $4)`,
			done.ID, i, collision, keyID); err != nil {
			return err
		}
	}
	return nil
}

// Acceptance implements statement.AmendmentStore.
func (d StatementStore) Acceptance(ctx context.Context, id app.ID) (statement.Acceptance, error) {
	row, err := one[struct {
		Statement app.ID `db:"statement_id"`
		Persona   app.ID `db:"persona_id"`
		Name      string `db:"name"`
		NameKeyID string `db:"name_key_id"`
		Reason    string `db:"reason"`
		KeyID     string `db:"key_id"`
		At        int64  `db:"at"`
	}](ctx, d.read, `
		SELECT x.statement_id, x.persona_id, p.name, p.key_id AS name_key_id, x.reason, x.key_id, x.at
		FROM amendment_acceptances x JOIN personas p ON p.id = x.persona_id WHERE x.id = $1`, id)
	if err != nil {
		return statement.Acceptance{}, err
	}
	done := statement.Acceptance{ID: id, Statement: row.Statement, By: statement.Author{Persona: row.Persona}, At: moment(row.At)}
	if done.By.Name, err = unseal(row.NameKeyID, row.Name); err != nil {
		return done, err
	}
	if done.Reason, err = unseal(row.KeyID, row.Reason); err != nil {
		return done, err
	}
	fates, err := all[struct {
		Amendment app.ID                   `db:"amendment_id"`
		Was       statement.AmendmentState `db:"was"`
		State     statement.AmendmentState `db:"state"`
	}](ctx, d.read, `
		SELECT s.amendment_id, s.was, s.state FROM amendment_steps s JOIN amendments a ON a.id = s.amendment_id
		WHERE s.acceptance_id = $1 ORDER BY a.no`, id)
	if err != nil {
		return done, err
	}
	for _, f := range fates {
		done.Fates = append(done.Fates, statement.Fate{Amendment: f.Amendment, From: f.Was, To: f.State})
	}
	done.Collisions, err = d.collisions(ctx, id)
	return done, err
}

func (d StatementStore) collisions(ctx context.Context, acceptance app.ID) ([]statement.SettledCollision, error) {
	rows, err := all[struct {
		Collision string `db:"collision"`
		KeyID     string `db:"key_id"`
	}](ctx, d.read, `SELECT collision, key_id FROM amendment_collisions WHERE acceptance_id = $1 ORDER BY place`, acceptance)
	if err != nil {
		return nil, err
	}
	var list []statement.SettledCollision
	for _, r := range rows {
		words, err := unseal(r.KeyID, r.Collision)
		if err != nil {
			return nil, err
		}
		var c statement.SettledCollision
		if err := json.Unmarshal([]byte(words), &c); err != nil {
			return nil, err
		}
		list = append(list, c)
	}
	return list, nil
}
