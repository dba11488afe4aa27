package web

import (
	"context"
	"net/http"
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"madang/app"
	"madang/app/statement"
	statementview "madang/app/web/view/statement"
)

// Notes in other languages, as comments are (tongue.go).

func (s *Server) mountNoteTongues(r fiber.Router) {
	r.Get("/statements/:id/clauses/:cid/note/translations/:lang", s.handleNoteTongueShow)
	r.Post("/statements/:id/clauses/:cid/note/translations/:lang", s.handleNoteTongueCreate)
	r.Post("/statements/:id/clauses/:cid/note/translations/:lang/reviews", s.handleNoteTongueReview)
	r.Post("/statements/:id/clauses/:cid/note/translations/:lang/withdrawals", s.handleNoteTongueWithdrawal)
}

// noteTongue is a note in another language, as its page shows it.
func (s *Server) noteTongue(c *fiber.Ctx) (v statementview.NoteTongue, err error) {
	v.Lang = c.Params("lang")
	v.NotedIn, err = s.statements.NoteIn(c.UserContext(), actorOf(c), app.ID(c.Params("id")), c.Params("cid"))
	if err != nil {
		return v, err
	}
	if v.Lang == v.Note.Lang || !slices.Contains(v.Languages, v.Lang) {
		return v, app.NotFound()
	}
	v.Clause, _ = s.text(textOf(v.ClauseView)).Find(v.Note.CID)
	return v, nil
}

func (s *Server) handleNoteTongueShow(c *fiber.Ctx) error {
	v, err := s.noteTongue(c)
	if err != nil {
		return err
	}
	newest, _ := v.Note.In(v.Lang)
	v.Nonce, v.Base, v.Words = app.NewID(), newest.ID, newest.Words
	return s.noteTonguePage(c, http.StatusOK, v)
}

func (s *Server) noteTonguePage(c *fiber.Ctx, status int, v statementview.NoteTongue) error {
	page := s.titled(c, "notetongue.page", v.Membership)
	v.Notice = noticeIn(c, page)
	return s.render(c, status, statementview.NoteTonguePage(page, v))
}

// handleNoteTongueCreate keeps what the box holds. Whatever happens meanwhile, the words come
// back: beside what somebody else wrote.
func (s *Server) handleNoteTongueCreate(c *fiber.Ctx) error {
	nonce, base, words, lang, cid := nonceOf(c.FormValue("nonce")), app.ID(c.FormValue("base")), typed(c, "text"), c.Params("lang"), c.Params("cid")
	note, _ := strconv.Atoi(c.FormValue("note")) // none is the present one
	_, cause := s.statements.TranslateNote(c.UserContext(), actorOf(c), app.ID(c.Params("id")), statement.NewNoteTranslation{
		ID: idFor(nonce, c.Params("id"), cid, lang, words), Base: base, CID: cid, Lang: lang, Words: words, Note: note,
	})
	if cause == nil {
		return s.seeOther(c, c.Path()+"?done=translated")
	}
	if !canBeMended(cause) {
		return cause
	}
	v, err := s.noteTongue(c)
	if err != nil {
		return cause
	}
	refusal := refusalOf(cause)
	newest, _ := v.Note.In(lang)
	v.Nonce, v.Base, v.Words = nonce, base, words
	if v.Theirs = app.IsCode(cause, "notetongue.changed"); v.Theirs {
		v.Base = newest.ID
	} else {
		v.Problem = s.sentence(c, refusal)
	}
	return s.noteTonguePage(c, statusOf(refusal.Kind), v)
}

func (s *Server) handleNoteTongueReview(c *fiber.Ctx) error {
	return s.noteTongueStep(c, s.statements.ReviewNoteTranslation, "tongue-reviewed")
}

func (s *Server) handleNoteTongueWithdrawal(c *fiber.Ctx) error {
	return s.noteTongueStep(c, s.statements.WithdrawNoteTranslation, "tongue-withdrawn")
}

func (s *Server) noteTongueStep(c *fiber.Ctx, act func(context.Context, app.Actor, app.ID, string, app.ID) (statement.Note, error), done string) error {
	cid := c.Params("cid")
	if _, err := act(c.UserContext(), actorOf(c), app.ID(c.Params("id")), cid, app.ID(c.FormValue("translation"))); err != nil {
		return err
	}
	return s.seeOther(c, "/statements/"+c.Params("id")+"/clauses/"+cid+"/note/translations/"+c.Params("lang")+"?done="+done)
}
