package disclosure

import "math"

// unbounded is more people than there are.
const unbounded = math.MaxInt32

// slack is how far each entry of a grid may move from where it is without contradicting
// what is published; an entry that is shown can't move at all.
type slack struct {
	up, down []int
}

// ends are the two nodes of the network that an entry joins, in the direction in which it
// grows: rows are the nodes 0 to R, columns R+1 to R+1+C, margins included. With these
// directions "a row adds up" and "a column adds up" both mean that as much flows into a
// node as out of it.
func (g grid) ends(e int) (tail, head int) {
	i, j := e/g.width(), e%g.width()
	row, column := i, len(g.rows)+1+j
	if (i == len(g.rows)) != (j == len(g.columns)) {
		return column, row
	}
	return row, column
}

// reach is how far an entry can move up (or down), given what the others can, but no
// further than enough; moved is what the others did for it.
func (g grid) reach(s slack, entry int, isUp bool, enough int) (far int, moved []int) {
	tail, head := g.ends(entry)
	limit := s.up[entry]
	if !isUp {
		tail, head, limit = head, tail, s.down[entry]
	}
	moved = make([]int, g.size())
	for limit = min(limit, enough); far < limit; {
		path := g.path(s, moved, entry, head, tail, nil)
		if path == nil {
			break
		}
		step := limit - far
		for _, p := range path {
			step = min(step, s.room(moved, p))
		}
		for _, p := range path {
			moved[p.entry] += p.sign * step
		}
		far += step
	}
	return far, moved
}

// pace is one entry on a path through the network, moving up (+1) or down (-1).
type pace struct {
	entry, sign int
}

func (s slack) room(moved []int, p pace) int {
	if p.sign > 0 {
		return s.up[p.entry] - moved[p.entry]
	}
	return s.down[p.entry] + moved[p.entry]
}

// path is the cheapest way from one node to another for one more person, avoiding an
// entry; nil if there is none. Without prices all ways are free. (Bellman and Ford: the
// networks have a few dozen nodes.)
func (g grid) path(s slack, moved []int, avoid, from, to int, price []int) []pace {
	nodes := len(g.rows) + 1 + g.width()
	cost, by := make([]int, nodes), make([]pace, nodes)
	for n := range cost {
		cost[n] = unbounded
	}
	cost[from] = 0
	for changed := true; changed && cost[to] > 0; {
		changed = false
		for e := range g.size() {
			if e == avoid {
				continue
			}
			tail, head := g.ends(e)
			for _, p := range [2]pace{{e, 1}, {e, -1}} {
				if s.room(moved, p) > 0 {
					toll := 0
					if price != nil {
						toll = price[e]
					}
					if c := cost[tail] + toll; cost[tail] < unbounded && c < cost[head] {
						cost[head], by[head], changed = c, p, true
					}
				}
				tail, head = head, tail
			}
		}
	}
	if cost[to] == unbounded {
		return nil
	}
	var way []pace
	for n := to; n != from; {
		p := by[n]
		way = append(way, p)
		tail, head := g.ends(p.entry)
		if n = tail; p.sign < 0 {
			n = head
		}
	}
	return way
}
