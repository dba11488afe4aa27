package prose_test

import (
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"madang/app/prose"
)

func span(text string) prose.Span { return prose.Span{Text: text} }

func strong(text string) prose.Span { return prose.Span{Text: text, Marks: prose.Marks{Strong: true}} }

func textBlock(node string, spans ...prose.Span) prose.Block {
	return prose.Block{Node: node, Inline: spans}
}

func list(items ...prose.Block) prose.Block {
	b := prose.Block{Node: prose.BulletList}
	for _, item := range items {
		b.Children = append(b.Children, prose.Block{Node: prose.ListItem, Children: []prose.Block{item}})
	}
	return b
}

func quote(children ...prose.Block) prose.Block {
	return prose.Block{Node: prose.Blockquote, Children: children}
}

func TestABlockHasTheTextThatItIsGiven(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := anyDoc().Filter(func(d prose.Doc) bool { return len(d.Blocks) > 0 }).Draw(t, "doc")
		b := d.Blocks[0]
		if got := b.WithPlainText(b.PlainText()); !reflect.DeepEqual(got, b) {
			t.Fatalf("the same text made %+v", got)
		}
		text := anyWords().Draw(t, "text")
		if rapid.Bool().Draw(t, "edit") {
			lines := strings.Split(b.PlainText(), "\n")
			at := rapid.IntRange(0, len(lines)-1).Draw(t, "line")
			text = strings.Join(append(append(lines[:at:at], text), lines[at+rapid.IntRange(0, 1).Draw(t, "gone"):]...), "\n")
		}
		changed := b.WithPlainText(text)
		if changed.PlainText() != text {
			t.Fatalf("%q, want %q", changed.PlainText(), text)
		}
		if err := prose.Check(prose.Doc{Blocks: []prose.Block{changed}}); err != nil {
			t.Fatal(err)
		}
		if changed.CID != b.CID || changed.Node != b.Node || changed.Level != b.Level || changed.Order != b.Order {
			t.Fatalf("another block: %+v", changed)
		}
	})
}

func TestWordsThatStayKeepTheirMarks(t *testing.T) {
	for _, c := range []struct {
		name string
		old  []prose.Span
		text string
		want []prose.Span
	}{
		{"a word beside", []prose.Span{span("We "), strong("must"), span(" listen.")}, "We all must listen.",
			[]prose.Span{span("We all "), strong("must"), span(" listen.")}},
		{"a particle after a strong word", []prose.Span{strong("생존자"), span("의 말")}, "생존자들의 말",
			[]prose.Span{strong("생존자"), span("들의 말")}},
		{"a strong word for a strong word", []prose.Span{span("We "), strong("may"), span(" listen.")}, "We will listen.",
			[]prose.Span{span("We "), strong("will"), span(" listen.")}},
		{"a word within strong words", []prose.Span{strong("must listen")}, "must all listen",
			[]prose.Span{strong("must all listen")}},
		{"a line", []prose.Span{strong("하나"), {Break: true}, span("둘")}, "하나\n하나 반\n둘",
			[]prose.Span{strong("하나"), {Break: true}, span("하나 반"), {Break: true}, span("둘")}},
		{"nothing left", []prose.Span{strong("하나"), {Break: true}, span("둘")}, "", nil},
	} {
		got := textBlock(prose.Paragraph, c.old...).WithPlainText(c.text)
		if !reflect.DeepEqual(got.Inline, c.want) {
			t.Errorf("%s: %+v", c.name, got.Inline)
		}
	}
}

func TestLinesThatStayKeepTheirPlace(t *testing.T) {
	p := func(text string) prose.Block { return textBlock(prose.Paragraph, span(text)) }
	for _, c := range []struct {
		name string
		old  prose.Block
		text string
		want prose.Block
	}{
		{"a new item between", list(p("하나"), textBlock(prose.Paragraph, strong("셋"))), "하나\n둘\n셋",
			list(p("하나"), p("둘"), textBlock(prose.Paragraph, strong("셋")))},
		{"a new first item", list(p("b")), "a\nb", list(p("a"), p("b"))},
		{"an item less", list(p("a"), p("b"), p("c")), "a\nc", list(p("a"), p("c"))},
		{"a list within a list", list(p("a"), list(p("b"))), "a\nb\nc", list(p("a"), list(p("b"), p("c")))},
		{"a list within goes", list(p("a"), list(p("b"))), "a", list(p("a"))},
		{"a quote's paragraph", quote(p("a")), "a\nb", quote(p("a"), p("b"))},
		{"an item in a quote", quote(p("a"), list(p("b"))), "a\nb\nc", quote(p("a"), list(p("b"), p("c")))},
		{"into an empty list", prose.Block{Node: prose.BulletList}, "a\nb", list(p("a"), p("b"))},
		{"into an empty quote", prose.Block{Node: prose.Blockquote}, "a", quote(p("a"))},
		{"everything goes", list(p("a"), p("b")), "", list(textBlock(prose.Paragraph))},
	} {
		if got := c.old.WithPlainText(c.text); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %+v", c.name, got)
		}
	}
}

