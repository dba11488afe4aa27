package yjs

import (
	"encoding/binary"
	"fmt"
	"math"
	"unicode/utf8"
)

// decoder reads the primitives of lib0, the encoding library of Yjs. The first
// failure sticks: from then on every read answers zero, and err says what failed
// and where. It never allocates.
type decoder struct {
	buf []byte
	pos int
	err error
}

func (d *decoder) fail(what string) {
	if d.err == nil {
		d.err = fmt.Errorf("%w: %s at byte %d", ErrMalformed, what, d.pos)
	}
	d.pos = len(d.buf)
}

func (d *decoder) rest() int { return len(d.buf) - d.pos }

func (d *decoder) byte() byte {
	if d.pos >= len(d.buf) {
		d.fail("unexpected end")
		return 0
	}
	b := d.buf[d.pos]
	d.pos++
	return b
}

// uint reads a varuint: seven bits a byte, the lowest first, written in as few
// bytes as it needs and at most maxSafe.
func (d *decoder) uint() uint64 {
	if d.pos < len(d.buf) && d.buf[d.pos] < 0x80 {
		d.pos++
		return uint64(d.buf[d.pos-1])
	}
	n, size := binary.Uvarint(d.buf[d.pos:])
	if size <= 0 || n > maxSafe || d.buf[d.pos+size-1] == 0 {
		d.fail("number")
		return 0
	}
	d.pos += size
	return n
}

// int reads a varint: a sign bit and six bits, then as uint. JavaScript's negative
// zero has an encoding of its own, hence the float.
func (d *decoder) int() float64 {
	first := d.byte()
	n := uint64(first & 0x3f)
	for shift, more := 6, first&0x80 != 0; more; shift += 7 {
		b := d.byte()
		more = b&0x80 != 0
		if shift > 48 || !more && b == 0 {
			d.fail("number")
			return 0
		}
		n |= uint64(b&0x7f) << shift
	}
	if n > maxSafe {
		d.fail("number")
		return 0
	}
	if first&0x40 != 0 {
		return math.Copysign(float64(n), -1)
	}
	return float64(n)
}

// count reads a number of things that take at least size bytes each, so that it is
// safe to make room for so many.
func (d *decoder) count(size int) int {
	n := d.uint()
	if n > uint64(d.rest()/size) {
		d.fail("count beyond the input")
		return 0
	}
	return int(n)
}

// take answers the next n bytes of the input itself.
func (d *decoder) take(n int) []byte {
	if n > d.rest() {
		d.fail("unexpected end")
		return nil
	}
	b := d.buf[d.pos : d.pos+n : d.pos+n]
	d.pos += n
	return b
}

// bytes reads a length and so many bytes.
func (d *decoder) bytes() []byte { return d.take(d.count(1)) }

// text reads a length and so many bytes of UTF-8. Lone surrogates can't occur:
// what writes UTF-8 in a browser replaces them with U+FFFD.
func (d *decoder) text() []byte {
	b := d.bytes()
	if !utf8.Valid(b) {
		d.fail("text that is not UTF-8")
		return nil
	}
	return b
}

func (d *decoder) id() ID {
	client := d.uint()
	return ID{Client: client, Clock: d.uint()}
}

// encoder writes what decoder reads.
type encoder struct{ buf []byte }

func (e *encoder) byte(b byte)   { e.buf = append(e.buf, b) }
func (e *encoder) uint(n uint64) { e.buf = binary.AppendUvarint(e.buf, n) }
func (e *encoder) raw(b []byte)  { e.buf = append(e.buf, b...) }

// int writes a whole number of at most 53 bits, negative zero included.
func (e *encoder) int(f float64) {
	var sign byte
	if math.Signbit(f) {
		sign, f = 0x40, -f
	}
	n := uint64(f)
	if n < 0x40 {
		e.byte(byte(n) | sign)
		return
	}
	e.byte(byte(n&0x3f) | sign | 0x80)
	e.uint(n >> 6)
}

func (e *encoder) bytes(b []byte) {
	e.uint(uint64(len(b)))
	e.raw(b)
}

func (e *encoder) text(s string) {
	e.uint(uint64(len(s)))
	e.buf = append(e.buf, s...)
}

func (e *encoder) id(id ID) {
	e.uint(id.Client)
	e.uint(id.Clock)
}
