package prose_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"madang/app/prose"
)

// clauses is a text of clauses, each "id words".
func clauses(sources ...string) prose.Doc {
	var d prose.Doc
	for _, source := range sources {
		cid, text, _ := strings.Cut(source, " ")
		d.Blocks = append(d.Blocks, prose.Block{Node: prose.Clause, CID: cid, Level: 1, Inline: []prose.Span{span(text)}})
	}
	return d
}

// tell writes a comparison in short: "+" added, "-" removed, "~" moved, "!" changed.
func tell(c prose.Comparison) string {
	var told []string
	for _, clause := range c.Clauses {
		sign := ""
		for _, s := range []struct {
			is   bool
			sign string
		}{{clause.IsAdded(), "+"}, {clause.IsRemoved(), "-"}, {clause.Moved, "~"}, {clause.IsChanged(), "!"}} {
			if s.is {
				sign += s.sign
			}
		}
		told = append(told, sign+clause.CID)
	}
	return strings.Join(told, " ")
}

func TestReadersSeeWhatBecameOfEachClause(t *testing.T) {
	before := clauses("a 국가는 듣는다.", "b The State shall answer.", "c 셋", "d 넷", "e 다섯")
	for _, c := range []struct {
		name  string
		after prose.Doc
		want  string
	}{
		{"nothing", before, "a b c d e"},
		{"a clause is reworded", clauses("a 국가는 경청한다.", "b The State shall answer.", "c 셋", "d 넷", "e 다섯"), "!a b c d e"},
		{"the last one moves to the top", clauses("e 다섯", "a 국가는 듣는다.", "b The State shall answer.", "c 셋", "d 넷"), "~e a b c d"},
		{"one moves and is reworded", clauses("b The State shall answer.", "c 셋", "d 넷", "a 국가는 답한다.", "e 다섯"), "b c d ~!a e"},
		{"removed where it stood, before what came in", clauses("a 국가는 듣는다.", "b The State shall answer.", "x 새", "e 다섯"), "a b -c -d +x e"},
		{"removed at both ends", clauses("c 셋"), "-a -b c -d -e"},
		{"removed beside one that moved away", clauses("c 셋", "d 넷", "e 다섯", "a 국가는 듣는다."), "-b c d e ~a"},
		{"all removed", prose.Doc{}, "-a -b -c -d -e"},
	} {
		if got := tell(prose.Compare(before, c.after)); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestClausesWithoutAnIdOfTheirOwnAreKnownByTheirWords(t *testing.T) {
	for _, c := range []struct {
		name          string
		before, after prose.Doc
		want          string
	}{
		{"no ids", clauses(" 하나", " 둘", " 하나"), clauses(" 하나", " 하나", " 셋"), " -  +"},
		{"no ids and another order", clauses(" 하나", " 둘"), clauses(" 둘", " 하나"), " ~"},
		{"one id twice", clauses("a 하나", "a 둘", "b 셋"), clauses("a 하나", "b 셋", "a 둘"), "a b ~a"},
	} {
		if got := tell(prose.Compare(c.before, c.after)); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestReadersSeeWhichWordsOfAClauseChanged(t *testing.T) {
	equal := func(text string) prose.Run { return prose.Run{Kind: prose.Equal, Text: text} }
	deleted := func(text string) prose.Run { return prose.Run{Kind: prose.Deleted, Text: text} }
	inserted := func(text string) prose.Run { return prose.Run{Kind: prose.Inserted, Text: text} }
	for _, c := range []struct {
		name, before, after string
		want                []prose.Run
	}{
		{"nothing", "같다", "같다", []prose.Run{equal("같다")}},
		{"no words", "", "", nil},
		{"new words", "", "새 말", []prose.Run{inserted("새 말")}},
		{"a word with its particle", "국가는 생존자의 말을 듣는다.", "국가는 생존자들의 말을 듣는다.",
			[]prose.Run{equal("국가는 "), deleted("생존자의"), inserted("생존자들의"), equal(" 말을 듣는다.")}},
		{"words come in and change", "동의를 얻어 공개한다.", "당사자의 동의를 먼저 얻어 공개합니다.", []prose.Run{
			inserted("당사자의 "), equal("동의를"), inserted(" 먼저"), equal(" 얻어 "), deleted("공개한다"), inserted("공개합니다"), equal("."),
		}},
		{"an insertion", "We listen.", "We all listen.", []prose.Run{equal("We"), inserted(" all"), equal(" listen.")}},
		{"one wording, then the other", "They may hear us.", "They shall answer us.",
			[]prose.Run{equal("They "), deleted("may hear"), inserted("shall answer"), equal(" us.")}},
		{"two lines stay two", "하나\n둘", "첫째\n둘째",
			[]prose.Run{deleted("하나"), inserted("첫째"), equal("\n"), deleted("둘"), inserted("둘째")}},
	} {
		if got := prose.Runs(c.before, c.after); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestAChangeThatLeavesTheWordsIsSeen(t *testing.T) {
	linked := func(text, href string) prose.Span { return prose.Span{Text: text, Marks: prose.Marks{Href: href}} }
	named := func(b prose.Block) prose.Block { b.CID = "a"; return b }
	ordered := list(textBlock(prose.Paragraph, span("첫")))
	ordered.Node = prose.OrderedList
	fromThree := ordered
	fromThree.Order = 3
	heading := textBlock(prose.Heading, span("제목"))
	heading.Level = 1
	deeper := heading
	deeper.Level = 2
	for _, c := range []struct {
		name          string
		before, after prose.Block
		want          prose.ClauseChange
	}{
		{"another kind", textBlock(prose.Paragraph, span("제목")), heading, prose.ClauseChange{Retyped: true}},
		{"another kind of clause", prose.Block{Node: prose.Clause, Level: 1}, prose.Block{Node: prose.Clause, Kind: prose.Preambular, Level: 1}, prose.ClauseChange{Retyped: true}},
		{"another level", heading, deeper, prose.ClauseChange{Retyped: true}},
		{"a link leads elsewhere", textBlock(prose.Paragraph, linked("여기", "https://a.example")),
			textBlock(prose.Paragraph, linked("여기", "https://b.example")), prose.ClauseChange{Relinked: true, Rearranged: true}},
		{"a link is on other words", textBlock(prose.Paragraph, linked("여기", "https://a.example"), span("저기")),
			textBlock(prose.Paragraph, span("여기"), linked("저기", "https://a.example")), prose.ClauseChange{Rearranged: true}},
		{"a link within a list", list(textBlock(prose.Paragraph, linked("여기", "https://a.example"))),
			list(textBlock(prose.Paragraph, span("여기"))), prose.ClauseChange{Relinked: true, Rearranged: true}},
		{"emphasis", textBlock(prose.Paragraph, span("말")), textBlock(prose.Paragraph, strong("말")), prose.ClauseChange{Rearranged: true}},
		{"an item goes into a quote", list(quote(textBlock(prose.Paragraph, span("말")))),
			list(textBlock(prose.Paragraph, span("말"))), prose.ClauseChange{Rearranged: true}},
		{"a list counts from three", ordered, fromThree, prose.ClauseChange{Rearranged: true}},
	} {
		before, after := prose.Doc{Blocks: []prose.Block{named(c.before)}}, prose.Doc{Blocks: []prose.Block{named(c.after)}}
		got := prose.Compare(before, after).Clauses[0]
		seen := prose.ClauseChange{Moved: got.Moved, Reworded: got.Reworded, Retyped: got.Retyped, Relinked: got.Relinked, Rearranged: got.Rearranged}
		if !reflect.DeepEqual(seen, c.want) || !got.IsChanged() {
			t.Errorf("%s: %+v", c.name, seen)
		}
	}
}

// anyEdited draws a text and another with clauses of it, reworded, moved, gone, new.
func anyEdited(t *rapid.T) (before, after prose.Doc) {
	before = anyDoc().Draw(t, "before")
	for _, b := range rapid.Permutation(before.Blocks).Draw(t, "order") {
		switch rapid.IntRange(0, 3).Draw(t, "fate") {
		case 0:
			b = b.WithPlainText(anyWords().Draw(t, "words"))
		case 1:
			b.CID = "c" + strings.Repeat("x", len(after.Blocks)+1)
		case 2:
			continue
		}
		after.Blocks = append(after.Blocks, b)
	}
	if rapid.Bool().Draw(t, "nameless") && len(after.Blocks) > 0 {
		after.Blocks[0].CID = ""
	}
	return before, after
}

func TestTheLawsOfComparingHold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		before, after := anyEdited(t)
		for _, d := range []prose.Doc{before, after} {
			if same := prose.Compare(d, d); same.HasChanges() || len(same.Clauses) != len(d.Blocks) {
				t.Fatalf("a text differs from itself: %s", tell(same))
			}
		}
		c := prose.Compare(before, after)
		wantPlaces(t, c, func(clause prose.ClauseChange) int { return clause.To }, len(after.Blocks))
		for _, clause := range c.Clauses {
			wantText(t, clause.Before.PlainText(), clause.Runs, prose.Deleted)
			wantText(t, clause.After.PlainText(), clause.Runs, prose.Inserted)
			if clause.From >= 0 && !reflect.DeepEqual(clause.Before, before.Blocks[clause.From]) {
				t.Fatalf("%+v is not what stood at %d", clause.Before, clause.From)
			}
			if clause.To >= 0 && !reflect.DeepEqual(clause.After, after.Blocks[clause.To]) {
				t.Fatalf("%+v is not what stands at %d", clause.After, clause.To)
			}
		}
		slices.SortFunc(c.Clauses, func(a, b prose.ClauseChange) int { return a.From - b.From })
		wantPlaces(t, c, func(clause prose.ClauseChange) int { return clause.From }, len(before.Blocks))
	})
}

// wantPlaces fails unless the places are all that there are, in order.
func wantPlaces(t *rapid.T, c prose.Comparison, place func(prose.ClauseChange) int, n int) {
	t.Helper()
	next := 0
	for _, clause := range c.Clauses {
		if at := place(clause); at >= 0 && at != next {
			t.Fatalf("place %d comes where %d should", at, next)
		} else if at >= 0 {
			next++
		}
	}
	if next != n {
		t.Fatalf("%d clauses of %d", next, n)
	}
}

// wantText fails unless the equal runs and those of the kind are the text.
func wantText(t *rapid.T, want string, runs []prose.Run, kind prose.RunKind) {
	t.Helper()
	var text strings.Builder
	for _, r := range runs {
		if r.Kind == prose.Equal || r.Kind == kind {
			text.WriteString(r.Text)
		}
	}
	if text.String() != want {
		t.Fatalf("%q, want %q", text.String(), want)
	}
}

// Brute force: of all choices of clauses that could have stayed, one with the most.
func TestTheFewestClausesAreCalledMoved(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 9).Draw(t, "n")
		var before prose.Doc
		for i := range n {
			before.Blocks = append(before.Blocks, clauses(fmt.Sprintf("c%d 말", i)).Blocks...)
		}
		after := prose.Doc{Blocks: rapid.Permutation(before.Blocks).Draw(t, "order")}
		c := prose.Compare(before, after)
		var stayed []int
		for _, clause := range c.Clauses {
			if !clause.Moved {
				stayed = append(stayed, clause.From)
			}
		}
		if !slices.IsSorted(stayed) {
			t.Fatalf("%s: those not called moved are not in order", tell(c))
		}
		var order []int
		for _, clause := range c.Clauses {
			order = append(order, clause.From)
		}
		if most := mostInOrder(order); len(stayed) != most {
			t.Fatalf("%s: %d stayed, %d could have", tell(c), len(stayed), most)
		}
	})
}

