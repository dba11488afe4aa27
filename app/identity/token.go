package identity

import (
	"context"
	"time"

	"madang/app"
)

// Token is the right of a program to act as a persona. What it is was shown once;
// the forum keeps its hash.
type Token struct {
	ID      app.ID
	Persona app.ID
	Label   string
	Created time.Time
}

// IssueToken makes a bearer token for a persona. Only the command line may call it.
func (s *Service) IssueToken(ctx context.Context, persona app.ID, label string) (token string, err error) {
	token, hash := newToken()
	issued := Token{ID: app.NewID(), Persona: persona, Label: label, Created: s.clock()}
	return token, s.store.IssueToken(ctx, issued, hash)
}

// PersonaByName finds a persona by its group's slug and its name; NotFound if
// nobody of that name is in the group now. Only the command line may call it.
func (s *Service) PersonaByName(ctx context.Context, group, name string) (app.ID, error) {
	return s.store.PersonaByName(ctx, group, nameKey(name))
}

// Behind returns the actor behind a persona, without any session. Only the command
// line may call it.
func (s *Service) Behind(ctx context.Context, persona app.ID) (app.Actor, error) {
	account, err := s.store.AccountOf(ctx, persona)
	if err != nil {
		return app.Actor{}, err
	}
	return s.store.Account(ctx, account)
}

// Of returns the actor of an account, without any session. Only what happens because time
// passed, or because somebody has the address of a feed, may call it.
func (s *Service) Of(ctx context.Context, account app.ID) (app.Actor, error) {
	return s.store.Account(ctx, account)
}

// Bearer returns the actor that a token stands for: one persona, not all that its
// account has elsewhere. It is a SignIn error for a wrong or revoked token.
func (s *Service) Bearer(ctx context.Context, token string) (app.Actor, error) {
	persona, account, err := s.store.Bearer(ctx, hashOf(token))
	if app.KindOf(err) == app.KindNotFound {
		return app.Actor{}, app.SignIn()
	}
	if err != nil {
		return app.Actor{}, err
	}
	known, err := s.store.Standings(ctx, []app.ID{persona})
	if err != nil {
		return app.Actor{}, err
	}
	m, stands := known[persona]
	if !stands {
		return app.Actor{}, app.SignIn()
	}
	return app.Actor{Account: account, Memberships: []app.Membership{m}}, nil
}

// Tokens lists the tokens that act as one of the actor's personas.
func (s *Service) Tokens(ctx context.Context, actor app.Actor) ([]Token, error) {
	if !actor.IsSignedIn() {
		return nil, app.SignIn()
	}
	return s.store.Tokens(ctx, actor.Account)
}

// RevokeToken ends a token that acts as one of the actor's personas.
func (s *Service) RevokeToken(ctx context.Context, actor app.Actor, id app.ID) error {
	if !actor.IsSignedIn() {
		return app.SignIn()
	}
	return s.store.RevokeToken(ctx, actor.Account, id, s.clock())
}
