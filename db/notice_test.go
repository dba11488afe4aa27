package db_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"madang/app"
	"madang/app/identity"
	"madang/app/notice"
	"madang/app/thread"
	"madang/db"
	"madang/db/dbtest"
)

// listeners are people around a desk, and what they are told.
type listeners struct {
	desk
	notices db.NoticeStore
}

func eachListener(t *testing.T, test func(t *testing.T, l listeners)) {
	t.Helper()
	eachDesk(t, func(t *testing.T, d desk) { test(t, listeners{d, db.NoticeStore{DB: d.Forum.DB}}) })
}

// hears says what somebody is told, the oldest first, with "+" if it is unread.
func (l listeners) hears(t *testing.T, who app.Actor) string {
	t.Helper()
	var said []string
	list, err := l.notices.Notices(t.Context(), []app.ID{reader(l.Forum, who)}, notice.Place{At: 1<<63 - 1}, 100)
	if err != nil {
		t.Fatal(err)
	}
	unread := 0
	for _, n := range slices.Backward(list) {
		word := n.Event
		if n.IsUnread {
			word += "+"
			unread++
		}
		said = append(said, word)
	}
	counts, err := l.notices.Unread(t.Context(), []app.ID{reader(l.Forum, who)}, 99)
	if err != nil || counts[l.statement] != unread {
		t.Errorf("%d unread, counted as %v, %v", unread, counts, err)
	}
	return strings.Join(said, " ")
}

func (l listeners) choose(t *testing.T, who app.Actor, kind notice.Kind, part string, follow bool) {
	t.Helper()
	target := notice.Target{Statement: l.statement, Kind: kind, Part: part}
	if err := l.notices.Choose(t.Context(), l.Membership(who).Standing(), target, follow); err != nil {
		t.Fatal(err)
	}
	if is, err := l.notices.IsFollowed(t.Context(), reader(l.Forum, who), target); err != nil || is != follow {
		t.Errorf("%v, %v", is, err)
	}
}

func wantHeard(t *testing.T, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("hears %q, want %q", got, want)
	}
}

func TestPeopleAreToldOfWhatTheyBeganAndWhereTheySpokeAndNotOfThemselves(t *testing.T) {
	eachListener(t, func(t *testing.T, l listeners) {
		wantHeard(t, l.hears(t, l.Dani), "opened+") // began the statement
		wantHeard(t, l.hears(t, l.Minho), "")
		wantHeard(t, l.hears(t, l.Eun), "")
		l.post(t, l.Eun, "An answer.")
		wantHeard(t, l.hears(t, l.Minho), "posted+")
		wantHeard(t, l.hears(t, l.Eun), "") // what came before she spoke is no news
		settle := l.act(l.Chioma, thread.Resolved, "")
		if _, err := l.Settle(t.Context(), settle, "Said and done."); err != nil {
			t.Fatal(err)
		}
		wantHeard(t, l.hears(t, l.Eun), "resolved+")
		wantHeard(t, l.hears(t, l.Dani), "opened+ posted+ resolved+")
		wantHeard(t, l.hears(t, l.Chioma), "")
	})
}

func TestWhoeverFollowsHearsWhatComesAfterwards(t *testing.T) {
	for _, c := range []struct {
		kind notice.Kind
		part func(l listeners) string
	}{
		{notice.Statement, func(listeners) string { return "" }},
		{notice.Clause, func(listeners) string { return "cabcdefghij" }},
		{notice.Thread, func(l listeners) string { return string(l.thread) }},
	} {
		eachListener(t, func(t *testing.T, l listeners) {
			l.choose(t, l.Chioma, c.kind, c.part(l), true)
			l.post(t, l.Eun, "First.")
			wantHeard(t, l.hears(t, l.Chioma), "posted+")
			l.choose(t, l.Chioma, c.kind, c.part(l), true) // pressed again
			wantHeard(t, l.hears(t, l.Chioma), "posted+")
			l.choose(t, l.Chioma, c.kind, c.part(l), false)
			l.post(t, l.Eun, "Second.")
			wantHeard(t, l.hears(t, l.Chioma), "")
			l.choose(t, l.Chioma, c.kind, c.part(l), true)
			l.post(t, l.Eun, "Third.")
			wantHeard(t, l.hears(t, l.Chioma), "posted+")
		})
	}
}

