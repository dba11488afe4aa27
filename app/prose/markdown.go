package prose

import (
	"slices"
	"strconv"
	"strings"
)

// The Markdown of a text is CommonMark and this:
//
//   - a top-level ordered list is numbered clauses, nested ones their levels;
//   - "{#CID}" at the end of a top-level block is its id;
//   - "{#CID .list}" says that an ordered list is a list and not clauses;
//   - "{#CID .preambular}", ".definition" or ".note" says that a paragraph is a clause
//     of that kind; ".definition2" is one of level 2;
//   - "<!-- madang ... -->" at the head says where it comes from (Origin);
//   - "<!-- -->" alone is an empty paragraph, where there is no id to write;
//   - tables are those of GitHub; their id is the last word of the last cell, and short
//     rows come back with empty cells;
//   - "[^1]" is where a footnote is, "[^1]: ..." at the end what it says;
//   - <br>, <strong> and <em> stand where CommonMark's own signs can't, as in
//     **뜻(意)**은, which CommonMark doesn't read as strong.

// Markdown writes the text so that ParseMarkdown reads the same text. Quotes,
// lists and items without anything in them come back with an empty paragraph.
func (d Doc) Markdown() string {
	var w markdownWriter
	labelled, notes := withLabels(d.Blocks, nil)
	for _, b := range labelled {
		w.writeTop(b)
	}
	w.writeNotes(notes)
	if len(w.chunks) == 0 {
		return ""
	}
	return strings.Join(w.chunks, "\n\n") + "\n"
}

// markdownWriter writes top-level blocks, one chunk of lines each.
type markdownWriter struct {
	chunks  []string
	markers markers
	count   counter
	// open are the widths of the clauses' list items that the next clause may be
	// in; none after any other block.
	open []int
}

// withLabels returns the blocks with a number in place of what each footnote says, and
// all that they say.
func withLabels(blocks []Block, notes []string) ([]Block, []string) {
	labelled := slices.Clone(blocks)
	for i, b := range labelled {
		spans := slices.Clone(b.Inline)
		for j, s := range spans {
			if s.Footnote {
				notes = append(notes, s.Text)
				spans[j].Text = strconv.Itoa(len(notes))
			}
		}
		labelled[i].Inline = spans
		labelled[i].Children, notes = withLabels(b.Children, notes)
	}
	return labelled, notes
}

// writeNotes writes what the footnotes say, each in one line.
func (w *markdownWriter) writeNotes(notes []string) {
	for i, note := range notes {
		text := inlineWriter{isHeading: true}
		if text.write(tidy([]Span{{Text: note}})); note == "" {
			text.out.WriteString(emptyParagraph)
		}
		w.chunks = append(w.chunks, "[^"+strconv.Itoa(i+1)+"]: "+text.lines()[0])
	}
}

func (w *markdownWriter) writeTop(b Block) {
	if b.Node == Clause && b.Kind == Operative {
		w.writeClause(b)
		return
	}
	w.open = nil
	lines := w.markers.lines(b, suffixOf(b))
	w.chunks = append(w.chunks, strings.Join(lines, "\n"))
}

// suffixOf is the last word of a top-level block.
func suffixOf(b Block) string {
	var words []string
	if b.CID != "" {
		words = append(words, "#"+b.CID)
	}
	switch {
	case b.Node == OrderedList:
		words = append(words, ".list")
	case b.Kind != Operative && b.Level > 1:
		words = append(words, "."+string(b.Kind)+strconv.Itoa(b.Level))
	case b.Kind != Operative:
		words = append(words, "."+string(b.Kind))
	}
	if len(words) == 0 {
		return ""
	}
	return "{" + strings.Join(words, " ") + "}"
}

// writeClause writes a clause as an item of nested ordered lists, numbered as it
// is. Lists of the levels above that no clause has begun are begun with it.
func (w *markdownWriter) writeClause(b Block) {
	if w.open == nil {
		w.markers.next(OrderedList)
	}
	digits := strings.Split(w.count.next(b.Level), ".")
	level := max(b.Level, 1)
	w.open = w.open[:min(len(w.open), level-1)]
	marker := strings.Repeat(" ", sum(w.open))
	for len(w.open) < level {
		digit := "1" // of a level that the count leaves out
		if len(w.open) < len(digits) {
			digit = digits[len(w.open)]
		}
		item := digit + string(w.markers.ordered) + " "
		w.open = append(w.open, len(item))
		marker += item
	}
	w.chunks = append(w.chunks, strings.Join(hang(textLines(b, suffixOf(b)), marker), "\n"))
}

func sum(widths []int) int {
	total := 0
	for _, width := range widths {
		total += width
	}
	return total
}

