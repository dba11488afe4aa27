package search

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"madang/app"
)

func TestPeopleFindTheSameWordsHoweverTheyWriteThem(t *testing.T) {
	for _, pair := range [][2]string{
		{"HUMAN Rights", "human rights"},
		{"ＵＮ 인권", "un 인권"},
		{"\u110B\u1175\u11AB\u1100\u116F\u11AB", "인권"}, // conjoining letters, as some keyboards send them
		{"\uAC00\u11A8", "각"},
		{"Café", "café"},
		{"ｶﾞｲﾄﾞ", "ガイド"},
		{"Straße", "STRASSE"},
		{"가\u3000나\n\t 다", "가 나 다"},
		{"ΣΊΣΥΦΟΣ", "σίσυφος"},
	} {
		if a, b := Fold(pair[0]), Fold(pair[1]); a != b {
			t.Errorf("%q is %q, %q is %q", pair[0], a, pair[1], b)
		}
	}
	if broken := Fold("a\xffb"); broken != "a\uFFFDb" {
		t.Errorf("%q", broken)
	}
}

// has is what an index answers: the text has all whole grams and a gram for each prefix.
func has(text string, q Query) bool {
	grams := Grams(text)
	whole, prefixes := q.Grams()
	for _, g := range whole {
		if !slices.Contains(grams, g) {
			return false
		}
	}
	for _, p := range prefixes {
		if !slices.ContainsFunc(grams, func(g string) bool { return strings.HasPrefix(g, p) }) {
			return false
		}
	}
	return true
}

var alphabet = []rune("가나다라각간 가나AaBbéeßＡａ12 .,\n人權かガーﾞーe\u0301")

func randomText(length int) string {
	text := make([]rune, length)
	for i := range text {
		text[i] = alphabet[rand.IntN(len(alphabet))]
	}
	return string(text)
}

func TestTheIndexMissesNothingThatATextContains(t *testing.T) {
	for range 20_000 {
		text := randomText(1 + rand.IntN(30))
		folded := []rune(Fold(text))
		from := rand.IntN(len(folded))
		part := string(folded[from:min(len(folded), from+1+rand.IntN(5))])
		query := Query{termsOf(Fold(`"` + part + `"`))}
		if query.Matches(text) && !has(text, query) {
			t.Fatalf("%q isn't found in %q", part, text)
		}
	}
}

func TestAQueryMatchesWhatContainsEachOfItsTerms(t *testing.T) {
	const text = "제17조 누구나 “혼자” 또는 다른 사람과 Property를 가질 권리가 있다."
	for typed, want := range map[string]bool{
		"권리": true, "리가": true, "property를": true, "PROPER": true, "17조": true, "조": true, "권": true,
		"권리 누구나": true, `"권리 누구나"`: false, `"가질 권리"`: true, `"가질   권리`: true, "「가질 권리」": true, "다른사람": false, "구사": false, "proprety": false,
		"권리 없다": false, "제 1 조": true, "roperty를 17": true,
	} {
		query, err := ParseQuery(typed)
		if err != nil || query.Matches(text) != want {
			t.Errorf("%q: %v, %v", typed, query.Matches(text), err)
		}
		if want && !has(text, query) {
			t.Errorf("%q is not found by its grams", typed)
		}
	}
}

func TestAQueryThatSaysTooLittleIsRefusedWithASentence(t *testing.T) {
	for typed, code := range map[string]string{
		"": "search.empty", "  \t": "search.empty", `""`: "search.empty", "a": "search.short", "7 b": "search.short", "?!": "search.short",
		strings.Repeat("가", MaxQuery+1): "search.long", "a\xff": "text.utf8", "가\x00": "text.hidden",
	} {
		_, err := ParseQuery(typed)
		refused, ok := err.(*app.Error)
		if !ok || refused.Code != code || refused.Field != "q" {
			t.Errorf("%q: %v, not %s", typed, err, code)
		}
	}
	for _, typed := range []string{"권", "人", "un", "17", "a 권"} {
		if _, err := ParseQuery(typed); err != nil {
			t.Errorf("%q: %v", typed, err)
		}
	}
}

// shown is an excerpt with its marks in brackets.
func shown(pieces []Piece) string {
	var b strings.Builder
	for _, p := range pieces {
		if p.Marked {
			p.Text = "[" + p.Text + "]"
		}
		b.WriteString(p.Text)
	}
	return b.String()
}

func TestAnExcerptShowsTheWordsAsTheyWereWrittenAroundTheFirstFind(t *testing.T) {
	long := strings.Repeat("가", 100) + " 인권 " + strings.Repeat("나", 300)
	for _, try := range []struct{ query, text, want string }{
		{"rights", "Human\n\n RIGHTS, rights", "Human [RIGHTS], [rights]"},
		{"인권", "인권 <b>인권</b>", "[인권] <b>[인권]</b>"},
		{"abc bcd", "xABCDx", "x[ABCD]x"},
		{"strasse", "Die Straße dort", "Die [Straße] dort"},
		{"café", "un Cafe\u0301!", "un [Cafe\u0301]!"},
		{"인권", long, "…" + strings.Repeat("가", 39) + " [인권] " + strings.Repeat("나", 157) + "…"},
	} {
		query, err := ParseQuery(try.query)
		if got := shown(query.Excerpt(try.text)); err != nil || got != try.want {
			t.Errorf("%q in %q: %q, %v", try.query, try.text, got, err)
		}
	}
}

func TestNoTextHasMoreGramsThanAnIndexKeeps(t *testing.T) {
	var text strings.Builder
	for i := range rune(maxGrams) {
		fmt.Fprintf(&text, "%c%c ", 0xAC00+i%11_000, 0xAC00+i*7%11_171)
	}
	if n := len(Grams(text.String())); n != maxGrams {
		t.Errorf("%d", n)
	}
}

func FuzzAnExcerptNeverBreaksALetter(f *testing.F) {
	f.Add("인권 rights", "Human RIGHTS 인권")
	f.Fuzz(func(t *testing.T, typed, text string) {
		query, err := ParseQuery(typed)
		if err != nil {
			return
		}
		if excerpt := shown(query.Excerpt(text)); strings.Count(excerpt, "\uFFFD") > 0 && strings.ToValidUTF8(text, "") == text && !strings.Contains(text, "\uFFFD") {
			t.Errorf("%q", excerpt)
		}
		if query.Matches(text) && !has(text, query) {
			t.Errorf("%q isn't found in %q", typed, text)
		}
	})
}
