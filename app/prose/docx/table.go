package docx

import (
	"slices"

	"madang/app/prose"
)

// table reads a table. What is in one within a cell belongs to the cell.
func (r *reader) table() error {
	if r.cell != nil {
		r.lose(LostTables, true)
		return r.children(r.block)
	}
	at := &cell{table: r.tables, row: -1}
	r.tables++
	var read func(e element) error
	read = func(e element) error {
		switch e.name {
		case "tr":
			at.row++
			at.column = -1
			return r.row(at, read)
		case "tc":
			at.column++
			return r.tableCell(*at)
		case "sdt", "sdtContent", "customXml", "AlternateContent", "Choice":
			return r.children(read)
		case "bookmarkStart", "bookmarkEnd", "commentRangeStart", "commentRangeEnd":
			return r.block(e)
		}
		return r.skip()
	}
	return r.children(read)
}

// row reads a row, which may itself be a tracked change.
func (r *reader) row(at *cell, read func(element) error) error {
	outer := r.fate
	err := r.children(func(e element) error {
		if e.name != "trPr" {
			return read(e)
		}
		return r.children(func(e element) error {
			if e.name == "ins" || e.name == "del" {
				r.isTracked = true
				r.lose(LostNames, e.attr("author") != "")
				r.fate = map[string]fate{"ins": inserted, "del": deleted}[e.name]
			}
			return r.skip()
		})
	})
	r.fate = outer
	return err
}

func (r *reader) tableCell(at cell) error {
	at.fate = r.fate
	r.cell = &at
	err := r.children(func(e element) error {
		if e.name != "tcPr" {
			return r.block(e)
		}
		return r.children(func(e element) error {
			r.lose(LostTables, e.name == "gridSpan" || e.name == "vMerge" || e.name == "hMerge")
			return r.skip()
		})
	})
	r.cell = nil
	return err
}

// fill puts a paragraph of a table into its cell, behind those that are there.
func (a *assembler) fill(p *paragraph, spans []prose.Span) {
	if a.table == nil || a.table.from != p.cell.table {
		cid := a.fresh(p.starts)
		a.doc.Blocks = append(a.doc.Blocks, prose.Block{Node: prose.TableBlock, CID: cid})
		a.table = &tableBlock{from: p.cell.table, row: -1}
	}
	table := &a.doc.Blocks[len(a.doc.Blocks)-1]
	if a.table.row != p.cell.row {
		a.table.row = p.cell.row
		table.Children = append(table.Children, prose.Block{Node: prose.TableRow})
	}
	row := &table.Children[len(table.Children)-1]
	for len(row.Children) <= p.cell.column {
		row.Children = append(row.Children, prose.Block{Node: prose.TableCell})
	}
	filled := &row.Children[p.cell.column]
	if len(filled.Inline) > 0 && len(spans) > 0 {
		filled.Inline = append(filled.Inline, prose.Span{Break: true})
	}
	filled.Inline = slices.Concat(filled.Inline, spans)
}

// tableBlock is the table that is being made, which is the last block.
type tableBlock struct{ from, row int }
