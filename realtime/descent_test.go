package realtime

import (
	"maps"
	"slices"
	"testing"

	"madang/app"
	"madang/app/prose"
)

// descents are what the log keeps of who comes of whom.
func (f *forum) descents() (split, merged map[string]string) {
	l := f.log.(*memoryLog)
	l.mu.Lock()
	defer l.mu.Unlock()
	return maps.Clone(l.split), maps.Clone(l.merged)
}

const (
	one, two, three = "cfirst00000", "csecond0000", "cthird00000"
	newcomer        = "new"
)

// tell begins a text of three clauses that share no words.
func (f *forum) tell() {
	f.t.Helper()
	var doc prose.Doc
	words := []string{right, "nobody shall be held in slavery", "all are equal before the law"}
	for i, cid := range []string{one, two, three} {
		doc.Blocks = append(doc.Blocks, prose.Block{Node: prose.Clause, Level: 1, CID: cid}.WithPlainText(words[i]))
	}
	f.begin(doc)
}

func TestTheEditorsSplitsAndMergesAreWrittenDownWithTheirClauses(t *testing.T) {
	h := newHands(t)
	for name, c := range map[string]struct {
		deeds         []deed
		split, merged map[string]string
	}{
		"Enter in the middle": {
			[]deed{{Deed: "enter", At: 8}}, map[string]string{newcomer: one}, nil,
		},
		"Enter near the beginning, where less stays than goes": {
			[]deed{{Deed: "enter", Block: 1, At: 3}}, map[string]string{newcomer: two}, nil,
		},
		"Enter before the first word leaves an empty one above": {
			[]deed{{Deed: "enter", Block: 1, At: 0}}, nil, nil,
		},
		"Enter behind the last word begins a new one": {
			[]deed{{Deed: "enter", Block: 2, At: 28}}, nil, nil,
		},
		"Backspace twice at the beginning": {
			[]deed{{Deed: "backspace", Block: 1}, {Deed: "backspace", Block: 1}}, nil, map[string]string{two: one},
		},
		"what is between two clauses is deleted, and a third goes with it": {
			[]deed{{Deed: "clear", Block: 0, At: 8, ToBlock: 2, To: 7}}, nil, map[string]string{three: one},
		},
		"merged by its button": {
			[]deed{{Deed: "join", Block: 2, At: 5}}, nil, map[string]string{three: two},
		},
		"moved up by its button": {
			[]deed{{Deed: "up", Block: 2, At: 5}}, nil, nil,
		},
		"a clause deleted whole went nowhere": {
			[]deed{{Deed: "drop", Block: 1}}, nil, nil,
		},
		"typing": {
			[]deed{{Deed: "type", Block: 1, At: 6, Text: " at all"}}, nil, nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			f := newForum(t)
			f.tell()
			amina := f.join("amina")
			h.atEditor(amina)
			for _, d := range c.deeds {
				amina.send(syncFrame(syncUpdate, h.does(amina, d)))
			}
			amina.awaitSaved()
			split, merged := f.descents()
			if len(split) != len(c.split) || len(merged) != len(c.merged) {
				t.Fatalf("split %v, merged %v; the text reads %q", split, merged, f.text())
			}
			for cid, other := range split {
				if slices.Contains([]string{one, two, three}, cid) || other != c.split[newcomer] {
					t.Errorf("%s was split off from %s", cid, other)
				}
			}
			if !maps.Equal(merged, c.merged) && len(c.merged) > 0 {
				t.Errorf("merged: %v", merged)
			}
		})
	}
}

func TestAFormThatSplitsAndMergesWritesItDownHoweverShortTheWordsAre(t *testing.T) {
	f := newForum(t)
	f.begin(prose.Doc{Blocks: []prose.Block{prose.Block{Node: prose.Clause, Level: 1, CID: one}.WithPlainText("나 너")}})
	by, _ := f.cast.get("amina")
	edit := func(e prose.Edit) {
		t.Helper()
		if edited, err := f.hub.Edit(t.Context(), by, f.doc, app.NewID(), []prose.Edit{e}); err != nil || len(edited.Conflicts) > 0 {
			t.Fatalf("%+v %v", edited.Conflicts, err)
		}
	}
	edit(prose.Edit{Kind: prose.SplitClause, CID: one, Base: "나 너", Text: "나\n\n너", Blocks: []prose.Block{{CID: two}}})
	edit(prose.Edit{Kind: prose.MergeClause, CID: two, After: one, Base: "너"})
	split, merged := f.descents()
	if split[two] != one || merged[two] != one {
		t.Errorf("split %v, merged %v", split, merged)
	}
}

func TestAClauseThatTheEditorMovesKeepsItsIDAndItsWordsTheirAuthor(t *testing.T) {
	h := newHands(t)
	f := newForum(t)
	f.tell()
	amina, bo := f.join("amina"), f.join("bo") // the words are amina's
	h.atEditor(bo)
	bo.send(syncFrame(syncUpdate, h.does(bo, deed{Deed: "up", Block: 2, At: 5})))
	bo.send(syncFrame(syncUpdate, h.does(bo, deed{Deed: "down", Block: 0, At: 5})))
	bo.awaitSaved()
	text, err := f.hub.Read(t.Context(), f.doc)
	if err != nil {
		t.Fatal(err)
	}
	var order []string
	for _, block := range text.Doc.Blocks {
		order = append(order, block.CID)
	}
	if !slices.Equal(order, []string{three, one, two}) {
		t.Errorf("the clauses stand as %v", order)
	}
	amina.awaitText(f.text())
	stored, _ := f.log.Load(t.Context(), f.doc)
	for words, who := range authorsOf(t, stored) {
		if words != "" && who == persona("bo....") {
			t.Errorf("%q became the mover's", words)
		}
	}
}
