package realtime

import (
	"strings"
	"testing"

	"madang/app"
	"madang/app/prose"
)

const rights = "Right | Source\nTruth | UDHR^[진실] 19\nReturn | "

func TestATableHasAuthorsAndIsCommentedOnLikeAllOtherText(t *testing.T) {
	f := newForum(t)
	f.begin(prose.Doc{Blocks: []prose.Block{prose.Block{Node: prose.TableBlock, CID: "cfirst00000"}.WithPlainText(rights)}})
	anchors := map[string]prose.Anchor{}
	for _, words := range []string{"Source", "Truth", "진실", "19", "Return"} {
		anchors[words] = f.anchor("cfirst00000", words)
	}
	bo, _ := f.cast.get("bo")
	changed := "Right | Source\nTruth | the UDHR^[진실] 19\nReturn | UDHR 13\nLife | UDHR 3"
	edit := prose.Edit{Kind: prose.ReplaceText, CID: "cfirst00000", Base: rights, Text: changed}
	if _, err := f.hub.Edit(t.Context(), bo, f.doc, app.NewID(), []prose.Edit{edit}); err != nil {
		t.Fatal(err)
	}
	text, authors, err := f.hub.Authors(t.Context(), f.doc)
	if err != nil || text.Doc.Blocks[0].PlainText() != changed {
		t.Fatalf("%+v, %v", text, err)
	}
	for words, a := range anchors {
		if got := f.resolve(a); got.State != prose.AnchorExact || got.Now != words {
			t.Errorf("%q is %+v", words, got)
		}
	}
	var whole strings.Builder
	for _, part := range authors[0] {
		whole.WriteString(part.Text)
		if part.Author == persona("amina.") && strings.Contains(part.Text, "Life") || part.Author == persona("bo....") && strings.Contains(part.Text, "Truth") {
			t.Errorf("%q is %s's", part.Text, part.Author)
		}
	}
	if whole.String() != changed {
		t.Errorf("%q", whole.String())
	}
	if got := f.schema(); got != 4 {
		t.Errorf("schema %d", got)
	}
}

// A row and a column that come at once make a row that is short, and nothing else.
func TestARowAndAColumnAtOnceAreBothThere(t *testing.T) {
	h := newHands(t)
	f := newForum(t)
	f.begin(prose.Doc{Blocks: []prose.Block{prose.Block{Node: prose.TableBlock, CID: "cfirst00000"}.WithPlainText("a | b\nc | d")}})
	amina, bo := f.join("amina"), f.join("bo")
	h.atEditor(amina)
	h.atEditor(bo)
	row, column := h.does(amina, deed{Deed: "row", Block: 2}), h.does(bo, deed{Deed: "column", Block: 1})
	amina.send(syncFrame(syncUpdate, row))
	amina.awaitSaved()
	bo.send(syncFrame(syncUpdate, column))
	bo.awaitSaved()
	want := "a | b | \nc | d | \n | "
	if got := f.text(); got != want {
		t.Errorf("the page reads %q", got)
	}
	amina.awaitText(want)
	bo.awaitText(want)
}
