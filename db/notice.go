package db

import (
	"context"
	"slices"

	"madang/app"
	"madang/app/notice"
)

// NoticeStore implements notice.Store.
type NoticeStore struct{ *DB }

// followed begins a query with readers, those of the given personas that may read now,
// and followed, what each of them follows and since when. A choice goes before what is
// followed without one. Arguments of the query itself come first.
func followed(personas []app.ID, args ...any) (query string, values []any) {
	observer, values := listed(len(args)+1, []app.Role{app.RoleObserver})
	values = append(args, values...)
	readers, more := listed(len(values)+1, personas)
	values = append(values, more...)
	roles, more := listed(len(values)+1, app.RolesWith(app.Read))
	values = append(values, more...)
	return `
		WITH readers AS (
			SELECT m.persona_id FROM memberships m JOIN working_groups w ON w.id = m.group_id
			WHERE m.persona_id IN (` + readers + `) AND m.ended_at = 0 AND (m.role IN (` + roles + `) OR m.role = ` + observer + ` AND w.observers_read)
		), unchosen AS (
			SELECT r.persona_id, s.id AS statement_id, 'statement' AS kind, '' AS part, 0 AS since
			FROM readers r JOIN statements s ON s.created_by = r.persona_id
			UNION ALL
			SELECT r.persona_id, t.statement_id, 'thread' AS kind, t.id AS part, MIN(c.seq) AS since
			FROM readers r JOIN comments c ON c.persona_id = r.persona_id JOIN threads t ON t.id = c.thread_id
			GROUP BY r.persona_id, t.statement_id, t.id
			UNION ALL
			SELECT r.persona_id, a.statement_id, 'amendment' AS kind, a.id AS part, 0 AS since
			FROM readers r JOIN amendment_authors x ON x.persona_id = r.persona_id JOIN amendments a ON a.id = x.amendment_id
		), followed AS (
			SELECT f.persona_id, f.statement_id, f.kind, f.part, f.since
			FROM readers r JOIN follows f ON f.persona_id = r.persona_id WHERE f.is_on
			UNION ALL
			SELECT u.persona_id, u.statement_id, u.kind, u.part, u.since FROM unchosen u
			WHERE NOT EXISTS (SELECT 1 FROM follows f
				WHERE f.persona_id = u.persona_id AND f.statement_id = u.statement_id AND f.kind = u.kind AND f.part = u.part)
		)`, values
}

// byOthers says of an activity a that whoever follows it, f, didn't do it: what each kind is
// about tells who did. That somebody's own comment was translated is news to them, as long as
// the translation stands, unless they made it.
const byOthers = `
				AND NOT EXISTS (SELECT 1 FROM comments c WHERE c.id = a.comment_id AND (c.deleted OR c.persona_id = f.persona_id AND a.kind <> 'translated'))
				AND (a.kind <> 'translated' OR EXISTS (SELECT 1 FROM comments c JOIN comment_translations x ON x.comment_id = c.id
					WHERE c.id = a.comment_id AND c.persona_id = f.persona_id AND c.taken_down = '' AND x.at = a.at AND x.persona_id <> f.persona_id AND x.withdrawn_at = 0))
				AND NOT EXISTS (SELECT 1 FROM docket_reports r JOIN dockets d ON d.id = r.docket_id
					WHERE a.kind = 'report' AND d.statement_id = a.statement_id AND r.at = a.at AND r.persona_id = f.persona_id)
				AND NOT EXISTS (SELECT 1 FROM settlements x WHERE x.thread_id = a.thread_id AND x.seq = a.seq AND x.persona_id = f.persona_id)
				AND NOT EXISTS (SELECT 1 FROM amendment_steps x
					WHERE x.amendment_id = a.amendment_id AND x.state = a.kind AND x.at = a.at AND x.persona_id = f.persona_id)
				AND NOT EXISTS (SELECT 1 FROM amendment_authors x
					WHERE a.kind = 'signed' AND x.amendment_id = a.amendment_id AND x.signed_at = a.at AND x.persona_id = f.persona_id)
				AND NOT EXISTS (SELECT 1 FROM amendment_wordings w JOIN amendment_steps x ON x.amendment_id = w.adopted_id AND x.at = w.at
					WHERE a.kind = 'reworded' AND w.amendment_id = a.amendment_id AND w.at = a.at AND x.persona_id = f.persona_id)`

