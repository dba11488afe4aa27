package yjs

// item writes an item from its element offset up to, not including, end. The rest of
// an item is as if it had been inserted behind its beginning.
func (e *encoder) item(it *item, offset, end uint64) {
	if it.isGC() {
		e.byte(byte(kindGC))
		e.uint(end - offset)
		return
	}
	origin := it.origin
	if offset > 0 {
		origin = ID{it.id.Client, it.id.Clock + offset - 1}
	}
	e.header(it, origin)
	it.content.write(e, offset, end)
}

func (e *encoder) header(it *item, origin ID) {
	info := byte(it.content.kind())
	if origin != noID {
		info |= bitOrigin
	}
	if it.rightOrigin != noID {
		info |= bitRightOrigin
	}
	if it.hasKey() {
		info |= bitKey
	}
	e.byte(info)
	if origin != noID {
		e.id(origin)
	}
	if it.rightOrigin != noID {
		e.id(it.rightOrigin)
	}
	if info&(bitOrigin|bitRightOrigin) == 0 {
		e.parent(it)
	}
}

// parent is written only where no neighbour tells it.
func (e *encoder) parent(it *item) {
	if p := it.parent; p.item == nil {
		e.uint(1)
		e.text(p.name)
	} else {
		e.uint(0)
		e.id(p.item.id)
	}
	if it.hasKey() {
		e.text(it.key)
	}
}

// log writes a client's structs from a clock up to another, both of them known.
func (e *encoder) log(l *log, from, to uint64) {
	structs := l.between(from, to)
	e.uint(uint64(len(structs)))
	e.id(ID{l.client, from})
	for _, it := range structs {
		offset := max(from, it.id.Clock) - it.id.Clock
		e.item(it, offset, min(it.length, to-it.id.Clock))
	}
}

// deleted is every deleted range of the document.
func (s *store) deleted() []Range {
	var ranges []Range
	for _, l := range s.descending() {
		for _, it := range l.structs {
			if it.isDeleted() {
				ranges = appendRange(ranges, it.extent())
			}
		}
	}
	return ranges
}

// EncodeStateAsUpdate is what a replica at target lacks, in format V1; everything for
// nil. It includes what is pending. Equal documents encode equally.
func (d *Doc) EncodeStateAsUpdate(target StateVector) []byte {
	var logs []*log
	for _, l := range d.store.descending() {
		if l.state() > target[l.client] {
			logs = append(logs, l)
		}
	}
	var e encoder
	e.uint(uint64(len(logs)))
	for _, l := range logs {
		e.log(l, target[l.client], l.state())
	}
	writeDeletes(&e, d.store.deleted())
	return d.pending.append(e.buf, target)
}
