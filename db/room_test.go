package db_test

import (
	"testing"

	"madang/app"
	"madang/db"
	"madang/db/dbtest"
)

func TestADatabaseWithoutRoomSaysSoUntilThereIsRoom(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, f *dbtest.Forum) {
		other := f.Another() // a node that writes nothing meanwhile
		keep := func(name string) error {
			_, err := f.DB.Remember(t.Context(), name, "so")
			return err
		}
		if err := f.DB.TryRoom(t.Context()); err != nil {
			t.Fatalf("while there is room: %v", err)
		}
		makeRoom := dbtest.Fill(t, f.Raw())
		if err := keep("a"); !app.IsCode(err, "storage.full") || app.KindOf(err) != app.KindUnavailable {
			t.Errorf("without room a write ends with %v", err)
		}
		for range 2 {
			if err := f.DB.Ping(t.Context()); !app.IsCode(err, "storage.full") {
				t.Errorf("whoever wrote in vain is asked: %v", err)
			}
		}
		if err := other.Ping(t.Context()); err != nil {
			t.Errorf("whoever can read is asked: %v", err)
		}
		if err := other.TryRoom(t.Context()); !app.IsCode(err, "storage.full") {
			t.Errorf("whoever tries to write: %v", err)
		}
		if value, err := f.DB.Recall(t.Context(), "a"); value != "" || err != nil {
			t.Errorf("of what was not written %q is there, %v", value, err)
		}
		makeRoom()
		if err := keep("a"); err != nil {
			t.Errorf("with room again: %v", err)
		}
		for _, d := range []*db.DB{f.DB, other} {
			if err := d.Ping(t.Context()); err != nil {
				t.Errorf("with room again: %v", err)
			}
		}
		if value, err := f.DB.Recall(t.Context(), "room"); value != "" || err != nil {
			t.Errorf("%d bytes are left of looking for room, %v", len(value), err)
		}
	})
}

func TestAQueryThatFindsNoRoomToSortSaysSo(t *testing.T) {
	f := dbtest.OnPostgres(t)
	if _, err := f.DB.Remember(t.Context(), "a", "kept"); err != nil {
		t.Fatal(err)
	}
	_, err := f.Raw().Exec(`
		CREATE FUNCTION no_scratch() RETURNS bool LANGUAGE plpgsql AS $$ BEGIN
			RAISE EXCEPTION 'could not write to file "base/pgsql_tmp": No space left on device' USING ERRCODE = 'disk_full';
		END $$;
		ALTER TABLE settings RENAME TO settings_kept;
		CREATE VIEW settings AS SELECT name, value FROM settings_kept WHERE no_scratch()`)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.DB.Recall(t.Context(), "a"); !app.IsCode(err, "storage.scratch") || app.KindOf(err) != app.KindUnavailable {
		t.Errorf("it ends with %v", err)
	}
	if _, err := f.DB.Remember(t.Context(), "b", "so"); !app.IsCode(err, "storage.full") {
		t.Errorf("a write that has to read first ends with %v", err)
	}
}