// isFollowed says of what happened, h, that it is about what it was found by following, and
// isUnfollowed that the same person wants to hear no more of something that it is about.
const (
	isFollowed = `(h.of_kind IN ('statement', 'group') OR h.of_kind = 'thread' AND h.part = h.thread_id OR h.of_kind = 'docket' AND h.part = h.docket_id
					OR h.of_kind = 'amendment' AND (h.part = h.amendment_id OR EXISTS (
						SELECT 1 FROM amendments x WHERE x.id = h.amendment_id AND x.parent_id = h.part))
					OR h.of_kind = 'clause' AND (h.part = h.clause OR EXISTS (
						SELECT 1 FROM amendment_proposals p WHERE p.amendment_id = h.amendment_id AND p.cid = h.part)))`
	isUnfollowed = `EXISTS (SELECT 1 FROM follows f WHERE f.persona_id = h.persona_id AND f.statement_id = h.statement_id AND NOT f.is_on
					AND (f.kind = 'docket' AND f.part = h.docket_id OR f.kind = 'thread' AND f.part = h.thread_id OR f.kind = 'amendment' AND f.part = h.amendment_id
						OR f.kind = 'clause' AND f.part = h.clause AND h.clause <> ''))`
)

// news goes on with all that there is to tell: what happened in what is followed, except
// by the reader, and except in what they want to hear no more of. What was said in the
// thread about an amendment is news of that amendment, and whoever follows an amendment
// hears of those that amend it. What is done with their group everybody is told.
func news(personas []app.ID, args ...any) (query string, values []any) {
	query, values = followed(personas, args...)
	events, more := listed(len(values)+1, append(slices.Clone(notice.Events), notice.Reported))
	return query + `, happened AS (
			SELECT f.persona_id, f.kind AS of_kind, f.part, a.statement_id, a.seq, a.kind, a.thread_id, a.comment_id, a.at,
				CASE WHEN a.amendment_id <> '' THEN a.amendment_id ELSE COALESCE(t.amendment_id, '') END AS amendment_id,
				COALESCE(t.clause, '') AS clause,
				COALESCE((SELECT MIN(r.docket_id) FROM docket_reports r JOIN dockets d ON d.id = r.docket_id
					WHERE a.kind = 'report' AND d.statement_id = a.statement_id AND r.at = a.at), '') AS docket_id
			FROM followed f JOIN activity a ON a.statement_id = f.statement_id AND a.seq > f.since
			LEFT JOIN threads t ON t.id = a.thread_id
			WHERE a.kind IN (` + events + `)` + byOthers + `
			UNION ALL
			SELECT r.persona_id, 'group', '', x.statement_id, x.seq, x.kind, '', '', x.at, '', '', ''
			FROM readers r JOIN memberships m ON m.persona_id = r.persona_id JOIN group_acts x ON x.group_id = m.group_id
			WHERE x.statement_id <> '' AND x.persona_id <> r.persona_id AND x.at >= m.since
		), news AS (
			SELECT DISTINCT h.persona_id, h.statement_id, h.seq, h.kind, h.thread_id, h.comment_id, h.amendment_id, h.docket_id, h.at,
				h.seq > COALESCE(m.up_to, 0) AND h.seq > COALESCE(r.up_to, 0)
					AND NOT EXISTS (SELECT 1 FROM notice_readings x
						WHERE x.persona_id = h.persona_id AND x.statement_id = h.statement_id AND x.seq = h.seq) AS unread
			FROM happened h
			LEFT JOIN notice_marks m ON m.persona_id = h.persona_id AND m.statement_id = h.statement_id
			LEFT JOIN readings r ON r.persona_id = h.persona_id AND r.thread_id = h.thread_id
			WHERE ` + isFollowed + ` AND NOT ` + isUnfollowed + `
		)`, append(values, more...)
}

