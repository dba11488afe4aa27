package db

import (
	"context"
	"time"

	"madang/app"
	"madang/app/search"
	"madang/app/statement"
)

type noteTongueRow struct {
	rendered
	CID  string `db:"cid"`
	Note int    `db:"note_no"`
}

const selectNoteTongues = `
	SELECT ` + renderedColumns + `, x.words, x.cid, x.note_no
	FROM note_translations x` + joinRendered + ` `

// newestNoteTongues are the translations that count in the statement $1: of notes since the
// last one that was taken away, into another language than that of the newest.
const newestNoteTongues = `
	WHERE x.statement_id = $1 AND x.withdrawn_at = 0
		AND x.no = (SELECT MAX(m.no) FROM note_translations m WHERE m.statement_id = $1 AND m.cid = x.cid AND m.lang = x.lang AND m.withdrawn_at = 0)
		AND x.note_no > (SELECT COALESCE(MAX(g.no), 0) FROM clause_notes g WHERE g.statement_id = $1 AND g.cid = x.cid AND g.words = '')
		AND NOT EXISTS (SELECT 1 FROM clause_notes n WHERE n.statement_id = $1 AND n.cid = x.cid AND n.lang = x.lang
			AND n.no = (SELECT MAX(l.no) FROM clause_notes l WHERE l.statement_id = $1 AND l.cid = x.cid))`

func (r noteTongueRow) translation() (statement.NoteTranslation, error) {
	x, err := r.open()
	author := func(id app.ID, name string) statement.Author { return statement.Author{Persona: id, Name: name} }
	return statement.NoteTranslation{
		ID: x.ID, CID: r.CID, Lang: x.Lang, No: x.No, Note: r.Note, Words: x.Words, By: author(x.By, x.Name), At: moment(x.At),
		Reviewer: author(x.Reviewer, x.ReviewerName), ReviewedAt: moment(x.ReviewedAt),
		Withdrawer: author(x.Withdrawer, x.WithdrawnName), WithdrawnAt: moment(x.WithdrawnAt),
	}, err
}

// NoteTranslations implements statement.Store.
func (d StatementStore) NoteTranslations(ctx context.Context, of app.ID, cid string) ([]statement.NoteTranslation, error) {
	rows, err := all[noteTongueRow](ctx, d.read, selectNoteTongues+`
		WHERE x.statement_id = $1 AND ($2 = '' OR x.cid = $2) ORDER BY x.cid, x.lang, x.no`, of, cid)
	if err != nil {
		return nil, err
	}
	return eachOrErr(rows, noteTongueRow.translation)
}

// newestNoteTongue is the translation of a clause's note into a language that counts; none
// has no id.
func (t *tx) newestNoteTongue(ctx context.Context, of app.ID, cid, lang string) (noteTongueRow, error) {
	row, err := one[noteTongueRow](ctx, t, selectNoteTongues+newestNoteTongues+` AND x.cid = $2 AND x.lang = $3`, of, cid, lang)
	if app.KindOf(err) == app.KindNotFound {
		return noteTongueRow{}, nil
	}
	return row, err
}

// noting does something about notes. The statement's row is locked: of two who do, the second
// one finds what the first one did.
func (d StatementStore) noting(ctx context.Context, by app.Standing, of app.ID, do func(*tx) error) error {
	return d.write(ctx, func(tx *tx) error {
		if err := tx.stand(ctx, by); err != nil {
			return err
		}
		if _, err := one[app.ID](ctx, tx, d.dialect.locked(`SELECT id FROM statements WHERE id = $1`), of); err != nil {
			return err
		}
		return do(tx)
	})
}

