package db

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/jmoiron/sqlx"

	"madang/app"
	"madang/app/statement"
)

// LiveLog implements realtime.Log. What several documents have to commit at the same
// time goes into one transaction: an fsync costs more than all the rows in it.
type LiveLog struct {
	*DB
	mu      sync.Mutex
	waiting []*batched
	busy    bool
	more    chan struct{} // something waits that drain hasn't seen
}

// NewLiveLog returns the log of a database.
func NewLiveLog(d *DB) *LiveLog { return &LiveLog{DB: d, more: make(chan struct{}, 1)} }

// clientsADay is how many client ids a persona may begin to use in a document and
// day: every opened editor is one.
const clientsADay = 100

// commitTime bounds one transaction of the log.
const commitTime = 10 * time.Second

// What every commit runs.
const (
	headOf     = `SELECT seq, schema_number FROM documents WHERE id = $1 AND epoch = $2`
	moveHead   = `UPDATE documents SET seq = $1, schema_number = $2 WHERE id = $3 AND epoch = $4`
	keepUpdate = `
		INSERT INTO live_updates (document_id, epoch, seq, persona_id, at, clauses, added, removed, lost, edit_id, schema_number, bytes, key_id)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`
	keepRun = `
		INSERT INTO live_runs (document_id, epoch, client, clock, length, persona_id) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (document_id, epoch, client, clock) DO UPDATE SET length = excluded.length, persona_id = excluded.persona_id`
)

func (l *LiveLog) everyCommit() []string {
	return []string{l.dialect.locked(headOf), l.dialect.standing(standingIn), moveHead, keepUpdate, keepRun}
}

// batched is one document's changes on their way into the database.
type batched struct {
	doc     app.ID
	epoch   int64
	changes []app.LiveChange
	commit  app.LiveCommit
	err     error
	done    chan struct{}
}

// Append implements realtime.Log. It waits for the database whatever becomes of
// ctx: what may have been committed must not be reported as lost.
func (l *LiveLog) Append(_ context.Context, doc app.ID, epoch int64, changes []app.LiveChange) (app.LiveCommit, error) {
	a := &batched{doc: doc, epoch: epoch, changes: changes, done: make(chan struct{})}
	l.mu.Lock()
	l.waiting = append(l.waiting, a)
	if !l.busy {
		l.busy = true
		go l.drain()
	}
	l.mu.Unlock()
	select {
	case l.more <- struct{}{}:
	default:
	}
	<-a.done
	return a.commit, a.err
}

// lingers is how long drain waits for more. A commit needs a deep stack; growing it anew
// for each was 3 % of the processor time of a server with 20 people typing.
const lingers = time.Second

// drain commits what waits, batch after batch, until nothing has come for a while.
func (l *LiveLog) drain() {
	idle := time.NewTimer(lingers)
	defer idle.Stop()
	for {
		select {
		case <-l.more:
		case <-idle.C:
			if l.rest() {
				return
			}
		}
		for batch := l.take(); len(batch) > 0; batch = l.take() {
			l.commit(batch)
		}
		idle.Reset(lingers)
	}
}

func (l *LiveLog) take() []*batched {
	l.mu.Lock()
	defer l.mu.Unlock()
	batch := l.waiting
	l.waiting = nil
	return batch
}

// rest lets the next Append start another drain, unless something waits.
func (l *LiveLog) rest() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.busy = len(l.waiting) > 0
	return !l.busy
}

// commit writes a batch in one transaction. If that fails each document is tried by
// itself, so that none suffers for another.
func (l *LiveLog) commit(batch []*batched) {
	if err := l.together(batch); err != nil {
		for _, a := range batch {
			a.err = err
			if len(batch) > 1 {
				a.err = l.together([]*batched{a})
			}
		}
	}
	for _, a := range batch {
		close(a.done)
	}
}

