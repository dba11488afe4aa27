package db_test

import (
	"testing"

	"madang/app"
	"madang/app/prose"
	"madang/app/statement"
	"madang/db"
	"madang/db/dbtest"
)

func TestWhatVersionsSayOfAClauseAndWhereAnEditStoodAreFound(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, f *dbtest.Forum) {
		store, of, text := versioned(t, f)
		standing := f.Membership(f.Eun).Standing()
		add := func(doc prose.Doc) statement.Version {
			t.Helper()
			sealed := prose.Seal(doc, prose.NewSalt)
			kept, err := store.AddVersion(t.Context(), standing, versionBy(f, f.Eun, of.ID, sealed.Root()), whole(doc, sealed))
			if err != nil {
				t.Fatal(err)
			}
			return kept
		}
		add(text)
		cid := text.Blocks[1].CID
		text.Blocks[1] = text.Blocks[1].WithPlainText("누구나 강에 갈 수 없다.")
		newer := add(text)
		erratum := statement.Erratum{
			ID: app.NewID(), Statement: of.ID, Reason: "A village.", By: f.Membership(f.Chioma).Persona, At: f.Clock.Now(), Places: []statement.Erased{{Version: 1, CID: cid}},
		}
		if _, err := store.Erase(t.Context(), f.Membership(f.Chioma).Standing(), erratum, newer.No); err != nil {
			t.Fatal(err)
		}
		found, err := store.ClauseTexts(t.Context(), of.ID, []string{cid, "cnever"})
		if err != nil || len(found) != 2 {
			t.Fatalf("%+v, %v", found, err)
		}
		if gap := found[0]; gap.Version != 1 || gap.Erratum != 1 || gap.Block.PlainText() != "" {
			t.Errorf("of the erased clause %+v is told", gap)
		}
		if now := found[1]; now.Version != 2 || now.Erratum != 0 || now.Block.PlainText() != "누구나 강에 갈 수 없다." {
			t.Errorf("%+v", now)
		}
		if none, err := store.ClauseTexts(t.Context(), of.ID, nil); err != nil || len(none) > 0 {
			t.Errorf("%+v, %v", none, err)
		}

		log, edit := db.NewLiveLog(f.DB), app.NewID()
		if _, err := log.Create(t.Context(), of.ID, app.LiveChange{By: f.Membership(f.Dani).Standing(), At: f.Clock.Now(), Edit: edit, Update: []byte{1}}); err != nil {
			t.Fatal(err)
		}
		heads, err := store.EditHeads(t.Context(), of.ID, []app.ID{edit, app.NewID()})
		if err != nil || len(heads) != 1 || heads[edit] != (app.LiveHead{Epoch: 1, Seq: 1}) {
			t.Errorf("%+v, %v", heads, err)
		}
	})
}
