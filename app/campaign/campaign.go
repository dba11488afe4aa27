package campaign

import (
	"cmp"
	"slices"

	"madang/app"
)

const (
	// Alike is Jaccard's index from which two texts belong together.
	Alike = 0.8
	// Least is how many texts make a campaign; fewer are people who wrote together.
	Least = 5
	// least is how many letters a text needs to have in common with others. Shorter ones
	// ("I agree with this draft.") are written by many who never met.
	least = 40

	// bands and rowsOf them make a pair of texts a candidate with a probability of
	// 1-(1-s^4)^32 at an index of s: half at 0.38, and all but one in 10^7 at 0.8.
	bands  = 32
	rowsOf = 4

	// full bounds how many texts wait in one place of a band to be met, and tries how many
	// of one campaign a new text is compared with. They keep a flood from becoming slow.
	full  = 8
	tries = 12
)

// Index sorts texts into campaigns as they come. The same texts in the same order make the
// same campaigns. It is not safe for concurrent use.
type Index struct {
	texts  []text
	known  map[app.ID]int
	equal  map[uint64][]int // by the hash of all letters
	places [bands]map[uint64][]int
}

// text is one that came. Those that belong together form a tree; up is towards its root.
type text struct {
	id       app.ID
	words    string
	shingles []uint64
	up       int
	size     int // of the tree, at its root
	isOut    bool
}

// NewIndex returns an index without any text.
func NewIndex() *Index {
	x := &Index{known: map[app.ID]int{}, equal: map[uint64][]int{}}
	for band := range x.places {
		x.places[band] = map[uint64][]int{}
	}
	return x
}

// Add takes in one more text; one that is known by its id changes nothing. It costs the
// same however many there are.
func (x *Index) Add(id app.ID, words string) {
	if _, isKnown := x.known[id]; isKnown {
		return
	}
	n := len(x.texts)
	x.known[id] = n
	x.texts = append(x.texts, text{id: id, words: words, up: n, size: 1})
	runes := letters(words)
	if len(runes) < least {
		return
	}
	whole := hash(runes)
	for _, twin := range x.equal[whole] {
		if slices.Equal(letters(x.texts[twin].words), runes) {
			x.texts[n].shingles = x.texts[twin].shingles
			x.join(n, twin)
			return
		}
	}
	x.equal[whole] = append(x.equal[whole], n)
	x.texts[n].shingles = shingles(words)
	x.meet(n, signature(x.texts[n].shingles))
}

// meet compares a text with those that wait at its places, and lets it wait there too.
func (x *Index) meet(n int, marks [bands * rowsOf]uint32) {
	met, tried := map[int]bool{}, map[int]int{}
	for band := range bands {
		place := uint64(band)
		for _, mark := range marks[band*rowsOf : (band+1)*rowsOf] {
			place = mix(place ^ uint64(mark))
		}
		waiting := x.places[band][place]
		for _, other := range waiting {
			root := x.root(other)
			if met[other] || root == x.root(n) || tried[root] == tries {
				continue
			}
			met[other] = true
			tried[root]++
			if likeness(x.texts[n].shingles, x.texts[other].shingles) >= Alike {
				x.join(n, other)
			}
		}
		if len(waiting) < full {
			x.places[band][place] = append(waiting, n)
		}
	}
}

// Leave takes a text out of its campaign's count: whoever is said to have sent it didn't,
// or takes it back. Its words are forgotten, and the others stay together.
func (x *Index) Leave(id app.ID) {
	if n, isKnown := x.known[id]; isKnown {
		x.texts[n].isOut, x.texts[n].words = true, ""
	}
}

func (x *Index) root(n int) int {
	for x.texts[n].up != n {
		x.texts[n].up = x.texts[x.texts[n].up].up
		n = x.texts[n].up
	}
	return n
}

func (x *Index) join(a, b int) {
	a, b = x.root(a), x.root(b)
	if a == b {
		return
	}
	if x.texts[a].size < x.texts[b].size || x.texts[a].size == x.texts[b].size && b < a {
		a, b = b, a
	}
	x.texts[b].up = a
	x.texts[a].size += x.texts[b].size
}

// Campaign is a text that many sent.
type Campaign struct {
	// Template is the member whose text has most of what the members have in common, and
	// least besides; of several the one that came first.
	Template app.ID
	// Members are all, the template among them, in the order in which they came.
	Members []app.ID
}

// Campaigns returns those there are, the largest first; of equal ones that which began
// first.
func (x *Index) Campaigns() []Campaign {
	trees := map[int][]int{}
	var roots []int
	for n := range x.texts {
		if x.texts[n].isOut {
			continue
		}
		root := x.root(n)
		if trees[root] == nil {
			roots = append(roots, root)
		}
		trees[root] = append(trees[root], n)
	}
	var list []Campaign
	for _, root := range roots {
		if members := trees[root]; len(members) >= Least {
			c := Campaign{Template: x.texts[x.template(members)].id}
			for _, n := range members {
				c.Members = append(c.Members, x.texts[n].id)
			}
			list = append(list, c)
		}
	}
	slices.SortStableFunc(list, func(a, b Campaign) int { return cmp.Compare(len(b.Members), len(a.Members)) })
	return list
}

// sample bounds how many members say what all have in common.
const sample = 400

// template finds the member most like what at least half the members have.
func (x *Index) template(members []int) int {
	step := max(1, len(members)/sample)
	count, asked := map[uint64]int{}, 0
	for i := 0; i < len(members); i += step {
		asked++
		for _, s := range x.texts[members[i]].shingles {
			count[s]++
		}
	}
	var common []uint64
	for s, n := range count {
		if 2*n >= asked {
			common = append(common, s)
		}
	}
	slices.Sort(common)
	best, most := members[0], -1.0
	for i := 0; i < len(members); i += step {
		if l := likeness(x.texts[members[i]].shingles, common); l > most {
			best, most = members[i], l
		}
	}
	return best
}
