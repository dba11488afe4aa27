package web

import (
	"context"
	"net/http"
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"madang/app"
	"madang/app/identity"
	identityview "madang/app/web/view/identity"
)

func isPresent(m identity.Member) bool { return m.Ended.IsZero() }

func isFormer(m identity.Member) bool { return !isPresent(m) }

// present are the members who are in the group now.
func present(all []identity.Member) []identity.Member {
	return slices.DeleteFunc(slices.Clone(all), isFormer)
}

func (s *Server) handleMemberIndex(c *fiber.Ctx) error {
	return s.members(c, http.StatusOK, identityview.Members{})
}

// members shows the people of a group; v may hold the problem with one of them.
func (s *Server) members(c *fiber.Ctx, status int, v identityview.Members) error {
	ctx, actor, id := c.UserContext(), actorOf(c), app.ID(c.Params("id"))
	all, err := s.identity.Members(ctx, actor, id)
	if err != nil {
		return err
	}
	group, m, err := s.identity.Group(ctx, actor, id)
	if err != nil {
		return err
	}
	page := s.titled(c, "group.people", m)
	v.Group, v.Reader, v.MayGovern, v.MayKeep, v.Notice = group, m.Persona, m.May(app.Govern), m.May(app.Keep), noticeIn(c, page)
	v.IsProtected = !identity.MaySeeAll(m)
	v.Present, v.Former = present(all), slices.DeleteFunc(all, isPresent)
	return s.render(c, status, identityview.MembersPage(page, v))
}

func (s *Server) handleRoleUpdate(c *fiber.Ctx) error {
	id, persona := app.ID(c.Params("id")), app.ID(c.Params("persona"))
	version, _ := strconv.ParseInt(c.FormValue("version"), 10, 64) // none is a version that never was
	cause := s.identity.ChangeRole(c.UserContext(), actorOf(c), id, persona, app.Role(c.FormValue("role")), version)
	if cause == nil {
		return s.seeOther(c, "/groups/"+string(id)+"/members?done=role")
	}
	if !canBeMended(cause) {
		return cause
	}
	refused := refusalOf(cause)
	v := identityview.Members{Problem: s.sentence(c, refused), At: persona}
	if err := s.members(c, statusOf(refused.Kind), v); err != nil {
		return cause
	}
	return nil
}

// memberOf finds the member that a chair's page is about, for what is to be done.
func (s *Server) memberOf(c *fiber.Ctx, what app.Capability) (group identity.Group, found identity.Member, err error) {
	if group, err = s.governed(c, what); err != nil {
		return group, found, err
	}
	all, err := s.identity.Members(c.UserContext(), actorOf(c), group.ID)
	if err != nil {
		return group, found, err
	}
	at := slices.IndexFunc(all, func(m identity.Member) bool { return m.Persona == app.ID(c.Params("persona")) && isPresent(m) })
	if at < 0 {
		return group, found, app.NotFound()
	}
	return group, all[at], nil
}

// memberAct is what a chair does to a member, on a page that asks before. It is named as in
// its address and in its sentences.
type memberAct struct {
	name, done string
	may        app.Capability
	do         func(ctx context.Context, actor app.Actor, group, persona app.ID) error
}

func (s *Server) mountMemberActs(r fiber.Router) {
	for _, act := range []memberAct{
		{"deletion", "ended", app.Govern, s.identity.EndMembership},
		{"signout", "signout", app.Keep, s.identity.SignOutMember},
	} {
		at := "/groups/:id/members/:persona/" + act.name
		r.Get(at, func(c *fiber.Ctx) error { return s.askMemberAct(c, http.StatusOK, act, "") })
		r.Post(at, func(c *fiber.Ctx) error { return s.doMemberAct(c, act) })
	}
}

func (s *Server) askMemberAct(c *fiber.Ctx, status int, act memberAct, problem string) error {
	group, member, err := s.memberOf(c, act.may)
	if err != nil {
		return err
	}
	page := s.titled(c, "member."+act.name, app.Membership{Sensitive: group.IsSensitive()})
	return s.render(c, status, identityview.MemberActPage(page, identityview.MemberAct{Name: act.name, Group: group, Member: member, Problem: problem}))
}

func (s *Server) doMemberAct(c *fiber.Ctx, act memberAct) error {
	id := app.ID(c.Params("id"))
	cause := act.do(c.UserContext(), actorOf(c), id, app.ID(c.Params("persona")))
	if cause == nil {
		return s.seeOther(c, "/groups/"+string(id)+"/members?done="+act.done)
	}
	refused := refusalOf(cause)
	if err := s.askMemberAct(c, statusOf(refused.Kind), act, s.sentence(c, refused)); err != nil {
		return cause
	}
	return nil
}
