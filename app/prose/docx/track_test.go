package docx_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"madang/app/prose"
	"madang/app/prose/docx"
)

// plain is a text as its words alone.
func plain(d prose.Doc) string {
	var lines []string
	for _, b := range d.Blocks {
		lines = append(lines, fmt.Sprintf("%s%d%s %q", b.Node, b.Level, b.Kind, b.PlainText()))
	}
	return strings.Join(lines, "\n")
}

func noted(p prose.Proposal) string { return "note: " + string(p.Kind) + " " + p.Text }

func TestAnAmendmentIsReadBackAsTrackedChanges(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var base prose.Doc
		for i := range rapid.IntRange(1, 5).Draw(t, "blocks") {
			_, sent := anyBlock(t, rapid.SampledFrom([]string{prose.Paragraph, prose.Heading, prose.Clause}).Draw(t, "node"), 0)
			sent.Inline = slices.DeleteFunc(sent.Inline, func(s prose.Span) bool { return s.Footnote })
			if strings.TrimSpace(sent.PlainText()) == "" {
				sent.Inline = []prose.Span{{Text: "words"}}
			}
			sent.Kind, sent.CID = prose.Operative, fmt.Sprintf("c%010d", i)
			base.Blocks = append(base.Blocks, sent)
		}
		a := prose.Amendment{Name: "a"}
		for _, b := range base.Blocks {
			switch rapid.IntRange(0, 3).Draw(t, "does") {
			case 0:
				words := inXML(rapid.SampledFrom([]string{"새 ", "a new\nline ", "<b> ", ""}).Draw(t, "new"))
				text := words + b.PlainText() + words
				if text != b.PlainText() {
					a.Proposals = append(a.Proposals, prose.Proposal{Kind: prose.ProposeText, CID: b.CID, Base: b.PlainText(), Text: text})
				}
			case 1:
				a.Proposals = append(a.Proposals, prose.Proposal{Kind: prose.ProposeDeletion, CID: b.CID, Base: b.PlainText()})
			case 2:
				a.Proposals = append(a.Proposals, prose.Proposal{Kind: prose.ProposeClause, CID: prose.CIDOf(b.CID), After: b.CID, Node: prose.Clause,
					ClauseKind: rapid.SampledFrom(prose.Kinds).Draw(t, "kind"), Level: 2, Text: "새 조항 & more"})
			}
		}
		file := written(t, docx.Document{Lang: "ko", Text: base, Amendments: []docx.Amendment{{Author: "민호", At: time.Unix(1, 0), Proposals: a.Proposals, Note: noted}}})
		if problems := flaws(file); len(problems) > 0 {
			t.Fatalf("Word would complain: %v", problems)
		}
		got := read(t, file)
		if len(a.Proposals) == 0 {
			return
		}
		if got.Before == nil || plain(*got.Before) != plain(base) {
			t.Fatalf("with all changes rejected it is\n%v\nand not\n%s", got.Before, plain(base))
		}
		if plain(got.Text) != plain(base.Amend(a)) {
			t.Fatalf("with all changes accepted it is\n%s\nand not\n%s", plain(got.Text), plain(base.Amend(a)))
		}
	})
}

