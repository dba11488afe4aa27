package db

import (
	"context"
	"strings"

	"madang/app"
	"madang/app/consultation"
)

// ConsultationStore implements consultation.Store.
type ConsultationStore struct{ *DB }

type docketRow struct {
	ID         app.ID                  `db:"id"`
	Group      app.ID                  `db:"group_id"`
	GroupName  string                  `db:"group_name"`
	GroupKey   string                  `db:"group_key_id"`
	Year       int                     `db:"year"`
	No         int                     `db:"no"`
	Statement  app.ID                  `db:"statement_id"`
	Version    string                  `db:"version_id"`
	VersionNo  int                     `db:"version_no"`
	FrozenName string                  `db:"version_title"`
	FrozenLang string                  `db:"version_lang"`
	FrozenKey  string                  `db:"version_key_id"`
	Title      string                  `db:"title"`
	Lang       string                  `db:"lang"`
	Notice     string                  `db:"notice"`
	Notes      string                  `db:"notes"`
	Questions  string                  `db:"questions"`
	Published  string                  `db:"published"`
	Kept       string                  `db:"kept"`
	Contact    string                  `db:"contact"`
	KeyID      string                  `db:"key_id"`
	Opens      int64                   `db:"opens_at"`
	Closes     int64                   `db:"closes_at"`
	Zone       string                  `db:"zone"`
	Channels   string                  `db:"channels"`
	Moderation consultation.Moderation `db:"moderation"`
	CreatedBy  app.ID                  `db:"created_by"`
	CreatedAt  int64                   `db:"created_at"`
}

const selectDockets = `
	SELECT d.id, d.group_id, g.name AS group_name, g.key_id AS group_key_id, d.year, d.no, d.statement_id,
		COALESCE(d.version_id, '') AS version_id, COALESCE(v.no, 0) AS version_no, COALESCE(v.title, '') AS version_title,
		COALESCE(v.lang, '') AS version_lang, COALESCE(v.key_id, '') AS version_key_id,
		d.title, d.lang, d.notice, d.notes, d.questions, d.published, d.kept, d.contact, d.key_id, d.opens_at, d.closes_at, d.zone,
		d.channels, d.moderation, d.created_by, d.created_at
	FROM dockets d JOIN working_groups g ON g.id = d.group_id LEFT JOIN versions v ON v.id = d.version_id`

func (r docketRow) docket() (consultation.Docket, error) {
	d := consultation.Docket{
		ID: r.ID, Group: r.Group, Year: r.Year, No: r.No, CreatedBy: r.CreatedBy, CreatedAt: moment(r.CreatedAt),
		DocketText: consultation.DocketText{
			Statement: r.Statement, Lang: r.Lang, Opens: moment(r.Opens), Closes: moment(r.Closes), Zone: r.Zone, Moderation: r.Moderation,
		},
	}
	for _, c := range strings.Fields(r.Channels) {
		d.Channels = append(d.Channels, consultation.Channel(c))
	}
	var questions string
	for _, text := range []struct {
		key, stored string
		into        *string
	}{
		{r.GroupKey, r.GroupName, &d.GroupName}, {r.KeyID, r.Title, &d.Title}, {r.KeyID, r.Notice, &d.Notice}, {r.KeyID, r.Notes, &d.Notes},
		{r.KeyID, r.Questions, &questions}, {r.KeyID, r.Published, &d.Published}, {r.KeyID, r.Kept, &d.Kept}, {r.KeyID, r.Contact, &d.Contact},
		{r.FrozenKey, r.FrozenName, &d.Version.Title},
	} {
		var err error
		if *text.into, err = unseal(text.key, text.stored); err != nil {
			return d, err
		}
	}
	if questions != "" {
		d.Questions = strings.Split(questions, "\n")
	}
	if r.Version != "" {
		d.Version.Version, d.Version.Statement, d.Version.No, d.Version.Lang = app.ID(r.Version), r.Statement, r.VersionNo, r.FrozenLang
	}
	return d, nil
}

// Docket implements consultation.Store.
func (d ConsultationStore) Docket(ctx context.Context, id app.ID) (consultation.Docket, error) {
	list, err := d.dockets(ctx, `WHERE d.id = $1`, id)
	if err == nil && len(list) == 0 {
		err = app.NotFound()
	}
	if err != nil {
		return consultation.Docket{}, err
	}
	return list[0], nil
}

// Dockets implements consultation.Store.
func (d ConsultationStore) Dockets(ctx context.Context, group app.ID) ([]consultation.Docket, error) {
	if group == "" {
		return d.dockets(ctx, `WHERE d.announced_at > $1`, 0)
	}
	return d.dockets(ctx, `WHERE d.group_id = $1`, group)
}

