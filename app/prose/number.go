package prose

import (
	"strconv"
	"strings"
)

// prefixes are what the numbers of a kind begin with.
var prefixes = map[Kind]string{Preambular: "PP", Definition: "D"}

// Numbers returns by its id what each clause is cited by: "1", "1.1", "1.1.1" if it is
// operative, "PP1" if it is preambular, "D1", "D1.1" if it is a definition. Notes have
// none, for nothing is asked in them.
//
// In resolutions of the United Nations only operative paragraphs are numbered. But
// drafts are argued about paragraph by paragraph, and those who negotiate them call
// the preambular ones PP1, PP2 and so on; so do we, in every state of the text, for
// a number that comes and goes can't be cited.
//
// Each kind is counted by itself, through the whole text, whatever stands between, so
// that a number names one clause. A clause counts as at most one level deeper than the
// one of its kind before it.
func (d Doc) Numbers() map[string]string {
	numbers := map[string]string{}
	counts := counters{}
	for _, b := range d.Blocks {
		if number := counts.next(b); number != "" {
			numbers[b.CID] = number
		}
	}
	return numbers
}

// counters hold how far each kind has counted.
type counters map[Kind]*counter

// next is the number of the next block; empty if it has none.
func (c counters) next(b Block) string {
	if b.Node != Clause || b.Kind == Note {
		return ""
	}
	if c[b.Kind] == nil {
		c[b.Kind] = &counter{}
	}
	return prefixes[b.Kind] + c[b.Kind].next(b.Level)
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
