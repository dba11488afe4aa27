package db_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"madang/app"
	"madang/app/notice"
	"madang/db"
	"madang/db/dbtest"
)

// sack collects letters, and refuses them when it is told to.
type sack struct {
	mails []notice.Mail
	fails error
}

func (s *sack) Carry(_ context.Context, m notice.Mail) error {
	if s.fails != nil {
		return s.fails
	}
	s.mails = append(s.mails, m)
	return nil
}

// tells says how many news everybody has, of which half are of sensitive groups.
type tells struct {
	count int
	since time.Time
}

func (n *tells) News(_ context.Context, _ app.ID, since time.Time, withSensitive bool) (int, error) {
	n.since = since
	if !withSensitive {
		return n.count / 2, nil
	}
	return n.count, nil
}

// office is a post and what goes through it.
type office struct {
	*dbtest.Forum
	store db.NoticeStore
	*notice.Post
	sack *sack
	news *tells
}

func eachOffice(t *testing.T, test func(t *testing.T, o *office)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, f *dbtest.Forum) {
		o := &office{Forum: f, store: db.NoticeStore{DB: f.DB}, sack: &sack{}, news: &tells{}}
		o.Post = o.another(f.DB)
		test(t, o)
	})
}

func (o *office) another(d *db.DB) *notice.Post {
	return notice.NewPost(db.NoticeStore{DB: d}, o.news, o.sack, []byte("the secret of a test"), o.Clock.Now)
}

// after lets time pass, then the post work, and returns what it handed over meanwhile.
func (o *office) after(t *testing.T, d time.Duration) []notice.Mail {
	t.Helper()
	o.sack.mails = nil
	o.Clock.Advance(d)
	if err := o.Round(t.Context()); err != nil && o.sack.fails == nil {
		t.Fatal(err)
	}
	return o.sack.mails
}

func wishes(pace notice.Pace) notice.Wishes {
	return notice.Wishes{Pace: pace, Hour: 9, Zone: "UTC", Lang: "en", IsAware: true}
}

// wanted is a letterbox that is confirmed.
func (o *office) wanted(t *testing.T, w notice.Wishes) {
	t.Helper()
	if _, err := o.Choose(t.Context(), o.Dani, w, "dani@example.org"); err != nil {
		t.Fatal(err)
	}
	mails := o.after(t, 0)
	if len(mails) != 1 || mails[0].Kind != notice.Question || mails[0].To != "dani@example.org" {
		t.Fatalf("%+v", mails)
	}
	if err := o.Confirm(t.Context(), strings.TrimPrefix(mails[0].Link, "/mail/confirmation/")); err != nil {
		t.Fatal(err)
	}
}

func TestNothingIsWrittenToAnAddressThatIsNotConfirmed(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		o.news.count = 4
		box, err := o.Choose(t.Context(), o.Dani, wishes(notice.AtOnce), "dani@example.org")
		if err != nil || box.IsConfirmed {
			t.Fatalf("%+v, %v", box, err)
		}
		question := o.after(t, 0)
		if len(question) != 1 || len(o.after(t, time.Hour)) != 0 {
			t.Fatal("more than the question went there")
		}
		token := strings.TrimPrefix(question[0].Link, "/mail/confirmation/")
		for _, wrong := range []string{"", "x", token + "x", string(o.Minho.Account) + token[36:], token[:37]} {
			if err := o.Confirm(t.Context(), wrong); app.KindOf(err) != app.KindNotFound {
				t.Errorf("%q: %v", wrong, err)
			}
		}
		if _, err := o.Choose(t.Context(), o.Dani, wishes(notice.AtOnce), "other@example.org"); err != nil {
			t.Fatal(err)
		}
		if err := o.Confirm(t.Context(), token); app.KindOf(err) != app.KindNotFound {
			t.Errorf("the link of a former address: %v", err)
		}
		if _, err := o.Choose(t.Context(), o.Dani, wishes(notice.AtOnce), "third@example.org"); !app.IsCode(err, "mail.asked") {
			t.Errorf("a third address at once: %v", err)
		}
		late := strings.TrimPrefix(o.after(t, 0)[0].Link, "/mail/confirmation/")
		o.Clock.Advance(25 * time.Hour)
		if err := o.Confirm(t.Context(), late); app.KindOf(err) != app.KindNotFound {
			t.Errorf("a link of yesterday: %v", err)
		}
	})
}

