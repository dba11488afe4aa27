package thread_test

import (
	"context"
	"strings"
	"testing"

	"madang/app"
	"madang/app/prose"
	"madang/app/thread"
)

// paper is a text that knows of words only what they were.
type paper struct {
	doc prose.Doc
	// followed is how many anchors were asked for at last.
	followed int
}

func (p *paper) Anchor(_ context.Context, _ app.ID, choose func(prose.Doc) (prose.Anchor, error)) (prose.Anchor, error) {
	return choose(p.doc)
}

func (p *paper) Follow(_ context.Context, _ app.ID, anchors []prose.Anchor) (prose.Doc, []prose.Live, error) {
	p.followed = len(anchors)
	return p.doc, make([]prose.Live, len(anchors)), nil
}

const heard = "Every survivor has the right to be heard before any decision is made, and the right to rest."

// write makes the statement's two clauses read so; an empty one is not there.
func (r room) write(first, second string) {
	r.text.doc = prose.Doc{}
	for cid, words := range map[string]string{"cfirst00000": first, "csecond0000": second} {
		if words != "" {
			b := prose.Block{Node: prose.Clause, Level: 1, CID: cid}
			r.text.doc.Blocks = append(r.text.doc.Blocks, b.WithPlainText(words))
		}
	}
}

func (r room) about(who app.Actor, p thread.Pick) (thread.Thread, error) {
	opened, _, err := r.Open(r.t.Context(), who, thread.NewThread{
		ID: app.NewID(), Comment: app.NewID(), Statement: r.statement, Pick: p, Body: "Which ones?",
	})
	return opened, err
}

func (r room) show(id app.ID) thread.Thread {
	r.t.Helper()
	t, _, err := r.Show(r.t.Context(), r.Eun, id)
	if err != nil {
		r.t.Fatal(err)
	}
	return t
}

func TestAThreadStaysWithItsWords(t *testing.T) {
	eachRoom(t, func(t *testing.T, r room) {
		r.write(heard, "Families are entitled to know.")
		said, err := r.about(r.Minho, thread.Pick{Clause: "cfirst00000", Quote: "  before any\n decision "})
		if err != nil || said.On == nil || said.On.Anchor.Quote != "before any decision" || said.On.Now.State != prose.AnchorExact {
			t.Fatalf("%+v, %v", said.On, err)
		}
		r.write("Here: "+heard, "Families are entitled to know.")
		if found := r.show(said.ID); found.On.Now.State != prose.AnchorExact || found.Clause != "cfirst00000" {
			t.Errorf("written before it: %+v", found.On.Now)
		}
		r.write("", "Families are entitled to know. "+heard)
		if found := r.show(said.ID); found.On.Now.State != prose.AnchorMoved || found.Clause != "csecond0000" {
			t.Errorf("moved: %+v", found.On.Now)
		}
		counts, err := r.Counts(t.Context(), r.Eun, r.statement)
		if err != nil || counts["csecond0000"] != (thread.Count{Threads: 1, Comments: 1, Unread: 1}) || len(counts) != 1 {
			t.Errorf("counted where its words are: %+v, %v", counts, err)
		}
		r.write("Every survivor has the right to be heard before some decision is made, and the right to rest.", "x")
		if found := r.show(said.ID); found.On.Now.State != prose.AnchorChanged || found.On.Now.Now != "before some decision" {
			t.Errorf("reworded: %+v", found.On.Now)
		}
	})
}

func TestAThreadGoesWithItsWordsIntoTheClauseThatWasSplitOffThoughAnotherSaysTheSame(t *testing.T) {
	eachRoom(t, func(t *testing.T, r room) {
		r.write(heard, heard)
		said, err := r.about(r.Minho, thread.Pick{Clause: "cfirst00000", Quote: "before any decision"})
		if err != nil || said.On.Anchor.IsAlone {
			t.Fatalf("%+v, %v", said.On, err)
		}
		at := strings.Index(heard, "before")
		r.write(heard[:at], heard)
		if found := r.show(said.ID); found.On.Now.State != prose.AnchorOrphaned {
			t.Errorf("it was taken for words that were never split off: %+v", found.On.Now)
		}
		b := prose.Block{Node: prose.Clause, Level: 1, CID: "cthird00000"}
		r.text.doc.Blocks = append(r.text.doc.Blocks, b.WithPlainText(heard[at:]))
		if found := r.show(said.ID); found.On.Now.State != prose.AnchorMoved || found.Clause != "cthird00000" {
			t.Errorf("%+v", found.On.Now)
		}
	})
}

