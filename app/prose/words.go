package prose

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/sergi/go-diff/diffmatchpatch"
)

// A text is compared by words: runs of letters and digits (in Korean what stands
// between two spaces, less its punctuation), runs of spaces, single line breaks,
// and any other character by itself. Scripts that don't part words with spaces
// are compared by character.
func words(text string) []string {
	var out []string
	start, former := 0, kindNone
	for at, r := range text {
		kind := kindOf(r)
		if at > start && (kind != former || kind == kindSingle) {
			out = append(out, text[start:at])
			start = at
		}
		former = kind
	}
	if start < len(text) {
		out = append(out, text[start:])
	}
	return out
}

type wordKind int

const (
	kindNone wordKind = iota
	kindWord
	kindSpace
	kindSingle
)

func kindOf(r rune) wordKind {
	switch {
	case r == '\n' || unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana):
		return kindSingle
	case unicode.IsSpace(r):
		return kindSpace
	case unicode.In(r, unicode.L, unicode.M, unicode.N) || r == '_':
		return kindWord
	}
	return kindSingle
}

// hunk says that the words [From, To) of a text became others.
type hunk struct {
	from, to int
	words    []string
}

// patience bounds one comparison. Only texts of some ten thousand words without
// likeness need longer; what couldn't be compared in time counts as replaced as a
// whole, which may make a conflict out of a merge, but loses nothing.
const patience = 200 * time.Millisecond

// compare returns how old became new, as hunks in order that don't touch.
func compare(old, new []string) []hunk {
	alphabet := map[string]rune{}
	differ := diffmatchpatch.New()
	differ.DiffTimeout = patience
	diffs := differ.DiffMainRunes(spell(old, alphabet), spell(new, alphabet), false)
	var hunks []hunk
	at, came := 0, 0
	open := false
	for _, d := range diffs {
		n := utf8.RuneCountInString(d.Text)
		if d.Type == diffmatchpatch.DiffEqual {
			at, came, open = at+n, came+n, false
			continue
		}
		if !open {
			hunks = append(hunks, hunk{from: at, to: at})
			open = true
		}
		h := &hunks[len(hunks)-1]
		if d.Type == diffmatchpatch.DiffDelete {
			at += n
			h.to = at
			continue
		}
		h.words = append(h.words, new[came:came+n]...)
		came += n
	}
	return settle(old, hunks)
}

// spell writes each different word as one character of its own, which is what the
// comparison works on. Surrogates are left out, since they can't be in a string.
func spell(words []string, alphabet map[string]rune) []rune {
	const surrogates, afterSurrogates = 0xD800, 0xE000
	letters := make([]rune, len(words))
	for i, word := range words {
		letter, known := alphabet[word]
		if !known {
			letter = rune(len(alphabet) + 1)
			if letter >= surrogates {
				letter += afterSurrogates - surrogates
			}
			alphabet[word] = letter
		}
		letters[i] = letter
	}
	return letters
}

// settle moves every pure insertion and deletion as far to the left as it can go
// without another outcome ("a b" loses " b", not "b " of what follows), so that
// two people who did neighbouring things are not found to overlap by accident.
func settle(old []string, hunks []hunk) []hunk {
	floor := 0
	for i := range hunks {
		hunks[i].settle(old, floor)
		floor = hunks[i].to + 1 // one word stays between two hunks
	}
	return hunks
}

func (h *hunk) settle(old []string, floor int) {
	for h.from > floor {
		before := old[h.from-1]
		switch {
		case len(h.words) == 0 && old[h.to-1] == before:
		case h.from == h.to && h.words[len(h.words)-1] == before:
			h.words = append([]string{before}, h.words[:len(h.words)-1]...)
		default:
			return
		}
		h.from--
		h.to--
	}
}

// Change says that Delete units of a text, from At on, became Insert. Units are
// UTF-16 code units of the old text, in which browsers and Yjs count.
type Change struct {
	At, Delete int
	Insert     string
}

// Changes compares two texts by words and returns, in order, how the old one
// became the new one. Of a changed word only the part that differs is in it.
func Changes(old, new string) []Change {
	tokens := words(old)
	starts := offsets(tokens)
	var changes []Change
	done, units := 0, 0
	for _, h := range compare(tokens, words(new)) {
		from, to, insert := trim(old, starts[h.from], starts[h.to], strings.Join(h.words, ""))
		units += utf16Length(old[done:from])
		gone := utf16Length(old[from:to])
		changes = append(changes, Change{At: units, Delete: gone, Insert: insert})
		done, units = to, units+gone
	}
	return changes
}

// offsets returns where each word starts, in bytes, and where the last one ends.
func offsets(words []string) []int {
	starts := make([]int, len(words)+1)
	for i, word := range words {
		starts[i+1] = starts[i] + len(word)
	}
	return starts
}

// trim leaves out what old[from:to] and insert begin and end with alike.
func trim(old string, from, to int, insert string) (int, int, string) {
	for from < to && insert != "" {
		a, n := utf8.DecodeRuneInString(old[from:to])
		b, m := utf8.DecodeRuneInString(insert)
		if a != b || n != m {
			break
		}
		from, insert = from+n, insert[m:]
	}
	for from < to && insert != "" {
		a, n := utf8.DecodeLastRuneInString(old[from:to])
		b, m := utf8.DecodeLastRuneInString(insert)
		if a != b || n != m {
			break
		}
		to, insert = to-n, insert[:len(insert)-m]
	}
	return from, to, insert
}

// utf16Length counts the UTF-16 units of a text.
func utf16Length(text string) int {
	n := 0
	for _, r := range text {
		n += max(utf16.RuneLen(r), 1)
	}
	return n
}
