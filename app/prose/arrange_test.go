package prose_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"madang/app"
	"madang/app/prose"
)

func TestABlankLineSplitsAClause(t *testing.T) {
	for _, c := range []struct{ base, text, first, second string }{
		{"One two three.", "One two\n\nthree.", "One two", "three."},
		{"One two three.", "One two \n\n three.", "One two", "three."},
		{"하나둘", "하나\n\n둘", "하나", "둘"},
		{"a\n\nb c", "a\n\nb\n\nc", "a\n\nb", "c"},
		{" a b ", " a\n\nb ", " a", "b "},
		{"One two three.", "One two three.", "", ""},
		{"One two three.", "\n\nOne two three.", "", ""},
		{"One two three.", "One two three.\n\n", "", ""},
		{"One two three.", "One two\n\nthree!", "", ""},
		{"One two three.", "One\n\ntwo\n\nthree.", "", ""},
		{"a\n\nb", "a\n\nb", "", ""},
	} {
		from, to, ok := prose.SplitAt(c.base, c.text)
		if ok != (c.first != "") {
			t.Errorf("%q into %q: %v", c.base, c.text, ok)
			continue
		}
		if ok && (c.base[:from] != c.first || c.base[to:] != c.second) {
			t.Errorf("%q into %q and %q", c.base, c.base[:from], c.base[to:])
		}
	}
}

func threeClauses() prose.Doc {
	return prose.Doc{Blocks: []prose.Block{
		prose.Block{Node: prose.Clause, CID: "caaaaaaaaaa", Level: 1, Inline: []prose.Span{{Text: "One "}, {Text: "two", Marks: prose.Marks{Strong: true}}, {Text: " three."}}},
		prose.Block{Node: prose.Clause, CID: "cbbbbbbbbbb", Level: 2}.WithPlainText("Four."),
		prose.Block{Node: prose.BulletList, CID: "cdddddddddd", Children: []prose.Block{{Node: prose.ListItem, Children: []prose.Block{prose.Block{Node: prose.Paragraph}.WithPlainText("x")}}}},
	}}
}

func ids(d prose.Doc) string {
	var list []string
	for _, b := range d.Blocks {
		list = append(list, b.CID[1:2])
	}
	return strings.Join(list, "")
}

func TestClausesAreMovedSplitAndMerged(t *testing.T) {
	for name, c := range map[string]struct {
		edit prose.Edit
		want string
	}{
		"to the start":  {prose.Edit{Kind: prose.MoveClause, CID: "cbbbbbbbbbb", After: prose.AtStart}, "bad"},
		"to the end":    {prose.Edit{Kind: prose.MoveClause, CID: "caaaaaaaaaa", After: "cdddddddddd"}, "bda"},
		"to its place":  {prose.Edit{Kind: prose.MoveClause, CID: "cbbbbbbbbbb", After: "caaaaaaaaaa"}, "abd"},
		"behind itself": {prose.Edit{Kind: prose.MoveClause, CID: "cbbbbbbbbbb", After: "cbbbbbbbbbb"}, "abd"},
		"split":         {prose.Edit{Kind: prose.SplitClause, CID: "caaaaaaaaaa", Base: "One two three.", Text: "One two\n\nthree.", Blocks: []prose.Block{{CID: "czzzzzzzzzz"}}}, "azbd"},
		"merged":        {prose.Edit{Kind: prose.MergeClause, CID: "cbbbbbbbbbb", After: "caaaaaaaaaa", Base: "Four."}, "ad"},
	} {
		after, conflicts, _, err := prose.Apply(threeClauses(), []prose.Edit{c.edit})
		if err != nil || len(conflicts) > 0 || ids(after) != c.want {
			t.Errorf("%s: %s, %v, %v", name, ids(after), conflicts, err)
		}
		if err := prose.Check(after); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	after, _, _, _ := prose.Apply(threeClauses(), []prose.Edit{{Kind: prose.SplitClause, CID: "caaaaaaaaaa", Base: "One two three.", Text: "One tw\n\no three.", Blocks: []prose.Block{{CID: "czzzzzzzzzz"}}}})
	if got := after.Markdown(); !strings.Contains(got, "One **tw**") || !strings.Contains(got, "**o** three.") {
		t.Errorf("the marks are lost:\n%s", got)
	}
}

func TestArrangingWhatHasChangedIsRefused(t *testing.T) {
	for code, edit := range map[string]prose.Edit{
		"not_found":     {Kind: prose.MoveClause, CID: "czzzzzzzzzz", After: prose.AtStart},
		"clause.target": {Kind: prose.MoveClause, CID: "caaaaaaaaaa", After: "czzzzzzzzzz"},
		"clause.split":  {Kind: prose.SplitClause, CID: "caaaaaaaaaa", Base: "One two three.", Text: "One two three.", Blocks: []prose.Block{{CID: "czzzzzzzzzz"}}},
	} {
		if _, _, _, err := prose.Apply(threeClauses(), []prose.Edit{edit}); err == nil || err.(*app.Error).Code != code {
			t.Errorf("%v, want %s", err, code)
		}
	}
	for _, edit := range []prose.Edit{
		{Kind: prose.SplitClause, CID: "caaaaaaaaaa", Base: "One two.", Text: "One\n\ntwo."},
		{Kind: prose.MergeClause, CID: "cbbbbbbbbbb", After: "caaaaaaaaaa", Base: "Five."},
	} {
		if _, conflicts, _, err := prose.Apply(threeClauses(), []prose.Edit{edit}); err != nil || len(conflicts) != 1 {
			t.Errorf("%+v: %v, %v", edit, conflicts, err)
		}
	}
	for _, edit := range []prose.Edit{
		{Kind: prose.MergeClause, CID: "cbbbbbbbbbb", After: "cdddddddddd", Base: "Four."},
		{Kind: prose.MergeClause, CID: "caaaaaaaaaa", After: "", Base: "One two three."},
		{Kind: prose.MergeClause, CID: "cdddddddddd", After: "cbbbbbbbbbb", Base: "x"},
	} {
		if _, _, _, err := prose.Apply(threeClauses(), []prose.Edit{edit}); app.KindOf(err) != app.KindGone {
			t.Errorf("%+v: %v", edit, err)
		}
	}
}

func TestWhatIsSplitAndMergedReadsAsBefore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOfN(rapid.StringMatching(`[a-z가-힣😀]{1,4}`), 2, 8).Draw(t, "words")
		at := rapid.IntRange(1, len(words)-1).Draw(t, "at")
		base := strings.Join(words, " ")
		doc := prose.Doc{Blocks: []prose.Block{prose.Block{Node: prose.Clause, CID: "caaaaaaaaaa", Level: 1}.WithPlainText(base)}}
		second := strings.Join(words[at:], " ")
		after, conflicts, _, err := prose.Apply(doc, []prose.Edit{
			{Kind: prose.SplitClause, CID: "caaaaaaaaaa", Base: base, Text: strings.Join(words[:at], " ") + "\n\n" + second, Blocks: []prose.Block{{CID: "cbbbbbbbbbb"}}},
			{Kind: prose.MergeClause, CID: "cbbbbbbbbbb", After: "caaaaaaaaaa", Base: second},
		})
		if err != nil || len(conflicts) > 0 || prose.Compare(doc, after).HasChanges() {
			t.Fatalf("%q became %q, %v, %v", base, after.Markdown(), conflicts, err)
		}
	})
}
