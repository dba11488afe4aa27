package web

import (
	"net/http"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"madang/app"
	"madang/app/identity"
	identityview "madang/app/web/view/identity"
)

// mountGroups are the pages on which a working group is run.
func (s *Server) mountGroups(r fiber.Router) {
	r.Get("/groups", s.handleGroupIndex)
	r.Get("/groups/new", s.handleGroupNew)
	r.Post("/groups", s.handleGroupCreate)
	r.Get("/groups/:id", s.handleGroupShow)
	r.Get("/groups/:id/charter", s.handleCharterEdit)
	r.Post("/groups/:id/charter", s.handleCharterUpdate)
	r.Get("/groups/:id/departure", s.handleGroupLeaveNew)
	r.Post("/groups/:id/departure", s.handleGroupLeaveCreate)
	r.Get("/groups/:id/members", s.handleMemberIndex)
	r.Post("/groups/:id/members/:persona/role", s.handleRoleUpdate)
	s.mountMemberActs(r)
	s.mountGroupActs(r)
	r.Get("/groups/:id/invitations", s.handleInvitationIndex)
	r.Post("/groups/:id/invitations", s.handleInvitationCreate)
	r.Post("/groups/:id/invitations/:invitation/deletion", s.handleInvitationWithdraw)
}

func (s *Server) handleGroupIndex(c *fiber.Ctx) error {
	actor := actorOf(c)
	groups, err := s.identity.Groups(c.UserContext(), actor)
	if err != nil {
		return err
	}
	v := identityview.Groups{Groups: groups, Roles: map[app.ID]app.Role{}}
	for _, m := range actor.Memberships {
		v.Roles[m.Group] = m.Role
	}
	page := s.titled(c, "groups.title", app.Membership{Sensitive: actor.IsSensitive()})
	return s.render(c, http.StatusOK, identityview.GroupsPage(page, v))
}

func (s *Server) handleGroupShow(c *fiber.Ctx) error {
	ctx, actor, id := c.UserContext(), actorOf(c), app.ID(c.Params("id"))
	group, m, err := s.identity.Group(ctx, actor, id)
	if err != nil {
		return err
	}
	page := s.page(c, group.Name, m)
	v := identityview.Group{Group: group, Membership: m, Charter: s.bodies.HTML(group.Charter), Notice: noticeIn(c, page)}
	if m.May(app.Read) {
		if v.Acts, err = s.identity.Acts(ctx, actor, id); err != nil {
			return err
		}
		if v.Statements, err = s.statements.List(ctx, actor, id); err != nil {
			return err
		}
		members, err := s.identity.Members(ctx, actor, id)
		if err != nil {
			return err
		}
		if identity.MaySeeAll(m) {
			v.People = len(present(members))
		}
	}
	return s.render(c, http.StatusOK, identityview.GroupPage(page, v))
}

func (s *Server) handleGroupNew(c *fiber.Ctx) error {
	if !actorOf(c).Steward {
		return app.Forbidden("group.steward_only")
	}
	v := identityview.GroupForm{Draft: identity.GroupDraft{Languages: []string{s.languageOf(c)}}}
	return s.groupForm(c, http.StatusOK, v)
}

func (s *Server) groupForm(c *fiber.Ctx, status int, v identityview.GroupForm) error {
	key := "group.charter.edit"
	if v.Group.ID == "" {
		key = "group.new.title"
	}
	page := s.titled(c, key, app.Membership{Sensitive: v.Group.IsSensitive()})
	return s.render(c, status, identityview.GroupFormPage(page, v))
}

func (s *Server) handleGroupCreate(c *fiber.Ctx) error {
	draft := bindGroup(c)
	made, err := s.identity.CreateGroup(c.UserContext(), actorOf(c), draft)
	if err != nil {
		return s.groupFormAgain(c, identityview.GroupForm{Draft: draft}, err)
	}
	return s.seeOther(c, "/groups/"+string(made.ID))
}

