// Package answer holds the pages on which the public's words are read, grouped and
// answered, and on which everybody finds the answers.
package answer

import (
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"madang/app"
	"madang/app/disposition"
	"madang/app/web/view/layout"
)

func address(id app.ID, rest string) templ.SafeURL {
	return templ.SafeURL("/consultations/" + string(id) + rest)
}

func itoa(n int) string { return strconv.Itoa(n) }

// clauseRunes is how much of a clause stands for it.
const clauseRunes = 60

// clauseName is how a page speaks of a clause: by its number, if it has one, and how it
// begins.
func clauseName(p layout.Page, d disposition.Docket, cid string) string {
	if cid == "" {
		return p.T("submission.whole")
	}
	for _, c := range d.Clauses {
		if c.CID == cid {
			return strings.TrimSpace(c.Number + " " + cut(c.Words, clauseRunes))
		}
	}
	return p.T("clause.gone")
}

// cut is the beginning of a text.
func cut(text string, most int) string {
	runes := []rune(strings.Join(strings.Fields(text), " "))
	if len(runes) <= most {
		return string(runes)
	}
	return string(runes[:most]) + "…"
}

// tracking is the number by which a submission is spoken of.
func tracking(d disposition.Docket, no int) string {
	digits := itoa(no)
	return d.Number + "-" + strings.Repeat("0", max(0, 5-len(digits))) + digits
}

// byClause are issues in the order of the text, clause by clause.
func byClause(issues []disposition.Issue) [][]disposition.Issue {
	var list [][]disposition.Issue
	for i, issue := range issues {
		if i == 0 || issues[i-1].CID != issue.CID {
			list = append(list, nil)
		}
		list[len(list)-1] = append(list[len(list)-1], issue)
	}
	return list
}

// settled is the answer that counts, if a second reader agreed.
func settled(i disposition.Issue) (disposition.Answer, bool) {
	a, isThere := i.Newest()
	return a, isThere && i.State() == disposition.StateAnswered
}

// percent is a share for people.
func percent(p layout.Page, share float64) string { return p.Percent(int(100*share + 0.5)) }

// piece is how a form names a passage.
func piece(f disposition.Field, s disposition.Span) string {
	return string(f) + ":" + itoa(s.Start) + "-" + itoa(s.End)
}

// unheard are the amendments that don't come of the issue yet.
func (v Issue) unheard() []disposition.Amendment {
	var list []disposition.Amendment
	for _, a := range v.Open {
		isLinked := false
		for _, known := range v.Issue.Amendments {
			isLinked = isLinked || known.ID == a.ID
		}
		if !isLinked {
			list = append(list, a)
		}
	}
	return list
}
