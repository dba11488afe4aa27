// Package campaign finds texts that were sent by many people: form letters, signed or
// slightly changed. They are neither refused nor merged. A campaign is shown once, with how
// many sent it, and everything that its members said in their own words is kept apart to
// be read.
//
// Two texts belong together if of all runs of five letters that either has, at least four
// fifths are in both (Jaccard's index; A. Broder, "On the resemblance and containment of
// documents", 1997). Candidates are found without comparing all with all, by MinHash and
// bands (P. Indyk and R. Motwani, 1998; J. Leskovec, A. Rajaraman and J. Ullman, "Mining of
// Massive Datasets", chapter 3).
//
// The room is pure: it knows ids and texts, and no store.
package campaign

import (
	"slices"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// shingle is how many letters are compared at once. Five are an English word, and two to
// three Korean ones.
const shingle = 5

// letters are what is compared of a text: its letters and digits, in one case and one form
// (NFKC). Space and punctuation are left out: in Korean, where words are parted is a habit
// of whoever types.
func letters(text string) []rune {
	var list []rune
	for _, r := range cases.Fold().String(norm.NFKC.String(text)) {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) {
			list = append(list, r)
		}
	}
	return list
}

// shingles are the runs of letters in a text, each once, as numbers in order.
func shingles(text string) []uint64 {
	runes := letters(text)
	if len(runes) == 0 {
		return nil
	}
	var list []uint64
	for i := range max(1, len(runes)-shingle+1) {
		list = append(list, hash(runes[i:min(i+shingle, len(runes))]))
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// hash is FNV-1a over whole letters, with its bits mixed (64 bits; the finish of
// splitmix64): two runs of one docket meet in it with a probability of less than one in a
// million.
func hash(runes []rune) uint64 {
	h := uint64(14695981039346656037)
	for _, r := range runes {
		h = (h ^ uint64(r)) * 1099511628211
	}
	return mix(h)
}

func mix(h uint64) uint64 {
	h = (h ^ h>>30) * 0xbf58476d1ce4e5b9
	h = (h ^ h>>27) * 0x94d049bb133111eb
	return h ^ h>>31
}

// likeness is Jaccard's index of two sets of shingles.
func likeness(a, b []uint64) float64 {
	both := 0
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] == b[j]:
			both, i, j = both+1, i+1, j+1
		case a[i] < b[j]:
			i++
		default:
			j++
		}
	}
	return float64(both) / float64(max(1, len(a)+len(b)-both))
}