func TestAThreadWhoseWordsAreGoneIsListedOnItsClauseAndAttachedAnew(t *testing.T) {
	eachRoom(t, func(t *testing.T, r room) {
		r.write(heard, "Families are entitled to know.")
		said, err := r.about(r.Minho, thread.Pick{Quote: "the right to rest"})
		if err != nil || said.Clause != "cfirst00000" {
			t.Fatalf("%+v, %v", said, err)
		}
		r.write("Peace.", "Families are entitled to know where they rest.")
		for _, o := range []thread.ListOptions{{}, {Clause: "cfirst00000"}, {Sort: thread.SortPlace}} {
			list, err := r.List(t.Context(), r.Eun, r.statement, o)
			if err != nil || len(list) != 1 || !list[0].IsLost() || list[0].On.Anchor.Quote != "the right to rest" {
				t.Errorf("%+v: %+v, %v", o, list, err)
			}
		}
		_, err = r.Attach(t.Context(), r.Eun, said.ID, thread.Pick{Clause: "csecond0000", Quote: "where they sleep"})
		wantCode(t, err, "quote.gone")
		_, err = r.Attach(t.Context(), r.Dani, said.ID, thread.Pick{Clause: "csecond0000", Quote: "where they rest"})
		wantCode(t, err, "role.settle")
		again, err := r.Attach(t.Context(), r.Minho, said.ID, thread.Pick{Clause: "csecond0000", Quote: "where they rest"})
		if err != nil || again.On.Now.State != prose.AnchorExact || again.Clause != "csecond0000" || again.On.First != "the right to rest" {
			t.Errorf("%+v, %v", again.On, err)
		}
		whole, err := r.Attach(t.Context(), r.Minho, said.ID, thread.Pick{Clause: "cfirst00000"})
		if err != nil || whole.On != nil || whole.Clause != "cfirst00000" {
			t.Errorf("%+v, %v", whole, err)
		}
		happened, err := r.Since(t.Context(), r.Eun, r.statement, 1)
		if err != nil || len(happened) != 2 || happened[0].Kind != thread.Attached {
			t.Errorf("%+v, %v", happened, err)
		}
	})
}

func TestOfSomeThreadsNoOthersAreRead(t *testing.T) {
	eachRoom(t, func(t *testing.T, r room) {
		r.write(heard, "Families are entitled to know.")
		r.open(r.Minho, "", "On the whole.")
		var asked []app.ID
		for _, quote := range []string{"before any decision", "the right to rest", "entitled to know"} {
			made, err := r.about(r.Minho, thread.Pick{Quote: quote})
			if err != nil {
				t.Fatal(err)
			}
			asked = append(asked, made.ID)
		}
		for _, o := range []thread.ListOptions{{Among: asked[1:]}, {Among: asked[1:], Sort: thread.SortPlace}, {Among: asked[1:], State: thread.StateOpen, Read: "en"}} {
			list, err := r.List(t.Context(), r.Eun, r.statement, o)
			if err != nil || len(list) != 2 || list[0].On == nil || list[1].On == nil {
				t.Errorf("%+v: %+v, %v", o, list, err)
			}
			if r.text.followed != 2 {
				t.Errorf("%+v: the words of %d threads are looked for in the text", o, r.text.followed)
			}
		}
		for _, o := range []thread.ListOptions{{Among: []app.ID{}}, {Among: asked[:1], State: thread.StateResolved}, {Among: asked[:1], Clause: "csecond0000"}} {
			if list, err := r.List(t.Context(), r.Eun, r.statement, o); err != nil || len(list) != 0 {
				t.Errorf("%+v: %+v, %v", o, list, err)
			}
		}
	})
}

func TestWordsThatAreNotThereOrStandTwiceAreRefused(t *testing.T) {
	eachRoom(t, func(t *testing.T, r room) {
		r.write(heard, "Families are entitled to know.")
		_, err := r.about(r.Minho, thread.Pick{Clause: "csecond0000", Quote: "the right to rest"})
		wantCode(t, err, "quote.gone")
		_, err = r.about(r.Minho, thread.Pick{Clause: "cfirst00000", Quote: "the right"})
		wantCode(t, err, "quote.several")
		at := 74
		said, err := r.about(r.Minho, thread.Pick{Clause: "cfirst00000", Quote: "the right", Start: &at})
		if err != nil || said.On.Now.Start != 74 {
			t.Errorf("%+v, %v", said.On, err)
		}
		list, err := r.List(t.Context(), r.Eun, r.statement, thread.ListOptions{})
		if err != nil || len(list) != 1 {
			t.Errorf("what was refused was kept: %+v, %v", list, err)
		}
	})
}

// The answer was lost, and the words are gone by the time the form is sent again.
func TestAThreadOnWordsSentAgainIsOpenedOnce(t *testing.T) {
	eachRoom(t, func(t *testing.T, r room) {
		r.write(heard, "")
		wish := thread.NewThread{
			ID: app.NewID(), Comment: app.NewID(), Statement: r.statement, Body: "Once.",
			Pick: thread.Pick{Clause: "cfirst00000", Quote: "the right to rest"},
		}
		if _, _, err := r.Open(t.Context(), r.Minho, wish); err != nil {
			t.Fatal(err)
		}
		r.write("Peace.", "")
		if again, _, err := r.Open(t.Context(), r.Minho, wish); err != nil || again.ID != wish.ID {
			t.Errorf("%+v, %v", again, err)
		}
	})
}