func mostInOrder(order []int) int {
	most := 0
	for chosen := range 1 << len(order) {
		var some []int
		for i, n := range order {
			if chosen>>i&1 == 1 {
				some = append(some, n)
			}
		}
		if slices.IsSorted(some) {
			most = max(most, len(some))
		}
	}
	return most
}

var vocabulary = strings.Fields(`국가는 생존자의 말을 먼저 듣고 기록하며 그 뜻에 따라 답한다 모든 사람은 존엄과 권리에 있어 평등하다
	the State shall hear survivors first and keep what they say in their own words so that nobody has to tell it twice of a to`)

// norm is a text of 300 clauses and 500 kB.
func norm(random *rand.Rand) prose.Doc {
	var d prose.Doc
	for i := range 300 {
		var text strings.Builder
		for text.Len() < 500_000/300 {
			fmt.Fprintf(&text, "%s%d ", vocabulary[random.IntN(len(vocabulary))], random.IntN(40))
		}
		d.Blocks = append(d.Blocks, clauses(fmt.Sprintf("c%d %s", i, text.String())).Blocks...)
	}
	return d
}

// redraft changes every nth word of every mth clause and moves every 20th.
func redraft(d prose.Doc, nthWord, mthClause int) prose.Doc {
	out := prose.Doc{Blocks: slices.Clone(d.Blocks)}
	for i := 0; i < len(out.Blocks); i += mthClause {
		fields := strings.Fields(out.Blocks[i].PlainText())
		for k := 0; k < len(fields); k += nthWord {
			fields[k] = vocabulary[(i+k)%len(vocabulary)]
		}
		out.Blocks[i].Inline = []prose.Span{span(strings.Join(fields, " "))}
	}
	for i := 0; i < len(out.Blocks); i += 20 {
		b := out.Blocks[i]
		out.Blocks = slices.Insert(slices.Delete(out.Blocks, i, i+1), (i*7)%len(d.Blocks), b)
	}
	return out
}

func BenchmarkCompare300(b *testing.B) {
	random := rand.New(rand.NewPCG(3, 4))
	before := norm(random)
	for _, c := range []struct {
		name  string
		after prose.Doc
	}{
		{"nothing", before},
		{"a tenth of the clauses", redraft(before, 10, 10)},
		{"every clause", redraft(before, 10, 1)},
		{"every second word", redraft(before, 2, 1)},
		{"every word", redraft(before, 1, 1)},
		{"written anew", norm(random)},
	} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				prose.Compare(before, c.after)
			}
		})
	}
}
