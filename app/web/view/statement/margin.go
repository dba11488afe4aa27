package statement

import (
	"github.com/a-h/templ"

	"madang/app"
	"madang/app/thread"
	threadview "madang/app/web/view/thread"
)

// Margin is what stands beside a text, or after it where there is no room: threads in the
// order of the text, and below them those whose words are gone.
type Margin struct {
	Statement app.ID
	Choice    MarginChoice
	// Attached are the threads on words or clauses that are there, Lost the others.
	Attached, Lost []threadview.Card
	// HasMore says that there are more threads than are shown.
	HasMore bool
}

// MarginChoice is which threads a margin shows.
type MarginChoice string

// MarginMine are the threads the reader opened, resolved ones too.
const MarginMine MarginChoice = "mine"

// MarginChoices are the choices in the order pages offer them; the first is what a page
// shows unless asked otherwise.
var MarginChoices = []MarginChoice{
	MarginChoice(thread.StateOpen), MarginChoice(thread.StateResolved), MarginMine, MarginChoice(thread.StateAll),
}

// NewMargin puts the cards of threads, which come in the order of the text, where they
// belong.
func NewMargin(id app.ID, choice MarginChoice, cards []threadview.Card, hasMore bool) Margin {
	m := Margin{Statement: id, Choice: choice, HasMore: hasMore}
	for _, card := range cards {
		if card.Thread.IsLost() {
			m.Lost = append(m.Lost, card)
		} else {
			m.Attached = append(m.Attached, card)
		}
	}
	return m
}

// marginAddress leads to the page a margin is on, with another choice in it.
func marginAddress(path string, choice MarginChoice) templ.SafeURL {
	if choice != MarginChoices[0] {
		path += "?threads=" + string(choice)
	}
	return templ.SafeURL(path + "#threads-title")
}

// currentIf marks the choice that is made.
func currentIf(isCurrent bool) templ.Attributes {
	if !isCurrent {
		return nil
	}
	return templ.Attributes{"aria-current": "true"}
}
