package prose_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf16"

	"pgregory.net/rapid"

	"madang/app/prose"
)

const (
	anchorText = "Every survivor has the right to be heard, in the words and at the time of their own choosing, before any decision is made."
	secondText = "모든 생존자는 어떤 결정이 내려지기 전에 스스로 고른 말과 때에 자신의 이야기를 들려줄 권리를 가진다."
)

func anchored(t testing.TB, d prose.Doc, cid, quote string) prose.Anchor {
	t.Helper()
	block, _, _ := d.Find(cid)
	before, _, ok := strings.Cut(block.PlainText(), quote)
	if !ok {
		t.Fatalf("%q isn't in %q", quote, block.PlainText())
	}
	start := unitsOf(before)
	a, ok := prose.NewAnchor(d, prose.Passage{CID: cid, Start: start, End: start + unitsOf(quote)})
	if !ok || a.Quote != quote {
		t.Fatalf("%+v, %v", a, ok)
	}
	return a
}

func unitsOf(text string) int { return len(utf16.Encode([]rune(text))) }

// plainClauses is a text of plain clauses, given as id and words in turn.
func plainClauses(parts ...string) prose.Doc {
	var d prose.Doc
	for i := 0; i+1 < len(parts); i += 2 {
		b := prose.Block{Node: prose.Clause, Level: 1, CID: parts[i]}
		d.Blocks = append(d.Blocks, b.WithPlainText(parts[i+1]))
	}
	return d
}

func TestWordsAreFoundAgain(t *testing.T) {
	const quote = "the words and at the time of their own choosing"
	made := anchored(t, plainClauses("cfirst00000", anchorText, "csecond0000", secondText), "cfirst00000", quote)
	reworded := strings.Replace(anchorText, "words and at the time", "language and at the moment", 1)
	head, tail, _ := strings.Cut(anchorText, "in the words")
	for name, c := range map[string]struct {
		now   prose.Doc
		live  prose.Live
		state prose.AnchorState
		cid   string
		words string
	}{
		"untouched":               {now: plainClauses("cfirst00000", anchorText), state: prose.AnchorExact, cid: "cfirst00000", words: quote},
		"written before it":       {now: plainClauses("cfirst00000", "In all places, "+anchorText), state: prose.AnchorExact, cid: "cfirst00000", words: quote},
		"clause moved up":         {now: plainClauses("csecond0000", secondText, "cfirst00000", anchorText), state: prose.AnchorExact, cid: "cfirst00000", words: quote},
		"split off":               {now: plainClauses("cfirst00000", head, "cthird00000", "in the words"+tail), state: prose.AnchorMoved, cid: "cthird00000", words: quote},
		"split off at its start":  {now: plainClauses("cfirst00000", head+"in", "cthird00000", strings.TrimPrefix("in the words"+tail, "in ")), state: prose.AnchorMoved, cid: "cthird00000", words: quote},
		"merged into another":     {now: plainClauses("csecond0000", secondText+" "+anchorText), state: prose.AnchorMoved, cid: "csecond0000", words: quote},
		"reworded":                {now: plainClauses("cfirst00000", reworded), state: prose.AnchorChanged, cid: "cfirst00000", words: "the language and at the moment of their own choosing"},
		"reworded and moved":      {now: plainClauses("csecond0000", secondText+" "+reworded), state: prose.AnchorChanged, cid: "csecond0000", words: "the language and at the moment of their own choosing"},
		"deleted":                 {now: plainClauses("cfirst00000", strings.Replace(anchorText, quote, "peace", 1)), state: prose.AnchorOrphaned, cid: "cfirst00000"},
		"gone with its clause":    {now: plainClauses("csecond0000", secondText), state: prose.AnchorOrphaned},
		"nothing is left":         {state: prose.AnchorOrphaned},
		"known by its characters": {now: plainClauses("cfirst00000", "She may say that whenever."), live: prose.Live{Passage: prose.Passage{CID: "cfirst00000", Start: 8, End: 16}, Stands: true}, state: prose.AnchorChanged, cid: "cfirst00000", words: "say that"},
	} {
		t.Run(name, func(t *testing.T) {
			found := prose.NewFinder(c.now).Resolve(made, c.live)
			if found.State != c.state || found.CID != c.cid || found.Now != c.words {
				t.Errorf("%+v", found)
			}
		})
	}
}

