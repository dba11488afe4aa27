package disposition

import "unicode"

// Span is a stretch of a text, in characters, from the first to before the last.
type Span struct{ Start, End int }

// Of is what the text says there; "" beyond its end.
func (s Span) Of(text string) string {
	runes := []rune(text)
	if s.Start < 0 || s.Start >= s.End || s.End > len(runes) {
		return ""
	}
	return string(runes[s.Start:s.End])
}

// Sentences cuts a text where sentences end: behind a full stop, a question mark or an
// exclamation mark that a space follows, and at every end of a line. It suits both
// languages, takes an abbreviation for an end, and leaves out the space between. Readers
// tick sentences where no script selects words for them.
func Sentences(text string) []Span {
	runes, start := []rune(text), 0
	var list []Span
	cut := func(end int) {
		first, last := start, end
		for first < last && unicode.IsSpace(runes[first]) {
			first++
		}
		for last > first && unicode.IsSpace(runes[last-1]) {
			last--
		}
		if first < last {
			list = append(list, Span{first, last})
		}
		start = end
	}
	for i, r := range runes {
		switch {
		case r == '\n', isWideEnd(r), isEnd(r) && i+1 < len(runes) && unicode.IsSpace(runes[i+1]):
			cut(i + 1)
		}
	}
	cut(len(runes))
	return list
}

func isEnd(r rune) bool { return r == '.' || r == '!' || r == '?' || r == '…' }

// isWideEnd reports whether a sentence ends with the sign though no space follows it.
func isWideEnd(r rune) bool { return r == '。' || r == '！' || r == '？' }
