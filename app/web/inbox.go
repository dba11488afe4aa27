package web

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"madang/app"
	"madang/app/consultation"
	consultationview "madang/app/web/view/consultation"
	statementview "madang/app/web/view/statement"
)

// bindFilter reads which submissions somebody wants to see.
func bindFilter(c *fiber.Ctx) consultation.Filter {
	return consultation.Filter{
		Status: consultation.Status(c.Query("status")), Channel: consultation.Channel(c.Query("channel")), Flag: consultation.Flag(c.Query("flag")),
		After: numberIn(c, "after"), Limit: consultation.MaxPage,
	}
}

func (s *Server) handleInbox(c *fiber.Ctx) error {
	filter := bindFilter(c)
	v, list, err := s.consultations.Inbox(c.UserContext(), actorOf(c), app.ID(c.Params("id")), filter)
	if err != nil {
		return err
	}
	_, names, err := s.consultations.Names(c.UserContext(), actorOf(c), v.ID)
	if err != nil {
		return err
	}
	page := s.titled(c, "inbox.title", v.Membership)
	return s.render(c, http.StatusOK, consultationview.InboxPage(page, consultationview.Inbox{
		DocketView: v, Filter: filter, Submissions: list, Next: nextAfter(list), Names: names, Notice: noticeIn(c, page),
	}))
}

func (s *Server) handleInboxShow(c *fiber.Ctx) error {
	return s.inboxOne(c, http.StatusOK, consultationview.InboxOne{})
}

// inboxOne shows a submission to those who look at them; v may hold a form that was
// refused.
func (s *Server) inboxOne(c *fiber.Ctx, status int, v consultationview.InboxOne) error {
	no, err := submissionNo(c)
	if err != nil {
		return err
	}
	ctx, actor, id := c.UserContext(), actorOf(c), app.ID(c.Params("id"))
	if v.DocketView, v.Submission, v.Revisions, err = s.consultations.InboxOne(ctx, actor, id, no); err != nil {
		return err
	}
	_, text, err := s.consultations.Text(ctx, actor, id)
	if err != nil {
		return err
	}
	if _, v.Names, err = s.consultations.Names(ctx, actor, id); err != nil {
		return err
	}
	v.Findings = v.Submission.Findings(v.Names)
	if v.Contests, err = s.consultations.Contests(ctx, actor, v.Submission); err != nil {
		return err
	}
	if cannot := v.Submission.MayBeNamed(v.Membership); cannot != nil {
		v.CannotName = s.sentence(c, refusalOf(cannot))
	}
	if cannot := v.Submission.MayBeDecidedBy(v.Membership); cannot != nil {
		v.Cannot = s.sentence(c, refusalOf(cannot))
	}
	if v.IsUnheard, err = s.consultations.IsUnheard(ctx, actor, v.Submission); err != nil {
		return err
	}
	v.Text = statementview.Render(text.Doc)
	if v.Nonce == "" {
		v.Nonce = app.NewID()
	}
	page := s.titled(c, "inbox.title", v.Membership)
	if v.Problem == "" {
		v.Notice = noticeIn(c, page)
	}
	return s.render(c, status, consultationview.InboxOnePage(page, v))
}

// bindMove reads what a moderator decides.
func bindMove(c *fiber.Ctx) (consultation.NewMove, error) {
	revision, _ := strconv.Atoi(c.FormValue("revision")) // none is a revision that never was
	wish := consultation.NewMove{
		To: consultation.Status(c.FormValue("to")), Revision: revision, Reason: consultation.Reason(c.FormValue("why")), Sentence: typed(c, "reason"),
		IsSensitive: c.FormValue("sensitive") != "",
	}
	for phrase := range strings.Lines(typed(c, "phrases")) {
		wish.Phrases = append(wish.Phrases, strings.TrimSpace(phrase))
	}
	var places []string
	for _, span := range c.Request().PostArgs().PeekMulti("spans") {
		places = append(places, string(span))
	}
	contents := []string{string(wish.To), string(wish.Reason), wish.Sentence, strings.Join(places, " "), strings.Join(wish.Phrases, "\n")}
	wish.ID = idFor(nonceOf(c.FormValue("nonce")), contents...)
	var err error
	wish.Spans, err = consultation.ReadSpans(strings.Join(places, " "))
	return wish, err
}

