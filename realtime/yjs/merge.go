package yjs

import (
	"cmp"
	"slices"
)

// Updates are merged and cut without a document: what must be known is only where
// each struct begins and ends. Stretches that don't overlap are copied as they are.

// MergeUpdates makes one update of several, without a document: applying it is
// applying all of them. Holes between them become skips.
func MergeUpdates(updates ...[]byte) ([]byte, error) {
	merged, err := merge(Decode, updates)
	if err != nil {
		return nil, err
	}
	return merged.Encode(), nil
}

// decodeFunc is Decode, or that of another format.
type decodeFunc func([]byte, Limits) (*Update, error)

func merge(decode decodeFunc, updates [][]byte) (*Update, error) {
	decoded := make([]*Update, len(updates))
	for i, b := range updates {
		u, err := decode(b, Limits{})
		if err != nil {
			return nil, err
		}
		decoded[i] = u
	}
	return mergeAll(decoded), nil
}

// DiffUpdate leaves out of an update the structs which a replica at the encoded state
// vector knows, without a document. Deletions stay.
func DiffUpdate(update, sv []byte) ([]byte, error) {
	cut, err := diff(Decode, update, sv)
	if err != nil {
		return nil, err
	}
	return cut.Encode(), nil
}

func diff(decode decodeFunc, update, sv []byte) (*Update, error) {
	u, err := decode(update, Limits{})
	if err != nil {
		return nil, err
	}
	target, err := DecodeStateVector(sv, Limits{})
	if err != nil {
		return nil, err
	}
	return u.since(target), nil
}

// StateVectorFromUpdate is the encoded state vector of a document made of the update
// alone: clients whose first structs are missing, and what is behind a hole, don't
// count.
func StateVectorFromUpdate(update []byte) ([]byte, error) {
	u, err := Decode(update, Limits{})
	if err != nil {
		return nil, err
	}
	sv := StateVector{}
	for _, r := range u.Ranges() {
		if r.Clock == 0 {
			sv[r.Client] = r.Len
		}
	}
	return EncodeStateVector(sv), nil
}

// newUpdate makes an update of sections of different clients.
func newUpdate(sections []section) *Update {
	slices.SortFunc(sections, func(a, b section) int { return cmp.Compare(b.client, a.client) })
	return &Update{sections: sections}
}

// Encode writes the update in format V1.
func (u *Update) Encode() []byte {
	e := encoder{buf: make([]byte, 0, u.size()+16*len(u.deletes)+32*len(u.sections)+16)}
	e.uint(uint64(len(u.sections)))
	for i := range u.sections {
		s := &u.sections[i]
		e.uint(uint64(s.count))
		e.id(ID{s.client, s.clock})
		e.raw(s.bytes)
	}
	writeDeletes(&e, u.deletes)
	return e.buf
}

func mergeAll(updates []*Update) *Update {
	var stretches []section
	var deletes []Range
	for _, u := range updates {
		for i := range u.sections {
			stretches = u.sections[i].stretches(stretches)
		}
		deletes = append(deletes, u.deletes...)
	}
	slices.SortStableFunc(stretches, func(a, b section) int {
		return cmp.Or(cmp.Compare(b.client, a.client), cmp.Compare(a.clock, b.clock))
	})
	return &Update{sections: weld(stretches), deletes: normalise(deletes)}
}

// stretches appends the parts of a section between its skips.
func (s *section) stretches(to []section) []section {
	if !s.skips {
		return append(to, *s)
	}
	var r record
	part := s.empty(s.clock)
	for in := s.read(); in.left > 0; {
		in.record(&r)
		if r.kind != kindSkip {
			part.add(&r, 0)
			continue
		}
		if part.count > 0 {
			to = append(to, part)
		}
		part = s.empty(in.next.Clock)
	}
	if part.count > 0 {
		to = append(to, part)
	}
	return to
}

// empty is a section for structs of the same client from a clock on.
func (s *section) empty(clock uint64) section {
	return section{client: s.client, clock: clock, end: clock, depth: s.depth}
}

// add appends a record without its first n elements.
func (s *section) add(r *record, n uint64) {
	e := encoder{buf: s.bytes}
	r.rest(&e, n)
	s.bytes = e.buf
	s.count++
	s.end = r.end()
	s.skips = s.skips || r.kind == kindSkip
}

// weld makes one section a client of stretches sorted by client and clock.
func weld(stretches []section) []section {
	var sections []section
	for _, s := range stretches {
		n := len(sections)
		if n == 0 || sections[n-1].client != s.client {
			s.bytes = slices.Clip(s.bytes)
			sections = append(sections, s)
			continue
		}
		sections[n-1].extend(&s)
	}
	return sections
}

// extend appends what a stretch that doesn't begin earlier has beyond the section's
// end.
func (s *section) extend(with *section) {
	if with.end <= s.end {
		return
	}
	if with.clock > s.end {
		s.skip(with.clock - s.end)
	}
	if with.clock < s.end {
		part := with.since(s.end)
		with = &part
	}
	s.bytes = append(s.bytes, with.bytes...)
	s.count += with.count
	s.end = with.end
}

// skip appends a skip over n clocks.
func (s *section) skip(n uint64) {
	e := encoder{buf: s.bytes}
	e.byte(byte(kindSkip))
	e.uint(n)
	s.bytes = e.buf
	s.count++
	s.end += n
	s.skips = true
}

// since is the section without its elements below a clock, and without a skip at its
// beginning. It may be empty.
func (s *section) since(clock uint64) section {
	var r record
	for in := s.read(); in.left > 0; {
		in.record(&r)
		if r.kind == kindSkip || r.end() <= clock {
			continue
		}
		offset := max(clock, r.id.Clock) - r.id.Clock
		part := s.empty(r.id.Clock + offset)
		part.add(&r, offset)
		part.bytes = append(part.bytes, in.buf[in.pos:]...)
		part.count += in.left
		part.end = s.end
		part.skips = s.skips
		return part
	}
	return s.empty(s.end)
}

// since is the update without the structs a replica at target knows.
func (u *Update) since(target StateVector) *Update {
	cut := &Update{deletes: u.deletes}
	for i := range u.sections {
		s := u.sections[i]
		if s.skips || s.clock < target[s.client] {
			s = s.since(target[s.client])
		}
		if s.count > 0 {
			cut.sections = append(cut.sections, s)
		}
	}
	return cut
}
