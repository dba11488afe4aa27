package db_test

import (
	"slices"
	"strings"
	"testing"

	"madang/app"
	"madang/app/prose"
	"madang/app/search"
	"madang/app/statement"
	"madang/app/thread"
	"madang/db"
)

// sayAll writes something of each kind about the statement, all with the word "heron".
func (l library) sayAll(t *testing.T) {
	t.Helper()
	store := db.StatementStore{DB: l.Forum.DB}
	dani, minho := l.Membership(l.Dani), l.Membership(l.Minho)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	_, err := store.AddNote(t.Context(), dani.Standing(), l.statement, l.note(1, "A heron is a bird."))
	must(err)
	must(store.TranslateNote(t.Context(), dani.Standing(), l.statement, statement.NewNoteTranslation{
		ID: app.NewID(), CID: "caaaaaaaaaa", Lang: "fr", Words: "Le heron.", Note: 1,
	}, l.Clock.Now()))
	for _, lang := range []string{"en", "fr"} {
		_, err = store.AddTranslation(t.Context(), dani.Standing(), l.statement, statement.Translation{
			ID: app.NewID(), Lang: lang, CID: "caaaaaaaaaa", No: 1, Words: "The heron in " + lang, Source: "왜가리", By: dani.Persona, At: l.Clock.Now(),
		})
		must(err)
	}
	for _, to := range []statement.AmendmentState{statement.AmendmentDraft, statement.AmendmentTabled} {
		id := app.NewID()
		_, err = store.AddAmendment(t.Context(), minho.Standing(), statement.Amendment{
			ID: id, Statement: l.statement, State: statement.AmendmentDraft, Reason: "Because of a " + string(to) + " heron.", At: l.Clock.Now(),
			Authors: []statement.Signature{{Author: statement.Author{Persona: minho.Persona}}},
			Proposals: []prose.Proposal{
				{Kind: prose.ProposeText, CID: "caaaaaaaaaa", Base: "what was", Text: "Kingfishers, too."},
				{Kind: prose.ProposeMove, CID: "cbbbbbbbbbb", After: prose.AtStart, Base: "b"},
			},
		})
		must(err)
		if to == statement.AmendmentTabled {
			must(store.StepAmendment(t.Context(), minho.Standing(), id, statement.AmendmentDraft, statement.AmendmentStep{To: to, At: l.Clock.Now()}))
		}
	}
	threads := db.ThreadStore{DB: l.Forum.DB}
	_, err = threads.Translate(t.Context(), l.act(l.Eun, thread.Translated, l.first), thread.NewTranslation{ID: app.NewID(), Lang: "en", Body: "A heron, said in English.", Revision: 1})
	must(err)
	_, err = threads.Settle(t.Context(), l.act(l.Dani, thread.Resolved, ""), "The heron stays.")
	must(err)
	_, err = threads.Settle(t.Context(), l.act(l.Dani, thread.Reopened, ""), "")
	must(err)
}

func (l library) note(no int, words string) statement.Note {
	return statement.Note{ID: app.NewID(), CID: "caaaaaaaaaa", No: no, Words: words, By: l.Membership(l.Dani).Persona, At: l.Clock.Now()}
}

// kinds are what a search finds, with the places.
func (l library) kinds(t *testing.T, who app.Actor, w search.Wish) string {
	t.Helper()
	var list []string
	for _, hit := range l.all(t, who, w) {
		list = append(list, string(hit.Kind)+" "+hit.Lang+" "+hit.Author)
	}
	slices.Sort(list)
	return strings.Join(list, ", ")
}

const everyKind = "amendment ko 민호, note ko Dani, note_rendering fr Dani, rendering en 은, settlement ko Dani, translation en Dani, translation fr Dani"

