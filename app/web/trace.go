package web

import (
	"net/http"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"madang/app"
	"madang/app/statement"
	"madang/app/trace"
	"madang/app/web/view/layout"
	statementview "madang/app/web/view/statement"
	traceview "madang/app/web/view/trace"
)

func (s *Server) mountTraces(r fiber.Router) {
	r.Get("/statements/:id/clauses/:cid/trace", s.handleTrace)
	r.Get("/statements/:id/versions/:no/trace", s.handleVersionTrace)
	r.Get("/consultations/:id/outcome/new", s.handleOutcomeNew)
	r.Post("/consultations/:id/outcome", s.handleOutcomeCreate)
}

// handleTrace tells a member why a clause says what it says. It may be one that the live
// text hasn't got any more.
func (s *Server) handleTrace(c *fiber.Ctx) error {
	v, err := s.traces.Why(c.UserContext(), actorOf(c), app.ID(c.Params("id")), c.Params("cid"))
	if err != nil {
		return err
	}
	page, place := s.titled(c, "trace.title", v.Membership), "/statements/"+c.Params("id")
	shown := traceview.Why{View: v, Clause: page.T("clause.gone"), Crumbs: []layout.Crumb{{Name: v.Title, Lang: v.Lang, Address: templ.SafeURL(place)}}}
	if view, err := s.statements.Clause(c.UserContext(), actorOf(c), v.Statement, v.CID); err == nil {
		clause, _ := s.text(textOf(view)).Find(v.CID)
		shown.Clause = clause.Name(page)
		shown.Crumbs = append(shown.Crumbs, layout.Crumb{Name: shown.Clause, Address: templ.SafeURL(place + "/clauses/" + v.CID)})
	}
	return s.render(c, http.StatusOK, traceview.WhyPage(page, shown))
}

// hunks are what each change of a comparison comes of, by clause.
func (s *Server) hunks(c *fiber.Ctx, v statement.ComparisonView) (map[string][]trace.Hunk, error) {
	from, to := statement.DraftNo, statement.DraftNo
	if v.From != nil {
		from = v.From.No
	}
	if v.To != nil {
		to = v.To.No
	}
	return s.traces.Hunks(c.UserContext(), actorOf(c), v.Statement.ID, from, to, v.Comparison.Clauses)
}

// handleVersionTrace shows which words of a version came by amendments.
func (s *Server) handleVersionTrace(c *fiber.Ctx) error {
	view, err := s.version(c)
	if err != nil {
		return err
	}
	chains, err := s.traces.Version(c.UserContext(), actorOf(c), view.Statement.ID, view.Version.No)
	if err != nil {
		return err
	}
	page, place := s.titled(c, "trace.version.title", view.Membership), "/statements/"+string(view.Statement.ID)
	shown := traceview.Version{Lang: view.Version.Lang, Statement: view.Statement.ID, Crumbs: []layout.Crumb{
		{Name: view.Version.Title, Lang: view.Version.Lang, Address: templ.SafeURL(place)},
		{Name: page.T("version.numbered", "no", view.Version.No), Address: templ.SafeURL(place + "/versions/" + c.Params("no"))},
	}}
	numbers := view.Doc.Numbers()
	for _, b := range view.Doc.Blocks {
		chain, isTraced := chains[b.CID]
		if !isTraced {
			shown.Others++
			continue
		}
		shown.Clauses = append(shown.Clauses, traceview.TracedClause{Chain: chain, Name: statementview.Name(page, statementview.Sort(b), numbers[b.CID])})
	}
	return s.render(c, http.StatusOK, traceview.VersionPage(page, shown))
}
