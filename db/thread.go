package db

import (
	"context"
	"strings"

	"madang/app"
	"madang/app/prose"
	"madang/app/search"
	"madang/app/thread"
)

// ThreadStore implements thread.Store.
type ThreadStore struct{ *DB }

type threadRow struct {
	ID        app.ID `db:"id"`
	Statement app.ID `db:"statement_id"`
	Group     app.ID `db:"group_id"`
	Clause    string `db:"clause"`
	Amendment app.ID `db:"amendment_id"`
	No        int    `db:"amendment_no"`
	Open      bool   `db:"open"`
	OpenedBy  app.ID `db:"opened_by"`
	Name      string `db:"name"`
	NameKeyID string `db:"name_key_id"`
	CreatedAt int64  `db:"created_at"`
	SaidAt    int64  `db:"said_at"`
	LastSeq   int64  `db:"last_seq"`
	FirstID   app.ID `db:"first_id"`
	Revision  int    `db:"revision"`
	First     string `db:"body"`
	KeyID     string `db:"key_id"`
	Lang      string `db:"lang"`
	Comments  int    `db:"comments"`
	Unread    int    `db:"unread"`
}

// selectThreads is for the reader $1.
const selectThreads = `
	SELECT t.id, t.statement_id, s.group_id, t.clause, t.amendment_id, COALESCE(a.no, 0) AS amendment_no, t.open, t.opened_by, p.name, p.key_id AS name_key_id,
		t.created_at, t.said_at, t.last_seq, f.id AS first_id, f.revision, f.body, f.key_id, f.lang,
		(SELECT COUNT(*) FROM comments c WHERE c.thread_id = t.id AND NOT c.deleted) AS comments,
		(SELECT COUNT(*) FROM comments c WHERE c.thread_id = t.id AND NOT c.deleted
			AND c.persona_id <> $1 AND c.seq > COALESCE(r.up_to, 0)) AS unread
	FROM threads t
	JOIN statements s ON s.id = t.statement_id
	JOIN personas p ON p.id = t.opened_by
	JOIN comments f ON f.thread_id = t.id AND f.seq = (SELECT MIN(seq) FROM comments WHERE thread_id = t.id)
	LEFT JOIN amendments a ON a.id = t.amendment_id
	LEFT JOIN readings r ON r.thread_id = t.id AND r.persona_id = $1`

func (r threadRow) thread() (thread.Thread, error) {
	name, err := unseal(r.NameKeyID, r.Name)
	if err != nil {
		return thread.Thread{}, err
	}
	first, err := unseal(r.KeyID, r.First)
	return thread.Thread{
		ID: r.ID, Statement: r.Statement, Group: r.Group, Clause: r.Clause, Amendment: r.Amendment, AmendmentNo: r.No, Open: r.Open,
		OpenedBy: thread.Author{Persona: r.OpenedBy, Name: name}, CreatedAt: moment(r.CreatedAt), LastAt: moment(r.SaidAt),
		Comments: r.Comments, Unread: r.Unread, Excerpt: excerpt(first), Lang: known(r.Lang), Seq: r.LastSeq,
	}, err
}

// known is a language that a page can say of words.
func known(lang string) string {
	if lang == prose.Undetermined {
		return ""
	}
	return lang
}

// excerptLength is how much of its first comment a list shows of a thread, in
// characters.
const excerptLength = 200

// excerpt is how a text begins, in one line.
func excerpt(text string) string {
	line := []rune(strings.Join(strings.Fields(text), " "))
	if len(line) <= excerptLength {
		return string(line)
	}
	return string(line[:excerptLength-1]) + "…"
}

// StatementOf implements thread.Store.
func (d ThreadStore) StatementOf(ctx context.Context, id app.ID) (app.ID, error) {
	return one[app.ID](ctx, d.read, `SELECT statement_id FROM threads WHERE id = $1`, id)
}

// ThreadAbout implements thread.Store.
func (d ThreadStore) ThreadAbout(ctx context.Context, amendment app.ID) (app.ID, error) {
	return one[app.ID](ctx, d.read, `SELECT id FROM threads WHERE amendment_id = $1`, amendment)
}

// Thread implements thread.Store.
func (d ThreadStore) Thread(ctx context.Context, id, reader app.ID) (thread.Thread, error) {
	row, err := one[threadRow](ctx, d.read, selectThreads+` WHERE t.id = $2`, reader, id)
	if err != nil {
		return thread.Thread{}, err
	}
	found, err := row.thread()
	if err != nil {
		return thread.Thread{}, err
	}
	found.Settlements, err = d.settlements(ctx, id)
	return found, err
}

