package prose_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"madang/app"
	"madang/app/prose"
)

// paragraphs is a text of paragraphs, with ids c0000000000, c0000000001 and so on.
func paragraphs(texts ...string) prose.Doc {
	var d prose.Doc
	for i, text := range texts {
		d.Blocks = append(d.Blocks, prose.Block{Node: prose.Paragraph, CID: cidAt(i)}.WithPlainText(text))
	}
	return d
}

func cidAt(i int) string { return fmt.Sprintf("c%010d", i) }

func reading(d prose.Doc) string {
	var list []string
	for _, b := range d.Blocks {
		list = append(list, b.PlainText())
	}
	return strings.Join(list, " | ")
}

func rewording(name string, d prose.Doc, at int, text string) prose.Amendment {
	b := d.Blocks[at]
	return prose.Amendment{Name: name, Proposals: []prose.Proposal{{Kind: prose.ProposeText, CID: b.CID, Base: b.PlainText(), Text: text}}}
}

func deleting(name string, d prose.Doc, at int) prose.Amendment {
	b := d.Blocks[at]
	return prose.Amendment{Name: name, Proposals: []prose.Proposal{{Kind: prose.ProposeDeletion, CID: b.CID, Base: b.PlainText()}}}
}

func moving(name string, d prose.Doc, at int, after string) prose.Amendment {
	b := d.Blocks[at]
	return prose.Amendment{Name: name, Proposals: []prose.Proposal{{Kind: prose.ProposeMove, CID: b.CID, Base: b.PlainText(), After: after}}}
}

func adding(name, cid, after, text string) prose.Amendment {
	return prose.Amendment{Name: name, Proposals: []prose.Proposal{{Kind: prose.ProposeClause, CID: cid, After: after, Node: prose.Paragraph, Text: text}}}
}

func TestAmendmentsThatDontMeetAreAllMade(t *testing.T) {
	d := paragraphs("국가는 듣는다.", "All people may speak.", "The end.")
	for _, c := range []struct {
		name string
		made []prose.Amendment
		want string
	}{
		{"different words", []prose.Amendment{rewording("a", d, 1, "All human beings may speak."), rewording("b", d, 1, "All people must speak.")},
			"국가는 듣는다. | All human beings must speak. | The end."},
		{"words at one place", []prose.Amendment{rewording("b", d, 1, "All people may speak freely."), rewording("a", d, 1, "All people may speak aloud.")},
			"국가는 듣는다. | All people may speak aloud freely. | The end."},
		{"words put before others that are replaced", []prose.Amendment{rewording("a", d, 0, "모든 국가는 듣는다."), rewording("b", d, 0, "나라는 듣는다.")},
			"모든 나라는 듣는다. | All people may speak. | The end."},
		{"the same twice", []prose.Amendment{rewording("a", d, 2, "An end."), rewording("b", d, 2, "An end.")},
			"국가는 듣는다. | All people may speak. | An end."},
		{"clauses at one place", []prose.Amendment{adding("b", "cbbbbbbbbbb", cidAt(0), "B"), adding("a", "caaaaaaaaaa", cidAt(0), "A")},
			"국가는 듣는다. | A | B | All people may speak. | The end."},
		{"one goes, one comes behind it", []prose.Amendment{deleting("a", d, 1), adding("b", "cbbbbbbbbbb", cidAt(1), "B")},
			"국가는 듣는다. | B | The end."},
		{"one moves and is reworded, and one comes behind it", []prose.Amendment{
			moving("a", d, 1, prose.AtStart), rewording("b", d, 1, "All may speak."), adding("c", "ccccccccccc", cidAt(1), "C"),
		}, "All may speak. | C | 국가는 듣는다. | The end."},
		{"two move", []prose.Amendment{moving("a", d, 0, cidAt(1)), moving("b", d, 1, cidAt(2))},
			"The end. | All people may speak. | 국가는 듣는다."},
	} {
		merged, collisions := prose.MergeAmendments(d, c.made)
		if got := reading(d.Amend(merged)); got != c.want || len(collisions) > 0 {
			t.Errorf("%s: %s, %+v", c.name, got, collisions)
		}
	}
}

