package db_test

import (
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"madang/app"
	"madang/db"
	"madang/db/dbtest"
)

func TestASecondMigrationChangesNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, f *dbtest.Forum) {
		applied, err := f.Another().Migrate(t.Context())
		if err != nil || applied != 0 {
			t.Errorf("applied %d, %v; want 0", applied, err)
		}
	})
}

// together opens a database by so many nodes at once, and lets each of them do something.
func together(t *testing.T, config db.Config, count int, do func(node *db.DB)) {
	t.Helper()
	var nodes sync.WaitGroup
	for range count {
		nodes.Go(func() {
			node, err := db.Open(t.Context(), config)
			if err != nil {
				t.Error(err)
				return
			}
			defer node.Close()
			do(node)
		})
	}
	nodes.Wait()
}

func TestNodesOpenANewDatabaseTogether(t *testing.T) {
	for range 10 {
		together(t, db.Config{Data: t.TempDir()}, 16, func(node *db.DB) {
			if err := node.Ping(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestNodesThatStartTogetherMigrateOnce(t *testing.T) {
	var total atomic.Int64
	together(t, db.Config{Data: t.TempDir()}, 4, func(node *db.DB) {
		applied, err := node.Migrate(t.Context())
		if err != nil {
			t.Error(err)
		}
		total.Add(int64(applied))
	})
	fresh, err := db.Open(t.Context(), db.Config{Data: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer fresh.Close()
	if alone, err := fresh.Migrate(t.Context()); err != nil || total.Load() != int64(alone) {
		t.Errorf("four nodes applied %d migrations together, one alone %d (%v)", total.Load(), alone, err)
	}
}

func TestADatabaseAheadOfTheProgramIsRefused(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, f *dbtest.Forum) {
		f.Raw().MustExec(`INSERT INTO migrations (number, name, applied_at) VALUES (9999, 'later', 1)`)
		if _, err := f.DB.Migrate(t.Context()); err == nil || !strings.Contains(err.Error(), "newer program") {
			t.Errorf("got %v", err)
		}
	})
}

func TestAPostgresThatForgetsIsRefused(t *testing.T) {
	f := dbtest.OnPostgres(t)
	f.Raw().MustExec(`ALTER ROLE CURRENT_USER IN DATABASE ` + current(t, f) + ` SET synchronous_commit = off`)
	_, err := db.Open(t.Context(), f.Config())
	if err == nil || !strings.Contains(err.Error(), "synchronous_commit") {
		t.Errorf("got %v", err)
	}
}

func current(t *testing.T, f *dbtest.Forum) string {
	t.Helper()
	var name string
	if err := f.Raw().Get(&name, `SELECT current_database()`); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestWhatIsRememberedFirstStays(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, f *dbtest.Forum) {
		for _, value := range []string{"first", "second"} {
			if kept, err := f.DB.Remember(t.Context(), "a name", value); err != nil || kept != "first" {
				t.Errorf("%q, %v", kept, err)
			}
		}
	})
}

func TestAClosedDatabaseIsUnavailable(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, f *dbtest.Forum) {
		gone := f.Another()
		if err := gone.Close(); err != nil {
			t.Fatal(err)
		}
		if err := gone.Ping(t.Context()); app.KindOf(err) != app.KindUnavailable {
			t.Errorf("got %v", err)
		}
	})
}

// wantCode fails unless the error has the code.
func wantCode(t *testing.T, err error, code string) {
	t.Helper()
	var e *app.Error
	if !errors.As(err, &e) || e.Code != code {
		t.Errorf("got %v, want %s", err, code)
	}
}
