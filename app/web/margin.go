package web

import (
	"net/url"
	"slices"

	"github.com/gofiber/fiber/v2"

	"madang/app"
	"madang/app/prose"
	"madang/app/statement"
	"madang/app/thread"
	"madang/app/web/view/layout"
	statementview "madang/app/web/view/statement"
	threadview "madang/app/web/view/thread"
)

// maxBeside is how many threads and amendments stand beside the text; a page of more is
// slow on a phone.
const maxBeside = 100

// margin is what stands beside a text, as the address chooses; languages are those of its group.
func (s *Server) margin(c *fiber.Ctx, p layout.Page, view statement.View, amendments []statement.Amendment, languages []string) (statementview.Margin, error) {
	ctx, actor, id := c.UserContext(), actorOf(c), view.Statement.ID
	speakers, err := s.statements.Speakers(ctx, actor, id)
	if err != nil {
		return statementview.Margin{}, err
	}
	wish := marginWish(threadview.Watch{Choice: c.Query("threads"), Voice: app.ID(c.Query("group")), Read: s.readIn(c, languages)}, speakers)
	wish.Shown, wish.Languages = app.ID(c.Query("amendment")), languages
	threads, err := s.threads.List(ctx, actor, id, threadsOf(wish))
	return s.marginOf(p, view, wish, wish.Threads(threads, speakers), wish.Amendments(amendments, speakers)), err
}

// marginWish is what was asked for, as far as there is such a choice.
func marginWish(asked threadview.Watch, speakers statement.Legend) statementview.MarginWish {
	wish := statementview.MarginWish{Choice: statementview.MarginChoices[0], Query: url.Values{}, Voices: speakers.Voices, Read: asked.Read}
	if i := slices.Index(statementview.MarginChoices, statementview.MarginChoice(asked.Choice)); i > 0 {
		wish.Choice = statementview.MarginChoices[i]
		wish.Query.Set("threads", asked.Choice)
	}
	if len(wish.Voices) > 1 && slices.ContainsFunc(wish.Voices, func(v statement.Voice) bool { return v.ID == asked.Voice }) {
		wish.Voice = asked.Voice
		wish.Query.Set("group", string(asked.Voice))
	}
	return wish
}

// threadsOf are the threads that a margin lists.
func threadsOf(w statementview.MarginWish) thread.ListOptions {
	o := thread.ListOptions{Sort: thread.SortPlace, State: thread.State(w.Choice), Read: w.Read}
	if w.Choice == statementview.MarginMine {
		o.State, o.Mine = thread.StateAll, true
	}
	return o
}

// marginOf puts threads and the amendments that a reader wishes to see beside a text.
func (p *press) marginOf(page layout.Page, view statement.View, wish statementview.MarginWish, threads []thread.Thread, amendments []statement.Amendment) statementview.Margin {
	text := p.text(view)
	var beside []statementview.AmendmentCard
	for _, a := range amendments {
		if wish.Choice.Has(a, view.Membership.Persona) {
			beside = append(beside, statementview.NewAmendmentCard(page, view, text, wish, a))
		}
	}
	return statementview.NewMargin(view.Statement.ID, text, wish, cards(page, view.Membership, text, threads, wish.Read), beside, maxBeside)
}

// shownChangeJSON is a change that an amendment would make to a clause of the text as it is Now;
// places in it are in UTF-16 units. A new clause comes behind Clause, and has Text.
type shownChangeJSON struct {
	Kind   prose.ProposalKind `json:"kind"`
	Clause string             `json:"clause"`
	Now    string             `json:"now"`
	Edits  []editJSON         `json:"edits"`
	Deed   string             `json:"deed"`
	Text   string             `json:"text"`
}

type editJSON struct {
	From int    `json:"from"`
	To   int    `json:"to"`
	Text string `json:"text"`
}

// handleAmendmentChanges says what an open amendment would change now, for the editor to
// show it in the text; nothing, if it can't be made.
func (s *Server) handleAmendmentChanges(c *fiber.Ctx) error {
	v, err := s.statements.Amendment(c.UserContext(), actorOf(c), app.ID(c.Params("id")))
	if err != nil {
		return err
	}
	page := s.page(c, "", v.Membership)
	view := statement.View{Statement: v.Of, Membership: v.Membership, Text: statement.Text{Doc: v.Text}}
	card := statementview.NewAmendmentCard(page, view, statementview.Rendered{}, statementview.MarginWish{}, v.Amendment)
	changes := []shownChangeJSON{}
	if card.MayShow() && !v.IsFurther() {
		for i, change := range card.Changes {
			changes = append(changes, shownChangeOf(change, card.Deeds[i]))
		}
	}
	return c.JSON(struct {
		Changes []shownChangeJSON `json:"changes"`
	}{changes})
}

func shownChangeOf(p prose.Proposal, deed string) shownChangeJSON {
	shown := shownChangeJSON{Kind: p.Kind, Clause: p.CID, Now: p.Base, Edits: []editJSON{}, Deed: deed}
	switch p.Kind {
	case prose.ProposeClause:
		shown.Clause, shown.Now, shown.Text = p.After, "", p.Text
	case prose.ProposeText, prose.ProposeDeletion: // whose Text is empty
		for _, edit := range statementview.EditsOf(p.Base, p.Text) {
			shown.Edits = append(shown.Edits, editJSON(edit))
		}
	}
	return shown
}