func (d ConsultationStore) dockets(ctx context.Context, where string, arg any) ([]consultation.Docket, error) {
	rows, err := all[docketRow](ctx, d.read, selectDockets+` `+where+` ORDER BY d.created_at DESC, d.id DESC`, arg)
	if err != nil {
		return nil, err
	}
	acts, err := d.acts(ctx, where, arg)
	if err != nil {
		return nil, err
	}
	list := make([]consultation.Docket, len(rows))
	for i, row := range rows {
		if list[i], err = row.docket(); err != nil {
			return nil, err
		}
		list[i].Acts = acts[row.ID]
	}
	return list, nil
}

// acts lists those of the dockets, oldest first.
func (d ConsultationStore) acts(ctx context.Context, where string, arg any) (map[app.ID][]consultation.Act, error) {
	rows, err := all[struct {
		ID      app.ID               `db:"id"`
		Docket  app.ID               `db:"docket_id"`
		Kind    consultation.ActKind `db:"kind"`
		By      app.ID               `db:"persona_id"`
		Name    string               `db:"name"`
		NameKey string               `db:"name_key_id"`
		At      int64                `db:"at"`
		Reason  string               `db:"reason"`
		KeyID   string               `db:"key_id"`
		Closes  int64                `db:"closes_at"`
	}](ctx, d.read, `
		SELECT a.id, a.docket_id, a.kind, a.persona_id, p.name, p.key_id AS name_key_id, a.at, a.reason, a.key_id, a.closes_at
		FROM docket_acts a JOIN dockets d ON d.id = a.docket_id JOIN personas p ON p.id = a.persona_id `+where+` ORDER BY a.docket_id, a.no`, arg)
	if err != nil {
		return nil, err
	}
	acts := map[app.ID][]consultation.Act{}
	for _, r := range rows {
		a := consultation.Act{ID: r.ID, Kind: r.Kind, By: r.By, At: moment(r.At), Closes: moment(r.Closes)}
		if a.Reason, err = unseal(r.KeyID, r.Reason); err != nil {
			return nil, err
		}
		if a.Name, err = unseal(r.NameKey, r.Name); err != nil {
			return nil, err
		}
		acts[r.Docket] = append(acts[r.Docket], a)
	}
	return acts, nil
}

// AddDocket implements consultation.Store. Whoever makes a docket of the same group at
// the same time waits, so that numbers have no gap.
func (d ConsultationStore) AddDocket(ctx context.Context, by app.Standing, made consultation.Docket) (consultation.Docket, error) {
	err := d.write(ctx, func(tx *tx) error {
		if err := tx.stand(ctx, by); err != nil {
			return err
		}
		if err := tx.dialect.alone(ctx, tx.Tx, "dockets of "+string(made.Group)); err != nil {
			return err
		}
		t := sealDocket(made)
		added, err := tx.run(ctx, `
			INSERT INTO dockets (id, group_id, year, no, statement_id, title, lang, notice, notes, questions, published, kept, contact, key_id,
				opens_at, closes_at, zone, channels, moderation, created_by, created_at)
			VALUES ($1, $2, $3, (SELECT COALESCE(MAX(no), 0) + 1 FROM dockets WHERE group_id = $4 AND year = $5), $6, $7, $8, $9, $10, $11, $12,
				$13, $14, $15, $16, $17, $18, $19, $20, $21, $22)
			ON CONFLICT (id) DO NOTHING`,
			made.ID, made.Group, made.Year, made.Group, made.Year, made.Statement, t.title, made.Lang, t.notice, t.notes, t.questions, t.published,
			t.kept, t.contact, t.keyID, millis(made.Opens), millis(made.Closes), made.Zone, joined(made.Channels), made.Moderation, made.CreatedBy,
			millis(made.CreatedAt))
		if err != nil || added == 0 {
			return err
		}
		_, err = tx.run(ctx, `INSERT INTO docket_balances (docket_id) VALUES ($1)`, made.ID)
		return err
	})
	if err != nil {
		return consultation.Docket{}, err
	}
	return d.Docket(ctx, made.ID)
}

// sealedDocket is what people wrote about a docket, as it is stored.
type sealedDocket struct {
	keyID, title, notice, notes, questions, published, kept, contact string
}

func sealDocket(d consultation.Docket) sealedDocket {
	var t sealedDocket
	t.keyID, t.title = seal(d.Title)
	_, t.notice = seal(d.Notice)
	_, t.notes = seal(d.Notes)
	_, t.questions = seal(strings.Join(d.Questions, "\n"))
	_, t.published = seal(d.Published)
	_, t.kept = seal(d.Kept)
	_, t.contact = seal(d.Contact)
	return t
}

func joined[T ~string](values []T) string {
	parts := make([]string, len(values))
	for i, v := range values {
		parts[i] = string(v)
	}
	return strings.Join(parts, " ")
}