func TestACollisionNamesThePlaceAndEveryWording(t *testing.T) {
	d := paragraphs("국가는 듣는다.", "All people may speak 𝄞 here.")
	for _, c := range []struct {
		name string
		made []prose.Amendment
		want []prose.Collision
		text string
	}{
		{"the same word", []prose.Amendment{rewording("a", d, 1, "All people may sing 𝄞 there."), rewording("b", d, 1, "All people may shout 𝄞 here."), rewording("c", d, 1, "All people may sing 𝄞 here.")},
			[]prose.Collision{{Kind: prose.CollidesWords, CID: cidAt(1), From: 15, To: 20, Base: "speak", Wordings: []prose.Wording{
				{Amendments: []string{"a", "c"}, Text: "sing"}, {Amendments: []string{"b"}, Text: "shout"},
			}}}, "국가는 듣는다. | All people may speak 𝄞 there."},
		{"words put among others that are replaced", []prose.Amendment{rewording("a", d, 1, "Everybody may speak 𝄞 here."), rewording("b", d, 1, "All good people may speak 𝄞 here.")},
			[]prose.Collision{{Kind: prose.CollidesWords, CID: cidAt(1), From: 0, To: 10, Base: "All people", Wordings: []prose.Wording{
				{Amendments: []string{"a"}, Text: "Everybody"}, {Amendments: []string{"b"}, Text: "All good people"},
			}}}, reading(d)},
		{"one wants it to go", []prose.Amendment{deleting("a", d, 0), rewording("b", d, 0, "국가는 답한다."), moving("c", d, 0, cidAt(1))},
			[]prose.Collision{{Kind: prose.CollidesDeletion, CID: cidAt(0), To: 8, Base: "국가는 듣는다.", Wordings: []prose.Wording{
				{Amendments: []string{"a"}, IsGone: true}, {Amendments: []string{"b"}, Text: "국가는 답한다."}, {Amendments: []string{"c"}, Text: "국가는 듣는다.", After: cidAt(1)},
			}}}, reading(d)},
		{"two places", []prose.Amendment{moving("a", d, 1, prose.AtStart), adding("b", "cbbbbbbbbbb", cidAt(1), "B"), moving("c", d, 1, "cbbbbbbbbbb")},
			[]prose.Collision{{Kind: prose.CollidesPlace, CID: cidAt(1), To: 29, Base: "All people may speak 𝄞 here.", Wordings: []prose.Wording{
				{Amendments: []string{"a"}, After: prose.AtStart}, {Amendments: []string{"c"}, After: "cbbbbbbbbbb"},
			}}}, reading(d) + " | B"},
		{"a circle", []prose.Amendment{moving("a", d, 0, cidAt(1)), moving("b", d, 1, cidAt(0))},
			[]prose.Collision{
				{Kind: prose.CollidesPlace, CID: cidAt(0), To: 8, Base: "국가는 듣는다.", Wordings: []prose.Wording{{Amendments: []string{"a"}, After: cidAt(1)}}},
				{Kind: prose.CollidesPlace, CID: cidAt(1), To: 29, Base: "All people may speak 𝄞 here.", Wordings: []prose.Wording{{Amendments: []string{"b"}, After: cidAt(0)}}},
			}, reading(d)},
	} {
		merged, collisions := prose.MergeAmendments(d, c.made)
		if !reflect.DeepEqual(collisions, c.want) {
			t.Errorf("%s: %+v", c.name, collisions)
		}
		if got := reading(d.Amend(merged)); got != c.text {
			t.Errorf("%s: the text is %q", c.name, got)
		}
	}
}

