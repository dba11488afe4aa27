package prose

import "sort"

// rising marks the members of a longest increasing subsequence of different
// numbers: the fewest are left out that keep the others from being in order.
// Negative numbers are none of them. It takes n log n steps (C. Schensted, "Longest
// Increasing and Decreasing Subsequences", 1961; M. L. Fredman, "On computing the
// length of longest increasing subsequences", 1975).
func rising(numbers []int) []bool {
	// ends[k] is where the subsequence of k+1 members ends that has the smallest
	// last number so far; former is the member before each.
	var ends []int
	former := make([]int, len(numbers))
	for i, n := range numbers {
		if n < 0 {
			continue
		}
		k := sort.Search(len(ends), func(k int) bool { return numbers[ends[k]] > n })
		former[i] = -1
		if k > 0 {
			former[i] = ends[k-1]
		}
		if k == len(ends) {
			ends = append(ends, i)
		}
		ends[k] = i
	}
	isMember := make([]bool, len(numbers))
	if len(ends) == 0 {
		return isMember
	}
	for i := ends[len(ends)-1]; i >= 0; i = former[i] {
		isMember[i] = true
	}
	return isMember
}
