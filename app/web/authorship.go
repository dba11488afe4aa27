package web

import (
	"net/http"

	"github.com/gofiber/fiber/v2"

	"madang/app"
	statementview "madang/app/web/view/statement"
)

func (s *Server) mountAuthorship(r fiber.Router) {
	r.Get("/statements/:id/authorship", s.handleAuthorship)
	r.Get("/statements/:id/clauses/:cid/history", s.handleClauseHistory)
}

func (s *Server) handleAuthorship(c *fiber.Ctx) error {
	view, err := s.statements.Authorship(c.UserContext(), actorOf(c), app.ID(c.Params("id")))
	if err != nil {
		return err
	}
	page := s.titled(c, "authorship.title", view.Membership)
	return s.render(c, http.StatusOK, statementview.AuthorshipPage(page, statementview.NewAuthorship(page, view)))
}

func (s *Server) handleClauseHistory(c *fiber.Ctx) error {
	view, err := s.statements.ClauseHistory(c.UserContext(), actorOf(c), app.ID(c.Params("id")), c.Params("cid"))
	if err != nil {
		return err
	}
	clause, _ := s.text(textOf(view.ClauseView)).Find(view.Block.CID)
	page := s.titled(c, "history.title", view.Membership)
	return s.render(c, http.StatusOK, statementview.HistoryPage(page, statementview.History{ClauseHistory: view, Clause: clause}))
}
