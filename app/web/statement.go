package web

import (
	"net/http"
	"slices"

	"github.com/gofiber/fiber/v2"

	"madang/app"
	"madang/app/notice"
	"madang/app/statement"
	statementview "madang/app/web/view/statement"
)

func (s *Server) mountStatements(r fiber.Router) {
	r.Get("/groups/:id/statements/new", s.handleStatementNew)
	r.Post("/groups/:id/statements", s.handleStatementCreate)
	r.Get("/statements/:id.md", s.handleStatementMarkdown)
	r.Get("/statements/:id.docx", s.handleStatementWord)
	r.Get("/statements/:id", s.handleStatementShow)
	r.Get("/statements/:id/title", s.handleStatementTitleEdit)
	r.Post("/statements/:id/title", s.handleStatementTitleUpdate)
	r.Get("/statements/:id/draft", s.handleDraftShow)
	r.Get("/statements/:id/clauses/new", s.handleClauseNew)
	r.Post("/statements/:id/clauses", s.handleClauseCreate)
	r.Get("/statements/:id/clauses/:cid", s.handleClauseShow)
	r.Get("/statements/:id/clauses/:cid/text", s.handleClauseTextEdit)
	r.Post("/statements/:id/clauses/:cid/text", s.handleClauseTextUpdate)
	r.Get("/statements/:id/clauses/:cid/deletion", s.handleClauseDeletionNew)
	r.Post("/statements/:id/clauses/:cid/deletion", s.handleClauseDeletionCreate)
}

func (s *Server) handleStatementShow(c *fiber.Ctx) error {
	ctx, actor := c.UserContext(), actorOf(c)
	seq, err := s.head(ctx, app.ID(c.Params("id")))
	if err != nil {
		return err
	}
	view, amendments, err := s.statements.Amendments(ctx, actor, app.ID(c.Params("id")))
	if err != nil {
		return err
	}
	counts, err := s.threads.Counts(ctx, actor, view.Statement.ID)
	if err != nil {
		return err
	}
	group, _, err := s.identity.Group(ctx, actor, view.Statement.Group)
	if err != nil {
		return err
	}
	holds, err := s.statements.WaitingHolds(ctx, view.Membership, view.Statement.ID)
	if err != nil {
		return err
	}
	notes, err := s.statements.Notes(ctx, actor, view.Statement.ID)
	if err != nil {
		return err
	}
	follow, err := s.follow(c, notice.Target{Statement: view.Statement.ID, Kind: notice.Statement})
	if err != nil {
		return err
	}
	page := s.page(c, view.Statement.Title, view.Membership)
	margin, err := s.margin(c, page, view, amendments, group.Languages)
	if err != nil {
		return err
	}
	return s.render(c, http.StatusOK, statementview.ReadingPage(page, statementview.Reading{
		Statement:  view.Statement,
		GroupName:  group.Name,
		Text:       s.text(view),
		Marks:      counts,
		Margin:     margin,
		Overlays:   margin.Overlays(page),
		MayDraft:   view.Membership.May(app.Draft),
		MayComment: view.Membership.May(app.Comment),
		Holds:      holds,
		Others:     view.Statement.Others(group.Languages),
		Notes:      notes,
		Seq:        seq,
		Notice:     noticeOf(c),
		LeftOut:    leftOutOf(c),
		Follow:     follow,

		ChangedSince: s.look(c, view, seq),
	}))
}

// handleStatementMarkdown hands out the text as a file, named by its id: a
// title in the list of downloads tells too much.
func (s *Server) handleStatementMarkdown(c *fiber.Ctx) error {
	view, err := s.statements.View(c.UserContext(), actorOf(c), app.ID(c.Params("id")))
	if err != nil {
		return err
	}
	s.private(c, view.Membership)
	c.Attachment(string(view.Statement.ID) + ".md")
	c.Set(fiber.HeaderContentType, "text/markdown; charset=utf-8")
	return c.SendString(view.Text.Doc.MarkdownFrom(originOf(view)))
}

