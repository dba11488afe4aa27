package trace

import (
	"slices"

	"madang/app/prose"
)

// Chain is why a clause says what it says.
type Chain struct {
	CID string
	// Now is the newest version that has the clause or its gap; the zero one if none has.
	Now Stand
	// Links lead from what people said to words of the clause, by the numbers of the
	// amendments.
	Links []Link
	// Considered are the issues about the clause of which nothing came into the text, or
	// nothing yet.
	Considered []Issue
}

// IsGone reports whether no version that the reader may read has the clause.
func (c Chain) IsGone() bool { return c.Now.Version.Clauses == nil }

// issues are all that the chain tells of: of others nobody has to know what is under them.
func (c Chain) issues() []*Issue {
	var list []*Issue
	for _, link := range c.Links {
		for i := range link.Issues {
			list = append(list, &link.Issues[i])
		}
	}
	for i := range c.Considered {
		list = append(list, &c.Considered[i])
	}
	return list
}

// Link is one amendment to the clause, what it comes of, and what came of it.
type Link struct {
	Amendment Amendment
	Issues    []Issue
	Deeds     []Deed
}

// Deed is one proposal of the amendment, and what became of the words that it brought in
// each version that was made with it. BringsWords is false where it brought none.
type Deed struct {
	Kind        prose.ProposalKind
	BringsWords bool
	Stands      []Stand
}

func (t Text) deed(a Amendment, p prose.Proposal) Deed {
	return Deed{Kind: p.Kind, BringsWords: bringsWords(p), Stands: t.Follow(a, p)}
}

// Newest is where the words stand in the newest version that can be told of; false if
// there are none.
func (d Deed) Newest() (Stand, bool) {
	for _, s := range slices.Backward(d.Stands) {
		if s.Fate != Erased {
			return s, true
		}
	}
	return Stand{}, false
}

// Turn is a stand at which something happened to words, and what that was in view of all
// that came before.
type Turn struct {
	Stand
	Kind TurnKind
}

// TurnKind says what happened.
type TurnKind string

// The turns.
const (
	TurnCame      TurnKind = "came"      // as they were proposed
	TurnOtherwise TurnKind = "otherwise" // they came in other words
	TurnMissing   TurnKind = "missing"   // the first version made with the amendment hasn't got them
	TurnCarried   TurnKind = "carried"   // they are as they were
	TurnBack      TurnKind = "back"      // they had been removed
	TurnReworded  TurnKind = "reworded"
	TurnRemoved   TurnKind = "removed"
	TurnErased    TurnKind = "erased"
)

// TurnKinds are all of them.
var TurnKinds = []TurnKind{TurnCame, TurnOtherwise, TurnMissing, TurnCarried, TurnBack, TurnReworded, TurnRemoved, TurnErased}

// Turns are the stands at which something happened: the first, each at which the words
// weren't simply carried on, and the newest.
func (d Deed) Turns() []Turn {
	var list []Turn
	known := Fate("") // before the first stand that can be told of
	for i, s := range d.Stands {
		kind := turn(known, s.Fate)
		isQuiet := kind == TurnCarried || i > 0 && s.Fate == d.Stands[i-1].Fate && s.Fate != Reworded
		if !isQuiet || kind == TurnCarried && i == len(d.Stands)-1 {
			list = append(list, Turn{s, kind})
		}
		if s.Fate != Erased {
			known = s.Fate
		}
	}
	return list
}

func turn(before, now Fate) TurnKind {
	switch {
	case now == Erased:
		return TurnErased
	case before == "" && now == Carried:
		return TurnCame
	case before == "" && now == Reworded:
		return TurnOtherwise
	case before == "":
		return TurnMissing
	case before == Removed && now == Carried:
		return TurnBack
	}
	return TurnKind(now)
}

// Why is the chain of a clause, of all that the reader may read.
func Why(t Text, cid string, issues []Issue) Chain {
	c := Chain{CID: cid}
	for _, v := range t.Versions {
		if clause, isThere := v.Clauses[cid]; isThere {
			c.Now = Stand{Version: v, CID: cid, Clause: clause, Fate: Carried}
			if clause.Erratum > 0 {
				c.Now.Fate = Erased
			}
		}
	}
	var marks []Mark
	for _, a := range t.Amendments {
		link := Link{Amendment: a, Issues: leading(issues, a.ID)}
		for _, p := range a.Proposals {
			d := t.deed(a, p)
			newest, isThere := d.Newest()
			if p.CID != cid && !(isThere && newest.CID == cid && newest.Fate != Removed) {
				continue
			}
			link.Deeds = append(link.Deeds, d)
			if isThere && newest.CID == cid && newest.Version.No == c.Now.Version.No {
				marks = append(marks, newest.Marks...)
			}
		}
		if len(link.Deeds) > 0 {
			c.Links = append(c.Links, link)
		}
	}
	c.Now.Marks = joined(marks)
	for _, i := range issues {
		isAdopted := slices.ContainsFunc(t.Amendments, func(a Amendment) bool { return i.Leads(a.ID) })
		if i.CID == cid && !isAdopted {
			c.Considered = append(c.Considered, i)
		}
	}
	return c
}
