package db_test

import (
	"sync"
	"testing"

	"madang/app"
	"madang/app/statement"
	"madang/db"
	"madang/db/dbtest"
)

func translationBy(f *dbtest.Forum, who app.Actor, no int, words string) statement.Translation {
	return statement.Translation{
		ID: app.NewID(), Lang: "en", CID: "caaaaaaaaaa", No: no, Words: words, Source: "강은 모두의 것이다.", By: f.Membership(who).Persona, At: f.Clock.Now(),
	}
}

func TestTheNewestTranslationCountsAndTheOlderOnesStay(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, f *dbtest.Forum) {
		store, of, _ := versioned(t, f)
		dani := f.Membership(f.Dani).Standing()
		first, second := translationBy(f, f.Dani, 1, "The river is everybody's."), translationBy(f, f.Eun, 2, "The river belongs to all.")
		for range 2 { // sent again
			if kept, err := store.AddTranslation(t.Context(), dani, of.ID, first); err != nil || kept.Words != first.Words || kept.Name != "Dani" || kept.No != 1 {
				t.Fatalf("%+v, %v", kept, err)
			}
		}
		if _, err := store.AddTranslation(t.Context(), f.Membership(f.Eun).Standing(), of.ID, second); err != nil {
			t.Fatal(err)
		}
		_, err := store.AddTranslation(t.Context(), dani, of.ID, translationBy(f, f.Dani, 2, "Late."))
		wantCode(t, err, "translation.changed")
		if err := store.ReviewTranslation(t.Context(), dani, second.ID, f.Clock.Now()); err != nil {
			t.Fatal(err)
		}
		if err := store.ReviewTranslation(t.Context(), f.Membership(f.Chioma).Standing(), second.ID, f.Clock.Now()); err != nil {
			t.Fatal(err)
		}
		newest, err := store.Translations(t.Context(), of.ID, "en")
		if got := newest["caaaaaaaaaa"]; err != nil || len(newest) != 1 || got.ID != second.ID || got.ReviewerName != "Dani" || got.ReviewedAt != f.Clock.Now() {
			t.Errorf("%+v, %v", newest, err)
		}
		if old, err := store.Translation(t.Context(), of.ID, first.ID); err != nil || old.Words != first.Words || old.ReviewedBy != "" {
			t.Errorf("%+v, %v", old, err)
		}
		if other, err := store.Translations(t.Context(), of.ID, "ko"); err != nil || len(other) > 0 {
			t.Errorf("%+v, %v", other, err)
		}
		_, err = store.Translation(t.Context(), app.NewID(), first.ID)
		wantCode(t, err, "not_found")
	})
}

func TestOfManyWhoTranslateOneClauseAtTheSameTimeOneIsFirst(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, f *dbtest.Forum) {
		_, of, _ := versioned(t, f)
		fails := make([]error, 8)
		var all sync.WaitGroup
		for i := range fails {
			store := db.StatementStore{DB: f.Another()}
			all.Go(func() {
				_, fails[i] = store.AddTranslation(t.Context(), f.Membership(f.Dani).Standing(), of.ID, translationBy(f, f.Dani, 1, "At once."))
			})
		}
		all.Wait()
		done := 0
		for _, err := range fails {
			if err == nil {
				done++
				continue
			}
			wantCode(t, err, "translation.changed")
		}
		if done != 1 {
			t.Errorf("%d were first", done)
		}
	})
}