func TestLettersComeAsOftenAsSomebodyWantsThem(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		o.wanted(t, wishes(notice.AtOnce))
		confirmed := o.Clock.Now()
		if mails := o.after(t, 2*time.Minute); len(mails) != 0 {
			t.Errorf("without news: %+v", mails)
		}
		o.news.count = 4
		mails := o.after(t, 2*time.Minute)
		if len(mails) != 1 || mails[0].Count != 4 || mails[0].Kind != notice.News || !o.news.since.Equal(confirmed) {
			t.Fatalf("%+v since %v", mails, o.news.since)
		}
		if mails := o.after(t, notice.Spacing-time.Minute); len(mails) != 0 {
			t.Errorf("too soon: %+v", mails)
		}
		told := o.Clock.Now().Add(-notice.Spacing + time.Minute)
		if mails := o.after(t, time.Minute); len(mails) != 1 || !o.news.since.Equal(told) {
			t.Errorf("%+v since %v, not %v", mails, o.news.since, told)
		}
		day := wishes(notice.Daily)
		day.Hour = (o.Clock.Now().UTC().Hour() + 2) % 24
		if _, err := o.Choose(t.Context(), o.Dani, day, "dani@example.org"); err != nil {
			t.Fatal(err)
		}
		if mails := o.after(t, time.Hour-time.Minute); len(mails) != 0 {
			t.Errorf("before the hour: %+v", mails)
		}
		if mails := o.after(t, time.Hour+time.Minute); len(mails) != 1 {
			t.Errorf("at the hour: %+v", mails)
		}
		day.IsAware = false
		if _, err := o.Choose(t.Context(), o.Dani, day, "dani@example.org"); err != nil {
			t.Fatal(err)
		}
		if mails := o.after(t, 24*time.Hour); len(mails) != 1 || mails[0].Count != 2 {
			t.Errorf("what sensitive groups say is told to somebody who isn't aware: %+v", mails)
		}
		if _, err := o.Choose(t.Context(), o.Dani, wishes(notice.Never), "dani@example.org"); err != nil {
			t.Fatal(err)
		}
		if mails := o.after(t, 48*time.Hour); len(mails) != 0 {
			t.Errorf("to somebody who wants none: %+v", mails)
		}
	})
}

func TestALetterOfTheNightGoesInTheMorningAndSaysWhatIsSoThen(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		quiet := wishes(notice.AtOnce)
		quiet.QuietFrom, quiet.QuietTo = (o.Clock.Now().UTC().Hour()+1)%24, (o.Clock.Now().UTC().Hour()+9)%24
		o.wanted(t, quiet)
		o.news.count, o.sack.fails = 4, errors.New("away")
		o.after(t, 2*time.Minute) // the server is away, and the letter waits
		o.sack.fails = nil
		if mails := o.after(t, time.Hour); len(mails) != 0 {
			t.Errorf("in the quiet: %+v", mails)
		}
		o.news.count = 1 + 1
		if mails := o.after(t, 8*time.Hour); len(mails) == 0 || mails[0].Count != 2 {
			t.Errorf("in the morning: %+v", mails)
		}
		o.sack.fails = errors.New("away")
		o.after(t, notice.Spacing)
		o.news.count, o.sack.fails = 0, nil
		if mails := o.after(t, time.Hour); len(mails) != 0 {
			t.Errorf("of news that there are no more: %+v", mails)
		}
	})
}

