package db_test

import (
	"sync"
	"testing"
	"time"

	"madang/app"
	"madang/app/statement"
	"madang/db"
	"madang/db/dbtest"
)

// loss is a change by which somebody takes n characters from others, in a text where
// 2,000 a minute are the most.
func loss(f *dbtest.Forum, by app.Actor, n int) app.LiveChange {
	c := changeBy(f, by, "-")
	c.Lost, c.Brake = n, 2000
	return c
}

// appended is what the log says to one change.
func appended(t *testing.T, log *db.LiveLog, doc app.ID, c app.LiveChange) error {
	t.Helper()
	commit, err := log.Append(t.Context(), doc, 1, []app.LiveChange{c})
	if err != nil {
		t.Fatal(err)
	}
	return commit.Refused[0]
}

// wantAnswer wants a refusal, or none if code is empty.
func wantAnswer(t *testing.T, err error, code string) {
	t.Helper()
	if code == "" && err == nil {
		return
	}
	wantCode(t, err, code)
}

func TestTheBrakeAddsUpAMinute(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, f *dbtest.Forum) {
		log := db.NewLiveLog(f.DB)
		doc := document(t, f, log)
		for _, step := range []struct {
			n     int
			later time.Duration
			code  string
		}{
			{1500, 0, ""},
			{501, 0, "live.held"},
			{500, 0, ""},
			{-700, 0, ""},
			{700, 0, ""},
			{1, 0, "live.held"},
			{2000, app.BrakeWindow + time.Millisecond, ""},
			{-9000, 0, ""}, // putting back more than was taken earns nothing
			{2001, 0, "live.held"},
		} {
			f.Clock.Advance(step.later)
			wantAnswer(t, appended(t, log, doc, loss(f, f.Dani, step.n)), step.code)
		}
		wantAnswer(t, appended(t, log, doc, loss(f, f.Eun, 2000)), "")
	})
}

func TestTwoNodesAddUpTheSameLoss(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, f *dbtest.Forum) {
		log := db.NewLiveLog(f.DB)
		doc := document(t, f, log)
		logs := []*db.LiveLog{log, db.NewLiveLog(f.Another())}
		var wait sync.WaitGroup
		refused := make([]error, 8)
		for i := range refused {
			wait.Go(func() { refused[i] = appended(t, logs[i%2], doc, loss(f, f.Dani, 900)) })
		}
		wait.Wait()
		let := 0
		for _, err := range refused {
			if err == nil {
				let++
				continue
			}
			wantAnswer(t, err, "live.held")
		}
		if let != 2 {
			t.Errorf("%d times 900 characters went, where 2,000 are the most", let)
		}
	})
}

func held(f *dbtest.Forum, doc app.ID, by app.Actor, update string) app.LiveHold {
	return app.LiveHold{
		ID: app.NewID(), Document: doc, Head: app.LiveHead{Epoch: 1, Seq: 1}, Persona: f.Membership(by).Persona,
		At: f.Clock.Now(), Clauses: []string{"c1", "c2"}, Lost: 2001, Update: []byte(update), State: []byte("state"),
	}
}

func TestAHoldIsKeptOnceAndComesBackWhole(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, f *dbtest.Forum) {
		log, store := db.NewLiveLog(f.DB), db.StatementStore{DB: f.DB}
		doc := document(t, f, log)
		first := held(f, doc, f.Dani, "first")
		for range 2 {
			if err := log.Hold(t.Context(), first); err != nil {
				t.Fatal(err)
			}
			first.ID = app.NewID()
		}
		for _, update := range []string{"second", "third"} {
			if err := log.Hold(t.Context(), held(f, doc, f.Dani, update)); err != nil {
				t.Fatal(err)
			}
		}
		wantAnswer(t, log.Hold(t.Context(), held(f, doc, f.Dani, "fourth")), "live.held_many")

		list, err := store.Holds(t.Context(), doc)
		if err != nil || len(list) != 3 {
			t.Fatalf("%d are held, %v", len(list), err)
		}
		found, err := store.Hold(t.Context(), doc, list[2].ID)
		if err != nil || string(found.Update) != "first" || string(found.State) != "state" || len(found.Clauses) != 2 ||
			found.Name != "Dani" || found.Decision.Kind != statement.Waiting {
			t.Errorf("%+v, %v", found, err)
		}
		if _, err := store.Hold(t.Context(), app.NewID(), list[2].ID); app.KindOf(err) != app.KindNotFound {
			t.Errorf("found in another statement: %v", err)
		}
	})
}

func TestAHoldIsDecidedOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, f *dbtest.Forum) {
		log, store := db.NewLiveLog(f.DB), db.StatementStore{DB: f.DB}
		doc := document(t, f, log)
		one, two := held(f, doc, f.Dani, "one"), held(f, doc, f.Dani, "two")
		for _, h := range []app.LiveHold{one, two} {
			if err := log.Hold(t.Context(), h); err != nil {
				t.Fatal(err)
			}
		}
		release := changeBy(f, f.Eun, "released")
		release.Author, release.Hold, release.Clients = one.Persona, one.ID, []uint64{77}
		wantAnswer(t, appended(t, log, doc, release), "")
		wantAnswer(t, appended(t, log, doc, release), "hold.decided")
		no := statement.Decision{Kind: statement.Declined, By: f.Membership(f.Eun).Persona, At: f.Clock.Now(), Reason: "No."}
		wantAnswer(t, store.Decline(t.Context(), f.Membership(f.Eun).Standing(), one.ID, no), "hold.decided")
		wantAnswer(t, store.Decline(t.Context(), f.Membership(f.Eun).Standing(), two.ID, no), "")
		wantAnswer(t, store.Decline(t.Context(), app.Standing{Persona: no.By, Version: 99}, two.ID, no), "role.changed")

		clients, _, err := log.Authors(t.Context(), doc, 1)
		if err != nil || clients[77] != one.Persona {
			t.Errorf("the client id is %v's, %v", clients[77], err)
		}
		found, err := store.Hold(t.Context(), doc, two.ID)
		if err != nil || found.Decision.Name != "은" || found.Decision.Reason != "No." {
			t.Errorf("%+v, %v", found.Decision, err)
		}
		if n, err := store.Waiting(t.Context(), doc); n != 0 || err != nil {
			t.Errorf("%d wait, %v", n, err)
		}
		if n, err := store.CountWith(t.Context(), f.Group.ID, app.RolesWith(app.Draft)); n != 3 || err != nil {
			t.Errorf("%d may edit, %v", n, err)
		}
	})
}
