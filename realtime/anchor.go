package realtime

import (
	"context"
	"maps"
	"sync"

	"madang/app"
	"madang/app/prose"
	"madang/realtime/yjs"
)

// Anchor lets choose pick words of the committed text, and completes the anchor with
// the names of its first and last character, which stay theirs whatever is written
// around them.
func (h *Hub) Anchor(ctx context.Context, doc app.ID, choose func(prose.Doc) (prose.Anchor, error)) (prose.Anchor, error) {
	head, err := h.headOf(ctx, doc)
	if err != nil {
		return prose.Anchor{}, err
	}
	var made prose.Anchor
	err = h.study(ctx, doc, head, func(replica *yjs.Doc, _ app.LiveHead) (err error) {
		if made, err = choose(read(replica)); err == nil {
			made.From, made.To = layOut(replica).name(made.Passage)
		}
		return err
	})
	return made, err
}

// Follow returns the committed text and, for each anchor, what is left between its
// first and its last character.
func (h *Hub) Follow(ctx context.Context, doc app.ID, anchors []prose.Anchor) (Text, []prose.Live, error) {
	head, err := h.headOf(ctx, doc)
	if err != nil {
		return Text{}, nil, err
	}
	if text, ok := h.texts.at(doc, head); ok {
		if live, ok := h.trails.at(doc, head, anchors); ok {
			return text, live, nil
		}
	}
	var text Text
	var live []prose.Live
	err = h.study(ctx, doc, head, func(replica *yjs.Doc, at app.LiveHead) error {
		text = textAt(replica, at)
		spread := layOut(replica)
		for _, a := range anchors {
			live = append(live, spread.follow(a))
		}
		return nil
	})
	if err == nil {
		h.texts.keep(doc, text)
		h.trails.keep(doc, app.LiveHead{Epoch: text.Epoch, Seq: text.Seq}, anchors, live)
	}
	return text, live, err
}

// layout says where the texts of a document lie in the plain text of its clauses, as
// prose.Block.PlainText puts them together.
type layout struct {
	doc   *yjs.Doc
	texts []laidText
	at    map[yjs.ID]int // by the text's id, its index in texts
}

type laidText struct {
	cid    string
	start  int // in the clause, in UTF-16 units
	length int
	text   *yjs.XMLText
}

func layOut(doc *yjs.Doc) *layout {
	l := &layout{doc: doc, at: map[yjs.ID]int{}}
	seen := map[string]bool{"": true}
	for _, child := range doc.XMLFragment(rootName).Children() {
		e, ok := child.(*yjs.XMLElement)
		if !ok || seen[clauseID(e)] {
			continue
		}
		seen[clauseID(e)] = true
		l.block(e, clauseID(e), 0, true)
	}
	return l
}

// block lays out a block from a unit on and returns where it ends. Every line but the
// first of its clause begins behind a line break.
func (l *layout) block(e *yjs.XMLElement, cid string, at int, isFirst bool) (end int, stillFirst bool) {
	isRow := e.Name() == prose.TableRow
	if isRow || (prose.Block{Node: e.Name()}).IsTextBlock() {
		if !isFirst {
			at++
		}
		if isRow {
			return l.row(e, cid, at), false
		}
		return l.line(e, cid, at), false
	}
	for _, child := range e.Children() {
		if inner, ok := child.(*yjs.XMLElement); ok {
			at, isFirst = l.block(inner, cid, at, isFirst)
		}
	}
	return at, isFirst
}

// row lays out a row of a table.
func (l *layout) row(e *yjs.XMLElement, cid string, at int) int {
	for i, child := range e.Children() {
		if i > 0 {
			at += len(prose.CellBreak)
		}
		if cell, ok := child.(*yjs.XMLElement); ok {
			at = l.line(cell, cid, at)
		}
	}
	return at
}

// line lays out a text block; a line break within is one unit, and a footnote what it
// says between the two signs around it.
func (l *layout) line(e *yjs.XMLElement, cid string, at int) int {
	for _, child := range e.Children() {
		switch child := child.(type) {
		case *yjs.XMLText:
			at = l.words(child, cid, at)
		case *yjs.XMLElement:
			switch child.Name() {
			case hardBreak:
				at++
			case footnote:
				at += len(prose.NoteOpen)
				for _, t := range textsIn(child) {
					at = l.words(t, cid, at)
				}
				at += len(prose.NoteClose)
			}
		}
	}
	return at
}