func TestOfWordsThatStandTwiceThoseAreMeantThatStoodThere(t *testing.T) {
	d := plainClauses("cfirst00000", "the right to peace, the right to be heard and the right to rest")
	second := strings.Index("the right to peace, the right to be heard and the right to rest", "the right to be")
	made, _ := prose.NewAnchor(d, prose.Passage{CID: "cfirst00000", Start: second, End: second + len("the right")})
	now := plainClauses("cfirst00000", "Here we name the right to know, the right to peace, the right to be heard and the right to rest")
	found := prose.NewFinder(now).Resolve(made, prose.Live{})
	if text := now.Blocks[0].PlainText(); found.State != prose.AnchorExact || !strings.HasPrefix(text[found.Start:], "the right to be heard") {
		t.Errorf("%+v", found)
	}
	gone := plainClauses("cfirst00000", "the right to peace, and also many other and quite different things that nobody had thought of: the right")
	found = prose.NewFinder(gone).Resolve(anchored(t, plainClauses("cfirst00000", "Nobody may be held for what they said to the commission; that is so"), "cfirst00000", "so"), prose.Live{})
	if found.State != prose.AnchorOrphaned {
		t.Errorf("two letters somewhere else were taken for those that are gone: %+v", found)
	}
}

// Whoever takes a deletion back types the words anew: other characters, beside what is
// left between the former ones.
func TestWordsThatStandBesideTheirPlaceAreThose(t *testing.T) {
	const quote = "Every survivor has the right"
	made := anchored(t, plainClauses("cfirst00000", anchorText), "cfirst00000", quote)
	live := prose.Live{Passage: prose.Passage{CID: "cfirst00000", Start: 0, End: 2}, Stands: true}
	found := prose.NewFinder(plainClauses("cfirst00000", "E."+anchorText)).Resolve(made, live)
	if found.State != prose.AnchorExact || found.Start != 2 {
		t.Errorf("%+v", found)
	}
}

func TestACharacterOfTwoUnitsIsNeverCut(t *testing.T) {
	d := plainClauses("cfirst00000", strings.Repeat("x", 5)+strings.Repeat("👍", 60))
	made, ok := prose.NewAnchor(d, prose.Passage{CID: "cfirst00000", Start: 46, End: 50})
	if !ok || made.Quote != "👍👍👍" || made.Start != 45 || made.End != 51 {
		t.Fatalf("%+v", made)
	}
	if made.Prefix != strings.Repeat("👍", 16) || made.Suffix != strings.Repeat("👍", 16) {
		t.Errorf("%q, %q", made.Prefix, made.Suffix)
	}
	odd, _ := prose.NewAnchor(d, prose.Passage{CID: "cfirst00000", Start: 4, End: 5})
	if odd.Suffix != strings.Repeat("👍", 16) || odd.Prefix != "xxxx" {
		t.Errorf("%+v", odd)
	}
	live := prose.Live{Passage: prose.Passage{CID: "cfirst00000", Start: 8, End: 10}, Stands: true}
	if found := prose.NewFinder(d).Resolve(odd, live); found.Now != "👍👍" {
		t.Errorf("%+v", found)
	}
}

// Norms repeat themselves. Words that are gone from one clause are not looked for in a
// clause that said the like all along.
func TestWhatWasSaidAboutOneClauseNeverTurnsUpBesideItsLike(t *testing.T) {
	then := plainClauses("cfirst00000", "1 says that whoever asks is heard in time.", "csecond0000", "2 says that whoever asks is heard in time.")
	for _, quote := range []string{"1 says that whoever", "whoever asks is heard", "heard"} {
		made := anchored(t, then, "cfirst00000", quote)
		now := plainClauses("cfirst00000", "Peace.", "csecond0000", "2 says that whoever asks is heard in time.")
		if found := prose.NewFinder(now).Resolve(made, prose.Live{}); found.State != prose.AnchorOrphaned || found.CID != "cfirst00000" {
			t.Errorf("%q: %+v", quote, found)
		}
	}
}

// Where the end of the words was reworded, their characters still say where they are.
func TestWhatIsLeftBetweenTheEndsIsEnough(t *testing.T) {
	made := anchored(t, plainClauses("cfirst00000", anchorText), "cfirst00000", "survivor has the right")
	now := plainClauses("cfirst00000", "Jeder survivor has a claim, sagt man hier, und das ist gut so.")
	live := prose.Live{Passage: prose.Passage{CID: "cfirst00000", Start: 6, End: 18}}
	if found := prose.NewFinder(now).Resolve(made, live); found.State != prose.AnchorChanged || found.Now != "survivor has" {
		t.Errorf("%+v", found)
	}
	live.Start, live.End = 34, 41
	if found := prose.NewFinder(now).Resolve(made, live); found.State != prose.AnchorOrphaned {
		t.Errorf("other words were taken for them: %+v", found)
	}
}

