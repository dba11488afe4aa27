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

// retractions are all of those there are, the files that aren't shown, and the names.
type retractions struct {
	submissions []retraction
	files       []hiddenFile
	unnamed     []unnamed
}

// unnamed is a submission whose name was taken out of the public's sight.
type unnamed struct {
	ID app.ID `db:"id"`
	At int64  `db:"unnamed_at"`
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
	if r.unnamed, err = all[unnamed](ctx, t, `SELECT id, unnamed_at FROM submissions WHERE unnamed_at > 0`); err != nil {
		return r, err
	}
	r.files, err = all[hiddenFile](ctx, t, `SELECT submission_id, no FROM submission_files WHERE state <> $1`, consultation.FileShown)
	return r, err
}

// retractAgain does to the submissions of a backup what was done since. What the backup
// hasn't got is left out.
func (t *tx) retractAgain(ctx context.Context, since retractions, now time.Time) error {
	known := map[app.ID]retraction{}
	for _, r := range since.submissions {
		known[r.ID] = r
	}
	restored, err := all[retraction](ctx, t, `SELECT id, status, revision, '' AS step_id, 0 AS at FROM submissions`)
	if err != nil {
		return err
	}
	for _, before := range restored {
		step, isDue := known[before.ID].step(before, now)
		if !isDue {
			continue
		}
		if err := t.retract(ctx, before.ID, step); err != nil {
			return err
		}
	}
	for _, u := range since.unnamed {
		if _, err := t.run(ctx, `UPDATE submissions SET unnamed_at = $1 WHERE id = $2 AND unnamed_at = 0`, u.At, u.ID); err != nil {
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

func (t *tx) retract(ctx context.Context, id app.ID, step consultation.Step) error {
	row, err := one[submissionRow](ctx, t, selectSubmissions+` WHERE s.id = $1`, id)
	if err != nil {
		return err
	}
	after, err := row.submission()
	if err != nil {
		return err
	}
	after.Status, after.Wanted = step.To, ""
	if err := t.become(ctx, after, after.Revision, step); err != nil {
		return err
	}
	return t.keepStep(ctx, after, step)
}

// step is what has to happen to a submission as the backup has it; nothing, if r is the zero
// retraction of what was posted.
func (r retraction) step(before retraction, now time.Time) (step consultation.Step, isDue bool) {
	switch isShown := before.Status == consultation.Posted || before.Status == consultation.Redacted; {
	case r.Status == consultation.TakenBack:
		step = consultation.Step{ID: r.Step, Kind: consultation.StepTakenBack, From: before.Status, To: consultation.TakenBack, At: moment(r.At)}
		return step, before.Status != consultation.TakenBack
	case r.Status == "" || !isShown:
		return consultation.Step{}, false
	}
	step = consultation.Step{ID: app.NewID(), Kind: consultation.StepMoved, From: before.Status, To: consultation.Received, At: now}
	return step, before.Status != r.Status || before.Revision != r.Revision
}
