package thread

import (
	"strings"

	"madang/app"
	"madang/app/thread"
)

// Watch says which threads of a statement a page shows, and how: what changes on it is rendered
// by that. Its zero values are what pages show unless asked otherwise.
type Watch struct {
	Statement app.ID
	// Choice is which threads: a thread.State, or "mine".
	Choice string
	// Voice is the stakeholder group whose threads they are.
	Voice app.ID
	// Read is the language that their first words are read in.
	Read string
}

// Topic is its name for a live zone: "statement:ID", and where it isn't what pages show unless
// asked otherwise, ":CHOICE:VOICE:READ".
func (w Watch) Topic() string {
	name := "statement:" + string(w.Statement)
	if w.Choice == string(thread.StateOpen) {
		w.Choice = ""
	}
	if rest := strings.Join([]string{w.Choice, string(w.Voice), w.Read}, ":"); rest != "::" {
		name += ":" + rest
	}
	return name
}

// WatchOf is what a topic's name says behind "statement:"; what is no id is left to be found
// nowhere.
func WatchOf(name string) Watch {
	parts := append(strings.SplitN(name, ":", 4), "", "", "")
	return Watch{Statement: app.ID(parts[0]), Choice: parts[1], Voice: app.ID(parts[2]), Read: parts[3]}
}
