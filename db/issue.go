package db

import (
	"context"

	"madang/app"
	"madang/app/disposition"
	"madang/app/statement"
)

// Issues implements disposition.Store.
func (d DispositionStore) Issues(ctx context.Context, docket app.ID) ([]disposition.Issue, error) {
	return d.issues(ctx, `i.docket_id = $1`, docket)
}

func (d DispositionStore) issues(ctx context.Context, which string, args ...any) ([]disposition.Issue, error) {
	rows, err := all[struct {
		ID       app.ID           `db:"id"`
		Docket   app.ID           `db:"docket_id"`
		No       int              `db:"no"`
		CID      string           `db:"cid"`
		Title    string           `db:"title"`
		KeyID    string           `db:"key_id"`
		Kind     disposition.Kind `db:"kind"`
		By       app.ID           `db:"created_by"`
		At       int64            `db:"created_at"`
		Revision int              `db:"revision"`
	}](ctx, d.read, `
		SELECT i.id, i.docket_id, i.no, i.cid, i.title, i.key_id, i.kind, i.created_by, i.created_at, i.revision
		FROM issues i WHERE `+which+` ORDER BY i.no`, args...)
	if err != nil {
		return nil, err
	}
	list, at := make([]disposition.Issue, len(rows)), map[app.ID]*disposition.Issue{}
	for i, r := range rows {
		list[i] = disposition.Issue{ID: r.ID, Docket: r.Docket, No: r.No, CID: r.CID, Kind: r.Kind, By: r.By, At: moment(r.At), Revision: r.Revision}
		if list[i].Title, err = unseal(r.KeyID, r.Title); err != nil {
			return nil, err
		}
		at[r.ID] = &list[i]
	}
	if err := d.addAnswers(ctx, at, which, args); err != nil {
		return nil, err
	}
	return list, d.addAmendments(ctx, at, which, args)
}

func (d DispositionStore) addAnswers(ctx context.Context, to map[app.ID]*disposition.Issue, which string, args []any) error {
	rows, err := all[struct {
		ID         app.ID              `db:"id"`
		Issue      app.ID              `db:"issue_id"`
		No         int                 `db:"no"`
		Revision   int                 `db:"revision"`
		Code       disposition.Code    `db:"code"`
		Rationale  string              `db:"rationale"`
		By         app.ID              `db:"persona_id"`
		Name       string              `db:"name"`
		NameKey    string              `db:"name_key_id"`
		At         int64               `db:"at"`
		SecondBy   app.ID              `db:"second_id"`
		SecondName string              `db:"second_name"`
		SecondKey  string              `db:"second_key_id"`
		Verdict    disposition.Verdict `db:"verdict"`
		Remark     string              `db:"remark"`
		SecondAt   int64               `db:"second_at"`
		KeyID      string              `db:"key_id"`
	}](ctx, d.read, `
		SELECT a.id, a.issue_id, a.no, a.revision, a.code, a.rationale, a.persona_id, p.name, p.key_id AS name_key_id, a.at,
			COALESCE(a.second_id, '') AS second_id, COALESCE(q.name, '') AS second_name, COALESCE(q.key_id, '') AS second_key_id,
			a.verdict, a.remark, a.second_at, a.key_id
		FROM issue_answers a JOIN issues i ON i.id = a.issue_id JOIN personas p ON p.id = a.persona_id LEFT JOIN personas q ON q.id = a.second_id
		WHERE `+which+` ORDER BY a.issue_id, a.no`, args...)
	if err != nil {
		return err
	}
	for _, r := range rows {
		a := disposition.Answer{
			ID: r.ID, Issue: r.Issue, No: r.No, Revision: r.Revision, Code: r.Code, By: r.By, At: moment(r.At),
			SecondBy: r.SecondBy, Verdict: r.Verdict, SecondAt: moment(r.SecondAt),
		}
		for _, text := range []struct {
			keyID, stored string
			into          *string
		}{{r.NameKey, r.Name, &a.Name}, {r.SecondKey, r.SecondName, &a.SecondName}, {r.KeyID, r.Rationale, &a.Rationale}, {r.KeyID, r.Remark, &a.Remark}} {
			if *text.into, err = unseal(text.keyID, text.stored); err != nil {
				return err
			}
		}
		if i := to[r.Issue]; i != nil {
			i.Answers = append(i.Answers, a)
		}
	}
	return nil
}

