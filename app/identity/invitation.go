package identity

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"time"

	"madang/app"
)

// invitationLife is how long an invitation may be accepted.
const invitationLife = 7 * 24 * time.Hour

// Invitation lets one person in, with a role and, but for stewards, a place in a
// working group. It is used up by accepting, not by looking.
type Invitation struct {
	ID              app.ID
	Group           app.ID
	GroupName       string
	Role            app.Role
	Stakeholder     app.ID
	StakeholderName string
	// Sensitive says that the group is.
	Sensitive bool
	CreatedBy app.ID
	CreatedAt time.Time
	Expires   time.Time
	UsedAt    time.Time
	Withdrawn time.Time
}

// IsOpen reports whether the invitation can still be accepted.
func (i Invitation) IsOpen(now time.Time) bool { return i.check(now) == nil }

func (i Invitation) check(now time.Time) error {
	switch {
	case !i.Withdrawn.IsZero():
		return app.Gone("invitation.unknown")
	case !i.UsedAt.IsZero():
		return app.Gone("invitation.used")
	case !now.Before(i.Expires):
		return app.Gone("invitation.expired")
	}
	return nil
}

// Admission is everything that accepting an invitation does, at once.
type Admission struct {
	Invitation app.ID
	At         time.Time
	Account    app.ID
	IsNew      bool // the account: it is made, with Code
	Steward    bool
	Code       StoredCode
	Session    Session // none for an account that is signed in already: zero
	Persona    app.ID  // none for a steward: empty
	Group      app.ID
	Name       string
	NameKey    string
	Role       app.Role
	Stake      app.ID
}

// newToken draws 128 bits as text, and the hash of which is stored. Whoever
// reads the database can't enter with what they find.
func newToken() (token string, hash []byte) {
	token = rand.Text()
	return token, hashOf(token)
}

func hashOf(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}

// InviteSteward makes an invitation for who will run the installation. Only the
// command line may call it: whoever can, has the database anyway.
func (s *Service) InviteSteward(ctx context.Context) (token string, err error) {
	return s.invite(ctx, app.Standing{}, Invitation{Role: app.RoleSteward})
}

// InviteBySlug makes an invitation into a group named by its slugs. Only the
// command line may call it; it is the way back for a group without a chair.
func (s *Service) InviteBySlug(ctx context.Context, group, stakeholder string, role app.Role) (token string, err error) {
	g, err := s.store.GroupBySlug(ctx, group)
	if err != nil {
		return "", err
	}
	if g.IsArchived() && role != app.RoleChair {
		return "", app.Forbidden("group.archived")
	}
	for _, stake := range g.Stakeholders {
		if stake.Slug == stakeholder {
			return s.invite(ctx, app.Standing{}, Invitation{Group: g.ID, Role: role, Stakeholder: stake.ID})
		}
	}
	return "", app.Invalid("stakeholder.unknown").On("stakeholder")
}

// Invite makes an invitation into a group and returns its secret token, which is
// kept nowhere. Chairs may, and a steward may invite the first chair of a group that
// has none.
func (s *Service) Invite(ctx context.Context, actor app.Actor, group app.ID, role app.Role, stakeholder app.ID) (Invitation, string, error) {
	by, err := s.mayInvite(ctx, actor, group, role)
	if err != nil {
		return Invitation{}, "", err
	}
	g, err := s.store.Group(ctx, group)
	if err != nil {
		return Invitation{}, "", err
	}
	stake, known := g.Stakeholder(stakeholder)
	if !known {
		return Invitation{}, "", app.Invalid("stakeholder.unknown").On("stakeholder")
	}
	if !role.IsGroupRole() {
		return Invitation{}, "", app.Invalid("role.unknown").On("role")
	}
	made := Invitation{
		Group: group, GroupName: g.Name, Role: role, Stakeholder: stake.ID, StakeholderName: stake.Name,
		Sensitive: g.IsSensitive(), CreatedBy: actor.Account,
	}
	token, err := s.invite(ctx, by, made)
	return made, token, err
}

