// Package disclosure is the one door through which counts about people leave for the
// public. A store counts into a Raw, which can't be printed, compared or sent; only
// Release opens one, and what comes out are Figures.
//
// A count that is too small is hidden (primary suppression), and so is whatever it would
// follow from: the row, the column, the total, an earlier release, or the rules of this
// package themselves as far as they say something about numbers. The model is that of
// M. Fischetti and J.-J. Salazar-González, "Solving the Cell Suppression Problem on
// Tabular Data with Linear Constraints", Management Science 47 (2001): whoever knows all
// that is published must find for each hidden count an interval at least as wide as its
// protection level. A table with its margins is a network, so intervals are flows, and
// exact over whole numbers (D. Gusfield, "A Graph Theoretic Approach to Statistical Data
// Security", SIAM Journal on Computing 17 (1988); L. Cox, "Network Models for
// Complementary Cell Suppression", Journal of the American Statistical Association 90
// (1995)).
//
// Nothing here knows what is counted, and no number may leave this package that Release
// didn't let go.
package disclosure

import (
	"errors"
	"fmt"
	"log/slog"
	"slices"
)

// Least is the smallest count about people that is published, 0 apart; LeastSensitive is
// that of a sensitive stakeholder group.
const (
	Least          = 5
	LeastSensitive = 10
)

// Row is a group of people. Its key stays the same from release to release.
type Row struct {
	Key       string
	Sensitive bool
}

// Raw is a table of counts about people that nobody may see. It is made by stores. Its
// rows and columns divide people: nobody is counted twice.
//
// The counts are behind a function, not in a field: a printer of Go values looks into every
// struct that has a Raw in it, without asking the Raw, but never into a function.
type Raw struct{ open func() table }

type table struct {
	rows    []Row
	columns []string
	cells   [][]int // row by row
}

func seal(t table) Raw { return Raw{open: func() table { return t }} }

// look opens a Raw; the zero one has nobody in it.
func (r Raw) look() table {
	if r.open == nil {
		return table{}
	}
	return r.open()
}

func (t table) grid() grid { return grid{rows: t.rows, columns: t.columns} }

// Count begins a table in which nobody is yet. The order of rows and columns is that in
// which pages show them, and has to be the same whatever was counted: an order by size
// would tell sizes.
func Count(rows []Row, columns ...string) Raw {
	t := table{rows: slices.Clone(rows), columns: slices.Clone(columns), cells: make([][]int, len(rows))}
	for i := range t.cells {
		t.cells[i] = make([]int, len(columns))
	}
	return seal(t)
}

// Total begins a table for a single number.
func Total() Raw { return Count([]Row{{Key: "all"}}, "all") }

// Add counts n more people. A row or column that the table doesn't have, and a negative
// number, are mistakes of the program and panic: a person left out would go unnoticed.
func (r Raw) Add(row, column string, n int) {
	t := r.look()
	i := slices.IndexFunc(t.rows, func(known Row) bool { return known.Key == row })
	j := slices.Index(t.columns, column)
	if i < 0 || j < 0 || n < 0 {
		panic("disclosure: counted for a row or column that the table doesn't have, or less than nobody")
	}
	t.cells[i][j] += n
}

// hidden is all that a Raw says about itself.
const hidden = "(counts of people)"

// Format keeps the counts from being printed, whatever the verb.
func (Raw) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(hidden)) }

// LogValue keeps the counts out of logs.
func (Raw) LogValue() slog.Value { return slog.StringValue(hidden) }

// errSealed is why a Raw is never encoded.
var errSealed = errors.New("disclosure: counts of people leave through Release only")

// MarshalJSON refuses.
func (Raw) MarshalJSON() ([]byte, error) { return nil, errSealed }

// MarshalText refuses.
func (Raw) MarshalText() ([]byte, error) { return nil, errSealed }

// MarshalBinary refuses.
func (Raw) MarshalBinary() ([]byte, error) { return nil, errSealed }
