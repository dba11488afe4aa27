// Package thread is about arguing beside a text: threads on a statement or one
// of its clauses, the comments in them, what is read and unread, and how a
// thread is settled. Its rule: nothing said disappears without a trace; a
// changed comment keeps its history and a deleted one leaves its place.
package thread

import (
	"time"

	"madang/app"
)

// Thread is a conversation about a statement, or about one clause of it, as one
// reader has it before them.
type Thread struct {
	ID, Statement, Group app.ID
	// Clause is the clause id the thread hangs on; empty for the whole statement.
	Clause string
	Open   bool
	// OpenedBy is who wrote the first comment.
	OpenedBy          Author
	CreatedAt, LastAt time.Time
	// Comments counts what was said, deleted comments left out; Unread, which of
	// them others wrote and the reader hasn't seen.
	Comments, Unread int
	// Excerpt is how the first comment begins; empty once that is deleted.
	Excerpt string
	// Seq is the activity number of the last thing that happened in the thread.
	Seq int64
	// Settlements tell how the thread was resolved and reopened, oldest first.
	// Lists leave them out.
	Settlements []Settlement
}

// Author is who did something. Name is empty for a former member who chose to
// be unnamed.
type Author struct {
	Persona app.ID
	Name    string
}

// Settlement is one resolving (Open false) or reopening (Open true) of a thread.
type Settlement struct {
	By     Author
	Reason string
	Open   bool
	At     time.Time
}

// Comment is one thing said. Its Seq is the activity number of its posting:
// unique and rising within a statement.
type Comment struct {
	ID, Thread, Parent app.ID
	Author             Author
	// Body is Markdown; empty once deleted.
	Body string
	// EditedAt is zero for a comment that was never revised.
	At, EditedAt time.Time
	// Revision counts the wordings, from 1.
	Revision int
	Deleted  bool
	Seq      int64
	// Unread says that somebody else wrote it and the reader hasn't seen it.
	Unread bool
}

// Revision is one wording of a comment, and when it was written.
type Revision struct {
	Body string
	At   time.Time
}

// NewThread is a thread to be opened with its first comment. Both ids are made
// where it was typed, so that sending it again opens no second one.
type NewThread struct {
	ID, Comment, Statement app.ID
	Clause, Body           string
}

// NewComment is something to be said in a thread; Parent is the comment it
// answers, if any.
type NewComment struct {
	ID, Thread, Parent app.ID
	Body               string
}

// Sort is the order of a list of threads.
type Sort string

// The orders: by the last thing said, by when they were opened, and by where in
// the text they hang (threads on the whole statement first, threads on clauses
// that are gone last).
const (
	SortNewest Sort = "newest"
	SortOldest Sort = "oldest"
	SortPlace  Sort = "place"
)

// State selects threads by whether they are resolved.
type State string

// The states.
const (
	StateOpen     State = "open"
	StateResolved State = "resolved"
	StateAll      State = "all"
)

// ListOptions select and order threads. The zero value is all threads, newest
// first; a Clause selects those that hang on it.
type ListOptions struct {
	Clause string
	Sort   Sort
	State  State
}

// Page asks for one page of comments: those after the place that Next of the
// former page gave. Limit is 1 to MaxPage; 0 and anything else mean MaxPage.
type Page struct {
	After  string
	Limit  int
	Newest bool
}

// MaxPage is how many comments one page holds at most.
const MaxPage = 500

// CommentPage is one page of comments; Next is empty on the last one.
type CommentPage struct {
	Comments []Comment
	Next     string
}

// Kind is what happened.
type Kind string

// What can happen in a thread.
const (
	Opened   Kind = "opened"
	Posted   Kind = "posted"
	Revised  Kind = "revised"
	Deleted  Kind = "deleted"
	Resolved Kind = "resolved"
	Reopened Kind = "reopened"
)

// Activity is one thing that happened in a statement's threads. Seq counts
// without a gap within the statement. Comment is empty for Resolved and
// Reopened; for Opened it is the first comment, which has no Posted of its own.
type Activity struct {
	Seq             int64
	Kind            Kind
	Thread, Comment app.ID
}

// Count is what is said about one clause, or, under the empty clause id, about
// the statement as a whole. Threads counts the open ones.
type Count struct{ Threads, Comments, Unread int }

// Place is a clause as a signpost, in the order of the text.
type Place struct{ CID, Number, Excerpt string }
