package app

import "time"

// The live text crosses from the room that edits it to the room that stores it
// in these few types; both rooms know the kernel and neither knows the other.

// LiveHead says where a document stands: Seq counts its committed updates
// without a gap, Epoch counts how often its history was begun anew.
type LiveHead struct{ Epoch, Seq int64 }

// LiveChange is one judged update of a document, to be committed as one row.
type LiveChange struct {
	// By is who is answerable for it; it commits only while By stands.
	By Standing
	At time.Time
	// Update is what was integrated, in Yjs's update format, version 1.
	Update []byte
	// Clients are the client ids the update uses for the first time in this document. Committing
	// binds them to By.Persona; if one is somebody else's, or they are too many a day, it is refused.
	Clients []uint64
	// Drawn are client ids that the server drew for edits of its own on behalf of
	// By.Persona; if one is bound already, to whomever, the change is refused.
	Drawn []uint64
	// Authored are the runs of text whose author the change settles.
	Authored []LiveRun
	// Author is whose client ids the change uses and whose row it becomes, if that
	// isn't By: a held change that By released. Hold is its id; it is Conflict
	// "hold.decided" if it no longer waits.
	Author, Hold ID
	// Edit is the id of an edit that came as a whole, by form or API; empty for what
	// editors send. An id that was committed is Conflict "live.repeated" if the same
	// persona sends it again, and "id.taken" if another does.
	Edit ID
	// Upon is the number of the last update before it if it was judged against just
	// that text, as an amendment is; it is Conflict "live.moved" once others came
	// between. 0: whatever came.
	Upon int64
	// Lost counts the UTF-16 units of other people's text that the change takes
	// away, less what it puts back. Brake is how many of them its author may take
	// away within BrakeWindow, this change included; 0: any number.
	Lost, Brake int
	// Schema is the number of the first schema that holds what the change brings, and
	// Knows that of the program that judged it; 0 is the first in both. A document's
	// number grows with the changes. If it is beyond Knows, none is committed: LiveNewer.
	Schema, Knows int
	// Clauses are the ids of the clauses touched; Added and Removed count
	// UTF-16 units of text. The log keeps these three for ever.
	Clauses        []string
	Added, Removed int
	// Split are clauses that it split off, each with the one whose words it got; Merged
	// those that are gone, each with the one that their words went into.
	Split, Merged map[string]string
}

// Owner is whose the change is.
func (c LiveChange) Owner() ID {
	if c.Author != "" {
		return c.Author
	}
	return c.By.Persona
}

// LiveNewer says that a document has something that this program's schema doesn't: a
// newer program is at work on the same database. That one reads and writes it.
func LiveNewer() *Error { return &Error{Kind: KindUnavailable, Code: "live.newer"} }

// BrakeWindow is the time over which a persona's LiveChange.Lost is added up.
const BrakeWindow = time.Minute

// LiveHold is an update that was held for taking away too much of what others
// wrote. Head and State are the document as it stood.
type LiveHold struct {
	ID, Document ID
	Head         LiveHead
	Persona      ID
	At           time.Time
	Clauses      []string // touched
	Lost         int      // as in LiveChange
	Update       []byte
	State        []byte
}

// LiveRun attributes the UTF-16 units [Clock, Clock+Length) of a client to a
// persona. Storing a run with the Client and Clock of an older one replaces it.
type LiveRun struct {
	Client        uint64
	Clock, Length int64
	Persona       ID
}

// LiveCommit is what became of a batch of changes. Refused has one entry a
// change, nil if it was committed; committed changes are numbered in order and
// the last one is Head.Seq.
type LiveCommit struct {
	Head    LiveHead
	Refused []error
}

// LiveUpdate is one committed update. Schema is that of its LiveChange.
type LiveUpdate struct {
	Seq    int64
	Schema int
	Update []byte
}

// LiveDocument is all of a document that is stored: the newest compacted state
// (empty if there is none yet), the updates after it in order, who each client
// id is bound to and who wrote what.
//
// Begun is when its epoch began; zero for its first. Schema is the number of the first
// schema that holds all that was ever in it.
type LiveDocument struct {
	Head    LiveHead
	Schema  int
	Begun   time.Time
	State   []byte
	Tail    []LiveUpdate
	Clients map[uint64]ID
	Runs    []LiveRun
}

// LiveAuthored is a stretch of a clause's plain text and who wrote it. Author is empty
// for line breaks and where nobody is known.
type LiveAuthored struct {
	Text   string
	Author ID
}

// LiveRefusal is an update that was refused, as it is kept for its author.
type LiveRefusal struct {
	Document ID
	Persona  ID
	At       time.Time
	Code     string
	Update   []byte
}
