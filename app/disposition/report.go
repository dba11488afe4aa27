package disposition

import (
	"context"
	"slices"
	"time"

	"madang/app"
	"madang/app/prose"
)

// Report is what a group publishes about all that was said: every issue with its answer.
type Report struct {
	ID, Docket app.ID
	// Summary is what it says first, as Markdown.
	Summary string
	By      app.ID
	Name    string // of By
	At      time.Time
}

// IsPublished reports whether there is one.
func (r Report) IsPublished() bool { return r.ID != "" }

// Missing is what keeps a report from being published.
type Missing struct {
	IsOpen bool // the period isn't over
	// Unread are the numbers of posted submissions that nobody has read, Loose how many
	// excerpts are under no issue, Issues the numbers of issues of substance without an
	// answer that a second reader agreed to.
	Unread []int
	Loose  int
	Issues []int
}

// Error is nil if nothing is missing, and else the first of it as Conflict.
func (m Missing) Error() error {
	switch {
	case m.IsOpen:
		return app.Conflict("report.open")
	case len(m.Unread) > 0:
		return app.Conflict("report.unread", "count", len(m.Unread))
	case m.Loose > 0:
		return app.Conflict("report.loose", "count", m.Loose)
	case len(m.Issues) > 0:
		return app.Conflict("report.unanswered", "count", len(m.Issues))
	}
	return nil
}

// Lacks says what is missing. An issue under which nothing is left any more needs no answer.
func Lacks(isClosed bool, posted []int, readings []Reading, excerpts []Excerpt, issues []Issue) Missing {
	m, read, under := Missing{IsOpen: !isClosed}, map[int]bool{}, map[app.ID]bool{}
	for _, r := range readings {
		read[r.Submission] = !r.At.IsZero()
	}
	for _, no := range posted {
		if !read[no] {
			m.Unread = append(m.Unread, no)
		}
	}
	for _, e := range excerpts {
		if under[e.Issue] = true; e.Issue == "" {
			m.Loose++
		}
	}
	for _, i := range issues {
		if i.IsSubstantive() && under[i.ID] && i.State() != StateAnswered {
			m.Issues = append(m.Issues, i.No)
		}
	}
	slices.Sort(m.Issues)
	return m
}

// report is a docket's, or the zero one.
func (s *Service) report(ctx context.Context, docket app.ID) (Report, error) {
	r, err := s.store.Report(ctx, docket)
	if app.KindOf(err) == app.KindNotFound {
		return Report{}, nil
	}
	return r, err
}

// IsReported reports whether a docket's report is published.
func (s *Service) IsReported(ctx context.Context, docket app.ID) (bool, error) {
	r, err := s.report(ctx, docket)
	return r.IsPublished(), err
}

// Missing says what keeps a docket's report from being published.
func (s *Service) Missing(ctx context.Context, v Desk) (Missing, error) {
	p, err := s.pile(ctx, v.ID)
	return Lacks(v.IsClosed, p.posted, p.readings, p.excerpts, v.Issues), err
}

// Publish publishes the report, under an id made where it was decided: from then on
// everybody reads it, every receipt shows its answer, and nothing of it changes. It is out as
// soon as it is kept: isCounted is false if something that is counted with it couldn't be,
// which is tried once more if it is sent again.
func (s *Service) Publish(ctx context.Context, actor app.Actor, docket, id app.ID, summary string) (isCounted bool, err error) {
	_, m, err := s.answering(ctx, actor, docket)
	if err != nil {
		return false, err
	}
	if err := m.Must(app.Govern); err != nil {
		return false, err
	}
	if _, err := app.ParseID(string(id)); err != nil {
		return false, app.Invalid("api.id").On("id")
	}
	if err := prose.Tidy("body", &summary, MaxSummary, false); err != nil {
		return false, err
	}
	desk, err := s.Desk(ctx, actor, docket)
	if err != nil {
		return false, err
	}
	if desk.Report.ID != id {
		missing, err := s.Missing(ctx, desk)
		if err != nil {
			return false, err
		}
		if err := missing.Error(); err != nil {
			return false, err
		}
		if err := s.store.PublishReport(ctx, m.Standing(), Report{ID: id, Docket: docket, Summary: summary, By: m.Persona, At: s.clock()}); err != nil {
			return false, err
		}
	}
	isCounted = true
	for _, count := range s.published {
		isCounted = count(ctx, docket) == nil && isCounted
	}
	return isCounted, nil
}

// Reply is what a contributor says to an answer.
type Reply string

// The replies; none is empty.
const (
	Satisfied    Reply = "satisfied"
	NotSatisfied Reply = "not_satisfied"
)

// Fate is what became of a submission: read or not yet and, once the report is published,
// the answer to each of its passages.
type Fate struct {
	Docket
	No          int
	IsRead      bool
	IsPublished bool
	// Issues are those that its passages are under, with just these passages.
	Issues  []Issue
	Replies map[app.ID]Reply
}

// FateOf returns what became of the submission with a receipt code.
func (s *Service) FateOf(ctx context.Context, code string) (Fate, error) {
	docket, no, err := s.consultations.Receipt(ctx, code)
	if err != nil {
		return Fate{}, err
	}
	f := Fate{No: no}
	if f.Docket, _, err = s.consultations.Docket(ctx, app.Actor{}, docket); err != nil {
		return f, err
	}
	readings, err := s.store.Readings(ctx, docket)
	if err != nil {
		return f, err
	}
	f.IsRead = slices.ContainsFunc(readings, func(r Reading) bool { return r.Submission == no && !r.At.IsZero() })
	report, err := s.report(ctx, docket)
	if err != nil || !report.IsPublished() {
		return f, err
	}
	f.IsPublished = true
	if f.Replies, err = s.store.Replies(ctx, docket, no); err != nil {
		return f, err
	}
	all, err := s.store.Excerpts(ctx, docket)
	if err != nil {
		return f, err
	}
	own := slices.DeleteFunc(all, func(e Excerpt) bool { return e.Submission != no })
	if err := s.read(ctx, docket, own); err != nil {
		return f, err
	}
	issues, err := s.store.Issues(ctx, docket)
	for _, i := range issues {
		for _, e := range own {
			if e.Issue == i.ID {
				i.Excerpts = append(i.Excerpts, e)
			}
		}
		if len(i.Excerpts) > 0 {
			f.Issues = append(f.Issues, i)
		}
	}
	return f, err
}

// Reply keeps what the holder of a receipt code says to the answer to an issue that their
// passages are under. They may change it.
func (s *Service) Reply(ctx context.Context, code string, issue app.ID, r Reply) error {
	f, err := s.FateOf(ctx, code)
	if err != nil {
		return err
	}
	if r != Satisfied && r != NotSatisfied {
		return app.Invalid("answer.reply").On("reply")
	}
	if !slices.ContainsFunc(f.Issues, func(i Issue) bool { return i.ID == issue }) {
		return app.NotFound()
	}
	return s.store.AddReply(ctx, f.ID, f.No, issue, r)
}
