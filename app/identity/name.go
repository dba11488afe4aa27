package identity

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"

	"madang/app"
)

// Limits of names, in characters.
const (
	MaxPseudonym = 40
	MaxGroupName = 120
	maxSlug      = 40
)

// pseudonym is a name as it will be shown, or Invalid with what is wrong about it.
func pseudonym(typed string) (string, error) {
	name, err := line(typed, MaxPseudonym, "name")
	if err != nil {
		return "", err
	}
	switch {
	case nameKey(name) == "":
		return "", app.Invalid("name.empty").On("name")
	case offices[lookOf(name)]:
		return "", app.Invalid("name.office").On("name")
	case slices.ContainsFunc(strings.Fields(name), isMixed):
		return "", app.Invalid("name.mixed").On("name")
	}
	return name, nil
}

// offices are names by which people would take somebody for the staff of the forum or of
// their group, folded by lookOf: nobody can have one, or one that looks like it.
var offices = func() map[string]bool {
	keys := map[string]bool{}
	for _, name := range []string{
		"Madang", "Admin", "Administrator", "Steward", "Support", "Help desk", "System", "Security", "Staff", "Official",
		"Chair", "Chairperson", "Editor", "Facilitator", "Moderator", "Note taker", "Interpreter",
		"마당", "관리자", "운영자", "운영진", "도우미", "고객센터", "상담원", "시스템", "보안", "공식", "의장", "편집자", "진행자", "중재자", "기록자", "통역자",
	} {
		keys[lookOf(name)] = true
	}
	return keys
}()

// line tidies a text of one line: composed characters, single spaces. Control and
// direction characters are refused, for a name made with them can look like another.
func line(typed string, most int, field string) (string, error) {
	text := strings.Join(strings.Fields(norm.NFC.String(typed)), " ")
	switch {
	case !utf8.ValidString(typed):
		return "", app.Invalid("text.utf8").On(field)
	case text == "":
		return "", app.Invalid(field + ".empty").On(field)
	case utf8.RuneCountInString(text) > most:
		return "", app.TooLarge(field+".long", "max", most, "length", utf8.RuneCountInString(text)).On(field)
	case strings.ContainsFunc(text, isHidden):
		return "", app.Invalid("text.hidden").On(field)
	}
	return text, nil
}

// isHidden reports whether a character is a control or format character. Joiners
// are format characters too, but names in Korean and English don't need them.
func isHidden(r rune) bool { return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Cs) }

// nameKey folds a name so that names people would take for the same are equal:
// compatibility forms composed (Unicode UAX #15, NFKC), case folded, only letters,
// marks and digits kept, letters that look like Latin ones replaced by these.
func nameKey(name string) string {
	folded := cases.Fold().String(norm.NFKC.String(name))
	return strings.Map(func(r rune) rune {
		if latin, alike := lookalikes[r]; alike {
			return latin
		}
		if unicode.In(r, unicode.L, unicode.M, unicode.N) {
			return r
		}
		return -1
	}, folded)
}

// lookalikes are the lower-case Cyrillic and Greek letters, and the digits, that
// are commonly mistaken for Latin letters (a part of Unicode UTS #39, confusables).
var lookalikes = map[rune]rune{
	'а': 'a', 'е': 'e', 'о': 'o', 'р': 'p', 'с': 'c', 'у': 'y', 'х': 'x', 'і': 'l', 'ј': 'j', 'ѕ': 's', 'ԁ': 'd', 'һ': 'h', 'к': 'k', 'м': 'm', 'т': 't', 'в': 'b', 'н': 'h',
	'α': 'a', 'ο': 'o', 'ρ': 'p', 'υ': 'u', 'ν': 'v', 'ι': 'l', 'κ': 'k', 'τ': 't', 'χ': 'x',
	'0': 'o', '1': 'l', 'i': 'l',
}

// lookOf folds a name to how it looks at a glance, further than nameKey, which is kept and
// has to stay as it is: accents are gone, capitals count by their own look, and so do signs and
// pairs of letters.
func lookOf(name string) string {
	bare := strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFKD.String(name))
	return pairs.Replace(nameKey(glances.Replace(bare)))
}

var (
	// glances are capitals of Greek that look otherwise than their small letters, small
	// letters of other alphabets that nameKey leaves as they are, and signs in the place of
	// letters.
	glances = strings.NewReplacer(
		"Β", "B", "Ε", "E", "Ζ", "Z", "Η", "H", "Μ", "M", "Ν", "N", "Υ", "Y", "Ϲ", "C", "ϲ", "c", "Ϳ", "J",
		"ı", "i", "ɑ", "a", "ɡ", "g", "ԛ", "q", "ԝ", "w", "г", "r", "ѵ", "v", "օ", "o", "ս", "u", "հ", "h", "ո", "n",
		"|", "l", "!", "l", "$", "s", "@", "a", "3", "e", "4", "a", "5", "s", "7", "t", "8", "b",
	)
	pairs = strings.NewReplacer("rn", "m", "vv", "w")
)

// alphabets are those whose letters are mistaken for each other.
var alphabets = []*unicode.RangeTable{unicode.Latin, unicode.Cyrillic, unicode.Greek, unicode.Armenian, unicode.Cherokee, unicode.Coptic, unicode.Lisu}

// isMixed reports whether a word has letters of several of these: no name is written so, but
// one that is to be taken for another (Unicode UTS #39, mixed scripts).
func isMixed(word string) bool {
	found := 0
	for _, alphabet := range alphabets {
		if strings.ContainsFunc(norm.NFKC.String(word), func(r rune) bool { return unicode.Is(alphabet, r) }) {
			found++
		}
	}
	return found > 1
}

// slugOf makes a short name for a command line of a name in any script: lower-case
// letters and digits, with hyphens between.
func slugOf(name string) string {
	var b strings.Builder
	length := 0
	for word := range strings.FieldsFuncSeq(strings.ToLower(norm.NFC.String(name)), isBetweenWords) {
		n := utf8.RuneCountInString(word)
		if length > 0 && length+1+n > maxSlug {
			break
		}
		if length > 0 {
			b.WriteByte('-')
			length++
		}
		b.WriteString(firstRunes(word, maxSlug))
		length += n
	}
	if b.Len() == 0 {
		return "group"
	}
	return b.String()
}

func isBetweenWords(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }

func firstRunes(text string, n int) string {
	for i := range text {
		if n == 0 {
			return text[:i]
		}
		n--
	}
	return text
}