func TestASettledCollisionReadsAsItWasSettled(t *testing.T) {
	d := paragraphs("All people may speak now and here.", "The end.")
	made := []prose.Amendment{
		rewording("a", d, 0, "All people may sing now and there."), rewording("b", d, 0, "All people may shout now and here."),
		deleting("c", d, 1), rewording("d", d, 1, "An end."),
	}
	for want, settle := range map[string]func(prose.Collision) prose.Wording{
		"All people may sing now and there.":                  func(c prose.Collision) prose.Wording { return c.Wordings[0] },
		"All people may shout now and there. | An end.":       func(c prose.Collision) prose.Wording { return c.Wordings[1] },
		"All people may say so now and there. | say so":       func(prose.Collision) prose.Wording { return prose.Wording{Text: "say so"} },
		"All people may speak now and there. | The end.":      prose.Collision.Kept,
		"All people may speak now and there. | The end. | E!": nil,
	} {
		amended := made
		if settle == nil {
			settle, amended = prose.Collision.Kept, append(slices.Clone(made), adding("e", "ceeeeeeeeee", cidAt(1), "E!"))
		}
		merged, collisions := prose.SettleAmendments(d, amended, settle)
		if got := reading(d.Amend(merged)); got != want || len(collisions) != 2 {
			t.Errorf("%q instead of %q, %+v", got, want, collisions)
		}
	}
}

func TestAnAmendmentIsRebasedWhereOthersDidntTouchItsWords(t *testing.T) {
	a := prose.Amendment{Name: "a", Proposals: []prose.Proposal{
		{Kind: prose.ProposeText, CID: cidAt(0), Base: "All people may speak.", Text: "All human beings may speak."},
		{Kind: prose.ProposeClause, CID: "caaaaaaaaaa", After: cidAt(1), Node: prose.Paragraph, Text: "More."},
	}}
	for _, c := range []struct {
		name, now, want string
		stale           []prose.CollisionKind
	}{
		{"nothing happened", "All people may speak.|The end.", "All human beings may speak. | The end. | More.", nil},
		{"other words changed", "All people must speak.|An end.", "All human beings must speak. | An end. | More.", nil},
		{"words were put at its place", "All good people may speak.|The end.", "All good human beings may speak. | The end. | More.", nil},
		{"the same was done", "All human beings may speak.|The end.", "All human beings may speak. | The end. | More.", nil},
		{"its words changed", "All persons may speak.|The end.", "", []prose.CollisionKind{prose.CollidesWords}},
		{"a clause went", "All people may speak.", "", []prose.CollisionKind{prose.CollidesGone}},
		{"all went", "", "", []prose.CollisionKind{prose.CollidesGone, prose.CollidesGone}},
	} {
		var now prose.Doc
		if c.now != "" {
			now = paragraphs(strings.Split(c.now, "|")...)
		}
		adapted, stale := a.Rebase(now)
		var kinds []prose.CollisionKind
		for _, s := range stale {
			kinds = append(kinds, s.Kind)
		}
		if !slices.Equal(kinds, c.stale) {
			t.Errorf("%s: %+v", c.name, stale)
		}
		if got := reading(now.Amend(adapted)); len(stale) == 0 && got != c.want {
			t.Errorf("%s: %q", c.name, got)
		}
		if again, stale := adapted.Rebase(now.Amend(adapted)); len(c.stale) == 0 && (len(stale) > 0 || len(again.Proposals) > 0) {
			t.Errorf("%s: what the text says already is proposed: %+v, %+v", c.name, again, stale)
		}
	}
	_, stale := a.Rebase(paragraphs("All persons may speak.", "The end."))
	want := []prose.Wording{{Amendments: []string{""}, Text: "persons"}, {Amendments: []string{"a"}, Text: "human beings"}}
	if len(stale) != 1 || !reflect.DeepEqual(stale[0].Wordings, want) || stale[0].Base != "people" {
		t.Errorf("%+v", stale)
	}
}

