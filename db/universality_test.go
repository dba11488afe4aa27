package db_test

import (
	"testing"
	"time"

	"madang/app"
	"madang/app/statement"
	"madang/db/dbtest"
)

func TestWhatClausesRestOnIsKeptOnceAndTakenBack(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, f *dbtest.Forum) {
		store, of, _ := versioned(t, f)
		standing := f.Membership(f.Dani).Standing()
		r := statement.Reference{CID: "caaaaaaaaaa", Instrument: "udhr", Article: 19, By: f.Membership(f.Dani).Persona, At: f.Clock.Now()}
		for range 2 {
			if err := store.AddReference(t.Context(), standing, of.ID, r); err != nil {
				t.Fatal(err)
			}
		}
		if list, err := store.References(t.Context(), of.ID); err != nil || len(list) != 1 || list[0] != r {
			t.Errorf("%+v, %v", list, err)
		}
		before := f.Membership(f.Dani).Standing()
		f.SetRole(f.Chioma, f.Dani, app.RoleMember)
		wantCode(t, store.RemoveReference(t.Context(), before, of.ID, r), "role.changed")
		wantCode(t, store.AddReference(t.Context(), before, of.ID, r), "role.changed")
		if err := store.RemoveReference(t.Context(), f.Membership(f.Eun).Standing(), of.ID, r); err != nil {
			t.Fatal(err)
		}
		if list, err := store.References(t.Context(), of.ID); err != nil || len(list) > 0 {
			t.Errorf("%+v, %v", list, err)
		}
	})
}

func TestAllAnswersAreKeptAndWordsAreReplaced(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, f *dbtest.Forum) {
		store, of, _ := versioned(t, f)
		standing := f.Membership(f.Dani).Standing()
		a := statement.FlagAnswer{
			ID: app.NewID(), CID: "caaaaaaaaaa", Term: "정권", Reason: "어느 정권이든.", Words: "정권이 바뀌어도", Symmetric: true,
			By: f.Membership(f.Dani).Persona, Name: "Dani", At: f.Clock.Now(),
		}
		for range 2 {
			if err := store.AddFlagAnswer(t.Context(), standing, of.ID, a); err != nil {
				t.Fatal(err)
			}
		}
		f.Clock.Advance(time.Minute)
		later := a
		later.ID, later.Reason, later.Symmetric, later.At = app.NewID(), "다시 생각했다.", false, f.Clock.Now()
		if err := store.AddFlagAnswer(t.Context(), standing, of.ID, later); err != nil {
			t.Fatal(err)
		}
		if list, err := store.FlagAnswers(t.Context(), of.ID); err != nil || len(list) != 2 || list[0] != later || list[1] != a {
			t.Errorf("%+v, %v", list, err)
		}
		for _, terms := range [][]statement.FramingTerm{{{Kind: statement.FramingParty, Term: "파랑"}, {Kind: statement.FramingSlogan, Term: "regime"}}, {{Kind: statement.FramingSlogan, Term: "regime"}}, nil} {
			if err := store.SetFramingTerms(t.Context(), f.Membership(f.Eun).Standing(), f.Group.ID, terms); err != nil {
				t.Fatal(err)
			}
			kept, err := store.FramingTerms(t.Context(), f.Group.ID)
			if err != nil || len(kept) != len(terms) || len(terms) > 0 && kept[0] != terms[0] {
				t.Errorf("%+v, %v", kept, err)
			}
		}
	})
}
