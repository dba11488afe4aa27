package db_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"madang/app"
	"madang/app/consultation"
	"madang/app/disclosure"
	"madang/app/disposition"
	"madang/db"
)

// told are the figures of a table as somebody reads them.
func told(f disclosure.Figures) string {
	var lines []string
	tell := func(l disclosure.Line) {
		var cells []string
		for _, c := range append(l.Cells, l.Total) {
			text := "?"
			if n, isShown := c.Number(); isShown {
				text = fmt.Sprint(n)
			}
			cells = append(cells, text)
		}
		lines = append(lines, strings.Join(cells, " "))
	}
	for _, l := range f.Lines {
		tell(l)
	}
	tell(f.Total)
	return strings.Join(f.Columns, " ") + ": " + strings.Join(lines, ", ")
}

// sayAll lets so many of a stakeholder group say the same.
func (y *yard) sayAll(t *testing.T, group app.ID, n int, comment string) (codes []string) {
	t.Helper()
	for range n {
		words := wordsOf(comment)
		words.Stakeholder = group
		receipt, err := y.service.Submit(t.Context(), consultation.NewSubmission{ID: app.NewID(), Docket: y.docket, Words: words})
		if err == nil {
			err = y.service.Move(t.Context(), y.Chioma, y.docket, receipt.Submission.No, consultation.NewMove{ID: app.NewID(), To: consultation.Posted, Revision: 1})
		}
		if err != nil {
			t.Fatal(err)
		}
		codes = append(codes, receipt.Code)
	}
	return codes
}

// decide answers all who said the words of a submission, by one issue.
func (y *answeredYard) decide(t *testing.T, submission, issue int, code disposition.Code) {
	t.Helper()
	ctx := t.Context()
	wish := disposition.NewExcerpt{
		ID: app.NewID(), Docket: y.docket, Submission: submission, Revision: 1, Field: disposition.FieldComment, Pieces: []disposition.Span{{Start: 0, End: 11}},
		CID: "cabcdefghij", Title: "A question", Kind: disposition.Technical, IsEverywhere: true,
	}
	if err := y.answers.MarkExcerpt(ctx, y.Eun, wish); err != nil {
		t.Fatal(err)
	}
	answer := disposition.NewAnswer{ID: app.NewID(), Issue: issue, Revision: y.issue(t, issue).Revision, Code: code, Rationale: "So."}
	if err := y.answers.Write(ctx, y.Eun, y.docket, answer); err != nil {
		t.Fatal(err)
	}
	if err := y.answers.Judge(ctx, y.Chioma, y.docket, issue, answer.ID, disposition.Agreed, ""); err != nil {
		t.Fatal(err)
	}
}

