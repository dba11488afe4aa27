package main

import (
	"context"
	"time"

	"madang/app"
	"madang/app/consultation"
	"madang/app/statement"
)

// playDocket puts the text before the public, and lets people who don't exist answer.
func (s *stage) playDocket(ctx context.Context, chair app.Actor, on statement.Statement, clauses map[string]string, told fictionDocket) error {
	version, err := s.forum.statements.MakeVersion(ctx, chair, on.ID, statement.NewVersion{ID: app.NewID()})
	if err != nil {
		return err
	}
	now, id := app.SystemClock(), app.NewID()
	if _, err := s.consultations.Create(ctx, chair, s.group.ID, id, consultation.DocketText{
		Statement: on.ID, Title: told.Title, Lang: on.Lang, Notice: told.Notice, Notes: told.Notes, Questions: told.Questions,
		Opens: now, Closes: now.Add(time.Duration(told.Days) * 24 * time.Hour).Truncate(time.Hour), Zone: "Asia/Seoul",
		Published: told.Published, Kept: told.Kept, Contact: told.Contact, Moderation: consultation.ModerationPre, Channels: consultation.Channels,
	}); err != nil {
		return err
	}
	if err := s.consultations.Do(ctx, chair, id, consultation.NewAct{ID: app.NewID(), Kind: consultation.Announced, Version: version.No}); err != nil {
		return err
	}
	for _, one := range told.Submissions {
		if err := s.playSubmission(ctx, chair, id, clauses[one.Clause], one); err != nil {
			return err
		}
	}
	return nil
}

func (s *stage) playSubmission(ctx context.Context, chair app.Actor, docket app.ID, clause string, told fictionSubmission) error {
	words := consultation.Words{
		Comment: told.Comment, Proposed: told.Proposed, Name: told.Name, Lang: told.Lang, Kind: told.Kind, As: told.As, Publish: told.Publish,
	}
	if clause != "" {
		words.Clauses = []string{clause}
	}
	var receipt consultation.Receipt
	var err error
	if told.Channel == "" {
		receipt, err = s.consultations.Submit(ctx, consultation.NewSubmission{ID: app.NewID(), Docket: docket, Words: words})
	} else {
		receipt, err = s.consultations.KeyIn(ctx, chair, consultation.NewKeyed{ID: app.NewID(), Docket: docket, Words: words, Channel: told.Channel, On: app.SystemClock().Add(-24 * time.Hour)})
	}
	if err != nil || told.Waits || words.Publish == consultation.PublishNone {
		return err
	}
	move := consultation.NewMove{ID: app.NewID(), To: consultation.Posted, Revision: receipt.Submission.Revision}
	return s.consultations.Move(ctx, chair, docket, receipt.Submission.No, move)
}
