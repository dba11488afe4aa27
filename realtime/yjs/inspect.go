package yjs

import "slices"

// Inspection is what an update would do to a document.
type Inspection struct {
	New          []Range    // structs the document doesn't have
	NewClients   []ClientID // clients it has nothing of, among those of New
	Deletes      []Range    // deletions not yet in force
	Gap          bool       // it skips, builds on or deletes something neither known nor in the update
	HasGC        bool       // GC structs are among the new ones
	Equivocation bool       // a known ID comes with other content
	NoEffect     bool       // nothing new and nothing to delete
}

// Inspect tells what Apply would do. It changes nothing.
func (d *Doc) Inspect(u *Update) Inspection {
	in := inspector{doc: d, update: u}
	for i := range u.sections {
		in.section(&u.sections[i])
	}
	for _, r := range u.deletes {
		in.deletion(r)
	}
	in.NoEffect = len(in.New) == 0 && len(in.Deletes) == 0
	return in.Inspection
}

type inspector struct {
	Inspection
	doc    *Doc
	update *Update
	known  textCursor
}

func (in *inspector) section(s *section) {
	l := in.doc.store.log(s.client)
	known := l.state()
	before := len(in.New)
	var r record
	for structs := s.read(); structs.left > 0; {
		structs.record(&r)
		in.record(&r, l, known)
	}
	if len(in.New) == before {
		return
	}
	if in.New[before].Clock > known {
		in.Gap = true
	}
	if known == 0 {
		in.NewClients = append(in.NewClients, s.client)
	}
}

func (in *inspector) record(r *record, l *log, known uint64) {
	if r.id.Clock < known {
		in.Equivocation = in.Equivocation || l.contradicts(r, &in.known)
	}
	if r.end() <= known {
		return
	}
	switch r.kind {
	case kindSkip:
		in.Gap = true
		return
	case kindGC:
		in.HasGC = true
	}
	first := max(r.id.Clock, known)
	in.New = appendRange(in.New, Range{ID{r.id.Client, first}, r.end() - first})
	for _, id := range [...]ID{r.origin, r.rightOrigin, r.parent} {
		in.Gap = in.Gap || id != noID && !in.has(id)
	}
}

// has reports whether an element is known or in the update.
func (in *inspector) has(id ID) bool {
	if in.doc.store.has(id) {
		return true
	}
	s := in.update.section(id.Client)
	return s != nil && s.clock <= id.Clock && id.Clock < s.end
}

func (in *inspector) deletion(r Range) {
	l := in.doc.store.log(r.Client)
	for _, it := range l.between(r.Clock, r.End()) {
		if it.isDeleted() {
			continue
		}
		first, end := max(it.id.Clock, r.Clock), min(it.end(), r.End())
		in.Deletes = appendRange(in.Deletes, Range{ID{r.Client, first}, end - first})
	}
	if known := l.state(); r.End() > known {
		in.early(Range{ID{r.Client, max(r.Clock, known)}, r.End() - max(r.Clock, known)})
	}
}

// early is a deletion of what the document doesn't have.
func (in *inspector) early(r Range) {
	s := in.update.section(r.Client)
	if s == nil || r.Clock < s.clock || s.end < r.End() {
		in.Gap = true
	}
	in.Deletes = appendRange(in.Deletes, r)
}

// contradicts reports whether the log holds other content than the record under the
// same IDs. Content that either side has dropped contradicts nothing.
func (l *log) contradicts(r *record, known *textCursor) bool {
	if !r.isItem() || r.kind == kindDeleted {
		return false
	}
	c := comparison{record: r, ours: known}
	return slices.ContainsFunc(l.between(r.id.Clock, r.end()), func(it *item) bool {
		if it.isGC() || it.content.kind() == kindDeleted {
			return false
		}
		return it.content.kind() != r.kind || !c.agrees(it)
	})
}

// comparison is one record held against the known items with its IDs. These come in
// order, so that each part of a long content is looked at once.
type comparison struct {
	*record
	content content // once it was needed
	theirs  textCursor
	ours    *textCursor
}

// agrees compares what the record and a known item have in common.
func (c *comparison) agrees(it *item) bool {
	first, end := max(c.id.Clock, it.id.Clock), min(c.end(), it.end())
	if c.originAt(first) != it.originAt(first) || c.rightOrigin != it.rightOrigin {
		return false
	}
	if c.hasParent && first == c.id.Clock && !c.agreesOnParent(it) {
		return false
	}
	return c.agreesOnContent(it, first, end)
}

// originAt is the origin of the element at a clock: inside a run, the one before it.
func (r *record) originAt(clock uint64) ID {
	if clock > r.id.Clock {
		return ID{r.id.Client, clock - 1}
	}
	return r.origin
}

func (it *item) originAt(clock uint64) ID {
	if clock > it.id.Clock {
		return ID{it.id.Client, clock - 1}
	}
	return it.origin
}

func (r *record) agreesOnParent(it *item) bool {
	if r.hasKey != it.hasKey() || string(r.key) != it.key {
		return false
	}
	if r.parent == noID {
		return it.parent.item == nil && it.parent.name == string(r.root)
	}
	return it.parent.item != nil && it.parent.item.id == r.parent
}

// agreesOnContent compares the elements from first up to end.
func (c *comparison) agreesOnContent(it *item, first, end uint64) bool {
	in := decoder{buf: c.body}
	switch ours := it.content.(type) {
	case *contentFormat:
		return ours.key == string(in.bytes()) && sameJSON(ours.value, string(in.bytes()))
	case *contentEmbed:
		return sameJSON(ours.json, string(in.bytes()))
	case *contentBinary:
		return slices.Equal(ours.bytes, in.bytes())
	case *contentType:
		return ours.branch.ref == typeRef(in.uint()) && (!ours.branch.ref.isNamed() || ours.branch.name == string(in.bytes()))
	case *contentDoc:
		return ours.guid == string(in.bytes())
	}
	if c.content == nil {
		c.content = c.sequence()
	}
	return c.agreesOnSequence(it.content, first-c.id.Clock, first-it.id.Clock, end-first)
}

// agreesOnSequence compares n elements: theirs from one index on, ours from another.
func (c *comparison) agreesOnSequence(content content, theirs, ours, n uint64) bool {
	switch content := content.(type) {
	case *contentString:
		return sameText(
			c.theirs.slice(c.content.(*contentString), theirs, n),
			c.ours.slice(content, ours, n))
	case *contentAny:
		return sameValues(c.content.(*contentAny).at, theirs, content.at, ours, n)
	case *contentJSON:
		return sameValues(c.content.(*contentJSON).at, theirs, content.at, ours, n)
	}
	return true
}
