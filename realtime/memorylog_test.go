package realtime

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"madang/app"
)

// memoryLog is a log whose failures a test can order.
type memoryLog struct {
	mu      sync.Mutex
	cast    *cast
	docs    map[app.ID]*memoryDocument
	refused []app.LiveRefusal
	fail    error         // what the next Append fails with, once
	down    bool          // nothing works
	hold    chan struct{} // Append waits for it, if not nil
	waiting int           // Appends that wait for hold
	held    []app.LiveHold
	lost    map[app.ID]int    // by persona
	edits   map[app.ID]app.ID // who made which
	split   map[string]string
	merged  map[string]string
}

type memoryDocument struct {
	app.LiveDocument
	compacted int64
}

func newMemoryLog(c *cast) *memoryLog {
	return &memoryLog{cast: c, docs: map[app.ID]*memoryDocument{}, lost: map[app.ID]int{}, edits: map[app.ID]app.ID{},
		split: map[string]string{}, merged: map[string]string{}}
}

func (l *memoryLog) Create(_ context.Context, doc app.ID, first app.LiveChange) (app.LiveHead, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.docs[doc] != nil {
		return app.LiveHead{}, app.Conflict("live.exists")
	}
	l.docs[doc] = &memoryDocument{LiveDocument: app.LiveDocument{
		Head: app.LiveHead{Epoch: 1}, Clients: map[uint64]app.ID{},
	}}
	return l.docs[doc].Head, l.commit(doc, first)
}