func TestTheLedgerCountsEachContributorOnceAndGivesNobodyAway(t *testing.T) {
	eachYard(t, func(t *testing.T, yd *yard) {
		y := &answeredYard{yard: yd, answers: disposition.New(db.DispositionStore{DB: yd.Forum.DB}, postedIn{yd}, []byte("the secret of a test"), yd.Clock.Now)}
		ctx, store := t.Context(), db.TraceStore{DB: y.Forum.DB}
		groups, err := store.Groups(ctx, y.docket)
		if err != nil || len(groups) != 2 || groups[0].Name != "Scholars" {
			t.Fatalf("%+v, %v", groups, err)
		}
		scholars, civil := groups[0].ID, groups[1].ID
		y.sayAll(t, scholars, 12, "Rivers for all.")
		y.sayAll(t, scholars, 14, "Name no river.")
		y.sayAll(t, civil, 15, "Rivers for all.")
		y.sayAll(t, civil, 13, "Good as it is.")
		y.sayAll(t, "", 10, "Name no river.")
		gone := y.sayAll(t, civil, 1, "Rivers for all.")[0]
		y.decide(t, 1, 1, disposition.Incorporated)
		y.decide(t, 13, 2, disposition.NotIncorporated)
		if _, err := y.service.Take(ctx, gone, consultation.NewStep{ID: app.NewID(), Kind: consultation.StepTakenBack, Revision: 1}); err != nil {
			t.Fatal(err)
		}
		register := disclosure.NewRegister(db.DisclosureStore{DB: y.Forum.DB}, y.Clock.Now)
		lots := func(name string) disclosure.Figures {
			t.Helper()
			counted, err := store.CountLots(ctx, y.docket)
			if err != nil {
				t.Fatal(err)
			}
			figures, err := register.PublishOpen(ctx, disclosure.Table{Of: y.docket, Name: name}, counted)
			if err != nil {
				t.Fatal(err)
			}
			return figures
		}
		// "Incorporated" isn't "adopted in words" before an amendment shows where.
		if got, want := told(lots("before")), "adopted declined otherwise unanswered: 0 14 12 0 26, 0 0 15 13 28, 0 10 0 0 10, 0 24 27 13 64"; got != want {
			t.Errorf("%s, want %s", got, want)
		}
		y.adopt(t, 1)
		if got, want := told(lots("influence")), "adopted declined otherwise unanswered: 12 14 0 0 26, 15 0 0 13 28, 0 10 0 0 10, 27 24 0 13 64"; got != want {
			t.Errorf("%s, want %s", got, want)
		}

		// Two groups may be told apart, and the rest is one line.
		apart := []string{string(scholars), string(civil)}
		counted, err := store.CountDays(ctx, y.docket, y.Clock.Now().Add(40*24*time.Hour), apart)
		if err != nil {
			t.Fatal(err)
		}
		figures, err := register.PublishOpen(ctx, disclosure.Table{Of: y.docket, Name: "days"}, counted)
		if got, want := told(figures), "31-60: 26 26, 28 28, 10 10, 64 64"; err != nil || got != want {
			t.Errorf("%s, want %s, %v", got, want, err)
		}
		first, second := y.issue(t, 1).ID, y.issue(t, 2).ID
		reply := func(issue app.ID, from, to int, r disposition.Reply) {
			t.Helper()
			for no := from; no <= to; no++ {
				if err := (db.DispositionStore{DB: y.Forum.DB}).AddReply(ctx, y.docket, no, issue, r); err != nil {
					t.Fatal(err)
				}
			}
		}
		reply(first, 1, 12, disposition.Satisfied)
		reply(second, 13, 20, disposition.NotSatisfied)
		reply(first, 13, 13, disposition.Satisfied) // once dissatisfied is dissatisfied
		reply(first, 27, 38, disposition.Satisfied)
		reply(first, 65, 65, disposition.Satisfied) // who withdrew
		if counted, err = store.CountReplies(ctx, y.docket, apart); err != nil {
			t.Fatal(err)
		}
		figures, err = register.Publish(ctx, disclosure.Table{Of: y.docket, Name: "replies"}, counted, false)
		if got, want := told(figures), "satisfied not_satisfied: 12 8 20, 12 0 12, 0 0 0, 24 8 32"; err != nil || got != want {
			t.Errorf("%s, want %s, %v", got, want, err)
		}
	})
}

// adopt lets an amendment that comes of an issue stand in the text.
func (y *answeredYard) adopt(t *testing.T, issue int) {
	t.Helper()
	d, err := y.service.Docket(t.Context(), y.Chioma, y.docket)
	if err != nil {
		t.Fatal(err)
	}
	id := app.NewID()
	if _, err := y.Raw().Exec(`INSERT INTO amendments (id, statement_id, no, state, reason, epoch, seq, created_at) VALUES ($1, $2, 1, 'accepted', '', 1, 1, 0)`,
		id, d.Version.Statement); err != nil {
		t.Fatal(err)
	}
	if err := y.answers.Link(t.Context(), y.Eun, y.docket, issue, id, true); err != nil {
		t.Fatal(err)
	}
}

func TestAFewPeopleAreToldOfTogetherOrNotAtAll(t *testing.T) {
	eachYard(t, func(t *testing.T, yd *yard) {
		y := &answeredYard{yard: yd, answers: disposition.New(db.DispositionStore{DB: yd.Forum.DB}, postedIn{yd}, []byte("the secret of a test"), yd.Clock.Now)}
		store := db.TraceStore{DB: y.Forum.DB}
		groups, err := store.Groups(t.Context(), y.docket)
		if err != nil {
			t.Fatal(err)
		}
		y.sayAll(t, groups[0].ID, 6, "Rivers for all.")
		y.sayAll(t, groups[1].ID, 2, "Rivers for all.")
		y.sayAll(t, groups[1].ID, 1, "Name no river.")
		y.decide(t, 1, 1, disposition.Noted)
		y.decide(t, 9, 2, disposition.NotIncorporated)
		counted, err := store.CountLots(t.Context(), y.docket)
		if err != nil {
			t.Fatal(err)
		}
		register := disclosure.NewRegister(db.DisclosureStore{DB: y.Forum.DB}, y.Clock.Now)
		figures, err := register.PublishOpen(t.Context(), disclosure.Table{Of: y.docket, Name: "influence"}, counted)
		if got, want := told(figures), "received: ? ?, ? ?, 0 0, 9 9"; err != nil || got != want {
			t.Errorf("%s, want %s, %v", got, want, err)
		}
		if counted, err = store.CountDays(t.Context(), y.docket, y.Clock.Now(), nil); err != nil {
			t.Fatal(err)
		}
		figures, err = register.PublishOpen(t.Context(), disclosure.Table{Of: y.docket, Name: "days"}, counted)
		if got, want := told(figures), "0-7: 9 9, 9 9"; err != nil || got != want {
			t.Errorf("%s, want %s, %v", got, want, err)
		}
	})
}
