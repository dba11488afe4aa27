package disclosure

import "slices"

// grid is how a table lies in memory: rows × columns and their margins, which are the
// last row and the last column. Tables of different releases are laid on one grid; a row
// or column that wasn't there yet held nobody.
type grid struct {
	rows    []Row
	columns []string
}

func (g grid) width() int      { return len(g.columns) + 1 }
func (g grid) size() int       { return (len(g.rows) + 1) * g.width() }
func (g grid) at(i, j int) int { return i*g.width() + j }

// isInner reports whether an entry is no margin.
func (g grid) isInner(e int) bool { return e/g.width() < len(g.rows) && e%g.width() < len(g.columns) }

// cover adds the rows and columns of one more table. A row that was ever sensitive stays
// so.
func (g *grid) cover(t table) {
	for _, row := range t.rows {
		i := slices.IndexFunc(g.rows, func(known Row) bool { return known.Key == row.Key })
		if i < 0 {
			g.rows = append(g.rows, row)
			continue
		}
		g.rows[i].Sensitive = g.rows[i].Sensitive || row.Sensitive
	}
	for _, column := range t.columns {
		if !slices.Contains(g.columns, column) {
			g.columns = append(g.columns, column)
		}
	}
}

// lay puts a table on the grid, with its margins.
func (g grid) lay(t table) []int {
	laid := make([]int, g.size())
	for a, row := range t.rows {
		i := slices.IndexFunc(g.rows, func(known Row) bool { return known.Key == row.Key })
		for b, column := range t.columns {
			j, n := slices.Index(g.columns, column), t.cells[a][b]
			for _, e := range []int{g.at(i, j), g.at(i, len(g.columns)), g.at(len(g.rows), j), g.at(len(g.rows), len(g.columns))} {
				laid[e] += n
			}
		}
	}
	return laid
}

// least is the smallest count that may be shown at an entry. A margin over sensitive
// groups only is as sensitive as they are.
func (g grid) least(e int) int {
	sensitive := func(r Row) bool { return r.Sensitive }
	if i := e / g.width(); i < len(g.rows) && sensitive(g.rows[i]) ||
		i == len(g.rows) && !slices.ContainsFunc(g.rows, func(r Row) bool { return !r.Sensitive }) {
		return LeastSensitive
	}
	return Least
}
