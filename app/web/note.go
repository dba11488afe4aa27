package web

import (
	"net/http"

	"github.com/gofiber/fiber/v2"

	"madang/app"
	"madang/app/statement"
	statementview "madang/app/web/view/statement"
)

func (s *Server) mountNotes(r fiber.Router) {
	r.Get("/statements/:id/clauses/:cid/note", s.handleNoteEdit)
	r.Post("/statements/:id/clauses/:cid/note", s.handleNoteCreate)
	s.mountNoteTongues(r)
}

func (s *Server) handleNoteEdit(c *fiber.Ctx) error {
	notes, err := s.statements.Notes(c.UserContext(), actorOf(c), app.ID(c.Params("id")))
	if err != nil {
		return err
	}
	note := notes[c.Params("cid")]
	v := statementview.Annotating{Nonce: app.NewID(), Base: note.ID, Words: note.Words}
	if note.IsLangSaid {
		v.Lang = note.Lang
	}
	return s.noteBox(c, http.StatusOK, v)
}

// noteBox shows a clause and the box for its note.
func (s *Server) noteBox(c *fiber.Ctx, status int, v statementview.Annotating) error {
	view, err := s.draftedClause(c)
	if err != nil {
		return err
	}
	if v.Languages, err = s.threads.Languages(c.UserContext(), view.Statement.ID); err != nil {
		return err
	}
	v.Statement = view.Statement
	v.Clause, _ = s.text(textOf(view)).Find(view.Block.CID)
	return s.render(c, status, statementview.NotePage(s.page(c, view.Statement.Title, view.Membership), v))
}

// handleNoteCreate saves what the box holds. Whatever happens meanwhile, the words come
// back.
func (s *Server) handleNoteCreate(c *fiber.Ctx) error {
	nonce, base, words, cid, lang := nonceOf(c.FormValue("nonce")), app.ID(c.FormValue("base")), typed(c, "text"), c.Params("cid"), c.FormValue("lang")
	made, cause := s.statements.Annotate(c.UserContext(), actorOf(c), app.ID(c.Params("id")), statement.NewNote{
		ID: idFor(nonce, cid, string(base), words), Base: base, CID: cid, Words: words, Lang: lang,
	})
	if cause == nil && len(made.Conflicts) == 0 {
		return s.seeOther(c, "/statements/"+c.Params("id")+"/clauses/"+cid+"?done="+map[bool]string{true: "merged", false: "saved"}[made.Merged])
	}
	v, status := statementview.Annotating{Nonce: nonce, Base: base, Words: words, Lang: lang}, http.StatusConflict
	if cause == nil {
		v.Base, v.Theirs = made.Newest.ID, &made.Newest
	} else {
		if !canBeMended(cause) {
			return cause
		}
		refusal := refusalOf(cause)
		v.Problem, status = s.sentence(c, refusal), statusOf(refusal.Kind)
	}
	if err := s.noteBox(c, status, v); err != nil {
		return cause
	}
	return nil
}
