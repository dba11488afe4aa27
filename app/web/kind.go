package web

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"madang/app"
	"madang/app/prose"
	"madang/app/statement"
	statementview "madang/app/web/view/statement"
)

func (s *Server) mountKind(r fiber.Router) {
	r.Get("/statements/:id/clauses/:cid/kind", s.handleKindEdit)
	r.Post("/statements/:id/clauses/:cid/kind", s.handleKindUpdate)
}

// sortOf reads a choice of the form, as "definition.2": what a clause is to be, but for
// its words.
func sortOf(choice string) prose.Block {
	name, digits, _ := strings.Cut(choice, ".")
	level, _ := strconv.Atoi(digits) // a paragraph has none
	if kind, isKind := prose.ParseKind(name); isKind && kind != prose.Operative {
		return prose.Block{Node: prose.Clause, Kind: kind, Level: level}
	}
	return prose.Block{Node: name, Level: level}
}

// choiceOf is the choice that a block is.
func choiceOf(b prose.Block) string {
	if b.Level == 0 {
		return statementview.Sort(b)
	}
	return statementview.Sort(b) + "." + strconv.Itoa(b.Level)
}

func (s *Server) handleKindEdit(c *fiber.Ctx) error {
	return s.kindPage(c, http.StatusOK, statementview.Retyping{Nonce: app.NewID()})
}

// kindPage shows the choice; v may hold one that was refused.
func (s *Server) kindPage(c *fiber.Ctx, status int, v statementview.Retyping) error {
	view, err := s.draftedClause(c)
	if err != nil {
		return err
	}
	if !view.Block.IsTextBlock() {
		return app.NotFound()
	}
	v.Statement = view.Statement
	v.Clause, _ = s.text(textOf(view)).Find(view.Block.CID)
	if v.Kind == "" {
		v.Kind = choiceOf(view.Block)
	}
	return s.render(c, status, statementview.KindPage(s.page(c, view.Statement.Title, view.Membership), v))
}

func (s *Server) handleKindUpdate(c *fiber.Ctx) error {
	id, cid, choice, nonce := app.ID(c.Params("id")), c.Params("cid"), c.FormValue("kind"), nonceOf(c.FormValue("nonce"))
	e := statement.ClauseEdit{ID: idFor(nonce, "kind", cid, choice), CID: cid}
	_, err := s.statements.RetypeClause(c.UserContext(), actorOf(c), id, e, sortOf(choice))
	switch {
	case err == nil:
		return s.seeOther(c, "/statements/"+string(id)+"/clauses/"+cid+"?done=retyped")
	case !canBeMended(err):
		return err
	}
	refusal := refusalOf(err)
	return s.kindPage(c, statusOf(refusal.Kind), statementview.Retyping{Nonce: nonce, Kind: choice, Problem: s.sentence(c, refusal)})
}
