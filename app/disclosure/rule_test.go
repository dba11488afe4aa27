package disclosure

import (
	"fmt"
	"testing"
	"time"
)

// everyTable calls for each table of the shape with no more than most people.
func everyTable(rows []Row, columns []string, most int, tell func(Raw)) {
	cells := make([]int, len(rows)*len(columns))
	var fill func(at, left int)
	fill = func(at, left int) {
		if at == len(cells) {
			r := Count(rows, columns...)
			for c, n := range cells {
				r.look().cells[c/len(columns)][c%len(columns)] = n
			}
			tell(r)
			return
		}
		for n := range left + 1 {
			cells[at] = n
			fill(at+1, left-n)
		}
	}
	fill(0, most)
}

// Whoever knows the rules too could try all tables and keep those that the rules publish
// in just this way. So that is done here: every table of some shapes, sorted by what is
// published of it.
func TestNobodyWhoKnowsTheRulesRecoversAHiddenCountFromOneRelease(t *testing.T) {
	for name, shape := range map[string]struct {
		rows    []Row
		columns []string
		most    int
	}{
		"three groups":         {[]Row{{Key: "a"}, {Key: "b"}, {Key: "c"}}, []string{"x"}, 24},
		"four groups":          {[]Row{{Key: "a"}, {Key: "b"}, {Key: "c"}, {Key: "d"}}, []string{"x"}, 19},
		"a sensitive one":      {[]Row{{Key: "a", Sensitive: true}, {Key: "b"}, {Key: "c"}}, []string{"x"}, 26},
		"two by two":           {[]Row{{Key: "a"}, {Key: "b"}}, []string{"x", "y"}, 22},
		"one group by answers": {[]Row{{Key: "a"}}, []string{"x", "y", "z"}, 24},
	} {
		t.Run(name, func(t *testing.T) {
			type seen struct{ low, high []int }
			worlds := map[string]*seen{}
			tables := 0
			everyTable(shape.rows, shape.columns, shape.most, func(r Raw) {
				tables++
				made, isReleased := Release(nil, r, time.Time{}, true)
				s := lay(nil, r)
				key := "nothing"
				if isReleased {
					key = publicly(made)
				} else {
					made.hidden = make([]bool, s.size())
					for e := range made.hidden {
						made.hidden[e] = true
					}
				}
				w := worlds[key]
				if w == nil {
					w = &seen{append([]int(nil), s.counts[0]...), append([]int(nil), s.counts[0]...)}
					worlds[key] = w
				}
				for e, n := range s.counts[0] {
					w.low[e], w.high[e] = min(w.low[e], n), max(w.high[e], n)
				}
			})
			bad := 0
			everyTable(shape.rows, shape.columns, shape.most, func(r Raw) {
				made, isReleased := Release(nil, r, time.Time{}, true)
				if !isReleased {
					return
				}
				figures := publicly(made)
				w := worlds[figures]
				for e, isHidden := range made.hidden {
					if isHidden && w.low[e] == w.high[e] {
						bad++
						if bad < 6 {
							t.Errorf("%v %v: entry %d is %d, hidden %v", r.look().cells, figures, e, w.low[e], made.hidden)
						}
						break
					}
				}
			})
			t.Logf("%d tables, %d publications, %d tables with a recovered count", tables, len(worlds), bad)
		})
	}
}

// publicly is all that anybody sees of a release.
func publicly(made ...Published) string {
	f := Show(made)
	others := fmt.Sprintf("%+v", f.Others == nil)
	if f.Others != nil {
		others = fmt.Sprintf("%+v", *f.Others)
		f.Others = nil
	}
	return fmt.Sprintf("%+v %s", f, others)
}
