package docx

import (
	"slices"
	"strings"

	"madang/app/prose"
)

// view is one of the two texts that tracked changes make of a document.
type view struct {
	gone fate // words of this fate aren't in it
	// isJoined reports whether the end of a paragraph isn't in it, so that the next one
	// goes on with its words.
	isJoined func(runProperties) bool
}

var (
	accepted = view{deleted, func(end runProperties) bool { return end.isDeleted }}
	rejected = view{inserted, func(end runProperties) bool { return end.isInserted }}
)

// assembler makes blocks of paragraphs.
type assembler struct {
	*reader
	doc     prose.Doc
	title   string
	taken   map[string]bool   // ids
	anchors map[string]string // the clause that each comment is about
	// last is the paragraph before, if it stands in a quote or list, and open where.
	last *paragraph
	open place
	// table is the one before, if the paragraph before stands in it.
	table *tableBlock
}

func (r *reader) assemble(v view) *assembler {
	a := &assembler{reader: r, taken: map[string]bool{}, anchors: map[string]string{}}
	var before *paragraph // what is joined to the next paragraph
	for _, p := range r.paragraphs {
		if p.cell != nil && (p.cell.fate == v.gone || p.cell.fate == passing) {
			continue
		}
		p = p.seen(v, before)
		if before = nil; v.isJoined(p.end) {
			before = p
			continue
		}
		a.add(p)
	}
	if before != nil && len(before.words) > 0 { // else all of it is gone, and nothing follows
		a.add(before)
	}
	return a
}

// seen is a paragraph as a view has it, with what is joined to it, which it takes over.
// If nothing is left of that, its clause is gone too.
func (p *paragraph) seen(v view, before *paragraph) *paragraph {
	out := *p
	out.words, out.starts, out.anchored = nil, slices.Clip(p.starts), slices.Clip(p.anchored)
	if before != nil {
		out.words, out.anchored = before.words, append(before.anchored, p.anchored...)
	}
	if len(out.words) > 0 {
		out.starts = append(before.starts, p.starts...)
	}
	for _, w := range p.words {
		if w.fate != v.gone && w.fate != passing {
			out.words = append(out.words, w)
		}
	}
	return &out
}

// spans joins neighbours with the same marks.
func (p *paragraph) spans() []prose.Span {
	var spans []prose.Span
	var text strings.Builder // of the last span
	flush := func() {
		if last := len(spans) - 1; last >= 0 && isWords(spans[last]) {
			spans[last].Text = text.String()
		}
		text.Reset()
	}
	for _, w := range p.words {
		last := len(spans) - 1
		if !isWords(w.Span) {
			flush()
			spans = append(spans, w.Span)
			continue
		}
		if last < 0 || !isWords(spans[last]) || spans[last].Marks != w.Marks {
			flush()
			spans = append(spans, prose.Span{Marks: w.Marks})
		}
		text.WriteString(w.Text)
	}
	flush()
	return spans
}

// isWords reports whether a span is neither a line break nor a footnote.
func isWords(s prose.Span) bool { return !s.Break && !s.Footnote }

// add places a paragraph.
func (a *assembler) add(p *paragraph) {
	spans := p.spans()
	if p.cell != nil {
		a.fill(p, spans)
		a.last, a.open = nil, nil
		a.anchor(p)
		return
	}
	a.table = nil
	cid := a.fresh(p.starts)
	look := a.looks.find(p.style)
	if len(spans) == 0 && cid == "" && p.place == nil {
		a.last, a.open = nil, nil
		return
	}
	if look.name == titleStyle && cid == "" && a.title == "" && len(a.doc.Blocks) == 0 {
		words := slices.DeleteFunc(slices.Clone(spans), func(s prose.Span) bool { return s.Footnote })
		a.lose(LostFootnotes, len(words) < len(spans))
		a.title = strings.TrimSpace(prose.Block{Node: prose.Paragraph, Inline: words}.PlainText())
		return
	}
	where, shared := a.placeOf(p, look)
	if len(where) == 0 {
		b := a.textBlock(p, look)
		b.CID, b.Inline = cid, spans
		a.doc.Blocks = append(a.doc.Blocks, b)
		a.last, a.open = nil, nil
	} else {
		if cid != "" {
			shared = 0
		}
		a.insert(where, min(shared, where.shared(a.open)), cid, spans)
		a.last, a.open = p, where
	}
	a.anchor(p)
}

