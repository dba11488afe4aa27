package yjs

// missing answers a client of which something the record builds on isn't known yet.
// Of its own client nothing can be: its structs come in order.
func (s *store) missing(r *record) (ClientID, bool) {
	for _, id := range [...]ID{r.origin, r.rightOrigin, r.parent} {
		if id != noID && id.Client != r.id.Client && !s.has(id) {
			return id.Client, true
		}
	}
	return 0, false
}

// integrate adds to the document what isn't known of a struct. All it builds on must
// be known, and its first unknown element be the next of its client.
func (tx *transaction) integrate(r *record) {
	offset := tx.store().state(r.id.Client) - r.id.Clock
	if offset >= r.length {
		return
	}
	it := newItem(r.id, r.length, tx.doc.content(r))
	if r.isItem() {
		tx.link(it, r)
	}
	if offset > 0 {
		tx.continueAt(it, offset)
	}
	if it.parent == nil {
		// Its surroundings are gone: the elements are known, but nowhere.
		it.collect()
		tx.add(it)
		return
	}
	tx.insert(it)
}

// link finds the neighbours and parent an item was inserted with.
func (tx *transaction) link(it *item, r *record) {
	if r.origin != noID {
		it.left = tx.endAt(r.origin)
		it.origin = it.left.lastID()
	}
	if r.rightOrigin != noID {
		it.right = tx.startAt(r.rightOrigin)
		it.rightOrigin = it.right.id
	}
	switch {
	case it.left != nil && it.left.isGC(), it.right != nil && it.right.isGC():
	case it.left != nil:
		it.adopt(it.left)
	case it.right != nil:
		it.adopt(it.right)
	default:
		it.parent = tx.parent(r)
		if r.hasKey {
			it.setKey(tx.doc.intern(r.key))
		}
	}
}

// adopt takes the neighbour's parent and key.
func (it *item) adopt(neighbour *item) {
	it.parent = neighbour.parent
	if neighbour.hasKey() {
		it.setKey(neighbour.key)
	}
}

// parent is the type the record names, or nil if that is no more.
func (tx *transaction) parent(r *record) *branch {
	if r.parent == noID {
		return tx.doc.root(string(r.root))
	}
	return tx.store().find(r.parent).branch()
}

// continueAt drops the first n elements of an item, which are known.
func (tx *transaction) continueAt(it *item, n uint64) {
	it.id.Clock += n
	it.length -= n
	if it.isGC() {
		return
	}
	it.content = it.content.split(n)
	it.left = tx.endAt(ID{it.id.Client, it.id.Clock - 1})
	it.origin = it.left.lastID()
}

// insert gives an item its place among its siblings and makes it part of the document.
func (tx *transaction) insert(it *item) {
	if !it.fits() {
		tx.place(it)
	}
	tx.connect(it)
	if it.isVisible() {
		it.parent.length += it.length
	}
	tx.add(it)
	tx.enter(it)
	if it.parent.isDeleted() || it.hasKey() && it.right != nil {
		// Nobody sees it: the parent is deleted, or a newer value is set.
		tx.delete(it)
	}
}

// fits reports whether nothing stands between the item's neighbours.
func (it *item) fits() bool {
	if it.left == nil {
		return it.right != nil && it.right.left == nil
	}
	return it.left.right == it.right
}

// place finds the left neighbour of an item among those others inserted between the
// same two elements. It walks them from left to right and stops where the item would
// no longer stay clear of crossing another's origin:
//
//   - an item with the same origin competes with ours: the lower client goes first;
//     with the same right origin too, ours goes right before it otherwise;
//   - an item whose origin lies among those passed belongs to one of them; if it is to
//     one ours already went behind, ours goes behind it as well;
//   - any other item was inserted beyond ours.
func (tx *transaction) place(it *item) {
	s := tx.store()
	passed := tx.doc.visits + 1 // items with a visit from here on were passed
	open := passed              // and of these it is undecided who is first
	for o := tx.firstBeside(it); o != nil && o != it.right; o = o.right {
		tx.step(1)
		tx.doc.visits++
		o.visit = tx.doc.visits
		switch {
		case o.origin == it.origin:
			if o.id.Client >= it.id.Client {
				if o.rightOrigin == it.rightOrigin {
					return
				}
				continue
			}
		case o.origin == noID:
			return
		default:
			visit := s.find(o.origin).visit
			if visit < passed {
				return
			}
			if visit >= open {
				continue
			}
		}
		it.left = o
		open = tx.doc.visits + 1
	}
}

// firstBeside is the first item right of the item's origin.
func (tx *transaction) firstBeside(it *item) *item {
	if it.left != nil {
		return it.left.right
	}
	return tx.first(it)
}

// first is the leftmost of the items in the list, or under the key, of the item's
// parent.
func (tx *transaction) first(it *item) *item {
	if !it.hasKey() {
		return it.parent.start
	}
	o := it.parent.keys[it.key]
	for o != nil && o.left != nil {
		tx.step(1)
		o = o.left
	}
	return o
}

// connect makes the item the right neighbour of it.left. The rightmost item under a
// key is its value.
func (tx *transaction) connect(it *item) {
	if it.left != nil {
		it.right = it.left.right
		it.left.right = it
	} else {
		it.right = tx.first(it)
		if !it.hasKey() {
			it.parent.start = it
		}
	}
	if it.right != nil {
		it.right.left = it
		return
	}
	if it.hasKey() {
		it.parent.set(it)
		if it.left != nil {
			tx.delete(it.left)
		}
	}
}

func (b *branch) set(it *item) {
	if b.keys == nil {
		b.keys = map[string]*item{}
	}
	b.keys[it.key] = it
}

// enter does what an item's content asks for when it becomes part of the document.
func (tx *transaction) enter(it *item) {
	switch c := it.content.(type) {
	case *contentType:
		c.branch.item = it
		c.branch.depth = it.parent.depth + 1
		tx.bound(c.branch.depth, tx.limits.Depth, "types nested in each other")
	case *contentFormat:
		tx.bound(it.parent.note(c.key), tx.limits.Marks, "different marks in a text")
	case contentDeleted:
		it.flags |= flagDeleted
		tx.noteDeleted(it)
	}
}
