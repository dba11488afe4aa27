package web

import (
	"net/http"

	"github.com/gofiber/fiber/v2"

	"madang/app"
	"madang/app/search"
	searchview "madang/app/web/view/search"
)

func (s *Server) mountSearch(r fiber.Router) {
	r.Get("/search", s.handleSearch)
}

// bindSearch reads what somebody looks for from the address.
func bindSearch(c *fiber.Ctx) search.Wish {
	return search.Wish{
		Text: c.Query("q"), Group: app.ID(c.Query("group")), Statement: app.ID(c.Query("statement")),
		Kind: search.Kind(c.Query("kind")), Mine: c.QueryBool("mine") || c.Query("mine") == "on",
		After: c.Query("after"), Limit: c.QueryInt("limit"),
	}
}

// handleSearch shows what was found; without a query, where to type one. What was
// looked for stands in no title: that is kept in lists of windows and in histories.
func (s *Server) handleSearch(c *fiber.Ctx) error {
	ctx, actor, wish := c.UserContext(), actorOf(c), bindSearch(c)
	page := s.titled(c, "search.title", app.Membership{Sensitive: actor.IsSensitive()})
	page.HasSearch = true
	v := searchview.Search{Wish: wish, IsAsked: c.Context().QueryArgs().Has("q")}
	var err error
	if v.Groups, err = s.readable(c); err != nil {
		return err
	}
	if wish.Statement != "" {
		within, _, err := s.statements.Find(ctx, actor, wish.Statement)
		if err != nil {
			return err
		}
		v.Within = within.Title
	}
	if !v.IsAsked {
		return s.render(c, http.StatusOK, searchview.Page(page, v))
	}
	v.Page, err = s.search.Find(ctx, actor, wish)
	if err == nil {
		return s.render(c, http.StatusOK, searchview.Page(page, v))
	}
	if !canBeMended(err) {
		return err
	}
	refusal := refusalOf(err)
	v.Problem, v.Field = s.sentence(c, refusal), refusal.Field
	return s.render(c, statusOf(refusal.Kind), searchview.Page(page, v))
}

// readable are the groups whose texts the person may read.
func (s *Server) readable(c *fiber.Ctx) ([]searchview.Group, error) {
	actor := actorOf(c)
	groups, err := s.identity.Groups(c.UserContext(), actor)
	if err != nil {
		return nil, err
	}
	var list []searchview.Group
	for _, g := range groups {
		if _, err := actor.MemberWho(app.Read, g.ID); err == nil {
			list = append(list, searchview.Group{ID: g.ID, Name: g.Name})
		}
	}
	return list, nil
}
