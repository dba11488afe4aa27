package web

import (
	"net/http"
	"time"

	"github.com/gofiber/fiber/v2"

	"madang/app"
	"madang/app/notice"
)

func (s *Server) mountNoticeAPI(r fiber.Router) {
	api := s.memberRoutes(r, "Notices")
	target := followJSON{Statement: exampleID, Kind: notice.Statement}
	api.get("/notices", s.apiNotices, "Lists what happened in what the sender follows, the newest first.",
		query("after", "", "Where to go on: “next” of the page before."), gives(200, listJSON[noticeJSON]{}))
	api.post("/notices/readings", s.apiNoticeReadingCreate, "Notes that the sender read a notice, or all up to it.",
		takes(readingInput{Statement: exampleID, Seq: 1, All: true}), gives(204, nil))
	api.get("/follows", s.apiFollows, "Lists what the sender follows.", gives(200, listJSON[followJSON]{}))
	api.put("/follows", s.apiFollowUpdate, "Follows something, or no longer.", takes(followInput{followJSON: target, Follow: true}), gives(200, followInput{}))
}

// noticeJSON is one thing that happened in what somebody follows; Seq is its number in
// the statement's activity.
type noticeJSON struct {
	Statement app.ID `json:"statement"`
	Seq       int64  `json:"seq"`
	Event     string `json:"event"`
	Thread    app.ID `json:"thread,omitempty"`
	Comment   app.ID `json:"comment,omitempty"`
	Amendment app.ID `json:"amendment,omitempty"`
	// Group was archived, or works again.
	Group  app.ID    `json:"group,omitempty"`
	At     time.Time `json:"at"`
	Unread bool      `json:"unread"`
}

func noticeOfAPI(n notice.Notice) noticeJSON {
	return noticeJSON{n.Statement, n.Seq, n.Event, n.Thread, n.Comment, n.Amendment, n.Group, n.At, n.IsUnread}
}

func (s *Server) apiNotices(c *fiber.Ctx) error {
	page, err := s.notices.List(c.UserContext(), actorOf(c), c.Query("after"))
	if err != nil {
		return err
	}
	list := listOf(page.Notices, noticeOfAPI)
	list.Next = page.Next
	return s.answer(c, http.StatusOK, list)
}

// readingInput marks one notice as read, or with All every one of its statement up to it.
type readingInput struct {
	Statement app.ID `json:"statement"`
	Seq       int64  `json:"seq"`
	All       bool   `json:"all"`
}

func (s *Server) apiNoticeReadingCreate(c *fiber.Ctx) error {
	var input readingInput
	if err := bindJSON(c, &input); err != nil {
		return err
	}
	mark := s.notices.MarkRead
	if input.All {
		mark = s.notices.MarkAllRead
	}
	if err := mark(c.UserContext(), actorOf(c), input.Statement, input.Seq); err != nil {
		return err
	}
	return c.SendStatus(http.StatusNoContent)
}

// followJSON is what somebody follows; Part is absent for a whole statement.
type followJSON struct {
	Statement app.ID      `json:"statement"`
	Kind      notice.Kind `json:"kind"`
	Part      string      `json:"part,omitempty"`
}

func (s *Server) apiFollows(c *fiber.Ctx) error {
	follows, err := s.notices.Follows(c.UserContext(), actorOf(c))
	if err != nil {
		return err
	}
	return s.answer(c, http.StatusOK, listOf(follows, func(f notice.Follow) followJSON { return followJSON(f.Target) }))
}

// followInput lets the person follow something, or hear no more of it.
type followInput struct {
	followJSON
	Follow bool `json:"follow"`
}

func (s *Server) apiFollowUpdate(c *fiber.Ctx) error {
	var input followInput
	if err := bindJSON(c, &input); err != nil {
		return err
	}
	change := s.notices.Unfollow
	if input.Follow {
		change = s.notices.Follow
	}
	if err := change(c.UserContext(), actorOf(c), notice.Target(input.followJSON)); err != nil {
		return err
	}
	return s.answer(c, http.StatusOK, input)
}
