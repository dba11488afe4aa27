package db_test

import (
	"testing"

	"madang/app"
	"madang/app/statement"
	"madang/db/dbtest"
)

func TestTheNewestNoteCountsAndTheOlderOnesStay(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, f *dbtest.Forum) {
		store, of, _ := versioned(t, f)
		by := func(who app.Actor, no int, words string) statement.Note {
			return statement.Note{ID: app.NewID(), CID: "caaaaaaaaaa", No: no, Words: words, By: f.Membership(who).Persona, At: f.Clock.Now()}
		}
		dani := f.Membership(f.Dani).Standing()
		first, second := by(f.Dani, 1, "왜 이렇게 썼는지."), by(f.Eun, 2, "Why it says so.")
		for range 2 { // sent again
			if kept, err := store.AddNote(t.Context(), dani, of.ID, first); err != nil || kept.Words != first.Words || kept.Name != "Dani" {
				t.Fatalf("%+v, %v", kept, err)
			}
		}
		if _, err := store.AddNote(t.Context(), f.Membership(f.Eun).Standing(), of.ID, second); err != nil {
			t.Fatal(err)
		}
		_, err := store.AddNote(t.Context(), dani, of.ID, by(f.Dani, 2, "Late."))
		wantCode(t, err, "note.changed")
		if notes, err := store.Notes(t.Context(), of.ID); err != nil || len(notes) != 1 || notes["caaaaaaaaaa"].Words != second.Words {
			t.Errorf("%+v, %v", notes, err)
		}
		if old, err := store.Note(t.Context(), of.ID, first.ID); err != nil || old.Words != first.Words {
			t.Errorf("%+v, %v", old, err)
		}
		before := f.Membership(f.Dani).Standing()
		f.SetRole(f.Chioma, f.Dani, app.RoleMember)
		_, err = store.AddNote(t.Context(), before, of.ID, by(f.Dani, 3, "Too late."))
		wantCode(t, err, "role.changed")
	})
}
