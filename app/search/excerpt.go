package search

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Piece is a stretch of an excerpt; a marked one is what was looked for.
type Piece struct {
	Text   string
	Marked bool
}

// What an excerpt shows, in characters: so many before the first find, so many in all.
const (
	excerptLead   = 40
	excerptLength = 200
)

// span is a stretch of a text, in bytes.
type span struct{ from, to int }

// Excerpt is the part of a text in which the query is found first, in one line.
func (q Query) Excerpt(text string) []Piece {
	finds := q.finds(text)
	shown := span{0, len(text)}
	if len(finds) > 0 {
		shown.from = back(text, finds[0].from, excerptLead)
	}
	shown.to = ahead(text, shown.from, excerptLength)
	pieces := cut(text, shown, finds)
	if shown.from > 0 {
		pieces = append([]Piece{{Text: "…"}}, pieces...)
	}
	if shown.to < len(text) {
		pieces = append(pieces, Piece{Text: "…"})
	}
	return pieces
}

// finds are all places where a term stands, in order; those that touch are one.
func (q Query) finds(text string) []span {
	folded := foldWithPlaces(text)
	var all []span
	for _, term := range q.terms {
		for at := 0; at < len(folded.text); {
			i := strings.Index(folded.text[at:], term)
			if i < 0 {
				break
			}
			at += i + len(term)
			all = append(all, span{folded.from[at-len(term)], folded.to[at-1]})
		}
	}
	slices.SortFunc(all, func(a, b span) int { return cmp.Compare(a.from, b.from) })
	return joined(all)
}

func joined(spans []span) []span {
	var list []span
	for _, s := range spans {
		if last := len(list) - 1; last >= 0 && s.from <= list[last].to {
			list[last].to = max(list[last].to, s.to)
			continue
		}
		list = append(list, s)
	}
	return list
}

// cut is the shown part of a text, in pieces.
func cut(text string, shown span, finds []span) []Piece {
	var pieces []Piece
	add := func(from, to int, marked bool) {
		if from < to {
			pieces = append(pieces, Piece{inLine(text[from:to]), marked})
		}
	}
	at := shown.from
	for _, find := range finds {
		from, to := min(find.from, shown.to), min(find.to, shown.to)
		add(at, from, false)
		add(from, to, true)
		at = max(at, to)
	}
	add(at, shown.to, false)
	return pieces
}

// inLine makes one space of line breaks and what stands around them.
func inLine(text string) string {
	var b strings.Builder
	wasSpace := false
	for _, r := range text {
		if isSpace := unicode.IsSpace(r); !isSpace {
			b.WriteRune(r)
			wasSpace = false
		} else if !wasSpace {
			b.WriteByte(' ')
			wasSpace = true
		}
	}
	return b.String()
}

// back is the place n characters before another.
func back(text string, at, n int) int {
	for ; n > 0 && at > 0; n-- {
		_, size := utf8.DecodeLastRuneInString(text[:at])
		at -= size
	}
	return at
}

// ahead is the place n characters after another.
func ahead(text string, at, n int) int {
	for ; n > 0 && at < len(text); n-- {
		_, size := utf8.DecodeRuneInString(text[at:])
		at += size
	}
	return at
}
