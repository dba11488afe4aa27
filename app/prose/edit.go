package prose

import (
	"slices"

	"madang/app"
)

// EditKind says what an Edit does.
type EditKind string

// The edits that reach a text without an editor: by a form, the API or an import.
const (
	ReplaceText  EditKind = "replace_text"  // CID, Base, Text
	InsertBlocks EditKind = "insert_blocks" // After, Blocks
	DeleteClause EditKind = "delete_clause" // CID, Base
	MoveClause   EditKind = "move_clause"   // CID, After
	SplitClause  EditKind = "split_clause"  // CID, Base, Text, Blocks
	MergeClause  EditKind = "merge_clause"  // CID, After, Base
	RetypeClause EditKind = "retype_clause" // CID, Blocks
	ReplaceAll   EditKind = "replace_all"   // Blocks, BaseHash
	Amend        EditKind = "amend"         // Amendment
)

// AtStart is the After of blocks to be inserted before all others; the empty
// After means after all others.
const AtStart = "^"

// Edit is a change to a text as a form brings it: with the words its author saw
// (Base, as PlainText gives them), so that it can be merged with what happened
// meanwhile.
type Edit struct {
	Kind       EditKind
	CID        string
	Base, Text string
	After      string
	Blocks     []Block
	BaseHash   [32]byte // TextHash of the whole text
	Amendment  Amendment
}

// IsStrict reports whether the edit must meet the very text it was judged against,
// and can't be merged with what others commit at the same moment.
func (e Edit) IsStrict() bool { return e.Kind == Amend || e.Kind == ReplaceAll }

// Apply carries out edits one after the other, and is the one place that says
// what they do. A ReplaceText is merged with what became of its clause since Base;
// merged reports that there was something to merge. A DeleteClause conflicts with
// any other change of its clause. InsertBlocks whose After is gone come last, for
// their words must not be lost; blocks without an id are given one. A ReplaceAll
// conflicts with any other change of the text. An Amend is rebased, and conflicts where
// it is stale. A MoveClause puts a clause behind After, however it reads. A SplitClause
// cuts a clause where Text has a blank line more than Base, and gives the second half
// the id of its one block; a MergeClause puts a clause's words behind those of After,
// the clause before it. Both conflict with any other change of the clause; where
// After isn't there, or not before it, they are Gone "clause.target". A RetypeClause makes
// a clause what its one block is, but for id and words; only what has words of its own
// can be, and become, such: Invalid "clause.kind".
//
// With conflicts the text is returned as it was. An edit of a clause that doesn't
// exist is NotFound, blocks that the table doesn't allow are Invalid "text.schema".
func Apply(d Doc, edits []Edit) (result Doc, conflicts []Conflict, merged bool, err error) {
	result = Doc{Blocks: slices.Clone(d.Blocks)}
	for _, e := range edits {
		found, hadChanged, err := result.apply(e)
		if err != nil {
			return d, nil, false, err
		}
		conflicts, merged = append(conflicts, found...), merged || hadChanged
	}
	if len(conflicts) > 0 {
		return d, conflicts, false, nil
	}
	return result, nil, merged, nil
}

// apply changes the text in place. Its list of blocks is its own.
func (d *Doc) apply(e Edit) (conflicts []Conflict, merged bool, err error) {
	switch e.Kind {
	case InsertBlocks:
		return nil, false, d.insert(e.After, e.Blocks)
	case ReplaceAll:
		return d.replace(e)
	case Amend:
		return d.amend(e.Amendment)
	case MoveClause:
		return nil, false, d.move(e)
	case RetypeClause:
		return nil, false, d.retype(e)
	case SplitClause:
		conflicts, err = d.split(e)
		return conflicts, false, err
	case MergeClause:
		conflicts, err = d.merge(e)
		return conflicts, false, err
	}
	block, at, found := d.Find(e.CID)
	if !found {
		return nil, false, app.NotFound()
	}
	current := block.PlainText()
	if e.Kind == DeleteClause {
		if current != e.Base {
			return []Conflict{{Base: e.Base, Theirs: current}}, false, nil
		}
		d.Blocks = slices.Delete(d.Blocks, at, at+1)
		return nil, false, nil
	}
	m := MergeWords(e.Base, e.Text, current)
	d.Blocks[at] = block.WithPlainText(m.Text)
	return m.Conflicts, current != e.Base && current != e.Text, nil
}

func (d *Doc) replace(e Edit) (conflicts []Conflict, merged bool, err error) {
	if TextHash(*d) != e.BaseHash {
		return []Conflict{{}}, false, nil
	}
	d.Blocks = nil
	return nil, false, d.insert(AtStart, e.Blocks)
}

// amend makes what was agreed, or nothing.
func (d *Doc) amend(a Amendment) (conflicts []Conflict, merged bool, err error) {
	adapted, stale := a.Rebase(*d)
	for _, c := range stale {
		conflict := Conflict{Base: c.Base}
		for _, w := range c.Wordings {
			if w.Amendments[0] == "" {
				conflict.Theirs = w.Text
			} else {
				conflict.Mine = w.Text
			}
		}
		conflicts = append(conflicts, conflict)
	}
	if len(stale) > 0 {
		return conflicts, false, nil
	}
	amended := d.Amend(adapted)
	if err := Check(amended); err != nil {
		return nil, false, err
	}
	merged = !slices.Equal(adapted.Proposals, a.Proposals)
	d.Blocks = amended.Blocks
	return nil, merged, nil
}

func (d *Doc) insert(after string, blocks []Block) error {
	fresh := Doc{Blocks: slices.Clone(blocks)}
	fresh.nameBlocks(d.ids())
	if err := Check(fresh); err != nil {
		return err
	}
	d.Blocks = slices.Insert(d.Blocks, d.placeAfter(after), fresh.Blocks...)
	return nil
}

// placeAfter is where blocks go that should follow a clause.
func (d *Doc) placeAfter(cid string) int {
	if cid == AtStart {
		return 0
	}
	if _, at, found := d.Find(cid); found {
		return at + 1
	}
	return len(d.Blocks)
}

func (d *Doc) ids() map[string]bool {
	ids := make(map[string]bool, len(d.Blocks))
	for _, b := range d.Blocks {
		ids[b.CID] = true
	}
	return ids
}

// nameBlocks gives an id to every block that has none of its own.
func (d *Doc) nameBlocks(taken map[string]bool) {
	for i := range d.Blocks {
		cid := d.Blocks[i].CID
		for cid == "" || taken[cid] {
			cid = NewCID()
		}
		d.Blocks[i].CID, taken[cid] = cid, true
	}
}
