package realtime

import (
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf16"

	"madang/app"
	"madang/app/prose"
	"madang/realtime/yjs"
)

const norm = `# Peace

1. Every survivor has the right to be heard, *in the words and at the time*
   of their own choosing. {#cfirst00000}

> 첫째 줄이다.
>
> 둘째 줄이다. {#cquote00000}

- one item
- another item
  with two lines

  and a second paragraph
`

// anchor anchors words of the forum's text.
func (f *forum) anchor(cid, quote string) prose.Anchor {
	f.t.Helper()
	made, err := f.hub.Anchor(f.t.Context(), f.doc, func(d prose.Doc) (prose.Anchor, error) {
		block, _, _ := d.Find(cid)
		before, _, found := strings.Cut(block.PlainText(), quote)
		start := len(utf16.Encode([]rune(before)))
		a, ok := prose.NewAnchor(d, prose.Passage{CID: cid, Start: start, End: start + len(utf16.Encode([]rune(quote)))})
		if !ok || !found {
			return a, app.NotFound()
		}
		return a, nil
	})
	if err != nil || len(made.From) == 0 || len(made.To) == 0 {
		f.t.Fatalf("%+v, %v", made, err)
	}
	return made
}

// resolve finds an anchor in the text as it is now.
func (f *forum) resolve(a prose.Anchor) prose.Resolution {
	f.t.Helper()
	text, live, err := f.hub.Follow(f.t.Context(), f.doc, []prose.Anchor{a})
	if err != nil {
		f.t.Fatal(err)
	}
	return prose.NewFinder(text.Doc).Resolve(a, live[0])
}

func TestWordsKeepTheirPlaceInAnyKindOfClause(t *testing.T) {
	f := newForum(t)
	first, err := prose.ParseMarkdown([]byte(norm))
	if err != nil {
		t.Fatal(err)
	}
	f.begin(first)
	text, err := f.hub.Read(t.Context(), f.doc)
	if err != nil {
		t.Fatal(err)
	}
	tried := 0
	for _, b := range text.Doc.Blocks {
		units := utf16.Encode([]rune(b.PlainText()))
		for start := range units {
			for end := start + 1; end <= len(units); end++ {
				p := prose.Passage{CID: b.CID, Start: start, End: end}
				if a, ok := prose.NewAnchor(text.Doc, p); !ok || units[start] == '\n' || units[end-1] == '\n' || a.Passage != p {
					continue
				}
				tried++
				if start%7 != 0 || end%5 != 0 {
					continue
				}
				f.mustFollow(p)
			}
		}
	}
	if tried < 1000 {
		t.Errorf("only %d passages", tried)
	}
}

func (f *forum) mustFollow(p prose.Passage) {
	f.t.Helper()
	made, err := f.hub.Anchor(f.t.Context(), f.doc, func(d prose.Doc) (prose.Anchor, error) {
		a, _ := prose.NewAnchor(d, p)
		return a, nil
	})
	if err != nil {
		f.t.Fatal(err)
	}
	_, live, err := f.hub.Follow(f.t.Context(), f.doc, []prose.Anchor{made})
	if err != nil || live[0] != (prose.Live{Passage: p, Stands: true}) {
		f.t.Fatalf("%+v became %+v, %v", p, live, err)
	}
}

func TestWordsAreFollowedWhileOthersWrite(t *testing.T) {
	f := newForum(t)
	amina := f.join("amina")
	amina.types(0, "모든 사람은 자유롭게 말할 권리가 있다.")
	amina.awaitSaved()
	said := f.anchor("caaaaaaaaaa", "자유롭게 말할")

	amina.send(syncFrame(syncUpdate, amina.edit(inserting(0, 0, "이 땅의 "))))
	amina.awaitSaved()
	if found := f.resolve(said); found.State != prose.AnchorExact || found.Start != 12 {
		t.Errorf("words before it moved it wrongly: %+v", found)
	}
	amina.send(syncFrame(syncUpdate, amina.edit(inserting(0, 16, " 그리고 두려움 없이"))))
	amina.awaitSaved()
	if found := f.resolve(said); found.State != prose.AnchorChanged || !strings.HasPrefix(found.Now, "자유롭게 그리고") {
		t.Errorf("words in its middle: %+v", found)
	}
	amina.send(syncFrame(syncUpdate, amina.edit(func(t *yjs.Txn, root *yjs.XMLFragment) error {
		return t.Delete(lineOf(root, 0), 0, lineOf(root, 0).Len())
	})))
	f.await("the deletion", func() bool { return f.text() == "" })
	if found := f.resolve(said); found.State != prose.AnchorOrphaned || found.CID != "caaaaaaaaaa" {
		t.Errorf("deleted: %+v", found)
	}
	amina.types(0, "모든 사람은 자유롭게 말할 권리가 있다.")
	amina.awaitSaved()
	if found := f.resolve(said); found.State != prose.AnchorExact {
		t.Errorf("typed anew: %+v", found)
	}
}

