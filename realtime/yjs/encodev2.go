package yjs

// encoderV2 writes what columns reads.
type encoderV2 struct {
	keys       keyEncoder
	clients    uintOptRleEncoder
	left       intDiffOptRleEncoder
	right      intDiffOptRleEncoder
	infos      rleEncoder
	strings    stringEncoder
	parentInfo rleEncoder
	typeRefs   uintOptRleEncoder
	lengths    uintOptRleEncoder
	rest       encoder
}

func newEncoderV2() *encoderV2 {
	e := &encoderV2{}
	e.keys.strings = &e.strings
	return e
}

// finish puts the columns together.
func (e *encoderV2) finish() []byte {
	e.keys.flush()
	e.clients.flush()
	e.left.flush()
	e.right.flush()
	e.strings.lengths.flush()
	e.typeRefs.flush()
	e.lengths.flush()
	var strings encoder
	strings.bytes(e.strings.buf)
	strings.raw(e.strings.lengths.buf)
	var all encoder
	all.uint(0) // the features it takes to read it
	for _, column := range [...][]byte{
		e.keys.buf, e.clients.buf, e.left.buf, e.right.buf, e.infos.buf,
		strings.buf, e.parentInfo.buf, e.typeRefs.buf, e.lengths.buf,
	} {
		all.bytes(column)
	}
	all.raw(e.rest.buf)
	return all.buf
}

func (e *encoderV2) section(s *section) {
	e.rest.uint(uint64(s.count))
	e.clients.write(s.client)
	e.rest.uint(s.clock)
	var r record
	for in := s.read(); in.left > 0; {
		in.record(&r)
		e.record(&r)
	}
}

func (e *encoderV2) record(r *record) {
	e.infos.write(r.bytes[0])
	switch r.kind {
	case kindGC:
		e.lengths.write(r.length)
	case kindSkip:
		e.rest.uint(r.length)
	default:
		e.header(r)
		e.content(r)
	}
}

func (e *encoderV2) header(r *record) {
	if r.origin != noID {
		e.leftID(r.origin)
	}
	if r.rightOrigin != noID {
		e.clients.write(r.rightOrigin.Client)
		e.right.write(r.rightOrigin.Clock)
	}
	switch {
	case !r.hasParent:
		return
	case r.parent == noID:
		e.parentInfo.write(1)
		e.strings.write(r.root)
	default:
		e.parentInfo.write(0)
		e.leftID(r.parent)
	}
	if r.hasKey {
		e.strings.write(r.key)
	}
}

func (e *encoderV2) leftID(id ID) {
	e.clients.write(id.Client)
	e.left.write(id.Clock)
}

func (e *encoderV2) content(r *record) {
	in := decoder{buf: r.body}
	switch r.kind {
	case kindDeleted:
		e.lengths.write(r.length)
	case kindString:
		e.strings.write(in.bytes())
	case kindAny:
		e.lengths.write(in.uint())
		e.rest.raw(in.buf[in.pos:])
	case kindJSON:
		e.lengths.write(in.uint())
		for range r.length {
			e.strings.write(in.bytes())
		}
	case kindBinary:
		e.rest.raw(r.body)
	case kindEmbed:
		e.rest.anyOfJSON(in.bytes())
	case kindFormat:
		e.keys.write(in.bytes())
		e.rest.anyOfJSON(in.bytes())
	case kindType:
		e.sharedType(&in)
	case kindDoc:
		e.strings.write(in.bytes())
		e.rest.raw(in.buf[in.pos:])
	}
}

func (e *encoderV2) sharedType(in *decoder) {
	ref := typeRef(in.uint())
	e.typeRefs.write(uint64(ref))
	if ref.isNamed() {
		e.keys.write(in.bytes())
	}
}

// deletes writes normalised ranges.
func (e *encoderV2) deletes(ranges []Range) {
	e.rest.uint(uint64(countClients(ranges)))
	for len(ranges) > 0 {
		n := clientRun(ranges)
		e.rest.uint(ranges[0].Client)
		e.rest.uint(uint64(n))
		clock := uint64(0)
		for _, r := range ranges[:n] {
			e.rest.uint(r.Clock - clock)
			e.rest.uint(r.Len - 1)
			clock = r.End()
		}
		ranges = ranges[n:]
	}
}
