package web

import (
	"net/http"

	"github.com/gofiber/fiber/v2"

	"madang/app"
	statementview "madang/app/web/view/statement"
)

func (s *Server) mountRefused(r fiber.Router) {
	r.Get("/statements/:id/refused", s.handleRefused)
}

// handleRefused shows what the live text didn't take.
func (s *Server) handleRefused(c *fiber.Ctx) error {
	found, err := s.statements.Refused(c.UserContext(), actorOf(c), app.ID(c.Params("id")))
	if err != nil {
		return err
	}
	return s.render(c, http.StatusOK, statementview.RefusedPage(s.titled(c, "refused.title", found.Membership), found))
}
