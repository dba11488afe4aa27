package db

import (
	"context"

	"madang/app"
	"madang/app/notice"
)

type visitRow struct {
	LastAt       int64 `db:"last_at"`
	LastEpoch    int64 `db:"last_epoch"`
	LastSeq      int64 `db:"last_seq"`
	LastActivity int64 `db:"last_activity"`
	LastVersion  int   `db:"last_version"`
	NowAt        int64 `db:"now_at"`
	NowEpoch     int64 `db:"now_epoch"`
	NowSeq       int64 `db:"now_seq"`
	NowActivity  int64 `db:"now_activity"`
	NowVersion   int   `db:"now_version"`
	Newest       int   `db:"newest"`
}

// Visit implements notice.VisitStore.
func (d NoticeStore) Visit(ctx context.Context, persona, statement app.ID) (notice.Visit, int, error) {
	r, err := one[visitRow](ctx, d.read, `
		SELECT COALESCE(v.last_at, 0) AS last_at, COALESCE(v.last_epoch, 0) AS last_epoch, COALESCE(v.last_seq, 0) AS last_seq,
			COALESCE(v.last_activity, 0) AS last_activity, COALESCE(v.last_version, 0) AS last_version,
			COALESCE(v.now_at, 0) AS now_at, COALESCE(v.now_epoch, 0) AS now_epoch, COALESCE(v.now_seq, 0) AS now_seq,
			COALESCE(v.now_activity, 0) AS now_activity, COALESCE(v.now_version, 0) AS now_version,
			(SELECT COALESCE(MAX(x.no), 0) FROM versions x WHERE x.statement_id = s.id) AS newest
		FROM statements s LEFT JOIN visits v ON v.statement_id = s.id AND v.persona_id = $1 WHERE s.id = $2`, persona, statement)
	return notice.Visit{
		Last: notice.Mark{At: moment(r.LastAt), Head: app.LiveHead{Epoch: r.LastEpoch, Seq: r.LastSeq}, Activity: r.LastActivity, Version: r.LastVersion},
		Now:  notice.Mark{At: moment(r.NowAt), Head: app.LiveHead{Epoch: r.NowEpoch, Seq: r.NowSeq}, Activity: r.NowActivity, Version: r.NowVersion},
	}, r.Newest, err
}

// Written implements notice.VisitStore. What came by form or API has an id: whoever sent
// that needn't have had the text before them.
func (d NoticeStore) Written(ctx context.Context, persona, statement app.ID, since notice.Mark) (notice.Mark, error) {
	r, err := one[struct {
		Seq      int64 `db:"seq"`
		At       int64 `db:"at"`
		Activity int64 `db:"activity_seq"`
		Version  int   `db:"version_no"`
	}](ctx, d.read, `
		SELECT w.seq, w.at,
			(SELECT COALESCE(MAX(a.seq), 0) FROM activity a WHERE a.statement_id = $2 AND a.seq > $5 AND a.at <= w.at) AS activity_seq,
			(SELECT COALESCE(MAX(v.no), 0) FROM versions v WHERE v.statement_id = $2 AND v.created_at <= w.at) AS version_no
		FROM live_updates w
		WHERE w.document_id = $2 AND w.epoch = $3 AND w.seq > $4 AND w.persona_id = $1 AND w.edit_id = ''
		ORDER BY w.seq DESC LIMIT 1`, persona, statement, since.Head.Epoch, since.Head.Seq, since.Activity)
	if app.KindOf(err) == app.KindNotFound {
		return notice.Mark{}, nil
	}
	return notice.Mark{At: moment(r.At), Head: app.LiveHead{Epoch: since.Head.Epoch, Seq: r.Seq}, Activity: r.Activity, Version: r.Version}, err
}

// KeepVisit implements notice.VisitStore.
func (d NoticeStore) KeepVisit(ctx context.Context, by app.Standing, statement app.ID, v notice.Visit) error {
	return d.write(ctx, func(tx *tx) error {
		if err := tx.stand(ctx, by); err != nil {
			return err
		}
		_, err := tx.run(ctx, `
			INSERT INTO visits (persona_id, statement_id, last_at, last_epoch, last_seq, last_activity, last_version,
				now_at, now_epoch, now_seq, now_activity, now_version)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
			ON CONFLICT (persona_id, statement_id) DO UPDATE SET
				last_at = excluded.last_at, last_epoch = excluded.last_epoch, last_seq = excluded.last_seq,
				last_activity = excluded.last_activity, last_version = excluded.last_version,
				now_at = excluded.now_at, now_epoch = excluded.now_epoch, now_seq = excluded.now_seq,
				now_activity = excluded.now_activity, now_version = excluded.now_version`,
			by.Persona, statement, millis(v.Last.At), v.Last.Head.Epoch, v.Last.Head.Seq, v.Last.Activity, v.Last.Version,
			millis(v.Now.At), v.Now.Head.Epoch, v.Now.Head.Seq, v.Now.Activity, v.Now.Version)
		return err
	})
}