func documentPart(t *testing.T, file []byte, name string) string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	content, err := fs.ReadFile(z, name)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func TestWhatCannotBeTrackedIsACommentOfItsAuthor(t *testing.T) {
	text, err := prose.ParseMarkdown([]byte("1. Everybody may drink. {#c000000000a}\n2. Nobody sells. {#c000000000b}\n\n- a list {#c000000000c}\n"))
	if err != nil {
		t.Fatal(err)
	}
	reword := func(author, text string) docx.Amendment {
		return docx.Amendment{Author: author, Note: noted, Proposals: []prose.Proposal{{Kind: prose.ProposeText, CID: "c000000000a", Base: "Everybody may drink.", Text: text}}}
	}
	file := written(t, docx.Document{Text: text, Amendments: []docx.Amendment{
		reword("Minho", "Everybody must drink."), reword("Dani", "Everybody can drink."), reword("Eun", "Everybody may drink water."),
		{Author: "Sook", Note: noted, Proposals: []prose.Proposal{
			{Kind: prose.ProposeMove, CID: "c000000000b", Base: "Nobody sells.", After: prose.AtStart},
			{Kind: prose.ProposeText, CID: "c000000000c", Base: "a list", Text: "no list"},
		}},
	}})
	if problems := flaws(file); len(problems) > 0 {
		t.Fatal(problems)
	}
	got := read(t, file)
	if len(got.Text.Blocks) != 3 || got.Before == nil {
		t.Fatalf("%+v", got)
	}
	if words := got.Text.Blocks[0].PlainText(); words != "Everybody must drink water." {
		t.Errorf("both that don't meet are tracked: %q", words)
	}
	var said []string
	for _, c := range got.Comments {
		said = append(said, c.CID+" "+c.Text)
	}
	if want := []string{"c000000000a note: text Everybody can drink.", "c000000000b note: move ", "c000000000c note: text no list"}; !slices.Equal(said, want) {
		t.Errorf("%q", said)
	}
	if comments := documentPart(t, file, "word/comments.xml"); !strings.Contains(comments, `w:author="Dani"`) || strings.Contains(comments, "Minho") {
		t.Error(comments)
	}
}

func TestACommentHangsOnItsWords(t *testing.T) {
	text, err := prose.ParseMarkdown([]byte("1. 누구나 **마실 수** 있다. {#c000000000a}\n"))
	if err != nil {
		t.Fatal(err)
	}
	d := docx.Document{Text: text, Comments: []docx.Comment{
		{CID: "c000000000a", Author: "하늘", Start: 4, End: 8, Text: "왜?"}, {CID: "c000000000a", Author: "하늘", Start: 5, End: 99, Text: "beyond"},
	}}
	file := written(t, d)
	if problems := flaws(file); len(problems) > 0 {
		t.Fatal(problems)
	}
	body := documentPart(t, file, "word/document.xml")
	_, about, _ := strings.Cut(body, `<w:commentRangeStart w:id="1"/>`)
	about, _, _ = strings.Cut(about, `<w:commentRangeEnd w:id="1"/>`)
	if !strings.Contains(about, ">마실 수<") || strings.Contains(about, "누구나") || strings.Contains(about, "있다") {
		t.Errorf("it is about %s", about)
	}
	if got := read(t, file); len(got.Comments) != 2 || got.Text.Markdown() != text.Markdown() {
		t.Errorf("%+v", got)
	}
}

func TestFootnotesAreNotTrackedAndStay(t *testing.T) {
	text, err := prose.ParseMarkdown([]byte("1. Everybody[^1] may drink. {#c000000000a}\n2. Nobody sells. {#c000000000b}\n\n[^1]: All of us.\n"))
	if err != nil {
		t.Fatal(err)
	}
	noteless := text.Blocks[0]
	words := noteless.PlainText()
	propose := func(kind prose.ProposalKind, text string) docx.Amendment {
		return docx.Amendment{Author: "Minho", Note: noted, Proposals: []prose.Proposal{{Kind: kind, CID: "c000000000a", Base: words, Text: text}}}
	}
	file := written(t, docx.Document{Text: text, Amendments: []docx.Amendment{
		propose(prose.ProposeText, strings.Replace(words, "All of us", "Each", 1)), propose(prose.ProposeDeletion, ""),
		propose(prose.ProposeText, strings.Replace(words, "drink", "swim", 1)),
	}})
	if problems := flaws(file); len(problems) > 0 {
		t.Fatal(problems)
	}
	got := read(t, file)
	if got.Before == nil || got.Before.Markdown() != text.Markdown() || got.Text.Blocks[0].PlainText() != strings.Replace(words, "drink", "swim", 1) || len(got.Comments) != 2 {
		t.Errorf("%+v", got)
	}
}
