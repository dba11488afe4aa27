package db

import (
	"context"
	"math/bits"
	"strings"

	"madang/app"
	"madang/app/consultation"
)

type submissionRow struct {
	ID          app.ID               `db:"id"`
	Docket      app.ID               `db:"docket_id"`
	No          int                  `db:"no"`
	Status      consultation.Status  `db:"status"`
	Channel     consultation.Channel `db:"channel"`
	EnteredBy   string               `db:"entered_by"`
	EnteredName string               `db:"entered_name"`
	EnteredKey  string               `db:"entered_key_id"`
	ReceivedAt  int64                `db:"received_at"`
	Late        bool                 `db:"late"`
	Slow        bool                 `db:"slow"`
	ContestedAt int64                `db:"contested_at"`
	AppealedAt  int64                `db:"appealed_at"`
	ReturnedAt  int64                `db:"returned_at"`
	UnnamedAt   int64                `db:"unnamed_at"`
	Contested   int                  `db:"contested"`
	Sensitive   bool                 `db:"sensitive"`
	Wanted      consultation.Status  `db:"wanted"`
	Digest      []byte               `db:"digest"`
	revisionRow
}

type revisionRow struct {
	Revision    int                  `db:"revision"`
	At          int64                `db:"at"`
	Clauses     string               `db:"clauses"`
	Comment     string               `db:"comment"`
	Proposed    string               `db:"proposed"`
	Name        string               `db:"name"`
	KeyID       string               `db:"key_id"`
	Kind        consultation.Kind    `db:"kind"`
	Speaker     consultation.As      `db:"speaker"`
	Stakeholder app.ID               `db:"stakeholder"`
	Publish     consultation.Publish `db:"publish"`
	Lang        string               `db:"lang"`
}

const revisionColumns = `r.revision, r.at, r.clauses, r.comment, r.proposed, r.name, r.key_id, r.kind, r.speaker, r.stakeholder, r.publish, r.lang`

const selectSubmissions = `
	SELECT s.id, s.docket_id, s.no, s.status, s.channel, COALESCE(s.entered_by, '') AS entered_by, COALESCE(p.name, '') AS entered_name,
		COALESCE(p.key_id, '') AS entered_key_id, s.received_at, s.late, s.slow, s.contested_at, s.appealed_at,
		s.returned_at, s.sensitive, s.wanted, s.digest, s.unnamed_at,
		(SELECT COUNT(*) FROM submission_contests c WHERE c.submission_id = s.id AND c.step_id IS NULL) AS contested, ` + revisionColumns + `
	FROM submissions s JOIN submission_revisions r ON r.submission_id = s.id AND r.revision = s.revision
	LEFT JOIN personas p ON p.id = s.entered_by`

func (r revisionRow) words() (consultation.Words, error) {
	w := consultation.Words{Clauses: strings.Fields(r.Clauses), Kind: r.Kind, As: r.Speaker, Stakeholder: r.Stakeholder, Publish: r.Publish, Lang: r.Lang}
	for _, text := range []struct {
		stored string
		into   *string
	}{{r.Comment, &w.Comment}, {r.Proposed, &w.Proposed}, {r.Name, &w.Name}} {
		var err error
		if *text.into, err = unseal(r.KeyID, text.stored); err != nil {
			return w, err
		}
	}
	return w, nil
}

func (r submissionRow) submission() (consultation.Submission, error) {
	s := consultation.Submission{
		ID: r.ID, Docket: r.Docket, No: r.No, Status: r.Status, Channel: r.Channel, EnteredBy: app.ID(r.EnteredBy), ReceivedAt: moment(r.ReceivedAt),
		IsLate: r.Late, IsSlow: r.Slow, ContestedAt: moment(r.ContestedAt), AppealedAt: moment(r.AppealedAt), Revision: r.Revision,
		ReturnedAt: moment(r.ReturnedAt), IsSensitive: r.Sensitive, Wanted: r.Wanted, UnnamedAt: moment(r.UnnamedAt), Contested: r.Contested,
	}
	var err error
	if s.EnteredByName, err = unseal(r.EnteredKey, r.EnteredName); err != nil {
		return s, err
	}
	s.Words, err = r.words()
	return s, err
}

