package realtime

import (
	"context"
	"unicode/utf16"

	"madang/app"
	"madang/app/prose"
	"madang/realtime/yjs"
)

// Authors returns the committed text and, for each of its blocks in order, who wrote
// which part of it: joined, the parts are the block's PlainText.
func (h *Hub) Authors(ctx context.Context, doc app.ID) (Text, [][]app.LiveAuthored, error) {
	heads, err := h.log.Heads(ctx, []app.ID{doc})
	if err != nil {
		return Text{}, nil, err
	}
	if _, exists := heads[doc]; !exists {
		return Text{}, nil, app.NotFound()
	}
	r := h.room(doc)
	defer h.release(r)
	var text Text
	var authors [][]app.LiveAuthored
	err = r.visit(ctx, func() error {
		r.catchUp()
		if err := r.load(); err != nil {
			return err
		}
		r.learnAuthors()
		text, authors = r.text(), r.authorship()
		return nil
	})
	return text, authors, err
}

func (r *room) authorship() [][]app.LiveAuthored {
	var blocks [][]app.LiveAuthored
	for _, child := range r.doc.XMLFragment(rootName).Children() {
		if e, ok := child.(*yjs.XMLElement); ok {
			w := authorWriter{room: r, lineBreak: " "}
			if (prose.Block{Node: e.Name()}).IsTextBlock() {
				w.lineBreak = "\n"
			}
			w.block(e)
			blocks = append(blocks, w.parts)
		}
	}
	return blocks
}

// authorWriter writes the plain text of a block, part by part.
type authorWriter struct {
	room      *room
	lineBreak string // what a hard break is in the block
	hasLine   bool
	parts     []app.LiveAuthored
}

func (w *authorWriter) add(text string, author app.ID) {
	if last := len(w.parts) - 1; last >= 0 && w.parts[last].Author == author {
		w.parts[last].Text += text
		return
	}
	w.parts = append(w.parts, app.LiveAuthored{Text: text, Author: author})
}

func (w *authorWriter) block(e *yjs.XMLElement) {
	if e.Name() == prose.TableRow {
		w.row(e)
		return
	}
	if !(prose.Block{Node: e.Name()}).IsTextBlock() {
		for _, child := range e.Children() {
			if e, ok := child.(*yjs.XMLElement); ok {
				w.block(e)
			}
		}
		return
	}
	w.begin()
	w.line(e)
}

// begin begins a line.
func (w *authorWriter) begin() {
	if w.hasLine {
		w.add("\n", "")
	}
	w.hasLine = true
}

// row writes a row of a table.
func (w *authorWriter) row(e *yjs.XMLElement) {
	w.begin()
	for i, child := range e.Children() {
		if i > 0 {
			w.add(prose.CellBreak, "")
		}
		if cell, ok := child.(*yjs.XMLElement); ok {
			w.line(cell)
		}
	}
}

// line writes what is in a text block.
func (w *authorWriter) line(e *yjs.XMLElement) {
	for _, child := range e.Children() {
		switch child := child.(type) {
		case *yjs.XMLElement:
			w.inline(child)
		case *yjs.XMLText:
			w.text(child)
		}
	}
}

// inline writes a line break or a footnote, as prose.Block.PlainText does.
func (w *authorWriter) inline(e *yjs.XMLElement) {
	switch e.Name() {
	case hardBreak:
		w.add(w.lineBreak, "")
	case footnote:
		w.add(prose.NoteOpen, "")
		for _, t := range textsIn(e) {
			w.text(t)
		}
		w.add(prose.NoteClose, "")
	}
}

func (w *authorWriter) text(t *yjs.XMLText) {
	for _, run := range t.Delta() {
		units := utf16.Encode([]rune(run.Text))
		for _, ids := range run.IDs {
			n := min(int(ids.Len), len(units))
			w.units(ids, units[:n])
			units = units[n:]
		}
	}
}

// units adds text that one client typed in one go, cut where its author changes. Both
// halves of a surrogate pair were typed together.
func (w *authorWriter) units(ids yjs.Range, units []uint16) {
	for from := 0; from < len(units); {
		author := w.room.authorOf(ids.Client, int64(ids.Clock)+int64(from))
		to := from + 1
		for to < len(units) && (w.isSecondHalf(units[to]) || w.room.authorOf(ids.Client, int64(ids.Clock)+int64(to)) == author) {
			to++
		}
		w.add(string(utf16.Decode(units[from:to])), author)
		from = to
	}
}

func (*authorWriter) isSecondHalf(unit uint16) bool { return unit >= 0xDC00 && unit < 0xE000 }
