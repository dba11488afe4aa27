package db

import (
	"context"
	"strings"

	"madang/app"
	"madang/app/search"
	"madang/app/thread"
)

// rendered is what any translation of somebody's words is stored with: x in a query, whose
// words the query calls so.
type rendered struct {
	ID            app.ID `db:"id"`
	Lang          string `db:"lang"`
	No            int    `db:"no"`
	Words         string `db:"words"`
	KeyID         string `db:"key_id"`
	By            app.ID `db:"persona_id"`
	Name          string `db:"name"`
	NameKey       string `db:"name_key_id"`
	At            int64  `db:"at"`
	Reviewer      app.ID `db:"reviewed_by"`
	ReviewerName  string `db:"reviewer"`
	ReviewerKey   string `db:"reviewer_key_id"`
	ReviewedAt    int64  `db:"reviewed_at"`
	Withdrawer    app.ID `db:"withdrawn_by"`
	WithdrawnName string `db:"withdrawer"`
	WithdrawnKey  string `db:"withdrawer_key_id"`
	WithdrawnAt   int64  `db:"withdrawn_at"`
}

// renderedColumns are all but the words; joinRendered finds the names.
const (
	renderedColumns = `x.id, x.lang, x.no, x.key_id, x.persona_id, p.name, p.key_id AS name_key_id, x.at,
		COALESCE(x.reviewed_by, '') AS reviewed_by, COALESCE(r.name, '') AS reviewer, COALESCE(r.key_id, '') AS reviewer_key_id, x.reviewed_at,
		COALESCE(x.withdrawn_by, '') AS withdrawn_by, COALESCE(w.name, '') AS withdrawer, COALESCE(w.key_id, '') AS withdrawer_key_id, x.withdrawn_at`
	joinRendered = `
	JOIN personas p ON p.id = x.persona_id
	LEFT JOIN personas r ON r.id = x.reviewed_by
	LEFT JOIN personas w ON w.id = x.withdrawn_by`
)

// open returns it with its words and names as they read.
func (r rendered) open() (rendered, error) {
	for _, text := range []struct {
		key  string
		text *string
	}{{r.KeyID, &r.Words}, {r.NameKey, &r.Name}, {r.ReviewerKey, &r.ReviewerName}, {r.WithdrawnKey, &r.WithdrawnName}} {
		var err error
		if *text.text, err = unseal(text.key, *text.text); err != nil {
			return r, err
		}
	}
	return r, nil
}

type tongueRow struct {
	rendered
	Comment     app.ID `db:"comment_id"`
	Thread      app.ID `db:"thread_id"`
	Revision    int    `db:"revision"`
	ConfirmedAt int64  `db:"confirmed_at"`
}

const selectTongues = `
	SELECT ` + renderedColumns + `, x.body AS words, x.comment_id, c.thread_id, x.revision, x.confirmed_at
	FROM comment_translations x
	JOIN comments c ON c.id = x.comment_id` + joinRendered + ` `

// newestTongues are the translations that count: of a comment that has words, into another
// language than its own.
const newestTongues = `
	NOT c.deleted AND c.taken_down = '' AND x.lang <> c.lang AND x.withdrawn_at = 0
		AND x.no = (SELECT MAX(n.no) FROM comment_translations n WHERE n.comment_id = x.comment_id AND n.lang = x.lang AND n.withdrawn_at = 0)`

func (r tongueRow) translation() (thread.Translation, error) {
	x, err := r.open()
	author := func(id app.ID, name string) thread.Author { return thread.Author{Persona: id, Name: name} }
	return thread.Translation{
		ID: x.ID, Comment: r.Comment, Lang: x.Lang, No: x.No, Revision: r.Revision, Body: x.Words, By: author(x.By, x.Name), At: moment(x.At),
		Reviewer: author(x.Reviewer, x.ReviewerName), ReviewedAt: moment(x.ReviewedAt), ConfirmedAt: moment(r.ConfirmedAt),
		Withdrawer: author(x.Withdrawer, x.WithdrawnName), WithdrawnAt: moment(x.WithdrawnAt),
	}, err
}

// Languages implements thread.Store.
func (d ThreadStore) Languages(ctx context.Context, statement app.ID) ([]string, error) {
	languages, err := one[string](ctx, d.read, `
		SELECT g.languages FROM statements s JOIN working_groups g ON g.id = s.group_id WHERE s.id = $1`, statement)
	return strings.Fields(languages), err
}

// Translations implements thread.Store.
func (d ThreadStore) Translations(ctx context.Context, comment app.ID) ([]thread.Translation, error) {
	rows, err := all[tongueRow](ctx, d.read, selectTongues+` WHERE x.comment_id = $1 ORDER BY x.lang, x.no`, comment)
	if err != nil {
		return nil, err
	}
	return eachOrErr(rows, tongueRow.translation)
}

