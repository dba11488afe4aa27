package trace

import (
	"cmp"
	"context"
	"slices"
	"time"

	"madang/app"
	"madang/app/prose"
)

// Docket is what was put before the public, as far as traces need it.
type Docket struct {
	ID, Group, Statement app.ID
	Number, Title, Lang  string
	// Version is the one that was frozen, No its number.
	Version app.ID
	No      int
	// IsReported says that its report is published, at ReportedAt: until then its traces
	// are the group's.
	IsReported bool
	ReportedAt time.Time
}

// Outcome is a version that came of a docket, by which the public is told what it
// changed. From then on anybody may read that version.
type Outcome struct {
	ID, Docket, Version app.ID
	No                  int    // of the version
	Title, Lang         string // of the version
	By                  app.ID
	At                  time.Time
}

// Publication is a version that anybody may read: one that a docket put before the public,
// or, with Outcome, one that came of it.
type Publication struct {
	Version, Docket, Outcome app.ID
	No                       int
	Title, Lang              string
	At                       time.Time
}

// Public is a docket's traces, for anybody.
type Public struct {
	Docket
	// Issues are without their passages.
	Issues []Issue
	// Outcomes are all of them, the newest last.
	Outcomes []Outcome
	// shown are the versions of the statement that anybody may read, with the docket
	// where they do.
	shown map[app.ID]app.ID
}

// Newest is the newest outcome, if there is one.
func (p Public) Newest() (Outcome, bool) {
	if len(p.Outcomes) == 0 {
		return Outcome{}, false
	}
	return p.Outcomes[len(p.Outcomes)-1], true
}

// Public returns what anybody may be told of a docket; NotFound before its report is
// published. Members are told the same, and no more.
func (s *Service) Public(ctx context.Context, docket app.ID) (Public, error) {
	d, issues, err := s.dockets.Docket(ctx, docket)
	if err != nil {
		return Public{}, err
	}
	if !d.IsReported {
		return Public{}, app.NotFound()
	}
	p := Public{Docket: d, Issues: issues}
	frozen, err := s.dockets.Frozen(ctx, d.Statement)
	if err != nil {
		return p, err
	}
	p.shown = map[app.ID]app.ID{}
	for _, f := range frozen {
		p.shown[f.Version] = f.Docket
	}
	outcomes, err := s.store.Outcomes(ctx, d.Statement)
	for _, o := range outcomes {
		if p.shown[o.Version] == "" {
			p.shown[o.Version] = o.Docket
		}
		if o.Docket == docket {
			p.Outcomes = append(p.Outcomes, o)
		}
	}
	return p, err
}

// Publications lists the versions of an announced docket's text that anybody may read, the
// newest first.
func (s *Service) Publications(ctx context.Context, docket app.ID) (Docket, []Publication, error) {
	d, _, err := s.dockets.Docket(ctx, docket)
	if err != nil {
		return d, nil, err
	}
	list, err := s.dockets.Frozen(ctx, d.Statement)
	if err != nil {
		return d, nil, err
	}
	outcomes, err := s.store.Outcomes(ctx, d.Statement)
	for _, o := range outcomes {
		list = append(list, Publication{Version: o.Version, Docket: o.Docket, Outcome: o.ID, No: o.No, Title: o.Title, Lang: o.Lang, At: o.At})
	}
	slices.SortStableFunc(list, func(a, b Publication) int { return cmp.Or(b.At.Compare(a.At), b.No-a.No) })
	return d, list, err
}

// HasOutcome reports whether a docket about a statement has one.
func (s *Service) HasOutcome(ctx context.Context, statement, docket app.ID) (bool, error) {
	outcomes, err := s.store.Outcomes(ctx, statement)
	return slices.ContainsFunc(outcomes, func(o Outcome) bool { return o.Docket == docket }), err
}

// text is what the versions say that anybody may read. What members told each other is
// left out, and amendments can't be looked up.
func (s *Service) text(ctx context.Context, p Public, cids ...string) (Text, error) {
	var ids []app.ID
	for id := range p.shown {
		ids = append(ids, id)
	}
	t, err := s.texts.Published(ctx, p.Statement, ids, cids...)
	if err != nil {
		return t, err
	}
	t.Membership = app.Membership{}
	for i := range t.Versions {
		t.Versions[i].Label = "" // says what its group calls it
		t.Versions[i].Docket = p.shown[t.Versions[i].ID]
		t.Versions[i].IsOutcome = slices.ContainsFunc(p.Outcomes, func(o Outcome) bool { return o.Version == t.Versions[i].ID })
	}
	for i := range t.Amendments {
		a := &t.Amendments[i]
		a.Reason, a.Decision.Reason, a.Decision.Acceptance = "", "", ""
	}
	return t, nil
}

