// Package consultation holds the pages by which a text is put before the public, people
// submit to it and follow what they sent, and moderators look at it.
package consultation

import (
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"madang/app"
	"madang/app/consultation"
	"madang/app/web/view/layout"
	statementview "madang/app/web/view/statement"
)

func address(id app.ID, rest string) templ.SafeURL {
	return templ.SafeURL("/consultations/" + string(id) + rest)
}

func groupAddress(id app.ID, rest string) templ.SafeURL {
	return templ.SafeURL("/groups/" + string(id) + rest)
}

// standing says in the reader's terms where a docket stands and until when.
func standing(p layout.Page, d consultation.Docket, now time.Time) string {
	switch d.State(now) {
	case consultation.StateDraft:
		return p.T("docket.standing.draft")
	case consultation.StateAnnounced:
		return p.T("docket.standing.announced", "opens", when(p, d, d.Opens), "closes", when(p, d, d.Closes))
	case consultation.StateOpen:
		return p.T("docket.standing.open", "closes", when(p, d, d.Closes))
	case consultation.StateWithdrawn:
		return p.T("docket.standing.withdrawn")
	}
	return p.T("docket.standing.closed", "closes", when(p, d, d.Closes))
}

// when is a moment in the docket's zone and, where that is another, in the reader's.
func when(p layout.Page, d consultation.Docket, t time.Time) string {
	there, here := p.MomentIn(d.In(t), d.Zone), p.Moment(t)
	if strings.HasPrefix(there, strings.TrimSuffix(here, " UTC")) {
		return there
	}
	return p.T("docket.when", "there", there, "here", here)
}

// left is how long a docket is still open, in whole days.
func left(p layout.Page, d consultation.Docket, now time.Time) string {
	if d.State(now) != consultation.StateOpen {
		return ""
	}
	if days := int(d.Closes.Sub(now).Hours() / 24); days > 0 {
		return p.T("docket.left.days", "count", days)
	}
	return p.T("docket.left.hours", "count", int(d.Closes.Sub(now).Hours()))
}

// about names the clauses that a submission is about.
func about(p layout.Page, text statementview.Rendered, cids []string) string {
	if len(cids) == 0 {
		return p.T("submission.whole")
	}
	names := make([]string, len(cids))
	for i, cid := range cids {
		names[i] = p.T("clause.gone")
		if clause, ok := text.Find(cid); ok {
			names[i] = clauseName(p, clause)
		}
	}
	return strings.Join(names, ", ")
}

// clauseName is a clause's name and how it begins, for several may share a name.
func clauseName(p layout.Page, c statementview.Clause) string {
	if c.Number != "" {
		return c.Name(p)
	}
	return c.Name(p) + " “" + c.Words + "”"
}

// signed says who speaks.
func signed(p layout.Page, w consultation.Words) string {
	if w.Name == "" {
		return p.T("submission.as." + string(w.As))
	}
	return p.T("submission.signed", "name", w.Name, "as", p.T("submission.as."+string(w.As)))
}

func itoa(n int) string { return strconv.Itoa(n) }

// parcel is a balance line by line.
func parcel(b consultation.Balance) []line {
	return []line{
		{"received", b.Received}, {"screening", b.Screening}, {"posted", b.Posted}, {"redacted", b.Redacted}, {"withheld", b.Withheld}, {"withdrawn", b.Withdrawn},
	}
}

type line struct {
	name  string
	count int
}
