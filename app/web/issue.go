package web

import (
	"net/http"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"madang/app"
	"madang/app/disposition"
	answerview "madang/app/web/view/answer"
)

func (s *Server) handleIssue(c *fiber.Ctx) error {
	return s.issue(c, http.StatusOK, answerview.Issue{Nonce: app.NewID()})
}

// issue shows an issue with its answer; v may hold a form that was refused.
func (s *Server) issue(c *fiber.Ctx, status int, v answerview.Issue) error {
	no, err := submissionNo(c)
	if err != nil {
		return err
	}
	ctx, actor := c.UserContext(), actorOf(c)
	if v.IssueView, err = s.answers.Issue(ctx, actor, app.ID(c.Params("id")), no); err != nil {
		return err
	}
	if v.MayAnswer() {
		if v.Open, err = s.tabled(c, v.Statement); err != nil {
			return err
		}
	}
	page := s.page(c, s.speech.In(s.languageOf(c)).T("issue.named", "no", no, "title", v.Issue.Title), v.Membership)
	if v.Problem == "" {
		v.Notice = noticeIn(c, page)
	}
	return s.render(c, status, answerview.IssuePage(page, v))
}

// tabled lists the tabled amendments of a statement, newest first.
func (s *Server) tabled(c *fiber.Ctx, statement app.ID) ([]disposition.Amendment, error) {
	_, list, err := s.statements.Amendments(c.UserContext(), actorOf(c), statement)
	var tabled []disposition.Amendment
	for _, a := range list {
		if a.No > 0 {
			tabled = append(tabled, disposition.Amendment{ID: a.ID, No: a.No, State: string(a.State)})
		}
	}
	return tabled, err
}

func (s *Server) handleAnswerCreate(c *fiber.Ctx) error {
	no, err := submissionNo(c)
	if err != nil {
		return err
	}
	v := answerview.Issue{Form: "answer", Nonce: nonceOf(c.FormValue("nonce")), Code: disposition.Code(c.FormValue("code")), Reason: typed(c, "reason")}
	revision, _ := strconv.Atoi(c.FormValue("revision")) // none is a revision that never was
	cause := s.answers.Write(c.UserContext(), actorOf(c), app.ID(c.Params("id")), disposition.NewAnswer{
		ID: idFor(v.Nonce, string(v.Code), v.Reason), Issue: no, Revision: revision, Code: v.Code, Rationale: v.Reason,
	})
	return s.issueAfter(c, v, cause, "answer-written")
}

func (s *Server) handleVerdictCreate(c *fiber.Ctx) error {
	no, err := submissionNo(c)
	if err != nil {
		return err
	}
	v := answerview.Issue{Form: "verdict", Nonce: app.NewID(), Reason: typed(c, "reason")}
	cause := s.answers.Judge(c.UserContext(), actorOf(c), app.ID(c.Params("id")), no, app.ID(c.FormValue("answer")), disposition.Verdict(c.FormValue("verdict")), v.Reason)
	return s.issueAfter(c, v, cause, "judged")
}

func (s *Server) handleIssueAmendmentCreate(c *fiber.Ctx) error {
	no, err := submissionNo(c)
	if err != nil {
		return err
	}
	isLinked, done := c.FormValue("linked") != "no", "linked"
	if !isLinked {
		done = "unlinked"
	}
	cause := s.answers.Link(c.UserContext(), actorOf(c), app.ID(c.Params("id")), no, app.ID(c.FormValue("amendment")), isLinked)
	return s.issueAfter(c, answerview.Issue{Nonce: app.NewID()}, cause, done)
}

// issueAfter leads back to the issue, or shows it again with a form that was refused.
func (s *Server) issueAfter(c *fiber.Ctx, v answerview.Issue, cause error, done string) error {
	if cause == nil {
		return s.seeOther(c, answerPlace(c, "/issues/"+c.Params("no")+"?done="+done))
	}
	return s.again(c, cause, func(refused *app.Error) error {
		v.Problem, v.Field = s.sentence(c, refused), refused.Field
		if v.Form == "verdict" && v.Field == "reason" {
			v.Field = "remark"
		}
		return s.issue(c, statusOf(refused.Kind), v)
	})
}
