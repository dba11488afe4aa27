package web

import (
	"net/http"
	"strconv"
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
	page := s.titled(c, "inbox.title", v.Membership)
	return s.render(c, http.StatusOK, consultationview.InboxPage(page, consultationview.Inbox{DocketView: v, Filter: filter, Submissions: list, Next: nextAfter(list)}))
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

func (s *Server) handleMoveCreate(c *fiber.Ctx) error {
	no, err := submissionNo(c)
	if err != nil {
		return err
	}
	id, nonce := app.ID(c.Params("id")), nonceOf(c.FormValue("nonce"))
	revision, _ := strconv.Atoi(c.FormValue("revision")) // none is a revision that never was
	wish := consultation.NewMove{To: consultation.Status(c.FormValue("to")), Revision: revision, Reason: consultation.Reason(c.FormValue("why")), Sentence: typed(c, "reason")}
	wish.ID = idFor(nonce, string(wish.To), string(wish.Reason), wish.Sentence)
	cause := s.consultations.Move(c.UserContext(), actorOf(c), id, no, wish)
	if cause == nil {
		return s.seeOther(c, "/consultations/"+string(id)+"/inbox/"+strconv.Itoa(no)+"?done=moved-submission")
	}
	if !canBeMended(cause) {
		return cause
	}
	refused := refusalOf(cause)
	v := consultationview.InboxOne{Nonce: nonce, Reason: wish.Reason, Sentence: wish.Sentence, Problem: s.sentence(c, refused)}
	if s.inboxOne(c, statusOf(refused.Kind), v) != nil {
		return cause
	}
	return nil
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
	receipt, err := s.consultations.KeyIn(c.UserContext(), actorOf(c), consultation.NewKeyed{
		ID: idFor(v.Nonce, append(said(v.Words), string(v.Channel), v.On)...), Docket: app.ID(c.Params("id")), Words: v.Words, Channel: v.Channel, On: on,
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
	if !canBeMended(cause) {
		return cause
	}
	refused := refusalOf(cause)
	v.Problem, v.Field = s.sentence(c, refused), refused.Field
	if s.keyedForm(c, statusOf(refused.Kind), v) != nil {
		return cause
	}
	return nil
}
