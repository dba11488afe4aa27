package yjs

import "fmt"

// Bits of the byte that opens a struct in an update.
const (
	bitOrigin      = 0x80
	bitRightOrigin = 0x40
	bitKey         = 0x20
	bitsKind       = 0x1f
)

// record is one struct as it stands in an update: its header read, its content
// still encoded.
type record struct {
	id                  ID
	length              uint64
	kind                kind
	hasKey              bool   // the key is on the wire
	hasParent           bool   // its parent is on the wire; otherwise a neighbour's
	origin, rightOrigin ID     // noID if it had no neighbour
	parent              ID     // the item holding its type; noID if that is a root
	root                []byte // the name of the root
	key                 []byte
	body                []byte // the content
	bytes               []byte // all of it
}

// isItem reports whether the struct is neither GC nor skip.
func (r *record) isItem() bool { return r.kind != kindGC && r.kind != kindSkip }

func (r *record) end() uint64 { return r.id.Clock + r.length }

// extent is the range of IDs the struct takes up.
func (r *record) extent() Range { return Range{r.id, r.length} }

// reader reads the structs of one client from an update.
type reader struct {
	decoder
	next  ID  // of the struct it reads next
	left  int // structs still to read
	depth int // how deeply values may nest
	// checked is set where the bytes were read before: UTF-8 and JSON, which take the
	// most time, aren't looked at again.
	checked bool
}

// record reads one struct into r, checking it.
func (d *reader) record(r *record) {
	start := d.pos
	info := d.byte()
	*r = record{id: d.next, kind: kind(info & bitsKind), origin: noID, rightOrigin: noID, parent: noID}
	if r.isItem() {
		d.header(r, info)
	} else if info != byte(r.kind) {
		d.fail("struct")
	}
	body := d.pos
	r.length = d.content(r.kind)
	if r.length == 0 && r.kind != kindSkip {
		d.fail("empty struct")
	}
	if r.length > maxSafe-r.id.Clock {
		d.fail("clock")
	}
	if d.err != nil {
		d.left = 0
		return
	}
	r.body, r.bytes = d.buf[body:d.pos:d.pos], d.buf[start:d.pos:d.pos]
	d.next.Clock += r.length
	d.left--
}

func (d *reader) header(r *record, info byte) {
	if info&bitOrigin != 0 {
		r.origin = d.neighbour(r.id)
	}
	if info&bitRightOrigin != 0 {
		r.rightOrigin = d.neighbour(r.id)
	}
	if info&(bitOrigin|bitRightOrigin) != 0 {
		return
	}
	r.hasParent = true
	switch d.uint() {
	case 0:
		r.parent = d.neighbour(r.id)
	case 1:
		r.root = d.string()
	default:
		d.fail("parent")
	}
	if info&bitKey != 0 {
		r.hasKey = true
		r.key = d.string()
	}
}

// neighbour reads the ID of something the struct builds on. Of the same client that
// must be older.
func (d *reader) neighbour(of ID) ID {
	id := d.id()
	if id.Client == of.Client && id.Clock >= of.Clock {
		d.fail("struct that builds on itself")
	}
	return id
}

// string reads UTF-8.
func (d *reader) string() []byte {
	if d.checked {
		return d.bytes()
	}
	return d.text()
}

func (d *reader) json() {
	if d.checked {
		d.bytes()
		return
	}
	d.skipJSON(d.depth)
}

// content skips the content of a struct and answers its length.
func (d *reader) content(k kind) uint64 {
	switch k {
	case kindGC, kindDeleted, kindSkip:
		return d.uint()
	case kindString:
		return units16(d.string())
	case kindAny:
		return d.repeat(func() { d.skipAny(d.depth) })
	case kindJSON:
		return d.repeat(d.oldJSON)
	case kindBinary:
		d.bytes()
	case kindEmbed:
		d.json()
	case kindFormat:
		d.string()
		d.json()
	case kindType:
		d.sharedType()
	case kindDoc:
		d.string()
		d.skipAny(d.depth)
	default:
		d.fail("unknown content")
	}
	return 1
}

func (d *reader) repeat(one func()) uint64 {
	n := d.count(1)
	for i := 0; i < n && d.err == nil; i++ {
		one()
	}
	return uint64(n)
}

// oldJSON reads a value of contentJSON: undefined is no JSON, but may stand there.
func (d *reader) oldJSON() {
	ahead := *d
	if string(ahead.bytes()) == "undefined" {
		d.bytes()
		return
	}
	d.json()
}

func (d *reader) sharedType() {
	ref := typeRef(min(d.uint(), uint64(refCount)))
	if ref == refCount {
		d.fail("unknown type")
	}
	if ref.isNamed() {
		d.string()
	}
}

// content builds what the record holds.
func (d *Doc) content(r *record) content {
	in := decoder{buf: r.body}
	switch r.kind {
	case kindBinary:
		return &contentBinary{bytes: append([]byte{}, in.bytes()...)}
	case kindEmbed:
		return &contentEmbed{json: string(in.bytes())}
	case kindFormat:
		return &contentFormat{key: d.intern(in.bytes()), value: d.intern(in.bytes())}
	case kindType:
		return &contentType{branch: d.newBranch(&in)}
	case kindDoc:
		return &contentDoc{guid: string(in.bytes()), options: append([]byte(nil), in.buf[in.pos:]...)}
	}
	return r.sequence()
}

// sequence builds content that may be more than one element.
func (r *record) sequence() content {
	in := decoder{buf: r.body}
	switch r.kind {
	case kindGC, kindSkip:
		return contentGC{}
	case kindDeleted:
		return contentDeleted{}
	case kindString:
		return &contentString{text: text16{utf8: append([]byte(nil), in.bytes()...), units: r.length}}
	case kindAny:
		return anyValues(&in)
	case kindJSON:
		return jsonValues(&in)
	}
	panic(fmt.Sprintf("yjs: content of kind %d", r.kind))
}

// rest writes the record without its first n elements: as if these had been a
// struct of their own, the origin of the rest.
func (r *record) rest(e *encoder, n uint64) {
	switch {
	case n == 0:
		e.raw(r.bytes)
		return
	case !r.isItem():
		e.byte(byte(r.kind))
	default:
		r.restHeader(e, n)
	}
	r.sequence().write(e, n, r.length)
}

func (r *record) restHeader(e *encoder, n uint64) {
	info := byte(r.kind) | bitOrigin
	if r.rightOrigin != noID {
		info |= bitRightOrigin
	}
	e.byte(info)
	e.id(ID{r.id.Client, r.id.Clock + n - 1})
	if r.rightOrigin != noID {
		e.id(r.rightOrigin)
	}
}

func (d *Doc) newBranch(in *decoder) *branch {
	b := &branch{doc: d, ref: typeRef(in.uint())}
	if b.ref.isNamed() {
		b.name = d.intern(in.bytes())
	}
	return b
}

func anyValues(in *decoder) *contentAny {
	c := &contentAny{values: make([][]byte, in.count(1))}
	body := append([]byte(nil), in.buf[in.pos:]...)
	in = &decoder{buf: body}
	for i := range c.values {
		start := in.pos
		in.skipAny(len(body))
		c.values[i] = body[start:in.pos:in.pos]
	}
	return c
}

func jsonValues(in *decoder) *contentJSON {
	c := &contentJSON{values: make([]string, in.count(1))}
	for i := range c.values {
		c.values[i] = string(in.bytes())
	}
	return c
}
