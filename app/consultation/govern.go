package consultation

import (
	"context"
	"strings"
	"time"

	"madang/app"
)

// DocketView is a docket as one reader has it before them.
type DocketView struct {
	Docket
	State   State
	Now     time.Time
	Balance Balance
	// Membership is the reader's in the docket's group; zero for the public.
	Membership app.Membership
}

// MayGovern and MayScreen say what the reader may do with it.
func (v DocketView) MayGovern() bool { return v.Membership.May(app.Govern) }

// MayScreen reports whether the reader looks at submissions and keys them in.
func (v DocketView) MayScreen() bool { return v.Membership.May(app.Screen) }

// Public lists what was announced, of all groups, newest first.
func (s *Service) Public(ctx context.Context) ([]Docket, error) { return s.store.Dockets(ctx, "") }

// List lists a group's dockets, drafts too, to its members.
func (s *Service) List(ctx context.Context, actor app.Actor, group app.ID) (app.Membership, []Docket, error) {
	m, err := actor.MemberWho(app.Read, group)
	if err != nil {
		return m, nil, err
	}
	list, err := s.store.Dockets(ctx, group)
	return m, list, err
}

// Promised lists those of a group's dockets to which people outside were invited: running are
// open, or announced and not open yet; of those that closed, heard are the ones to which
// something came that waits for an answer. It asks for nobody's permission.
func (s *Service) Promised(ctx context.Context, group app.ID) (running, heard []Docket, err error) {
	list, err := s.store.Dockets(ctx, group)
	for _, d := range list {
		switch d.State(s.clock()) {
		case StateAnnounced, StateOpen:
			running = append(running, d)
		case StateClosed:
			b, err := s.store.Balance(ctx, d.ID)
			if err != nil {
				return nil, nil, err
			}
			if b.Screening+b.Posted+b.Redacted > 0 {
				heard = append(heard, d)
			}
		}
	}
	return running, heard, err
}

// Docket returns one: anybody may read it once it is announced, members of its group
// before.
func (s *Service) Docket(ctx context.Context, actor app.Actor, id app.ID) (DocketView, error) {
	d, err := s.store.Docket(ctx, id)
	if err != nil {
		return DocketView{}, err
	}
	v := DocketView{Docket: d, Now: s.clock()}
	v.State = d.State(v.Now)
	v.Membership, err = actor.MemberWho(app.Read, d.Group)
	if err != nil && v.State == StateDraft {
		return DocketView{}, err
	}
	if err != nil {
		v.Membership = app.Membership{}
	}
	v.Balance, err = s.store.Balance(ctx, id)
	return v, err
}

// Text returns a docket with the words that it puts before the public; NotFound before it
// is announced.
func (s *Service) Text(ctx context.Context, actor app.Actor, id app.ID) (DocketView, FrozenText, error) {
	v, err := s.Docket(ctx, actor, id)
	if err != nil {
		return v, FrozenText{}, err
	}
	if v.State == StateDraft {
		return v, FrozenText{}, app.NotFound()
	}
	text, err := s.statements.Frozen(ctx, v.Version.Version)
	text.Frozen = v.Version
	return v, text, err
}

// Stakeholders lists the stakeholder groups of a docket's group.
func (s *Service) Stakeholders(ctx context.Context, d Docket) ([]Stakeholder, error) {
	return s.store.Stakeholders(ctx, d.Group)
}

// governed is a docket for somebody who may make and announce it.
func (s *Service) governed(ctx context.Context, actor app.Actor, id app.ID) (Docket, app.Membership, error) {
	return s.docketFor(ctx, actor, id, app.Govern)
}

func (s *Service) docketFor(ctx context.Context, actor app.Actor, id app.ID, what app.Capability) (Docket, app.Membership, error) {
	d, err := s.store.Docket(ctx, id)
	if err != nil {
		return d, app.Membership{}, err
	}
	m, err := actor.MemberWho(what, d.Group)
	if err != nil && app.KindOf(err) == app.KindNotFound && d.has(Announced) {
		err = app.Forbidden("role." + string(what)) // that it exists everybody knows
	}
	return d, m, err
}

