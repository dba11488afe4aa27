package realtime

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"time"

	"madang/app"
	"madang/realtime/yjs"
)

// take judges, applies and commits edits as one batch, and answers each. What a
// change of role made void is tried once more if the new role permits it.
func (r *room) take(edits []edit, mayRetry bool) {
	edits, later, outcomes, err := r.judgeAll(edits)
	if err != nil {
		r.lose(slices.Concat(edits, later), err)
		return
	}
	var changes []app.LiveChange
	for _, o := range outcomes {
		if o.verdict == accepted {
			changes = append(changes, o.change)
		}
	}
	commit, err := r.append(changes)
	if err != nil {
		r.lose(slices.Concat(edits, later), err)
		return
	}
	again, anew := r.settleAll(edits, outcomes, commit)
	r.schedule()
	switch {
	case len(again) > 0 && mayRetry:
		r.take(r.restand(again), false)
	case len(again) > 0:
		for _, e := range again {
			r.expel(e.from, "live.role", e.raw)
		}
	}
	later = slices.DeleteFunc(slices.Concat(anew, later), func(e edit) bool { return !r.conns[e.from] })
	if len(later) > 0 {
		r.take(later, mayRetry)
	}
}

// judgeAll judges edits in order. One that spoils the document is refused, the
// document loaded again, and the others are judged anew. A hasty one waits, with all
// that came after it, until those before it are committed.
func (r *room) judgeAll(edits []edit) (now, later []edit, outcomes []outcome, err error) {
	for {
		if err := r.load(); err != nil {
			return edits, later, nil, err
		}
		outcomes, spoiled := r.judgeEach(edits)
		if spoiled < 0 {
			return edits, later, outcomes, nil
		}
		r.giveUp(nil)
		if o := outcomes[spoiled]; o.verdict == hasty {
			edits, later = edits[:spoiled], slices.Concat(edits[spoiled:], later)
		} else {
			edits = r.without(edits, edits[spoiled].from, o.code)
		}
	}
}

// judgeEach stops at the first edit that spoils the document; -1 if none does.
// After a refusal all else from the same connection is refused too.
func (r *room) judgeEach(edits []edit) (outcomes []outcome, spoiled int) {
	expelled := map[*conn]string{}
	for i, e := range edits {
		o := refusal(expelled[e.from])
		if o.code == "" {
			o = r.judge(e)
		}
		outcomes = append(outcomes, o)
		if o.spoiled {
			return outcomes, i
		}
		if o.verdict == refused {
			expelled[e.from] = o.code
		}
	}
	return outcomes, -1
}

// without refuses all that a connection sent and returns the others' edits.
func (r *room) without(edits []edit, c *conn, code string) []edit {
	var kept []edit
	for _, e := range edits {
		if e.from == c {
			r.expel(c, code, e.raw)
			continue
		}
		kept = append(kept, e)
	}
	return kept
}

// append commits changes and takes over the numbers they got. If other nodes
// committed in between, their updates are read first.
func (r *room) append(changes []app.LiveChange) (app.LiveCommit, error) {
	if len(changes) == 0 {
		return app.LiveCommit{Head: r.head}, nil
	}
	ctx, cancel := r.patience()
	defer cancel()
	commit, err := r.hub.log.Append(ctx, r.id, r.head.Epoch, changes)
	if err != nil {
		return app.LiveCommit{}, err
	}
	var updates [][]byte
	schema := 0
	for i, change := range changes {
		if commit.Refused[i] == nil {
			updates = append(updates, change.Update)
			schema = max(schema, change.Schema)
		}
	}
	r.hub.metrics.Batches.Add(1)
	r.hub.metrics.Updates.Add(int64(len(updates)))
	r.number(commit.Head, updates, schema)
	if len(updates) < len(changes) {
		r.giveUp(nil)
	}
	// What can't be loaded now is loaded by the next event that needs it.
	_ = r.load()
	return commit, nil
}

// number advances the head over the updates just committed, and over those of
// other nodes that got a number before them. If the latter can't be read the
// document is dropped, and loading it tells everybody what is missing.
func (r *room) number(head app.LiveHead, updates [][]byte, schema int) {
	if len(updates) == 0 {
		return
	}
	r.publish(head, updates, schema)
	first := head.Seq - int64(len(updates)) + 1
	if err := r.readUpTo(first); err != nil {
		r.giveUp(err)
		return
	}
	r.head, r.told = head, head.Seq
	r.tail += len(updates)
}

// settleAll answers each edit of a batch, in order, and returns those that were
// void because the author's role or the phase changed.
//
// Edits behind one that the log refused were judged upon it: what both delete, for
// one, was no effect of theirs. They are to be judged anew before they are answered.
func (r *room) settleAll(edits []edit, outcomes []outcome, commit app.LiveCommit) (again, anew []edit) {
	committed := 0
	for i, e := range edits {
		o := outcomes[i]
		var err error
		if o.verdict == accepted {
			err = commit.Refused[committed]
			committed++
		}
		switch {
		case o.verdict == refused:
			r.expel(e.from, o.code, e.raw)
		case app.IsCode(err, "role.changed") || app.IsCode(err, "phase.changed"):
			again = append(again, e)
		case app.IsCode(err, "live.held"):
			r.detain(e, o)
		case err != nil:
			r.expel(e.from, codeOfRefusal(err), e.raw)
		case slices.ContainsFunc(commit.Refused[:committed], isError):
			anew = append(anew, e)
			if o.verdict == accepted {
				r.spread(e, o)
			}
		case o.verdict == accepted:
			r.acknowledge(e, commit.Head.Seq)
			r.spread(e, o)
		default:
			r.acknowledge(e, commit.Head.Seq)
			if o.verdict == early {
				r.askFor(e)
			}
		}
	}
	return again, anew
}

