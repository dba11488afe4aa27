package web

import (
	"net/http"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"madang/app"
	"madang/app/consultation"
	"madang/app/disposition"
	answerview "madang/app/web/view/answer"
	consultationview "madang/app/web/view/consultation"
)

// handleReport shows the report to everybody; before it is published there is none.
func (s *Server) handleReport(c *fiber.Ctx) error {
	id := app.ID(c.Params("id"))
	isOut, err := s.answers.IsReported(c.UserContext(), id)
	if err != nil {
		return err
	}
	if !isOut {
		return app.NotFound()
	}
	desk, err := s.answers.Desk(c.UserContext(), actorOf(c), id)
	if err != nil {
		return err
	}
	hasOutcome, err := s.traces.HasOutcome(c.UserContext(), desk.Statement, desk.ID)
	if err != nil {
		return err
	}
	page := s.titled(c, "report.title", app.Membership{})
	return s.render(c, http.StatusOK, answerview.ReportPage(page, answerview.Report{
		Desk: desk, SummaryHTML: s.bodies.HTML(desk.Report.Summary), Notice: noticeIn(c, page),
		HasOutcome: hasOutcome, MayOutcome: desk.Membership.May(app.Govern) && desk.Membership.May(app.Publish),
	}))
}

func (s *Server) handleReportNew(c *fiber.Ctx) error {
	return s.reportForm(c, http.StatusOK, answerview.ReportForm{Nonce: app.NewID()})
}

// reportForm shows what is missing, or asks for the last word; v may hold a form that was
// refused.
func (s *Server) reportForm(c *fiber.Ctx, status int, v answerview.ReportForm) error {
	ctx, actor := c.UserContext(), actorOf(c)
	desk, err := s.answers.Desk(ctx, actor, app.ID(c.Params("id")))
	if err != nil {
		return err
	}
	if _, err := actor.MemberWho(app.Govern, desk.Group); err != nil {
		return err
	}
	if desk.Report.IsPublished() {
		return app.Conflict("report.published")
	}
	v.Desk = desk
	if v.Missing, err = s.answers.Missing(ctx, desk); err != nil {
		return err
	}
	return s.render(c, status, answerview.ReportFormPage(s.titled(c, "report.new", desk.Membership), v))
}

func (s *Server) handleReportCreate(c *fiber.Ctx) error {
	v := answerview.ReportForm{Nonce: nonceOf(c.FormValue("nonce")), Body: typed(c, "body")}
	isCounted, cause := false, error(app.Invalid("report.unconfirmed").On("confirmed"))
	if c.FormValue("confirmed") != "" {
		isCounted, cause = s.answers.Publish(c.UserContext(), actorOf(c), app.ID(c.Params("id")), idFor(v.Nonce, v.Body), v.Body)
	}
	if cause == nil {
		done := "report"
		if !isCounted {
			done = "report-uncounted"
		}
		return s.seeOther(c, answerPlace(c, "/report?done="+done))
	}
	return s.again(c, cause, func(refused *app.Error) error {
		v.Problem, v.Field = s.sentence(c, refused), refused.Field
		return s.reportForm(c, statusOf(refused.Kind), v)
	})
}

// wayToAnswers is what a docket's page says about them.
func (s *Server) wayToAnswers(c *fiber.Ctx, v consultation.DocketView) (templ.Component, error) {
	isReported, err := s.answers.IsReported(c.UserContext(), v.ID)
	if err != nil {
		return nil, err
	}
	hasOutcome, err := s.traces.HasOutcome(c.UserContext(), v.Version.Statement, v.ID)
	page := s.titled(c, "answer.title", app.Membership{})
	return answerview.Way(page, v.ID, isReported, hasOutcome, v.State != consultation.StateDraft && v.Membership.May(app.Answer)), err
}

// fate is what a receipt's page says of the answers; code is that of the receipt.
func (s *Server) fate(c *fiber.Ctx, code string) (templ.Component, error) {
	f, err := s.answers.FateOf(c.UserContext(), code)
	if err != nil {
		return nil, err
	}
	var nos []int
	for _, i := range f.Issues {
		nos = append(nos, i.No)
	}
	became, err := s.traces.Became(c.UserContext(), f.ID, nos...)
	if err != nil {
		return nil, err
	}
	return answerview.FateSection(s.titled(c, "receipt.title", app.Membership{}), answerview.Fate{Fate: f, Code: code, Became: became}), nil
}

func (s *Server) handleReplyCreate(c *fiber.Ctx) error {
	ctx, code := c.UserContext(), c.FormValue("code")
	found, err := s.consultations.Follow(ctx, code)
	if err != nil {
		return s.lookupAgain(c, err)
	}
	if err := s.answers.Reply(ctx, code, app.ID(c.FormValue("issue")), disposition.Reply(c.FormValue("reply"))); err != nil {
		return err
	}
	say := s.speech.In(s.languageOf(c))
	return s.receipt(c, http.StatusOK, consultationview.Followed{Followed: found, Notice: say.T("fate.done")})
}
