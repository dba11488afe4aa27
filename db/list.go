package db

import (
	"strconv"
	"strings"
)

// listed writes the parameters of an IN list, the first of them number first:
// "$3, $4, $5". An empty list is "NULL", which nothing is in.
func listed[T any](first int, values []T) (params string, args []any) {
	if len(values) == 0 {
		return "NULL", nil
	}
	var b strings.Builder
	for i, value := range values {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString("$" + strconv.Itoa(first+i))
		args = append(args, value)
	}
	return b.String(), args
}
