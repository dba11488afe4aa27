package disposition

import (
	"context"

	"madang/app"
)

// Consultations answers what was put before the public, and what of the answers anybody
// may read. It is answered by consultation.
type Consultations interface {
	// Docket returns a docket to somebody who may see it, with the membership by which
	// they do; that is zero for the public.
	Docket(ctx context.Context, actor app.Actor, id app.ID) (Docket, app.Membership, error)
	// Posted returns what was posted to a docket, by rising number: the submissions with
	// these numbers, or all if there are none. What isn't posted, or no longer, is missing.
	Posted(ctx context.Context, docket app.ID, nos ...int) ([]Submission, error)
	// PostedNos returns the numbers of all that was posted, rising.
	PostedNos(ctx context.Context, docket app.ID) ([]int, error)
	// Groups returns the stakeholder groups that submissions to a docket may be told by, in
	// their order, and by number which one a posted submission says its author belongs to.
	// Sensitive ones, and submissions that concern them, are missing.
	Groups(ctx context.Context, docket Docket) ([]StakeholderGroup, map[int]app.ID, error)
	// Receipt returns the docket and the number of the submission with a receipt code.
	Receipt(ctx context.Context, code string) (docket app.ID, no int, err error)
}

// Store keeps what readers and authors of answers do. Every write takes a Standing and is
// Conflict "role.changed" if that no longer stands, and Conflict "report.published" once
// the docket's report is. What is sent again under its id is kept once.
type Store interface {
	// Readings lists who reads which submission of a docket, by number.
	Readings(ctx context.Context, docket app.ID) ([]Reading, error)
	// Assign gives the submissions with these numbers to a reader, whoever had them
	// before. Invalid "reading.reader" if that is no member who may answer.
	Assign(ctx context.Context, by app.Standing, docket app.ID, nos []int, reader app.ID) error
	// MarkRead notes that the actor has read submissions.
	MarkRead(ctx context.Context, by app.Standing, docket app.ID, nos []int, r Reading) error
	// Readers lists the members of a docket's group who may answer.
	Readers(ctx context.Context, docket app.ID) ([]Person, error)

	// Excerpts lists those of a docket in the order of their places: all, or those under
	// these issues.
	Excerpts(ctx context.Context, docket app.ID, issues ...app.ID) ([]Excerpt, error)
	// AddExcerpts keeps passages, and opens the issue if one comes along; Conflict
	// "issue.gone" if the issue they go under isn't the docket's.
	AddExcerpts(ctx context.Context, by app.Standing, list []Excerpt, open *Issue) error
	// MoveExcerpts puts excerpts of a docket under an issue of it, or under none. It
	// changes what both have under them.
	MoveExcerpts(ctx context.Context, by app.Standing, docket app.ID, ids []app.ID, issue app.ID) error
	// DropExcerpt forgets an excerpt.
	DropExcerpt(ctx context.Context, by app.Standing, docket, id app.ID) error

	// Issues lists those of a docket with their answers and amendments, by number.
	Issues(ctx context.Context, docket app.ID) ([]Issue, error)
	// AddIssue keeps an issue under the docket's next number.
	AddIssue(ctx context.Context, by app.Standing, i Issue) error
	// AddAnswer keeps an answer under the issue's next number, if the issue has the same
	// excerpts under it as its author saw: else Conflict "issue.changed".
	AddAnswer(ctx context.Context, by app.Standing, docket app.ID, a Answer) error
	// JudgeAnswer keeps what the second reader says; Conflict "answer.judged" if somebody
	// said it before or another answer came after.
	JudgeAnswer(ctx context.Context, by app.Standing, docket app.ID, a Answer) error
	// Link notes that an amendment comes of an issue, or with isLinked false that it
	// doesn't. Invalid "issue.amendment" if it isn't a tabled one of the docket's text.
	Link(ctx context.Context, by app.Standing, docket, issue, amendment app.ID, isLinked bool) error

	// Unanswered lists the issues that the amendments come of and that aren't answered.
	Unanswered(ctx context.Context, amendments []app.ID) ([]Issue, error)

	// Report returns a docket's, or NotFound.
	Report(ctx context.Context, docket app.ID) (Report, error)
	// PublishReport keeps it, if in that moment nothing is missing: else what Missing says.
	PublishReport(ctx context.Context, by app.Standing, r Report) error
	// Replies lists what the author of a submission said to the answers, by issue.
	Replies(ctx context.Context, docket app.ID, no int) (map[app.ID]Reply, error)
	// AddReply keeps what they say, in place of what they said before.
	AddReply(ctx context.Context, docket app.ID, no int, issue app.ID, r Reply) error
}

// StakeholderGroup is one that somebody said they belong to.
type StakeholderGroup struct {
	ID   app.ID
	Name string
}

// Person is a member by the name others see.
type Person struct {
	ID   app.ID
	Name string
}

// Service is what readers, authors of answers and the public do with what was said.
type Service struct {
	store         Store
	consultations Consultations
	secret        []byte
	clock         app.Clock
	published     []func(ctx context.Context, docket app.ID) error
}

// New returns the service over a store. With the forum's secret passages are recognised
// without being kept.
func New(store Store, consultations Consultations, secret []byte, clock app.Clock) *Service {
	return &Service{store: store, consultations: consultations, secret: secret, clock: clock}
}

// OnPublish calls count whenever a report was published. It is for the wiring, before anybody
// comes.
func (s *Service) OnPublish(count func(ctx context.Context, docket app.ID) error) {
	s.published = append(s.published, count)
}

// answering is a docket for somebody who answers what it got.
func (s *Service) answering(ctx context.Context, actor app.Actor, id app.ID) (Docket, app.Membership, error) {
	d, m, err := s.consultations.Docket(ctx, actor, id)
	if err == nil {
		m, err = d.studiedBy(actor)
	}
	if err == nil {
		err = m.Must(app.Answer)
	}
	return d, m, err
}

// studiedBy is the membership by which the actor reads what the docket got, and how it is
// answered.
func (d Docket) studiedBy(actor app.Actor) (app.Membership, error) {
	m, err := actor.MemberWho(app.Study, d.Group)
	if err != nil && app.KindOf(err) == app.KindNotFound {
		err = app.Forbidden("role.answer") // that the docket exists everybody knows
	}
	if err == nil && !d.IsAnnounced {
		err = app.Conflict("docket.not_running")
	}
	return m, err
}

// pile is what was posted to a docket, by number, and what was done with it so far.
type pile struct {
	posted   []int
	readings []Reading
	excerpts []Excerpt // without their words
}

func (s *Service) pile(ctx context.Context, docket app.ID) (p pile, err error) {
	if p.posted, err = s.consultations.PostedNos(ctx, docket); err != nil {
		return p, err
	}
	if p.readings, err = s.store.Readings(ctx, docket); err != nil {
		return p, err
	}
	p.excerpts, err = s.store.Excerpts(ctx, docket)
	return p, err
}
