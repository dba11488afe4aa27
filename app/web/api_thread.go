package web

import (
	"net/http"
	"time"

	"github.com/gofiber/fiber/v2"

	"madang/app"
	"madang/app/prose"
	"madang/app/thread"
)

func (s *Server) mountThreadAPI(r fiber.Router) {
	api := s.memberRoutes(r, "Threads")
	pick := pickInput{Clause: exampleClause, Quote: "to all"}
	api.get("/statements/:id/threads", s.apiThreads, "Lists the threads of a statement.",
		query("clause", "", "Only those about this clause."), query("sort", thread.SortNewest, "Their order."), query("state", thread.StateOpen, "Which ones; open ones if it isn't said."),
		gives(200, listJSON[threadJSON]{}))
	api.post("/statements/:id/threads", s.apiThreadCreate, "Opens a thread about words, a clause or the whole statement, with its first comment.",
		needs(app.Comment), takes(threadInput{ID: exampleID, pickInput: pick, Comment: remarkInput{ID: exampleID, Body: "All of *whom*?"}}), gives(201, openedJSON{}))
	api.get("/threads/:id", s.apiThread, "Gives a thread, and how it was settled.", gives(200, threadJSON{}))
	api.put("/threads/:id/place", s.apiThreadPlace, "Hangs a thread on other words.", needs(app.Comment), takes(pick), gives(200, threadJSON{}))
	api.get("/threads/:id/comments", s.apiComments, "Lists the comments of a thread.",
		query("after", "", "Where to go on: “next” of the page before."), query("limit", 0, "How many at most."), query("sort", thread.SortNewest, "“newest” begins with the last one."),
		gives(200, listJSON[commentJSON]{}))
	api.post("/threads/:id/comments", s.apiCommentCreate, "Says something in a thread.",
		needs(app.Comment), takes(commentInput{ID: exampleID, Body: "All who live by the river."}), gives(201, commentJSON{}))
	api.post("/threads/:id/settlements", s.apiSettlementCreate, "Resolves or reopens a thread, with a reason. Whoever opened it may, too.",
		needs(app.Settle), needs(app.Comment), takes(settlementInput{Reason: "Clause 1 names them now."}), gives(200, threadJSON{}))
	api.get("/comments/:id", s.apiComment, "Gives a comment.", gives(200, commentJSON{}))
	api.patch("/comments/:id", s.apiCommentUpdate, "Changes one's own comment.",
		needs(app.Comment), takes(revisionInput{Body: "All who live by a river.", Revision: 1}), gives(200, commentJSON{}))
	api.delete("/comments/:id", s.apiCommentDelete, "Takes the words of one's own comment away; what stays is its place.",
		needs(app.Retract), gives(200, commentJSON{}))
}

type authorJSON struct {
	Persona app.ID `json:"persona"`
	// Name is empty for a former member who chose to be unnamed.
	Name string `json:"name"`
}

type threadJSON struct {
	ID        app.ID     `json:"id"`
	Statement app.ID     `json:"statement"`
	Clause    string     `json:"clause,omitempty"`
	Amendment app.ID     `json:"amendment,omitempty"` // that it is about
	Open      bool       `json:"open"`
	OpenedBy  authorJSON `json:"opened_by"`
	Created   time.Time  `json:"created"`
	Last      time.Time  `json:"last"`
	Comments  int        `json:"comments"`
	Unread    int        `json:"unread"`
	Excerpt   string     `json:"excerpt"`
	// Settlements tell how it was resolved and reopened; lists leave them out.
	Settlements []settlementJSON `json:"settlements,omitempty"`
	// On are the words it is about, if that is less than a clause.
	On *wordsJSON `json:"on,omitempty"`
}

// wordsJSON says what a thread is about, and what became of it. Places are in UTF-16
// units of the clause's plain text.
type wordsJSON struct {
	Clause string `json:"clause"`
	Quote  string `json:"quote"`
	Prefix string `json:"prefix"`
	Suffix string `json:"suffix"`
	Start  int    `json:"start"`
	End    int    `json:"end"`
	// First are the words it was about at first, if it was attached to others since.
	First string `json:"first,omitempty"`
	// Version is the statement's newest version then, if there was one.
	Version int `json:"version,omitempty"`
	// State is exact, moved, changed or orphaned; Now is absent for an orphan.
	State prose.AnchorState `json:"state"`
	Now   *passageJSON      `json:"now,omitempty"`
}

type passageJSON struct {
	Clause string  `json:"clause"`
	Start  int     `json:"start"`
	End    int     `json:"end"`
	Text   string  `json:"text"`
	Score  float64 `json:"score"`
}

