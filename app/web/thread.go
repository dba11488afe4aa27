package web

import (
	"context"
	"net/http"
	"slices"
	"strconv"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"madang/app"
	"madang/app/notice"
	"madang/app/statement"
	"madang/app/thread"
	"madang/app/web/view/layout"
	statementview "madang/app/web/view/statement"
	threadview "madang/app/web/view/thread"
)

// threadPage is how many comments a page of a thread shows before the rest is
// on the next one: more would weigh beyond 30 kB on the wire.
const threadPage = 200

func (s *Server) mountThreads(r fiber.Router) {
	r.Get("/statements/:id/threads", s.handleThreadIndex)
	r.Post("/statements/:id/threads", s.handleThreadCreate)
	r.Get("/threads/:id", s.handleThreadShow)
	r.Post("/threads/:id/comments", s.handleCommentCreate)
	r.Post("/threads/:id/readings", s.handleReadingCreate)
	r.Post("/threads/:id/settlements", s.handleSettlementCreate)
	r.Get("/threads/:id/place", s.handleThreadPlaceEdit)
	r.Post("/threads/:id/place", s.handleThreadPlaceUpdate)
	r.Get("/comments/:id", s.handleCommentShow)
	r.Get("/comments/:id/text", s.handleCommentTextEdit)
	r.Post("/comments/:id/text", s.handleCommentTextUpdate)
	r.Get("/comments/:id/history", s.handleCommentHistoryShow)
	r.Get("/comments/:id/deletion", s.handleCommentDeletionNew)
	r.Post("/comments/:id/deletion", s.handleCommentDeletionCreate)
}

func (s *Server) handleThreadIndex(c *fiber.Ctx) error {
	return s.threadIndex(c, http.StatusOK, threadview.Compose{Nonce: app.NewID()})
}

// maxListed is how many threads a page lists; one with more is slow on a phone.
const maxListed = 100

// partOf is the part of a list of threads that the address asks for: those behind one of them,
// or the first ones. More are behind next, which is empty if that is all.
func partOf(c *fiber.Ctx, threads []thread.Thread) (part []thread.Thread, next app.ID) {
	after := app.ID(c.Query("after"))
	part = threads[slices.IndexFunc(threads, func(t thread.Thread) bool { return t.ID == after })+1:]
	if len(part) <= maxListed {
		return part, ""
	}
	return part[:maxListed], part[maxListed-1].ID
}

// threadIndex shows the threads of a statement; compose may hold a form that
// was refused.
func (s *Server) threadIndex(c *fiber.Ctx, status int, compose threadview.Compose) error {
	ctx, actor := c.UserContext(), actorOf(c)
	view, err := s.statements.View(ctx, actor, app.ID(c.Params("id")))
	if err != nil {
		return err
	}
	page := s.page(c, view.Statement.Title, view.Membership)
	list := threadview.List{Statement: view.Statement, Options: listOptions(c)}
	if list.Compose, err = s.composeIn(ctx, view.Statement.ID, view.Membership, compose); err != nil {
		return err
	}
	if list.Seq, err = s.head(ctx, view.Statement.ID); err != nil {
		return err
	}
	list.Options.Read = s.readIn(c, list.Compose.Languages)
	threads, err := s.threads.List(ctx, actor, view.Statement.ID, list.Options)
	if err != nil {
		return err
	}
	part, next := partOf(c, threads)
	list.Cards, list.Next = cards(page, view.Membership, s.text(view), part, list.Options.Read), next
	if list.HasOthers, err = s.hasThreads(ctx, actor, view.Statement.ID, threads); err != nil {
		return err
	}
	return s.render(c, status, threadview.ListPage(page, list))
}

// hasThreads reports whether a statement has threads at all; those that were
// found answer it without another question.
func (s *Server) hasThreads(ctx context.Context, actor app.Actor, id app.ID, found []thread.Thread) (bool, error) {
	if len(found) > 0 {
		return true, nil
	}
	all, err := s.threads.List(ctx, actor, id, thread.ListOptions{State: thread.StateAll})
	return len(all) > 0, err
}

// head is the number of the statement's last activity. It is asked for before
// what a page shows, so that a live page misses nothing in between.
func (s *Server) head(ctx context.Context, id app.ID) (int64, error) {
	heads, err := s.threads.Heads(ctx, []app.ID{id})
	return heads[id], err
}

