package db_test

import (
	"reflect"
	"slices"
	"sync"
	"testing"
	"time"

	"madang/app"
	"madang/app/prose"
	"madang/app/statement"
	"madang/app/thread"
	"madang/db"
	"madang/db/dbtest"
)

func amendmentBy(f *dbtest.Forum, who app.Actor, of app.ID) statement.Amendment {
	return statement.Amendment{
		ID: app.NewID(), Statement: of, State: statement.AmendmentDraft, Reason: "더 뚜렷하다.", Epoch: 1, Seq: 7, At: f.Clock.Now(),
		Authors: []statement.Signature{{Author: statement.Author{Persona: f.Membership(who).Persona, Name: f.Membership(who).Name}, At: f.Clock.Now()}},
		Proposals: []prose.Proposal{
			{Kind: prose.ProposeText, CID: "caaaaaaaaaa", Base: "강은\n누구의 것인가.", Text: "물은 누구의 것인가."},
			{Kind: prose.ProposeClause, CID: "cbbbbbbbbbb", After: prose.AtStart, Node: prose.Clause, ClauseKind: prose.Definition, Level: 2, Text: "새 조항."},
			{Kind: prose.ProposeMove, CID: "ccccccccccc", After: "caaaaaaaaaa", Base: "c"},
		},
	}
}

// tabled keeps an amendment of Minho's and tables it.
func tabled(t *testing.T, f *dbtest.Forum, store db.StatementStore, of app.ID) statement.Amendment {
	t.Helper()
	minho := f.Membership(f.Minho).Standing()
	made, err := store.AddAmendment(t.Context(), minho, amendmentBy(f, f.Minho, of))
	if err == nil {
		err = store.StepAmendment(t.Context(), minho, made.ID, statement.AmendmentDraft, statement.AmendmentStep{To: statement.AmendmentTabled, At: f.Clock.Now()})
	}
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func TestAnAmendmentIsReadAsItWasKept(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, f *dbtest.Forum) {
		store, of, _ := versioned(t, f)
		minho := f.Membership(f.Minho).Standing()
		wish := amendmentBy(f, f.Minho, of.ID)
		for range 2 { // sent again
			if kept, err := store.AddAmendment(t.Context(), minho, wish); err != nil || !reflect.DeepEqual(kept, wish) {
				t.Fatalf("%+v, %v", kept, err)
			}
		}
		wish.Reason, wish.Proposals = "짧게.", wish.Proposals[:1]
		if err := store.ReviseAmendment(t.Context(), minho, wish); err != nil {
			t.Error(err)
		}
		step := statement.AmendmentStep{To: statement.AmendmentTabled, By: wish.Authors[0].Author, At: f.Clock.Now()}
		if err := store.StepAmendment(t.Context(), minho, wish.ID, statement.AmendmentDraft, step); err != nil {
			t.Error(err)
		}
		wantCode(t, store.ReviseAmendment(t.Context(), minho, wish), "amendment.decided")
		wish.No, wish.State, wish.Steps = 1, statement.AmendmentTabled, []statement.AmendmentStep{step}
		if err := store.SignAmendment(t.Context(), f.Membership(f.Dani).Standing(), wish.ID, 0, f.Clock.Now()); err != nil {
			t.Error(err)
		}
		wish.Authors = append(wish.Authors, statement.Signature{Author: statement.Author{Persona: f.Membership(f.Dani).Persona, Name: "Dani"}, At: f.Clock.Now()})
		second := tabled(t, f, store, of.ID)
		list, err := store.Amendments(t.Context(), of.ID)
		if err != nil || len(list) != 2 || list[0].ID != second.ID || list[0].No != 2 || !reflect.DeepEqual(list[1], wish) {
			t.Errorf("%+v, %v", list, err)
		}
		_, err = store.Amendment(t.Context(), app.NewID())
		wantCode(t, err, "not_found")
	})
}

