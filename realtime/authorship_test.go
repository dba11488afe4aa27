package realtime

import (
	"slices"
	"testing"
	"time"

	"madang/app"
	"madang/app/prose"
	"madang/realtime/yjs"
)

func TestReadersAreToldWhoWroteWhichWords(t *testing.T) {
	f := newForum(t)
	f.begin(prose.Doc{Blocks: []prose.Block{
		{Node: prose.Paragraph, CID: "caaaaaaaaaa"},
		{Node: prose.BulletList, CID: "cbbbbbbbbbb", Children: []prose.Block{{Node: prose.ListItem, Children: []prose.Block{{Node: prose.Paragraph}}}}},
	}})
	amina, bo := f.join("amina"), f.join("bo")
	amina.types(0, "강은 😀 흐른다.")
	amina.awaitSaved()
	bo.awaitText("강은 😀 흐른다.\n")
	bo.send(syncFrame(syncUpdate, bo.edit(func(txn *yjs.Txn, root *yjs.XMLFragment) error {
		return txn.Insert(root.Children()[0].(*yjs.XMLElement).Children()[0].(*yjs.XMLText), 0, "Bo: ", nil)
	})))
	bo.awaitSaved()
	text, authors, err := f.hub.Authors(t.Context(), f.doc)
	if err != nil || len(authors) != len(text.Doc.Blocks) {
		t.Fatalf("%v, %v", authors, err)
	}
	for i, b := range text.Doc.Blocks {
		joined := ""
		for _, p := range authors[i] {
			joined += p.Text
		}
		if joined != b.PlainText() {
			t.Errorf("block %d is %q, and its parts are %q", i, b.PlainText(), joined)
		}
	}
	if got := authors[0]; len(got) != 2 || got[0].Text != "Bo: " || got[0].Author != persona("bo....") || got[1].Author != persona("amina.") {
		t.Errorf("%+v", got)
	}
	if _, _, err := f.hub.Authors(t.Context(), app.NewID()); app.KindOf(err) != app.KindNotFound {
		t.Errorf("a text that isn't there: %v", err)
	}
}

func TestWordsThatComeBackAreStillThoseOfWhoeverWroteThem(t *testing.T) {
	f := newForum(t)
	amina := f.join("amina")
	amina.types(0, "강은 모두의 것이다.")
	amina.awaitSaved()
	chidi := f.join("chidi")
	chidi.types(0, " 물도.")
	chidi.awaitSaved()
	text, authors, err := f.hub.Authors(t.Context(), f.doc)
	if err != nil {
		t.Fatal(err)
	}
	bo, _ := f.cast.get("bo")
	write := func(base prose.Doc, blocks []prose.Block, credits ...[]app.LiveAuthored) Text {
		edited, err := f.hub.Edit(t.Context(), bo, f.doc, app.NewID(), []prose.Edit{{
			Kind: prose.ReplaceAll, BaseHash: prose.TextHash(base), Blocks: blocks,
		}}, credits...)
		if err != nil || len(edited.Conflicts) > 0 {
			t.Fatal(err, edited.Conflicts)
		}
		return edited.Text
	}
	other := write(text.Doc, []prose.Block{prose.Block{Node: prose.Paragraph, CID: "czzzzzzzzzz"}.WithPlainText("Something else.")})
	f.hub.clock = func() time.Time { return time.Now().Add(time.Hour) } // long after it was cut
	write(other.Doc, append(text.Doc.Blocks, prose.Block{Node: prose.Paragraph, CID: "cyyyyyyyyyy"}.WithPlainText("New.")), authors...)
	_, back, err := f.hub.Authors(t.Context(), f.doc)
	if err != nil || len(back) != len(authors)+1 || !slices.Equal(back[0], authors[0]) {
		t.Errorf("%+v, want %+v, %v", back, authors, err)
	}
	if got := back[len(back)-1]; len(got) != 1 || got[0].Author != persona("bo....") {
		t.Errorf("what is new is credited to %+v", got)
	}
}