// listOptions reads the choices of a list; anything unknown is the first choice.
func listOptions(c *fiber.Ctx) thread.ListOptions {
	o := thread.ListOptions{Sort: thread.Sort(c.Query("sort")), State: thread.State(c.Query("state"))}
	if !slices.Contains(threadview.Sorts, o.Sort) {
		o.Sort = threadview.Sorts[0]
	}
	if !slices.Contains(threadview.States, o.State) {
		o.State = threadview.States[0]
	}
	return o
}

// composeIn completes the form that starts a thread.
func (s *Server) composeIn(ctx context.Context, id app.ID, m app.Membership, c threadview.Compose) (_ threadview.Compose, err error) {
	c.MayComment = m.May(app.Comment)
	c.Action = "/statements/" + string(id) + "/threads"
	c.Languages, err = s.threads.Languages(ctx, id)
	return c, err
}

func (s *Server) handleThreadCreate(c *fiber.Ctx) error {
	form := bindCompose(c)
	made := thread.NewThread{
		ID:        idFor(form.Nonce, "thread", form.Clause, form.Quote, form.Body, form.Lang),
		Comment:   idFor(form.Nonce, "comment", form.Clause, form.Quote, form.Body, form.Lang),
		Statement: app.ID(c.Params("id")),
		Pick:      pickIn(c),
		Body:      form.Body,
		Lang:      form.Lang,
	}
	opened, _, err := s.threads.Open(c.UserContext(), actorOf(c), made)
	if err != nil {
		return s.threadFormAgain(c, form, err)
	}
	return s.seeOther(c, "/threads/"+string(opened.ID))
}

// bindCompose reads a form that takes a comment.
func bindCompose(c *fiber.Ctx) threadview.Compose {
	return threadview.Compose{
		Nonce:  nonceOf(c.FormValue("nonce")),
		Clause: c.FormValue("clause"),
		Quote:  typed(c, "quote"),
		Start:  c.FormValue("start"),
		Parent: app.ID(c.FormValue("parent")),
		Body:   typed(c, "body"),
		Lang:   c.FormValue("lang"),
	}
}

// threadFormAgain shows the page the form came from with the text in its place
// and what is wrong with it.
func (s *Server) threadFormAgain(c *fiber.Ctx, form threadview.Compose, cause error) error {
	if !canBeMended(cause) {
		return cause
	}
	refusal := refusalOf(cause)
	form.Problem, form.ProblemIn = s.sentence(c, refusal), refusal.Field
	again := func() error { return s.threadIndex(c, statusOf(refusal.Kind), form) }
	if form.Clause != "" {
		again = func() error { return s.clausePage(c, form.Clause, statusOf(refusal.Kind), form) }
	}
	if err := again(); err != nil {
		return cause
	}
	return nil
}

func (s *Server) handleThreadShow(c *fiber.Ctx) error {
	return s.threadShow(c, http.StatusOK, threadview.Compose{Nonce: app.NewID()}, threadview.Settle{})
}

// threadShow shows one page of a thread; compose and settle may hold a form
// that was refused.
func (s *Server) threadShow(c *fiber.Ctx, status int, compose threadview.Compose, settle threadview.Settle) error {
	ctx, actor := c.UserContext(), actorOf(c)
	shown, m, err := s.threads.Show(ctx, actor, app.ID(c.Params("id")))
	if err != nil {
		return err
	}
	view, err := s.statements.View(ctx, actor, shown.Statement)
	if err != nil {
		return err
	}
	v := showOf(shown, m)
	v.Statement = view.Statement
	v.At, v.Newest, v.IsFirst = app.ID(c.Query("at")), c.Query("sort") == string(thread.SortNewest), c.Query("after") == ""
	if v.Languages, err = s.threads.Languages(ctx, shown.Statement); err != nil {
		return err
	}
	v.Read = s.readIn(c, v.Languages)
	v.Compose, v.Settle = answerIn(v, compose), settle
	comments, err := s.threads.Comments(ctx, actor, shown.ID, thread.Page{After: c.Query("after"), Limit: threadPage, Newest: v.Newest})
	if err != nil {
		return err
	}
	v.Nodes, v.Next = threadview.Tree(s.comments(comments.Comments, m)), comments.Next
	if v.Follow, err = s.follow(c, notice.Target{Statement: shown.Statement, Kind: notice.Thread, Part: string(shown.ID)}); err != nil {
		return err
	}
	page := s.page(c, view.Statement.Title, m)
	v.Notice = noticeIn(c, page)
	return s.render(c, status, threadview.Page(page, s.placed(page, v, view)))
}

