package web

import (
	"net/http"

	"github.com/gofiber/fiber/v2"

	"madang/app"
	upkeepview "madang/app/web/view/upkeep"
)

// mountSteward is where a steward sees how the forum is.
func (s *Server) mountSteward(r fiber.Router) {
	r.Get("/steward", s.handleStewardShow)
}

func (s *Server) handleStewardShow(c *fiber.Ctx) error {
	ctx, actor := c.UserContext(), actorOf(c)
	overview, err := s.upkeep.Overview(ctx, actor)
	if err != nil {
		return err
	}
	groups, err := s.identity.Groups(ctx, actor)
	if err != nil {
		return err
	}
	page := s.titled(c, "steward.title", app.Membership{})
	return s.render(c, http.StatusOK, upkeepview.StewardPage(page, upkeepview.Steward{Overview: overview, Groups: groups, Version: s.program}))
}