// together writes a batch. Documents are locked in the order of their ids: two nodes
// never wait for each other.
func (l *LiveLog) together(batch []*batched) error {
	ctx, cancel := context.WithTimeout(context.Background(), commitTime)
	defer cancel()
	slices.SortStableFunc(batch, func(a, b *batched) int { return cmp.Compare(a.doc, b.doc) })
	for _, query := range l.everyCommit() {
		if _, err := l.writer.prepare(ctx, query); err != nil {
			return err
		}
	}
	return l.write(ctx, func(tx *tx) error {
		t := logTx{tx: tx, standing: map[app.Standing]error{}}
		for _, a := range batch {
			if err := t.append(ctx, a); err != nil {
				return err
			}
		}
		return nil
	})
}

// logTx is a transaction of the log; it asks for each standing once.
type logTx struct {
	*tx
	standing map[app.Standing]error
}

// writtenHead is where a document stands to whoever writes.
type writtenHead struct {
	Seq    int64 `db:"seq"`
	Schema int   `db:"schema_number"`
}

// append writes one document's changes. What only concerns that document is noted in
// it; an error that comes back spoils the transaction.
func (t logTx) append(ctx context.Context, a *batched) error {
	a.commit, a.err = app.LiveCommit{Refused: make([]error, len(a.changes))}, nil
	head, err := one[writtenHead](ctx, t, t.dialect.locked(headOf), a.doc, a.epoch)
	if app.KindOf(err) == app.KindNotFound {
		a.err = app.Gone("live.epoch")
		return nil
	}
	if err != nil {
		return err
	}
	if slices.ContainsFunc(a.changes, func(c app.LiveChange) bool { return max(c.Knows, 1) < head.Schema }) {
		a.err = app.LiveNewer()
		return nil
	}
	seq, schema := head.Seq, head.Schema
	for i, change := range a.changes {
		refused, err := t.admit(ctx, a.doc, a.epoch, seq, change)
		if err != nil {
			return err
		}
		if a.commit.Refused[i] = refused; refused != nil {
			continue
		}
		seq++
		schema = max(schema, change.Schema)
		if err := t.keep(ctx, a.doc, a.epoch, seq, change); err != nil {
			return err
		}
	}
	a.commit.Head = app.LiveHead{Epoch: a.epoch, Seq: seq}
	if seq == head.Seq {
		return nil
	}
	_, err = t.run(ctx, moveHead, seq, schema, a.doc, a.epoch)
	return err
}

// admit decides whether a change may be written behind the update numbered seq, and
// binds its client ids.
func (t logTx) admit(ctx context.Context, doc app.ID, epoch, seq int64, c app.LiveChange) (refused, err error) {
	if refused, err = t.stands(ctx, c.By); refused != nil || err != nil {
		return refused, err
	}
	if refused, err = repeated(ctx, t, doc, c.Edit, c.Owner()); refused != nil || err != nil {
		return refused, err
	}
	if c.Upon != 0 && c.Upon != seq {
		return app.Conflict("live.moved"), nil
	}
	if refused, err = t.brake(ctx, doc, epoch, c); refused != nil || err != nil {
		return refused, err
	}
	if c.Hold != "" {
		if refused, err = t.releases(ctx, c); refused != nil || err != nil {
			return refused, err
		}
	}
	if len(c.Clients)+len(c.Drawn) == 0 {
		return nil, nil
	}
	return t.bind(ctx, doc, epoch, c)
}

// repeated says whether an edit was committed before: Conflict "live.repeated", or
// "id.taken" if it was another persona's.
func repeated(ctx context.Context, q sqlx.QueryerContext, doc, edit, persona app.ID) (refused, err error) {
	if edit == "" {
		return nil, nil
	}
	owner, err := one[app.ID](ctx, q, `SELECT persona_id FROM live_updates WHERE document_id = $1 AND edit_id = $2`, doc, edit)
	switch {
	case app.KindOf(err) == app.KindNotFound:
		return nil, nil
	case err != nil:
		return nil, err
	case owner != persona:
		return app.Conflict("id.taken"), nil
	}
	return app.Conflict("live.repeated"), nil
}

// IsDone implements realtime.Log.
func (l *LiveLog) IsDone(ctx context.Context, doc, edit, persona app.ID) (bool, error) {
	refused, err := repeated(ctx, l.read, doc, edit, persona)
	if err != nil {
		return false, err
	}
	if app.IsCode(refused, "live.repeated") {
		return true, nil
	}
	return false, refused
}

