package statement

import (
	"time"

	"github.com/a-h/templ"

	"madang/app"
	news "madang/app/notice"
	"madang/app/prose"
	"madang/app/statement"
	"madang/app/web/view/layout"
	threadview "madang/app/web/view/thread"
)

// SinceVisit is what changed at a statement since its reader was last there.
type SinceVisit struct {
	Statement statement.Statement
	// Last is when that was; zero on the first visit.
	Last time.Time
	// Text is what became of the text, nil on the first visit.
	Text *statement.SinceView
	// Versions are those that others made, newest first; Newest is the number of the newest
	// that there is, 0 if there is none.
	Versions   []statement.Version
	Newest     int
	Threads    []ChangedThread
	Amendments []news.AmendmentNews
	Steps      []news.Happening
}

// ChangedThread is a thread in which something happened.
type ChangedThread struct {
	threadview.Card
	news.ThreadNews
}

// IsFirst reports whether the reader was never there before.
func (v SinceVisit) IsFirst() bool { return v.Text == nil }

// IsTextTold reports whether there is something to say about the text: a change, or that
// it isn't known whether there is one.
func (v SinceVisit) IsTextTold() bool {
	return len(v.Text.Comparison.Clauses) > 0 || !v.Text.IsExact && v.Text.From == nil
}

// IsEmpty reports whether nothing changed.
func (v SinceVisit) IsEmpty() bool {
	return !v.IsTextTold() && len(v.Versions)+len(v.Threads)+len(v.Amendments)+len(v.Steps) == 0
}

// leadsTo is where a thread is read on from what is new in it.
func (t ChangedThread) leadsTo() templ.SafeURL {
	if t.IsNew || t.First == "" {
		return templ.SafeURL("/threads/" + string(t.ThreadNews.Thread))
	}
	return templ.SafeURL("/comments/" + string(t.First))
}

// deeds are the sentences that say what happened in a thread.
func (t ChangedThread) deeds(p layout.Page) []string {
	var list []string
	if t.IsNew {
		list = append(list, p.T("changes.thread.opened"))
	}
	if t.ThreadNews.Comments > 0 {
		list = append(list, p.T("changes.comments", "count", t.ThreadNews.Comments))
	}
	if t.Settled != "" {
		list = append(list, p.T("changes.thread."+t.Settled))
	}
	return list
}

// sinceFates say what became of a clause, where it is from and where it went.
func sinceFates(p layout.Page, v statement.SinceView, c prose.ClauseChange) []string {
	var list []string
	no, isWithheld := v.Withheld[c.CID]
	if isWithheld && !c.IsRemoved() {
		list = append(list, p.T("changes.differs"))
	}
	list = append(list, fates(p, v.ComparisonView, c)...)
	if from := v.SplitFrom[c.CID]; from != "" {
		list = append(list, p.T("changes.split", "clause", otherName(p, v, from)))
	}
	if into := v.MergedInto[c.CID]; into != "" {
		list = append(list, p.T("changes.united", "clause", otherName(p, v, into)))
	}
	if isWithheld {
		list = append(list, p.T("changes.withheld", "no", no))
	}
	return list
}

// otherName names another clause, by its number now if it is still there.
func otherName(p layout.Page, v statement.SinceView, cid string) string {
	if b, _, isThere := v.After.Find(cid); isThere {
		return Name(p, Sort(b), v.AfterNumbers[cid])
	}
	return p.T("clause.gone")
}

// sinceAddress is the page of what changed at a statement.
func sinceAddress(id app.ID) templ.SafeURL { return address(id, "/changes") }

// excerpt is how the thread begins.
func (t ChangedThread) excerpt(p layout.Page) string { return threadview.Excerpt(p, t.Card.Thread) }
