package db_test

import (
	"bytes"
	"fmt"
	"slices"
	"testing"

	"madang/app"
	"madang/app/statement"
	"madang/app/upkeep"
	"madang/db"
	"madang/db/dbtest"
)

// survey is what a backup holds.
func survey(t *testing.T, backup []byte) []db.Holding {
	t.Helper()
	_, holdings, err := db.Survey(bytes.NewReader(backup))
	if err != nil {
		t.Fatal(err)
	}
	return holdings
}

func TestWhatWasRestoredHoldsWhatTheBackupHolds(t *testing.T) {
	open := map[string]func(testing.TB) *dbtest.Forum{"SQLite": dbtest.OnSQLite, "PostgreSQL": dbtest.OnPostgres}
	for from, openFrom := range open {
		for to, openTo := range open {
			t.Run(from+" to "+to, func(t *testing.T) {
				source, target := openFrom(t), openTo(t)
				furnished(t, source)
				made := backup(t, source.DB)
				restore(t, target.DB, made)

				got, err := target.DB.Survey(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				if want := survey(t, made); !slices.Equal(got, want) {
					t.Errorf("%v, not\n%v", got, want)
				}
			})
		}
	}
}

func TestASurveySeesALetterThatChanged(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, f *dbtest.Forum) {
		furnished(t, f)
		before := survey(t, backup(t, f.DB))
		if _, err := f.Raw().Exec(`UPDATE statements SET title = '물 — Wafer'`); err != nil {
			t.Fatal(err)
		}
		var changed []string
		for i, h := range survey(t, backup(t, f.DB)) {
			if h != before[i] {
				changed = append(changed, h.Table)
			}
		}
		if fmt.Sprint(changed) != "[statements]" {
			t.Errorf("%v changed", changed)
		}
	})
}

func TestAVersionWhoseWordsWereChangedIsFound(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, f *dbtest.Forum) {
		store, kept, cid := shelfOf(t, f, 2)
		sound, err := store.CheckVersions(t.Context())
		if err != nil || sound.Versions != 2 || sound.Sound == 0 || sound.Erased != 0 || len(sound.Wrong) > 0 {
			t.Fatalf("%+v, %v", sound, err)
		}
		erratum := erratumBy(f, f.Chioma, kept[0].Statement, statement.Erased{Version: 1, CID: cid})
		if _, err := store.Erase(t.Context(), f.Membership(f.Chioma).Standing(), erratum, 2); err != nil {
			t.Fatal(err)
		}
		if erased, err := store.CheckVersions(t.Context()); err != nil || erased.Erased != 1 || len(erased.Wrong) > 0 || erased.Sound != sound.Sound-1 {
			t.Errorf("after an erasure: %+v, %v", erased, err)
		}
		f.Raw().MustExec(`UPDATE version_clauses SET block = REPLACE(block, '누구나', '회원만')`)
		if altered, err := store.CheckVersions(t.Context()); err != nil || len(altered.Wrong) == 0 {
			t.Errorf("after somebody changed words: %+v, %v", altered, err)
		}
	})
}

func TestOnlyOneDoesAThingAtATime(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, f *dbtest.Forum) {
		other := f.Another()
		release, err := f.DB.Claim(t.Context(), "backup")
		if err != nil {
			t.Fatal(err)
		}
		_, err = other.Claim(t.Context(), "backup")
		wantCode(t, err, "backup.busy")
		if another, err := other.Claim(t.Context(), "drill"); err != nil {
			t.Errorf("another thing has to wait: %v", err)
		} else {
			another()
		}
		release()
		again, err := other.Claim(t.Context(), "backup")
		if err != nil {
			t.Fatalf("it stays claimed: %v", err)
		}
		again()
	})
}

func TestWhoeverRestoresSecondIsToldAndChangesNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, f *dbtest.Forum) {
		furnished(t, f)
		made := backup(t, f.DB)
		before := lines(t, made)
		release, err := f.Another().Claim(t.Context(), "recovery")
		if err != nil {
			t.Fatal(err)
		}
		wantCode(t, f.DB.Restore(t.Context(), bytes.NewReader(made), f.Clock.Now(), quietly), "recovery.busy")
		if lines(t, backup(t, f.DB)) != before {
			t.Error("something has changed")
		}
		release()
		restore(t, f.DB, made)
	})
}

func TestWhatWasDoneIsRememberedAndSurvivesARestore(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, f *dbtest.Forum) {
		store := db.UpkeepStore{DB: f.DB}
		made := backup(t, f.DB)
		note := func(task upkeep.Task, problem string) upkeep.Deed {
			f.Clock.Advance(1e9)
			deed := upkeep.Deed{ID: app.NewID(), Task: task, At: f.Clock.Now(), Took: 2e9, Problem: problem, Bytes: 7, IsSealed: true}
			if err := store.Note(t.Context(), deed); err != nil {
				t.Fatal(err)
			}
			return deed
		}
		good, bad := note(upkeep.Backup, ""), note(upkeep.Backup, "backup.full")
		restore(t, f.DB, made)

		logs, err := store.Logs(t.Context())
		if err != nil || logs[upkeep.Backup] != (upkeep.Log{Last: bad, LastGood: good}) || logs[upkeep.Drill] != (upkeep.Log{}) {
			t.Errorf("%+v, %v", logs, err)
		}
		if list, err := store.Deeds(t.Context(), 10); err != nil || !slices.Equal(list, []upkeep.Deed{bad, good}) {
			t.Errorf("%+v, %v", list, err)
		}
		f.Clock.Advance(401 * 24 * 3600 * 1e9)
		last := note(upkeep.Drill, "")
		if list, _ := store.Deeds(t.Context(), 10); !slices.Equal(list, []upkeep.Deed{last}) {
			t.Errorf("remembered for ever: %+v", list)
		}
	})
}
