package db

import (
	"context"
	"strings"
	"time"

	"madang/app"
	"madang/app/identity"
)

// CreateGroup implements identity.Store.
func (d IdentityStore) CreateGroup(ctx context.Context, steward app.ID, g identity.Group) error {
	return d.write(ctx, func(tx *tx) error {
		made, err := tx.run(ctx, `
			INSERT INTO working_groups (id, slug, name, charter, key_id, languages, observers_read, sensitive, created_at)
			SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9
			FROM accounts WHERE id = $10 AND steward`, append(groupColumns(g), steward)...)
		if err != nil {
			return err
		}
		if made == 0 {
			return app.Forbidden("group.steward_only")
		}
		return tx.setStakeholders(ctx, g)
	})
}

func groupColumns(g identity.Group) []any {
	keyID, charter := seal(g.Charter)
	return []any{
		g.ID, g.Slug, g.Name, charter, keyID, strings.Join(g.Languages, " "),
		g.Terms.ObserversRead, g.IsSensitive(), millis(g.CreatedAt),
	}
}

// setStakeholders makes the group's stakeholder groups those that it has. One that
// had people keeps its row.
func (t *tx) setStakeholders(ctx context.Context, g identity.Group) error {
	var ids []app.ID
	for position, s := range g.Stakeholders {
		ids = append(ids, s.ID)
		_, err := t.run(ctx, `
			INSERT INTO stakeholders (id, group_id, slug, name, required, sensitive, position)
			VALUES ($1, $2, $3, $4, $5, $6, $7)
			ON CONFLICT (id) DO UPDATE SET name = excluded.name, required = excluded.required,
				sensitive = excluded.sensitive, position = excluded.position`,
			s.ID, g.ID, s.Slug, s.Name, s.Required, s.Sensitive, position)
		if err != nil {
			return err
		}
	}
	params, kept := listed(2, ids)
	used, err := one[int](ctx, t, `
		SELECT COUNT(*) FROM stakeholders s
		WHERE s.group_id = $1 AND s.id NOT IN (`+params+`)
			AND (EXISTS (SELECT 1 FROM memberships m WHERE m.stakeholder_id = s.id)
				OR EXISTS (SELECT 1 FROM invitations i WHERE i.stakeholder_id = s.id))`,
		append([]any{g.ID}, kept...)...)
	if err != nil {
		return err
	}
	if used > 0 {
		return app.Conflict("stakeholder.in_use").On("stakeholders")
	}
	_, err = t.run(ctx, `DELETE FROM stakeholders WHERE group_id = $1 AND id NOT IN (`+params+`)`, append([]any{g.ID}, kept...)...)
	return err
}

// ReviseGroup implements identity.Store.
func (d IdentityStore) ReviseGroup(ctx context.Context, by app.Standing, g identity.Group) error {
	return d.write(ctx, func(tx *tx) error {
		if err := tx.stand(ctx, by); err != nil {
			return err
		}
		keyID, charter := seal(g.Charter)
		revised, err := tx.run(ctx, `
			UPDATE working_groups SET name = $1, charter = $2, key_id = $3, languages = $4, observers_read = $5, sensitive = $6, roster = roster + 1
			WHERE id = $7`,
			g.Name, charter, keyID, strings.Join(g.Languages, " "), g.Terms.ObserversRead, g.IsSensitive(), g.ID)
		if err := found(revised, err); err != nil {
			return err
		}
		return tx.setStakeholders(ctx, g)
	})
}

type groupRow struct {
	ID            app.ID `db:"id"`
	Slug          string `db:"slug"`
	Name          string `db:"name"`
	Charter       string `db:"charter"`
	KeyID         string `db:"key_id"`
	Languages     string `db:"languages"`
	ObserversRead bool   `db:"observers_read"`
	CreatedAt     int64  `db:"created_at"`
	ArchivedAt    int64  `db:"archived_at"`
}

