package consultation

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"strings"
	"unicode"

	"madang/app"

	"golang.org/x/text/unicode/norm"
)

// A receipt code has 15 digits and a check digit: 49 bits, which with the forum's
// secret can't be tried out from the database, and at one wrong guess a second not from
// outside.
const (
	codeDigits = 16
	codeSpace  = 1_000_000_000_000_000
)

// codeOf is the receipt code of a submission. It follows from the id and the forum's
// secret, so that a form that is sent again, because its answer got lost or the node
// died, shows the same receipt, and the code itself is kept nowhere.
func (s *Service) codeOf(id app.ID) string {
	n := binary.BigEndian.Uint64(s.mac("receipt", string(id))) % codeSpace
	digits := fmt.Sprintf("%015d", n)
	return digits + string(checkDigit(digits))
}

// hashOf is what is kept of a code.
func (s *Service) hashOf(code string) []byte { return s.mac("receipt code", code) }

// digestOf recognises the words that were sent under an id, once they are sent again.
func (s *Service) digestOf(id app.ID, w Words) []byte {
	return s.mac("submission", fmt.Sprintf("%s\x00%q", id, w.said()))
}

// digestWith recognises the files that came with words, too.
func (s *Service) digestWith(words []byte, files []NewFile) []byte {
	sums := make([]string, len(files))
	for i, f := range files {
		sums[i] = SumOf(f)
	}
	return s.mac("submission with files", fmt.Sprintf("%x\x00%q", words, sums))
}

func (w Words) said() []string {
	return append([]string{w.Comment, w.Proposed, string(w.Kind), string(w.As), w.Name, string(w.Stakeholder), string(w.Publish), w.Lang}, w.Clauses...)
}

func (s *Service) mac(use, of string) []byte {
	h := hmac.New(sha256.New, s.secret)
	h.Write([]byte(use + "\x00" + of))
	return h.Sum(nil)
}

// checkDigit is that of ISO/IEC 7064, MOD 11,10, which finds every wrong digit and
// nearly every pair of digits in the wrong order.
func checkDigit(digits string) byte {
	p := 10
	for _, d := range digits {
		sum := (p + int(d-'0')) % 10
		if sum == 0 {
			sum = 10
		}
		p = sum * 2 % 11
	}
	return byte('0' + (11-p)%10)
}

// ReadCode reads a receipt code as people write it: with spaces, hyphens or other signs
// between, or with full-width digits. A code that can't be one because a digit is wrong
// or missing is Invalid "receipt.mistyped".
func ReadCode(typed string) (string, error) {
	digits := strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.IsPunct(r) {
			return -1
		}
		return r
	}, norm.NFKC.String(typed))
	isDigit := func(r rune) bool { return r >= '0' && r <= '9' }
	if len(digits) != codeDigits || strings.ContainsFunc(digits, func(r rune) bool { return !isDigit(r) }) ||
		checkDigit(digits[:codeDigits-1]) != digits[codeDigits-1] {
		return "", app.Invalid("receipt.mistyped").On("code")
	}
	return digits, nil
}

// SpacedCode is a code in groups of four digits.
func SpacedCode(code string) string {
	var groups []string
	for i := 0; i+4 <= len(code); i += 4 {
		groups = append(groups, code[i:i+4])
	}
	return strings.Join(groups, " ")
}
