package yjs

import (
	"maps"
	"math"
	"reflect"
	"slices"
	"unicode/utf16"
)

// Two replicas may hold the same value in different bytes: objects with their keys in
// another order, a number in another encoding, halves of a surrogate pair as U+FFFD.
// None of these is a contradiction.

func sameJSON(a, b string) bool { return a == b || sameValue(parseJSON(a), parseJSON(b)) }

// sameValue is reflect.DeepEqual, but that NaN is NaN, however deep it lies.
func sameValue(a, b any) bool {
	switch x := a.(type) {
	case float64:
		y, ok := b.(float64)
		return ok && (x == y || math.IsNaN(x) && math.IsNaN(y))
	case []any:
		y, ok := b.([]any)
		return ok && slices.EqualFunc(x, y, sameValue)
	case map[string]any:
		y, ok := b.(map[string]any)
		return ok && maps.EqualFunc(x, y, sameValue)
	}
	return reflect.DeepEqual(a, b)
}

// sameValues compares n values of two lists.
func sameValues(a func(int) any, from uint64, b func(int) any, at, n uint64) bool {
	for i := range n {
		if !sameValue(a(int(from+i)), b(int(at+i))) {
			return false
		}
	}
	return true
}

func sameText(a, b text16) bool {
	if string(a.utf8) == string(b.utf8) {
		return true
	}
	if a.units != b.units {
		return false
	}
	x, y := utf16.Encode([]rune(a.String())), utf16.Encode([]rune(b.String()))
	for i := range x {
		if x[i] != y[i] && !(isHalf(x[i]) && isHalf(y[i])) {
			return false
		}
	}
	return true
}

// isHalf reports whether a unit is half a surrogate pair, or stands for one.
func isHalf(unit uint16) bool { return utf16.IsSurrogate(rune(unit)) || unit == 0xfffd }
