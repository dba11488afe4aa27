package statement

import (
	"strings"
	"testing"

	"madang/app/prose"
)

func spans(text string) []prose.Span { return []prose.Span{{Text: text}} }

func TestAClauseIsReadWithItsNumberAndMarks(t *testing.T) {
	for _, c := range []struct {
		name   string
		block  prose.Block
		number string
		shown  string
	}{
		{"a heading stands below the page's title", prose.Block{Node: prose.Heading, Level: 1, Inline: spans("Aims")}, "", "<h2>Aims</h2>"},
		{"a numbered clause", prose.Block{Node: prose.Clause, Level: 2, Inline: spans("Ask.")}, "1.1",
			`<p class="operative"><span class="operative-number">1.1 </span>Ask.</p>`},
		{"marks", prose.Block{Node: prose.Paragraph, Inline: []prose.Span{
			{Text: "a", Marks: prose.Marks{Strong: true, Em: true}}, {Break: true},
			{Text: "b", Marks: prose.Marks{Href: "https://example.org/?a=1&b=2"}},
		}}, "", `<p><strong><em>a</em></strong><br><a href="https://example.org/?a=1&amp;b=2" rel="noreferrer nofollow">b</a></p>`},
		{"a list that goes on from three", prose.Block{Node: prose.OrderedList, Order: 3, Children: []prose.Block{
			{Node: prose.ListItem, Children: []prose.Block{{Node: prose.Paragraph, Inline: spans("c")}}},
		}}, "", `<ol start="3"><li><p>c</p></li></ol>`},
		{"a footnote, by itself", prose.Block{Node: prose.Paragraph, Inline: []prose.Span{
			{Text: "a"}, {Footnote: true, Text: "See https://example.org/<b>, 각주"},
		}}, "", `<p>a<small class="footnote" data-units="34"> [See <a href="https://example.org/" rel="noreferrer nofollow">https://example.org/</a>&lt;b&gt;, 각주]</small></p>`},
		{"a table with a short row", prose.Block{Node: prose.TableBlock}.WithPlainText("Right | Source\nTruth"), "",
			`<div class="table-wrap" tabindex="0"><table><thead><tr><th scope="col">Right</th><th scope="col">Source</th></tr></thead>` +
				`<tbody><tr><td>Truth</td><td></td></tr></tbody></table></div>`},
		{"a quotation", prose.Block{Node: prose.Blockquote, Children: []prose.Block{{Node: prose.Paragraph, Inline: spans("q")}}}, "",
			"<blockquote><p>q</p></blockquote>"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := Body(c.block, c.number); got != c.shown {
				t.Errorf("got %s\nwant %s", got, c.shown)
			}
		})
	}
}

func TestWhatPeopleWriteStaysText(t *testing.T) {
	attack := `'"><script>alert(1)</script>`
	for _, b := range []prose.Block{
		{Node: prose.Paragraph, Inline: spans(attack)},
		{Node: prose.Heading, Level: 1, Inline: spans(attack)},
		{Node: prose.Clause, Level: 1, Inline: spans(attack)},
		{Node: prose.Paragraph, Inline: []prose.Span{{Text: "x", Marks: prose.Marks{Href: attack}}}},
		{Node: attack, Inline: spans(attack)},
	} {
		if shown := Body(b, attack); strings.Contains(shown, "<script") || strings.Contains(shown, `'"`) {
			t.Errorf("%+v is shown as %s", b, shown)
		}
	}
}

func TestFootnotesAreNumberedThroughTheText(t *testing.T) {
	note := func(text string) []prose.Span { return []prose.Span{{Text: "w"}, {Footnote: true, Text: text}} }
	r := Render(prose.Doc{Blocks: []prose.Block{
		{Node: prose.Clause, CID: "c000000000a", Level: 1, Inline: note("one")},
		{Node: prose.Blockquote, CID: "c000000000b", Children: []prose.Block{{Node: prose.Paragraph, Inline: note("two")}}},
	}})
	if len(r.Footnotes) != 2 || r.Footnotes[1] != (Footnote{No: 2, HTML: "two"}) {
		t.Errorf("%+v", r.Footnotes)
	}
	if want := `<a role="doc-noteref" id="fnref-2" href="#fn-2">2</a>`; !strings.Contains(r.Clauses[1].HTML, want) {
		t.Errorf("%s", r.Clauses[1].HTML)
	}
	if alone := r.Clauses[1].Alone; strings.Contains(alone, "href") || !strings.Contains(alone, "[two]") {
		t.Errorf("by itself: %s", alone)
	}
}

func TestTheOutlineListsHeadingsOrElseNumberedClauses(t *testing.T) {
	withHeadings := prose.Doc{Blocks: []prose.Block{
		{Node: prose.Heading, CID: "c000000000a", Level: 1, Inline: spans("Aims")},
		{Node: prose.Clause, CID: "c000000000b", Level: 1, Inline: spans("Ask.")},
	}}
	without := prose.Doc{Blocks: withHeadings.Blocks[1:]}
	if o := Render(withHeadings).Outline; len(o) != 1 || o[0].Text != "Aims" {
		t.Errorf("with headings the outline is %+v", o)
	}
	if o := Render(without).Outline; len(o) != 1 || o[0].Text != "1 Ask." {
		t.Errorf("without headings the outline is %+v", o)
	}
}

func TestAStatementNobodyHasWrittenInIsEmpty(t *testing.T) {
	blank := prose.Doc{Blocks: []prose.Block{{Node: prose.Paragraph, CID: "c000000000a"}}}
	if r := Render(blank); len(r.Clauses) != 0 {
		t.Errorf("an empty paragraph is shown as %+v", r.Clauses)
	}
	started := prose.Doc{Blocks: []prose.Block{{Node: prose.Paragraph, CID: "c000000000a", Inline: spans("So")}}}
	if _, ok := Render(started).Find("c000000000a"); !ok {
		t.Error("a first word isn't shown")
	}
}

func TestAnExcerptEndsWithAWholeWordWhereOneIsNear(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"short", "short"},
		{"one two three", "one two…"},
		{"가나다 라마바사아자차카", "가나다 라마바사아자차…"},
		{"  much \n space ", "much space"},
	} {
		if got := Excerpt(c.text, 11); got != c.want {
			t.Errorf("Excerpt(%q) = %q, want %q", c.text, got, c.want)
		}
	}
}
