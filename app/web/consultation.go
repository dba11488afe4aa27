package web

import (
	"net/http"
	"strconv"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"madang/app"
	"madang/app/consultation"
	"madang/app/notice"
	consultationview "madang/app/web/view/consultation"
	"madang/app/web/view/layout"
	noticeview "madang/app/web/view/notice"
	statementview "madang/app/web/view/statement"
)

// mountPublic is what anybody may read and send, without an account, a cookie or a
// script. It stands before the rule that forms come from our own pages: nothing here is
// done in the name of a session, and a form whose token an old browser lost must not be
// refused.
func (s *Server) mountPublic(r fiber.Router) {
	r.Get("/consultations", s.handleConsultationIndex)
	r.Get("/consultations.ics", s.handleCalendar)
	r.Get("/consultations.atom", s.handleDocketFeed)
	r.Get("/consultations/:id", s.handleConsultationShow)
	r.Get("/consultations/:id/text", s.handleConsultationText)
	r.Get("/consultations/:id/versions.atom", s.handleVersionFeed)
	r.Get("/consultations/:id/submissions", s.handlePostedIndex)
	r.Get("/consultations/:id/submissions/new", s.handleSubmissionNew)
	r.Post("/consultations/:id/submissions/new", s.handleSubmissionStep)
	r.Post("/consultations/:id/submissions", s.handleSubmissionCreate)
	r.Get("/consultations/:id/submissions/:no", s.handlePostedShow)
	r.Get("/consultations/:id/submissions/:no/contests/new", s.handleContestNew)
	r.Post("/consultations/:id/submissions/:no/contests", s.handleContestCreate)
	r.Get("/consultations/:id/submissions/:no/files/:file", s.handlePostedFile)
	r.Get("/consultations/:id/documents/:no", s.handleDocumentShow)
	r.Get("/consultations/:id/campaigns", s.handleCampaignIndex)
	r.Get("/consultations/:id/campaigns/:no", s.handleCampaignShow)
	r.Get("/receipt", s.handleReceiptLookup)
	r.Post("/receipt", s.handleReceiptShow)
	r.Post("/receipt/files", s.handleReceiptFiles)
	r.Post("/receipt/steps", s.handleReceiptStep)
	s.mountAnswered(r)
	s.mountTraced(r)
	s.mountPublicAPI(r)
}

func (s *Server) handleConsultationIndex(c *fiber.Ctx) error {
	list, err := s.consultations.Public(c.UserContext())
	if err != nil {
		return err
	}
	page := s.titled(c, "consultations.title", app.Membership{})
	return s.render(c, http.StatusOK, consultationview.IndexPage(page, consultationview.Index{Dockets: list, Now: s.consultations.Now()}))
}

// docketPage is the page of a docket. Its title is public once it is announced.
func docketPage(v consultation.DocketView) app.Membership {
	if v.State == consultation.StateDraft {
		return v.Membership
	}
	return app.Membership{}
}

func (s *Server) handleConsultationShow(c *fiber.Ctx) error {
	v, err := s.consultations.Docket(c.UserContext(), actorOf(c), app.ID(c.Params("id")))
	if err != nil {
		return err
	}
	answers, err := s.wayToAnswers(c, v)
	if err != nil {
		return err
	}
	documents, err := s.consultations.Documents(c.UserContext(), v)
	if err != nil {
		return err
	}
	var phase app.Phase
	if v.MayGovern() {
		of, _, err := s.statements.Find(c.UserContext(), actorOf(c), v.Statement)
		if err != nil {
			return err
		}
		phase = of.State
	}
	page := s.page(c, v.Title, docketPage(v))
	follow, err := s.followDocket(c, page, v)
	if err != nil {
		return err
	}
	return s.render(c, http.StatusOK, consultationview.ShowPage(page, consultationview.Show{
		DocketView: v, Follow: follow, Documents: documents, Phase: phase, Answers: answers, NoticeHTML: s.bodies.HTML(v.DocketText.Notice), NotesHTML: s.bodies.HTML(v.Notes), Notice: noticeIn(c, page),
		IsRush: v.State == consultation.StateOpen && !s.flood.Burst(v.ID).Since.IsZero(),
	}))
}

// followDocket is the button by which members hear of a docket's report; nil for others.
func (s *Server) followDocket(c *fiber.Ctx, page layout.Page, v consultation.DocketView) (templ.Component, error) {
	if v.Membership.Persona == "" || v.State == consultation.StateDraft {
		return nil, nil
	}
	follow, err := s.follow(c, notice.Target{Statement: v.Statement, Kind: notice.Docket, Part: string(v.ID)})
	if app.KindOf(err) == app.KindNotFound {
		return nil, nil // whose statement may not be read any more
	}
	return noticeview.Button(page, follow), err
}

// frozenText is a docket with its text ready for pages.
func (s *Server) frozenText(c *fiber.Ctx) (consultation.DocketView, statementview.Rendered, consultation.FrozenText, error) {
	v, text, err := s.consultations.Text(c.UserContext(), actorOf(c), app.ID(c.Params("id")))
	if err != nil {
		return v, statementview.Rendered{}, text, err
	}
	return v, statementview.Render(text.Doc), text, nil
}

func (s *Server) handleConsultationText(c *fiber.Ctx) error {
	v, text, frozen, err := s.frozenText(c)
	if err != nil {
		return err
	}
	page := s.page(c, v.Version.Title, app.Membership{})
	return s.render(c, http.StatusOK, consultationview.TextPage(page, consultationview.Text{DocketView: v, Text: text, Gaps: frozen.Gaps}))
}

// numberIn is a number in the query; 0 for what is none.
func numberIn(c *fiber.Ctx, name string) int {
	n, err := strconv.Atoi(c.Query(name))
	if err != nil || n < 0 {
		return 0
	}
	return n
}

// submissionNo is the number in an address, in the one way to write it.
func submissionNo(c *fiber.Ctx) (int, error) {
	no, err := strconv.Atoi(c.Params("no"))
	if err != nil || no < 1 || strconv.Itoa(no) != c.Params("no") {
		return 0, app.NotFound()
	}
	return no, nil
}

func (s *Server) handlePostedIndex(c *fiber.Ctx) error {
	_, text, _, err := s.frozenText(c)
	if err != nil {
		return err
	}
	v, list, err := s.consultations.Posted(c.UserContext(), actorOf(c), app.ID(c.Params("id")), numberIn(c, "after"))
	if err != nil {
		return err
	}
	page := s.titled(c, "submissions.title", app.Membership{})
	return s.render(c, http.StatusOK, consultationview.PostedPage(page, consultationview.Posted{DocketView: v, Text: text, Submissions: list, Next: nextAfter(list)}))
}

// nextAfter is where the next page of submissions begins; 0 on the last.
func nextAfter(list []consultation.Submission) int {
	if len(list) < consultation.MaxPage {
		return 0
	}
	return list[len(list)-1].No
}

func (s *Server) handlePostedShow(c *fiber.Ctx) error {
	no, err := submissionNo(c)
	if err != nil {
		return err
	}
	_, text, _, err := s.frozenText(c)
	if err != nil {
		return err
	}
	v, found, err := s.consultations.PostedOne(c.UserContext(), actorOf(c), app.ID(c.Params("id")), no)
	if err != nil {
		return err
	}
	page := s.page(c, consultation.Tracking(v.Docket, no), app.Membership{})
	return s.render(c, http.StatusOK, consultationview.PostedOnePage(page, consultationview.PostedOne{DocketView: v, Text: text, Submission: found}))
}
