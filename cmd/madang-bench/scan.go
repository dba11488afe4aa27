package main

import (
	"encoding/binary"

	"madang/realtime/yjs"
)

// stretch is some consecutive elements of one client, as an update brings them.
type stretch struct {
	client uint64
	clock  uint64
	length uint64
	text   []byte // nil unless it is text
}

// What an info byte says of a struct in an update of format V1: the kind of its
// content, and which fields come before it.
const (
	kindGC      = 0
	kindDeleted = 1
	kindString  = 4
	kindSkip    = 10
	kindMask    = 0x1f

	hasOrigin      = 0x80
	hasRightOrigin = 0x40
	hasParentSub   = 0x20
)

// scan tells what an update brings, in the order of the update. Frames of people
// who type hold text and little else, and are read without allocating; for any
// other content the whole update is decoded and told anew, without the text.
func scan(update []byte, found func(stretch)) error {
	if scanText(update, found) {
		return nil
	}
	decoded, err := yjs.Decode(update, yjs.Limits{})
	if err != nil {
		return err
	}
	for _, r := range decoded.Ranges() {
		found(stretch{client: r.Client, clock: r.Clock, length: r.Len})
	}
	return nil
}

// scanText reports whether an update holds nothing but text; if not, it has told
// the beginning.
func scanText(update []byte, found func(stretch)) bool {
	c := cursor{rest: update}
	for clients := c.number(); clients > 0 && !c.failed; clients-- {
		structs := c.number()
		s := stretch{client: c.number(), clock: c.number()}
		for ; structs > 0 && !c.failed; structs-- {
			kind := c.item()
			s.text, s.length = nil, 0
			switch kind {
			case kindString:
				s.text = c.bytes()
				s.length = units(s.text)
			case kindGC, kindDeleted, kindSkip:
				s.length = c.number()
			default:
				return false
			}
			if kind != kindSkip && !c.failed {
				found(s)
			}
			s.clock += s.length
		}
	}
	return !c.failed
}

// units counts UTF-16 units, which is what clocks count.
func units(utf8 []byte) uint64 {
	n := uint64(0)
	for _, b := range utf8 {
		if b&0xc0 != 0x80 {
			n++
		}
		if b >= 0xf0 {
			n++
		}
	}
	return n
}

// cursor reads lib0's encoding; after something malformed it has failed.
type cursor struct {
	rest   []byte
	failed bool
}

func (c *cursor) number() uint64 {
	if len(c.rest) > 0 && c.rest[0] < 0x80 {
		n := c.rest[0]
		c.rest = c.rest[1:]
		return uint64(n)
	}
	n, size := binary.Uvarint(c.rest)
	if size <= 0 {
		c.rest, c.failed = nil, true
		return 0
	}
	c.rest = c.rest[size:]
	return n
}

func (c *cursor) bytes() []byte {
	n := c.number()
	if n > uint64(len(c.rest)) {
		c.rest, c.failed = nil, true
		return nil
	}
	b := c.rest[:n:n]
	c.rest = c.rest[n:]
	return b
}

// item passes over what comes before a struct's content, and returns its kind.
func (c *cursor) item() byte {
	if len(c.rest) == 0 {
		c.failed = true
		return kindGC
	}
	info := c.rest[0]
	c.rest = c.rest[1:]
	kind := info & kindMask
	if kind == kindGC || kind == kindSkip {
		return kind
	}
	if info&hasOrigin != 0 {
		c.number()
		c.number()
	}
	if info&hasRightOrigin != 0 {
		c.number()
		c.number()
	}
	if info&(hasOrigin|hasRightOrigin) == 0 {
		c.parent(info)
	}
	return kind
}

func (c *cursor) parent(info byte) {
	if c.number() == 1 {
		c.bytes()
	} else {
		c.number()
		c.number()
	}
	if info&hasParentSub != 0 {
		c.bytes()
	}
}
