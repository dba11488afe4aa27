package search

import (
	"net/url"
	"strconv"

	"github.com/a-h/templ"

	"madang/app"
	"madang/app/search"
	"madang/app/web/view/layout"
)

// Search is the page on which people look for something.
type Search struct {
	Wish search.Wish
	// Groups are those whose texts the reader may read, Within the title of the
	// statement that alone is looked through, if it is one.
	Groups []Group
	Within string
	// IsAsked says that something was looked for; Page is what was found.
	IsAsked        bool
	Page           search.Page
	Problem, Field string
}

// Group is a working group to choose.
type Group struct {
	ID   app.ID
	Name string
}

// isNarrowed reports whether a choice may be why nothing was found.
func (v Search) isNarrowed() bool {
	return v.Wish.Group != "" || v.Wish.Statement != "" || v.Wish.Kind != "" || v.Wish.Mine
}

// problem is what is wrong with an input.
func (v Search) problem(field string) string {
	if v.Field == field {
		return v.Problem
	}
	return ""
}

// addressOf is where a search is repeated.
func addressOf(w search.Wish) templ.SafeURL {
	query := url.Values{"q": {w.Text}}
	for name, value := range map[string]string{"group": string(w.Group), "statement": string(w.Statement), "kind": string(w.Kind), "after": w.After} {
		if value != "" {
			query.Set(name, value)
		}
	}
	if w.Mine {
		query.Set("mine", "on")
	}
	return templ.SafeURL("/search?" + query.Encode())
}

// next is the search that goes on after this page.
func (v Search) next() templ.SafeURL {
	w := v.Wish
	w.After = v.Page.Next
	return addressOf(w)
}

// everywhere is the search without choices.
func (v Search) everywhere() templ.SafeURL { return addressOf(search.Wish{Text: v.Wish.Text}) }

// allStatements is the search with the choices but for that of a statement.
func (v Search) allStatements() templ.SafeURL {
	w := v.Wish
	w.Statement, w.After = "", ""
	return addressOf(w)
}

// within is the same search in one statement.
func (v Search) within(statement app.ID) templ.SafeURL {
	w := v.Wish
	w.Statement, w.Group, w.After = statement, "", ""
	return addressOf(w)
}

// placeOf is where a hit stands.
func placeOf(h search.Hit) templ.SafeURL {
	statement := "/statements/" + string(h.Statement)
	switch h.Kind {
	case search.Clause, search.Note:
		return templ.SafeURL(statement + "/clauses/" + url.PathEscape(h.ID))
	case search.NoteRendering:
		return templ.SafeURL(statement + "/clauses/" + url.PathEscape(h.Place) + "/note/translations/" + url.PathEscape(h.Lang))
	case search.Translation:
		return templ.SafeURL(statement + "/languages/" + url.PathEscape(h.Lang) + "#" + url.PathEscape(h.Place))
	case search.Amendment:
		return templ.SafeURL("/amendments/" + url.PathEscape(h.ID))
	case search.Settlement:
		return templ.SafeURL("/threads/" + url.PathEscape(h.Place))
	case search.Comment, search.Rendering:
		return templ.SafeURL("/comments/" + url.PathEscape(h.ID))
	case search.Version:
		return templ.SafeURL(statement + "/versions/" + url.PathEscape(h.Place))
	}
	return templ.SafeURL(statement)
}

// langOf is the language of a hit: what people say may be in any.
func langOf(h search.Hit) string {
	if h.Kind == search.Statement || h.Kind == search.Clause || h.Kind == search.Translation || h.Kind == search.Rendering || h.Kind == search.NoteRendering {
		return h.Lang
	}
	return ""
}

// authorOf is whose words a hit is; nobody's, if it has no author.
func authorOf(p layout.Page, h search.Hit) string {
	switch {
	case h.Kind == search.Statement || h.Kind == search.Clause:
		return ""
	case h.Author == "":
		return p.T("comment.former")
	}
	return h.Author
}

// headingOf names the place of a hit.
func headingOf(p layout.Page, h search.Hit) string {
	switch h.Kind {
	case search.Version, search.Amendment:
		no, _ := strconv.Atoi(h.Place)
		return p.T("search.hit."+string(h.Kind), "number", no, "title", h.Title)
	case search.Translation, search.Rendering, search.NoteRendering:
		return p.T("search.hit."+string(h.Kind), "language", p.Language(h.Lang), "title", h.Title)
	}
	return p.T("search.hit."+string(h.Kind), "title", h.Title)
}
