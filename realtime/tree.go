package realtime

import (
	"slices"
	"strings"
	"unicode/utf16"

	"madang/app/prose"
	"madang/realtime/yjs"
)

// How a text lies in a shared document, as y-prosemirror puts it there: a block
// is an element, its attributes those of the ProseMirror node that aren't null;
// inline content is texts, whose formatting attributes are the marks with their
// attributes, and hard_break and footnote elements between them. What a footnote says is
// text within its element, so that it has authors, and counts, like all other text.
const (
	hardBreak = "hard_break"
	footnote  = "footnote"
)

// read makes the text of a shared document. What the model doesn't know, and the
// gate doesn't let in, is left out.
func read(doc *yjs.Doc) prose.Doc {
	return prose.Doc{Blocks: readBlocks(doc.XMLFragment(rootName))}
}

// hashOf is what editors compare to find replicas that differ.
func hashOf(doc *yjs.Doc) [32]byte { return prose.TextHash(read(doc)) }

func readBlocks(parent yjs.Parent) []prose.Block {
	var blocks []prose.Block
	for _, child := range parent.Children() {
		if e, ok := child.(*yjs.XMLElement); ok {
			blocks = append(blocks, readBlock(e))
		}
	}
	return blocks
}

func readBlock(e *yjs.XMLElement) prose.Block {
	b := prose.Block{
		Node: e.Name(), CID: clauseID(e),
		Level: number(e, "level"), Order: number(e, "order"), Kind: kindOf(e),
	}
	if b.IsTextBlock() {
		b.Inline = readInline(e)
	} else {
		b.Children = readBlocks(e)
	}
	return b
}

func kindOf(e *yjs.XMLElement) prose.Kind {
	value, _ := e.Attribute("kind")
	kind, _ := value.(string)
	return prose.Kind(kind)
}

func number(e *yjs.XMLElement, attribute string) int {
	value, _ := e.Attribute(attribute)
	n, _ := value.(float64)
	return int(n)
}

func readInline(e *yjs.XMLElement) []prose.Span {
	var spans []prose.Span
	for _, child := range e.Children() {
		switch child := child.(type) {
		case *yjs.XMLElement:
			switch child.Name() {
			case hardBreak:
				spans = append(spans, prose.Span{Break: true})
			case footnote:
				spans = append(spans, prose.Span{Footnote: true, Text: noteText(child)})
			}
		case *yjs.XMLText:
			for _, run := range child.Delta() {
				spans = append(spans, prose.Span{Text: run.Text, Marks: readMarks(run.Attributes)})
			}
		}
	}
	return spans
}

// textsIn are the texts of a footnote, and noteText what they say.
func textsIn(note *yjs.XMLElement) []*yjs.XMLText {
	var texts []*yjs.XMLText
	for _, child := range note.Children() {
		if t, ok := child.(*yjs.XMLText); ok {
			texts = append(texts, t)
		}
	}
	return texts
}

func noteText(note *yjs.XMLElement) string {
	var said strings.Builder
	for _, t := range textsIn(note) {
		said.WriteString(t.String())
	}
	return said.String()
}

func readMarks(attributes map[string]any) prose.Marks {
	_, strong := attributes["strong"]
	_, em := attributes["em"]
	link, _ := attributes["link"].(map[string]any)
	href, _ := link["href"].(string)
	return prose.Marks{Strong: strong, Em: em, Href: href}
}

// marksOf are formatting attributes, never nil: an insertion is to take these
// and not those of the text it falls into.
func marksOf(m prose.Marks) map[string]any {
	attributes := map[string]any{}
	if m.Strong {
		attributes["strong"] = map[string]any{}
	}
	if m.Em {
		attributes["em"] = map[string]any{}
	}
	if m.Href != "" {
		attributes["link"] = map[string]any{"href": m.Href}
	}
	return attributes
}

// writer makes a shared document equal to a text by as few deletions and
// insertions as it can, so that what others type at the same moment stays where
// it belongs. Existing text keeps its marks.
type writer struct{ *yjs.Txn }

// text makes the document's blocks those of target, matching them by clause id.
func (w writer) text(root *yjs.XMLFragment, target prose.Doc) error {
	wanted := map[string]bool{}
	for _, b := range target.Blocks {
		wanted[b.CID] = true
	}
	if err := w.dropOthers(root, wanted); err != nil {
		return err
	}
	kept := root.Children()
	for i, b := range target.Blocks {
		e := first(kept)
		if e == nil || clauseID(e) != b.CID || e.Name() != b.Node {
			if err := w.insertBlock(root, i, b); err != nil {
				return err
			}
			continue
		}
		kept = kept[1:]
		if err := w.block(e, b); err != nil {
			return err
		}
	}
	return w.cut(root, len(target.Blocks))
}

func first(nodes []yjs.Node) *yjs.XMLElement {
	if len(nodes) == 0 {
		return nil
	}
	e, _ := nodes[0].(*yjs.XMLElement)
	return e
}