const selectGroups = `
	SELECT id, slug, name, charter, key_id, languages, observers_read, created_at, archived_at FROM working_groups`

// Group implements identity.Store.
func (d IdentityStore) Group(ctx context.Context, id app.ID) (identity.Group, error) {
	return d.group(ctx, `WHERE id = $1`, id)
}

// GroupBySlug implements identity.Store.
func (d IdentityStore) GroupBySlug(ctx context.Context, slug string) (identity.Group, error) {
	return d.group(ctx, `WHERE slug = $1`, slug)
}

func (d IdentityStore) group(ctx context.Context, where string, arg any) (identity.Group, error) {
	row, err := one[groupRow](ctx, d.read, selectGroups+" "+where, arg)
	if err != nil {
		return identity.Group{}, err
	}
	groups, err := d.withStakeholders(ctx, []groupRow{row})
	if err != nil {
		return identity.Group{}, err
	}
	return groups[0], nil
}

// Groups implements identity.Store.
func (d IdentityStore) Groups(ctx context.Context, ids []app.ID) ([]identity.Group, error) {
	where, args := "", []any(nil)
	if ids != nil {
		var params string
		params, args = listed(1, ids)
		where = ` WHERE id IN (` + params + `)`
	}
	rows, err := all[groupRow](ctx, d.read, selectGroups+where+` ORDER BY name, id`, args...)
	if err != nil {
		return nil, err
	}
	return d.withStakeholders(ctx, rows)
}

type stakeholderRow struct {
	ID        app.ID `db:"id"`
	Group     app.ID `db:"group_id"`
	Slug      string `db:"slug"`
	Name      string `db:"name"`
	Required  bool   `db:"required"`
	Sensitive bool   `db:"sensitive"`
}

func (d IdentityStore) withStakeholders(ctx context.Context, rows []groupRow) ([]identity.Group, error) {
	params, args := listed(1, each(rows, func(r groupRow) app.ID { return r.ID }))
	stakes, err := all[stakeholderRow](ctx, d.read, `
		SELECT id, group_id, slug, name, required, sensitive FROM stakeholders
		WHERE group_id IN (`+params+`) ORDER BY group_id, position`, args...)
	if err != nil {
		return nil, err
	}
	of := map[app.ID][]identity.Stakeholder{}
	for _, s := range stakes {
		of[s.Group] = append(of[s.Group], identity.Stakeholder{ID: s.ID, Slug: s.Slug, Name: s.Name, Required: s.Required, Sensitive: s.Sensitive})
	}
	ended, err := d.endings(ctx, rows)
	if err != nil {
		return nil, err
	}
	var groups []identity.Group
	for _, row := range rows {
		charter, err := unseal(row.KeyID, row.Charter)
		if err != nil {
			return nil, err
		}
		groups = append(groups, identity.Group{
			ID: row.ID, Slug: row.Slug, Name: row.Name, Charter: charter, Languages: strings.Fields(row.Languages),
			Terms: app.Terms{ObserversRead: row.ObserversRead}, Stakeholders: of[row.ID], CreatedAt: moment(row.CreatedAt),
			Ended: ended[row.ID],
		})
	}
	return groups, nil
}

// HasSlug implements identity.Store.
func (d IdentityStore) HasSlug(ctx context.Context, slug string) (bool, error) {
	groups, err := one[int](ctx, d.read, `SELECT COUNT(*) FROM working_groups WHERE slug = $1`, slug)
	return groups > 0, err
}

type memberRow struct {
	Persona     app.ID   `db:"persona_id"`
	Name        string   `db:"name"`
	KeyID       string   `db:"key_id"`
	Role        app.Role `db:"role"`
	Stakeholder app.ID   `db:"stakeholder_id"`
	Version     int64    `db:"version"`
	Since       int64    `db:"since"`
	EndedAt     int64    `db:"ended_at"`
}

