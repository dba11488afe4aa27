package web

import (
	"net/http"

	"github.com/gofiber/fiber/v2"

	"madang/app"
	"madang/app/prose"
	statementview "madang/app/web/view/statement"
)

// handleDraftShow shows the page on which several people write at once. Whoever
// may read may read along.
func (s *Server) handleDraftShow(c *fiber.Ctx) error {
	ctx, actor, id := c.UserContext(), actorOf(c), app.ID(c.Params("id"))
	seq, err := s.head(ctx, id)
	if err != nil {
		return err
	}
	view, amendments, err := s.statements.Amendments(ctx, actor, id)
	if err != nil {
		return err
	}
	languages, err := s.threads.Languages(ctx, id)
	if err != nil {
		return err
	}
	page := s.page(c, view.Statement.Title, view.Membership)
	margin, err := s.margin(c, page, view, amendments, languages)
	if err != nil {
		return err
	}
	s.look(c, view, seq)
	page.HasEditor = true
	return s.render(c, http.StatusOK, statementview.DraftPage(page, statementview.Draft{
		Statement:   view.Statement,
		Text:        s.text(view),
		Margin:      margin,
		Seq:         seq,
		Schema:      prose.Table().Number(),
		Persona:     view.Membership.Persona,
		Name:        view.Membership.Name,
		MayWrite:    view.Membership.May(app.Draft),
		MayComment:  view.Membership.May(app.Comment),
		IsSensitive: view.Membership.Sensitive,
		CopyKey:     s.copyKey(view.Membership),
		Strings:     page.JSON("editor."),
	}))
}
