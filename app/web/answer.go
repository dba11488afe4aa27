package web

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"madang/app"
	"madang/app/disposition"
	answerview "madang/app/web/view/answer"
)

// mountAnswers are the pages of those who read what the public said and answer it.
func (s *Server) mountAnswers(r fiber.Router) {
	r.Get("/consultations/:id/answers", s.handleAnswerDesk)
	r.Get("/consultations/:id/answers/submissions", s.handleShelf)
	r.Get("/consultations/:id/answers/submissions/:no", s.handleSubmissionReading)
	r.Post("/consultations/:id/answers/submissions/:no/excerpts", s.handleExcerptCreate)
	r.Post("/consultations/:id/answers/readers", s.handleReaderCreate)
	r.Post("/consultations/:id/answers/readings", s.handleSubmissionReadingCreate)
	r.Post("/consultations/:id/answers/groupings", s.handleGroupingCreate)
	r.Post("/consultations/:id/answers/deletions", s.handleExcerptDeletionCreate)
	r.Post("/consultations/:id/issues", s.handleIssueCreate)
	r.Post("/consultations/:id/issues/:no/answers", s.handleAnswerCreate)
	r.Post("/consultations/:id/issues/:no/verdicts", s.handleVerdictCreate)
	r.Post("/consultations/:id/issues/:no/amendments", s.handleIssueAmendmentCreate)
	r.Get("/consultations/:id/report/new", s.handleReportNew)
	r.Post("/consultations/:id/report", s.handleReportCreate)
}

// mountAnswered is what everybody reads once the report is published, and those who answer
// before. It stands among what is public.
func (s *Server) mountAnswered(r fiber.Router) {
	r.Get("/consultations/:id/issues/:no", s.handleIssue)
	r.Get("/consultations/:id/matrix", s.handleMatrix)
	r.Get("/consultations/:id/matrix.csv", s.handleMatrixCSV)
	r.Get("/consultations/:id/matrix.json", s.handleMatrixJSON)
	r.Get("/consultations/:id/matrix.docx", s.handleMatrixWord)
	r.Get("/consultations/:id/report", s.handleReport)
	r.Post("/receipt/replies", s.handleReplyCreate)
}

// answerPlace is an address of a docket's answers.
func answerPlace(c *fiber.Ctx, rest string) string { return "/consultations/" + c.Params("id") + rest }

func (s *Server) handleAnswerDesk(c *fiber.Ctx) error {
	return s.desk(c, http.StatusOK, answerview.Desk{Nonce: app.NewID(), Kind: disposition.Technical})
}

// desk shows how far answering has come; v may hold a form that was refused.
func (s *Server) desk(c *fiber.Ctx, status int, v answerview.Desk) error {
	ctx, actor := c.UserContext(), actorOf(c)
	desk, err := s.answers.Desk(ctx, actor, app.ID(c.Params("id")))
	if err != nil {
		return err
	}
	if _, err := actor.MemberWho(app.Study, desk.Group); err != nil {
		return err
	}
	if v.Desk, err = s.answers.Progress(ctx, desk); err != nil {
		return err
	}
	page := s.titled(c, "answer.title", desk.Membership)
	if v.Problem == "" {
		v.Notice = noticeIn(c, page)
	}
	return s.render(c, status, answerview.DeskPage(page, v))
}

func (s *Server) handleIssueCreate(c *fiber.Ctx) error {
	v := answerview.Desk{
		Nonce: nonceOf(c.FormValue("nonce")), Title: c.FormValue("title"), Clause: c.FormValue("clause"), Kind: disposition.Kind(c.FormValue("kind")),
	}
	id := idFor(v.Nonce, v.Title, v.Clause, string(v.Kind))
	cause := s.answers.OpenIssue(c.UserContext(), actorOf(c), app.ID(c.Params("id")), id, v.Clause, v.Title, v.Kind)
	if cause == nil {
		return s.seeOther(c, answerPlace(c, "/answers?done=issue-opened"))
	}
	return s.again(c, cause, func(refused *app.Error) error {
		v.Problem, v.Field = s.sentence(c, refused), refused.Field
		return s.desk(c, statusOf(refused.Kind), v)
	})
}

