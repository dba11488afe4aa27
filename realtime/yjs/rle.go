package yjs

// Format V2 writes each field of all structs as a column of its own, in one of lib0's
// run-length encodings. Each encoding has a type that reads and one that writes, named
// as in lib0. A column says how long its runs are, so what is read has no bound but
// the patience of who reads: see maxExpansion.

// signed reads a varint as sign and number. Differences of clocks, doubled, take one
// bit more than other numbers.
func (d *decoder) signed() (n uint64, negative bool) {
	first := d.byte()
	n = uint64(first & 0x3f)
	for shift, more := 6, first&0x80 != 0; more; shift += 7 {
		b := d.byte()
		more = b&0x80 != 0
		if shift > 48 || !more && b == 0 {
			d.fail("number")
			return 0, false
		}
		n |= uint64(b&0x7f) << shift
	}
	return n, first&0x40 != 0
}

// signed writes what decoder.signed reads.
func (e *encoder) signed(n uint64, negative bool) {
	var sign byte
	if negative {
		sign = 0x40
	}
	if n < 0x40 {
		e.byte(byte(n) | sign)
		return
	}
	e.byte(byte(n&0x3f) | sign | 0x80)
	e.uint(n >> 6)
}

// rleDecoder reads bytes: a byte, then how often it comes again. What comes last has
// no count and never ends.
type rleDecoder struct {
	decoder
	value   byte
	left    uint64
	endless bool
}

func (d *rleDecoder) next() byte {
	if d.endless {
		return d.value
	}
	if d.left > 0 {
		d.left--
		return d.value
	}
	d.value = d.byte()
	d.endless = d.err == nil && d.rest() == 0
	if !d.endless {
		d.left = d.uint()
	}
	return d.value
}

type rleEncoder struct {
	encoder
	value byte
	count uint64
}

func (e *rleEncoder) write(b byte) {
	if e.count > 0 && b == e.value {
		e.count++
		return
	}
	if e.count > 0 {
		e.uint(e.count - 1)
	}
	e.byte(b)
	e.value, e.count = b, 1
}

// uintOptRleDecoder reads whole numbers. One that comes several times is written
// negative, and how often it comes behind it.
type uintOptRleDecoder struct {
	decoder
	value uint64
	left  uint64
}

func (d *uintOptRleDecoder) next() uint64 {
	if d.left == 0 {
		n, isRun := d.signed()
		if n > maxSafe {
			d.fail("number")
			return 0
		}
		d.value, d.left = n, 1
		if isRun {
			d.left = d.uint() + 2
		}
	}
	d.left--
	return d.value
}

type uintOptRleEncoder struct {
	encoder
	value uint64
	count uint64
}

func (e *uintOptRleEncoder) write(n uint64) {
	if n != e.value {
		e.flush()
		e.value = n
	}
	e.count++
}

func (e *uintOptRleEncoder) flush() {
	if e.count > 0 {
		e.signed(e.value, e.count > 1)
	}
	if e.count > 1 {
		e.uint(e.count - 2)
	}
	e.count = 0
}

// intDiffOptRleDecoder reads whole numbers as differences from the one before. A
// difference is doubled; one is added if a count follows of how often it comes.
type intDiffOptRleDecoder struct {
	decoder
	value int64
	diff  int64
	left  uint64
}

func (d *intDiffOptRleDecoder) next() uint64 {
	if d.left == 0 {
		d.run()
	}
	d.left--
	d.value += d.diff
	if d.value < 0 || d.value > maxSafe {
		d.fail("number")
		d.value = 0
	}
	return uint64(d.value)
}

func (d *intDiffOptRleDecoder) run() {
	n, negative := d.signed()
	doubled := int64(n)
	if negative {
		doubled = -doubled
	}
	d.diff, d.left = doubled>>1, 1
	if doubled&1 != 0 {
		d.left = d.uint() + 2
	}
}

type intDiffOptRleEncoder struct {
	encoder
	value uint64
	diff  int64
	count uint64
}

