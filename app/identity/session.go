package identity

import (
	"context"
	"crypto/rand"
	"time"

	"madang/app"
)

// How long a sign-in lasts. Idle time is counted from when it was last seen,
// rounded up, so that nobody is signed out before their time.
const (
	sessionLife   = 12 * time.Hour
	idleUsual     = time.Hour
	idleSensitive = 30 * time.Minute // for anybody in a sensitive group
	// seenStep is what times of use are rounded to: finer ones would tell who was
	// here together with whom.
	seenStep = 10 * time.Minute
	// forgetAfter is how long an expired session is remembered, for what its owner
	// sent too late.
	forgetAfter = draftLife
)

// Session is a sign-in as it is kept: the hash of its token, and times rounded to
// ten minutes.
type Session struct {
	ID      app.ID
	Hash    []byte
	Account app.ID
	Created time.Time
	Seen    time.Time
	Expires time.Time
}

// SessionChoice says which of an account's sessions are meant: Only one, or all
// But one, or, if both are empty, all.
type SessionChoice struct{ Only, But app.ID }

// SignIn is one of somebody's own sign-ins, as shown to them.
type SignIn struct {
	ID                     app.ID
	Created, Seen, Expires time.Time
	Current                bool
}

// newSession draws a session; token is what the browser keeps.
func (s *Service) newSession(account app.ID) (token string, opened Session) {
	token = rand.Text() + rand.Text() // 256 bits
	now := s.clock()
	return token, Session{
		ID: app.NewID(), Hash: hashOf(token), Account: account,
		Created: rounded(now), Seen: rounded(now), Expires: now.Add(sessionLife),
	}
}

// rounded is a time of use as it is kept: the end of its ten minutes.
func rounded(t time.Time) time.Time { return t.Truncate(seenStep).Add(seenStep) }

// isOver reports whether a session of this actor has expired. One that would last longer
// than any can, or that was seen at a time which hasn't come, is of a clock that ran ahead and
// was put right: it would outlive what its owner was told.
func (s Session) isOver(now time.Time, actor app.Actor) bool {
	idle := idleUsual
	if actor.IsSensitive() {
		idle = idleSensitive
	}
	isAhead := s.Expires.Sub(now) > sessionLife+seenStep || s.Seen.Sub(now) > 2*seenStep
	return isAhead || !now.Before(s.Expires) || !now.Before(s.Seen.Add(idle))
}

// Actor returns who is signed in by a session's token, as they stand now. It is a
// SignIn error if nobody is or the session has expired. Being asked counts as use; where
// that can't be noted, as on a full disk, people read on.
func (s *Service) Actor(ctx context.Context, token string) (app.Actor, error) {
	session, actor, err := s.find(ctx, token)
	if err != nil {
		return app.Actor{}, err
	}
	now := s.clock()
	if session.isOver(now, actor) {
		return app.Actor{}, app.SignIn()
	}
	actor.Session = session.ID
	if seen := rounded(now); seen.After(session.Seen) {
		_ = s.store.Touch(ctx, session.ID, seen)
	}
	return actor, nil
}

// find returns a session, expired or not, and its owner.
func (s *Service) find(ctx context.Context, token string) (Session, app.Actor, error) {
	session, err := s.store.Session(ctx, hashOf(token))
	if app.KindOf(err) == app.KindNotFound {
		return Session{}, app.Actor{}, app.SignIn()
	}
	if err != nil {
		return Session{}, app.Actor{}, err
	}
	actor, err := s.store.Account(ctx, session.Account)
	return session, actor, err
}

// SignOut ends the actor's present session.
func (s *Service) SignOut(ctx context.Context, actor app.Actor) error {
	if actor.Session == "" {
		return nil
	}
	return s.endSessions(ctx, actor, SessionChoice{Only: actor.Session})
}

// endSessions ends some of the actor's own. Whatever is open by them learns of it: those who
// are told of one of a person's places look at all that is open.
func (s *Service) endSessions(ctx context.Context, actor app.Actor, which SessionChoice) error {
	if err := s.store.EndSessions(ctx, actor.Account, which); err != nil {
		return err
	}
	if len(actor.Memberships) > 0 {
		s.tell(actor.Memberships[0].Persona)
	}
	return nil
}

// SignOutMember ends all sign-ins of a member, and the tokens that act as their persona, for
// a chair who hears of a lost phone. The member comes back with their return code. Sign-ins
// are of an account, so they end for its other groups too, of which nobody learns. Whoever
// means themselves has a page of their own for that (Conflict "member.self").
func (s *Service) SignOutMember(ctx context.Context, actor app.Actor, group, persona app.ID) error {
	m, err := actor.MemberWho(app.Keep, group)
	switch {
	case err != nil:
		return err
	case m.Persona == persona:
		return app.Conflict("member.self")
	}
	if err := s.store.SignOut(ctx, m.Standing(), group, persona, s.clock()); err != nil {
		return err
	}
	s.tell(persona)
	return nil
}

// SignIns lists the actor's own sign-ins, the one seen last first.
func (s *Service) SignIns(ctx context.Context, actor app.Actor) ([]SignIn, error) {
	if err := actor.InPerson(); err != nil {
		return nil, err
	}
	sessions, err := s.store.Sessions(ctx, actor.Account)
	if err != nil {
		return nil, err
	}
	var standing []SignIn
	for _, session := range sessions {
		if !session.isOver(s.clock(), actor) {
			standing = append(standing, SignIn{
				ID: session.ID, Created: session.Created, Seen: session.Seen,
				Expires: session.Expires, Current: session.ID == actor.Session,
			})
		}
	}
	return standing, nil
}

// EndSignIn ends one of the actor's own sign-ins. One that has ended already is no
// error.
func (s *Service) EndSignIn(ctx context.Context, actor app.Actor, id app.ID) error {
	if err := actor.InPerson(); err != nil {
		return err
	}
	return s.endSessions(ctx, actor, SessionChoice{Only: id})
}

// EndOtherSignIns ends all of the actor's sign-ins but the present one.
func (s *Service) EndOtherSignIns(ctx context.Context, actor app.Actor) error {
	if err := actor.InPerson(); err != nil {
		return err
	}
	return s.endSessions(ctx, actor, SessionChoice{But: actor.Session})
}
