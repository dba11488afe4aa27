package attachment

import (
	"bytes"
	"unicode"
	"unicode/utf8"

	"madang/app"
)

// checkText takes plain text in UTF-8 that holds nothing invisible but line ends and tabs.
// The mark that some programs set in front is taken off, and lines end as ours do.
func (f *File) checkText() *app.Error {
	text := bytes.TrimPrefix(f.Content, []byte("\ufeff"))
	if bytes.Contains(text, []byte("\r\n")) {
		text = bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n"))
	}
	if !utf8.Valid(text) || bytes.ContainsFunc(text, isHidden) {
		return app.Invalid("attachment.letters")
	}
	f.Content = text
	return nil
}

// isHidden reports whether a rune changes how the others look without being seen: controls,
// and those that turn the direction of text around (Unicode Technical Report 36, 2.6).
func isHidden(r rune) bool {
	return unicode.IsControl(r) && r != '\n' && r != '\t' || r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069'
}
