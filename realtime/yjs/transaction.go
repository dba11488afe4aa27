package yjs

import (
	"fmt"
	"slices"
)

// transaction gathers what one update or one local edit does to a document, so that
// it can be tidied up, and told, once.
type transaction struct {
	doc     *Doc
	number  uint64
	logs    []*log  // those that got structs; log.before says from where
	deleted []Range // what was deleted
	untidy  []Range // other structs that may join a neighbour
	limits  Limits
	steps   int
	err     error // the first limit it went over
}

func (d *Doc) begin() *transaction {
	d.transactions++
	return &transaction{doc: d, number: d.transactions}
}

func (tx *transaction) store() *store { return &tx.doc.store }

// add puts a struct at the end of its client's log. GC structs grow in place.
func (tx *transaction) add(it *item) {
	l := tx.store().open(it.id.Client)
	if l.begun != tx.number {
		l.begun, l.before = tx.number, l.state()
		tx.logs = append(tx.logs, l)
	}
	if n := len(l.structs); n > 0 && it.isGC() && l.structs[n-1].isGC() {
		l.structs[n-1].length += it.length
		return
	}
	l.structs = append(l.structs, it)
}

// isNew reports whether an element was inserted in this transaction.
func (tx *transaction) isNew(id ID) bool {
	l := tx.store().log(id.Client)
	return l != nil && l.begun == tx.number && id.Clock >= l.before
}

// inserted is what the transaction inserted, highest client first.
func (tx *transaction) inserted() []Range {
	var ranges []Range
	for _, l := range tx.logs {
		ranges = append(ranges, Range{ID{l.client, l.before}, l.state() - l.before})
	}
	return normalise(ranges)
}

// startAt answers the struct that begins with a known element, split off if need be.
// GC structs aren't split.
func (tx *transaction) startAt(id ID) *item {
	l := tx.store().log(id.Client)
	i := l.index(id.Clock)
	it := l.structs[i]
	if it.isGC() || it.id.Clock == id.Clock {
		return it
	}
	return tx.split(l, i, id.Clock-it.id.Clock)
}

// endAt answers the struct that ends with a known element.
func (tx *transaction) endAt(id ID) *item {
	l := tx.store().log(id.Client)
	i := l.index(id.Clock)
	it := l.structs[i]
	if !it.isGC() && it.lastID() != id {
		tx.split(l, i, id.Clock-it.id.Clock+1)
	}
	return it
}

// blockSize is how many pointers are moved in the time that comparing two items takes.
const blockSize = 64

// split parts the i-th struct of a log before its element n and answers the right
// part.
func (tx *transaction) split(l *log, i int, n uint64) *item {
	right := l.structs[i].split(n)
	l.insert(i+1, right)
	tx.step(1 + (len(l.structs)-i)/blockSize)
	tx.untidy = append(tx.untidy, right.extent())
	return right
}

// delete marks an item as deleted, and what is in it if it holds a type.
func (tx *transaction) delete(it *item) {
	if it.isDeleted() {
		return
	}
	if it.isVisible() {
		it.parent.length -= it.length
	}
	it.flags |= flagDeleted
	tx.noteDeleted(it)
	if b := it.branch(); b != nil {
		tx.deleteChildren(b)
	}
}

func (tx *transaction) noteDeleted(it *item) {
	if n := len(tx.deleted); n > 0 && tx.deleted[n-1].End() == it.id.Clock && tx.deleted[n-1].Client == it.id.Client {
		tx.deleted[n-1].Len += it.length
		return
	}
	tx.deleted = append(tx.deleted, it.extent())
}

func (tx *transaction) deleteChildren(b *branch) {
	for it := b.start; it != nil; it = it.right {
		tx.delete(it)
	}
	for _, it := range b.keys {
		tx.delete(it)
	}
}

// deleteRange marks the known part of a range as deleted and answers the rest.
func (tx *transaction) deleteRange(r Range) (unknown Range) {
	l := tx.store().log(r.Client)
	state := l.state()
	known := min(r.End(), max(state, r.Clock))
	unknown = Range{ID{r.Client, known}, r.End() - known}
	if r.Clock >= known {
		return unknown
	}
	for i := tx.firstAt(l, r.Clock); i < len(l.structs) && l.structs[i].id.Clock < known; i++ {
		it := l.structs[i]
		if !it.isDeleted() && known < it.end() {
			tx.split(l, i, known-it.id.Clock)
		}
		tx.delete(it)
	}
	return unknown
}

// firstAt is the index of the first struct to delete from a known clock on, split
// off if the clock is inside a struct that isn't deleted.
func (tx *transaction) firstAt(l *log, clock uint64) int {
	i := l.index(clock)
	it := l.structs[i]
	if it.id.Clock == clock || it.isDeleted() {
		return i
	}
	tx.split(l, i, clock-it.id.Clock)
	return i + 1
}

// finish drops the content of what was deleted and joins what can be joined, so that
// the document stays as small as if it had been typed in one go.
func (tx *transaction) finish() {
	tx.deleted = normalise(tx.deleted)
	if !tx.doc.keepAll {
		tx.collect()
	}
	spans := append(tx.untidy, tx.deleted...)
	for _, l := range tx.logs {
		spans = append(spans, Range{ID{l.client, l.before}, l.state() - l.before})
	}
	for spans = normalise(spans); len(spans) > 0; {
		n := clientRun(spans)
		tx.store().log(spans[0].Client).compact(spans[:n])
		spans = spans[n:]
	}
}

// collect drops the content of deleted items.
func (tx *transaction) collect() {
	for _, r := range tx.deleted {
		for _, it := range tx.store().log(r.Client).between(r.Clock, r.End()) {
			if it.isDeleted() && !it.isGC() {
				tx.collectItem(it)
			}
		}
	}
}

func (tx *transaction) collectItem(it *item) {
	if b := it.branch(); b != nil {
		tx.collectChildren(b)
	}
	it.content = contentDeleted{}
	it.flags &^= flagCountable
}

// collectChildren leaves GC structs of everything in a deleted type.
func (tx *transaction) collectChildren(b *branch) {
	for it := b.start; it != nil; {
		next := it.right
		tx.collectChild(it)
		it = next
	}
	for _, it := range b.keys {
		for it != nil {
			next := it.left
			tx.collectChild(it)
			it = next
		}
	}
	b.start, b.keys = nil, nil
}

func (tx *transaction) collectChild(it *item) {
	if child := it.branch(); child != nil {
		tx.collectChildren(child)
	}
	it.collect()
	tx.untidy = append(tx.untidy, it.extent())
}

// step counts work of about the cost of comparing two items.
func (tx *transaction) step(n int) {
	tx.steps += n
	tx.bound(tx.steps, tx.limits.Steps, "steps to integrate it")
}

// bound fails the transaction over a limit.
func (tx *transaction) bound(n, most int, what string) {
	if most > 0 && n > most && tx.err == nil {
		tx.err = fmt.Errorf("%w: %d %s", ErrLimit, n, what)
	}
}

func (it *item) extent() Range { return Range{it.id, it.length} }

// encode writes what the transaction inserted and deleted as an update.
func (tx *transaction) encode() []byte {
	inserted := tx.inserted()
	if len(inserted) == 0 && len(tx.deleted) == 0 {
		return nil
	}
	var e encoder
	e.uint(uint64(len(inserted)))
	for _, r := range inserted {
		e.log(tx.store().log(r.Client), r.Clock, r.End())
	}
	writeDeletes(&e, tx.deleted)
	return slices.Clip(e.buf)
}
