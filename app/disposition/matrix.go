package disposition

import (
	"cmp"
	"context"
	"maps"
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
	// Group is what its author said they belong to; zero if they didn't, if it is
	// sensitive, and for the public.
	Group StakeholderGroup
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

// Orders are all of them; the first is the usual one, and the last only for those who
// answer.
var Orders = []Order{"clause", "number", "issue", "code", OrderGroup}

// OrderGroup sorts by stakeholder group, in the order in which the groups stand.
const OrderGroup Order = "group"

// View selects and orders rows. Empty selects all.
type View struct {
	CID   string // WholeText selects what is about no clause
	Kind  Kind
	Code  Code // Unanswered selects what has none
	Issue int
	// Submission selects what one submission says, by its number; 0 selects all.
	Submission int
	// Group selects by stakeholder group; NoGroup what tells of none. The public can't.
	Group app.ID
	Order Order
	// Page is which page of the rows to give, from 1; 0 gives all.
	Page int
}

// MatrixPage is how many rows a page has.
const MatrixPage = 100

// What selects the absence of something.
const (
	WholeText         = "whole"
	Unanswered Code   = "none"
	NoGroup    app.ID = "none"
)

func (v View) takes(r Row) bool {
	cid, code := cmp.Or(r.Excerpt.CID, WholeText), cmp.Or(r.Answer.Code, Unanswered)
	return (v.CID == "" || v.CID == cid) && (v.Kind == "" || v.Kind == r.Kind()) && (v.Code == "" || v.Code == code) &&
		(v.Issue == 0 || v.Issue == r.Issue.No) && (v.Submission == 0 || v.Submission == r.Excerpt.Submission) && (v.Group == "" || v.Group == cmp.Or(r.Group.ID, NoGroup))
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
	// Groups are the stakeholder groups that rows may have; none for the public, which was
	// promised that a group is never published with a submission.
	Groups []StakeholderGroup
	// Rows are those of the page, Count how many there are on all of Pages.
	Rows         []Row
	Count, Pages int
}

// Matrix returns the rows that a view selects: to those who answer, and to everybody once
// the report is published.
func (s *Service) Matrix(ctx context.Context, actor app.Actor, docket app.ID, view View) (Matrix, error) {
	desk, err := s.Desk(ctx, actor, docket)
	if err != nil {
		return Matrix{}, err
	}
	isPublic := desk.Membership.Persona == ""
	if !slices.Contains(Orders, view.Order) || isPublic && view.Order == OrderGroup {
		view.Order = Orders[0]
	}
	m := Matrix{Desk: desk}
	var groups map[int]app.ID
	if isPublic {
		view.Group = ""
	} else if m.Groups, groups, err = s.consultations.Groups(ctx, desk.Docket); err != nil {
		return m, err
	}
	m.View = view
	excerpts, err := s.store.Excerpts(ctx, docket)
	if err != nil {
		return m, err
	}
	if err := s.readLoose(ctx, docket, excerpts); err != nil {
		return m, err
	}
	of := map[app.ID]Issue{}
	for _, i := range desk.Issues {
		of[i.ID] = i
	}
	for _, e := range excerpts {
		if r := m.row(e, of[e.Issue], groups[e.Submission]); view.takes(r) {
			m.Rows = append(m.Rows, r)
		}
	}
	slices.SortFunc(m.Rows, m.compare)
	m.turn()
	return m, s.quoteRows(ctx, docket, m.Rows)
}

// row is the line of a passage under an issue, by somebody of a group.
func (m *Matrix) row(e Excerpt, under Issue, group app.ID) Row {
	r := Row{Excerpt: e, Issue: under, Place: m.place(e.CID)}
	if r.Place >= 0 {
		r.Clause = m.Clauses[r.Place]
	}
	if a, isThere := under.Newest(); isThere && under.State() == StateAnswered {
		r.Answer = a
	}
	if at := m.group(group); at >= 0 {
		r.Group = m.Groups[at]
	}
	return r
}

func (m *Matrix) compare(a, b Row) int {
	if m.View.Order == OrderGroup {
		return cmp.Or(cmp.Compare(uint(m.group(a.Group.ID)), uint(m.group(b.Group.ID))), m.View.compare(a, b)) // those of none come last
	}
	return m.View.compare(a, b)
}

// group is where a stakeholder group stands; -1 is none.
func (m *Matrix) group(id app.ID) int {
	return slices.IndexFunc(m.Groups, func(g StakeholderGroup) bool { return g.ID == id })
}

// readLoose puts the excerpts first that are under no issue, and fills in what they are of: by
// that they are selected.
func (s *Service) readLoose(ctx context.Context, docket app.ID, list []Excerpt) error {
	slices.SortFunc(list, func(a, b Excerpt) int { return cmp.Compare(a.Issue, b.Issue) })
	firstUnder := slices.IndexFunc(list, func(e Excerpt) bool { return e.Issue != "" })
	if firstUnder < 0 {
		firstUnder = len(list)
	}
	return s.read(ctx, docket, list[:firstUnder])
}

// turn leaves the rows of the page that was asked for; behind the last page that is the
// last.
func (m *Matrix) turn() {
	m.Count, m.Pages = len(m.Rows), max(1, (len(m.Rows)+MatrixPage-1)/MatrixPage)
	if m.View.Page < 1 {
		m.View.Page = 0
		return
	}
	m.View.Page = min(m.View.Page, m.Pages)
	from := (m.View.Page - 1) * MatrixPage
	m.Rows = m.Rows[from:min(from+MatrixPage, len(m.Rows))]
}

// quoteRows fills in the words of rows.
func (s *Service) quoteRows(ctx context.Context, docket app.ID, rows []Row) error {
	list := make([]Excerpt, len(rows))
	for i, r := range rows {
		list[i] = r.Excerpt
	}
	err := s.read(ctx, docket, list)
	for i := range rows {
		rows[i].Excerpt = list[i]
	}
	return err
}

// Passages returns what is under issues of a docket with its words, by the numbers of the
// issues: to those who answer, and to everybody once the report is published.
func (s *Service) Passages(ctx context.Context, actor app.Actor, docket app.ID, issues ...int) (map[int][]Excerpt, error) {
	desk, err := s.Desk(ctx, actor, docket)
	if err != nil {
		return nil, err
	}
	no := map[app.ID]int{}
	for _, i := range desk.Issues {
		if slices.Contains(issues, i.No) {
			no[i.ID] = i.No
		}
	}
	if len(no) == 0 {
		return nil, nil
	}
	list, err := s.store.Excerpts(ctx, docket, slices.Collect(maps.Keys(no))...)
	if err != nil {
		return nil, err
	}
	if err := s.read(ctx, docket, list); err != nil {
		return nil, err
	}
	found := map[int][]Excerpt{}
	for _, e := range list {
		found[no[e.Issue]] = append(found[no[e.Issue]], e)
	}
	return found, nil
}
