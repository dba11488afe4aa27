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
	case r >= '가' && r <= '힣' || r >= 'a' && r <= 'z': // nearly all there is
		return kindWord
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
func compare(old, new []string) []hunk { return compareWithin(patience, old, new) }

func compareWithin(limit time.Duration, old, new []string) []hunk {
	var hunks []hunk
	from, came := 0, 0
	end := match{len(old), len(new)}
	for _, m := range append(matches(limit, old, new), end) {
		if m.old > from || m.new > came {
			hunks = append(hunks, hunk{from: from, to: m.old, words: new[came:m.new:m.new]})
		}
		from, came = m.old+1, m.new+1
	}
	return settle(old, hunks)
}

// match says that a word of the old text and one of the new are the same that stayed.
type match struct{ old, new int }

// matches finds as many words that stayed as it can within the time.
func matches(limit time.Duration, old, new []string) []match {
	alphabet := map[string]rune{}
	a, b := spell(old, alphabet), spell(new, alphabet)
	oldAt, newAt := among(a, b), among(b, a)
	if foreign := len(a) - len(oldAt) + len(b) - len(newAt); foreign <= fewForeign {
		oldAt, newAt = among(a, a), among(b, b)
	}
	differ := diffmatchpatch.New()
	differ.DiffTimeout = max(limit, time.Nanosecond) // 0 would mean any time
	var found []match
	for _, d := range differ.DiffMainRunes(pick(a, oldAt), pick(b, newAt), false) {
		n := utf8.RuneCountInString(d.Text)
		switch d.Type {
		case diffmatchpatch.DiffDelete:
			oldAt = oldAt[n:]
		case diffmatchpatch.DiffInsert:
			newAt = newAt[n:]
		default:
			for i := range n {
				found = append(found, match{oldAt[i], newAt[i]})
			}
			oldAt, newAt = oldAt[n:], newAt[n:]
		}
	}
	return found
}

// Words that only one of two texts has can't be equal to any: leaving them out of the
// search finds no fewer equal ones, and where much was reworded it takes a fraction
// of the time. But of equally small differences it may find another one, with one
// insertion in two parts. So they are left out only where they are more than this.
const fewForeign = 32

// among returns where those letters stand that are among others.
func among(letters, others []rune) []int {
	are := make(map[rune]bool, len(others))
	for _, letter := range others {
		are[letter] = true
	}
	var at []int
	for i, letter := range letters {
		if are[letter] {
			at = append(at, i)
		}
	}
	return at
}

func pick(letters []rune, at []int) []rune {
	picked := make([]rune, len(at))
	for i, place := range at {
		picked[i] = letters[place]
	}
	return picked
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
