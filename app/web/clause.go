package web

import (
	"net/http"

	"github.com/gofiber/fiber/v2"

	"madang/app"
	"madang/app/notice"
	"madang/app/statement"
	"madang/app/thread"
	statementview "madang/app/web/view/statement"
	threadview "madang/app/web/view/thread"
)

// handleClauseShow leads whoever follows a link to a clause that was merged to the one
// that has its words now.
func (s *Server) handleClauseShow(c *fiber.Ctx) error {
	err := s.clausePage(c, c.Params("cid"), http.StatusOK, threadview.Compose{Nonce: app.NewID()})
	if app.KindOf(err) != app.KindNotFound {
		return err
	}
	into, gone := s.statements.MergedInto(c.UserContext(), actorOf(c), app.ID(c.Params("id")), c.Params("cid"))
	if gone != nil {
		return err
	}
	return s.seeOther(c, "/statements/"+c.Params("id")+"/clauses/"+into)
}

// clausePage shows a clause and its threads; compose may hold a form that was
// refused.
func (s *Server) clausePage(c *fiber.Ctx, cid string, status int, compose threadview.Compose) error {
	ctx, actor := c.UserContext(), actorOf(c)
	seq, err := s.head(ctx, app.ID(c.Params("id")))
	if err != nil {
		return err
	}
	whole, amendments, err := s.statements.Amendments(ctx, actor, app.ID(c.Params("id")))
	if err != nil {
		return err
	}
	view, err := whole.Clause(cid)
	if err != nil {
		return err
	}
	notes, err := s.statements.Notes(ctx, actor, view.Statement.ID)
	if err != nil {
		return err
	}
	follow, err := s.follow(c, notice.Target{Statement: view.Statement.ID, Kind: notice.Clause, Part: cid})
	if err != nil {
		return err
	}
	compose.Clause = cid
	compose, err = s.composeIn(c.UserContext(), view.Statement.ID, view.Membership, pickedIn(c, view.Block, compose))
	if err != nil {
		return err
	}
	read := s.readIn(c, compose.Languages)
	threads, err := s.threads.List(ctx, actor, view.Statement.ID, thread.ListOptions{Clause: cid, Read: read, Sort: thread.SortNewest, State: thread.StateAll})
	if err != nil {
		return err
	}
	threads, more := partOf(c, threads)
	page, text := s.page(c, view.Statement.Title, view.Membership), s.text(whole)
	clause, _ := text.Find(cid)
	return s.render(c, status, statementview.ClausePage(page, statementview.ClauseShow{
		Follow:     follow,
		Statement:  view.Statement,
		Clause:     clause,
		Previous:   view.Previous,
		Next:       view.Next,
		Cards:      placeless(view.Membership, threads, read),
		More:       more,
		Compose:    compose,
		MayDraft:   view.Membership.May(app.Draft),
		MayRetype:  view.Block.IsTextBlock(),
		Note:       notes[cid],
		Languages:  compose.Languages,
		Read:       read,
		Text:       view.Text.Doc,
		Amendments: amendmentsIn(amendments, "open", cid),
		MayPropose: view.Membership.May(app.Propose),
		Seq:        seq,
		Notice:     noticeOf(c),
	}))
}

// placeless are the cards of threads that all hang on the clause in sight, as they are read in
// a language.
func placeless(m app.Membership, threads []thread.Thread, read string) []threadview.Card {
	list := make([]threadview.Card, len(threads))
	for i, t := range threads {
		list[i] = threadview.Card{Thread: t, MayAttach: mayAttach(t, m), Read: read}
	}
	return list
}

// textOf is the whole statement a clause was looked at in.
func textOf(v statement.ClauseView) statement.View {
	return statement.View{Statement: v.Statement, Membership: v.Membership, Text: v.Text}
}

// draftedClause is a clause the reader may edit.
func (s *Server) draftedClause(c *fiber.Ctx) (statement.ClauseView, error) {
	view, err := s.statements.Clause(c.UserContext(), actorOf(c), app.ID(c.Params("id")), c.Params("cid"))
	if err != nil {
		return view, err
	}
	return view, view.Membership.Must(app.Draft)
}

func (s *Server) handleClauseTextEdit(c *fiber.Ctx) error {
	view, err := s.draftedClause(c)
	if err != nil {
		return err
	}
	words := view.Block.PlainText()
	return s.clauseBox(c, http.StatusOK, view, statementview.Text{Nonce: app.NewID(), Base: words, Text: words})
}

// clauseBox shows the plain text box of a clause.
func (s *Server) clauseBox(c *fiber.Ctx, status int, view statement.ClauseView, v statementview.Text) error {
	v.Statement, v.Previous = view.Statement, view.Previous
	v.Clause, _ = s.text(textOf(view)).Find(view.Block.CID)
	page := s.page(c, view.Statement.Title, view.Membership)
	return s.render(c, status, statementview.TextPage(page, v))
}

// handleClauseTextUpdate saves what the box holds. Whatever happens meanwhile,
// the words come back: merged, beside the other text, or in the form for a new
// clause if somebody removed this one.
func (s *Server) handleClauseTextUpdate(c *fiber.Ctx) error {
	id, cid := app.ID(c.Params("id")), c.Params("cid")
	base, text := typed(c, "base"), typed(c, "text")
	edited, err := s.statements.EditClause(c.UserContext(), actorOf(c), id, statement.ClauseEdit{
		ID: idFor(nonceOf(c.FormValue("nonce")), cid, base, text), CID: cid, Base: base, Text: text,
	})
	if err != nil {
		return s.clauseBoxAgain(c, base, text, err)
	}
	if len(edited.Conflicts) > 0 {
		return s.clauseConflict(c, base, text)
	}
	return s.seeOther(c, "/statements/"+string(id)+"/clauses/"+cid+"?done="+doneOf(edited))
}

