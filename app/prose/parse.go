package prose

import (
	"bytes"
	"cmp"
	"regexp"
	"strconv"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	"madang/app"
)

// markdown reads CommonMark but for two things. HTML is taken apart where it
// stands, so that a paragraph in tags is a paragraph. And there are no link
// definitions: "[주의]: 내용" is one to CommonMark, and its words would vanish.
var markdown = parser.NewParser(
	parser.WithBlockParsers(
		util.Prioritized(parser.NewSetextHeadingParser(), 100),
		util.Prioritized(parser.NewThematicBreakParser(), 200),
		util.Prioritized(parser.NewListParser(), 300),
		util.Prioritized(parser.NewListItemParser(), 400),
		util.Prioritized(parser.NewCodeBlockParser(), 500),
		util.Prioritized(parser.NewATXHeadingParser(), 600),
		util.Prioritized(parser.NewFencedCodeBlockParser(), 700),
		util.Prioritized(parser.NewBlockquoteParser(), 800),
		util.Prioritized(definitionParser{}, 850),
		util.Prioritized(parser.NewParagraphParser(), 900),
	),
	parser.WithParagraphTransformers(util.Prioritized(tableTransformer{}, 100)),
	parser.WithInlineParsers(append(parser.DefaultInlineParsers(), util.Prioritized(referenceParser{}, 150))...),
)

// ParseMarkdown reads Markdown, in the form that Doc.Markdown writes or any other.
// What the model doesn't have is kept as far as it is words: code, pictures, and
// tables within quotes and lists as their text, HTML as the text between its tags, links that MayLink
// refuses as theirs. A paragraph, list or quote within a numbered clause follows
// it. Blocks without an id of their own get a fresh one. Bytes that aren't UTF-8
// are Invalid "markdown.utf8".
func ParseMarkdown(source []byte) (Doc, error) {
	if !utf8.Valid(source) {
		return Doc{}, app.Invalid("markdown.utf8").On("markdown")
	}
	r := markdownReader{source: clean(source), taken: map[string]bool{}, notes: map[string]string{}, isNote: map[ast.Node]bool{}}
	root := markdown.Parse(text.NewReader(r.source))
	r.collectNotes(root)
	for n := root.FirstChild(); n != nil; n = n.NextSibling() {
		r.readTop(n)
	}
	r.doc.nameBlocks(map[string]bool{})
	return r.doc, Check(r.doc)
}

