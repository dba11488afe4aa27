package statement

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"madang/app"
)

func shown(l Legend) string {
	var names []string
	for _, v := range l.Voices {
		names = append(names, string(v.ID))
	}
	return strings.Join(names, " ")
}

// dealt reads groups and how many people they have; the sensitive ones bear a "!".
func dealt(groups string) ([]Voice, map[app.ID]app.ID) {
	var voices []Voice
	speaks := map[app.ID]app.ID{}
	for _, g := range strings.Fields(groups) {
		name, count, _ := strings.Cut(g, ":")
		v := Voice{ID: app.ID(strings.TrimSuffix(name, "!")), Sensitive: strings.HasSuffix(name, "!")}
		fmt.Sscan(count, &v.Members)
		voices = append(voices, v)
		speaks["one of the "+v.ID] = v.ID
	}
	return voices, speaks
}

func TestSmallSensitiveGroupsAreShownTogether(t *testing.T) {
	for _, c := range []struct{ groups, want string }{
		{"scholars:1 ngos:9", "scholars ngos"},
		{"scholars:3 survivors!:5", "scholars survivors"},
		{"scholars:9 survivors!:4", "folded"}, // the rest would be the survivors
		{"scholars:9 ngos:7 survivors!:4", "scholars folded"},
		{"scholars:9 survivors!:3 families!:2", "scholars folded"},
		{"scholars:9 ngos:1 youth:2 survivors!:3", "scholars folded"}, // 3 and 1 are too few
		{"survivors!:0 scholars:2", "folded"},
	} {
		voices, speaks := dealt(c.groups)
		l := newLegend(voices, speaks)
		if got := shown(l); got != c.want {
			t.Errorf("%s: %s, want %s", c.groups, got, c.want)
		}
		for _, v := range voices {
			got := l.Of("one of the " + v.ID)
			if isShown := strings.Contains(" "+shown(l)+" ", " "+string(v.ID)+" "); isShown && got != v.ID || !isShown && got != Folded {
				t.Errorf("%s: one of the %s speaks as %q", c.groups, v.ID, got)
			}
		}
	}
}

func TestWhereNamesStandNoSensitiveGroupIsShownByItself(t *testing.T) {
	for _, c := range []struct{ groups, want string }{
		{"scholars:1 ngos:9", "scholars ngos"},
		{"scholars:9 ngos:7 survivors!:4", "scholars folded"},
		{"scholars:9 ngos:7 survivors!:12", "scholars folded"},        // many as they are
		{"scholars:9 ngos:7 youth:0 survivors!:5", "scholars folded"}, // nobody is no company
		{"scholars:9 survivors!:5", "folded"},
		{"scholars:9 ngos:2 survivors!:6 families!:7", "scholars folded"},
	} {
		voices, speaks := dealt(c.groups)
		l := newSpeakers(voices, speaks)
		if got := shown(l); got != c.want {
			t.Errorf("%s: %s, want %s", c.groups, got, c.want)
		}
		for _, v := range voices {
			if got := l.Of("one of the " + v.ID); v.Sensitive && got != Folded {
				t.Errorf("%s: one of the %s speaks as %q", c.groups, v.ID, got)
			}
		}
	}
}

func TestWhatOneVoiceWritesIsOnePassage(t *testing.T) {
	l := newLegend([]Voice{{ID: "a"}, {ID: "b"}}, map[app.ID]app.ID{"ann": "a", "alf": "a", "bob": "b"})
	parts := l.parts([]app.LiveAuthored{{Text: "All ", Author: "ann"}, {Text: "people", Author: "alf"}, {Text: "\n"}, {Text: "are free.", Author: "bob"}, {Text: "!", Author: "gone"}})
	if got := fmt.Sprint(parts); got != "[{All people\n a} {are free. b} {! }]" {
		t.Error(got)
	}
	if shares := (AuthoredClause{Parts: parts}).Shares(); shares["a"] != 9 || shares["b"] != 8 || len(shares) != 2 {
		t.Errorf("%v", shares)
	}
}

func TestASittingEndsWithAPauseOrAnotherVoice(t *testing.T) {
	l := newLegend([]Voice{{ID: "a"}, {ID: "b"}}, map[app.ID]app.ID{"ann": "a", "alf": "a", "bob": "b"})
	now := time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)
	at := func(minutes int) time.Time { return now.Add(-time.Duration(minutes) * time.Minute) }
	list := l.sittings([]ClauseChange{
		{"ann", at(0), 3, 0, 1}, {"alf", at(20), 2, 1, 1}, {"ann", at(60), 9, 0, 1}, {"bob", at(61), 0, 4, 2}, {"bob", at(62), 1, 0, 1},
	})
	var got []string
	for _, s := range list {
		got = append(got, fmt.Sprintf("%s +%d -%d %v %v", s.Voice, s.Added, s.Removed, s.To.Sub(s.From), s.Elsewhere))
	}
	if want := "a +5 -1 20m0s false; a +9 -0 0s false; b +1 -4 1m0s true"; strings.Join(got, "; ") != want {
		t.Errorf("%s, want %s", strings.Join(got, "; "), want)
	}
}
