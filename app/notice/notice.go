// Package notice is what people follow, and what they are told of it. Its wall: nothing
// here (no notice, no number, no name of what is followed) depends on a text that whoever
// asks may not read at that moment.
//
// Notices are kept nowhere. They are what the activity of statements says to somebody who
// follows, asked anew each time: so a lost role takes them all away, and no message lies
// about that has to be found and erased.
package notice

import (
	"strconv"
	"strings"
	"time"

	"madang/app"
)

// Kind is what sort of thing is followed.
type Kind string

// What can be followed.
const (
	Statement Kind = "statement"
	Clause    Kind = "clause"
	Thread    Kind = "thread"
	Amendment Kind = "amendment"
	Docket    Kind = "docket" // a version of the statement that is before the public
)

// Kinds are all of them.
var Kinds = []Kind{Statement, Clause, Thread, Amendment, Docket}

// Events are the kinds of activity that people are told of; all others, such as a comment
// that was corrected, are for open pages only. The later ones are of amendments.
var Events = []string{
	"opened", "posted", "resolved", "reopened",
	"tabled", "discussed", "accepted", "modified", "rejected", "withdrawn", "superseded",
	"signed", "reworded",
	Translated,
}

// Translated is the kind of activity that tells that somebody put a comment into another
// language. Only the author of the comment is told, in whose name it speaks.
const Translated = "translated"

// Reported is the kind of activity that tells that the report of a docket is out: what
// became of all that the public said to the statement.
const Reported = "report"

// GroupActs are the kinds of activity that tell what was done with a group as a whole. All its
// members are told, whatever they follow.
var GroupActs = []string{"archived", "resumed"}

// Target is what somebody follows. Part is the id of the clause, thread, amendment or
// docket, and empty for the whole statement.
type Target struct {
	Statement app.ID
	Kind      Kind
	Part      string
}

// check refuses what no target can be, as something that isn't there.
func (t Target) check() error {
	switch t.Kind {
	case Statement:
		if t.Part == "" {
			return nil
		}
	case Clause, Thread, Amendment, Docket:
		if t.Part != "" {
			return nil
		}
	}
	return app.NotFound()
}

// Follow is a target as a list shows it. No is the number of an amendment.
type Follow struct {
	Target
	Title, Lang string
	No          int
}

// Notice is one thing that happened in what somebody follows. Seq is its number in the
// statement's activity; Thread and Comment say where something was said, Amendment and No
// which one came to the state that Event names, was signed or got other words. No words of anybody are in it.
type Notice struct {
	Statement       app.ID
	Title, Lang     string
	Seq             int64
	Event           string
	Thread, Comment app.ID
	Amendment       app.ID
	No              int
	// Docket is the one whose report is out, for Reported.
	Docket app.ID
	// Group is what something was done with, for GroupActs: Title is then its name.
	Group    app.ID
	At       time.Time
	IsUnread bool
	// IsSensitive says that its group has a sensitive stakeholder group: outside the forum
	// the title isn't named.
	IsSensitive bool
}

// Narrowest is what to stop following in order to hear no more of the same.
func (n Notice) Narrowest() Target {
	if n.Docket != "" {
		return Target{n.Statement, Docket, string(n.Docket)}
	}
	if n.Amendment != "" {
		return Target{n.Statement, Amendment, string(n.Amendment)}
	}
	return Target{n.Statement, Thread, string(n.Thread)}
}

// MaxPage is how many notices a page holds at most.
const MaxPage = 50

// MaxCount is how far unread notices are counted: a larger number tells nobody more.
const MaxCount = 99

// Page is one page of notices, the newest first; Next is empty on the last one.
type Page struct {
	Notices []Notice
	Next    string
}

// Place is where a list goes on: behind a notice.
type Place struct {
	At        int64 // milliseconds
	Statement app.ID
	Seq       int64
}

// start is before the newest notice.
var start = Place{At: 1<<63 - 1}

func (p Place) String() string {
	return strconv.FormatInt(p.At, 36) + "." + string(p.Statement) + "." + strconv.FormatInt(p.Seq, 36)
}

// parsePlace reads where to go on; an empty text is the beginning.
func parsePlace(text string) (Place, error) {
	if text == "" {
		return start, nil
	}
	at, rest, _ := strings.Cut(text, ".")
	statement, seq, _ := strings.Cut(rest, ".")
	var p Place
	var errAt, errID, errSeq error
	p.At, errAt = strconv.ParseInt(at, 36, 64)
	p.Statement, errID = app.ParseID(statement)
	p.Seq, errSeq = strconv.ParseInt(seq, 36, 64)
	if errAt != nil || errID != nil || errSeq != nil {
		return Place{}, app.Invalid("notice.page").On("after")
	}
	return p, nil
}
