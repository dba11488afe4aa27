package prose

import (
	"crypto/rand"
	"crypto/sha256"
	"slices"
)

// Salt keeps what was committed to from being guessed. The zero Salt stands for one
// that was erased.
type Salt [32]byte

// NewSalt draws a salt.
func NewSalt() Salt {
	var salt Salt
	rand.Read(salt[:]) // never fails; it ends the program where it can't
	return salt
}

// Commitment binds to one clause without telling it: Leaf is the SHA-256 of the
// clause's Preimage with the salt. Who has the clause and the salt can check that it
// is the one; who has only Leaf can't find out the words, not even by trying all that
// come to mind.
type Commitment struct {
	CID  string
	Salt Salt
	Leaf [32]byte
}

// IsErased reports whether the salt is gone.
func (c Commitment) IsErased() bool { return c.Salt == Salt{} }

// Sealed is a commitment to each top-level block of a text, in order.
type Sealed struct{ Clauses []Commitment }

// Seal commits to a text, with a salt from salts for each clause; that is NewSalt but
// in tests. No salt may be used twice: two clauses with the same words are not to be
// seen to be the same.
func Seal(d Doc, salts func() Salt) Sealed {
	var s Sealed
	for _, b := range d.Blocks {
		salt := salts()
		s.Clauses = append(s.Clauses, Commitment{CID: b.CID, Salt: salt, Leaf: sha256.Sum256(b.Preimage(salt))})
	}
	return s
}

// Root is what the text can be cited by: the Merkle Tree Hash (RFC 9162, section
// 2.1.1) of the Leafs, each as an entry of 32 bytes, in order. It is the same before
// and after an erasure.
func (s Sealed) Root() [32]byte {
	entries := make([][]byte, len(s.Clauses))
	for i, c := range s.Clauses {
		entries[i] = c.Leaf[:]
	}
	return merkleRoot(entries)
}

// Erase returns the commitments without the salts of a clause. Once its words and
// every copy of its salt are destroyed, nobody can tell from what is left what they
// were; the root stays.
func (s Sealed) Erase(cid string) Sealed {
	erased := Sealed{Clauses: slices.Clone(s.Clauses)}
	for i := range erased.Clauses {
		if erased.Clauses[i].CID == cid {
			erased.Clauses[i].Salt = Salt{}
		}
	}
	return erased
}

// WithoutWords is what stands in the place of a block that was erased: its id, and what
// the others' numbers depend on.
func (b Block) WithoutWords() Block {
	return Block{Node: b.Node, Kind: b.Kind, Level: b.Level, CID: b.CID}
}
