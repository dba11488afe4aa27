package realtime

import (
	"strings"
	"testing"

	"madang/app"
	"madang/app/prose"
	"madang/realtime/yjs"
)

// y-prosemirror parts a text where a footnote or a line break comes in: its end is deleted
// and typed again behind. So two people at once would write it twice. Of the second to
// come the words are taken away again, and they are told to look where their footnote is.
func TestTwoPeopleWhoPutFootnotesIntoOneClauseAtOnceFindItsWordsOnce(t *testing.T) {
	h := newHands(t)
	for name, c := range map[string]struct {
		amina, bo deed
		want      string
	}{
		"to the right":        {deed{Deed: "footnote", At: 8}, deed{Deed: "footnote", At: 22}, "everyone^[As said elsewhere] has the right to life, liberty and security^[As said elsewhere]"},
		"to the left":         {deed{Deed: "footnote", At: 22}, deed{Deed: "footnote", At: 8}, "everyone has the right^[As said elsewhere] to life, liberty and security^[As said elsewhere]"},
		"both at one place":   {deed{Deed: "footnote", At: 8}, deed{Deed: "footnote", At: 8}, "everyone^[As said elsewhere] has the right to life, liberty and security^[As said elsewhere]"},
		"beside a line break": {deed{Deed: "footnote", At: 8}, deed{Deed: "break", At: 22}, "everyone^[As said elsewhere] has the right to life, liberty and security\n"},
		"two line breaks":     {deed{Deed: "break", At: 8}, deed{Deed: "break", At: 22}, "everyone\n has the right to life, liberty and security\n"},
	} {
		t.Run(name, func(t *testing.T) {
			f := newForum(t)
			f.write(right)
			amina, bo := f.ordered()
			h.atEditor(amina)
			h.atEditor(bo)
			fromAmina, fromBo := h.does(amina, c.amina), h.does(bo, c.bo)
			amina.send(syncFrame(syncUpdate, fromAmina))
			amina.awaitSaved()
			bo.send(syncFrame(syncUpdate, fromBo))
			bo.awaitSaved()
			if got := f.text(); got != c.want {
				t.Errorf("the page reads %q", got)
			}
			amina.awaitText(f.text())
			bo.awaitText(f.text())
			bo.await("the notice", func() bool { return len(bo.notices) == 1 })
			text, err := f.hub.Read(t.Context(), f.doc)
			if err := prose.Check(text.Doc); err != nil {
				t.Error(err)
			}
			if err != nil {
				t.Fatal(err)
			}
		})
	}
}

const noted = "Everyone^[See 각주 [1].] may speak^[And be heard]."

func TestWhatAFootnoteSaysHasAuthorsAndIsCommentedOnLikeAllOtherWords(t *testing.T) {
	f := newForum(t)
	f.begin(prose.Doc{Blocks: []prose.Block{prose.Block{Node: prose.Clause, Level: 1, CID: "cfirst00000"}.WithPlainText(noted)}})
	anchors := map[string]prose.Anchor{}
	for _, words := range []string{"각주", "may", "be heard", "Everyone^[See 각주 [1].] may"} {
		anchors[words] = f.anchor("cfirst00000", words)
	}
	bo, _ := f.cast.get("bo")
	change := func(base, text string) {
		t.Helper()
		edit := prose.Edit{Kind: prose.ReplaceText, CID: "cfirst00000", Base: base, Text: text}
		if _, err := f.hub.Edit(t.Context(), bo, f.doc, app.NewID(), []prose.Edit{edit}); err != nil {
			t.Fatal(err)
		}
	}
	changed := "Everyone^[See the 각주 [1].] may always speak^[And truly be heard]."
	change(noted, changed)
	for words, a := range anchors {
		got := f.resolve(a)
		isWhole := !strings.Contains(words, "[")
		if isWhole && (got.State != prose.AnchorExact || got.Now != words) || !isWhole && got.Now != "Everyone^[See the 각주 [1].] may" {
			t.Errorf("%q is %+v", words, got)
		}
	}
	text, authors, err := f.hub.Authors(t.Context(), f.doc)
	if err != nil || text.Doc.Blocks[0].PlainText() != changed {
		t.Fatalf("%+v, %v", text, err)
	}
	var whole strings.Builder
	byBo := ""
	for _, part := range authors[0] {
		whole.WriteString(part.Text)
		if part.Author == persona("bo....") {
			byBo += part.Text
		}
	}
	if whole.String() != changed || byBo != "the always truly " && byBo != " the always truly" {
		t.Errorf("%q, of which Bo's %q", whole.String(), byBo)
	}
	stored, _ := f.log.Load(t.Context(), f.doc)
	elements := 0
	doc, err := replay(stored, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, child := range doc.XMLFragment(rootName).Children()[0].(*yjs.XMLElement).Children() {
		if nameOf(child) == footnote {
			elements++
		}
	}
	if stored.Schema != 3 || elements != 2 {
		t.Errorf("schema %d, %d footnotes", stored.Schema, elements)
	}
	change(changed, "Everyone may always speak^[And truly be heard].")
	if got := f.resolve(anchors["각주"]); got.State == prose.AnchorExact {
		t.Errorf("a word of a footnote that is gone is %+v", got)
	}
}
