package prose

import "strings"

// CellBreak is what stands between two cells of a row in plain text. Who writes it there
// makes a cell.
const CellBreak = " | "

// rowText is a row in plain text.
func (b Block) rowText() string {
	cells := make([]string, len(b.Children))
	for i, cell := range b.Children {
		cells[i] = textOf(cell.Inline, " ")
	}
	return strings.Join(cells, CellBreak)
}

// maxFilled is how many cells a table may have for its short rows to be filled up. Without a
// limit a megabyte of "|", one long row and many short ones, would be written as gigabytes.
const maxFilled = 100_000

// Widths are how many cells each row is read and written with: as many as the longest row
// has, so that every cell has its column. A table that would have more than 100,000 cells
// keeps its short rows, and only the head is as long as the longest.
func (b Block) Widths() []int {
	widths, most := make([]int, len(b.Children)), 0
	for i, row := range b.Children {
		widths[i] = len(row.Children)
		most = max(most, widths[i])
	}
	for i := range widths {
		if i == 0 || most*len(widths) <= maxFilled {
			widths[i] = most
		}
	}
	return widths
}

// withRows are the rows of a table that should read so. Lines that stay keep their rows.
func (b Block) withRows(text string) []Block {
	lines := strings.Split(text, "\n")
	if len(b.Children) == 0 {
		return freshRows(lines)
	}
	plan := planLines(b.lines(), lines)
	var rows []Block
	for i, row := range b.Children {
		for j, line := range plan.fates[i].lines {
			if j == plan.fates[i].heir {
				rows = append(rows, row.withCells(line))
				continue
			}
			rows = append(rows, freshRows([]string{line})...)
		}
	}
	return rows
}

func freshRows(lines []string) []Block {
	var rows []Block
	for _, line := range lines {
		rows = append(rows, Block{Node: TableRow}.withCells(line))
	}
	return rows
}

// withCells returns the row with other words. Cells are known by their place.
func (b Block) withCells(line string) Block {
	if len(b.Children) > 0 && line == b.rowText() {
		return b
	}
	var notes []string
	for _, cell := range b.Children {
		notes = append(notes, notesIn(cell.Inline)...)
	}
	var cells []Block
	for i, text := range cellsIn(line, notes) {
		cell := Block{Node: TableCell}
		if i < len(b.Children) {
			cell = b.Children[i]
		}
		cell.Inline = rewrite(cell.Inline, text, " ")
		cells = append(cells, cell)
	}
	b.Children = cells
	return b
}

// cellsIn are the texts of the cells of a line; what looks so within a footnote parts
// nothing.
func cellsIn(line string, notes []string) []string {
	cells, words := []string{""}, ""
	flush := func() {
		parts := strings.Split(words, CellBreak)
		cells[len(cells)-1] += parts[0]
		cells, words = append(cells, parts[1:]...), ""
	}
	for _, token := range tokensIn(line, notes) {
		if !isPlainNote(token) {
			words += token
			continue
		}
		flush()
		cells[len(cells)-1] += token
	}
	flush()
	return cells
}