// bindGroup reads the form of a group; rows without a name are left out.
func bindGroup(c *fiber.Ctx) identity.GroupDraft {
	draft := identity.GroupDraft{
		Name: c.FormValue("name"), Charter: typed(c, "charter"), ObserversRead: c.FormValue("observers") == "read",
	}
	for _, lang := range c.Request().PostArgs().PeekMulti("languages") {
		draft.Languages = append(draft.Languages, string(lang))
	}
	for row := range identity.MaxStakeholders + 1 { // one too many, for the service to refuse it
		value := func(name string) string { return c.FormValue("stakeholder-" + strconv.Itoa(row) + "-" + name) }
		if value("name") != "" {
			draft.Stakeholders = append(draft.Stakeholders, identity.StakeholderDraft{
				ID: app.ID(value("id")), Name: value("name"),
				Required: value("required") != "", Sensitive: value("sensitive") != "",
			})
		}
	}
	return draft
}

func (s *Server) groupFormAgain(c *fiber.Ctx, v identityview.GroupForm, cause error) error {
	if !canBeMended(cause) {
		return cause
	}
	refused := refusalOf(cause)
	v.Problem, v.Field = s.sentence(c, refused), refused.Field
	return s.groupForm(c, statusOf(refused.Kind), v)
}

func (s *Server) handleCharterEdit(c *fiber.Ctx) error {
	group, err := s.governed(c, app.Govern)
	if err != nil {
		return err
	}
	return s.groupForm(c, http.StatusOK, identityview.GroupForm{Group: group, Draft: draftOf(group)})
}

// governed is a group that the actor is a chair of, for what is to be done.
func (s *Server) governed(c *fiber.Ctx, what app.Capability) (identity.Group, error) {
	id := app.ID(c.Params("id"))
	if _, err := actorOf(c).MemberWho(what, id); err != nil {
		return identity.Group{}, err
	}
	group, _, err := s.identity.Group(c.UserContext(), actorOf(c), id)
	return group, err
}

// draftOf is the form of a group as it stands.
func draftOf(g identity.Group) identity.GroupDraft {
	draft := identity.GroupDraft{
		Name: g.Name, Charter: g.Charter, Languages: g.Languages, ObserversRead: g.Terms.ObserversRead,
	}
	for _, s := range g.Stakeholders {
		draft.Stakeholders = append(draft.Stakeholders, identity.StakeholderDraft{
			ID: s.ID, Name: s.Name, Required: s.Required, Sensitive: s.Sensitive,
		})
	}
	return draft
}

func (s *Server) handleCharterUpdate(c *fiber.Ctx) error {
	id, draft := app.ID(c.Params("id")), bindGroup(c)
	_, cause := s.identity.ReviseGroup(c.UserContext(), actorOf(c), id, draft)
	if cause == nil {
		return s.seeOther(c, "/groups/"+string(id)+"?done=charter")
	}
	group, err := s.governed(c, app.Govern)
	if err != nil {
		return cause
	}
	return s.groupFormAgain(c, identityview.GroupForm{Group: group, Draft: draft}, cause)
}

func (s *Server) handleGroupLeaveNew(c *fiber.Ctx) error { return s.departure(c, http.StatusOK, "") }

// departure shows the form by which a member leaves.
func (s *Server) departure(c *fiber.Ctx, status int, problem string) error {
	group, m, err := s.identity.Group(c.UserContext(), actorOf(c), app.ID(c.Params("id")))
	if err == nil && m.Persona == "" {
		err = app.NotFound() // a steward has no place to leave
	}
	if err != nil {
		return err
	}
	page := s.titled(c, "departure.title", m)
	return s.render(c, status, identityview.DeparturePage(page, identityview.Departure{Group: group, Membership: m, Problem: problem}))
}

func (s *Server) handleGroupLeaveCreate(c *fiber.Ctx) error {
	cause := s.identity.Leave(c.UserContext(), actorOf(c), app.ID(c.Params("id")), c.FormValue("name-stays") != "no")
	if cause == nil {
		return s.seeOther(c, "/groups")
	}
	refused := refusalOf(cause)
	if err := s.departure(c, statusOf(refused.Kind), s.sentence(c, refused)); err != nil {
		return cause
	}
	return nil
}
