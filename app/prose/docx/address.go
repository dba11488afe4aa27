package docx

import (
	"net/url"
	"strings"
)

// addressMax is the longest address that Word follows, with some to spare.
const addressMax = 2000

// target is how a link stands in a relationship: an address of visible ASCII (RFC
// 3986), for Word calls a whole document damaged over one that isn't. Empty if no such
// address can be made of it: then its words stay without the link.
func target(href string) string {
	var out strings.Builder
	for i := 0; i < len(href); i++ {
		if isPlain(href, i) {
			out.WriteByte(href[i])
			continue
		}
		out.WriteString("%" + strings.ToUpper(hexOf(href[i])))
	}
	made := out.String()
	if parsed, err := url.Parse(made); err != nil || parsed.Opaque == "" && parsed.Host == "" || len(made) > addressMax {
		return ""
	}
	return made
}

func hexOf(b byte) string {
	const digits = "0123456789abcdef"
	return string([]byte{digits[b>>4], digits[b&15]})
}

// isPlain reports whether a byte of an address stands for itself in it.
func isPlain(href string, i int) bool {
	c := href[i]
	switch {
	case c == '%':
		return i+2 < len(href) && isHex(href[i+1]) && isHex(href[i+2])
	case c <= ' ' || c >= 0x7f:
		return false
	}
	return !strings.ContainsRune("<>\"{}|\\^`", rune(c))
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

// tipMax is the longest text that Word shows over a link.
const tipMax = 255

// tip is what a link shows when pointed at: the address as its author wrote it, if
// that isn't its target. It brings the address back unchanged.
func tip(href string) string {
	if target(href) == href || len(href) > tipMax || href != clean(href) {
		return ""
	}
	return href
}
