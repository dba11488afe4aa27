package web

import (
	"net/http"
	"net/url"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"madang/app"
	"madang/app/thread"
	threadview "madang/app/web/view/thread"
)

func (s *Server) handleCommentCreate(c *fiber.Ctx) error {
	form := bindCompose(c)
	posted, err := s.threads.Post(c.UserContext(), actorOf(c), thread.NewComment{
		ID:     idFor(form.Nonce, string(form.Parent), form.Body, form.Lang),
		Thread: app.ID(c.Params("id")),
		Parent: form.Parent,
		Body:   form.Body,
		Lang:   form.Lang,
	})
	if err != nil {
		return s.commentFormAgain(c, form, err)
	}
	return s.seeComment(c, posted)
}

// commentFormAgain shows the thread with the text in the box it was typed into.
func (s *Server) commentFormAgain(c *fiber.Ctx, form threadview.Compose, cause error) error {
	if !canBeMended(cause) {
		return cause
	}
	refusal := refusalOf(cause)
	form.Problem = s.sentence(c, refusal)
	if err := s.threadShow(c, statusOf(refusal.Kind), form, threadview.Settle{}); err != nil {
		return cause
	}
	return nil
}

// handleCommentShow leads a permanent link to where the comment stands now.
func (s *Server) handleCommentShow(c *fiber.Ctx) error {
	comment, _, err := s.threads.Comment(c.UserContext(), actorOf(c), app.ID(c.Params("id")))
	if err != nil {
		return err
	}
	return s.seeComment(c, comment)
}

// commentLead is how many comments a permanent link shows before the one it
// leads to, where a thread has more than a page.
const commentLead = 20

// seeComment leads to the page of the thread that holds the comment.
func (s *Server) seeComment(c *fiber.Ctx, comment thread.Comment) error {
	before := thread.Page{After: strconv.FormatInt(comment.Seq, 10), Limit: threadPage, Newest: true}
	earlier, err := s.threads.Comments(c.UserContext(), actorOf(c), comment.Thread, before)
	if err != nil {
		return err
	}
	query := url.Values{"at": {string(comment.ID)}}
	if len(earlier.Comments) == threadPage {
		query.Set("after", strconv.FormatInt(earlier.Comments[commentLead].Seq, 10))
	}
	return s.seeOther(c, "/threads/"+string(comment.Thread)+"?"+query.Encode()+"#comment-"+string(comment.ID))
}

func (s *Server) handleCommentTextEdit(c *fiber.Ctx) error {
	comment, of, m, err := s.ownComment(c, app.Comment)
	if err != nil {
		return err
	}
	if comment.TakenDown != "" {
		return app.Conflict("comment.taken_down")
	}
	v := threadview.Text{Comment: comment, Body: comment.Body, Lang: comment.Lang}
	return s.commentText(c, http.StatusOK, of, m, v)
}

// ownComment is a comment its author may still do something with; to everybody else its
// forms don't exist.
func (s *Server) ownComment(c *fiber.Ctx, what app.Capability) (thread.Comment, thread.Thread, app.Membership, error) {
	actor := actorOf(c)
	comment, of, err := s.threads.Comment(c.UserContext(), actor, app.ID(c.Params("id")))
	if err != nil {
		return comment, of, app.Membership{}, err
	}
	m, err := actor.MemberWho(what, of.Group)
	if err == nil && (comment.Author.Persona != m.Persona || comment.Deleted) {
		err = app.NotFound()
	}
	return comment, of, m, err
}

func (s *Server) handleCommentTextUpdate(c *fiber.Ctx) error {
	body, lang := typed(c, "body"), c.FormValue("lang")
	revision, _ := strconv.Atoi(c.FormValue("revision")) // none is a revision that never was
	revised, err := s.threads.Revise(c.UserContext(), actorOf(c), app.ID(c.Params("id")), thread.NewWording{Body: body, Lang: lang, Revision: revision})
	if err != nil {
		return s.commentTextAgain(c, body, lang, err)
	}
	return s.seeComment(c, revised)
}

// commentTextAgain shows the form with the text as typed; where the comment was
// changed elsewhere meanwhile, with what is stored beside it.
func (s *Server) commentTextAgain(c *fiber.Ctx, body, lang string, cause error) error {
	if !canBeMended(cause) {
		return cause
	}
	comment, of, m, err := s.ownComment(c, app.Comment)
	if err != nil {
		return cause
	}
	refusal := refusalOf(cause)
	v := threadview.Text{Comment: comment, Body: body, Lang: lang, Problem: s.sentence(c, refusal)}
	if refusal.Kind == app.KindConflict && comment.Body != body {
		v.Stored, v.Problem = &comment, ""
	}
	return s.commentText(c, statusOf(refusal.Kind), of, m, v)
}

// commentText shows the form in which authors change a comment of theirs.
func (s *Server) commentText(c *fiber.Ctx, status int, of thread.Thread, m app.Membership, v threadview.Text) (err error) {
	if v.Languages, err = s.threads.Languages(c.UserContext(), of.Statement); err != nil {
		return err
	}
	return s.render(c, status, threadview.TextPage(s.titled(c, "comment.text.title", m), v))
}

func (s *Server) handleCommentHistoryShow(c *fiber.Ctx) error {
	ctx, actor, id := c.UserContext(), actorOf(c), app.ID(c.Params("id"))
	comment, of, err := s.threads.Comment(ctx, actor, id)
	if err != nil {
		return err
	}
	revisions, err := s.threads.History(ctx, actor, id)
	if err != nil {
		return err
	}
	m, _ := actor.In(of.Group) // who may read the comment is in its group
	v := threadview.History{Comment: comment, Revisions: revisions}
	return s.render(c, http.StatusOK, threadview.HistoryPage(s.titled(c, "comment.history.title", m), v))
}

func (s *Server) handleCommentDeletionNew(c *fiber.Ctx) error {
	comment, _, m, err := s.ownComment(c, app.Retract)
	if err != nil {
		return err
	}
	v := threadview.Deletion{Comment: comment, HTML: s.bodies.HTML(comment.Body)}
	return s.render(c, http.StatusOK, threadview.DeletionPage(s.titled(c, "comment.deletion.title", m), v))
}

func (s *Server) handleCommentDeletionCreate(c *fiber.Ctx) error {
	deleted, err := s.threads.Delete(c.UserContext(), actorOf(c), app.ID(c.Params("id")))
	if err != nil {
		return err
	}
	return s.seeComment(c, deleted)
}
