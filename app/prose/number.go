package prose

import (
	"strconv"
	"strings"
)

// Numbers returns the number of each numbered clause by its id: "1", "1.1",
// "1.1.1". Counting goes on through the whole text, whatever stands between, so
// that a number names one clause. A clause counts as at most one level deeper
// than the one before it.
func (d Doc) Numbers() map[string]string {
	numbers := map[string]string{}
	var count counter
	for _, b := range d.Blocks {
		if b.Node == Clause {
			numbers[b.CID] = count.next(b.Level)
		}
	}
	return numbers
}

// counter holds how far each level has counted.
type counter []int

func (c *counter) next(level int) string {
	level = max(1, min(level, len(*c)+1))
	if level > len(*c) {
		*c = append(*c, 0)
	}
	*c = (*c)[:level]
	(*c)[level-1]++
	parts := make([]string, level)
	for i, n := range *c {
		parts[i] = strconv.Itoa(n)
	}
	return strings.Join(parts, ".")
}
