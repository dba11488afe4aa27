package db_test

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"madang/app"
	"madang/app/prose"
	"madang/app/search"
	"madang/app/statement"
	"madang/db"
	"madang/db/dbtest"
)

const secretWords = "누구나 강에 갈 수 있다."

// shelfOf is a statement with as many versions of one text; the words of its clause at
// place 1 are secretWords.
func shelfOf(t *testing.T, f *dbtest.Forum, versions int) (db.StatementStore, []statement.Version, string) {
	t.Helper()
	store, of, text := versioned(t, f)
	var list []statement.Version
	for range versions {
		sealed := prose.Seal(text, prose.NewSalt)
		whole := whole(text, sealed)
		whole.Authors[1] = []app.LiveAuthored{{Text: secretWords, Author: f.Membership(f.Dani).Persona}}
		kept, err := store.AddVersion(t.Context(), f.Membership(f.Eun).Standing(), versionBy(f, f.Eun, of.ID, sealed.Root()), whole)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, kept)
	}
	if words := text.Blocks[1].PlainText(); words != secretWords {
		t.Fatalf("%q", words)
	}
	return store, list, text.Blocks[1].CID
}

func erratumBy(f *dbtest.Forum, who app.Actor, of app.ID, places ...statement.Erased) statement.Erratum {
	return statement.Erratum{
		ID: app.NewID(), Statement: of, Reason: "이름이 나온다.", By: f.Membership(who).Persona, At: f.Clock.Now(), Places: places,
	}
}

func TestErasedWordsAreGoneAndTheRootStillProvesTheRest(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, f *dbtest.Forum) {
		store, versions, cid := shelfOf(t, f, 3)
		wish := erratumBy(f, f.Chioma, versions[0].Statement, statement.Erased{Version: 1, CID: cid}, statement.Erased{Version: 3, CID: cid})
		for range 2 { // sent again
			kept, err := store.Erase(t.Context(), f.Membership(f.Chioma).Standing(), wish, 3)
			want := wish
			want.No, want.Name = 1, "Chioma"
			if err != nil || kept.No != 1 || kept.Name != "Chioma" || kept.Reason != wish.Reason || !slices.Equal(kept.Places, wish.Places) {
				t.Fatalf("%+v, not %+v, %v", kept, want, err)
			}
		}
		for i, v := range versions {
			text, err := store.VersionText(t.Context(), v.ID)
			if err != nil {
				t.Fatal(err)
			}
			found, isErased := prose.Verify(text.Doc, text.Sealed, v.Root), i != 1
			if !found.Holds() || (found.Clauses[1].Verdict == prose.Erased) != isErased || (text.Erratum(1) == 1) != isErased {
				t.Errorf("version %d: %+v", v.No, found)
			}
			if b := text.Doc.Blocks[1]; b.Node != prose.Clause || b.Level != 1 || (b.PlainText() == "") != isErased || (len(text.Authors[1]) == 0) != isErased {
				t.Errorf("version %d keeps %+v of %+v", v.No, b, text.Authors[1])
			}
		}
		second := erratumBy(f, f.Chioma, versions[0].Statement, statement.Erased{Version: 2, CID: cid}, statement.Erased{Version: 1, CID: cid})
		_, err := store.Erase(t.Context(), f.Membership(f.Chioma).Standing(), second, 3)
		wantCode(t, err, "erasure.done")
		if text, err := store.VersionText(t.Context(), versions[1].ID); err != nil || text.Doc.Blocks[1].PlainText() != secretWords {
			t.Errorf("half of a refused act was done: %v", err)
		}
		second.Places = second.Places[:1]
		_, err = store.Erase(t.Context(), f.Membership(f.Chioma).Standing(), second, 2)
		wantCode(t, err, "erasure.newer")
		if kept, err := store.Erase(t.Context(), f.Membership(f.Chioma).Standing(), second, 3); err != nil || kept.No != 2 {
			t.Errorf("%+v, %v", kept, err)
		}
		if list, err := store.Errata(t.Context(), versions[0].Statement); err != nil || len(list) != 2 || list[0].No != 2 {
			t.Errorf("%+v, %v", list, err)
		}
		missing := erratumBy(f, f.Chioma, versions[0].Statement, statement.Erased{Version: 9, CID: cid})
		_, err = store.Erase(t.Context(), f.Membership(f.Chioma).Standing(), missing, 3)
		wantCode(t, err, "not_found")
		taken := second
		taken.By = f.Membership(f.Eun).Persona
		_, err = store.Erase(t.Context(), f.Membership(f.Eun).Standing(), taken, 3)
		wantCode(t, err, "id.taken")
	})
}

func TestErasedWordsAreInNoByteOfTheFile(t *testing.T) {
	f := dbtest.OnSQLite(t)
	store, versions, cid := shelfOf(t, f, 2)
	if !isInFiles(t, f, "누구나") {
		t.Fatal("the words were never there")
	}
	wish := erratumBy(f, f.Chioma, versions[0].Statement, statement.Erased{Version: 1, CID: cid}, statement.Erased{Version: 2, CID: cid})
	if _, err := store.Erase(t.Context(), f.Membership(f.Chioma).Standing(), wish, 2); err != nil {
		t.Fatal(err)
	}
	if isInFiles(t, f, "누구나") {
		t.Error("the words are still on the disk")
	}
}

