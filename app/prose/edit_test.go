package prose_test

import (
	"reflect"
	"testing"

	"madang/app"
	"madang/app/prose"
)

// draft is a text of three clauses.
func draft() prose.Doc {
	return prose.Doc{Blocks: []prose.Block{
		{Node: prose.Heading, CID: "c0000000001", Level: 1, Inline: []prose.Span{span("안전")}},
		{Node: prose.Clause, CID: "c0000000002", Level: 1, Inline: []prose.Span{span("국가는 듣는다.")}},
		{Node: prose.Paragraph, CID: "c0000000003", Inline: []prose.Span{span("끝")}},
	}}
}

func replacing(cid, base, text string) []prose.Edit {
	return []prose.Edit{{Kind: prose.ReplaceText, CID: cid, Base: base, Text: text}}
}

func TestAnEditIsMergedWithWhatOthersDidMeanwhile(t *testing.T) {
	for _, c := range []struct {
		name, base, text, want string
		merged                 bool
	}{
		{"nobody did anything", "국가는 듣는다.", "국가는 먼저 듣는다.", "국가는 먼저 듣는다.", false},
		{"others changed another word", "나라는 듣는다.", "나라는 답한다.", "국가는 답한다.", true},
		{"others did the same", "나라는 듣는다.", "국가는 듣는다.", "국가는 듣는다.", false},
	} {
		d, conflicts, merged, err := prose.Apply(draft(), replacing("c0000000002", c.base, c.text))
		if err != nil || conflicts != nil || merged != c.merged || d.Blocks[1].PlainText() != c.want {
			t.Errorf("%s: %q, %q, merged %v, %v", c.name, d.Blocks[1].PlainText(), conflicts, merged, err)
		}
	}
}

func TestAConflictLeavesTheWholeTextAlone(t *testing.T) {
	edits := append(replacing("c0000000003", "끝", "시작"), replacing("c0000000002", "국가는 말한다.", "국가는 답한다.")...)
	d, conflicts, merged, err := prose.Apply(draft(), edits)
	want := []prose.Conflict{{Base: "말한다", Mine: "답한다", Theirs: "듣는다"}}
	if err != nil || merged || !reflect.DeepEqual(conflicts, want) || !reflect.DeepEqual(d, draft()) {
		t.Errorf("%+v, %+v, %v, %v", d, conflicts, merged, err)
	}
}

func TestBlocksComeWhereTheyShould(t *testing.T) {
	for _, c := range []struct {
		name, after string
		want        int
	}{
		{"at the start", prose.AtStart, 0},
		{"after a clause", "c0000000002", 2},
		{"at the end", "", 3},
		{"at the end if the clause is gone", "c0000000009", 3},
	} {
		fresh := []prose.Block{textBlock(prose.Paragraph, span("새")), textBlock(prose.Paragraph)}
		d, _, _, err := prose.Apply(draft(), []prose.Edit{{Kind: prose.InsertBlocks, After: c.after, Blocks: fresh}})
		if err != nil || len(d.Blocks) != 5 || d.Blocks[c.want].PlainText() != "새" {
			t.Errorf("%s: %+v, %v", c.name, d, err)
			continue
		}
		if first, second := d.Blocks[c.want].CID, d.Blocks[c.want+1].CID; !prose.IsCID(first) || !prose.IsCID(second) || first == second {
			t.Errorf("%s: ids %q and %q", c.name, first, second)
		}
	}
}

func TestAnInsertedBlockKeepsItsIDUnlessItIsTaken(t *testing.T) {
	blocks := []prose.Block{
		{Node: prose.Paragraph, CID: "c0000000009"},
		{Node: prose.Paragraph, CID: "c0000000001"},
	}
	d, _, _, err := prose.Apply(draft(), []prose.Edit{{Kind: prose.InsertBlocks, Blocks: blocks}})
	if err != nil || d.Blocks[3].CID != "c0000000009" || d.Blocks[4].CID == "c0000000001" {
		t.Errorf("%+v, %v", d, err)
	}
}

func TestOnlyAnUnchangedClauseIsDeleted(t *testing.T) {
	remove := func(base string) []prose.Edit {
		return []prose.Edit{{Kind: prose.DeleteClause, CID: "c0000000002", Base: base}}
	}
	d, conflicts, _, err := prose.Apply(draft(), remove("국가는 듣는다."))
	if _, _, found := d.Find("c0000000002"); err != nil || conflicts != nil || found || len(d.Blocks) != 2 {
		t.Errorf("%+v, %+v, %v", d, conflicts, err)
	}
	d, conflicts, _, err = prose.Apply(draft(), remove("국가는 말한다."))
	want := []prose.Conflict{{Base: "국가는 말한다.", Theirs: "국가는 듣는다."}}
	if err != nil || !reflect.DeepEqual(conflicts, want) || len(d.Blocks) != 3 {
		t.Errorf("%+v, %+v, %v", d, conflicts, err)
	}
}

func TestEditsThatCantBeAreRefused(t *testing.T) {
	if _, _, _, err := prose.Apply(draft(), replacing("c0000000009", "", "새")); app.KindOf(err) != app.KindNotFound {
		t.Errorf("an unknown clause: %v", err)
	}
	item := []prose.Block{{Node: prose.ListItem}}
	d, _, _, err := prose.Apply(draft(), []prose.Edit{{Kind: prose.InsertBlocks, Blocks: item}})
	wantCode(t, "an item by itself", err, "text.schema")
	if !reflect.DeepEqual(d, draft()) {
		t.Errorf("%+v", d)
	}
}
