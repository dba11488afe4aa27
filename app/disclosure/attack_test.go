package disclosure

import (
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"madang/app/disclosure/simplex"
)

// story is a table that is counted again and again, and what was published of it.
type story struct {
	rows      []Row
	columns   []string
	counted   []Raw // of the releases
	published []Published
	seen      []Figures // as anybody could see them after each release
	grows     bool      // people only come
}

// tell makes up a story of ten attempts to release, the last one at closing.
func tell(seed uint64) story {
	random := rand.New(rand.NewPCG(seed, 7))
	s := story{grows: random.IntN(5) > 0}
	for i := range 1 + random.IntN(4) {
		s.rows = append(s.rows, Row{Key: fmt.Sprint("group ", i), Sensitive: random.IntN(4) == 0})
	}
	for j := range 1 + random.IntN(3) {
		s.columns = append(s.columns, fmt.Sprint("answer ", j))
	}
	cells := make([]int, len(s.rows)*len(s.columns))
	for attempt := range 10 {
		for c := range cells {
			switch random.IntN(6) {
			case 0, 1, 2:
				cells[c] += random.IntN(4)
			case 3:
				cells[c] += random.IntN(25)
			case 4:
				if !s.grows {
					cells[c] = max(0, cells[c]-random.IntN(3))
				}
			}
		}
		next := Count(s.rows, s.columns...)
		for c, n := range cells {
			next.Add(s.rows[c/len(s.columns)].Key, s.columns[c%len(s.columns)], n)
		}
		made, isReleased := Release(s.published, next, time.UnixMilli(int64(attempt+1)), attempt == 9)
		if isReleased {
			s.counted, s.published = append(s.counted, next), append(s.published, made)
			s.seen = append(s.seen, Show(s.published))
		}
	}
	return s
}

// equations are all that the figures say. Variables are the cells of each release or, if
// people only come, how many came to each since the release before; after them come the
// slacks of the bands.
func (s story) equations() (vars int, list [][]float64) {
	cells := len(s.rows) * len(s.columns)
	slacks := 0
	type claim struct {
		release, from, to, step int // cells from, from+step, ... below to
		n                       int
		slack                   float64
	}
	var claims []claim
	for release, f := range s.seen {
		lines := append(append([]Line(nil), f.Lines...), f.Total)
		for i, line := range lines {
			from, to, step := i*len(s.columns), (i+1)*len(s.columns), 1
			if i == len(s.rows) {
				from, to = 0, cells
			}
			if n, ok := line.Total.Number(); ok && line.Total.At().Equal(f.At) {
				claims = append(claims, claim{release, from, to, step, n, 0})
			}
			for j, cell := range line.Cells {
				from, to, step := from+j, from+j+1, 1
				if i == len(s.rows) {
					from, to, step = j, cells, len(s.columns)
				}
				if n, ok := cell.Number(); ok && cell.At().Equal(f.At) {
					claims = append(claims, claim{release, from, to, step, n, 0})
				}
				total, _ := line.Total.Number()
				if line.Most == s.columns[j] {
					claims = append(claims, claim{release, from, to, step, (4*total + 4) / 5, -1})
				}
			}
		}
	}
	for _, c := range claims {
		if c.slack != 0 {
			slacks++
		}
	}
	vars = cells*len(s.seen) + slacks
	slack := cells * len(s.seen)
	for _, c := range claims {
		row := make([]float64, vars+1)
		for release := range c.release + 1 {
			if release < c.release && !s.grows {
				continue
			}
			for cell := c.from; cell < c.to; cell += c.step {
				row[release*cells+cell] = 1
			}
		}
		if c.slack != 0 {
			row[slack] = c.slack
			slack++
		}
		row[vars] = float64(c.n)
		list = append(list, row)
	}
	return vars, list
}

// secret is something that isn't shown: how many an entry had at a release (from is -1),
// or how many came to it from one release to a later one.
type secret struct {
	from, to, entry int
	level           int
	low, high       int
}

// secrets are all of them, with how wide the interval has to be in which each can lie; and
// what the difference of two figures gave away.
func (s story) secrets(g sequence) (list []secret, found string) {
	for to := range s.seen {
		for from := -1; from < to; from++ {
			for e := range g.size() {
				n := g.count(to, e) - g.count(from, e)
				isHidden := g.hidden[to][e] || from >= 0 && g.hidden[from][e]
				if !isHidden && n != 0 && abs(n) < g.least(e) {
					return nil, fmt.Sprintf("entry %d is shown in releases %d and %d, and changed by %d", e, from, to, n)
				}
				if isHidden && (from < 0 || n != 0) {
					list = append(list, secret{from, to, e, g.level(quantity{from, to, e}), n, n})
				}
			}
		}
	}
	return list, ""
}

