package web

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"madang/app"
)

// policy lets a page load scripts, styles, images, fonts and data from here and
// nowhere else, and nothing that stands in the page itself.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
	"connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// trustedTypes make a browser refuse text as markup, but what passes the one policy
// of our script. The editor is left out: its library takes pasted text by markup.
const trustedTypes = "; require-trusted-types-for 'script'; trusted-types frag"

// secure sets the headers of every answer.
func secure(c *fiber.Ctx) {
	c.Set(fiber.HeaderContentSecurityPolicy, policyOf(c.Path()))
	c.Set("Cross-Origin-Opener-Policy", "same-origin")
	c.Set("Cross-Origin-Resource-Policy", "same-origin")
	c.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=(), interest-cohort=()")
	c.Set(fiber.HeaderReferrerPolicy, "no-referrer")
	c.Set(fiber.HeaderXContentTypeOptions, "nosniff")
	c.Set(fiber.HeaderXFrameOptions, "DENY")
}

// policyOf is the policy of the page at an address.
func policyOf(path string) string {
	if strings.HasPrefix(path, "/statements/") && strings.HasSuffix(path, "/draft") {
		return policy
	}
	return policy + trustedTypes
}

// private keeps an answer out of every cache if it is for members. What anybody may
// see may be kept, but has to be asked for again: it depends on the reader's
// language, and on whether they are signed in.
func (s *Server) private(c *fiber.Ctx, m app.Membership) {
	if m.Sensitive || actorOf(c).IsSignedIn() || !isReading(c) {
		c.Set(fiber.HeaderCacheControl, "no-store")
		return
	}
	c.Set(fiber.HeaderCacheControl, "private, no-cache")
}
