package thread_test

import (
	"testing"

	"madang/app/thread"
	"madang/app/web/view/layout"
	threadview "madang/app/web/view/thread"
)

func TestAnExcerptHasNoSignsOfFormatting(t *testing.T) {
	for said, want := range map[string]string{
		"Is *this* the word?":        "Is this the word?",
		"*이것*이 맞습니까?":                "이것이 맞습니까?",
		"**Nobody** (*nobody*) may.": "Nobody (nobody) may.",
		"`2*3*4` is 24":              "2*3*4 is 24",
		"a * b * c":                  "a * b * c",
		"One * only":                 "One * only",
	} {
		if got := threadview.Excerpt(layout.Page{}, thread.Thread{Excerpt: said}); got != want {
			t.Errorf("%q reads %q, want %q", said, got, want)
		}
	}
}
