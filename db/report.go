package db

import (
	"context"

	"madang/app"
	"madang/app/disposition"
	"madang/app/notice"
)

// Report implements disposition.Store.
func (d DispositionStore) Report(ctx context.Context, docket app.ID) (disposition.Report, error) {
	row, err := one[struct {
		ID      app.ID `db:"id"`
		Summary string `db:"summary"`
		KeyID   string `db:"key_id"`
		By      app.ID `db:"persona_id"`
		Name    string `db:"name"`
		NameKey string `db:"name_key_id"`
		At      int64  `db:"at"`
	}](ctx, d.read, `
		SELECT r.id, r.summary, r.key_id, r.persona_id, p.name, p.key_id AS name_key_id, r.at
		FROM docket_reports r JOIN personas p ON p.id = r.persona_id WHERE r.docket_id = $1`, docket)
	if err != nil {
		return disposition.Report{}, err
	}
	r := disposition.Report{ID: row.ID, Docket: docket, By: row.By, At: moment(row.At)}
	if r.Name, err = unseal(row.NameKey, row.Name); err != nil {
		return r, err
	}
	r.Summary, err = unseal(row.KeyID, row.Summary)
	return r, err
}

// lacks are what keeps a report from being published, each with the refusal it means.
var lacks = []struct{ code, query string }{
	{"report.unread", `
		SELECT s.no FROM submissions s WHERE s.docket_id = $1 AND s.status IN ('posted', 'posted_redacted')
			AND NOT EXISTS (SELECT 1 FROM submission_readings r WHERE r.docket_id = s.docket_id AND r.submission_no = s.no AND r.read_at > 0)`},
	{"report.loose", `SELECT submission_no FROM excerpts WHERE docket_id = $1 AND issue_id IS NULL`},
	{"report.unanswered", `SELECT i.no FROM issues i WHERE i.docket_id = $1 AND i.kind <> 'editorial' AND ` + unanswered},
}

// PublishReport implements disposition.Store.
func (d DispositionStore) PublishReport(ctx context.Context, by app.Standing, r disposition.Report) error {
	return d.write(ctx, func(tx *tx) error {
		if err := tx.answering(ctx, by, r.Docket); err != nil {
			return err
		}
		for _, lack := range lacks {
			found, err := all[int](ctx, tx, lack.query, r.Docket)
			if err != nil {
				return err
			}
			if len(found) > 0 {
				return app.Conflict(lack.code, "count", len(found))
			}
		}
		keyID, summary := seal(r.Summary)
		_, err := tx.run(ctx, `INSERT INTO docket_reports (docket_id, id, summary, key_id, persona_id, at) VALUES ($1, $2, $3, $4, $5, $6)`,
			r.Docket, r.ID, summary, keyID, by.Persona, millis(r.At))
		if err != nil {
			return err
		}
		of, err := one[app.ID](ctx, tx, `SELECT statement_id FROM dockets WHERE id = $1`, r.Docket)
		if err != nil {
			return err
		}
		seq, err := tx.nextActivity(ctx, of)
		if err != nil {
			return err
		}
		return tx.noteActivity(ctx, of, millis(r.At), activityRow{Seq: seq, Kind: notice.Reported})
	})
}

// Replies implements disposition.Store.
func (d DispositionStore) Replies(ctx context.Context, docket app.ID, no int) (map[app.ID]disposition.Reply, error) {
	rows, err := all[struct {
		Issue app.ID            `db:"issue_id"`
		Reply disposition.Reply `db:"reply"`
	}](ctx, d.read, `SELECT issue_id, reply FROM issue_replies WHERE docket_id = $1 AND submission_no = $2`, docket, no)
	said := map[app.ID]disposition.Reply{}
	for _, r := range rows {
		said[r.Issue] = r.Reply
	}
	return said, err
}

// AddReply implements disposition.Store.
func (d DispositionStore) AddReply(ctx context.Context, docket app.ID, no int, issue app.ID, r disposition.Reply) error {
	return d.write(ctx, func(tx *tx) error {
		_, err := tx.run(ctx, `
			INSERT INTO issue_replies (issue_id, docket_id, submission_no, reply) VALUES ($1, $2, $3, $4)
			ON CONFLICT (issue_id, submission_no) DO UPDATE SET reply = excluded.reply`, issue, docket, no, r)
		return err
	})
}