// Create makes a draft of a docket. Sent again under the same id it returns the one that
// is there.
func (s *Service) Create(ctx context.Context, actor app.Actor, group, id app.ID, text DocketText) (Docket, error) {
	m, err := actor.MemberWho(app.Govern, group)
	if err != nil {
		return Docket{}, err
	}
	if _, err := app.ParseID(string(id)); err != nil {
		return Docket{}, app.Invalid("api.id").On("id")
	}
	if text, err = s.checkText(ctx, actor, group, text); err != nil {
		return Docket{}, err
	}
	now := s.clock()
	made := Docket{ID: id, Group: group, DocketText: text, CreatedBy: m.Persona, CreatedAt: now}
	made.Year = made.In(now).Year()
	kept, err := s.store.AddDocket(ctx, m.Standing(), made)
	if err == nil && (kept.Group != group || kept.CreatedBy != m.Persona) {
		return Docket{}, app.Conflict("id.taken")
	}
	return kept, err
}

func (s *Service) checkText(ctx context.Context, actor app.Actor, group app.ID, text DocketText) (DocketText, error) {
	text, err := text.check()
	if err != nil {
		return text, err
	}
	home, err := s.statements.GroupOf(ctx, actor, text.Statement)
	if app.KindOf(err) == app.KindNotFound || err == nil && home != group {
		return text, app.Invalid("docket.statement").On("statement")
	}
	return text, err
}

// Revise replaces what a draft says; once announced, a docket is changed by acts only.
func (s *Service) Revise(ctx context.Context, actor app.Actor, id app.ID, text DocketText) error {
	d, m, err := s.governed(ctx, actor, id)
	if err != nil {
		return err
	}
	if d.DocketText, err = s.checkText(ctx, actor, d.Group, text); err != nil {
		return err
	}
	return s.store.ReviseDocket(ctx, m.Standing(), d)
}

// NewAct is what a chair wants to do with a docket, under an id made where it was typed.
type NewAct struct {
	ID     app.ID
	Kind   ActKind
	Reason string
	// Closes is the new end, for Extended.
	Closes time.Time
	// Version is the number of the version to freeze, for Announced.
	Version int
}

// Do announces, extends, closes or withdraws a docket. Every act but the announcement
// needs a reason, which everybody can read. Announcing freezes a version of the text,
// which stays as it is whatever becomes of the live one.
func (s *Service) Do(ctx context.Context, actor app.Actor, id app.ID, wish NewAct) error {
	d, m, err := s.governed(ctx, actor, id)
	if err != nil {
		return err
	}
	if _, err := app.ParseID(string(wish.ID)); err != nil {
		return app.Invalid("api.id").On("id")
	}
	for _, a := range d.Acts {
		if a.ID == wish.ID {
			return nil // sent again
		}
	}
	wish.Reason = strings.TrimSpace(wish.Reason)
	if err := tidy(box{"reason", &wish.Reason, MaxReason, wish.Kind != Announced}); err != nil {
		return err
	}
	a := Act{ID: wish.ID, Kind: wish.Kind, By: m.Persona, At: s.clock(), Reason: wish.Reason, Closes: wish.Closes}
	after, err := d.Act(a)
	if err != nil {
		return err
	}
	if a.Kind == Announced {
		text, err := s.statements.Version(ctx, actor, d.Statement, wish.Version)
		if app.KindOf(err) == app.KindNotFound {
			return app.Invalid("docket.version").On("version")
		}
		if err != nil {
			return err
		}
		after.Version = text.Frozen
	}
	return s.store.AddAct(ctx, m.Standing(), after, after.Acts[len(after.Acts)-1])
}