func onOf(w *thread.Words) *wordsJSON {
	if w == nil {
		return nil
	}
	a := w.Anchor
	shown := &wordsJSON{
		Clause: a.CID, Quote: a.Quote, Prefix: a.Prefix, Suffix: a.Suffix, Start: a.Start, End: a.End,
		Version: w.Version, State: w.Now.State,
	}
	if w.First != a.Quote {
		shown.First = w.First
	}
	if now := w.Now; now.State != prose.AnchorOrphaned {
		shown.Now = &passageJSON{now.CID, now.Start, now.End, now.Now, now.Score}
	}
	return shown
}

type settlementJSON struct {
	By     authorJSON `json:"by"`
	Reason string     `json:"reason"`
	Open   bool       `json:"open"`
	At     time.Time  `json:"at"`
}

type commentJSON struct {
	ID     app.ID     `json:"id"`
	Thread app.ID     `json:"thread"`
	Parent app.ID     `json:"parent,omitempty"`
	Author authorJSON `json:"author"`
	// Body is Markdown, HTML what pages show of it; both empty once deleted.
	Body string `json:"body"`
	HTML string `json:"html"`
	// Lang is the language of the body, “und” if nobody knows.
	Lang string `json:"lang"`
	// Translations are what people made of it in other languages.
	Translations []tongueJSON `json:"translations,omitempty"`
	At           time.Time    `json:"at"`
	Edited       *time.Time   `json:"edited,omitempty"`
	Revision     int          `json:"revision"`
	Deleted      bool         `json:"deleted,omitempty"`
	// TakenDown is why moderators hid the words.
	TakenDown thread.ReportReason `json:"taken_down,omitempty"`
	Unread    bool                `json:"unread"`
}

func threadOf(t thread.Thread) threadJSON {
	shown := threadJSON{
		ID: t.ID, Statement: t.Statement, Clause: t.Clause, Amendment: t.Amendment, Open: t.Open, OpenedBy: authorJSON(t.OpenedBy),
		Created: t.CreatedAt, Last: t.LastAt, Comments: t.Comments, Unread: t.Unread, Excerpt: t.Excerpt,
		On: onOf(t.On),
	}
	for _, s := range t.Settlements {
		shown.Settlements = append(shown.Settlements, settlementJSON{authorJSON(s.By), s.Reason, s.Open, s.At})
	}
	return shown
}

func (s *Server) commentOf(c thread.Comment) commentJSON {
	shown := commentJSON{
		ID: c.ID, Thread: c.Thread, Parent: c.Parent, Author: authorJSON(c.Author), Body: c.Body, Lang: c.Lang,
		At: c.At, Edited: timeOf(c.EditedAt), Revision: c.Revision, Deleted: c.Deleted, TakenDown: c.TakenDown, Unread: c.Unread,
	}
	if !c.Deleted {
		shown.HTML = s.bodies.HTML(c.Body)
	}
	for _, t := range c.Translations {
		shown.Translations = append(shown.Translations, s.tongueOf(c, t))
	}
	return shown
}

func (s *Server) apiThreads(c *fiber.Ctx) error {
	o := thread.ListOptions{
		Clause: c.Query("clause"), Sort: thread.Sort(c.Query("sort")), State: thread.State(c.Query("state")),
	}
	found, err := s.threads.List(c.UserContext(), actorOf(c), app.ID(c.Params("id")), o)
	if err != nil {
		return err
	}
	return s.answer(c, http.StatusOK, listOf(found, threadOf))
}

// pickInput says which words are meant; Start, in UTF-16 units, decides where they
// stand several times.
type pickInput struct {
	Clause string `json:"clause"`
	Quote  string `json:"quote"`
	Start  *int   `json:"start"`
}

// threadInput opens a thread with its first comment.
type threadInput struct {
	ID app.ID `json:"id"`
	pickInput
	Comment remarkInput `json:"comment"`
}

// openedJSON is a new thread and its first comment.
type openedJSON struct {
	threadJSON
	Comment commentJSON `json:"comment"`
}

func (s *Server) apiThreadCreate(c *fiber.Ctx) error {
	var input threadInput
	if err := bindJSON(c, &input); err != nil {
		return err
	}
	id, err := idOr(input.ID)
	if err != nil {
		return err
	}
	comment, err := idOr(input.Comment.ID)
	if err != nil {
		return err
	}
	opened, first, err := s.threads.Open(c.UserContext(), actorOf(c), thread.NewThread{
		ID: id, Comment: comment, Statement: app.ID(c.Params("id")), Pick: thread.Pick(input.pickInput), Body: input.Comment.Body, Lang: input.Comment.Lang,
	})
	if err != nil {
		return s.apiPickRefused(c, app.ID(c.Params("id")), input.Clause, err)
	}
	c.Location("/api/v1/threads/" + string(opened.ID))
	return s.answer(c, http.StatusCreated, openedJSON{threadOf(opened), s.commentOf(first)})
}