// mayInvite returns the standing that an invitation rests on; that of a steward is
// zero, for it isn't one in the group.
func (s *Service) mayInvite(ctx context.Context, actor app.Actor, group app.ID, role app.Role) (app.Standing, error) {
	if actor.Token != "" {
		return app.Standing{}, actor.InPerson()
	}
	if _, isMember := actor.In(group); !isMember && actor.Steward {
		return app.Standing{}, s.mayInviteFirst(ctx, group, role)
	}
	m, err := actor.MemberWho(app.Govern, group)
	return m.Standing(), err
}

// mayInviteFirst refuses to let a steward in where there is a chair already.
func (s *Service) mayInviteFirst(ctx context.Context, group app.ID, role app.Role) error {
	members, err := s.store.Members(ctx, group)
	if err != nil {
		return err
	}
	for _, m := range members {
		if m.Role == app.RoleChair && m.Ended.IsZero() {
			return app.Forbidden("invitation.has_chair")
		}
	}
	if role != app.RoleChair {
		return app.Forbidden("invitation.chair_first")
	}
	return nil
}

func (s *Service) invite(ctx context.Context, by app.Standing, made Invitation) (token string, err error) {
	token, hash := newToken()
	made.ID, made.CreatedAt = app.NewID(), s.clock()
	made.Expires = made.CreatedAt.Add(invitationLife)
	return token, s.store.Invite(ctx, by, made, hash)
}

// Invitation returns what the token invites to, without using it up. It is Gone
// "invitation.unknown" (also if it was withdrawn), "invitation.used" or
// "invitation.expired".
func (s *Service) Invitation(ctx context.Context, token string) (Invitation, error) {
	found, err := s.store.Invitation(ctx, hashOf(token))
	if app.KindOf(err) == app.KindNotFound {
		return Invitation{}, app.Gone("invitation.unknown")
	}
	if err != nil {
		return Invitation{}, err
	}
	return found, found.check(s.clock())
}

// Invitations lists the group's invitations for a chair, newest first, or for the
// steward who is letting the first chair in.
func (s *Service) Invitations(ctx context.Context, actor app.Actor, group app.ID) ([]Invitation, error) {
	if _, err := s.mayInvite(ctx, actor, group, app.RoleChair); err != nil {
		return nil, err
	}
	return s.store.Invitations(ctx, group)
}

// WithdrawInvitation ends an unused invitation.
func (s *Service) WithdrawInvitation(ctx context.Context, actor app.Actor, group, id app.ID) error {
	by, err := s.mayInvite(ctx, actor, group, app.RoleChair)
	if err != nil {
		return err
	}
	return s.store.Withdraw(ctx, by, group, id, s.clock())
}

// Accept uses an invitation up. A signed-in actor joins with the account they have;
// anybody else gets a new one, with a session and a return code. The name is the
// pseudonym in the group; a steward needs none.
func (s *Service) Accept(ctx context.Context, actor app.Actor, token, name string) (Entered, error) {
	if actor.Token != "" {
		return Entered{}, actor.InPerson()
	}
	invitation, err := s.Invitation(ctx, token)
	if err != nil {
		return Entered{}, err
	}
	admission := Admission{
		Invitation: invitation.ID, At: s.clock(), Account: actor.Account,
		Steward: invitation.Role == app.RoleSteward,
	}
	if !admission.Steward {
		if err := admission.seat(invitation, name); err != nil {
			return Entered{}, err
		}
	}
	return s.admit(ctx, actor, admission)
}

// seat gives the admission a persona in the group.
func (a *Admission) seat(i Invitation, typed string) error {
	name, err := pseudonym(typed)
	if err != nil {
		return err
	}
	a.Persona, a.Group, a.Role, a.Stake = app.NewID(), i.Group, i.Role, i.Stakeholder
	a.Name, a.NameKey = name, nameKey(name)
	return nil
}

func (s *Service) admit(ctx context.Context, actor app.Actor, a Admission) (Entered, error) {
	entered := Entered{Account: a.Account, Group: a.Group}
	if !actor.IsSignedIn() {
		code, stored, err := s.newCode(ctx)
		if err != nil {
			return Entered{}, err
		}
		a.IsNew, a.Account = true, app.NewID()
		stored.Account = a.Account
		a.Code = stored
		entered.Account, entered.Code = a.Account, code
		entered.Session, a.Session = s.newSession(a.Account)
	}
	if err := s.store.Admit(ctx, a); err != nil {
		return Entered{}, err
	}
	return entered, nil
}
