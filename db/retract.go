package db

import (
	"context"
	"time"

	"madang/app"
	"madang/app/consultation"
)

// A backup brings back what people took back since, and what was taken out of the public's
// sight. A restore takes both past the backup: what was withdrawn is destroyed again, and
// what was withheld or redacted, or waits, waits for a moderator instead of being posted as it was.

// retraction is a submission that the public doesn't read as it was sent, so that no backup
// may show it that way.
type retraction struct {
	ID       app.ID              `db:"id"`
	Status   consultation.Status `db:"status"`
	Revision int                 `db:"revision"`
	Step     app.ID              `db:"step_id"` // of a withdrawal
	At       int64               `db:"at"`
}

// retractions are all of those there are, and the files that aren't shown.
type retractions struct {
	submissions []retraction
	files       []hiddenFile
}

type hiddenFile struct {
	Submission app.ID `db:"submission_id"`
	No         int    `db:"no"`
}

func (t *tx) retractions(ctx context.Context) (r retractions, err error) {
	if r.submissions, err = all[retraction](ctx, t, `
		SELECT s.id, s.status, s.revision, COALESCE(w.id, '') AS step_id, COALESCE(w.at, 0) AS at
		FROM submissions s LEFT JOIN submission_steps w ON w.submission_id = s.id AND w.kind = $1
		WHERE s.status <> $2`, consultation.StepTakenBack, consultation.Posted); err != nil {
		return r, err
	}
	r.files, err = all[hiddenFile](ctx, t, `SELECT submission_id, no FROM submission_files WHERE state <> $1`, consultation.FileShown)
	return r, err
}

// retractAgain does to the submissions of a backup what was done since. What the backup
// hasn't got is left out.
func (t *tx) retractAgain(ctx context.Context, since retractions, now time.Time) error {
	for _, r := range since.submissions {
		if err := t.retract(ctx, r, now); err != nil {
			return err
		}
	}
	for _, f := range since.files {
		if _, err := t.run(ctx, `UPDATE submission_files SET state = $1 WHERE submission_id = $2 AND no = $3 AND state = $4`,
			consultation.FileWaiting, f.Submission, f.No, consultation.FileShown); err != nil {
			return err
		}
	}
	return nil
}

func (t *tx) retract(ctx context.Context, r retraction, now time.Time) error {
	row, err := one[submissionRow](ctx, t, selectSubmissions+` WHERE s.id = $1`, r.ID)
	if app.KindOf(err) == app.KindNotFound {
		return nil
	}
	if err != nil {
		return err
	}
	before, err := row.submission()
	if err != nil {
		return err
	}
	step, isDue := r.step(before, now)
	if !isDue {
		return nil
	}
	after := before
	after.Status, after.Wanted = step.To, ""
	if err := t.become(ctx, after, before.Revision, step); err != nil {
		return err
	}
	return t.keepStep(ctx, after, step)
}

// step is what has to happen to a submission as the backup has it.
func (r retraction) step(before consultation.Submission, now time.Time) (step consultation.Step, isDue bool) {
	if r.Status == consultation.TakenBack {
		step = consultation.Step{ID: r.Step, Kind: consultation.StepTakenBack, From: before.Status, To: consultation.TakenBack, At: moment(r.At)}
		return step, before.Status != consultation.TakenBack
	}
	step = consultation.Step{ID: app.NewID(), Kind: consultation.StepMoved, From: before.Status, To: consultation.Received, At: now}
	isShown := before.Status == consultation.Posted || before.Status == consultation.Redacted
	return step, isShown && (before.Status != r.Status || before.Revision != r.Revision)
}
