package thread

import (
	"context"
	"time"

	"madang/app"
	"madang/app/prose"
	"madang/app/seal"
)

// Gate answers whether a person may read or speak here now; a refusal can be
// shown to them. It is answered by statement.
type Gate interface {
	// MayComment also makes sure that the clause exists.
	MayComment(ctx context.Context, actor app.Actor, on app.Ref) (app.Membership, error)
	MayRead(ctx context.Context, actor app.Actor, statement app.ID) (app.Membership, error)
}

// Places answers which clauses a statement has, in order, and which have words of each
// other.
type Places interface {
	Places(ctx context.Context, statement app.ID) ([]Place, error)
	// Relatives returns, by clause, those it was split from or into or merged with,
	// nearest first; they may be gone.
	Relatives(ctx context.Context, statement app.ID) (map[string][]string, error)
}

// Text answers what a statement says now, and where words of it went. It is answered
// by realtime.
type Text interface {
	// Anchor has choose pick words of the committed text, and completes the anchor
	// with what the live text knows of them.
	Anchor(ctx context.Context, statement app.ID, choose func(prose.Doc) (prose.Anchor, error)) (prose.Anchor, error)
	// Follow returns the committed text, and for each anchor what it knows of its words.
	Follow(ctx context.Context, statement app.ID, anchors []prose.Anchor) (prose.Doc, []prose.Live, error)
}

// Announcer tells open pages that something happened. It is a hint: pages look
// at the database anyway, only later.
type Announcer interface {
	Announce(ctx context.Context, statement app.ID, seq int64)
}

// Act is one thing done in a thread, as the store writes it: together with its
// row of activity, in one transaction, while By stands.
type Act struct {
	By        app.Standing
	At        time.Time
	Statement app.ID
	Kind      Kind
	Thread    app.ID
	Comment   app.ID
	// Amendment is what a thread that is opened is about, if that is an amendment.
	Amendment app.ID
	// Lang is the language of a comment that is posted or revised.
	Lang string
}

