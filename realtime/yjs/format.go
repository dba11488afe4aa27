package yjs

import "fmt"

// Local edits of formatted text. Marks are items among the text; an edit puts in the
// fewest that give the wished formatting, ends them behind it, and deletes those it
// made superfluous. These rules are part of what Yjs does to a document, so they are
// kept here to the letter. (Yjs also cleans up behind remote edits. A server doesn't:
// two replicas cleaning up at once can delete what the other relied on.)

// Formatted is a type that holds formatted text: an *XMLText or *Text.
type Formatted interface {
	// Len counts UTF-16 units and embeds.
	Len() int
	// Delta is the text in runs of equal formatting.
	Delta() []Run
	text() *branch
}

// Insert puts a string into a text. With nil marks it takes the formatting of what is
// before it; otherwise exactly these, and none if there are none.
func (t *Txn) Insert(into Formatted, index int, s string, with map[string]any) error {
	text := newText16([]byte(wellFormed(s)))
	return t.insertFormatted(into.text(), index, &contentString{text: text}, text.units, with)
}

// InsertEmbed puts an object that isn't text into a text, under marks as in Insert.
func (t *Txn) InsertEmbed(into Formatted, index int, embed, with map[string]any) error {
	json, err := formatJSON(embed)
	if err != nil {
		return err
	}
	if with == nil {
		with = map[string]any{}
	}
	return t.insertFormatted(into.text(), index, &contentEmbed{json: json}, 1, with)
}

func (t *Txn) insertFormatted(b *branch, index int, c content, length uint64, with map[string]any) error {
	want, err := newMarkList(with)
	if err != nil {
		return err
	}
	if err := b.checkRange(index, 0); err != nil || length == 0 {
		return err
	}
	at := t.seek(b, uint64(index))
	if with == nil {
		want = at.marks.clone()
	}
	for _, c := range at.marks {
		if want.get(c.key) == nil {
			want.set(endOf(c.key))
		}
	}
	at.passEqual(want)
	old := at.begin(want)
	at.add(c, length)
	at.end(old)
	return nil
}

// Delete removes n units from index on.
func (t *Txn) Delete(from Formatted, index, n int) error {
	b := from.text()
	if err := b.checkRange(index, n); err != nil || n == 0 {
		return err
	}
	at := t.seek(b, uint64(index))
	before, first := at.marks.clone(), at.right
	for left := uint64(n); left > 0; at.forward() {
		if it := at.right; it.isVisible() {
			at.limit(left)
			left -= it.length
			t.tx.delete(it)
		}
	}
	at.closeGap(first, before)
	return nil
}

// Format sets marks on n units from index on; a nil value removes the mark.
func (t *Txn) Format(on Formatted, index, n int, with map[string]any) error {
	b := on.text()
	want, err := newMarkList(with)
	if err != nil {
		return err
	}
	if err := b.checkRange(index, n); err != nil || n == 0 {
		return err
	}
	at := t.seek(b, uint64(index))
	at.passEqual(want)
	old := at.begin(want)
	at.overwrite(uint64(n), want, &old)
	at.end(old)
	return nil
}

// place is a place between two items of a text.
type place struct {
	t           *Txn
	b           *branch
	left, right *item
	marks       markList // in force here
}

// seek finds the place before the element at index.
func (t *Txn) seek(b *branch, index uint64) *place {
	at := &place{t: t, b: b, right: b.start}
	for index > 0 {
		if at.right.isVisible() {
			at.limit(index)
			index -= at.right.length
		}
		at.forward()
	}
	return at
}

// limit splits the item on the right if it is longer than n.
func (at *place) limit(n uint64) {
	if it := at.right; n < it.length {
		at.t.tx.endAt(ID{it.id.Client, it.id.Clock + n - 1})
	}
}

// forward passes the item on the right.
func (at *place) forward() {
	if c := at.right.format(); c != nil && !at.right.isDeleted() {
		at.marks.turn(c)
	}
	at.left, at.right = at.right, at.right.right
}

// add puts content here and passes it.
func (at *place) add(c content, length uint64) {
	at.right = at.t.add(at.b, nil, at.left, at.right, c, length)
	at.forward()
}

// passEqual passes what doesn't matter to text with the wanted marks: deleted items,
// and marks that are wanted anyway.
func (at *place) passEqual(want markList) {
	for at.right != nil {
		c := at.right.format()
		if !at.right.isDeleted() && (c == nil || !sameMark(want.get(c.key), c)) {
			return
		}
		at.forward()
	}
}

