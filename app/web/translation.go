package web

import (
	"net/http"
	"time"

	"github.com/gofiber/fiber/v2"

	"madang/app"
	"madang/app/statement"
	statementview "madang/app/web/view/statement"
)

func (s *Server) mountTranslations(r fiber.Router) {
	r.Get("/statements/:id/languages/:lang", s.handleLanguages)
	r.Post("/statements/:id/languages/:lang/reviews", s.handleReviewCreate)
	r.Get("/statements/:id/clauses/:cid/languages/:lang", s.handleTranslationEdit)
	r.Post("/statements/:id/clauses/:cid/languages/:lang", s.handleTranslationCreate)
}

func (s *Server) languages(c *fiber.Ctx) (statement.Languages, error) {
	return s.statements.Languages(c.UserContext(), actorOf(c), app.ID(c.Params("id")), c.Params("lang"))
}

func (s *Server) handleLanguages(c *fiber.Ctx) error {
	view, err := s.languages(c)
	if err != nil {
		return err
	}
	page := s.page(c, view.Statement.Title, view.Membership)
	return s.render(c, http.StatusOK, statementview.LanguagesPage(page, statementview.Languages{Languages: view, Notice: noticeOf(c)}))
}

func (s *Server) handleTranslationEdit(c *fiber.Ctx) error {
	return s.translationBox(c, http.StatusOK, func(t statement.TranslatedClause) statementview.Translating {
		return statementview.Translating{Nonce: app.NewID(), Base: t.Translation.ID, Words: t.Translation.Words}
	})
}

// translationBox shows a clause beside the box that fill makes for it.
func (s *Server) translationBox(c *fiber.Ctx, status int, fill func(statement.TranslatedClause) statementview.Translating) error {
	view, err := s.languages(c)
	if err != nil {
		return err
	}
	m := view.Membership
	if err := m.Must(app.Translate); err != nil {
		return err
	}
	clause, ok := view.Find(c.Params("cid"))
	if !ok {
		return app.NotFound()
	}
	v := fill(clause)
	v.Statement, v.Lang, v.Clause, v.Source = view.Statement, view.Lang, clause, clause.Block.PlainText()
	return s.render(c, status, statementview.TranslatePage(s.page(c, view.Statement.Title, m), v))
}

// handleTranslationCreate saves what the box holds. Whatever happens meanwhile, the
// words come back.
func (s *Server) handleTranslationCreate(c *fiber.Ctx) error {
	nonce, base, words, source := nonceOf(c.FormValue("nonce")), app.ID(c.FormValue("base")), typed(c, "text"), typed(c, "source")
	lang, cid := c.Params("lang"), c.Params("cid")
	made, cause := s.statements.Translate(c.UserContext(), actorOf(c), app.ID(c.Params("id")), statement.NewTranslation{
		ID: idFor(nonce, lang, cid, string(base), words), Base: base, Lang: lang, CID: cid, Words: words, Source: source,
	})
	if cause == nil && len(made.Conflicts) == 0 {
		done := "translated"
		if made.Merged {
			done = "joined"
		}
		return s.seeOther(c, "/statements/"+c.Params("id")+"/languages/"+lang+"?done="+done+"#"+cid)
	}
	v, status := statementview.Translating{Nonce: nonce, Base: base, Words: words}, http.StatusConflict
	if cause == nil {
		v.Base, v.Theirs = made.Newest.ID, &made.Newest
	} else {
		if !canBeMended(cause) {
			return cause
		}
		refusal := refusalOf(cause)
		v.Problem, status = s.sentence(c, refusal), statusOf(refusal.Kind)
	}
	if err := s.translationBox(c, status, func(statement.TranslatedClause) statementview.Translating { return v }); err != nil {
		return cause
	}
	return nil
}

func (s *Server) handleReviewCreate(c *fiber.Ctx) error {
	found, err := s.statements.ReviewTranslation(c.UserContext(), actorOf(c), app.ID(c.Params("id")), app.ID(c.FormValue("translation")))
	if err != nil {
		return err
	}
	return s.seeOther(c, "/statements/"+c.Params("id")+"/languages/"+found.Lang+"?done=reviewed#"+found.CID)
}

func (s *Server) mountTranslationAPI(r fiber.Router) {
	api := s.memberRoutes(r, "Translations")
	api.get("/statements/:id/languages/:lang", s.apiTranslations, "Lists the clauses with their translations into a language.", gives(200, listJSON[translationJSON]{}))
	api.post("/statements/:id/languages/:lang", s.apiTranslationCreate, "Translates a clause, beside what others translated meanwhile.",
		needs(app.Translate), takes(translationInput{ID: exampleID, CID: exampleClause, Text: "물은 모두의 것이다.", Source: "The water belongs to all."}), gives(201, translationJSON{}))
}

type translationJSON struct {
	clauseJSON
	State       statement.TranslationState `json:"state"`
	ID          app.ID                     `json:"id,omitempty"`
	Translation string                     `json:"translation,omitempty"`
	By          app.ID                     `json:"by,omitempty"`
	At          *time.Time                 `json:"at,omitempty"`
	ReviewedBy  app.ID                     `json:"reviewed_by,omitempty"`
}

func (s *Server) apiTranslations(c *fiber.Ctx) error {
	view, err := s.languages(c)
	if err != nil {
		return err
	}
	return s.answer(c, http.StatusOK, listOf(view.Clauses, translationOf))
}

func translationOf(t statement.TranslatedClause) translationJSON {
	shown := translationJSON{clauseJSON: clauseOf(t.Block, t.Number), State: t.State}
	if t.Translation.ID != "" {
		shown.ID, shown.Translation, shown.By, shown.At = t.Translation.ID, t.Translation.Words, t.Translation.By, &t.Translation.At
		shown.ReviewedBy = t.Translation.ReviewedBy
	}
	return shown
}

// translationInput translates a clause: Base is the translation the sender saw, Source
// the clause as they saw it.
type translationInput struct {
	ID     app.ID `json:"id"`
	Base   app.ID `json:"base"`
	CID    string `json:"cid"`
	Text   string `json:"text"`
	Source string `json:"source"`
}

func (s *Server) apiTranslationCreate(c *fiber.Ctx) error {
	var input translationInput
	if err := bindJSON(c, &input); err != nil {
		return err
	}
	id, err := idOr(input.ID)
	if err != nil {
		return err
	}
	made, err := s.statements.Translate(c.UserContext(), actorOf(c), app.ID(c.Params("id")), statement.NewTranslation{
		ID: id, Base: input.Base, Lang: c.Params("lang"), CID: input.CID, Words: input.Text, Source: input.Source,
	})
	if err != nil {
		return err
	}
	if len(made.Conflicts) > 0 {
		return s.writeConflict(c, "translation.changed", made.Newest.Words, made.Conflicts)
	}
	view, err := s.languages(c)
	if err != nil {
		return err
	}
	for _, t := range view.Clauses {
		if t.Block.CID == made.Newest.CID {
			return s.answer(c, http.StatusCreated, translationOf(t))
		}
	}
	return app.NotFound() // somebody removed the clause meanwhile
}