func (d DispositionStore) addAmendments(ctx context.Context, to map[app.ID]*disposition.Issue, which string, args []any) error {
	rows, err := all[struct {
		Issue      app.ID `db:"issue_id"`
		ID         app.ID `db:"id"`
		No         int    `db:"no"`
		State      string `db:"state"`
		Acceptance app.ID `db:"acceptance_id"`
		At         int64  `db:"at"`
		CID        string `db:"cid"`
	}](ctx, d.read, `
		SELECT l.issue_id, m.id, m.no, m.state, COALESCE(s.acceptance_id, '') AS acceptance_id, COALESCE(s.at, 0) AS at, COALESCE(p.cid, '') AS cid
		FROM issue_amendments l JOIN issues i ON i.id = l.issue_id JOIN amendments m ON m.id = l.amendment_id
		LEFT JOIN amendment_steps s ON s.amendment_id = m.id AND s.place = (SELECT MAX(place) FROM amendment_steps WHERE amendment_id = m.id)
		LEFT JOIN amendment_proposals p ON p.amendment_id = m.id
		WHERE `+which+` ORDER BY l.issue_id, m.no, m.id, p.place`, args...)
	if err != nil {
		return err
	}
	for _, r := range rows {
		i := to[r.Issue]
		if i == nil {
			continue
		}
		if n := len(i.Amendments); n == 0 || i.Amendments[n-1].ID != r.ID {
			i.Amendments = append(i.Amendments, disposition.Amendment{ID: r.ID, No: r.No, State: r.State, Acceptance: r.Acceptance, At: moment(r.At)})
		}
		last := &i.Amendments[len(i.Amendments)-1]
		last.CIDs = append(last.CIDs, r.CID)
	}
	return nil
}

// AddIssue implements disposition.Store.
func (d DispositionStore) AddIssue(ctx context.Context, by app.Standing, i disposition.Issue) error {
	return d.write(ctx, func(tx *tx) error {
		if err := tx.answering(ctx, by, i.Docket); err != nil {
			return err
		}
		return tx.openIssue(ctx, i)
	})
}

func (t *tx) openIssue(ctx context.Context, i disposition.Issue) error {
	keyID, title := seal(i.Title)
	_, err := t.run(ctx, `
		INSERT INTO issues (id, docket_id, no, cid, title, key_id, kind, created_by, created_at)
		VALUES ($1, $2, (SELECT COALESCE(MAX(no), 0) + 1 FROM issues WHERE docket_id = $3), $4, $5, $6, $7, $8, $9) ON CONFLICT (id) DO NOTHING`,
		i.ID, i.Docket, i.Docket, i.CID, title, keyID, i.Kind, i.By, millis(i.At))
	if err != nil {
		return err
	}
	return t.hasIssue(ctx, i.Docket, i.ID)
}

// AddAnswer implements disposition.Store.
func (d DispositionStore) AddAnswer(ctx context.Context, by app.Standing, docket app.ID, a disposition.Answer) error {
	return d.write(ctx, func(tx *tx) error {
		if err := tx.answering(ctx, by, docket); err != nil {
			return err
		}
		if _, err := one[app.ID](ctx, tx, `SELECT id FROM issue_answers WHERE id = $1 AND issue_id = $2`, a.ID, a.Issue); app.KindOf(err) != app.KindNotFound {
			return err // sent again
		}
		revision, err := one[int](ctx, tx, `SELECT revision FROM issues WHERE id = $1 AND docket_id = $2`, a.Issue, docket)
		if err != nil {
			return err
		}
		if revision != a.Revision {
			return app.Conflict("issue.changed")
		}
		keyID, rationale := seal(a.Rationale)
		_, err = tx.run(ctx, `
			INSERT INTO issue_answers (id, issue_id, no, revision, code, rationale, key_id, persona_id, at)
			VALUES ($1, $2, (SELECT COALESCE(MAX(no), 0) + 1 FROM issue_answers WHERE issue_id = $3), $4, $5, $6, $7, $8, $9)`,
			a.ID, a.Issue, a.Issue, a.Revision, a.Code, rationale, keyID, a.By, millis(a.At))
		return err
	})
}