type noticeRow struct {
	Statement app.ID `db:"statement_id"`
	Title     string `db:"title"`
	KeyID     string `db:"key_id"`
	Lang      string `db:"lang"`
	Seq       int64  `db:"seq"`
	Kind      string `db:"kind"`
	Thread    app.ID `db:"thread_id"`
	Comment   app.ID `db:"comment_id"`
	Amendment app.ID `db:"amendment_id"`
	No        int    `db:"amendment_no"`
	Docket    app.ID `db:"docket_id"`
	Group     app.ID `db:"group_id"`
	GroupName string `db:"group_name"`
	At        int64  `db:"at"`
	Unread    bool   `db:"unread"`
}

// Notices implements notice.Store.
func (d NoticeStore) Notices(ctx context.Context, readers []app.ID, after notice.Place, limit int) ([]notice.Notice, error) {
	if len(readers) == 0 {
		return nil, nil
	}
	query, args := news(readers, after.At, after.Statement, after.Seq, limit)
	rows, err := all[noticeRow](ctx, d.read, query+`
		SELECT n.statement_id, s.title, s.key_id, s.lang, n.seq, n.kind, n.thread_id, n.comment_id, n.amendment_id, COALESCE(a.no, 0) AS amendment_no, n.docket_id, n.at, n.unread,
			COALESCE(w.id, '') AS group_id, COALESCE(w.name, '') AS group_name
		FROM news n JOIN statements s ON s.id = n.statement_id LEFT JOIN amendments a ON a.id = n.amendment_id
		LEFT JOIN group_acts x ON x.statement_id = n.statement_id AND x.seq = n.seq LEFT JOIN working_groups w ON w.id = x.group_id
		WHERE n.at < $1 OR n.at = $1 AND (n.statement_id < $2 OR n.statement_id = $2 AND n.seq < $3)
		ORDER BY n.at DESC, n.statement_id DESC, n.seq DESC LIMIT $4`, args...)
	if err != nil {
		return nil, err
	}
	list := make([]notice.Notice, len(rows))
	for i, r := range rows {
		title, err := unseal(r.KeyID, r.Title)
		if err != nil {
			return nil, err
		}
		list[i] = notice.Notice{
			Statement: r.Statement, Title: title, Lang: r.Lang, Seq: r.Seq, Event: r.Kind, Thread: r.Thread, Comment: r.Comment,
			Amendment: r.Amendment, No: r.No, Docket: r.Docket, Group: r.Group, At: moment(r.At), IsUnread: r.Unread,
		}
		if r.Group != "" {
			list[i].Title, list[i].Lang = r.GroupName, ""
		}
	}
	return list, nil
}

// Unread implements notice.Store.
func (d NoticeStore) Unread(ctx context.Context, readers []app.ID, limit int) (map[app.ID]int, error) {
	counts := map[app.ID]int{}
	if len(readers) == 0 {
		return counts, nil
	}
	query, args := news(readers, limit)
	rows, err := all[struct {
		Statement app.ID `db:"statement_id"`
		Count     int    `db:"unread"`
	}](ctx, d.read, query+`
		SELECT u.statement_id, COUNT(*) AS unread FROM (SELECT n.statement_id FROM news n WHERE n.unread LIMIT $1) u
		GROUP BY u.statement_id`, args...)
	for _, row := range rows {
		counts[row.Statement] = row.Count
	}
	return counts, err
}

type followRow struct {
	Statement app.ID      `db:"statement_id"`
	Kind      notice.Kind `db:"kind"`
	Part      string      `db:"part"`
	Title     string      `db:"title"`
	KeyID     string      `db:"key_id"`
	Lang      string      `db:"lang"`
	No        int         `db:"amendment_no"`
}

