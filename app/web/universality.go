package web

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"madang/app"
	"madang/app/statement"
	statementview "madang/app/web/view/statement"
)

func (s *Server) mountUniversality(r fiber.Router) {
	r.Get("/statements/:id/universality", s.handleUniversality)
	r.Get("/statements/:id/clauses/:cid/universality", s.handleClauseUniversality)
	r.Post("/statements/:id/clauses/:cid/references", s.handleReferenceCreate)
	r.Post("/statements/:id/clauses/:cid/references/removal", s.handleReferenceRemoval)
	r.Post("/statements/:id/clauses/:cid/answers", s.handleFlagAnswerCreate)
	r.Get("/groups/:id/framing", s.handleFramingEdit)
	r.Post("/groups/:id/framing", s.handleFramingUpdate)
}

func (s *Server) handleUniversality(c *fiber.Ctx) error {
	view, err := s.statements.Universality(c.UserContext(), actorOf(c), app.ID(c.Params("id")))
	if err != nil {
		return err
	}
	page := s.titled(c, "universality.title", view.Membership)
	return s.render(c, http.StatusOK, statementview.UniversalityPage(page, view))
}

func (s *Server) handleClauseUniversality(c *fiber.Ctx) error {
	return s.clauseUniversality(c, http.StatusOK, statementview.UniversalClause{Nonce: app.NewID(), Notice: noticeOf(c)})
}

// clauseUniversality shows what one clause rests on and what is asked about it; v may
// hold a form that was refused.
func (s *Server) clauseUniversality(c *fiber.Ctx, status int, v statementview.UniversalClause) error {
	view, err := s.statements.Universality(c.UserContext(), actorOf(c), app.ID(c.Params("id")))
	if err != nil {
		return err
	}
	clause, ok := view.Find(c.Params("cid"))
	if !ok {
		return app.NotFound()
	}
	v.Statement, v.UniversalClause, v.MayDraft = view.Statement, clause, view.Membership.May(app.Draft)
	page := s.titled(c, "universality.title", view.Membership)
	return s.render(c, status, statementview.UniversalClausePage(page, v))
}

// referenceOf reads a choice of the form, as "udhr.19".
func referenceOf(c *fiber.Ctx) statement.Reference {
	instrument, article, _ := strings.Cut(c.FormValue("article"), ".")
	number, _ := strconv.Atoi(article) // none is refused
	return statement.Reference{CID: c.Params("cid"), Instrument: instrument, Article: number}
}

func (s *Server) handleReferenceCreate(c *fiber.Ctx) error {
	err := s.statements.AddReference(c.UserContext(), actorOf(c), app.ID(c.Params("id")), referenceOf(c))
	if err != nil {
		return s.clauseUniversalityAgain(c, statementview.UniversalClause{Nonce: app.NewID()}, err)
	}
	return s.seeOther(c, universalityPath(c)+"?done=added")
}

func (s *Server) handleReferenceRemoval(c *fiber.Ctx) error {
	if err := s.statements.RemoveReference(c.UserContext(), actorOf(c), app.ID(c.Params("id")), referenceOf(c)); err != nil {
		return err
	}
	return s.seeOther(c, universalityPath(c)+"?done=taken")
}

func (s *Server) handleFlagAnswerCreate(c *fiber.Ctx) error {
	nonce, term, reason, symmetric := nonceOf(c.FormValue("nonce")), c.FormValue("term"), typed(c, "reason"), c.FormValue("symmetric")
	err := s.statements.AnswerFlag(c.UserContext(), actorOf(c), app.ID(c.Params("id")), statement.FlagAnswer{
		ID: idFor(nonce, c.Params("cid"), term, reason, symmetric), CID: c.Params("cid"), Term: term, Reason: reason, Symmetric: symmetric == "yes",
	})
	if err != nil {
		v := statementview.UniversalClause{Nonce: nonce, Term: term, Reason: reason, Symmetric: symmetric}
		return s.clauseUniversalityAgain(c, v, err)
	}
	return s.seeOther(c, universalityPath(c)+"?done=answered")
}

func universalityPath(c *fiber.Ctx) string {
	return "/statements/" + c.Params("id") + "/clauses/" + c.Params("cid") + "/universality"
}

func (s *Server) clauseUniversalityAgain(c *fiber.Ctx, v statementview.UniversalClause, cause error) error {
	return s.again(c, cause, func(refusal *app.Error) error {
		v.Problem = s.sentence(c, refusal)
		return s.clauseUniversality(c, statusOf(refusal.Kind), v)
	})
}

func (s *Server) handleFramingEdit(c *fiber.Ctx) error {
	terms, m, err := s.statements.FramingTerms(c.UserContext(), actorOf(c), app.ID(c.Params("id")))
	if err != nil {
		return err
	}
	v := statementview.Framing{Words: map[statement.FramingKind]string{}, Notice: noticeOf(c)}
	for _, t := range terms {
		v.Words[t.Kind] += t.Term + "\n"
	}
	return s.framingForm(c, http.StatusOK, m, v)
}

func (s *Server) framingForm(c *fiber.Ctx, status int, m app.Membership, v statementview.Framing) error {
	group, _, err := s.identity.Group(c.UserContext(), actorOf(c), m.Group)
	if err != nil {
		return err
	}
	v.Group, v.GroupName, v.MayEdit = group.ID, group.Name, m.May(app.Publish)
	return s.render(c, status, statementview.FramingPage(s.titled(c, "universality.terms.title", m), v))
}

func (s *Server) handleFramingUpdate(c *fiber.Ctx) error {
	id := app.ID(c.Params("id"))
	var terms []statement.FramingTerm
	v := statementview.Framing{Words: map[statement.FramingKind]string{}}
	for _, kind := range statement.FramingKinds {
		v.Words[kind] = typed(c, string(kind))
		for line := range strings.Lines(v.Words[kind]) {
			terms = append(terms, statement.FramingTerm{Kind: kind, Term: line})
		}
	}
	cause := s.statements.SetFramingTerms(c.UserContext(), actorOf(c), id, terms)
	if cause == nil {
		return s.seeOther(c, "/groups/"+string(id)+"/framing?done=terms")
	}
	m, err := actorOf(c).MemberWho(app.Publish, id)
	if err != nil || !canBeMended(cause) {
		return cause
	}
	refusal := refusalOf(cause)
	v.Problem = s.sentence(c, refusal)
	return s.framingForm(c, statusOf(refusal.Kind), m, v)
}
