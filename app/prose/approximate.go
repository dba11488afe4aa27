package prose

import (
	"math/bits"
	"slices"
)

// pattern is a text to look for with errors: insertions, deletions and replacements
// of single units. The search is Myers's ("A fast bit-vector algorithm for approximate
// string matching based on dynamic programming", 1999) in Hyyrö's form for patterns of
// several machine words (2003).
type pattern struct {
	units []uint16
	// keys are the units that the pattern has, in a table with open addressing (Knuth, The
	// Art of Computer Programming 3, 6.4) that is at most half full, and is says for each
	// place in it where: as many words as the pattern takes, all 0 for no unit. With a map a
	// search takes several times as long.
	keys  []uint32 // the unit and 1, which no key is without; 0 where there is none
	is    []uint64
	shift int
	words int
	last  uint64 // the bit of the pattern's last unit, in its last word
}

func newPattern(units []uint16) *pattern {
	size := bits.Len(uint(2*len(units) + 1))
	p := &pattern{units: units, keys: make([]uint32, 1<<size), shift: 32 - size, words: (len(units) + 63) / 64}
	p.is = make([]uint64, len(p.keys)*p.words)
	for i, unit := range units {
		at := p.slot(unit)
		p.keys[at] = keyOf(unit)
		p.is[at*p.words+i/64] |= 1 << (i % 64)
	}
	if len(units) > 0 {
		p.last = 1 << ((len(units) - 1) % 64)
	}
	return p
}

func keyOf(unit uint16) uint32 { return uint32(unit)<<1 | 1 }

// slot is where the table has a unit, or would have it.
func (p *pattern) slot(unit uint16) int {
	key := keyOf(unit)
	at := int(key * 0x9E3779B1 >> p.shift) // the golden ratio, as Knuth has it
	for p.keys[at] != key && p.keys[at] != 0 {
		at = (at + 1) & (len(p.keys) - 1)
	}
	return at
}

// where says where the pattern has a unit.
func (p *pattern) where(unit uint16) []uint64 {
	at := p.slot(unit) * p.words
	return p.is[at : at+p.words]
}

// column is the last column of the dynamic programming table, as differences from one
// unit of the pattern to the next.
type column struct{ up, down []uint64 }

func (p *pattern) column() column {
	c := column{up: make([]uint64, p.words), down: make([]uint64, p.words)}
	for i := range c.up {
		c.up[i] = ^uint64(0)
	}
	return c
}

// step reads one unit of the text and returns by how much the errors of the whole
// pattern grew. carry is how much they grew above its first unit: 0 where a match may
// begin anywhere, 1 where it begins with the text.
func (p *pattern) step(c column, unit uint16, carry int) int {
	is := p.where(unit)
	for w := range c.up {
		top := uint64(1) << 63
		if w == len(c.up)-1 {
			top = p.last
		}
		carry = c.word(w, is[w], top, carry)
	}
	return carry
}

// word advances one machine word of the column; carry is the difference that comes in
// from above, and the one at the top bit goes out.
func (c column) word(w int, is, top uint64, carry int) int {
	up, down := c.up[w], c.down[w]
	vertical := is | down
	if carry < 0 {
		is |= 1
	}
	horizontal := (((is & up) + up) ^ up) | is
	more, less := down|^(horizontal|up), up&horizontal
	out := 0
	if more&top != 0 {
		out = 1
	} else if less&top != 0 {
		out = -1
	}
	more, less = more<<1, less<<1
	if carry < 0 {
		less |= 1
	} else if carry > 0 {
		more |= 1
	}
	c.up[w], c.down[w] = less|^(vertical|more), more&vertical
	return out
}

// approximate is a passage of the text that is like the pattern.
type approximate struct{ start, end, errors int }

// maxMatches bounds how many equally good places are weighed.
const maxMatches = 16

// matches returns where the text is most like the pattern, if that takes no more than
// limit errors: of equally good places that overlap the first.
func (p *pattern) matches(text []uint16, limit int) []approximate {
	if len(p.units) == 0 {
		return nil
	}
	var ends []int
	best, errors, c := limit, len(p.units), p.column()
	for i, unit := range text {
		errors += p.step(c, unit, 0)
		if errors < best {
			best, ends = errors, ends[:0]
		}
		if errors == best && len(ends) < maxMatches {
			ends = append(ends, i+1)
		}
	}
	return p.spread(text, ends, best)
}

// spread finds where the matches that end at certain places begin.
func (p *pattern) spread(text []uint16, ends []int, errors int) []approximate {
	var found []approximate
	backwards := newPattern(reversed(p.units))
	for _, end := range ends {
		from := max(end-len(p.units)-errors, 0)
		m := approximate{start: end - backwards.begin(reversed(text[from:end])), end: end, errors: errors}
		if n := len(found); n == 0 || m.start != found[n-1].start {
			found = append(found, m)
		}
	}
	return found
}

// begin is the length of that beginning of the text which is most like the
// pattern; of several the longest, so that no word is cut for nothing.
func (p *pattern) begin(text []uint16) int {
	best, errors, length, c := len(p.units), len(p.units), 0, p.column()
	for i, unit := range text {
		errors += p.step(c, unit, 1)
		if errors <= best {
			best, length = errors, i+1
		}
	}
	return length
}

func reversed(units []uint16) []uint16 {
	back := slices.Clone(units)
	slices.Reverse(back)
	return back
}

// distance is the least number of units to insert, delete or replace that makes one
// text of the other (Levenshtein, 1966).
func distance(a, b []uint16) int {
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	if len(a) == 0 || len(b) == 0 {
		return len(a) + len(b)
	}
	p := newPattern(a)
	errors, c := len(a), p.column()
	for _, unit := range b {
		errors += p.step(c, unit, 1)
	}
	return errors
}
