package web

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"madang/app"
	"madang/app/thread"
	threadview "madang/app/web/view/thread"
)

// Comments in other languages: which one people read in, and what they make of what others
// said.

func (s *Server) mountTongues(r fiber.Router) {
	r.Get("/comments/:id/translations/:lang", s.handleTongueShow)
	r.Post("/comments/:id/translations/:lang", s.handleTongueCreate)
	r.Post("/comments/:id/translations/:lang/reviews", s.handleTongueReview)
	r.Post("/comments/:id/translations/:lang/withdrawals", s.handleTongueWithdrawal)
}

// readCookie remembers in which language somebody reads comments.
const readCookie = "read"

// readIn is the language in which comments are read, where they were put into it: as the
// address says, and from then on; "" is as they were written.
func (s *Server) readIn(c *fiber.Ctx, languages []string) string {
	read := c.Cookies(readCookie)
	if asked := c.Query("read"); asked == threadview.AsWritten || slices.Contains(languages, asked) {
		read = asked
		s.remember(c, readCookie, asked)
	}
	if slices.Contains(languages, read) {
		return read
	}
	return ""
}

// tongue is a comment in another language, as its page shows it.
func (s *Server) tongue(c *fiber.Ctx) (v threadview.Tongue, err error) {
	ctx, actor := c.UserContext(), actorOf(c)
	comment, of, err := s.threads.Comment(ctx, actor, app.ID(c.Params("id")))
	if err != nil {
		return v, err
	}
	v.Thread, v.Lang = of, c.Params("lang")
	v.Membership, _ = actor.In(of.Group) // who may read the comment is in its group
	v.Comment = s.comment(comment, v.Membership)
	if v.Languages, err = s.threads.Languages(ctx, of.Statement); err != nil {
		return v, err
	}
	if comment.Deleted || comment.TakenDown != "" || v.Lang == comment.Lang || !slices.Contains(v.Languages, v.Lang) {
		return v, app.NotFound()
	}
	all, err := s.threads.Translations(ctx, actor, comment.ID)
	v.All = slices.DeleteFunc(all, func(t thread.Translation) bool { return t.Lang != v.Lang })
	return v, err
}

func (s *Server) handleTongueShow(c *fiber.Ctx) error {
	v, err := s.tongue(c)
	if err != nil {
		return err
	}
	newest, _ := v.Comment.In(v.Lang)
	v.Nonce, v.Base, v.Body = app.NewID(), newest.ID, newest.Body
	return s.tonguePage(c, http.StatusOK, v)
}

func (s *Server) tonguePage(c *fiber.Ctx, status int, v threadview.Tongue) error {
	page := s.titled(c, "tongue.page", v.Membership)
	v.Notice = noticeIn(c, page)
	return s.render(c, status, threadview.TonguePage(page, v))
}

// handleTongueCreate keeps what the box holds. Whatever happens meanwhile, the words come
// back: beside what somebody else wrote.
func (s *Server) handleTongueCreate(c *fiber.Ctx) error {
	nonce, base, body, lang, id := nonceOf(c.FormValue("nonce")), app.ID(c.FormValue("base")), typed(c, "body"), c.Params("lang"), app.ID(c.Params("id"))
	revision, _ := strconv.Atoi(c.FormValue("revision")) // none is the present one
	made, cause := s.threads.Translate(c.UserContext(), actorOf(c), thread.NewTranslation{
		ID: idFor(nonce, string(id), lang, body), Base: base, Comment: id, Lang: lang, Body: body, Revision: revision,
	})
	if cause == nil {
		return s.seeComment(c, made)
	}
	if !canBeMended(cause) {
		return cause
	}
	v, err := s.tongue(c)
	if err != nil {
		return cause
	}
	refusal := refusalOf(cause)
	newest, _ := v.Comment.In(lang)
	v.Nonce, v.Base, v.Body = nonce, base, body
	if v.Theirs = app.IsCode(cause, "tongue.changed"); v.Theirs {
		v.Base = newest.ID
	} else {
		v.Problem = s.sentence(c, refusal)
	}
	return s.tonguePage(c, statusOf(refusal.Kind), v)
}

func (s *Server) handleTongueReview(c *fiber.Ctx) error {
	return s.tongueStep(c, s.threads.Review, "tongue-reviewed")
}

func (s *Server) handleTongueWithdrawal(c *fiber.Ctx) error {
	return s.tongueStep(c, s.threads.Withdraw, "tongue-withdrawn")
}

// tongueAct does something to a translation of a comment.
type tongueAct func(ctx context.Context, actor app.Actor, comment, translation app.ID) (thread.Comment, error)

func (s *Server) tongueStep(c *fiber.Ctx, act tongueAct, done string) error {
	if _, err := act(c.UserContext(), actorOf(c), app.ID(c.Params("id")), app.ID(c.FormValue("translation"))); err != nil {
		return err
	}
	return s.seeOther(c, "/comments/"+c.Params("id")+"/translations/"+c.Params("lang")+"?done="+done)
}

