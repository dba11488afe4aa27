package identity

import (
	"context"
	"sync"
	"time"

	"madang/app"
)

// Store keeps accounts, groups and who is in them. A write that takes a Standing is
// Conflict "role.changed" if that no longer stands.
type Store interface {
	// Admit carries out an admission in one transaction: it uses up the
	// invitation (Gone "invitation.used" if somebody was quicker), makes the account
	// if it is new, gives it a place in the group (Conflict "name.taken",
	// "invitation.member") and opens the session.
	Admit(ctx context.Context, a Admission) error
	// Invite keeps an invitation. By is zero for those of the command line.
	Invite(ctx context.Context, by app.Standing, made Invitation, hash []byte) error
	// Invitation finds an invitation by its hash, or NotFound.
	Invitation(ctx context.Context, hash []byte) (Invitation, error)
	// Invitations lists a group's invitations, newest first.
	Invitations(ctx context.Context, group app.ID) ([]Invitation, error)
	// Withdraw ends an unused invitation of the group; NotFound if there is none.
	Withdraw(ctx context.Context, by app.Standing, group, id app.ID, at time.Time) error

	// Codes lists the return codes with that lookup; usually none or one.
	Codes(ctx context.Context, lookup uint32) ([]StoredCode, error)
	// SetCode replaces an account's return code.
	SetCode(ctx context.Context, code StoredCode) error

	// OpenSession keeps a session and forgets those that ended before the given time.
	OpenSession(ctx context.Context, s Session, forget time.Time) error
	// Session finds a session by its hash, or NotFound.
	Session(ctx context.Context, hash []byte) (Session, error)
	// Sessions lists an account's sessions, the one seen last first.
	Sessions(ctx context.Context, account app.ID) ([]Session, error)
	// Touch notes that a session was in use.
	Touch(ctx context.Context, id app.ID, seen time.Time) error
	// EndSessions ends the account's sessions: all of them, or only one, or all but one.
	EndSessions(ctx context.Context, account app.ID, which SessionChoice) error

	// SignOut ends every session of the account behind a persona that stands in the group,
	// and revokes the tokens of that persona; NotFound if none does.
	SignOut(ctx context.Context, by app.Standing, group, persona app.ID, at time.Time) error

	// KeepDraft keeps what somebody sent, and forgets what was sent before the
	// given time.
	KeepDraft(ctx context.Context, d Draft, forget time.Time) error
	// Draft returns the account's draft, or NotFound.
	Draft(ctx context.Context, account, id app.ID) (Draft, error)
	// DropDraft forgets it.
	DropDraft(ctx context.Context, account, id app.ID) error

	// Account returns who an account is now, memberships and all.
	Account(ctx context.Context, id app.ID) (app.Actor, error)
	// Standings returns the memberships of those personas that still have one.
	Standings(ctx context.Context, personas []app.ID) (map[app.ID]app.Membership, error)

	// CreateGroup keeps a group if the account still is a steward.
	CreateGroup(ctx context.Context, steward app.ID, g Group) error
	// ReviseGroup changes name, charter, languages, terms and stakeholder groups.
	// A stakeholder group that has had people can't go: Conflict "stakeholder.in_use".
	ReviseGroup(ctx context.Context, by app.Standing, g Group) error
	// Group and GroupBySlug return a group, or NotFound.
	Group(ctx context.Context, id app.ID) (Group, error)
	GroupBySlug(ctx context.Context, slug string) (Group, error)
	// Groups lists those groups, or all if ids is nil, by name.
	Groups(ctx context.Context, ids []app.ID) ([]Group, error)
	// HasSlug reports whether a group has it.
	HasSlug(ctx context.Context, slug string) (bool, error)
	// Acts lists what was done with a group, newest first.
	Acts(ctx context.Context, group app.ID) ([]Act, error)
	// AddAct keeps an act under its number, marks the group and ends its open invitations. It
	// takes every membership to its next version, so that no standing from before holds; then
	// mayDo is asked, alone with the transaction. It is Conflict "group.archived" or
	// "group.working" if nothing would change.
	AddAct(ctx context.Context, by app.Standing, a Act, mayDo func() error) error
	// Members lists who is and was in a group, in the order of their coming.
	Members(ctx context.Context, group app.ID) ([]Member, error)
	// Reseat changes one place in a group: decide is shown who stands there, alone
	// with the transaction, and says what becomes of one seat.
	Reseat(ctx context.Context, by app.Standing, group app.ID, at time.Time, decide func(Roster) (Seat, error)) error

	// PersonaByName finds a persona that stands in a group, or NotFound.
	PersonaByName(ctx context.Context, groupSlug, nameKey string) (app.ID, error)
	// AccountOf returns the account behind a persona, or NotFound.
	AccountOf(ctx context.Context, persona app.ID) (app.ID, error)
	// IssueToken keeps a bearer token's hash. By is zero for those of the command line.
	IssueToken(ctx context.Context, by app.Standing, t Token, hash []byte) error
	// Bearer finds a token, over or not, and its account by its hash, or NotFound.
	Bearer(ctx context.Context, hash []byte) (found Token, account app.ID, err error)
	// TouchToken notes the day on which a token was in use.
	TouchToken(ctx context.Context, id app.ID, today time.Time) error
	// Tokens lists the tokens of an account's personas that weren't revoked.
	Tokens(ctx context.Context, account app.ID) ([]Token, error)
	// TokensOf and SessionsOf list those tokens and sessions that there still are, each
	// in one query.
	TokensOf(ctx context.Context, ids []app.ID) ([]Token, error)
	SessionsOf(ctx context.Context, ids []app.ID) ([]Session, error)
	// RevokeToken ends one of the account's tokens and forgets what it was called;
	// NotFound if there is none.
	RevokeToken(ctx context.Context, account, id app.ID, at time.Time) (persona app.ID, err error)
}

// Service is how people come in, and who they are then.
type Service struct {
	store  Store
	secret []byte
	clock  app.Clock
	gate   turnstile
	// promises is nil where nothing is ever promised to people outside.
	promises Promises

	mu      sync.Mutex
	changed []func(about app.ID)
}

// New returns the service over a store. The secret is the key of all return codes:
// with another one none of them opens any more.
func New(store Store, secret []byte, clock app.Clock) *Service {
	return &Service{store: store, secret: secret, clock: clock, gate: newTurnstile()}
}

// OnChange calls tell whenever the role or standing of a persona has changed, or of all in a
// group, or sign-ins of theirs ended. It is a hint: the database is asked on every write anyway.
func (s *Service) OnChange(tell func(about app.ID)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.changed = append(s.changed, tell)
}

func (s *Service) tell(about app.ID) {
	s.mu.Lock()
	told := s.changed
	s.mu.Unlock()
	for _, tell := range told {
		tell(about)
	}
}
