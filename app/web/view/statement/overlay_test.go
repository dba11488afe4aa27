package statement

import (
	"html"
	"math/rand/v2"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"madang/app"
	"madang/app/prose"
)

var (
	tag   = regexp.MustCompile(`<[^>]*>`)
	aside = regexp.MustCompile(`<span class="visually-hidden"[^>]*>[^<]*</span>|<span class="words-links".*?</span>`)
	added = regexp.MustCompile(`<ins>.*?</ins>`)
	gone  = regexp.MustCompile(`<del>.*?</del>`)
)

// wordsIn is what somebody reads who sees no marks.
func wordsIn(shown string) string {
	return html.UnescapeString(tag.ReplaceAllString(aside.ReplaceAllString(shown, ""), ""))
}

// say stands for the sentences of a page.
func say(key string, _ ...any) string { return key }

func clauseOf(t *testing.T, markdown string) Clause {
	t.Helper()
	doc, err := prose.ParseMarkdown([]byte(markdown))
	if err != nil {
		t.Fatal(err)
	}
	return Render(doc).Clauses[0]
}

func TestMarkedWordsAreThoseOfThePlainTextWhateverTheyStandIn(t *testing.T) {
	for _, c := range []struct{ markdown, words string }{
		{"One **strong *word* and** others", "word and oth"},
		{"어제 👍 **오늘** 내일", "👍 오늘 내"},
		{"- first\n- second item\n- third", "cond item"},
		{"| a | b |\n|---|---|\n| c d | e f |", "d | e"},
		{"> quoted here\n>\n> and there", "and"},
	} {
		clause := clauseOf(t, c.markdown)
		plain := clause.block.PlainText()
		before, _, _ := strings.Cut(plain, c.words)
		start := unitsOf(prose.Span{Text: before})
		shown := clause.HTMLWith("en", say, Overlay{Marks: []Mark{{Thread: "t", Start: start, End: start + unitsOf(prose.Span{Text: c.words})}}})
		var marked strings.Builder
		for _, piece := range regexp.MustCompile(`<mark.*?</mark>`).FindAllString(shown, -1) {
			marked.WriteString(wordsIn(piece))
		}
		if got, want := marked.String(), strings.ReplaceAll(c.words, " | ", ""); got != want {
			t.Errorf("%q: marked %q, want %q", c.markdown, got, want)
		}
		if n := strings.Count(shown, `id="words-t"`); n != 1 {
			t.Errorf("%q: %d ways to the thread", c.markdown, n)
		}
	}
}

func TestAnAmendmentInTheTextReadsAsBothWordingsAndNothingIsLost(t *testing.T) {
	dice := rand.New(rand.NewPCG(1, 2))
	vocabulary := strings.Fields("모든 사람은 free to speak 👍 and <hear> & 듣는다 whoever")
	sentence := func() string {
		words := make([]string, 3+dice.IntN(12))
		for i := range words {
			words[i] = vocabulary[dice.IntN(len(vocabulary))]
		}
		return strings.Join(words, " ")
	}
	for range 500 {
		block := prose.Block{Node: prose.Paragraph, CID: "c0000000001"}.WithPlainText(sentence())
		clause := Render(prose.Doc{Blocks: []prose.Block{block}}).Clauses[0]
		before, after := block.PlainText(), sentence()
		over := Overlay{Edits: EditsOf(before, after)}
		units := unitsOf(prose.Span{Text: before})
		for i := range dice.IntN(4) {
			start := dice.IntN(units)
			over.Marks = append(over.Marks, Mark{Thread: app.ID("t" + strconv.Itoa(i)), Start: start, End: start + 1 + dice.IntN(units-start)})
		}
		shown := clause.HTMLWith("en", say, over)
		if got := wordsIn(added.ReplaceAllString(shown, "")); got != before {
			t.Fatalf("without what is added it reads\n%q, want\n%q\n%s", got, before, shown)
		}
		if got := wordsIn(gone.ReplaceAllString(shown, "")); got != after {
			t.Fatalf("without what is removed it reads\n%q, want\n%q\n%s", got, after, shown)
		}
	}
}

func TestTheCardOfAnAmendmentIsShort(t *testing.T) {
	long := strings.Repeat("모두가 말한다 and hears ", 40)
	var read strings.Builder
	for _, run := range shortened(prose.Runs(long+"old "+long+"one", long+"new "+long+"two")) {
		read.WriteString(run.Text)
	}
	if got := []rune(read.String()); len(got) > 200 || !strings.Contains(read.String(), "old") || !strings.Contains(read.String(), "two") {
		t.Errorf("the card reads %q", read.String())
	}
}
