package disposition

import (
	"cmp"
	"context"
	"slices"

	"madang/app"
)

// Row is a line of the response matrix: a passage, what it asks for, and the answer.
type Row struct {
	Excerpt Excerpt
	// Place is where its clause stands in the text; -1 is the whole text.
	Place  int
	Clause Clause
	// Issue is zero for a passage that is under none.
	Issue Issue
	// Answer is the one that counts; zero if nobody wrote one.
	Answer Answer
}

// Kind is that of the issue or, without one, of the submission.
func (r Row) Kind() Kind {
	if r.Issue.ID != "" {
		return r.Issue.Kind
	}
	return r.Excerpt.Said.Kind
}

// Order is how the rows stand.
type Order string

// Orders are all of them; the first is the usual one.
var Orders = []Order{"clause", "number", "issue", "code"}

// View selects and orders rows. Empty selects all.
type View struct {
	CID   string // WholeText selects what is about no clause
	Kind  Kind
	Code  Code // Unanswered selects what has none
	Issue int
	Order Order
}

// What selects the absence of something.
const (
	WholeText       = "whole"
	Unanswered Code = "none"
)

func (v View) takes(r Row) bool {
	cid, code := cmp.Or(r.Excerpt.CID, WholeText), cmp.Or(r.Answer.Code, Unanswered)
	return (v.CID == "" || v.CID == cid) && (v.Kind == "" || v.Kind == r.Kind()) && (v.Code == "" || v.Code == code) &&
		(v.Issue == 0 || v.Issue == r.Issue.No)
}

func (v View) compare(a, b Row) int {
	usual := cmp.Or(cmp.Compare(a.Place, b.Place), cmp.Compare(a.Issue.No, b.Issue.No), cmp.Compare(a.Excerpt.Submission, b.Excerpt.Submission),
		cmp.Compare(a.Excerpt.Start, b.Excerpt.Start), cmp.Compare(a.Excerpt.ID, b.Excerpt.ID))
	switch v.Order {
	case "number":
		return cmp.Or(cmp.Compare(a.Excerpt.Submission, b.Excerpt.Submission), usual)
	case "issue":
		return cmp.Or(cmp.Compare(a.Issue.No, b.Issue.No), usual)
	case "code":
		return cmp.Or(cmp.Compare(slices.Index(Codes, a.Answer.Code), slices.Index(Codes, b.Answer.Code)), usual)
	}
	return usual
}

// Matrix is a docket's response matrix.
type Matrix struct {
	Desk
	View View
	Rows []Row
}

// Matrix returns the rows that a view selects: to those who answer, and to everybody once
// the report is published.
func (s *Service) Matrix(ctx context.Context, actor app.Actor, docket app.ID, view View) (Matrix, error) {
	desk, err := s.Desk(ctx, actor, docket)
	if err != nil {
		return Matrix{}, err
	}
	if !slices.Contains(Orders, view.Order) {
		view.Order = Orders[0]
	}
	m := Matrix{Desk: desk, View: view}
	excerpts, err := s.excerpts(ctx, docket)
	if err != nil {
		return m, err
	}
	of := map[app.ID]Issue{}
	for _, i := range desk.Issues {
		of[i.ID] = i
	}
	for _, e := range excerpts {
		r := Row{Excerpt: e, Issue: of[e.Issue], Place: desk.place(e.CID)}
		if r.Place >= 0 {
			r.Clause = desk.Clauses[r.Place]
		}
		if a, isThere := r.Issue.Newest(); isThere && r.Issue.State() == StateAnswered {
			r.Answer = a
		}
		if view.takes(r) {
			m.Rows = append(m.Rows, r)
		}
	}
	slices.SortFunc(m.Rows, view.compare)
	return m, nil
}
