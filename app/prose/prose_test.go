package prose_test

import (
	"fmt"
	"strings"

	"pgregory.net/rapid"

	"madang/app/prose"
)

// What the generators draw from: letters of several scripts, everything that means
// something to Markdown or HTML, and characters that are easily lost.
var characters = []rune("abc가나다ㄱ漢é👍 12.)*_`#+-=~<>[](){}!&;:/\\\"'|\t\r\u00a0\u200b\u3000\u2028e\u0301")

var phrases = []string{
	"회복적 정의", "the survivor", "&amp;", "&#32;", "1. ", "<br>", "{#caaaaaaaaaa}", "{.list}", "[^1]", "[^1]:", "^[a]", " | ", "| --- |", ":-: | :-:", "\\|", "{.note}", "{#caaaaaaaaaa .definition2}", "<!-- -->",
	"**", "](https://example.org)", "javascript:alert(1)", "---", "C#", "뜻(意)은", "  ", "```", "\\",
}

// anyText draws a text of one line.
func anyText() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		parts := rapid.SliceOfN(rapid.OneOf(
			rapid.StringOfN(rapid.SampledFrom(characters), 1, 6, -1),
			rapid.SampledFrom(phrases),
		), 1, 3).Draw(t, "parts")
		return strings.Join(parts, "")
	})
}

var addresses = []string{
	"", "", "https://example.org/a_b*c?x=1&lt;=2", "mailto:a@example.org", "http://example.org/(가)<나>\\!\"",
}

func anySpan() *rapid.Generator[prose.Span] {
	return rapid.Custom(func(t *rapid.T) prose.Span {
		if rapid.IntRange(0, 5).Draw(t, "break") == 0 {
			return prose.Span{Break: true}
		}
		if rapid.IntRange(0, 5).Draw(t, "footnote") == 0 {
			return prose.Span{Footnote: true, Text: rapid.OneOf(rapid.Just(""), anyText()).Draw(t, "note")}
		}
		return prose.Span{Text: anyText().Draw(t, "text"), Marks: prose.Marks{
			Strong: rapid.Bool().Draw(t, "strong"),
			Em:     rapid.Bool().Draw(t, "em"),
			Href:   rapid.SampledFrom(addresses).Draw(t, "href"),
		}}
	})
}

func isWords(s prose.Span) bool { return !s.Break && !s.Footnote }

// anyInline draws spans as the model keeps them: neighbours differ.
func anyInline(t *rapid.T) []prose.Span {
	var spans []prose.Span
	for _, s := range rapid.SliceOfN(anySpan(), 0, 4).Draw(t, "spans") {
		last := len(spans) - 1
		if last >= 0 && isWords(s) && isWords(spans[last]) && spans[last].Marks == s.Marks {
			spans[last].Text += s.Text
			continue
		}
		spans = append(spans, s)
	}
	return spans
}

// anyChildren draws what is in a quote or an item.
func anyChildren(t *rapid.T, depth int) []prose.Block {
	var children []prose.Block
	for range rapid.IntRange(1, 3).Draw(t, "children") {
		nodes := []string{prose.Paragraph, prose.Paragraph, prose.Blockquote, prose.BulletList, prose.OrderedList}
		if depth == 0 {
			nodes = nodes[:1]
		}
		children = append(children, anyBlock(t, rapid.SampledFrom(nodes).Draw(t, "node"), depth-1))
	}
	return children
}

func anyBlock(t *rapid.T, node string, depth int) prose.Block {
	b := prose.Block{Node: node}
	switch node {
	case prose.Paragraph:
		b.Inline = anyInline(t)
	case prose.Heading:
		b.Level, b.Inline = rapid.IntRange(1, 4).Draw(t, "level"), anyInline(t)
	case prose.Clause:
		b.Level, b.Inline = rapid.IntRange(1, 3).Draw(t, "level"), anyInline(t)
		b.Kind = rapid.SampledFrom(prose.Kinds).Draw(t, "kind")
	case prose.TableBlock:
		columns := rapid.IntRange(1, 3).Draw(t, "columns")
		for range rapid.IntRange(1, 3).Draw(t, "rows") {
			row := prose.Block{Node: prose.TableRow}
			for range columns {
				row.Children = append(row.Children, prose.Block{Node: prose.TableCell, Inline: anyInline(t)})
			}
			b.Children = append(b.Children, row)
		}
	case prose.Blockquote:
		b.Children = anyChildren(t, depth)
	case prose.OrderedList:
		b.Order = rapid.SampledFrom([]int{1, 1, 2, 9, 10, 999_999_999}).Draw(t, "order")
		fallthrough
	default:
		for range rapid.IntRange(1, 3).Draw(t, "items") {
			b.Children = append(b.Children, prose.Block{Node: prose.ListItem, Children: anyChildren(t, depth)})
		}
	}
	return b
}

// anyDoc draws a text as the editor may make it.
func anyDoc() *rapid.Generator[prose.Doc] {
	nodes := []string{
		prose.Paragraph, prose.Heading, prose.Clause, prose.Clause, prose.Blockquote, prose.BulletList, prose.OrderedList, prose.TableBlock,
	}
	return rapid.Custom(func(t *rapid.T) prose.Doc {
		var d prose.Doc
		for i := range rapid.IntRange(0, 5).Draw(t, "blocks") {
			b := anyBlock(t, rapid.SampledFrom(nodes).Draw(t, "node"), 2)
			b.CID = fmt.Sprintf("c%010d", i)
			d.Blocks = append(d.Blocks, b)
		}
		return d
	})
}
