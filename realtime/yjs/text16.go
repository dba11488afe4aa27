package yjs

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

// cut answers the text before unit n and the text from there on, sharing its memory.
// Where n is inside a surrogate pair each side gets U+FFFD for its half, as in Yjs:
// halves would not survive UTF-8.
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

// split is cut for one who gives up the whole: of a spoilt pair only the shorter side
// is copied, so that splitting a text to pieces costs no more than n log n.
func (t text16) split(n uint64) (left, right text16) {
	at, inPair := t.offset(n)
	if !inPair {
		return t.cut(n)
	}
	left.units, right.units = n, t.units-n
	if before, behind := t.utf8[:at:at], t.utf8[at+4:]; len(before) < len(behind) {
		left.utf8 = append(before, replacement...)
		right.utf8 = t.utf8[at+1:]
		copy(right.utf8, replacement)
	} else {
		right.utf8 = append([]byte(replacement), behind...)
		left.utf8 = t.utf8[: at+3 : at+3]
		copy(left.utf8[at:], replacement)
	}
	return left, right
}

// slice is n units from unit first on, halves of pairs as in cut.
func (t text16) slice(first, n uint64) text16 {
	from, spoiltStart := t.offset(first)
	tail, length := text16{utf8: t.utf8[from:], units: t.units - first}, n
	if spoiltStart {
		tail.units++
		length++
	}
	to, spoiltEnd := tail.offset(length)
	b := tail.utf8[:to:to]
	if spoiltStart {
		b = append([]byte(replacement), b[4:]...)
	}
	if spoiltEnd {
		b = append(b, replacement...)
	}
	return text16{utf8: b, units: n}
}

// offset finds the byte where unit n begins, or where the pair begins whose second
// half it is. It counts from the nearer end.
func (t text16) offset(n uint64) (at int, inPair bool) {
	switch {
	case uint64(len(t.utf8)) == t.units:
		return int(n), false
	case n > t.units/2:
		return t.offsetFromEnd(t.units - n)
	}
	for n > 0 {
		size, units := runeSize(t.utf8[at])
		if units > n {
			return at, true
		}
		at += size
		n -= units
	}
	return at, false
}

// offsetFromEnd finds the byte with n units behind it.
func (t text16) offsetFromEnd(n uint64) (at int, inPair bool) {
	at = len(t.utf8)
	for n > 0 {
		at--
		for t.utf8[at]&0xc0 == 0x80 {
			at--
		}
		_, units := runeSize(t.utf8[at])
		if units > n {
			return at, true
		}
		n -= units
	}
	return at, false
}

// runeSize is how many bytes and UTF-16 units the character takes whose first byte is
// given.
func runeSize(first byte) (size int, units uint64) {
	switch {
	case first < 0x80:
		return 1, 1
	case first < 0xe0:
		return 2, 1
	case first < 0xf0:
		return 3, 1
	}
	return 4, 2
}

func (t text16) isInPair(n uint64) bool {
	_, inPair := t.offset(n)
	return inPair
}

func (t text16) append(u text16) text16 {
	return text16{utf8: append(t.utf8, u.utf8...), units: t.units + u.units}
}

func (t text16) String() string { return string(t.utf8) }

// textCursor takes slices of a text from left to right, and looks at each part of it
// once.
type textCursor struct {
	of   *contentString
	unit uint64
	at   int // the byte where the unit begins
}

func (k *textCursor) slice(c *contentString, first, n uint64) text16 {
	if k.of != c || first < k.unit {
		*k = textCursor{of: c}
	}
	rest := text16{utf8: c.text.utf8[k.at:], units: c.text.units - k.unit}
	first -= k.unit
	at, inPair := rest.offset(first)
	k.at += at
	k.unit += first
	if inPair {
		k.unit--
	}
	return rest.slice(first, n)
}