// withTranslations completes comments with the translations that count.
func (d ThreadStore) withTranslations(ctx context.Context, list []thread.Comment) error {
	at := make(map[app.ID]int, len(list))
	ids := make([]app.ID, len(list))
	for i, c := range list {
		ids[i], at[c.ID] = c.ID, i
	}
	params, args := listed(1, ids)
	rows, err := all[tongueRow](ctx, d.read, selectTongues+` WHERE x.comment_id IN (`+params+`) AND `+newestTongues+` ORDER BY x.comment_id, x.lang`, args...)
	if err != nil {
		return err
	}
	for _, row := range rows {
		t, err := row.translation()
		if err != nil {
			return err
		}
		of := &list[at[t.Comment]]
		of.Translations = append(of.Translations, t)
	}
	return nil
}

// firstRenderings are the translations that count of the comments that threads of a statement
// begin with, into one language, by comment.
func (d ThreadStore) firstRenderings(ctx context.Context, statement app.ID, lang string) (map[app.ID]thread.Translation, error) {
	found := map[app.ID]thread.Translation{}
	if lang == "" {
		return found, nil
	}
	rows, err := all[tongueRow](ctx, d.read, selectTongues+` JOIN threads t ON t.id = c.thread_id
		WHERE t.statement_id = $1 AND x.lang = $2 AND c.seq = (SELECT MIN(f.seq) FROM comments f WHERE f.thread_id = t.id) AND `+newestTongues, statement, lang)
	if err != nil {
		return nil, err
	}
	list, err := eachOrErr(rows, tongueRow.translation)
	for _, t := range list {
		found[t.Comment] = t
	}
	return found, err
}

// newestTongue is the translation of a comment into a language that counts; none has no id.
func (t *tx) newestTongue(ctx context.Context, comment app.ID, lang string) (tongueRow, error) {
	row, err := one[tongueRow](ctx, t, selectTongues+` WHERE x.comment_id = $1 AND x.lang = $2 AND `+newestTongues, comment, lang)
	if app.KindOf(err) == app.KindNotFound {
		return tongueRow{}, nil
	}
	return row, err
}

// Relabel implements thread.Store.
func (d ThreadStore) Relabel(ctx context.Context, act thread.Act) (int64, error) {
	return d.act(ctx, act, func(tx *tx, _ int64) error {
		kept, err := tx.run(ctx, `UPDATE comments SET lang = $1 WHERE id = $2 AND persona_id = $3 AND NOT deleted AND taken_down = ''`,
			act.Lang, act.Comment, act.By.Persona)
		if err := changed(kept, err, "comment.changed"); err != nil {
			return err
		}
		return tx.indexTongues(ctx, act)
	})
}

// Translate implements thread.Store. Whoever acts on the statement takes turns, so that of
// two who translate the same comment the second one finds another base.
func (d ThreadStore) Translate(ctx context.Context, act thread.Act, wish thread.NewTranslation) (int64, error) {
	return d.act(ctx, act, func(tx *tx, _ int64) error {
		if _, err := one[app.ID](ctx, tx, `SELECT id FROM comments WHERE id = $1 AND NOT deleted AND taken_down = ''`, act.Comment); err != nil {
			if app.KindOf(err) == app.KindNotFound {
				return app.Conflict("tongue.gone")
			}
			return err
		}
		newest, err := tx.newestTongue(ctx, act.Comment, wish.Lang)
		if err != nil {
			return err
		}
		if newest.ID != wish.Base {
			return app.Conflict("tongue.changed")
		}
		keyID, body := seal(wish.Body)
		made, err := tx.run(ctx, `
			INSERT INTO comment_translations (id, comment_id, lang, no, revision, body, key_id, persona_id, at)
			VALUES ($1, $2, $3, (SELECT COALESCE(MAX(no), 0) + 1 FROM comment_translations WHERE comment_id = $2 AND lang = $3), $4, $5, $6, $7, $8)
			ON CONFLICT (id) DO NOTHING`,
			wish.ID, act.Comment, wish.Lang, wish.Revision, body, keyID, act.By.Persona, millis(act.At))
		if err := changed(made, err, "id.taken"); err != nil {
			return err
		}
		return tx.indexTongue(ctx, act.Statement, act.Comment, wish.Lang)
	})
}

// Review implements thread.Store.
func (d ThreadStore) Review(ctx context.Context, act thread.Act, t thread.Translation, isAuthor bool) (int64, error) {
	return d.act(ctx, act, func(tx *tx, _ int64) error {
		newest, err := tx.newestTongue(ctx, act.Comment, t.Lang)
		if err != nil {
			return err
		}
		if newest.ID != t.ID {
			return app.Conflict("tongue.moved")
		}
		query := `UPDATE comment_translations SET reviewed_by = $1, reviewed_at = $2 WHERE id = $3 AND reviewed_by IS NULL`
		if isAuthor {
			query = `UPDATE comment_translations SET confirmed_at = $2 WHERE id = $3 AND confirmed_at = 0`
		}
		found, err := tx.run(ctx, query+` AND persona_id <> $1 AND revision = (SELECT c.revision FROM comments c WHERE c.id = comment_id)`,
			act.By.Persona, millis(act.At), t.ID)
		return changed(found, err, "tongue.moved")
	})
}

