package db

import (
	"math/bits"
	"strconv"
	"strings"
)

// listed writes the parameters of an IN list, the first of them number first:
// "$3, $4, $5, $6". An empty list is "NULL", which nothing is in. The last value is
// repeated until their number is a power of two, so that lists of all lengths make
// few different statements.
func listed[T any](first int, values []T) (params string, args []any) {
	if len(values) == 0 {
		return "NULL", nil
	}
	var b strings.Builder
	for i := range 1 << bits.Len(uint(len(values)-1)) {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString("$" + strconv.Itoa(first+i))
		args = append(args, values[min(i, len(values)-1)])
	}
	return b.String(), args
}

// rows writes the parameters of n rows of a width: "($1, $2), ($3, $4)".
func rows(n, width int) string {
	var b strings.Builder
	for i := range n * width {
		switch {
		case i == 0:
			b.WriteString("(")
		case i%width == 0:
			b.WriteString("), (")
		default:
			b.WriteString(", ")
		}
		b.WriteString("$" + strconv.Itoa(i+1))
	}
	return b.String() + ")"
}
