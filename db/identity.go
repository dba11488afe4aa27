package db

import (
	"context"
	"strings"
	"time"

	"madang/app"
	"madang/app/identity"
)

// IdentityStore implements identity.Store.
type IdentityStore struct{ *DB }

// Empty reports whether nobody has come in yet.
func (d IdentityStore) Empty(ctx context.Context) (bool, error) {
	accounts, err := one[int](ctx, d.read, `SELECT COUNT(*) FROM accounts`)
	return accounts == 0, err
}

// Admit implements identity.Store.
func (d IdentityStore) Admit(ctx context.Context, a identity.Admission) error {
	return d.write(ctx, func(tx *tx) error {
		if err := tx.useUp(ctx, a); err != nil {
			return err
		}
		if err := tx.admitAccount(ctx, a); err != nil {
			return err
		}
		if a.Persona == "" {
			return nil
		}
		return tx.admitPersona(ctx, a)
	})
}

// useUp marks the invitation as used, if it still is open.
func (t *tx) useUp(ctx context.Context, a identity.Admission) error {
	used, err := t.run(ctx, `
		UPDATE invitations SET used_at = $1
		WHERE id = $2 AND used_at = 0 AND withdrawn_at = 0 AND expires_at > $1`,
		millis(a.At), a.Invitation)
	if err == nil && used == 0 {
		return app.Gone("invitation.used")
	}
	return err
}

// admitAccount makes the account with its code and session, or, if it is there
// already, a steward of it where the invitation says so.
func (t *tx) admitAccount(ctx context.Context, a identity.Admission) error {
	if !a.IsNew {
		if !a.Steward {
			return nil
		}
		_, err := t.run(ctx, `UPDATE accounts SET steward = $1 WHERE id = $2`, true, a.Account)
		return err
	}
	day := millis(a.At.Truncate(24 * time.Hour))
	if _, err := t.run(ctx, `INSERT INTO accounts (id, steward, created_day) VALUES ($1, $2, $3)`, a.Account, a.Steward, day); err != nil {
		return err
	}
	if err := t.setCode(ctx, a.Code); err != nil {
		return err
	}
	return t.openSession(ctx, a.Session)
}

// admitPersona gives the account a place in the group.
func (t *tx) admitPersona(ctx context.Context, a identity.Admission) error {
	if _, err := t.run(ctx, `UPDATE working_groups SET roster = roster + 1 WHERE id = $1`, a.Group); err != nil {
		return err
	}
	there, err := one[int](ctx, t, `SELECT COUNT(*) FROM memberships WHERE account_id = $1 AND group_id = $2 AND ended_at = 0`, a.Account, a.Group)
	if err != nil {
		return err
	}
	if there > 0 {
		return app.Conflict("invitation.member")
	}
	keyID, name := seal(a.Name)
	named, err := t.run(ctx, `
		INSERT INTO personas (id, account_id, group_id, name, name_key, key_id) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT DO NOTHING`,
		a.Persona, a.Account, a.Group, name, a.NameKey, keyID)
	if err != nil {
		return err
	}
	if named == 0 {
		return app.Conflict("name.taken").On("name")
	}
	_, err = t.run(ctx, `
		INSERT INTO memberships (persona_id, group_id, account_id, role, stakeholder_id, version, since)
		VALUES ($1, $2, $3, $4, $5, 1, $6)`,
		a.Persona, a.Group, a.Account, a.Role, a.Stake, millis(a.At))
	return err
}

