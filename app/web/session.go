package web

import (
	"net/http"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"madang/app"
)

// The session cookie has no age: it ends with the browser. Over https its name
// makes browsers refuse one that came in the clear or from a neighbouring host; a
// forum on one's own machine, or an onion address, has no https.
const (
	secureCookie = "__Host-s"
	plainCookie  = "s"
)

// SessionOf returns the session that a request carries, or "".
func SessionOf(r *http.Request) string {
	for _, name := range []string{secureCookie, plainCookie} {
		if cookie, err := r.Cookie(name); err == nil {
			return cookie.Value
		}
	}
	return ""
}

// BearerOf returns the token that a program sent, or "". Browsers can't set a header
// on a socket, so that there it may stand among the subprotocols.
func BearerOf(h http.Header) string {
	if token, ok := strings.CutPrefix(h.Get("Authorization"), "Bearer "); ok {
		return token
	}
	for _, protocol := range strings.Split(strings.Join(h.Values("Sec-WebSocket-Protocol"), ","), ",") {
		if token, ok := strings.CutPrefix(strings.TrimSpace(protocol), "bearer."); ok {
			return token
		}
	}
	return ""
}

// visitor is who sent a request.
type visitor struct {
	actor app.Actor
	// session is the cookie's value, whether it still opens anything or not.
	session string
	// isProgram says that a bearer token was sent; cookies don't count then.
	isProgram bool
}

type localsKey int

const visitorKey localsKey = iota

// visitorOf is who sent the request; nobody before it was recognised.
func visitorOf(c *fiber.Ctx) visitor {
	v, _ := c.Locals(visitorKey).(visitor)
	return v
}

func actorOf(c *fiber.Ctx) app.Actor { return visitorOf(c).actor }

func (s *Server) isSecure() bool { return s.base.Scheme == "https" }

func (s *Server) sessionCookie() string {
	if s.isSecure() {
		return secureCookie
	}
	return plainCookie
}

// recognise finds out who sent the request. Whoever is not, or no longer, signed in
// goes on as a member of the public.
func (s *Server) recognise(c *fiber.Ctx) error {
	v, err := s.identify(c)
	c.Locals(visitorKey, v)
	if err != nil && !(app.KindOf(err) == app.KindSignIn && !v.isProgram) {
		return s.toProgram(c, v, err)
	}
	return c.Next()
}

func (s *Server) identify(c *fiber.Ctx) (v visitor, err error) {
	if token, ok := strings.CutPrefix(c.Get(fiber.HeaderAuthorization), "Bearer "); ok {
		v.isProgram = true
		v.actor, err = s.identity.Bearer(c.UserContext(), token)
		return v, err
	}
	v.session = c.Cookies(s.sessionCookie())
	if v.session == "" {
		return v, nil
	}
	v.actor, err = s.identity.Actor(c.UserContext(), v.session)
	return v, err
}

// signIn gives the browser its session.
func (s *Server) signIn(c *fiber.Ctx, session string) {
	c.Cookie(s.cookie(s.sessionCookie(), session, 0))
}

// signOut takes the session from the browser.
func (s *Server) signOut(c *fiber.Ctx) { s.forget(c, s.sessionCookie()) }

// rememberFor is how long a browser keeps a choice of language or text size.
const rememberFor = 365 * 24 * time.Hour

// remember lets the browser keep a choice. None of them says who somebody is.
func (s *Server) remember(c *fiber.Ctx, name, value string) {
	c.Cookie(s.cookie(name, value, rememberFor))
}

func (s *Server) forget(c *fiber.Ctx, name string) {
	c.Cookie(s.cookie(name, "", -time.Hour))
}

// cookie makes a cookie that scripts can't read; an age of zero ends with the
// browser, a negative one at once.
func (s *Server) cookie(name, value string, age time.Duration) *fiber.Cookie {
	made := &fiber.Cookie{
		Name: name, Value: value, Path: "/", HTTPOnly: true,
		Secure: s.isSecure(), SameSite: fiber.CookieSameSiteLaxMode,
	}
	if age != 0 {
		made.Expires = s.clock().Add(age)
	} else {
		made.SessionOnly = true
	}
	return made
}

// signedIn keeps pages of members from everybody else. Nothing is told of what is
// behind an address, which would be the same for an address behind which there is
// nothing.
func (s *Server) signedIn(c *fiber.Ctx) error {
	if actorOf(c).IsSignedIn() {
		return c.Next()
	}
	return s.askToSignIn(c)
}
