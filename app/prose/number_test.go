package prose_test

import (
	"strings"
	"testing"

	"madang/app/prose"
)

// The editor counts in the same way: static/test/unit/number.test.mjs has these too.
func TestEachKindOfClauseIsCountedByItself(t *testing.T) {
	kinds := map[byte]prose.Kind{'o': prose.Operative, 'p': prose.Preambular, 'd': prose.Definition, 'n': prose.Note}
	for clauses, want := range map[string]string{
		"p1 p1 d1 d2 d1 o1 o2 o2 n1 o1 p1 o3 d2": "PP1 PP2 D1 D1.1 D2 1 1.1 1.2 - 2 PP3 2.1 D2.1",
		"o1 d3 d3 p2":                            "1 D1 D1.1 PP1",
	} {
		var d prose.Doc
		for i, word := range strings.Fields(clauses) {
			d.Blocks = append(d.Blocks, prose.Block{Node: prose.Clause, CID: string(rune('a' + i)), Kind: kinds[word[0]], Level: int(word[1] - '0')})
		}
		numbers := d.Numbers()
		var got []string
		for _, b := range d.Blocks {
			if numbers[b.CID] == "" {
				got = append(got, "-")
				continue
			}
			got = append(got, numbers[b.CID])
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s are %s, want %s", clauses, strings.Join(got, " "), want)
		}
	}
}
