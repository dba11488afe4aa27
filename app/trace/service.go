package trace

import (
	"context"
	"slices"

	"madang/app"
	"madang/app/disclosure"
	"madang/app/prose"
)

// Texts answers what a statement said. It is answered by statement.
type Texts interface {
	// Text returns what each version and the live text say of clauses and of those they
	// share words with, and all that was put into the text, to somebody who may read the
	// statement.
	Text(ctx context.Context, actor app.Actor, statement app.ID, cids ...string) (Text, error)
	// Published returns the same of versions that were put before the public, to anybody:
	// whoever asks has made sure that they were.
	Published(ctx context.Context, statement app.ID, versions []app.ID, cids ...string) (Text, error)
}

// Inputs answers what people said. It is answered by consultation and disposition.
type Inputs interface {
	// Issues returns those of all dockets about a statement that the actor may read,
	// without their passages.
	Issues(ctx context.Context, actor app.Actor, group, statement app.ID) ([]Issue, error)
	// Quote adds the passages to issues that the actor may read.
	Quote(ctx context.Context, actor app.Actor, issues []*Issue) error
}

// Dockets answers what is before the public. It is answered by consultation and
// disposition.
type Dockets interface {
	// Docket returns an announced docket, with its issues once its report is published.
	Docket(ctx context.Context, id app.ID) (Docket, []Issue, error)
	// Frozen returns the versions of a statement that were put before the public.
	Frozen(ctx context.Context, statement app.ID) ([]Publication, error)
}

// Store keeps which versions came of dockets.
type Store interface {
	// Outcomes lists those of all dockets about a statement, oldest first.
	Outcomes(ctx context.Context, statement app.ID) ([]Outcome, error)
	// AddOutcome keeps one, once however often it is sent; of the same version of the same
	// docket there is one. It is Conflict "role.changed" if the standing doesn't stand, and
	// Invalid "outcome.version" if no version with its number was made of the docket's
	// text.
	AddOutcome(ctx context.Context, by app.Standing, o Outcome) error
}

// Service tells where words come from.
type Service struct {
	store    Store
	tally    Tally
	register *disclosure.Register
	texts    Texts
	inputs   Inputs
	dockets  Dockets
	clock    app.Clock
}

// New returns the service over a store. Numbers about people go out by a register of
// releases only.
func New(store interface {
	Store
	Tally
}, releases disclosure.Store, texts Texts, inputs Inputs, dockets Dockets, clock app.Clock) *Service {
	return &Service{store: store, tally: store, register: disclosure.NewRegister(releases, clock), texts: texts, inputs: inputs, dockets: dockets, clock: clock}
}

// View is a chain as a reader has it before them.
type View struct {
	Text
	Chain
}

// Why tells a member why a clause says what it says. NotFound if no version ever had the
// clause, or the reader may not read the statement.
func (s *Service) Why(ctx context.Context, actor app.Actor, statement app.ID, cid string) (View, error) {
	t, issues, err := s.ask(ctx, actor, statement, cid)
	if err != nil {
		return View{}, err
	}
	v := View{Text: t, Chain: Why(t, cid, issues)}
	if v.IsGone() {
		return View{}, app.NotFound()
	}
	return v, s.inputs.Quote(ctx, actor, v.issues())
}

func (s *Service) ask(ctx context.Context, actor app.Actor, statement app.ID, cids ...string) (Text, []Issue, error) {
	t, err := s.texts.Text(ctx, actor, statement, cids...)
	if err != nil {
		return t, nil, err
	}
	issues, err := s.inputs.Issues(ctx, actor, t.Membership.Group, statement)
	return t, issues, err
}

// Hunks tells a member what each change from one version to a later one comes of, by
// clause. The changes are those that a comparison of the two found. From a later version
// to an earlier one nothing comes of anything, and the answer is nil.
func (s *Service) Hunks(ctx context.Context, actor app.Actor, statement app.ID, from, to int, changes []prose.ClauseChange) (map[string][]Hunk, error) {
	t, issues, err := s.ask(ctx, actor, statement)
	if err != nil {
		return nil, err
	}
	older, newer := t.place(from), t.place(to)
	if older < 0 || newer < 0 || older > newer {
		return nil, nil
	}
	return t.hunks(t.Versions[older], t.Versions[newer], changes, issues), nil
}

func (t Text) place(no int) int {
	return slices.IndexFunc(t.Versions, func(v Version) bool { return v.No == no })
}

func (t Text) hunks(older, newer Version, changes []prose.ClauseChange, issues []Issue) map[string][]Hunk {
	between := slices.DeleteFunc(slices.Clone(t.Amendments), func(a Amendment) bool { return older.Has(a) || !newer.Has(a) })
	list := map[string][]Hunk{}
	for _, c := range changes {
		if found := Hunks(c, between, issues); len(found) > 0 {
			list[c.CID] = found
		}
	}
	return list
}

// Version tells a member which words of a version amendments brought: the chains of all
// clauses that amendments had changed by then, by clause. NotFound if there is no such
// version.
func (s *Service) Version(ctx context.Context, actor app.Actor, statement app.ID, no int) (map[string]Chain, error) {
	t, err := s.texts.Text(ctx, actor, statement)
	if err != nil {
		return nil, err
	}
	at := t.place(no)
	if at < 0 {
		return nil, app.NotFound()
	}
	var cids []string
	for _, a := range t.Amendments {
		for _, p := range a.Proposals {
			if t.Versions[at].Has(a) && !slices.Contains(cids, p.CID) {
				cids = append(cids, p.CID)
			}
		}
	}
	t, issues, err := s.ask(ctx, actor, statement, cids...)
	if err != nil {
		return nil, err
	}
	return t.until(at).chains(issues), nil
}

// until is the text as it was known when a version was made.
func (t Text) until(place int) Text {
	t.Versions = t.Versions[:place+1]
	t.Amendments = slices.DeleteFunc(slices.Clone(t.Amendments), func(a Amendment) bool { return !t.Versions[place].Has(a) })
	return t
}

// chains are those of all clauses of the newest version that amendments changed.
func (t Text) chains(issues []Issue) map[string]Chain {
	list := map[string]Chain{}
	for cid := range t.Versions[len(t.Versions)-1].Clauses {
		if c := Why(t, cid, issues); len(c.Links) > 0 {
			list[cid] = c
		}
	}
	return list
}
