package db_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
	"time"

	"madang/app"
	"madang/app/statement"
	"madang/db"
	"madang/db/dbtest"
)

func quietly(string, int64) {}

// furnished is a forum in which something stands in most tables; its document has the
// id of its statement.
func furnished(t *testing.T, f *dbtest.Forum) app.ID {
	t.Helper()
	log := db.NewLiveLog(f.DB)
	doc := document(t, f, log)
	made := statement.Statement{ID: doc, Group: f.Group.ID, Title: "물 — Water", Lang: "ko", State: app.PhaseDrafting,
		CreatedBy: f.Membership(f.Dani).Persona, CreatedAt: f.Clock.Now()}
	if _, err := (db.StatementStore{DB: f.DB}).Create(t.Context(), f.Membership(f.Dani).Standing(), made); err != nil {
		t.Fatal(err)
	}
	change := changeBy(f, f.Dani, "\x00\xff bytes \"and\" 한글")
	change.Clients, change.Authored = []uint64{42}, []app.LiveRun{{Client: 42, Length: 3, Persona: change.By.Persona}}
	if err := appended(t, log, doc, change); err != nil {
		t.Fatal(err)
	}
	if err := log.Hold(t.Context(), held(f, doc, f.Dani, "held")); err != nil {
		t.Fatal(err)
	}
	if err := log.Compact(t.Context(), doc, app.LiveHead{Epoch: 1, Seq: 2}, []byte("state\x00"), time.Time{}); err != nil {
		t.Fatal(err)
	}
	return doc
}

func backup(t *testing.T, d *db.DB) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := d.Backup(t.Context(), &out, time.Unix(1, 0), quietly); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// lines are those of a backup.
func lines(t *testing.T, backup []byte) string {
	t.Helper()
	zipped, err := gzip.NewReader(bytes.NewReader(backup))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(zipped)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func restore(t *testing.T, d *db.DB, backup []byte) {
	t.Helper()
	if _, err := db.CheckBackup(bytes.NewReader(backup)); err != nil {
		t.Fatal(err)
	}
	if err := d.Restore(t.Context(), bytes.NewReader(backup), time.Unix(2, 0), quietly); err != nil {
		t.Fatal(err)
	}
}

func TestABackupHoldsEveryTableOnEitherDatabase(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, f *dbtest.Forum) {
		furnished(t, f)
		text := lines(t, backup(t, f.DB))
		names := `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`
		if strings.HasSuffix(t.Name(), "PostgreSQL") {
			names = `SELECT tablename FROM pg_tables WHERE schemaname = 'public'`
		}
		var tables []string
		if err := f.Raw().Select(&tables, names); err != nil {
			t.Fatal(err)
		}
		for _, name := range tables {
			if has := strings.Contains(text, `{"table":"`+name+`"`); has != (name != "migrations" && name != "upkeep" && name != "feeds" && name != "visits" && !strings.HasPrefix(name, "search_")) {
				t.Errorf("%s is in the backup: %v", name, has)
			}
		}
	})
}

func TestAForumMovesFromEitherDatabaseToTheOther(t *testing.T) {
	open := map[string]func(testing.TB) *dbtest.Forum{"SQLite": dbtest.OnSQLite, "PostgreSQL": dbtest.OnPostgres}
	for from, openFrom := range open {
		for to, openTo := range open {
			t.Run(from+" to "+to, func(t *testing.T) {
				source, target := openFrom(t), openTo(t)
				doc := furnished(t, source)
				first := backup(t, source.DB)
				restore(t, target.DB, first)

				stored, err := db.NewLiveLog(target.DB).Load(t.Context(), doc)
				if err != nil || stored.Head != (app.LiveHead{Epoch: 2, Seq: 2}) || string(stored.State) != "state\x00" ||
					stored.Clients[42] == "" || len(stored.Runs) != 1 || !stored.Begun.Equal(time.Unix(2, 0)) {
					t.Errorf("%+v, %v", stored, err)
				}
				// Everything else is as it was: the same lines, but for the epochs.
				renewed := strings.NewReplacer(`"`+string(doc)+`",2,`, `"`+string(doc)+`",1,`, `,2000,1]`, `,0,1]`)
				got, want := strings.Split(lines(t, backup(t, target.DB)), "\n"), strings.Split(lines(t, first), "\n")
				if len(got) != len(want) {
					t.Fatalf("%d lines, not %d", len(got), len(want))
				}
				for i := range got {
					if !strings.Contains(got[i], "sha256") && renewed.Replace(got[i]) != want[i] {
						t.Errorf("line %d is\n%s, not\n%s", i, got[i], want[i])
					}
				}
			})
		}
	}
}