func TestAnAmendmentIsMadeInOneEditOrNotAtAll(t *testing.T) {
	d := paragraphs("All people may speak.", "The end.")
	a := rewording("a", d, 0, "All human beings may speak.")
	a.Proposals = append(a.Proposals, deleting("", d, 1).Proposals...)
	edit := []prose.Edit{{Kind: prose.Amend, Amendment: a}}
	made, conflicts, merged, err := prose.Apply(paragraphs("All people must speak.", "The end."), edit)
	if err != nil || len(conflicts) > 0 || !merged || reading(made) != "All human beings must speak." {
		t.Errorf("%q, %+v, %v, %v", reading(made), conflicts, merged, err)
	}
	now := paragraphs("All people must speak.", "The very end.")
	made, conflicts, _, err = prose.Apply(now, edit)
	if want := []prose.Conflict{{Base: "The end.", Theirs: "The very end."}}; err != nil || !reflect.DeepEqual(conflicts, want) || !reflect.DeepEqual(made, now) {
		t.Errorf("%q, %+v, %v", reading(made), conflicts, err)
	}
}

func TestAmendmentsThatCantBe(t *testing.T) {
	d := paragraphs("One.", "Two.")
	one := rewording("a", d, 0, "Uno.").Proposals[0]
	for code, proposals := range map[string][]prose.Proposal{
		"amendment.empty": nil,
		"amendment.twice": {one, deleting("a", d, 0).Proposals[0]},
		"amendment.gone":  {{Kind: prose.ProposeMove, CID: cidAt(0), After: cidAt(7)}},
		"amendment.kind":  {{Kind: "erasure", CID: cidAt(0)}},
		"clause.kind":     {{Kind: prose.ProposeClause, CID: "caaaaaaaaaa", After: prose.AtStart, Node: prose.BulletList, Text: "x"}},
		"clause.kind of":  {{Kind: prose.ProposeClause, CID: "caaaaaaaaaa", After: prose.AtStart, Node: prose.Clause, ClauseKind: "law", Level: 1, Text: "x"}},
		"text.empty":      {{Kind: prose.ProposeClause, CID: "caaaaaaaaaa", After: prose.AtStart, Node: prose.Paragraph, Text: " "}},
		"id.taken":        {{Kind: prose.ProposeClause, CID: cidAt(1), After: prose.AtStart, Node: prose.Paragraph, Text: "x"}},
	} {
		code, _, _ = strings.Cut(code, " ")
		wantCode(t, code, prose.Amendment{Proposals: proposals}.Check(d), code)
	}
	for _, proposals := range [][]prose.Proposal{
		{one, one},
		{moving("", d, 0, cidAt(1)).Proposals[0], moving("", d, 1, cidAt(0)).Proposals[0]},
	} {
		wantCode(t, "twice", prose.Amendment{Proposals: proposals}.Check(d), "amendment.twice")
	}
	wantCode(t, "no change", prose.Amendment{Proposals: []prose.Proposal{{Kind: prose.ProposeText, CID: cidAt(0), Base: "One.", Text: "One."}}}.Check(d), "amendment.empty")
	wantCode(t, "no words", prose.Amendment{Proposals: []prose.Proposal{{Kind: prose.ProposeText, CID: cidAt(0), Base: "One.", Text: " \n"}}}.Check(d), "amendment.wordless")
	if err := (prose.Amendment{Proposals: []prose.Proposal{one, moving("", d, 0, cidAt(1)).Proposals[0]}}).Check(d); err != nil {
		t.Errorf("to reword and move a clause: %v", err)
	}
	var refusal *app.Error
	if err := deleting("a", paragraphs("1", "2", "3"), 2).Check(d); !errors.As(err, &refusal) || refusal.Kind != app.KindGone {
		t.Errorf("a clause that is gone: %v", err)
	}
}