type settlementRow struct {
	Persona   app.ID `db:"persona_id"`
	Name      string `db:"name"`
	NameKeyID string `db:"name_key_id"`
	Open      bool   `db:"open"`
	Reason    string `db:"reason"`
	KeyID     string `db:"key_id"`
	At        int64  `db:"at"`
}

func (d ThreadStore) settlements(ctx context.Context, id app.ID) ([]thread.Settlement, error) {
	rows, err := all[settlementRow](ctx, d.read, `
		SELECT x.persona_id, p.name, p.key_id AS name_key_id, x.open, x.reason, x.key_id, x.at
		FROM settlements x JOIN personas p ON p.id = x.persona_id
		WHERE x.thread_id = $1 ORDER BY x.seq`, id)
	if err != nil {
		return nil, err
	}
	var list []thread.Settlement
	for _, row := range rows {
		name, err := unseal(row.NameKeyID, row.Name)
		if err != nil {
			return nil, err
		}
		reason, err := unseal(row.KeyID, row.Reason)
		if err != nil {
			return nil, err
		}
		list = append(list, thread.Settlement{
			By: thread.Author{Persona: row.Persona, Name: name}, Reason: reason, Open: row.Open, At: moment(row.At),
		})
	}
	return list, nil
}

// Threads implements thread.Store.
func (d ThreadStore) Threads(ctx context.Context, statement, reader app.ID, o thread.ListOptions) ([]thread.Thread, error) {
	query := selectThreads + ` WHERE t.statement_id = $2 AND ($3 = '' OR t.clause = $3
		OR EXISTS (SELECT 1 FROM thread_words w WHERE w.thread_id = t.id))`
	which, args := amongThreads(4, o.Among)
	query += which
	switch o.State {
	case thread.StateOpen:
		query += ` AND t.open`
	case thread.StateResolved:
		query += ` AND NOT t.open`
	}
	if o.Sort == thread.SortOldest {
		query += ` ORDER BY t.created_at, t.id`
	} else {
		query += ` ORDER BY t.said_seq DESC`
	}
	rows, err := all[threadRow](ctx, d.read, query, append([]any{reader, statement, o.Clause}, args...)...)
	if err != nil {
		return nil, err
	}
	renderings, err := d.firstRenderings(ctx, statement, o.Read)
	if err != nil {
		return nil, err
	}
	return eachOrErr(rows, func(row threadRow) (thread.Thread, error) {
		t, err := row.thread()
		if r, is := renderings[row.FirstID]; is {
			t.Excerpt, t.Lang, t.Translation = excerpt(r.Body), r.Lang, row.first().StateOf(r)
		}
		return t, err
	})
}

// amongThreads is the condition that a thread is among some, whose first parameter has a
// number; nil are all.
func amongThreads(first int, some []app.ID) (condition string, args []any) {
	if some == nil {
		return "", nil
	}
	params, args := listed(first, some)
	return ` AND t.id IN (` + params + `)`, args
}

// first is the first comment, as far as a list needs it.
func (r threadRow) first() thread.Comment {
	return thread.Comment{ID: r.FirstID, Author: thread.Author{Persona: r.OpenedBy}, Revision: r.Revision}
}

type commentRow struct {
	ID        app.ID              `db:"id"`
	Thread    app.ID              `db:"thread_id"`
	Parent    app.ID              `db:"parent_id"`
	Persona   app.ID              `db:"persona_id"`
	Name      string              `db:"name"`
	NameKeyID string              `db:"name_key_id"`
	Body      string              `db:"body"`
	KeyID     string              `db:"key_id"`
	Lang      string              `db:"lang"`
	Revision  int                 `db:"revision"`
	At        int64               `db:"at"`
	EditedAt  int64               `db:"edited_at"`
	Deleted   bool                `db:"deleted"`
	TakenDown thread.ReportReason `db:"taken_down"`
	Seq       int64               `db:"seq"`
	Unread    bool                `db:"unread"`
}

// selectComments is for the reader $1.
const selectComments = `
	SELECT c.id, c.thread_id, COALESCE(c.parent_id, '') AS parent_id, c.persona_id, p.name, p.key_id AS name_key_id,
		c.body, c.key_id, c.lang, c.revision, c.at, c.edited_at, c.deleted, c.taken_down, c.seq,
		(NOT c.deleted AND c.persona_id <> $1 AND c.seq > COALESCE(r.up_to, 0)) AS unread
	FROM comments c
	JOIN personas p ON p.id = c.persona_id
	LEFT JOIN readings r ON r.thread_id = c.thread_id AND r.persona_id = $1`

