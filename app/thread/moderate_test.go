package thread_test

import (
	"strings"
	"testing"

	"madang/app"
	"madang/app/thread"
	"madang/db"
)

func (r room) report(who app.Actor, comment app.ID) error {
	return r.Report(r.t.Context(), who, comment, thread.NewReport{ID: app.NewID(), Why: "abusive", Sentence: "canaryreport"})
}

func (r room) decide(who app.Actor, comment app.ID, to thread.CaseState, sentence string) error {
	r.t.Helper()
	k, err := db.ThreadStore{DB: r.DB}.Case(r.t.Context(), comment)
	if err != nil {
		r.t.Fatal(err)
	}
	return r.Decide(r.t.Context(), who, comment, thread.NewVerdict{ID: app.NewID(), To: to, Why: "abusive", Sentence: sentence, Steps: len(k.Steps)})
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestATakenDownCommentIsSealedAndComesBackByAppeal(t *testing.T) {
	eachRoom(t, func(t *testing.T, r room) {
		ctx, mo := t.Context(), r.Join(r.Group, app.RoleModerator, "Mo")
		opened, _ := r.open(r.Minho, "cfirst00000", "A beginning.")
		said := r.post(r.Dani, opened, "canaryone about somebody")
		if _, err := r.Revise(ctx, r.Dani, said.ID, thread.NewWording{Body: "canarytwo about somebody", Revision: 1}); err != nil {
			t.Fatal(err)
		}
		wantCode(t, r.report(r.Dani, said.ID), "report.own")
		wantCode(t, r.report(r.Zoe, said.ID), "not_found")
		must(t, r.report(r.Minho, said.ID))
		wantCode(t, r.report(r.Minho, said.ID), "report.twice")
		_, err := r.ShowCase(ctx, r.Dani, said.ID)
		wantCode(t, err, "not_found") // its author isn't told of reports
		waiting, err := r.Cases(ctx, mo, r.Group.ID)
		if err != nil || len(waiting) != 1 || waiting[0].Body != "canarytwo about somebody" || waiting[0].Title != "T" || len(waiting[0].Case.Steps) != 1 {
			t.Fatalf("%+v, %v", waiting, err)
		}
		_, err = r.Cases(ctx, r.Minho, r.Group.ID)
		wantCode(t, err, "role.screen")
		wantCode(t, r.decide(r.Minho, said.ID, thread.CaseTakenDown, "No."), "role.screen")
		must(t, r.decide(mo, said.ID, thread.CaseTakenDown, "It is about a neighbour."))

		hidden, _, err := r.Comment(ctx, r.Eun, said.ID)
		if err != nil || hidden.Body != "" || hidden.TakenDown != "abusive" {
			t.Errorf("%+v, %v", hidden, err)
		}
		if wordings, err := r.History(ctx, r.Eun, said.ID); err != nil || len(wordings) != 0 {
			t.Errorf("its history has %+v, %v", wordings, err)
		}
		r.mustHoldNothingOf(t, "canaryone", "canarytwo")
		_, err = r.Revise(ctx, r.Dani, said.ID, thread.NewWording{Body: "Other words.", Revision: 2})
		wantCode(t, err, "comment.taken_down")
		mine, err := r.ShowCase(ctx, r.Dani, said.ID)
		if err != nil || mine.Words != "canarytwo about somebody" || len(mine.Case.Steps) != 1 || mine.Case.Steps[0].Sentence != "It is about a neighbour." || mine.Case.Steps[0].By.Name != "" {
			t.Errorf("its author sees %+v, %v", mine, err)
		}
		if other, err := r.ShowCase(ctx, mo, said.ID); err != nil || other.Words != "" {
			t.Errorf("a moderator still reads %q, %v", other.Words, err)
		}

		wantCode(t, r.Appeal(ctx, r.Minho, said.ID, app.NewID(), "Why?"), "comment.not_yours")
		must(t, r.Appeal(ctx, r.Dani, said.ID, app.NewID(), "It is a quotation."))
		wantCode(t, r.decide(mo, said.ID, thread.CaseKept, "Well."), "appeal.chair")
		if chair, err := r.ShowCase(ctx, r.Chioma, said.ID); err != nil || chair.Words != "canarytwo about somebody" || chair.Cannot != nil {
			t.Errorf("the chair sees %+v, %v", chair, err)
		}
		must(t, r.decide(r.Chioma, said.ID, thread.CaseKept, "It is one."))
		back, _, err := r.Comment(ctx, r.Eun, said.ID)
		if err != nil || back.Body != "canarytwo about somebody" || back.TakenDown != "" {
			t.Errorf("%+v, %v", back, err)
		}
		if wordings, err := r.History(ctx, r.Eun, said.ID); err != nil || len(wordings) != 2 || wordings[0].Body != "canaryone about somebody" {
			t.Errorf("its history has %+v, %v", wordings, err)
		}
		var kinds []string
		happened, err := r.Since(ctx, r.Eun, r.statement, 0)
		for _, a := range happened {
			kinds = append(kinds, string(a.Kind))
		}
		if want := "opened posted revised hidden restored"; err != nil || strings.Join(kinds, " ") != want {
			t.Errorf("open pages are told %v, %v", kinds, err)
		}
	})
}

// mustHoldNothingOf reads what comments say, and what the index has of them.
func (r room) mustHoldNothingOf(t *testing.T, words ...string) {
	t.Helper()
	for _, query := range []string{`SELECT body FROM comments`, `SELECT body FROM comment_revisions`, `SELECT body FROM comment_translations`, `SELECT body FROM search_texts`} {
		var texts []string
		if err := r.Raw().Select(&texts, query); err != nil {
			t.Fatal(query, err)
		}
		for _, word := range words {
			if strings.Contains(strings.Join(texts, " "), word) {
				t.Errorf("%s holds %q", query, word)
			}
		}
	}
}

func TestWhoDeletesATakenDownCommentErasesWhatIsSealed(t *testing.T) {
	eachRoom(t, func(t *testing.T, r room) {
		ctx, mo := t.Context(), r.Join(r.Group, app.RoleModerator, "Mo")
		opened, _ := r.open(r.Minho, "", "A beginning.")
		said := r.post(r.Dani, opened, "words")
		must(t, r.report(r.Minho, said.ID))
		must(t, r.decide(mo, said.ID, thread.CaseTakenDown, "Why."))
		if _, err := r.Delete(ctx, r.Dani, said.ID); err != nil {
			t.Fatal(err)
		}
		var left int
		if err := r.Raw().Get(&left, `SELECT COUNT(*) FROM sealed_comments`); err != nil || left != 0 {
			t.Errorf("%d are sealed, %v", left, err)
		}
		wantCode(t, r.decide(mo, said.ID, thread.CaseKept, ""), "case.changed")
	})
}

func TestOfTwoWhoDecideAtOnceOneIsTold(t *testing.T) {
	eachRoom(t, func(t *testing.T, r room) {
		ctx, mo, ann := t.Context(), r.Join(r.Group, app.RoleModerator, "Mo"), r.Join(r.Group, app.RoleModerator, "Ann")
		opened, _ := r.open(r.Minho, "", "A beginning.")
		said := r.post(r.Dani, opened, "words")
		must(t, r.report(r.Minho, said.ID))
		wish := thread.NewVerdict{ID: app.NewID(), To: thread.CaseTakenDown, Why: "spam", Sentence: "It is.", Steps: 1}
		must(t, r.Decide(ctx, mo, said.ID, wish))
		must(t, r.Decide(ctx, mo, said.ID, wish)) // sent again
		wish.ID = app.NewID()
		wantCode(t, r.Decide(ctx, ann, said.ID, wish), "case.changed")
	})
}

func TestTheCasesOfAGroupAreReadWithAsManyQueriesHoweverManyAreAppealed(t *testing.T) {
	eachRoom(t, func(t *testing.T, r room) {
		ctx := t.Context()
		opened, _ := r.open(r.Minho, "", "A beginning.")
		appealed := func() {
			t.Helper()
			said := r.post(r.Dani, opened, "words")
			must(t, r.report(r.Minho, said.ID))
			must(t, r.decide(r.Chioma, said.ID, thread.CaseTakenDown, "Why."))
			must(t, r.Appeal(ctx, r.Dani, said.ID, app.NewID(), "Why?"))
		}
		cost := func(want int) int64 {
			t.Helper()
			before := r.DB.Asked()
			list, err := r.Cases(ctx, r.Chioma, r.Group.ID)
			if err != nil || len(list) != want {
				t.Fatalf("%d wait, want %d, %v", len(list), want, err)
			}
			for _, c := range list {
				if !c.IsUnheard {
					t.Errorf("%s: the only chair took it down, and is said to hear the appeal", c.ID)
				}
			}
			return r.DB.Asked() - before
		}
		appealed()
		one := cost(1)
		appealed()
		appealed()
		if three := cost(3); three != one {
			t.Errorf("%d queries for three appeals, %d for one", three, one)
		}
	})
}