// Members implements identity.Store.
func (d IdentityStore) Members(ctx context.Context, group app.ID) ([]identity.Member, error) {
	rows, err := all[memberRow](ctx, d.read, `
		SELECT m.persona_id, p.name, p.key_id, m.role, m.stakeholder_id, m.version, m.since, m.ended_at
		FROM memberships m JOIN personas p ON p.id = m.persona_id
		WHERE m.group_id = $1 ORDER BY m.since, m.persona_id`, group)
	if err != nil {
		return nil, err
	}
	var members []identity.Member
	for _, row := range rows {
		name, err := unseal(row.KeyID, row.Name)
		if err != nil {
			return nil, err
		}
		members = append(members, identity.Member{
			Persona: row.Persona, Name: name, Role: row.Role, Stakeholder: row.Stakeholder,
			Version: row.Version, Since: moment(row.Since), Ended: moment(row.EndedAt),
		})
	}
	return members, nil
}

// Reseat implements identity.Store. Whoever changes who is in a group takes turns on
// its roster number, so that two chairs can't step down past each other. It comes
// before the standing: a chair whose role was taken away meanwhile has to wait here
// and finds that out, rather than keep the other waiting for a row they hold.
func (d IdentityStore) Reseat(ctx context.Context, by app.Standing, group app.ID, at time.Time, decide func(identity.Roster) (identity.Seat, error)) error {
	return d.write(ctx, func(tx *tx) error {
		if _, err := tx.run(ctx, `UPDATE working_groups SET roster = roster + 1 WHERE id = $1`, group); err != nil {
			return err
		}
		if err := tx.stand(ctx, by); err != nil {
			return err
		}
		rows, err := all[memberRow](ctx, tx, `
			SELECT persona_id, role, version FROM memberships WHERE group_id = $1 AND ended_at = 0 ORDER BY persona_id`, group)
		if err != nil {
			return err
		}
		seat, err := decide(each(rows, func(r memberRow) identity.Seat {
			return identity.Seat{Persona: r.Persona, Role: r.Role, Version: r.Version}
		}))
		if err != nil {
			return err
		}
		return tx.reseat(ctx, seat, at)
	})
}

// SignOut implements identity.Store.
func (d IdentityStore) SignOut(ctx context.Context, by app.Standing, group, persona app.ID, at time.Time) error {
	return d.write(ctx, func(tx *tx) error {
		if err := tx.stand(ctx, by); err != nil {
			return err
		}
		account, err := one[app.ID](ctx, tx, `
			SELECT p.account_id FROM personas p JOIN memberships m ON m.persona_id = p.id
			WHERE p.id = $1 AND m.group_id = $2 AND m.ended_at = 0`, persona, group)
		if err != nil {
			return err
		}
		if _, err := tx.run(ctx, `DELETE FROM sessions WHERE account_id = $1`, account); err != nil {
			return err
		}
		_, err = tx.run(ctx, `UPDATE tokens SET revoked_at = $1, label = '' WHERE persona_id = $2 AND revoked_at = 0`, millis(at), persona)
		return err
	})
}

// reseat writes what was decided. It takes the membership's row for itself: what
// was written under the old version is committed by now, and nothing more will be.
func (t *tx) reseat(ctx context.Context, seat identity.Seat, at time.Time) error {
	ended := int64(0)
	if seat.Ended {
		ended = millis(at)
	}
	if _, err := t.run(ctx, `
		UPDATE memberships SET role = $1, version = version + 1, ended_at = $2 WHERE persona_id = $3`,
		seat.Role, ended, seat.Persona); err != nil {
		return err
	}
	if seat.Ended { // when they were where was kept for them, who are here no more
		if _, err := t.run(ctx, `DELETE FROM visits WHERE persona_id = $1`, seat.Persona); err != nil {
			return err
		}
	}
	if !seat.Unnamed {
		return nil
	}
	_, err := t.run(ctx, `UPDATE personas SET name = '', name_key = '', key_id = '' WHERE id = $1`, seat.Persona)
	return err
}
