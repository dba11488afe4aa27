package db_test

import (
	"testing"
	"time"

	"madang/app"
	"madang/app/statement"
	"madang/db"
	"madang/db/dbtest"
)

func statementBy(f *dbtest.Forum, who app.Actor, title string) statement.Statement {
	m := f.Membership(who)
	return statement.Statement{
		ID: app.NewID(), Group: m.Group, Title: title, Lang: "ko", State: app.PhaseDrafting,
		CreatedBy: m.Persona, CreatedAt: f.Clock.Now(),
	}
}

func TestAStatementSentTwiceIsKeptOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, f *dbtest.Forum) {
		store := db.StatementStore{DB: f.DB}
		made := statementBy(f, f.Dani, "강의 권리")
		standing := f.Membership(f.Dani).Standing()
		if kept, err := store.Create(t.Context(), standing, made); err != nil || kept != made {
			t.Fatalf("%+v, %v", kept, err)
		}
		again := made
		again.Title = "Something else"
		if kept, err := store.Create(t.Context(), standing, again); err != nil || kept != made {
			t.Errorf("%+v, %v", kept, err)
		}
		if read, err := store.Statement(t.Context(), made.ID); err != nil || read != made {
			t.Errorf("%+v, %v", read, err)
		}
	})
}

func TestAGroupsStatementsAreListedNewestFirst(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, f *dbtest.Forum) {
		store := db.StatementStore{DB: f.DB}
		for _, title := range []string{"older", "newer"} {
			if _, err := store.Create(t.Context(), f.Membership(f.Dani).Standing(), statementBy(f, f.Dani, title)); err != nil {
				t.Fatal(err)
			}
			f.Clock.Advance(time.Minute)
		}
		if _, err := store.Create(t.Context(), f.Membership(f.Zoe).Standing(), statementBy(f, f.Zoe, "elsewhere")); err != nil {
			t.Fatal(err)
		}
		list, err := store.Statements(t.Context(), f.Group.ID)
		if err != nil || len(list) != 2 || list[0].Title != "newer" || list[1].Title != "older" {
			t.Errorf("%+v, %v", list, err)
		}
		languages, err := store.Languages(t.Context(), f.Group.ID)
		if err != nil || len(languages) != 2 || languages[0] != "ko" {
			t.Errorf("%v, %v", languages, err)
		}
	})
}

func TestNobodyRenamesWithARoleThatWasTakenAway(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, f *dbtest.Forum) {
		store := db.StatementStore{DB: f.DB}
		made := statementBy(f, f.Dani, "before")
		standing := f.Membership(f.Dani).Standing()
		if _, err := store.Create(t.Context(), standing, made); err != nil {
			t.Fatal(err)
		}
		if err := store.Rename(t.Context(), standing, made.ID, "between"); err != nil {
			t.Fatal(err)
		}
		f.SetRole(f.Chioma, f.Dani, app.RoleObserver)
		wantCode(t, store.Rename(t.Context(), standing, made.ID, "after"), "role.changed")
		_, err := store.Create(t.Context(), standing, statementBy(f, f.Dani, "late"))
		wantCode(t, err, "role.changed")
		if read, err := store.Statement(t.Context(), made.ID); err != nil || read.Title != "between" {
			t.Errorf("%q, %v", read.Title, err)
		}
	})
}
