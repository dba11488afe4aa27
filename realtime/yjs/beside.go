package yjs

import "iter"

// What a replica remembers of where things were put and of what stood there.

// Neighbours are the elements that a node was inserted between: its origin and its right
// origin, zero at an edge of the list. Nodes put by different clients between the same two
// were put there at the same time.
func (d *Doc) Neighbours(n Node) (left, right ID) {
	it := d.store.find(n.ID())
	if it.origin != noID {
		left = it.origin
	}
	if it.rightOrigin != noID {
		right = it.rightOrigin
	}
	return left, right
}

// Deleted are the elements that the text has no more, in the order in which they stood
// there. Beginnings and ends of marks are among them.
func (t *XMLText) Deleted() iter.Seq[Range] {
	return func(yield func(Range) bool) {
		for it := t.branch.start; it != nil; it = it.right {
			if it.isDeleted() && !yield(it.extent()) {
				return
			}
		}
	}
}

// Beginnings are the marks that begin in the text, by name and value, whether or not
// there is anything that they mark.
func (t *XMLText) Beginnings() iter.Seq2[string, any] {
	return func(yield func(string, any) bool) {
		for it := t.branch.start; it != nil; it = it.right {
			c := it.format()
			if c == nil || it.isDeleted() || c.isEnd() {
				continue
			}
			if !yield(c.key, parseJSON(c.value)) {
				return
			}
		}
	}
}

// Index counts what stands before an element of the text, which may be deleted; -1 if it
// never was in the text.
func (t *XMLText) Index(of ID) int {
	index := 0
	for it := t.branch.start; it != nil; it = it.right {
		inside := it.extent().Contains(of)
		switch {
		case inside && it.isVisible():
			return index + int(of.Clock-it.id.Clock)
		case inside:
			return index
		case it.isVisible():
			index += int(it.length)
		}
	}
	return -1
}
