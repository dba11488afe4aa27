package web

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"madang/app"
	"madang/app/notice"
	"madang/app/web/locale"
	noticeview "madang/app/web/view/notice"
)

// mountMail are the pages about one's own letters.
func (s *Server) mountMail(r fiber.Router) {
	r.Get("/me/mail", s.handleMailEdit)
	r.Post("/me/mail", s.handleMailUpdate)
	r.Get("/mail/failures", s.handleFailureIndex)
}

// mountLetters are the links of letters. They stand before the rule that forms come from
// our own pages, for mail programs send one of them by themselves (RFC 8058), and do nothing
// when they are only looked at, as many programs do before anybody reads.
func (s *Server) mountLetters(r fiber.Router) {
	r.Get("/mail/confirmation/:token", s.handleConfirmationNew)
	r.Post("/mail/confirmation/:token", s.handleConfirmationCreate)
	r.Get("/mail/stop/:token", s.handleStopNew)
	r.Post("/mail/stop/:token", s.handleStopCreate)
}

func (s *Server) handleMailEdit(c *fiber.Ctx) error {
	box, err := s.post.Letterbox(c.UserContext(), actorOf(c))
	if err != nil {
		return err
	}
	if box.Zone == "" {
		box.Hour, box.Zone, box.QuietFrom, box.QuietTo = 9, "Asia/Seoul", 22, 7
	}
	return s.mailForm(c, http.StatusOK, noticeview.Mail{Letterbox: box, Typed: box.Address})
}

// mailForm shows the form; v may hold one that was refused.
func (s *Server) mailForm(c *fiber.Ctx, status int, v noticeview.Mail) error {
	v.IsSensitive, v.IsOpen = actorOf(c).IsSensitive(), s.post.IsOpen()
	page := s.titled(c, "mail.title", app.Membership{Sensitive: v.IsSensitive})
	if v.Problem == "" {
		v.Notice = noticeIn(c, page)
	}
	return s.render(c, status, noticeview.MailPage(page, v))
}

func (s *Server) handleMailUpdate(c *fiber.Ctx) error {
	hour := func(name string) int {
		n, err := strconv.Atoi(c.FormValue(name))
		if err != nil {
			return -1 // which is refused
		}
		return n
	}
	wishes := notice.Wishes{
		Pace: notice.Pace(c.FormValue("pace")), Hour: hour("hour"), Zone: c.FormValue("zone"), QuietFrom: hour("quiet_from"), QuietTo: hour("quiet_to"),
		Lang: s.languageOf(c), IsAware: c.FormValue("aware") == "yes",
	}
	typed := c.FormValue("address")
	box, cause := s.post.Choose(c.UserContext(), actorOf(c), wishes, typed)
	if cause == nil {
		done := "mail"
		if box.Address != "" && !box.IsConfirmed {
			done = "mail-asked"
		}
		return s.seeOther(c, "/me/mail?done="+done)
	}
	if !canBeMended(cause) && app.KindOf(cause) != app.KindBusy {
		return cause
	}
	refused := refusalOf(cause)
	box.Wishes = wishes
	return s.mailForm(c, statusOf(refused.Kind), noticeview.Mail{Letterbox: box, Typed: typed, Problem: s.sentence(c, refused), Field: refused.Field})
}

func (s *Server) handleConfirmationNew(c *fiber.Ctx) error {
	return s.letterPage(c, "question", "mail.confirm")
}

func (s *Server) handleStopNew(c *fiber.Ctx) error { return s.letterPage(c, "stop", "mail.stop") }

// letterPage asks whoever follows a link to press a button: only that does something.
func (s *Server) letterPage(c *fiber.Ctx, purpose, key string) error {
	err := s.post.Knows(c.UserContext(), purpose, c.Params("token"))
	if err != nil && app.KindOf(err) != app.KindNotFound {
		return err
	}
	return s.letterAnswer(c, noticeview.Link{Key: key, Action: c.Path(), IsStale: err != nil})
}

func (s *Server) letterAnswer(c *fiber.Ctx, v noticeview.Link) error {
	status := http.StatusOK
	if v.IsStale {
		status = http.StatusNotFound
	}
	return s.render(c, status, noticeview.LinkPage(s.titled(c, v.Key+".title", app.Membership{}), v))
}

func (s *Server) handleConfirmationCreate(c *fiber.Ctx) error {
	return s.letterDone(c, "mail.confirm", s.post.Confirm(c.UserContext(), c.Params("token")))
}

func (s *Server) handleStopCreate(c *fiber.Ctx) error {
	return s.letterDone(c, "mail.stop", s.post.Stop(c.UserContext(), c.Params("token")))
}

func (s *Server) letterDone(c *fiber.Ctx, key string, err error) error {
	if err != nil && app.KindOf(err) != app.KindNotFound {
		return err
	}
	return s.letterAnswer(c, noticeview.Link{Key: key, IsStale: err != nil, IsDone: err == nil})
}

// Letter writes a letter: a subject that names nothing, plain words, and the address by
// which it is the last one, if it is one of many.
func (s *Server) Letter(m notice.Mail) (subject, body, stop string) {
	if !slices.Contains(locale.Languages, m.Lang) {
		m.Lang = locale.Languages[0]
	}
	say := s.speech.In(m.Lang)
	address := func(path string) string { return s.base.JoinPath(path).String() }
	if m.Kind == notice.Question {
		return say.T("mail.letter.question"), say.T("mail.letter.question.text", "link", address(m.Link)) + "\n", ""
	}
	stop = address(m.Stop)
	return say.T("mail.letter.news"), say.T("mail.letter.news.text", "count", m.Count) + "\n\n" + address(m.Link) + "\n\n" +
		say.T("mail.letter.stop", "settings", address("/me/mail"), "stop", stop) + "\n", stop
}

// handleFailureIndex shows a steward which letters were given up.
func (s *Server) handleFailureIndex(c *fiber.Ctx) error {
	list, err := s.post.Failures(c.UserContext(), actorOf(c))
	if err != nil {
		return err
	}
	return s.render(c, http.StatusOK, noticeview.FailuresPage(s.titled(c, "mail.failures", app.Membership{}), list))
}