// begin lets the wanted marks begin where they aren't in force, and answers for each
// what was in force instead.
func (at *place) begin(want markList) (old markList) {
	for _, c := range want {
		now := at.marks.get(c.key)
		if sameMark(now, c) {
			continue
		}
		if now == nil {
			now = endOf(c.key)
		}
		old.set(now)
		at.mark(c)
	}
	return old
}

// mark puts in an item that says the same as c.
func (at *place) mark(c *contentFormat) {
	twin := &contentFormat{key: c.key, value: c.value}
	at.t.twins[twin] = at.t.original(c)
	at.add(twin, 1)
}

// end lets the old marks be in force again, as far as those that follow don't do it
// already.
func (at *place) end(old markList) {
	for at.right != nil {
		if !at.right.isDeleted() {
			c := at.right.format()
			if c == nil || old.get(c.key) == nil || !sameMark(old.get(c.key), c) {
				break
			}
			old.remove(c.key)
		}
		at.forward()
	}
	for _, c := range old {
		at.mark(c)
	}
}

// overwrite deletes the marks that would end the wanted ones within the next n
// elements, and passes these. What such a mark said is what must be in force behind.
func (at *place) overwrite(n uint64, want markList, old *markList) {
	for at.right != nil && (n > 0 || len(*old) > 0 && (at.right.isDeleted() || at.right.format() != nil)) {
		it := at.right
		switch c := it.format(); {
		case it.isDeleted():
		case c == nil:
			at.limit(n)
			n -= it.length
		case want.get(c.key) == nil:
		case sameMark(want.get(c.key), c):
			old.remove(c.key)
			at.t.tx.delete(it)
		case n == 0:
			return
		default:
			old.set(c)
			at.t.tx.delete(it)
		}
		at.forward()
	}
}

// closeGap deletes the marks that stand where text was deleted, from first on, and are
// overwritten before the next text or say what was in force before.
func (at *place) closeGap(first *item, before markList) {
	end, last := first, markList{}
	for ; end != nil && !end.isVisible(); end = end.right {
		if c := end.format(); c != nil && !end.isDeleted() {
			last.set(c)
		}
	}
	for it := first; it != end; it = it.right {
		c := it.format()
		if c == nil || it.isDeleted() {
			continue
		}
		if last.get(c.key) != c || at.t.identical(before.get(c.key), c) {
			at.t.tx.delete(it)
		}
	}
}

// markList is marks in the order they were set, which is the order Yjs writes them in.
type markList []*contentFormat

func newMarkList(values map[string]any) (markList, error) {
	list := make(markList, 0, len(values))
	for _, key := range sortedKeys(values) {
		json, err := formatJSON(values[key])
		if err != nil {
			return nil, fmt.Errorf("mark %s: %w", key, err)
		}
		list = append(list, &contentFormat{key: wellFormed(key), value: json})
	}
	return list, nil
}

func endOf(key string) *contentFormat { return &contentFormat{key: key, value: "null"} }

func (m markList) clone() markList { return append(markList{}, m...) }

func (m markList) get(key string) *contentFormat {
	for _, c := range m {
		if c.key == key {
			return c
		}
	}
	return nil
}

func (m *markList) set(c *contentFormat) {
	for i, o := range *m {
		if o.key == c.key {
			(*m)[i] = c
			return
		}
	}
	*m = append(*m, c)
}

func (m *markList) remove(key string) {
	for i, o := range *m {
		if o.key == key {
			*m = append((*m)[:i:i], (*m)[i+1:]...)
			return
		}
	}
}

// turn lets a mark begin or end.
func (m *markList) turn(c *contentFormat) {
	if c.isEnd() {
		m.remove(c.key)
		return
	}
	m.set(c)
}

// sameMark reports whether two marks say the same; nil is the end of a mark. Objects
// say the same if their members are equal and none of these is an object, as Yjs has
// it.
func sameMark(a, b *contentFormat) bool {
	x, y := a.json(), b.json()
	if x == y {
		return a == b || jsonDepth([]byte(x)) < 2
	}
	return jsonDepth([]byte(x)) == 1 && sameValue(parseJSON(x), parseJSON(y))
}

// identical compares as JavaScript's === does: of objects, only those made of one
// another are.
func (t *Txn) identical(a, b *contentFormat) bool {
	x := a.json()
	return x == b.json() && (x[0] != '{' && x[0] != '[' || t.original(a) == t.original(b))
}

func (t *Txn) original(c *contentFormat) *contentFormat {
	if o := t.twins[c]; o != nil {
		return o
	}
	return c
}

func (c *contentFormat) json() string {
	if c == nil {
		return "null"
	}
	return c.value
}
