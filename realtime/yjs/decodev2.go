package yjs

import "fmt"

// maxExpansion is how many times larger than itself an update of format V2 may be in
// format V1. Ten thousand values that somebody put in the middle of a list, each before
// the last, take some 20 times as many bytes in V1, and hardly anything people do takes
// more; but nothing keeps the few bytes of a run from claiming 2^53 structs.
const maxExpansion = 32

// smallUpdate is what any update may expand to.
const smallUpdate = 1024

// keyCost is what it takes to remember a name, in bytes: a slice, in a list that grows.
const keyCost = 96

// columns are the fields of all structs in an update of format V2.
type columns struct {
	keys       keyDecoder
	clients    uintOptRleDecoder
	left       intDiffOptRleDecoder // clocks of origins and parents
	right      intDiffOptRleDecoder // clocks of right origins
	infos      rleDecoder
	strings    stringDecoder
	parentInfo rleDecoder
	typeRefs   uintOptRleDecoder
	lengths    uintOptRleDecoder
	rest       decoder // everything else, not in columns
}

// read parts an update into its columns.
func (c *columns) read(b []byte) {
	c.rest = decoder{buf: b}
	if c.rest.uint() != 0 {
		c.rest.fail("unknown feature")
	}
	keys := c.rest.bytes()
	c.clients.buf = c.rest.bytes()
	c.left.buf = c.rest.bytes()
	c.right.buf = c.rest.bytes()
	c.infos.buf = c.rest.bytes()
	c.strings = newStringDecoder(c.rest.bytes())
	c.parentInfo.buf = c.rest.bytes()
	c.typeRefs.buf = c.rest.bytes()
	c.lengths.buf = c.rest.bytes()
	c.keys = newKeyDecoder(keys, &c.strings)
}

// err is the first failure of any column.
func (c *columns) err() error {
	for _, err := range [...]error{
		c.rest.err, c.infos.err, c.clients.err, c.left.err, c.right.err, c.strings.lengths.err,
		c.parentInfo.err, c.typeRefs.err, c.lengths.err, c.keys.err,
	} {
		if err != nil {
			return err
		}
	}
	return nil
}

// end fails where a column says more than was asked for.
func (c *columns) end() error {
	if err := c.err(); err != nil {
		return err
	}
	left := c.clients.left + c.left.left + c.right.left + c.strings.lengths.left + c.strings.left.units +
		c.typeRefs.left + c.lengths.left + c.keys.left + c.infos.left + c.parentInfo.left
	rest := c.clients.rest() + c.left.rest() + c.right.rest() + c.strings.lengths.rest() +
		c.typeRefs.rest() + c.lengths.rest() + c.keys.rest() + c.infos.rest() + c.parentInfo.rest() + c.rest.rest()
	if left > 0 || rest > 0 || c.strings.spoilt {
		return fmt.Errorf("%w: trailing bytes in a column", ErrMalformed)
	}
	return nil
}

// translation writes an update of format V2 in format V1. It checks what it has to
// know itself; the rest is for Decode to refuse.
type translation struct {
	columns
	out     encoder
	json    []byte // of one value at a time
	limits  Limits
	structs int  // so far
	ranges  int  // deleted ones, so far
	budget  int  // bytes that may still be written
	measure bool // write nothing, see how much it would be
	size    int  // measured so far
	failed  error
}

func newTranslation(b []byte, lim Limits) *translation {
	if lim.Depth <= 0 {
		lim.Depth = maxDepth
	}
	return &translation{limits: lim, budget: maxExpansion*len(b) + smallUpdate}
}

// translate goes through the update twice: once to see how large it gets, so that room
// is made for it once.
func translate(b []byte, lim Limits) ([]byte, error) {
	first := newTranslation(b, lim)
	first.measure = true
	if err := first.update(b); err != nil {
		return nil, err
	}
	second := newTranslation(b, lim)
	second.json = first.json
	second.out.buf = make([]byte, 0, first.size)
	if err := second.update(b); err != nil {
		return nil, err
	}
	return second.out.buf, nil
}

func (t *translation) update(b []byte) error {
	t.read(b)
	clients := t.rest.count(2)
	t.limit("clients", clients, t.limits.Clients)
	t.out.uint(uint64(clients))
	for ; clients > 0 && t.spend(); clients-- {
		t.section()
	}
	t.deletes()
	t.spend()
	if err := t.err(); err != nil {
		return err
	}
	return t.end()
}

func (t *translation) err() error {
	if t.failed != nil {
		return t.failed
	}
	return t.columns.err()
}