func TestALetterThatIsRefusedIsTheLastOne(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		o.wanted(t, wishes(notice.AtOnce))
		o.news.count, o.sack.fails = 3, notice.ErrRefused
		o.after(t, 2*time.Minute)
		o.sack.fails = nil
		if mails := o.after(t, 24*time.Hour); len(mails) != 0 {
			t.Errorf("%+v", mails)
		}
		box, err := o.Letterbox(t.Context(), o.Dani)
		if err != nil || !box.HasTrouble {
			t.Errorf("%+v, %v", box, err)
		}
		if _, err := o.Failures(t.Context(), o.Dani); app.KindOf(err) != app.KindNotFound {
			t.Errorf("somebody without the right sees failures: %v", err)
		}
		list, err := o.Failures(t.Context(), app.Actor{Account: o.Chioma.Account, Steward: true})
		if err != nil || len(list) != 1 || !list[0].IsRefused || list[0].Kind != notice.News {
			t.Errorf("%+v, %v", list, err)
		}
		if _, err := o.Choose(t.Context(), o.Dani, wishes(notice.AtOnce), "dani@example.org"); err != nil {
			t.Fatal(err)
		}
		if mails := o.after(t, 2*time.Minute); len(mails) != 1 {
			t.Errorf("after another try: %+v", mails)
		}
	})
}

func TestALinkOfALetterDestroysTheAddress(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		o.wanted(t, wishes(notice.AtOnce))
		o.news.count = 3
		mails := o.after(t, 2*time.Minute)
		token := strings.TrimPrefix(mails[0].Stop, "/mail/stop/")
		if err := o.Confirm(t.Context(), token); app.KindOf(err) != app.KindNotFound {
			t.Errorf("a link to stop confirms: %v", err)
		}
		o.sack.fails = errors.New("away")
		o.after(t, notice.Spacing)
		if err := o.Stop(t.Context(), token); err != nil {
			t.Fatal(err)
		}
		o.sack.fails = nil
		if mails := o.after(t, 24*time.Hour); len(mails) != 0 {
			t.Errorf("%+v", mails)
		}
		var rows int
		if err := o.Raw().Get(&rows, `SELECT (SELECT COUNT(*) FROM letterboxes) + (SELECT COUNT(*) FROM letters)`); err != nil || rows != 0 {
			t.Errorf("%d rows are left, %v", rows, err)
		}
	})
}

func TestTwoNodesSendALetterOnce(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		o.wanted(t, wishes(notice.AtOnce))
		due, err := o.store.Due(t.Context(), o.Clock.Now().Add(time.Hour), 10)
		if err != nil || len(due) != 1 {
			t.Fatalf("%+v, %v", due, err)
		}
		letter := func() *notice.Letter {
			return &notice.Letter{ID: app.NewID(), Account: o.Dani.Account, Kind: notice.News, Made: o.Clock.Now()}
		}
		other := db.NoticeStore{DB: o.Another()}
		first, err := o.store.Looked(t.Context(), due[0], o.Clock.Now().Add(time.Hour), letter())
		second, errAgain := other.Looked(t.Context(), due[0], o.Clock.Now().Add(time.Hour), letter())
		if err != nil || errAgain != nil || !first || second {
			t.Errorf("%v %v, %v %v", first, err, second, errAgain)
		}
		mine, err := o.store.Take(t.Context(), o.Clock.Now(), o.Clock.Now().Add(time.Minute), 10)
		theirs, errAgain := other.Take(t.Context(), o.Clock.Now(), o.Clock.Now().Add(time.Minute), 10)
		if err != nil || errAgain != nil || len(mine) != 1 || len(theirs) != 0 {
			t.Errorf("%+v %v, %+v %v", mine, err, theirs, errAgain)
		}
		left, err := other.Take(t.Context(), o.Clock.Now().Add(time.Hour), o.Clock.Now().Add(2*time.Hour), 10)
		if err != nil || len(left) != 1 || left[0].Tries != 2 {
			t.Errorf("what a node left behind: %+v, %v", left, err)
		}
	})
}

func TestSensitiveGroupsHaveToBeAwareOfWhatALetterGivesAway(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		who := o.Dani
		who.Memberships = []app.Membership{{Sensitive: true}}
		unaware := wishes(notice.Daily)
		unaware.IsAware = false
		if _, err := o.Choose(t.Context(), who, unaware, "dani@example.org"); !app.IsCode(err, "mail.aware") {
			t.Errorf("%v", err)
		}
		if _, err := o.Choose(t.Context(), who, wishes(notice.Daily), "dani@example.org"); err != nil {
			t.Error(err)
		}
	})
}
