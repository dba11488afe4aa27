package prose

import (
	"crypto/sha256"
	"slices"
)

// Verdict says how a clause stands to what was sealed.
type Verdict string

const (
	// Verified: the clause is the one that was sealed, and in its place.
	Verified Verdict = "verified"
	// Erased: its words and salt were destroyed; that there was a clause is proven.
	Erased Verdict = "erased"
	// Altered: it is another one than was sealed, or stands elsewhere, or is missing
	// though its salt is there, or is there though its salt was erased, or was never
	// sealed.
	Altered Verdict = "altered"
)

// Verification is what Verify found.
type Verification struct {
	// Root reports whether the commitments are those that the root was made of. If
	// not, every clause is Altered: which one it is can't be known.
	Root bool
	// Clauses are the clauses as they were sealed and then, Altered, those of the
	// text that never were.
	Clauses []ClauseVerdict
}

// ClauseVerdict is the verdict on one clause.
type ClauseVerdict struct {
	CID     string
	Verdict Verdict
}

// Holds reports whether all that wasn't erased is what was sealed.
func (v Verification) Holds() bool {
	return v.Root && !slices.ContainsFunc(v.Clauses, func(c ClauseVerdict) bool { return c.Verdict == Altered })
}

// Verify checks a text and its commitments against a root that was published before.
// A clause that was erased may be left out of the text, or stand in it without words.
func Verify(d Doc, s Sealed, root [32]byte) Verification {
	v := Verification{Root: s.Root() == root}
	places, unsealed := s.places(d)
	inOrder := rising(places)
	for i, c := range s.Clauses {
		verdict := Altered
		switch isThere := places[i] >= 0; {
		case !v.Root || isThere && !inOrder[i]:
		case c.IsErased():
			if !isThere || d.Blocks[places[i]].PlainText() == "" {
				verdict = Erased
			}
		case isThere && sha256.Sum256(d.Blocks[places[i]].Preimage(c.Salt)) == c.Leaf:
			verdict = Verified
		}
		v.Clauses = append(v.Clauses, ClauseVerdict{c.CID, verdict})
	}
	for _, cid := range unsealed {
		v.Clauses = append(v.Clauses, ClauseVerdict{cid, Altered})
	}
	return v
}

// places returns where the block of each commitment stands, -1 where it is missing,
// and the ids of the blocks that no commitment is to.
func (s Sealed) places(d Doc) (places []int, unsealed []string) {
	waiting := map[string][]int{}
	for i, b := range d.Blocks {
		waiting[b.CID] = append(waiting[b.CID], i)
	}
	isSealed := make([]bool, len(d.Blocks))
	for _, c := range s.Clauses {
		place := -1
		if queue := waiting[c.CID]; len(queue) > 0 {
			place, waiting[c.CID] = queue[0], queue[1:]
			isSealed[place] = true
		}
		places = append(places, place)
	}
	for i, b := range d.Blocks {
		if !isSealed[i] {
			unsealed = append(unsealed, b.CID)
		}
	}
	return places, unsealed
}
