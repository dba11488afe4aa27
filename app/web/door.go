package web

import (
	"net/http"

	"github.com/gofiber/fiber/v2"

	"madang/app"
	identityview "madang/app/web/view/identity"
)

// mountDoors are the pages of whoever isn't in yet, and the ways out.
func (s *Server) mountDoors(r fiber.Router) {
	r.Get("/", s.handleHome)
	r.Post("/language", s.handleLanguageUpdate)
	r.Get("/programs", s.handleProgramGuide)
	r.Get("/enter", s.handleEnter)
	r.Post("/sessions", s.handleSessionCreate)
	r.Get("/invitations/:token", s.handleInvitationShow)
	r.Post("/invitations/:token", s.handleInvitationAccept)
	r.Post("/departures", s.handleDepartureCreate)
	r.Get("/leave", s.handleLeave)
}

func (s *Server) handleHome(c *fiber.Ctx) error {
	page := s.titled(c, "home.name", app.Membership{Sensitive: actorOf(c).IsSensitive()})
	return s.render(c, http.StatusOK, identityview.HomePage(page))
}

func (s *Server) handleEnter(c *fiber.Ctx) error {
	if actorOf(c).IsSignedIn() {
		return s.seeOther(c, "/groups")
	}
	page := s.titled(c, "enter.title", app.Membership{})
	return s.render(c, http.StatusOK, identityview.EnterPage(page, identityview.Enter{}))
}

// handleSessionCreate takes a return code. Somebody who is signed in already becomes
// whom the code says, as a browser that is shared should.
func (s *Server) handleSessionCreate(c *fiber.Ctx) error {
	session, err := s.identity.Enter(c.UserContext(), c.FormValue("code"))
	if err != nil {
		return s.enterAgain(c, err)
	}
	s.signIn(c, session)
	if kept := c.FormValue("kept"); kept != "" {
		return s.seeOther(c, placeIn("/kept/"+kept))
	}
	if to := placeIn(c.FormValue("to")); to != "/" {
		return s.seeOther(c, to)
	}
	return s.seeOther(c, "/groups")
}

// enterAgain shows the form without the code: digits once typed shouldn't stand in
// a page that may be left open.
func (s *Server) enterAgain(c *fiber.Ctx, cause error) error {
	if !canBeMended(cause) {
		return cause
	}
	refused := refusalOf(cause)
	v := identityview.Enter{To: c.FormValue("to"), Kept: app.ID(c.FormValue("kept")), Problem: s.sentence(c, refused)}
	page := s.titled(c, "enter.title", app.Membership{})
	return s.render(c, statusOf(refused.Kind), identityview.EnterPage(page, v))
}

// handleDepartureCreate signs out, and has the browser forget what was half written and
// what it kept of it: the next person may be somebody else.
func (s *Server) handleDepartureCreate(c *fiber.Ctx) error {
	if err := s.identity.SignOut(c.UserContext(), actorOf(c)); err != nil {
		return err
	}
	s.signOut(c)
	s.forget(c, codeCookie)
	s.forget(c, linkCookie)
	c.Set("Clear-Site-Data", `"storage"`)
	return s.seeOther(c, "/")
}

// neutral is where somebody is led who has to be elsewhere at once: a page on which
// anybody might be found.
var neutral = map[string]string{
	"ko": "https://www.weather.go.kr/",
	"en": "https://en.wikipedia.org/wiki/Main_Page",
}

// handleLeave is the way out that has to work whatever happens: a plain link, so the
// one GET that changes something. It signs out, makes the browser forget what it
// holds of the forum, and shows another site. A link on another site doesn't sign
// anybody out.
func (s *Server) handleLeave(c *fiber.Ctx) error {
	if site := c.Get("Sec-Fetch-Site"); site == "" || site == "same-origin" || site == "none" {
		if err := s.identity.SignOut(c.UserContext(), actorOf(c)); err != nil {
			s.logFailure(c, err) // whoever has to go must not be held up
		}
		s.signOut(c)
		c.Set("Clear-Site-Data", `"cache", "cookies", "storage"`)
	}
	return s.seeOther(c, neutral[s.languageOf(c)])
}