func TestAThreadNobodyWantsToHearOfIsSilentInAFollowedStatement(t *testing.T) {
	eachListener(t, func(t *testing.T, l listeners) {
		l.choose(t, l.Dani, notice.Thread, string(l.thread), false)
		wantHeard(t, l.hears(t, l.Dani), "")
		l.choose(t, l.Minho, notice.Thread, string(l.thread), false) // spoke in it
		l.post(t, l.Eun, "An answer.")
		wantHeard(t, l.hears(t, l.Minho), "")
		follows, err := l.notices.Follows(t.Context(), []app.ID{reader(l.Forum, l.Dani)})
		if err != nil || len(follows) != 1 || follows[0].Kind != notice.Statement || follows[0].Title != "강의 권리" {
			t.Errorf("%+v, %v", follows, err)
		}
	})
}

func TestNoticesAreReadOneByOneAllTogetherOrInTheirThread(t *testing.T) {
	eachListener(t, func(t *testing.T, l listeners) {
		l.post(t, l.Eun, "Two.")
		l.post(t, l.Eun, "Three.")
		dani := l.Membership(l.Dani).Standing()
		mark := func(seq int64, all bool) {
			t.Helper()
			if err := l.notices.MarkRead(t.Context(), dani, l.statement, seq, all); err != nil {
				t.Fatal(err)
			}
		}
		mark(2, false)
		mark(2, false)
		mark(77, false) // hasn't happened
		wantHeard(t, l.hears(t, l.Dani), "opened+ posted posted+")
		mark(2, true)
		mark(1, true)
		wantHeard(t, l.hears(t, l.Dani), "opened posted posted+")
		if err := l.ThreadStore.MarkRead(t.Context(), l.thread, dani.Persona, 3); err != nil {
			t.Fatal(err)
		}
		wantHeard(t, l.hears(t, l.Dani), "opened posted posted")
		mark(1000, true)
		l.post(t, l.Eun, "Four.")
		wantHeard(t, l.hears(t, l.Dani), "opened posted posted posted+")
	})
}

func TestADeletedCommentIsNoNewsAnyMore(t *testing.T) {
	eachListener(t, func(t *testing.T, l listeners) {
		id := l.post(t, l.Eun, "Said too soon.")
		if _, err := l.Delete(t.Context(), l.act(l.Eun, thread.Deleted, id)); err != nil {
			t.Fatal(err)
		}
		wantHeard(t, l.hears(t, l.Minho), "")
	})
}

func TestWhoeverLostTheirRoleHearsAndChoosesNothing(t *testing.T) {
	eachListener(t, func(t *testing.T, l listeners) {
		l.post(t, l.Eun, "An answer.")
		before, persona := l.Membership(l.Minho).Standing(), []app.ID{reader(l.Forum, l.Minho)}
		wantHeard(t, l.hears(t, l.Minho), "posted+")
		l.SetRole(l.Chioma, l.Minho, app.RoleObserver) // who may not read here
		list, err := l.notices.Notices(t.Context(), persona, notice.Place{At: 1<<63 - 1}, 10)
		follows, errFollows := l.notices.Follows(t.Context(), persona)
		counts, errCounts := l.notices.Unread(t.Context(), persona, 10)
		if err != nil || errFollows != nil || errCounts != nil || len(list)+len(follows)+len(counts) > 0 {
			t.Errorf("%v %v %v, %v %v %v", list, follows, counts, err, errFollows, errCounts)
		}
		target := notice.Target{Statement: l.statement, Kind: notice.Statement}
		wantCode(t, l.notices.Choose(t.Context(), before, target, true), "role.changed")
		wantCode(t, l.notices.MarkRead(t.Context(), before, l.statement, 1, true), "role.changed")
		l.SetRole(l.Chioma, l.Minho, app.RoleMember)
		wantHeard(t, l.hears(t, l.Minho), "posted+")
	})
}

