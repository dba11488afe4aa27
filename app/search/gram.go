package search

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// Tokenizer counts the ways in which texts have been cut into grams, and the choices of
// texts. An index made in another way is made anew.
const Tokenizer = 2

// A gram is a few letters that follow each other in a text, in a form that any index
// keeps as one word: four digits (base 36) a letter. Texts are cut into words of one
// script, and for each letter of a word there is the gram that begins with it: two
// letters of Korean, Chinese and Japanese, three of anything else, fewer at the end
// of the word. So whatever a word contains is found: what is as long as a gram by
// grams that are equal, what is shorter by a gram that begins with it. Two Korean
// syllables are selective enough (10,000 are in use); two Latin letters are in every
// second text, hence three.
type gram struct {
	text     string
	isPrefix bool // looks for all grams that begin with it
}

// gramDigits is how many digits stand for a letter: 36^4 is more than there are.
const gramDigits = 4

// maxGrams bounds the different grams of one text. A page of Korean has some 500; the
// longest clause that was ever written has fewer than a tenth of this. PostgreSQL keeps
// no more than 1 MiB for a text.
const maxGrams = 60_000

// script is what decides where a word ends, and how long its grams are.
type script int

const (
	noScript script = iota
	hangul
	han
	kana
	others // Latin and all other scripts, digits, marks
)

func scriptOf(r rune) script {
	switch {
	case r < 0x300:
		if unicode.IsLetter(r) || unicode.IsNumber(r) {
			return others
		}
		return noScript
	case unicode.Is(unicode.Hangul, r):
		return hangul
	case unicode.Is(unicode.Han, r):
		return han
	case unicode.In(r, unicode.Hiragana, unicode.Katakana) || r == 'ー':
		return kana
	case unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r):
		return others
	}
	return noScript
}

// length is how many letters a gram of the script has.
func (s script) length() int {
	if s == others {
		return 3
	}
	return 2
}

// eachWord tells of each word of one script in a folded text.
func eachWord(folded string, tell func(word []rune, s script)) {
	var word []rune
	was := noScript
	for _, r := range folded {
		s := scriptOf(r)
		if s != was && len(word) > 0 {
			tell(word, was)
			word = word[:0]
		}
		if was = s; s != noScript {
			word = append(word, r)
		}
	}
	if len(word) > 0 {
		tell(word, was)
	}
}

// Grams are what an index keeps of a text, each once.
func Grams(text string) []string {
	known := map[string]bool{}
	var list []string
	eachWord(Fold(text), func(word []rune, s script) {
		for i := range word {
			g := encode(word[i:min(i+s.length(), len(word))])
			if !known[g] && len(list) < maxGrams {
				known[g] = true
				list = append(list, g)
			}
		}
	})
	return list
}

// gramsOf are the grams that every text with the folded term has.
func gramsOf(term string) []gram {
	var list []gram
	eachWord(term, func(word []rune, s script) {
		n := s.length()
		if len(word) < n {
			list = append(list, gram{encode(word), true})
			return
		}
		for i := range len(word) - n + 1 {
			list = append(list, gram{encode(word[i : i+n]), false})
		}
	})
	return list
}

func encode(letters []rune) string {
	var b strings.Builder
	for _, r := range letters {
		digits := strconv.FormatInt(int64(r), 36)
		b.WriteString(strings.Repeat("0", gramDigits-len(digits)))
		b.WriteString(digits)
	}
	return b.String()
}

// isTelling reports whether the folded term says enough to look for: a letter of
// Korean, Chinese or Japanese, or two of anything else.
func isTelling(term string) bool {
	var found bool
	eachWord(term, func(word []rune, s script) { found = found || s != others || len(word) > 1 })
	return found
}

// sorted drops what occurs twice.
func sorted(grams []gram) []gram {
	slices.SortFunc(grams, func(a, b gram) int { return strings.Compare(a.text, b.text) })
	return slices.Compact(grams)
}