func (r commentRow) comment() (thread.Comment, error) {
	name, err := unseal(r.NameKeyID, r.Name)
	if err != nil {
		return thread.Comment{}, err
	}
	body, err := unseal(r.KeyID, r.Body)
	return thread.Comment{
		ID: r.ID, Thread: r.Thread, Parent: r.Parent, Author: thread.Author{Persona: r.Persona, Name: name}, Body: body, Lang: r.Lang,
		At: moment(r.At), EditedAt: moment(r.EditedAt), Revision: r.Revision, Deleted: r.Deleted, TakenDown: r.TakenDown, Seq: r.Seq, Unread: r.Unread,
	}, err
}

// Comment implements thread.Store.
func (d ThreadStore) Comment(ctx context.Context, id, reader app.ID) (thread.Comment, error) {
	row, err := one[commentRow](ctx, d.read, selectComments+` WHERE c.id = $2`, reader, id)
	if err != nil {
		return thread.Comment{}, err
	}
	found, err := row.comment()
	if err != nil {
		return thread.Comment{}, err
	}
	list := []thread.Comment{found}
	err = d.withTranslations(ctx, list)
	return list[0], err
}

// Comments implements thread.Store.
func (d ThreadStore) Comments(ctx context.Context, in, reader app.ID, after int64, limit int, newest bool) ([]thread.Comment, error) {
	page := ` WHERE c.thread_id = $2 AND c.seq > $3 ORDER BY c.seq LIMIT $4`
	if newest {
		page = ` WHERE c.thread_id = $2 AND ($3 = 0 OR c.seq < $3) ORDER BY c.seq DESC LIMIT $4`
	}
	// Scanned by hand: sqlx's way takes half as long again, and a page may hold 500
	// (BenchmarkCommentsOfALongThread).
	rows, err := d.read.QueryContext(ctx, selectComments+page, reader, in, after, limit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	list := make([]thread.Comment, 0, limit)
	for rows.Next() {
		var r commentRow
		if err := rows.Scan(&r.ID, &r.Thread, &r.Parent, &r.Persona, &r.Name, &r.NameKeyID,
			&r.Body, &r.KeyID, &r.Lang, &r.Revision, &r.At, &r.EditedAt, &r.Deleted, &r.TakenDown, &r.Seq, &r.Unread); err != nil {
			return nil, err
		}
		c, err := r.comment()
		if err != nil {
			return nil, err
		}
		list = append(list, c)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	return list, d.withTranslations(ctx, list)
}

// Revisions implements thread.Store.
func (d ThreadStore) Revisions(ctx context.Context, comment app.ID) ([]thread.Revision, error) {
	rows, err := all[struct {
		Body  string `db:"body"`
		KeyID string `db:"key_id"`
		At    int64  `db:"at"`
	}](ctx, d.read, `
		SELECT body, key_id, at FROM (
			SELECT revision, body, key_id, at FROM comment_revisions WHERE comment_id = $1
			UNION ALL
			SELECT revision, body, key_id, CASE WHEN edited_at = 0 THEN at ELSE edited_at END AS at
			FROM comments WHERE id = $1 AND NOT deleted AND taken_down = ''
		) AS wordings ORDER BY revision`, comment)
	if err != nil {
		return nil, err
	}
	var list []thread.Revision
	for _, row := range rows {
		body, err := unseal(row.KeyID, row.Body)
		if err != nil {
			return nil, err
		}
		list = append(list, thread.Revision{Body: body, At: moment(row.At)})
	}
	return list, nil
}

// Tallies implements thread.Store.
func (d ThreadStore) Tallies(ctx context.Context, statement, reader app.ID) ([]thread.Tally, error) {
	rows, err := all[struct {
		Thread   app.ID `db:"id"`
		Clause   string `db:"clause"`
		Open     bool   `db:"open"`
		Comments int    `db:"comments"`
		Unread   int    `db:"unread"`
	}](ctx, d.read, `
		SELECT t.id, t.clause, t.open, COUNT(c.id) AS comments,
			COUNT(c.id) FILTER (WHERE c.persona_id <> $1 AND c.seq > COALESCE(r.up_to, 0)) AS unread
		FROM threads t
		LEFT JOIN readings r ON r.thread_id = t.id AND r.persona_id = $1
		LEFT JOIN comments c ON c.thread_id = t.id AND NOT c.deleted
		WHERE t.statement_id = $2
		GROUP BY t.id, t.clause, t.open`, reader, statement)
	list := make([]thread.Tally, len(rows))
	for i, row := range rows {
		list[i] = thread.Tally(row)
	}
	return list, err
}

type activityRow struct {
	Seq       int64       `db:"seq"`
	Kind      thread.Kind `db:"kind"`
	Thread    app.ID      `db:"thread_id"`
	Comment   app.ID      `db:"comment_id"`
	Amendment app.ID      `db:"amendment_id"`
}

// Activities implements thread.Store.
func (d ThreadStore) Activities(ctx context.Context, statement app.ID, after int64) ([]thread.Activity, error) {
	rows, err := all[activityRow](ctx, d.read, `
		SELECT seq, kind, thread_id, comment_id, amendment_id FROM activity WHERE statement_id = $1 AND seq > $2 ORDER BY seq`, statement, after)
	return each(rows, func(r activityRow) thread.Activity { return thread.Activity(r) }), err
}

// Heads implements thread.Store.
func (d ThreadStore) Heads(ctx context.Context, statements []app.ID) (map[app.ID]int64, error) {
	heads := map[app.ID]int64{}
	if len(statements) == 0 {
		return heads, nil
	}
	params, args := listed(1, statements)
	rows, err := all[struct {
		ID  app.ID `db:"id"`
		Seq int64  `db:"activity_seq"`
	}](ctx, d.read, `SELECT id, activity_seq FROM statements WHERE id IN (`+params+`)`, args...)
	for _, row := range rows {
		heads[row.ID] = row.Seq
	}
	return heads, err
}

// act carries out one act: while its standing stands, under the next number of the
// statement's activity. Whoever acts on the same statement takes turns on that number.
func (d ThreadStore) act(ctx context.Context, act thread.Act, do func(tx *tx, seq int64) error) (seq int64, err error) {
	err = d.write(ctx, func(tx *tx) error {
		if err := tx.stand(ctx, act.By); err != nil {
			return err
		}
		if seq, err = tx.nextActivity(ctx, act.Statement); err != nil {
			return err
		}
		if err := do(tx, seq); err != nil {
			return err
		}
		if _, err := tx.run(ctx, `UPDATE threads SET last_seq = $1 WHERE id = $2`, seq, act.Thread); err != nil {
			return err
		}
		return tx.noteActivity(ctx, act.Statement, millis(act.At), activityRow{Seq: seq, Kind: act.Kind, Thread: act.Thread, Comment: act.Comment})
	})
	return seq, err
}

// nextActivity is the number of what happens next about a statement.
func (t *tx) nextActivity(ctx context.Context, of app.ID) (int64, error) {
	return one[int64](ctx, t, `UPDATE statements SET activity_seq = activity_seq + 1 WHERE id = $1 RETURNING activity_seq`, of)
}

func (t *tx) noteActivity(ctx context.Context, of app.ID, at int64, a activityRow) error {
	_, err := t.run(ctx, `
		INSERT INTO activity (statement_id, seq, kind, thread_id, comment_id, amendment_id, at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		of, a.Seq, a.Kind, a.Thread, a.Comment, a.Amendment, at)
	return err
}

// changed makes a conflict of a write that found things changed.
func changed(rows int64, err error, code string) error {
	if err == nil && rows == 0 {
		return app.Conflict(code)
	}
	return err
}

// Open implements thread.Store. An id that is taken is Conflict "id.taken".
func (d ThreadStore) Open(ctx context.Context, act thread.Act, clause string, on *prose.Anchor, body string) (int64, error) {
	return d.act(ctx, act, func(tx *tx, seq int64) error {
		made, err := tx.run(ctx, `
			INSERT INTO threads (id, statement_id, clause, amendment_id, open, opened_by, created_at, said_at, said_seq, last_seq)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $8, $8) ON CONFLICT DO NOTHING`,
			act.Thread, act.Statement, clause, act.Amendment, true, act.By.Persona, millis(act.At), seq)
		if err := changed(made, err, "id.taken"); err != nil {
			return err
		}
		if on != nil {
			if err := tx.attach(ctx, act, *on, seq); err != nil {
				return err
			}
		}
		return tx.comment(ctx, act, "", body, seq)
	})
}

// Post implements thread.Store. An id that is taken is Conflict "id.taken".
func (d ThreadStore) Post(ctx context.Context, act thread.Act, parent app.ID, body string) (int64, error) {
	return d.act(ctx, act, func(tx *tx, seq int64) error {
		said, err := tx.run(ctx, `
			UPDATE threads SET said_at = $1, said_seq = $2 WHERE id = $3 AND statement_id = $4 AND open`,
			millis(act.At), seq, act.Thread, act.Statement)
		if err := changed(said, err, "thread.resolved"); err != nil {
			return err
		}
		return tx.comment(ctx, act, parent, body, seq)
	})
}

func (t *tx) comment(ctx context.Context, act thread.Act, parent app.ID, body string, seq int64) error {
	keyID, stored := seal(body)
	made, err := t.run(ctx, `
		INSERT INTO comments (id, thread_id, parent_id, persona_id, body, key_id, lang, at, seq)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (id) DO NOTHING`,
		act.Comment, act.Thread, orNull(parent), act.By.Persona, stored, keyID, act.Lang, millis(act.At), seq)
	if err := changed(made, err, "id.taken"); err != nil {
		return err
	}
	return t.index(ctx, indexed{search.Comment, act.Statement, string(act.Comment), string(act.Thread), act.By.Persona, millis(act.At), body})
}

// Revise implements thread.Store.
func (d ThreadStore) Revise(ctx context.Context, act thread.Act, body string, revision int) (int64, error) {
	return d.act(ctx, act, func(tx *tx, _ int64) error {
		const isThat = ` WHERE id = $1 AND revision = $2 AND persona_id = $3 AND NOT deleted AND taken_down = ''`
		kept, err := tx.run(ctx, `
			INSERT INTO comment_revisions (comment_id, revision, body, key_id, at)
			SELECT id, revision, body, key_id, CASE WHEN edited_at = 0 THEN at ELSE edited_at END
			FROM comments`+isThat, act.Comment, revision, act.By.Persona)
		if err := changed(kept, err, "comment.changed"); err != nil {
			return err
		}
		keyID, stored := seal(body)
		_, err = tx.run(ctx, `
			UPDATE comments SET body = $4, key_id = $5, lang = $6, edited_at = $7, revision = revision + 1`+isThat,
			act.Comment, revision, act.By.Persona, stored, keyID, act.Lang, millis(act.At))
		if err != nil {
			return err
		}
		if err := tx.indexTongues(ctx, act); err != nil {
			return err
		}
		return tx.index(ctx, indexed{search.Comment, act.Statement, string(act.Comment), string(act.Thread), act.By.Persona, millis(act.At), body})
	})
}

// Delete implements thread.Store.
func (d ThreadStore) Delete(ctx context.Context, act thread.Act) (int64, error) {
	return d.act(ctx, act, func(tx *tx, _ int64) error {
		gone, err := tx.run(ctx, `
			UPDATE comments SET body = '', key_id = '', deleted = $1 WHERE id = $2 AND persona_id = $3 AND NOT deleted`,
			true, act.Comment, act.By.Persona)
		if err := changed(gone, err, "comment.changed"); err != nil {
			return err
		}
		for _, query := range []string{`DELETE FROM comment_revisions WHERE comment_id = $1`, `DELETE FROM sealed_comments WHERE comment_id = $1`} {
			if _, err := tx.run(ctx, query, act.Comment); err != nil {
				return err
			}
		}
		if err := tx.dropTongues(ctx, act); err != nil {
			return err
		}
		return tx.unindex(ctx, act.Statement, search.Comment, string(act.Comment))
	})
}

// Settle implements thread.Store.
func (d ThreadStore) Settle(ctx context.Context, act thread.Act, reason string) (int64, error) {
	opens, code := act.Kind == thread.Reopened, "thread.resolved"
	if opens {
		code = "thread.open"
	}
	return d.act(ctx, act, func(tx *tx, seq int64) error {
		settled, err := tx.run(ctx, `UPDATE threads SET open = $1 WHERE id = $2 AND open <> $1`, opens, act.Thread)
		if err := changed(settled, err, code); err != nil {
			return err
		}
		keyID, stored := seal(reason)
		_, err = tx.run(ctx, `
			INSERT INTO settlements (thread_id, seq, persona_id, open, reason, key_id, at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
			act.Thread, seq, act.By.Persona, opens, stored, keyID, millis(act.At))
		if err != nil {
			return err
		}
		return tx.indexOrNot(ctx, settlementText(act.Statement, act.Thread, seq, act.By.Persona, millis(act.At), reason))
	})
}

// MarkRead implements thread.Store.
func (d ThreadStore) MarkRead(ctx context.Context, in, reader app.ID, upTo int64) error {
	return d.write(ctx, func(tx *tx) error {
		_, err := tx.run(ctx, `
			INSERT INTO readings (thread_id, persona_id, up_to) VALUES ($1, $2, $3)
			ON CONFLICT (thread_id, persona_id) DO UPDATE SET up_to = excluded.up_to WHERE readings.up_to < excluded.up_to`,
			in, reader, upTo)
		return err
	})
}
