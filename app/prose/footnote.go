package prose

import (
	"regexp"
	"slices"
	"strings"
)

// In plain text a footnote stands where its number would, as "^[what it says]": so
// people write, change and take away footnotes in a plain text box, and edits of them
// are merged, compared and searched like all other words. (Pandoc's Markdown has inline
// notes in this form, too.) Brackets within have to come in pairs for it to be read.
// NoteOpen and NoteClose are what stands around the words.
const (
	NoteOpen  = "^["
	NoteClose = "]"
)

// plainNote is a footnote in plain text.
func plainNote(text string) string { return NoteOpen + text + NoteClose }

// isPlainNote reports whether a token is a footnote in plain text; words never begin so,
// for "^" is a word of its own.
func isPlainNote(token string) bool { return strings.HasPrefix(token, NoteOpen) }

// plainLength is how many bytes the span has in plain text.
func (s Span) plainLength(lineBreak string) int {
	switch {
	case s.Break:
		return len(lineBreak)
	case s.Footnote:
		return len(plainNote(s.Text))
	}
	return len(s.Text)
}

// tokensOf are the words of spans, each footnote being one.
func tokensOf(spans []Span, lineBreak string) []string {
	var tokens []string
	for len(spans) > 0 {
		if spans[0].Footnote {
			tokens, spans = append(tokens, plainNote(spans[0].Text)), spans[1:]
			continue
		}
		n := slices.IndexFunc(spans, func(s Span) bool { return s.Footnote })
		if n < 0 {
			n = len(spans)
		}
		tokens = append(tokens, tokensIn(textOf(spans[:n], lineBreak), nil)...)
		spans = spans[n:]
	}
	return tokens
}

// tokensIn are the words of a plain text, each footnote being one. What looks like a known
// footnote is that, however its brackets stand.
func tokensIn(text string, known []string) []string {
	var tokens []string
	for {
		at := strings.Index(text, NoteOpen)
		if at < 0 {
			return append(tokens, words(text)...)
		}
		length := noteAt(text[at:], known)
		if length == 0 {
			length = len(NoteOpen)
			tokens = append(tokens, words(text[:at+length])...)
		} else {
			tokens = append(append(tokens, words(text[:at])...), text[at:at+length])
		}
		text = text[at+length:]
	}
}

// noteAt is how long the footnote is that a text begins with; 0 if it is none.
func noteAt(text string, known []string) (length int) {
	for _, note := range known {
		if len(note) > length && strings.HasPrefix(text, note) {
			length = len(note)
		}
	}
	if length > 0 {
		return length
	}
	depth := 0
	for i, r := range text {
		switch r {
		case '[':
			depth++
		case ']':
			if depth--; depth == 0 {
				return i + len(NoteClose)
			}
		case '\n':
			return 0
		}
	}
	return 0
}

// notesIn are the footnotes among spans in plain text.
func notesIn(spans []Span) []string {
	var notes []string
	for _, s := range spans {
		if s.Footnote {
			notes = append(notes, plainNote(s.Text))
		}
	}
	return notes
}

// spansOfTokens are what new words become: footnotes, and text with marks.
func spansOfTokens(tokens []string, m Marks, lineBreak string) []Span {
	var spans []Span
	for _, token := range tokens {
		if isPlainNote(token) {
			spans = append(spans, Span{Footnote: true, Text: token[len(NoteOpen) : len(token)-len(NoteClose)]})
			continue
		}
		spans = append(spans, spansOf(token, m, lineBreak)...)
	}
	return spans
}

// isWithinNote reports whether a byte of the plain text lies in a footnote, and not at an
// edge of it.
func isWithinNote(spans []Span, at int, lineBreak string) bool {
	start := 0
	for _, s := range spans {
		end := start + s.plainLength(lineBreak)
		if s.Footnote && start < at && at < end {
			return true
		}
		start = end
	}
	return false
}

// Footnotes are what the footnotes of the text say, in order: the first has number 1.
func (d Doc) Footnotes() []string {
	var notes []string
	for _, b := range d.Blocks {
		notes = append(notes, b.Footnotes()...)
	}
	return notes
}

// Footnotes are what the footnotes of the block say, in order.
func (b Block) Footnotes() []string {
	var notes []string
	for _, s := range b.Inline {
		if s.Footnote {
			notes = append(notes, s.Text)
		}
	}
	for _, child := range b.Children {
		notes = append(notes, child.Footnotes()...)
	}
	return notes
}

// address is a web address in plain text. Signs at its end are those of the sentence.
var address = regexp.MustCompile(`https?://[^\s<>"]*[^\s<>".,;:!?)\]}’”]`)

// Linked parts a plain text, as that of a footnote, into spans of which those that are
// web addresses lead there.
func Linked(text string) []Span {
	var spans []Span
	done := 0
	for _, at := range address.FindAllStringIndex(text, -1) {
		href := text[at[0]:at[1]]
		if !table.MayLink(href) {
			continue
		}
		spans = append(spans, Span{Text: text[done:at[0]]}, Span{Text: href, Marks: Marks{Href: href}})
		done = at[1]
	}
	return tidy(append(spans, Span{Text: text[done:]}))
}