func TestFootnotesAreWrittenAndChangedInPlainText(t *testing.T) {
	note := func(text string) prose.Span { return prose.Span{Footnote: true, Text: text} }
	for _, c := range []struct {
		name string
		old  []prose.Span
		text string
		want []prose.Span
	}{
		{"a new one", []prose.Span{span("Everyone may speak.")}, "Everyone^[UDHR, article 2] may speak.",
			[]prose.Span{span("Everyone"), note("UDHR, article 2"), span(" may speak.")}},
		{"with brackets in it", []prose.Span{span("a b")}, "a^[see [1] and [2]] b", []prose.Span{span("a"), note("see [1] and [2]"), span(" b")}},
		{"other words in it", []prose.Span{strong("a"), note("one"), span(" b")}, "a^[two] b", []prose.Span{strong("a"), note("two"), span(" b")}},
		{"other words beside it", []prose.Span{strong("a"), note("o]n[e"), span(" b")}, "a^[o]n[e] c", []prose.Span{strong("a"), note("o]n[e"), span(" c")}},
		{"gone", []prose.Span{span("a"), note("one"), span(" b")}, "a b", []prose.Span{span("a b")}},
		{"moved", []prose.Span{span("a"), note("one"), span(" b")}, "a b^[one]", []prose.Span{span("a b"), note("one")}},
		{"left open", []prose.Span{span("a")}, "a^[one", []prose.Span{span("a^[one")}},
		{"over two lines", []prose.Span{span("a")}, "a^[one\ntwo]", []prose.Span{span("a^[one"), {Break: true}, span("two]")}},
		{"words that only look like one", []prose.Span{span("x^[2] is a power")}, "x^[2] is no power", []prose.Span{span("x^[2] is no power")}},
	} {
		got := textBlock(prose.Paragraph, c.old...).WithPlainText(c.text)
		if !reflect.DeepEqual(got.Inline, c.want) {
			t.Errorf("%s: %+v", c.name, got.Inline)
		}
	}
	if got := list(textBlock(prose.Paragraph, span("a"))).WithPlainText("a\nb^[c]"); len(got.Footnotes()) != 1 {
		t.Errorf("in a new item: %+v", got)
	}
}

func TestATableIsWrittenInLines(t *testing.T) {
	row := func(cells ...prose.Span) prose.Block {
		b := prose.Block{Node: prose.TableRow}
		for _, cell := range cells {
			c := prose.Block{Node: prose.TableCell}
			if cell.Text != "" {
				c.Inline = []prose.Span{cell}
			}
			b.Children = append(b.Children, c)
		}
		return b
	}
	table := func(rows ...prose.Block) prose.Block { return prose.Block{Node: prose.TableBlock, Children: rows} }
	old := table(row(strong("Right"), span("Source")), row(span("Truth"), span("")), row(span("a | b"), span("c")))
	if got := old.PlainText(); got != "Right | Source\nTruth | \na | b | c" {
		t.Fatalf("%q", got)
	}
	for _, c := range []struct {
		name, text string
		want       prose.Block
	}{
		{"a cell filled in", "Right | Source\nTruth | UDHR 19\na | b | c", table(row(strong("Right"), span("Source")), row(span("Truth"), span("UDHR 19")), old.Children[2])},
		{"a row between", "Right | Source\nSpeech | UDHR 19\nTruth | \na | b | c", table(row(strong("Right"), span("Source")), row(span("Speech"), span("UDHR 19")), old.Children[1], old.Children[2])},
		{"a row less", "Right | Source\na | b | c", table(row(strong("Right"), span("Source")), old.Children[2])},
		{"a column more", "Right | Source | Since\nTruth | \na | b | c", table(row(strong("Right"), span("Source"), span("Since")), old.Children[1], old.Children[2])},
	} {
		if got := old.WithPlainText(c.text); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %+v", c.name, got)
		}
	}
}

func TestAFootnoteIsNotCutInTwo(t *testing.T) {
	d := prose.Doc{Blocks: []prose.Block{{Node: prose.Clause, Level: 1, CID: "caaaaaaaaaa", Inline: []prose.Span{
		span("Everyone"), {Footnote: true, Text: "as said elsewhere"}, span(" may speak"),
	}}}}
	base := d.Blocks[0].PlainText()
	split := func(text string) (prose.Doc, error) {
		done, _, _, err := prose.Apply(d, []prose.Edit{{
			Kind: prose.SplitClause, CID: "caaaaaaaaaa", Base: base, Text: text, Blocks: []prose.Block{{CID: "cbbbbbbbbbb"}},
		}})
		return done, err
	}
	_, err := split("Everyone^[as said\n\nelsewhere] may speak")
	wantCode(t, "within the footnote", err, "clause.split")
	done, err := split("Everyone^[as said elsewhere]\n\nmay speak")
	if err != nil || done.Blocks[0].PlainText() != "Everyone^[as said elsewhere]" || done.Blocks[1].PlainText() != "may speak" {
		t.Errorf("%+v, %v", done, err)
	}
}
