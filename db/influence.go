package db

import (
	"context"
	"slices"
	"time"

	"madang/app"
	"madang/app/disclosure"
	"madang/app/trace"
)

// Groups implements trace.Tally.
func (d TraceStore) Groups(ctx context.Context, docket app.ID) ([]trace.Group, error) {
	found, err := d.stakeholders(ctx, docket)
	list := make([]trace.Group, len(found))
	for i, s := range found {
		list[i] = trace.Group{ID: s.ID, Name: s.Name}
	}
	return list, err
}

type stakeholderOf struct {
	ID        app.ID `db:"id"`
	Name      string `db:"name"`
	Sensitive bool   `db:"sensitive"`
}

func (d TraceStore) stakeholders(ctx context.Context, docket app.ID) ([]stakeholderOf, error) {
	return all[stakeholderOf](ctx, d.read, `
		SELECT s.id, s.name, s.sensitive FROM stakeholders s JOIN dockets d ON d.group_id = s.group_id WHERE d.id = $1 ORDER BY s.position`, docket)
}

// contributor is one submission as the ledger counts it.
type contributor struct {
	group    string
	received time.Time
	verdicts []trace.Verdict
}

// crowd is who the ledger is about, with the stakeholder groups they may be of.
type crowd struct {
	rows         []disclosure.Row
	people       map[int]contributor // by number
	hasSensitive bool
}

// crowd reads who said something and what became of it. What isn't posted has no answer
// that anybody may read.
func (d TraceStore) crowd(ctx context.Context, docket app.ID) (crowd, error) {
	c := crowd{people: map[int]contributor{}}
	groups, err := d.stakeholders(ctx, docket)
	if err != nil {
		return c, err
	}
	for _, g := range groups {
		c.rows = append(c.rows, disclosure.Row{Key: string(g.ID), Sensitive: g.Sensitive})
		c.hasSensitive = c.hasSensitive || g.Sensitive
	}
	c.rows = append(c.rows, disclosure.Row{Key: trace.GroupNone})
	rows, err := all[struct {
		No         int    `db:"no"`
		ReceivedAt int64  `db:"received_at"`
		Group      string `db:"stakeholder"`
		Code       string `db:"code"`
		IsInText   bool   `db:"in_text"`
	}](ctx, d.read, `
		SELECT s.no, s.received_at, w.stakeholder, COALESCE(a.code, '') AS code,
			EXISTS (SELECT 1 FROM issue_amendments l JOIN amendments m ON m.id = l.amendment_id WHERE l.issue_id = i.id AND m.state IN ('accepted', 'modified')) AS in_text
		FROM submissions s JOIN submission_revisions w ON w.submission_id = s.id AND w.revision = s.revision
		LEFT JOIN excerpts e ON e.docket_id = s.docket_id AND e.submission_no = s.no AND s.status IN ('posted', 'posted_redacted')
		LEFT JOIN issues i ON i.id = e.issue_id
		LEFT JOIN issue_answers a ON a.issue_id = i.id AND a.verdict = 'agreed' AND a.revision = i.revision
			AND a.no = (SELECT MAX(no) FROM issue_answers WHERE issue_id = i.id)
		WHERE s.docket_id = $1 AND s.status <> 'withdrawn'`, docket)
	for _, r := range rows {
		if !slices.ContainsFunc(c.rows, func(row disclosure.Row) bool { return row.Key == r.Group }) {
			r.Group = trace.GroupNone
		}
		who := c.people[r.No]
		who.group, who.received = r.Group, moment(r.ReceivedAt)
		who.verdicts = append(who.verdicts, trace.Verdict{Code: r.Code, IsInText: r.IsInText})
		c.people[r.No] = who
	}
	return c, err
}

// lines are the rows of a table in which groups that aren't apart are one, and the row in
// which somebody of a group counts.
func (c crowd) lines(apart []string) (rows []disclosure.Row, of func(group string) string) {
	others := disclosure.Row{Key: trace.GroupOthers}
	for _, row := range c.rows {
		if slices.Contains(apart, row.Key) {
			rows = append(rows, row)
		} else {
			others.Sensitive = others.Sensitive || row.Sensitive
		}
	}
	return append(rows, others), func(group string) string {
		if slices.Contains(apart, group) {
			return group
		}
		return trace.GroupOthers
	}
}

// CountLots implements trace.Tally.
func (d TraceStore) CountLots(ctx context.Context, docket app.ID) (disclosure.Raw, error) {
	c, err := d.crowd(ctx, docket)
	if err != nil {
		return disclosure.Raw{}, err
	}
	had := map[trace.Lot]int{}
	for _, who := range c.people {
		had[trace.LotOf(who.verdicts)]++
	}
	columns, in := trace.Division(had, c.hasSensitive)
	names := make([]string, len(columns))
	for i, lot := range columns {
		names[i] = string(lot)
	}
	counted := disclosure.Count(c.rows, names...)
	for _, who := range c.people {
		counted.Add(who.group, string(in[trace.LotOf(who.verdicts)]), 1)
	}
	return counted, nil
}

// day is how long a day is.
const day = 24 * time.Hour

// CountDays implements trace.Tally.
func (d TraceStore) CountDays(ctx context.Context, docket app.ID, until time.Time, apart []string) (disclosure.Raw, error) {
	c, err := d.crowd(ctx, docket)
	if err != nil {
		return disclosure.Raw{}, err
	}
	rows, of := c.lines(apart)
	waits := map[int]int{}
	var list []int
	for no, who := range c.people {
		waits[no] = max(0, int(until.Sub(who.received)/day))
		list = append(list, waits[no])
	}
	stretches := trace.Stretches(list, c.hasSensitive)
	names := make([]string, len(stretches))
	for i, s := range stretches {
		names[i] = s.String()
	}
	counted := disclosure.Count(rows, names...)
	for no, wait := range waits {
		counted.Add(of(c.people[no].group), trace.In(stretches, wait).String(), 1)
	}
	return counted, nil
}

// CountReplies implements trace.Tally. Whoever isn't satisfied with one of their answers
// isn't satisfied.
func (d TraceStore) CountReplies(ctx context.Context, docket app.ID, apart []string) (disclosure.Raw, error) {
	c, err := d.crowd(ctx, docket)
	if err != nil {
		return disclosure.Raw{}, err
	}
	replies, err := all[struct {
		No    int    `db:"submission_no"`
		Reply string `db:"reply"`
	}](ctx, d.read, `SELECT submission_no, MIN(reply) AS reply FROM issue_replies WHERE docket_id = $1 GROUP BY submission_no`, docket)
	rows, of := c.lines(apart)
	counted := disclosure.Count(rows, trace.ReplySatisfied, trace.ReplyNotSatisfied)
	for _, r := range replies { // "not_satisfied" comes before "satisfied"
		if who, isThere := c.people[r.No]; isThere && trace.LotOf(who.verdicts).IsAnswered() {
			counted.Add(of(who.group), r.Reply, 1)
		}
	}
	return counted, err
}
