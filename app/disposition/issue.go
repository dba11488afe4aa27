package disposition

import (
	"context"
	"crypto/sha256"
	"slices"
	"strings"
	"time"

	"madang/app"
	"madang/app/prose"
)

// Issue is one question that passages of submissions raise about a clause.
type Issue struct {
	ID, Docket app.ID
	// No counts the issues of a docket.
	No int
	// CID is the clause; empty is the whole text.
	CID   string
	Title string
	Kind  Kind
	By    app.ID
	At    time.Time
	// Revision counts the changes of what is under it: an answer is one to just that.
	Revision int
	// Answers are all that were written, oldest first; the newest counts.
	Answers []Answer
	// Amendments are what comes of it.
	Amendments []Amendment

	// Excerpts are what is under it; lists leave them out.
	Excerpts []Excerpt
}

// Amendment is one that comes of an issue. Acceptance is set once its words are in the text.
type Amendment struct {
	ID         app.ID
	No         int
	State      string
	Acceptance app.ID
	// At is when it came to its state.
	At time.Time
	// CIDs are the clauses that it proposes to change, in order.
	CIDs []string
}

// IsSubstantive reports whether a report needs an answer to it: it is about more than
// wording.
func (i Issue) IsSubstantive() bool { return i.Kind != Editorial }

// State is how far an issue has come.
type State string

// The states.
const (
	StateOpen     State = "open"     // nobody answered it
	StateWritten  State = "written"  // an answer waits for its second reader
	StateReturned State = "returned" // the second reader wants another answer
	StateStale    State = "stale"    // passages came or went since it was answered
	StateAnswered State = "answered"
)

// States are all of them, in order.
var States = []State{StateOpen, StateWritten, StateReturned, StateStale, StateAnswered}

// State follows from the newest answer and what it is an answer to.
func (i Issue) State() State {
	a, isThere := i.Newest()
	switch {
	case !isThere:
		return StateOpen
	case a.Revision != i.Revision:
		return StateStale
	case a.Verdict == "":
		return StateWritten
	case a.Verdict == Returned:
		return StateReturned
	}
	return StateAnswered
}

// Newest is the answer that counts, if there is one.
func (i Issue) Newest() (Answer, bool) {
	if len(i.Answers) == 0 {
		return Answer{}, false
	}
	return i.Answers[len(i.Answers)-1], true
}

// check tidies an issue.
func (i *Issue) check(d Docket) error {
	i.Title = strings.Join(strings.Fields(i.Title), " ")
	if err := prose.Tidy("title", &i.Title, MaxTitle, true); err != nil {
		return err
	}
	if !slices.Contains(Kinds, i.Kind) {
		return app.Invalid("submission.kind").On("kind")
	}
	if !d.has(i.CID) {
		return app.Invalid("excerpt.clause").On("clause")
	}
	return nil
}

// idWith is an id that follows from another, whose time it has, and from what it is for.
func idWith(id app.ID, use []byte) app.ID {
	drawn := sha256.Sum256(append([]byte(string(id)+"\x00"), use...))
	return id.Derive(drawn[:])
}

// OpenIssue opens an issue about a clause, under an id made where it was typed.
func (s *Service) OpenIssue(ctx context.Context, actor app.Actor, docket, id app.ID, cid, title string, kind Kind) error {
	d, m, err := s.answering(ctx, actor, docket)
	if err != nil {
		return err
	}
	if _, err := app.ParseID(string(id)); err != nil {
		return app.Invalid("api.id").On("id")
	}
	i := Issue{ID: id, Docket: d.ID, CID: cid, Title: title, Kind: kind, By: m.Persona, At: s.clock()}
	if err := i.check(d); err != nil {
		return err
	}
	return s.store.AddIssue(ctx, m.Standing(), i)
}

// Wording is what passages say in the same words.
type Wording struct {
	Words    string
	Excerpts []Excerpt
}

// Wordings are the different words of what is under the issue, the most frequent first; the
// last are those passages that say nothing any more, each by itself.
func (i Issue) Wordings() []Wording {
	var list, gone []Wording
	at := map[string]int{}
	for _, e := range i.Excerpts {
		if e.Words == "" {
			gone = append(gone, Wording{Excerpts: []Excerpt{e}})
			continue
		}
		n, isKnown := at[e.Words]
		if !isKnown {
			n, list = len(list), append(list, Wording{Words: e.Words})
			at[e.Words] = n
		}
		list[n].Excerpts = append(list[n].Excerpts, e)
	}
	slices.SortStableFunc(list, func(a, b Wording) int { return len(b.Excerpts) - len(a.Excerpts) })
	return append(list, gone...)
}

// IssueView is one issue before a reader.
type IssueView struct {
	Docket
	Membership app.Membership
	Issue      Issue
	// Similar are passages that may belong to it; only those who answer see them.
	Similar []Similar
	// IsPublished says that the report is out.
	IsPublished bool
}

// MayAnswer reports whether the reader writes answers.
func (v IssueView) MayAnswer() bool { return v.Membership.May(app.Answer) && !v.IsPublished }

// Issue returns one by its number: to those who answer, and to everybody once the report
// is published.
func (s *Service) Issue(ctx context.Context, actor app.Actor, docket app.ID, no int) (IssueView, error) {
	desk, err := s.Desk(ctx, actor, docket)
	if err != nil {
		return IssueView{}, err
	}
	v := IssueView{Docket: desk.Docket, Membership: desk.Membership, IsPublished: desk.Report.IsPublished()}
	at := slices.IndexFunc(desk.Issues, func(i Issue) bool { return i.No == no })
	if at < 0 {
		return v, app.NotFound()
	}
	v.Issue = desk.Issues[at]
	var all, loose []Excerpt
	if all, err = s.store.Excerpts(ctx, docket); err != nil {
		return v, err
	}
	for _, e := range all {
		switch e.Issue {
		case v.Issue.ID:
			v.Issue.Excerpts = append(v.Issue.Excerpts, e)
		case "":
			loose = append(loose, e)
		}
	}
	if err := s.read(ctx, docket, v.Issue.Excerpts); err != nil || !v.MayAnswer() {
		return v, err
	}
	if err := s.read(ctx, docket, loose); err != nil {
		return v, err
	}
	v.Similar = SimilarTo(loose, append(wordsOf(v.Issue.Excerpts), v.Issue.Title)...)
	return v, nil
}

// few is how many wordings of an issue others are compared with.
const few = 20

// wordsOf are the different wordings of excerpts, as far as they are posted.
func wordsOf(list []Excerpt) []string {
	seen := map[string]bool{}
	var words []string
	for _, e := range list {
		if e.Words != "" && !seen[e.Words] && len(words) < few {
			seen[e.Words] = true
			words = append(words, e.Words)
		}
	}
	return words
}
