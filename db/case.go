package db

import (
	"context"

	"madang/app"
	"madang/app/search"
	"madang/app/thread"
)

type caseRow struct {
	Comment    app.ID           `db:"comment_id"`
	State      thread.CaseState `db:"state"`
	Sensitive  bool             `db:"sensitive"`
	Wanted     thread.CaseState `db:"wanted"`
	AppealedAt int64            `db:"appealed_at"`
}

func (r caseRow) file() thread.Case {
	return thread.Case{Comment: r.Comment, State: r.State, IsSensitive: r.Sensitive, Wanted: r.Wanted, AppealedAt: moment(r.AppealedAt)}
}

// Case implements thread.Store.
func (d ThreadStore) Case(ctx context.Context, comment app.ID) (thread.Case, error) {
	row, err := one[caseRow](ctx, d.read, `SELECT comment_id, state, sensitive, wanted, appealed_at FROM comment_cases WHERE comment_id = $1`, comment)
	if app.KindOf(err) == app.KindNotFound {
		return thread.Case{Comment: comment}, nil
	}
	if err != nil {
		return thread.Case{}, err
	}
	found := row.file()
	steps, err := d.caseSteps(ctx, []app.ID{comment})
	found.Steps = steps[comment]
	return found, err
}

// caseSteps lists the steps of cases, by comment.
func (d ThreadStore) caseSteps(ctx context.Context, of []app.ID) (map[app.ID][]thread.CaseStep, error) {
	params, args := listed(1, of)
	rows, err := all[struct {
		ID        app.ID              `db:"id"`
		Comment   app.ID              `db:"comment_id"`
		Kind      thread.CaseStepKind `db:"kind"`
		Persona   app.ID              `db:"persona_id"`
		Name      string              `db:"name"`
		NameKeyID string              `db:"name_key_id"`
		At        int64               `db:"at"`
		Why       thread.ReportReason `db:"why"`
		Sentence  string              `db:"sentence"`
		KeyID     string              `db:"key_id"`
		Wanted    thread.CaseState    `db:"wanted"`
	}](ctx, d.read, `
		SELECT x.id, x.comment_id, x.kind, x.persona_id, p.name, p.key_id AS name_key_id, x.at, x.why, x.sentence, x.key_id, x.wanted
		FROM comment_case_steps x JOIN personas p ON p.id = x.persona_id WHERE x.comment_id IN (`+params+`) ORDER BY x.comment_id, x.no`, args...)
	if err != nil {
		return nil, err
	}
	steps := map[app.ID][]thread.CaseStep{}
	for _, r := range rows {
		st := thread.CaseStep{ID: r.ID, Kind: r.Kind, By: thread.Author{Persona: r.Persona}, At: moment(r.At), Why: r.Why, Wanted: r.Wanted}
		if st.By.Name, err = unseal(r.NameKeyID, r.Name); err != nil {
			return nil, err
		}
		if st.Sentence, err = unseal(r.KeyID, r.Sentence); err != nil {
			return nil, err
		}
		steps[r.Comment] = append(steps[r.Comment], st)
	}
	return steps, nil
}

// WaitingCases implements thread.Store.
func (d ThreadStore) WaitingCases(ctx context.Context, group app.ID, limit int) ([]thread.Reported, error) {
	rows, err := all[struct {
		commentRow
		caseRow
		Statement  app.ID `db:"statement_id"`
		Title      string `db:"title"`
		TitleKeyID string `db:"title_key_id"`
	}](ctx, d.read, `
		SELECT c.id, c.thread_id, COALESCE(c.parent_id, '') AS parent_id, c.persona_id, p.name, p.key_id AS name_key_id, c.body, c.key_id, c.lang, c.revision,
			c.at, c.edited_at, c.deleted, c.taken_down, c.seq, k.comment_id, k.state, k.sensitive, k.wanted, k.appealed_at,
			s.id AS statement_id, s.title, s.key_id AS title_key_id
		FROM comment_cases k JOIN comments c ON c.id = k.comment_id JOIN personas p ON p.id = c.persona_id
		JOIN threads t ON t.id = c.thread_id JOIN statements s ON s.id = t.statement_id
		WHERE k.group_id = $1 AND k.waiting AND NOT c.deleted ORDER BY k.since, k.comment_id LIMIT $2`, group, limit)
	if err != nil {
		return nil, err
	}
	list, ids := make([]thread.Reported, len(rows)), make([]app.ID, len(rows))
	for i, r := range rows {
		list[i] = thread.Reported{Statement: r.Statement, Case: r.file()}
		ids[i] = r.ID
		if list[i].Comment, err = r.comment(); err != nil {
			return nil, err
		}
		if list[i].Title, err = unseal(r.TitleKeyID, r.Title); err != nil {
			return nil, err
		}
	}
	steps, err := d.caseSteps(ctx, ids)
	for i := range list {
		list[i].Case.Steps = steps[list[i].ID]
	}
	return list, err
}

// KeepCase implements thread.Store. A step takes the number after those that were known
// when it was decided: if another has it, something was done in between.
func (d ThreadStore) KeepCase(ctx context.Context, act thread.Act, after thread.Case, sealed *thread.Sealed, bare *thread.Bare) (int64, error) {
	keep := func(tx *tx, _ int64) error { return tx.keepCase(ctx, act, after, sealed, bare) }
	if act.Kind != "" {
		seq, err := d.act(ctx, act, keep)
		if err == nil && sealed != nil {
			d.dialect.wipe(ctx, d.writer.DB)
		}
		return seq, err
	}
	return 0, d.write(ctx, func(tx *tx) error {
		if err := tx.stand(ctx, act.By); err != nil {
			return err
		}
		return keep(tx, 0)
	})
}

