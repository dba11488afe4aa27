package web

import (
	"net/http"
	"strconv"
	"unicode/utf16"

	"github.com/gofiber/fiber/v2"

	"madang/app"
	"madang/app/prose"
	"madang/app/thread"
	threadview "madang/app/web/view/thread"
)

// pickIn reads from a form which words are meant.
func pickIn(c *fiber.Ctx) thread.Pick {
	p := thread.Pick{Clause: c.FormValue("clause"), Quote: typed(c, "quote")}
	if start, err := strconv.Atoi(c.FormValue("start")); err == nil {
		p.Start = &start
	}
	return p
}

// pickedIn fills a form with the words that an address names by where they begin and
// end in the clause. Addresses stay in histories, so that the words aren't in them.
func pickedIn(c *fiber.Ctx, block prose.Block, form threadview.Compose) threadview.Compose {
	start, end := c.QueryInt("start", -1), c.QueryInt("end", -1)
	units := utf16.Encode([]rune(block.PlainText()))
	if form.Problem != "" || start < 0 || start >= end || end > len(units) {
		return form
	}
	form.Quote, form.Start = string(utf16.Decode(units[start:end])), strconv.Itoa(start)
	return form
}

func (s *Server) handleThreadPlaceEdit(c *fiber.Ctx) error {
	return s.threadPlace(c, http.StatusOK, threadview.Attach{})
}

// threadPlace shows the form that hangs a thread on other words; form may be one that
// was refused.
func (s *Server) threadPlace(c *fiber.Ctx, status int, form threadview.Attach) error {
	ctx, actor := c.UserContext(), actorOf(c)
	shown, m, err := s.threads.Show(ctx, actor, app.ID(c.Params("id")))
	if err != nil {
		return err
	}
	if !shown.MaySettle(m) {
		return app.NotFound()
	}
	view, err := s.statements.View(ctx, actor, shown.Statement)
	if err != nil {
		return err
	}
	page := s.page(c, view.Statement.Title, m)
	form.Statement, form.Thread = view.Statement, shown
	if form.Problem == "" {
		form.Clause = shown.Clause
	}
	for _, clause := range s.text(view).Clauses {
		form.Places = append(form.Places, threadview.AttachPlace{CID: clause.CID, Name: clause.Name(page), Words: clause.Words})
	}
	return s.render(c, status, threadview.AttachPage(page, form))
}

func (s *Server) handleThreadPlaceUpdate(c *fiber.Ctx) error {
	id, to := app.ID(c.Params("id")), pickIn(c)
	_, err := s.threads.Attach(c.UserContext(), actorOf(c), id, to)
	if err == nil {
		return s.seeOther(c, "/threads/"+string(id))
	}
	return s.again(c, err, func(refusal *app.Error) error {
		form := threadview.Attach{Clause: to.Clause, Quote: to.Quote, Problem: s.sentence(c, refusal)}
		return s.threadPlace(c, statusOf(refusal.Kind), form)
	})
}
