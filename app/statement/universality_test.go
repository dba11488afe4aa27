package statement

import (
	"strings"
	"testing"

	"madang/app"
	"madang/app/prose"
)

func TestAWordOfTheListIsFoundWhateverItsEnding(t *testing.T) {
	for _, c := range []struct {
		text, term string
		want       bool
	}{
		{"The Regime must go.", "regime", true},
		{"All regimes alike", "regime", true},
		{"pseudoregime", "regime", false},
		{"pseudoregime or regime", "regime", true},
		{"새정부는 이 조항을 지킨다", "새정부", true},
		{"옛새정부는", "새정부", false},
		{"“정권”이 바뀌어도", "정권", true},
		{"İstanbul", "ist", true},
		{"anything", "$5", false},
		{"It costs a$5", "$5", true},
		{"", "x", false},
	} {
		if got := hasTerm(c.text, c.term); got != c.want {
			t.Errorf("%q in %q: %v", c.term, c.text, got)
		}
	}
}

func TestATextIsEverybodysWhenItsClausesRestOnSomethingAndItsWordsAreAnswered(t *testing.T) {
	clause := prose.Block{Node: prose.Clause, CID: "caaaaaaaaaa", Level: 1}.WithPlainText("The regime shall listen.")
	terms := []FramingTerm{{FramingSlogan, "regime"}, {FramingParty, "nowhere"}}
	u := Universality{Clauses: []UniversalClause{
		{Block: clause, Flags: flagsIn(clause, terms, nil)},
		{Block: prose.Block{Node: prose.Paragraph}.WithPlainText("A preamble.")},
		{Block: prose.Block{Node: prose.Clause, Level: 1}},
		{Block: prose.Block{Node: prose.Clause, Kind: prose.Preambular, Level: 1}.WithPlainText("Recalling much,")},
		{Block: prose.Block{Node: prose.Clause, Kind: prose.Definition, Level: 1}.WithPlainText("A word means something.")},
		{Block: prose.Block{Node: prose.Clause, Kind: prose.Note, Level: 1}.WithPlainText("Read it so.")},
	}}
	if u.Missing() != 1 || u.Open() != 1 || u.IsReady() {
		t.Errorf("%d missing, %d open", u.Missing(), u.Open())
	}
	answers := []FlagAnswer{{CID: clause.CID, Term: "regime", Words: "as it was"}, {CID: "cother000000", Term: "regime"}}
	u.Clauses[0].Flags = flagsIn(clause, terms, answers)
	u.Clauses[0].References = []Reference{{CID: clause.CID, Instrument: "udhr", Article: 19}}
	if !u.IsReady() || !u.Clauses[0].Flags[0].HasChanged || len(u.Clauses[0].Flags[0].Answers) != 1 {
		t.Errorf("%+v", u.Clauses[0])
	}
}

func TestListsOfWordsThatAreRefused(t *testing.T) {
	many := make([]FramingTerm, MaxTerms+1)
	for i := range many {
		many[i] = FramingTerm{FramingParty, strings.Repeat("가", i%50+1) + string(rune('a'+i%26)) + string(rune('a'+i/26))}
	}
	for code, terms := range map[string][]FramingTerm{
		"term.kind":   {{"other", "x"}},
		"term.long":   {{FramingParty, strings.Repeat("가", MaxTerm+1)}},
		"text.hidden": {{FramingParty, "a\x00"}},
		"text.utf8":   {{FramingParty, "\xff"}},
		"term.many":   many,
	} {
		_, err := tidyTerms(terms)
		if e, ok := err.(*app.Error); !ok || e.Code != code {
			t.Errorf("%v, want %s", err, code)
		}
	}
	tidy, err := tidyTerms([]FramingTerm{{FramingParty, "  The   Blue "}, {FramingSlogan, "the blue"}, {FramingSlogan, "\n"}})
	if err != nil || len(tidy) != 1 || tidy[0].Term != "The Blue" {
		t.Errorf("%+v, %v", tidy, err)
	}
	for _, r := range []Reference{{Instrument: "udhr", Article: 0}, {Instrument: "udhr", Article: 31}, {Instrument: "magna carta", Article: 1}} {
		if r.check() == nil {
			t.Errorf("%+v is an article", r)
		}
	}
}