func (e *intDiffOptRleEncoder) write(n uint64) {
	diff := int64(n) - int64(e.value)
	if diff != e.diff {
		e.flush()
		e.diff = diff
	}
	e.value = n
	e.count++
}

func (e *intDiffOptRleEncoder) flush() {
	doubled := e.diff * 2
	if e.count > 1 {
		doubled++
	}
	if e.count > 0 {
		e.signed(uint64(max(doubled, -doubled)), doubled < 0)
	}
	if e.count > 1 {
		e.uint(e.count - 2)
	}
	e.count = 0
}

// stringDecoder reads strings: all of them in one text, then the length of each in
// UTF-16 units.
type stringDecoder struct {
	lengths uintOptRleDecoder
	left    text16
	spoilt  bool // the second half of a character comes first
}

func newStringDecoder(b []byte) stringDecoder {
	d := decoder{buf: b}
	text := newText16(d.text())
	return stringDecoder{lengths: uintOptRleDecoder{decoder: d}, left: text}
}

// next is the next string. Where a character was parted between two strings, each
// gets U+FFFD for its half, as format V1 would have had it.
func (d *stringDecoder) next() []byte {
	n := d.lengths.next()
	if n == 0 {
		return nil
	}
	var s []byte
	if d.spoilt {
		d.spoilt, s, n = false, []byte(replacement), n-1
	}
	if n > d.left.units {
		d.lengths.fail("string beyond the text")
		return nil
	}
	at, inPair := d.left.offset(n)
	s = join(s, d.left.utf8[:at:at])
	d.left = text16{utf8: d.left.utf8[at:], units: d.left.units - n}
	if inPair {
		s = append(s, replacement...)
		d.left = text16{utf8: d.left.utf8[len("😀"):], units: d.left.units - 1}
		d.spoilt = true
	}
	return s
}

// join appends, but copies nothing to an empty slice.
func join(a, b []byte) []byte {
	if len(a) == 0 {
		return b
	}
	return append(a, b...)
}

type stringEncoder struct {
	encoder
	lengths uintOptRleEncoder
}

func (e *stringEncoder) write(utf8 []byte) {
	e.raw(utf8)
	e.lengths.write(units16(utf8))
}

// keyDecoder reads names that repeat: the number of one that came before, or the next
// number and the name itself among the strings.
type keyDecoder struct {
	intDiffOptRleDecoder
	strings *stringDecoder
	keys    [][]byte // nil where nothing is asked for again
	counts  bool
}

func newKeyDecoder(b []byte, strings *stringDecoder) keyDecoder {
	d := keyDecoder{intDiffOptRleDecoder: intDiffOptRleDecoder{decoder: decoder{buf: b}}, strings: strings}
	d.counts = d.isCounting()
	return d
}

// isCounting reports whether the column just counts 0, 1, 2: then each name is new and
// none has to be remembered. So it is in all that Yjs 13 has written so far.
func (d *keyDecoder) isCounting() bool {
	ahead := d.intDiffOptRleDecoder
	if ahead.rest() == 0 {
		return true
	}
	if ahead.next() != 0 || ahead.left > 0 {
		return false
	}
	return ahead.rest() == 0 || ahead.next() == 1 && ahead.rest() == 0
}

func (d *keyDecoder) next() []byte {
	number := d.intDiffOptRleDecoder.next()
	if d.counts {
		return d.strings.next()
	}
	if number < uint64(len(d.keys)) {
		return d.keys[number]
	}
	key := d.strings.next()
	d.keys = append(d.keys, key)
	return key
}

// keyEncoder writes each name anew, as Yjs 13 does: it has the table but doesn't fill
// it, because its older versions could not read that.
type keyEncoder struct {
	intDiffOptRleEncoder
	strings *stringEncoder
	written uint64
}

func (e *keyEncoder) write(key []byte) {
	e.intDiffOptRleEncoder.write(e.written)
	e.strings.write(key)
	e.written++
}