// dice makes texts and amendments of few words, so that they meet often.
type dice struct{ *rand.Rand }

func (r dice) words(n int) []string {
	list := make([]string, n)
	for i := range list {
		list[i] = []string{"국가는", "people", "may", "들어야", "speak", "a", "a", ","}[r.IntN(8)]
	}
	return list
}

func (r dice) text() prose.Doc {
	var texts []string
	for range 1 + r.IntN(5) {
		texts = append(texts, strings.Join(r.words(r.IntN(12)), " "))
	}
	return paragraphs(texts...)
}

// amendment is one that Check lets pass; what it puts in has the amendment's name.
func (r dice) amendment(name string, d prose.Doc) prose.Amendment {
	for {
		a := prose.Amendment{Name: name}
		for i := range 1 + r.IntN(3) {
			a.Proposals = append(a.Proposals, r.proposal(fmt.Sprint(name, i), d))
		}
		if a.Check(d) == nil {
			return a
		}
	}
}

func (r dice) proposal(name string, d prose.Doc) prose.Proposal {
	b := d.Blocks[r.IntN(len(d.Blocks))]
	after := append([]string{prose.AtStart}, cidsOf(d)...)[r.IntN(len(d.Blocks)+1)]
	p := prose.Proposal{CID: b.CID, Base: b.PlainText()}
	switch r.IntN(6) {
	case 0:
		p.Kind = prose.ProposeDeletion
	case 1:
		p.Kind, p.After = prose.ProposeMove, after
	case 2:
		return prose.Proposal{Kind: prose.ProposeClause, CID: prose.CIDOf(name), After: after, Node: prose.Paragraph, Text: "new" + name}
	default:
		p.Kind, p.Text = prose.ProposeText, r.edit(p.Base, name)
	}
	return p
}

func (r dice) edit(text, name string) string {
	list := strings.Split(text, " ")
	for i := range 1 + r.IntN(3) {
		from := r.IntN(len(list) + 1)
		to := min(from+r.IntN(3), len(list))
		fresh := []string{fmt.Sprint("by", name, i)}[:r.IntN(2)]
		list = slices.Concat(list[:from], fresh, list[to:])
	}
	return strings.Join(list, " ")
}

func cidsOf(d prose.Doc) []string {
	var list []string
	for _, b := range d.Blocks {
		list = append(list, b.CID)
	}
	return list
}

func eachDeal(t *testing.T, try func(r dice, d prose.Doc, made []prose.Amendment)) {
	t.Helper()
	for seed := range uint64(500) {
		r := dice{rand.New(rand.NewPCG(seed, 4))}
		d := r.text()
		var made []prose.Amendment
		for i := range 1 + r.IntN(5) {
			made = append(made, r.amendment(string(rune('p'+i)), d))
		}
		if try(r, d, made); t.Failed() {
			t.Fatalf("seed %d: %q\n%+v", seed, reading(d), made)
		}
	}
}

func TestOneAmendmentAloneMakesExactlyWhatItProposes(t *testing.T) {
	eachDeal(t, func(_ dice, d prose.Doc, made []prose.Amendment) {
		merged, collisions := prose.MergeAmendments(d, made[:1])
		want := d.Amend(made[0])
		if len(collisions) > 0 || !reflect.DeepEqual(d.Amend(merged), want) {
			t.Errorf("%q instead of %q, %+v", reading(d.Amend(merged)), reading(want), collisions)
		}
		for _, p := range made[0].Proposals {
			b, _, exists := want.Find(p.CID)
			if isGone := p.Kind == prose.ProposeDeletion; exists == isGone || p.Text != "" && b.PlainText() != p.Text {
				t.Errorf("%+v became %q", p, b.PlainText())
			}
		}
	})
}