// dropOthers deletes the blocks whose clause id isn't wanted.
func (w writer) dropOthers(root *yjs.XMLFragment, wanted map[string]bool) error {
	children := root.Children()
	for i := len(children) - 1; i >= 0; i-- {
		if e, ok := children[i].(*yjs.XMLElement); ok && wanted[clauseID(e)] {
			continue
		}
		if err := w.DeleteChildren(root, i, 1); err != nil {
			return err
		}
	}
	return nil
}

// cut deletes the children from index on.
func (w writer) cut(parent yjs.Parent, index int) error {
	if n := parent.Len() - index; n > 0 {
		return w.DeleteChildren(parent, index, n)
	}
	return nil
}

// block makes an element equal to a block of the same node. One that reads so
// already is left as it is, whatever it is made of.
func (w writer) block(e *yjs.XMLElement, target prose.Block) error {
	if equal(readBlock(e), target) {
		return nil
	}
	for name, value := range attributesOf(target) {
		if now, set := e.Attribute(name); set && now == value {
			continue
		}
		if err := w.SetAttribute(e, name, value); err != nil {
			return err
		}
	}
	if _, set := e.Attribute("kind"); set && target.Kind == prose.Operative {
		w.RemoveAttribute(e, "kind")
	}
	if target.IsTextBlock() {
		return w.pieces(e, piecesOf(target.Inline))
	}
	return w.blocks(e, target.Children)
}

func attributesOf(b prose.Block) map[string]any {
	attributes := map[string]any{}
	if b.CID != "" {
		attributes["cid"] = b.CID
	}
	if b.Level > 0 {
		attributes["level"] = float64(b.Level)
	}
	if b.Kind != prose.Operative {
		attributes["kind"] = string(b.Kind)
	}
	if b.Order > 0 {
		attributes["order"] = float64(b.Order)
	}
	return attributes
}

func (w writer) insertBlock(parent yjs.Parent, index int, b prose.Block) error {
	e, err := w.InsertElement(parent, index, b.Node, attributesOf(b))
	if err != nil {
		return err
	}
	for i, child := range b.Children {
		if err := w.insertBlock(e, i, child); err != nil {
			return err
		}
	}
	for i, p := range piecesOf(b.Inline) {
		if err := w.insertPiece(e, i, p); err != nil {
			return err
		}
	}
	return nil
}

// blocks makes the children of a quote, list or list item those of target.
// Children equal at either end stay; between them, those of the same node are
// mended one by one, and the rest comes or goes.
func (w writer) blocks(parent *yjs.XMLElement, target []prose.Block) error {
	now := readBlocks(parent)
	if len(now) != parent.Len() {
		return w.replaceBlocks(parent, target)
	}
	start, end := unchanged(len(now), len(target), func(i, j int) bool { return equal(now[i], target[j]) })
	at := start
	for ; at < len(now)-end && at < len(target)-end && now[at].Node == target[at].Node; at++ {
		if err := w.block(parent.Children()[at].(*yjs.XMLElement), target[at]); err != nil {
			return err
		}
	}
	if n := len(now) - end - at; n > 0 {
		if err := w.DeleteChildren(parent, at, n); err != nil {
			return err
		}
	}
	for i := at; i < len(target)-end; i++ {
		if err := w.insertBlock(parent, i, target[i]); err != nil {
			return err
		}
	}
	return nil
}

// replaceBlocks rewrites children that the model can't tell apart.
func (w writer) replaceBlocks(parent *yjs.XMLElement, target []prose.Block) error {
	if err := w.cut(parent, 0); err != nil {
		return err
	}
	for i, b := range target {
		if err := w.insertBlock(parent, i, b); err != nil {
			return err
		}
	}
	return nil
}

// unchanged counts what two lists have in common at their start and, of what is
// left, at their end.
func unchanged(n, m int, same func(i, j int) bool) (start, end int) {
	for start < n && start < m && same(start, start) {
		start++
	}
	for end < n-start && end < m-start && same(n-1-end, m-1-end) {
		end++
	}
	return start, end
}

// equal reports whether two blocks read the same.
func equal(a, b prose.Block) bool {
	return a.Node == b.Node && a.CID == b.CID && a.Level == b.Level && a.Kind == b.Kind && a.Order == b.Order &&
		slices.EqualFunc(piecesOf(a.Inline), piecesOf(b.Inline), piece.reads) &&
		slices.EqualFunc(a.Children, b.Children, equal)
}

// piece is a child of a text block: a line break, a footnote, or the spans of one text.
type piece []prose.Span

// name is that of the element which a piece is; empty for a text.
func (p piece) name() string {
	switch {
	case len(p) == 1 && p[0].Break:
		return hardBreak
	case len(p) == 1 && p[0].Footnote:
		return footnote
	}
	return ""
}

// nameOf is that of a child of a text block; empty for a text.
func nameOf(n yjs.Node) string {
	e, isElement := n.(*yjs.XMLElement)
	if !isElement {
		return ""
	}
	return e.Name()
}

func (p piece) String() string {
	var b strings.Builder
	for _, s := range p {
		b.WriteString(s.Text)
	}
	return b.String()
}