func (s *Server) handleStatementNew(c *fiber.Ctx) error {
	return s.statementForm(c, http.StatusOK, statementview.New{Nonce: app.NewID()})
}

// statementForm shows the form that begins a statement, with what was typed.
func (s *Server) statementForm(c *fiber.Ctx, status int, v statementview.New) error {
	actor, id := actorOf(c), app.ID(c.Params("id"))
	m, err := actor.MemberWho(app.Draft, id)
	if err != nil {
		return err
	}
	group, _, err := s.identity.Group(c.UserContext(), actor, id)
	if err != nil {
		return err
	}
	v.Group, v.GroupName, v.Languages = id, group.Name, group.Languages
	page := s.titled(c, "statement.new.title", m)
	if v.Lang == "" && slices.Contains(group.Languages, page.Lang) {
		v.Lang = page.Lang
	}
	return s.render(c, status, statementview.NewPage(page, v))
}

func (s *Server) handleStatementCreate(c *fiber.Ctx) error {
	form, text, err := bindStatement(c)
	if err != nil {
		return s.statementFormAgain(c, form, err)
	}
	made, err := s.statements.Create(c.UserContext(), actorOf(c), statement.NewStatement{
		ID:       idFor(form.Nonce, form.Title, form.Lang, string(text.markdown)),
		Group:    app.ID(c.Params("id")),
		Title:    form.Title,
		Lang:     form.Lang,
		Markdown: text.markdown,
	})
	if err != nil {
		return s.statementFormAgain(c, form, err)
	}
	return s.seeOther(c, "/statements/"+string(made.ID)+text.told())
}

// bindStatement reads the form; a file, if there is one, is the text.
func bindStatement(c *fiber.Ctx) (statementview.New, brought, error) {
	form := statementview.New{
		Nonce: nonceOf(c.FormValue("id")),
		Title: c.FormValue("title"),
		Lang:  c.FormValue("lang"),
		Text:  typed(c, "text"),
	}
	name, content, err := theFileIn(c, statement.MaxMarkdown, tooLargeToBring)
	if err == nil && len(content) == 0 {
		return form, brought{markdown: []byte(form.Text)}, nil
	}
	form.HadFile = true
	if err != nil {
		return form, brought{}, err
	}
	text, err := bring(name, content, form.Title)
	return form, text, err
}

func (s *Server) statementFormAgain(c *fiber.Ctx, form statementview.New, cause error) error {
	if !canBeMended(cause) {
		return cause
	}
	refusal := refusalOf(cause)
	form.Problem, form.Field = s.sentence(c, refusal), refusal.Field
	if form.HadFile && form.Field == "markdown" {
		form.Field = "file"
	}
	if err := s.statementForm(c, statusOf(refusal.Kind), form); err != nil {
		return cause
	}
	return nil
}

func (s *Server) handleStatementTitleEdit(c *fiber.Ctx) error {
	return s.titleForm(c, http.StatusOK, nil, "")
}

// titleForm shows the form with the title as it stands, or as it was typed.
func (s *Server) titleForm(c *fiber.Ctx, status int, typed *string, problem string) error {
	found, m, err := s.statements.Find(c.UserContext(), actorOf(c), app.ID(c.Params("id")))
	if err == nil {
		err = m.Must(app.Draft)
	}
	if err != nil {
		return err
	}
	v := statementview.Rename{Statement: found, Title: found.Title, Problem: problem}
	if typed != nil {
		v.Title = *typed
	}
	return s.render(c, status, statementview.RenamePage(s.titled(c, "statement.rename.title", m), v))
}

func (s *Server) handleStatementTitleUpdate(c *fiber.Ctx) error {
	id, title := app.ID(c.Params("id")), c.FormValue("title")
	cause := s.statements.Rename(c.UserContext(), actorOf(c), id, title)
	if cause == nil {
		return s.seeOther(c, "/statements/"+string(id))
	}
	if !canBeMended(cause) {
		return cause
	}
	refusal := refusalOf(cause)
	if err := s.titleForm(c, statusOf(refusal.Kind), &title, s.sentence(c, refusal)); err != nil {
		return cause
	}
	return nil
}
