package db

import (
	"context"

	"madang/app"
	"madang/app/statement"
)

// References implements statement.Store.
func (d StatementStore) References(ctx context.Context, of app.ID) ([]statement.Reference, error) {
	rows, err := all[struct {
		CID        string `db:"cid"`
		Instrument string `db:"instrument"`
		Article    int    `db:"article"`
		By         app.ID `db:"created_by"`
		At         int64  `db:"created_at"`
	}](ctx, d.read, `
		SELECT cid, instrument, article, created_by, created_at FROM norm_references
		WHERE statement_id = $1 ORDER BY instrument DESC, article, cid`, of)
	list := make([]statement.Reference, len(rows))
	for i, r := range rows {
		list[i] = statement.Reference{CID: r.CID, Instrument: r.Instrument, Article: r.Article, By: r.By, At: moment(r.At)}
	}
	return list, err
}

// AddReference implements statement.Store.
func (d StatementStore) AddReference(ctx context.Context, by app.Standing, of app.ID, r statement.Reference) error {
	return d.write(ctx, func(tx *tx) error {
		if err := tx.stand(ctx, by); err != nil {
			return err
		}
		_, err := tx.run(ctx, `
			INSERT INTO norm_references (statement_id, cid, instrument, article, created_by, created_at)
			VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`,
			of, r.CID, r.Instrument, r.Article, r.By, millis(r.At))
		return err
	})
}

// RemoveReference implements statement.Store.
func (d StatementStore) RemoveReference(ctx context.Context, by app.Standing, of app.ID, r statement.Reference) error {
	return d.write(ctx, func(tx *tx) error {
		if err := tx.stand(ctx, by); err != nil {
			return err
		}
		_, err := tx.run(ctx, `
			DELETE FROM norm_references WHERE statement_id = $1 AND cid = $2 AND instrument = $3 AND article = $4`,
			of, r.CID, r.Instrument, r.Article)
		return err
	})
}

// FramingTerms implements statement.Store.
func (d StatementStore) FramingTerms(ctx context.Context, group app.ID) ([]statement.FramingTerm, error) {
	rows, err := all[struct {
		Kind  statement.FramingKind `db:"kind"`
		Term  string                `db:"term"`
		KeyID string                `db:"key_id"`
	}](ctx, d.read, `SELECT kind, term, key_id FROM framing_terms WHERE group_id = $1 ORDER BY position`, group)
	if err != nil {
		return nil, err
	}
	terms := make([]statement.FramingTerm, len(rows))
	for i, r := range rows {
		terms[i].Kind = r.Kind
		if terms[i].Term, err = unseal(r.KeyID, r.Term); err != nil {
			return nil, err
		}
	}
	return terms, nil
}

// SetFramingTerms implements statement.Store.
func (d StatementStore) SetFramingTerms(ctx context.Context, by app.Standing, group app.ID, terms []statement.FramingTerm) error {
	return d.write(ctx, func(tx *tx) error {
		if err := tx.stand(ctx, by); err != nil {
			return err
		}
		if _, err := one[app.ID](ctx, tx, d.dialect.locked(`SELECT id FROM working_groups WHERE id = $1`), group); err != nil {
			return err
		}
		if _, err := tx.run(ctx, `DELETE FROM framing_terms WHERE group_id = $1`, group); err != nil {
			return err
		}
		for i, t := range terms {
			keyID, term := seal(t.Term)
			if _, err := tx.run(ctx, `
				INSERT INTO framing_terms (group_id, position, kind, term, key_id) VALUES ($1, $2, $3, $4, $5)`,
				group, i, t.Kind, term, keyID); err != nil {
				return err
			}
		}
		return nil
	})
}

// FlagAnswers implements statement.Store.
func (d StatementStore) FlagAnswers(ctx context.Context, of app.ID) ([]statement.FlagAnswer, error) {
	rows, err := all[struct {
		ID        app.ID `db:"id"`
		CID       string `db:"cid"`
		Term      string `db:"term"`
		Reason    string `db:"reason"`
		Words     string `db:"words"`
		KeyID     string `db:"key_id"`
		Symmetric bool   `db:"anywhere"`
		By        app.ID `db:"created_by"`
		Name      string `db:"name"`
		NameKey   string `db:"name_key_id"`
		At        int64  `db:"created_at"`
	}](ctx, d.read, `
		SELECT a.id, a.cid, a.term, a.reason, a.words, a.key_id, a.anywhere, a.created_by, p.name, p.key_id AS name_key_id, a.created_at
		FROM framing_answers a JOIN personas p ON p.id = a.created_by
		WHERE a.statement_id = $1 ORDER BY a.created_at DESC, a.id DESC`, of)
	if err != nil {
		return nil, err
	}
	list := make([]statement.FlagAnswer, len(rows))
	for i, r := range rows {
		list[i] = statement.FlagAnswer{ID: r.ID, CID: r.CID, Symmetric: r.Symmetric, By: r.By, At: moment(r.At)}
		if list[i].Name, err = unseal(r.NameKey, r.Name); err != nil {
			return nil, err
		}
		for stored, into := range map[string]*string{r.Term: &list[i].Term, r.Reason: &list[i].Reason, r.Words: &list[i].Words} {
			if *into, err = unseal(r.KeyID, stored); err != nil {
				return nil, err
			}
		}
	}
	return list, nil
}

// AddFlagAnswer implements statement.Store.
func (d StatementStore) AddFlagAnswer(ctx context.Context, by app.Standing, of app.ID, a statement.FlagAnswer) error {
	return d.write(ctx, func(tx *tx) error {
		if err := tx.stand(ctx, by); err != nil {
			return err
		}
		keyID, term := seal(a.Term)
		_, reason := seal(a.Reason)
		_, words := seal(a.Words)
		_, err := tx.run(ctx, `
			INSERT INTO framing_answers (id, statement_id, cid, term, reason, words, key_id, anywhere, created_by, created_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (id) DO NOTHING`,
			a.ID, of, a.CID, term, reason, words, keyID, a.Symmetric, a.By, millis(a.At))
		return err
	})
}
