package realtime

import (
	"context"
	"time"

	"madang/app"
)

// Log keeps the live text. It is the truth: what it has not committed nobody
// has seen, and what it has committed nobody can lose.
type Log interface {
	// Create begins a document at epoch 1 with its first change as number 1. A
	// document that exists already is Conflict "live.exists".
	Create(ctx context.Context, doc app.ID, first app.LiveChange) (app.LiveHead, error)
	// Append commits the changes of one document together, in order, and
	// returns when they are durable. A change that may not be committed comes
	// back in Refused and doesn't fail the others: among them, as "live.held", one by
	// which its author lost others more than Brake within app.BrakeWindow. An epoch that is over is Gone
	// "live.epoch"; a document beyond a change's Knows is app.LiveNewer; any other error means that nothing was committed.
	Append(ctx context.Context, doc app.ID, epoch int64, changes []app.LiveChange) (app.LiveCommit, error)
	// IsDone reports whether an edit (LiveChange.Edit) is committed. If another
	// persona made it, it is Conflict "id.taken".
	IsDone(ctx context.Context, doc, edit, persona app.ID) (bool, error)
	// Load returns the document as committed, or NotFound.
	Load(ctx context.Context, doc app.ID) (app.LiveDocument, error)
	// LoadAt returns the document as it stood at a head that it once had, without who wrote
	// what. If bytes that this takes were compacted away, or the epoch is over, it is Gone
	// "live.epoch".
	LoadAt(ctx context.Context, doc app.ID, at app.LiveHead) (app.LiveDocument, error)
	// Since returns the updates numbered after+1 and up, in order. If their
	// bytes were compacted away, or the epoch is over, it is Gone "live.epoch":
	// load instead.
	Since(ctx context.Context, doc app.ID, epoch, after int64) ([]app.LiveUpdate, error)
	// Heads answers, in one query, where each of the documents stands. Documents
	// that don't exist are absent.
	Heads(ctx context.Context, docs []app.ID) (map[app.ID]app.LiveHead, error)
	// Authors returns who wrote what in the document, and whose its client ids are.
	Authors(ctx context.Context, doc app.ID, epoch int64) (map[uint64]app.ID, []app.LiveRun, error)
	// Compact keeps state as the whole document at head, and drops the bytes of
	// the updates it contains that were committed before the given time.
	Compact(ctx context.Context, doc app.ID, head app.LiveHead, state []byte, before time.Time) error
	// Renew lets the document's history go on under the next epoch, unless that given
	// is over already. At is when it begins.
	Renew(ctx context.Context, doc app.ID, epoch int64, at time.Time) error
	// Hold keeps an update that Append refused with "live.held", once however often
	// it is sent. If too many of the persona's wait already it is Conflict
	// "live.held_many".
	Hold(ctx context.Context, held app.LiveHold) error
	// Quarantine keeps a refused update for its author, for 30 days.
	Quarantine(ctx context.Context, refusal app.LiveRefusal) error
}
