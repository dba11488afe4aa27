package web

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"madang/app"
	"madang/app/prose"
	"madang/app/statement"
	"madang/app/web/view/layout"
	statementview "madang/app/web/view/statement"
	traceview "madang/app/web/view/trace"
)

// mountTraced is what everybody reads of traces once a report is published.
func (s *Server) mountTraced(r fiber.Router) {
	r.Get("/consultations/:id/clauses/:cid/trace", s.handlePublicTrace)
	r.Get("/consultations/:id/outcome", s.handleOutcome)
	r.Get("/consultations/:id/influence", s.handleInfluence)
}

// handlePublicTrace tells everybody why a clause says what it says. Members are told the
// same here as the public.
func (s *Server) handlePublicTrace(c *fiber.Ctx) error {
	of, v, err := s.traces.PublicWhy(c.UserContext(), app.ID(c.Params("id")), c.Params("cid"))
	if err != nil {
		return err
	}
	_, frozen, err := s.consultations.Text(c.UserContext(), app.Actor{}, of.ID)
	if err != nil {
		return err
	}
	page := s.titled(c, "trace.title", app.Membership{})
	return s.render(c, http.StatusOK, traceview.WhyPage(page, traceview.Why{View: v, Clause: clauseNamed(page, frozen.Doc, v.CID), Crumbs: []layout.Crumb{
		{Name: of.Docket.Title, Lang: of.Docket.Lang, Address: templ.SafeURL("/consultations/" + string(of.ID))},
		{Name: page.T("report.title"), Address: templ.SafeURL("/consultations/" + string(of.ID) + "/report")},
	}}))
}

// clauseNamed is what a page calls a clause of a text; one that isn't in it has no name.
func clauseNamed(p layout.Page, d prose.Doc, cid string) string {
	b, _, isThere := d.Find(cid)
	if !isThere {
		return p.T("trace.clause")
	}
	return statementview.Name(p, statementview.Sort(b), d.Numbers()[cid])
}

func (s *Server) handleOutcome(c *fiber.Ctx) error {
	v, err := s.outcome(c)
	if err != nil {
		return err
	}
	page := s.titled(c, "outcome.title", app.Membership{})
	v.Notice = noticeIn(c, page)
	return s.render(c, http.StatusOK, statementview.OutcomePage(page, v))
}

// outcome is what came of a docket; NotFound while nothing is published.
func (s *Server) outcome(c *fiber.Ctx) (statementview.Outcome, error) {
	ctx := c.UserContext()
	of, err := s.traces.Public(ctx, app.ID(c.Params("id")))
	if err != nil {
		return statementview.Outcome{}, err
	}
	v := statementview.Outcome{Public: of}
	newest, isThere := of.Newest()
	if !isThere {
		return v, app.NotFound()
	}
	v.Outcome = newest
	compared, after, err := s.statements.CompareFrozen(ctx, of.Version, newest.Version)
	if err != nil {
		return v, err
	}
	v.Comparison, v.Text = compared, statementview.Render(after.Doc)
	v.Hunks, err = s.traces.PublicHunks(ctx, of, compared.Comparison.Clauses)
	return v, err
}

func (s *Server) handleOutcomeNew(c *fiber.Ctx) error {
	return s.outcomeForm(c, http.StatusOK, statementview.OutcomeForm{Nonce: app.NewID()})
}

// outcomeForm asks which version came of a docket; v may hold a form that was refused.
func (s *Server) outcomeForm(c *fiber.Ctx, status int, v statementview.OutcomeForm) error {
	of, m, err := s.traces.Proposed(c.UserContext(), actorOf(c), app.ID(c.Params("id")))
	if err != nil {
		return err
	}
	_, _, versions, err := s.statements.Versions(c.UserContext(), actorOf(c), of.Statement)
	if err != nil {
		return err
	}
	v.Public = of
	v.Versions = slices.DeleteFunc(versions, func(version statement.Version) bool {
		return version.No <= of.No || version.Kind != statement.VersionMade
	})
	return s.render(c, status, statementview.OutcomeFormPage(s.titled(c, "outcome.new", m), v))
}

func (s *Server) handleOutcomeCreate(c *fiber.Ctx) error {
	v := statementview.OutcomeForm{Nonce: nonceOf(c.FormValue("nonce")), Chosen: c.FormValue("version")}
	no, _ := strconv.Atoi(v.Chosen) // none is a version that can't be it
	var cause error = app.Invalid("outcome.unconfirmed").On("confirmed")
	if c.FormValue("confirmed") != "" {
		cause = s.traces.PublishOutcome(c.UserContext(), actorOf(c), app.ID(c.Params("id")), idFor(v.Nonce, v.Chosen), no)
	}
	if cause == nil {
		return s.seeOther(c, answerPlace(c, "/outcome?done=outcome"))
	}
	return s.again(c, cause, func(refused *app.Error) error {
		v.Problem, v.Field = s.sentence(c, refused), refused.Field
		return s.outcomeForm(c, statusOf(refused.Kind), v)
	})
}

func (s *Server) handleInfluence(c *fiber.Ctx) error {
	v, err := s.traces.Influence(c.UserContext(), app.ID(c.Params("id")))
	if err != nil {
		return err
	}
	return s.render(c, http.StatusOK, traceview.InfluencePage(s.titled(c, "influence.title", app.Membership{}), v))
}
