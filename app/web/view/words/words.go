// Package words shows what changed between two texts, word by word, so that it
// can be read by eye, by ear and without colour.
package words

import (
	"strings"
	"time"
	"unicode"

	"github.com/sergi/go-diff/diffmatchpatch"
)

// Change is a run of words that were kept, removed or added.
type Change struct {
	Kind Kind
	Text string
}

// Kind says what became of a run of words.
type Kind int

// The three fates of a word.
const (
	Kept Kind = iota
	Removed
	Added
)

// effort bounds the search for the smallest difference. Two texts of 10,000
// characters with nothing in common would take seconds; cut short, the
// difference is still true, only larger than it need be.
const effort = 200 * time.Millisecond

// Between lists the changes that lead from one text to the other, in reading
// order. Joining what was kept and removed gives before, kept and added after.
func Between(before, after string) []Change {
	codes := &codebook{codes: map[string]rune{}}
	a, b := codes.encode(before), codes.encode(after)
	dmp := diffmatchpatch.New()
	dmp.DiffTimeout = effort
	var changes []Change
	for _, d := range dmp.DiffMainRunes(a, b, false) {
		changes = append(changes, Change{kinds[d.Type], codes.decode(d.Text)})
	}
	return gathered(changes)
}

// gathered puts what was removed and what was added between two kept runs into
// one change each. A space that was kept between two changed words counts as
// changed with them: "old words" gone and "new text" come reads better than two
// words exchanged one by one.
func gathered(changes []Change) []Change {
	var out []Change
	var removed, added string
	for i, c := range changes {
		isBetween := i > 0 && i < len(changes)-1 && strings.TrimSpace(c.Text) == ""
		switch {
		case c.Kind == Removed:
			removed += c.Text
		case c.Kind == Added:
			added += c.Text
		case isBetween:
			removed, added = removed+c.Text, added+c.Text
		default:
			out = append(exchanged(out, removed, added), c)
			removed, added = "", ""
		}
	}
	return exchanged(out, removed, added)
}

func exchanged(out []Change, removed, added string) []Change {
	if removed != "" {
		out = append(out, Change{Removed, removed})
	}
	if added != "" {
		out = append(out, Change{Added, added})
	}
	return out
}

var kinds = map[diffmatchpatch.Operation]Kind{
	diffmatchpatch.DiffEqual:  Kept,
	diffmatchpatch.DiffDelete: Removed,
	diffmatchpatch.DiffInsert: Added,
}

// codebook gives each distinct word a rune, for the difference is searched
// among runes and people read words.
type codebook struct {
	codes map[string]rune
	words []string
}

func (c *codebook) encode(text string) []rune {
	var out []rune
	for _, word := range split(text) {
		code, ok := c.codes[word]
		if !ok {
			code = runeOf(len(c.words))
			c.codes[word] = code
			c.words = append(c.words, word)
		}
		out = append(out, code)
	}
	return out
}

func (c *codebook) decode(codes string) string {
	var out []byte
	for _, code := range codes {
		out = append(out, c.words[indexOf(code)]...)
	}
	return string(out)
}

// Surrogates (U+D800 to U+DFFF) don't survive in a string, hence the gap.
const (
	surrogates     = 0xD800
	surrogateCount = 0x800
)

func runeOf(index int) rune {
	if index >= surrogates {
		index += surrogateCount
	}
	return rune(index)
}

func indexOf(code rune) int {
	if code >= surrogates {
		code -= surrogateCount
	}
	return int(code)
}

// split cuts a text into words, spaces and single other signs, losing nothing.
func split(text string) []string {
	var out []string
	start, last := 0, other
	for at, r := range text {
		class := classOf(r)
		if at > start && (class != last || class == other) {
			out = append(out, text[start:at])
			start = at
		}
		last = class
	}
	if start < len(text) {
		out = append(out, text[start:])
	}
	return out
}

const (
	letter = iota
	space
	other
)

func classOf(r rune) int {
	switch {
	case unicode.IsLetter(r), unicode.IsDigit(r), unicode.IsMark(r):
		return letter
	case unicode.IsSpace(r):
		return space
	}
	return other
}
