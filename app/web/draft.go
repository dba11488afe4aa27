package web

import (
	"net/http"

	"github.com/gofiber/fiber/v2"

	"madang/app"
	"madang/app/prose"
	"madang/app/thread"
	statementview "madang/app/web/view/statement"
)

// maxBeside is how many threads stand beside the text; a page of more is slow on a phone.
const maxBeside = 100

// handleDraftShow shows the page on which several people write at once. Whoever
// may read may read along.
func (s *Server) handleDraftShow(c *fiber.Ctx) error {
	ctx, actor, id := c.UserContext(), actorOf(c), app.ID(c.Params("id"))
	seq, err := s.head(ctx, id)
	if err != nil {
		return err
	}
	view, err := s.statements.View(ctx, actor, id)
	if err != nil {
		return err
	}
	threads, err := s.threads.List(ctx, actor, id, thread.ListOptions{Sort: thread.SortPlace, State: thread.StateOpen})
	if err != nil {
		return err
	}
	page := s.page(c, view.Statement.Title, view.Membership)
	page.HasEditor = true
	return s.render(c, http.StatusOK, statementview.DraftPage(page, statementview.Draft{
		Statement:   view.Statement,
		Text:        s.text(view),
		Threads:     cards(page, s.text(view), threads[:min(len(threads), maxBeside)]),
		HasMore:     len(threads) > maxBeside,
		Seq:         seq,
		Schema:      prose.Table().Number(),
		Persona:     view.Membership.Persona,
		Name:        view.Membership.Name,
		MayWrite:    view.Membership.May(app.Draft),
		MayComment:  view.Membership.May(app.Comment),
		IsSensitive: view.Membership.Sensitive,
		Strings:     page.JSON("editor."),
	}))
}