// words lays out a text and returns where it ends.
func (l *layout) words(t *yjs.XMLText, cid string, at int) int {
	l.at[t.ID()] = len(l.texts)
	l.texts = append(l.texts, laidText{cid: cid, start: at, length: t.Len(), text: t})
	return at + t.Len()
}

// name gives the encoded positions of a passage's first and last character; none if it
// has no characters but line breaks.
func (l *layout) name(p prose.Passage) (from, to []byte) {
	for _, t := range l.texts {
		start, end := max(p.Start-t.start, 0), min(p.End-t.start, t.length)
		if t.cid != p.CID || start >= end {
			continue
		}
		if from == nil {
			from = encodedPosition(t.text, start, yjs.After)
		}
		to = encodedPosition(t.text, end, yjs.Before)
	}
	return from, to
}

// encodedPosition is a position within a text; what is beyond it has none.
func encodedPosition(text *yjs.XMLText, index int, assoc yjs.Assoc) []byte {
	at, err := yjs.RelativePositionAt(text, index, assoc)
	if err != nil {
		return nil
	}
	return yjs.EncodeRelativePosition(at)
}

// follow finds what is left between an anchor's ends.
func (l *layout) follow(a prose.Anchor) prose.Live {
	from, fromStands, ok := l.find(a.From)
	if !ok {
		return prose.Live{}
	}
	to, toStands, ok := l.find(a.To)
	if !ok || from.CID != to.CID || from.Start >= to.Start {
		return prose.Live{}
	}
	return prose.Live{
		Passage: prose.Passage{CID: from.CID, Start: from.Start, End: to.Start},
		Stands:  fromStands && toStands,
	}
}

// find is where a position is now, as an empty passage, and whether its character
// still stands.
func (l *layout) find(encoded []byte) (at prose.Passage, stands, ok bool) {
	if len(encoded) == 0 {
		return at, false, false
	}
	position, err := yjs.DecodeRelativePosition(encoded)
	if err != nil {
		return at, false, false
	}
	place, known := l.doc.Resolve(position)
	index, laid := l.at[place.Type]
	if !known || place.Gone || !laid {
		return at, false, false
	}
	t := l.texts[index]
	return prose.Passage{CID: t.cid, Start: t.start + place.Index}, !place.Lost, true
}

// trails remembers what Follow found in the texts read last, so that a page costs no
// replay while its document rests.
type trails struct {
	mu   sync.Mutex
	kept map[app.ID]trail
}

type trail struct {
	head app.LiveHead
	live map[string]prose.Live // by the names of both ends
}

func newTrails() *trails { return &trails{kept: map[app.ID]trail{}} }

func trailKey(a prose.Anchor) string { return string(a.From) + "\x00" + string(a.To) }

func (t *trails) at(doc app.ID, head app.LiveHead, anchors []prose.Anchor) ([]prose.Live, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	kept := t.kept[doc]
	if kept.head != head {
		return nil, len(anchors) == 0
	}
	live := make([]prose.Live, len(anchors))
	for i, a := range anchors {
		known := false
		if live[i], known = kept.live[trailKey(a)]; !known {
			return nil, false
		}
	}
	return live, true
}

func (t *trails) keep(doc app.ID, head app.LiveHead, anchors []prose.Anchor, live []prose.Live) {
	t.mu.Lock()
	defer t.mu.Unlock()
	fresh := trail{head: head, live: map[string]prose.Live{}}
	if former := t.kept[doc]; former.head == head {
		maps.Copy(fresh.live, former.live)
	}
	for i, a := range anchors {
		fresh.live[trailKey(a)] = live[i]
	}
	if len(t.kept) >= keptTexts && t.kept[doc].live == nil {
		for other := range t.kept { // any: it costs one replay
			delete(t.kept, other)
			break
		}
	}
	t.kept[doc] = fresh
}
