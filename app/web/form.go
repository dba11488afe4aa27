package web

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"madang/app"
)

// typed is what somebody typed into a box, with line ends as the forum keeps
// them: browsers send CR LF whatever was typed.
func typed(c *fiber.Ctx, name string) string {
	return strings.ReplaceAll(c.FormValue(name), "\r\n", "\n")
}

// again shows a form that was refused once more, by a function that shows it with what was
// typed. If nothing typed otherwise would help, or its page can't be shown, the refusal
// itself is the answer.
func (s *Server) again(c *fiber.Ctx, cause error, show func(refused *app.Error) error) error {
	if !canBeMended(cause) || show(refusalOf(cause)) != nil {
		return cause
	}
	return nil
}

// canBeMended reports whether a refused form goes back to its page. Where there
// is no such page for this reader, or it would come without the form because they
// may not send it, the error page keeps what was typed.
func canBeMended(err error) bool {
	switch app.KindOf(err) {
	case app.KindInvalid, app.KindTooLarge, app.KindConflict, app.KindBusy, app.KindUnavailable:
		return true
	}
	return false
}
