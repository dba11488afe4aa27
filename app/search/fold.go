package search

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
	"golang.org/x/text/width"
)

// Fold makes equal what people take for the same words: the case of letters (Unicode,
// section 3.13), their width (UAX #11) and their composition (NFC, UAX #15). Space of
// any kind and length is one space.
func Fold(text string) string {
	var folded strings.Builder
	folded.Grow(len(text))
	eachFolded(text, func(piece string, _, _ int) { folded.WriteString(piece) })
	return folded.String()
}

// foldedAt is a folded text that knows where each of its bytes comes from.
type foldedAt struct {
	text     string
	from, to []int // of the bytes, in the text that was folded
}

func foldWithPlaces(text string) foldedAt {
	var f foldedAt
	var folded strings.Builder
	eachFolded(text, func(piece string, from, to int) {
		folded.WriteString(piece)
		for range len(piece) {
			f.from, f.to = append(f.from, from), append(f.to, to)
		}
	})
	f.text = folded.String()
	return f
}

// eachFolded folds a text piece by piece, each as long as what belongs together in it:
// a letter and its marks.
func eachFolded(text string, tell func(piece string, from, to int)) {
	fold := cases.Fold()
	for from := 0; from < len(text); {
		if to := from + spaceAt(text[from:]); to > from {
			tell(" ", from, to)
			from = to
			continue
		}
		to := from + pieceAt(text[from:])
		piece := text[from:to]
		switch {
		case len(piece) == 1:
			piece = lower[piece[0]]
		case !isSyllables(piece):
			piece = norm.NFC.String(fold.String(width.Fold.String(piece)))
		}
		tell(piece, from, to)
		from = to
	}
}

// spaceAt is how many bytes of space a text begins with.
func spaceAt(text string) int { return len(text) - len(strings.TrimLeftFunc(text, unicode.IsSpace)) }

// pieceAt is how many bytes a text begins with that belong together. Most are a plain
// letter or a syllable with nothing behind it that could belong to it.
func pieceAt(text string) int {
	first, size := utf8.DecodeRuneInString(text)
	if next, _ := utf8.DecodeRuneInString(text[size:]); isPlain(first) && (size == len(text) || isPlain(next)) {
		return size
	}
	return norm.NFKC.NextBoundaryInString(text, true)
}

func isPlain(r rune) bool { return r < utf8.RuneSelf || isSyllable(r) }

// isSyllable reports whether r is a whole Korean syllable.
func isSyllable(r rune) bool { return r >= 0xAC00 && r <= 0xD7A3 }

func isSyllables(piece string) bool {
	r, size := utf8.DecodeRuneInString(piece)
	return size == len(piece) && isSyllable(r)
}

// lower are the folded ASCII characters; bytes that are no text stay as they are.
var lower = func() (table [256]string) {
	for i := range table {
		table[i] = strings.ToLower(string([]byte{byte(i)}))
		if i >= utf8.RuneSelf {
			table[i] = string(utf8.RuneError)
		}
	}
	return table
}()
