package yjs

import (
	"iter"
	"slices"
)

// typeRef numbers the shared types as the update format does.
type typeRef uint8

const (
	refArray typeRef = iota
	refMap
	refText
	refXMLElement
	refXMLFragment
	refXMLHook
	refXMLText
	refCount
)

// isNamed reports whether the type carries a name on the wire.
func (r typeRef) isNamed() bool { return r == refXMLElement || r == refXMLHook }

// branch is the state of a shared type: a list of items, and for each key the
// newest of the items that were set under it. What kind of type a root is was never
// written anywhere; it is what one asks for.
type branch struct {
	doc    *Doc
	ref    typeRef
	name   string // of an element or hook; of a root type, under which the document knows it
	item   *item  // that holds the type; nil for a root
	start  *item
	keys   map[string]*item
	length uint64   // countable elements in the list that aren't deleted
	depth  int      // types above it
	marks  []string // of a text: the keys of the marks that ever were in it, up to marksMax
}

// marksMax bounds how many marks of one text are remembered.
const marksMax = 1024

// note remembers a mark and answers how many different ones there were.
func (b *branch) note(mark string) int {
	if len(b.marks) < marksMax && !slices.Contains(b.marks, mark) {
		b.marks = append(b.marks, mark)
	}
	return len(b.marks)
}

func (b *branch) isDeleted() bool { return b.item != nil && b.item.isDeleted() }

// root is the root type the branch lies under, or nil if it was cut off it.
func (b *branch) root() *branch {
	for b != nil && b.item != nil {
		b = b.item.parent
	}
	return b
}

// id is the item holding the type; the zero ID for a root.
func (b *branch) id() ID {
	if b.item == nil {
		return ID{}
	}
	return b.item.id
}

// visible yields the items that take up places in the list, with the index of their
// first element.
func (b *branch) visible() iter.Seq2[int, *item] {
	return func(yield func(int, *item) bool) {
		if b == nil {
			return
		}
		index := 0
		for it := b.start; it != nil; it = it.right {
			if !it.isVisible() {
				continue
			}
			if !yield(index, it) {
				return
			}
			index += int(it.length)
		}
	}
}

// value is the item set under a key, or nil.
func (b *branch) value(key string) *item {
	it := b.keys[key]
	if it == nil || it.isDeleted() {
		return nil
	}
	return it
}
