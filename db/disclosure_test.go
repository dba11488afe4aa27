package db_test

import (
	"testing"
	"time"

	"madang/app"
	"madang/app/disclosure"
	"madang/db"
	"madang/db/dbtest"
)

// answered counts a made-up period: so many of the public, and so many scholars.
func answered(public, scholars int) disclosure.Raw {
	counted := disclosure.Count([]disclosure.Row{{Key: "public"}, {Key: "scholars"}}, "general")
	counted.Add("public", "general", public)
	counted.Add("scholars", "general", scholars)
	return counted
}

func TestFiguresStayAsTheyWerePublishedUntilEnoughMorePeopleHaveCome(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, f *dbtest.Forum) {
		register := disclosure.NewRegister(db.DisclosureStore{DB: f.DB}, f.Clock.Now)
		other := disclosure.NewRegister(db.DisclosureStore{DB: f.Another()}, f.Clock.Now)
		of := disclosure.Table{Of: app.NewID(), Name: "groups"}
		if none, err := register.Figures(t.Context(), of); err != nil || !none.At.IsZero() || len(none.Lines) != 0 {
			t.Fatalf("%+v, %v", none, err)
		}
		publish := func(r *disclosure.Register, counted disclosure.Raw, isClosing bool) disclosure.Figures {
			t.Helper()
			f.Clock.Advance(time.Hour)
			figures, err := r.Publish(t.Context(), of, counted, isClosing)
			if err != nil {
				t.Fatal(err)
			}
			return figures
		}
		says := func(figures disclosure.Figures, public, scholars int) {
			t.Helper()
			for i, want := range []int{public, scholars} {
				if n, isShown := figures.Lines[i].Total.Number(); n != want || isShown != (want > 0) {
					t.Errorf("%s: %d (%v), want %d", figures.Lines[i].Key, n, isShown, want)
				}
			}
		}
		says(publish(register, answered(20, 12), false), 20, 12)
		says(publish(other, answered(22, 14), false), 20, 12) // four more are too few
		says(publish(other, answered(32, 14), false), 20, 12) // two scholars would follow from the total
		says(publish(register, answered(33, 18), false), 33, 18)
		says(publish(other, answered(34, 18), true), 33, 18) // at closing too
		says(publish(other, answered(45, 18), true), 45, 18)
	})
}

func TestOfTwoWhoPublishAtOnceOneDoes(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, f *dbtest.Forum) {
		store := db.DisclosureStore{DB: f.DB}
		of := disclosure.Table{Of: app.NewID(), Name: "groups"}
		register := disclosure.NewRegister(store, f.Clock.Now)
		if _, err := register.Publish(t.Context(), of, answered(20, 12), false); err != nil {
			t.Fatal(err)
		}
		first, err := store.Releases(t.Context(), of)
		if err != nil || len(first) != 1 {
			t.Fatalf("%d releases, %v", len(first), err)
		}
		if isKept, err := store.AddRelease(t.Context(), of, first[0]); isKept || err != nil {
			t.Errorf("%v, %v", isKept, err)
		}
		if after, err := store.Releases(t.Context(), of); err != nil || len(after) != 1 {
			t.Errorf("%d releases, %v", len(after), err)
		}
	})
}

func TestATableWhoseColumnsAnybodyCanCountIsToldWholeOrNotAtAll(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, f *dbtest.Forum) {
		register := disclosure.NewRegister(db.DisclosureStore{DB: f.DB}, f.Clock.Now)
		of := disclosure.Table{Of: app.NewID(), Name: "open"}
		count := func(few int) disclosure.Raw {
			counted := disclosure.Count([]disclosure.Row{{Key: "public"}, {Key: "scholars"}}, "yes", "no")
			counted.Add("public", "yes", 30)
			counted.Add("scholars", "yes", 20)
			counted.Add("scholars", "no", few)
			return counted
		}
		if figures, err := register.PublishOpen(t.Context(), of, count(3)); err != nil || !figures.At.IsZero() {
			t.Errorf("three who said no, of whom anybody knows, are told among others: %+v, %v", figures, err)
		}
		if figures, err := register.Figures(t.Context(), of); err != nil || !figures.At.IsZero() {
			t.Errorf("%+v, %v", figures, err)
		}
		figures, err := register.PublishOpen(t.Context(), of, count(12))
		if n, isShown := figures.Total.Total.Number(); err != nil || !isShown || n != 62 {
			t.Errorf("%+v, %v", figures, err)
		}
	})
}
