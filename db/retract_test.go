package db_test

import (
	"bytes"
	"testing"
	"time"

	"madang/app"
	"madang/app/consultation"
)

func TestABackupThatIsPutBackBringsNothingBackThatWasTakenBackSince(t *testing.T) {
	eachYard(t, func(t *testing.T, y *yard) {
		ctx, mo := t.Context(), y.Join(y.Group, app.RoleModerator, "Mo")
		var codes []string
		for _, words := range []string{"canarygone", "withheld later", "redacted later: canaryname", "stays", "more redacted later: one two", "withheld before"} {
			codes = append(codes, y.send(t, y.service, words).Code)
		}
		codes = append(codes, y.sendFiles(t, textFile("a.txt", "shown, then withheld")).Code)
		for no := 1; no <= 5; no++ {
			must(t, y.decide(t, mo, no, consultation.NewMove{To: consultation.Posted}))
		}
		must(t, y.decide(t, mo, 5, consultation.NewMove{To: consultation.Redacted, Phrases: []string{"one"}}))
		must(t, y.decide(t, mo, 6, consultation.NewMove{To: consultation.Withheld, Reason: "personal", Sentence: "It names somebody."}))
		must(t, y.decide(t, mo, 7, consultation.NewMove{To: consultation.Posted}))
		file := func(to consultation.FileState, reason consultation.Reason) {
			t.Helper()
			must(t, y.service.DecideFile(ctx, mo, y.docket, 7, 1, consultation.NewFileMove{ID: app.NewID(), To: to, Reason: reason, Sentence: "Looked at."}))
		}
		file(consultation.FileShown, "")
		kept := backup(t, y.Forum.DB)

		y.Clock.Advance(time.Hour)
		_, err := y.service.Take(ctx, codes[0], consultation.NewStep{ID: app.NewID(), Kind: consultation.StepTakenBack})
		must(t, err)
		must(t, y.decide(t, mo, 2, consultation.NewMove{To: consultation.Withheld, Reason: "personal", Sentence: "It names somebody."}))
		must(t, y.decide(t, mo, 3, consultation.NewMove{To: consultation.Redacted, Phrases: []string{"canaryname"}}))
		must(t, y.decide(t, mo, 5, consultation.NewMove{To: consultation.Redacted, Phrases: []string{"two"}}))
		file(consultation.FileWithheld, "personal")

		for range 2 { // the second time nothing is left to be done
			must(t, y.Forum.DB.Restore(ctx, bytes.NewReader(kept), y.Clock.Now(), quietly))
			y.mustNotHold(t, "canarygone")
			y.mustBalance(t)
			for no, want := range map[int]consultation.Status{
				1: consultation.TakenBack, 2: consultation.Received, 3: consultation.Received, 4: consultation.Posted,
				5: consultation.Received, 6: consultation.Withheld, 7: consultation.Posted,
			} {
				found, err := y.ConsultationStore.Submission(ctx, y.docket, no)
				if err != nil || found.Status != want {
					t.Errorf("submission %d is %s, %v; want %s", no, found.Status, err, want)
				}
			}
			if found, err := y.ConsultationStore.Submission(ctx, y.docket, 7); err != nil || found.Files[0].State != consultation.FileWaiting {
				t.Errorf("%+v, %v", found.Files, err)
			}
			mine, err := y.service.Follow(ctx, codes[0])
			if err != nil || mine.Submission.Status != consultation.TakenBack || mine.Submission.Comment != "" {
				t.Errorf("%+v, %v", mine.Submission, err)
			}
		}
	})
}