// JudgeAnswer implements disposition.Store.
func (d DispositionStore) JudgeAnswer(ctx context.Context, by app.Standing, docket app.ID, a disposition.Answer) error {
	return d.write(ctx, func(tx *tx) error {
		if err := tx.answering(ctx, by, docket); err != nil {
			return err
		}
		_, remark := seal(a.Remark)
		judged, err := tx.run(ctx, `
			UPDATE issue_answers SET second_id = $1, verdict = $2, remark = $3, second_at = $4
			WHERE id = $5 AND verdict = '' AND persona_id <> $6 AND no = (SELECT MAX(no) FROM issue_answers WHERE issue_id = $7)
				AND revision = (SELECT revision FROM issues WHERE id = $8 AND docket_id = $9)`,
			a.SecondBy, a.Verdict, remark, millis(a.SecondAt), a.ID, a.SecondBy, a.Issue, a.Issue, docket)
		return changed(judged, err, "answer.judged")
	})
}

// Link implements disposition.Store. What an amendment already in the text came of can be
// noted, too, but not taken back.
func (d DispositionStore) Link(ctx context.Context, by app.Standing, docket, issue, amendment app.ID, isLinked bool) error {
	return d.write(ctx, func(tx *tx) error {
		if err := tx.answering(ctx, by, docket); err != nil {
			return err
		}
		state, err := one[statement.AmendmentState](ctx, tx, tx.dialect.shared(`
			SELECT m.state FROM amendments m JOIN dockets d ON d.statement_id = m.statement_id WHERE m.id = $1 AND d.id = $2 AND m.no > 0`), amendment, docket)
		if app.KindOf(err) == app.KindNotFound {
			return app.Invalid("issue.amendment").On("amendment")
		}
		if err != nil {
			return err
		}
		if !isLinked {
			if state == statement.AmendmentAccepted || state == statement.AmendmentModified {
				return app.Conflict("amendment.decided")
			}
			_, err = tx.run(ctx, `DELETE FROM issue_amendments WHERE issue_id = $1 AND amendment_id = $2`, issue, amendment)
			return err
		}
		_, err = tx.run(ctx, `INSERT INTO issue_amendments (issue_id, amendment_id, persona_id) VALUES ($1, $2, $3) ON CONFLICT (issue_id, amendment_id) DO NOTHING`,
			issue, amendment, by.Persona)
		return err
	})
}

// unanswered selects issues with something under them to which no second reader agreed
// the newest answer, or that were answered for what was under them before.
const unanswered = `
	EXISTS (SELECT 1 FROM excerpts e WHERE e.issue_id = i.id)
	AND NOT EXISTS (
		SELECT 1 FROM issue_answers a WHERE a.issue_id = i.id AND a.verdict = 'agreed' AND a.revision = i.revision
			AND a.no = (SELECT MAX(no) FROM issue_answers WHERE issue_id = i.id))`

// Unanswered implements disposition.Store.
func (d DispositionStore) Unanswered(ctx context.Context, amendments []app.ID) ([]disposition.Issue, error) {
	params, args := listed(1, amendments)
	return d.issues(ctx, unanswered+` AND i.id IN (SELECT issue_id FROM issue_amendments WHERE amendment_id IN (`+params+`))`, args...)
}

// areAnswered is nil if the issues that the amendments come of are, and Conflict
// "amendment.unanswered" if not. Nobody changes that until the transaction ends.
func (t *tx) areAnswered(ctx context.Context, amendments []app.ID) error {
	params, args := listed(1, amendments)
	of, err := all[app.ID](ctx, t, `SELECT DISTINCT statement_id FROM amendments WHERE id IN (`+params+`) ORDER BY statement_id`, args...)
	if err != nil {
		return err
	}
	for _, id := range of {
		if err := t.aloneWithAnswers(ctx, id); err != nil {
			return err
		}
	}
	found, err := all[app.ID](ctx, t, `
		SELECT i.id FROM issues i
		WHERE `+unanswered+` AND i.id IN (SELECT issue_id FROM issue_amendments WHERE amendment_id IN (`+params+`))`, args...)
	if err == nil && len(found) > 0 {
		return app.Conflict("amendment.unanswered", "count", len(found))
	}
	return err
}
