package prose_test

import (
	"fmt"
	"reflect"
	"strings"
	"syscall"
	"testing"
	"time"

	"pgregory.net/rapid"

	"madang/app/prose"
)

// outline tells a text in few words: a line for each block, with its marks as
// Markdown has them.
func outline(d prose.Doc) string {
	var lines []string
	numbers := d.Numbers()
	for _, b := range d.Blocks {
		lines = append(lines, outlineOf(b, numbers[b.CID]))
	}
	return strings.Join(lines, "\n")
}

func outlineOf(b prose.Block, number string) string {
	name := b.Node
	switch {
	case b.Kind == prose.Note:
		name = fmt.Sprint("note", b.Level)
	case b.Node == prose.Clause:
		name = number
	case b.Level > 0:
		name = fmt.Sprint(name, b.Level)
	case b.Order > 1:
		name = fmt.Sprint(name, b.Order)
	}
	var parts []string
	for _, s := range b.Inline {
		parts = append(parts, outlineSpan(s))
	}
	for _, child := range b.Children {
		parts = append(parts, "("+outlineOf(child, "")+")")
	}
	return strings.TrimSpace(name + " " + strings.Join(parts, ""))
}

func outlineSpan(s prose.Span) string {
	text := s.Text
	if s.Break {
		return "⏎"
	}
	if s.Footnote {
		return "⟦" + text + "⟧"
	}
	if s.Marks.Strong {
		text = "**" + text + "**"
	}
	if s.Marks.Em {
		text = "*" + text + "*"
	}
	if s.Marks.Href != "" {
		text = "[" + text + "](" + s.Marks.Href + ")"
	}
	return text
}