// Store keeps threads. A reader is the persona for whom unread is counted.
// Every write commits with its activity and returns its number; it is Conflict
// "role.changed" if Act.By no longer stands.
type Store interface {
	// StatementOf returns which statement a thread is about, or NotFound.
	StatementOf(ctx context.Context, thread app.ID) (app.ID, error)
	// Thread returns a thread with its settlements, or NotFound.
	Thread(ctx context.Context, id, reader app.ID) (Thread, error)
	// Threads lists a statement's threads by SortNewest or SortOldest; with a clause,
	// those that were attached to it or to any words.
	Threads(ctx context.Context, statement, reader app.ID, o ListOptions) ([]Thread, error)
	// ThreadAbout returns the thread of an amendment, or NotFound.
	ThreadAbout(ctx context.Context, amendment app.ID) (app.ID, error)
	// Comment returns a comment, or NotFound.
	Comment(ctx context.Context, id, reader app.ID) (Comment, error)
	// Comments lists up to limit comments of a thread whose Seq is above after,
	// ascending; or, newest first, those below after (0: from the end).
	Comments(ctx context.Context, thread, reader app.ID, after int64, limit int, newest bool) ([]Comment, error)
	// Revisions lists a comment's wordings, the present one last.
	Revisions(ctx context.Context, comment app.ID) ([]Revision, error)
	// Translations lists all translations of a comment by language, oldest first.
	Translations(ctx context.Context, comment app.ID) ([]Translation, error)
	// Languages lists those of the group that a statement belongs to.
	Languages(ctx context.Context, statement app.ID) ([]string, error)
	// Tallies counts by thread.
	Tallies(ctx context.Context, statement, reader app.ID) ([]Tally, error)
	// Words lists what a statement's threads on words are about, by thread; unless among
	// is nil only that of those.
	Words(ctx context.Context, statement app.ID, among []app.ID) (map[app.ID]Words, error)
	// Activities lists what happened after a number.
	Activities(ctx context.Context, statement app.ID, after int64) ([]Activity, error)
	// Heads returns, in one query, the number of each statement's last activity.
	Heads(ctx context.Context, statements []app.ID) (map[app.ID]int64, error)

	// Open keeps a thread and its first comment; Conflict "id.taken" if either id is, or
	// if the amendment that it is about has a thread.
	// The anchor is nil for a thread on all of the clause, or of the statement.
	Open(ctx context.Context, act Act, clause string, on *prose.Anchor, body string) (int64, error)
	// Attach keeps what a thread hangs on from now on; what it hung on stays kept.
	Attach(ctx context.Context, act Act, clause string, on *prose.Anchor) (int64, error)
	// Post keeps a comment if the thread is open, else Conflict "thread.resolved";
	// Conflict "id.taken" if the id is.
	Post(ctx context.Context, act Act, parent app.ID, body string) (int64, error)
	// Revise keeps a new wording, and the old one as history, if the comment
	// still has the revision and isn't deleted, else Conflict "comment.changed".
	Revise(ctx context.Context, act Act, body string, revision int) (int64, error)
	// Relabel keeps that a comment is in another language, if it still has words, else
	// Conflict "comment.changed".
	Relabel(ctx context.Context, act Act) (int64, error)
	// Translate keeps a translation of Act.Comment, if that has words, else Conflict
	// "tongue.gone", and if the newest one into that language is still the base, else
	// Conflict "tongue.changed"; Conflict "id.taken" if the id is.
	Translate(ctx context.Context, act Act, wish NewTranslation) (int64, error)
	// Review keeps that somebody found a translation right, the author of the comment or
	// not, if it is the newest and of the comment's wording, else Conflict "tongue.moved".
	Review(ctx context.Context, act Act, t Translation, isAuthor bool) (int64, error)
	// Withdraw takes the words of a translation out of reach, and of what the same person
	// translated into that language before, if somebody else didn't already, else Conflict
	// "tongue.moved".
	Withdraw(ctx context.Context, act Act, t Translation) (int64, error)
	// Delete takes the words, their history and their translations out of reach, if the
	// comment isn't deleted, else Conflict "comment.changed".
	Delete(ctx context.Context, act Act) (int64, error)
	// Settle resolves or reopens, if the thread is in the other state, else
	// Conflict "thread.resolved" or "thread.open".
	Settle(ctx context.Context, act Act, reason string) (int64, error)
	// Case returns that of a comment, with its steps; one that nobody reported has none.
	Case(ctx context.Context, comment app.ID) (Case, error)
	// Chairs lists the memberships of those who chair a group now.
	Chairs(ctx context.Context, group app.ID) ([]app.Membership, error)
	// WaitingCases lists the comments of a group about which moderators have to decide, with
	// their cases, longest waiting first.
	WaitingCases(ctx context.Context, group app.ID, limit int) ([]Reported, error)
	// KeepCase keeps the last step of a case, unless it is kept already; Conflict
	// "case.changed" if another one came in between. Everybody's pages are told only of an
	// act that hides or brings back: with sealed words the comment's wordings and their
	// translations are taken out of reach, with bare ones they come back.
	KeepCase(ctx context.Context, act Act, after Case, sealed *Sealed, bare *Bare) (int64, error)
	// SealedWords returns what KeepCase sealed of comments, wordings and translations. Those
	// of which nothing is sealed aren't among it.
	SealedWords(ctx context.Context, comments []app.ID) (map[app.ID]SealedWords, error)
	// MarkRead remembers how far the reader has read; never backwards.
	MarkRead(ctx context.Context, thread, reader app.ID, upTo int64) error
}

// Service is what people do in threads.
type Service struct {
	store     Store
	gate      Gate
	places    Places
	text      Text
	announcer Announcer
	sealer    seal.Sealer
	clock     app.Clock
}

// New returns the service over a store. What is taken down is sealed with the forum's secret.
func New(store Store, gate Gate, places Places, text Text, announcer Announcer, secret []byte, clock app.Clock) *Service {
	return &Service{store: store, gate: gate, places: places, text: text, announcer: announcer, sealer: seal.New(secret), clock: clock}
}
