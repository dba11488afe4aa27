// Package thread is about arguing beside a text: threads on a statement or one
// of its clauses, the comments in them, what is read and unread, and how a
// thread is settled. Its rule: nothing said disappears without a trace; a
// changed comment keeps its history and a deleted one leaves its place.
package thread

import (
	"time"

	"madang/app"
	"madang/app/prose"
)

// Thread is a conversation about a statement, or about one clause of it, as one
// reader has it before them.
type Thread struct {
	ID, Statement, Group app.ID
	// Clause is the clause id the thread hangs on; empty for the whole statement. If
	// it hangs on words, it is where these are now, or were at last.
	Clause string
	// Amendment is what the thread is about, if that is an amendment, and AmendmentNo its
	// number. Such a thread hangs on no clause.
	Amendment   app.ID
	AmendmentNo int
	// On are the words it is about; nil if it is about all of the clause, or of the
	// statement.
	On   *Words
	Open bool
	// OpenedBy is who wrote the first comment.
	OpenedBy          Author
	CreatedAt, LastAt time.Time
	// Comments counts what was said, deleted comments left out; Unread, which of
	// them others wrote and the reader hasn't seen.
	Comments, Unread int
	// Excerpt is how the first comment begins; empty once that is deleted. Lang is its
	// language, empty if nobody said.
	Excerpt, Lang string
	// Translation is the state of the translation that the excerpt is of; empty if it is as
	// it was written.
	Translation TranslationState
	// Seq is the activity number of the last thing that happened in the thread.
	Seq int64
	// Settlements tell how the thread was resolved and reopened, oldest first.
	// Lists leave them out.
	Settlements []Settlement
}

// Words are what a thread is about, if that is less than a clause.
type Words struct {
	// Anchor is how they were when the thread was attached to them.
	Anchor prose.Anchor
	// First are the words it was attached to at first.
	First string
	// Version is the number of the statement's newest version when it was attached;
	// 0 if there was none.
	Version int
	// Now is what became of them.
	Now prose.Resolution
}

// IsLost reports whether the thread hangs on words that are no longer in the text.
func (t Thread) IsLost() bool { return t.On != nil && t.On.Now.State == prose.AnchorOrphaned }

// Pick says which words of a text are meant: the quote as it was selected, copied or
// typed, where a run of spaces and line breaks is as good as another. Without a clause
// it is looked for in the whole text; without a quote the clause as such is meant.
type Pick struct {
	Clause, Quote string
	// Start is where in the clause's plain text the quote begins, in UTF-16 units;
	// nil if that isn't known. It decides between several places.
	Start *int
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
	// Lang is the language of the body, prose.Undetermined if nobody knows. Translations
	// are those into other languages that count, by language.
	Lang         string
	Translations []Translation
	// EditedAt is zero for a comment that was never revised.
	At, EditedAt time.Time
	// Revision counts the wordings, from 1.
	Revision int
	Deleted  bool
	// TakenDown is why moderators hid the words; empty if they didn't. The body is empty
	// then.
	TakenDown ReportReason
	Seq       int64
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
//
// Lang is the language of the comment; empty if its letters tell, as in what follows.
type NewThread struct {
	ID, Comment, Statement app.ID
	Pick
	Body, Lang string
}

// NewRemark is something to be said about an amendment. ID is that of the comment.
type NewRemark struct {
	ID, Statement, Amendment app.ID
	Body, Lang               string
}

// NewComment is something to be said in a thread; Parent is the comment it
// answers, if any.
type NewComment struct {
	ID, Thread, Parent app.ID
	Body, Lang         string
}

// NewWording is what a comment is to say from now on; Revision is the one its author saw.
type NewWording struct {
	Body, Lang string
	Revision   int
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
// first; Among selects some by their ids, a Clause those that hang on it, Mine those that the
// reader opened. Read is the language that the excerpts are to be in, where somebody put them
// into it; empty is as they were written.
type ListOptions struct {
	Among  []app.ID
	Clause string
	Mine   bool
	Read   string
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
	Opened       Kind = "opened"
	Posted       Kind = "posted"
	Revised      Kind = "revised"
	Deleted      Kind = "deleted"
	Resolved     Kind = "resolved"
	Reopened     Kind = "reopened"
	Attached     Kind = "attached"     // to other words, or another clause
	Hidden       Kind = "hidden"       // a comment, by moderators
	Restored     Kind = "restored"     // the same, after all
	Translated   Kind = "translated"   // a comment, by somebody
	Checked      Kind = "checked"      // a translation of a comment, and found right
	Untranslated Kind = "untranslated" // a comment, whose translation was taken back
	Stepped      Kind = "stepped"      // the statement, to another phase
	Signed       Kind = "signed"       // an amendment, by one more
	Reworded     Kind = "reworded"     // an amendment, by adopting another one
	Archived     Kind = "archived"     // the group of the statement
	Resumed      Kind = "resumed"      // the same, which works again
)

// Activity is one thing that happened in a statement's threads, or to one of its
// amendments. Seq counts without a gap within the statement. Comment is empty for
// Resolved, Reopened and Attached; for Opened it is the first comment, which has no Posted
// of its own. If an amendment came to another state, Amendment is which one, Kind its
// state, and Thread is empty; so it is for Signed and Reworded.
type Activity struct {
	Seq             int64
	Kind            Kind
	Thread, Comment app.ID
	Amendment       app.ID
}

// Tally is what is said in one thread.
type Tally struct {
	Thread           app.ID
	Clause           string
	Open             bool
	Comments, Unread int
}

// Count is what is said about one clause, or, under the empty clause id, about
// the statement as a whole. Threads counts the open ones.
type Count struct{ Threads, Comments, Unread int }

// Place is a clause as a signpost, in the order of the text.
type Place struct{ CID, Number, Excerpt string }