// balanceOf is where the balance counts a status.
var balanceOf = map[consultation.Status]string{
	consultation.Received: "screening", consultation.Screened: "screening", consultation.Posted: "posted",
	consultation.Redacted: "redacted", consultation.Withheld: "withheld", consultation.TakenBack: "withdrawn",
}

// Submit implements consultation.Store. Submissions of a docket take turns at its
// balance, so that they are numbered without a gap; the docket is held as it is, so that
// whoever closes it waits for those who came before.
func (d ConsultationStore) Submit(ctx context.Context, a consultation.Arrival) (kept consultation.Submission, digest []byte, err error) {
	list, err := d.SubmitAll(ctx, []consultation.Arrival{a})
	if err != nil {
		return consultation.Submission{}, nil, err
	}
	return list[0].Kept, list[0].Digest, list[0].Err
}

// SubmitAll implements consultation.Store.
func (d ConsultationStore) SubmitAll(ctx context.Context, arrivals []consultation.Arrival) ([]consultation.Landing, error) {
	var list []consultation.Landing
	err := d.write(ctx, func(tx *tx) error {
		list = make([]consultation.Landing, len(arrivals)) // anew if it is tried again
		first := arrivals[0]
		if first.By != nil {
			if err := tx.stand(ctx, *first.By); err != nil {
				return err
			}
		}
		open, err := one[period](ctx, tx, tx.dialect.shared(periodOf), first.Docket)
		if err != nil {
			return err
		}
		received, err := one[int](ctx, tx, tx.dialect.locked(`SELECT received FROM docket_balances WHERE docket_id = $1`), first.Docket)
		if err != nil {
			return err
		}
		known, err := tx.known(ctx, arrivals)
		if err != nil {
			return err
		}
		var fresh []consultation.Arrival
		for i, a := range arrivals {
			if l, isKnown := known[a.ID]; isKnown {
				list[i] = l
				continue
			}
			if list[i].Err = open.takes(a); list[i].Err != nil {
				continue
			}
			received++
			a.No, a.IsLate, a.ReceivedAt = received, open.isOver(a), moment(millis(a.ReceivedAt))
			fresh = append(fresh, a)
			list[i] = consultation.Landing{Kept: a.Submission, Digest: a.Digest, IsNew: true}
		}
		return tx.submit(ctx, fresh)
	})
	return list, err
}

// known are the submissions that are kept already under the ids of arrivals.
func (t *tx) known(ctx context.Context, arrivals []consultation.Arrival) (map[app.ID]consultation.Landing, error) {
	params, args := listed(1, each(arrivals, func(a consultation.Arrival) app.ID { return a.ID }))
	rows, err := all[submissionRow](ctx, t, selectSubmissions+` WHERE s.id IN (`+params+`)`, args...)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	files, err := filesOf(ctx, t, each(rows, func(r submissionRow) app.ID { return r.ID }))
	known := map[app.ID]consultation.Landing{}
	for _, row := range rows {
		l := consultation.Landing{Digest: row.Digest}
		if l.Kept, err = row.submission(); err != nil {
			return nil, err
		}
		l.Kept.Files = files[row.ID]
		known[row.ID] = l
	}
	return known, err
}

// period is when a docket takes submissions.
type period struct {
	Opens     int64 `db:"opens_at"`
	Closes    int64 `db:"closes_at"`
	Withdrawn int64 `db:"withdrawn_at"`
}

const periodOf = `SELECT opens_at, closes_at, withdrawn_at FROM dockets WHERE id = $1 AND announced_at > 0`

// takes is nil if the period takes a submission at a moment, or says why not. What was
// keyed in may have come before the opening.
func (p period) takes(a consultation.Arrival) error {
	at := millis(a.ReceivedAt)
	switch {
	case p.Withdrawn > 0:
		return app.Gone("docket.withdrawn")
	case at < p.Opens && a.Channel == consultation.ChannelWeb:
		return app.Conflict("docket.not_yet", "opens", moment(p.Opens))
	case p.isOver(a) && !a.MayBeLate:
		return app.Conflict("docket.closed", "closes", moment(p.Closes))
	}
	return nil
}