func (s *Server) handleMoveCreate(c *fiber.Ctx) error {
	return s.handleDesk(c, func(no int) error {
		wish, err := bindMove(c)
		if err != nil {
			return err
		}
		return s.consultations.Move(c.UserContext(), actorOf(c), app.ID(c.Params("id")), no, wish)
	})
}

// handleDesk does something about a submission and shows it again, with what was typed if
// it was refused.
func (s *Server) handleDesk(c *fiber.Ctx, do func(no int) error) error {
	no, err := submissionNo(c)
	if err != nil {
		return err
	}
	cause := do(no)
	if cause == nil {
		return s.seeOther(c, "/consultations/"+c.Params("id")+"/inbox/"+strconv.Itoa(no)+"?done=moved-submission")
	}
	return s.again(c, cause, func(refused *app.Error) error {
		at, _ := strconv.Atoi(c.Params("file")) // none is the submission itself
		v := consultationview.InboxOne{
			File: at, Naming: consultation.StepKind(c.FormValue("kind")), Nonce: nonceOf(c.FormValue("nonce")), To: consultation.Status(c.FormValue("to")), Reason: consultation.Reason(c.FormValue("why")),
			Sentence: typed(c, "reason"), Phrases: typed(c, "phrases"), Problem: s.sentence(c, refused),
		}
		return s.inboxOne(c, statusOf(refused.Kind), v)
	})
}

func (s *Server) handleKeyedNew(c *fiber.Ctx) error {
	v := consultationview.Keyed{Nonce: app.NewID()}
	v.Kind, v.As, v.Publish, v.Words.Lang = "general", consultation.AsIndividual, consultation.PublishWords, s.languageOf(c)
	return s.keyedForm(c, http.StatusOK, v)
}

// keyedForm shows the form for what came by another way, with what was typed.
func (s *Server) keyedForm(c *fiber.Ctx, status int, v consultationview.Keyed) error {
	d, text, frozen, err := s.frozenText(c)
	if err != nil {
		return err
	}
	m, err := actorOf(c).MemberWho(app.Screen, d.Group)
	if err != nil {
		return err
	}
	if v.Stakeholders, err = s.consultations.Stakeholders(c.UserContext(), d.Docket); err != nil {
		return err
	}
	v.DocketView, v.Text, v.Gaps = d, text, frozen.Gaps
	return s.render(c, status, consultationview.KeyedPage(s.titled(c, "inbox.new", m), v))
}

func (s *Server) handleKeyedCreate(c *fiber.Ctx) error {
	var form heldForm
	for step := range asks {
		form.answer(c, step)
	}
	v := consultationview.Keyed{Nonce: nonceOf(c.FormValue("nonce")), Channel: consultation.Channel(c.FormValue("channel")), On: c.FormValue("on")}
	v.Words = form.Words
	on, err := time.Parse("2006-01-02", v.On)
	if err != nil {
		on = time.Time{} // none is refused
	}
	files, err := filesIn(c, "files")
	v.Chosen = namesOf(files)
	if err != nil {
		return s.keyedAgain(c, v, err)
	}
	receipt, err := s.consultations.KeyIn(c.UserContext(), actorOf(c), consultation.NewKeyed{
		ID: idFor(v.Nonce, append(append(said(v.Words), string(v.Channel), v.On), sumsOf(files)...)...), Docket: app.ID(c.Params("id")),
		Words: v.Words, Files: files, Channel: v.Channel, On: on,
	})
	if err != nil {
		return s.keyedAgain(c, v, err)
	}
	_, text, _, err := s.frozenText(c)
	if err != nil {
		return err
	}
	page := s.titled(c, "receipt.taken", app.Membership{})
	return s.render(c, http.StatusOK, consultationview.ReceiptPage(page, consultationview.Receipt{Receipt: receipt, Text: text, IsKeyed: true}))
}

func (s *Server) keyedAgain(c *fiber.Ctx, v consultationview.Keyed, cause error) error {
	return s.again(c, cause, func(refused *app.Error) error {
		v.Problem, v.Field = s.sentence(c, refused), refused.Field
		return s.keyedForm(c, statusOf(refused.Kind), v)
	})
}
