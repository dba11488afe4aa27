package yjs

import "slices"

// Effect is what one update or transaction did to a document.
type Effect struct {
	Inserted []Range     // what was integrated, one range a client, highest client first
	Text     []Insertion // the visible text among it; within one parent in document order
	Deleted  []Deletion  // what was deleted; within one parent in document order
	Changed  []Change    // the types whose children, text or attributes changed

	update []byte
	tops   []*item // children of root types in or under which something changed; may repeat
}

// Insertion is visible text that was inserted.
type Insertion struct {
	Range
	Parent ID // the item holding the text's type; zero if that is a root type
	Text   string
}

// Deletion is one stretch of elements that was deleted.
type Deletion struct {
	Range
	Parent     ID     // the item holding the type it was in; zero if that is a root type
	Top        ID     // the root's child that it was, or lay in
	New        bool   // it came in the same update, so nobody had seen it
	Formatting bool   // a mark's beginning or end: no content is lost
	Countable  bool   // it took up a place: text, embeds, values, nested types
	Text       string // the text lost, if it was text; Len counts its UTF-16 units
}

// Change is a type whose children, text or attributes changed.
type Change struct {
	Root     string   // the name of the root type it lies under, or is
	ID       ID       // the item holding the type; zero for the root type itself
	Node     Node     // the type, if it is an XML element, text or hook
	Deleted  bool     // it is not in the document any more
	Children bool     // its children or text changed
	Keys     []string // the attributes or map keys that changed, sorted
}

// IsEmpty reports whether nothing happened.
func (e *Effect) IsEmpty() bool { return e.update == nil }

// Update is exactly what was integrated, in format V1: what is worth logging and
// sending on. It is nil if nothing happened.
func (e *Effect) Update() []byte { return e.update }

// Tops are the named root's children in or under which something changed, each
// once, in no order. Those deleted since the effect are not among them.
func (e *Effect) Tops(root string) []Node {
	var nodes []Node
	touched := map[*item]bool{}
	for _, it := range e.tops {
		if it.isDeleted() || touched[it] || it.parent.name != root {
			continue
		}
		touched[it] = true
		if n := it.branch().node(); n != nil {
			nodes = append(nodes, n)
		}
	}
	return nodes
}

// effect finishes the transaction and tells what it did.
func (tx *transaction) effect() *Effect {
	tx.deleted = normalise(tx.deleted)
	e := &Effect{Inserted: tx.inserted()}
	w := witness{tx: tx, effect: e, seen: map[*branch]*Change{}}
	w.insertions()
	w.deletions()
	w.conclude()
	tx.finish()
	e.update = tx.encode()
	return e
}

// witness gathers an effect before what was deleted is dropped.
type witness struct {
	tx      *transaction
	effect  *Effect
	parents []*branch
	seen    map[*branch]*Change
	lost    map[*branch][]*item
}

func (w *witness) insertions() {
	came := map[*branch][]*item{}
	for _, r := range w.effect.Inserted {
		for _, it := range w.tx.store().log(r.Client).between(r.Clock, r.End()) {
			w.change(it)
			if _, ok := it.content.(*contentString); ok && !it.isDeleted() {
				came[it.parent] = append(came[it.parent], it)
			}
		}
	}
	for _, parent := range w.parents {
		for _, it := range parent.inOrder(came[parent]) {
			text := it.content.(*contentString).text.String()
			w.effect.Text = append(w.effect.Text, Insertion{it.extent(), parent.id(), text})
		}
	}
}

func (w *witness) deletions() {
	w.lost = map[*branch][]*item{}
	for _, r := range w.tx.deleted {
		for _, it := range w.tx.store().log(r.Client).between(r.Clock, r.End()) {
			if !it.isGC() {
				w.change(it)
				w.lost[it.parent] = append(w.lost[it.parent], it)
			}
		}
	}
	for _, parent := range w.parents {
		for _, it := range parent.inOrder(w.lost[parent]) {
			w.effect.Deleted = append(w.effect.Deleted, w.deletion(it))
		}
	}
}

func (w *witness) deletion(it *item) Deletion {
	d := Deletion{
		Range:      it.extent(),
		Parent:     it.parent.id(),
		Top:        it.topLevel().id,
		New:        w.tx.isNew(it.id),
		Formatting: it.format() != nil,
		Countable:  it.isCountable(),
	}
	if c, ok := it.content.(*contentString); ok {
		d.Text = c.text.String()
	}
	return d
}

// inOrder sorts items of the branch as they stand in its list, those under keys last.
func (b *branch) inOrder(items []*item) []*item {
	if len(items) < 2 {
		return items
	}
	wanted := make(map[*item]bool, len(items))
	for _, it := range items {
		wanted[it] = !it.hasKey()
	}
	sorted := make([]*item, 0, len(items))
	for it := b.start; it != nil; it = it.right {
		if wanted[it] {
			sorted = append(sorted, it)
		}
	}
	for _, it := range items {
		if it.hasKey() {
			sorted = append(sorted, it)
		}
	}
	return sorted
}

// change notes that an item came or went.
func (w *witness) change(it *item) {
	if it.isGC() {
		return
	}
	c := w.seen[it.parent]
	if c == nil {
		c = w.open(it.parent)
	}
	if it.hasKey() {
		c.Keys = append(c.Keys, it.key)
	} else {
		c.Children = true
	}
	if it.parent.item == nil && it.branch() != nil {
		w.top(it)
	}
}

func (w *witness) open(b *branch) *Change {
	c := &Change{ID: b.id(), Deleted: b.isDeleted()}
	if root := b.root(); root != nil {
		c.Root = root.name
	}
	if b.item != nil {
		c.Node = b.node()
		w.top(b.item.topLevel())
	}
	w.seen[b] = c
	w.parents = append(w.parents, b)
	return c
}

func (w *witness) top(it *item) {
	if n := len(w.effect.tops); n == 0 || w.effect.tops[n-1] != it {
		w.effect.tops = append(w.effect.tops, it)
	}
}

// topLevel is the child of a root type that an item is, or lies in.
func (it *item) topLevel() *item {
	for it.parent.item != nil {
		it = it.parent.item
	}
	return it
}

func (w *witness) conclude() {
	for _, parent := range w.parents {
		c := w.seen[parent]
		slices.Sort(c.Keys)
		c.Keys = slices.Compact(c.Keys)
		w.effect.Changed = append(w.effect.Changed, *c)
	}
}