func (t logTx) stands(ctx context.Context, s app.Standing) (refused, err error) {
	refused, known := t.standing[s]
	if known {
		return refused, nil
	}
	err = t.stand(ctx, s)
	if app.KindOf(err) == app.KindConflict {
		refused, err = err, nil
	}
	if err == nil {
		t.standing[s] = refused
	}
	return refused, err
}

// bind gives the change's client ids to its persona.
func (t logTx) bind(ctx context.Context, doc app.ID, epoch int64, c app.LiveChange) (refused, err error) {
	bound, err := t.boundTo(ctx, doc, epoch, slices.Concat(c.Clients, c.Drawn))
	if err != nil {
		return nil, err
	}
	day := millis(c.At.Truncate(24 * time.Hour))
	fresh := 0
	for _, client := range slices.Concat(c.Clients, c.Drawn) {
		owner, taken := bound[client]
		if taken && (owner != c.Owner() || slices.Contains(c.Drawn, client)) {
			return app.Forbidden("live.client_foreign"), nil
		}
		if !taken {
			fresh++
		}
	}
	used, err := one[int](ctx, t, `
		SELECT COUNT(*) FROM live_clients WHERE document_id = $1 AND epoch = $2 AND persona_id = $3 AND day = $4`,
		doc, epoch, c.Owner(), day)
	if err != nil {
		return nil, err
	}
	if len(c.Clients) > 0 && used+fresh > clientsADay {
		return app.Forbidden("live.clients", "max", clientsADay), nil
	}
	for _, client := range slices.Concat(c.Clients, c.Drawn) {
		if _, err := t.run(ctx, `
			INSERT INTO live_clients (document_id, epoch, client, persona_id, day) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT DO NOTHING`, doc, epoch, int64(client), c.Owner(), day); err != nil {
			return nil, err
		}
	}
	return nil, nil
}

type clientRow struct {
	Client  int64  `db:"client"`
	Persona app.ID `db:"persona_id"`
}

func (t logTx) boundTo(ctx context.Context, doc app.ID, epoch int64, clients []uint64) (map[uint64]app.ID, error) {
	params, args := listed(3, signed(clients))
	rows, err := all[clientRow](ctx, t, `
		SELECT client, persona_id FROM live_clients WHERE document_id = $1 AND epoch = $2 AND client IN (`+params+`)`,
		append([]any{doc, epoch}, args...)...)
	return byClient(rows), err
}

// signed makes numbers of client ids that both databases keep: client ids are below
// 2^53, as the browser's numbers are.
func signed(clients []uint64) []int64 {
	list := make([]int64, len(clients))
	for i, client := range clients {
		list[i] = int64(client)
	}
	return list
}

func byClient(rows []clientRow) map[uint64]app.ID {
	bound := map[uint64]app.ID{}
	for _, row := range rows {
		bound[uint64(row.Client)] = row.Persona
	}
	return bound
}

// keep writes one change.
func (t logTx) keep(ctx context.Context, doc app.ID, epoch, seq int64, c app.LiveChange) error {
	keyID, update := seal(string(c.Update))
	if _, err := t.run(ctx, keepUpdate,
		doc, epoch, seq, c.Owner(), millis(c.At), strings.Join(c.Clauses, " "), c.Added, c.Removed, c.Lost, c.Edit, max(c.Schema, 1), []byte(update), keyID); err != nil {
		return err
	}
	for _, run := range c.Authored {
		if _, err := t.run(ctx, keepRun,
			doc, epoch, int64(run.Client), run.Clock, run.Length, run.Persona); err != nil {
			return err
		}
	}
	return t.keepDescents(ctx, doc, c)
}