func TestAnAcceptanceIsKeptWithItsCollisions(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, f *dbtest.Forum) {
		store, of, _ := versioned(t, f)
		first, second := tabled(t, f, store, of.ID), tabled(t, f, store, of.ID)
		eun := f.Membership(f.Eun)
		both := []statement.Amendment{second, first}
		if err := store.ClaimAmendments(t.Context(), eun.Standing(), both, f.Clock.Now()); err != nil {
			t.Fatal(err)
		}
		done := statement.Acceptance{
			ID: app.NewID(), Statement: of.ID, By: statement.Author{Persona: eun.Persona, Name: eun.Name}, Reason: "뜻을 모았다.", At: f.Clock.Now(),
			Fates: []statement.Fate{
				{Amendment: first.ID, From: statement.AmendmentTabled, To: statement.AmendmentAccepted},
				{Amendment: second.ID, From: statement.AmendmentTabled, To: statement.AmendmentModified},
			},
			Collisions: []statement.SettledCollision{{
				Collision: prose.Collision{Kind: prose.CollidesWords, CID: "caaaaaaaaaa", From: 3, To: 5, Base: "강은", Wordings: []prose.Wording{
					{Amendments: []string{string(first.ID)}, Text: "물은"}, {Amendments: []string{string(second.ID)}, IsGone: true},
				}},
				Outcome: prose.Wording{Text: "물은"},
			}},
		}
		if err := store.Accept(t.Context(), eun.Standing(), done); err != nil {
			t.Fatal(err)
		}
		if kept, err := store.Acceptance(t.Context(), done.ID); err != nil || !reflect.DeepEqual(kept, done) {
			t.Errorf("%+v, %v", kept, err)
		}
		kept, err := store.Amendment(t.Context(), second.ID)
		if err != nil || kept.State != statement.AmendmentModified || kept.Steps[1].Acceptance != done.ID || kept.Steps[1].Reason != done.Reason || kept.Steps[1].By.Name != "은" {
			t.Errorf("%+v, %v", kept, err)
		}
		wantCode(t, store.Accept(t.Context(), eun.Standing(), done), "amendment.decided")
		_, err = store.Acceptance(t.Context(), app.NewID())
		wantCode(t, err, "not_found")
		wantCode(t, store.SignAmendment(t.Context(), f.Membership(f.Dani).Standing(), first.ID, 0, f.Clock.Now()), "amendment.decided")
	})
}

func TestNobodyDecidesAboutAnAmendmentThatSomebodyElseAccepts(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, f *dbtest.Forum) {
		store, of, _ := versioned(t, f)
		a, other := tabled(t, f, store, of.ID), tabled(t, f, store, of.ID)
		eun, chioma := f.Membership(f.Eun).Standing(), f.Membership(f.Chioma).Standing()
		if err := store.ClaimAmendments(t.Context(), eun, []statement.Amendment{a}, f.Clock.Now()); err != nil {
			t.Fatal(err)
		}
		reject := func(by app.Standing) error {
			return store.StepAmendment(t.Context(), by, a.ID, statement.AmendmentTabled, statement.AmendmentStep{To: statement.AmendmentRejected, Reason: "no", At: f.Clock.Now()})
		}
		wantCode(t, reject(chioma), "amendment.decided")
		wantCode(t, store.ClaimAmendments(t.Context(), chioma, []statement.Amendment{other, a}, f.Clock.Now()), "amendment.decided")
		if err := store.ClaimAmendments(t.Context(), f.Membership(f.Dani).Standing(), []statement.Amendment{other}, f.Clock.Now()); err != nil {
			t.Errorf("the other one was claimed although the first couldn't be: %v", err)
		}
		if err := store.ReleaseAmendments(t.Context(), eun, []app.ID{a.ID}); err != nil {
			t.Error(err)
		}
		if err := store.ClaimAmendments(t.Context(), chioma, []statement.Amendment{a}, f.Clock.Now()); err != nil {
			t.Errorf("after the claim was given up: %v", err)
		}
		f.Clock.Advance(statement.ClaimTime + time.Second)
		if err := reject(eun); err != nil {
			t.Errorf("after the claim's time: %v", err)
		}
	})
}

