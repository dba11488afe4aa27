package attachment

import (
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// maxName bounds a name, in characters, its ending included.
const maxName = 80

// cleanName makes a name of what a browser calls a file: its last part, of letters, digits
// and a few signs. What directs text or can't be seen is gone, so that no name looks
// like another one. It may be empty but for "file".
func cleanName(sent string) string {
	sent = norm.NFC.String(strings.ToValidUTF8(sent, "_"))
	sent = sent[strings.LastIndexAny(sent, `/\`)+1:]
	name := strings.Map(func(r rune) rune {
		switch {
		case unicode.IsLetter(r), unicode.IsDigit(r), unicode.Is(unicode.Mn, r), strings.ContainsRune("-_.()", r):
			return r
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r):
			return -1
		}
		return '_'
	}, sent)
	name = strings.Trim(strings.Join(strings.Fields(name), " "), ". ")
	ending := path.Ext(name)
	if utf8.RuneCountInString(ending) > 10 {
		ending = ""
	}
	stem := []rune(strings.TrimSuffix(name, ending))
	if room := maxName - utf8.RuneCountInString(ending); len(stem) > room {
		stem = stem[:room]
	}
	if name = strings.TrimSpace(string(stem)); name == "" {
		name = "file"
	}
	return name + ending
}