// Invite implements identity.Store.
func (d IdentityStore) Invite(ctx context.Context, by app.Standing, made identity.Invitation, hash []byte) error {
	return d.write(ctx, func(tx *tx) error {
		if err := tx.standIfAny(ctx, by); err != nil {
			return err
		}
		_, err := tx.run(ctx, `
			INSERT INTO invitations (id, hash, group_id, role, stakeholder_id, created_by, created_at, expires_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
			made.ID, hash, orNull(made.Group), made.Role, orNull(made.Stakeholder), orNull(made.CreatedBy),
			millis(made.CreatedAt), millis(made.Expires))
		return err
	})
}

// standIfAny is stand for what stewards and the command line may do too: these
// stand in no group.
func (t *tx) standIfAny(ctx context.Context, s app.Standing) error {
	if s == (app.Standing{}) {
		return nil
	}
	return t.stand(ctx, s)
}

// orNull is how an id is stored in a column that may refer to nothing.
func orNull(id app.ID) *string {
	if id == "" {
		return nil
	}
	text := string(id)
	return &text
}

type invitationRow struct {
	ID              app.ID   `db:"id"`
	Group           app.ID   `db:"group_id"`
	GroupName       string   `db:"group_name"`
	Sensitive       bool     `db:"sensitive"`
	Role            app.Role `db:"role"`
	Stakeholder     app.ID   `db:"stakeholder_id"`
	StakeholderName string   `db:"stakeholder_name"`
	CreatedBy       app.ID   `db:"created_by"`
	CreatedAt       int64    `db:"created_at"`
	ExpiresAt       int64    `db:"expires_at"`
	UsedAt          int64    `db:"used_at"`
	WithdrawnAt     int64    `db:"withdrawn_at"`
}

const selectInvitations = `
	SELECT i.id, COALESCE(i.group_id, '') AS group_id, COALESCE(g.name, '') AS group_name, COALESCE(g.sensitive, FALSE) AS sensitive,
		i.role, COALESCE(i.stakeholder_id, '') AS stakeholder_id, COALESCE(s.name, '') AS stakeholder_name,
		COALESCE(i.created_by, '') AS created_by, i.created_at, i.expires_at, i.used_at, i.withdrawn_at
	FROM invitations i
	LEFT JOIN working_groups g ON g.id = i.group_id
	LEFT JOIN stakeholders s ON s.id = i.stakeholder_id`

func (r invitationRow) invitation() identity.Invitation {
	return identity.Invitation{
		ID: r.ID, Group: r.Group, GroupName: r.GroupName, Sensitive: r.Sensitive, Role: r.Role,
		Stakeholder: r.Stakeholder, StakeholderName: r.StakeholderName, CreatedBy: r.CreatedBy,
		CreatedAt: moment(r.CreatedAt), Expires: moment(r.ExpiresAt),
		UsedAt: moment(r.UsedAt), Withdrawn: moment(r.WithdrawnAt),
	}
}

// Invitation implements identity.Store.
func (d IdentityStore) Invitation(ctx context.Context, hash []byte) (identity.Invitation, error) {
	row, err := one[invitationRow](ctx, d.read, selectInvitations+` WHERE i.hash = $1`, hash)
	return row.invitation(), err
}

// Invitations implements identity.Store.
func (d IdentityStore) Invitations(ctx context.Context, group app.ID) ([]identity.Invitation, error) {
	rows, err := all[invitationRow](ctx, d.read, selectInvitations+` WHERE i.group_id = $1 ORDER BY i.id DESC`, group)
	return each(rows, invitationRow.invitation), err
}

// Withdraw implements identity.Store.
func (d IdentityStore) Withdraw(ctx context.Context, by app.Standing, group, id app.ID, at time.Time) error {
	return d.write(ctx, func(tx *tx) error {
		if err := tx.standIfAny(ctx, by); err != nil {
			return err
		}
		ended, err := tx.run(ctx, `
			UPDATE invitations SET withdrawn_at = $1
			WHERE id = $2 AND group_id = $3 AND used_at = 0 AND withdrawn_at = 0`, millis(at), id, group)
		return found(ended, err)
	})
}

// found makes NotFound of a write that touched nothing.
func found(rows int64, err error) error {
	if err == nil && rows == 0 {
		return app.NotFound()
	}
	return err
}

// each maps rows to what a room calls them.
func each[R, T any](rows []R, as func(R) T) []T {
	var list []T
	for _, row := range rows {
		list = append(list, as(row))
	}
	return list
}

// eachOrErr is each where a row may not be readable.
func eachOrErr[R, T any](rows []R, as func(R) (T, error)) ([]T, error) {
	list := make([]T, len(rows))
	for i, row := range rows {
		var err error
		if list[i], err = as(row); err != nil {
			return nil, err
		}
	}
	return list, nil
}

type codeRow struct {
	Account app.ID `db:"account_id"`
	Lookup  int64  `db:"lookup"`
	Salt    []byte `db:"salt"`
	Hash    []byte `db:"hash"`
}

// Codes implements identity.Store.
func (d IdentityStore) Codes(ctx context.Context, lookup uint32) ([]identity.StoredCode, error) {
	rows, err := all[codeRow](ctx, d.read, `SELECT account_id, lookup, salt, hash FROM codes WHERE lookup = $1`, int64(lookup))
	return each(rows, func(r codeRow) identity.StoredCode {
		return identity.StoredCode{Account: r.Account, Lookup: uint32(r.Lookup), Salt: r.Salt, Hash: r.Hash}
	}), err
}

// SetCode implements identity.Store.
func (d IdentityStore) SetCode(ctx context.Context, code identity.StoredCode) error {
	return d.write(ctx, func(tx *tx) error { return tx.setCode(ctx, code) })
}

func (t *tx) setCode(ctx context.Context, code identity.StoredCode) error {
	_, err := t.run(ctx, `
		INSERT INTO codes (account_id, lookup, salt, hash) VALUES ($1, $2, $3, $4)
		ON CONFLICT (account_id) DO UPDATE SET lookup = excluded.lookup, salt = excluded.salt, hash = excluded.hash`,
		code.Account, int64(code.Lookup), code.Salt, code.Hash)
	return err
}

// OpenSession implements identity.Store.
func (d IdentityStore) OpenSession(ctx context.Context, s identity.Session, forget time.Time) error {
	return d.write(ctx, func(tx *tx) error {
		if _, err := tx.run(ctx, `DELETE FROM sessions WHERE expires_at < $1`, millis(forget)); err != nil {
			return err
		}
		return tx.openSession(ctx, s)
	})
}

func (t *tx) openSession(ctx context.Context, s identity.Session) error {
	_, err := t.run(ctx, `
		INSERT INTO sessions (id, hash, account_id, created_at, seen_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)`,
		s.ID, s.Hash, s.Account, millis(s.Created), millis(s.Seen), millis(s.Expires))
	return err
}

type sessionRow struct {
	ID        app.ID `db:"id"`
	Hash      []byte `db:"hash"`
	Account   app.ID `db:"account_id"`
	CreatedAt int64  `db:"created_at"`
	SeenAt    int64  `db:"seen_at"`
	ExpiresAt int64  `db:"expires_at"`
}

const selectSessions = `SELECT id, hash, account_id, created_at, seen_at, expires_at FROM sessions`

func (r sessionRow) session() identity.Session {
	return identity.Session{
		ID: r.ID, Hash: r.Hash, Account: r.Account,
		Created: moment(r.CreatedAt), Seen: moment(r.SeenAt), Expires: moment(r.ExpiresAt),
	}
}

// Session implements identity.Store.
func (d IdentityStore) Session(ctx context.Context, hash []byte) (identity.Session, error) {
	row, err := one[sessionRow](ctx, d.read, selectSessions+` WHERE hash = $1`, hash)
	return row.session(), err
}

// Sessions implements identity.Store.
func (d IdentityStore) Sessions(ctx context.Context, account app.ID) ([]identity.Session, error) {
	rows, err := all[sessionRow](ctx, d.read, selectSessions+` WHERE account_id = $1 ORDER BY seen_at DESC, id DESC`, account)
	return each(rows, sessionRow.session), err
}

// Touch implements identity.Store.
func (d IdentityStore) Touch(ctx context.Context, id app.ID, seen time.Time) error {
	return d.write(ctx, func(tx *tx) error {
		_, err := tx.run(ctx, `UPDATE sessions SET seen_at = $1 WHERE id = $2 AND seen_at < $1`, millis(seen), id)
		return err
	})
}

// EndSessions implements identity.Store.
func (d IdentityStore) EndSessions(ctx context.Context, account app.ID, which identity.SessionChoice) error {
	return d.write(ctx, func(tx *tx) error {
		_, err := tx.run(ctx, `
			DELETE FROM sessions
			WHERE account_id = $1 AND ($2 = '' OR id = $2) AND ($3 = '' OR id <> $3)`,
			account, string(which.Only), string(which.But))
		return err
	})
}

// KeepDraft implements identity.Store.
func (d IdentityStore) KeepDraft(ctx context.Context, draft identity.Draft, forget time.Time) error {
	return d.write(ctx, func(tx *tx) error {
		if _, err := tx.run(ctx, `DELETE FROM drafts WHERE created_at < $1`, millis(forget)); err != nil {
			return err
		}
		keyID, form := seal(string(draft.Form))
		_, err := tx.run(ctx, `INSERT INTO drafts (id, account_id, form, key_id, created_at) VALUES ($1, $2, $3, $4, $5)`,
			draft.ID, draft.Account, []byte(form), keyID, millis(draft.At))
		return err
	})
}

type draftRow struct {
	ID        app.ID `db:"id"`
	Account   app.ID `db:"account_id"`
	Form      []byte `db:"form"`
	KeyID     string `db:"key_id"`
	CreatedAt int64  `db:"created_at"`
}

// Draft implements identity.Store.
func (d IdentityStore) Draft(ctx context.Context, account, id app.ID) (identity.Draft, error) {
	row, err := one[draftRow](ctx, d.read, `SELECT id, account_id, form, key_id, created_at FROM drafts WHERE id = $1 AND account_id = $2`, id, account)
	if err != nil {
		return identity.Draft{}, err
	}
	form, err := unseal(row.KeyID, string(row.Form))
	return identity.Draft{ID: row.ID, Account: row.Account, Form: []byte(form), At: moment(row.CreatedAt)}, err
}

// DropDraft implements identity.Store.
func (d IdentityStore) DropDraft(ctx context.Context, account, id app.ID) error {
	return d.write(ctx, func(tx *tx) error {
		_, err := tx.run(ctx, `DELETE FROM drafts WHERE id = $1 AND account_id = $2`, id, account)
		return err
	})
}

type membershipRow struct {
	Persona       app.ID   `db:"persona_id"`
	Group         app.ID   `db:"group_id"`
	Name          string   `db:"name"`
	KeyID         string   `db:"key_id"`
	Role          app.Role `db:"role"`
	Stakeholder   app.ID   `db:"stakeholder_id"`
	Sensitive     bool     `db:"sensitive"`
	ObserversRead bool     `db:"observers_read"`
	Version       int64    `db:"version"`
	ArchivedAt    int64    `db:"archived_at"`
}

const selectMemberships = `
	SELECT m.persona_id, m.group_id, p.name, p.key_id, m.role, m.stakeholder_id, g.sensitive, g.observers_read, m.version, g.archived_at
	FROM memberships m
	JOIN personas p ON p.id = m.persona_id
	JOIN working_groups g ON g.id = m.group_id
	WHERE m.ended_at = 0`

func (r membershipRow) membership() (app.Membership, error) {
	name, err := unseal(r.KeyID, r.Name)
	return app.Membership{
		Persona: r.Persona, Group: r.Group, Name: name, Role: r.Role, Stakeholder: r.Stakeholder,
		Sensitive: r.Sensitive, Terms: app.Terms{ObserversRead: r.ObserversRead}, Version: r.Version, Archived: r.ArchivedAt != 0,
	}, err
}

// Account implements identity.Store.
func (d IdentityStore) Account(ctx context.Context, id app.ID) (app.Actor, error) {
	steward, err := one[bool](ctx, d.read, `SELECT steward FROM accounts WHERE id = $1`, id)
	if err != nil {
		return app.Actor{}, err
	}
	actor := app.Actor{Account: id, Steward: steward}
	rows, err := all[membershipRow](ctx, d.read, selectMemberships+` AND m.account_id = $1 ORDER BY m.since, m.persona_id`, id)
	for _, row := range rows {
		m, err := row.membership()
		if err != nil {
			return app.Actor{}, err
		}
		actor.Memberships = append(actor.Memberships, m)
	}
	return actor, err
}

// Standings implements identity.Store.
func (d IdentityStore) Standings(ctx context.Context, personas []app.ID) (map[app.ID]app.Membership, error) {
	standing := map[app.ID]app.Membership{}
	if len(personas) == 0 {
		return standing, nil
	}
	params, args := listed(1, personas)
	rows, err := all[membershipRow](ctx, d.read, selectMemberships+` AND m.persona_id IN (`+params+`)`, args...)
	if err != nil {
		return nil, err
	}
	for _, row := range rows {
		if standing[row.Persona], err = row.membership(); err != nil {
			return nil, err
		}
	}
	return standing, nil
}

// PersonaByName implements identity.Store.
func (d IdentityStore) PersonaByName(ctx context.Context, groupSlug, nameKey string) (app.ID, error) {
	return one[app.ID](ctx, d.read, `
		SELECT p.id FROM personas p
		JOIN working_groups g ON g.id = p.group_id
		JOIN memberships m ON m.persona_id = p.id
		WHERE g.slug = $1 AND p.name_key = $2 AND m.ended_at = 0`, groupSlug, nameKey)
}

// AccountOf implements identity.Store.
func (d IdentityStore) AccountOf(ctx context.Context, persona app.ID) (app.ID, error) {
	return one[app.ID](ctx, d.read, `SELECT account_id FROM personas WHERE id = $1`, persona)
}

// IssueToken implements identity.Store.
func (d IdentityStore) IssueToken(ctx context.Context, by app.Standing, t identity.Token, hash []byte) error {
	return d.write(ctx, func(tx *tx) error {
		if err := tx.standIfAny(ctx, by); err != nil {
			return err
		}
		keyID, label := seal(t.Label)
		_, err := tx.run(ctx, `
			INSERT INTO tokens (id, hash, persona_id, label, key_id, scopes, created_at, ends_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
			t.ID, hash, t.Persona, label, keyID, spaced(t.Scopes), millis(t.Created), millis(t.Ends))
		return err
	})
}

// spaced is how scopes are kept: with a space between.
func spaced(scopes []identity.Scope) string {
	return strings.Join(each(scopes, func(s identity.Scope) string { return string(s) }), " ")
}

type tokenRow struct {
	ID        app.ID `db:"id"`
	Persona   app.ID `db:"persona_id"`
	Account   app.ID `db:"account_id"`
	Label     string `db:"label"`
	KeyID     string `db:"key_id"`
	Scopes    string `db:"scopes"`
	CreatedAt int64  `db:"created_at"`
	EndsAt    int64  `db:"ends_at"`
	RevokedAt int64  `db:"revoked_at"`
	UsedDay   int64  `db:"used_day"`
}

const selectTokens = `
	SELECT t.id, t.persona_id, p.account_id, t.label, t.key_id, t.scopes, t.created_at, t.ends_at, t.revoked_at, t.used_day
	FROM tokens t JOIN personas p ON p.id = t.persona_id`

func (r tokenRow) token() (identity.Token, error) {
	label, err := unseal(r.KeyID, r.Label)
	if err != nil {
		return identity.Token{}, err
	}
	scopes, err := identity.ReadScopes(r.Scopes)
	return identity.Token{
		ID: r.ID, Persona: r.Persona, Label: label, Scopes: scopes,
		Created: moment(r.CreatedAt), Ends: moment(r.EndsAt), Revoked: moment(r.RevokedAt), Used: moment(r.UsedDay),
	}, err
}

// Bearer implements identity.Store.
func (d IdentityStore) Bearer(ctx context.Context, hash []byte) (identity.Token, app.ID, error) {
	row, err := one[tokenRow](ctx, d.read, selectTokens+` WHERE t.hash = $1`, hash)
	if err != nil {
		return identity.Token{}, "", err
	}
	found, err := row.token()
	return found, row.Account, err
}

// TouchToken implements identity.Store.
func (d IdentityStore) TouchToken(ctx context.Context, id app.ID, today time.Time) error {
	return d.write(ctx, func(tx *tx) error {
		_, err := tx.run(ctx, `UPDATE tokens SET used_day = $1 WHERE id = $2 AND used_day < $1`, millis(today), id)
		return err
	})
}

// Tokens implements identity.Store.
func (d IdentityStore) Tokens(ctx context.Context, account app.ID) ([]identity.Token, error) {
	return d.tokens(ctx, `p.account_id = $1 AND t.revoked_at = 0`, account)
}

// TokensOf implements identity.Store.
func (d IdentityStore) TokensOf(ctx context.Context, ids []app.ID) ([]identity.Token, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	params, args := listed(1, ids)
	return d.tokens(ctx, `t.id IN (`+params+`)`, args...)
}

func (d IdentityStore) tokens(ctx context.Context, where string, args ...any) ([]identity.Token, error) {
	rows, err := all[tokenRow](ctx, d.read, selectTokens+` WHERE `+where+` ORDER BY t.id`, args...)
	if err != nil {
		return nil, err
	}
	var list []identity.Token
	for _, row := range rows {
		t, err := row.token()
		if err != nil {
			return nil, err
		}
		list = append(list, t)
	}
	return list, nil
}

// SessionsOf implements identity.Store.
func (d IdentityStore) SessionsOf(ctx context.Context, ids []app.ID) ([]identity.Session, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	params, args := listed(1, ids)
	rows, err := all[sessionRow](ctx, d.read, selectSessions+` WHERE id IN (`+params+`)`, args...)
	return each(rows, sessionRow.session), err
}

// RevokeToken implements identity.Store.
func (d IdentityStore) RevokeToken(ctx context.Context, account, id app.ID, at time.Time) (persona app.ID, err error) {
	err = d.write(ctx, func(tx *tx) error {
		ended, err := tx.run(ctx, `
			UPDATE tokens SET revoked_at = $1, label = ''
			WHERE id = $2 AND revoked_at = 0 AND persona_id IN (SELECT id FROM personas WHERE account_id = $3)`,
			millis(at), id, account)
		if err := found(ended, err); err != nil {
			return err
		}
		persona, err = one[app.ID](ctx, tx, `SELECT persona_id FROM tokens WHERE id = $1`, id)
		return err
	})
	return persona, err
}
