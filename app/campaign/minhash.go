package campaign

import "math"

// salts are 128 odd numbers, the same always: campaigns don't change when a program is
// started again.
var salts = func() (list [bands * rowsOf]uint64) {
	seed := uint64(0x6d6164616e67)
	for i := range list {
		seed += 0x9e3779b97f4a7c15
		list[i] = mix(seed) | 1
	}
	return list
}()

// signature is the MinHash of a set: for each of 128 ways of putting all shingles in order,
// the first of the set. Multiplication by an odd number, of which the upper half is looked
// at, stands for a permutation (M. Dietzfelbinger and others, 1997).
func signature(set []uint64) [bands * rowsOf]uint32 {
	var marks [bands * rowsOf]uint32
	for i := range marks {
		first, salt := uint32(math.MaxUint32), salts[i]
		for _, s := range set {
			if order := uint32(s * salt >> 32); order < first {
				first = order
			}
		}
		marks[i] = first
	}
	return marks
}