// TranslateNote implements statement.Store.
func (d StatementStore) TranslateNote(ctx context.Context, by app.Standing, of app.ID, wish statement.NewNoteTranslation, at time.Time) error {
	return d.noting(ctx, by, of, func(tx *tx) error {
		note, err := one[noteRow](ctx, tx, selectNotes+newestNotes+` AND n.cid = $2`, of, wish.CID)
		if app.KindOf(err) == app.KindNotFound || err == nil && note.Words == "" {
			return app.Conflict("notetongue.gone")
		}
		if err != nil {
			return err
		}
		newest, err := tx.newestNoteTongue(ctx, of, wish.CID, wish.Lang)
		if err != nil {
			return err
		}
		if newest.ID != wish.Base {
			return app.Conflict("notetongue.changed")
		}
		keyID, words := seal(wish.Words)
		made, err := tx.run(ctx, `
			INSERT INTO note_translations (id, statement_id, cid, lang, no, note_no, words, key_id, persona_id, at)
			VALUES ($1, $2, $3, $4, (SELECT COALESCE(MAX(no), 0) + 1 FROM note_translations WHERE statement_id = $2 AND cid = $3 AND lang = $4), $5, $6, $7, $8, $9)
			ON CONFLICT (id) DO NOTHING`,
			wish.ID, of, wish.CID, wish.Lang, wish.Note, words, keyID, by.Persona, millis(at))
		if err := changed(made, err, "id.taken"); err != nil {
			return err
		}
		return tx.indexNoteTongue(ctx, of, wish.CID, wish.Lang)
	})
}

// ReviewNoteTranslation implements statement.Store.
func (d StatementStore) ReviewNoteTranslation(ctx context.Context, by app.Standing, of app.ID, t statement.NoteTranslation, at time.Time) error {
	return d.noting(ctx, by, of, func(tx *tx) error {
		newest, err := tx.newestNoteTongue(ctx, of, t.CID, t.Lang)
		if err != nil {
			return err
		}
		if newest.ID != t.ID {
			return app.Conflict("notetongue.moved")
		}
		found, err := tx.run(ctx, `
			UPDATE note_translations SET reviewed_by = $1, reviewed_at = $2 WHERE id = $3 AND reviewed_by IS NULL AND persona_id <> $1
				AND note_no = (SELECT MAX(n.no) FROM clause_notes n WHERE n.statement_id = $4 AND n.cid = $5)`,
			by.Persona, millis(at), t.ID, of, t.CID)
		return changed(found, err, "notetongue.moved")
	})
}

// WithdrawNoteTranslation implements statement.Store.
func (d StatementStore) WithdrawNoteTranslation(ctx context.Context, by app.Standing, of app.ID, t statement.NoteTranslation, at time.Time) error {
	err := d.noting(ctx, by, of, func(tx *tx) error {
		gone, err := tx.run(ctx, `
			UPDATE note_translations SET words = '', key_id = '', withdrawn_by = $1, withdrawn_at = $2
			WHERE statement_id = $3 AND cid = $4 AND lang = $5 AND persona_id = $6 AND withdrawn_at = 0`,
			by.Persona, millis(at), of, t.CID, t.Lang, t.By.Persona)
		if err := changed(gone, err, "notetongue.moved"); err != nil {
			return err
		}
		return tx.indexNoteTongue(ctx, of, t.CID, t.Lang)
	})
	if err == nil {
		d.dialect.wipe(ctx, d.writer.DB)
	}
	return err
}

// indexNoteTongue puts the translation that counts into the index, in the place of another.
func (t *tx) indexNoteTongue(ctx context.Context, of app.ID, cid, lang string) error {
	row, err := t.newestNoteTongue(ctx, of, cid, lang)
	if err != nil {
		return err
	}
	if row.ID == "" {
		return t.unindex(ctx, of, search.NoteRendering, lang+":"+cid)
	}
	text, err := row.indexed(of)
	if err != nil {
		return err
	}
	return t.indexOrNot(ctx, text)
}

// indexNoteTongues does so in all languages: after a change of the note others count.
func (t *tx) indexNoteTongues(ctx context.Context, of app.ID, cid string) error {
	languages, err := all[string](ctx, t, `SELECT DISTINCT lang FROM note_translations WHERE statement_id = $1 AND cid = $2 ORDER BY lang`, of, cid)
	for _, lang := range languages {
		if err := t.indexNoteTongue(ctx, of, cid, lang); err != nil {
			return err
		}
	}
	return err
}

// indexed names a translation by its language and clause.
func (r noteTongueRow) indexed(of app.ID) (indexed, error) {
	t, err := r.translation()
	return indexed{search.NoteRendering, of, t.Lang + ":" + t.CID, t.CID, t.By.Persona, r.At, t.Words}, err
}