func (l *memoryLog) Append(ctx context.Context, doc app.ID, epoch int64, changes []app.LiveChange) (app.LiveCommit, error) {
	l.mu.Lock()
	hold := l.hold
	if hold != nil {
		l.waiting++
	}
	l.mu.Unlock()
	if hold != nil {
		select {
		case <-hold:
		case <-ctx.Done():
			return app.LiveCommit{}, ctx.Err()
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.failure(); err != nil {
		return app.LiveCommit{}, err
	}
	if l.docs[doc].Head.Epoch != epoch {
		return app.LiveCommit{}, app.Gone("live.epoch")
	}
	for _, change := range changes {
		if change.Knows < l.docs[doc].Schema {
			return app.LiveCommit{}, app.LiveNewer()
		}
	}
	commit := app.LiveCommit{}
	for _, change := range changes {
		commit.Refused = append(commit.Refused, l.commit(doc, change))
	}
	commit.Head = l.docs[doc].Head
	return commit, nil
}

func (l *memoryLog) isHolding() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.waiting > 0
}

func (l *memoryLog) failure() error {
	if l.down {
		return app.Unavailable(context.DeadlineExceeded)
	}
	err := l.fail
	l.fail = nil
	return err
}

func (l *memoryLog) commit(doc app.ID, change app.LiveChange) error {
	d := l.docs[doc]
	if err := l.cast.stands(change.By); err != nil {
		return err
	}
	if l.edits[change.Edit] != "" {
		return app.Conflict("live.repeated")
	}
	if change.Upon != 0 && change.Upon != d.Head.Seq {
		return app.Conflict("live.moved")
	}
	if lost := l.lost[change.Owner()] + change.Lost; change.Brake > 0 && change.Lost > 0 && lost > change.Brake {
		return app.Forbidden("live.held")
	}
	l.lost[change.Owner()] += change.Lost
	for _, client := range slices.Concat(change.Clients, change.Drawn) {
		if owner, bound := d.Clients[client]; bound && (owner != change.Owner() || slices.Contains(change.Drawn, client)) {
			return app.Forbidden("live.client_foreign")
		}
		d.Clients[client] = change.Owner()
	}
	maps.Copy(l.split, change.Split)
	maps.Copy(l.merged, change.Merged)
	if change.Edit != "" {
		l.edits[change.Edit] = change.Owner()
	}
	d.Head.Seq++
	d.Schema = max(d.Schema, change.Schema)
	d.Tail = append(d.Tail, app.LiveUpdate{Seq: d.Head.Seq, Schema: change.Schema, Update: change.Update})
	for _, run := range change.Authored {
		d.Runs = slices.DeleteFunc(d.Runs, func(r app.LiveRun) bool { return r.Client == run.Client && r.Clock == run.Clock })
		d.Runs = append(d.Runs, run)
	}
	return nil
}

func (l *memoryLog) IsDone(_ context.Context, _, edit, persona app.ID) (bool, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if by := l.edits[edit]; by != "" && by != persona {
		return false, app.Conflict("id.taken")
	}
	return l.edits[edit] != "", nil
}

func (l *memoryLog) Load(_ context.Context, doc app.ID) (app.LiveDocument, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.down {
		return app.LiveDocument{}, app.Unavailable(context.DeadlineExceeded)
	}
	d := l.docs[doc]
	if d == nil {
		return app.LiveDocument{}, app.NotFound()
	}
	stored := d.LiveDocument
	stored.Clients = map[uint64]app.ID{}
	for client, persona := range d.Clients {
		stored.Clients[client] = persona
	}
	stored.Runs = slices.Clone(d.Runs)
	stored.Tail = slices.Clone(d.Tail)
	return stored, nil
}

func (l *memoryLog) LoadAt(ctx context.Context, doc app.ID, at app.LiveHead) (app.LiveDocument, error) {
	stored, err := l.Load(ctx, doc)
	if err != nil {
		return stored, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	compacted := l.docs[doc].compacted
	if at.Epoch != stored.Head.Epoch || at.Seq > stored.Head.Seq || at.Seq < compacted {
		return app.LiveDocument{}, app.Gone("live.epoch")
	}
	stored.Head, stored.Tail = at, stored.Tail[:at.Seq-compacted]
	return stored, nil
}

func (l *memoryLog) Since(_ context.Context, doc app.ID, epoch, after int64) ([]app.LiveUpdate, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.down {
		return nil, app.Unavailable(context.DeadlineExceeded)
	}
	d := l.docs[doc]
	if d.Head.Epoch != epoch || after < d.compacted {
		return nil, app.Gone("live.epoch")
	}
	return slices.Clone(d.Tail[after-d.compacted:]), nil
}

func (l *memoryLog) Heads(_ context.Context, docs []app.ID) (map[app.ID]app.LiveHead, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.down {
		return nil, app.Unavailable(context.DeadlineExceeded)
	}
	heads := map[app.ID]app.LiveHead{}
	for _, doc := range docs {
		if d := l.docs[doc]; d != nil {
			heads[doc] = d.Head
		}
	}
	return heads, nil
}

func (l *memoryLog) Authors(_ context.Context, doc app.ID, _ int64) (map[uint64]app.ID, []app.LiveRun, error) {
	d, err := l.Load(context.Background(), doc)
	return d.Clients, d.Runs, err
}

func (l *memoryLog) Compact(_ context.Context, doc app.ID, head app.LiveHead, state []byte, _ time.Time) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	d := l.docs[doc]
	d.State = state
	d.Tail = d.Tail[head.Seq-d.compacted:]
	d.compacted = head.Seq
	return nil
}

func (l *memoryLog) Quarantine(_ context.Context, refusal app.LiveRefusal) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.refused = append(l.refused, refusal)
	return nil
}

func (l *memoryLog) Hold(_ context.Context, held app.LiveHold) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.held = append(l.held, held)
	return nil
}

func (l *memoryLog) Renew(_ context.Context, doc app.ID, epoch int64, at time.Time) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if d := l.docs[doc]; d.Head.Epoch == epoch {
		d.Head.Epoch, d.Begun = epoch+1, at
	}
	return nil
}

// forget takes the last n updates out of the log, as an older copy of the database has it.
func (l *memoryLog) forget(doc app.ID, n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	d := l.docs[doc]
	d.Tail = d.Tail[:len(d.Tail)-n]
	d.Head.Seq -= int64(n)
}
