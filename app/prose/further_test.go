package prose_test

import (
	"reflect"
	"testing"

	"madang/app/prose"
)

// broad is an amendment of each kind of proposal, to paragraphs("One.", "Two.", "Three.", "Four.").
func broad() prose.Amendment {
	return prose.Amendment{Name: "a", Proposals: []prose.Proposal{
		{Kind: prose.ProposeText, CID: cidAt(0), Base: "One.", Text: "One and a half, or so."},
		{Kind: prose.ProposeMove, CID: cidAt(0), Base: "One.", After: cidAt(1)},
		{Kind: prose.ProposeDeletion, CID: cidAt(2), Base: "Three."},
		{Kind: prose.ProposeClause, CID: "caaaaaaaaaa", After: cidAt(3), Node: prose.Clause, ClauseKind: prose.Definition, Level: 1, Text: "To count is to know."},
	}}
}

func reworded(cid, base, text string) prose.Proposal {
	return prose.Proposal{Kind: prose.ProposeText, CID: cid, Base: base, Text: text}
}

func withdrawn(cid, base string) prose.Proposal {
	return prose.Proposal{Kind: prose.ProposeDeletion, CID: cid, Base: base}
}

func TestAnAmendmentToAnAmendmentChangesItsWordsOrTakesClausesOutOfIt(t *testing.T) {
	d := paragraphs("One.", "Two.", "Three.", "Four.")
	a := broad()
	if got := reading(a.Wordings()); got != "One and a half, or so. | Three. | To count is to know." {
		t.Fatal(got)
	}
	for _, c := range []struct {
		name    string
		further []prose.Proposal
		want    string // of the text, with the amendment made
	}{
		{"other words", []prose.Proposal{reworded(cidAt(0), "One and a half, or so.", "One and a third, or so.")}, "Two. | One and a third, or so. | Four. | To count is to know."},
		{"other words for a new clause", []prose.Proposal{reworded("caaaaaaaaaa", "To count is to know.", "To count is to see.")}, "Two. | One and a half, or so. | Four. | To count is to see."},
		{"the words as they are", []prose.Proposal{reworded(cidAt(0), "One and a half, or so.", "One.")}, "Two. | One. | Four. | To count is to know."},
		{"a clause stays", []prose.Proposal{withdrawn(cidAt(2), "Three.")}, "Two. | One and a half, or so. | Three. | Four. | To count is to know."},
		{"nothing of a clause", []prose.Proposal{withdrawn(cidAt(0), "One and a half, or so."), withdrawn("caaaaaaaaaa", "To count is to know.")}, "One. | Two. | Four."},
	} {
		further := prose.Amendment{Name: "b", Proposals: c.further}
		if err := a.CheckFurther(further); err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		adopted, err := a.Adopt(further)
		if err != nil || adopted.Check(d) != nil || reading(d.Amend(adopted)) != c.want {
			t.Errorf("%s: %q, %v, %v", c.name, reading(d.Amend(adopted)), err, adopted.Check(d))
		}
	}
}

func TestAmendmentsToAnAmendmentThatCantBe(t *testing.T) {
	a := broad()
	for _, c := range []struct {
		code    string
		further []prose.Proposal
	}{
		{"amendment.empty", nil},
		{"amendment.strays", []prose.Proposal{reworded(cidAt(1), "Two.", "Zwei.")}},
		{"amendment.strays", []prose.Proposal{reworded(cidAt(2), "Three.", "Drei.")}}, // it removes that clause
		{"amendment.strays", []prose.Proposal{{Kind: prose.ProposeMove, CID: cidAt(0), After: prose.AtStart}}},
		{"amendment.strays", []prose.Proposal{{Kind: prose.ProposeClause, CID: "cbbbbbbbbbb", After: cidAt(0), Node: prose.Paragraph, Text: "x"}}},
		{"amendment.twice", []prose.Proposal{reworded(cidAt(0), "One and a half, or so.", "x"), withdrawn(cidAt(0), "One and a half, or so.")}},
		{"amendment.empty", []prose.Proposal{reworded(cidAt(0), "One and a half, or so.", "One and a half, or so.")}},
		{"amendment.wordless", []prose.Proposal{reworded(cidAt(0), "One and a half, or so.", " ")}},
		{"amendment.wordless", []prose.Proposal{reworded("caaaaaaaaaa", "To count is to know.", " ")}},
		{"amendment.emptied", []prose.Proposal{withdrawn(cidAt(0), "One and a half, or so."), withdrawn(cidAt(2), "Three."), withdrawn("caaaaaaaaaa", "To count is to know.")}},
	} {
		wantCode(t, c.code, a.CheckFurther(prose.Amendment{Name: "b", Proposals: c.further}), c.code)
	}
}

func TestAmendmentsToOneAmendmentMeetWordByWord(t *testing.T) {
	a := broad()
	further := func(text string) prose.Amendment {
		return prose.Amendment{Name: text, Proposals: []prose.Proposal{reworded(cidAt(0), "One and a half, or so.", text)}}
	}
	first, err := a.Adopt(further("One and a third, or so."))
	if err != nil {
		t.Fatal(err)
	}
	both, err := first.Adopt(further("One and a half, or nearly so."))
	if words, _ := both.Words(cidAt(0)); err != nil || words != "One and a third, or nearly so." {
		t.Errorf("%q, %v", words, err)
	}
	same, err := first.Adopt(further("One and a quarter, or so."))
	wantCode(t, "the same word", err, "amendment.stale")
	if !reflect.DeepEqual(same, first) {
		t.Errorf("%+v", same)
	}
}
