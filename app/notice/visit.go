package notice

import (
	"cmp"
	"context"
	"slices"
	"time"

	"madang/app"
)

// visitTick is to how much the times of visits are cut: nobody needs to know more.
const visitTick = 30 * time.Minute

// Mark is how far a statement had come when somebody looked at it.
type Mark struct {
	// At is cut to the half hour (UTC).
	At time.Time
	// Head is where its text stood.
	Head app.LiveHead
	// Activity is the number of its last activity, Version that of its newest version; 0 if
	// there was none.
	Activity int64
	Version  int
}

// IsZero reports whether nobody looked.
func (m Mark) IsZero() bool { return m.At.IsZero() }

// upTo is the mark that is further on in each.
func (m Mark) upTo(other Mark) Mark {
	if other.At.After(m.At) {
		m.At = other.At
	}
	if cmp.Or(cmp.Compare(other.Head.Epoch, m.Head.Epoch), cmp.Compare(other.Head.Seq, m.Head.Seq)) > 0 {
		m.Head = other.Head
	}
	m.Activity, m.Version = max(m.Activity, other.Activity), max(m.Version, other.Version)
	return m
}

// Visit is how far somebody has come with a statement. A visit ends once they didn't look
// for a whole half hour of the clock, so that what changed before it stays told however
// often they look.
type Visit struct {
	// Last is where the visit before ended; zero on the first one.
	Last Mark
	// Now is how far the present one has come; zero for whoever was never here.
	Now Mark
}

// isOver reports whether the visit had ended at a moment.
func (v Visit) isOver(at time.Time) bool { return at.Sub(v.Now.At) > visitTick }

// look is the visit after another look. Wrote is how far the statement had come when they
// last wrote in it, after the look before: they were there until then.
func (v Visit) look(at, wrote Mark) Visit {
	if v.Now.IsZero() {
		return Visit{Now: at}
	}
	if v.Now = v.Now.upTo(wrote); v.isOver(at.At) {
		v.Last, v.Now = v.Now, Mark{}
	}
	v.Now = v.Now.upTo(at)
	return v
}

// Happening is one thing that somebody else did at a statement. Event is one of Changed;
// the rest is as in Notice. To is the phase that it went to, if it did.
type Happening struct {
	Seq             int64
	Event           string
	Thread, Comment app.ID
	Amendment       app.ID
	No              int
	To              app.Phase
	At              time.Time
}

// Stepped is the kind of activity that tells that a statement went to another phase.
const Stepped = "stepped"

// Changed are the kinds of activity by which a statement has changed since a visit.
var Changed = append(slices.DeleteFunc(slices.Clone(Events), func(e string) bool { return e == Translated }), Stepped)

// Changes are what others did at a statement, the newest of each sort first.
type Changes struct {
	Threads    []ThreadNews
	Amendments []AmendmentNews
	Steps      []Happening
}

// IsEmpty reports whether there are none.
func (c Changes) IsEmpty() bool { return len(c.Threads)+len(c.Amendments)+len(c.Steps) == 0 }

// ThreadNews is what happened in a thread.
type ThreadNews struct {
	Thread app.ID
	// Amendment is what it is about, if it is about one, and No that one's number.
	Amendment app.ID
	No        int
	// IsNew says that it was opened; Comments counts what was said besides, and First is the
	// oldest comment of all that.
	IsNew    bool
	Comments int
	First    app.ID
	// Settled is "resolved" or "reopened" if that was done last.
	Settled string
	At      time.Time
}

// AmendmentNews is what happened to an amendment, in order.
type AmendmentNews struct {
	Amendment app.ID
	No        int
	Events    []string
	At        time.Time
}

// gather sorts what happened, which comes in order.
func gather(happened []Happening) Changes {
	var found Changes
	threads, amendments := map[app.ID]*ThreadNews{}, map[app.ID]*AmendmentNews{}
	for _, h := range happened {
		switch {
		case h.Thread != "":
			t := threads[h.Thread]
			if t == nil {
				t = &ThreadNews{Thread: h.Thread, Amendment: h.Amendment, No: h.No}
				threads[h.Thread] = t
			}
			t.add(h)
		case h.Amendment != "":
			a := amendments[h.Amendment]
			if a == nil {
				a = &AmendmentNews{Amendment: h.Amendment, No: h.No}
				amendments[h.Amendment] = a
			}
			if len(a.Events) == 0 || a.Events[len(a.Events)-1] != h.Event {
				a.Events = append(a.Events, h.Event)
			}
			a.At = h.At
		default:
			found.Steps = append(found.Steps, h)
		}
	}
	for _, t := range threads {
		found.Threads = append(found.Threads, *t)
	}
	for _, a := range amendments {
		found.Amendments = append(found.Amendments, *a)
	}
	slices.SortFunc(found.Threads, func(a, b ThreadNews) int {
		return cmp.Or(b.At.Compare(a.At), cmp.Compare(b.Thread, a.Thread))
	})
	slices.SortFunc(found.Amendments, func(a, b AmendmentNews) int { return cmp.Or(b.At.Compare(a.At), b.No-a.No) })
	slices.Reverse(found.Steps)
	return found
}

