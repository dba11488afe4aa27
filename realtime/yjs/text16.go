package yjs

import "unicode/utf8"

// text16 is text measured in UTF-16 units, as JavaScript does, and stored as UTF-8,
// as it comes off the wire. Most text needs no look at its units: where there are as
// many units as bytes, it is ASCII.
type text16 struct {
	utf8  []byte
	units uint64
}

const replacement = "\uFFFD"

// newText16 measures valid UTF-8.
func newText16(b []byte) text16 { return text16{utf8: b, units: units16(b)} }

// units16 counts UTF-16 units: one a character, two for those of four bytes.
func units16(b []byte) uint64 {
	var n uint64
	for _, c := range b {
		if c&0xc0 != 0x80 {
			n++
		}
		if c >= 0xf0 {
			n++
		}
	}
	return n
}

// cut parts the text before unit n. Where that is inside a surrogate pair, each
// side gets U+FFFD for its half, as in Yjs: halves would not survive UTF-8. Left and
// right share memory, but appending to left moves it elsewhere.
func (t text16) cut(n uint64) (left, right text16) {
	if n >= t.units {
		return t, text16{}
	}
	at, inPair := t.offset(n)
	left = text16{utf8: t.utf8[:at:at], units: n}
	right = text16{utf8: t.utf8[at:], units: t.units - n}
	if inPair {
		left.utf8 = append(left.utf8, replacement...)
		right.utf8 = append([]byte(replacement), t.utf8[at+4:]...)
	}
	return left, right
}

// offset finds the byte where unit n begins, or where the pair begins whose second
// half it is.
func (t text16) offset(n uint64) (at int, inPair bool) {
	if uint64(len(t.utf8)) == t.units {
		return int(n), false
	}
	for n > 0 {
		_, size := utf8.DecodeRune(t.utf8[at:])
		if size == 4 && n == 1 {
			return at, true
		}
		at += size
		n--
		if size == 4 {
			n--
		}
	}
	return at, false
}

func (t text16) isInPair(n uint64) bool {
	_, inPair := t.offset(n)
	return inPair
}

func (t text16) append(u text16) text16 {
	return text16{utf8: append(t.utf8, u.utf8...), units: t.units + u.units}
}

func (t text16) String() string { return string(t.utf8) }
