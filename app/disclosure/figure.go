package disclosure

import (
	"slices"
	"time"
)

// Figures are what may be shown of a table.
type Figures struct {
	// At is when they were released; zero if nothing was yet.
	At      time.Time
	Columns []string
	Lines   []Line
	// Others tells the lines that are hidden as one, where there are several and it
	// follows anyway from what is shown. Total is all lines together.
	Others *Line
	Total  Line
}

// Line is a group of people, or several.
type Line struct {
	Key       string
	Sensitive bool
	Cells     []Figure // by column
	Total     Figure
	// Most is the column of at least four fifths of the line, where the cells of a small
	// line are hidden; empty if there is none.
	Most string
}

// Figure is one number about people, or that it isn't shown.
type Figure struct {
	n       int
	isShown bool
	at      time.Time
}

// Number returns the number, if it is shown.
func (f Figure) Number() (n int, isShown bool) { return f.n, f.isShown }

// At is when the number was released: earlier than the figures it stands among, if it has
// changed by too few people to tell since.
func (f Figure) At() time.Time { return f.at }

// Show puts together what was published of a table, oldest release first.
func Show(published []Published) Figures {
	if len(published) == 0 {
		return Figures{}
	}
	newest := published[len(published)-1]
	counted := newest.counted.look()
	shown := Figures{At: newest.at, Columns: slices.Clone(counted.columns)}
	s := lay(published[:len(published)-1], newest.counted)
	s.grid.each(counted.grid(), func(whole, part int) {
		s.hidden[s.last()][whole] = newest.hidden[part]
	})
	for i, row := range s.rows {
		if slices.ContainsFunc(counted.rows, func(r Row) bool { return r.Key == row.Key }) {
			shown.Lines = append(shown.Lines, s.line(published, i))
		}
	}
	shown.Total = s.line(published, len(s.rows))
	shown.Others = shown.others()
	return shown
}

func (s sequence) line(published []Published, i int) Line {
	newest := published[len(published)-1].counted.look()
	l := Line{Total: s.figure(published, s.at(i, len(s.columns)))}
	if i < len(s.rows) {
		l.Key, l.Sensitive = s.rows[i].Key, s.rows[i].Sensitive
	}
	for _, column := range newest.columns {
		e := s.at(i, slices.Index(s.columns, column))
		l.Cells = append(l.Cells, s.figure(published, e))
		if s.isBanded(s.last(), i) && s.count(s.last(), e) >= mostOf(s.count(s.last(), s.at(i, len(s.columns)))) {
			l.Most = column
		}
	}
	return l
}

// figure is the newest number that was shown of an entry.
func (s sequence) figure(published []Published, e int) Figure {
	for release := s.last(); release >= 0; release-- {
		if !s.hidden[release][e] && s.has(published[release].counted.look(), e) {
			return Figure{n: s.count(release, e), isShown: true, at: published[release].at}
		}
	}
	return Figure{}
}

// has reports whether a table has the row and the column of an entry.
func (s sequence) has(t table, e int) bool {
	i, j := e/s.width(), e%s.width()
	return (i == len(s.rows) || slices.ContainsFunc(t.rows, func(row Row) bool { return row.Key == s.rows[i].Key })) &&
		(j == len(s.columns) || slices.Contains(t.columns, s.columns[j]))
}

// others is the total without the lines that are shown.
func (f Figures) others() *Line {
	left := Line{Total: f.Total.Total, Cells: slices.Clone(f.Total.Cells)}
	hidden := 0
	for _, l := range f.Lines {
		if _, isShown := l.Total.Number(); !isShown {
			hidden++
			continue
		}
		left.Total = left.Total.without(l.Total)
		for j := range left.Cells {
			left.Cells[j] = left.Cells[j].without(l.Cells[j])
		}
	}
	if _, isShown := left.Total.Number(); hidden < 2 || !isShown {
		return nil
	}
	return &left
}

// without subtracts what was shown at the same time.
func (f Figure) without(part Figure) Figure {
	if !f.isShown || !part.isShown || !f.at.Equal(part.at) {
		return Figure{}
	}
	return Figure{n: f.n - part.n, isShown: true, at: f.at}
}