func (p period) isOver(a consultation.Arrival) bool { return millis(a.ReceivedAt) >= p.Closes }

// submit adds submissions that their docket takes, under the numbers they have. They go in
// by powers of two, so that numbers of all sizes make few different statements.
func (t *tx) submit(ctx context.Context, list []consultation.Arrival) error {
	for len(list) > 0 {
		n := 1 << (bits.Len(uint(len(list))) - 1)
		if err := t.submitSome(ctx, list[:n]); err != nil {
			return err
		}
		list = list[n:]
	}
	return nil
}

func (t *tx) submitSome(ctx context.Context, list []consultation.Arrival) error {
	var heads, words []any
	balance := map[string]int{}
	for _, a := range list {
		heads = append(heads, a.ID, a.Docket, a.No, a.Status, a.Channel, orNull(a.EnteredBy), millis(a.ReceivedAt), a.IsLate, a.IsSlow, a.IsSensitive, 1, a.Hash, a.Digest)
		words = append(words, wording(a.Submission, millis(a.ReceivedAt))...)
		balance[balanceOf[a.Status]]++
	}
	if _, err := t.run(ctx, `
		INSERT INTO submissions (id, docket_id, no, status, channel, entered_by, received_at, late, slow, sensitive, revision, code_hash, digest)
		VALUES `+rows(len(list), len(heads)/len(list)), heads...); err != nil {
		return err
	}
	if _, err := t.run(ctx, insertRevisions+rows(len(list), len(words)/len(list)), words...); err != nil {
		return err
	}
	if _, err := t.run(ctx, `UPDATE docket_balances SET received = received + $1, screening = screening + $2, posted = posted + $3, withheld = withheld + $4 WHERE docket_id = $5`,
		len(list), balance["screening"], balance["posted"], balance["withheld"], list[0].Docket); err != nil {
		return err
	}
	for _, a := range list {
		if err := t.enclose(ctx, a.ID, a.Enclosed); err != nil {
			return err
		}
		if a.First == "" {
			continue
		}
		if err := t.keepStep(ctx, a.Submission, consultation.Step{
			ID: app.NewID(), Kind: consultation.StepMoved, From: consultation.Received, To: a.Status, At: a.ReceivedAt, Reason: a.First,
		}); err != nil {
			return err
		}
	}
	return nil
}

func plus(s consultation.Status) string  { return balanceOf[s] + ` = ` + balanceOf[s] + ` + 1` }
func minus(s consultation.Status) string { return balanceOf[s] + ` = ` + balanceOf[s] + ` - 1` }

const insertRevisions = `
	INSERT INTO submission_revisions (submission_id, revision, clauses, comment, proposed, name, key_id, kind, speaker, stakeholder, publish, lang, at)
	VALUES `

// wording is a row of submission_revisions.
func wording(s consultation.Submission, at int64) []any {
	keyID, comment := seal(s.Comment)
	_, proposed := seal(s.Proposed)
	_, name := seal(s.Name)
	return []any{s.ID, s.Revision, strings.Join(s.Clauses, " "), comment, proposed, name, keyID, s.Kind, s.As, s.Stakeholder, s.Publish, s.Lang, at}
}

// reword keeps a wording.
func (t *tx) reword(ctx context.Context, s consultation.Submission, at int64) error {
	row := wording(s, at)
	_, err := t.run(ctx, insertRevisions+rows(1, len(row)), row...)
	return err
}

