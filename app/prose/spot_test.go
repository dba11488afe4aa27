package prose

import "testing"

func TestANameIsFoundWhereverItStandsForAPerson(t *testing.T) {
	for _, c := range []struct {
		text, name string
		want       bool
	}{
		{"As Min-ho said", "min‑ho", true},
		{"ＭＩＮＨＯ said so", "Minho", true},
		{"김민호가 말했다", "김민호", true}, // a particle follows
		{"Amalia came", "Ama", false},
		{"Ama2 came", "Ama", false},
		{"Ama, Ama.", "Ama", true},
		{"An A.", "A", false},
		{"", "Ama", false},
		{"Ama", "", false},
	} {
		if got := Names(c.text, c.name); got != c.want {
			t.Errorf("Names(%q, %q) is %v", c.text, c.name, got)
		}
	}
}