func TestPeopleWhoTableAtTheSameTimeGetOneNumberEach(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, f *dbtest.Forum) {
		store, of, _ := versioned(t, f)
		var all sync.WaitGroup
		for range 6 {
			made, err := store.AddAmendment(t.Context(), f.Membership(f.Minho).Standing(), amendmentBy(f, f.Minho, of.ID))
			if err != nil {
				t.Fatal(err)
			}
			other := db.StatementStore{DB: f.Another()}
			all.Go(func() {
				if err := other.StepAmendment(t.Context(), f.Membership(f.Minho).Standing(), made.ID, statement.AmendmentDraft, statement.AmendmentStep{To: statement.AmendmentTabled, At: f.Clock.Now()}); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		list, err := store.Amendments(t.Context(), of.ID)
		var numbers []int
		for _, a := range list {
			numbers = append(numbers, a.No)
		}
		if err != nil || !slices.Equal(numbers, []int{6, 5, 4, 3, 2, 1}) {
			t.Errorf("%v, %v", numbers, err)
		}
	})
}

func TestWhoeverLostTheirRoleDoesNothingToAmendments(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, f *dbtest.Forum) {
		store, of, _ := versioned(t, f)
		a := tabled(t, f, store, of.ID)
		before := f.Membership(f.Eun).Standing()
		f.SetRole(f.Chioma, f.Eun, app.RoleMember)
		step := statement.AmendmentStep{To: statement.AmendmentRejected, Reason: "no", At: f.Clock.Now()}
		wantCode(t, store.StepAmendment(t.Context(), before, a.ID, statement.AmendmentTabled, step), "role.changed")
		wantCode(t, store.ClaimAmendments(t.Context(), before, []statement.Amendment{a}, f.Clock.Now()), "role.changed")
		wantCode(t, store.Accept(t.Context(), before, statement.Acceptance{ID: app.NewID(), Statement: of.ID}), "role.changed")
		wantCode(t, store.SignAmendment(t.Context(), before, a.ID, 0, f.Clock.Now()), "role.changed")
		wantCode(t, store.UnsignAmendment(t.Context(), before, a.ID), "role.changed")
		wantCode(t, store.AdoptAmendment(t.Context(), before, statement.Adoption{Amendment: a.ID, Further: a.ID}), "role.changed")
		wantCode(t, store.ReviseAmendment(t.Context(), before, a), "role.changed")
		_, err := store.AddAmendment(t.Context(), before, amendmentBy(f, f.Eun, of.ID))
		wantCode(t, err, "role.changed")
	})
}

