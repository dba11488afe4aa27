package web

import (
	"github.com/gofiber/fiber/v2"

	"madang/app"
	"madang/static"
)

// Assets are the scripts and styles that pages need, as they were built.
type Assets interface {
	// URL is the address of a file, by what it is called in the source.
	URL(name string) string
	// File is what stands at an address, in the best encoding that a browser takes.
	File(address, acceptEncoding string) (static.File, bool)
}

// handleAsset answers with a file that pages need. Its address changes with its
// contents, so that a browser never has to ask for it twice.
func (s *Server) handleAsset(c *fiber.Ctx) error {
	file, ok := s.assets.File(c.Path(), c.Get(fiber.HeaderAcceptEncoding))
	if !ok {
		return app.NotFound()
	}
	c.Set(fiber.HeaderContentType, file.Type)
	c.Set(fiber.HeaderCacheControl, "public, max-age=31536000, immutable")
	if file.IsOther {
		c.Set(fiber.HeaderCacheControl, "no-store")
	}
	c.Vary(fiber.HeaderAcceptEncoding)
	if file.Encoding != "" {
		c.Set(fiber.HeaderContentEncoding, file.Encoding)
	}
	return c.Send(file.Body)
}
