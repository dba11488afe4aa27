package db_test

import (
	"strings"
	"testing"
	"time"

	"madang/app"
	"madang/app/notice"
	"madang/app/statement"
	"madang/app/thread"
	"madang/db"
	"madang/db/dbtest"
)

// guests are people around a desk whose text has a log.
type guests struct {
	listeners
	log *db.LiveLog
}

func eachGuest(t *testing.T, test func(t *testing.T, g guests)) {
	t.Helper()
	eachListener(t, func(t *testing.T, l listeners) { test(t, newGuests(t, l)) })
}

func newGuests(t *testing.T, l listeners) guests {
	t.Helper()
	g := guests{l, db.NewLiveLog(l.Forum.DB)}
	if _, err := g.log.Create(t.Context(), g.statement, changeBy(g.Forum, g.Dani, "first")); err != nil {
		t.Fatal(err)
	}
	return g
}

func (g guests) types(t *testing.T, who app.Actor, edit app.ID) {
	t.Helper()
	change := changeBy(g.Forum, who, "more")
	change.Edit = edit
	if err := appended(t, g.log, g.statement, change); err != nil {
		t.Fatal(err)
	}
}

// mark is how far the statement has come now.
func (g guests) mark(t *testing.T) notice.Mark {
	t.Helper()
	heads, err := g.Heads(t.Context(), []app.ID{g.statement})
	if err != nil {
		t.Fatal(err)
	}
	_, newest, err := g.notices.Visit(t.Context(), "", g.statement)
	if err != nil {
		t.Fatal(err)
	}
	head := app.LiveHead{Epoch: 1, Seq: headOf(t, g.log, g.statement)}
	return notice.Mark{At: g.Clock.Now().Truncate(30 * time.Minute), Head: head, Activity: heads[g.statement], Version: newest}
}

// changed says what others did since a mark, with "!" if a page would say that there is
// anything.
func (g guests) changed(t *testing.T, who app.Actor, since notice.Mark) string {
	t.Helper()
	list, err := g.notices.Happened(t.Context(), reader(g.Forum, who), g.statement, since)
	if err != nil {
		t.Fatal(err)
	}
	var said []string
	for _, h := range list {
		said = append(said, h.Event+string(h.To))
	}
	has, err := g.notices.HasNews(t.Context(), reader(g.Forum, who), g.statement, since)
	if err != nil {
		t.Fatal(err)
	}
	if has {
		said = append(said, "!")
	}
	return strings.Join(said, " ")
}

