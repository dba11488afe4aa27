package prose

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Fold makes letters small and full-width forms ordinary, rune by rune, so that places
// in the folded text are places in the text.
func Fold(text string) []rune {
	runes := []rune(text)
	for i, r := range runes {
		switch {
		case r >= '！' && r <= '～': // U+FF01 to U+FF5E are ASCII made wide
			r -= '！' - '!'
		case r == '　':
			r = ' '
		case strings.ContainsRune("‐‑‒–—―−ー", r):
			r = '-'
		}
		runes[i] = unicode.ToLower(r)
	}
	return runes
}

// Occurrences are where a word stands in a text, both folded; whole leaves out those
// within a longer word of letters other than Hangul, whose particles follow without a
// space.
func Occurrences(text, word []rune, whole bool) []int {
	var found []int
	for at := 0; at+len(word) <= len(text); {
		if !slices.Equal(text[at:at+len(word)], word) ||
			whole && (at > 0 && continues(text[at-1], word[0]) || at+len(word) < len(text) && continues(word[len(word)-1], text[at+len(word)])) {
			at++
			continue
		}
		found = append(found, at)
		at += len(word)
	}
	return found
}

// continues reports whether two runes beside each other are of one word.
func continues(a, b rune) bool {
	isPart := func(r rune) bool {
		return (unicode.IsLetter(r) || unicode.IsDigit(r)) && !unicode.Is(unicode.Hangul, r)
	}
	return isPart(a) && isPart(b)
}

// Names reports whether a text speaks of somebody by name, which is no part of a longer
// word there. A name of one letter says nothing.
func Names(text, name string) bool {
	return utf8.RuneCountInString(name) > 1 && len(Occurrences(Fold(text), Fold(name), true)) > 0
}