func TestMarkdownBecomesClauses(t *testing.T) {
	for _, c := range []struct{ name, source, want string }{
		{"nothing", " \n\n", ""},
		{"headings", "# 하나\n\n둘\n===\n\n###### Six", "heading1 하나\nheading1 둘\nheading4 Six"},
		{"a paragraph of two lines", "We listen\nand answer.", "paragraph We listen and answer."},
		{"hard breaks", "하나\\\n둘  \n셋<br>넷", "paragraph 하나⏎둘⏎셋⏎넷"},
		{"numbered clauses", "1. 하나\n2. 둘\n   1. 둘의 하나\n   2. 둘의 둘\n      1. 더\n         1. 끝\n3. 셋", "1 하나\n2 둘\n2.1 둘의 하나\n2.2 둘의 둘\n2.2.1 더\n2.2.2 끝\n3 셋"},
		{"clauses go on after a heading", "1. a\n\n## b\n\n2. c", "1 a\nheading2 b\n2 c"},
		{"more than words in a clause", "1. a\n\n   more\n\n   - item\n\n   > quote\n2. b", "1 a\nparagraph more\nbullet_list (list_item (paragraph item))\nblockquote (paragraph quote)\n2 b"},
		{"a clause without words", "1.\n2. b", "1\n2 b"},
		{"a number within a paragraph", "- a\n  3. b\n  4. c", "bullet_list (list_item (paragraph a 3. b 4. c))"},
		{"an ordered list in a list", "- a\n  1. b\n  2. c", "bullet_list (list_item (paragraph a)(ordered_list (list_item (paragraph b))(list_item (paragraph c))))"},
		{"an ordered list in a quote", "> 3. a", "blockquote (ordered_list3 (list_item (paragraph a)))"},
		{"a list that is one", "1. a\n2. b {.list}", "ordered_list (list_item (paragraph a))(list_item (paragraph b))"},
		{"clauses of all kinds", "Recalling {.preambular}\n\nA {.definition}\n\nA.1 {.definition2}\n\n1. Does\n2. Noting {.preambular}\n3. Asks\n\n그 뜻은 {.note}", "PP1 Recalling\nD1 A\nD1.1 A.1\n1 Does\nPP2 Noting\n2 Asks\nnote1 그 뜻은"},
		{"kinds where no clause can be", "# a {.note}\n\n- b {.definition}\n\nc {.operative}", "heading1 a {.note}\nbullet_list (list_item (paragraph b {.definition}))\nparagraph c {.operative}"},
		{"marks", "**강** *약* ***둘*** __a__ _b_", "paragraph **강** *약* ***둘*** **a** *b*"},
		{"marks by tags", "<b>강</b>은 <em>약</em>은 </b>plain", "paragraph **강**은 *약*은 plain"},
		{"links", "[하나](https://example.org/?a=1&amp;b=2 \"title\") <https://example.org> <a@example.org>", "paragraph [하나](https://example.org/?a=1&b=2) [https://example.org](https://example.org) [a@example.org](mailto:a@example.org)"},
		{"links that lead nowhere here", "[a](/statements) [b](#c) [c]() <ftp://example.org>", "paragraph a b c ftp://example.org"},
		{"definitions are words", "[주의]: 내용\n\n[주의]", "paragraph [주의]: 내용\nparagraph [주의]"},
		{"footnotes", "One[^a] two[^2].\n\n[^2]: The *second*,\nin two lines\n[^a]: The [first](https://example.org)", "paragraph One⟦The first⟧ two⟦The second, in two lines⟧."},
		{"a footnote in a list, asked for twice", "- a[^1]\n- b[^1]\n\n  [^1]: said", "bullet_list (list_item (paragraph a⟦said⟧))(list_item (paragraph b⟦said⟧))"},
		{"footnotes without another half", "a[^1]\n\n[^2]: nobody asks\n\n[^3]: a\n\n[^3]: b[^3]", "paragraph a[^1]\nparagraph [^2]: nobody asks\nparagraph [^3]: a\nparagraph [^3]: b[^3]"},
		{"code", "`a*b`\n\n```go\nx\n\n  y\n```\n\n    z\n", "paragraph a*b\nparagraph x⏎⏎  y\nparagraph z"},
		{"a picture", "![river](river.png)", "paragraph river"},
		{"a table", "| a | b |\n|---|---|\n| c | d |", "table (table_row (table_cell a)(table_cell b))(table_row (table_cell c)(table_cell d))"},
		{"a table behind words, with odd rows", "Words\n*a* | b \\| c\n:-: | --\nd\n| e | f | g |\n\nh", "paragraph Words\ntable (table_row (table_cell *a*)(table_cell b | c)(table_cell))(table_row (table_cell d)(table_cell)(table_cell))(table_row (table_cell e)(table_cell f)(table_cell g))\nparagraph h"},
		{"a table in a list", "- | a | b |\n  |---|---|\n  | c | d |", "bullet_list (list_item (paragraph a | b⏎c | d))"},
		{"no table", "a | b\n---|---|---\nc\n\n|---|", "paragraph a | b ---|---|--- c\nparagraph |---|"},
		{"a rule", "a\n\n---\n\nb", "paragraph a\nparagraph b"},
		{"references and escapes", "AT&amp;T &copy; \\*a\\* &lt;b&gt; &#10;c &nope;", "paragraph AT&T © *a* <b>  c &nope;"},
		{"line ends of old", "\uFEFF# a\r\n\r\nb\rc", "heading1 a\nparagraph b c"},
		{"an empty quote", ">", "blockquote (paragraph)"},
		{"an empty item", "-", "bullet_list (list_item (paragraph))"},
		{"nothing but a comment", "<!-- private -->\n\na", "paragraph a"},
		{"an empty paragraph", "- <!-- -->", "bullet_list (list_item (paragraph))"},
	} {
		d, err := prose.ParseMarkdown([]byte(c.source))
		if got := outline(d); err != nil || got != c.want {
			t.Errorf("%s: %v\n%s\nwant\n%s", c.name, err, got, c.want)
		}
	}
}

func TestIDsInMarkdownAreHonoured(t *testing.T) {
	d, err := prose.ParseMarkdown([]byte(`# Aims {#c000000000a}

One {#c000000000b}

Again {#c000000000b}

Wrong {#b000000000c}

Not the end {#c000000000d}.

\{#c000000000e}

1. Clause {#c000000000f}
2. - item {#c000000000g}

{#c000000000h}

> quote {#c000000000i}`))
	if err != nil {
		t.Fatal(err)
	}
	want := `heading1 Aims
paragraph One
paragraph Again {#c000000000b}
paragraph Wrong {#b000000000c}
paragraph Not the end {#c000000000d}.
paragraph {#c000000000e}
1 Clause
bullet_list (list_item (paragraph item))
paragraph
blockquote (paragraph quote)`
	if got := outline(d); got != want {
		t.Errorf("%s", got)
	}
	named := map[int]string{0: "a", 1: "b", 6: "f", 7: "g", 8: "h", 9: "i"}
	for i, b := range d.Blocks {
		if letter := named[i]; letter != "" && b.CID != "c000000000"+letter {
			t.Errorf("block %d has the id %s", i, b.CID)
		}
		if !prose.IsCID(b.CID) {
			t.Errorf("block %d has the id %q", i, b.CID)
		}
	}
}

