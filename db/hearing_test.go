package db_test

import (
	"context"
	"testing"

	"madang/app"
	"madang/app/consultation"
)

func TestAnAppealAgainstTheOnlyChairWaitsForEverybodyToSeeUntilAnotherOneJoins(t *testing.T) {
	eachYard(t, func(t *testing.T, y *yard) {
		ctx, mo := context.Background(), y.Join(y.Group, app.RoleModerator, "Mo")
		receipt := y.send(t, y.service, "One.")
		must(t, y.decide(t, y.Chioma, 1, consultation.NewMove{To: consultation.Withheld, Reason: "spam", Sentence: "It is."}))
		waits := func() (forAuthor, atDesk, inQueue bool) {
			t.Helper()
			mine, err := y.service.Follow(ctx, receipt.Code)
			must(t, err)
			_, found, _, err := y.service.InboxOne(ctx, mo, y.docket, 1)
			must(t, err)
			atDesk, err = y.service.IsUnheard(ctx, mo, found)
			must(t, err)
			list, err := y.service.Waiting(ctx, mo, y.Group.ID)
			must(t, err)
			return mine.IsUnheard, atDesk, len(list) == 1 && list[0].IsUnheard
		}
		mustBe := func(want bool) {
			t.Helper()
			if author, desk, queue := waits(); author != want || desk != want || queue != want {
				t.Errorf("nobody may hear it: told %v to its author, %v at the desk, %v in the queue; want %v", author, desk, queue, want)
			}
		}
		mustBe(false) // there is no appeal yet
		_, err := y.service.Take(ctx, receipt.Code, consultation.NewStep{ID: app.NewID(), Kind: consultation.StepAppealed, Sentence: "It isn't."})
		must(t, err)
		mustBe(true)
		again := consultation.NewMove{To: consultation.Posted, Sentence: "Well."}
		wantCode(t, y.decide(t, y.Chioma, 1, again), "appeal.own")
		wantCode(t, y.decide(t, mo, 1, again), "appeal.chair")
		if has, err := y.service.HasSecondChair(ctx, y.Chioma, y.Group.ID); has || err != nil {
			t.Errorf("%v, %v", has, err)
		}

		late := y.Join(y.Group, app.RoleChair, "Haneul")
		mustBe(false)
		must(t, y.service.Recuse(ctx, late, y.docket, 1, app.NewID()))
		mustBe(true)
		other := y.Join(y.Group, app.RoleChair, "Bora")
		mustBe(false)
		must(t, y.decide(t, other, 1, again))
		if mine, err := y.service.Follow(ctx, receipt.Code); err != nil || mine.IsUnheard || mine.Submission.Status != consultation.Posted {
			t.Errorf("%+v, %v", mine.Submission, err)
		}
		if has, err := y.service.HasSecondChair(ctx, y.Chioma, y.Group.ID); !has || err != nil {
			t.Errorf("%v, %v", has, err)
		}
		_, err = y.service.HasSecondChair(ctx, y.Zoe, y.Group.ID)
		if app.KindOf(err) != app.KindNotFound {
			t.Errorf("somebody from elsewhere: %v", err)
		}
	})
}

func TestAQueueIsReadWithAsManyQueriesHoweverManyAppealsAreInIt(t *testing.T) {
	eachYard(t, func(t *testing.T, y *yard) {
		ctx, no := t.Context(), 0
		appealed := func() {
			t.Helper()
			no++
			receipt := y.send(t, y.service, "One.")
			must(t, y.decide(t, y.Chioma, no, consultation.NewMove{To: consultation.Withheld, Reason: "spam", Sentence: "It is."}))
			_, err := y.service.Take(ctx, receipt.Code, consultation.NewStep{ID: app.NewID(), Kind: consultation.StepAppealed, Sentence: "It isn't."})
			must(t, err)
		}
		cost := func() int64 {
			t.Helper()
			before := y.Forum.DB.Asked()
			list, err := y.service.Waiting(ctx, y.Chioma, y.Group.ID)
			must(t, err)
			for _, w := range list {
				if !w.IsUnheard {
					t.Errorf("%s: its steps are not known", w.Tracking())
				}
			}
			if len(list) != no {
				t.Errorf("%d wait, want %d", len(list), no)
			}
			return y.Forum.DB.Asked() - before
		}
		appealed()
		one := cost()
		appealed()
		appealed()
		if three := cost(); three != one {
			t.Errorf("%d queries for three appeals, %d for one", three, one)
		}
	})
}
