package trace

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"madang/app"
	"madang/app/prose"
)

// rivers is an amendment that was put into the text behind the first version.
func rivers(p prose.Proposal) Amendment {
	return Amendment{ID: "a1", No: 1, State: "accepted", Proposals: []prose.Proposal{p}, Decision: Decision{Head: app.LiveHead{Epoch: 1, Seq: 15}}}
}

// history is a clause, version by version, each ten steps of the log behind the other.
// "" is a version without it, "#" one from which it was erased.
func history(cid string, said ...string) Text {
	var t Text
	for i, words := range said {
		v := Version{No: i + 1, Head: app.LiveHead{Epoch: 1, Seq: int64(10 * (i + 1))}, Clauses: map[string]Clause{}}
		switch words {
		case "":
		case "#":
			v.Clauses[cid] = Clause{Erratum: 7}
		default:
			v.Clauses[cid] = Clause{Words: words}
		}
		t.Versions = append(t.Versions, v)
	}
	return t
}

func told(stands []Stand) string {
	var list []string
	for _, s := range stands {
		text := string(s.Fate)
		for _, r := range s.Runs() {
			if r.Kind == prose.Inserted {
				text += " [" + r.Text + "]"
			}
		}
		list = append(list, text)
	}
	return strings.Join(list, ", ")
}

func TestWordsAreFollowedFromVersionToVersion(t *testing.T) {
	p := prose.Proposal{Kind: prose.ProposeText, CID: "c", Base: "The water belongs to all.", Text: "The water of rivers belongs to all."}
	before := p.Base
	for name, c := range map[string]struct {
		said []string
		want string
	}{
		"carried":                             {[]string{before, p.Text, "The water of rivers belongs to all people."}, "carried [ of rivers], carried [ of rivers]"},
		"reworded":                            {[]string{before, p.Text, "The water of streams belongs to all."}, "carried [ of rivers], reworded [ of streams]"},
		"taken in other words":                {[]string{before, "The water of all rivers and lakes belongs to all."}, "carried [ of] [ rivers]"},
		"never there":                         {[]string{before, before}, "removed"},
		"removed":                             {[]string{before, p.Text, before}, "carried [ of rivers], removed"},
		"gone with the clause":                {[]string{before, p.Text, ""}, "carried [ of rivers], removed"},
		"removed and back":                    {[]string{before, p.Text, before, p.Text}, "carried [ of rivers], removed, carried [ of rivers]"},
		"reworded, then carried":              {[]string{before, p.Text, "The water of streams belongs to all.", "So the water of streams belongs to all."}, "carried [ of rivers], reworded [ of streams], carried [ of streams]"},
		"erased, and known again behind that": {[]string{before, p.Text, "#", p.Text}, "carried [ of rivers], erased, carried [ of rivers]"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := told(history("c", c.said...).Follow(rivers(p), p)); got != c.want {
				t.Errorf("told %q, want %q", got, c.want)
			}
		})
	}
}

func TestKoreanWordsAndSingleSignsAreFollowedToo(t *testing.T) {
	p := prose.Proposal{Kind: prose.ProposeText, CID: "c", Base: "물은 모두의 것이다.", Text: "강물은 우리 모두의 것이다."}
	got := told(history("c", p.Base, p.Text, "모든 강물은 우리 모두의 것이다.").Follow(rivers(p), p))
	if !strings.Contains(got, "우리") || strings.Contains(got, "removed") {
		t.Error(got)
	}
	comma := prose.Proposal{Kind: prose.ProposeText, CID: "c", Base: "Rivers lakes", Text: "Rivers, lakes"}
	if got := told(history("c", comma.Base, comma.Text, comma.Base).Follow(rivers(comma), comma)); got != "carried [,], removed" {
		t.Error(got)
	}
}

