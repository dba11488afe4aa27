package identity

import (
	"context"
	"slices"
	"time"

	"madang/app"
)

// Token is the right of a program to act as a persona, as far as its scopes reach. What it
// is was shown once; the forum keeps its hash.
type Token struct {
	ID      app.ID
	Persona app.ID
	Label   string
	// Scopes are what it may do of what the persona may; none is all of it, as the
	// command line makes it.
	Scopes  []Scope
	Created time.Time
	// Ends is zero for tokens from before they ended.
	Ends    time.Time
	Revoked time.Time
	// Used is the day of its last use. A time of day would tell when somebody works.
	Used time.Time
}

// IsOver reports whether it opens nothing any more.
func (t Token) IsOver(now time.Time) bool {
	return !t.Revoked.IsZero() || !t.Ends.IsZero() && !now.Before(t.Ends)
}

const (
	// MaxTokenLabel bounds what a token is called, in characters.
	MaxTokenLabel = 60
	// MaxTokens is how many an account may have, with those that have ended and weren't
	// taken off the list.
	MaxTokens = 20
	// maxTokenDays is a year: a token that somebody forgot ends some day.
	maxTokenDays = 365
)

// TokenDays are for how many days a token can be made.
var TokenDays = []int{30, 90, maxTokenDays}

const day = 24 * time.Hour

// NewToken is what somebody wants a token to be.
type NewToken struct {
	Persona app.ID
	Label   string
	Scopes  []Scope
	Days    int
}

// CreateToken makes a token for one of the actor's own personas. It is made in person: a
// token that got lost must not be worth another one.
func (s *Service) CreateToken(ctx context.Context, actor app.Actor, wish NewToken) (token string, err error) {
	if err := actor.InPerson(); err != nil {
		return "", err
	}
	at := slices.IndexFunc(actor.Memberships, func(m app.Membership) bool { return m.Persona == wish.Persona })
	label, err := line(wish.Label, MaxTokenLabel, "label")
	switch {
	case err != nil:
		return "", err
	case at < 0:
		return "", app.Invalid("token.persona").On("persona")
	case !slices.Contains(wish.Scopes, ScopeRead):
		return "", app.Invalid("token.scope").On("scope")
	case !slices.Contains(TokenDays, wish.Days):
		return "", app.Invalid("token.days").On("days")
	}
	list, err := s.store.Tokens(ctx, actor.Account)
	if err != nil {
		return "", err
	}
	if len(list) >= MaxTokens {
		return "", app.Conflict("token.many", "max", MaxTokens)
	}
	wish.Label = label
	return s.issue(ctx, actor.Memberships[at].Standing(), wish)
}

// IssueToken makes a token for a persona, for a year; without scopes it may do all that the
// persona may. Only the command line may call it.
func (s *Service) IssueToken(ctx context.Context, persona app.ID, label string, scopes ...Scope) (token string, err error) {
	return s.issue(ctx, app.Standing{}, NewToken{Persona: persona, Label: label, Scopes: scopes, Days: maxTokenDays})
}

func (s *Service) issue(ctx context.Context, by app.Standing, wish NewToken) (token string, err error) {
	token, hash := newToken()
	now := s.clock()
	made := Token{
		ID: app.NewID(), Persona: wish.Persona, Label: wish.Label, Scopes: wish.Scopes,
		Created: now, Ends: now.Add(time.Duration(wish.Days) * day),
	}
	return token, s.store.IssueToken(ctx, by, made, hash)
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
// account has elsewhere, and of that what its scopes leave. It is a SignIn error for a
// wrong token, with code "token.over" for one that was revoked or has ended.
func (s *Service) Bearer(ctx context.Context, token string) (app.Actor, error) {
	found, account, err := s.store.Bearer(ctx, hashOf(token))
	if app.KindOf(err) == app.KindNotFound {
		return app.Actor{}, app.SignIn()
	}
	if err != nil {
		return app.Actor{}, err
	}
	now := s.clock()
	if found.IsOver(now) {
		return app.Actor{}, tokenOver()
	}
	known, err := s.store.Standings(ctx, []app.ID{found.Persona})
	if err != nil {
		return app.Actor{}, err
	}
	m, stands := known[found.Persona]
	if !stands {
		return app.Actor{}, tokenOver()
	}
	m.Only = capabilities(found.Scopes)
	actor := app.Actor{Account: account, Token: found.ID, Memberships: []app.Membership{m}}
	if today := now.Truncate(day); today.After(found.Used) {
		_ = s.store.TouchToken(ctx, found.ID, today) // as in Actor
	}
	return actor, nil
}

func tokenOver() *app.Error { return &app.Error{Kind: app.KindSignIn, Code: "token.over"} }

// Passes says of sign-ins and tokens by which people are connected which of them still open
// anything, and what a token leaves of its persona's membership; nil is all of it. That
// nobody was seen for a while ends no connection: whoever reads along does nothing.
func (s *Service) Passes(ctx context.Context, sessions, tokens []app.ID) (map[app.ID][]app.Capability, error) {
	now, open := s.clock(), map[app.ID][]app.Capability{}
	signedIn, err := s.store.SessionsOf(ctx, sessions)
	if err != nil {
		return nil, err
	}
	for _, session := range signedIn {
		if now.Before(session.Expires) {
			open[session.ID] = nil
		}
	}
	issued, err := s.store.TokensOf(ctx, tokens)
	for _, token := range issued {
		if !token.IsOver(now) {
			open[token.ID] = capabilities(token.Scopes)
		}
	}
	return open, err
}

// Tokens lists the tokens that act as one of the actor's personas and weren't revoked; what
// has ended is among them.
func (s *Service) Tokens(ctx context.Context, actor app.Actor) ([]Token, error) {
	if err := actor.InPerson(); err != nil {
		return nil, err
	}
	return s.store.Tokens(ctx, actor.Account)
}

// Token returns one of those.
func (s *Service) Token(ctx context.Context, actor app.Actor, id app.ID) (Token, error) {
	list, err := s.Tokens(ctx, actor)
	if err != nil {
		return Token{}, err
	}
	at := slices.IndexFunc(list, func(t Token) bool { return t.ID == id })
	if at < 0 {
		return Token{}, app.NotFound()
	}
	return list[at], nil
}

// OwnToken returns the token by which the actor asks; NotFound if they ask in person.
func (s *Service) OwnToken(ctx context.Context, actor app.Actor) (Token, error) {
	if actor.Token == "" {
		return Token{}, app.NotFound()
	}
	found, err := s.store.TokensOf(ctx, []app.ID{actor.Token})
	if err != nil || len(found) == 0 {
		return Token{}, err
	}
	return found[0], nil
}

// RevokeToken ends a token that acts as one of the actor's personas. A program may end its
// own and no other.
func (s *Service) RevokeToken(ctx context.Context, actor app.Actor, id app.ID) error {
	if err := actor.InPerson(); err != nil && id != actor.Token {
		return err
	}
	persona, err := s.store.RevokeToken(ctx, actor.Account, id, s.clock())
	if err == nil {
		s.tell(persona)
	}
	return err
}
