package yjs

import (
	"cmp"
	"fmt"
	"slices"
)

// Update is a decoded update. It keeps the bytes it was decoded from, which must not
// be changed while it is in use.
//
// Its structs stay encoded: a section knows where those of one client lie, and a
// reader takes them one by one. So a decoded update costs little more than its bytes,
// and merging moves whole stretches of them.
type Update struct {
	sections []section // highest client first
	deletes  []Range   // normalised
	limits   Limits
	// The first section and deletion live here: most updates have no more.
	oneSection [1]section
	oneDelete  [1]Range
}

// section is the structs of one client, from its first clock up to end.
type section struct {
	client     ClientID
	clock, end uint64
	count      int
	depth      int
	skips      bool // there are skips among its structs
	bytes      []byte
}

// read begins to read the section's structs again.
func (s *section) read() reader {
	return reader{
		decoder: decoder{buf: s.bytes},
		next:    ID{s.client, s.clock},
		left:    s.count,
		depth:   s.depth,
		checked: true,
	}
}

// maxDepth bounds the nesting of values where no limit was asked for: more would
// cost Go's stack more than it says.
const maxDepth = 10_000

// Decode checks an update of format V1 from front to back. It refuses trailing
// bytes, numbers longer than they need to be, invalid UTF-8, invalid JSON, empty
// structs and structs that build on themselves (ErrMalformed), and what is over a limit
// (ErrLimit). It allocates in proportion to its input.
func Decode(b []byte, lim Limits) (*Update, error) {
	if lim.Bytes > 0 && len(b) > lim.Bytes {
		return nil, fmt.Errorf("%w: %d bytes", ErrLimit, len(b))
	}
	if lim.Depth <= 0 {
		lim.Depth = maxDepth
	}
	u := &Update{limits: lim}
	d := decoder{buf: b}
	u.decodeStructs(&d)
	u.decodeDeletes(&d)
	if d.err == nil && d.rest() > 0 {
		d.fail("trailing bytes")
	}
	if d.err != nil {
		return nil, d.err
	}
	return u, nil
}

func (u *Update) decodeStructs(d *decoder) {
	n := d.count(3)
	u.limit(d, "clients", n, u.limits.Clients)
	u.sections = u.oneSection[:0]
	if n > 1 {
		u.sections = make([]section, 0, n)
	}
	structs := 0
	for ; n > 0 && d.err == nil; n-- {
		structs += u.decodeSection(d, structs)
	}
	slices.SortStableFunc(u.sections, func(a, b section) int { return cmp.Compare(b.client, a.client) })
	for i := 1; i < len(u.sections); i++ {
		if u.sections[i].client == u.sections[i-1].client {
			d.fail("client that comes twice")
		}
	}
}

// decodeSection answers how many structs it read; so many came before it.
func (u *Update) decodeSection(d *decoder, before int) int {
	n := d.count(2)
	u.limit(d, "structs", before+n, u.limits.Structs)
	first := d.id()
	start := d.pos
	in := reader{decoder: *d, next: first, left: n, depth: u.limits.Depth}
	var r record
	skips := false
	for in.left > 0 {
		in.record(&r)
		skips = skips || r.kind == kindSkip
	}
	*d = in.decoder
	if d.err != nil || n == 0 {
		return 0
	}
	u.sections = append(u.sections, section{
		client: first.Client, clock: first.Clock, end: in.next.Clock,
		count: n, depth: u.limits.Depth, skips: skips, bytes: d.buf[start:d.pos:d.pos],
	})
	return n
}

func (u *Update) decodeDeletes(d *decoder) {
	clients := d.count(2)
	u.limit(d, "clients", clients, u.limits.Clients)
	u.deletes = u.oneDelete[:0]
	for ; clients > 0 && d.err == nil; clients-- {
		client := d.uint()
		n := d.count(2)
		u.limit(d, "deletions", len(u.deletes)+n, u.limits.Deletes)
		u.deletes = slices.Grow(u.deletes, n)
		for ; n > 0 && d.err == nil; n-- {
			u.deletes = append(u.deletes, d.deletion(client))
		}
	}
	u.deletes = normalise(u.deletes)
}

func (d *decoder) deletion(client ClientID) Range {
	r := Range{ID: ID{Client: client, Clock: d.uint()}}
	r.Len = d.uint()
	if r.Len > maxSafe-r.Clock {
		d.fail("clock")
	}
	return r
}

func (u *Update) limit(d *decoder, what string, n, most int) {
	if most > 0 && n > most && d.err == nil {
		d.err = fmt.Errorf("%w: %d %s", ErrLimit, n, what)
		d.pos = len(d.buf)
	}
}

// section is the client's, or nil.
func (u *Update) section(client ClientID) *section {
	i, found := slices.BinarySearchFunc(u.sections, client, func(s section, c ClientID) int {
		return cmp.Compare(c, s.client)
	})
	if !found {
		return nil
	}
	return &u.sections[i]
}

// Clients are those whose structs are in the update, highest first.
func (u *Update) Clients() []ClientID {
	clients := make([]ClientID, len(u.sections))
	for i, s := range u.sections {
		clients[i] = s.client
	}
	return clients
}

// Ranges are the IDs of the structs in the update, one range for each client and
// stretch without a hole, highest client first.
func (u *Update) Ranges() []Range {
	var ranges []Range
	for i := range u.sections {
		ranges = u.sections[i].ranges(ranges)
	}
	return ranges
}

// ranges appends the stretches between skips.
func (s *section) ranges(ranges []Range) []Range {
	var r record
	for in := s.read(); in.left > 0; {
		in.record(&r)
		if r.kind != kindSkip {
			ranges = appendRange(ranges, r.extent())
		}
	}
	return ranges
}

// Deletes is the delete set: sorted, without overlaps.
func (u *Update) Deletes() []Range { return u.deletes }

// IsEmpty reports whether the update holds neither structs nor deletions.
func (u *Update) IsEmpty() bool { return len(u.sections) == 0 && len(u.deletes) == 0 }

// Texts are the pieces of text among the structs of the update, in their order there;
// whether a document shows them depends on the document.
func (u *Update) Texts() []string {
	var texts []string
	for i := range u.sections {
		var r record
		for structs := u.sections[i].read(); structs.left > 0; {
			if structs.record(&r); r.kind == kindString {
				body := decoder{buf: r.body}
				texts = append(texts, string(body.bytes()))
			}
		}
	}
	return texts
}
