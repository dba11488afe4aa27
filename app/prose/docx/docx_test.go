package docx_test

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"madang/app"
	"madang/app/prose"
	"madang/app/prose/docx"
)

func written(t interface{ Fatal(...any) }, d docx.Document) []byte {
	var out bytes.Buffer
	if err := docx.Write(&out, d); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func read(t interface{ Fatal(...any) }, file []byte) docx.Document {
	d, err := docx.Read(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func wantCode(t *testing.T, what string, err error, kind app.Kind, code string) {
	t.Helper()
	var refused *app.Error
	if !errors.As(err, &refused) || refused.Code != code || refused.Kind != kind || refused.Field != "file" {
		t.Errorf("%s: %v, want %s", what, err, code)
	}
}

// What the generators draw from: letters of several scripts, everything that means
// something to XML, and characters that are easily lost or can't be in XML at all.
var characters = []rune("abc가나다ㄱ漢é👍 12.)*_<>&\"'];\t\r\u00a0\u200b\u3000\u2028e\u0301\u0000\u0007\u001f\ufffe\u00ad\u0085")

var phrases = []string{"회복적 정의", "the survivor", "]]>", "&amp;", "<w:p/>", "  ", "<!--", "_x000D_", "\t\t", "제1조"}

func anyText() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		return strings.Join(rapid.SliceOfN(rapid.OneOf(
			rapid.StringOfN(rapid.SampledFrom(characters), 1, 6, -1), rapid.SampledFrom(phrases),
		), 1, 3).Draw(t, "parts"), "")
	})
}

var addresses = []string{
	"", "", "https://example.org/a_b*c?x=1&lt;=2#part", "mailto:a@example.org", "http://example.org/(가)<나>\\!\"%2", "https://사이트.한국/책",
}

// inXML leaves out what a document can't hold.
func inXML(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' || r == 0xFFFE {
			return -1
		}
		return r
	}, text)
}

func anyInline(t *rapid.T) []prose.Span {
	var spans []prose.Span
	for range rapid.IntRange(0, 4).Draw(t, "spans") {
		s := prose.Span{Break: rapid.IntRange(0, 5).Draw(t, "break") == 0}
		switch {
		case s.Break:
		case rapid.IntRange(0, 5).Draw(t, "footnote") == 0:
			s = prose.Span{Footnote: true, Text: "n" + anyText().Draw(t, "note") + "n"}
		default:
			s = prose.Span{Text: anyText().Draw(t, "text"), Marks: prose.Marks{
				Strong: rapid.Bool().Draw(t, "strong"), Em: rapid.Bool().Draw(t, "em"), Href: rapid.SampledFrom(addresses).Draw(t, "href"),
			}}
		}
		spans = append(spans, s)
	}
	return spans
}

func isWords(s prose.Span) bool { return !s.Break && !s.Footnote }

// tidy is how the model keeps spans: neighbours differ, none is empty.
func tidy(spans []prose.Span) []prose.Span {
	var out []prose.Span
	for _, s := range spans {
		last := len(out) - 1
		s.Text = inXML(s.Text)
		switch {
		case s.Text == "" && !s.Break:
		case last >= 0 && isWords(s) && isWords(out[last]) && out[last].Marks == s.Marks:
			out[last].Text += s.Text
		default:
			out = append(out, s)
		}
	}
	return out
}

// anyBlock draws a block as it is sent and as it comes back.
func anyBlock(t *rapid.T, node string, depth int) (sent, back prose.Block) {
	sent = prose.Block{Node: node}
	switch node {
	case prose.Heading:
		sent.Level = rapid.IntRange(1, 4).Draw(t, "level")
	case prose.Clause:
		sent.Level = rapid.IntRange(1, 3).Draw(t, "level")
		sent.Kind = rapid.SampledFrom(prose.Kinds).Draw(t, "kind")
	case prose.OrderedList:
		sent.Order = rapid.SampledFrom([]int{1, 1, 2, 9, 40_000, 999_999_999}).Draw(t, "order")
	}
	back = sent
	if sent.IsTextBlock() {
		sent.Inline = anyInline(t)
		back.Inline = tidy(sent.Inline)
		return sent, back
	}
	if node == prose.TableBlock {
		columns := rapid.IntRange(1, 3).Draw(t, "columns")
		for range rapid.IntRange(1, 3).Draw(t, "rows") {
			row, rowBack := prose.Block{Node: prose.TableRow}, prose.Block{Node: prose.TableRow}
			for range columns {
				words := anyInline(t)
				row.Children = append(row.Children, prose.Block{Node: prose.TableCell, Inline: words})
				rowBack.Children = append(rowBack.Children, prose.Block{Node: prose.TableCell, Inline: tidy(words)})
			}
			sent.Children, back.Children = append(sent.Children, row), append(back.Children, rowBack)
		}
		return sent, back
	}
	nodes := []string{prose.Paragraph, prose.Paragraph, prose.Blockquote, prose.BulletList, prose.OrderedList}
	if depth <= 0 {
		nodes = nodes[:1]
	}
	if node == prose.BulletList || node == prose.OrderedList {
		nodes = []string{prose.ListItem}
	}
	for range rapid.IntRange(1, 3).Draw(t, "children") {
		child, childBack := anyBlock(t, rapid.SampledFrom(nodes).Draw(t, "node"), depth-1)
		sent.Children, back.Children = append(sent.Children, child), append(back.Children, childBack)
	}
	return sent, back
}

