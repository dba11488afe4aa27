package yjs

import (
	"fmt"
	"slices"
)

// Transact runs local edits under a client id and answers with their effect, whose
// Update is what to send. Nobody else may ever edit under that client id. If fn fails
// after it changed something, the document is in between and must be thrown away.
func (d *Doc) Transact(client ClientID, fn func(*Txn) error) (*Effect, error) {
	t := &Txn{tx: d.begin(), client: client, twins: map[*contentFormat]*contentFormat{}}
	if err := fn(t); err != nil {
		return nil, err
	}
	return t.tx.effect(), nil
}

// Txn is a local transaction. Indexes and lengths of text count UTF-16 units. What
// lies outside its target, or parts a surrogate pair, is refused with ErrRange and
// changes nothing.
type Txn struct {
	tx     *transaction
	client ClientID
	twins  map[*contentFormat]*contentFormat // marks made in it, each with the one it was made of
}

// InsertElement makes an element the parent's child at index, with its attributes in
// the order of their names.
func (t *Txn) InsertElement(parent Parent, index int, name string, attrs map[string]any) (*XMLElement, error) {
	values := make([]content, 0, len(attrs))
	names := sortedKeys(attrs)
	for _, key := range names {
		c, err := plainContent(attrs[key])
		if err != nil {
			return nil, fmt.Errorf("attribute %s: %w", key, err)
		}
		values = append(values, c)
	}
	b := &branch{doc: t.tx.doc, ref: refXMLElement, name: wellFormed(name)}
	if err := t.insertAt(parent.list(), index, &contentType{branch: b}, 1); err != nil {
		return nil, err
	}
	for i, key := range names {
		t.set(b, wellFormed(key), values[i])
	}
	return &XMLElement{b}, nil
}

// InsertText makes an empty text the parent's child at index.
func (t *Txn) InsertText(parent Parent, index int) (*XMLText, error) {
	b := &branch{doc: t.tx.doc, ref: refXMLText}
	if err := t.insertAt(parent.list(), index, &contentType{branch: b}, 1); err != nil {
		return nil, err
	}
	return &XMLText{b}, nil
}

// DeleteChildren removes n children from index on.
func (t *Txn) DeleteChildren(parent Parent, index, n int) error {
	return t.deleteAt(parent.list(), index, n)
}

// SetAttribute sets an attribute of an element to a plain value, see
// XMLElement.Attributes.
func (t *Txn) SetAttribute(e *XMLElement, name string, value any) error {
	return t.setValue(e.branch, name, value)
}

// RemoveAttribute removes an attribute of an element, if it is set.
func (t *Txn) RemoveAttribute(e *XMLElement, name string) { t.unset(e.branch, name) }

// Set puts a plain value under a key of a map.
func (t *Txn) Set(m *Map, key string, value any) error { return t.setValue(m.branch, key, value) }

// Unset removes what is under a key of a map, if anything is.
func (t *Txn) Unset(m *Map, key string) { t.unset(m.branch, key) }

// InsertValues puts plain values into an array at index.
func (t *Txn) InsertValues(a *Array, index int, values ...any) error {
	if len(values) == 0 {
		return a.branch.checkRange(index, 0)
	}
	c := &contentAny{}
	for _, v := range values {
		var e encoder
		if err := e.any(v); err != nil {
			return err
		}
		c.values = append(c.values, e.buf)
	}
	return t.insertAt(a.branch, index, c, uint64(len(values)))
}

// DeleteValues removes n values of an array from index on.
func (t *Txn) DeleteValues(a *Array, index, n int) error { return t.deleteAt(a.branch, index, n) }

// add makes a new item of local content between two neighbours.
func (t *Txn) add(parent *branch, key *string, left, right *item, c content, length uint64) *item {
	it := newItem(ID{t.client, t.tx.store().state(t.client)}, length, c)
	it.parent, it.left, it.right = parent, left, right
	if left != nil {
		it.origin = left.lastID()
	}
	if right != nil {
		it.rightOrigin = right.id
	}
	if key != nil {
		it.setKey(*key)
	}
	t.tx.insert(it)
	return it
}

// checkRange refuses places outside the list, inside a surrogate pair, and in lists
// that are deleted.
func (b *branch) checkRange(index, n int) error {
	if index < 0 || n < 0 || uint64(index)+uint64(n) > b.length {
		return fmt.Errorf("%w: %d elements at %d of %d", ErrRange, n, index, b.length)
	}
	if b.isDeleted() {
		return fmt.Errorf("%w: the type is deleted", ErrRange)
	}
	if b.isInPair(uint64(index)) || b.isInPair(uint64(index+n)) {
		return fmt.Errorf("%w: inside a surrogate pair", ErrRange)
	}
	return nil
}

// isInPair reports whether both halves of one character are next to a place. Parting
// them would spoil it here, and not where the edit needs no new item there.
func (b *branch) isInPair(index uint64) bool {
	for it := b.start; it != nil && index > 0; it = it.right {
		if !it.isVisible() {
			continue
		}
		if index < it.length {
			c, ok := it.content.(*contentString)
			return ok && c.text.isInPair(index)
		}
		index -= it.length
	}
	return false
}

// insertAt puts content right behind the element before index.
func (t *Txn) insertAt(b *branch, index int, c content, length uint64) error {
	if err := b.checkRange(index, 0); err != nil {
		return err
	}
	left, right := (*item)(nil), b.start
	if index > 0 {
		left = t.endOf(b, uint64(index))
		right = left.right
	}
	t.add(b, nil, left, right, c, length)
	return nil
}

// endOf is the item that ends with the n-th element, split if need be.
func (t *Txn) endOf(b *branch, n uint64) *item {
	for it := b.start; ; it = it.right {
		if !it.isVisible() {
			continue
		}
		if n <= it.length {
			return t.tx.endAt(ID{it.id.Client, it.id.Clock + n - 1})
		}
		n -= it.length
	}
}

func (t *Txn) deleteAt(b *branch, index, n int) error {
	if err := b.checkRange(index, n); err != nil || n == 0 {
		return err
	}
	it := b.start
	if index > 0 {
		it = t.endOf(b, uint64(index)).right
	}
	for left := uint64(n); left > 0; it = it.right {
		if !it.isVisible() {
			continue
		}
		if left < it.length {
			t.tx.endAt(ID{it.id.Client, it.id.Clock + left - 1})
		}
		left -= it.length
		t.tx.delete(it)
	}
	return nil
}

func (t *Txn) setValue(b *branch, key string, value any) error {
	c, err := plainContent(value)
	if err != nil {
		return err
	}
	if b.isDeleted() {
		return fmt.Errorf("%w: the type is deleted", ErrRange)
	}
	t.set(b, wellFormed(key), c)
	return nil
}

func (t *Txn) set(b *branch, key string, c content) {
	t.add(b, &key, b.keys[key], nil, c, 1)
}

func (t *Txn) unset(b *branch, key string) {
	if it := b.value(key); it != nil {
		t.tx.delete(it)
	}
}

// plainContent is the content Yjs makes of one plain value.
func plainContent(v any) (content, error) {
	if b, ok := v.([]byte); ok {
		return &contentBinary{bytes: slices.Clone(b)}, nil
	}
	var e encoder
	if err := e.any(v); err != nil {
		return nil, err
	}
	return &contentAny{values: [][]byte{e.buf}}, nil
}
