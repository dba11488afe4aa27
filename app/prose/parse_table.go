package prose

import (
	"bytes"
	"regexp"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// Tables in Markdown are those of GitHub Flavored Markdown 0.29, section 4.10, but that no
// cell is left out: where a row has more than its table's head they stay, and the others are
// filled up to as many.

var (
	kindTable = ast.NewNodeKind("Table")
	kindRow   = ast.NewNodeKind("TableRow")
	kindCell  = ast.NewNodeKind("TableCell")
)

// tableNode is a table, a row or a cell.
type tableNode struct {
	ast.BaseBlock
	kind ast.NodeKind
}

func (n *tableNode) Kind() ast.NodeKind     { return n.kind }
func (n *tableNode) Dump(src []byte, l int) { ast.DumpHelper(n, src, l, nil, nil) }

// delimiterForm is the line below the head.
var delimiterForm = regexp.MustCompile(`^[ \t]*\|?(?:[ \t]*:?-+:?[ \t]*\|)*[ \t]*:?-+:?[ \t]*\|?[ \t]*$`)

// tableTransformer makes a table of a paragraph in which a line has as many cells as the
// delimiters below it. Lines before them stay a paragraph.
type tableTransformer struct{}

func (tableTransformer) Transform(paragraph *ast.Paragraph, reader text.Reader, _ parser.Context) {
	lines, source := paragraph.Lines(), reader.Source()
	for i := 1; i < lines.Len(); i++ {
		delimiters := lines.At(i)
		line := bytes.TrimRight(delimiters.Value(source), "\n")
		if !bytes.ContainsRune(line, '|') || !delimiterForm.Match(line) {
			continue
		}
		head := cellsOf(lines.At(i-1), source)
		if len(head) != len(cellsOf(delimiters, source)) {
			continue
		}
		table := &tableNode{kind: kindTable}
		table.AppendChild(table, rowOf(head))
		for j := i + 1; j < lines.Len(); j++ {
			table.AppendChild(table, rowOf(cellsOf(lines.At(j), source)))
		}
		parent := paragraph.Parent()
		parent.InsertAfter(parent, paragraph, table)
		if lines.SetSliced(0, i-1); lines.Len() == 0 {
			parent.RemoveChild(parent, paragraph)
			return
		}
		last := lines.At(i - 2)
		lines.Set(i-2, last.TrimRightSpace(source))
		return
	}
}

func rowOf(cells []text.Segment) *tableNode {
	row := &tableNode{kind: kindRow}
	for _, segment := range cells {
		cell := &tableNode{kind: kindCell}
		cell.Lines().Append(segment)
		row.AppendChild(row, cell)
	}
	return row
}

// cellsOf parts a line where a "|" stands without a backslash before it that counts.
func cellsOf(line text.Segment, source []byte) []text.Segment {
	line = line.TrimLeftSpace(source)
	line = line.TrimRightSpace(source)
	value := line.Value(source)
	var cells []text.Segment
	start, isEscaped := 0, false
	for i, c := range value {
		if c == '|' && !isEscaped {
			if i > 0 {
				cells = append(cells, within(line, start, i, source))
			}
			start = i + 1
		}
		isEscaped = c == '\\' && !isEscaped
	}
	if start < len(value) || len(cells) == 0 { // nothing but a "|" is an empty cell
		cells = append(cells, within(line, start, len(value), source))
	}
	return cells
}

// within is a part of a line without the spaces around it.
func within(line text.Segment, from, to int, source []byte) text.Segment {
	part := text.NewSegment(line.Start+from, line.Start+to)
	part = part.TrimLeftSpace(source)
	return part.TrimRightSpace(source)
}

// table reads a table of the syntax tree.
func (r *markdownReader) table(n ast.Node) Block {
	table := Block{Node: TableBlock}
	for row := n.FirstChild(); row != nil; row = row.NextSibling() {
		read := Block{Node: TableRow}
		for cell := row.FirstChild(); cell != nil; cell = cell.NextSibling() {
			read.Children = append(read.Children, Block{Node: TableCell, Inline: r.spans(cell)})
		}
		table.Children = append(table.Children, read)
	}
	for i, width := range table.Widths() {
		for row := &table.Children[i]; len(row.Children) < width; {
			row.Children = append(row.Children, Block{Node: TableCell})
		}
	}
	return table
}

// rows reads a table where none can be: a line for each row.
func (r *markdownReader) rows(n ast.Node) []Span {
	var spans []Span
	for i, row := range r.table(n).Children {
		if i > 0 {
			spans = append(spans, Span{Break: true})
		}
		for j, cell := range row.Children {
			if j > 0 {
				spans = append(spans, Span{Text: CellBreak})
			}
			spans = append(spans, cell.Inline...)
		}
	}
	return tidy(spans)
}
