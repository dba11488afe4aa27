package web

import (
	"net/http"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"madang/app"
	"madang/app/identity"
	identityview "madang/app/web/view/identity"
)

// handleInvitationShow shows what somebody is invited to. Looking uses nothing up:
// messengers look at every link they are given.
func (s *Server) handleInvitationShow(c *fiber.Ctx) error {
	return s.acceptForm(c, http.StatusOK, "", "")
}

func (s *Server) acceptForm(c *fiber.Ctx, status int, name, problem string) error {
	token := c.Params("token")
	found, err := s.identity.Invitation(c.UserContext(), token)
	if err != nil {
		return err
	}
	page := s.titled(c, "accept.title", app.Membership{Sensitive: found.Sensitive})
	page.Place = "" // the switch would carry the token further than it has to go
	v := identityview.Accept{Invitation: found, Token: token, Name: name, Problem: problem}
	return s.render(c, status, identityview.AcceptPage(page, v))
}

// handleInvitationAccept lets somebody in and leads on to an address without the
// token.
func (s *Server) handleInvitationAccept(c *fiber.Ctx) error {
	entered, err := s.identity.Accept(c.UserContext(), actorOf(c), c.Params("token"), c.FormValue("name"))
	if err != nil {
		return s.acceptAgain(c, err)
	}
	to := "/groups"
	if entered.Group != "" {
		to = "/groups/" + string(entered.Group)
	}
	if entered.Code == "" {
		return s.seeOther(c, to)
	}
	s.signIn(c, entered.Session)
	s.showOnce(c, codeCookie, entered.Session, entered.Code+to)
	return s.seeOther(c, "/welcome")
}

func (s *Server) acceptAgain(c *fiber.Ctx, cause error) error {
	if !canBeMended(cause) {
		return cause
	}
	refused := refusalOf(cause)
	if err := s.acceptForm(c, statusOf(refused.Kind), c.FormValue("name"), s.sentence(c, refused)); err != nil {
		return cause
	}
	return nil
}

// codeDigits is the length of a return code.
const codeDigits = 16

// handleWelcome shows the return code that this session was just given.
func (s *Server) handleWelcome(c *fiber.Ctx) error {
	var v identityview.Welcome
	if kept := s.shownOnce(c, codeCookie); len(kept) >= codeDigits {
		v.To = kept[codeDigits:]
		for group := range slices.Chunk([]byte(kept[:codeDigits]), 4) {
			v.Code = append(v.Code, string(group))
		}
	}
	page := s.titled(c, "welcome.title", app.Membership{Sensitive: actorOf(c).IsSensitive()})
	return s.render(c, http.StatusOK, identityview.WelcomePage(page, v))
}

// handleWelcomeEnd is told that the code has been written down.
func (s *Server) handleWelcomeEnd(c *fiber.Ctx) error {
	s.forget(c, codeCookie)
	return s.seeOther(c, placeIn(c.FormValue("to")))
}

func (s *Server) handleInvitationIndex(c *fiber.Ctx) error {
	v := identityview.Invitations{Link: s.shownOnce(c, linkCookie)}
	if v.Link != "" {
		s.forget(c, linkCookie)
	}
	return s.invitations(c, http.StatusOK, v)
}

// invitations shows the form that invites, and the invitations that were made.
func (s *Server) invitations(c *fiber.Ctx, status int, v identityview.Invitations) error {
	ctx, actor, id := c.UserContext(), actorOf(c), app.ID(c.Params("id"))
	group, m, err := s.identity.Group(ctx, actor, id)
	if err != nil {
		return err
	}
	made, err := s.identity.Invitations(ctx, actor, id)
	if err != nil {
		return err
	}
	v.Group, v.Roles, v.List = group, app.GroupRoles, s.withStates(made)
	if m.Persona == "" {
		v.Roles = []app.Role{app.RoleChair} // what a steward may invite to
	}
	if v.Role == "" {
		v.Role = v.Roles[0]
		if m.Persona != "" {
			v.Role = app.RoleMember
		}
	}
	page := s.titled(c, "invitations.title", m)
	page.IsSensitive = group.IsSensitive()
	return s.render(c, status, identityview.InvitationsPage(page, v))
}

// withStates says what has become of each invitation.
func (s *Server) withStates(made []identity.Invitation) []identityview.Invitation {
	list := make([]identityview.Invitation, len(made))
	for i, invitation := range made {
		list[i] = identityview.Invitation{Invitation: invitation, State: s.stateOf(invitation)}
	}
	return list
}

func (s *Server) stateOf(i identity.Invitation) string {
	switch {
	case i.IsOpen(s.clock()):
		return "open"
	case !i.Withdrawn.IsZero():
		return "withdrawn"
	case !i.UsedAt.IsZero():
		return "used"
	}
	return "expired"
}

func (s *Server) handleInvitationCreate(c *fiber.Ctx) error {
	id, role, stakeholder := app.ID(c.Params("id")), app.Role(c.FormValue("role")), app.ID(c.FormValue("stakeholder"))
	_, token, err := s.identity.Invite(c.UserContext(), actorOf(c), id, role, stakeholder)
	if err != nil {
		return s.invitationAgain(c, identityview.Invitations{Role: role, Stakeholder: stakeholder}, err)
	}
	link := strings.TrimSuffix(s.base.String(), "/") + "/invitations/" + token
	s.showOnce(c, linkCookie, visitorOf(c).session, link)
	return s.seeOther(c, "/groups/"+string(id)+"/invitations")
}

func (s *Server) invitationAgain(c *fiber.Ctx, v identityview.Invitations, cause error) error {
	if !canBeMended(cause) {
		return cause
	}
	refused := refusalOf(cause)
	v.Problem = s.sentence(c, refused)
	if err := s.invitations(c, statusOf(refused.Kind), v); err != nil {
		return cause
	}
	return nil
}

func (s *Server) handleInvitationWithdraw(c *fiber.Ctx) error {
	id := app.ID(c.Params("id"))
	if err := s.identity.WithdrawInvitation(c.UserContext(), actorOf(c), id, app.ID(c.Params("invitation"))); err != nil {
		return err
	}
	return s.seeOther(c, "/groups/"+string(id)+"/invitations")
}
