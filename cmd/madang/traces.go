package main

import (
	"context"

	"madang/app"
	"madang/app/consultation"
	"madang/app/disposition"
	"madang/app/statement"
	"madang/app/trace"
)

// traced answers trace what statements said.
type traced struct{ statements *statement.Service }

func (t traced) Text(ctx context.Context, actor app.Actor, of app.ID, cids ...string) (trace.Text, error) {
	found, err := t.statements.Traced(ctx, actor, of, cids...)
	if err != nil {
		return trace.Text{}, err
	}
	text := tracedText(found)
	live := trace.Version{Head: app.LiveHead{Epoch: found.Text.Epoch, Seq: found.Text.Seq}, Clauses: map[string]trace.Clause{}}
	numbers := found.Text.Doc.Numbers()
	for _, b := range found.Text.Doc.Blocks {
		live.Clauses[b.CID] = trace.Clause{Number: numbers[b.CID], Words: b.PlainText()}
	}
	text.Membership, text.Versions = found.Membership, append(text.Versions, live)
	return text, nil
}

func (t traced) Published(ctx context.Context, of app.ID, versions []app.ID, cids ...string) (trace.Text, error) {
	found, err := t.statements.FrozenTraced(ctx, of, versions, cids...)
	return tracedText(found), err
}

// tracedText is what versions said, oldest first, without the live text.
func tracedText(found statement.Traced) trace.Text {
	text := trace.Text{Statement: found.Statement.ID, Title: found.Statement.Title, Lang: found.Statement.Lang, Relatives: found.Relatives}
	for i := len(found.Versions) - 1; i >= 0; i-- {
		v := found.Versions[i]
		shown := trace.Version{ID: v.ID, No: v.No, Label: v.Label, At: v.At, Head: app.LiveHead{Epoch: v.Epoch, Seq: v.Seq}, Clauses: map[string]trace.Clause{}}
		for _, c := range found.Clauses[v.No] {
			shown.Clauses[c.Block.CID] = trace.Clause{Words: c.Block.PlainText(), Erratum: c.Erratum}
		}
		text.Versions = append(text.Versions, shown)
	}
	for _, a := range found.Amendments {
		step, _ := a.Acceptance()
		text.Amendments = append(text.Amendments, trace.Amendment{
			ID: a.ID, No: a.No, State: string(a.State), Proposals: a.Proposals, Reason: a.Reason,
			Decision: trace.Decision{Acceptance: step.Acceptance, Reason: step.Reason, At: step.At, Head: found.Heads[step.Acceptance]},
		})
	}
	return text
}

// inputs answers trace what people said about a text.
type inputs struct {
	consultations *consultation.Service
	answers       *disposition.Service
}

// Issues leaves out dockets whose issues the actor may not read: that is told to those who
// answer them, and to everybody once the report is published.
func (in inputs) Issues(ctx context.Context, actor app.Actor, group, of app.ID) ([]trace.Issue, error) {
	_, dockets, err := in.consultations.List(ctx, actor, group)
	if err != nil {
		return nil, err
	}
	var list []trace.Issue
	for _, d := range dockets {
		if d.Version.Statement != of {
			continue
		}
		desk, err := in.answers.Desk(ctx, actor, d.ID)
		switch app.KindOf(err) {
		case app.KindForbidden, app.KindNotFound:
			continue
		}
		if err != nil {
			return nil, err
		}
		list = append(list, issuesOf(desk)...)
	}
	return list, nil
}

// Docket asks as the public does, whoever looks.
func (in inputs) Docket(ctx context.Context, id app.ID) (trace.Docket, []trace.Issue, error) {
	v, err := in.consultations.Docket(ctx, app.Actor{}, id)
	if err != nil {
		return trace.Docket{}, nil, err
	}
	d := trace.Docket{
		ID: v.ID, Group: v.Group, Statement: v.Version.Statement, Number: v.Number(), Title: v.Title, Lang: v.Lang, Version: v.Version.Version, No: v.Version.No,
	}
	if d.IsReported, err = in.answers.IsReported(ctx, id); err != nil || !d.IsReported {
		return d, nil, err
	}
	desk, err := in.answers.Desk(ctx, app.Actor{}, id)
	d.ReportedAt = desk.Report.At
	return d, issuesOf(desk), err
}

func (in inputs) Frozen(ctx context.Context, of app.ID) ([]trace.Publication, error) {
	dockets, err := in.consultations.Public(ctx)
	var frozen []trace.Publication
	for _, d := range dockets {
		if v := d.Version; v.Statement == of {
			frozen = append(frozen, trace.Publication{Version: v.Version, Docket: d.ID, No: v.No, Title: v.Title, Lang: v.Lang, At: d.Acts[0].At})
		}
	}
	return frozen, err
}

// Quote asks each docket once, for just these issues.
func (in inputs) Quote(ctx context.Context, actor app.Actor, issues []*trace.Issue) error {
	nos := map[app.ID][]int{}
	for _, issue := range issues {
		nos[issue.Docket] = append(nos[issue.Docket], issue.No)
	}
	for docket, wanted := range nos {
		found, err := in.answers.Passages(ctx, actor, docket, wanted...)
		if err != nil {
			return err
		}
		for _, issue := range issues {
			if issue.Docket == docket {
				issue.Passages = passagesOf(found[issue.No])
			}
		}
	}
	return nil
}

func passagesOf(found []disposition.Excerpt) []trace.Passage {
	list := make([]trace.Passage, len(found))
	for i, e := range found {
		list[i] = trace.Passage{Submission: e.Submission, Words: e.Words, Lang: e.Said.Lang}
	}
	return list
}

// issuesOf are a docket's issues, in the order of the text.
func issuesOf(d disposition.Desk) []trace.Issue {
	list := make([]trace.Issue, len(d.Issues))
	for i, issue := range d.Issues {
		list[i] = trace.Issue{Docket: d.ID, Number: d.Number, DocketTitle: d.Title, No: issue.No, CID: issue.CID, Title: issue.Title}
		for _, a := range issue.Amendments {
			list[i].Amendments = append(list[i].Amendments, a.ID)
		}
		if a, isThere := issue.Newest(); isThere && issue.State() == disposition.StateAnswered {
			list[i].Code, list[i].Rationale, list[i].At = string(a.Code), a.Rationale, a.SecondAt
		}
	}
	return list
}
