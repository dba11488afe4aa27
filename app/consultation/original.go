package consultation

import (
	"context"
	"slices"
	"strings"
	"time"

	"madang/app"
)

// OriginalFor is how long two people may read what was taken out, once they agreed.
const OriginalFor = 24 * time.Hour

// Opening is where a look at what was taken out stands.
type Opening struct {
	// Asked is the request that waits or was agreed to; its By is empty if there is none.
	Asked Step
	// Agreed is its answer; its By is empty while it waits.
	Agreed Step
}

// Waits reports whether somebody asked, and nobody agreed yet.
func (o Opening) Waits() bool { return o.Asked.By != "" && o.Agreed.By == "" }

// For reports whether a persona may look at a moment.
func (o Opening) For(persona app.ID, now time.Time) bool {
	return o.Agreed.By != "" && now.Before(o.Agreed.At.Add(OriginalFor)) && (persona == o.Asked.By || persona == o.Agreed.By)
}

// Opening follows from the submission's steps.
func (s Submission) Opening() Opening {
	var o Opening
	for _, st := range s.Steps {
		switch st.Kind {
		case StepAsked:
			o = Opening{Asked: st}
		case StepOpened:
			o.Agreed = st
		}
	}
	return o
}

// AskOriginal asks to read what was taken out of a submission, with a reason that stays
// beside it. Another moderator has to agree.
func (s *Service) AskOriginal(ctx context.Context, actor app.Actor, docket app.ID, no int, id app.ID, reason string) error {
	found, m, err := s.onDesk(ctx, actor, docket, no, id)
	if err != nil || found.has(id) {
		return err
	}
	if err := tidy(box{"original", &reason, MaxReason, true}); err != nil {
		return err
	}
	if err := s.mayOpen(ctx, found, m); err != nil {
		return err
	}
	return s.note(ctx, m, found, Step{ID: id, Kind: StepAsked, Sentence: reason})
}

// AgreeOriginal agrees to somebody else's request: from then on both may read what was
// taken out, for OriginalFor. The author is told, and why.
func (s *Service) AgreeOriginal(ctx context.Context, actor app.Actor, docket app.ID, no int, id app.ID) error {
	found, m, err := s.onDesk(ctx, actor, docket, no, id)
	if err != nil || found.has(id) {
		return err
	}
	opening := found.Opening()
	switch {
	case !opening.Waits():
		return app.Conflict("original.unasked")
	case opening.Asked.By == m.Persona:
		return app.Conflict("original.second")
	}
	if err := s.mayOpen(ctx, found, m); err != nil {
		return err
	}
	return s.note(ctx, m, found, Step{ID: id, Kind: StepOpened, Sentence: opening.Asked.Sentence})
}

// mayOpen is nil if there is something sealed that the member may ask for.
func (s *Service) mayOpen(ctx context.Context, found Submission, m app.Membership) error {
	if found.by(m.Persona, StepRecused) {
		return app.Forbidden("moderation.recused")
	}
	sealed, err := s.store.Sealed(ctx, found.ID)
	if err == nil && len(sealed) == 0 {
		return app.Conflict("original.none")
	}
	return err
}

// note keeps a step that leaves the submission where it is.
func (s *Service) note(ctx context.Context, m app.Membership, found Submission, st Step) error {
	st.From, st.To, st.By, st.At = found.Status, found.Status, m.Persona, s.clock()
	by := m.Standing()
	return s.store.Step(ctx, &by, found, found.Revision, st)
}

// Original returns the wordings as they were before something was taken out, to the two
// people who agreed on it.
func (s *Service) Original(ctx context.Context, actor app.Actor, docket app.ID, no int) (DocketView, Submission, []Revision, error) {
	v, found, wordings, err := s.InboxOne(ctx, actor, docket, no)
	if err != nil {
		return v, found, nil, err
	}
	if !found.Opening().For(v.Membership.Persona, v.Now) {
		return v, found, nil, app.Forbidden("original.two")
	}
	sealed, err := s.store.Sealed(ctx, found.ID)
	if err != nil {
		return v, found, nil, err
	}
	var opened []Revision
	for _, one := range sealed {
		at := slices.IndexFunc(wordings, func(w Revision) bool { return w.No == one.Revision })
		if at < 0 {
			continue
		}
		if err := s.unseal(aboutWording(found.ID, one.Revision), one.Bytes, &wordings[at].Words); err != nil {
			return v, found, nil, err
		}
		opened = append(opened, wordings[at])
	}
	return v, found, opened, nil
}

// Limits of a docket's list of names.
const (
	MaxNames    = 1_000
	MaxNameList = 50_000 // characters
)

// Names returns the names that are proposed to be taken out wherever they stand, to those
// who look at submissions. The list is kept sealed, for it says who is in danger.
func (s *Service) Names(ctx context.Context, actor app.Actor, docket app.ID) (DocketView, []string, error) {
	v, err := s.screened(ctx, actor, docket)
	if err != nil {
		return v, nil, err
	}
	names, err := s.namesOf(ctx, docket)
	return v, names, err
}

func (s *Service) namesOf(ctx context.Context, docket app.ID) ([]string, error) {
	sealed, err := s.store.Names(ctx, docket)
	if err != nil || sealed == nil {
		return nil, err
	}
	var names []string
	err = s.unseal(aboutNames(docket), sealed, &names)
	return names, err
}

// KeepNames replaces the list. Each line is a name of two characters or more.
func (s *Service) KeepNames(ctx context.Context, actor app.Actor, docket app.ID, text string) error {
	_, m, err := s.docketFor(ctx, actor, docket, app.Screen)
	if err != nil {
		return err
	}
	if err := tidy(box{"names", &text, MaxNameList, false}); err != nil {
		return err
	}
	var names []string
	for line := range strings.Lines(text) {
		name := strings.Join(strings.Fields(line), " ")
		switch {
		case name == "" || slices.Contains(names, name):
			continue
		case len([]rune(name)) < 2:
			return app.Invalid("names.short", "name", name).On("names")
		}
		names = append(names, name)
	}
	if len(names) > MaxNames {
		return app.TooLarge("names.many", "max", MaxNames).On("names")
	}
	sealed, err := s.seal(aboutNames(docket), names)
	if err != nil {
		return err
	}
	return s.store.KeepNames(ctx, m.Standing(), docket, sealed)
}
