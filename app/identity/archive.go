package identity

import (
	"context"
	"slices"
	"strings"
	"time"

	"madang/app"
	"madang/app/prose"
)

// MaxActReason bounds why a group is archived or begun again, in characters.
const MaxActReason = 2_000

// ActKind says what was done with a group as a whole.
type ActKind string

// The acts.
const (
	Archived ActKind = "archived" // it has ended: what is there stays, and nobody writes
	Resumed  ActKind = "resumed"  // it works again
)

// ActKinds lists them.
var ActKinds = []ActKind{Archived, Resumed}

// Act is one thing done with a group. It is kept for ever, and its members can read it.
type Act struct {
	ID, Group app.ID
	// No counts them in the group.
	No   int
	Kind ActKind
	By   app.ID
	// Name is that of By; empty for a former member who chose to be unnamed.
	Name, Reason string
	At           time.Time
}

// NewAct is what a chair wants to do with a group, under an id made where it was typed.
type NewAct struct {
	ID     app.ID
	Kind   ActKind
	Reason string
}

// Debt is what people outside a group still wait for, by the docket it is about.
type Debt struct {
	Docket      app.ID
	Title, Lang string
	// IsRunning says that the docket is open, or announced and not open yet; else what came
	// to it has no published answers.
	IsRunning bool
}

// Promises answers what a group still owes to people outside it. It is answered by
// consultation and disposition.
type Promises interface {
	Debts(ctx context.Context, group app.ID) ([]Debt, error)
}

// Mind lets groups that owe something to people outside go on until it is done.
func (s *Service) Mind(promises Promises) { s.promises = promises }

// Debts lists what keeps a group from being archived, to those who may archive it.
func (s *Service) Debts(ctx context.Context, actor app.Actor, group app.ID) ([]Debt, error) {
	if _, err := actor.MemberWho(app.Keep, group); err != nil {
		return nil, err
	}
	return s.debts(ctx, group)
}

func (s *Service) debts(ctx context.Context, group app.ID) ([]Debt, error) {
	if s.promises == nil {
		return nil, nil
	}
	return s.promises.Debts(ctx, group)
}

// Acts lists what was done with a group, newest first, to those who may read there.
func (s *Service) Acts(ctx context.Context, actor app.Actor, group app.ID) ([]Act, error) {
	if _, err := actor.MemberWho(app.Read, group); err != nil {
		return nil, err
	}
	return s.store.Acts(ctx, group)
}

// Do archives a group, or lets it work again, with a reason that its members read. Sent again
// under the same id it returns what was done. Archived, a group permits what is app.Left and no
// more, from the moment it is written: no change that was decided on before commits after it,
// and invitations that are open end. It is Conflict "group.owes" while people outside wait for
// something, and "group.archived" or "group.working" if it is that already.
func (s *Service) Do(ctx context.Context, actor app.Actor, group app.ID, wish NewAct) (Act, error) {
	m, err := actor.MemberWho(app.Keep, group)
	if err != nil {
		return Act{}, err
	}
	if _, err := app.ParseID(string(wish.ID)); err != nil {
		return Act{}, app.Invalid("api.id").On("id")
	}
	if !slices.Contains(ActKinds, wish.Kind) {
		return Act{}, app.Invalid("group.act").On("kind")
	}
	done, err := s.store.Acts(ctx, group)
	if err != nil {
		return Act{}, err
	}
	if i := slices.IndexFunc(done, func(a Act) bool { return a.ID == wish.ID }); i >= 0 {
		if done[i].By != m.Persona {
			return Act{}, app.Conflict("id.taken")
		}
		return done[i], nil
	}
	if err := prose.Tidy("reason", &wish.Reason, MaxActReason, true); err != nil {
		return Act{}, err
	}
	act := Act{
		ID: wish.ID, Group: group, No: len(done) + 1, Kind: wish.Kind,
		By: m.Persona, Name: m.Name, Reason: wish.Reason, At: s.clock(),
	}
	if err := s.store.AddAct(ctx, m.Standing(), act, func() error { return s.mayDo(ctx, act) }); err != nil {
		return Act{}, err
	}
	s.tell(group)
	return act, nil
}

// mayDo is nil unless people outside wait for something that an act would end.
func (s *Service) mayDo(ctx context.Context, act Act) error {
	if act.Kind != Archived {
		return nil
	}
	owed, err := s.debts(ctx, act.Group)
	if err != nil || len(owed) == 0 {
		return err
	}
	titles := make([]string, len(owed))
	for i, d := range owed {
		titles[i] = d.Title
	}
	return app.Conflict("group.owes", "count", len(owed), "titles", strings.Join(titles, " · "))
}