func TestWordsAreFollowedIntoTheClauseTheirsWasMergedWith(t *testing.T) {
	p := prose.Proposal{Kind: prose.ProposeClause, CID: "c", Text: "Nobody owns a river."}
	text := history("c", "", p.Text, "")
	text.Relatives = map[string][]string{"c": {"d"}}
	text.Versions[2].Clauses["d"] = Clause{Words: "The water is for all. Nobody owns a river."}
	stands := text.Follow(rivers(p), p)
	if told(stands) != "carried [Nobody owns a river.], carried [Nobody owns a river.]" || stands[1].CID != "d" {
		t.Error(told(stands))
	}
	text.Versions[2].Clauses["d"] = Clause{Words: "Something else is said here."}
	if stands := text.Follow(rivers(p), p); stands[1].Fate != Removed {
		t.Errorf("words of another clause are taken for them: %s", told(stands))
	}
}

func TestAVersionKeptBeforeAnAcceptanceHasNotItsWords(t *testing.T) {
	at := time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC)
	a := Amendment{Decision: Decision{At: at, Head: app.LiveHead{Epoch: 1, Seq: 5}}}
	for _, c := range []struct {
		v    Version
		want bool
	}{
		{Version{No: 1, At: at.Add(time.Second), Head: app.LiveHead{Epoch: 1, Seq: 4}}, false}, // kept in the same moment
		{Version{No: 1, At: at, Head: app.LiveHead{Epoch: 1, Seq: 5}}, true},
		{Version{No: 1, At: at.Add(-time.Second), Head: app.LiveHead{Epoch: 2, Seq: 9}}, false}, // the log began anew
		{Version{No: 1, At: at.Add(time.Second), Head: app.LiveHead{Epoch: 2, Seq: 1}}, true},
		{Version{No: 0}, true},
	} {
		if got := c.v.Has(a); got != c.want {
			t.Errorf("%+v: %v", c.v, got)
		}
	}
}

func compared(before, after string) prose.ClauseChange {
	block := func(text string) prose.Block { return prose.Block{Node: prose.Paragraph, CID: "c"}.WithPlainText(text) }
	return prose.Compare(prose.Doc{Blocks: []prose.Block{block(before)}}, prose.Doc{Blocks: []prose.Block{block(after)}}).Clauses[0]
}

func inputsOf(list []Hunk) string {
	var told []string
	for _, h := range list {
		text := h.Deleted + ">" + h.Inserted + ":"
		for _, in := range h.Inputs {
			text += string(in.Amendment.ID)
			for _, i := range in.Issues {
				text += "<" + i.Title
			}
		}
		told = append(told, text)
	}
	return strings.Join(told, "|")
}

func TestEachHunkLeadsToWhatItComesOfAndTheOthersSayThatNothingIsKnown(t *testing.T) {
	before, after := "The water belongs to all. Nobody owns it.", "The water of rivers belongs to all. No company owns it."
	a := rivers(prose.Proposal{Kind: prose.ProposeText, CID: "c", Base: before, Text: "The water of rivers belongs to all. Nobody owns it."})
	issues := []Issue{{Title: "Rivers", Amendments: []app.ID{"a1"}}, {Title: "Lakes"}}
	if got, want := inputsOf(Hunks(compared(before, after), []Amendment{a}, issues)), "> of rivers:a1<Rivers|Nobody>No company:"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	// It was written before somebody else changed the clause elsewhere.
	a.Proposals[0].Base, a.Proposals[0].Text = "Water belongs to all.", "Water of rivers belongs to all."
	if got, want := inputsOf(Hunks(compared(before, after), []Amendment{a}, nil)), "> of rivers:a1|Nobody>No company:"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	// Another clause's amendment has nothing to do with it.
	a.Proposals[0].CID = "other"
	if got := Hunks(compared(before, after), []Amendment{a}, nil); len(got[0].Inputs) > 0 {
		t.Errorf("%q", inputsOf(got))
	}
}