func TestAThreadOfAnotherStatementIsNoPartOfThisOne(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, f *dbtest.Forum) {
		here, there := newDesk(t, f), newDesk(t, f)
		store := db.NoticeStore{DB: f.DB}
		for statement, want := range map[app.ID]bool{here.statement: true, there.statement: false} {
			target := notice.Target{Statement: statement, Kind: notice.Thread, Part: string(here.thread)}
			if has, err := store.Has(t.Context(), "", target); err != nil || has != want {
				t.Errorf("%v, %v", has, err)
			}
		}
	})
}

func TestOnlyWhoseWordsWereTranslatedIsToldOfIt(t *testing.T) {
	eachListener(t, func(t *testing.T, l listeners) {
		wish := thread.NewTranslation{ID: app.NewID(), Lang: "en", Body: "First.", Revision: 1}
		if _, err := l.Translate(t.Context(), l.act(l.Eun, thread.Translated, l.first), wish); err != nil {
			t.Fatal(err)
		}
		wantHeard(t, l.hears(t, l.Minho), "translated+")
		wantHeard(t, l.hears(t, l.Dani), "opened+") // who follows all of the statement
		wantHeard(t, l.hears(t, l.Eun), "")
		made := thread.Translation{ID: wish.ID, Comment: l.first, Lang: "en", By: thread.Author{Persona: reader(l.Forum, l.Eun)}}
		if _, err := l.Withdraw(t.Context(), l.act(l.Eun, thread.Untranslated, l.first), made); err != nil {
			t.Fatal(err)
		}
		wantHeard(t, l.hears(t, l.Minho), "") // there is nothing to look at
		l.Clock.Advance(time.Second)
		if _, err := l.Translate(t.Context(), l.act(l.Minho, thread.Translated, l.first), thread.NewTranslation{ID: app.NewID(), Lang: "en", Body: "Mine.", Revision: 1}); err != nil {
			t.Fatal(err)
		}
		wantHeard(t, l.hears(t, l.Minho), "")
	})
}

func TestEverybodyInAGroupIsToldOnceThatItEndedWhateverTheyFollow(t *testing.T) {
	eachListener(t, func(t *testing.T, l listeners) {
		more := statementBy(l.Forum, l.Dani, "바다의 권리")
		if _, err := (db.StatementStore{DB: l.Forum.DB}).Create(t.Context(), l.Membership(l.Dani).Standing(), more); err != nil {
			t.Fatal(err)
		}
		for _, act := range []identity.ActKind{identity.Archived, identity.Resumed} {
			if _, err := l.Identity.Do(t.Context(), l.Refresh(l.Chioma), l.Group.ID, identity.NewAct{ID: app.NewID(), Kind: act, Reason: "So."}); err != nil {
				t.Fatal(err)
			}
			l.Clock.Advance(time.Minute)
		}
		late := l.Join(l.Group, app.RoleMember, "Late")
		for who, want := range map[*app.Actor]string{&l.Minho: "archived+ resumed+", &l.Chioma: "", &late: ""} {
			wantHeard(t, l.hears(t, *who), want)
		}
		list, err := l.notices.Notices(t.Context(), []app.ID{reader(l.Forum, l.Minho)}, notice.Place{At: 1<<63 - 1}, 100)
		if err != nil || len(list) != 2 || list[0].Group != l.Group.ID || list[0].Title != l.Group.Name {
			t.Errorf("%+v, %v", list, err)
		}
		minho := l.Membership(l.Refresh(l.Minho))
		if err := l.notices.MarkRead(t.Context(), minho.Standing(), list[1].Statement, list[1].Seq, false); err != nil {
			t.Fatal(err)
		}
		wantHeard(t, l.hears(t, l.Minho), "archived resumed+")
	})
}
