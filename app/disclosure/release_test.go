package disclosure

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
)

// groups counts people of five groups who gave one of three answers; the fourth group is
// sensitive.
func groups(cells ...int) Raw {
	rows := []Row{{Key: "public"}, {Key: "scholars"}, {Key: "society"}, {Key: "survivors", Sensitive: true}, {Key: "families"}}
	columns := []string{"general", "technical", "editorial"}
	counted := Count(rows, columns...)
	for c, n := range cells {
		counted.Add(rows[c/3].Key, columns[c%3], n)
	}
	return counted
}

// first is what is shown of a table that is published for the first time.
func first(t *testing.T, counted Raw) Figures {
	t.Helper()
	made, isReleased := Release(nil, counted, time.UnixMilli(1), false)
	if !isReleased {
		return Figures{}
	}
	return Show([]Published{made})
}

func (f Figures) line(key string) Line {
	for _, l := range f.Lines {
		if l.Key == key {
			return l
		}
	}
	return Line{}
}

func isHidden(f Figure) bool {
	_, isShown := f.Number()
	return !isShown
}

func TestASmallGroupIsNotToldAndDoesNotFollowFromTheTotal(t *testing.T) {
	counted := Count([]Row{{Key: "public"}, {Key: "scholars"}, {Key: "families"}}, "all")
	counted.Add("public", "all", 40)
	counted.Add("scholars", "all", 12)
	counted.Add("families", "all", 3)
	f := first(t, counted)
	if n, isShown := f.line("public").Total.Number(); n != 40 || !isShown {
		t.Errorf("public: %+v", f.line("public"))
	}
	if !isHidden(f.line("families").Total) || !isHidden(f.line("scholars").Total) {
		t.Errorf("families %+v, scholars %+v", f.line("families"), f.line("scholars"))
	}
	if f.Others == nil {
		t.Fatal("the others aren't told as one")
	}
	if n, isShown := f.Others.Total.Number(); n != 15 || !isShown {
		t.Errorf("others: %+v", f.Others)
	}
	if n, isShown := f.Total.Total.Number(); n != 55 || !isShown {
		t.Errorf("total: %+v", f.Total)
	}
}

func TestASensitiveGroupIsToldFromTenOnly(t *testing.T) {
	counted := func(survivors int) Raw {
		r := Count([]Row{{Key: "public"}, {Key: "scholars"}, {Key: "survivors", Sensitive: true}}, "all")
		r.Add("public", "all", 40)
		r.Add("scholars", "all", 30)
		r.Add("survivors", "all", survivors)
		return r
	}
	if f := first(t, counted(9)); !isHidden(f.line("survivors").Total) {
		t.Errorf("%+v", f.line("survivors"))
	}
	if n, isShown := first(t, counted(10)).line("survivors").Total.Number(); n != 10 || !isShown {
		t.Errorf("%d, %v", n, isShown)
	}
}

func TestThatAllOfASmallGroupSaidTheSameIsNotTold(t *testing.T) {
	all, most := groups(40, 20, 10, 9, 0, 0, 20, 10, 10), groups(40, 20, 10, 8, 1, 0, 20, 10, 10)
	for _, counted := range []Raw{all, most} {
		scholars := first(t, counted).line("scholars")
		if n, _ := scholars.Total.Number(); n != 9 || scholars.Most != "general" {
			t.Errorf("%+v", scholars)
		}
		for _, cell := range scholars.Cells {
			if !isHidden(cell) {
				t.Errorf("%+v", scholars)
			}
		}
	}
}

func TestNothingIsToldOfAFewAndNoNumberOfNobody(t *testing.T) {
	for n, want := range map[int]bool{0: true, 1: false, 4: false, 5: true, 123: true} {
		counted := Total()
		counted.Add("all", "all", n)
		got, isShown := first(t, counted).Total.Total.Number()
		if isShown != want || isShown && got != n {
			t.Errorf("of %d is shown %d, %v", n, got, isShown)
		}
	}
}

func TestCountsOfPeopleAreNeitherPrintedNorSent(t *testing.T) {
	counted := groups(987654)
	for _, verb := range []string{"%v", "%+v", "%#v", "%d", "%s", "%x", "%T %v"} {
		args := []any{counted, counted}[:strings.Count(verb, "%")]
		if text := fmt.Sprintf(verb, args...); strings.Contains(text, "987654") || strings.Contains(text, "f1206") {
			t.Errorf("%s prints %s", verb, text)
		}
	}
	if text, err := json.Marshal(map[string]any{"counted": counted}); err == nil {
		t.Errorf("sent: %s", text)
	}
	if text := fmt.Sprintf("%+v", Published{counted: counted}); strings.Contains(text, "987654") {
		t.Errorf("a release prints %s", text)
	}
}

func TestAPersonCountedForNoGroupIsAMistakeThatShows(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("nobody noticed")
		}
	}()
	groups().Add("fishermen", "general", 1)
}

func BenchmarkRelease(b *testing.B) {
	for _, releases := range []int{1, 5, 10} {
		b.Run(fmt.Sprint(releases, " releases"), func(b *testing.B) {
			var before []Published
			var next Raw
			for n := range releases {
				next = groups(90+30*n, 20+11*n, 10+n, 10+6*n, 18, 2, 25+9*n, 14+n, 6+5*n, 10, 2+n, 0, 2, 1, n)
				if made, isReleased := Release(before, next, time.UnixMilli(int64(n)), false); isReleased && n < releases-1 {
					before = append(before, made)
				}
			}
			for b.Loop() {
				Release(before, next, time.UnixMilli(99), true)
			}
		})
	}
}
