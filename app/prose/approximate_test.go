package prose

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// plainDistance is the definition, cell by cell; where free is true the pattern may
// begin and end anywhere in the text (Sellers, 1980).
func plainDistance(pattern, text []uint16, free bool) int {
	former := make([]int, len(pattern)+1)
	for i := range former {
		former[i] = i
	}
	best := former[len(pattern)]
	for j, unit := range text {
		row := make([]int, len(pattern)+1)
		if !free {
			row[0] = j + 1
		}
		for i := range pattern {
			differs := 1
			if pattern[i] == unit {
				differs = 0
			}
			row[i+1] = min(former[i]+differs, former[i+1]+1, row[i]+1)
		}
		former = row
		best = min(best, row[len(pattern)])
	}
	if !free {
		return former[len(pattern)]
	}
	return best
}

// someUnits draws a text of about that many units, which repeats itself.
func someUnits(t *rapid.T, name string, length int) []uint16 {
	unit := rapid.SampledFrom([]uint16{'a', 'b', 'c', 0xAC00})
	return rapid.SliceOfN(unit, max(length-2, 1), length+2).Draw(t, name)
}

func TestTheFastSearchFindsWhatTheDefinitionSays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		words := someUnits(t, "words", rapid.SampledFrom([]int{3, 63, 130}).Draw(t, "length"))
		text := slices.Concat(someUnits(t, "before", 20), words[len(words)/3:], someUnits(t, "between", 3), words, someUnits(t, "after", 20))
		if got, want := distance(words, text), plainDistance(words, text, false); got != want {
			t.Fatalf("distance %d, want %d", got, want)
		}
		want := plainDistance(words, text, true)
		found := newPattern(words).matches(text, len(words))
		if len(found) == 0 || found[0].errors != want {
			t.Fatalf("%+v, want %d errors", found, want)
		}
		for _, m := range found {
			if got := plainDistance(words, text[m.start:m.end], false); got != want {
				t.Fatalf("%+v has %d errors, want %d", m, got, want)
			}
		}
		if want > 0 && len(newPattern(words).matches(text, want-1)) > 0 {
			t.Fatal("found beyond the limit")
		}
	})
}
