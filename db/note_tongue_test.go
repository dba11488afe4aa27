package db_test

import (
	"fmt"
	"strings"
	"testing"

	"madang/app"
	"madang/app/search"
	"madang/app/statement"
	"madang/db"
)

// explained is a library whose first clause has a note of Dani's.
type explained struct {
	library
	store db.StatementStore
	notes int
}

func eachExplained(t *testing.T, test func(t *testing.T, e *explained)) {
	t.Helper()
	eachLibrary(t, func(t *testing.T, l library) {
		e := &explained{library: l, store: db.StatementStore{DB: l.Forum.DB}}
		e.writes(t, "왜가리는 새다.")
		test(t, e)
	})
}

func (e *explained) writes(t *testing.T, words string) {
	t.Helper()
	e.notes++
	if _, err := e.store.AddNote(t.Context(), e.Membership(e.Dani).Standing(), e.statement, e.note(e.notes, words)); err != nil {
		t.Fatal(err)
	}
}

// translates lets somebody translate the newest note, having seen a translation.
func (e *explained) translates(t *testing.T, who app.Actor, base app.ID, words string) (app.ID, error) {
	id := app.NewID()
	return id, e.store.TranslateNote(t.Context(), e.Membership(who).Standing(), e.statement, statement.NewNoteTranslation{
		ID: id, Base: base, CID: e.note(1, "").CID, Lang: "en", Words: words, Note: e.notes,
	}, e.Clock.Now())
}

// all says which translations there were: of which note, by whom, and what became of them.
func (e *explained) all(t *testing.T) string {
	t.Helper()
	list, err := e.store.NoteTranslations(t.Context(), e.statement, "")
	if err != nil {
		t.Fatal(err)
	}
	var said []string
	for _, m := range list {
		said = append(said, fmt.Sprintf("%d of %d by %s %q %s%s", m.No, m.Note, m.By.Name, m.Words, m.Reviewer.Name, m.Withdrawer.Name))
	}
	return strings.Join(said, "; ")
}

func (e *explained) finds(t *testing.T, words, want string) {
	t.Helper()
	if got := e.kinds(t, e.Eun, search.Wish{Text: words, Kind: search.NoteRendering}); got != want {
		t.Errorf("%q finds %q, want %q", words, got, want)
	}
}

func TestTranslationsOfANoteAreKeptOneAfterTheOtherAndFound(t *testing.T) {
	eachExplained(t, func(t *testing.T, e *explained) {
		first, err := e.translates(t, e.Minho, "", "A heron is a bird.")
		if err != nil {
			t.Fatal(err)
		}
		_, err = e.translates(t, e.Eun, "", "Herons are birds.")
		wantCode(t, err, "notetongue.changed")
		e.finds(t, "heron", "note_rendering en 민호")
		second, err := e.translates(t, e.Eun, first, "Herons are birds.")
		if err != nil {
			t.Fatal(err)
		}
		e.finds(t, "herons", "note_rendering en 은")
		e.finds(t, `"a heron"`, "")

		made := statement.NoteTranslation{ID: first, CID: e.note(1, "").CID, Lang: "en"}
		wantCode(t, e.store.ReviewNoteTranslation(t.Context(), e.Membership(e.Dani).Standing(), e.statement, made, e.Clock.Now()), "notetongue.moved")
		made.ID = second
		wantCode(t, e.store.ReviewNoteTranslation(t.Context(), e.Membership(e.Eun).Standing(), e.statement, made, e.Clock.Now()), "notetongue.moved")
		if err := e.store.ReviewNoteTranslation(t.Context(), e.Membership(e.Dani).Standing(), e.statement, made, e.Clock.Now()); err != nil {
			t.Fatal(err)
		}
		if got, want := e.all(t), `1 of 1 by 민호 "A heron is a bird." ; 2 of 1 by 은 "Herons are birds." Dani`; got != want {
			t.Errorf("%s", got)
		}

		// Taken away, the one before counts again.
		made.By = statement.Author{Persona: e.Membership(e.Eun).Persona}
		if err := e.store.WithdrawNoteTranslation(t.Context(), e.Membership(e.Chioma).Standing(), e.statement, made, e.Clock.Now()); err != nil {
			t.Fatal(err)
		}
		wantCode(t, e.store.WithdrawNoteTranslation(t.Context(), e.Membership(e.Chioma).Standing(), e.statement, made, e.Clock.Now()), "notetongue.moved")
		e.finds(t, "herons", "")
		e.finds(t, `"a heron"`, "note_rendering en 민호")
		var left int
		if err := e.Raw().Get(&left, `SELECT COUNT(*) FROM note_translations WHERE words LIKE '%Herons%'`); err != nil || left != 0 {
			t.Errorf("%d rows have the words, %v", left, err)
		}
	})
}

func TestTranslationsOfANoteGoWithItAndDontComeBack(t *testing.T) {
	eachExplained(t, func(t *testing.T, e *explained) {
		first, err := e.translates(t, e.Minho, "", "A heron is a bird.")
		if err != nil {
			t.Fatal(err)
		}
		e.writes(t, "왜가리는 큰 새다.")
		e.finds(t, "heron", "note_rendering en 민호") // out of date, but there
		stale := statement.NoteTranslation{ID: first, CID: e.note(1, "").CID, Lang: "en"}
		wantCode(t, e.store.ReviewNoteTranslation(t.Context(), e.Membership(e.Dani).Standing(), e.statement, stale, e.Clock.Now()), "notetongue.moved")
		e.writes(t, "")
		e.finds(t, "heron", "")
		_, err = e.translates(t, e.Minho, "", "Nothing to translate.")
		wantCode(t, err, "notetongue.gone")
		e.writes(t, "백로도 새다.")
		e.finds(t, "heron", "")
		if _, err := e.translates(t, e.Eun, "", "An egret is a bird, too."); err != nil { // with no base: none counts
			t.Fatal(err)
		}
		notes, err := e.store.Notes(t.Context(), e.statement)
		if n := notes[e.note(1, "").CID]; err != nil || n.No != 4 || n.Gone != 3 {
			t.Errorf("%+v, %v", n, err)
		}
	})
}

func TestTheLanguageOfANoteIsSaidAnewWithoutANewNote(t *testing.T) {
	eachExplained(t, func(t *testing.T, e *explained) {
		if _, err := e.translates(t, e.Minho, "", "A heron is a bird."); err != nil {
			t.Fatal(err)
		}
		cid, dani := e.note(1, "").CID, e.Membership(e.Dani).Standing()
		notes, err := e.store.Notes(t.Context(), e.statement)
		if err != nil {
			t.Fatal(err)
		}
		kept, err := e.store.RelabelNote(t.Context(), dani, e.statement, notes[cid], "en")
		if err != nil || kept.Lang != "en" || kept.No != 1 {
			t.Errorf("%+v, %v", kept, err)
		}
		e.finds(t, "heron", "") // a translation into its own language doesn't count
		if _, err := e.store.RelabelNote(t.Context(), dani, e.statement, notes[cid], ""); err != nil {
			t.Fatal(err)
		}
		e.finds(t, "heron", "note_rendering en 민호")
		e.writes(t, "백로도 새다.")
		_, err = e.store.RelabelNote(t.Context(), dani, e.statement, notes[cid], "en")
		wantCode(t, err, "note.changed")
	})
}