func TestNotesTranslationsTabledAmendmentsAndReasonsAreFound(t *testing.T) {
	eachLibrary(t, func(t *testing.T, l library) {
		l.sayAll(t)
		if got := l.kinds(t, l.Eun, search.Wish{Text: "heron"}); got != everyKind {
			t.Errorf("%s, not %s", got, everyKind)
		}
		for kind, want := range map[search.Kind]string{search.Note: "note ko Dani", search.Amendment: "amendment ko 민호", search.Clause: ""} {
			if got := l.kinds(t, l.Eun, search.Wish{Text: "heron", Kind: kind}); got != want {
				t.Errorf("of kind %s: %s", kind, got)
			}
		}
		if got := l.kinds(t, l.Minho, search.Wish{Text: "heron", Mine: true}); got != "amendment ko 민호" {
			t.Errorf("Minho wrote %s", got)
		}
		if got := l.kinds(t, l.Eun, search.Wish{Text: "kingfisher"}); got != "amendment ko 민호" {
			t.Errorf("proposed words are found as %s", got)
		}
		if got := l.kinds(t, l.Eun, search.Wish{Text: "what was"}); got != "" {
			t.Errorf("words that an amendment replaces are found as %s", got)
		}
	})
}

func TestADraftOfAnAmendmentIsFoundByNobody(t *testing.T) {
	eachLibrary(t, func(t *testing.T, l library) {
		l.sayAll(t)
		for _, who := range []app.Actor{l.Chioma, l.Eun, l.Minho} {
			if got := l.kinds(t, who, search.Wish{Text: `"draft heron"`}); got != "" {
				t.Errorf("%s", got)
			}
		}
		for _, stranger := range []app.Actor{l.Zoe, l.Sook, l.Olga, l.Steward, {}} {
			if got := l.kinds(t, stranger, search.Wish{Text: "heron"}); got != "" {
				t.Errorf("a stranger finds %s", got)
			}
		}
	})
}

func TestANoteIsFoundByItsNewestWordsAndNotOnceItIsGone(t *testing.T) {
	eachLibrary(t, func(t *testing.T, l library) {
		l.sayAll(t)
		store, dani := db.StatementStore{DB: l.Forum.DB}, l.Membership(l.Dani).Standing()
		if _, err := store.AddNote(t.Context(), dani, l.statement, l.note(2, "An egret.")); err != nil {
			t.Fatal(err)
		}
		if old, fresh := l.kinds(t, l.Eun, search.Wish{Text: "heron", Kind: search.Note}), l.kinds(t, l.Eun, search.Wish{Text: "egret"}); old != "" || fresh != "note ko Dani" {
			t.Errorf("%q, %q", old, fresh)
		}
		if _, err := store.AddNote(t.Context(), dani, l.statement, l.note(3, "")); err != nil {
			t.Fatal(err)
		}
		if got := l.kinds(t, l.Eun, search.Wish{Text: "egret"}); got != "" {
			t.Errorf("%q", got)
		}
	})
}

func TestAnIndexThatIsMadeAnewHasEverythingThatWasSaid(t *testing.T) {
	eachLibrary(t, func(t *testing.T, l library) {
		l.sayAll(t)
		store, dani := db.StatementStore{DB: l.Forum.DB}, l.Membership(l.Dani)
		for range 130 { // more than two steps
			if _, err := store.AddTranslation(t.Context(), dani.Standing(), l.statement, statement.Translation{
				ID: app.NewID(), Lang: "en", CID: prose.NewCID(), No: 1, Words: "An egret", Source: "백로", By: dani.Persona, At: l.Clock.Now(),
			}); err != nil {
				t.Fatal(err)
			}
		}
		for _, query := range []string{`UPDATE search_heads SET tokenizer = -1`, `DELETE FROM search_texts`, l.emptied()} {
			if _, err := l.Raw().Exec(query); err != nil {
				t.Fatal(err)
			}
		}
		l.look(t)
		if got := l.kinds(t, l.Eun, search.Wish{Text: "heron"}); got != everyKind {
			t.Errorf("%s, not %s", got, everyKind)
		}
		if n := len(l.all(t, l.Eun, search.Wish{Text: "egret"})); n != 130 {
			t.Errorf("%d of 130 translations are found", n)
		}
	})
}
