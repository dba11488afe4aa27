package db

import (
	"context"
	"strconv"
	"strings"

	"madang/app"
	"madang/app/prose"
	"madang/app/search"
	"madang/app/statement"
)

// What people said is put into the index as it is written, in the same transaction, and
// from the tables when an index is made anew. Both go through the functions here that
// say how a text is indexed.

// IndexSaid implements search.Store.
func (d SearchStore) IndexSaid(ctx context.Context, c search.Claim, kind search.Kind, after int64, limit int) (next int64, err error) {
	err = d.step(ctx, c, func(tx *tx) error {
		var texts []indexed
		if texts, next, err = tx.said(ctx, kind, c.Statement, after, limit); err != nil {
			return err
		}
		for _, x := range texts {
			if err := tx.index(ctx, x); err != nil {
				return err
			}
		}
		return nil
	})
	return next, err
}

// said lists texts of a kind. The cursor of comments is the number of the last one; that
// of the others counts them, which nothing takes away.
func (t *tx) said(ctx context.Context, kind search.Kind, of app.ID, after int64, limit int) (texts []indexed, next int64, err error) {
	switch kind {
	case search.Statement:
		texts, err = t.saidTitle(ctx, of)
		return texts, 0, err
	case search.Comment:
		return t.saidComments(ctx, of, after, limit)
	case search.Version:
		texts, next, err = saidOf(ctx, t, selectVersions+` WHERE v.statement_id = $1 ORDER BY v.no`, of, after, limit, versionRow.indexed)
	case search.Note:
		texts, next, err = saidOf(ctx, t, selectNotes+newestNotes+` ORDER BY n.cid`, of, after, limit,
			func(r noteRow) (indexed, error) { return r.indexed(of) })
	case search.Translation:
		texts, next, err = saidOf(ctx, t, selectTranslations+newestTranslations+` ORDER BY t.lang, t.cid`, of, after, limit,
			func(r translationRow) (indexed, error) { return r.indexed(of) })
	case search.NoteRendering:
		texts, next, err = saidOf(ctx, t, selectNoteTongues+newestNoteTongues+` ORDER BY x.cid, x.lang`, of, after, limit,
			func(r noteTongueRow) (indexed, error) { return r.indexed(of) })
	case search.Amendment:
		texts, next, err = saidOf(ctx, t, selectTabled+` WHERE a.statement_id = $1 AND a.no > 0 ORDER BY a.no`, of, after, limit,
			func(r tabledRow) (indexed, error) { return t.tabled(ctx, r) })
	case search.Rendering:
		texts, next, err = saidOf(ctx, t, selectTongues+` JOIN threads h ON h.id = c.thread_id WHERE h.statement_id = $1 AND `+newestTongues+` ORDER BY x.comment_id, x.lang`, of, after, limit,
			func(r tongueRow) (indexed, error) { return r.indexed(of) })
	case search.Settlement:
		texts, next, err = saidOf(ctx, t, selectSettled+` WHERE t.statement_id = $1 ORDER BY x.thread_id, x.seq`, of, after, limit,
			func(r settledRow) (indexed, error) { return r.indexed(of) })
	}
	return texts, next, err
}

// saidOf reads a page of rows, and makes of each what is indexed.
func saidOf[R any](ctx context.Context, t *tx, query string, of app.ID, after int64, limit int, text func(R) (indexed, error)) (texts []indexed, next int64, err error) {
	rows, err := all[R](ctx, t, query+` LIMIT $2 OFFSET $3`, of, limit, after)
	if err != nil {
		return nil, 0, err
	}
	for _, row := range rows {
		x, err := text(row)
		if err != nil {
			return nil, 0, err
		}
		if x.body != "" {
			texts = append(texts, x)
		}
	}
	if len(rows) == limit {
		next = after + int64(limit)
	}
	return texts, next, nil
}

func (t *tx) saidTitle(ctx context.Context, of app.ID) ([]indexed, error) {
	row, err := one[statementRow](ctx, t, selectStatements+` WHERE id = $1`, of)
	if err != nil {
		return nil, err
	}
	found, err := row.statement()
	return []indexed{titleOf(found)}, err
}

type commentTextRow struct {
	ID      app.ID `db:"id"`
	Thread  app.ID `db:"thread_id"`
	Persona app.ID `db:"persona_id"`
	Body    string `db:"body"`
	KeyID   string `db:"key_id"`
	At      int64  `db:"at"`
	Seq     int64  `db:"seq"`
}

