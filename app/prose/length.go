package prose

import (
	"strings"
	"unicode"
)

// Length says how long a text is, as people count who have a page to fill: editors count
// alike (static/src/editor/length.ts), by the vectors in testdata/length.json.
type Length struct {
	// Words stand between white space and hold a letter or a digit.
	Words int
	// Characters are what the eye counts: what is written onto a letter, or makes a Hangul
	// syllable of one that is spelt in parts, counts with it, and what isn't seen not at all.
	Characters int
	// Letters are the characters but for white space. Korean organisations ask for both.
	Letters int
	// Clauses are the blocks that anything may be said about.
	Clauses int
}

// Length counts what is read: the words of all blocks and cells and what footnotes say, and
// neither breaks nor the signs between cells.
func (d Doc) Length() Length {
	length := Length{Clauses: len(d.Blocks)}
	for _, b := range d.Blocks {
		b.count(&length)
	}
	return length
}

func (b Block) count(length *Length) {
	for _, child := range b.Children {
		child.count(length)
	}
	var line strings.Builder
	for _, s := range b.Inline {
		switch {
		case s.Break:
			length.add(line.String())
			line.Reset()
		case s.Footnote:
			length.add(s.Text)
		default:
			line.WriteString(s.Text)
		}
	}
	length.add(line.String())
}

// add counts one line.
func (l *Length) add(line string) {
	for _, word := range strings.Fields(line) {
		if strings.ContainsFunc(word, isSpoken) {
			l.Words++
		}
	}
	for _, r := range line {
		switch {
		case unicode.IsSpace(r):
			l.Characters++
		case !isPart(r):
			l.Characters++
			l.Letters++
		}
	}
}

func isSpoken(r rune) bool { return unicode.In(r, unicode.L, unicode.N) }

// isPart reports whether a letter before it takes it in, or nobody sees it. A Hangul
// syllable in parts is a consonant, a vowel (from U+1160) and perhaps another consonant.
func isPart(r rune) bool {
	return unicode.In(r, unicode.M, unicode.Cf) || 0x1160 <= r && r <= 0x11FF || 0xD7B0 <= r && r <= 0xD7FF
}
