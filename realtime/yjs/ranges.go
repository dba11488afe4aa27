package yjs

import (
	"cmp"
	"slices"
)

// normalise sorts ranges by client, highest first, and clock, and joins those that
// touch or overlap: the one form of a set of elements. It reuses the slice.
func normalise(ranges []Range) []Range {
	slices.SortFunc(ranges, func(a, b Range) int {
		return cmp.Or(cmp.Compare(b.Client, a.Client), cmp.Compare(a.Clock, b.Clock))
	})
	joined := ranges[:0]
	for _, r := range ranges {
		joined = appendRange(joined, r)
	}
	return joined
}

// appendRange adds a range that doesn't begin before the last one, joining the two
// if they touch.
func appendRange(ranges []Range, r Range) []Range {
	if r.Len == 0 {
		return ranges
	}
	if n := len(ranges); n > 0 {
		last := &ranges[n-1]
		if last.Client == r.Client && last.Clock <= r.Clock && r.Clock <= last.End() {
			last.Len = max(last.End(), r.End()) - last.Clock
			return ranges
		}
	}
	return append(ranges, r)
}

// writeDeletes writes normalised ranges as a delete set.
func writeDeletes(e *encoder, ranges []Range) {
	e.uint(uint64(countClients(ranges)))
	for len(ranges) > 0 {
		n := clientRun(ranges)
		e.uint(ranges[0].Client)
		e.uint(uint64(n))
		for _, r := range ranges[:n] {
			e.uint(r.Clock)
			e.uint(r.Len)
		}
		ranges = ranges[n:]
	}
}

// clientRun counts the leading ranges of the first one's client.
func clientRun(ranges []Range) int {
	n := 1
	for n < len(ranges) && ranges[n].Client == ranges[0].Client {
		n++
	}
	return n
}

func countClients(ranges []Range) int {
	n := 0
	for len(ranges) > 0 {
		ranges = ranges[clientRun(ranges):]
		n++
	}
	return n
}