// anchor takes note of the comments that are about the last block.
func (a *assembler) anchor(p *paragraph) {
	for _, id := range p.anchored {
		if _, isThere := a.anchors[id]; !isThere {
			a.anchors[id] = a.doc.Blocks[len(a.doc.Blocks)-1].CID
		}
	}
}

// fresh is the first id that no block has.
func (a *assembler) fresh(ids []string) string {
	for _, cid := range ids {
		if !a.taken[cid] {
			a.taken[cid] = true
			return cid
		}
	}
	return ""
}

// insert puts a paragraph into the last block, where it shares that many boxes with the
// paragraph before it; or into a block of its own if it shares none.
func (a *assembler) insert(where place, shared int, cid string, spans []prose.Span) {
	if shared == 0 {
		b := where[0].block()
		b.CID = cid
		a.doc.Blocks = append(a.doc.Blocks, b)
	}
	b := &a.doc.Blocks[len(a.doc.Blocks)-1]
	for i := 1; i < len(where); i++ {
		if i >= shared {
			b.Children = append(b.Children, where[i].block())
		}
		b = &b.Children[len(b.Children)-1]
	}
	b.Children = append(b.Children, prose.Block{Node: prose.Paragraph, Inline: spans})
}

// countingOf is how a paragraph is numbered, by itself or by its style.
func (a *assembler) countingOf(p *paragraph, l look) counting {
	if p.isCounted {
		return p.numbering
	}
	return l.numbering
}

// placeOf is where a paragraph stands, and how much of that it shares with the one
// before it. A mark says it, or else the paragraph before it if both look the same:
// somebody has added an item. Or else its bullet or style does.
func (a *assembler) placeOf(p *paragraph, l look) (where place, shared int) {
	count := a.countingOf(p, l)
	isMeant := l.name == quoteStyle || l.name == bulletStyle || l.name == numberStyle || l.name == continuationStyle ||
		a.numberings.format(count) == "bullet"
	switch {
	case p.place != nil && isMeant:
		return p.place, p.shared
	case a.last != nil && l.name == continuationStyle:
		return a.open, len(a.open)
	case a.last != nil && a.last.style == p.style && a.countingOf(a.last, l) == count:
		return a.open, a.next(count)
	case a.numberings.format(count) == "bullet" && l.outline == 0:
		return a.bullet(count.level)
	case l.name == quoteStyle || l.name == "intense quote":
		return place{{node: prose.Blockquote}}, 1
	}
	return nil, 0
}

// next is what a paragraph shares that goes on as the one before it: all, or all but
// the item if it is counted anew.
func (a *assembler) next(count counting) int {
	if item := a.open.item(0); count.id != 0 && item >= 0 {
		return item
	}
	return len(a.open)
}

// bullet is the place of an item in lists of bullets, at most one level deeper than
// the paragraph before it.
func (a *assembler) bullet(level int) (where place, shared int) {
	level = min(level, a.open.lists(len(a.open)))
	for range level + 1 {
		where = append(where, box{node: prose.BulletList}, box{node: prose.ListItem})
	}
	return where, len(where) - 1
}

// textBlock is what a paragraph outside of quotes and lists is.
func (a *assembler) textBlock(p *paragraph, l look) prose.Block {
	outline := max(p.outline, l.outline)
	if l.name == titleStyle {
		outline = 1
	}
	count := a.countingOf(p, l)
	for _, kind := range prose.Kinds {
		if level := levelIn(l.name, strings.ToLower(clauseStyles[kind])+" ", clauseLevels); level > 0 {
			return prose.Block{Node: prose.Clause, Kind: kind, Level: level}
		}
	}
	switch {
	case outline > 0:
		return prose.Block{Node: prose.Heading, Level: min(outline, headingLevels)}
	case a.numberings.format(count) != "":
		return prose.Block{Node: prose.Clause, Level: min(count.level+1, clauseLevels)}
	}
	return prose.Block{Node: prose.Paragraph}
}

// The lowest levels of our own (schema.json).
const (
	clauseLevels  = 3
	headingLevels = 4
)
