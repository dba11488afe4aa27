package web

import (
	"net/http"

	"github.com/gofiber/fiber/v2"

	"madang/app"
	"madang/app/statement"
	statementview "madang/app/web/view/statement"
)

func (s *Server) mountArrangement(r fiber.Router) {
	r.Get("/statements/:id/clauses/:cid/place", s.handlePlaceEdit)
	r.Post("/statements/:id/clauses/:cid/place", s.handlePlaceUpdate)
	r.Post("/statements/:id/clauses/:cid/halves", s.handleHalvesCreate)
	r.Post("/statements/:id/clauses/:cid/union", s.handleUnionCreate)
}

func (s *Server) handlePlaceEdit(c *fiber.Ctx) error {
	return s.placePage(c, http.StatusOK, statementview.Placing{Nonce: app.NewID()})
}

// placePage shows the ways to move, split and merge a clause; v may hold a form that
// was refused.
func (s *Server) placePage(c *fiber.Ctx, status int, v statementview.Placing) error {
	view, err := s.draftedClause(c)
	if err != nil {
		return err
	}
	v.Statement, v.Text, v.Base = view.Statement, s.text(textOf(view)), view.Block.PlainText()
	v.Clause, _ = v.Text.Find(view.Block.CID)
	v.Previous, _ = v.Text.Find(view.Previous)
	v.Next, _ = v.Text.Find(view.Next)
	if v.Words == "" {
		v.Words = v.Base
	}
	v.MaySplit = view.Block.IsTextBlock()
	if before, _, ok := view.Text.Doc.Find(view.Previous); ok {
		v.MayMerge = v.MaySplit && before.IsTextBlock()
		v.PreviousWords = before.PlainText()
	}
	return s.render(c, status, statementview.PlacePage(s.page(c, view.Statement.Title, view.Membership), v))
}

// arranged is the edit that a form of the page asks for.
func arranged(c *fiber.Ctx, what ...string) statement.ClauseEdit {
	cid, base, text := c.Params("cid"), typed(c, "base"), typed(c, "text")
	return statement.ClauseEdit{
		ID: idFor(nonceOf(c.FormValue("nonce")), append(what, cid, base, text)...), CID: cid, Base: base, Text: text,
	}
}

func (s *Server) handlePlaceUpdate(c *fiber.Ctx) error {
	after := c.FormValue("after")
	_, err := s.statements.MoveClause(c.UserContext(), actorOf(c), app.ID(c.Params("id")), arranged(c, "move", after), after)
	if err != nil {
		return s.placeAgain(c, "", err)
	}
	return s.seeOther(c, "/statements/"+c.Params("id")+"/clauses/"+c.Params("cid")+"?done=moved")
}

func (s *Server) handleHalvesCreate(c *fiber.Ctx) error {
	e := arranged(c, "split")
	second, edited, err := s.statements.SplitClause(c.UserContext(), actorOf(c), app.ID(c.Params("id")), e)
	if err == nil && len(edited.Conflicts) > 0 {
		err = app.Conflict("clause.changed")
	}
	if err != nil {
		return s.placeAgain(c, e.Text, err)
	}
	return s.seeOther(c, "/statements/"+c.Params("id")+"/clauses/"+second+"?done=split")
}

func (s *Server) handleUnionCreate(c *fiber.Ctx) error {
	into, edited, err := s.statements.MergeClause(c.UserContext(), actorOf(c), app.ID(c.Params("id")), arranged(c, "merge"))
	if err == nil && len(edited.Conflicts) > 0 {
		err = app.Conflict("clause.changed")
	}
	if err != nil {
		return s.placeAgain(c, "", err)
	}
	return s.seeOther(c, "/statements/"+c.Params("id")+"/clauses/"+into+"?done=united")
}

func (s *Server) placeAgain(c *fiber.Ctx, words string, cause error) error {
	if !canBeMended(cause) && app.KindOf(cause) != app.KindGone {
		return cause
	}
	refusal := refusalOf(cause)
	v := statementview.Placing{Nonce: app.NewID(), Words: words, Problem: s.sentence(c, refusal)}
	if s.placePage(c, statusOf(refusal.Kind), v) != nil {
		return cause
	}
	return nil
}
