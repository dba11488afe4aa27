package db

import (
	"context"

	"madang/app"
	"madang/app/statement"
)

type noteRow struct {
	ID      app.ID `db:"id"`
	CID     string `db:"cid"`
	No      int    `db:"no"`
	Words   string `db:"words"`
	Lang    string `db:"lang"`
	Gone    int    `db:"gone"`
	KeyID   string `db:"key_id"`
	By      app.ID `db:"created_by"`
	Name    string `db:"name"`
	NameKey string `db:"name_key_id"`
	At      int64  `db:"created_at"`
}

const selectNotes = `
	SELECT n.id, n.cid, n.no, n.words, n.lang, n.key_id, n.created_by, p.name, p.key_id AS name_key_id, n.created_at,
		(SELECT COALESCE(MAX(g.no), 0) FROM clause_notes g WHERE g.statement_id = n.statement_id AND g.cid = n.cid AND g.words = '') AS gone
	FROM clause_notes n JOIN personas p ON p.id = n.created_by`

// newestNotes are those of the statement $1 that count.
const newestNotes = `
	WHERE n.statement_id = $1 AND n.no = (SELECT MAX(m.no) FROM clause_notes m WHERE m.statement_id = n.statement_id AND m.cid = n.cid)`

func (r noteRow) note() (statement.Note, error) {
	n := statement.Note{ID: r.ID, CID: r.CID, No: r.No, Lang: r.Lang, Gone: r.Gone, By: r.By, At: moment(r.At)}
	var err error
	if n.Words, err = unseal(r.KeyID, r.Words); err != nil {
		return n, err
	}
	n.Name, err = unseal(r.NameKey, r.Name)
	return n, err
}

// Notes implements statement.Store.
func (d StatementStore) Notes(ctx context.Context, of app.ID) (map[string]statement.Note, error) {
	rows, err := all[noteRow](ctx, d.read, selectNotes+newestNotes, of)
	if err != nil {
		return nil, err
	}
	notes := map[string]statement.Note{}
	for _, row := range rows {
		if notes[row.CID], err = row.note(); err != nil {
			return nil, err
		}
	}
	return notes, nil
}

// Note implements statement.Store.
func (d StatementStore) Note(ctx context.Context, of, id app.ID) (statement.Note, error) {
	row, err := one[noteRow](ctx, d.read, selectNotes+` WHERE n.statement_id = $1 AND n.id = $2`, of, id)
	if err != nil {
		return statement.Note{}, err
	}
	return row.note()
}

// AddNote implements statement.Store. The statement's row is locked: of two who write a
// note at the same time the second one finds the first one's number taken.
func (d StatementStore) AddNote(ctx context.Context, by app.Standing, of app.ID, n statement.Note) (kept statement.Note, err error) {
	err = d.noting(ctx, by, of, func(tx *tx) error {
		last, err := one[int](ctx, tx, `
			SELECT COALESCE(MAX(no), 0) FROM clause_notes WHERE statement_id = $1 AND cid = $2 AND id <> $3`, of, n.CID, n.ID)
		if err != nil {
			return err
		}
		if last >= n.No {
			return app.Conflict("note.changed")
		}
		keyID, words := seal(n.Words)
		if _, err := tx.run(ctx, `
			INSERT INTO clause_notes (id, statement_id, cid, no, words, key_id, lang, created_by, created_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (id) DO NOTHING`,
			n.ID, of, n.CID, n.No, words, keyID, n.Lang, n.By, millis(n.At)); err != nil {
			return err
		}
		row, err := one[noteRow](ctx, tx, selectNotes+` WHERE n.statement_id = $1 AND n.id = $2`, of, n.ID)
		if err != nil {
			return err
		}
		if row.By != n.By {
			return app.Conflict("id.taken")
		}
		if kept, err = row.note(); err != nil {
			return err
		}
		if err := tx.indexOrNot(ctx, noteText(of, kept)); err != nil {
			return err
		}
		return tx.indexNoteTongues(ctx, of, n.CID)
	})
	return kept, err
}

// RelabelNote implements statement.Store.
func (d StatementStore) RelabelNote(ctx context.Context, by app.Standing, of app.ID, n statement.Note, lang string) (kept statement.Note, err error) {
	err = d.noting(ctx, by, of, func(tx *tx) error {
		newest, err := one[noteRow](ctx, tx, selectNotes+newestNotes+` AND n.cid = $2`, of, n.CID)
		if err != nil {
			return err
		}
		if newest.ID != n.ID {
			return app.Conflict("note.changed")
		}
		if _, err := tx.run(ctx, `UPDATE clause_notes SET lang = $1 WHERE id = $2`, lang, n.ID); err != nil {
			return err
		}
		newest.Lang = lang
		if kept, err = newest.note(); err != nil {
			return err
		}
		return tx.indexNoteTongues(ctx, of, n.CID)
	})
	return kept, err
}