func TestWordsThatWentAndWordsTakenOtherwiseLeadToTheirAmendments(t *testing.T) {
	before := "Everybody may perhaps fish here."
	takes := rivers(prose.Proposal{Kind: prose.ProposeText, CID: "c", Base: before, Text: "Everybody may fish here."})
	if got, want := inputsOf(Hunks(compared(before, "Everybody may fish here."), []Amendment{takes}, nil)), " perhaps>:a1"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	other := rivers(prose.Proposal{Kind: prose.ProposeText, CID: "c", Base: before, Text: "Everybody may perhaps fish here at night."})
	taken := compared(before, "Everybody may perhaps fish here after dusk.")
	if got, want := inputsOf(Hunks(taken, []Amendment{other}, nil)), "> after dusk:"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	other.State = Modified
	if got, want := inputsOf(Hunks(taken, []Amendment{other}, nil)), "> after dusk:a1"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	deletion := rivers(prose.Proposal{Kind: prose.ProposeDeletion, CID: "c", Base: before})
	gone := prose.Compare(prose.Doc{Blocks: []prose.Block{{Node: prose.Paragraph, CID: "c", Inline: []prose.Span{{Text: before}}}}}, prose.Doc{}).Clauses[0]
	if got := Hunks(gone, []Amendment{deletion}, nil); len(got) != 1 || len(got[0].Inputs) != 1 {
		t.Errorf("%q", inputsOf(got))
	}
	moved := taken
	moved.Runs, moved.Moved = nil, true
	if got := Hunks(moved, []Amendment{rivers(prose.Proposal{Kind: prose.ProposeMove, CID: "c"}), other}, nil); len(got) != 1 || inputsOf(got) != ">:a1" {
		t.Errorf("%q", inputsOf(got))
	}
}

func TestAChainTellsWhatCameIntoTheClauseAndWhatDidNot(t *testing.T) {
	p := prose.Proposal{Kind: prose.ProposeText, CID: "c", Base: "Water.", Text: "Water and rivers."}
	text := history("c", "Water.", "Water and rivers.", "Water and rivers!")
	elsewhere := rivers(prose.Proposal{Kind: prose.ProposeText, CID: "d", Base: "x", Text: "y"})
	elsewhere.ID = "a2"
	text.Amendments = []Amendment{rivers(p), elsewhere}
	issues := []Issue{
		{Title: "Rivers", CID: "c", Amendments: []app.ID{"a1"}}, {Title: "Lakes", CID: "c", Amendments: []app.ID{"a9"}}, {Title: "Elsewhere", CID: "d"},
	}
	c := Why(text, "c", issues)
	if len(c.Links) != 1 || len(c.Links[0].Issues) != 1 || len(c.Considered) != 1 || c.Considered[0].Title != "Lakes" {
		t.Fatalf("%+v", c)
	}
	if got := told([]Stand{c.Now}); c.Now.Version.No != 3 || got != "carried [ and rivers]" {
		t.Errorf("%d %s", c.Now.Version.No, got)
	}
	if !Why(text, "never", nil).IsGone() {
		t.Error("a clause that never was has a chain")
	}
}

func TestOnlyTurnsAreTold(t *testing.T) {
	for want, fates := range map[string][]Fate{
		"came 1, carried 3":                    {Carried, Carried, Carried},
		"otherwise 1":                          {Reworded},
		"missing 1, back 3":                    {Removed, Removed, Carried},
		"came 1, reworded 2, reworded 3":       {Carried, Reworded, Reworded},
		"came 1, removed 2, back 3, carried 4": {Carried, Removed, Carried, Carried},
		"came 1, erased 2, carried 4":          {Carried, Erased, Erased, Carried},
		"came 1, erased 2, reworded 3":         {Carried, Erased, Reworded},
		"erased 1, came 2, removed 3":          {Erased, Carried, Removed, Removed},
	} {
		var d Deed
		for i, fate := range fates {
			d.Stands = append(d.Stands, Stand{Fate: fate, Version: Version{No: i + 1}})
		}
		var got []string
		for _, turn := range d.Turns() {
			got = append(got, fmt.Sprintf("%s %d", turn.Kind, turn.Version.No))
		}
		if told := strings.Join(got, ", "); told != want {
			t.Errorf("%q, want %q", told, want)
		}
	}
}

func TestManyWhoSaidTheSameAreToldOnce(t *testing.T) {
	i := Issue{Passages: []Passage{{1, "Rivers.", "en"}, {2, "Rivers.", "en"}, {Submission: 3}, {Submission: 4}, {5, "Lakes.", "en"}}}
	words, rest := i.Wordings(3)
	if got := []int{words[0].Submission, words[1].Submission, words[2].Submission}; !slices.Equal(got, []int{1, 3, 4}) || rest != 2 {
		t.Errorf("%v and %d more", got, rest)
	}
}
