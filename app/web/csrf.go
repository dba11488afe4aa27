package web

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"

	"madang/app"
)

// A form is taken only from our own pages. Browsers say where a request comes from
// in Sec-Fetch-Site; older ones in Origin; for those that say neither, every form
// carries a token which no other site can know.

// sameSite refuses what another site makes a browser send. Programs bring their
// token themselves, no site can make them.
func (s *Server) sameSite(c *fiber.Ctx) error {
	if isReading(c) || visitorOf(c).isProgram || s.isOurs(c) {
		return c.Next()
	}
	return app.Forbidden("cross_site")
}

func isReading(c *fiber.Ctx) bool {
	switch c.Method() {
	case fiber.MethodGet, fiber.MethodHead, fiber.MethodOptions:
		return true
	}
	return false
}

func (s *Server) isOurs(c *fiber.Ctx) bool {
	if site := c.Get("Sec-Fetch-Site"); site != "" {
		return site == "same-origin" || site == "none"
	}
	// Our pages send no referrer, and by that browsers make the Origin of their
	// forms "null": it then says nothing.
	if origin := c.Get(fiber.HeaderOrigin); origin != "" && origin != "null" {
		return s.isOurOrigin(c, origin)
	}
	sent, err := base64.RawURLEncoding.DecodeString(c.FormValue("token"))
	return err == nil && hmac.Equal(sent, s.formProof(c))
}

func (s *Server) isOurOrigin(c *fiber.Ctx, origin string) bool {
	from, err := url.Parse(origin)
	if err != nil {
		return false
	}
	return strings.EqualFold(from.Host, string(c.Request().Host())) || strings.EqualFold(from.Host, s.base.Host)
}

// formToken is what forms carry.
func (s *Server) formToken(c *fiber.Ctx) string {
	return base64.RawURLEncoding.EncodeToString(s.formProof(c))
}

// formProof belongs to the session; for whoever has none, to nobody in particular,
// for there is nothing yet that another site could misuse.
func (s *Server) formProof(c *fiber.Ctx) []byte { return s.prove("form", visitorOf(c).session) }

// prove draws a key or a proof from the forum's secret, another one for each use.
func (s *Server) prove(use, of string) []byte { return proofOf(s.secret, use, of) }

func proofOf(secret []byte, use, of string) []byte {
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte(use + "\x00" + of))
	return mac.Sum(nil)
}

// isolate refuses to be a part of somebody else's page: another site may lead here,
// and may not load anything from here.
func (s *Server) isolate(c *fiber.Ctx) error {
	site := c.Get("Sec-Fetch-Site")
	if site != "cross-site" && site != "same-site" || c.Get("Sec-Fetch-Mode") == "navigate" && c.Get("Sec-Fetch-Dest") == "document" {
		return c.Next()
	}
	if !isReading(c) {
		return c.Next() // a form from elsewhere: sameSite answers it
	}
	return app.Forbidden("cross_site")
}
