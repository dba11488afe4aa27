package web

import (
	"github.com/gofiber/fiber/v2"

	"madang/app"
)

// handleAsset answers with a file that pages need. Its address changes with its
// contents, so that a browser never has to ask for it twice.
func (s *Server) handleAsset(c *fiber.Ctx) error {
	file, ok := s.assets.File(c.Path(), c.Get(fiber.HeaderAcceptEncoding))
	if !ok {
		return app.NotFound()
	}
	c.Set(fiber.HeaderContentType, file.Type)
	c.Set(fiber.HeaderCacheControl, "public, max-age=31536000, immutable")
	c.Vary(fiber.HeaderAcceptEncoding)
	if file.Encoding != "" {
		c.Set(fiber.HeaderContentEncoding, file.Encoding)
	}
	return c.Send(file.Body)
}
