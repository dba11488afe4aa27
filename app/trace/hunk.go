package trace

import (
	"slices"

	"madang/app/prose"
)

// Hunk is one change of a clause from one version to a later one: words that went and
// words that came at one place, or that the clause stands elsewhere.
type Hunk struct {
	Deleted, Inserted string
	IsMove            bool
	// Inputs are the amendments that it comes of; with none, it was written in the text
	// directly.
	Inputs []Input

	before, after Mark
}

// Input is an amendment that a hunk comes of, and the issues that the amendment comes of.
type Input struct {
	Amendment Amendment
	Issues    []Issue
}

// hunks are the changes that a comparison of a clause shows, in the order in which they
// are read.
func hunks(c prose.ClauseChange) []Hunk {
	var list []Hunk
	isNext := false // the run follows a deletion directly
	walk(c.Runs, func(kind prose.RunKind, before, after Mark) {
		switch {
		case kind == prose.Inserted && isNext:
			list[len(list)-1].after = after
		case kind != prose.Equal:
			list = append(list, Hunk{before: before, after: after})
		}
		isNext = kind == prose.Deleted
	})
	old, fresh := []rune(c.Before.PlainText()), []rune(c.After.PlainText())
	for i, h := range list {
		list[i].Deleted, list[i].Inserted = string(old[h.before.Start:h.before.End]), string(fresh[h.after.Start:h.after.End])
	}
	if c.Moved {
		list = append(list, Hunk{IsMove: true})
	}
	return list
}

// Hunks are the changes of a clause with what each comes of. The amendments are those
// that were put into the text in between.
func Hunks(c prose.ClauseChange, between []Amendment, issues []Issue) []Hunk {
	list := hunks(c)
	for _, a := range between {
		for _, p := range a.Proposals {
			if p.CID != c.CID {
				continue
			}
			reach := reachOf(p, a.State, c)
			for i := range list {
				h := &list[i]
				isKnown := slices.ContainsFunc(h.Inputs, func(in Input) bool { return in.Amendment.ID == a.ID })
				if !isKnown && reach.has(*h) {
					h.Inputs = append(h.Inputs, Input{Amendment: a, Issues: leading(issues, a.ID)})
				}
			}
		}
	}
	return list
}

// reach is what a proposal changed of a clause, in the words that it had before and in
// those that it has now.
type reach struct {
	isMove         bool
	taken, brought []Mark
	// places are where it changed something, of an amendment that was taken in other
	// words than it proposed: so that they are known by their place alone.
	places        []Mark
	before, after []rune
}

// Modified is the state of an amendment that was accepted in other words than it proposed.
const Modified = "modified"

func reachOf(p prose.Proposal, state string, c prose.ClauseChange) reach {
	before, after := c.Before.PlainText(), c.After.PlainText()
	r := reach{isMove: p.Kind == prose.ProposeMove, before: []rune(before), after: []rune(after)}
	if marks := Brought(p); len(marks) > 0 {
		r.brought, _, _ = through(marks, p.Text, after)
	}
	switch p.Kind {
	case prose.ProposeDeletion:
		if c.IsRemoved() {
			r.taken = []Mark{{0, len(r.before)}}
		}
	case prose.ProposeText:
		runs := prose.Runs(p.Base, p.Text)
		deleted, _ := changes(runs)
		r.taken, _, _ = through(deleted, p.Base, before)
		if state == Modified {
			r.places = places(runs, p.Base, before)
		}
	}
	return r
}

// places are where the changes that runs make to a base lie in a text that it became.
func places(runs []prose.Run, base, text string) []Mark {
	var at []Mark
	walk(runs, func(kind prose.RunKind, before, _ Mark) {
		if kind == prose.Equal {
			return
		}
		start, knowsStart := placeIn(before.Start, base, text)
		end, knowsEnd := placeIn(before.End, base, text)
		if knowsStart && knowsEnd {
			at = append(at, Mark{start, max(start, end)})
		}
	})
	return at
}

// placeIn is where a place of one text is in another, if what stands around it stayed.
func placeIn(place int, before, after string) (at int, isThere bool) {
	walk(prose.Runs(before, after), func(kind prose.RunKind, was, is Mark) {
		if !isThere && kind == prose.Equal && was.Start <= place && place <= was.End {
			at, isThere = is.Start+place-was.Start, true
		}
	})
	return at, isThere
}

// has reports whether the proposal has to do with a hunk: by words that it brought and the
// hunk brings, by words that it took and the hunk takes, or by its place.
func (r reach) has(h Hunk) bool {
	if h.IsMove || r.isMove {
		return h.IsMove && r.isMove
	}
	return meet(r.brought, h.after, r.after) || meet(r.taken, h.before, r.before) ||
		slices.ContainsFunc(r.places, func(m Mark) bool { return m.Start <= h.before.End && h.before.Start <= m.End })
}

func meet(marks []Mark, with Mark, words []rune) bool {
	return slices.ContainsFunc(marks, func(m Mark) bool { return m.and(with).isSigns(words) })
}
