package search

import (
	"slices"
	"strings"
	"unicode/utf8"

	"madang/app"
)

// MaxQuery is how long a query may be, in characters.
const MaxQuery = 100

// Query is what somebody looks for: texts that contain every term. A term is a word or,
// in quotation marks, several; it is found inside of longer words too.
type Query struct{ terms []string }

// ParseQuery reads what somebody typed. Too little to look for is Invalid "search.short",
// nothing "search.empty"; more than MaxQuery characters are TooLarge "search.long".
func ParseQuery(typed string) (Query, error) {
	switch length := utf8.RuneCountInString(typed); {
	case !utf8.ValidString(typed):
		return Query{}, app.Invalid("text.utf8").On("q")
	case strings.ContainsRune(typed, 0):
		return Query{}, app.Invalid("text.hidden").On("q")
	case length > MaxQuery:
		return Query{}, app.TooLarge("search.long", "max", MaxQuery, "length", length).On("q")
	}
	terms := termsOf(Fold(typed))
	if len(terms) == 0 {
		return Query{}, app.Invalid("search.empty").On("q")
	}
	if !slices.ContainsFunc(terms, isTelling) {
		return Query{}, app.Invalid("search.short").On("q")
	}
	return Query{terms}, nil
}

// quotes are the marks that people put around several words.
var quotes = strings.NewReplacer("“", `"`, "”", `"`, "「", `"`, "」", `"`, "『", `"`, "』", `"`)

// termsOf are the terms of a folded query. Every second part between quotation marks
// is a term as it stands; one that nobody closed ends with the query.
func termsOf(folded string) []string {
	var terms []string
	for i, part := range strings.Split(quotes.Replace(folded), `"`) {
		if i%2 == 0 {
			terms = append(terms, strings.Fields(part)...)
		} else if term := strings.TrimSpace(part); term != "" {
			terms = append(terms, term)
		}
	}
	slices.Sort(terms)
	return slices.Compact(terms)
}

// Grams are what every text has in which the query can be found: those that it has as
// they are, and those with which one of its grams begins.
func (q Query) Grams() (whole, prefixes []string) {
	var grams []gram
	for _, term := range q.terms {
		grams = append(grams, gramsOf(term)...)
	}
	for _, g := range sorted(grams) {
		if g.isPrefix {
			prefixes = append(prefixes, g.text)
		} else {
			whole = append(whole, g.text)
		}
	}
	return whole, prefixes
}

// Matches reports whether a text contains every term. A text that has all the grams may
// have them in different places.
func (q Query) Matches(text string) bool {
	folded := Fold(text)
	for _, term := range q.terms {
		if !strings.Contains(folded, term) {
			return false
		}
	}
	return true
}
