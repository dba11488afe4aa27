package disposition

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
)

// shingleSize is how many characters a shingle has: five tell Korean words apart, too,
// whose endings change.
const shingleSize = 5

// shingles are all stretches of five letters and digits of a text in one case, with one
// space for whatever stands between words. A shorter text is one shingle.
type shingles map[string]bool

func shinglesOf(text string) shingles {
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) })
	runes, set := []rune(strings.Join(words, " ")), shingles{}
	for i := 0; i+shingleSize <= len(runes); i++ {
		set[string(runes[i:i+shingleSize])] = true
	}
	if len(set) == 0 && len(runes) > 0 {
		set[string(runes)] = true
	}
	return set
}

// jaccard is the share of shingles that two texts have in common, of all that either has
// (P. Jaccard, "The Distribution of the Flora in the Alpine Zone", New Phytologist 11,
// 1912; shingles: A. Broder, "On the Resemblance and Containment of Documents", 1997).
func (a shingles) jaccard(b shingles) float64 {
	if len(a) == 0 || len(b) == 0 {
		return 0
	}
	common := 0
	for s := range a {
		if b[s] {
			common++
		}
	}
	return float64(common) / float64(len(a)+len(b)-common)
}

// Similar are excerpts whose words are much like those of another. People decide what
// they mean.
type Similar struct {
	Excerpt Excerpt
	// Share is that of common shingles, from leastSimilar to 1.
	Share float64
}

// leastSimilar is the share from which something is suggested, maxSimilar how much is at
// most. Less alike than a fifth are any two texts about one clause.
const (
	leastSimilar = 0.2
	maxSimilar   = 20
)

// SimilarTo lists the excerpts whose words are most like any of the wordings, the likest
// first.
func SimilarTo(among []Excerpt, wordings ...string) []Similar {
	wanted := make([]shingles, len(wordings))
	for i, words := range wordings {
		wanted[i] = shinglesOf(words)
	}
	var list []Similar
	for _, e := range among {
		has, most := shinglesOf(e.Words), 0.0
		for _, w := range wanted {
			most = max(most, w.jaccard(has))
		}
		if most >= leastSimilar {
			list = append(list, Similar{e, most})
		}
	}
	slices.SortStableFunc(list, func(a, b Similar) int { return cmp.Compare(b.Share, a.Share) })
	return list[:min(len(list), maxSimilar)]
}