// apiPickRefused gives what the clause says now along with the refusal of words that
// aren't in it.
func (s *Server) apiPickRefused(c *fiber.Ctx, of app.ID, cid string, cause error) error {
	refusal := refusalOf(cause)
	if refusal.Field != "quote" || cid == "" {
		return cause
	}
	view, err := s.statements.Clause(c.UserContext(), actorOf(c), of, cid)
	if err != nil {
		return cause
	}
	p := s.problemOf(c, refusal)
	p.Current = view.Block.PlainText()
	return s.writeProblem(c, p)
}

// apiThreadPlace hangs a thread on other words.
func (s *Server) apiThreadPlace(c *fiber.Ctx) error {
	var input pickInput
	if err := bindJSON(c, &input); err != nil {
		return err
	}
	ctx, actor, id := c.UserContext(), actorOf(c), app.ID(c.Params("id"))
	attached, err := s.threads.Attach(ctx, actor, id, thread.Pick(input))
	if err == nil {
		return s.answer(c, http.StatusOK, threadOf(attached))
	}
	if found, _, missing := s.threads.Show(ctx, actor, id); missing == nil {
		return s.apiPickRefused(c, found.Statement, input.Clause, err)
	}
	return err
}

func (s *Server) apiThread(c *fiber.Ctx) error {
	found, _, err := s.threads.Show(c.UserContext(), actorOf(c), app.ID(c.Params("id")))
	if err != nil {
		return err
	}
	return s.answer(c, http.StatusOK, threadOf(found))
}

// apiComments gives the comments of a thread, oldest first unless sort=newest.
func (s *Server) apiComments(c *fiber.Ctx) error {
	page, err := s.threads.Comments(c.UserContext(), actorOf(c), app.ID(c.Params("id")), thread.Page{
		After: c.Query("after"), Limit: c.QueryInt("limit", threadPage), Newest: c.Query("sort") == string(thread.SortNewest),
	})
	if err != nil {
		return err
	}
	list := listOf(page.Comments, s.commentOf)
	list.Next = page.Next
	return s.answer(c, http.StatusOK, list)
}

// commentInput says something in a thread, in answer to Parent if there is one. If Lang is
// left out, its letters tell in which language.
type commentInput struct {
	ID     app.ID `json:"id"`
	Parent app.ID `json:"parent"`
	Body   string `json:"body"`
	Lang   string `json:"lang"`
}

func (s *Server) apiCommentCreate(c *fiber.Ctx) error {
	var input commentInput
	if err := bindJSON(c, &input); err != nil {
		return err
	}
	id, err := idOr(input.ID)
	if err != nil {
		return err
	}
	posted, err := s.threads.Post(c.UserContext(), actorOf(c), thread.NewComment{
		ID: id, Thread: app.ID(c.Params("id")), Parent: input.Parent, Body: input.Body, Lang: input.Lang,
	})
	if err != nil {
		return err
	}
	c.Location("/api/v1/comments/" + string(posted.ID))
	return s.answer(c, http.StatusCreated, s.commentOf(posted))
}

func (s *Server) apiComment(c *fiber.Ctx) error {
	found, _, err := s.threads.Comment(c.UserContext(), actorOf(c), app.ID(c.Params("id")))
	if err != nil {
		return err
	}
	return s.answer(c, http.StatusOK, s.commentOf(found))
}

// revisionInput changes one's own comment; Revision is the one the sender saw.
type revisionInput struct {
	Body     string `json:"body"`
	Lang     string `json:"lang"`
	Revision int    `json:"revision"`
}

func (s *Server) apiCommentUpdate(c *fiber.Ctx) error {
	var input revisionInput
	if err := bindJSON(c, &input); err != nil {
		return err
	}
	revised, err := s.threads.Revise(c.UserContext(), actorOf(c), app.ID(c.Params("id")), thread.NewWording(input))
	if err != nil {
		return err
	}
	return s.answer(c, http.StatusOK, s.commentOf(revised))
}

// apiCommentDelete takes a comment's words away; what stays is its place.
func (s *Server) apiCommentDelete(c *fiber.Ctx) error {
	deleted, err := s.threads.Delete(c.UserContext(), actorOf(c), app.ID(c.Params("id")))
	if err != nil {
		return err
	}
	return s.answer(c, http.StatusOK, s.commentOf(deleted))
}

// settlementInput resolves (Open false) or reopens a thread, with a reason.
type settlementInput struct {
	Open   bool   `json:"open"`
	Reason string `json:"reason"`
}

func (s *Server) apiSettlementCreate(c *fiber.Ctx) error {
	var input settlementInput
	if err := bindJSON(c, &input); err != nil {
		return err
	}
	ctx, actor, id := c.UserContext(), actorOf(c), app.ID(c.Params("id"))
	settle := s.threads.Resolve
	if input.Open {
		settle = s.threads.Reopen
	}
	if err := settle(ctx, actor, id, input.Reason); err != nil {
		return err
	}
	settled, _, err := s.threads.Show(ctx, actor, id)
	if err != nil {
		return err
	}
	return s.answer(c, http.StatusOK, threadOf(settled))
}