func (g guests) visit(t *testing.T, who app.Actor) notice.Visit {
	t.Helper()
	v, _, err := g.notices.Visit(t.Context(), reader(g.Forum, who), g.statement)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func (g guests) keep(t *testing.T, who app.Actor, v notice.Visit) {
	t.Helper()
	if err := g.notices.KeepVisit(t.Context(), g.Membership(who).Standing(), g.statement, v); err != nil {
		t.Fatal(err)
	}
}

func TestAVisitIsReadAsItWasKeptAndNobodyElseHasIt(t *testing.T) {
	eachGuest(t, func(t *testing.T, g guests) {
		if v := g.visit(t, g.Minho); v != (notice.Visit{}) {
			t.Errorf("%+v", v)
		}
		first := notice.Visit{Now: g.mark(t)}
		g.keep(t, g.Minho, first)
		g.types(t, g.Eun, "")
		second := notice.Visit{Last: first.Now, Now: g.mark(t)}
		g.keep(t, g.Minho, second)
		if v := g.visit(t, g.Minho); v != second || v.Now.Head.Seq != 2 {
			t.Errorf("%+v, want %+v", v, second)
		}
		if v := g.visit(t, g.Eun); v != (notice.Visit{}) {
			t.Errorf("somebody else has %+v", v)
		}
		if _, _, err := g.notices.Visit(t.Context(), reader(g.Forum, g.Minho), app.NewID()); app.KindOf(err) != app.KindNotFound {
			t.Errorf("a statement nobody began: %v", err)
		}
	})
}

func TestWhatOthersDidSinceIsToldAndNotWhatOneDidOneself(t *testing.T) {
	eachGuest(t, func(t *testing.T, g guests) {
		since := g.mark(t)
		wantHeard(t, g.changed(t, g.Olga, since), "")
		g.post(t, g.Eun, "An answer.")
		wantHeard(t, g.changed(t, g.Olga, since), "posted !")
		wantHeard(t, g.changed(t, g.Eun, since), "")
		if _, err := g.Settle(t.Context(), g.act(g.Chioma, thread.Resolved, ""), "Said and done."); err != nil {
			t.Fatal(err)
		}
		wantHeard(t, g.changed(t, g.Eun, since), "resolved !")
		wantHeard(t, g.changed(t, g.Chioma, since), "posted !")

		since = g.mark(t)
		store := db.StatementStore{DB: g.Forum.DB}
		made := tabled(t, g.Forum, store, g.statement)
		wantHeard(t, g.changed(t, g.Olga, since), "tabled !")
		wantHeard(t, g.changed(t, g.Minho, since), "")
		g.Clock.Advance(time.Minute)
		if err := store.SignAmendment(t.Context(), g.Membership(g.Dani).Standing(), made.ID, 0, g.Clock.Now()); err != nil {
			t.Fatal(err)
		}
		wantHeard(t, g.changed(t, g.Minho, since), "signed !")
		wantHeard(t, g.changed(t, g.Dani, since), "tabled !")

		since = g.mark(t)
		g.Clock.Advance(time.Minute)
		step := stepOf(g.Forum, g.statement, 1, app.PhaseDrafting, app.PhaseReview, since.Head.Seq)
		if err := store.TakeStep(t.Context(), standsIn(t, g.Forum, g.Chioma, g.statement), step); err != nil {
			t.Fatal(err)
		}
		wantHeard(t, g.changed(t, g.Olga, since), "steppedgroup_review !")
		wantHeard(t, g.changed(t, g.Chioma, since), "")
	})
}

func TestADraftOfAnAmendmentIsNoChangeForAnybody(t *testing.T) {
	eachGuest(t, func(t *testing.T, g guests) {
		since := g.mark(t)
		if _, err := (db.StatementStore{DB: g.Forum.DB}).AddAmendment(t.Context(), g.Membership(g.Minho).Standing(), amendmentBy(g.Forum, g.Minho, g.statement)); err != nil {
			t.Fatal(err)
		}
		wantHeard(t, g.changed(t, g.Eun, since), "")
	})
}

func TestWhatWasSaidAndIsThereNoMoreIsNoChange(t *testing.T) {
	eachGuest(t, func(t *testing.T, g guests) {
		since := g.mark(t)
		deleted, hidden := g.post(t, g.Eun, "One."), g.post(t, g.Eun, "Two.")
		wantHeard(t, g.changed(t, g.Olga, since), "posted posted !")
		if _, err := g.Delete(t.Context(), g.act(g.Eun, thread.Deleted, deleted)); err != nil {
			t.Fatal(err)
		}
		wantHeard(t, g.changed(t, g.Olga, since), "posted !")
		if _, err := g.Raw().Exec(`UPDATE comments SET body = '', taken_down = 'abuse' WHERE id = $1`, hidden); err != nil {
			t.Fatal(err)
		}
		wantHeard(t, g.changed(t, g.Olga, since), "")
	})
}

func TestWorkOnTheTextAndVersionsAreNewsOfOthersOnly(t *testing.T) {
	eachGuest(t, func(t *testing.T, g guests) {
		since := g.mark(t)
		g.types(t, g.Eun, "")
		wantHeard(t, g.changed(t, g.Dani, since), "!")
		wantHeard(t, g.changed(t, g.Eun, since), "")
		since = g.mark(t)
		wantHeard(t, g.changed(t, g.Dani, since), "")
		store := db.StatementStore{DB: g.Forum.DB}
		version, text := versionOf(g, g.Eun)
		if _, err := store.AddVersion(t.Context(), g.Membership(g.Eun).Standing(), version, text); err != nil {
			t.Fatal(err)
		}
		wantHeard(t, g.changed(t, g.Dani, since), "!")
		wantHeard(t, g.changed(t, g.Eun, since), "")
		wantHeard(t, g.changed(t, g.Dani, g.mark(t)), "")

		// A history that began anew is another text.
		since = g.mark(t)
		if err := g.log.Renew(t.Context(), g.statement, 1, g.Clock.Now()); err != nil {
			t.Fatal(err)
		}
		wantHeard(t, g.changed(t, g.Minho, since), "!")
	})
}

// versionOf is a version without words.
func versionOf(g guests, who app.Actor) (statement.Version, statement.VersionText) {
	return statement.Version{
		ID: app.NewID(), Statement: g.statement, Kind: statement.VersionMade, Title: "강의 권리", Lang: "ko",
		By: g.Membership(who).Persona, At: g.Clock.Now(), Epoch: 1, Seq: 1,
	}, statement.VersionText{}
}

func TestWhoeverWroteInAnEditorWasThere(t *testing.T) {
	eachGuest(t, func(t *testing.T, g guests) {
		since := g.mark(t)
		written := func(who app.Actor) notice.Mark {
			t.Helper()
			m, err := g.notices.Written(t.Context(), reader(g.Forum, who), g.statement, since)
			if err != nil {
				t.Fatal(err)
			}
			return m
		}
		g.types(t, g.Eun, app.NewID()) // by form
		if m := written(g.Eun); !m.IsZero() {
			t.Errorf("a form: %+v", m)
		}
		g.Clock.Advance(time.Hour)
		g.post(t, g.Minho, "Before the last word.")
		g.types(t, g.Eun, "")
		wrote := g.Clock.Now()
		g.Clock.Advance(time.Hour)
		g.types(t, g.Dani, "")
		g.post(t, g.Minho, "After it.")
		if m := written(g.Eun); m.Head != (app.LiveHead{Epoch: 1, Seq: 3}) || m.Activity != 2 || m.Version != 0 || !m.At.Equal(wrote) {
			t.Errorf("%+v", m)
		}
		if m := written(g.Minho); !m.IsZero() {
			t.Errorf("who wrote nothing: %+v", m)
		}
	})
}

func TestAVisitIsNotKeptForWhoeverIsAMemberNoMore(t *testing.T) {
	eachGuest(t, func(t *testing.T, g guests) {
		for _, who := range []app.Actor{g.Minho, g.Olga} {
			g.keep(t, who, notice.Visit{Now: g.mark(t)})
		}
		stood := g.Membership(g.Minho).Standing()
		if err := g.Identity.EndMembership(t.Context(), g.Chioma, g.Group.ID, stood.Persona); err != nil {
			t.Fatal(err)
		}
		var kept []app.ID
		if err := g.Raw().Select(&kept, `SELECT persona_id FROM visits`); err != nil || len(kept) != 1 || kept[0] != reader(g.Forum, g.Olga) {
			t.Errorf("visits are kept of %v, %v", kept, err)
		}
		wantCode(t, g.notices.KeepVisit(t.Context(), stood, g.statement, notice.Visit{Now: g.mark(t)}), "role.changed")
		g.SetRole(g.Chioma, g.Olga, app.RoleMember)
		if v := g.visit(t, g.Refresh(g.Olga)); v.Now.IsZero() {
			t.Error("another role ended her visit")
		}
	})
}

func TestNoBackupHoldsVisitsAndARestoreEndsThem(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, f *dbtest.Forum) {
		g := newGuests(t, listeners{newDesk(t, f), db.NoticeStore{DB: f.DB}})
		g.keep(t, g.Minho, notice.Visit{Now: g.mark(t)})
		saved := backup(t, f.DB)
		if text := lines(t, saved); strings.Contains(text, `"visits"`) {
			t.Error("the backup holds visits")
		}
		restore(t, f.DB, saved)
		if v := g.visit(t, g.Minho); v != (notice.Visit{}) {
			t.Errorf("after a restore: %+v", v)
		}
	})
}
