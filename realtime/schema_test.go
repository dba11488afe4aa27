package realtime

import (
	"fmt"
	"testing"

	"madang/app"
	"madang/app/prose"
	"madang/realtime/yjs"
)

// everyNode is a text in which each node of the table stands where it may.
func everyNode() prose.Doc {
	words := func(s string) []prose.Span { return []prose.Span{{Text: s}} }
	paragraph := func(s string) prose.Block { return prose.Block{Node: prose.Paragraph, Inline: words(s)} }
	item := func(blocks ...prose.Block) prose.Block {
		return prose.Block{Node: prose.ListItem, Children: blocks}
	}
	inner := prose.Block{Node: prose.OrderedList, Order: 2, Children: []prose.Block{item(paragraph("within"))}}
	return prose.Doc{Blocks: []prose.Block{
		{Node: prose.Heading, CID: "caaaaaaaaaa", Level: 2, Inline: words("Preamble")},
		{Node: prose.Clause, CID: "cbbbbbbbbbb", Level: 1, Inline: []prose.Span{{Text: "Everyone"}, {Break: true}, {Text: "may", Marks: prose.Marks{Strong: true}}, {Footnote: true, Text: "See elsewhere"}, {Text: " speak"}}},
		{Node: prose.Clause, Kind: prose.Preambular, CID: "cffffffffff", Level: 1, Inline: words("Recalling")},
		{Node: prose.Blockquote, CID: "ccccccccccc", Children: []prose.Block{paragraph("Whereas")}},
		{Node: prose.BulletList, CID: "cdddddddddd", Children: []prose.Block{item(paragraph("speak")), item(paragraph("write"), inner)}},
		prose.Block{Node: prose.TableBlock, CID: "cggggggggg1"}.WithPlainText("Right | Source\nTruth | UDHR 19"),
		{Node: prose.Paragraph, CID: "ceeeeeeeeee", Inline: words("Done")},
	}}
}

// everyDeed is what an editor can do, in each block of words of everyNode.
func everyDeed() []deed {
	var deeds []deed
	for block := range 12 {
		for _, what := range []string{
			"paragraph", "heading1", "clause", "preambular", "footnote", "bullets", "numbers", "quote", "shallower", "deeper", "break", "drop", "backspace", "table", "row", "column", "row_away", "column_away",
		} {
			deeds = append(deeds, deed{Deed: what, Block: block})
		}
		deeds = append(deeds,
			deed{Deed: "enter", Block: block, At: 2},
			deed{Deed: "type", Block: block, At: 1, Text: "new"},
			deed{Deed: "clear", Block: block, To: 99},
			deed{Deed: "strong", Block: block, To: 3},
			deed{Deed: "em", Block: block, At: 1, To: 99},
		)
	}
	return deeds
}

// A table whose every rule is about one child of one parent, one attribute or one mark
// can't be broken by two people together: what one of them brings is judged when it comes,
// and the other doesn't change what it is or what it is in. This plays what the editor can
// do, every deed of one beside every deed of the other, and each of them first.
func TestNoTwoEditsThatFitTheSchemaBreakItTogether(t *testing.T) {
	h := newHands(t)
	f := newForum(t)
	f.begin(everyNode())
	stored, err := f.log.Load(t.Context(), f.doc)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := replay(stored, nil)
	if err != nil {
		t.Fatal(err)
	}
	base := doc.EncodeStateAsUpdate(nil)
	made := map[string][]*yjs.Update{}
	for client, who := range []string{"bo", "chidi"} {
		for _, d := range everyDeed() {
			h.open(who, uint64(client+1), base)
			update, err := yjs.Decode(h.press(who, d), yjs.Limits{})
			if err == nil {
				made[who] = append(made[who], update)
			}
		}
	}
	if n := len(made["bo"]); n < 80 {
		t.Fatalf("only %d deeds do anything", n)
	}
	shown := 0
	for i, bos := range made["bo"] {
		for j, chidis := range made["chidi"] {
			for order, pair := range [][2]*yjs.Update{{bos, chidis}, {chidis, bos}} {
				state := f.judgeBoth(base, pair, fmt.Sprintf("edits %d and %d, order %d", i, j, order))
				if shown++; shown%97 == 0 {
					h.open("dana", 9, state)
					h.text("dana")
				}
			}
		}
	}
}

// judgeBoth lets two edits through the gate in turn, and returns the document.
func (f *forum) judgeBoth(base []byte, edits [2]*yjs.Update, what string) []byte {
	f.t.Helper()
	r := newRoom(f.hub, f.doc)
	doc := yjs.NewDoc()
	if err := doc.ApplyUpdate(base); err != nil {
		f.t.Fatal(err)
	}
	r.adopt(doc, app.LiveDocument{Head: app.LiveHead{Epoch: 1, Seq: 1}, Clients: map[uint64]app.ID{}})
	for i, edit := range edits {
		m, _ := f.cast.get([]string{"bo", "chidi"}[i])
		effect, err := r.doc.Apply(edit)
		if err != nil {
			f.t.Fatalf("%s: %v", what, err)
		}
		if code := r.protest(m, effect); code != "" {
			f.t.Fatalf("%s: %s", what, code)
		}
		if effect.IsEmpty() {
			continue
		}
		if o := r.accept(m, effect, edit.Deletes()); o.verdict != accepted {
			f.t.Fatalf("%s: verdict %d, %s", what, o.verdict, o.code)
		}
		r.splits.settle()
	}
	text := read(r.doc)
	if err := prose.Check(text); err != nil {
		f.t.Errorf("%s: %v in %q", what, err, plain(text))
	}
	return r.doc.EncodeStateAsUpdate(nil)
}