// PublicWhy tells anybody why a clause says what it says; NotFound if no version that they
// may read has it. Of amendments they are told those that come of an issue, without their
// ids: only members can look them up.
func (s *Service) PublicWhy(ctx context.Context, docket app.ID, cid string) (Public, View, error) {
	p, err := s.Public(ctx, docket)
	if err != nil {
		return p, View{}, err
	}
	t, err := s.text(ctx, p, cid)
	if err != nil {
		return p, View{}, err
	}
	t.Amendments = slices.DeleteFunc(t.Amendments, func(a Amendment) bool { return len(leading(p.Issues, a.ID)) == 0 })
	v := View{Text: t, Chain: Why(t, cid, p.Issues)}
	if v.IsGone() {
		return p, v, app.NotFound()
	}
	for i := range v.Links {
		v.Links[i].Amendment.ID = ""
	}
	return p, v, s.inputs.Quote(ctx, app.Actor{}, v.issues())
}

// PublicHunks tells anybody what each change from the frozen version to the newest outcome
// comes of, by clause. An amendment that comes of no issue is the group's own affair: what
// it changed has no input. Amendments have no ids here, either.
func (s *Service) PublicHunks(ctx context.Context, p Public, changes []prose.ClauseChange) (map[string][]Hunk, error) {
	newest, isThere := p.Newest()
	if !isThere {
		return nil, nil
	}
	t, err := s.text(ctx, p)
	if err != nil {
		return nil, err
	}
	older, newer := t.place(p.No), t.place(newest.No)
	if older < 0 || newer < 0 {
		return nil, nil
	}
	t.Amendments = slices.DeleteFunc(t.Amendments, func(a Amendment) bool { return len(leading(p.Issues, a.ID)) == 0 })
	list := t.hunks(t.Versions[older], t.Versions[newer], changes, p.Issues)
	for _, hunks := range list {
		for _, h := range hunks {
			for i := range h.Inputs {
				h.Inputs[i].Amendment.ID = ""
			}
		}
	}
	return list, nil
}

// Became tells what became of what is under issues of a docket, by their numbers: the
// amendments that were put into the text, and their words in versions that anybody may
// read. It is empty before the report is published.
func (s *Service) Became(ctx context.Context, docket app.ID, issues ...int) (map[int][]Link, error) {
	p, err := s.Public(ctx, docket)
	if app.KindOf(err) == app.KindNotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	t, err := s.text(ctx, p)
	if err != nil {
		return nil, err
	}
	var cids []string
	for _, a := range t.Amendments {
		for _, proposal := range a.Proposals {
			cids = append(cids, proposal.CID)
		}
	}
	if t, err = s.text(ctx, p, cids...); err != nil {
		return nil, err
	}
	became := map[int][]Link{}
	for _, i := range p.Issues {
		if slices.Contains(issues, i.No) {
			became[i.No] = t.links(i)
		}
	}
	return became, nil
}

// links are the amendments that come of an issue, with what became of their words.
func (t Text) links(i Issue) []Link {
	var list []Link
	for _, a := range t.Amendments {
		if !i.Leads(a.ID) {
			continue
		}
		link := Link{Amendment: a}
		for _, p := range a.Proposals {
			link.Deeds = append(link.Deeds, t.deed(a, p))
		}
		list = append(list, link)
	}
	return list
}

// Proposed returns a docket's traces to somebody who may publish its outcome.
func (s *Service) Proposed(ctx context.Context, actor app.Actor, docket app.ID) (Public, app.Membership, error) {
	p, err := s.Public(ctx, docket)
	if err != nil {
		return p, app.Membership{}, err
	}
	m, err := actor.MemberWho(app.Govern, p.Group)
	if err == nil {
		err = m.Must(app.Publish)
	}
	if err != nil && app.KindOf(err) == app.KindNotFound {
		err = app.Forbidden("role.govern") // that the docket exists everybody knows
	}
	return p, m, err
}

// PublishOutcome lets anybody read the version with a number as what came of a docket,
// under an id made where it was decided. That can't be taken back. Invalid
// "outcome.version" if it isn't a version that was made of the docket's text after the
// frozen one.
func (s *Service) PublishOutcome(ctx context.Context, actor app.Actor, docket, id app.ID, no int) error {
	p, m, err := s.Proposed(ctx, actor, docket)
	if err != nil {
		return err
	}
	if _, err := app.ParseID(string(id)); err != nil {
		return app.Invalid("api.id").On("id")
	}
	if no <= p.No {
		return app.Invalid("outcome.version").On("version")
	}
	return s.store.AddOutcome(ctx, m.Standing(), Outcome{ID: id, Docket: docket, No: no, By: m.Persona, At: s.clock()})
}
