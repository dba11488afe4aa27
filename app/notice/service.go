package notice

import (
	"context"
	"slices"

	"madang/app"
)

// Gate answers whether a person may read a statement now. It is answered by statement.
type Gate interface {
	MayRead(ctx context.Context, actor app.Actor, statement app.ID) (app.Membership, error)
}

// Clauses answers whether a clause is in a text now. It is answered by statement.
type Clauses interface {
	HasClause(ctx context.Context, statement app.ID, cid string) (bool, error)
}

// Store keeps what people follow and how far they have read. Readers are personas; each
// question looks up which of them may still read, as it is answered.
type Store interface {
	// Has reports whether a thread, amendment or docket is part of the statement, and one
	// that the persona may know of.
	Has(ctx context.Context, persona app.ID, t Target) (bool, error)
	// Choose keeps that a persona follows a target from now on, or no more. It is
	// Conflict "role.changed" if the standing is gone.
	Choose(ctx context.Context, by app.Standing, t Target, follow bool) error
	// IsFollowed reports whether the persona follows a target: by choice, else because
	// they began the statement, spoke in the thread or are an author of the amendment.
	IsFollowed(ctx context.Context, persona app.ID, t Target) (bool, error)
	// Follows lists what is followed, by statement.
	Follows(ctx context.Context, readers []app.ID) ([]Follow, error)
	// Notices lists up to limit of them that come after a place, newest first.
	Notices(ctx context.Context, readers []app.ID, after Place, limit int) ([]Notice, error)
	// Unread counts unread notices by statement, up to limit altogether.
	Unread(ctx context.Context, readers []app.ID, limit int) (map[app.ID]int, error)
	// MarkRead keeps that a persona has read one notice, or with all everything up to
	// it. It never takes back.
	MarkRead(ctx context.Context, by app.Standing, statement app.ID, seq int64, all bool) error
}

// Service is what people follow and are told.
type Service struct {
	store   Store
	gate    Gate
	clauses Clauses
}

// New returns the service over a store.
func New(store Store, gate Gate, clauses Clauses) *Service {
	return &Service{store, gate, clauses}
}

// Follow lets somebody follow a target. What isn't there, or is a draft of somebody
// else's, is NotFound.
func (s *Service) Follow(ctx context.Context, actor app.Actor, t Target) error {
	m, err := s.open(ctx, actor, t)
	if err != nil {
		return err
	}
	if there, err := s.isThere(ctx, m, t); err != nil || !there {
		return orNotFound(err)
	}
	return s.store.Choose(ctx, m.Standing(), t, true)
}

// Unfollow lets somebody hear no more of a target. Of a thread, a clause or an amendment
// they then hear nothing even if they follow the whole statement. Its notices leave their
// list.
func (s *Service) Unfollow(ctx context.Context, actor app.Actor, t Target) error {
	m, err := s.open(ctx, actor, t)
	if err != nil {
		return err
	}
	// What was followed may be gone from the text; what never was must not be kept.
	following, err := s.store.IsFollowed(ctx, m.Persona, t)
	if err == nil && !following {
		var there bool
		if there, err = s.isThere(ctx, m, t); err == nil && !there {
			return app.NotFound()
		}
	}
	if err != nil {
		return err
	}
	return s.store.Choose(ctx, m.Standing(), t, false)
}

func (s *Service) open(ctx context.Context, actor app.Actor, t Target) (app.Membership, error) {
	if err := t.check(); err != nil {
		return app.Membership{}, err
	}
	return s.gate.MayRead(ctx, actor, t.Statement)
}

func (s *Service) isThere(ctx context.Context, m app.Membership, t Target) (bool, error) {
	switch t.Kind {
	case Statement:
		return true, nil
	case Clause:
		return s.clauses.HasClause(ctx, t.Statement, t.Part)
	default:
		return s.store.Has(ctx, m.Persona, t)
	}
}

func orNotFound(err error) error {
	if err == nil {
		return app.NotFound()
	}
	return err
}

