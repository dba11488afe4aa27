package prose_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"madang/app/prose"
)

func TestTwoEditsAreMergedByWords(t *testing.T) {
	for _, c := range []struct{ name, base, mine, theirs, want string }{
		{"nobody changed anything", "하나 둘", "하나 둘", "하나 둘", "하나 둘"},
		{"different words", "The group meets on Monday.", "The whole group meets on Monday.", "The group meets on Tuesday.", "The whole group meets on Tuesday."},
		{"different words in Korean", "국가는 생존자의 말을 듣는다.", "국가는 생존자의 말을 먼저 듣는다.", "국가와 사회는 생존자의 말을 듣는다.", "국가와 사회는 생존자의 말을 먼저 듣는다."},
		{"one before, one behind", "듣는다", "먼저 듣는다", "듣는다 그리고 답한다", "먼저 듣는다 그리고 답한다"},
		{"neighbouring words", "하나 둘 셋", "첫째 둘 셋", "하나 두번째 셋", "첫째 두번째 셋"},
		{"the same change", "We may listen.", "We must listen.", "We must listen.", "We must listen."},
		{"the same among others", "a b c d", "A b x d", "A b c D", "A b x D"},
		{"one deletes, one adds behind", "a b c", "a c", "a b x c", "a x c"},
		{"lines", "하나\n둘", "하나\n하나 반\n둘", "하나\n둘\n셋", "하나\n하나 반\n둘\n셋"},
		{"from nothing", "", "처음", "", "처음"},
	} {
		m := prose.MergeWords(c.base, c.mine, c.theirs)
		if m.Text != c.want || len(m.Conflicts) > 0 {
			t.Errorf("%s: %q with %q, want %q", c.name, m.Text, m.Conflicts, c.want)
		}
	}
}

func TestOnlyDifferentChangesOfTheSameWordsConflict(t *testing.T) {
	for _, c := range []struct {
		name, base, mine, theirs, want string
		conflict                       prose.Conflict
	}{
		{"one word", "We may listen now.", "We must listen now.", "We will listen now.", "We may listen now.", prose.Conflict{Base: "may", Mine: "must", Theirs: "will"}},
		{"a word in Korean", "국가는 듣는다.", "국가는 경청한다.", "국가는 답한다.", "국가는 듣는다.", prose.Conflict{Base: "듣는다", Mine: "경청한다", Theirs: "답한다"}},
		{"what did not conflict is in", "a b c d e", "x b c d y", "a b c d z", "x b c d e", prose.Conflict{Base: "e", Mine: "y", Theirs: "z"}},
		{"both begin", "", "하나", "둘", "", prose.Conflict{Mine: "하나", Theirs: "둘"}},
		{"one deletes what one changes", "a b c", "a", "a b d", "a b c", prose.Conflict{Base: " b c", Mine: "", Theirs: " b d"}},
	} {
		m := prose.MergeWords(c.base, c.mine, c.theirs)
		if m.Text != c.want || len(m.Conflicts) != 1 || m.Conflicts[0] != c.conflict {
			t.Errorf("%s: %q with %q", c.name, m.Text, m.Conflicts)
		}
	}
}

// anyWords draws sentences of few different words, so that edits meet.
func anyWords() *rapid.Generator[string] {
	word := rapid.SampledFrom([]string{"하나", "둘", "셋", "one", "two", "漢", " ", " ", " ", ".", "\n", "👍", "(뜻)"})
	return rapid.Map(rapid.SliceOfN(word, 0, 12), func(words []string) string { return strings.Join(words, "") })
}

func TestTheLawsOfMergingHold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		base, mine, theirs := anyWords().Draw(t, "base"), anyWords().Draw(t, "mine"), anyWords().Draw(t, "theirs")
		wantMerge(t, base, mine, base, mine)
		wantMerge(t, base, base, mine, mine)
		wantMerge(t, base, mine, mine, mine)
		m, w := prose.MergeWords(base, mine, theirs), prose.MergeWords(base, theirs, mine)
		if m.Text != w.Text || len(m.Conflicts) != len(w.Conflicts) {
			t.Fatalf("%+v one way, %+v the other", m, w)
		}
		var ours, others []string
		for _, c := range m.Conflicts {
			ours, others = append(ours, c.Mine), append(others, c.Theirs)
		}
		wantKept(t, base, mine, append(ours, m.Text))
		wantKept(t, base, theirs, append(others, m.Text))
	})
}

func wantMerge(t *rapid.T, base, mine, theirs, want string) {
	t.Helper()
	if m := prose.MergeWords(base, mine, theirs); m.Text != want || m.Conflicts != nil {
		t.Fatalf("%+v, want %q", m, want)
	}
}

// wantKept fails unless all that a side typed is in one of the places.
func wantKept(t *rapid.T, base, side string, places []string) {
	t.Helper()
	for _, c := range prose.Changes(base, side) {
		kept := false
		for _, place := range places {
			kept = kept || strings.Contains(place, c.Insert)
		}
		if !kept {
			t.Fatalf("%q is lost: %q", c.Insert, places)
		}
	}
}
