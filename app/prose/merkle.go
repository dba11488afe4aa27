package prose

import (
	"crypto/sha256"
	"math/bits"
)

// merkleRoot is the Merkle Tree Hash of the entries in their order (RFC 9162,
// section 2.1.1, the same as RFC 6962, section 2.1): SHA-256 of 0x00 and the entry
// for a leaf, of 0x01 and the hashes of both subtrees for a node, of which the left
// one has the largest power of two entries that leaves some to the right. Of no
// entries it is SHA-256 of nothing.
func merkleRoot(entries [][]byte) [32]byte {
	switch n := len(entries); n {
	case 0:
		return sha256.Sum256(nil)
	case 1:
		return sha256.Sum256(append([]byte{0x00}, entries[0]...))
	default:
		split := 1 << (bits.Len(uint(n-1)) - 1)
		left, right := merkleRoot(entries[:split]), merkleRoot(entries[split:])
		return sha256.Sum256(append(append([]byte{0x01}, left[:]...), right[:]...))
	}
}