var topNodes = []string{
	prose.Paragraph, prose.Heading, prose.Clause, prose.Clause, prose.Blockquote, prose.BulletList, prose.OrderedList, prose.TableBlock}

func anyDoc(t *rapid.T) (sent, back prose.Doc) {
	for i := range rapid.IntRange(0, 5).Draw(t, "blocks") {
		b, b2 := anyBlock(t, rapid.SampledFrom(topNodes).Draw(t, "node"), 4)
		b.CID = fmt.Sprintf("c%010d", i)
		b2.CID = b.CID
		sent.Blocks, back.Blocks = append(sent.Blocks, b), append(back.Blocks, b2)
	}
	return sent, back
}

var origins = []prose.Origin{
	{}, {Statement: "0193a6e2-0000-7000-8000-00000000000b", Version: 3}, {Statement: "0193a6e2-0000-7000-8000-00000000000b", Epoch: 1, Seq: 1 << 40, IsAmended: true},
}

func TestATextComesBackFromWordAsItWas(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sent, want := anyDoc(t)
		d := docx.Document{Title: rapid.SampledFrom([]string{"", "선언 <초안> & 안"}).Draw(t, "title"), Lang: "ko", Text: sent, Origin: rapid.SampledFrom(origins).Draw(t, "origin")}
		for range rapid.IntRange(0, 3).Draw(t, "comments") {
			d.Comments = append(d.Comments, docx.Comment{
				CID: fmt.Sprintf("c%010d", rapid.IntRange(0, 5).Draw(t, "on")), Author: "하늘 \"<a>\"", Text: inXML(anyText().Draw(t, "said")) + "\n둘",
			})
		}
		file := written(t, d)
		if problems := flaws(file); len(problems) > 0 {
			t.Fatalf("Word would complain: %v", problems)
		}
		got := read(t, file)
		if !reflect.DeepEqual(got.Text, want) {
			t.Fatalf("%s\nbecame\n%s", want.Markdown(), got.Text.Markdown())
		}
		if got.Title != d.Title || got.Lang != "ko" || got.Origin != d.Origin || got.Before != nil {
			t.Fatalf("%+v", got)
		}
		mustSaySame(t, d, got.Comments)
	})
}

// mustSaySame compares what was said about each clause; nobody's name comes back.
func mustSaySame(t *rapid.T, d docx.Document, got []docx.Comment) {
	said := map[docx.Comment]int{}
	for _, c := range d.Comments {
		if _, _, isThere := d.Text.Find(c.CID); !isThere {
			c.CID = ""
		}
		said[docx.Comment{CID: c.CID, Text: c.Text}]++
	}
	for _, c := range got {
		said[c]--
	}
	for c, n := range said {
		if n != 0 {
			t.Fatalf("%+v is there %d times too often or too rarely", c, n)
		}
	}
}

func TestTheSameTextIsTheSameFile(t *testing.T) {
	text, err := prose.ParseMarkdown([]byte("# 목적 {#c000000000a}\n\n1. [하나](https://example.org) {#c000000000b}\n"))
	if err != nil {
		t.Fatal(err)
	}
	d := docx.Document{Title: "선언", Lang: "ko", Text: text, Comments: []docx.Comment{{CID: "c000000000a", Author: "하늘", At: time.Unix(0, 0), Text: "왜?"}}}
	if !bytes.Equal(written(t, d), written(t, d)) {
		t.Error("two files of one text differ")
	}
}

func TestAnErasedClauseKeepsItsPlace(t *testing.T) {
	file := written(t, docx.Document{Text: prose.Doc{Blocks: []prose.Block{{Node: prose.Clause, Level: 1, CID: "c000000000a"}}}, Erased: map[string]string{"c000000000a": "지워진 조항입니다."}})
	if found := flaws(file); len(found) > 0 {
		t.Error(found)
	}
	got := read(t, file).Text
	if len(got.Blocks) != 1 || got.Blocks[0].CID != "c000000000a" || got.Blocks[0].PlainText() != "지워진 조항입니다." {
		t.Errorf("%+v", got)
	}
}