func TestNoAnchorCutsACharacterOrLeavesItsText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := func(name string) string { return strings.Join(rapid.SliceOfN(anyText(), 0, 6).Draw(t, name), " ") }
		d := plainClauses("cfirst00000", text("then"), "csecond0000", text("beside"))
		block, _, _ := d.Find("cfirst00000")
		length := unitsOf(block.PlainText())
		p := prose.Passage{CID: "cfirst00000", Start: rapid.IntRange(-1, length+1).Draw(t, "start"), End: rapid.IntRange(-1, length+1).Draw(t, "end")}
		a, ok := prose.NewAnchor(d, p)
		if !ok {
			return
		}
		for _, part := range []string{a.Quote, a.Prefix, a.Suffix} {
			if strings.ContainsRune(part, '\uFFFD') {
				t.Fatalf("a character was cut: %+v", a)
			}
		}
		if unitsOf(a.Prefix) > 32 || unitsOf(a.Suffix) > 32 {
			t.Fatalf("%+v", a)
		}
		if same := prose.NewFinder(d).Resolve(a, prose.Live{}); same.State == prose.AnchorOrphaned && len(strings.Fields(a.Quote)) > 0 && same.CID != a.CID {
			t.Fatalf("lost in the same text: %+v, %+v", a, same)
		}
		now := plainClauses("csecond0000", text("now"), "cfirst00000", text("other"))
		live := prose.Live{
			Passage: prose.Passage{
				CID:   rapid.SampledFrom([]string{"", "cfirst00000", "csecond0000", "cgone000000"}).Draw(t, "cid"),
				Start: rapid.IntRange(-1, 30).Draw(t, "from"), End: rapid.IntRange(-1, 30).Draw(t, "to"),
			},
			Stands: rapid.Bool().Draw(t, "stands"),
		}
		checkFound(t, now, prose.NewFinder(now).Resolve(a, live), a)
	})
}

// checkFound makes sure that a resolution says of the text what is true.
func checkFound(t rapid.TB, d prose.Doc, found prose.Resolution, a prose.Anchor) {
	t.Helper()
	block, _, isThere := d.Find(found.CID)
	if found.CID != "" && !isThere || found.CID == "" && found.State != prose.AnchorOrphaned {
		t.Fatalf("in no clause: %+v", found)
	}
	if found.State == prose.AnchorOrphaned {
		return
	}
	units := utf16.Encode([]rune(block.PlainText()))
	if found.IsEmpty() || found.End > len(units) || string(utf16.Decode(units[found.Start:found.End])) != found.Now {
		t.Fatalf("%+v of %q", found, block.PlainText())
	}
	if (found.State == prose.AnchorChanged) == (found.Now == a.Quote) || found.Score < 0 || found.Score > 1 {
		t.Fatalf("%+v for %q", found, a.Quote)
	}
}

func TestInATextThatStandsEveryAnchorIsExact(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	d := longNorm(r, 40)
	finder := prose.NewFinder(d)
	for range 500 {
		a := somewhere(r, d, 1+r.IntN(12))
		if found := finder.Resolve(a, prose.Live{}); found.State != prose.AnchorExact || found.Passage != a.Passage {
			t.Fatalf("%+v, made at %+v", found, a)
		}
	}
}

// The usualWords is that of statements; words come again and again in them.
var usualWords = strings.Fields(`every survivor shall have the right to be heard before any decision that touches upon peace
	and justice between both sides no person may be held for what was said to the commission in good faith families divided
	since the war are entitled to know where their kin are buried or living states refrain from the use of force against
	civilians and from any threat of it 모든 사람은 평화롭게 살 권리를 가지며 국가는 이를 존중하고 보호할 의무를 진다 생존자의 증언은
	본인의 동의 없이 공개되지 아니한다 이산가족은 서로의 생사를 확인하고 만날 권리를 가진다`)

// longNorm is a text of clauses of 12 to 60 words.
func longNorm(r *rand.Rand, n int) prose.Doc {
	var parts []string
	for i := range n {
		parts = append(parts, prose.CIDOf(fmt.Sprint("clause ", i)), strings.Join(someWords(r, 12+r.IntN(49)), " "))
	}
	return plainClauses(parts...)
}

