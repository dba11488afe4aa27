package db

import (
	"context"
	"crypto/sha256"
	"strings"

	"madang/app"
	"madang/app/statement"
)

// brake refuses, as "live.held", a change by which its author takes away too much of
// other people's text. The document's row is locked: changes that come through two
// nodes at the same time are added up all the same.
func (t logTx) brake(ctx context.Context, doc app.ID, epoch int64, c app.LiveChange) (refused, err error) {
	if c.Brake == 0 || c.Lost <= 0 {
		return nil, nil
	}
	lost, err := one[int](ctx, t, `
		SELECT COALESCE(SUM(lost), 0) FROM live_updates
		WHERE document_id = $1 AND epoch = $2 AND persona_id = $3 AND at > $4 AND lost <> 0`,
		doc, epoch, c.Owner(), millis(c.At.Add(-app.BrakeWindow)))
	if err != nil {
		return nil, err
	}
	if max(lost, 0)+c.Lost > c.Brake {
		return app.Forbidden("live.held"), nil
	}
	return nil, nil
}

// mostHolds is how many updates of one persona may wait in one document. Each keeps a
// copy of the text.
const mostHolds = 3

// Hold implements realtime.Log.
func (l *LiveLog) Hold(ctx context.Context, held app.LiveHold) error {
	return l.write(ctx, func(tx *tx) error {
		waiting, err := one[int](ctx, tx, `
			SELECT COUNT(*) FROM live_holds WHERE document_id = $1 AND persona_id = $2 AND decision = 'waiting'`,
			held.Document, held.Persona)
		if err != nil {
			return err
		}
		if waiting >= mostHolds {
			return app.Conflict("live.held_many", "max", mostHolds)
		}
		digest := sha256.Sum256(held.Update)
		keyID, update := seal(string(held.Update))
		_, state := seal(string(held.State))
		_, err = tx.run(ctx, `
			INSERT INTO live_holds (id, document_id, epoch, seq, persona_id, at, clauses, lost, digest, bytes, state, key_id)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT DO NOTHING`,
			held.ID, held.Document, held.Head.Epoch, held.Head.Seq, held.Persona, millis(held.At),
			strings.Join(held.Clauses, " "), held.Lost, digest[:], []byte(update), []byte(state), keyID)
		return err
	})
}

// releases takes a hold out of waiting as its change commits.
func (t logTx) releases(ctx context.Context, c app.LiveChange) (refused, err error) {
	err = t.decide(ctx, c.Hold, statement.Decision{Kind: statement.Released, By: c.By.Persona, At: c.At})
	if app.KindOf(err) == app.KindConflict {
		return err, nil
	}
	return nil, err
}

// decide ends a hold's waiting; Conflict "hold.decided" if somebody was quicker.
func (t *tx) decide(ctx context.Context, id app.ID, d statement.Decision) error {
	decided, err := t.run(ctx, `
		UPDATE live_holds SET decision = $1, decided_by = $2, decided_at = $3, reason = $4
		WHERE id = $5 AND decision = 'waiting'`, d.Kind, d.By, millis(d.At), d.Reason, id)
	if err == nil && decided == 0 {
		return app.Conflict("hold.decided")
	}
	return err
}

type holdRow struct {
	ID        app.ID                 `db:"id"`
	Document  app.ID                 `db:"document_id"`
	Epoch     int64                  `db:"epoch"`
	Seq       int64                  `db:"seq"`
	Persona   app.ID                 `db:"persona_id"`
	Name      string                 `db:"name"`
	NameKey   string                 `db:"name_key_id"`
	At        int64                  `db:"at"`
	Clauses   string                 `db:"clauses"`
	Lost      int                    `db:"lost"`
	Decision  statement.DecisionKind `db:"decision"`
	DecidedBy string                 `db:"decided_by"`
	Decider   string                 `db:"decider"`
	DecidedAt int64                  `db:"decided_at"`
	Reason    string                 `db:"reason"`
}

const selectHolds = `
	SELECT h.id, h.document_id, h.epoch, h.seq, h.persona_id, p.name, p.key_id AS name_key_id, h.at, h.clauses, h.lost,
		h.decision, COALESCE(h.decided_by, '') AS decided_by, COALESCE(d.name, '') AS decider, h.decided_at, h.reason
	FROM live_holds h
	JOIN personas p ON p.id = h.persona_id
	LEFT JOIN personas d ON d.id = h.decided_by`

func (r holdRow) hold() (statement.Hold, error) {
	name, err := unseal(r.NameKey, r.Name)
	return statement.Hold{
		LiveHold: app.LiveHold{
			ID: r.ID, Document: r.Document, Head: app.LiveHead{Epoch: r.Epoch, Seq: r.Seq}, Persona: r.Persona,
			At: moment(r.At), Clauses: strings.Fields(r.Clauses), Lost: r.Lost,
		},
		Name: name,
		Decision: statement.Decision{
			Kind: r.Decision, By: app.ID(r.DecidedBy), Name: r.Decider, At: moment(r.DecidedAt), Reason: r.Reason,
		},
	}, err
}

// Holds implements statement.Store.
func (d StatementStore) Holds(ctx context.Context, id app.ID) ([]statement.Hold, error) {
	rows, err := all[holdRow](ctx, d.read, selectHolds+` WHERE h.document_id = $1 ORDER BY h.at DESC, h.id DESC`, id)
	if err != nil {
		return nil, err
	}
	return eachOrErr(rows, holdRow.hold)
}

// Hold implements statement.Store.
func (d StatementStore) Hold(ctx context.Context, of, id app.ID) (statement.Hold, error) {
	row, err := one[holdRow](ctx, d.read, selectHolds+` WHERE h.document_id = $1 AND h.id = $2`, of, id)
	if err != nil {
		return statement.Hold{}, err
	}
	held, err := row.hold()
	if err != nil {
		return statement.Hold{}, err
	}
	stored, err := one[struct {
		Bytes []byte `db:"bytes"`
		State []byte `db:"state"`
		KeyID string `db:"key_id"`
	}](ctx, d.read, `SELECT bytes, state, key_id FROM live_holds WHERE id = $1`, id)
	if err != nil {
		return statement.Hold{}, err
	}
	update, err := unseal(stored.KeyID, string(stored.Bytes))
	if err != nil {
		return statement.Hold{}, err
	}
	state, err := unseal(stored.KeyID, string(stored.State))
	held.Update, held.State = []byte(update), []byte(state)
	return held, err
}

// Waiting implements statement.Store.
func (d StatementStore) Waiting(ctx context.Context, id app.ID) (int, error) {
	return one[int](ctx, d.read, `SELECT COUNT(*) FROM live_holds WHERE document_id = $1 AND decision = 'waiting'`, id)
}

// Decline implements statement.Store.
func (d StatementStore) Decline(ctx context.Context, by app.Standing, id app.ID, decision statement.Decision) error {
	return d.write(ctx, func(tx *tx) error {
		if err := tx.stand(ctx, by); err != nil {
			return err
		}
		return tx.decide(ctx, id, decision)
	})
}

// CountWith implements statement.Store.
func (d StatementStore) CountWith(ctx context.Context, group app.ID, roles []app.Role) (int, error) {
	params, args := listed(2, roles)
	return one[int](ctx, d.read, `
		SELECT COUNT(*) FROM memberships WHERE group_id = $1 AND ended_at = 0 AND role IN (`+params+`)`,
		append([]any{group}, args...)...)
}
