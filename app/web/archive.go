package web

import (
	"net/http"

	"github.com/gofiber/fiber/v2"

	"madang/app"
	"madang/app/identity"
	identityview "madang/app/web/view/identity"
	"madang/app/web/view/layout"
)

// mountGroupActs are the pages on which a group is archived, and begun again.
func (s *Server) mountGroupActs(r fiber.Router) {
	r.Get("/groups/:id/acts/new", s.handleGroupActNew)
	r.Post("/groups/:id/acts", s.handleGroupActCreate)
}

// endedOf is what pages of an archived group say on top; nil for a group that works. If the
// act can't be read now, they still say that it is archived.
func (s *Server) endedOf(c *fiber.Ctx, m app.Membership) *layout.Ended {
	if !m.Archived {
		return nil
	}
	group, _, err := s.identity.Group(c.UserContext(), actorOf(c), m.Group)
	if err != nil {
		return &layout.Ended{Group: m.Group}
	}
	return endingOf(group)
}

func endingOf(g identity.Group) *layout.Ended {
	if !g.IsArchived() {
		return nil
	}
	return &layout.Ended{Group: g.ID, At: g.Ended.At, Reason: g.Ended.Reason}
}

func (s *Server) handleGroupActNew(c *fiber.Ctx) error {
	return s.groupAct(c, http.StatusOK, identityview.ActForm{Nonce: app.NewID()})
}

// groupAct says what will stop and what will stay, or what stands in the way; v may hold a
// form that was refused.
func (s *Server) groupAct(c *fiber.Ctx, status int, v identityview.ActForm) error {
	group, err := s.governed(c, app.Keep)
	if err != nil {
		return err
	}
	v.Group, v.Kind = group, identity.Archived
	if group.IsArchived() {
		v.Kind = identity.Resumed
	} else if v.Debts, err = s.identity.Debts(c.UserContext(), actorOf(c), group.ID); err != nil {
		return err
	}
	m, _ := actorOf(c).In(group.ID)
	return s.render(c, status, identityview.ActFormPage(s.titled(c, "group.do."+string(v.Kind), m), v))
}

func (s *Server) handleGroupActCreate(c *fiber.Ctx) error {
	id, kind := app.ID(c.Params("id")), identity.ActKind(c.FormValue("kind"))
	v := identityview.ActForm{Nonce: nonceOf(c.FormValue("nonce")), Reason: typed(c, "reason")}
	wish := identity.NewAct{ID: idFor(v.Nonce, string(kind), v.Reason), Kind: kind, Reason: v.Reason}
	_, cause := s.identity.Do(c.UserContext(), actorOf(c), id, wish)
	if cause == nil {
		return s.seeOther(c, "/groups/"+string(id)+"?done=group-"+string(kind))
	}
	return s.again(c, cause, func(refused *app.Error) error {
		v.Problem, v.Field = s.sentence(c, refused), refused.Field
		return s.groupAct(c, statusOf(refused.Kind), v)
	})
}
