package web

import (
	"crypto/subtle"
	"net/http"

	"github.com/gofiber/fiber/v2"

	"madang/app"
	"madang/app/web/view/demo"
)

// DemoPersona is a made-up person whom anybody who has the link may be.
type DemoPersona struct {
	// Token is the secret part of the link.
	Token string
	demo.Person
}

// mountDemo adds the pages by which made-up people are entered. They change
// nothing: their form takes the ordinary way in.
func (s *Server) mountDemo(r fiber.Router) {
	r.Get("/demo/:token", s.handleDemoShow)
}

func (s *Server) handleDemoShow(c *fiber.Ctx) error {
	for _, known := range s.demo {
		if subtle.ConstantTimeCompare([]byte(known.Token), []byte(c.Params("token"))) == 1 {
			page := s.page(c, known.Name, app.Membership{})
			return s.render(c, http.StatusOK, demo.Page(page, known.Person))
		}
	}
	return app.NotFound()
}