func TestWhatASplitTakesAlongIsFoundInTheNewClause(t *testing.T) {
	f := newForum(t)
	amina := f.join("amina")
	amina.types(0, "Families are entitled to know. No person may be held for what they said in good faith.")
	amina.awaitSaved()
	head, tail := f.anchor("caaaaaaaaaa", "entitled to know"), f.anchor("caaaaaaaaaa", "No person may be held")
	amina.send(syncFrame(syncUpdate, amina.edit(splitting(0, 31))))
	amina.awaitSaved()
	if found := f.resolve(head); found.State != prose.AnchorExact {
		t.Errorf("the head: %+v", found)
	}
	if found := f.resolve(tail); found.State != prose.AnchorMoved || found.CID == "caaaaaaaaaa" || found.Start != 0 {
		t.Errorf("the tail: %+v", found)
	}
}

// Nobody edits the document: it rests, and is read from the log only once.
func TestADocumentThatRestsIsReadOnceForItsAnchors(t *testing.T) {
	f := newForum(t)
	amina, _ := f.cast.get("amina")
	edit := []prose.Edit{{Kind: prose.ReplaceText, CID: "caaaaaaaaaa", Text: "Nobody may be held for what they said."}}
	if _, err := f.hub.Edit(t.Context(), amina, f.doc, app.NewID(), edit); err != nil {
		t.Fatal(err)
	}
	said := f.anchor("caaaaaaaaaa", "may be held")
	f.await("the room to close", func() bool { return f.hub.resident(f.doc) == nil })
	first := f.resolve(said)
	head, err := f.hub.headOf(t.Context(), f.doc)
	if _, kept := f.hub.trails.at(f.doc, head, []prose.Anchor{said}); err != nil || !kept || first != f.resolve(said) || first.State != prose.AnchorExact {
		t.Errorf("%+v, kept %v, %v", first, kept, err)
	}
}

// With at most 30 % of a clause's words changed by the plain text box, 95 % of what was
// said about three to twelve of them is still at its words.
func TestAnchorsOutliveRewordingByForm(t *testing.T) {
	r := rand.New(rand.NewPCG(30, 95))
	f := newForum(t)
	amina, _ := f.cast.get("amina")
	usual := strings.Fields(`every survivor shall have the right to be heard before any decision that touches upon peace and justice
		between both sides 모든 사람은 평화롭게 살 권리를 가지며 국가는 이를 존중하고 보호할 의무를 진다`)
	draw := func(n int) []string {
		words := make([]string, n)
		for i := range words {
			words[i] = usual[r.IntN(len(usual))]
		}
		return words
	}
	const trials = 200
	held := 0
	for range trials {
		words := draw(20 + r.IntN(40))
		f.begin(prose.Doc{Blocks: []prose.Block{prose.Block{Node: prose.Clause, Level: 1, CID: "cfirst00000"}.WithPlainText(strings.Join(words, " "))}})
		n := 3 + r.IntN(10)
		first := r.IntN(len(words) - n)
		said := f.anchor("cfirst00000", strings.Join(words[first:first+n], " "))
		now := make([]string, len(words))
		for i, share := 0, 0.3*r.Float64(); i < len(words); i++ {
			if now[i] = words[i]; r.Float64() < share {
				now[i] = strings.Join(draw(r.IntN(3)), " ")
			}
		}
		edit := prose.Edit{Kind: prose.ReplaceText, CID: "cfirst00000", Base: strings.Join(words, " "), Text: strings.Join(now, " ")}
		if _, err := f.hub.Edit(t.Context(), amina, f.doc, app.NewID(), []prose.Edit{edit}); err != nil {
			t.Fatal(err)
		}
		if state := f.resolve(said).State; state == prose.AnchorExact || state == prose.AnchorChanged {
			held++
		}
	}
	t.Logf("%d of %d anchors held", held, trials)
	if held < trials*95/100 {
		t.Errorf("only %d of %d anchors held", held, trials)
	}
}