func (t *tx) saidComments(ctx context.Context, of app.ID, after int64, limit int) (texts []indexed, next int64, err error) {
	rows, err := all[commentTextRow](ctx, t, `
		SELECT c.id, c.thread_id, c.persona_id, c.body, c.key_id, c.at, c.seq FROM comments c JOIN threads t ON t.id = c.thread_id
		WHERE t.statement_id = $1 AND c.seq > $2 AND NOT c.deleted ORDER BY c.seq LIMIT $3`, of, after, limit)
	if err != nil {
		return nil, 0, err
	}
	for _, row := range rows {
		body, err := unseal(row.KeyID, row.Body)
		if err != nil {
			return nil, 0, err
		}
		texts = append(texts, indexed{search.Comment, of, string(row.ID), string(row.Thread), row.Persona, row.At, body})
	}
	if len(rows) == limit {
		next = rows[limit-1].Seq
	}
	return texts, next, nil
}

// indexed is what was said about a version.
func (r versionRow) indexed() (indexed, error) {
	v, err := r.version()
	return versionText(v), err
}

func versionText(v statement.Version) indexed {
	said := strings.TrimSpace(v.Label + "\n" + v.Changelog)
	return indexed{search.Version, v.Statement, string(v.ID), strconv.Itoa(v.No), v.By, millis(v.At), said}
}

func (r noteRow) indexed(of app.ID) (indexed, error) {
	n, err := r.note()
	return noteText(of, n), err
}

// noteText names a note by its clause: a newer one takes its place.
func noteText(of app.ID, n statement.Note) indexed {
	return indexed{search.Note, of, n.CID, "", n.By, millis(n.At), n.Words}
}

func (r translationRow) indexed(of app.ID) (indexed, error) {
	t, err := r.translation()
	return translationText(of, t), err
}

// translationText names a translation by its language and clause.
func translationText(of app.ID, t statement.Translation) indexed {
	return indexed{search.Translation, of, t.Lang + ":" + t.CID, t.CID, t.By, millis(t.At), t.Words}
}

// tabledRow is an amendment that others may read.
type tabledRow struct {
	ID        app.ID `db:"id"`
	Statement app.ID `db:"statement_id"`
	No        int    `db:"no"`
	Reason    string `db:"reason"`
	KeyID     string `db:"key_id"`
	At        int64  `db:"created_at"`
	By        app.ID `db:"persona_id"`
}

const selectTabled = `
	SELECT a.id, a.statement_id, a.no, a.reason, a.key_id, a.created_at, s.persona_id
	FROM amendments a JOIN amendment_authors s ON s.amendment_id = a.id AND s.is_first`

// tabled reads what an amendment proposes, and why.
func (t *tx) tabled(ctx context.Context, r tabledRow) (indexed, error) {
	reason, err := unseal(r.KeyID, r.Reason)
	if err != nil {
		return indexed{}, err
	}
	said := []string{reason}
	rows, err := all[proposalRow](ctx, t, `
		SELECT amendment_id, kind, cid, after, node, clause_kind, level, base, text, key_id FROM amendment_proposals WHERE amendment_id = $1 ORDER BY place`, r.ID)
	if err != nil {
		return indexed{}, err
	}
	for _, row := range rows {
		if row.Kind != prose.ProposeText && row.Kind != prose.ProposeClause {
			continue
		}
		text, err := unseal(row.KeyID, row.Text)
		if err != nil {
			return indexed{}, err
		}
		said = append(said, text)
	}
	return indexed{search.Amendment, r.Statement, string(r.ID), strconv.Itoa(r.No), r.By, r.At, strings.TrimSpace(strings.Join(said, "\n"))}, nil
}

// indexTabled makes an amendment searchable as soon as others may read it.
func (t *tx) indexTabled(ctx context.Context, id app.ID) error {
	row, err := one[tabledRow](ctx, t, selectTabled+` WHERE a.id = $1`, id)
	if err != nil {
		return err
	}
	text, err := t.tabled(ctx, row)
	if err != nil {
		return err
	}
	return t.indexOrNot(ctx, text)
}

type settledRow struct {
	Thread  app.ID `db:"thread_id"`
	Seq     int64  `db:"seq"`
	Persona app.ID `db:"persona_id"`
	Reason  string `db:"reason"`
	KeyID   string `db:"key_id"`
	At      int64  `db:"at"`
}

const selectSettled = `
	SELECT x.thread_id, x.seq, x.persona_id, x.reason, x.key_id, x.at FROM settlements x JOIN threads t ON t.id = x.thread_id`

func (r settledRow) indexed(of app.ID) (indexed, error) {
	reason, err := unseal(r.KeyID, r.Reason)
	return settlementText(of, r.Thread, r.Seq, r.Persona, r.At, reason), err
}

// settlementText names a settlement by its thread and its number of activity.
func settlementText(of, in app.ID, seq int64, by app.ID, at int64, reason string) indexed {
	return indexed{search.Settlement, of, string(in) + ":" + strconv.FormatInt(seq, 10), string(in), by, at, reason}
}

// indexOrNot puts a text into the index, or takes out the one before if it has no words.
func (t *tx) indexOrNot(ctx context.Context, x indexed) error {
	if x.body == "" {
		return t.unindex(ctx, x.statement, x.kind, x.id)
	}
	return t.index(ctx, x)
}