func (s *Server) handleShelf(c *fiber.Ctx) error {
	return s.shelf(c, http.StatusOK, answerview.Shelf{})
}

// shelf lists what was posted for those who read it; v may hold a form that was refused.
func (s *Server) shelf(c *fiber.Ctx, status int, v answerview.Shelf) error {
	choice := disposition.Choice{IsMine: c.Query("mine") != "", IsUnread: c.Query("unread") != "", After: numberIn(c, "after")}
	if from := numberIn(c, "from"); from > 0 {
		choice.After = from - 1
	}
	found, err := s.answers.Shelf(c.UserContext(), actorOf(c), app.ID(c.Params("id")), choice)
	if err != nil {
		return err
	}
	v.Shelf, v.Choice = found, choice
	page := s.titled(c, "reading.title", found.Membership)
	if v.Problem == "" {
		v.Notice = noticeIn(c, page)
	}
	return s.render(c, status, answerview.ShelfPage(page, v))
}

func (s *Server) handleReaderCreate(c *fiber.Ctx) error {
	v := answerview.Shelf{From: c.FormValue("from"), To: c.FormValue("to"), Reader: app.ID(c.FormValue("reader"))}
	from, _ := strconv.Atoi(strings.TrimSpace(v.From)) // none is from the first
	to, err := strconv.Atoi(strings.TrimSpace(v.To))
	if err != nil && strings.TrimSpace(v.To) != "" {
		to = -1 // nothing is in such a range, which is refused
	}
	_, cause := s.answers.Assign(c.UserContext(), actorOf(c), app.ID(c.Params("id")), from, to, v.Reader, c.FormValue("fresh") != "")
	if cause == nil {
		return s.seeOther(c, answerPlace(c, "/answers/submissions?done=assigned"))
	}
	return s.shelfAgain(c, v, cause)
}

func (s *Server) shelfAgain(c *fiber.Ctx, v answerview.Shelf, cause error) error {
	return s.again(c, cause, func(refused *app.Error) error {
		v.Problem, v.Field = s.sentence(c, refused), refused.Field
		return s.shelf(c, statusOf(refused.Kind), v)
	})
}

func (s *Server) handleSubmissionReadingCreate(c *fiber.Ctx) error {
	var nos []int
	picked := "no"
	if c.FormValue("whole") != "" {
		picked = "listed" // all of the page
	}
	for _, sent := range c.Request().PostArgs().PeekMulti(picked) {
		if no, err := strconv.Atoi(string(sent)); err == nil {
			nos = append(nos, no)
		}
	}
	if cause := s.answers.MarkRead(c.UserContext(), actorOf(c), app.ID(c.Params("id")), nos...); cause != nil {
		return s.shelfAgain(c, answerview.Shelf{}, cause)
	}
	if next, err := strconv.Atoi(c.FormValue("next")); err == nil {
		return s.seeOther(c, answerPlace(c, "/answers/submissions/"+strconv.Itoa(next)+"?done=reading-done"))
	}
	return s.seeOther(c, answerPlace(c, "/answers/submissions?unread=on&done=reading-done"))
}

func (s *Server) handleSubmissionReading(c *fiber.Ctx) error {
	return s.reading(c, http.StatusOK, answerview.Reading{Nonce: app.NewID()})
}

// reading shows one submission to its reader; v may hold a form that was refused.
func (s *Server) reading(c *fiber.Ctx, status int, v answerview.Reading) error {
	no, err := submissionNo(c)
	if err != nil {
		return err
	}
	if v.Page, err = s.answers.Read(c.UserContext(), actorOf(c), app.ID(c.Params("id")), no); err != nil {
		return err
	}
	page := s.titled(c, "reading.title", v.Membership)
	if v.Problem == "" {
		v.Notice = noticeIn(c, page)
	}
	return s.render(c, status, answerview.ReadingPage(page, v))
}

