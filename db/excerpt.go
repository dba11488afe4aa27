package db

import (
	"context"

	"madang/app"
	"madang/app/disposition"
)

// Excerpts implements disposition.Store.
func (d DispositionStore) Excerpts(ctx context.Context, docket app.ID, issues ...app.ID) ([]disposition.Excerpt, error) {
	under, args := "", []any{docket}
	if len(issues) > 0 {
		params, ids := listed(2, issues)
		under, args = " AND issue_id IN ("+params+")", append(args, ids...)
	}
	rows, err := all[struct {
		ID       app.ID            `db:"id"`
		No       int               `db:"submission_no"`
		Revision int               `db:"revision"`
		Field    disposition.Field `db:"field"`
		Begins   int               `db:"begins"`
		Ends     int               `db:"ends"`
		Digest   []byte            `db:"digest"`
		CID      string            `db:"cid"`
		Issue    app.ID            `db:"issue_id"`
		By       app.ID            `db:"created_by"`
		At       int64             `db:"created_at"`
	}](ctx, d.read, `
		SELECT id, submission_no, revision, field, begins, ends, digest, cid, COALESCE(issue_id, '') AS issue_id, created_by, created_at
		FROM excerpts WHERE docket_id = $1`+under+` ORDER BY submission_no, field, begins, id`, args...)
	list := make([]disposition.Excerpt, len(rows))
	for i, r := range rows {
		list[i] = disposition.Excerpt{
			ID: r.ID, Docket: docket, Submission: r.No, Revision: r.Revision, Field: r.Field, Span: disposition.Span{Start: r.Begins, End: r.Ends},
			Digest: r.Digest, CID: r.CID, Issue: r.Issue, By: r.By, At: moment(r.At),
		}
	}
	return list, err
}

// AddExcerpts implements disposition.Store. A passage that is marked for its clause
// already is Conflict "excerpt.twice" where somebody ticked it, and left alone where it was
// found by its words.
func (d DispositionStore) AddExcerpts(ctx context.Context, by app.Standing, list []disposition.Excerpt, open *disposition.Issue) error {
	docket := list[0].Docket
	return d.write(ctx, func(tx *tx) error {
		if err := tx.answering(ctx, by, docket); err != nil {
			return err
		}
		if open != nil {
			if err := tx.openIssue(ctx, *open); err != nil {
				return err
			}
		}
		if err := tx.hasIssue(ctx, docket, list[0].Issue); err != nil {
			return err
		}
		var added int64
		for _, e := range list {
			n, err := tx.run(ctx, `
				INSERT INTO excerpts (id, docket_id, submission_no, revision, field, begins, ends, digest, cid, issue_id, created_by, created_at)
				VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT DO NOTHING`,
				e.ID, docket, e.Submission, e.Revision, e.Field, e.Start, e.End, e.Digest, e.CID, orNull(e.Issue), e.By, millis(e.At))
			if err != nil {
				return err
			}
			added += n
		}
		_, err := one[app.ID](ctx, tx, `SELECT id FROM excerpts WHERE id = $1 AND docket_id = $2`, list[0].ID, docket)
		if app.KindOf(err) == app.KindNotFound {
			return app.Conflict("excerpt.twice")
		}
		if err != nil || added == 0 {
			return err
		}
		return tx.reviseIssues(ctx, list[0].Issue)
	})
}

// hasIssue is nil if the issue is the docket's, or none.
func (t *tx) hasIssue(ctx context.Context, docket, issue app.ID) error {
	if issue == "" {
		return nil
	}
	_, err := one[app.ID](ctx, t, `SELECT id FROM issues WHERE id = $1 AND docket_id = $2`, issue, docket)
	if app.KindOf(err) == app.KindNotFound {
		return app.Conflict("issue.gone")
	}
	return err
}

// reviseIssues notes that something else is under issues now.
func (t *tx) reviseIssues(ctx context.Context, ids ...app.ID) error {
	params, args := listed(1, ids)
	_, err := t.run(ctx, `UPDATE issues SET revision = revision + 1 WHERE id IN (`+params+`)`, args...)
	return err
}

// MoveExcerpts implements disposition.Store.
func (d DispositionStore) MoveExcerpts(ctx context.Context, by app.Standing, docket app.ID, ids []app.ID, issue app.ID) error {
	return d.write(ctx, func(tx *tx) error {
		if err := tx.answering(ctx, by, docket); err != nil {
			return err
		}
		if err := tx.hasIssue(ctx, docket, issue); err != nil {
			return err
		}
		params, args := listed(3, ids)
		left, err := all[app.ID](ctx, tx, `
			SELECT DISTINCT COALESCE(issue_id, '') FROM excerpts WHERE docket_id = $1 AND COALESCE(issue_id, '') <> $2 AND id IN (`+params+`)`,
			append([]any{docket, issue}, args...)...)
		if err != nil || len(left) == 0 {
			return err
		}
		params, args = listed(3, ids)
		if _, err := tx.run(ctx, `UPDATE excerpts SET issue_id = $1 WHERE docket_id = $2 AND id IN (`+params+`)`,
			append([]any{orNull(issue), docket}, args...)...); err != nil {
			return err
		}
		return tx.reviseIssues(ctx, append(left, issue)...)
	})
}

// DropExcerpt implements disposition.Store.
func (d DispositionStore) DropExcerpt(ctx context.Context, by app.Standing, docket, id app.ID) error {
	return d.write(ctx, func(tx *tx) error {
		if err := tx.answering(ctx, by, docket); err != nil {
			return err
		}
		issue, err := one[app.ID](ctx, tx, `SELECT COALESCE(issue_id, '') FROM excerpts WHERE id = $1 AND docket_id = $2`, id, docket)
		if app.KindOf(err) == app.KindNotFound {
			return nil // dropped before
		}
		if err != nil {
			return err
		}
		if _, err := tx.run(ctx, `DELETE FROM excerpts WHERE id = $1`, id); err != nil {
			return err
		}
		return tx.reviseIssues(ctx, issue)
	})
}
