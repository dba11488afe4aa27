package prose

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"madang/app"
)

// Tidy trims what somebody typed into a field, and refuses it if it is empty and needed,
// longer than most characters, or holds what nobody can see. What was typed comes back to
// its author with the sentence.
func Tidy(field string, text *string, most int, isNeeded bool) error {
	*text = strings.TrimSpace(strings.ReplaceAll(*text, "\r\n", "\n"))
	length := utf8.RuneCountInString(*text)
	switch {
	case !utf8.ValidString(*text):
		return app.Invalid("text.utf8").On(field)
	case strings.ContainsFunc(*text, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }):
		return app.Invalid("text.hidden").On(field)
	case length == 0 && isNeeded:
		return app.Invalid("box.empty").On(field)
	case length > most:
		return app.TooLarge("box.long", "max", most, "length", length).On(field)
	}
	return nil
}

// Cell makes a value of a CSV file that no spreadsheet takes for a formula: one that
// begins with =, +, -, @, a tab or a line end, in either width, gets an apostrophe in front
// (OWASP, "CSV Injection"). Quoting is the writer's.
func Cell(text string) string {
	if isFormula(text) {
		return "'" + text
	}
	return text
}

// UnCell takes back what Cell did to a value.
func UnCell(text string) string {
	if rest, isQuoted := strings.CutPrefix(text, "'"); isQuoted && isFormula(rest) {
		return rest
	}
	return text
}

func isFormula(text string) bool {
	return strings.IndexAny(strings.TrimLeft(text, " \u00a0\u3000"), "=+-@\t\r\n＝＋－＠") == 0 || strings.IndexAny(text, "\t\r\n") == 0
}