// weights are those of a secret in the variables.
func (s story) weights(g sequence, x secret, vars int) []float64 {
	row := make([]float64, vars)
	cells := len(s.rows) * len(s.columns)
	i, j := x.entry/g.width(), x.entry%g.width()
	for cell := range cells {
		if (i < len(s.rows) && cell/len(s.columns) != i) || (j < len(s.columns) && cell%len(s.columns) != j) {
			continue
		}
		for release := range s.seen {
			switch {
			case s.grows && release > x.from && release <= x.to, !s.grows && release == x.to:
				row[release*cells+cell] = 1
			case !s.grows && release == x.from:
				row[release*cells+cell] = -1
			}
		}
	}
	return row
}

func dot(weights []float64, world []int) int {
	sum := 0.0
	for v, w := range weights {
		sum += w * float64(world[v])
	}
	return int(sum)
}

// probe looks for worlds between corners, where those that were met have no whole numbers.
func (s story) probe(solve *simplex.Solver, weights []float64, x *secret) {
	random := rand.New(rand.NewPCG(1, 2))
	truth := x.low
	for ahead := x.level; ahead > 0; ahead-- {
		for _, value := range []int{truth + ahead, truth - ahead} {
			for range 20 {
				if x.high-x.low >= x.level {
					return
				}
				there, ok := solve.Where(weights, value)
				if !ok {
					break
				}
				objective := make([]float64, solve.Vars)
				for v := range objective {
					objective[v] = random.Float64() - 0.7
				}
				there.Raise(objective)
			}
		}
	}
}

// agree makes sure that the solver's worlds are worlds.
func agree(equations [][]float64, world []int) {
	for _, n := range world {
		if n < 0 {
			panic("a world with less than nobody")
		}
	}
	for _, e := range equations {
		if dot(e[:len(world)], world) != int(e[len(world)]) {
			panic("a world in which other figures would have been published")
		}
	}
}

// attack tries all that is published together, and names what it finds out.
func (s story) attack() (secrets int, found string) {
	if len(s.published) == 0 {
		return 0, ""
	}
	g := lay(s.published[:len(s.published)-1], s.counted[len(s.counted)-1])
	g.hidden[g.last()] = s.published[len(s.published)-1].hidden
	list, found := s.secrets(g)
	if found != "" {
		return 0, found
	}
	vars, equations := s.equations()
	weights := make([][]float64, len(list))
	for n, x := range list {
		weights[n] = s.weights(g, x, vars)
	}
	solve := simplex.New(vars, equations, func(world []int) {
		agree(equations, world)
		for n := range list {
			v := dot(weights[n], world)
			list[n].low, list[n].high = min(list[n].low, v), max(list[n].high, v)
		}
	})
	for n := range list {
		for _, sign := range []float64{1, -1} {
			if x := list[n]; x.high-x.low >= x.level {
				break
			}
			objective := make([]float64, vars)
			for v, w := range weights[n] {
				objective[v] = sign * w
			}
			solve.Clone().Raise(objective)
		}
		s.probe(solve, weights[n], &list[n])
		if x := list[n]; x.high-x.low < x.level {
			return len(list), fmt.Sprintf("%+v: between %d and %d", x, x.low, x.high)
		}
	}
	return len(list), ""
}

// MADANG_TABLES and MADANG_SEED try others.
func number(name string, usual uint64) uint64 {
	if n, err := strconv.ParseUint(os.Getenv(name), 10, 64); err == nil {
		return n
	}
	return usual
}

func TestNobodyWhoKnowsAllReleasesRecoversAHiddenCount(t *testing.T) {
	var next, secrets, releases atomic.Uint64
	// 10,000 tables, as "make attack" tries, take some three minutes.
	tables, seed := number("MADANG_TABLES", 1_000), number("MADANG_SEED", 1)
	var wait sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wait.Go(func() {
			for n := next.Add(1); n <= tables && !t.Failed(); n = next.Add(1) {
				s := tell(seed*1_000_003 + n)
				tried, found := s.attack()
				secrets.Add(uint64(tried))
				releases.Add(uint64(len(s.published)))
				if found != "" {
					t.Errorf("story %d (%v by %v, grows %v): %s", n, s.rows, s.columns, s.grows, found)
				}
			}
		})
	}
	wait.Wait()
	t.Logf("%d tables, %d releases, %d secrets", tables, releases.Load(), secrets.Load())
}
