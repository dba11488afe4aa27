package web

import (
	"bytes"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"madang/app"
	"madang/app/identity"
	identityview "madang/app/web/view/identity"
)

// mountTokens are the pages on which somebody looks after the programs that act for them.
func (s *Server) mountTokens(r fiber.Router) {
	r.Get("/me/tokens", s.handleTokenIndex)
	r.Post("/me/tokens", s.handleTokenCreate)
	r.Get("/me/tokens/:id/deletion", s.handleTokenRevokeNew)
	r.Post("/me/tokens/:id/deletion", s.handleTokenRevoke)
}

func (s *Server) mountTokenAPI(r fiber.Router) {
	api := s.memberRoutes(r, "Tokens")
	api.get("/token", s.apiToken, "Gives the token that the request came with: who it speaks as, its scopes, its end.", gives(200, tokenJSON{}))
	api.delete("/token", s.apiTokenDelete, "Revokes the token that the request came with. It opens nothing from then on.", gives(204, nil))
}

// noForms keeps programs whose token has scopes from the forms of pages: each of these may do
// several things, and what a scope opens is told of the API.
func (s *Server) noForms(c *fiber.Ctx) error {
	v := visitorOf(c)
	if v.isProgram && !isReading(c) && len(v.actor.Memberships) > 0 && v.actor.Memberships[0].Only != nil {
		return s.toProgram(c, v, app.Forbidden("token.form"))
	}
	return c.Next()
}

func (s *Server) handleTokenIndex(c *fiber.Ctx) error {
	v := identityview.Tokens{Form: identityview.TokenForm{Days: identity.TokenDays[1]}, Secret: s.shownOnce(c, tokenCookie)}
	if v.Secret != "" {
		s.forget(c, tokenCookie)
	}
	return s.tokens(c, http.StatusOK, v)
}

// tokens shows the form that makes a token, and the tokens that there are.
func (s *Server) tokens(c *fiber.Ctx, status int, v identityview.Tokens) error {
	ctx, actor := c.UserContext(), actorOf(c)
	list, err := s.identity.Tokens(ctx, actor)
	if err != nil {
		return err
	}
	groups, err := s.identity.Groups(ctx, actor)
	if err != nil {
		return err
	}
	page := s.titled(c, "tokens.title", app.Membership{Sensitive: actor.IsSensitive()})
	v.Places = placesOf(page, actor, groups)
	v.List = named(list, v.Places, s.clock())
	v.Address = strings.TrimSuffix(s.base.String(), "/") + apiBase
	if v.Problem == "" {
		v.Notice = noticeIn(c, page)
	}
	return s.render(c, status, identityview.TokensPage(page, v))
}

// named says as whom each token speaks, and whether it still does.
func named(tokens []identity.Token, places []identityview.Place, now time.Time) []identityview.Token {
	list := make([]identityview.Token, len(tokens))
	for i, t := range tokens {
		list[i] = identityview.Token{Token: t, IsOver: true}
		for _, place := range places {
			if place.Persona == t.Persona {
				list[i].Place, list[i].IsOver = place, t.IsOver(now)
			}
		}
	}
	return list
}

// handleTokenCreate makes a token and leads to where it is shown, once.
func (s *Server) handleTokenCreate(c *fiber.Ctx) error {
	days, _ := strconv.Atoi(c.FormValue("days")) // none is a time that isn't offered
	form := identityview.TokenForm{Persona: app.ID(c.FormValue("persona")), Label: c.FormValue("label"), Days: days}
	scopes, cause := identity.ReadScopes(string(identity.ScopeRead) + " " + string(bytes.Join(c.Request().PostArgs().PeekMulti("scope"), []byte(" "))))
	form.Scopes = scopes
	var token string
	if cause == nil {
		token, cause = s.identity.CreateToken(c.UserContext(), actorOf(c), identity.NewToken{
			Persona: form.Persona, Label: form.Label, Scopes: scopes, Days: days,
		})
	}
	if cause == nil {
		s.showOnce(c, tokenCookie, visitorOf(c).session, token)
		return s.seeOther(c, "/me/tokens")
	}
	return s.again(c, cause, func(refused *app.Error) error {
		return s.tokens(c, statusOf(refused.Kind), identityview.Tokens{Form: form, Problem: s.sentence(c, refused), Field: refused.Field})
	})
}

func (s *Server) handleTokenRevokeNew(c *fiber.Ctx) error {
	ctx, actor := c.UserContext(), actorOf(c)
	token, err := s.identity.Token(ctx, actor, app.ID(c.Params("id")))
	if err != nil {
		return err
	}
	page := s.titled(c, "tokens.end.title", app.Membership{Sensitive: actor.IsSensitive()})
	return s.render(c, http.StatusOK, identityview.TokenEndPage(page, token))
}

func (s *Server) handleTokenRevoke(c *fiber.Ctx) error {
	if err := s.identity.RevokeToken(c.UserContext(), actorOf(c), app.ID(c.Params("id"))); err != nil {
		return err
	}
	return s.seeOther(c, "/me/tokens?done=token")
}

// tokenJSON is what a program may know of its own token.
type tokenJSON struct {
	ID      app.ID `json:"id"`
	Label   string `json:"label"`
	Persona app.ID `json:"persona"`
	// Name is that under which the program speaks.
	Name  string   `json:"name"`
	Group app.ID   `json:"group"`
	Role  app.Role `json:"role"`
	// Scopes are what it may do of what the role may.
	Scopes []identity.Scope `json:"scopes"`
	// Whole says that it has no scopes, and may do all that the role may.
	Whole   bool      `json:"whole,omitempty"`
	Created time.Time `json:"created"`
	// Ends is absent for a token that doesn't end by itself.
	Ends *time.Time `json:"ends,omitempty"`
}

func (s *Server) apiToken(c *fiber.Ctx) error {
	actor := actorOf(c)
	token, err := s.identity.OwnToken(c.UserContext(), actor)
	if err != nil {
		return err
	}
	m := actor.Memberships[0] // a token's only one
	return s.answer(c, http.StatusOK, tokenJSON{
		ID: token.ID, Label: token.Label, Persona: m.Persona, Name: m.Name, Group: m.Group, Role: m.Role,
		Scopes: listed(token.Scopes), Whole: m.Only == nil, Created: token.Created, Ends: timeOf(token.Ends),
	})
}

func (s *Server) apiTokenDelete(c *fiber.Ctx) error {
	actor := actorOf(c)
	if actor.Token == "" {
		return app.Forbidden("token.none")
	}
	if err := s.identity.RevokeToken(c.UserContext(), actor, actor.Token); err != nil {
		return err
	}
	return c.SendStatus(http.StatusNoContent)
}

// missingScope is the scope for want of which a token was refused something; "" if that
// isn't why.
func missingScope(refused *app.Error) identity.Scope {
	what, isAboutToken := strings.CutPrefix(refused.Code, "token.")
	if !isAboutToken {
		return ""
	}
	scope, _ := identity.ScopeFor(app.Capability(what))
	return scope
}
