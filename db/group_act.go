package db

import (
	"context"

	"madang/app"
	"madang/app/identity"
	"madang/app/thread"
)

type groupActRow struct {
	Group     app.ID           `db:"group_id"`
	No        int              `db:"no"`
	ID        app.ID           `db:"id"`
	Kind      identity.ActKind `db:"kind"`
	Persona   app.ID           `db:"persona_id"`
	Name      string           `db:"name"`
	NameKeyID string           `db:"name_key_id"`
	Reason    string           `db:"reason"`
	KeyID     string           `db:"key_id"`
	At        int64            `db:"at"`
}

const selectGroupActs = `
	SELECT a.group_id, a.no, a.id, a.kind, a.persona_id, p.name, p.key_id AS name_key_id, a.reason, a.key_id, a.at
	FROM group_acts a JOIN personas p ON p.id = a.persona_id`

func (r groupActRow) act() (identity.Act, error) {
	name, err := unseal(r.NameKeyID, r.Name)
	if err != nil {
		return identity.Act{}, err
	}
	reason, err := unseal(r.KeyID, r.Reason)
	return identity.Act{ID: r.ID, Group: r.Group, No: r.No, Kind: r.Kind, By: r.Persona, Name: name, Reason: reason, At: moment(r.At)}, err
}

// Acts implements identity.Store.
func (d IdentityStore) Acts(ctx context.Context, group app.ID) ([]identity.Act, error) {
	rows, err := all[groupActRow](ctx, d.read, selectGroupActs+` WHERE a.group_id = $1 ORDER BY a.no DESC`, group)
	if err != nil {
		return nil, err
	}
	return eachOrErr(rows, groupActRow.act)
}

// endings are the acts by which those of the groups ended that are archived.
func (d IdentityStore) endings(ctx context.Context, groups []groupRow) (map[app.ID]identity.Act, error) {
	var ended []app.ID
	for _, g := range groups {
		if g.ArchivedAt != 0 {
			ended = append(ended, g.ID)
		}
	}
	if len(ended) == 0 {
		return nil, nil
	}
	params, args := listed(1, ended)
	rows, err := all[groupActRow](ctx, d.read, selectGroupActs+`
		WHERE a.group_id IN (`+params+`) AND a.no = (SELECT MAX(x.no) FROM group_acts x WHERE x.group_id = a.group_id)`, args...)
	if err != nil {
		return nil, err
	}
	acts, err := eachOrErr(rows, groupActRow.act)
	of := map[app.ID]identity.Act{}
	for _, a := range acts {
		of[a.Group] = a
	}
	return of, err
}

// AddAct implements identity.Store. The roster number comes first, as in Reseat. Writes hold
// their memberships, so that those which were decided on before have committed once all
// memberships are at their next version, and mayDo sees them.
func (d IdentityStore) AddAct(ctx context.Context, by app.Standing, a identity.Act, mayDo func() error) error {
	return d.write(ctx, func(tx *tx) error {
		archivedAt, from, code := millis(a.At), "archived_at = 0", "group.archived"
		if a.Kind == identity.Resumed {
			archivedAt, from, code = 0, "archived_at <> 0", "group.working"
		}
		marked, err := tx.run(ctx, `UPDATE working_groups SET roster = roster + 1, archived_at = $1 WHERE id = $2 AND `+from, archivedAt, a.Group)
		if err := changed(marked, err, code); err != nil {
			return err
		}
		if err := tx.stand(ctx, by); err != nil {
			return err
		}
		if _, err := tx.run(ctx, `UPDATE memberships SET version = version + 1 WHERE group_id = $1 AND ended_at = 0`, a.Group); err != nil {
			return err
		}
		if err := mayDo(); err != nil {
			return err
		}
		if a.Kind == identity.Archived {
			if _, err := tx.run(ctx, `
				UPDATE invitations SET withdrawn_at = $1 WHERE group_id = $2 AND used_at = 0 AND withdrawn_at = 0`, millis(a.At), a.Group); err != nil {
				return err
			}
		}
		return tx.keepGroupAct(ctx, a)
	})
}

// keepGroupAct writes an act, and what tells of it on the open pages of each statement. The
// notice that members get is that of the first.
func (t *tx) keepGroupAct(ctx context.Context, a identity.Act) error {
	statements, err := all[app.ID](ctx, t, `SELECT id FROM statements WHERE group_id = $1 ORDER BY id`, a.Group)
	if err != nil {
		return err
	}
	first, firstSeq := app.ID(""), int64(0)
	for i, of := range statements {
		seq, err := t.nextActivity(ctx, of)
		if err != nil {
			return err
		}
		if i == 0 {
			first, firstSeq = of, seq
		}
		if err := t.noteActivity(ctx, of, millis(a.At), activityRow{Seq: seq, Kind: groupActivity[a.Kind]}); err != nil {
			return err
		}
	}
	keyID, reason := seal(a.Reason)
	kept, err := t.run(ctx, `
		INSERT INTO group_acts (group_id, no, id, kind, persona_id, reason, key_id, at, statement_id, seq)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING`,
		a.Group, a.No, a.ID, a.Kind, a.By, reason, keyID, millis(a.At), first, firstSeq)
	return changed(kept, err, "id.taken")
}

// groupActivity is how acts of a group are told among what happens to its statements.
var groupActivity = map[identity.ActKind]thread.Kind{identity.Archived: thread.Archived, identity.Resumed: thread.Resumed}