// Withdraw implements thread.Store.
func (d ThreadStore) Withdraw(ctx context.Context, act thread.Act, t thread.Translation) (int64, error) {
	seq, err := d.act(ctx, act, func(tx *tx, _ int64) error {
		gone, err := tx.run(ctx, `
			UPDATE comment_translations SET body = '', key_id = '', withdrawn_by = $1, withdrawn_at = $2
			WHERE comment_id = $3 AND lang = $4 AND persona_id = $5 AND withdrawn_at = 0`,
			act.By.Persona, millis(act.At), act.Comment, t.Lang, t.By.Persona)
		if err := changed(gone, err, "tongue.moved"); err != nil {
			return err
		}
		return tx.indexTongue(ctx, act.Statement, act.Comment, t.Lang)
	})
	if err == nil {
		d.dialect.wipe(ctx, d.writer.DB)
	}
	return seq, err
}

// hideTongues takes the words of all translations of a comment out of reach, if these are as
// many as were sealed.
func (t *tx) hideTongues(ctx context.Context, act thread.Act, sealed thread.Sealed) error {
	if err := t.unindexTongues(ctx, act.Statement, act.Comment); err != nil {
		return err
	}
	hidden, err := t.run(ctx, `UPDATE comment_translations SET body = '', key_id = '' WHERE comment_id = $1 AND body <> ''`, act.Comment)
	if err != nil {
		return err
	}
	if int(hidden) != sealed.Translated {
		return app.Conflict("comment.changed")
	}
	if sealed.Translations == nil {
		return nil
	}
	_, err = t.run(ctx, `INSERT INTO sealed_comment_translations (comment_id, sealed, key_id) VALUES ($1, $2, $3)`,
		act.Comment, sealed.Translations, thread.SealedKey)
	return err
}

// showTongues brings them back.
func (t *tx) showTongues(ctx context.Context, act thread.Act, bare map[app.ID]string) error {
	for id, words := range bare {
		keyID, body := seal(words)
		if _, err := t.run(ctx, `UPDATE comment_translations SET body = $1, key_id = $2 WHERE id = $3 AND comment_id = $4 AND withdrawn_at = 0`,
			body, keyID, id, act.Comment); err != nil {
			return err
		}
	}
	if _, err := t.run(ctx, `DELETE FROM sealed_comment_translations WHERE comment_id = $1`, act.Comment); err != nil {
		return err
	}
	return t.indexTongues(ctx, act)
}

// dropTongues destroys the translations of a comment, sealed ones too.
func (t *tx) dropTongues(ctx context.Context, act thread.Act) error {
	if err := t.unindexTongues(ctx, act.Statement, act.Comment); err != nil {
		return err
	}
	for _, query := range []string{`DELETE FROM comment_translations WHERE comment_id = $1`, `DELETE FROM sealed_comment_translations WHERE comment_id = $1`} {
		if _, err := t.run(ctx, query, act.Comment); err != nil {
			return err
		}
	}
	return nil
}

// tonguesOf are the languages that a comment was translated into.
func (t *tx) tonguesOf(ctx context.Context, comment app.ID) ([]string, error) {
	return all[string](ctx, t, `SELECT DISTINCT lang FROM comment_translations WHERE comment_id = $1 ORDER BY lang`, comment)
}

// indexTongue puts the translation that counts into the index, in the place of another.
func (t *tx) indexTongue(ctx context.Context, of, comment app.ID, lang string) error {
	row, err := t.newestTongue(ctx, comment, lang)
	if err != nil {
		return err
	}
	if row.ID == "" {
		return t.unindex(ctx, of, search.Rendering, tongueName(comment, lang))
	}
	text, err := row.indexed(of)
	if err != nil {
		return err
	}
	return t.indexOrNot(ctx, text)
}

// indexTongues does so in all languages: after a change of the comment's own others count.
func (t *tx) indexTongues(ctx context.Context, act thread.Act) error {
	languages, err := t.tonguesOf(ctx, act.Comment)
	for _, lang := range languages {
		if err := t.indexTongue(ctx, act.Statement, act.Comment, lang); err != nil {
			return err
		}
	}
	return err
}

func (t *tx) unindexTongues(ctx context.Context, of, comment app.ID) error {
	languages, err := t.tonguesOf(ctx, comment)
	for _, lang := range languages {
		if err := t.unindex(ctx, of, search.Rendering, tongueName(comment, lang)); err != nil {
			return err
		}
	}
	return err
}

// indexed names a translation by its language and comment.
func (r tongueRow) indexed(of app.ID) (indexed, error) {
	t, err := r.translation()
	return indexed{search.Rendering, of, tongueName(r.Comment, r.Lang), string(r.Thread), r.By, r.At, t.Body}, err
}

func tongueName(comment app.ID, lang string) string { return lang + ":" + string(comment) }