// hang puts a marker before the first line and indents the others by its width.
func hang(lines []string, marker string) []string {
	hung := []string{marker + lines[0]}
	for _, line := range lines[1:] {
		if line != "" {
			line = strings.Repeat(" ", len(marker)) + line
		}
		hung = append(hung, line)
	}
	return hung
}

// markers remember with which sign the list before was written: a list that
// follows another of its kind has to look different.
type markers struct{ bullet, ordered byte }

// next takes note of a block and, if it is a list, chooses its sign.
func (m *markers) next(node string) byte {
	switch node {
	case BulletList:
		*m = markers{bullet: other(m.bullet, '-', '+')}
		return m.bullet
	case OrderedList:
		*m = markers{ordered: other(m.ordered, '.', ')')}
		return m.ordered
	}
	*m = markers{}
	return 0
}

func other(former, first, second byte) byte {
	if former == first {
		return second
	}
	return first
}

// lines writes a block; suffix is its last word, if it has one.
func (m *markers) lines(b Block, suffix string) []string {
	sign := m.next(b.Node)
	if b.IsTextBlock() {
		return textLines(b, suffix)
	}
	if b.Node == TableBlock {
		return tableLines(b, suffix)
	}
	if b.Node == Blockquote {
		lines := childLines(b, suffix)
		for i := range lines {
			lines[i] = strings.TrimRight("> "+lines[i], " ")
		}
		return lines
	}
	return listLines(b, sign, suffix)
}

// childLines writes what is in a quote or an item, with blank lines between.
func childLines(b Block, suffix string) []string {
	var lines []string
	var m markers
	children := b.Children
	if len(children) == 0 {
		children = []Block{{Node: Paragraph}}
	}
	for i, child := range children {
		if i > 0 {
			lines = append(lines, "")
		}
		lines = append(lines, m.lines(child, ifLast(suffix, i, len(children)))...)
	}
	return lines
}

func ifLast(suffix string, i, n int) string {
	if i < n-1 {
		return ""
	}
	return suffix
}

func listLines(list Block, sign byte, suffix string) []string {
	items := list.Children
	if len(items) == 0 {
		items = []Block{{Node: ListItem}}
	}
	var lines []string
	for i, item := range items {
		if i > 0 && !isTight(items) {
			lines = append(lines, "")
		}
		marker := string(sign) + " "
		if list.Node == OrderedList {
			marker = strconv.Itoa(min(max(list.Order, 1)+i, maxOrder)) + marker
		}
		lines = append(lines, hang(childLines(item, ifLast(suffix, i, len(items))), marker)...)
	}
	return lines
}

// tableLines writes a table. One without rows or cells gets an empty one, for a table has
// to have a head.
func tableLines(table Block, suffix string) []string {
	if len(table.Children) == 0 {
		table.Children = []Block{{Node: TableRow}}
	}
	rows, widths := table.Children, table.Widths()
	var lines []string
	for i, row := range rows {
		line, columns := "|", max(widths[i], 1)
		for j := range columns {
			cell := ""
			if j < len(row.Children) {
				cell = cellText(row.Children[j])
			}
			if i == len(rows)-1 && j == columns-1 && suffix != "" {
				cell = strings.TrimPrefix(cell+" "+suffix, " ")
			}
			line += " " + cell + " |"
		}
		if lines = append(lines, line); i == 0 {
			lines = append(lines, "|"+strings.Repeat(" --- |", columns))
		}
	}
	return lines
}

// cellText writes a cell in one line, with a backslash before what would end it.
func cellText(cell Block) string {
	w := inlineWriter{isHeading: true}
	w.write(tidy(cell.Inline))
	return strings.ReplaceAll(w.lines()[0], "|", `\|`)
}

// isTight reports whether the items can stand without blank lines between them.
func isTight(items []Block) bool {
	for _, item := range items {
		if len(item.Children) > 1 || len(item.Children) == 1 && !item.Children[0].IsTextBlock() {
			return false
		}
	}
	return true
}

// emptyParagraph is how a text block without words is written.
const emptyParagraph = "<!-- -->"

// textLines writes a text block.
func textLines(b Block, suffix string) []string {
	marker := ""
	if b.Node == Heading {
		marker = strings.Repeat("#", max(b.Level, 1)) + " "
	}
	w := inlineWriter{isHeading: b.Node == Heading}
	w.write(tidy(b.Inline))
	lines := w.lines()
	last := &lines[len(lines)-1]
	if *last == "" && (suffix == "" || b.CID == "") {
		*last = emptyParagraph
	}
	if suffix != "" {
		*last = strings.TrimPrefix(*last+" "+suffix, " ")
	}
	lines[0] = marker + lines[0]
	return lines
}
