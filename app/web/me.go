package web

import (
	"net/http"
	"slices"

	"github.com/gofiber/fiber/v2"

	"madang/app"
	"madang/app/identity"
	"madang/app/web/locale"
	identityview "madang/app/web/view/identity"
	"madang/app/web/view/layout"
)

// mountAccount are the pages of somebody's own account.
func (s *Server) mountAccount(r fiber.Router) {
	r.Get("/welcome", s.handleWelcome)
	r.Post("/welcome", s.handleWelcomeEnd)
	r.Get("/kept/:id", s.handleKeptShow)
	r.Post("/kept/:id/deletion", s.handleKeptDeletionCreate)
	r.Use("/me", inPerson)
	r.Get("/me", s.handleMe)
	r.Post("/me/reading", s.handleReadingUpdate)
	r.Post("/me/code", s.handleCodeCreate)
	r.Post("/me/sign-ins/deletion", s.handleOtherSignInsEnd)
	r.Post("/me/sign-ins/:id/deletion", s.handleSignInEnd)
	s.mountTokens(r)
}

// inPerson keeps programs away from somebody's account: a token that got lost must not be
// worth a new return code, or more tokens.
func inPerson(c *fiber.Ctx) error {
	if visitorOf(c).isProgram {
		return app.Forbidden("account.program")
	}
	return c.Next()
}

func (s *Server) handleMe(c *fiber.Ctx) error {
	ctx, actor := c.UserContext(), actorOf(c)
	page := s.titled(c, "me.title", app.Membership{Sensitive: actor.IsSensitive()})
	v := identityview.Me{Notice: noticeIn(c, page)}
	groups, err := s.identity.Groups(ctx, actor)
	if err != nil {
		return err
	}
	v.Places = placesOf(page, actor, groups)
	if v.SignIns, err = s.identity.SignIns(ctx, actor); err != nil {
		return err
	}
	return s.render(c, http.StatusOK, identityview.MePage(page, v))
}

// placesOf is who the actor is in each of their groups. A steward is shown other
// groups elsewhere.
func placesOf(p layout.Page, actor app.Actor, groups []identity.Group) []identityview.Place {
	var places []identityview.Place
	for _, g := range groups {
		if m, ok := actor.In(g.ID); ok {
			places = append(places, identityview.Place{Persona: m.Persona, Group: g, Name: m.Name, Role: p.T("role." + string(m.Role))})
		}
	}
	return places
}

// handleReadingUpdate remembers language and text size.
func (s *Server) handleReadingUpdate(c *fiber.Ctx) error {
	if lang := c.FormValue("lang"); slices.Contains(locale.Languages, lang) {
		s.remember(c, languageCookie, lang)
	}
	if size := c.FormValue("size"); slices.Contains(layout.TextSizes, size) {
		s.remember(c, sizeCookie, size)
	}
	return s.seeOther(c, "/me?done=reading")
}

// handleCodeCreate replaces the return code and leads to where it is shown.
func (s *Server) handleCodeCreate(c *fiber.Ctx) error {
	code, err := s.identity.NewCode(c.UserContext(), actorOf(c))
	if err != nil {
		return err
	}
	s.showOnce(c, codeCookie, visitorOf(c).session, code+"/me")
	return s.seeOther(c, "/welcome")
}

func (s *Server) handleSignInEnd(c *fiber.Ctx) error {
	if err := s.identity.EndSignIn(c.UserContext(), actorOf(c), app.ID(c.Params("id"))); err != nil {
		return err
	}
	return s.seeOther(c, "/me?done=signin")
}

func (s *Server) handleOtherSignInsEnd(c *fiber.Ctx) error {
	if err := s.identity.EndOtherSignIns(c.UserContext(), actorOf(c)); err != nil {
		return err
	}
	return s.seeOther(c, "/me?done=signins")
}
