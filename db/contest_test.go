package db_test

import (
	"bytes"
	"testing"
	"time"

	"madang/app"
	"madang/app/consultation"
)

// contest lets somebody say that they didn't send a submission.
func (y *yard) contest(t testing.TB, no int, sentence string) consultation.ContestReceipt {
	t.Helper()
	receipt, err := y.service.Contest(t.Context(), y.docket, no, consultation.NewContest{ID: app.NewID(), Sentence: sentence})
	must(t, err)
	return receipt
}

func (y *yard) decideName(t testing.TB, by app.Actor, no int, kind consultation.StepKind, upTo int) error {
	t.Helper()
	return y.service.DecideName(t.Context(), by, y.docket, no, consultation.NewNaming{ID: app.NewID(), Kind: kind, Sentence: "We asked them.", UpTo: upTo})
}

func (y *yard) posted(t testing.TB, no int) consultation.Submission {
	t.Helper()
	_, found, err := y.service.PostedOne(t.Context(), app.Actor{}, y.docket, no)
	must(t, err)
	return found
}

func TestWhoeverStandsUnderWordsThatTheyDidNotSendIsHeardWithoutAReceipt(t *testing.T) {
	eachYard(t, func(t *testing.T, y *yard) {
		ctx, mo, ann := t.Context(), y.Join(y.Group, app.RoleModerator, "Mo"), y.Join(y.Group, app.RoleModerator, "Ann")
		receipt := y.send(t, y.service, "Words under a name.")
		wish := consultation.NewContest{ID: app.NewID(), Sentence: "canarycontest: I was abroad."}
		_, err := y.service.Contest(ctx, y.docket, 1, wish)
		if app.KindOf(err) != app.KindNotFound {
			t.Errorf("before it is posted: %v", err)
		}
		must(t, y.decide(t, mo, 1, consultation.NewMove{To: consultation.Posted}))
		wantCode(t, y.decideName(t, mo, 1, consultation.StepNameTaken, 0), "contest.none")

		first, err := y.service.Contest(ctx, y.docket, 1, wish)
		must(t, err)
		again, err := y.service.Contest(ctx, y.docket, 1, wish)
		if err != nil || again.Code != first.Code || again.Contest.No != first.Contest.No || again.Contest.Sentence != wish.Sentence || !first.Contest.IsOpen() {
			t.Errorf("sent again: %+v, %v; at first %+v", again, err, first)
		}
		// Anybody can say so: nothing that the public reads is another.
		if s := y.posted(t, 1); s.Name != "Ari" || s.Comment == "" || s.Contested != 0 || len(s.Steps) != 0 {
			t.Errorf("the public reads %+v", s)
		}
		waiting, err := y.service.Waiting(ctx, mo, y.Group.ID)
		if err != nil || len(waiting) != 1 || waiting[0].Submission.Contested != 1 {
			t.Errorf("%+v waits, %v", waiting, err)
		}
		wantCode(t, y.decideName(t, y.Eun, 1, consultation.StepNameTaken, 1), "role.screen")
		later := y.contest(t, 1, "Nor did I.")

		must(t, y.decideName(t, mo, 1, consultation.StepNameTaken, 1))
		s := y.posted(t, 1)
		if s.Name != "" || s.Comment != "Words under a name." || s.UnnamedAt.IsZero() || len(s.Steps) != 1 || s.Steps[0].Sentence != "We asked them." || s.Steps[0].By != "" {
			t.Errorf("once the name was taken away the public reads %+v", s)
		}
		for code, want := range map[string]consultation.StepKind{first.Code: consultation.StepNameTaken, later.Code: ""} {
			mine, err := y.service.FollowContest(ctx, code)
			if err != nil || mine.Contest.Decided.Kind != want || mine.Submission.Name != "" {
				t.Errorf("whoever contested sees %+v, %v; want %q", mine.Contest, err, want)
			}
		}
		if resent, err := y.service.Contest(ctx, y.docket, 1, wish); err != nil || resent.Code != first.Code {
			t.Errorf("sent again after the decision: %v, %v", resent, err)
		}
		// The one that nobody had seen still waits; once it is answered only a chair who
		// didn't decide may decide anew.
		must(t, y.decideName(t, ann, 1, consultation.StepNameTaken, 2))
		wantCode(t, y.decideName(t, ann, 1, consultation.StepNameKept, 2), "appeal.chair")
		must(t, y.decideName(t, y.Chioma, 1, consultation.StepNameKept, 2))
		if s := y.posted(t, 1); s.Name != "Ari" || s.Steps[0].Kind != consultation.StepNameKept {
			t.Errorf("after the chair decided anew the public reads %+v", s)
		}
		wantCode(t, y.decideName(t, y.Chioma, 1, consultation.StepNameTaken, 2), "contest.own")

		_, err = y.service.Take(ctx, receipt.Code, consultation.NewStep{ID: app.NewID(), Kind: consultation.StepTakenBack})
		must(t, err)
		y.mustNotHold(t, "canarycontest")
		y.mustBalance(t)
	})
}

func TestANameIsTakenAwayByTwoWhereASensitiveGroupIsConcerned(t *testing.T) {
	eachYard(t, func(t *testing.T, y *yard) {
		mo, ann := y.Join(y.Group, app.RoleModerator, "Mo"), y.Join(y.Group, app.RoleModerator, "Ann")
		y.send(t, y.service, "Words under a name.")
		must(t, y.decide(t, mo, 1, consultation.NewMove{To: consultation.Posted, IsSensitive: true}))
		must(t, y.decide(t, ann, 1, consultation.NewMove{To: consultation.Posted, IsSensitive: true}))
		y.contest(t, 1, "")
		must(t, y.decideName(t, mo, 1, consultation.StepNameTaken, 1))
		if s := y.posted(t, 1); s.Name != "Ari" || len(s.Steps) != 0 {
			t.Errorf("one person took the name away: %+v", s)
		}
		wantCode(t, y.decideName(t, mo, 1, consultation.StepNameTaken, 1), "moderation.second")
		must(t, y.decideName(t, ann, 1, consultation.StepNameTaken, 1))
		if s := y.posted(t, 1); s.Name != "" {
			t.Errorf("two people took the name away: %+v", s)
		}
	})
}

func TestNoBackupBringsBackANameThatWasTakenAway(t *testing.T) {
	eachYard(t, func(t *testing.T, y *yard) {
		ctx, mo := t.Context(), y.Join(y.Group, app.RoleModerator, "Mo")
		y.send(t, y.service, "Words under a name.")
		must(t, y.decide(t, mo, 1, consultation.NewMove{To: consultation.Posted}))
		kept := backup(t, y.Forum.DB)
		y.Clock.Advance(time.Hour)
		y.contest(t, 1, "canarycontest")
		must(t, y.decideName(t, mo, 1, consultation.StepNameTaken, 1))
		must(t, y.Forum.DB.Restore(ctx, bytes.NewReader(kept), y.Clock.Now(), quietly))
		if s := y.posted(t, 1); s.Name != "" || s.UnnamedAt.IsZero() {
			t.Errorf("after the restore the public reads %+v", s)
		}
	})
}
