package db_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"madang/app"
	"madang/app/consultation"
)

// decide lets somebody decide about the newest wording of a submission.
func (y *yard) decide(t testing.TB, by app.Actor, no int, wish consultation.NewMove) error {
	t.Helper()
	found, err := y.ConsultationStore.Submission(t.Context(), y.docket, no)
	if err != nil {
		t.Fatal(err)
	}
	if wish.ID == "" {
		wish.ID = app.NewID()
	}
	wish.Revision = found.Revision
	return y.service.Move(t.Context(), by, y.docket, no, wish)
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestWhatWasTakenOutIsUnreadableInTheDatabaseAndOpensForTwo(t *testing.T) {
	eachYard(t, func(t *testing.T, y *yard) {
		ctx := t.Context()
		mo, ann, liv := y.Join(y.Group, app.RoleModerator, "Mo"), y.Join(y.Group, app.RoleModerator, "Ann"), y.Join(y.Group, app.RoleModerator, "Liv")
		receipt := y.send(t, y.service, "canaryone, call 010-1234-5678.")
		_, err := y.service.Take(ctx, receipt.Code, consultation.NewStep{ID: app.NewID(), Kind: consultation.StepAdded, Revision: 1, Sentence: "canarytwo"})
		must(t, err)
		_, _, _, err = y.service.Original(ctx, mo, y.docket, 1)
		wantCode(t, err, "original.two")
		wantCode(t, y.service.AskOriginal(ctx, mo, y.docket, 1, app.NewID(), "Why not?"), "original.none")

		cover := consultation.NewMove{ID: app.NewID(), To: consultation.Redacted, Phrases: []string{"canaryone", "canarytwo", "010-1234-5678"}}
		must(t, y.decide(t, mo, 1, cover))
		must(t, y.decide(t, mo, 1, cover)) // sent again
		_, posted, err := y.service.PostedOne(ctx, app.Actor{}, y.docket, 1)
		if err != nil || posted.Status != consultation.Redacted || posted.Comment != "[redacted], call [redacted].\n\n[redacted]" {
			t.Errorf("%+v, %v", posted, err)
		}
		y.mustNotHold(t, "canary", "010-1234-5678")
		if mine, err := y.service.Follow(ctx, receipt.Code); err != nil || strings.Contains(mine.Submission.Comment, "canary") {
			t.Errorf("%+v, %v", mine, err)
		}
		// The receipt still comes for the words as they were sent.
		if y.mustBalance(t).Redacted != 1 {
			t.Error("it isn't counted as redacted")
		}

		must(t, y.service.AskOriginal(ctx, mo, y.docket, 1, app.NewID(), "Its author asks."))
		wantCode(t, y.service.AgreeOriginal(ctx, mo, y.docket, 1, app.NewID()), "original.second")
		must(t, y.service.AgreeOriginal(ctx, ann, y.docket, 1, app.NewID()))
		for _, reader := range []app.Actor{mo, ann} {
			_, _, wordings, err := y.service.Original(ctx, reader, y.docket, 1)
			if err != nil || len(wordings) != 2 || wordings[0].Comment != "canaryone, call 010-1234-5678." || !strings.HasSuffix(wordings[1].Comment, "canarytwo") {
				t.Errorf("%+v, %v", wordings, err)
			}
		}
		_, _, _, err = y.service.Original(ctx, liv, y.docket, 1)
		wantCode(t, err, "original.two")
		mine, err := y.service.Follow(ctx, receipt.Code)
		if last := mine.Submission.Steps[len(mine.Submission.Steps)-1]; err != nil || last.Kind != consultation.StepOpened || last.Sentence != "Its author asks." {
			t.Errorf("its author is told %+v, %v", last, err)
		}
		y.Clock.Advance(consultation.OriginalFor)
		_, _, _, err = y.service.Original(ctx, mo, y.docket, 1)
		wantCode(t, err, "original.two")

		_, err = y.service.Take(ctx, receipt.Code, consultation.NewStep{ID: app.NewID(), Kind: consultation.StepTakenBack})
		must(t, err)
		if sealed, err := y.Sealed(ctx, receipt.Submission.ID); err != nil || len(sealed) > 0 {
			t.Errorf("after the withdrawal: %d seals, %v", len(sealed), err)
		}
		y.mustBalance(t)
	})
}

// mustNotHold looks for words in all that the database has on a disk, or in all rows.
func (y *yard) mustNotHold(t testing.TB, words ...string) {
	t.Helper()
	var all []string
	must(t, y.Raw().Select(&all, `SELECT comment || proposed || name FROM submission_revisions UNION ALL SELECT sentence || spans FROM submission_steps UNION ALL SELECT sentence FROM submission_contests`))
	if data := y.Config().Data; data != "" {
		files, err := filepath.Glob(filepath.Join(data, "*"))
		must(t, err)
		for _, file := range files {
			text, err := os.ReadFile(file)
			must(t, err)
			all = append(all, string(text))
		}
	}
	for _, word := range words {
		if strings.Contains(strings.Join(all, " "), word) {
			t.Errorf("the database still holds %q", word)
		}
	}
}

func TestASubmissionOfASensitiveGroupIsDecidedByTwoWhateverTheDocketSays(t *testing.T) {
	eachYard(t, func(t *testing.T, y *yard) {
		ctx := t.Context()
		must(t, y.Raw().Get(new(int), `SELECT 1`))
		if _, err := y.Raw().Exec(`UPDATE dockets SET moderation = 'post'`); err != nil {
			t.Fatal(err)
		}
		if _, err := y.Raw().Exec(`UPDATE stakeholders SET sensitive = true WHERE name = 'Scholars'`); err != nil {
			t.Fatal(err)
		}
		known, err := y.ConsultationStore.Stakeholders(ctx, y.Group.ID)
		must(t, err)
		words := wordsOf("From one of us.")
		words.Stakeholder = known[0].ID
		receipt, err := y.service.Submit(ctx, consultation.NewSubmission{ID: app.NewID(), Docket: y.docket, Words: words})
		must(t, err)
		if receipt.Submission.Status != consultation.Received || y.send(t, y.service, "From anybody.").Submission.Status != consultation.Posted {
			t.Errorf("%+v", receipt.Submission)
		}
		mo, ann := y.Join(y.Group, app.RoleModerator, "Mo"), y.Join(y.Group, app.RoleModerator, "Ann")
		must(t, y.decide(t, mo, 1, consultation.NewMove{To: consultation.Posted}))
		wantCode(t, y.decide(t, mo, 1, consultation.NewMove{To: consultation.Posted}), "moderation.second")
		waiting, err := y.Submissions(ctx, y.docket, consultation.Filter{Flag: "second", Limit: 10})
		if err != nil || len(waiting) != 1 || waiting[0].Wanted != consultation.Posted {
			t.Errorf("%+v, %v", waiting, err)
		}
		if mine, err := y.service.Follow(ctx, receipt.Code); err != nil || len(mine.Submission.Steps) > 0 {
			t.Errorf("its author is told of what isn't decided: %+v, %v", mine.Submission.Steps, err)
		}
		// Other words are decided about anew.
		_, err = y.service.Take(ctx, receipt.Code, consultation.NewStep{ID: app.NewID(), Kind: consultation.StepAdded, Revision: 1, Sentence: "And more."})
		must(t, err)
		must(t, y.decide(t, ann, 1, consultation.NewMove{To: consultation.Posted}))
		if b := y.mustBalance(t); b.Screening != 1 {
			t.Errorf("%+v", b)
		}
		must(t, y.decide(t, mo, 1, consultation.NewMove{To: consultation.Posted}))
		if b := y.mustBalance(t); b.Posted != 2 {
			t.Errorf("%+v", b)
		}
	})
}

func TestWhoeverDoesNotKnowThatItIsSensitiveDecidesNothingAlone(t *testing.T) {
	eachYard(t, func(t *testing.T, y *yard) {
		y.send(t, y.service, "One.")
		before, err := y.ConsultationStore.Submission(t.Context(), y.docket, 1)
		must(t, err)
		must(t, y.decide(t, y.Chioma, 1, consultation.NewMove{To: consultation.Posted, IsSensitive: true}))
		by, after := y.Membership(y.Chioma).Standing(), before
		after.Status = consultation.Posted
		err = y.ConsultationStore.Step(t.Context(), &by, after, 1, consultation.Step{ID: app.NewID(), Kind: consultation.StepMoved, From: consultation.Received, To: consultation.Posted, At: time.Now()})
		wantCode(t, err, "submission.changed")
	})
}

func TestAnAppealGoesToTheChairAndOneGivenBackWaitsForItsAuthor(t *testing.T) {
	eachYard(t, func(t *testing.T, y *yard) {
		ctx, mo := context.Background(), y.Join(y.Group, app.RoleModerator, "Mo")
		receipt := y.send(t, y.service, "One.")
		take := func(kind consultation.StepKind, sentence string) error {
			_, err := y.service.Take(ctx, receipt.Code, consultation.NewStep{ID: app.NewID(), Kind: kind, Sentence: sentence})
			return err
		}
		must(t, y.decide(t, mo, 1, consultation.NewMove{To: consultation.Received, Reason: "names_you", Sentence: "Your village has one teacher."}))
		wantCode(t, take(consultation.StepAppealed, "Why?"), "submission.not_withheld")
		must(t, take(consultation.StepInsisted, "I know."))
		wantCode(t, take(consultation.StepInsisted, ""), "submission.not_returned")
		must(t, y.decide(t, mo, 1, consultation.NewMove{To: consultation.Withheld, Reason: "spam", Sentence: "It is."}))
		must(t, take(consultation.StepAppealed, "It isn't."))
		wantCode(t, y.decide(t, mo, 1, consultation.NewMove{To: consultation.Posted, Sentence: "Oh."}), "appeal.chair")
		must(t, y.decide(t, y.Chioma, 1, consultation.NewMove{To: consultation.Withheld, Sentence: "It is all the same."}))
		wantCode(t, take(consultation.StepAppealed, "Again."), "appeal.decided")
		mine, err := y.service.Follow(ctx, receipt.Code)
		must(t, err)
		var kinds []string
		for _, st := range mine.Submission.Steps {
			kinds = append(kinds, string(st.Kind))
		}
		if got := strings.Join(kinds, " "); got != "returned insisted moved appealed upheld" || y.mustBalance(t).Withheld != 1 {
			t.Errorf("its author is told %s", got)
		}
		must(t, y.service.Recuse(ctx, mo, y.docket, 1, app.NewID()))
		wantCode(t, y.decide(t, mo, 1, consultation.NewMove{To: consultation.Posted}), "moderation.recused")
	})
}

func TestTheNamesOfPeopleInDangerAreSealed(t *testing.T) {
	eachYard(t, func(t *testing.T, y *yard) {
		ctx := t.Context()
		wantCode(t, y.service.KeepNames(ctx, y.Minho, y.docket, "김하나"), "role.screen")
		wantCode(t, y.service.KeepNames(ctx, y.Chioma, y.docket, "김"), "names.short")
		must(t, y.service.KeepNames(ctx, y.Chioma, y.docket, "canaryname\r\n\n 김하나 \n김하나"))
		_, names, err := y.service.Names(ctx, y.Chioma, y.docket)
		if err != nil || strings.Join(names, ",") != "canaryname,김하나" {
			t.Errorf("%q, %v", names, err)
		}
		var sealed []byte
		must(t, y.Raw().Get(&sealed, `SELECT sealed FROM docket_names`))
		if strings.Contains(string(sealed), "canary") {
			t.Errorf("%q", sealed)
		}
	})
}
