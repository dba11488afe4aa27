package statement

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"madang/app"
	"madang/app/prose"
)

// Hold is a change of the live text that takes away too much of what others wrote. It
// is neither in force nor lost: a second person who may edit the text decides.
type Hold struct {
	app.LiveHold
	// Name is its author's.
	Name     string
	Decision Decision
}

// Decision is what became of a hold. By, Name, At and Reason are zero while it waits.
type Decision struct {
	Kind   DecisionKind
	By     app.ID
	Name   string
	At     time.Time
	Reason string
}

// DecisionKind says what was decided.
type DecisionKind string

// What can become of a hold.
const (
	Waiting  DecisionKind = "waiting"
	Released DecisionKind = "released"
	Declined DecisionKind = "declined"
)

// MaxReason bounds what is said to a decision, in characters.
const MaxReason = 500

// Brake is the live text's part in deciding. It is answered by realtime.
type Brake interface {
	// Release puts a held change into the live text under its author's name. It is
	// Gone "hold.stale" if nothing of it can be done any more, and Conflict
	// "hold.decided" if it doesn't wait.
	Release(ctx context.Context, by app.Membership, held app.LiveHold) error
	// Compare returns the text as it was when the change was held, and as the change
	// would have left it.
	Compare(held app.LiveHold) (before, after prose.Doc, err error)
	// Words are what an update would put into a text, piece by piece; none if it can't
	// be read.
	Words(update []byte) []string
}

// Codes says whether somebody still has the return code of their account. It is
// answered by identity.
type Codes interface {
	// Confirm is Invalid "code.unknown" for any other code.
	Confirm(ctx context.Context, actor app.Actor, code string) error
}

// Release says how a hold may be released.
type Release int

// The ways a hold may be released by one person.
const (
	// ReleaseByAnother: only somebody else can.
	ReleaseByAnother Release = iota
	// ReleaseByCode: they can, typing their return code again.
	ReleaseByCode
	// ReleaseFreely: they can.
	ReleaseFreely
)

// ReleaseBy says how somebody who may edit the text may release the hold, in a group in
// which editors people may. Two people have to want a large loss; where there is only
// one, whoever found their device unlocked is kept out.
func (h Hold) ReleaseBy(persona app.ID, editors int) Release {
	switch {
	case persona != h.Persona:
		return ReleaseFreely
	case editors == 1:
		return ReleaseByCode
	}
	return ReleaseByAnother
}

// HoldView is a hold as somebody who may decide has it before them.
type HoldView struct {
	Hold
	Statement  Statement
	Membership app.Membership
	Release    Release
	// Before and After are the texts without and with the change.
	Before, After prose.Doc
}

// Holds lists the statement's holds, newest first, to those who may edit it.
func (s *Service) Holds(ctx context.Context, actor app.Actor, id app.ID) (Statement, app.Membership, []Hold, error) {
	found, m, err := s.findFor(ctx, actor, id, app.Draft)
	if err != nil {
		return found, m, nil, err
	}
	holds, err := s.store.Holds(ctx, id)
	return found, m, holds, err
}

// WaitingHolds counts the holds that somebody has to decide about; 0 for those who may
// not.
func (s *Service) WaitingHolds(ctx context.Context, m app.Membership, id app.ID) (int, error) {
	if !m.May(app.Draft) {
		return 0, nil
	}
	return s.store.Waiting(ctx, id)
}

// Hold returns one hold to somebody who may edit the text.
func (s *Service) Hold(ctx context.Context, actor app.Actor, of, id app.ID) (HoldView, error) {
	found, m, err := s.findFor(ctx, actor, of, app.Draft)
	if err != nil {
		return HoldView{}, err
	}
	held, err := s.store.Hold(ctx, of, id)
	if err != nil {
		return HoldView{}, err
	}
	editors, err := s.store.CountWith(ctx, found.Group, app.RolesWith(app.Draft))
	if err != nil {
		return HoldView{}, err
	}
	v := HoldView{Hold: held, Statement: found, Membership: m, Release: held.ReleaseBy(m.Persona, editors)}
	v.Before, v.After, err = s.brake.Compare(held.LiveHold)
	return v, err
}

// ReleaseHold puts a held change into force. The text that it takes words from is kept as
// a version first. The code is asked for where Hold says so.
func (s *Service) ReleaseHold(ctx context.Context, actor app.Actor, of, id app.ID, code string) error {
	v, err := s.Hold(ctx, actor, of, id)
	if err != nil {
		return err
	}
	if v.Decision.Kind != Waiting {
		return app.Conflict("hold.decided")
	}
	switch v.Release {
	case ReleaseByAnother:
		return app.Forbidden("hold.own")
	case ReleaseByCode:
		if err := s.codes.Confirm(ctx, actor, code); err != nil {
			return err
		}
	}
	if _, err := s.keepBefore(ctx, v.Membership, v.Statement); err != nil {
		return err
	}
	return s.brake.Release(ctx, v.Membership, v.LiveHold)
}

// DeclineHold leaves the text as it is. Whoever declines what somebody else wanted says
// why.
func (s *Service) DeclineHold(ctx context.Context, actor app.Actor, of, id app.ID, reason string) error {
	_, m, err := s.findFor(ctx, actor, of, app.Draft)
	if err != nil {
		return err
	}
	held, err := s.store.Hold(ctx, of, id)
	if err != nil {
		return err
	}
	reason = strings.TrimSpace(reason)
	switch length := utf8.RuneCountInString(reason); {
	case !utf8.ValidString(reason):
		return app.Invalid("text.utf8").On("reason")
	case length == 0 && held.Persona != m.Persona:
		return app.Invalid("reason.empty").On("reason")
	case length > MaxReason:
		return app.TooLarge("reason.long", "max", MaxReason, "length", length).On("reason")
	}
	return s.store.Decline(ctx, m.Standing(), id, Decision{Kind: Declined, By: m.Persona, At: s.clock(), Reason: reason})
}

// findFor finds a statement for somebody who may do something with it.
func (s *Service) findFor(ctx context.Context, actor app.Actor, id app.ID, what app.Capability) (Statement, app.Membership, error) {
	found, m, err := s.Find(ctx, actor, id)
	if err != nil {
		return found, app.Membership{}, err
	}
	return found, m, m.Must(what)
}