func TestEveryStepOfAnAmendmentIsActivity(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, f *dbtest.Forum) {
		store, of, _ := versioned(t, f)
		threads, minho, eun := db.ThreadStore{DB: f.DB}, f.Membership(f.Minho).Standing(), f.Membership(f.Eun).Standing()
		unseen, err := store.AddAmendment(t.Context(), minho, amendmentBy(f, f.Minho, of.ID))
		if err != nil {
			t.Fatal(err)
		}
		step := func(id app.ID, by app.Standing, from, to statement.AmendmentState) {
			t.Helper()
			if err := store.StepAmendment(t.Context(), by, id, from, statement.AmendmentStep{To: to, Reason: "So.", At: f.Clock.Now()}); err != nil {
				t.Fatal(err)
			}
		}
		step(unseen.ID, minho, statement.AmendmentDraft, statement.AmendmentWithdrawn)
		first, second := tabled(t, f, store, of.ID), tabled(t, f, store, of.ID)
		step(first.ID, eun, statement.AmendmentTabled, statement.AmendmentDiscussed)
		if err := store.Accept(t.Context(), eun, statement.Acceptance{ID: app.NewID(), Statement: of.ID, At: f.Clock.Now(), Fates: []statement.Fate{
			{Amendment: first.ID, From: statement.AmendmentDiscussed, To: statement.AmendmentAccepted},
			{Amendment: second.ID, From: statement.AmendmentTabled, To: statement.AmendmentModified},
		}}); err != nil {
			t.Fatal(err)
		}
		happened, err := threads.Activities(t.Context(), of.ID, 0)
		want := []thread.Activity{
			{Seq: 1, Kind: "tabled", Amendment: first.ID}, {Seq: 2, Kind: "tabled", Amendment: second.ID},
			{Seq: 3, Kind: "discussed", Amendment: first.ID},
			{Seq: 4, Kind: "accepted", Amendment: first.ID}, {Seq: 5, Kind: "modified", Amendment: second.ID},
		}
		if err != nil || !reflect.DeepEqual(happened, want) {
			t.Errorf("%+v, %v", happened, err)
		}
		// A step that isn't taken is no activity.
		err = store.StepAmendment(t.Context(), eun, first.ID, statement.AmendmentTabled, statement.AmendmentStep{To: statement.AmendmentRejected, At: f.Clock.Now()})
		wantCode(t, err, "amendment.decided")
		if heads, err := threads.Heads(t.Context(), []app.ID{of.ID}); err != nil || heads[of.ID] != 5 {
			t.Errorf("%v, %v", heads, err)
		}
	})
}

func TestOfSeveralDraftsAllAreKeptOrNone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, f *dbtest.Forum) {
		store, of, _ := versioned(t, f)
		minho, dani := f.Membership(f.Minho).Standing(), f.Membership(f.Dani).Standing()
		drafts := []statement.Amendment{amendmentBy(f, f.Minho, of.ID), amendmentBy(f, f.Minho, of.ID)}
		for range 2 { // sent again
			if kept, err := store.AddAmendments(t.Context(), minho, drafts); err != nil || !reflect.DeepEqual(kept, drafts) {
				t.Fatalf("%+v, %v", kept, err)
			}
		}
		others := []statement.Amendment{amendmentBy(f, f.Dani, of.ID), amendmentBy(f, f.Dani, of.ID), amendmentBy(f, f.Dani, of.ID)}
		others[1].ID = drafts[0].ID
		_, err := store.AddAmendments(t.Context(), dani, others)
		wantCode(t, err, "id.taken")
		left := f.Membership(f.Dani).Standing()
		left.Version++ // a role that she no longer has
		_, err = store.AddAmendments(t.Context(), left, others[2:])
		wantCode(t, err, "role.changed")
		if list, err := store.Amendments(t.Context(), of.ID); err != nil || len(list) != 2 {
			t.Errorf("%+v, %v", list, err)
		}
	})
}

func TestWhichClausesWereTouchedSinceIsKnown(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, f *dbtest.Forum) {
		log := db.NewLiveLog(f.DB)
		doc := document(t, f, log)
		store := db.StatementStore{DB: f.DB}
		for _, clauses := range [][]string{{"caaaaaaaaaa"}, {"cbbbbbbbbbb", "ccccccccccc"}, {"cbbbbbbbbbb"}} {
			change := changeBy(f, f.Dani, "-")
			change.Clauses = clauses
			wantAnswer(t, appended(t, log, doc, change), "")
		}
		for since, want := range map[int64][]string{1: {"caaaaaaaaaa", "cbbbbbbbbbb", "ccccccccccc"}, 2: {"cbbbbbbbbbb", "ccccccccccc"}, 3: {"cbbbbbbbbbb"}, 4: nil} {
			if got, err := store.Touched(t.Context(), doc, app.LiveHead{Epoch: 1, Seq: since}); err != nil || !slices.Equal(got, want) {
				t.Errorf("since %d: %v, %v", since, got, err)
			}
		}
	})
}
