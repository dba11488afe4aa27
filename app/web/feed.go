package web

import (
	"net/http"

	"github.com/gofiber/fiber/v2"

	"madang/app"
	"madang/app/web/view/layout"
	noticeview "madang/app/web/view/notice"
)

// mountFeeds is what somebody's reader of feeds fetches: it has no cookie, and needs none.
func (s *Server) mountFeeds(r fiber.Router) {
	r.Get("/feeds/:token", s.handleNewsFeed)
}

// handleVersionFeed answers with one entry for each version of a docket's text that anybody
// may read.
func (s *Server) handleVersionFeed(c *fiber.Ctx) error {
	docket, list, err := s.traces.Publications(c.UserContext(), app.ID(c.Params("id")))
	if err != nil {
		return err
	}
	say := s.speech.In(s.languageOf(c))
	at := func(id app.ID) string { return s.base.JoinPath("/consultations", string(id)).String() }
	feed := newFeed(at(docket.ID)+"/versions.atom", at(docket.ID), atomText{docket.Lang, docket.Title})
	feed.Author = &atomPerson{say.T("forum.name")}
	for _, p := range list {
		entry := atomEntry{
			ID: at(p.Docket) + "/text", Title: atomText{p.Lang, p.Title}, Links: []atomLink{{"alternate", at(p.Docket) + "/text"}},
			Summary: &atomText{say.Lang, say.T("feed.version.before", "no", p.No)},
		}
		if p.Outcome != "" {
			entry.ID, entry.Links[0].Href = "urn:uuid:"+string(p.Outcome), at(p.Docket)+"/outcome"
			entry.Summary.Text = say.T("feed.version.after", "no", p.No)
		}
		feed.add(p.At, entry)
	}
	c.Vary(fiber.HeaderCookie, fiber.HeaderAcceptLanguage)
	return sendFeed(c, feed)
}

// handleNewsFeed answers whoever has the address of a feed with its owner's news. The feed
// doesn't name its own address, so that who is given a copy of it isn't given the rest.
func (s *Server) handleNewsFeed(c *fiber.Ctx) error {
	found, list, err := s.feeds.Read(c.UserContext(), c.Params("token"))
	if err != nil {
		return err
	}
	page := layout.Page{Speech: s.speech.In(found.Lang)}
	feed := &atomFeed{
		ID: "urn:uuid:" + string(found.ID), Title: atomText{found.Lang, page.T("notice.title")}, Author: &atomPerson{page.T("forum.name")},
		Links: []atomLink{{"alternate", s.base.JoinPath("/notices").String()}}, updated: found.Made,
	}
	for _, n := range list {
		title := noticeview.Sentence(page, n)
		if !n.IsSensitive {
			title = n.Title + " · " + title
		}
		feed.add(n.At, atomEntry{
			ID:    s.base.JoinPath("/notices").String() + "#" + noticeview.Seen(n.Statement, n.Seq),
			Title: atomText{Text: title}, Links: []atomLink{{"alternate", s.base.String() + string(noticeview.Place(n))}},
		})
	}
	c.Set("X-Robots-Tag", "noindex")
	return sendFeed(c, feed)
}

func (s *Server) handleFeedShow(c *fiber.Ctx) error {
	return s.feedForm(c, http.StatusOK, noticeview.Feed{Address: s.shownOnce(c, feedCookie)})
}

// feedForm shows whether there is a feed; v may hold a form that was refused.
func (s *Server) feedForm(c *fiber.Ctx, status int, v noticeview.Feed) error {
	actor := actorOf(c)
	found, err := s.feeds.Of(c.UserContext(), actor)
	if err != nil && app.KindOf(err) != app.KindNotFound {
		return err
	}
	v.IsMade, v.Made, v.IsSensitive = err == nil, found.Made, actor.IsSensitive()
	if !v.IsMade {
		v.Address = "" // of one that was revoked since
	}
	page := s.titled(c, "feed.title", app.Membership{Sensitive: v.IsSensitive})
	if v.Problem == "" {
		v.Notice = noticeIn(c, page)
	}
	return s.render(c, status, noticeview.FeedPage(page, v))
}

func (s *Server) handleFeedCreate(c *fiber.Ctx) error {
	token, cause := s.feeds.Make(c.UserContext(), actorOf(c), s.languageOf(c), c.FormValue("aware") == "yes")
	if cause == nil {
		s.showOnce(c, feedCookie, visitorOf(c).session, s.base.JoinPath("/feeds", token).String())
		return s.seeOther(c, "/notices/feed?done=feed")
	}
	if !canBeMended(cause) {
		return cause
	}
	refused := refusalOf(cause)
	return s.feedForm(c, statusOf(refused.Kind), noticeview.Feed{Problem: s.sentence(c, refused), Field: refused.Field})
}

func (s *Server) handleFeedRevoke(c *fiber.Ctx) error {
	if err := s.feeds.Revoke(c.UserContext(), actorOf(c)); err != nil {
		return err
	}
	s.forget(c, feedCookie)
	return s.seeOther(c, "/notices/feed?done=feed-revoked")
}
