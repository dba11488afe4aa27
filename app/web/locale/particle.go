package locale

import (
	"strings"
	"unicode"
)

// particle is a Korean particle in its two forms: after a closed syllable (one that
// ends in a consonant), and after an open one. The zero particle is none.
type particle struct{ closed, open string }

// The last sound of a word, as far as a particle cares.
type sound int

const (
	unknown sound = iota
	open
	closed
	liquid // closed by ㄹ, which counts as open before 로
)

// after returns the form that follows the word. Where nobody can tell how the word
// is spoken, both stand there, as in printed forms: "은(는)".
func (p particle) after(word string) string {
	switch last := lastSound(word); {
	case p == particle{}:
		return ""
	case last == unknown:
		return p.closed + "(" + p.open + ")"
	case last == open, last == liquid && p.closed == "으로":
		return p.open
	}
	return p.closed
}

// lastSound is that of the last letter or digit; quotes and brackets after it are
// not spoken.
func lastSound(word string) sound {
	word = strings.TrimRightFunc(word, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	var last rune
	for _, r := range word {
		last = r
	}
	return soundOf(unicode.ToLower(last))
}

// Hangul syllables are numbered so that the final consonant is the remainder by 28:
// 0 is none, 8 is ㄹ (The Unicode Standard, section 3.12).
const (
	firstSyllable = '가'
	lastSyllable  = '힣'
	finals        = 28
	finalRieul    = 8
)

func soundOf(r rune) sound {
	switch {
	case r >= firstSyllable && r <= lastSyllable:
		return soundOfFinal(int(r-firstSyllable) % finals)
	case r >= '0' && r <= '9':
		return digitSounds[r-'0']
	case strings.ContainsRune("mn", r):
		return closed
	case r == 'l':
		return liquid
	case r >= 'a' && r <= 'z':
		return open
	}
	return unknown
}

func soundOfFinal(final int) sound {
	switch final {
	case 0:
		return open
	case finalRieul:
		return liquid
	}
	return closed
}

// digitSounds are those of 영 일 이 삼 사 오 육 칠 팔 구; a zero at the end of a larger
// number is spoken as 십, 백 or 천, which are closed like 영.
var digitSounds = [10]sound{closed, liquid, open, closed, open, open, closed, liquid, liquid, open}
