package web

import (
	"net/http"

	"github.com/gofiber/fiber/v2"

	"madang/app"
	statementview "madang/app/web/view/statement"
)

func (s *Server) mountHolds(r fiber.Router) {
	r.Get("/statements/:id/holds", s.handleHolds)
	r.Get("/statements/:id/holds/:hold", s.handleHoldShow)
	r.Post("/statements/:id/holds/:hold/release", s.handleReleaseCreate)
	r.Post("/statements/:id/holds/:hold/dismissal", s.handleDismissalCreate)
}

func (s *Server) handleHolds(c *fiber.Ctx) error {
	found, m, holds, err := s.statements.Holds(c.UserContext(), actorOf(c), app.ID(c.Params("id")))
	if err != nil {
		return err
	}
	page := s.titled(c, "hold.list.title", m)
	return s.render(c, http.StatusOK, statementview.HoldsPage(page, statementview.Holds{Statement: found, Holds: holds}))
}

func (s *Server) handleHoldShow(c *fiber.Ctx) error {
	return s.holdPage(c, http.StatusOK, statementview.Held{Notice: noticeOf(c)})
}

// holdPage shows a held change; v may hold a form that was refused.
func (s *Server) holdPage(c *fiber.Ctx, status int, v statementview.Held) error {
	view, err := s.statements.Hold(c.UserContext(), actorOf(c), app.ID(c.Params("id")), app.ID(c.Params("hold")))
	if err != nil {
		return err
	}
	v.HoldView = view
	return s.render(c, status, statementview.HoldPage(s.titled(c, "hold.title", view.Membership), v))
}

func (s *Server) handleReleaseCreate(c *fiber.Ctx) error {
	id, hold := app.ID(c.Params("id")), app.ID(c.Params("hold"))
	if err := s.statements.ReleaseHold(c.UserContext(), actorOf(c), id, hold, c.FormValue("code")); err != nil {
		return s.holdAgain(c, statementview.Held{}, err)
	}
	return s.holdDecided(c, "released")
}

func (s *Server) handleDismissalCreate(c *fiber.Ctx) error {
	id, hold, reason := app.ID(c.Params("id")), app.ID(c.Params("hold")), typed(c, "reason")
	if err := s.statements.DeclineHold(c.UserContext(), actorOf(c), id, hold, reason); err != nil {
		return s.holdAgain(c, statementview.Held{Reason: reason}, err)
	}
	return s.holdDecided(c, "declined")
}

func (s *Server) holdDecided(c *fiber.Ctx, done string) error {
	return s.seeOther(c, "/statements/"+c.Params("id")+"/holds/"+c.Params("hold")+"?done="+done)
}

// holdAgain shows the page once more, with what was typed and why it was refused.
func (s *Server) holdAgain(c *fiber.Ctx, v statementview.Held, cause error) error {
	if !canBeMended(cause) {
		return cause
	}
	refusal := refusalOf(cause)
	v.Problem, v.Field = s.sentence(c, refusal), refusal.Field
	if err := s.holdPage(c, statusOf(refusal.Kind), v); err != nil {
		return cause
	}
	return nil
}
