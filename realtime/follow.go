package realtime

import (
	"madang/app"
	"madang/realtime/yjs"
)

// Nodes follow each other by notes, which may be lost, and by the log, which is
// complete. The log numbers each document's updates without a gap, so a node
// always knows whether it missed one.

// heed takes in what another node did.
func (r *room) heed(n note) {
	switch n.kind {
	case noteUpdate:
		r.followUpdate(n)
	case noteAwareness:
		if entries, err := parseAwareness(n.body); err == nil {
			r.presence.hear(entries, r.hub.steady())
			r.presentSoon()
		}
	case noteAwarenessQuery:
		r.publishPresence(r.presence.present())
	case noteSplit:
		r.noticeSplit(parsePersonas(n.body))
	}
}

// followUpdate applies the next update, ignores an older one, and reads the log
// where some are missing between.
func (r *room) followUpdate(n note) {
	if r.doc == nil || n.epoch == r.head.Epoch && n.seq <= r.head.Seq {
		return
	}
	if n.schema > r.hub.schema.Number() {
		r.outgrown()
		return
	}
	if n.epoch != r.head.Epoch || n.first != r.head.Seq+1 || len(n.body) == 0 {
		r.catchUp()
		if n.epoch == r.head.Epoch && n.seq > r.head.Seq {
			r.doubt(n.seq)
		}
		return
	}
	if err := r.integrate(n.body); err != nil {
		r.giveUp(err)
		return
	}
	r.head.Seq, r.told = n.seq, n.seq
	r.tail += int(n.seq - n.first + 1)
	r.schedule()
}

// integrate applies a committed update of another node.
func (r *room) integrate(update []byte) error {
	u, err := yjs.Decode(update, yjs.Limits{})
	if err != nil {
		return err
	}
	effect, err := r.doc.Apply(u)
	if err != nil {
		return err
	}
	for _, s := range r.splits.in(r.doc, effect, u.Deletes()) {
		r.splits.learn(s)
	}
	added, removed := extent(effect)
	r.length += added - removed
	r.size += len(update)
	r.stale = true
	r.touched([]*yjs.Effect{effect})
	r.sendLater(update, nil)
	return nil
}

// catchUp reads from the log what other nodes committed.
func (r *room) catchUp() {
	ctx, cancel := r.patience()
	defer cancel()
	updates, err := r.hub.log.Since(ctx, r.id, r.head.Epoch, r.head.Seq)
	if err != nil && app.KindOf(err) == app.KindGone {
		r.giveUp(nil)
		err = r.load()
	}
	if err != nil {
		r.hub.logger.Warn("log out of reach", "document", r.id, "err", err)
		return
	}
	for _, u := range updates {
		if u.Schema > r.hub.schema.Number() {
			r.outgrown()
			return
		}
		if err := r.integrate(u.Update); err != nil {
			r.giveUp(err)
			return
		}
		r.head.Seq, r.told = u.Seq, u.Seq
		r.tail++
	}
	r.schedule()
}

// resume makes up for what may have been missed while nothing was heard from the
// other nodes.
func (r *room) resume() {
	if r.doc != nil {
		r.catchUp()
	}
	r.hub.tell(r.id, note{kind: noteAwarenessQuery, about: r.id})
	r.publishPresence(r.presence.present())
}

// learnAuthors reads what other nodes stored about authors.
func (r *room) learnAuthors() {
	if !r.stale {
		return
	}
	r.stale = false
	ctx, cancel := r.patience()
	defer cancel()
	clients, runs, err := r.hub.log.Authors(ctx, r.id, r.head.Epoch)
	if err != nil {
		r.hub.logger.Warn("authors unknown", "document", r.id, "err", err)
		return
	}
	for client, persona := range clients {
		r.clients[client] = persona
	}
	r.authors.learn(runs)
}

// readUpTo integrates what other nodes committed before the number first.
func (r *room) readUpTo(first int64) error {
	if first == r.head.Seq+1 {
		return nil
	}
	ctx, cancel := r.patience()
	defer cancel()
	updates, err := r.hub.log.Since(ctx, r.id, r.head.Epoch, r.head.Seq)
	if err != nil {
		return err
	}
	for _, u := range updates {
		if u.Seq >= first {
			return nil
		}
		if err := r.integrate(u.Update); err != nil {
			return err
		}
		r.tail++
	}
	return nil
}

// publish tells the other nodes what was committed.
func (r *room) publish(head app.LiveHead, updates [][]byte, schema int) {
	n := note{
		kind: noteUpdate, about: r.id, epoch: head.Epoch, schema: schema,
		first: head.Seq - int64(len(updates)) + 1, seq: head.Seq,
	}
	if merged, err := merge(updates); err == nil && len(merged) <= maxNoteBody {
		n.body = merged
	}
	r.hub.tell(r.id, n)
}
