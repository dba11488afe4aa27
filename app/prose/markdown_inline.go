package prose

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// inlineWriter writes the words of a text block.
type inlineWriter struct {
	out       strings.Builder
	isHeading bool
	// opened is where the last asterisks that open a run end.
	opened int
}

// lines are what was written; spaces at the ends of a line, which Markdown drops,
// become references.
func (w *inlineWriter) lines() []string {
	lines := strings.Split(w.out.String(), "\n")
	for i, line := range lines {
		if rest, found := strings.CutPrefix(line, " "); found {
			line = "&#32;" + rest
		}
		if rest, found := strings.CutSuffix(line, " "); found {
			line = rest + "&#32;"
		}
		lines[i] = line
	}
	return lines
}

// sign is how a mark is written: between two stretches of asterisks, between two
// tags, or as a link.
type sign struct {
	asterisks, tag string
	isOn           func(Marks) bool
	off            func(*Marks)
}

var (
	strongSign = sign{"**", "strong", func(m Marks) bool { return m.Strong }, func(m *Marks) { m.Strong = false }}
	emSign     = sign{"*", "em", func(m Marks) bool { return m.Em }, func(m *Marks) { m.Em = false }}
)

func linkSign(href string) sign {
	return sign{isOn: func(m Marks) bool { return href != "" && m.Href == href }, off: func(m *Marks) { m.Href = "" }}
}

// write writes spans, of which each run with a mark in common stands in one pair
// of signs; the longest run goes outside.
func (w *inlineWriter) write(spans []Span) {
	for len(spans) > 0 {
		s, length := longestRun(spans)
		if length == 0 {
			w.writePlain(spans[0], len(spans) > 1 && !spans[1].Break)
			spans = spans[1:]
			continue
		}
		w.writeRun(s, spans[:length])
		spans = spans[length:]
	}
}

// longestRun is the mark of the first span that goes on furthest, and how far; 0 if
// it has none.
func longestRun(spans []Span) (longest sign, length int) {
	for _, s := range []sign{linkSign(spans[0].Marks.Href), strongSign, emSign} {
		n := 0
		for n < len(spans) && s.isOn(spans[n].Marks) {
			n++
		}
		if n > length {
			longest, length = s, n
		}
	}
	return longest, length
}

func (w *inlineWriter) writeRun(s sign, run []Span) {
	inner := make([]Span, len(run))
	for i, span := range run {
		s.off(&span.Marks)
		inner[i] = span
	}
	open, end := "<"+s.tag+">", "</"+s.tag+">"
	switch {
	case s.tag == "":
		open, end = "[", "]("+escaped(run[0].Marks.Href, `\()<>`)+")"
	case w.mayUseAsterisks(inner):
		open, end = s.asterisks, s.asterisks
		w.opened = w.out.Len() + len(open)
	}
	w.out.WriteString(open)
	w.write(inner)
	w.out.WriteString(end)
}

// mayUseAsterisks reports whether CommonMark reads asterisks around the spans as
// they are meant: a letter or digit follows the first and stands before the last,
// and they touch none but those of a run around the same words (CommonMark 0.31,
// section 6.2). Korean needs the alternative: a particle right behind a bracket or
// quotation mark keeps asterisks from closing.
func (w *inlineWriter) mayUseAsterisks(inner []Span) bool {
	head, tail := inner[0], inner[len(inner)-1]
	if head.Marks.Href+tail.Marks.Href != "" || len(inner) > 1 && (head.Marks != Marks{} || tail.Marks != Marks{}) {
		return false
	}
	first, _ := utf8.DecodeRuneInString(head.Text)
	last, _ := utf8.DecodeLastRuneInString(tail.Text)
	if !unicode.In(first, unicode.L, unicode.N) || !unicode.In(last, unicode.L, unicode.N) {
		return false
	}
	return !strings.HasSuffix(w.out.String(), "*") || w.opened == w.out.Len()
}

// writePlain writes a span without marks. A break may end the line if there are
// words before and behind it.
func (w *inlineWriter) writePlain(s Span, isFollowed bool) {
	switch {
	case s.Footnote:
		w.out.WriteString("[^" + s.Text + "]")
	case !s.Break:
		w.writeText(s.Text)
	case w.isHeading || !isFollowed || w.isLineStart() || strings.HasSuffix(w.out.String(), `\`):
		w.out.WriteString("<br>")
	default:
		w.out.WriteString("\\\n")
	}
}

func (w *inlineWriter) isLineStart() bool {
	written := w.out.String()
	return written == "" || strings.HasSuffix(written, "\n")
}

// A block begins at the start of a line with one of these signs, or with a number, and the
// line below a head of a table with one of the others.
const (
	lineOpeners  = "+-=>~"
	tableOpeners = "|:"
)

var numberOpener = regexp.MustCompile(`^[0-9]{1,9}[.)]`)

// writeText writes words so that no character of theirs is taken for a sign.
func (w *inlineWriter) writeText(text string) {
	if text[0] == ':' && strings.HasSuffix(w.out.String(), "]") { // else it would begin what a footnote says
		w.out.WriteByte('\\')
	}
	if w.isLineStart() {
		openers := lineOpeners
		if w.out.Len() > 0 {
			openers += tableOpeners
		}
		number := numberOpener.FindString(text)
		if number != "" {
			w.out.WriteString(number[:len(number)-1])
			text = text[len(number)-1:]
		}
		if number != "" || strings.ContainsRune(openers, rune(text[0])) {
			w.out.WriteString(`\` + text[:1])
			text = text[1:]
		}
	}
	w.out.WriteString(escaped(text, "\\`*_[]<{#"))
}

// reference is what is read as a character reference (CommonMark 0.31, section 2.5).
var reference = regexp.MustCompile(`^&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]*);`)

// escaped puts a backslash before each of the signs, before whatever looks like a
// reference and before "!" at the end, where a link may follow, and writes control
// characters as references.
func escaped(text, signs string) string {
	var out strings.Builder
	for i, r := range text {
		switch {
		case r < ' ' || r == 0x7f:
			fmt.Fprintf(&out, "&#%d;", r)
			continue
		case strings.ContainsRune(signs, r), r == '&' && reference.MatchString(text[i:]), text[i:] == "!":
			out.WriteByte('\\')
		}
		out.WriteRune(r)
	}
	return out.String()
}