// IsFollowed reports whether the actor follows a target.
func (s *Service) IsFollowed(ctx context.Context, actor app.Actor, t Target) (bool, error) {
	m, err := s.open(ctx, actor, t)
	if err != nil {
		return false, err
	}
	return s.store.IsFollowed(ctx, m.Persona, t)
}

// Follows lists what the actor follows, by statement.
func (s *Service) Follows(ctx context.Context, actor app.Actor) ([]Follow, error) {
	follows, err := s.store.Follows(ctx, readers(actor))
	if err != nil {
		return nil, err
	}
	may := s.judge(ctx, actor)
	list := slices.DeleteFunc(follows, func(f Follow) bool { return !may.read(f.Statement) })
	return list, may.err
}

// List returns a page of notices, the newest first, after the place that Next of the
// former page gave.
func (s *Service) List(ctx context.Context, actor app.Actor, after string) (Page, error) {
	place, err := parsePlace(after)
	if err != nil {
		return Page{}, err
	}
	found, err := s.store.Notices(ctx, readers(actor), place, MaxPage+1)
	if err != nil {
		return Page{}, err
	}
	var page Page
	if len(found) > MaxPage {
		found = found[:MaxPage]
		last := found[MaxPage-1]
		page.Next = Place{last.At.UnixMilli(), last.Statement, last.Seq}.String()
	}
	may := s.judge(ctx, actor)
	page.Notices = slices.DeleteFunc(found, func(n Notice) bool { return !may.read(n.Statement) })
	for i, n := range page.Notices {
		page.Notices[i].IsSensitive = may.answers[n.Statement].Sensitive
	}
	return page, may.err
}

// Unread counts the actor's unread notices, up to MaxCount.
func (s *Service) Unread(ctx context.Context, actor app.Actor) (int, error) {
	counts, err := s.store.Unread(ctx, readers(actor), MaxCount)
	if err != nil {
		return 0, err
	}
	may, total := s.judge(ctx, actor), 0
	for statement, count := range counts {
		if may.read(statement) {
			total += count
		}
	}
	return total, may.err
}

// MarkRead remembers that the actor has read one notice.
func (s *Service) MarkRead(ctx context.Context, actor app.Actor, statement app.ID, seq int64) error {
	return s.mark(ctx, actor, statement, seq, false)
}

// MarkAllRead remembers that the actor has read all notices of a statement up to one:
// those that came since their page was made stay unread.
func (s *Service) MarkAllRead(ctx context.Context, actor app.Actor, statement app.ID, upTo int64) error {
	return s.mark(ctx, actor, statement, upTo, true)
}

func (s *Service) mark(ctx context.Context, actor app.Actor, statement app.ID, seq int64, all bool) error {
	m, err := s.gate.MayRead(ctx, actor, statement)
	if err != nil {
		return err
	}
	return s.store.MarkRead(ctx, m.Standing(), statement, seq, all)
}

// readers are the personas by which an actor reads.
func readers(actor app.Actor) []app.ID {
	var personas []app.ID
	for _, m := range actor.Memberships {
		if m.May(app.Read) {
			personas = append(personas, m.Persona)
		}
	}
	return personas
}

// judged asks the gate once about each statement.
type judged struct {
	ask func(app.ID) (app.Membership, error)
	// answers are by which membership each may be read; the zero one if it may not.
	answers map[app.ID]app.Membership
	err     error // that kept the gate from answering
}

func (s *Service) judge(ctx context.Context, actor app.Actor) *judged {
	return &judged{answers: map[app.ID]app.Membership{}, ask: func(id app.ID) (app.Membership, error) {
		return s.gate.MayRead(ctx, actor, id)
	}}
}

// read reports whether a statement may be read. If the gate doesn't answer, it may not.
func (j *judged) read(statement app.ID) bool {
	m, known := j.answers[statement]
	if known {
		return m.Persona != ""
	}
	m, err := j.ask(statement)
	if kind := app.KindOf(err); err != nil && kind != app.KindNotFound && kind != app.KindForbidden {
		j.err = err
	}
	if err != nil {
		m = app.Membership{}
	}
	j.answers[statement] = m
	return m.Persona != ""
}