func doneOf(e statement.Edited) string {
	if e.Merged {
		return "merged"
	}
	return "saved"
}

func (s *Server) clauseBoxAgain(c *fiber.Ctx, base, text string, cause error) error {
	view, err := s.draftedClause(c)
	if app.KindOf(err) == app.KindNotFound {
		return s.clauseVanished(c, text, cause)
	}
	if err != nil || !canBeMended(cause) {
		return cause
	}
	refusal := refusalOf(cause)
	v := statementview.Text{Nonce: nonceOf(c.FormValue("nonce")), Base: base, Text: text, Problem: s.sentence(c, refusal)}
	return s.clauseBox(c, statusOf(refusal.Kind), view, v)
}

// clauseConflict shows the reader's text in the box and beside it the clause as
// it stands now, which the next save builds on.
func (s *Server) clauseConflict(c *fiber.Ctx, base, text string) error {
	view, err := s.draftedClause(c)
	if app.KindOf(err) == app.KindNotFound {
		return s.clauseVanished(c, text, err)
	}
	if err != nil {
		return err
	}
	current := view.Block.PlainText()
	v := statementview.Text{Nonce: nonceOf(c.FormValue("nonce")), Base: base, Text: text, Current: &current}
	return s.clauseBox(c, http.StatusConflict, view, v)
}

// clauseVanished offers the words of a removed clause as a new one, where the
// removed one stood.
func (s *Server) clauseVanished(c *fiber.Ctx, text string, cause error) error {
	form := statementview.NewClause{Nonce: app.NewID(), Kind: "paragraph", Text: text, Vanished: true}
	if err := s.newClauseForm(c, http.StatusConflict, c.FormValue("previous"), form); err != nil {
		return cause
	}
	return nil
}

func (s *Server) handleClauseNew(c *fiber.Ctx) error {
	return s.newClauseForm(c, http.StatusOK, c.Query("after"), statementview.NewClause{Nonce: app.NewID(), Kind: statementview.ClauseKinds[0]})
}

// newClauseForm shows the form that adds a clause; if the clause it should
// follow is gone, it will be the last.
func (s *Server) newClauseForm(c *fiber.Ctx, status int, after string, v statementview.NewClause) error {
	view, err := s.statements.View(c.UserContext(), actorOf(c), app.ID(c.Params("id")))
	if err != nil {
		return err
	}
	m := view.Membership
	if err := m.Must(app.Draft); err != nil {
		return err
	}
	v.Statement = view.Statement
	if clause, ok := s.text(view).Find(after); ok {
		v.After = &clause
	}
	return s.render(c, status, statementview.NewClausePage(s.page(c, view.Statement.Title, m), v))
}

func (s *Server) handleClauseCreate(c *fiber.Ctx) error {
	id, after, kind, text := app.ID(c.Params("id")), c.FormValue("after"), c.FormValue("kind"), typed(c, "text")
	sort := sortOf(kind)
	nonce := nonceOf(c.FormValue("nonce"))
	cid, _, err := s.statements.AddClause(c.UserContext(), actorOf(c), id, statement.NewClause{
		ID: idFor(nonce, after, kind, text), After: after, Node: sort.Node, Kind: sort.Kind, Level: sort.Level, Text: text,
	})
	if err == nil {
		return s.seeOther(c, "/statements/"+string(id)+"/clauses/"+cid+"?done=inserted")
	}
	refusal := refusalOf(err)
	v := statementview.NewClause{Nonce: nonce, Kind: kind, Text: text, Problem: s.sentence(c, refusal)}
	if err := s.newClauseForm(c, statusOf(refusal.Kind), after, v); err != nil {
		return refusal
	}
	return nil
}

func (s *Server) handleClauseDeletionNew(c *fiber.Ctx) error {
	return s.clauseDeletion(c, http.StatusOK, false)
}

func (s *Server) clauseDeletion(c *fiber.Ctx, status int, hasChanged bool) error {
	view, err := s.draftedClause(c)
	if err != nil {
		return err
	}
	clause, _ := s.text(textOf(view)).Find(view.Block.CID)
	page := s.page(c, view.Statement.Title, view.Membership)
	return s.render(c, status, statementview.ClauseDeletionPage(page, statementview.ClauseDeletion{
		Statement: view.Statement, Clause: clause, Nonce: app.NewID(), Base: view.Block.PlainText(), HasChanged: hasChanged,
	}))
}

func (s *Server) handleClauseDeletionCreate(c *fiber.Ctx) error {
	id, cid, base := app.ID(c.Params("id")), c.Params("cid"), typed(c, "base")
	edited, err := s.statements.DeleteClause(c.UserContext(), actorOf(c), id, statement.ClauseEdit{
		ID: idFor(nonceOf(c.FormValue("nonce")), cid, base), CID: cid, Base: base,
	})
	if err != nil {
		return err
	}
	if len(edited.Conflicts) > 0 {
		return s.clauseDeletion(c, http.StatusConflict, true)
	}
	return s.seeOther(c, "/statements/"+string(id)+"?done=removed")
}