func isInFiles(t *testing.T, f *dbtest.Forum, words string) bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(f.Config().Data, "*"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%q, %v", files, err)
	}
	return slices.ContainsFunc(files, func(name string) bool {
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		return bytes.Contains(content, []byte(words))
	})
}

func TestWhoeverLostTheirRoleErasesNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, f *dbtest.Forum) {
		store, versions, cid := shelfOf(t, f, 1)
		other := f.Join(f.Group, app.RoleChair, "Ari")
		before := f.Membership(f.Chioma).Standing()
		f.SetRole(other, f.Chioma, app.RoleEditor)
		_, err := store.Erase(t.Context(), before, erratumBy(f, f.Chioma, versions[0].Statement, statement.Erased{Version: 1, CID: cid}), 1)
		wantCode(t, err, "role.changed")
		if text, err := store.VersionText(t.Context(), versions[0].ID); err != nil || text.Doc.Blocks[1].PlainText() != secretWords {
			t.Errorf("%v", err)
		}
	})
}

func TestTheIndexForgetsErasedWordsAtOnceAndFindsThemAgainWhereTheyStillStand(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, f *dbtest.Forum) {
		l := newLibrary(t, f)
		store := db.StatementStore{DB: f.DB}
		text := prose.Doc{Blocks: []prose.Block{prose.Block{Node: prose.Paragraph, CID: "caaaaaaaaaa"}.WithPlainText(secretWords)}}
		sealed := prose.Seal(text, prose.NewSalt)
		kept, err := store.AddVersion(t.Context(), f.Membership(f.Eun).Standing(), versionBy(f, f.Eun, l.statement, sealed.Root()), whole(text, sealed))
		if err != nil {
			t.Fatal(err)
		}
		l.write(t, search.Words{CID: "caaaaaaaaaa", Text: secretWords}, search.Words{CID: "cbbbbbbbbbb", Text: "물은 흐른다"})
		l.look(t)
		if n := len(l.finds(t, l.Dani, "누구나")); n != 1 {
			t.Fatalf("%d hits before", n)
		}
		late := search.Claim{Statement: l.statement, ID: app.NewID(), At: l.Clock.Now()}
		if mine, err := (db.SearchStore{DB: f.DB}).Claim(t.Context(), late, late.At); err != nil || !mine {
			t.Fatalf("%v, %v", mine, err)
		}
		if _, err := store.Erase(t.Context(), f.Membership(f.Chioma).Standing(), erratumBy(f, f.Chioma, l.statement, statement.Erased{Version: kept.No, CID: "caaaaaaaaaa"}), 1); err != nil {
			t.Fatal(err)
		}
		if gone, other := l.finds(t, l.Dani, "누구나"), l.finds(t, l.Dani, "물은"); len(gone) != 0 || len(other) != 1 {
			t.Errorf("%q, %q", gone, other)
		}
		// Somebody who read the words before can't put them back.
		err = (db.SearchStore{DB: f.DB}).IndexClauses(t.Context(), late, []search.Words{{CID: "caaaaaaaaaa", Text: secretWords}}, nil)
		wantCode(t, err, "search.claimed")
		l.look(t)
		l.look(t)
		if n := len(l.finds(t, l.Dani, "누구나")); n != 1 {
			t.Errorf("the live text still has them: %d hits", n)
		}
	})
}

func TestABackupThatIsPutBackDoesNotBringErasedWordsBack(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, f *dbtest.Forum) {
		store, versions, cid := shelfOf(t, f, 2)
		kept := backup(t, f.DB)
		late := f.Join(f.Group, app.RoleChair, "Ari") // isn't in the backup
		wish := erratumBy(f, late, versions[0].Statement, statement.Erased{Version: 1, CID: cid})
		if _, err := store.Erase(t.Context(), f.Membership(late).Standing(), wish, 2); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if err := f.DB.Restore(t.Context(), bytes.NewReader(kept), time.Unix(2, 0), quietly); err != nil {
				t.Fatal(err)
			}
			first, err := store.VersionText(t.Context(), versions[0].ID)
			if err != nil || !first.IsErased(1) || first.Doc.Blocks[1].PlainText() != "" {
				t.Errorf("%+v, %v", first.Doc, err)
			}
			if second, err := store.VersionText(t.Context(), versions[1].ID); err != nil || second.Doc.Blocks[1].PlainText() != secretWords {
				t.Errorf("%+v, %v", second.Doc, err)
			}
			list, err := store.Errata(t.Context(), versions[0].Statement)
			if err != nil || len(list) != 1 || list[0].No != 1 || list[0].Reason != wish.Reason || len(list[0].Places) != 1 {
				t.Errorf("%+v, %v", list, err)
			}
		}
	})
}
