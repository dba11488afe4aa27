package consultation

import (
	"cmp"
	"regexp"
	"slices"
	"unicode"
	"unicode/utf8"

	"madang/app/prose"
)

// Finding is a place in somebody's words that may say who or where a person is. It is a
// proposal: people decide.
type Finding struct {
	Span
	What Sort
	// Text are the words there.
	Text string
}

// Sort is what a finding looks like.
type Sort string

// The sorts.
const (
	SortResident  Sort = "resident" // a Korean resident registration number
	SortTelephone Sort = "telephone"
	SortMail      Sort = "mail"
	SortAddress   Sort = "address"
	SortName      Sort = "name" // one of the list of the docket
)

// Sorts are all of them.
var Sorts = []Sort{SortResident, SortTelephone, SortMail, SortAddress, SortName}

// patterns find what has a form of its own, in folded text. They would rather find too
// much than too little, for somebody looks at each finding.
var patterns = []struct {
	what Sort
	form *regexp.Regexp
}{
	// Six digits of a day of birth and seven of which the first says century and sex
	// (Enforcement Rule of the Resident Registration Act, article 2); those given since
	// October 2020 have no check digit, so none is asked for. Some people star the end.
	{SortResident, regexp.MustCompile(`\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\s?-?\s?\d[\d*x]{6}`)},
	{SortMail, regexp.MustCompile(`[a-z0-9._%+-]+(?:@|\s?[\[(](?:at|골뱅이)[\])]\s?)[a-z0-9-]+(?:\.[a-z0-9-]+)+`)},
	// Abroad up to 15 digits after the plus sign (ITU-T E.164); in Korea an area code of
	// two or three digits, or 010 and the like, and seven or eight more.
	{SortTelephone, regexp.MustCompile(`\+\d{1,3}[-. ]?(?:\(0\)[-. ]?)?\(?\d{1,4}\)?(?:[-. ]?\d{2,4}){2,4}`)},
	{SortTelephone, regexp.MustCompile(`\(?0\d{1,2}\)?[-. )]{0,2}\d{3,4}[-. ]{0,2}\d{4}`)},
	// Road names and lots (Road Name Address Act): at least a city, county or district
	// goes before, else "앞으로 3" would be a road.
	{SortAddress, regexp.MustCompile(`(?:[가-힣]{1,8}(?:시|도|군|구)\s+)+(?:[가-힣]{1,8}(?:읍|면|동|리)\s+)*[가-힣0-9·]{1,12}(?:로|길|동|리|가)\s?\d{1,5}(?:-\d{1,4})?(?:\s?번지|\s?번길\s?\d{1,4}(?:-\d{1,4})?)?(?:,?\s*(?:\d{1,4}동\s*)?\d{1,4}호)?`)},
	{SortAddress, regexp.MustCompile(`[가-힣a-z0-9]{2,20}(?:아파트|빌라|오피스텔|맨션)\s*(?:\d{1,4}동\s*)?\d{1,4}호`)},
	{SortAddress, regexp.MustCompile(`(?:우편번호|우\))\s*:?\s*\d{5}`)},
	{SortAddress, regexp.MustCompile(`\b\d{1,5}[a-z]?,?\s+(?:[a-z'’-]{2,20}\.?\s+){1,3}(?:street|st|road|rd|avenue|ave|lane|ln|drive|boulevard|blvd|square|court)\b`)},
	{SortAddress, regexp.MustCompile(`\bp\.?\s?o\.?\s?box\s+\d{1,6}`)},
}

// Findings are the places in the words that may say who or where somebody is: by their
// form, or because they are on the list of names. They are in order and don't overlap.
func (w Words) Findings(names []string) []Finding {
	var found []Finding
	for _, field := range Fields {
		text := prose.Fold(*field.in(&w))
		var here []Finding
		if field != FieldName {
			here = byForm(field, text)
		}
		for _, name := range names {
			for _, at := range prose.Occurrences(text, prose.Fold(name), true) {
				here = append(here, Finding{Span: Span{field, at, at + utf8.RuneCountInString(name)}, What: SortName})
			}
		}
		found = append(found, apart(here)...)
	}
	for i, f := range found {
		found[i].Text = string([]rune(*f.Field.in(&w))[f.Start:f.End])
	}
	return found
}

// byForm finds what has a form, where no digit or letter of the same kind goes on.
func byForm(field Field, text []rune) []Finding {
	folded := string(text)
	var found []Finding
	for _, p := range patterns {
		for _, at := range p.form.FindAllStringIndex(folded, -1) {
			start := utf8.RuneCountInString(folded[:at[0]])
			end := start + utf8.RuneCountInString(folded[at[0]:at[1]])
			if isDigit(text, start) && isDigit(text, start-1) || isDigit(text, end-1) && isDigit(text, end) {
				continue // within a longer number
			}
			found = append(found, Finding{Span: Span{field, start, end}, What: p.what})
		}
	}
	return found
}

func isDigit(text []rune, at int) bool {
	return at >= 0 && at < len(text) && unicode.IsDigit(text[at])
}

// apart leaves out what overlaps a finding that begins before it, or is longer.
func apart(found []Finding) []Finding {
	slices.SortStableFunc(found, func(a, b Finding) int { return cmp.Or(a.Start-b.Start, b.End-a.End) })
	end := 0
	return slices.DeleteFunc(found, func(f Finding) bool {
		if f.Start < end {
			return true
		}
		end = f.End
		return false
	})
}

// names reports whether a name stands in the words.
func (w Words) names(name string) bool {
	return slices.ContainsFunc(Fields, func(f Field) bool { return prose.Names(*f.in(&w), name) })
}

// Covered is the words with all findings taken out, for pages that may be seen by more
// people than read them. Only the first part of a text is looked at if limit isn't 0.
func (w Words) Covered(names []string, limit int) Words {
	if limit > 0 {
		w.Comment, w.Proposed = firstRunes(w.Comment, limit), firstRunes(w.Proposed, limit)
	}
	var spans []Span
	for _, f := range w.Findings(names) {
		spans = append(spans, f.Span)
	}
	covered, err := w.without(spans[:min(len(spans), MaxSpans)])
	if err != nil {
		return Words{Lang: w.Lang}
	}
	return covered
}

func firstRunes(text string, limit int) string {
	for i := range text {
		if limit == 0 {
			return text[:i]
		}
		limit--
	}
	return text
}
