package web

import (
	"bytes"
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"madang/app/web/view/layout"
)

// contextFor bounds the time of a request.
func contextFor(c *fiber.Ctx) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), requestTime)
}

// render answers with a page. It is rendered whole before anything is sent, so that
// a failure in the middle still becomes a page of its own.
func (s *Server) render(c *fiber.Ctx, status int, page templ.Component) error {
	var out bytes.Buffer
	if err := page.Render(c.UserContext(), &out); err != nil {
		return err
	}
	c.Vary(fiber.HeaderCookie, fiber.HeaderAcceptLanguage)
	c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
	return c.Status(status).Send(out.Bytes())
}

// seeOther leads to a page of ours after a form was taken.
func (s *Server) seeOther(c *fiber.Ctx, path string) error {
	c.Set(fiber.HeaderCacheControl, "no-store")
	return c.Redirect(path, http.StatusSeeOther)
}

// placeIn is an address that a form asks to be led to, if it is one of ours: a path,
// and nothing that a browser could take for another host.
func placeIn(to string) string {
	if !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") || strings.ContainsAny(to, "\\\r\n") {
		return "/"
	}
	return to
}

const sizeCookie = "size"

// textSizeOf is the reader's choice of text size.
func textSizeOf(c *fiber.Ctx) string {
	if chosen := c.Cookies(sizeCookie); slices.Contains(layout.TextSizes, chosen) {
		return chosen
	}
	return layout.TextSizes[0]
}
