package web

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"madang/app"
	"madang/app/notice"
	"madang/app/web/view/layout"
	noticeview "madang/app/web/view/notice"
)

func (s *Server) mountNotices(r fiber.Router) {
	r.Get("/notices", s.handleNoticeIndex)
	r.Post("/notices/readings", s.handleNoticeReadingCreate)
	r.Get("/notices/feed", s.handleFeedShow)
	r.Post("/notices/feed", s.handleFeedCreate)
	r.Post("/notices/feed/revocations", s.handleFeedRevoke)
	r.Get("/follows", s.handleFollowIndex)
	r.Post("/follows", s.handleFollowUpdate)
}

// news is the number in the header. A page doesn't fail for its sake.
func (s *Server) news(c *fiber.Ctx, p layout.Page) int {
	if !p.IsSignedIn || p.IsAway {
		return 0
	}
	count, err := s.notices.Unread(c.UserContext(), actorOf(c))
	if err != nil {
		s.log.Warn("notices could not be counted", "err", err)
	}
	return count
}

// follow is what the button on a target's page shows.
func (s *Server) follow(c *fiber.Ctx, t notice.Target) (noticeview.Follow, error) {
	isOn, err := s.notices.IsFollowed(c.UserContext(), actorOf(c), t)
	return noticeview.Follow{Target: t, IsOn: isOn}, err
}

func (s *Server) handleNoticeIndex(c *fiber.Ctx) error {
	actor := actorOf(c)
	list, err := s.notices.List(c.UserContext(), actor, c.Query("after"))
	if err != nil {
		return err
	}
	page := s.titled(c, "notice.title", app.Membership{Sensitive: actor.IsSensitive()})
	return s.render(c, http.StatusOK, noticeview.ListPage(page, noticeview.List{
		Page: list, IsFirst: c.Query("after") == "", Notice: noticeIn(c, page),
	}))
}

// handleNoticeReadingCreate takes one notice as read ("seen"), or those of several
// statements each up to one ("up_to").
func (s *Server) handleNoticeReadingCreate(c *fiber.Ctx) error {
	ctx, actor := c.UserContext(), actorOf(c)
	for field, mark := range map[string]func(app.ID, int64) error{
		"seen":  func(statement app.ID, seq int64) error { return s.notices.MarkRead(ctx, actor, statement, seq) },
		"up_to": func(statement app.ID, seq int64) error { return s.notices.MarkAllRead(ctx, actor, statement, seq) },
	} {
		for _, seen := range c.Request().PostArgs().PeekMulti(field) {
			statement, number, _ := strings.Cut(string(seen), ".")
			seq, err := strconv.ParseInt(number, 10, 64)
			if err != nil {
				return app.NotFound()
			}
			// What may no longer be read is no longer on the list, either.
			if err := mark(app.ID(statement), seq); err != nil && app.KindOf(err) != app.KindNotFound {
				return err
			}
		}
	}
	return s.seeOther(c, "/notices?done=news")
}

func (s *Server) handleFollowIndex(c *fiber.Ctx) error {
	actor := actorOf(c)
	list, err := s.notices.Follows(c.UserContext(), actor)
	if err != nil {
		return err
	}
	page := s.titled(c, "follow.list.title", app.Membership{Sensitive: actor.IsSensitive()})
	return s.render(c, http.StatusOK, noticeview.FollowsPage(page, noticeview.Follows{List: list, Notice: noticeIn(c, page)}))
}

func (s *Server) handleFollowUpdate(c *fiber.Ctx) error {
	target := notice.Target{
		Statement: app.ID(c.FormValue("statement")), Kind: notice.Kind(c.FormValue("kind")), Part: c.FormValue("part"),
	}
	change, done := s.notices.Follow, "follows"
	if c.FormValue("follow") == "no" {
		change, done = s.notices.Unfollow, "unfollows"
	}
	if err := change(c.UserContext(), actorOf(c), target); err != nil {
		return err
	}
	to := noticeview.Address(target)
	if back := c.FormValue("back"); back == "/notices" || back == "/follows" {
		to = back
	}
	return s.seeOther(c, to+"?done="+done)
}