// showOf is what is shown of a thread besides its comments.
func showOf(t thread.Thread, m app.Membership) threadview.Show {
	return threadview.Show{
		Thread:     t,
		MayAnswer:  t.Open && m.May(app.Comment),
		MayComment: m.May(app.Comment),
		MayRetract: m.May(app.Retract),
		MaySettle:  t.MaySettle(m),
		MayAttach:  mayAttach(t, m),
		MayScreen:  m.May(app.Screen),
		Seq:        t.Seq,
	}
}

// placed says in the reader's language where the thread hangs.
func (s *Server) placed(p layout.Page, v threadview.Show, view statement.View) threadview.Show {
	clause, ok := s.text(view).Find(v.Thread.Clause)
	v.Place, v.Quote = placeOf(p, v.Thread, clause, ok), clause.Alone
	v.IsGone = v.Thread.Clause != "" && !ok
	return v.With(p)
}

// placeOf names the clause a thread hangs on, or the amendment it is about.
func placeOf(p layout.Page, t thread.Thread, clause statementview.Clause, exists bool) string {
	switch {
	case t.Amendment != "":
		return p.T("amendment.name", "no", t.AmendmentNo)
	case t.Clause == "":
		return p.T("clause.whole")
	case !exists:
		return p.T("clause.gone")
	}
	return clause.Name(p)
}

// answerIn completes the forms that answer in a thread.
func answerIn(v threadview.Show, c threadview.Compose) threadview.Compose {
	c.MayComment, c.Languages = v.MayAnswer, v.Languages
	c.Action = "/threads/" + string(v.Thread.ID) + "/comments"
	return c
}

// cards prepares threads for a member's list, each with the name of its place, as they are
// read in a language.
func cards(p layout.Page, m app.Membership, text statementview.Rendered, threads []thread.Thread, read string) []threadview.Card {
	list := make([]threadview.Card, len(threads))
	for i, t := range threads {
		clause, ok := text.Find(t.Clause)
		list[i] = threadview.Card{Thread: t, Place: placeOf(p, t, clause, ok), MayAttach: mayAttach(t, m), Read: read}
		if ok {
			list[i].See = templ.SafeURL("/statements/" + string(t.Statement) + "#" + t.Clause)
			list[i].Clause = t.Clause
		}
	}
	return list
}

// mayAttach reports whether a member may hang the thread on other words.
func mayAttach(t thread.Thread, m app.Membership) bool {
	return t.MaySettle(m) && m.May(app.Comment) && (t.On != nil || t.Clause != "")
}

// handleReadingCreate notes how far the reader has read.
func (s *Server) handleReadingCreate(c *fiber.Ctx) error {
	id := app.ID(c.Params("id"))
	upTo, err := strconv.ParseInt(c.FormValue("up_to"), 10, 64)
	if err != nil {
		return app.NotFound()
	}
	if err := s.threads.MarkRead(c.UserContext(), actorOf(c), id, upTo); err != nil {
		return err
	}
	return s.seeOther(c, "/threads/"+string(id))
}

// handleSettlementCreate resolves or reopens a thread.
func (s *Server) handleSettlementCreate(c *fiber.Ctx) error {
	ctx, actor, id := c.UserContext(), actorOf(c), app.ID(c.Params("id"))
	reason := typed(c, "reason")
	settle := s.threads.Resolve
	if c.FormValue("open") == "true" {
		settle = s.threads.Reopen
	}
	if err := settle(ctx, actor, id, reason); err != nil {
		return s.settlementAgain(c, reason, err)
	}
	return s.seeOther(c, "/threads/"+string(id))
}

func (s *Server) settlementAgain(c *fiber.Ctx, reason string, cause error) error {
	if !canBeMended(cause) {
		return cause
	}
	refusal := refusalOf(cause)
	form := threadview.Settle{Reason: reason, Problem: s.sentence(c, refusal)}
	if err := s.threadShow(c, statusOf(refusal.Kind), threadview.Compose{Nonce: app.NewID()}, form); err != nil {
		return cause
	}
	return nil
}