// clean makes line ends uniform and leaves out the byte order mark. It also bounds
// how many quotes and lists may begin in one line, which is where a megabyte of
// ">" would become a million nested quotes.
func clean(source []byte) []byte {
	source = bytes.TrimPrefix(source, []byte("\uFEFF"))
	source = bytes.ReplaceAll(source, []byte("\r\n"), []byte("\n"))
	source = bytes.ReplaceAll(source, []byte("\r"), []byte("\n"))
	source = bytes.ReplaceAll(source, []byte("\x00"), []byte("\uFFFD"))
	return tame(deepStart.ReplaceAll(source, []byte(`$1\`)))
}

// deepStart is the start of a line that opens more blocks than anybody means to.
var deepStart = regexp.MustCompile(`(?m)^((?:[ \t]*(?:>|[-+*][ \t]|[0-9]{1,9}[.)][ \t])){64}[ \t]*)`)

// maxNesting bounds how deep quotes and lists are kept within each other; what is
// deeper becomes paragraphs.
const maxNesting = 12

// markdownReader makes a text of a syntax tree.
type markdownReader struct {
	source []byte
	taken  map[string]bool   // ids
	notes  map[string]string // what footnotes say, by label
	isNote map[ast.Node]bool // which blocks say it
	doc    Doc
}

// readTop reads a block that stands by itself.
func (r *markdownReader) readTop(n ast.Node) {
	if _, isRule := n.(*ast.ThematicBreak); isRule {
		return
	}
	list, isList := n.(*ast.List)
	end, hasSuffix := r.suffix(n)
	if isList && list.IsOrdered() && !end.isList {
		r.readClauses(list, 1)
		return
	}
	if hasSuffix {
		r.take(end)
	}
	b, hasWords := r.block(n)
	if hasWords || hasSuffix {
		b.CID = end.cid
		if end.kind != Operative {
			b.Node, b.Kind, b.Level = Clause, end.kind, end.level
		}
		r.doc.Blocks = append(r.doc.Blocks, b)
	}
}

// readClauses reads the items of an ordered list as numbered clauses. Only their
// first paragraph can be in a clause.
func (r *markdownReader) readClauses(list *ast.List, level int) {
	for item := list.FirstChild(); item != nil; item = item.NextSibling() {
		child := item.FirstChild()
		if child == nil || isParagraph(child) {
			r.readClause(child, level)
		}
		if isParagraph(child) {
			child = child.NextSibling()
		}
		for ; child != nil; child = child.NextSibling() {
			if deeper, ok := child.(*ast.List); ok && deeper.IsOrdered() {
				r.readClauses(deeper, min(level+1, table.levels[Clause]))
				continue
			}
			r.readTop(child)
		}
	}
}

// readClause reads the paragraph of a clause; nil is a clause without words.
func (r *markdownReader) readClause(n ast.Node, level int) {
	b := Block{Node: Clause, Level: level}
	if n != nil {
		if end, found := r.suffix(n); found {
			r.take(end)
			b.CID, b.Kind = end.cid, end.kind
		}
		b.Inline = r.spans(n)
	}
	r.doc.Blocks = append(r.doc.Blocks, b)
}

func isParagraph(n ast.Node) bool {
	return n != nil && (n.Kind() == ast.KindParagraph || n.Kind() == ast.KindTextBlock)
}

// suffix is the last word of a block, if that says what the block is.
type suffix struct {
	word   *ast.Text
	stop   int // where the words before it end
	cid    string
	isList bool
	kind   Kind
	level  int // of a clause of that kind
}

var suffixForm = regexp.MustCompile(`(?:^| )\{(?:#(c[a-z0-9]{10})|(?:#(c[a-z0-9]{10}) )?\.(list|(preambular|definition|note)([23]?)))\}$`)

// suffix finds the suffix of a block, which stands in its last paragraph or in its
// heading. An id that is taken is no suffix but words.
func (r *markdownReader) suffix(n ast.Node) (suffix, bool) {
	last := n
	for last != nil && !isParagraph(last) && last.Kind() != ast.KindHeading && last.Kind() != kindCell {
		last = last.LastChild()
	}
	if last == nil {
		return suffix{}, false
	}
	word, ok := last.LastChild().(*ast.Text)
	if !ok {
		return suffix{}, false
	}
	value := string(word.Segment.Value(r.source))
	found := suffixForm.FindStringSubmatch(value)
	if found == nil || r.taken[found[1]+found[2]] {
		return suffix{}, false
	}
	list, _ := n.(*ast.List)
	isList, kind := found[3] == "list", Kind(found[4])
	if isList && (list == nil || !list.IsOrdered()) || kind != Operative && !isParagraph(n) {
		return suffix{}, false
	}
	level, _ := strconv.Atoi(cmp.Or(found[5], "1"))
	stop := word.Segment.Stop - len(found[0])
	return suffix{word: word, stop: stop, cid: found[1] + found[2], isList: isList, kind: kind, level: level}, true
}

// take removes a suffix from the tree.
func (r *markdownReader) take(s suffix) {
	s.word.Segment = s.word.Segment.WithStop(s.stop)
	before, ok := s.word.PreviousSibling().(*ast.Text)
	if ok && s.word.Segment.IsEmpty() {
		before.SetSoftLineBreak(false)
	}
	if s.cid != "" {
		r.taken[s.cid] = true
	}
}

// block reads a block at the top level. It has no words if there is nothing that
// somebody wrote in it.
func (r *markdownReader) block(n ast.Node) (b Block, hasWords bool) {
	switch n := n.(type) {
	case *ast.Heading:
		level := min(n.Level, table.levels[Heading])
		return Block{Node: Heading, Level: level, Inline: r.spans(n)}, true
	case *ast.Blockquote, *ast.List:
		return r.container(n, 1), true
	case *tableNode:
		return r.table(n), true
	}
	return r.paragraph(n)
}

// paragraph reads any text block as a paragraph.
func (r *markdownReader) paragraph(n ast.Node) (b Block, hasWords bool) {
	b = Block{Node: Paragraph}
	if r.isNote[n] {
		return b, false
	}
	if definition, isOne := n.(*noteDefinition); isOne {
		return r.unasked(definition), true
	}
	switch {
	case n.Kind() == kindTable:
		b.Inline = r.rows(n)
	case n.Type() == ast.TypeBlock && n.IsRaw():
		b.Inline = r.code(n)
	default:
		b.Inline = r.spans(n)
	}
	return b, len(b.Inline) > 0 || r.isMeantEmpty(n)
}

// isMeantEmpty reports whether a paragraph holds the mark of an empty one.
func (r *markdownReader) isMeantEmpty(n ast.Node) bool {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if tag, ok := c.(*ast.RawHTML); ok && string(tag.Segments.Value(r.source)) == emptyParagraph {
			return true
		}
	}
	return false
}

// container reads a quote or a list.
func (r *markdownReader) container(n ast.Node, depth int) Block {
	list, isList := n.(*ast.List)
	if !isList {
		return Block{Node: Blockquote, Children: r.children(n, depth)}
	}
	b := Block{Node: BulletList}
	if list.IsOrdered() {
		b = Block{Node: OrderedList, Order: max(list.Start, 1)}
	}
	for item := list.FirstChild(); item != nil; item = item.NextSibling() {
		b.Children = append(b.Children, Block{Node: ListItem, Children: r.children(item, depth)})
	}
	return b
}

// children reads what is in a quote or an item: at least one paragraph, for an
// editor's caret needs a place.
func (r *markdownReader) children(parent ast.Node, depth int) []Block {
	var children []Block
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		switch {
		case n.Kind() != ast.KindBlockquote && n.Kind() != ast.KindList:
			if b, hasWords := r.paragraph(n); hasWords {
				children = append(children, b)
			}
		case depth < maxNesting:
			children = append(children, r.container(n, depth+1))
		default:
			children = append(children, r.flat(n)...)
		}
	}
	if len(children) == 0 {
		return []Block{{Node: Paragraph}}
	}
	return children
}

// flat reads all that is in a container as paragraphs.
func (r *markdownReader) flat(container ast.Node) []Block {
	var paragraphs []Block
	for n := container.FirstChild(); n != nil; n = n.NextSibling() {
		switch n.Kind() {
		case ast.KindBlockquote, ast.KindList, ast.KindListItem:
			paragraphs = append(paragraphs, r.flat(n)...)
		default:
			if b, hasWords := r.paragraph(n); hasWords {
				paragraphs = append(paragraphs, b)
			}
		}
	}
	return paragraphs
}
