package web

import (
	"bytes"
	"context"
	"fmt"

	"github.com/gofiber/fiber/v2"

	"madang/app"
	"madang/app/statement"
	"madang/app/web/view/layout"
	statementview "madang/app/web/view/statement"
)

// Printer makes a PDF of a page that needs nothing but itself.
type Printer interface {
	// Print is Busy "pdf.busy" if too many wait already, and Unavailable "pdf.failed" if
	// nothing came of it.
	Print(ctx context.Context, page []byte) (pdf []byte, err error)
}

func (s *Server) mountExports(r fiber.Router) {
	r.Get("/statements/:id/versions/:no.html", s.handleVersionFile)
	r.Get("/statements/:id/versions/:no.pdf", s.handleVersionPDF)
	r.Get("/statements/:id/versions/:no/print.css", s.handleVersionPrint)
}

// shown is a version as it goes out, to pages and to files.
func (s *Server) shown(c *fiber.Ctx) (layout.Page, statementview.VersionShow, error) {
	view, err := s.version(c)
	if err != nil {
		return layout.Page{}, statementview.VersionShow{}, err
	}
	errata, err := s.errataOf(c, view)
	return s.page(c, view.Version.Title, view.Membership), statementview.VersionShow{
		VersionView: view, Text: statementview.Render(view.Doc), Address: s.versionAddress(view), Errata: errata,
	}, err
}

// versionAddress is where a version can always be found.
func (s *Server) versionAddress(v statement.VersionView) string {
	return s.base.JoinPath("statements", string(v.Statement.ID), "versions", fmt.Sprint(v.Version.No)).String()
}

// file is a version as a file of its own, and its name: an id and a number, for a title
// in a list of downloads tells too much.
func (s *Server) file(c *fiber.Ctx) (name string, page []byte, err error) {
	p, v, err := s.shown(c)
	if err != nil {
		return "", nil, err
	}
	var out bytes.Buffer
	err = statementview.VersionFile(p, v).Render(c.UserContext(), &out)
	return fmt.Sprintf("%s-%d", v.Statement.ID, v.Version.No), out.Bytes(), err
}

func (s *Server) handleVersionFile(c *fiber.Ctx) error {
	name, page, err := s.file(c)
	if err != nil {
		return err
	}
	c.Attachment(name + ".html")
	c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
	return c.Send(page)
}

// handleVersionPDF prints the file. Printing takes a while, and longer if others wait:
// should words be erased meanwhile, what was printed is thrown away.
func (s *Server) handleVersionPDF(c *fiber.Ctx) error {
	if s.printer == nil {
		return app.NotFound()
	}
	for {
		_, page, err := s.file(c)
		if err != nil {
			return err
		}
		pdf, err := s.printer.Print(c.UserContext(), page)
		if err != nil {
			return err
		}
		name, now, err := s.file(c)
		if err != nil {
			return err
		}
		if bytes.Equal(page, now) {
			c.Attachment(name + ".pdf")
			c.Set(fiber.HeaderContentType, mimePDF)
			return c.Send(pdf)
		}
	}
}

// handleVersionPrint is what the page of a version has at its foot when it is printed.
func (s *Server) handleVersionPrint(c *fiber.Ctx) error {
	p, v, err := s.shown(c)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "text/css; charset=utf-8")
	return c.SendString(statementview.PageRule(p, v))
}