// happened begins a query with happened, what others than the persona $2 did at the statement
// $1 since a mark. Arguments of the query itself are $4 and on.
func happened(persona, statement app.ID, since notice.Mark, args ...any) (query string, values []any) {
	kinds, more := listed(len(args)+4, notice.Changed)
	values = append([]any{statement, persona, since.Activity}, args...)
	return `
		WITH happened AS (
			SELECT a.seq, a.kind, a.thread_id, a.comment_id, COALESCE(m.id, '') AS amendment_id, COALESCE(m.no, 0) AS amendment_no,
				COALESCE(p.to_state, '') AS to_state, a.at
			FROM activity a
			LEFT JOIN threads t ON t.id = a.thread_id
			LEFT JOIN amendments m ON m.id = CASE WHEN a.amendment_id <> '' THEN a.amendment_id ELSE t.amendment_id END
			LEFT JOIN statement_steps p ON a.kind = 'stepped' AND p.statement_id = a.statement_id AND p.at = a.at
			WHERE a.statement_id = $1 AND a.seq > $3 AND a.kind IN (` + kinds + `)
				AND NOT EXISTS (SELECT 1 FROM comments c WHERE c.id = a.comment_id AND (c.deleted OR c.taken_down <> '' OR c.persona_id = $2))
				AND NOT EXISTS (SELECT 1 FROM settlements x WHERE x.thread_id = a.thread_id AND x.seq = a.seq AND x.persona_id = $2)
				AND NOT EXISTS (SELECT 1 FROM amendment_steps x
					WHERE x.amendment_id = a.amendment_id AND x.state = a.kind AND x.at = a.at AND x.persona_id = $2)
				AND NOT EXISTS (SELECT 1 FROM amendment_authors x
					WHERE a.kind = 'signed' AND x.amendment_id = a.amendment_id AND x.signed_at = a.at AND x.persona_id = $2)
				AND NOT EXISTS (SELECT 1 FROM amendment_wordings w JOIN amendment_steps x ON x.amendment_id = w.adopted_id AND x.at = w.at
					WHERE a.kind = 'reworded' AND w.amendment_id = a.amendment_id AND w.at = a.at AND x.persona_id = $2)
				AND (a.kind <> 'stepped' OR p.persona_id <> $2)
		)`, append(values, more...)
}

// HasNews implements notice.VisitStore. A log that began anew is another text.
func (d NoticeStore) HasNews(ctx context.Context, persona, statement app.ID, since notice.Mark) (bool, error) {
	query, args := happened(persona, statement, since, since.Head.Epoch, since.Head.Seq, since.Version)
	count, err := one[int](ctx, d.read, query+`
		SELECT CASE WHEN EXISTS (SELECT 1 FROM live_updates u
				WHERE u.document_id = $1 AND (u.epoch > $4 OR u.epoch = $4 AND u.seq > $5) AND u.persona_id <> $2)
			OR EXISTS (SELECT 1 FROM versions v WHERE v.statement_id = $1 AND v.no > $6 AND v.created_by <> $2)
			OR EXISTS (SELECT 1 FROM happened) THEN 1 ELSE 0 END`, args...)
	return count > 0, err
}

// Happened implements notice.VisitStore.
func (d NoticeStore) Happened(ctx context.Context, persona, statement app.ID, since notice.Mark) ([]notice.Happening, error) {
	query, args := happened(persona, statement, since)
	rows, err := all[struct {
		Seq       int64     `db:"seq"`
		Kind      string    `db:"kind"`
		Thread    app.ID    `db:"thread_id"`
		Comment   app.ID    `db:"comment_id"`
		Amendment app.ID    `db:"amendment_id"`
		No        int       `db:"amendment_no"`
		To        app.Phase `db:"to_state"`
		At        int64     `db:"at"`
	}](ctx, d.read, query+` SELECT seq, kind, thread_id, comment_id, amendment_id, amendment_no, to_state, at FROM happened ORDER BY seq`, args...)
	list := make([]notice.Happening, len(rows))
	for i, r := range rows {
		list[i] = notice.Happening{Seq: r.Seq, Event: r.Kind, Thread: r.Thread, Comment: r.Comment, Amendment: r.Amendment, No: r.No, To: r.To, At: moment(r.At)}
	}
	return list, err
}