// keepStep keeps a step under the next number of its submission.
func (t *tx) keepStep(ctx context.Context, s consultation.Submission, st consultation.Step) error {
	keyID, sentence := seal(st.Sentence)
	_, err := t.run(ctx, `
		INSERT INTO submission_steps (id, submission_id, no, kind, from_status, to_status, persona_id, at, why, sentence, key_id, wanted, spans, file_no)
		VALUES ($1, $2, (SELECT COUNT(*) + 1 FROM submission_steps WHERE submission_id = $3), $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
		st.ID, s.ID, s.ID, st.Kind, st.From, st.To, orNull(st.By), millis(st.At), st.Reason, sentence, keyID, st.Wanted, consultation.JoinSpans(st.Spans), st.File)
	return err
}

// Step implements consultation.Store.
func (d ConsultationStore) Step(ctx context.Context, by *app.Standing, after consultation.Submission, revision int, st consultation.Step) error {
	err := d.write(ctx, func(tx *tx) error {
		_, err := tx.advance(ctx, by, after, revision, st)
		return err
	})
	if err == nil && st.Kind == consultation.StepTakenBack {
		d.dialect.wipe(ctx, d.writer.DB)
	}
	return err
}

// advance keeps a step and what follows from it, and reports whether it is a new one.
func (t *tx) advance(ctx context.Context, by *app.Standing, after consultation.Submission, revision int, st consultation.Step) (isNew bool, err error) {
	if by != nil {
		if err := t.stand(ctx, *by); err != nil {
			return false, err
		}
	}
	now, err := one[struct {
		Status    consultation.Status `db:"status"`
		Revision  int                 `db:"revision"`
		Sensitive bool                `db:"sensitive"`
	}](ctx, t, t.dialect.locked(`SELECT status, revision, sensitive FROM submissions WHERE id = $1`), after.ID)
	if err != nil {
		return false, err
	}
	if done, err := one[int](ctx, t, `SELECT COUNT(*) FROM submission_steps WHERE id = $1 AND submission_id = $2`, st.ID, after.ID); err != nil || done > 0 {
		return false, err
	}
	if now.Status != st.From || now.Revision != revision || now.Sensitive && !after.IsSensitive {
		return false, app.Conflict("submission.changed")
	}
	if err := t.become(ctx, after, now.Revision, st); err != nil {
		return false, err
	}
	return true, t.keepStep(ctx, after, st)
}

// become stores a submission as it is after a step.
func (t *tx) become(ctx context.Context, after consultation.Submission, revision int, st consultation.Step) error {
	if _, err := t.run(ctx, `UPDATE submissions SET status = $1, revision = $2, contested_at = $3, appealed_at = $4, returned_at = $5, sensitive = $6, wanted = $7, unnamed_at = $8 WHERE id = $9`,
		after.Status, after.Revision, millis(after.ContestedAt), millis(after.AppealedAt), millis(after.ReturnedAt), after.IsSensitive, after.Wanted, millis(after.UnnamedAt), after.ID); err != nil {
		return err
	}
	if balanceOf[st.From] != balanceOf[st.To] {
		if _, err := t.run(ctx, `UPDATE docket_balances SET `+minus(st.From)+`, `+plus(st.To)+` WHERE docket_id = $1`, after.Docket); err != nil {
			return err
		}
	}
	if st.Kind == consultation.StepTakenBack {
		return t.destroy(ctx, after.ID)
	}
	if after.Revision == revision {
		return nil
	}
	return t.reword(ctx, after, millis(st.At))
}

// destroy takes the words of a submission out of all its wordings, its files, and what its
// author and others said about it.
func (t *tx) destroy(ctx context.Context, id app.ID) error {
	for _, query := range []string{
		`UPDATE submission_revisions SET clauses = '', comment = '', proposed = '', name = '', stakeholder = '', key_id = '' WHERE submission_id = $1`,
		`UPDATE submission_steps SET sentence = '', key_id = '', spans = '' WHERE submission_id = $1`,
		`DELETE FROM sealed_wordings WHERE submission_id = $1`,
		`DELETE FROM submission_files WHERE submission_id = $1`,
		`UPDATE submission_contests SET sentence = '', key_id = '' WHERE submission_id = $1`,
		`UPDATE submissions SET digest = code_hash, contested_at = 0, appealed_at = 0 WHERE id = $1`,
	} {
		if _, err := t.run(ctx, query, id); err != nil {
			return err
		}
	}
	return nil
}

// SubmissionBy implements consultation.Store.
func (d ConsultationStore) SubmissionBy(ctx context.Context, hash []byte) (consultation.Submission, error) {
	return d.submission(ctx, `WHERE s.code_hash = $1`, hash)
}

// Submission implements consultation.Store.
func (d ConsultationStore) Submission(ctx context.Context, docket app.ID, no int) (consultation.Submission, error) {
	return d.submission(ctx, `WHERE s.docket_id = $1 AND s.no = $2`, docket, no)
}

func (d ConsultationStore) submission(ctx context.Context, where string, args ...any) (consultation.Submission, error) {
	row, err := one[submissionRow](ctx, d.read, selectSubmissions+` `+where, args...)
	if err != nil {
		return consultation.Submission{}, err
	}
	found, err := row.submission()
	if err != nil {
		return found, err
	}
	steps, err := d.steps(ctx, []app.ID{found.ID})
	if err != nil {
		return found, err
	}
	found.Steps = steps[found.ID]
	files, err := filesOf(ctx, d.read, []app.ID{found.ID})
	found.Files = files[found.ID]
	return found, err
}

// steps lists the steps of submissions, oldest first, by submission.
func (d ConsultationStore) steps(ctx context.Context, of []app.ID) (map[app.ID][]consultation.Step, error) {
	if len(of) == 0 {
		return nil, nil
	}
	params, args := listed(1, of)
	rows, err := all[struct {
		ID         app.ID                `db:"id"`
		Submission app.ID                `db:"submission_id"`
		Kind       consultation.StepKind `db:"kind"`
		From       consultation.Status   `db:"from_status"`
		To         consultation.Status   `db:"to_status"`
		By         string                `db:"persona_id"`
		Name       string                `db:"name"`
		NameKey    string                `db:"name_key_id"`
		At         int64                 `db:"at"`
		Why        consultation.Reason   `db:"why"`
		Sentence   string                `db:"sentence"`
		KeyID      string                `db:"key_id"`
		Wanted     consultation.Status   `db:"wanted"`
		Spans      string                `db:"spans"`
		File       int                   `db:"file_no"`
	}](ctx, d.read, `
		SELECT t.id, t.submission_id, t.kind, t.from_status, t.to_status, COALESCE(t.persona_id, '') AS persona_id, COALESCE(p.name, '') AS name,
			COALESCE(p.key_id, '') AS name_key_id, t.at, t.why, t.sentence, t.key_id, t.wanted, t.spans, t.file_no
		FROM submission_steps t LEFT JOIN personas p ON p.id = t.persona_id
		WHERE t.submission_id IN (`+params+`) ORDER BY t.submission_id, t.no`, args...)
	if err != nil {
		return nil, err
	}
	steps := map[app.ID][]consultation.Step{}
	for _, r := range rows {
		st := consultation.Step{ID: r.ID, Kind: r.Kind, From: r.From, To: r.To, By: app.ID(r.By), At: moment(r.At), Reason: r.Why, Wanted: r.Wanted, File: r.File}
		if st.Spans, err = consultation.ReadSpans(r.Spans); err != nil {
			return nil, err
		}
		if st.Name, err = unseal(r.NameKey, r.Name); err != nil {
			return nil, err
		}
		if st.Sentence, err = unseal(r.KeyID, r.Sentence); err != nil {
			return nil, err
		}
		steps[r.Submission] = append(steps[r.Submission], st)
	}
	return steps, nil
}

// Submissions implements consultation.Store.
func (d ConsultationStore) Submissions(ctx context.Context, docket app.ID, f consultation.Filter) ([]consultation.Submission, error) {
	which, args := "", []any{docket, f.After, f.Status, f.Status, f.Channel, f.Channel, f.IsPublic, f.Flag, f.Flag, f.Flag, f.Flag, f.Flag, f.Flag, f.Flag, f.Flag, f.Flag, f.Limit}
	if len(f.Nos) > 0 {
		params, nos := listed(len(args)+1, f.Nos)
		which, args = ` AND s.no IN (`+params+`)`, append(args, nos...)
	}
	rows, err := all[submissionRow](ctx, d.read, selectSubmissions+`
		WHERE s.docket_id = $1 AND s.no > $2 AND ($3 = '' OR s.status = $4) AND ($5 = '' OR s.channel = $6)
			AND (NOT $7 OR s.status IN ('posted', 'posted_redacted'))
			AND ($8 = '' OR $9 = 'late' AND s.late OR $10 = 'slow' AND s.slow OR $11 = 'contested' AND (s.contested_at > 0 OR `+isContested+`) OR $12 = 'appealed' AND s.appealed_at > 0
				OR $13 = 'returned' AND s.returned_at > 0 OR $14 = 'second' AND (s.wanted <> '' OR EXISTS (SELECT 1 FROM submission_files w WHERE w.submission_id = s.id AND w.wanted <> ''))
				OR $15 = 'sensitive' AND s.sensitive OR $16 = 'files' AND EXISTS (SELECT 1 FROM submission_files w WHERE w.submission_id = s.id AND w.state = 'waiting'))`+which+`
		ORDER BY s.no LIMIT $17`, args...)
	if err != nil {
		return nil, err
	}
	return d.withFilesOf(ctx, docket, rows)
}

// isContested says of a submission that somebody contests its name, and waits.
const isContested = `EXISTS (SELECT 1 FROM submission_contests c WHERE c.submission_id = s.id AND c.step_id IS NULL)`

// Waiting implements consultation.Store.
func (d ConsultationStore) Waiting(ctx context.Context, group app.ID, limit int) ([]consultation.Submission, error) {
	rows, err := all[submissionRow](ctx, d.read, selectSubmissions+`
		JOIN dockets d ON d.id = s.docket_id
		WHERE d.group_id = $1 AND (s.status = 'received' AND s.returned_at = 0 OR s.wanted <> '' OR s.appealed_at > 0
			OR s.status IN ('posted', 'posted_redacted') AND `+isContested+`
			OR EXISTS (SELECT 1 FROM submission_files w WHERE w.submission_id = s.id AND (w.state = 'waiting' OR w.wanted <> '')))
		ORDER BY s.received_at, s.docket_id, s.no LIMIT $2`, group, limit)
	if err != nil {
		return nil, err
	}
	list, err := d.withFiles(ctx, rows)
	if err != nil {
		return nil, err
	}
	var appealed []app.ID
	for _, s := range list {
		if !s.AppealedAt.IsZero() {
			appealed = append(appealed, s.ID)
		}
	}
	steps, err := d.steps(ctx, appealed)
	for i, s := range list {
		list[i].Steps = steps[s.ID]
	}
	return list, err
}

// Marks implements consultation.Store.
func (d ConsultationStore) Marks(ctx context.Context, docket app.ID) ([]consultation.Mark, error) {
	rows, err := all[struct {
		No          int                 `db:"no"`
		Revision    int                 `db:"revision"`
		Status      consultation.Status `db:"status"`
		IsContested bool                `db:"is_contested"`
	}](ctx, d.read, `SELECT no, revision, status, contested_at > 0 AS is_contested FROM submissions WHERE docket_id = $1 ORDER BY no`, docket)
	list := make([]consultation.Mark, len(rows))
	for i, r := range rows {
		list[i] = consultation.Mark(r)
	}
	return list, err
}

// Revisions implements consultation.Store.
func (d ConsultationStore) Revisions(ctx context.Context, id app.ID) ([]consultation.Revision, error) {
	rows, err := all[struct {
		revisionRow
		Sealed bool `db:"sealed"`
	}](ctx, d.read, `
		SELECT `+revisionColumns+`, EXISTS (SELECT 1 FROM sealed_wordings w WHERE w.submission_id = r.submission_id AND w.revision = r.revision) AS sealed
		FROM submission_revisions r WHERE r.submission_id = $1 ORDER BY r.revision`, id)
	if err != nil {
		return nil, err
	}
	list := make([]consultation.Revision, len(rows))
	for i, row := range rows {
		list[i] = consultation.Revision{No: row.Revision, At: moment(row.At), IsSealed: row.Sealed}
		if list[i].Words, err = row.words(); err != nil {
			return nil, err
		}
	}
	return list, nil
}
