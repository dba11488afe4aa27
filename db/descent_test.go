package db_test

import (
	"testing"

	"madang/app"
	"madang/app/statement"
	"madang/db"
	"madang/db/dbtest"
)

func TestWhatAChangeSplitAndMergedIsKeptWithIt(t *testing.T) {
	const one, two, other = "cone0000000", "ctwo0000000", "cother00000"
	dbtest.Each(t, func(t *testing.T, f *dbtest.Forum) {
		store, log := db.StatementStore{DB: f.DB}, db.NewLiveLog(f.DB)
		made := statementBy(f, f.Dani, "강의 권리")
		if _, err := store.Create(t.Context(), f.Membership(f.Dani).Standing(), made); err != nil {
			t.Fatal(err)
		}
		first := changeBy(f, f.Dani, "first")
		first.Drawn = []uint64{1}
		if _, err := log.Create(t.Context(), made.ID, first); err != nil {
			t.Fatal(err)
		}
		split, merged, again := changeBy(f, f.Eun, "split"), changeBy(f, f.Dani, "merged"), changeBy(f, f.Dani, "again")
		split.Split = map[string]string{two: one}
		merged.Merged, again.Merged = map[string]string{two: one}, map[string]string{two: other}
		for _, c := range []app.LiveChange{split, merged, again} {
			if err := appended(t, log, made.ID, c); err != nil {
				t.Fatal(err)
			}
		}
		revoked := changeBy(f, f.Eun, "too late")
		revoked.Split = map[string]string{other: one}
		f.SetRole(f.Chioma, f.Eun, app.RoleMember)
		wantCode(t, appended(t, log, made.ID, revoked), "role.changed")

		kept, err := store.Descents(t.Context(), made.ID)
		if err != nil || len(kept) != 2 {
			t.Fatalf("%+v, %v", kept, err)
		}
		for _, d := range kept {
			want := statement.Descent{CID: two, Kind: statement.SplitFrom, Other: one, By: f.Membership(f.Eun).Persona, At: split.At}
			if d.Kind == statement.MergedInto {
				want = statement.Descent{CID: two, Kind: statement.MergedInto, Other: other, By: f.Membership(f.Dani).Persona, At: again.At}
			}
			if d != want {
				t.Errorf("kept %+v, want %+v", d, want)
			}
		}
	})
}
