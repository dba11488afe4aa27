package web

import (
	"net/http"
	"strings"

	"github.com/gofiber/fiber/v2"

	"madang/app"
	consultationview "madang/app/web/view/consultation"
	statementview "madang/app/web/view/statement"
)

func (s *Server) handleRecusalCreate(c *fiber.Ctx) error {
	return s.handleDesk(c, func(no int) error {
		id := idFor(nonceOf(c.FormValue("nonce")), "recusal")
		return s.consultations.Recuse(c.UserContext(), actorOf(c), app.ID(c.Params("id")), no, id)
	})
}

// handleOpeningCreate asks to read what was taken out, or agrees to it.
func (s *Server) handleOpeningCreate(c *fiber.Ctx) error {
	return s.handleDesk(c, func(no int) error {
		ctx, actor, docket, nonce := c.UserContext(), actorOf(c), app.ID(c.Params("id")), nonceOf(c.FormValue("nonce"))
		if c.FormValue("agreed") != "" {
			return s.consultations.AgreeOriginal(ctx, actor, docket, no, idFor(nonce, "agreed"))
		}
		reason := typed(c, "reason")
		return s.consultations.AskOriginal(ctx, actor, docket, no, idFor(nonce, "asked", reason), reason)
	})
}

func (s *Server) handleOriginalShow(c *fiber.Ctx) error {
	no, err := submissionNo(c)
	if err != nil {
		return err
	}
	ctx, actor, id := c.UserContext(), actorOf(c), app.ID(c.Params("id"))
	v := consultationview.Original{}
	if v.DocketView, v.Submission, v.Revisions, err = s.consultations.Original(ctx, actor, id, no); err != nil {
		return err
	}
	_, text, err := s.consultations.Text(ctx, actor, id)
	if err != nil {
		return err
	}
	v.Text = statementview.Render(text.Doc)
	return s.render(c, http.StatusOK, consultationview.OriginalPage(s.titled(c, "inbox.title", v.Membership), v))
}

func (s *Server) handleNamesEdit(c *fiber.Ctx) error {
	v, names, err := s.consultations.Names(c.UserContext(), actorOf(c), app.ID(c.Params("id")))
	if err != nil {
		return err
	}
	return s.names(c, http.StatusOK, consultationview.Names{DocketView: v, Names: strings.Join(names, "\n")})
}

func (s *Server) names(c *fiber.Ctx, status int, v consultationview.Names) error {
	return s.render(c, status, consultationview.NamesPage(s.titled(c, "names.title", v.Membership), v))
}

func (s *Server) handleNamesUpdate(c *fiber.Ctx) error {
	ctx, actor, id, text := c.UserContext(), actorOf(c), app.ID(c.Params("id")), typed(c, "names")
	cause := s.consultations.KeepNames(ctx, actor, id, text)
	if cause == nil {
		return s.seeOther(c, "/consultations/"+string(id)+"/inbox?done=kept-names")
	}
	if !canBeMended(cause) {
		return cause
	}
	v, _, err := s.consultations.Names(ctx, actor, id)
	if err != nil {
		return cause
	}
	refused := refusalOf(cause)
	return s.names(c, statusOf(refused.Kind), consultationview.Names{DocketView: v, Names: text, Problem: s.sentence(c, refused)})
}
