package main

import (
	"context"

	"madang/app"
	"madang/app/consultation"
	"madang/app/disposition"
	"madang/app/identity"
	"madang/app/statement"
)

// dockets answers disposition what was put before the public, and what was posted.
type dockets struct{ consultations *consultation.Service }

func (d dockets) Docket(ctx context.Context, actor app.Actor, id app.ID) (disposition.Docket, app.Membership, error) {
	v, text, err := d.consultations.Text(ctx, actor, id)
	if err != nil {
		return disposition.Docket{}, v.Membership, err
	}
	found := disposition.Docket{
		ID: v.ID, Group: v.Group, Statement: v.Version.Statement, Number: v.Number(), Title: v.Title, Lang: v.Lang,
		IsAnnounced: true, IsClosed: v.State == consultation.StateClosed || v.State == consultation.StateWithdrawn, Version: v.Version.No,
	}
	numbers := text.Doc.Numbers()
	for _, b := range text.Doc.Blocks {
		found.Clauses = append(found.Clauses, disposition.Clause{CID: b.CID, Number: numbers[b.CID], Words: b.PlainText()})
	}
	return found, v.Membership, nil
}

func (d dockets) Posted(ctx context.Context, docket app.ID, nos ...int) ([]disposition.Submission, error) {
	found, err := d.consultations.Among(ctx, docket, nos...)
	list := make([]disposition.Submission, len(found))
	for i, one := range found {
		list[i] = postedOf(one)
	}
	return list, err
}

func (d dockets) PostedNos(ctx context.Context, docket app.ID) ([]int, error) {
	return d.consultations.PostedNos(ctx, docket)
}

func postedOf(s consultation.Submission) disposition.Submission {
	return disposition.Submission{
		No: s.No, Revision: s.Revision, Clauses: s.Clauses, Comment: s.Comment, Proposed: s.Proposed, Kind: disposition.Kind(s.Kind), Name: s.Name, Lang: s.Words.Lang, At: s.ReceivedAt,
	}
}

func (d dockets) Groups(ctx context.Context, of disposition.Docket) ([]disposition.StakeholderGroup, map[int]app.ID, error) {
	known, stated, err := d.consultations.Stated(ctx, of.Group, of.ID)
	var groups []disposition.StakeholderGroup
	for _, k := range known {
		groups = append(groups, disposition.StakeholderGroup{ID: k.ID, Name: k.Name})
	}
	return groups, stated, err
}

func (d dockets) Receipt(ctx context.Context, code string) (docket app.ID, no int, err error) {
	found, err := d.consultations.Follow(ctx, code)
	return found.Docket.ID, found.Submission.No, err
}

// promises answers identity what a group owes to people outside of it.
type promises struct {
	consultations *consultation.Service
	answers       *disposition.Service
}

func (p promises) Debts(ctx context.Context, group app.ID) ([]identity.Debt, error) {
	running, heard, err := p.consultations.Promised(ctx, group)
	if err != nil {
		return nil, err
	}
	var list []identity.Debt
	for _, d := range running {
		list = append(list, identity.Debt{Docket: d.ID, Title: d.Title, Lang: d.Lang, IsRunning: true})
	}
	for _, d := range heard {
		isReported, err := p.answers.IsReported(ctx, d.ID)
		if err != nil {
			return nil, err
		}
		if !isReported {
			list = append(list, identity.Debt{Docket: d.ID, Title: d.Title, Lang: d.Lang})
		}
	}
	return list, nil
}

// owed answers statement what the group still owes people outside of it.
type owed struct{ answers *disposition.Service }

func (o owed) Unanswered(ctx context.Context, amendments []app.ID) ([]statement.OpenIssue, error) {
	found, err := o.answers.Unanswered(ctx, amendments)
	list := make([]statement.OpenIssue, len(found))
	for i, issue := range found {
		list[i] = statement.OpenIssue{Docket: issue.Docket, No: issue.No, Title: issue.Title}
	}
	return list, err
}