func isError(err error) bool { return err != nil }

// spread sends a committed edit to the others.
func (r *room) spread(e edit, o outcome) {
	e.from.gap.asks = 0
	author := e.from
	if o.mended {
		author = nil
	}
	r.sendLater(o.change.Update, author)
	r.tellSplitters(o.splitters)
}

func codeOfRefusal(err error) string {
	var refusal *app.Error
	if errors.As(err, &refusal) {
		return refusal.Code
	}
	return "live.malformed"
}

// acknowledge answers one update: up to which clock its author's structs are
// committed, and the number the document has reached.
func (r *room) acknowledge(e edit, seq int64) {
	client := e.from.client
	for i, sent := range e.update.Ranges() {
		if i == 0 || sent.Client == e.from.client {
			client = sent.Client
		}
	}
	clock := uint64(0)
	if r.doc != nil {
		clock = r.doc.State(client)
	}
	e.from.send(ackFrame(client, int64(clock), seq))
}

// gap is how often a connection was asked for structs it left out.
type gap struct {
	asks int
	at   time.Time
	due  bool // something was left out since
}

// askFor asks for what an update builds on. A reconnecting client sends new
// typing before the part we lack, and has that ready.
func (r *room) askFor(e edit) {
	r.hub.metrics.Gaps.Add(1)
	e.from.gap.due = true
	r.askAgain(e.from, r.hub.steady())
}

func (r *room) askAgain(c *conn, now time.Time) {
	if !c.gap.due || now.Sub(c.gap.at) < r.hub.limits.GapEvery || r.doc == nil {
		return
	}
	if c.gap.asks >= r.hub.limits.Gap {
		r.expel(c, "live.gap", nil)
		return
	}
	c.gap = gap{asks: c.gap.asks + 1, at: now}
	c.send(syncFrame(syncStep1, yjs.EncodeStateVector(r.doc.StateVector())))
}

// restand asks how the authors of void edits stand now, tells their connections,
// and returns the edits that may be tried again.
func (r *room) restand(edits []edit) []edit {
	ctx, cancel := r.patience()
	defer cancel()
	var seats []Seat
	for _, e := range edits {
		seats = append(seats, e.from.seat)
	}
	now, err := r.hub.doorman.Standings(ctx, seats)
	if err != nil {
		r.lose(edits, err)
		return nil
	}
	var again []edit
	for _, e := range edits {
		m, stands := now.Members[e.from.seat]
		if !stands || !m.May(app.Draft) {
			r.expel(e.from, "live.role", e.raw)
		}
		e.from.stand(now)
		if stands && m.May(app.Draft) {
			again = append(again, e)
		}
	}
	return again
}

// lose tells the authors of a batch that it was not saved: their connections end
// with "come back", and a client that comes back sends what is missing. Where that is so
// for want of room they are told so before, and come back less often. The document is
// dropped, for it holds what was not committed.
func (r *room) lose(edits []edit, err error) {
	r.hub.metrics.Unsaved.Add(1)
	r.giveUp(err)
	f := farewellFor(err)
	if f.code == closeEpoch {
		r.endAll(f)
	}
	isFull := app.IsCode(err, "storage.full")
	for _, e := range edits {
		if isFull {
			e.from.send(noticeFrame("full", "error.storage.full"))
			f.reason = retryReason(5 * time.Second)
		}
		e.from.goodbye(f.code, f.reason)
	}
}

// expel refuses an update and listens to its sender no more: what follows builds
// on what isn't there.
func (r *room) expel(c *conn, code string, raw []byte) {
	delete(r.conns, c)
	r.hub.refuse(c, code, raw)
}

// refuse ends a connection whose client can't go on with its document, says why,
// and keeps for 30 days what it sent.
func (h *Hub) refuse(c *conn, code string, raw []byte) {
	h.metrics.Refusals.Add(1)
	if incidents[code] && !c.room.isNew(h.clock()) {
		h.metrics.Incidents.Add(1)
		h.metrics.IncidentAt.Store(h.clock().Unix())
	}
	h.logger.Warn("update refused", "document", c.room.id, "code", code, "bytes", len(raw))
	c.send(refusalFrame(code))
	c.goodbye(closeRebuild, "error."+code)
	if len(raw) > 0 {
		h.spawn(func() { h.quarantine(c, code, raw) })
	}
}

func (h *Hub) quarantine(c *conn, code string, raw []byte) {
	ctx, cancel := context.WithTimeout(h.ctx, h.limits.Commit)
	defer cancel()
	err := h.log.Quarantine(ctx, app.LiveRefusal{
		Document: c.room.id, Persona: c.persona(), At: h.clock(), Code: code, Update: raw,
	})
	if err != nil {
		h.logger.Error("refused update not kept", "document", c.room.id, "err", err)
	}
}

// draw returns the client id for the server's own edits on behalf of a persona.
// It is drawn from above 32 bits, where no Yjs client draws its own, bound when
// the first edit under it commits, and forgotten with the document, so that no
// two nodes and no two lives of a node ever share one.
func (r *room) draw(persona app.ID) uint64 {
	if r.drawn[persona] == 0 {
		r.drawn[persona] = 1<<32 + rand.Uint64N(maxSafe-1<<32)
	}
	return r.drawn[persona]
}