func TestHostileMarkdownIsOnlyWords(t *testing.T) {
	for _, c := range []struct{ name, source, want string }{
		{"a script", "<script>alert(1)</script>", "paragraph alert(1)"},
		{"a script over lines", "a <script\nsrc=x>alert(1)</script> b", "paragraph a alert(1) b"},
		{"a picture that runs", `<img src=x onerror="alert(1)">말`, "paragraph 말"},
		{"a link that runs", "[a](javascript:alert(1))", "paragraph a"},
		{"in capitals", "[a](JaVaScRiPt:alert(1)) <JAVASCRIPT:alert(1)>", "paragraph a JAVASCRIPT:alert(1)"},
		{"by references", "[a](java&#115;cript:alert(1)) [b](&#x6A;avascript&colon;alert(1))", "paragraph a b"},
		{"by data", "[a](data:text/html;base64,PHNjcmlwdD4=) [b](vbscript:x)", "paragraph a b"},
		{"with a line within", "[a](<https:&#10;javascript:x>)", "paragraph a"},
		{"a tag that is none", "ask <the group> and </it>", "paragraph ask <the group> and </it>"},
		{"table cells", "<td>a</td><td>b</td>", "paragraph a b"},
		{"a nought", "a\x00b", "paragraph a\uFFFDb"},
		{"an instruction", "<?php x ?> <![CDATA[y]]> <!DOCTYPE z>", "paragraph <?php x ?> <![CDATA[y]]> <!DOCTYPE z>"},
	} {
		d, err := prose.ParseMarkdown([]byte(c.source))
		if got := outline(d); err != nil || got != c.want {
			t.Errorf("%s: %v\n%s\nwant\n%s", c.name, err, got, c.want)
		}
	}
}

func TestBytesThatAreNotUTF8AreRefused(t *testing.T) {
	for _, source := range []string{"\xb0\xa1", "a\xff", "\xed\xa0\x80", "가"[:2]} {
		_, err := prose.ParseMarkdown([]byte(source))
		wantCode(t, fmt.Sprintf("%q", source), err, "markdown.utf8")
	}
}

func TestAnyMarkdownBecomesATextThatComesBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lines := rapid.SliceOfN(rapid.Map(anyText(), func(s string) string { return s + "\n" }), 0, 8).Draw(t, "lines")
		first, err := prose.ParseMarkdown([]byte(strings.Join(lines, "")))
		if err != nil {
			t.Fatal(err)
		}
		second, err := prose.ParseMarkdown([]byte(first.Markdown()))
		if err != nil || !reflect.DeepEqual(first, second) {
			t.Fatalf("%v\n%s\nbecame\n%s", err, first.Markdown(), second.Markdown())
		}
	})
}

// Each is a megabyte of what parsers of Markdown have choked on.
func TestAMegabyteOfAnythingIsReadInTime(t *testing.T) {
	const size = 1 << 20
	for _, piece := range []string{
		"가나다 ", ">", "> ", "- ", "1. ", "[", "![", "[a](", "*a", "**a_", "`", "`a``", "<", "<!--", "<a ", "</", "&", "\\", "#", "~~~\n",
		"a\n\n", "- a\n", "1. 하나\n", ">\n", "[a]: b\n", "[a](b) ", "*a*", "<br>", "<b>", "\t", "|a", "]", "a\n=\n", "{#caaaaaaaaaa} ", "|\n|-\n", "a|b\n-|-\n", "|-", "a\n|-|\n",
	} {
		began := busy(t)
		source := strings.Repeat(piece, size/len(piece))
		d, err := prose.ParseMarkdown([]byte(source))
		if err != nil {
			t.Errorf("%q: %v", piece, err)
		}
		if took := busy(t) - began; took > 10*time.Second {
			t.Errorf("%q took %v for %d blocks", piece, took, len(d.Blocks))
		}
	}
}

// busy is how long this program's processors have worked. Unlike a clock it doesn't count
// what others on the machine do meanwhile.
func busy(t *testing.T) time.Duration {
	t.Helper()
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		t.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

func TestALongRowAboveManyShortOnesIsNotFilledUp(t *testing.T) {
	const size = 1 << 18
	source := strings.Repeat("|", size+1) + "\n" + strings.Repeat("|-", size) + "|\n" + strings.Repeat("|\n", size)
	d, err := prose.ParseMarkdown([]byte(source))
	if err != nil {
		t.Fatal(err)
	}
	if len(d.Blocks) != 1 || d.Blocks[0].Node != prose.TableBlock {
		t.Fatalf("the table was read as %d blocks", len(d.Blocks))
	}
	if got := len(d.Markdown()); got > 16*size {
		t.Errorf("%d bytes of Markdown come back as %d", len(source), got)
	}
}