func (s *Server) mountTongueAPI(r fiber.Router) {
	api := s.memberRoutes(r, "Threads")
	api.get("/comments/:id/translations", s.apiTongues, "Lists all translations of a comment that there were, by language.", gives(200, listJSON[tongueJSON]{}))
	api.post("/comments/:id/translations", s.apiTongueCreate, "Puts a comment into another language of the group.",
		needs(app.Comment), takes(tongueInput{ID: exampleID, Lang: "ko", Body: "강가에 사는 모든 사람.", Revision: 1}), gives(201, commentJSON{}))
	api.post("/comments/:id/translations/:translation/reviews", s.apiTongueReview,
		"Says that a translation is right; from the author of the comment, that it is what they meant. Nobody reviews their own.",
		needs(app.Comment), gives(200, commentJSON{}))
	api.delete("/comments/:id/translations/:translation", s.apiTongueWithdraw,
		"Takes the words of a translation away. Whoever made it may, the author of the comment, and moderators.",
		needs(app.Retract), gives(200, commentJSON{}))
}

// tongueJSON is a comment in another language.
type tongueJSON struct {
	ID   app.ID     `json:"id"`
	Lang string     `json:"lang"`
	By   authorJSON `json:"by"`
	At   time.Time  `json:"at"`
	// Body is Markdown, HTML what pages show of it; both empty once it was taken back.
	Body string `json:"body"`
	HTML string `json:"html"`
	// Revision is the wording of the comment that was translated.
	Revision int `json:"revision"`
	// State says how far one can rely on it: draft, reviewed by somebody else, confirmed by
	// the author of the comment, or stale, because the comment has changed since.
	State     thread.TranslationState `json:"state"`
	Reviewer  *authorJSON             `json:"reviewer,omitempty"`
	Reviewed  *time.Time              `json:"reviewed,omitempty"`
	Confirmed *time.Time              `json:"confirmed,omitempty"`
	Withdrawn *time.Time              `json:"withdrawn,omitempty"`
}

func (s *Server) tongueOf(c thread.Comment, t thread.Translation) tongueJSON {
	shown := tongueJSON{
		ID: t.ID, Lang: t.Lang, By: authorJSON(t.By), At: t.At, Body: t.Body, Revision: t.Revision, State: c.StateOf(t),
		Reviewed: timeOf(t.ReviewedAt), Confirmed: timeOf(t.ConfirmedAt), Withdrawn: timeOf(t.WithdrawnAt),
	}
	if t.Body != "" {
		shown.HTML = s.bodies.HTML(t.Body)
	}
	if t.Reviewer.Persona != "" {
		reviewer := authorJSON(t.Reviewer)
		shown.Reviewer = &reviewer
	}
	return shown
}

func (s *Server) apiTongues(c *fiber.Ctx) error {
	ctx, actor, id := c.UserContext(), actorOf(c), app.ID(c.Params("id"))
	of, _, err := s.threads.Comment(ctx, actor, id)
	if err != nil {
		return err
	}
	all, err := s.threads.Translations(ctx, actor, id)
	if err != nil {
		return err
	}
	return s.answer(c, http.StatusOK, listOf(all, func(t thread.Translation) tongueJSON { return s.tongueOf(of, t) }))
}

// tongueInput puts a comment into another language: Base is the translation the sender saw,
// if there was one, Revision the wording of the comment.
type tongueInput struct {
	ID       app.ID `json:"id"`
	Base     app.ID `json:"base"`
	Lang     string `json:"lang"`
	Body     string `json:"body"`
	Revision int    `json:"revision"`
}

func (s *Server) apiTongueCreate(c *fiber.Ctx) error {
	var input tongueInput
	if err := bindJSON(c, &input); err != nil {
		return err
	}
	id, err := idOr(input.ID)
	if err != nil {
		return err
	}
	made, err := s.threads.Translate(c.UserContext(), actorOf(c), thread.NewTranslation{
		ID: id, Base: input.Base, Comment: app.ID(c.Params("id")), Lang: input.Lang, Body: input.Body, Revision: input.Revision,
	})
	if err != nil {
		return err
	}
	return s.answer(c, http.StatusCreated, s.commentOf(made))
}

func (s *Server) apiTongueReview(c *fiber.Ctx) error { return s.apiTongueStep(c, s.threads.Review) }

func (s *Server) apiTongueWithdraw(c *fiber.Ctx) error { return s.apiTongueStep(c, s.threads.Withdraw) }

func (s *Server) apiTongueStep(c *fiber.Ctx, act tongueAct) error {
	made, err := act(c.UserContext(), actorOf(c), app.ID(c.Params("id")), app.ID(c.Params("translation")))
	if err != nil {
		return err
	}
	return s.answer(c, http.StatusOK, s.commentOf(made))
}