func (t *ThreadNews) add(h Happening) {
	t.At = h.At
	if h.Comment == "" {
		t.Settled = h.Event
		return
	}
	if t.First == "" {
		t.First = h.Comment
	}
	if h.Event == "opened" {
		t.IsNew = true
	} else {
		t.Comments++
	}
}

// VisitStore keeps visits. No question names anybody but the persona who asks.
type VisitStore interface {
	// Visit returns how far a persona has come, the zero Visit if they were never there, and
	// the number of the newest version.
	Visit(ctx context.Context, persona, statement app.ID) (v Visit, newest int, err error)
	// Written returns how far the statement had come when the persona last wrote in an editor
	// after a mark; the zero Mark if they didn't. Its time isn't cut.
	Written(ctx context.Context, persona, statement app.ID, since Mark) (Mark, error)
	// KeepVisit keeps it in the place of the one before; Conflict "role.changed" or
	// "phase.changed" if the standing is gone.
	KeepVisit(ctx context.Context, by app.Standing, statement app.ID, v Visit) error
	// HasNews reports whether others worked on the text since a mark, made a version, or did
	// what Happened would list.
	HasNews(ctx context.Context, persona, statement app.ID, since Mark) (bool, error)
	// Happened lists what others did since a mark, in order, without what was said and is
	// there no more.
	Happened(ctx context.Context, persona, statement app.ID, since Mark) ([]Happening, error)
}

// Visits are when people were last at statements. They are nobody's business but their own.
type Visits struct {
	store VisitStore
	gate  Gate
	clock app.Clock
}

// NewVisits returns the visits that a store keeps.
func NewVisits(store VisitStore, gate Gate, clock app.Clock) *Visits {
	return &Visits{store, gate, clock}
}

// Look notes that somebody looks at a statement, where the text and the activity stood when
// they were read for them, and returns the visit that this is part of: with an error, too,
// if it couldn't be kept.
func (s *Visits) Look(ctx context.Context, m app.Membership, statement app.ID, head app.LiveHead, activity int64) (Visit, error) {
	before, newest, err := s.store.Visit(ctx, m.Persona, statement)
	if err != nil {
		return Visit{}, err
	}
	at := Mark{At: s.clock().UTC().Truncate(visitTick), Head: head, Activity: activity, Version: newest}
	visit, err := s.after(ctx, m.Persona, statement, before, at)
	if err != nil || visit == before {
		return visit, err
	}
	return visit, s.store.KeepVisit(ctx, m.Standing(), statement, visit)
}

// after is the visit after a look. Whether they wrote matters only where the visit would be
// over without.
func (s *Visits) after(ctx context.Context, persona, statement app.ID, before Visit, at Mark) (Visit, error) {
	var wrote Mark
	if !before.Now.IsZero() && before.isOver(at.At) {
		var err error
		if wrote, err = s.store.Written(ctx, persona, statement, before.Now); err != nil {
			return Visit{}, err
		}
		wrote.At = wrote.At.Truncate(visitTick)
	}
	return before.look(at, wrote), nil
}

// Since returns since when the actor is told what changed; the zero Mark if they were never
// there before. It notes nothing: a program looks at a statement for nobody.
func (s *Visits) Since(ctx context.Context, actor app.Actor, statement app.ID) (Mark, error) {
	m, err := s.gate.MayRead(ctx, actor, statement)
	if err != nil {
		return Mark{}, err
	}
	before, _, err := s.store.Visit(ctx, m.Persona, statement)
	if err != nil {
		return Mark{}, err
	}
	visit, err := s.after(ctx, m.Persona, statement, before, Mark{At: s.clock().UTC().Truncate(visitTick)})
	return visit.Last, err
}

// HasNews reports whether others did anything at a statement since a mark.
func (s *Visits) HasNews(ctx context.Context, m app.Membership, statement app.ID, since Mark) (bool, error) {
	if since.IsZero() {
		return false, nil
	}
	return s.store.HasNews(ctx, m.Persona, statement, since)
}

// Changes returns what others said and decided at a statement since a mark.
func (s *Visits) Changes(ctx context.Context, actor app.Actor, statement app.ID, since Mark) (Changes, error) {
	m, err := s.gate.MayRead(ctx, actor, statement)
	if err != nil {
		return Changes{}, err
	}
	happened, err := s.store.Happened(ctx, m.Persona, statement, since)
	return gather(happened), err
}
