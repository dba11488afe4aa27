package db

import (
	"context"
	"time"

	"madang/app"
	"madang/app/statement"
)

type translationRow struct {
	ID          app.ID `db:"id"`
	Lang        string `db:"lang"`
	CID         string `db:"cid"`
	No          int    `db:"no"`
	Words       string `db:"words"`
	Source      string `db:"source"`
	KeyID       string `db:"key_id"`
	By          app.ID `db:"created_by"`
	Name        string `db:"name"`
	NameKey     string `db:"name_key_id"`
	At          int64  `db:"created_at"`
	ReviewedBy  app.ID `db:"reviewed_by"`
	Reviewer    string `db:"reviewer"`
	ReviewerKey string `db:"reviewer_key_id"`
	ReviewedAt  int64  `db:"reviewed_at"`
}

const selectTranslations = `
	SELECT t.id, t.lang, t.cid, t.no, t.words, t.source, t.key_id, t.created_by, p.name, p.key_id AS name_key_id, t.created_at,
		COALESCE(t.reviewed_by, '') AS reviewed_by, COALESCE(r.name, '') AS reviewer, COALESCE(r.key_id, '') AS reviewer_key_id, t.reviewed_at
	FROM translations t
	JOIN personas p ON p.id = t.created_by
	LEFT JOIN personas r ON r.id = t.reviewed_by`

// newestTranslations are those of the statement $1 that count.
const newestTranslations = `
	WHERE t.statement_id = $1
		AND t.no = (SELECT MAX(n.no) FROM translations n WHERE n.statement_id = t.statement_id AND n.lang = t.lang AND n.cid = t.cid)`

func (r translationRow) translation() (statement.Translation, error) {
	t := statement.Translation{
		ID: r.ID, Lang: r.Lang, CID: r.CID, No: r.No, By: r.By, At: moment(r.At), ReviewedBy: r.ReviewedBy, ReviewedAt: moment(r.ReviewedAt),
	}
	for _, text := range []struct {
		key, stored string
		into        *string
	}{{r.KeyID, r.Words, &t.Words}, {r.KeyID, r.Source, &t.Source}, {r.NameKey, r.Name, &t.Name}, {r.ReviewerKey, r.Reviewer, &t.ReviewerName}} {
		var err error
		if *text.into, err = unseal(text.key, text.stored); err != nil {
			return t, err
		}
	}
	return t, nil
}

// Translations implements statement.Store.
func (d StatementStore) Translations(ctx context.Context, of app.ID, lang string) (map[string]statement.Translation, error) {
	rows, err := all[translationRow](ctx, d.read, selectTranslations+newestTranslations+` AND t.lang = $2`, of, lang)
	if err != nil {
		return nil, err
	}
	newest := map[string]statement.Translation{}
	for _, row := range rows {
		if newest[row.CID], err = row.translation(); err != nil {
			return nil, err
		}
	}
	return newest, nil
}

// Translation implements statement.Store.
func (d StatementStore) Translation(ctx context.Context, of, id app.ID) (statement.Translation, error) {
	row, err := one[translationRow](ctx, d.read, selectTranslations+` WHERE t.statement_id = $1 AND t.id = $2`, of, id)
	if err != nil {
		return statement.Translation{}, err
	}
	return row.translation()
}

// AddTranslation implements statement.Store. The statement's row is locked: of two who
// translate the same clause the second one finds the first one's number taken.
func (d StatementStore) AddTranslation(ctx context.Context, by app.Standing, of app.ID, t statement.Translation) (kept statement.Translation, err error) {
	err = d.write(ctx, func(tx *tx) error {
		if err := tx.stand(ctx, by); err != nil {
			return err
		}
		if _, err := one[app.ID](ctx, tx, d.dialect.locked(`SELECT id FROM statements WHERE id = $1`), of); err != nil {
			return err
		}
		last, err := one[int](ctx, tx, `
			SELECT COALESCE(MAX(no), 0) FROM translations WHERE statement_id = $1 AND lang = $2 AND cid = $3 AND id <> $4`, of, t.Lang, t.CID, t.ID)
		if err != nil {
			return err
		}
		if last >= t.No {
			return app.Conflict("translation.changed")
		}
		keyID, words := seal(t.Words)
		_, source := seal(t.Source)
		if _, err := tx.run(ctx, `
			INSERT INTO translations (id, statement_id, lang, cid, no, words, source, key_id, created_by, created_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (id) DO NOTHING`,
			t.ID, of, t.Lang, t.CID, t.No, words, source, keyID, t.By, millis(t.At)); err != nil {
			return err
		}
		row, err := one[translationRow](ctx, tx, selectTranslations+` WHERE t.statement_id = $1 AND t.id = $2`, of, t.ID)
		if err != nil {
			return err
		}
		if row.By != t.By {
			return app.Conflict("id.taken")
		}
		if kept, err = row.translation(); err != nil {
			return err
		}
		return tx.indexOrNot(ctx, translationText(of, kept))
	})
	return kept, err
}

// ReviewTranslation implements statement.Store.
func (d StatementStore) ReviewTranslation(ctx context.Context, by app.Standing, id app.ID, at time.Time) error {
	return d.write(ctx, func(tx *tx) error {
		if err := tx.stand(ctx, by); err != nil {
			return err
		}
		_, err := tx.run(ctx, `UPDATE translations SET reviewed_by = $1, reviewed_at = $2 WHERE id = $3 AND reviewed_by IS NULL`, by.Persona, millis(at), id)
		return err
	})
}
