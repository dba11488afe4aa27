package db

import (
	"context"
	"time"

	"madang/app"
	"madang/app/upkeep"
)

// UpkeepStore keeps what was done to look after the forum.
type UpkeepStore struct{ *DB }

// deedsFor is how long deeds are remembered.
const deedsFor = 400 * 24 * time.Hour

// Note remembers a deed, and forgets what is older than 400 days.
func (d UpkeepStore) Note(ctx context.Context, deed upkeep.Deed) error {
	return d.write(ctx, func(tx *tx) error {
		if _, err := tx.run(ctx, `DELETE FROM upkeep WHERE at < $1`, millis(deed.At.Add(-deedsFor))); err != nil {
			return err
		}
		return tx.note(ctx, deed)
	})
}

func (t *tx) note(ctx context.Context, deed upkeep.Deed) error {
	_, err := t.run(ctx, `
		INSERT INTO upkeep (id, task, at, took, problem, bytes, sealed) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		deed.ID, deed.Task, millis(deed.At), deed.Took.Milliseconds(), deed.Problem, deed.Bytes, deed.IsSealed)
	return err
}

type deedRow struct {
	ID      app.ID      `db:"id"`
	Task    upkeep.Task `db:"task"`
	At      int64       `db:"at"`
	Took    int64       `db:"took"`
	Problem string      `db:"problem"`
	Bytes   int64       `db:"bytes"`
	Sealed  bool        `db:"sealed"`
}

func (r deedRow) deed() upkeep.Deed {
	return upkeep.Deed{
		ID: r.ID, Task: r.Task, At: moment(r.At), Took: time.Duration(r.Took) * time.Millisecond,
		Problem: r.Problem, Bytes: r.Bytes, IsSealed: r.Sealed,
	}
}

const selectDeeds = `SELECT id, task, at, took, problem, bytes, sealed FROM upkeep`

// Deeds lists the newest deeds, the last one first.
func (d UpkeepStore) Deeds(ctx context.Context, most int) ([]upkeep.Deed, error) {
	rows, err := all[deedRow](ctx, d.read, selectDeeds+` ORDER BY at DESC, id DESC LIMIT $1`, most)
	return each(rows, deedRow.deed), err
}

// Logs returns what is remembered of each task.
func (d UpkeepStore) Logs(ctx context.Context) (upkeep.Logs, error) {
	logs := upkeep.Logs{}
	for _, task := range []upkeep.Task{upkeep.Backup, upkeep.Drill, upkeep.Restore} {
		last, err := d.last(ctx, task, "")
		if err != nil {
			return nil, err
		}
		good, err := d.last(ctx, task, ` AND problem = ''`)
		if err != nil {
			return nil, err
		}
		logs[task] = upkeep.Log{Last: last, LastGood: good}
	}
	return logs, nil
}

func (d UpkeepStore) last(ctx context.Context, task upkeep.Task, which string) (upkeep.Deed, error) {
	row, err := one[deedRow](ctx, d.read, selectDeeds+` WHERE task = $1`+which+` ORDER BY at DESC, id DESC LIMIT 1`, task)
	if app.KindOf(err) == app.KindNotFound {
		return upkeep.Deed{}, nil
	}
	return row.deed(), err
}

type statementsRow struct {
	Group app.ID `db:"group_id"`
	N     int    `db:"n"`
}

// Storage implements upkeep.Store.
func (d UpkeepStore) Storage(ctx context.Context) (s upkeep.Storage, err error) {
	if s.Bytes, err = d.Bytes(ctx); err != nil {
		return s, err
	}
	if s.Letters, err = one[int](ctx, d.read, `SELECT COUNT(*) FROM letters`); err != nil {
		return s, err
	}
	rows, err := all[statementsRow](ctx, d.read, `
		SELECT s.group_id, COUNT(*) AS n FROM statements s JOIN working_groups g ON g.id = s.group_id
		WHERE NOT g.sensitive GROUP BY s.group_id`)
	s.Statements = map[app.ID]int{}
	for _, row := range rows {
		s.Statements[row.Group] = row.N
	}
	return s, err
}

type refusalRow struct {
	At    int64  `db:"at"`
	Group app.ID `db:"group_id"`
	Code  string `db:"code"`
	Bytes int64  `db:"bytes"`
}

// Refusals implements upkeep.Store.
func (d UpkeepStore) Refusals(ctx context.Context, most int) ([]upkeep.Refusal, error) {
	rows, err := all[refusalRow](ctx, d.read, `
		SELECT r.at, s.group_id, r.code, LENGTH(r.bytes) AS bytes
		FROM live_refusals r JOIN statements s ON s.id = r.document_id JOIN working_groups g ON g.id = s.group_id
		WHERE NOT g.sensitive ORDER BY r.at DESC, r.id DESC LIMIT $1`, most)
	return each(rows, func(r refusalRow) upkeep.Refusal {
		return upkeep.Refusal{Day: moment(r.At).Truncate(24 * time.Hour), Group: r.Group, Code: r.Code, Bytes: r.Bytes}
	}), err
}
