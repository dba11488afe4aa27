package disposition

import (
	"context"
	"slices"
	"time"

	"madang/app"
	"madang/app/prose"
)

// Code is what becomes of an issue.
type Code string

// The codes.
const (
	Incorporated         Code = "incorporated"
	IncorporatedModified Code = "incorporated_modified"
	NotIncorporated      Code = "not_incorporated"
	Deferred             Code = "deferred"
	OutOfScope           Code = "out_of_scope"
	PreviouslyConsidered Code = "previously_considered"
	Noted                Code = "noted"
	Withdrawn            Code = "withdrawn"
)

// Codes are all of them, in the order in which pages offer them.
var Codes = []Code{Incorporated, IncorporatedModified, NotIncorporated, Deferred, OutOfScope, PreviouslyConsidered, Noted, Withdrawn}

// HL7System names the code system that HL7 is about.
const HL7System = "http://terminology.hl7.org/CodeSystem/v3-hl7VoteResolution"

// hl7 is the code of HL7's vote resolutions that means the same, where one does. No two
// of ours share one.
var hl7 = map[Code]string{
	Incorporated: "affi", NotIncorporated: "affr", Deferred: "affdef", OutOfScope: "notrelp", PreviouslyConsidered: "prevcons", Withdrawn: "withdraw",
}

// HL7 is the code in the system HL7System; "" if it has none that means the same.
func (c Code) HL7() string { return hl7[c] }

// IsAdopted reports whether something of it stands in the text.
func (c Code) IsAdopted() bool { return c == Incorporated || c == IncorporatedModified }

// Answer is a disposition of an issue. It counts once a second reader agrees.
type Answer struct {
	ID, Issue app.ID
	// No counts the answers to an issue.
	No int
	// Revision is that of the issue it answers.
	Revision  int
	Code      Code
	Rationale string
	By        app.ID
	Name      string // of By
	At        time.Time
	// SecondBy looked it over and said Verdict, with a remark; empty if nobody has yet.
	SecondBy   app.ID
	SecondName string
	Verdict    Verdict
	Remark     string
	SecondAt   time.Time
}

// Verdict is what a second reader says.
type Verdict string

// The verdicts.
const (
	Agreed   Verdict = "agreed"
	Returned Verdict = "returned"
)

// NewAnswer is an answer as somebody writes it, under an id made where it was typed.
type NewAnswer struct {
	ID        app.ID
	Issue     int // by its number
	Revision  int // of the issue, as its author saw it
	Code      Code
	Rationale string
}

// Write answers an issue. Each code needs a reason in at least a sentence: who wrote reads
// it. Conflict "issue.changed" if passages came or went meanwhile.
func (s *Service) Write(ctx context.Context, actor app.Actor, docket app.ID, wish NewAnswer) error {
	_, m, err := s.answering(ctx, actor, docket)
	if err != nil {
		return err
	}
	if _, err := app.ParseID(string(wish.ID)); err != nil {
		return app.Invalid("api.id").On("id")
	}
	if !slices.Contains(Codes, wish.Code) {
		return app.Invalid("answer.code").On("code")
	}
	if err := prose.Tidy("reason", &wish.Rationale, MaxRationale, true); err != nil {
		return err
	}
	i, err := s.numbered(ctx, docket, wish.Issue)
	if err != nil {
		return err
	}
	return s.store.AddAnswer(ctx, m.Standing(), docket, Answer{
		ID: wish.ID, Issue: i.ID, Revision: wish.Revision, Code: wish.Code, Rationale: wish.Rationale, By: m.Persona, At: s.clock(),
	})
}

// numbered is a docket's issue with that number, or NotFound.
func (s *Service) numbered(ctx context.Context, docket app.ID, no int) (Issue, error) {
	list, err := s.store.Issues(ctx, docket)
	if err != nil {
		return Issue{}, err
	}
	at := slices.IndexFunc(list, func(i Issue) bool { return i.No == no })
	if at < 0 {
		return Issue{}, app.NotFound()
	}
	return list[at], nil
}

// MayJudge is nil if the member may say whether the newest answer holds.
func (i Issue) MayJudge(m app.Membership) error {
	a, isThere := i.Newest()
	switch {
	case !isThere || a.Verdict != "":
		return app.Conflict("answer.judged")
	case a.By == m.Persona:
		return app.Forbidden("answer.own")
	case a.Revision != i.Revision:
		return app.Conflict("issue.changed")
	}
	return m.Must(app.Answer)
}

// Judge is the second look at the answer with an id: agreed, or returned with a remark.
// Its author can't take it.
func (s *Service) Judge(ctx context.Context, actor app.Actor, docket app.ID, no int, answer app.ID, verdict Verdict, remark string) error {
	_, m, err := s.answering(ctx, actor, docket)
	if err != nil {
		return err
	}
	if verdict != Agreed && verdict != Returned {
		return app.Invalid("answer.verdict").On("verdict")
	}
	if err := prose.Tidy("reason", &remark, MaxRemark, verdict == Returned); err != nil {
		return err
	}
	i, err := s.numbered(ctx, docket, no)
	if err != nil {
		return err
	}
	a, _ := i.Newest()
	if a.ID == answer && a.SecondBy == m.Persona && a.Verdict == verdict {
		return nil // sent again
	}
	if err := i.MayJudge(m); err != nil {
		return err
	}
	if a.ID != answer {
		return app.Conflict("answer.judged")
	}
	a.SecondBy, a.Verdict, a.Remark, a.SecondAt = m.Persona, verdict, remark, s.clock()
	return s.store.JudgeAnswer(ctx, m.Standing(), docket, a)
}

// Unanswered lists the issues that keep amendments from being applied: somebody who said
// what they come of still waits for an answer.
func (s *Service) Unanswered(ctx context.Context, amendments []app.ID) ([]Issue, error) {
	return s.store.Unanswered(ctx, amendments)
}

// Link notes that an amendment comes of an issue, or takes that back. An amendment that
// does can't be applied until the issue is answered.
func (s *Service) Link(ctx context.Context, actor app.Actor, docket app.ID, no int, amendment app.ID, isLinked bool) error {
	_, m, err := s.answering(ctx, actor, docket)
	if err != nil {
		return err
	}
	i, err := s.numbered(ctx, docket, no)
	if err != nil {
		return err
	}
	return s.store.Link(ctx, m.Standing(), docket, i.ID, amendment, isLinked)
}
