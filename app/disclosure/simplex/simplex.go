// Package simplex looks for all worlds that agree with what was published, for tests that
// attack figures about people. No program needs it.
package simplex

import (
	"math"
	"slices"
)

// Solver goes from corner to corner of what is possible: by the simplex method (G. Dantzig,
// 1947) with a full tableau, and Bland's rule against cycles. Variables are not negative.
// Every corner it comes by whose coordinates are whole numbers is a world.
type Solver struct {
	// Vars is how many variables there are.
	Vars  int
	rows  [][]float64 // equations; the last column is the right side
	basis []int
	visit func(world []int)
}

const hair = 1e-7

// New takes equations over vars variables; right sides are not negative. It panics if they
// contradict each other.
func New(vars int, equations [][]float64, visit func([]int)) *Solver {
	s := &Solver{Vars: vars, visit: visit}
	for _, e := range equations {
		s.add(e)
	}
	return s
}

// add brings an equation into the tableau with a variable of its own, which is then driven
// out: the sum of those is the first thing to be made as small as can be.
func (s *Solver) add(equation []float64) {
	width := s.Vars + 1
	row := make([]float64, width)
	copy(row, equation)
	for r, b := range s.basis {
		if factor := row[b]; factor != 0 {
			for c := range row {
				row[c] -= factor * s.rows[r][c]
			}
		}
	}
	if row[width-1] < 0 {
		for c := range row {
			row[c] = -row[c]
		}
	}
	s.enter(row)
}

// enter makes an equation hold that doesn't yet, by moving along its gradient until its
// lack is nothing; the equations before it keep holding.
func (s *Solver) enter(row []float64) {
	last := s.Vars
	for row[last] > hair || hasEntry(row[:last]) {
		col := firstPositive(row[:last])
		if col < 0 && row[last] > hair {
			panic("what was published contradicts itself")
		}
		if col < 0 { // 0 = minus something: turn it round
			for c := range row {
				row[c] = -row[c]
			}
			if col = firstPositive(row[:last]); col < 0 {
				return
			}
		}
		best, at := row[last]/row[col], -1
		for r := range s.rows {
			if v := s.rows[r][col]; v > hair {
				if ratio := s.rows[r][last] / v; ratio < best-hair || at >= 0 && math.Abs(ratio-best) <= hair && s.basis[r] < s.basis[at] {
					best, at = ratio, r
				}
			}
		}
		if at < 0 {
			scale(row, 1/row[col])
			s.rows, s.basis = append(s.rows, row), append(s.basis, col)
			for r := range s.rows[:len(s.rows)-1] {
				subtract(s.rows[r], row, s.rows[r][col])
			}
			return
		}
		s.pivot(at, col)
		subtract(row, s.rows[at], row[col])
	}
}

func hasEntry(row []float64) bool {
	for _, v := range row {
		if math.Abs(v) > hair {
			return true
		}
	}
	return false
}

func firstPositive(row []float64) int {
	for c, v := range row {
		if v > hair {
			return c
		}
	}
	return -1
}

func scale(row []float64, by float64) {
	for c := range row {
		row[c] *= by
	}
}

func subtract(row, other []float64, times float64) {
	if times == 0 {
		return
	}
	for c := range row {
		row[c] -= times * other[c]
	}
}

func (s *Solver) pivot(r, col int) {
	scale(s.rows[r], 1/s.rows[r][col])
	for other := range s.rows {
		if other != r {
			subtract(s.rows[other], s.rows[r], s.rows[other][col])
		}
	}
	s.basis[r] = col
}

// Clone starts again from the same corner, so that no error of one climb gets into the next.
func (s *Solver) Clone() *Solver {
	other := &Solver{Vars: s.Vars, visit: s.visit, basis: slices.Clone(s.basis)}
	for _, row := range s.rows {
		other.rows = append(other.rows, slices.Clone(row))
	}
	return other
}

// Where looks only at worlds in which a weighted sum has a value; false if there is none.
func (s *Solver) Where(weights []float64, value int) (there *Solver, ok bool) {
	defer func() {
		if recover() != nil {
			there, ok = nil, false
		}
	}()
	there = s.Clone()
	there.add(append(slices.Clone(weights), float64(value)))
	return there, true
}

// Raise moves from corner to corner until the objective is as large as can be. It stops
// where it would grow for ever, and lets visit see how far one gets in a few steps more.
func (s *Solver) Raise(objective []float64) {
	s.tell()
	last := s.Vars
	for range 10_000 {
		cost := make([]float64, last+1)
		copy(cost, objective)
		for r, b := range s.basis {
			subtract(cost, s.rows[r], objective[b])
		}
		col := firstPositive(cost[:last])
		if col < 0 {
			return
		}
		at := -1
		best := math.Inf(1)
		for r := range s.rows {
			if v := s.rows[r][col]; v > hair {
				if ratio := s.rows[r][last] / v; ratio < best-hair || math.Abs(ratio-best) <= hair && s.basis[r] < s.basis[at] {
					best, at = ratio, r
				}
			}
		}
		if at < 0 {
			s.along(col, 1000)
			return
		}
		s.pivot(at, col)
		s.tell()
	}
	panic("the solver goes in circles")
}

// along tells of a world far out in a direction that has no end.
func (s *Solver) along(col int, far float64) {
	point := s.point()
	point[col] += far
	for r, b := range s.basis {
		point[b] -= far * s.rows[r][col]
	}
	s.tellOf(point)
}

func (s *Solver) point() []float64 {
	point := make([]float64, s.Vars)
	for r, b := range s.basis {
		point[b] = s.rows[r][s.Vars]
	}
	return point
}

func (s *Solver) tell() { s.tellOf(s.point()) }

func (s *Solver) tellOf(point []float64) {
	world := make([]int, s.Vars)
	for v, x := range point {
		n := math.Round(x)
		if math.Abs(x-n) > 1e-4 {
			return
		}
		world[v] = int(n)
	}
	s.visit(world)
}
