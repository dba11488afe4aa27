package consultation

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"madang/app"
	"madang/app/prose"
)

// Field is a part of a submission's words from which something can be taken out.
type Field string

// The fields. A name is taken out whole.
const (
	FieldComment  Field = "comment"
	FieldProposed Field = "proposed"
	FieldName     Field = "name"
)

// Fields are all of them, in the order in which they are shown.
var Fields = []Field{FieldComment, FieldProposed, FieldName}

// in is the field's text.
func (f Field) in(w *Words) *string {
	switch f {
	case FieldComment:
		return &w.Comment
	case FieldProposed:
		return &w.Proposed
	case FieldName:
		return &w.Name
	}
	return nil
}

// Span is a run of characters of a field, from Start to just before End.
type Span struct {
	Field      Field
	Start, End int
}

// String is how a span is written in forms and stored: "comment:12-25". It tells nothing
// of the words.
func (s Span) String() string { return fmt.Sprintf("%s:%d-%d", s.Field, s.Start, s.End) }

// MaxSpans is how many places are taken out of one submission at most.
const MaxSpans = 500

// ReadSpans reads spans that are separated by spaces; what is none is Invalid
// "redaction.span".
func ReadSpans(text string) ([]Span, error) {
	var spans []Span
	for _, one := range strings.Fields(text) {
		field, place, _ := strings.Cut(one, ":")
		from, to, _ := strings.Cut(place, "-")
		start, err1 := strconv.Atoi(from)
		end, err2 := strconv.Atoi(to)
		if err1 != nil || err2 != nil || start < 0 || end <= start || !slices.Contains(Fields, Field(field)) {
			return nil, app.Invalid("redaction.span").On("spans")
		}
		spans = append(spans, Span{Field(field), start, end})
	}
	return spans, nil
}

// JoinSpans writes spans as ReadSpans reads them.
func JoinSpans(spans []Span) string {
	parts := make([]string, len(spans))
	for i, s := range spans {
		parts[i] = s.String()
	}
	return strings.Join(parts, " ")
}

// tidySpans orders spans and joins those that overlap or touch.
func tidySpans(spans []Span) []Span {
	sorted := slices.Clone(spans)
	slices.SortFunc(sorted, func(a, b Span) int {
		return cmp.Or(slices.Index(Fields, a.Field)-slices.Index(Fields, b.Field), a.Start-b.Start, a.End-b.End)
	})
	var tidied []Span
	for _, s := range sorted {
		if n := len(tidied); n > 0 && tidied[n-1].Field == s.Field && s.Start <= tidied[n-1].End {
			tidied[n-1].End = max(tidied[n-1].End, s.End)
			continue
		}
		tidied = append(tidied, s)
	}
	return tidied
}

// masks stand for what was taken out, in the languages of submissions. They are as long
// whatever it was, so that nobody guesses a name by its length.
var masks = map[string]string{"ko": "[가림]", "en": "[redacted]"}

// MaskIn is what stands for words that were taken out of a text in a language.
func MaskIn(lang string) string {
	if mask, ok := masks[lang]; ok {
		return mask
	}
	return masks["en"]
}

// isMasked reports whether something in the words stands for what was taken out.
func (w Words) isMasked() bool {
	for _, mask := range masks {
		if strings.Contains(w.Comment, mask) || strings.Contains(w.Proposed, mask) {
			return true
		}
	}
	return false
}

// without is the words with what is in the spans taken out. A span that isn't in the
// words is Invalid "redaction.span".
func (w Words) without(spans []Span) (Words, error) {
	spans = tidySpans(spans)
	if len(spans) > MaxSpans {
		return w, app.TooLarge("redaction.many", "max", MaxSpans).On("spans")
	}
	for i := len(spans) - 1; i >= 0; i-- {
		s := spans[i]
		text := s.Field.in(&w)
		runes := []rune(*text)
		switch {
		case s.End > len(runes):
			return w, app.Invalid("redaction.span").On("spans")
		case s.Field == FieldName:
			w.Name = ""
		default:
			*text = string(runes[:s.Start]) + MaskIn(w.Lang) + string(runes[s.End:])
		}
	}
	return w, nil
}

// spansOf finds each phrase wherever it stands in the words. One that stands nowhere is
// Invalid "redaction.missing".
func (w Words) spansOf(phrases []string) ([]Span, error) {
	var spans []Span
	for _, phrase := range phrases {
		phrase = strings.TrimSpace(phrase)
		if phrase == "" {
			continue
		}
		found := 0
		for _, field := range Fields {
			for _, at := range prose.Occurrences(prose.Fold(*field.in(&w)), prose.Fold(phrase), false) {
				spans = append(spans, Span{field, at, at + len([]rune(phrase))})
				found++
			}
		}
		if found == 0 {
			return nil, app.Invalid("redaction.missing", "words", phrase).On("phrases")
		}
	}
	return spans, nil
}