// spend books what was written since it was asked last, and reports whether it may go
// on.
func (t *translation) spend() bool {
	if t.measure {
		t.size += len(t.out.buf)
		t.budget -= len(t.out.buf)
		t.out.buf = t.out.buf[:0]
	}
	remembered := len(t.keys.keys) * keyCost
	if remembered > t.budget && t.failed == nil {
		t.failed = fmt.Errorf("%w: more than %d times its size in format V1", ErrLimit, maxExpansion)
	}
	return t.err() == nil
}

// limit stops at what Decode would refuse, before the rest is translated.
func (t *translation) limit(what string, n, most int) {
	if most > 0 && n > most && t.failed == nil {
		t.failed = fmt.Errorf("%w: %d %s", ErrLimit, n, what)
	}
}

func (t *translation) section() {
	n := t.rest.uint()
	t.out.uint(n)
	t.out.id(ID{t.clients.next(), t.rest.uint()})
	for ; n > 0 && t.spend(); n-- {
		t.structs++
		t.limit("structs", t.structs, t.limits.Structs)
		t.record()
	}
}

func (t *translation) record() {
	info := t.infos.next()
	t.out.byte(info)
	switch kind(info & bitsKind) {
	case kindGC:
		t.out.uint(t.lengths.next())
	case kindSkip:
		t.out.uint(t.rest.uint())
	default:
		t.header(info)
		t.content(kind(info & bitsKind))
	}
}

func (t *translation) header(info byte) {
	if info&bitOrigin != 0 {
		t.out.id(ID{t.clients.next(), t.left.next()})
	}
	if info&bitRightOrigin != 0 {
		t.out.id(ID{t.clients.next(), t.right.next()})
	}
	if info&(bitOrigin|bitRightOrigin) != 0 {
		return
	}
	isRoot := t.parentInfo.next()
	t.out.uint(uint64(isRoot))
	if isRoot == 1 {
		t.out.bytes(t.strings.next())
	} else {
		t.out.id(ID{t.clients.next(), t.left.next()})
	}
	if info&bitKey != 0 {
		t.out.bytes(t.strings.next())
	}
}

func (t *translation) content(k kind) {
	switch k {
	case kindDeleted:
		t.out.uint(t.lengths.next())
	case kindString:
		t.out.bytes(t.strings.next())
	case kindAny:
		t.repeat(t.any)
	case kindJSON:
		t.repeat(func() { t.out.bytes(t.strings.next()) })
	case kindBinary:
		t.out.bytes(t.rest.bytes())
	case kindEmbed:
		t.jsonOfAny()
	case kindFormat:
		t.out.bytes(t.keys.next())
		t.jsonOfAny()
	case kindType:
		t.sharedType()
	case kindDoc:
		t.out.bytes(t.strings.next())
		t.any()
	default:
		t.rest.fail("unknown content")
	}
}

func (t *translation) repeat(one func()) {
	n := t.lengths.next()
	t.out.uint(n)
	for ; n > 0 && t.spend(); n-- {
		one()
	}
}

// any copies a value.
func (t *translation) any() {
	start := t.rest.pos
	t.rest.skipAny(t.limits.Depth)
	t.out.raw(t.rest.buf[start:t.rest.pos])
}

// jsonOfAny writes a value, which is any value in format V2, as JSON.
func (t *translation) jsonOfAny() {
	t.json = appendJSONOfAny(t.json[:0], &t.rest, t.limits.Depth)
	t.out.bytes(t.json)
}

func (t *translation) sharedType() {
	ref := t.typeRefs.next()
	t.out.uint(ref)
	if ref < uint64(refCount) && typeRef(ref).isNamed() {
		t.out.bytes(t.keys.next())
	}
}

// deletes translates a delete set: in format V2 a clock is written as its distance from
// the end of the range before, and a length, which is never zero, less by one.
func (t *translation) deletes() {
	clients := t.rest.count(2)
	t.limit("clients", clients, t.limits.Clients)
	t.out.uint(uint64(clients))
	for ; clients > 0 && t.spend(); clients-- {
		t.out.uint(t.rest.uint())
		n := t.rest.count(2)
		t.out.uint(uint64(n))
		t.ranges += n
		t.limit("deletions", t.ranges, t.limits.Deletes)
		for clock := uint64(0); n > 0 && t.spend(); n-- {
			clock += t.rest.uint()
			length := t.rest.uint() + 1
			t.out.uint(clock)
			t.out.uint(length)
			if clock += length; clock > maxSafe {
				t.rest.fail("clock")
			}
		}
	}
}
