package realtime

import (
	"unicode/utf16"

	"madang/app"
	"madang/realtime/yjs"
)

// An editor says of no clause what it comes of: Enter and Backspace leave new blocks,
// deleted ones and text that moved, in more ways than one, for y-prosemirror may as well
// keep the block and exchange its id. So where a clause's words were before decides: a new
// one with the words of one that stands was split off from it; the words of one that is
// gone, in one that stood before, went into it.

// mostDescents bounds how many clauses come and go in an update that is looked at. An
// import or a restore brings more, and splits nothing.
const mostDescents = 64

// descend notes in a change which clauses its effect split and merged. Blocks still have
// the ids they had before.
func (r *room) descend(change *app.LiveChange, effect *yjs.Effect) {
	if !touchesIDs(effect) {
		return
	}
	was, is := r.idsBefore(effect), r.idsNow()
	come, gone := missing(is, was), missing(was, is)
	if len(come)+len(gone) == 0 || len(come)+len(gone) > mostDescents {
		return
	}
	taken := r.takenFrom(effect)
	change.Split, change.Merged = map[string]string{}, map[string]string{}
	most := map[string]int{}
	for _, block := range effect.Tops(rootName) {
		words := unitsIn(block, block.ID())
		id := idOf(block)
		from := r.origins(block, words, effect.Inserted, taken)
		if other := largest(from, id, is); other != "" && !was[id] && 2*from[other] >= len(words) {
			change.Split[id] = other
		}
		for _, other := range gone {
			if n := from[other]; was[id] && n > most[other] {
				most[other], change.Merged[other] = n, id
			}
		}
	}
}

// idsBefore are the clause ids that stood before an effect.
func (r *room) idsBefore(effect *yjs.Effect) map[string]bool {
	ids := map[string]bool{}
	for _, child := range r.root().Children() {
		if !covers(effect.Inserted, child.ID()) {
			ids[r.blocks[child.ID()]] = true
		}
	}
	for _, out := range effect.Deleted {
		if out.Parent == (yjs.ID{}) && !out.New {
			ids[r.blocks[out.ID]] = true
		}
	}
	return ids
}

func (r *room) idsNow() map[string]bool {
	ids := map[string]bool{}
	for _, child := range r.root().Children() {
		ids[idOf(child)] = true
	}
	return ids
}

// idOf is the clause id of a block; empty for anything else.
func idOf(n yjs.Node) string {
	if block, ok := n.(*yjs.XMLElement); ok {
		return clauseID(block)
	}
	return ""
}

// missing are the ids of some that others lack.
func missing(some, others map[string]bool) []string {
	var ids []string
	for id := range some {
		if id != "" && !others[id] {
			ids = append(ids, id)
		}
	}
	return ids
}

// takenFrom is the text that an effect took out of what stood before, by clause.
func (r *room) takenFrom(effect *yjs.Effect) map[string][]uint16 {
	taken := map[string][]uint16{}
	for _, out := range effect.Deleted {
		if id := r.blocks[out.Top]; id != "" && !out.New && len(taken[id]) <= longestSplit {
			taken[id] = append(taken[id], utf16.Encode([]rune(out.Text))...)
		}
	}
	return taken
}

// origins counts by clause where a block's words were before.
func (r *room) origins(block yjs.Node, words []unit, inserted []yjs.Range, taken map[string][]uint16) map[string]int {
	from := map[string]int{}
	var came []uint16
	for _, u := range words {
		if covers(inserted, u.id) {
			came = append(came, u.letter)
		} else {
			from[r.blocks[block.ID()]]++
		}
	}
	if len(came) == 0 || len(came) > longestSplit {
		return from
	}
	for id, out := range taken {
		if _, isIn := only(came, out); isIn {
			from[id] += len(out)
		} else if _, isIn := only(out, came); isIn {
			from[id] += len(came)
		}
	}
	return from
}

// largest is the clause among those that stand, but for one, from which most words come;
// of equals the first by id. It is empty if none come from any.
func largest(from map[string]int, but string, stand map[string]bool) string {
	best := ""
	for id, n := range from {
		if n == 0 || id == "" || id == but || !stand[id] {
			continue
		}
		if best == "" || n > from[best] || n == from[best] && id < best {
			best = id
		}
	}
	return best
}
