package prose

import (
	"slices"
	"strings"
	"unicode"
)

// Undetermined is the language tag of words whose language nobody knows (BCP 47, 4.1).
const Undetermined = "und"

// script is a way of writing: which letters it has, and how many Latin letters one of them
// weighs. A syllable of Hangul stands for two or three, a Chinese character for a word.
type script struct {
	letters []*unicode.RangeTable
	weight  int
}

var (
	latin = script{[]*unicode.RangeTable{unicode.Latin}, 1}
	// scripts are those of languages that aren't written in Latin letters, by the language
	// itself. What two languages write in, as Chinese characters, both have.
	scripts = map[string]script{
		"ko": {[]*unicode.RangeTable{unicode.Hangul}, 3},
		"ja": {[]*unicode.RangeTable{unicode.Hiragana, unicode.Katakana, unicode.Han}, 2},
		"zh": {[]*unicode.RangeTable{unicode.Han}, 2},
		"ru": {[]*unicode.RangeTable{unicode.Cyrillic}, 1},
		"uk": {[]*unicode.RangeTable{unicode.Cyrillic}, 1},
		"ar": {[]*unicode.RangeTable{unicode.Arabic}, 1},
		"fa": {[]*unicode.RangeTable{unicode.Arabic}, 1},
		"el": {[]*unicode.RangeTable{unicode.Greek}, 1},
		"he": {[]*unicode.RangeTable{unicode.Hebrew}, 1},
		"hi": {[]*unicode.RangeTable{unicode.Devanagari}, 1},
		"th": {[]*unicode.RangeTable{unicode.Thai}, 1},
	}
)

func scriptOf(language string) script {
	tag, _, _ := strings.Cut(language, "-")
	if s, isOther := scripts[tag]; isOther {
		return s
	}
	return latin
}

func (s script) has(letter rune) bool { return unicode.In(letter, s.letters...) }

// Language guesses from its letters in which of some languages a text is written, or
// returns Undetermined. Letters tell a script and no more: of several languages that are
// written in the same one it is the first, so whoever wrote the text has the last word.
//
// Each language weighs as much as the text has letters of it. A Korean sentence that names
// the Rome Statute is Korean, and an English one that quotes 마당 is English. Addresses of
// pages are in no language.
func Language(text string, among ...string) string {
	words := slices.DeleteFunc(strings.Fields(text), func(word string) bool { return strings.Contains(word, "://") })
	guess, most := Undetermined, 0
	for _, language := range among {
		weight, s := 0, scriptOf(language)
		for _, letter := range strings.Join(words, " ") {
			if s.has(letter) {
				weight += s.weight
			}
		}
		if weight > most {
			guess, most = language, weight
		}
	}
	return guess
}
