package trace

import (
	"cmp"
	"slices"
	"unicode"
	"unicode/utf8"

	"madang/app/prose"
)

// Mark is a stretch of a text, in characters, from the first to before the last.
type Mark struct{ Start, End int }

// and is what two stretches have in common; of no length if nothing.
func (m Mark) and(other Mark) Mark {
	both := Mark{max(m.Start, other.Start), min(m.End, other.End)}
	both.End = max(both.Start, both.End)
	return both
}

// isWords reports whether there is a letter or a digit in the stretch of a text, isSigns
// whether there is anything but space.
func (m Mark) isWords(text []rune) bool {
	return slices.ContainsFunc(text[m.Start:m.End], func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) })
}

func (m Mark) isSigns(text []rune) bool {
	return slices.ContainsFunc(text[m.Start:m.End], func(r rune) bool { return !unicode.IsSpace(r) })
}

// Fate is what became of words from one version to the next.
type Fate string

// The fates.
const (
	Carried  Fate = "carried"  // each of the words is there
	Reworded Fate = "reworded" // some are, or others stand in their place
	Removed  Fate = "removed"  // none is, and nothing stands in their place
	Erased   Fate = "erased"   // what is there was erased and can't be told
)

// Fates are all of them.
var Fates = []Fate{Carried, Reworded, Removed, Erased}

// Stand is what became of words in a version, compared with the one before.
type Stand struct {
	Fate
	Version Version
	// CID is the clause in which they are or were, Clause what it says there, and Marks
	// where in it they stand.
	CID    string
	Clause Clause
	Marks  []Mark
}

// Runs are the clause's words, with those that are followed as inserted ones.
func (s Stand) Runs() []prose.Run { return Underlined(s.Clause.Words, s.Marks) }

// Underlined are words in which those at the marks, which don't overlap and stand in
// order, are inserted ones.
func Underlined(words string, marks []Mark) []prose.Run {
	var runs []prose.Run
	add := func(kind prose.RunKind, text []rune) {
		if len(text) > 0 {
			runs = append(runs, prose.Run{Kind: kind, Text: string(text)})
		}
	}
	text, done := []rune(words), 0
	for _, m := range marks {
		add(prose.Equal, text[done:m.Start])
		add(prose.Inserted, text[m.Start:m.End])
		done = m.End
	}
	add(prose.Equal, text[done:])
	return runs
}

// Brought are the words that a proposal adds to its clause.
func Brought(p prose.Proposal) []Mark {
	switch p.Kind {
	case prose.ProposeClause:
		return []Mark{{0, utf8.RuneCountInString(p.Text)}}
	case prose.ProposeText:
		_, inserted := changes(prose.Runs(p.Base, p.Text))
		return inserted
	}
	return nil
}

// bringsWords reports whether a proposal adds anything but space, be it a comma.
func bringsWords(p prose.Proposal) bool {
	words := []rune(p.Text)
	return slices.ContainsFunc(Brought(p), func(m Mark) bool { return m.isSigns(words) })
}

// changes are the stretches that a comparison takes from the one text and puts into the
// other.
func changes(runs []prose.Run) (deleted, inserted []Mark) {
	walk(runs, func(kind prose.RunKind, before, after Mark) {
		switch kind {
		case prose.Deleted:
			deleted = append(deleted, before)
		case prose.Inserted:
			inserted = append(inserted, after)
		}
	})
	return deleted, inserted
}

// walk tells for each run of a comparison where it stands in both texts. On the side that
// doesn't have it, it has no length.
func walk(runs []prose.Run, tell func(kind prose.RunKind, before, after Mark)) {
	was, is := 0, 0
	for _, r := range runs {
		before, after, n := Mark{was, was}, Mark{is, is}, utf8.RuneCountInString(r.Text)
		if r.Kind != prose.Inserted {
			before.End += n
		}
		if r.Kind != prose.Deleted {
			after.End += n
		}
		tell(r.Kind, before, after)
		was, is = before.End, after.End
	}
}

// through follows words from one text into another. kept are those of them that are there,
// instead what stands where others of them were; isWhole says that no word is missing.
func through(marks []Mark, before, after string) (kept, instead []Mark, isWhole bool) {
	isWhole = true
	old, hit := []rune(before), false
	walk(prose.Runs(before, after), func(kind prose.RunKind, was, is Mark) {
		if kind == prose.Inserted {
			if hit {
				instead = append(instead, is)
			}
			hit = false
			return
		}
		hit = false
		for _, m := range marks {
			both := m.and(was)
			if both.Start == both.End {
				continue
			}
			if kind == prose.Equal {
				kept = append(kept, Mark{is.Start + both.Start - was.Start, is.Start + both.End - was.Start})
			} else if both.isWords(old) {
				hit, isWhole = true, false
			}
		}
	})
	return kept, instead, isWhole
}

// next follows words into a version: into their clause or, if that is gone, into those
// it shares words with. What was erased there is passed over.
func (s Stand) next(v Version, relatives []string) Stand {
	to := Stand{Fate: Removed, Version: v, CID: s.CID}
	for _, cid := range append([]string{s.CID}, relatives...) {
		c, isThere := v.Clauses[cid]
		if !isThere {
			continue
		}
		if c.Erratum > 0 && cid == s.CID {
			return Stand{Fate: Erased, Version: v, CID: cid, Clause: c}
		}
		found := Stand{Fate: Removed, Version: v, CID: cid, Clause: c}
		kept, instead, isWhole := through(s.Marks, s.Clause.Words, c.Words)
		words := []rune(c.Words)
		switch {
		case isWhole && len(kept) > 0:
			found.Fate, found.Marks = Carried, kept
		case cid == s.CID && (has(kept, words) || has(instead, words)):
			found.Fate, found.Marks = Reworded, joined(kept, instead)
		case has(kept, words): // what stands instead of them elsewhere is another clause's
			found.Fate, found.Marks = Reworded, kept
		}
		if found.Fate != Removed {
			return found
		}
		if cid == s.CID {
			to = found
		}
	}
	return to
}

func has(marks []Mark, words []rune) bool {
	return slices.ContainsFunc(marks, func(m Mark) bool { return m.isWords(words) })
}

// joined are marks of two lists in order; those that touch are one.
func joined(lists ...[]Mark) []Mark {
	all := slices.Concat(lists...)
	slices.SortFunc(all, func(a, b Mark) int { return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End)) })
	var whole []Mark
	for _, m := range all {
		if n := len(whole); n > 0 && m.Start <= whole[n-1].End {
			whole[n-1].End = max(whole[n-1].End, m.End)
			continue
		}
		whole = append(whole, m)
	}
	return whole
}

// Follow tells what became of the words that a proposal of an amendment brought, in each
// version that was made with them. Words that were removed are looked for again in later
// versions: a text may go back to an older one. Erased words are passed over, so that
// what comes behind is compared with what stood before them.
func (t Text) Follow(a Amendment, p prose.Proposal) []Stand {
	if !bringsWords(p) {
		return nil
	}
	at := Stand{CID: p.CID, Clause: Clause{Words: p.Text}, Marks: Brought(p)}
	var stands []Stand
	for _, v := range t.Versions {
		if !v.Has(a) {
			continue
		}
		s := at.next(v, t.Relatives[at.CID])
		stands = append(stands, s)
		if s.Fate == Carried || s.Fate == Reworded {
			at = s
		}
	}
	return stands
}
