package web

import (
	"encoding/json"
	"net/http"

	"github.com/gofiber/fiber/v2"

	"madang/app"
	identityview "madang/app/web/view/identity"
)

// Whoever writes for longer than their session lasts sends a form that nobody may
// take. It is kept under the account that wrote it, and offered again, filled in,
// once its owner is back. In this file a kept form is what identity calls a draft.

// keptForm is a form as it was sent: where to, and what.
type keptForm struct {
	To     string
	Fields []field
}

// keep stores the form of this request for its sender, and returns the id under
// which it can be had again; "" if there is nothing to keep.
func (s *Server) keep(c *fiber.Ctx) (app.ID, error) {
	form := keptForm{To: c.Path()}
	for _, f := range fieldsOf(c) {
		if f.Name != "token" && f.Name != "code" {
			form.Fields = append(form.Fields, f)
		}
	}
	session := visitorOf(c).session
	if len(form.Fields) == 0 || session == "" {
		return "", nil
	}
	text, err := json.Marshal(form)
	if err != nil {
		return "", err
	}
	return s.identity.KeepDraft(c.UserContext(), session, text)
}

// askToSignIn answers whoever is not, or no longer, signed in. What they sent is
// kept; if that can't be, it stands on the page.
func (s *Server) askToSignIn(c *fiber.Ctx) error {
	if visitorOf(c).isProgram {
		return s.writeProblem(c, s.problemOf(c, app.SignIn()))
	}
	v := identityview.Enter{HasExpired: visitorOf(c).session != ""}
	page := s.titled(c, "enter.title", app.Membership{})
	if isReading(c) {
		v.To = c.OriginalURL()
		return s.render(c, http.StatusUnauthorized, identityview.EnterPage(page, v))
	}
	kept, err := s.keep(c)
	if err != nil || kept == "" {
		v.Words = wordsIn(c, page)
	}
	v.Kept = kept
	return s.render(c, http.StatusUnauthorized, identityview.EnterPage(page, v))
}

// handleKeptShow shows a kept form, ready to be sent.
func (s *Server) handleKeptShow(c *fiber.Ctx) error {
	text, err := s.identity.Draft(c.UserContext(), actorOf(c), app.ID(c.Params("id")))
	if err != nil {
		return err
	}
	var form keptForm
	if err := json.Unmarshal(text, &form); err != nil {
		return err
	}
	page := s.titled(c, "kept.title", app.Membership{Sensitive: actorOf(c).IsSensitive()})
	v := identityview.Kept{ID: app.ID(c.Params("id")), To: placeIn(form.To), Words: wordsOf(form.Fields, page)}
	for _, f := range form.Fields {
		if !f.isTyped() {
			v.Hidden = append(v.Hidden, identityview.Hidden(f))
		}
	}
	return s.render(c, http.StatusOK, identityview.KeptPage(page, v))
}

// handleKeptDeletionCreate forgets a kept form that isn't wanted.
func (s *Server) handleKeptDeletionCreate(c *fiber.Ctx) error {
	if err := s.identity.DropDraft(c.UserContext(), actorOf(c), app.ID(c.Params("id"))); err != nil {
		return err
	}
	return s.seeOther(c, "/groups")
}

// release forgets a kept form once it was sent again and taken.
func (s *Server) release(c *fiber.Ctx) error {
	if err := c.Next(); err != nil || isReading(c) || c.Response().StatusCode() != http.StatusSeeOther {
		return err
	}
	if kept := c.FormValue("kept"); kept != "" {
		// What was sent is stored; that it is also kept for a day harms nobody.
		_ = s.identity.DropDraft(c.UserContext(), actorOf(c), app.ID(kept))
	}
	return nil
}