// bindPieces reads what was ticked, as "comment:0-12". Of two fields it is none.
func bindPieces(picked []string) (disposition.Field, []disposition.Span) {
	var field disposition.Field
	var spans []disposition.Span
	for _, piece := range picked {
		name, places, _ := strings.Cut(piece, ":")
		from, to, _ := strings.Cut(places, "-")
		start, err := strconv.Atoi(from)
		end, endErr := strconv.Atoi(to)
		if err != nil || endErr != nil || start < 0 || field != "" && string(field) != name {
			return "", spans
		}
		field, spans = disposition.Field(name), append(spans, disposition.Span{Start: start, End: end})
	}
	if field == "" {
		field = disposition.FieldComment // nothing was ticked, which is refused
	}
	return field, spans
}

func (s *Server) handleExcerptCreate(c *fiber.Ctx) error {
	no, err := submissionNo(c)
	if err != nil {
		return err
	}
	v := answerview.Reading{
		Nonce: nonceOf(c.FormValue("nonce")), Clause: c.FormValue("clause"), Title: c.FormValue("title"), Issue: app.ID(c.FormValue("issue")), Kind: disposition.Kind(c.FormValue("kind")),
	}
	for _, piece := range c.Request().PostArgs().PeekMulti("piece") {
		v.Picked = append(v.Picked, string(piece))
	}
	revision, _ := strconv.Atoi(c.FormValue("revision")) // none is a revision that never was
	field, pieces := bindPieces(v.Picked)
	cause := s.answers.MarkExcerpt(c.UserContext(), actorOf(c), disposition.NewExcerpt{
		ID:     idFor(v.Nonce, append(v.Picked, v.Clause, v.Title, string(v.Issue), string(v.Kind))...),
		Docket: app.ID(c.Params("id")), Submission: no, Revision: revision, Field: field, Pieces: pieces, CID: v.Clause, Issue: v.Issue, Title: v.Title, Kind: v.Kind,
		IsEverywhere: c.FormValue("everywhere") != "",
	})
	if cause == nil {
		return s.seeOther(c, answerPlace(c, "/answers/submissions/"+strconv.Itoa(no)+"?done=marked"))
	}
	return s.again(c, cause, func(refused *app.Error) error {
		v.Problem, v.Field = s.sentence(c, refused), refused.Field
		if refused.Field == "pieces" {
			v.Field = "pieces-" + string(disposition.FieldComment)
		}
		return s.reading(c, statusOf(refused.Kind), v)
	})
}

// ungrouped is where a form about excerpts leads back to.
func ungrouped(c *fiber.Ctx, done string) string {
	if no, err := strconv.Atoi(c.FormValue("to")); err == nil {
		return answerPlace(c, "/issues/"+strconv.Itoa(no)+"?done="+done)
	}
	if no, err := strconv.Atoi(c.FormValue("back")); err == nil {
		return answerPlace(c, "/answers/submissions/"+strconv.Itoa(no)+"?done="+done)
	}
	return answerPlace(c, "/answers?done="+done)
}

func (s *Server) handleGroupingCreate(c *fiber.Ctx) error {
	var ids []app.ID
	for _, id := range c.Request().PostArgs().PeekMulti("excerpt") {
		ids = append(ids, app.ID(id))
	}
	if err := s.answers.Group(c.UserContext(), actorOf(c), app.ID(c.Params("id")), ids, app.ID(c.FormValue("issue")), c.FormValue("same") != ""); err != nil {
		return err
	}
	return s.seeOther(c, ungrouped(c, "grouped"))
}

func (s *Server) handleExcerptDeletionCreate(c *fiber.Ctx) error {
	if err := s.answers.DropExcerpt(c.UserContext(), actorOf(c), app.ID(c.Params("id")), app.ID(c.FormValue("excerpt"))); err != nil {
		return err
	}
	return s.seeOther(c, ungrouped(c, "unmarked"))
}