func TestNoEpochIsEverUsedTwice(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, f *dbtest.Forum) {
		doc := furnished(t, f)
		first := backup(t, f.DB)
		log := db.NewLiveLog(f.DB)
		for want := int64(2); want <= 3; want++ {
			restore(t, f.DB, first)
			heads, err := log.Heads(t.Context(), []app.ID{doc})
			if err != nil || heads[doc] != (app.LiveHead{Epoch: want, Seq: 2}) {
				t.Fatalf("%+v, %v", heads, err)
			}
		}
		_, err := log.Append(t.Context(), doc, 1, []app.LiveChange{changeBy(f, f.Dani, "late")})
		wantCode(t, err, "live.epoch")
		if err := log.Renew(t.Context(), doc, 1, f.Clock.Now()); err != nil {
			t.Fatal(err)
		}
		if heads, _ := log.Heads(t.Context(), []app.ID{doc}); heads[doc].Epoch != 3 {
			t.Error("an epoch that is over was renewed")
		}
	})
}

func TestADamagedBackupIsRefusedAndNothingIsTouched(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, f *dbtest.Forum) {
		furnished(t, f)
		whole := backup(t, f.DB)
		before := lines(t, whole)
		rnd := rand.New(rand.NewPCG(1, 2))
		broken := map[string][]byte{
			"nothing": nil, "no backup": []byte("once upon a time"), "the first half": whole[:len(whole)/2],
			"all but the last byte": whole[:len(whole)-1],
			"another format":        zip(strings.Replace(before, `"format":1`, `"format":2`, 1)),
			"another word":          zip(strings.Replace(before, "Water", "Wafer", 1)),
			"a table less":          zip(without(before, "readings")),
			"more behind it":        zip(before + "[]\n"),
		}
		for range 40 {
			flipped := bytes.Clone(whole)
			i := rnd.IntN(len(flipped)-20) + 10 // the first bytes name the time, which nobody needs
			flipped[i] ^= 1 << rnd.IntN(8)
			broken[fmt.Sprintf("a bit of byte %d", i)] = flipped
		}
		for what, b := range broken {
			if _, err := db.CheckBackup(bytes.NewReader(b)); app.KindOf(err) != app.KindInvalid {
				t.Errorf("%s passes: %v", what, err)
			}
			if err := f.DB.Restore(t.Context(), bytes.NewReader(b), f.Clock.Now(), quietly); err == nil {
				t.Errorf("%s was restored", what)
			}
		}
		schema := regexp.MustCompile(`"schema":\d+`)
		newer := zip(schema.ReplaceAllString(before, `"schema":9999`))
		wantCode(t, f.DB.Restore(t.Context(), bytes.NewReader(newer), f.Clock.Now(), quietly), "backup.schema")
		mislabelled := zip(schema.ReplaceAllString(before, `"schema":1`))
		wantCode(t, f.DB.Restore(t.Context(), bytes.NewReader(mislabelled), f.Clock.Now(), quietly), "backup.damaged")
		if lines(t, backup(t, f.DB)) != before {
			t.Error("something has changed")
		}
	})
}

func zip(text string) []byte {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	w.Write([]byte(text))
	w.Close()
	return out.Bytes()
}

// without leaves a table out, lines and all.
func without(text, table string) string {
	start := strings.Index(text, `{"table":"`+table+`"`)
	end := strings.Index(text[start+1:], `{"table":`)
	return text[:start] + text[start+1+end:]
}
