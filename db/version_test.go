package db_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"madang/app"
	"madang/app/prose"
	"madang/app/statement"
	"madang/db"
	"madang/db/dbtest"
)

// versioned is a statement of Dani's, and a text for its versions.
func versioned(t *testing.T, f *dbtest.Forum) (db.StatementStore, statement.Statement, prose.Doc) {
	t.Helper()
	store := db.StatementStore{DB: f.DB}
	made, err := store.Create(t.Context(), f.Membership(f.Dani).Standing(), statementBy(f, f.Dani, "강의 권리"))
	if err != nil {
		t.Fatal(err)
	}
	text, err := prose.ParseMarkdown([]byte("# 강의 권리\n\n1. 누구나 *강*에 [갈 수](https://example.org/river) 있다.\n2. \n\n> - 물은\n> - 흐른다\n"))
	if err != nil {
		t.Fatal(err)
	}
	return store, made, text
}

// whole is the text of a version of which nobody knows who wrote it.
func whole(text prose.Doc, sealed prose.Sealed) statement.VersionText {
	return statement.VersionText{Doc: text, Sealed: sealed, Authors: make([][]app.LiveAuthored, len(text.Blocks))}
}

func versionBy(f *dbtest.Forum, who app.Actor, of app.ID, root [32]byte) statement.Version {
	return statement.Version{
		ID: app.NewID(), Statement: of, Kind: statement.VersionMade, Title: "강의 권리", Lang: "ko", Label: "첫 모임", Changelog: "처음.\n모두 새로.",
		By: f.Membership(who).Persona, At: f.Clock.Now(), Epoch: 1, Seq: 7, Root: root,
	}
}

func TestAVersionIsReadAsItWasKept(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, f *dbtest.Forum) {
		store, of, text := versioned(t, f)
		sealed := prose.Seal(text, prose.NewSalt)
		wish, standing := versionBy(f, f.Eun, of.ID, sealed.Root()), f.Membership(f.Eun).Standing()
		kept, err := store.AddVersion(t.Context(), standing, wish, whole(text, sealed))
		wish.No, wish.Name = 1, "은"
		if err != nil || kept != wish {
			t.Fatalf("%+v, %v", kept, err)
		}
		again, err := store.AddVersion(t.Context(), standing, versionBy(f, f.Eun, of.ID, [32]byte{}), whole(text, sealed))
		if err != nil || again.No != 2 {
			t.Errorf("%+v, %v", again, err)
		}
		if resent, err := store.AddVersion(t.Context(), standing, wish, whole(text, sealed)); err != nil || resent != wish {
			t.Errorf("sent again: %+v, %v", resent, err)
		}
		if list, err := store.Versions(t.Context(), of.ID); err != nil || len(list) != 2 || list[1] != wish {
			t.Errorf("%+v, %v", list, err)
		}
		read, err := store.VersionText(t.Context(), wish.ID)
		if err != nil || prose.Compare(text, read.Doc).HasChanges() || read.Doc.Markdown() != text.Markdown() {
			t.Errorf("%q, %v", read.Doc.Markdown(), err)
		}
		if found := prose.Verify(read.Doc, read.Sealed, kept.Root); !found.Holds() {
			t.Errorf("%+v", found)
		}
		_, err = store.VersionByID(t.Context(), app.NewID())
		wantCode(t, err, "not_found")
		missing := wish
		missing.ID, missing.Statement = app.NewID(), app.NewID()
		_, err = store.AddVersion(t.Context(), standing, missing, whole(text, sealed))
		wantCode(t, err, "not_found")
	})
}

func TestAVersionKnowsWhoWroteIt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, f *dbtest.Forum) {
		store, of, _ := versioned(t, f)
		dani, eun := f.Membership(f.Dani).Persona, f.Membership(f.Eun).Persona
		block := prose.Block{Node: prose.Paragraph, CID: "caaaaaaaaaa"}.WithPlainText("강은 😀 흐른다.\n그리고.")
		text := statement.VersionText{Doc: prose.Doc{Blocks: []prose.Block{block}}, Authors: [][]app.LiveAuthored{{
			{Text: "강은 😀 ", Author: dani}, {Text: "흐른다.", Author: eun}, {Text: "\n"}, {Text: "그리고.", Author: dani},
		}}}
		text.Sealed = prose.Seal(text.Doc, prose.NewSalt)
		kept, err := store.AddVersion(t.Context(), f.Membership(f.Eun).Standing(), versionBy(f, f.Eun, of.ID, text.Sealed.Root()), text)
		if err != nil {
			t.Fatal(err)
		}
		if read, err := store.VersionText(t.Context(), kept.ID); err != nil || !slices.Equal(read.Authors[0], text.Authors[0]) {
			t.Errorf("%+v, %v", read.Authors, err)
		}
	})
}

func TestAWordThatIsAlteredInTheDatabaseIsFoundOut(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, f *dbtest.Forum) {
		store, of, text := versioned(t, f)
		sealed := prose.Seal(text, prose.NewSalt)
		kept, err := store.AddVersion(t.Context(), f.Membership(f.Eun).Standing(), versionBy(f, f.Eun, of.ID, sealed.Root()), whole(text, sealed))
		if err != nil {
			t.Fatal(err)
		}
		raw := f.Raw()
		if _, err := raw.Exec(`UPDATE version_clauses SET block = REPLACE(block, '누구나', '회원만') WHERE version_id = $1 AND place = 1`, kept.ID); err != nil {
			t.Fatal(err)
		}
		read, err := store.VersionText(t.Context(), kept.ID)
		if found := prose.Verify(read.Doc, read.Sealed, kept.Root); err != nil || found.Holds() || found.Clauses[1].Verdict != prose.Altered || found.Clauses[0].Verdict != prose.Verified {
			t.Errorf("%+v, %v", found, err)
		}
	})
}

func TestPeopleWhoMakeVersionsAtTheSameTimeGetOneNumberEach(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, f *dbtest.Forum) {
		_, of, text := versioned(t, f)
		const people = 8
		numbers, fails := make([]int, people), make([]error, people)
		var all sync.WaitGroup
		for i := range people {
			store := db.StatementStore{DB: f.Another()}
			all.Go(func() {
				sealed := prose.Seal(text, prose.NewSalt)
				kept, err := store.AddVersion(t.Context(), f.Membership(f.Eun).Standing(), versionBy(f, f.Eun, of.ID, sealed.Root()), whole(text, sealed))
				numbers[i], fails[i] = kept.No, err
			})
		}
		all.Wait()
		slices.Sort(numbers)
		if got := strings.Trim(fmt.Sprint(numbers), "[]"); got != "1 2 3 4 5 6 7 8" {
			t.Errorf("numbers %s, %v", got, fails)
		}
	})
}

func TestWhoeverLostTheirRoleMakesNoVersion(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, f *dbtest.Forum) {
		store, of, text := versioned(t, f)
		before := f.Membership(f.Eun).Standing()
		f.SetRole(f.Chioma, f.Eun, app.RoleMember)
		sealed := prose.Seal(text, prose.NewSalt)
		_, err := store.AddVersion(t.Context(), before, versionBy(f, f.Eun, of.ID, sealed.Root()), whole(text, sealed))
		wantCode(t, err, "role.changed")
		if list, err := store.Versions(t.Context(), of.ID); err != nil || len(list) > 0 {
			t.Errorf("%+v, %v", list, err)
		}
	})
}
