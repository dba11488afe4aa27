package web

import (
	"net/http"
	"slices"

	"github.com/gofiber/fiber/v2"

	"madang/app"
	"madang/app/prose"
	"madang/app/statement"
	statementview "madang/app/web/view/statement"
)

// handleFurtherNew asks how an amendment itself should be changed.
func (s *Server) handleFurtherNew(c *fiber.Ctx) error {
	whole, err := s.furtherTo(c)
	if err != nil {
		return err
	}
	form := statementview.AmendForm{
		Statement: whole.Of, Whole: &whole.Amendment, Nonce: app.NewID(), Kind: c.Query("kind"), Clause: c.Query("clause"),
	}
	places := whole.Amendable()
	i := slices.IndexFunc(places, func(p prose.Proposal) bool { return p.CID == form.Clause && string(p.Kind) == form.Kind })
	place := places[max(i, 0)]
	form.Clause, form.Kind, form.Base = place.CID, string(place.Kind), place.Base
	if form.Kind == string(prose.ProposeText) {
		form.Words = form.Base
	}
	if like := c.Query("like"); like != "" {
		if err := s.proposeLike(c, app.ID(like), &form); err != nil {
			return err
		}
	}
	return s.amendForm(c, http.StatusOK, form)
}

// furtherTo is the amendment that a form is about, if it can be amended by the reader.
func (s *Server) furtherTo(c *fiber.Ctx) (statement.AmendmentView, error) {
	whole, err := s.statements.Amendment(c.UserContext(), actorOf(c), app.ID(c.Params("id")))
	if err != nil {
		return whole, err
	}
	if err := whole.Membership.Must(app.Propose); err != nil {
		return whole, err
	}
	return whole, whole.TakesFurther()
}

func (s *Server) handleFurtherCreate(c *fiber.Ctx) error {
	form, to := bindAmend(c), app.ID(c.Params("id"))
	wish := amendmentOf(form)
	made, cause := s.statements.ProposeFurther(c.UserContext(), actorOf(c), to, wish)
	if cause == nil {
		return s.seeOther(c, "/amendments/"+string(made.ID))
	}
	whole, err := s.statements.Amendment(c.UserContext(), actorOf(c), to)
	if err != nil || whole.TakesFurther() != nil {
		return cause // whose page gives the words back
	}
	form.Statement, form.Whole = whole.Of, &whole.Amendment
	return s.amendFormAgain(c, form, cause)
}
