package upkeep

import (
	"context"
	"time"

	"madang/app"
)

// Store tells what was done, and how much there is.
type Store interface {
	// Deeds lists the newest deeds, the last one first.
	Deeds(ctx context.Context, most int) ([]Deed, error)
	// Storage measures what is stored.
	Storage(ctx context.Context) (Storage, error)
	// Refusals lists what the live text refused lately, the last first; nothing of
	// sensitive groups.
	Refusals(ctx context.Context, most int) ([]Refusal, error)
}

// Storage is how much there is. Nothing in it is counted by people.
type Storage struct {
	Bytes   int64 // of the database
	Letters int   // that wait to be handed over
	// Statements has the number of each group's statements; sensitive groups are not in it,
	// whose sizes nobody outside learns.
	Statements map[app.ID]int
}

// Refusal is an edit that was refused and is kept for whoever wrote it: never who or what,
// but where and why.
type Refusal struct {
	Day   time.Time
	Group app.ID
	Code  string // has a sentence
	Bytes int64
}

// Service tells a steward how the forum is.
type Service struct {
	store Store
	look  func(context.Context) []Finding
}

// New returns the service; look is what the node sees around it.
func New(store Store, look func(context.Context) []Finding) *Service {
	return &Service{store: store, look: look}
}

// Overview is all that a steward is shown of the installation.
type Overview struct {
	Findings []Finding
	Deeds    []Deed
	Storage  Storage
	Refusals []Refusal
}

// What an overview shows at most.
const (
	mostDeeds    = 10
	mostRefusals = 20
)

// Overview looks at the installation; for anybody but a steward it is NotFound.
func (s *Service) Overview(ctx context.Context, actor app.Actor) (o Overview, err error) {
	if !actor.Steward {
		return o, app.NotFound()
	}
	if o.Deeds, err = s.store.Deeds(ctx, mostDeeds); err != nil {
		return o, err
	}
	if o.Storage, err = s.store.Storage(ctx); err != nil {
		return o, err
	}
	if o.Refusals, err = s.store.Refusals(ctx, mostRefusals); err != nil {
		return o, err
	}
	o.Findings = s.look(ctx)
	return o, nil
}
