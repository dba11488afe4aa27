package answer

import (
	"slices"
	"strings"

	"madang/app/disposition"
	"madang/app/web/view/layout"
)

// Columns are those of the template for comments of the ISO/IEC Directives, in its order:
// who, clause, type, comment, proposed change, observations of the secretariat.
var Columns = []string{"number", "clause", "kind", "comment", "change", "answer"}

// columns are those that a reader has: to those who answer it is told at the end which
// stakeholder group somebody said they belong to.
func (v Matrix) columns() []string { return ColumnsOf(v.Matrix) }

// ColumnsOf are the columns of a matrix.
func ColumnsOf(m disposition.Matrix) []string {
	if len(m.Groups) == 0 {
		return Columns
	}
	return append(slices.Clone(Columns), "group")
}

// comment is what a passage says, if it is a comment.
func comment(p layout.Page, r disposition.Row) string {
	switch {
	case r.Excerpt.Words == "":
		return p.T("excerpt.gone")
	case r.Excerpt.Field == disposition.FieldComment:
		return r.Excerpt.Words
	}
	return ""
}

// change is what a passage says, if it is proposed text.
func change(r disposition.Row) string {
	if r.Excerpt.Field == disposition.FieldProposed {
		return r.Excerpt.Words
	}
	return ""
}

// Cells are a row of the matrix as files have it, in the order of ColumnsOf.
func Cells(p layout.Page, m disposition.Matrix, r disposition.Row) []string {
	d := m.Docket
	answer := p.T("answer.code.none")
	if r.Answer.Code != "" {
		answer = p.T("answer.code."+string(r.Answer.Code)) + ". " + r.Answer.Rationale
	}
	if r.Issue.ID != "" {
		answer = p.T("issue.named", "no", r.Issue.No, "title", r.Issue.Title) + ". " + answer
	}
	cells := []string{
		tracking(d, r.Excerpt.Submission), clauseName(p, d, r.Excerpt.CID), r.Kind().ISO(), comment(p, r), change(r), strings.TrimSpace(answer),
	}
	if len(m.Groups) > 0 {
		cells = append(cells, r.Group.Name)
	}
	return cells
}
