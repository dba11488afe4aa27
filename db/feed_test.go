package db_test

import (
	"context"
	"strings"
	"testing"

	"madang/app"
	"madang/app/notice"
	"madang/db"
	"madang/db/dbtest"
)

// memberGate lets members of the group read everything.
type memberGate struct{ group app.ID }

func (g memberGate) MayRead(_ context.Context, who app.Actor, _ app.ID) (app.Membership, error) {
	return who.MemberWho(app.Read, g.group)
}

// eachNewsroom runs a test with feeds of Minho's kind of news: what is said at a desk.
func eachNewsroom(t *testing.T, test func(t *testing.T, l listeners, feeds *notice.Feeds)) {
	t.Helper()
	eachListener(t, func(t *testing.T, l listeners) {
		news := notice.New(l.notices, memberGate{l.Group.ID}, nil)
		test(t, l, notice.NewFeeds(l.notices, l.Identity, news, l.Clock.Now))
	})
}

// atHome is somebody with a session.
func atHome(who app.Actor) app.Actor {
	who.Session = app.NewID()
	return who
}

func makeFeed(t *testing.T, feeds *notice.Feeds, who app.Actor) string {
	t.Helper()
	token, err := feeds.Make(t.Context(), atHome(who), "ko", false)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// feedTells says what a feed tells, the newest first.
func feedTells(t *testing.T, feeds *notice.Feeds, token string) string {
	t.Helper()
	_, list, err := feeds.Read(t.Context(), token)
	if err != nil {
		t.Fatal(err)
	}
	var events []string
	for _, n := range list {
		events = append(events, n.Event)
	}
	return strings.Join(events, " ")
}

func mustBeNone(t *testing.T, feeds *notice.Feeds, token string) {
	t.Helper()
	if _, list, err := feeds.Read(t.Context(), token); app.KindOf(err) != app.KindNotFound || len(list) > 0 {
		t.Errorf("the feed tells %+v, %v", list, err)
	}
}

func TestWhoeverHasTheAddressOfAFeedReadsItsNewsUntilItIsEnded(t *testing.T) {
	eachNewsroom(t, func(t *testing.T, l listeners, feeds *notice.Feeds) {
		first := makeFeed(t, feeds, l.Minho)
		wantHeard(t, feedTells(t, feeds, first), "")
		l.post(t, l.Eun, "An answer.")
		wantHeard(t, feedTells(t, feeds, first), "posted")
		for _, wrong := range []string{"", "x", first + "x", first[1:]} {
			mustBeNone(t, feeds, wrong)
		}
		if found, err := feeds.Of(t.Context(), l.Minho); err != nil || found.Lang != "ko" || !found.Made.Equal(l.Clock.Now()) {
			t.Errorf("%+v, %v", found, err)
		}
		if _, err := feeds.Of(t.Context(), l.Dani); app.KindOf(err) != app.KindNotFound {
			t.Errorf("Dani has a feed: %v", err)
		}

		second := makeFeed(t, feeds, l.Minho)
		mustBeNone(t, feeds, first)
		wantHeard(t, feedTells(t, feeds, second), "posted")
		if err := feeds.Revoke(t.Context(), l.Dani); err != nil { // who has none
			t.Fatal(err)
		}
		wantHeard(t, feedTells(t, feeds, second), "posted")
		if err := feeds.Revoke(t.Context(), l.Minho); err != nil {
			t.Fatal(err)
		}
		mustBeNone(t, feeds, second)

		var kept int
		if err := l.Raw().Get(&kept, `SELECT COUNT(*) FROM feeds`); err != nil || kept != 0 {
			t.Errorf("%d feeds are kept, %v", kept, err)
		}
	})
}

func TestTheFeedOfWhoeverIsAMemberNoMoreIsGoneAtOnce(t *testing.T) {
	eachNewsroom(t, func(t *testing.T, l listeners, feeds *notice.Feeds) {
		l.post(t, l.Eun, "An answer.")
		token := makeFeed(t, feeds, l.Minho)
		wantHeard(t, feedTells(t, feeds, token), "posted")
		if err := l.Identity.EndMembership(t.Context(), l.Chioma, l.Group.ID, l.Membership(l.Minho).Persona); err != nil {
			t.Fatal(err)
		}
		mustBeNone(t, feeds, token)
	})
}

func TestAFeedIsMadeBySomebodySignedInAndNotByAProgram(t *testing.T) {
	eachNewsroom(t, func(t *testing.T, l listeners, feeds *notice.Feeds) {
		for _, who := range []app.Actor{{}, l.Minho} {
			if _, err := feeds.Make(t.Context(), who, "en", true); app.KindOf(err) != app.KindSignIn {
				t.Errorf("%v", err)
			}
		}
	})
}

func TestInASensitiveGroupAFeedIsMadeOnlyBySomebodyWhoKnowsWhatItGivesAway(t *testing.T) {
	eachNewsroom(t, func(t *testing.T, l listeners, feeds *notice.Feeds) {
		_, err := feeds.Make(t.Context(), atHome(l.Sook), "en", false)
		wantCode(t, err, "feed.aware")
		if _, err := feeds.Make(t.Context(), atHome(l.Sook), "en", true); err != nil {
			t.Error(err)
		}
	})
}

func TestARestoreEndsAllFeeds(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, f *dbtest.Forum) {
		l := listeners{newDesk(t, f), db.NoticeStore{DB: f.DB}}
		feeds := notice.NewFeeds(l.notices, f.Identity, notice.New(l.notices, memberGate{f.Group.ID}, nil), f.Clock.Now)
		revoked := makeFeed(t, feeds, f.Minho)
		saved := backup(t, f.DB)
		standing := makeFeed(t, feeds, f.Minho)
		restore(t, f.DB, saved)
		mustBeNone(t, feeds, revoked)
		mustBeNone(t, feeds, standing)
	})
}
