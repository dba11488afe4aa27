package campaign

import (
	"slices"
	"strings"
)

// Passage is what a member said otherwise than the template: Own in place of Instead,
// either of which may be empty. A word left out can turn a text round, so it counts.
type Passage struct{ Own, Instead string }

// Passages returns all that a member's text has of its own, in order and in whole words.
// What differs in space, punctuation or case only is the same.
func Passages(template, member string) []Passage {
	old, new := strings.Fields(template), strings.Fields(member)
	var list []Passage
	i, j := 0, 0
	tell := func(toI, toJ int) {
		p := Passage{strings.Join(new[j:toJ], " "), strings.Join(old[i:toI], " ")}
		if own, instead := letters(p.Own), letters(p.Instead); !slices.Equal(own, instead) {
			list = append(list, p)
		}
	}
	for _, m := range common(keys(old), keys(new)) {
		tell(m[0], m[1])
		i, j = m[0]+1, m[1]+1
	}
	tell(len(old), len(new))
	return list
}

// keys are what is compared of words.
func keys(words []string) []string {
	list := make([]string, len(words))
	for i, word := range words {
		list[i] = string(letters(word))
	}
	return list
}

// patience bounds the table of one comparison, in fields. Texts of more than two thousand
// words that begin and end otherwise are told as changed as a whole.
const patience = 4 << 20

// common returns the places of the longest run of words, not necessarily side by side, that
// two texts have in common (by the textbook's table, after what they begin and end with).
func common(old, new []string) [][2]int {
	var pairs, behind [][2]int
	first := 0
	for first < min(len(old), len(new)) && old[first] == new[first] {
		pairs = append(pairs, [2]int{first, first})
		first++
	}
	n, m := len(old), len(new)
	for n > first && m > first && old[n-1] == new[m-1] {
		n, m = n-1, m-1
		behind = append(behind, [2]int{n, m})
	}
	slices.Reverse(behind)
	for _, p := range longest(old[first:n], new[first:m]) {
		pairs = append(pairs, [2]int{first + p[0], first + p[1]})
	}
	return append(pairs, behind...)
}

// longest are the pairs of places of a longest common subsequence, in order; none where to find
// one would take too long.
func longest(a, b []string) (pairs [][2]int) {
	if (len(a)+1)*(len(b)+1) > patience {
		return nil
	}
	length, width := make([]uint16, (len(a)+1)*(len(b)+1)), len(b)+1
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				length[i*width+j] = length[(i+1)*width+j+1] + 1
			} else {
				length[i*width+j] = max(length[(i+1)*width+j], length[i*width+j+1])
			}
		}
	}
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] == b[j]:
			pairs = append(pairs, [2]int{i, j})
			i, j = i+1, j+1
		case length[(i+1)*width+j] >= length[i*width+j+1]:
			i++
		default:
			j++
		}
	}
	return pairs
}
