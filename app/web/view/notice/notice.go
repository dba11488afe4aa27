// Package notice shows what people follow and what they are told.
package notice

import (
	"cmp"
	"net/url"
	"strconv"

	"github.com/a-h/templ"

	"madang/app"
	"madang/app/notice"
	"madang/app/web/view/layout"
)

// Follow is what the button on a page needs to know.
type Follow struct {
	notice.Target
	IsOn bool
}

// List is a page of notices.
type List struct {
	notice.Page
	// IsFirst says that this is the first page.
	IsFirst bool
	Notice  string
}

// Told are the notices of one statement, or of a group as a whole, on a page, the newest first.
type Told struct {
	Statement, Group app.ID
	Title, Lang      string
	Notices          []notice.Notice
}

// About is the id of what they are about.
func (t Told) About() app.ID { return cmp.Or(t.Group, t.Statement) }

// ByStatement gathers notices by statement; the one with the newest news comes first.
func (l List) ByStatement() []*Told {
	var list []*Told
	known := map[app.ID]*Told{}
	for _, n := range l.Notices {
		told := known[cmp.Or(n.Group, n.Statement)]
		if told == nil {
			told = &Told{Statement: n.Statement, Group: n.Group, Title: n.Title, Lang: n.Lang}
			known[told.About()] = told
			list = append(list, told)
		}
		told.Notices = append(told.Notices, n)
	}
	return list
}

// IsUnread reports whether any of them is.
func (t Told) IsUnread() bool {
	for _, n := range t.Notices {
		if n.IsUnread {
			return true
		}
	}
	return false
}

// HasUnread reports whether any notice of the page is unread.
func (l List) HasUnread() bool { return Told{Notices: l.Notices}.IsUnread() }

// seen says up to where a statement's notices were on the page, as the form sends it.
func (t Told) seen() string { return Seen(t.Statement, t.Notices[0].Seq) }

// Seen is a notice in one word: its statement and its number there.
func Seen(statement app.ID, seq int64) string {
	return string(statement) + "." + strconv.FormatInt(seq, 10)
}

// Follows are what somebody follows.
type Follows struct {
	List   []notice.Follow
	Notice string
}

// Address is the page of what is followed.
func Address(t notice.Target) string {
	switch t.Kind {
	case notice.Thread:
		return "/threads/" + url.PathEscape(t.Part)
	case notice.Amendment:
		return "/amendments/" + url.PathEscape(t.Part)
	case notice.Docket:
		return "/consultations/" + url.PathEscape(t.Part)
	case notice.Clause:
		return "/statements/" + string(t.Statement) + "/clauses/" + url.PathEscape(t.Part)
	default:
		return "/statements/" + string(t.Statement)
	}
}

// Home is the page of what they are about.
func (t Told) Home() templ.SafeURL {
	if t.Group != "" {
		return templ.SafeURL("/groups/" + string(t.Group))
	}
	return templ.SafeURL(Address(notice.Target{Statement: t.Statement, Kind: notice.Statement}))
}

// Place is where a notice leads.
func Place(n notice.Notice) templ.SafeURL {
	switch {
	case n.Group != "":
		return templ.SafeURL("/groups/" + string(n.Group))
	case n.Docket != "":
		return templ.SafeURL("/consultations/" + string(n.Docket) + "/report")
	case n.Comment != "":
		return templ.SafeURL("/comments/" + string(n.Comment))
	case n.Thread != "":
		return templ.SafeURL("/threads/" + string(n.Thread))
	default:
		return templ.SafeURL("/amendments/" + string(n.Amendment))
	}
}

// Sentence says what happened.
func Sentence(p layout.Page, n notice.Notice) string {
	switch {
	case n.Group != "":
		return p.T("notice.group." + n.Event)
	case n.Docket != "":
		return p.T("notice.report")
	case n.Thread == "" || n.No > 0:
		return p.T("notice.amendment."+n.Event, "number", n.No)
	default:
		return p.T("notice.thread." + n.Event)
	}
}

func nextPage(after string) templ.SafeURL {
	return templ.SafeURL("/notices?after=" + url.QueryEscape(after))
}
