package main

import (
	"math/bits"
	"slices"
	"time"
)

// latencies counts how long things took, in buckets that are at most 1/64 wider
// than what they begin with, from a nanosecond to hours. The zero value is empty.
type latencies struct {
	buckets [64 * 48]uint32
	count   uint64
}

// bucketBits is how many bits of a duration, below the highest, tell buckets apart.
const bucketBits = 6

func bucketOf(d int64) int {
	if d < 1<<bucketBits {
		return int(max(d, 0))
	}
	shift := bits.Len64(uint64(d)) - 1 - bucketBits
	return min(shift<<bucketBits+int(d>>shift), len(latencies{}.buckets)-1)
}

// startOf is the least duration in a bucket.
func startOf(bucket int) int64 {
	shift := max(bucket>>bucketBits-1, 0)
	return int64(bucket-shift<<bucketBits) << shift
}

// add counts a duration in nanoseconds.
func (l *latencies) add(d int64) {
	l.buckets[bucketOf(d)]++
	l.count++
}

// quantile is the duration that the share q of all did not exceed, up to the width
// of a bucket; zero if there are none.
func (l *latencies) quantile(q float64) time.Duration {
	rank := max(uint64(q*float64(l.count)+0.5), 1)
	seen := uint64(0)
	for bucket, n := range l.buckets {
		if seen += uint64(n); seen >= rank && n > 0 {
			return time.Duration(startOf(bucket+1) - 1)
		}
	}
	return 0
}

// median is the middle value, or the mean of the two in the middle; zero of none.
func median(values []float64) float64 {
	if len(values) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(values))
	middle := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[middle]
	}
	return (sorted[middle-1] + sorted[middle]) / 2
}
