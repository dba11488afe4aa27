package yjs

import "math"

// item is a run of consecutive elements of one client, with its place in the list,
// or under the key, of its parent.
type item struct {
	id     ID
	length uint64

	left, right         *item // neighbours now
	origin, rightOrigin ID    // neighbours when it was inserted, noID at an edge

	parent  *branch // nil for GC structs
	key     string  // under which it was set, if hasKey
	content content
	visit   uint64 // when a search for the place of another item last passed here
	flags   itemFlags
}

type itemFlags uint8

const (
	flagDeleted itemFlags = 1 << iota
	flagKey
	flagCountable
	flagGC
)

// noID stands where an item had no neighbour.
var noID = ID{Client: math.MaxUint64}

func newItem(id ID, length uint64, c content) *item {
	it := &item{id: id, length: length, origin: noID, rightOrigin: noID, content: c}
	switch k := c.kind(); {
	case k == kindGC:
		it.flags |= flagDeleted | flagGC
	case k.isCountable():
		it.flags |= flagCountable
	}
	return it
}

func (it *item) isDeleted() bool   { return it.flags&flagDeleted != 0 }
func (it *item) hasKey() bool      { return it.flags&flagKey != 0 }
func (it *item) isCountable() bool { return it.flags&flagCountable != 0 }
func (it *item) isGC() bool        { return it.flags&flagGC != 0 }

// isVisible reports whether the item takes up a place in its parent's list.
func (it *item) isVisible() bool {
	return it.flags&(flagDeleted|flagCountable|flagKey) == flagCountable
}

func (it *item) setKey(key string) {
	it.key = key
	it.flags |= flagKey
}

func (it *item) end() uint64 { return it.id.Clock + it.length }
func (it *item) lastID() ID  { return ID{it.id.Client, it.end() - 1} }

// branch is the type the item holds, or nil.
func (it *item) branch() *branch {
	if c, ok := it.content.(*contentType); ok {
		return c.branch
	}
	return nil
}

// format is the mark the item begins or ends, or nil.
func (it *item) format() *contentFormat {
	c, _ := it.content.(*contentFormat)
	return c
}

// split parts the item before its element n and answers the right part, which is
// linked but not in the store yet. The parts are as if they had been typed one
// after the other. GC structs are never split.
func (it *item) split(n uint64) *item {
	right := &item{
		id:          ID{it.id.Client, it.id.Clock + n},
		length:      it.length - n,
		left:        it,
		right:       it.right,
		origin:      ID{it.id.Client, it.id.Clock + n - 1},
		rightOrigin: it.rightOrigin,
		parent:      it.parent,
		key:         it.key,
		content:     it.content.split(n),
		flags:       it.flags,
	}
	it.length = n
	it.right = right
	if right.right != nil {
		right.right.left = right
	} else if right.hasKey() {
		right.parent.keys[right.key] = right
	}
	return right
}

// join takes over right, the next struct of the same client, if both are as if they
// had been inserted in one go.
func (it *item) join(right *item) bool {
	if it.isGC() || right.isGC() {
		return it.joinGC(right)
	}
	if right.origin != it.lastID() || it.right != right ||
		it.rightOrigin != right.rightOrigin ||
		it.flags != right.flags ||
		it.content.kind() != right.content.kind() ||
		!it.content.join(right.content) {
		return false
	}
	it.length += right.length
	it.right = right.right
	if it.right != nil {
		it.right.left = it
	} else if it.hasKey() {
		it.parent.keys[it.key] = it
	}
	return true
}

func (it *item) joinGC(right *item) bool {
	if !it.isGC() || !right.isGC() {
		return false
	}
	it.length += right.length
	return true
}

// collect turns the item into a GC struct.
func (it *item) collect() {
	*it = item{
		id: it.id, length: it.length, origin: noID, rightOrigin: noID,
		content: contentGC{}, flags: flagDeleted | flagGC,
	}
}