// Create implements realtime.Log.
func (l *LiveLog) Create(ctx context.Context, doc app.ID, first app.LiveChange) (app.LiveHead, error) {
	head := app.LiveHead{Epoch: 1, Seq: 1}
	err := l.write(ctx, func(tx *tx) error {
		made, err := tx.run(ctx, `
			INSERT INTO documents (id, epoch, seq, created_at, schema_number) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (id) DO NOTHING`,
			doc, head.Epoch, head.Seq, millis(first.At), max(first.Schema, 1))
		if err != nil {
			return err
		}
		if made == 0 {
			return app.Conflict("live.exists")
		}
		t := logTx{tx: tx, standing: map[app.Standing]error{}}
		refused, err := t.admit(ctx, doc, head.Epoch, 0, first)
		if err := cmp.Or(err, refused); err != nil {
			return err
		}
		return t.keep(ctx, doc, head.Epoch, head.Seq, first)
	})
	return head, err
}

type headRow struct {
	ID    app.ID `db:"id"`
	Epoch int64  `db:"epoch"`
	Seq   int64  `db:"seq"`
}

// Heads implements realtime.Log.
func (l *LiveLog) Heads(ctx context.Context, docs []app.ID) (map[app.ID]app.LiveHead, error) {
	heads := map[app.ID]app.LiveHead{}
	if len(docs) == 0 {
		return heads, nil
	}
	params, args := listed(1, docs)
	rows, err := all[headRow](ctx, l.read, `SELECT id, epoch, seq FROM documents WHERE id IN (`+params+`)`, args...)
	for _, row := range rows {
		heads[row.ID] = app.LiveHead{Epoch: row.Epoch, Seq: row.Seq}
	}
	return heads, err
}

type stateRow struct {
	Seq    int64  `db:"seq"`
	Schema int    `db:"schema_number"` // of updates
	Bytes  []byte `db:"bytes"`
	KeyID  string `db:"key_id"`
}

// Load implements realtime.Log. If the document is compacted by another node while it
// is read, it is read again: the newer state has what the log no longer has.
func (l *LiveLog) Load(ctx context.Context, doc app.ID) (app.LiveDocument, error) {
	for range attempts {
		stored, err := l.load(ctx, doc)
		if app.KindOf(err) != app.KindGone {
			return stored, err
		}
	}
	return app.LiveDocument{}, app.Unavailable(errors.New("db: the document is compacted faster than it can be read"))
}

// load reads the head first: what is committed meanwhile belongs to the next look.
func (l *LiveLog) load(ctx context.Context, doc app.ID) (app.LiveDocument, error) {
	head, err := one[struct {
		headRow
		Begun  int64 `db:"epoch_at"`
		Schema int   `db:"schema_number"`
	}](ctx, l.read, `SELECT id, epoch, seq, epoch_at, schema_number FROM documents WHERE id = $1`, doc)
	if err != nil {
		return app.LiveDocument{}, err
	}
	stored := app.LiveDocument{Head: app.LiveHead{Epoch: head.Epoch, Seq: head.Seq}, Schema: head.Schema, Begun: moment(head.Begun)}
	after, err := l.loadState(ctx, doc, &stored)
	if err != nil {
		return app.LiveDocument{}, err
	}
	if stored.Tail, err = l.updates(ctx, doc, stored.Head, after); err != nil {
		return app.LiveDocument{}, err
	}
	stored.Clients, stored.Runs, err = l.Authors(ctx, doc, head.Epoch)
	return stored, err
}

