package prose_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"pgregory.net/rapid"

	"madang/app/prose"
)

func TestChangesLeadFromTheOldTextToTheNew(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		old, new := anyWords().Draw(t, "old"), anyWords().Draw(t, "new")
		units := utf16.Encode([]rune(old))
		for _, c := range slices.Backward(prose.Changes(old, new)) {
			units = slices.Replace(units, c.At, c.At+c.Delete, utf16.Encode([]rune(c.Insert))...)
		}
		if got := string(utf16.Decode(units)); got != new {
			t.Fatalf("%q", got)
		}
	})
}

func TestChangesAreSmall(t *testing.T) {
	for _, c := range []struct {
		name, old, new string
		want           []prose.Change
	}{
		{"nothing", "같다", "같다", nil},
		{"a word's end", "생존자의 말", "생존자들의 말", []prose.Change{{At: 3, Insert: "들"}}},
		{"a new word", "We listen.", "We all listen.", []prose.Change{{At: 2, Insert: " all"}}},
		{"behind a pair of units", "👍 a b", "👍 a c", []prose.Change{{At: 5, Delete: 1, Insert: "c"}}},
		{"two places", "하나 둘 셋", "첫 둘 끝", []prose.Change{{At: 0, Delete: 2, Insert: "첫"}, {At: 5, Delete: 1, Insert: "끝"}}},
	} {
		if got := prose.Changes(c.old, c.new); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

// Words that the other text doesn't have are left out of the search where there are
// many; those that stay are found all the same.
func TestWordsThatStayAreFoundAmongManyNewOnes(t *testing.T) {
	var before, after, want []string
	for i := range 40 {
		stays := fmt.Sprintf("남는말%d", i)
		before, after = append(before, stays, fmt.Sprintf("옛말%d", i)), append(after, stays, fmt.Sprintf("새말%d", i))
		want = append(want, stays)
	}
	var stayed []string
	for _, r := range prose.Runs(strings.Join(before, " "), strings.Join(after, " ")) {
		if r.Kind == prose.Equal {
			stayed = append(stayed, strings.TrimSpace(r.Text))
		}
	}
	if !slices.Equal(stayed, want) {
		t.Fatalf("%q", stayed)
	}
}

func TestMoreDifferentWordsThanFitBelowTheSurrogatesAreCompared(t *testing.T) {
	var text strings.Builder
	for first := '一'; first < '一'+300; first++ {
		for second := '가'; second < '가'+200; second++ {
			text.WriteString(string(first) + string(second) + " ")
		}
	}
	want := []prose.Run{{Kind: prose.Equal, Text: text.String()}, {Kind: prose.Inserted, Text: "끝"}}
	if got := prose.Runs(text.String(), text.String()+"끝"); !reflect.DeepEqual(got, want) {
		t.Fatalf("%d runs", len(got))
	}
}
