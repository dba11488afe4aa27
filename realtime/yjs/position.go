package yjs

import "fmt"

// A relative position says where something is by what stands there, not by how much
// stands before it, and so stays with the words while others write. The rules are those
// of createRelativePositionFromTypeIndex and
// createAbsolutePositionFromRelativePosition in Yjs 13, and the encoding is theirs.

// Assoc says to which of its neighbours a position belongs.
type Assoc int

const (
	// Before ties a position to the element before it.
	Before Assoc = -1
	// After ties a position to the element behind it.
	After Assoc = 0
)

// RelativePosition is a place in a list or text, given by the element it belongs to.
// It is comparable, and means the same in every replica.
type RelativePosition struct {
	item   ID // the element it belongs to; noID at the edge of the type
	holder ID // the item that holds the type; noID if that is a root, or if item says it
	root   string
	assoc  int64 // negative: Before. Kept as it came, for it is written again
}

// Sequence is a type with places in it: an *XMLFragment, *XMLElement, *XMLText, *Text
// or *Array.
type Sequence interface {
	// Len counts the places less one.
	Len() int
	sequence() *branch
}

func (f *XMLFragment) sequence() *branch { return f.branch }
func (e *XMLElement) sequence() *branch  { return e.branch }
func (t *XMLText) sequence() *branch     { return t.branch }
func (t *Text) sequence() *branch        { return t.branch }
func (a *Array) sequence() *branch       { return a.branch }

// RelativePositionAt is the position before element index, which is 0 to in.Len(),
// counted in UTF-16 units in a text and in elements elsewhere. Beyond that it is
// ErrRange.
func RelativePositionAt(in Sequence, index int, assoc Assoc) (RelativePosition, error) {
	b := in.sequence()
	if index < 0 || index > in.Len() {
		return RelativePosition{}, fmt.Errorf("%w: position %d of %d", ErrRange, index, in.Len())
	}
	at := b.edge(assoc)
	if assoc < 0 {
		index-- // the element before; at the beginning there is none
	}
	for first, it := range b.visible() {
		if index >= first && index < first+int(it.length) {
			at.item = ID{it.id.Client, it.id.Clock + uint64(index-first)}
			return at.plain(), nil
		}
	}
	return at, nil
}

// edge is the position at the beginning of the type, or at its end.
func (b *branch) edge(assoc Assoc) RelativePosition {
	at := RelativePosition{item: noID, holder: noID, assoc: int64(assoc)}
	if b.item == nil {
		at.root = b.name
	} else {
		at.holder = b.item.id
	}
	return at
}

// plain leaves out the type, which the item already tells: so that positions that mean
// the same are equal, and one that was encoded comes back as it was.
func (p RelativePosition) plain() RelativePosition {
	p.holder, p.root = noID, ""
	return p
}

// Place is an index in a type: before its element Index.
type Place struct {
	Root  string // the name of the type, if it is a root
	Type  ID     // names the item that holds the type, if it is nested; otherwise zero
	Index int
	Gone  bool // the type was deleted; Index is 0
	Lost  bool // the element was deleted; Index is where it stood
}

// Resolve finds where a position is now. If what it belongs to was deleted, that is
// where it used to be. It reports false if the document doesn't know that element yet,
// or remembers no more of it than that there was one.
func (d *Doc) Resolve(p RelativePosition) (Place, bool) {
	if p.item != noID {
		return d.resolveItem(p)
	}
	b := d.roots[p.root]
	if p.holder != noID {
		b = d.held(p.holder)
	}
	if b == nil {
		return Place{Root: p.root}, p.holder == noID
	}
	if p.assoc < 0 {
		return b.place(0), true
	}
	return b.place(int(b.length)), true
}

func (d *Doc) resolveItem(p RelativePosition) (Place, bool) {
	if !d.store.has(p.item) {
		return Place{}, false
	}
	it := d.store.find(p.item)
	if it.isGC() || it.parent == nil {
		return Place{}, false
	}
	if it.parent.isDeleted() {
		gone := it.parent.place(0)
		gone.Lost = true
		return gone, true
	}
	index := 0
	if it.isVisible() {
		index = int(p.item.Clock - it.id.Clock)
		if p.assoc < 0 {
			index++
		}
	}
	for left := it.left; left != nil; left = left.left {
		if left.isVisible() {
			index += int(left.length)
		}
	}
	at := it.parent.place(index)
	at.Lost = !it.isVisible()
	return at, true
}

// held is the type that a known item holds, or nil.
func (d *Doc) held(id ID) *branch {
	if !d.store.has(id) {
		return nil
	}
	it := d.store.find(id)
	if it.isGC() {
		return nil
	}
	return it.branch()
}

func (b *branch) place(index int) Place {
	at := Place{Index: index, Gone: b.isDeleted()}
	if b.item == nil {
		at.Root = b.name
	} else {
		at.Type = b.item.id
	}
	return at
}

// The first number of an encoded position says what follows it.
const (
	positionItem = iota
	positionRoot
	positionType
)

// EncodeRelativePosition writes a position, in some 10 bytes.
func EncodeRelativePosition(p RelativePosition) []byte {
	var e encoder
	switch {
	case p.item != noID:
		e.uint(positionItem)
		e.id(p.item)
	case p.holder != noID:
		e.uint(positionType)
		e.id(p.holder)
	default:
		e.uint(positionRoot)
		e.text(p.root)
	}
	e.int(float64(p.assoc))
	return e.buf
}

// DecodeRelativePosition reads a position, strictly as Decode does; anything else is
// ErrMalformed. Older versions of Yjs say neither Before nor After; that is After.
func DecodeRelativePosition(b []byte) (RelativePosition, error) {
	d := decoder{buf: b}
	p := RelativePosition{item: noID, holder: noID}
	switch d.uint() {
	case positionItem:
		p.item = d.id()
	case positionRoot:
		p.root = string(d.text())
	case positionType:
		p.holder = d.id()
	default:
		d.fail("kind of position")
	}
	if d.err == nil && d.rest() > 0 {
		p.assoc = int64(d.int())
	}
	if d.err == nil && d.rest() > 0 {
		d.fail("trailing bytes")
	}
	if d.err != nil {
		return RelativePosition{}, d.err
	}
	return p, nil
}