// loadState reads the compacted state, if there is one. A state that is newer than
// the head that was read moves the head on.
func (l *LiveLog) loadState(ctx context.Context, doc app.ID, stored *app.LiveDocument) (after int64, err error) {
	state, err := one[stateRow](ctx, l.read, `SELECT seq, bytes, key_id FROM live_states WHERE document_id = $1 AND epoch = $2`, doc, stored.Head.Epoch)
	if app.KindOf(err) == app.KindNotFound {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	text, err := unseal(state.KeyID, string(state.Bytes))
	stored.State, stored.Head.Seq = []byte(text), max(stored.Head.Seq, state.Seq)
	return state.Seq, err
}

// Since implements realtime.Log.
func (l *LiveLog) Since(ctx context.Context, doc app.ID, epoch, after int64) ([]app.LiveUpdate, error) {
	heads, err := l.Heads(ctx, []app.ID{doc})
	if err != nil {
		return nil, err
	}
	if heads[doc].Epoch != epoch {
		return nil, app.Gone("live.epoch")
	}
	return l.updates(ctx, doc, heads[doc], after)
}

// updates reads the updates after a number up to the head; Gone "live.epoch" if the
// bytes of any of them are no longer there.
func (l *LiveLog) updates(ctx context.Context, doc app.ID, head app.LiveHead, after int64) ([]app.LiveUpdate, error) {
	rows, err := all[stateRow](ctx, l.read, `
		SELECT seq, schema_number, bytes, key_id FROM live_updates
		WHERE document_id = $1 AND epoch = $2 AND seq > $3 AND seq <= $4 ORDER BY seq`, doc, head.Epoch, after, head.Seq)
	if err != nil {
		return nil, err
	}
	updates := make([]app.LiveUpdate, len(rows))
	for i, row := range rows {
		if row.Bytes == nil {
			return nil, app.Gone("live.epoch")
		}
		text, err := unseal(row.KeyID, string(row.Bytes))
		if err != nil {
			return nil, err
		}
		updates[i] = app.LiveUpdate{Seq: row.Seq, Schema: row.Schema, Update: []byte(text)}
	}
	return updates, nil
}

// Authors implements realtime.Log.
func (l *LiveLog) Authors(ctx context.Context, doc app.ID, epoch int64) (map[uint64]app.ID, []app.LiveRun, error) {
	clients, err := all[clientRow](ctx, l.read, `SELECT client, persona_id FROM live_clients WHERE document_id = $1 AND epoch = $2`, doc, epoch)
	if err != nil {
		return nil, nil, err
	}
	runs, err := all[runRow](ctx, l.read, `
		SELECT client, clock, length, persona_id FROM live_runs
		WHERE document_id = $1 AND epoch = $2 ORDER BY client, clock`, doc, epoch)
	return byClient(clients), each(runs, runRow.run), err
}

type runRow struct {
	clientRow
	Clock  int64 `db:"clock"`
	Length int64 `db:"length"`
}

func (r runRow) run() app.LiveRun {
	return app.LiveRun{Client: uint64(r.Client), Clock: r.Clock, Length: r.Length, Persona: r.Persona}
}

// Compact implements realtime.Log. An older state never replaces a newer one.
func (l *LiveLog) Compact(ctx context.Context, doc app.ID, head app.LiveHead, state []byte, before time.Time) error {
	return l.write(ctx, func(tx *tx) error {
		keyID, bytes := seal(string(state))
		kept, err := tx.run(ctx, `
			INSERT INTO live_states (document_id, epoch, seq, bytes, key_id)
			SELECT id, epoch, $3, $4, $5 FROM documents WHERE id = $1 AND epoch = $2
			ON CONFLICT (document_id) DO UPDATE SET epoch = excluded.epoch, seq = excluded.seq, bytes = excluded.bytes, key_id = excluded.key_id
			WHERE live_states.epoch < excluded.epoch OR live_states.seq < excluded.seq`,
			doc, head.Epoch, head.Seq, []byte(bytes), keyID)
		if err != nil || kept == 0 {
			return err
		}
		_, err = tx.run(ctx, `
			UPDATE live_updates SET bytes = NULL
			WHERE document_id = $1 AND epoch = $2 AND seq <= $3 AND at < $4 AND bytes IS NOT NULL`,
			doc, head.Epoch, head.Seq, millis(before))
		return err
	})
}

// Quarantine implements realtime.Log. It also forgets what was refused more than 30
// days ago.
func (l *LiveLog) Quarantine(ctx context.Context, r app.LiveRefusal) error {
	return l.write(ctx, func(tx *tx) error {
		if _, err := tx.run(ctx, `DELETE FROM live_refusals WHERE at < $1`, millis(r.At.Add(-statement.KeptRefused))); err != nil {
			return err
		}
		keyID, bytes := seal(string(r.Update))
		_, err := tx.run(ctx, `
			INSERT INTO live_refusals (id, document_id, persona_id, at, code, bytes, key_id) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
			app.NewID(), r.Document, r.Persona, millis(r.At), r.Code, []byte(bytes), keyID)
		return err
	})
}