func someWords(r *rand.Rand, n int) []string {
	words := make([]string, n)
	for i := range words {
		words[i] = usualWords[r.IntN(len(usualWords))]
	}
	return words
}

// somewhere anchors some words of some clause.
func somewhere(r *rand.Rand, d prose.Doc, n int) prose.Anchor {
	block := d.Blocks[r.IntN(len(d.Blocks))]
	words := strings.Split(block.PlainText(), " ")
	first := r.IntN(len(words) - n + 1)
	start := unitsOf(strings.Join(words[:first], " "))
	if first > 0 {
		start++
	}
	p := prose.Passage{CID: block.CID, Start: start, End: start + unitsOf(strings.Join(words[first:first+n], " "))}
	a, _ := prose.NewAnchor(d, p)
	return a
}

// reword changes a share of a clause's words: each is replaced, left out, or another
// is put behind it. It follows a passage as the characters of a shared document do.
func reword(r *rand.Rand, d prose.Doc, share float64, p prose.Passage) (prose.Doc, prose.Live) {
	block, at, _ := d.Find(p.CID)
	var out strings.Builder
	live := prose.Live{Passage: prose.Passage{CID: p.CID, Start: -1}, Stands: true}
	old, units := 0, 0
	for i, word := range strings.Split(block.PlainText(), " ") {
		if i > 0 {
			out.WriteString(" ")
			old, units = old+1, units+1
		}
		kept := word
		if r.Float64() < share {
			kept = []string{"", someWords(r, 1)[0], word + " " + someWords(r, 1)[0]}[r.IntN(3)]
		}
		isIn, stood := old >= p.Start && old < p.End, strings.HasPrefix(kept, word)
		if isIn && stood {
			if live.Start < 0 {
				live.Start = units
			}
			live.End = units + unitsOf(word)
		}
		if isIn && !stood && (old == p.Start || old+unitsOf(word) == p.End) {
			live.Stands = false
		}
		out.WriteString(kept)
		old, units = old+unitsOf(word), units+unitsOf(kept)
	}
	d.Blocks = append([]prose.Block(nil), d.Blocks...)
	d.Blocks[at] = block.WithPlainText(out.String())
	if live.Start < 0 {
		live = prose.Live{}
	}
	return d, live
}

// With at most 30 % of a clause's words changed, 95 % of what was said about three to
// twelve of them is still at its words.
func TestAnchorsOutliveRewording(t *testing.T) {
	r := rand.New(rand.NewPCG(30, 95))
	const trials = 4000
	var held, byQuote int
	for range trials {
		d := longNorm(r, 3)
		a := somewhere(r, d, 3+r.IntN(10))
		now, live := reword(r, d, 0.3*r.Float64(), a.Passage)
		finder := prose.NewFinder(now)
		if isHeld(finder.Resolve(a, live), a) {
			held++
		}
		if isHeld(finder.Resolve(a, prose.Live{}), a) {
			byQuote++
		}
	}
	t.Logf("%.1f %% held, by their words alone %.1f %%", 100*float64(held)/trials, 100*float64(byQuote)/trials)
	if held < trials*95/100 {
		t.Errorf("only %d of %d anchors held", held, trials)
	}
}

func isHeld(found prose.Resolution, a prose.Anchor) bool {
	return found.CID == a.CID && (found.State == prose.AnchorExact || found.State == prose.AnchorChanged)
}

// A thousand anchors over 300 clauses, of which a tenth of the words changed: once as
// the live text knows them, once by their words alone.
func BenchmarkAnchors1000(b *testing.B) {
	r := rand.New(rand.NewPCG(3, 1000))
	d := longNorm(r, 300)
	var made []prose.Anchor
	var live []prose.Live
	for range 1000 {
		a := somewhere(r, d, 3+r.IntN(10))
		made, live = append(made, a), append(live, prose.Live{Passage: a.Passage, Stands: true})
	}
	changed := d
	for _, block := range d.Blocks {
		changed, _ = reword(r, changed, 0.1, prose.Passage{CID: block.CID})
	}
	for _, c := range []struct {
		name string
		text prose.Doc
		live bool
	}{{"live", d, true}, {"by quote", d, false}, {"by quote after edits", changed, false}} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				finder := prose.NewFinder(c.text)
				for i, a := range made {
					known := prose.Live{}
					if c.live {
						known = live[i]
					}
					finder.Resolve(a, known)
				}
			}
		})
	}
}