func TestTheOrderInWhichAmendmentsAreGivenDoesntMatter(t *testing.T) {
	eachDeal(t, func(r dice, d prose.Doc, made []prose.Amendment) {
		merged, collisions := prose.MergeAmendments(d, made)
		r.Shuffle(len(made), func(i, j int) { made[i], made[j] = made[j], made[i] })
		again, others := prose.MergeAmendments(d, made)
		if !reflect.DeepEqual(merged, again) || !reflect.DeepEqual(collisions, others) {
			t.Errorf("%+v, %+v\n%+v, %+v", merged, collisions, again, others)
		}
	})
}

func TestNothingThatWasProposedIsLost(t *testing.T) {
	eachDeal(t, func(_ dice, d prose.Doc, made []prose.Amendment) {
		merged, collisions := prose.MergeAmendments(d, made)
		now := d.Amend(merged)
		if err := prose.Check(now); err != nil {
			t.Error(err)
		}
		told := reading(now)
		for _, c := range collisions {
			b, _, exists := d.Find(c.CID)
			units := utf16.Encode([]rune(b.PlainText()))
			if !exists || string(utf16.Decode(units[c.From:c.To])) != c.Base || len(c.Wordings) < 2 && c.Kind != prose.CollidesPlace {
				t.Errorf("%+v", c)
			}
			for _, w := range c.Wordings {
				told += " | " + w.Text
			}
		}
		for _, a := range made {
			for _, p := range a.Proposals {
				for _, word := range strings.Fields(p.Text) {
					if isNew := strings.HasPrefix(word, "by") || strings.HasPrefix(word, "new"); isNew && !strings.Contains(told, word) {
						t.Errorf("%q is neither in the text nor in a collision: %s", word, told)
					}
				}
			}
		}
		survivors := 0
		for _, b := range d.Blocks {
			if _, _, exists := now.Find(b.CID); exists {
				survivors++
			} else if !slices.ContainsFunc(merged.Proposals, func(p prose.Proposal) bool { return p.CID == b.CID && p.Kind == prose.ProposeDeletion }) {
				t.Errorf("%s is gone and nobody deleted it", b.CID)
			}
		}
	})
}

func TestARebasedAmendmentMakesWhatMergingItWithTheOtherWould(t *testing.T) {
	eachDeal(t, func(_ dice, d prose.Doc, made []prose.Amendment) {
		if len(made) < 2 {
			return
		}
		merged, collisions := prose.MergeAmendments(d, made[:2])
		if len(collisions) > 0 {
			return
		}
		now := d.Amend(made[0])
		adapted, stale := made[1].Rebase(now)
		if len(stale) > 0 {
			return // a place that is gone, which merging still knows
		}
		words := func(d prose.Doc) (list []string) {
			for _, b := range d.Blocks {
				list = append(list, b.CID+b.PlainText())
			}
			slices.Sort(list)
			return list
		}
		if got, want := words(now.Amend(adapted)), words(d.Amend(merged)); !slices.Equal(got, want) {
			t.Errorf("%q instead of %q", got, want)
		}
	})
}

func BenchmarkMergeAmendments(b *testing.B) {
	r := dice{rand.New(rand.NewPCG(1, 4))}
	var texts []string
	for range 300 {
		texts = append(texts, strings.Join(r.words(240), " "))
	}
	d := paragraphs(texts...)
	var made []prose.Amendment
	for i := range 50 {
		a := prose.Amendment{Name: fmt.Sprintf("%02d", i)}
		for clause := i; clause < 300; clause += 17 {
			base := d.Blocks[clause].PlainText()
			a.Proposals = append(a.Proposals, prose.Proposal{Kind: prose.ProposeText, CID: cidAt(clause), Base: base, Text: r.edit(base, a.Name)})
		}
		made = append(made, a)
	}
	b.SetBytes(int64(len(reading(d))))
	for b.Loop() {
		merged, _ := prose.MergeAmendments(d, made)
		d.Amend(merged)
	}
}
