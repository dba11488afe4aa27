package db_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"madang/app"
	"madang/db"
	"madang/db/dbtest"
)

// The files in testdata were written by the program as it was when the schema had that
// number: three statements of made-up people, with threads; one has a version in which a
// clause was erased.

// read unpacks a file of testdata.
func read(t *testing.T, name string) []byte {
	t.Helper()
	packed, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	zipped, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	whole, err := io.ReadAll(zipped)
	if err != nil {
		t.Fatal(err)
	}
	return whole
}

// wordsIn are the rows of tables that hold what people wrote, by table, as the backup tells them.
func wordsIn(t *testing.T, backup []byte) map[string]int64 {
	t.Helper()
	rows := map[string]int64{}
	for _, h := range survey(t, backup) {
		rows[h.Table] = h.Rows
	}
	return rows
}

// mustHaveGrown compares a forum with the older backup it came of: nothing is lost, every
// text opens, and the version still has its fingerprint.
func mustHaveGrown(t *testing.T, d *db.DB, older []byte) {
	t.Helper()
	before, now := wordsIn(t, older), wordsIn(t, backup(t, d))
	for table, rows := range before {
		if now[table] != rows {
			t.Errorf("%s had %d rows and has %d", table, rows, now[table])
		}
	}
	known := lines(t, backup(t, d))
	for _, words := range []string{"Families can be divided by war", "헤어진 가족의 소식을 알 권리", "Shown in a fixture (fiction)."} {
		if !strings.Contains(known, words) {
			t.Errorf("%q is lost", words)
		}
	}
	check, err := (db.StatementStore{DB: d}).CheckVersions(t.Context())
	if err != nil || check.Versions != 1 || check.Erased != 1 || check.Sound == 0 || len(check.Wrong) > 0 {
		t.Errorf("%+v, %v", check, err)
	}
	documents, err := d.Documents(t.Context())
	if err != nil || len(documents) != 3 {
		t.Fatalf("%v, %v", documents, err)
	}
	for _, id := range documents {
		stored, err := db.NewLiveLog(d).Load(t.Context(), id)
		if err != nil || len(stored.Tail) == 0 {
			t.Errorf("%+v, %v", stored.Head, err)
		}
	}
	schema, err := d.Schema(t.Context())
	fresh := dbtest.OnSQLite(t)
	if want, _ := fresh.DB.Schema(t.Context()); err != nil || schema != want {
		t.Errorf("schema %d, not %d, %v", schema, want, err)
	}
}

func TestAnOlderForumKeepsAllItsWordsWhenTheProgramIsRenewed(t *testing.T) {
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "madang.db"), read(t, "schema-20.db.gz"), 0o600); err != nil {
		t.Fatal(err)
	}
	d, err := db.Open(t.Context(), db.Config{Data: folder})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if applied, err := d.Migrate(t.Context()); err != nil || applied == 0 {
		t.Fatalf("%d, %v", applied, err)
	}
	older, err := os.ReadFile("testdata/schema-20.backup")
	if err != nil {
		t.Fatal(err)
	}
	mustHaveGrown(t, d, older)
}

func TestABackupOfAnOlderProgramIsRestoredAndGrows(t *testing.T) {
	older, err := os.ReadFile("testdata/schema-20.backup")
	if err != nil {
		t.Fatal(err)
	}
	dbtest.Each(t, func(t *testing.T, f *dbtest.Forum) {
		furnished(t, f)
		restore(t, f.DB, older)
		mustHaveGrown(t, f.DB, older)
		if err := f.DB.Ping(t.Context()); err != nil {
			t.Error(err)
		}
		restore(t, f.DB, backup(t, f.DB)) // one of today goes on from there
	})
}

func TestADamagedBackupOfAnOlderProgramTouchesNothing(t *testing.T) {
	older, err := os.ReadFile("testdata/schema-20.backup")
	if err != nil {
		t.Fatal(err)
	}
	dbtest.Each(t, func(t *testing.T, f *dbtest.Forum) {
		furnished(t, f)
		before := lines(t, backup(t, f.DB))
		broken := zip(strings.Replace(lines(t, older), "Families", "Famines", 1))
		if err := f.DB.Restore(t.Context(), bytes.NewReader(broken), f.Clock.Now(), quietly); app.KindOf(err) != app.KindInvalid {
			t.Errorf("%v", err)
		}
		if lines(t, backup(t, f.DB)) != before {
			t.Error("something has changed")
		}
	})
}