// ReviseDocket implements consultation.Store.
func (d ConsultationStore) ReviseDocket(ctx context.Context, by app.Standing, made consultation.Docket) error {
	return d.write(ctx, func(tx *tx) error {
		if err := tx.stand(ctx, by); err != nil {
			return err
		}
		t := sealDocket(made)
		revised, err := tx.run(ctx, `
			UPDATE dockets SET statement_id = $1, title = $2, lang = $3, notice = $4, notes = $5, questions = $6, published = $7, kept = $8,
				contact = $9, key_id = $10, opens_at = $11, closes_at = $12, zone = $13, channels = $14, moderation = $15
			WHERE id = $16 AND announced_at = 0`,
			made.Statement, t.title, made.Lang, t.notice, t.notes, t.questions, t.published, t.kept, t.contact, t.keyID,
			millis(made.Opens), millis(made.Closes), made.Zone, joined(made.Channels), made.Moderation, made.ID)
		if err == nil && revised == 0 {
			return app.Conflict("docket.announced")
		}
		return err
	})
}

// AddAct implements consultation.Store. The act has the number after those that were
// known when it was decided: if another has it, something was done in between.
func (d ConsultationStore) AddAct(ctx context.Context, by app.Standing, after consultation.Docket, a consultation.Act) error {
	return d.write(ctx, func(tx *tx) error {
		if err := tx.stand(ctx, by); err != nil {
			return err
		}
		if _, err := one[string](ctx, tx, tx.dialect.locked(`SELECT id FROM dockets WHERE id = $1`), after.ID); err != nil {
			return err
		}
		var withdrawn, announced int64
		for _, act := range after.Acts {
			switch act.Kind {
			case consultation.Announced:
				announced = millis(act.At)
			case consultation.Withdrawn:
				withdrawn = millis(act.At)
			}
		}
		keyID, reason := seal(a.Reason)
		added, err := tx.run(ctx, `
			INSERT INTO docket_acts (id, docket_id, no, kind, persona_id, at, reason, key_id, closes_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING`,
			a.ID, after.ID, len(after.Acts), a.Kind, a.By, millis(a.At), reason, keyID, millis(a.Closes))
		if err != nil {
			return err
		}
		if added == 0 {
			return tx.isSameAct(ctx, after.ID, a.ID)
		}
		_, err = tx.run(ctx, `UPDATE dockets SET version_id = $1, closes_at = $2, announced_at = $3, withdrawn_at = $4 WHERE id = $5`,
			after.Version.Version, millis(after.Closes), announced, withdrawn, after.ID)
		return err
	})
}

// isSameAct is nil if the act is the docket's already.
func (t *tx) isSameAct(ctx context.Context, docket, act app.ID) error {
	_, err := one[string](ctx, t, `SELECT id FROM docket_acts WHERE id = $1 AND docket_id = $2`, act, docket)
	if app.KindOf(err) == app.KindNotFound {
		return app.Conflict("docket.changed")
	}
	return err
}

// Stakeholders implements consultation.Store.
func (d ConsultationStore) Stakeholders(ctx context.Context, group app.ID) ([]consultation.Stakeholder, error) {
	rows, err := all[struct {
		ID        app.ID `db:"id"`
		Name      string `db:"name"`
		Sensitive bool   `db:"sensitive"`
	}](ctx, d.read, `SELECT id, name, sensitive FROM stakeholders WHERE group_id = $1 ORDER BY position`, group)
	list := make([]consultation.Stakeholder, len(rows))
	for i, r := range rows {
		list[i] = consultation.Stakeholder{ID: r.ID, Name: r.Name, IsSensitive: r.Sensitive}
	}
	return list, err
}

// Stated implements consultation.Store.
func (d ConsultationStore) Stated(ctx context.Context, docket app.ID) (map[int]app.ID, error) {
	rows, err := all[struct {
		No    int    `db:"no"`
		Group app.ID `db:"stakeholder"`
	}](ctx, d.read, `
		SELECT s.no, r.stakeholder FROM submissions s JOIN submission_revisions r ON r.submission_id = s.id AND r.revision = s.revision
		WHERE s.docket_id = $1 AND s.status IN ('posted', 'posted_redacted') AND NOT s.sensitive AND r.stakeholder <> ''`, docket)
	stated := map[int]app.ID{}
	for _, r := range rows {
		stated[r.No] = r.Group
	}
	return stated, err
}

// Balance implements consultation.Store.
func (d ConsultationStore) Balance(ctx context.Context, docket app.ID) (consultation.Balance, error) {
	row, err := one[struct {
		Received, Screening, Posted, Redacted, Withheld, Withdrawn int
	}](ctx, d.read, `SELECT received, screening, posted, redacted, withheld, withdrawn FROM docket_balances WHERE docket_id = $1`, docket)
	return consultation.Balance(row), err
}