// Follows implements notice.Store.
func (d NoticeStore) Follows(ctx context.Context, readers []app.ID) ([]notice.Follow, error) {
	if len(readers) == 0 {
		return nil, nil
	}
	query, args := followed(readers)
	rows, err := all[followRow](ctx, d.read, query+`
		SELECT f.statement_id, f.kind, f.part, s.title, s.key_id, s.lang, COALESCE(a.no, 0) AS amendment_no
		FROM followed f JOIN statements s ON s.id = f.statement_id
		LEFT JOIN amendments a ON f.kind = 'amendment' AND a.id = f.part
		ORDER BY f.statement_id DESC, f.kind, f.part`, args...)
	if err != nil {
		return nil, err
	}
	list := make([]notice.Follow, len(rows))
	for i, r := range rows {
		title, err := unseal(r.KeyID, r.Title)
		if err != nil {
			return nil, err
		}
		list[i] = notice.Follow{Target: notice.Target{Statement: r.Statement, Kind: r.Kind, Part: r.Part}, Title: title, Lang: r.Lang, No: r.No}
	}
	return list, nil
}

// IsFollowed implements notice.Store.
func (d NoticeStore) IsFollowed(ctx context.Context, persona app.ID, t notice.Target) (bool, error) {
	query, args := followed([]app.ID{persona}, t.Statement, t.Kind, t.Part)
	count, err := one[int](ctx, d.read, query+`
		SELECT COUNT(*) FROM followed WHERE statement_id = $1 AND kind = $2 AND part = $3`, args...)
	return count > 0, err
}

// Has implements notice.Store.
func (d NoticeStore) Has(ctx context.Context, persona app.ID, t notice.Target) (bool, error) {
	query, args := `SELECT COUNT(*) FROM threads WHERE id = $1 AND statement_id = $2`, []any{t.Part, t.Statement}
	if t.Kind == notice.Docket {
		query = `SELECT COUNT(*) FROM dockets WHERE id = $1 AND statement_id = $2`
	}
	if t.Kind == notice.Amendment {
		query = `SELECT COUNT(*) FROM amendments a WHERE a.id = $1 AND a.statement_id = $2
			AND (a.no > 0 OR EXISTS (SELECT 1 FROM amendment_authors x WHERE x.amendment_id = a.id AND x.persona_id = $3))`
		args = append(args, persona)
	}
	count, err := one[int](ctx, d.read, query, args...)
	return count > 0, err
}

// Choose implements notice.Store. Whoever follows already goes on from where they began.
func (d NoticeStore) Choose(ctx context.Context, by app.Standing, t notice.Target, follow bool) error {
	return d.write(ctx, func(tx *tx) error {
		if err := tx.stand(ctx, by); err != nil {
			return err
		}
		_, err := tx.run(ctx, `
			INSERT INTO follows (persona_id, statement_id, kind, part, is_on, since)
			SELECT $1, s.id, $3, $4, $5, s.activity_seq FROM statements s WHERE s.id = $2
			ON CONFLICT (persona_id, statement_id, kind, part) DO UPDATE SET is_on = excluded.is_on, since = excluded.since
			WHERE follows.is_on <> excluded.is_on`, by.Persona, t.Statement, t.Kind, t.Part, follow)
		return err
	})
}

// MarkRead implements notice.Store. What hasn't happened yet can't be marked.
func (d NoticeStore) MarkRead(ctx context.Context, by app.Standing, statement app.ID, seq int64, all bool) error {
	return d.write(ctx, func(tx *tx) error {
		if err := tx.stand(ctx, by); err != nil {
			return err
		}
		if !all {
			_, err := tx.run(ctx, `
				INSERT INTO notice_readings (persona_id, statement_id, seq)
				SELECT $1, a.statement_id, a.seq FROM activity a WHERE a.statement_id = $2 AND a.seq = $3
				ON CONFLICT DO NOTHING`, by.Persona, statement, seq)
			return err
		}
		_, err := tx.run(ctx, `
			INSERT INTO notice_marks (persona_id, statement_id, up_to)
			SELECT $1, s.id, CASE WHEN s.activity_seq < $3 THEN s.activity_seq ELSE $3 END FROM statements s WHERE s.id = $2
			ON CONFLICT (persona_id, statement_id) DO UPDATE SET up_to = excluded.up_to WHERE notice_marks.up_to < excluded.up_to`,
			by.Persona, statement, seq)
		if err != nil {
			return err
		}
		_, err = tx.run(ctx, `DELETE FROM notice_readings WHERE persona_id = $1 AND statement_id = $2 AND seq <= $3`, by.Persona, statement, seq)
		return err
	})
}