// reads reports whether two pieces have the same words; marks are compared
// nowhere, for no edit of words changes those of words that stay.
func (p piece) reads(q piece) bool { return p.name() == q.name() && p.String() == q.String() }

func piecesOf(spans []prose.Span) []piece {
	var pieces []piece
	for i, s := range spans {
		switch {
		case s.Break || s.Footnote:
			pieces = append(pieces, piece{s})
		case i > 0 && !spans[i-1].Break && !spans[i-1].Footnote:
			last := len(pieces) - 1
			pieces[last] = append(pieces[last], s)
		default:
			pieces = append(pieces, piece{s})
		}
	}
	return pieces
}

func (w writer) insertPiece(parent yjs.Parent, index int, p piece) error {
	if p.name() != "" {
		e, err := w.InsertElement(parent, index, p.name(), nil)
		if err != nil || p.name() != footnote {
			return err
		}
		return w.note(e, p)
	}
	t, err := w.InsertText(parent, index)
	if err != nil {
		return err
	}
	return w.insertSpans(t, 0, p)
}

// insertSpans puts spans into a text from a unit on.
func (w writer) insertSpans(t *yjs.XMLText, at int, spans []prose.Span) error {
	for _, s := range spans {
		if s.Text == "" {
			continue
		}
		if err := w.Insert(t, at, s.Text, marksOf(s.Marks)); err != nil {
			return err
		}
		at += units(s.Text)
	}
	return nil
}

// pieces makes the children of a text block those of target.
func (w writer) pieces(parent *yjs.XMLElement, target []piece) error {
	now := parent.Children()
	start, end := unchanged(len(now), len(target), func(i, j int) bool { return holds(now[i], target[j]) })
	at := start
	for ; at < len(now)-end && at < len(target)-end && isSameKind(now[at], target[at]); at++ {
		if err := w.piece(now[at], target[at]); err != nil {
			return err
		}
	}
	for i := len(now) - end - 1; i >= at; i-- {
		if err := w.dropPiece(parent, i); err != nil {
			return err
		}
	}
	for i := at; i < len(target)-end; i++ {
		if err := w.insertPiece(parent, i, target[i]); err != nil {
			return err
		}
	}
	return nil
}

// piece makes a child of a text block equal to a target of its kind.
func (w writer) piece(n yjs.Node, target piece) error {
	switch n := n.(type) {
	case *yjs.XMLText:
		return w.words(n, target)
	case *yjs.XMLElement:
		if n.Name() == footnote {
			return w.note(n, target)
		}
	}
	return nil
}

// note makes a footnote say what target does.
func (w writer) note(e *yjs.XMLElement, target piece) error {
	texts := textsIn(e)
	if len(texts) == 0 {
		t, err := w.InsertText(e, 0)
		if err != nil {
			return err
		}
		texts = append(texts, t)
	}
	for _, more := range texts[1:] {
		if err := w.words(more, nil); err != nil {
			return err
		}
	}
	return w.words(texts[0], target)
}

// dropPiece takes away a line break or footnote, or all words of a text. The text itself stays:
// with it would go what somebody types into it at this moment.
func (w writer) dropPiece(parent *yjs.XMLElement, index int) error {
	if t, ok := parent.Children()[index].(*yjs.XMLText); ok {
		return w.words(t, nil)
	}
	return w.DeleteChildren(parent, index, 1)
}

func isSameKind(n yjs.Node, p piece) bool {
	return nameOf(n) == p.name()
}

func holds(n yjs.Node, p piece) bool {
	switch n := n.(type) {
	case *yjs.XMLText:
		return p.name() == "" && n.String() == p.String()
	case *yjs.XMLElement:
		return n.Name() == p.name() && (p.name() != footnote || noteText(n) == p.String())
	}
	return false
}

// words makes a text read as target, from its end backwards so that earlier
// places stay where they are.
func (w writer) words(t *yjs.XMLText, target piece) error {
	changes := prose.Changes(t.String(), target.String())
	shift := 0 // how much longer the new text is than the old one
	for _, c := range changes {
		shift += units(c.Insert) - c.Delete
	}
	for i := len(changes) - 1; i >= 0; i-- {
		c := changes[i]
		shift -= units(c.Insert) - c.Delete
		if c.Delete > 0 {
			if err := w.Delete(t, c.At, c.Delete); err != nil {
				return err
			}
		}
		at := c.At + shift
		if err := w.insertSpans(t, c.At, target.slice(at, at+units(c.Insert))); err != nil {
			return err
		}
	}
	return nil
}

// slice is the part of a piece between two of its UTF-16 units.
func (p piece) slice(from, to int) []prose.Span {
	var part []prose.Span
	at := 0
	for _, s := range p {
		text := utf16.Encode([]rune(s.Text))
		start, end := max(from-at, 0), min(to-at, len(text))
		if start < end {
			part = append(part, prose.Span{Text: string(utf16.Decode(text[start:end])), Marks: s.Marks})
		}
		at += len(text)
	}
	return part
}

// units counts the UTF-16 units of a text.
func units(text string) int {
	n := 0
	for _, r := range text {
		n += utf16.RuneLen(r)
	}
	return n
}
