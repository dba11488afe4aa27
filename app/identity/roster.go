package identity

import (
	"context"
	"slices"

	"madang/app"
)

// Seat is a place in a group while a change is decided.
type Seat struct {
	Persona app.ID
	Role    app.Role
	Version int64
	// Ended and Unnamed say what a decision makes of it.
	Ended, Unnamed bool
}

// Roster is who stands in a group while a change is decided.
type Roster []Seat

func (r Roster) find(persona app.ID) (Seat, error) {
	for _, seat := range r {
		if seat.Persona == persona {
			return seat, nil
		}
	}
	return Seat{}, app.NotFound()
}

// hasChairBeside reports whether somebody else is a chair.
func (r Roster) hasChairBeside(persona app.ID) bool {
	return slices.ContainsFunc(r, func(s Seat) bool { return s.Persona != persona && s.Role == app.RoleChair })
}

// give changes a role that still is what the chair saw when deciding.
func (r Roster) give(persona app.ID, role app.Role, version int64) (Seat, error) {
	seat, err := r.find(persona)
	if err != nil {
		return Seat{}, err
	}
	if seat.Version != version {
		return Seat{}, app.Conflict("member.changed")
	}
	if seat.Role == app.RoleChair && role != app.RoleChair && !r.hasChairBeside(persona) {
		return Seat{}, app.Conflict("group.last_chair")
	}
	seat.Role = role
	return seat, nil
}

// end takes a place away. The last chair can't go while others stay behind.
func (r Roster) end(persona app.ID, keepName bool) (Seat, error) {
	seat, err := r.find(persona)
	if err != nil {
		return Seat{}, err
	}
	if seat.Role == app.RoleChair && len(r) > 1 && !r.hasChairBeside(persona) {
		return Seat{}, app.Conflict("group.last_chair")
	}
	seat.Ended, seat.Unnamed = true, !keepName
	return seat, nil
}

// Members lists who is and was in the group, in the order of their coming. In a
// sensitive group a list is as dangerous as what is said there: only chairs and
// facilitators have it, everybody else sees their own place in it and no other.
func (s *Service) Members(ctx context.Context, actor app.Actor, group app.ID) ([]Member, error) {
	m, err := actor.MemberWho(app.Read, group)
	if err != nil {
		return nil, err
	}
	all, err := s.store.Members(ctx, group)
	if err != nil || MaySeeAll(m) {
		return all, err
	}
	return slices.DeleteFunc(all, func(other Member) bool { return other.Persona != m.Persona }), nil
}

// MaySeeAll reports whether a member may know who the others are, and how many.
func MaySeeAll(m app.Membership) bool {
	return !m.Sensitive || m.May(app.Keep) || m.Role == app.RoleFacilitator
}

// ChangeRole gives a member another role, if their membership is still at the
// version that the chair saw (else Conflict "member.changed"). A group keeps a chair
// (Conflict "group.last_chair"). Open connections learn of it within a second.
func (s *Service) ChangeRole(ctx context.Context, actor app.Actor, group, persona app.ID, role app.Role, version int64) error {
	if !role.IsGroupRole() {
		return app.Invalid("role.unknown").On("role")
	}
	return s.reseat(ctx, actor, group, persona, func(r Roster) (Seat, error) { return r.give(persona, role, version) })
}

// EndMembership takes a member's place away. Their contributions stay under their
// name.
func (s *Service) EndMembership(ctx context.Context, actor app.Actor, group, persona app.ID) error {
	return s.reseat(ctx, actor, group, persona, func(r Roster) (Seat, error) { return r.end(persona, true) })
}

func (s *Service) reseat(ctx context.Context, actor app.Actor, group, persona app.ID, decide func(Roster) (Seat, error)) error {
	m, err := actor.MemberWho(app.Govern, group)
	if err != nil {
		return err
	}
	if err := s.store.Reseat(ctx, m.Standing(), group, s.clock(), decide); err != nil {
		return err
	}
	s.tell(persona)
	return nil
}

// Leave ends the actor's own membership. What they contributed stays, under their
// name or under "former member". The last chair has to hand over first (Conflict
// "group.last_chair"), unless nobody else is there.
func (s *Service) Leave(ctx context.Context, actor app.Actor, group app.ID, keepName bool) error {
	if actor.Token != "" {
		return actor.InPerson()
	}
	m, isMember := actor.In(group)
	if !isMember {
		return app.NotFound()
	}
	err := s.store.Reseat(ctx, m.Standing(), group, s.clock(), func(r Roster) (Seat, error) { return r.end(m.Persona, keepName) })
	if err != nil {
		return err
	}
	s.tell(m.Persona)
	return nil
}

// Standings returns the memberships of those personas that still have one.
func (s *Service) Standings(ctx context.Context, personas []app.ID) (map[app.ID]app.Membership, error) {
	return s.store.Standings(ctx, personas)
}
