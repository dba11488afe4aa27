package web

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"madang/app"
	"madang/app/thread"
	threadview "madang/app/web/view/thread"
)

// mountModeration are the pages on which members report comments, and those on which
// moderators decide. What waits for them, comments and submissions, stands in one queue.
func (s *Server) mountModeration(r fiber.Router) {
	r.Get("/groups/:id/moderation", s.handleQueue)
	r.Get("/comments/:id/reports/new", s.handleReportForm)
	r.Post("/comments/:id/reports", s.handleReportSend)
	r.Get("/comments/:id/case", s.handleCaseShow)
	r.Post("/comments/:id/case/verdicts", s.handleCaseVerdict)
	r.Post("/comments/:id/case/recusals", s.handleCaseRecusal)
	r.Post("/comments/:id/case/appeals", s.handleCaseAppeal)
}

// handleQueue lists what waits for the moderators of a group: reported comments, and
// submissions to its dockets, longest waiting first.
func (s *Server) handleQueue(c *fiber.Ctx) error {
	ctx, actor, id := c.UserContext(), actorOf(c), app.ID(c.Params("id"))
	group, _, err := s.identity.Group(ctx, actor, id)
	if err != nil {
		return err
	}
	m, err := actor.MemberWho(app.Screen, id)
	if err != nil {
		return err
	}
	cases, err := s.threads.Cases(ctx, actor, id)
	if err != nil {
		return err
	}
	waiting, err := s.consultations.Waiting(ctx, actor, id)
	if err != nil {
		return err
	}
	v := threadview.Queue{Group: id, GroupName: group.Name, MayInvite: m.May(app.Govern)}
	hasSecond, err := s.consultations.HasSecondChair(ctx, actor, id)
	if err != nil {
		return err
	}
	v.LacksChair = !hasSecond
	for _, r := range cases {
		v.Entries = append(v.Entries, threadview.QueueEntry{Since: r.Case.WaitingSince(), Reported: &r})
	}
	for _, w := range waiting {
		v.Entries = append(v.Entries, threadview.QueueEntry{Since: w.Submission.ReceivedAt, Submission: &threadview.QueueSubmission{
			Address: "/consultations/" + string(w.Docket.ID) + "/inbox/" + strconv.Itoa(w.Submission.No), Name: w.Tracking(), Title: w.Docket.Title,
			Lang: w.Docket.Lang, IsAppealed: !w.Submission.AppealedAt.IsZero(), IsUnheard: w.IsUnheard, IsSecond: w.Submission.Wanted != "", IsNamed: w.Submission.Contested > 0, HasFiles: w.Submission.WaitingFiles() > 0,
		}})
	}
	slices.SortStableFunc(v.Entries, func(a, b threadview.QueueEntry) int { return cmp.Compare(a.Since.UnixMilli(), b.Since.UnixMilli()) })
	return s.render(c, http.StatusOK, threadview.QueuePage(s.titled(c, "queue.title", m), v))
}

func (s *Server) handleReportForm(c *fiber.Ctx) error {
	return s.reportComment(c, http.StatusOK, threadview.Report{Nonce: app.NewID()})
}

// reportComment asks why; v may hold a form that was refused.
func (s *Server) reportComment(c *fiber.Ctx, status int, v threadview.Report) error {
	comment, of, err := s.threads.Comment(c.UserContext(), actorOf(c), app.ID(c.Params("id")))
	if err != nil {
		return err
	}
	m, _ := actorOf(c).In(of.Group) // who may read the comment is in its group
	if comment.Deleted || comment.TakenDown != "" || comment.Author.Persona == m.Persona {
		return app.NotFound()
	}
	v.Comment, v.HTML = comment, s.bodies.HTML(comment.Body)
	return s.render(c, status, threadview.ReportPage(s.titled(c, "report.comment", m), v))
}

func (s *Server) handleReportSend(c *fiber.Ctx) error {
	v := threadview.Report{Nonce: nonceOf(c.FormValue("nonce")), Why: thread.ReportReason(c.FormValue("why")), Sentence: typed(c, "reason")}
	id := app.ID(c.Params("id"))
	cause := s.threads.Report(c.UserContext(), actorOf(c), id, thread.NewReport{
		ID: idFor(v.Nonce, "report", string(v.Why), v.Sentence), Why: v.Why, Sentence: v.Sentence,
	})
	if cause == nil {
		comment, _, err := s.threads.Comment(c.UserContext(), actorOf(c), id)
		if err != nil {
			return err
		}
		return s.seeOther(c, "/threads/"+string(comment.Thread)+"?done=reported")
	}
	return s.again(c, cause, func(refused *app.Error) error {
		v.Problem, v.Field = s.sentence(c, refused), refused.Field
		return s.reportComment(c, statusOf(refused.Kind), v)
	})
}

func (s *Server) handleCaseShow(c *fiber.Ctx) error {
	return s.caseOf(c, http.StatusOK, threadview.Case{})
}

// caseOf shows the case of a comment to moderators and to its author; v may hold a form
// that was refused.
func (s *Server) caseOf(c *fiber.Ctx, status int, v threadview.Case) error {
	found, err := s.threads.ShowCase(c.UserContext(), actorOf(c), app.ID(c.Params("id")))
	if err != nil {
		return err
	}
	v.CaseView, v.Nonce = found, app.NewID()
	if found.Words != "" {
		v.HTML = s.bodies.HTML(found.Words)
	}
	if found.Cannot != nil {
		v.Barred = s.sentence(c, refusalOf(found.Cannot))
	}
	page := s.titled(c, "case.title", found.Membership)
	if v.Problem == "" {
		v.Notice = noticeIn(c, page)
	}
	return s.render(c, status, threadview.CasePage(page, v))
}

// handleCase does something about a comment and shows its case again, with what was typed if
// it was refused.
func (s *Server) handleCase(c *fiber.Ctx, cause error) error {
	if cause == nil {
		return s.seeOther(c, "/comments/"+c.Params("id")+"/case?done=decided")
	}
	return s.again(c, cause, func(refused *app.Error) error {
		return s.caseOf(c, statusOf(refused.Kind), threadview.Case{
			To: thread.CaseState(c.FormValue("to")), Why: thread.ReportReason(c.FormValue("why")), Sentence: typed(c, "reason"), Problem: s.sentence(c, refused),
		})
	})
}

func (s *Server) handleCaseVerdict(c *fiber.Ctx) error {
	steps, _ := strconv.Atoi(c.FormValue("steps")) // none is a number that never was
	wish := thread.NewVerdict{
		To: thread.CaseState(c.FormValue("to")), Why: thread.ReportReason(c.FormValue("why")), Sentence: typed(c, "reason"),
		IsSensitive: c.FormValue("sensitive") != "", Steps: steps,
	}
	wish.ID = idFor(nonceOf(c.FormValue("nonce")), string(wish.To), string(wish.Why), wish.Sentence)
	return s.handleCase(c, s.threads.Decide(c.UserContext(), actorOf(c), app.ID(c.Params("id")), wish))
}

func (s *Server) handleCaseRecusal(c *fiber.Ctx) error {
	id := idFor(nonceOf(c.FormValue("nonce")), "recusal")
	return s.handleCase(c, s.threads.Recuse(c.UserContext(), actorOf(c), app.ID(c.Params("id")), id))
}

func (s *Server) handleCaseAppeal(c *fiber.Ctx) error {
	reason := typed(c, "reason")
	id := idFor(nonceOf(c.FormValue("nonce")), "appeal", reason)
	return s.handleCase(c, s.threads.Appeal(c.UserContext(), actorOf(c), app.ID(c.Params("id")), id, reason))
}
