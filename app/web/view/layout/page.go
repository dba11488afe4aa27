// Package layout is what all pages have in common: the document around them, the
// header with its ways out, and the few parts that every form uses.
package layout

import (
	"time"

	"github.com/a-h/templ"

	"madang/app"
	"madang/app/web/locale"
)

// Page is what a page knows besides its own contents: who looks at it, in which
// language, and what the browser needs to show it.
type Page struct {
	locale.Speech
	// Title names the page in the browser; it is neutral in a sensitive group.
	Title string
	// Place is the address of the page, for the language switch to come back to;
	// empty for the answer to a form, which has no address of its own and may hold
	// words that a switch would lose.
	Place string
	// Token proves that a form of the page was sent from it.
	Token string
	// IsSignedIn and IsSteward say who looks at it.
	IsSignedIn, IsSteward bool
	// IsSensitive puts a way out in sight, and keeps words off the device.
	IsSensitive bool
	// Owner is what a device remembers of the account that keeps something on it; another
	// account has another one, and nobody without the forum's secret can tell whose it is.
	Owner string
	// IsAway says that the database can't be reached: pages may still be read.
	IsAway bool
	// IsFull says that there is no room to write: pages may be read, and nothing is saved.
	IsFull bool
	// Ended says that the group of the page is archived; nil if it works, or the page is of none.
	Ended *Ended
	// HasSearch says that the page itself is where people search: the header then
	// offers nothing more.
	HasSearch bool
	// News is how many notices the reader hasn't read, up to notice.MaxCount.
	News int
	// TextSize is the reader's choice, one of TextSizes.
	TextSize string
	// HasEditor adds the script and the style of the editor.
	HasEditor bool
	// Asset is the address of a file that the browser needs.
	Asset func(name string) string
}

// Ended is when and why a group was archived; At is zero if that can't be told now.
type Ended struct {
	Group  app.ID
	At     time.Time
	Reason string
}

// TextSizes are the choices of text size; the first is what everybody begins with.
var TextSizes = []string{"usual", "large", "largest"}

// Sentence is what an error says to people. A code without a sentence of its own is
// told by its kind.
func (p Page) Sentence(e *app.Error) string {
	if key := "error." + e.Code; p.Has(key) {
		return p.T(key, e.Args...)
	}
	return p.T("refusal." + string(e.Kind))
}

// Crumb is a step of the way to a page.
type Crumb struct {
	Name string
	// Lang is the language of the name, if it isn't that of the page.
	Lang    string
	Address templ.SafeURL
}

// instant is a time as scripts and crawlers read it (RFC 3339).
func instant(t time.Time) string { return t.UTC().Format(time.RFC3339) }
