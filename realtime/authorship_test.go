package realtime

import (
	"testing"

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