func (t *tx) keepCase(ctx context.Context, act thread.Act, after thread.Case, sealed *thread.Sealed, bare *thread.Bare) error {
	if _, err := t.run(ctx, `
		INSERT INTO comment_cases (comment_id, group_id, state, sensitive, wanted, appealed_at, waiting, since)
		SELECT $1, group_id, $2, $3, $4, $5, $6, $7 FROM statements WHERE id = $8
		ON CONFLICT (comment_id) DO UPDATE SET state = excluded.state, sensitive = excluded.sensitive, wanted = excluded.wanted,
			appealed_at = excluded.appealed_at, waiting = excluded.waiting, since = excluded.since`,
		after.Comment, after.State, after.IsSensitive, after.Wanted, millis(after.AppealedAt), after.IsWaiting(), millis(after.WaitingSince()), act.Statement); err != nil {
		return err
	}
	st := after.Steps[len(after.Steps)-1]
	keyID, sentence := seal(st.Sentence)
	added, err := t.run(ctx, `
		INSERT INTO comment_case_steps (id, comment_id, no, kind, persona_id, at, why, sentence, key_id, wanted)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING`,
		st.ID, after.Comment, len(after.Steps), st.Kind, st.By.Persona, millis(st.At), st.Why, sentence, keyID, st.Wanted)
	if err := changed(added, err, "case.changed"); err != nil {
		return err
	}
	switch {
	case sealed != nil:
		return t.hideComment(ctx, act, st, after, *sealed)
	case bare != nil:
		return t.showComment(ctx, act, *bare)
	}
	return nil
}

// hideComment takes the words of a comment out of reach.
func (t *tx) hideComment(ctx context.Context, act thread.Act, st thread.CaseStep, after thread.Case, sealed thread.Sealed) error {
	hidden, err := t.run(ctx, `UPDATE comments SET body = '', key_id = '', taken_down = $1 WHERE id = $2 AND revision = $3 AND NOT deleted AND taken_down = ''`, st.Why, after.Comment, sealed.Revision)
	if err := changed(hidden, err, "comment.changed"); err != nil {
		return err
	}
	if _, err := t.run(ctx, `DELETE FROM comment_revisions WHERE comment_id = $1`, after.Comment); err != nil {
		return err
	}
	if _, err := t.run(ctx, `INSERT INTO sealed_comments (comment_id, sealed, key_id) VALUES ($1, $2, $3)`, after.Comment, sealed.Bytes, thread.SealedKey); err != nil {
		return err
	}
	if err := t.hideTongues(ctx, act, sealed); err != nil {
		return err
	}
	return t.unindex(ctx, act.Statement, search.Comment, string(after.Comment))
}

// showComment brings its wordings back, the present one last.
func (t *tx) showComment(ctx context.Context, act thread.Act, bare thread.Bare) error {
	id, last := act.Comment, bare.Wordings[len(bare.Wordings)-1]
	keyID, body := seal(last.Body)
	shown, err := t.run(ctx, `UPDATE comments SET body = $1, key_id = $2, taken_down = '' WHERE id = $3 AND NOT deleted AND taken_down <> ''`, body, keyID, id)
	if err := changed(shown, err, "case.changed"); err != nil {
		return err
	}
	for i, r := range bare.Wordings[:len(bare.Wordings)-1] {
		keyID, body := seal(r.Body)
		if _, err := t.run(ctx, `INSERT INTO comment_revisions (comment_id, revision, body, key_id, at) VALUES ($1, $2, $3, $4, $5)`, id, i+1, body, keyID, millis(r.At)); err != nil {
			return err
		}
	}
	if _, err := t.run(ctx, `DELETE FROM sealed_comments WHERE comment_id = $1`, id); err != nil {
		return err
	}
	if err := t.showTongues(ctx, act, bare.Translations); err != nil {
		return err
	}
	c, err := one[commentRow](ctx, t, selectComments+` WHERE c.id = $2`, "", id)
	if err != nil {
		return err
	}
	return t.index(ctx, indexed{search.Comment, act.Statement, string(id), string(c.Thread), c.Persona, c.At, last.Body})
}

// SealedWords implements thread.Store.
func (d ThreadStore) SealedWords(ctx context.Context, comments []app.ID) (map[app.ID]thread.SealedWords, error) {
	params, args := listed(1, comments)
	rows, err := all[struct {
		Comment      app.ID `db:"comment_id"`
		Wordings     []byte `db:"wordings"`
		Translations []byte `db:"translations"`
	}](ctx, d.read, `
		SELECT c.comment_id, c.sealed AS wordings, t.sealed AS translations
		FROM sealed_comments c LEFT JOIN sealed_comment_translations t ON t.comment_id = c.comment_id WHERE c.comment_id IN (`+params+`)`, args...)
	sealed := map[app.ID]thread.SealedWords{}
	for _, r := range rows {
		sealed[r.Comment] = thread.SealedWords{Wordings: r.Wordings, Translations: r.Translations}
	}
	return sealed, err
}
