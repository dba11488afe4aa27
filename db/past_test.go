package db_test

import (
	"strings"
	"testing"
	"time"

	"madang/app"
	"madang/db"
	"madang/db/dbtest"
)

// stoodAt says what there is to make a document of as it stood once.
func stoodAt(t *testing.T, log *db.LiveLog, doc app.ID, seq int64) string {
	t.Helper()
	stored, err := log.LoadAt(t.Context(), doc, app.LiveHead{Epoch: 1, Seq: seq})
	switch {
	case app.IsCode(err, "live.epoch"):
		return "gone"
	case err != nil:
		t.Fatal(err)
	case stored.Head != app.LiveHead{Epoch: 1, Seq: seq}:
		t.Errorf("it stood at %+v", stored.Head)
	}
	return strings.Join(append([]string{string(stored.State)}, texts(stored.Tail)...), "|")
}

func TestADocumentIsLoadedAsItStoodForAsLongAsItsBytesAreKept(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, f *dbtest.Forum) {
		log := db.NewLiveLog(f.DB)
		doc := document(t, f, log)
		more := func(words string) {
			t.Helper()
			if err := appended(t, log, doc, changeBy(f, f.Eun, words)); err != nil {
				t.Fatal(err)
			}
		}
		must := func(seq int64, want string) {
			t.Helper()
			if got := stoodAt(t, log, doc, seq); got != want {
				t.Errorf("at %d: %q, want %q", seq, got, want)
			}
		}
		compact := func(seq int64, state string) {
			t.Helper()
			if err := log.Compact(t.Context(), doc, app.LiveHead{Epoch: 1, Seq: seq}, []byte(state), f.Clock.Now().Add(-24*time.Hour)); err != nil {
				t.Fatal(err)
			}
		}
		more("two")
		more("three")
		first := stoodAt(t, log, doc, 1)
		must(2, first+"|2 two")
		must(4, "gone")

		// A state that is newer than the head is no help; the bytes are still there for a day.
		compact(2, "state of two")
		must(1, first)
		must(3, "state of two|3 three")
		f.Clock.Advance(25 * time.Hour)
		more("four")
		compact(4, "state of four")
		must(1, "gone")
		must(3, "gone")
		must(4, "state of four")

		if err := log.Renew(t.Context(), doc, 1, f.Clock.Now()); err != nil {
			t.Fatal(err)
		}
		must(4, "gone")
		if _, err := log.LoadAt(t.Context(), app.NewID(), app.LiveHead{Epoch: 1, Seq: 1}); app.KindOf(err) != app.KindNotFound {
			t.Errorf("a document nobody began: %v", err)
		}
	})
}
