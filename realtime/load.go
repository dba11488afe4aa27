package realtime

import (
	"context"
	"errors"
	"slices"
	"time"

	"madang/app"
	"madang/realtime/yjs"
)

// A document becomes resident when somebody needs it, and is stored as one state
// when its log has grown long.

// load reads the document from the log unless it is there. Connections that
// stayed while it was away are sent what they missed.
func (r *room) load() error {
	if r.doc != nil {
		r.splits.settle()
		return nil
	}
	ctx, cancel := r.patience()
	defer cancel()
	stored, err := r.hub.read(ctx, r.id)
	if err != nil {
		if app.IsCode(err, "live.newer") {
			r.outgrown()
		}
		return err
	}
	known := &splits{}
	doc, err := replay(stored, known)
	if err != nil {
		return app.Unavailable(err)
	}
	if r.head.Epoch != 0 && stored.Head.Epoch != r.head.Epoch {
		r.endAll(farewell{closeEpoch, "error.live.epoch"})
	}
	r.adopt(doc, stored)
	r.splits = known
	r.splits.settle()
	return nil
}

// read takes a document from the log, unless a newer program has put something into it
// that this one can't read: app.LiveNewer.
func (h *Hub) read(ctx context.Context, doc app.ID) (app.LiveDocument, error) {
	stored, err := h.log.Load(ctx, doc)
	if err == nil && stored.Schema > h.schema.Number() {
		err = app.LiveNewer()
	}
	return stored, err
}

// outgrown leaves a document to the nodes that run a newer program. Whoever is here is
// asked to come back, which leads them to one of those sooner or later; what they typed
// stays in their windows until then.
func (r *room) outgrown() {
	r.hub.logger.Warn("document left to a newer program", "document", r.id)
	r.giveUp(nil)
	r.outbox = nil
	r.endAll(farewell{closeBusy, retryReason(2 * time.Second)})
}

// replay makes a document of what is stored. If splits is given it learns those that
// weren't compacted yet.
func replay(stored app.LiveDocument, splits *splits) (*yjs.Doc, error) {
	doc := yjs.NewDoc()
	if len(stored.State) > 0 {
		if err := doc.ApplyUpdate(stored.State); err != nil {
			return nil, err
		}
	}
	for _, u := range stored.Tail {
		if err := splits.replay(doc, u.Update); err != nil {
			return nil, err
		}
	}
	if doc.HasPending() {
		return nil, errors.New("realtime: the log has a hole")
	}
	return doc, nil
}

// adopt makes a loaded document the room's.
func (r *room) adopt(doc *yjs.Doc, stored app.LiveDocument) {
	r.doc, r.head, r.tail = doc, stored.Head, len(stored.Tail)
	r.begun.Store(stored.Begun.UnixMilli())
	r.clients, r.drawn = stored.Clients, map[app.ID]uint64{}
	r.authors, r.stale, r.cuts, r.splits = newAuthors(stored.Runs), false, nil, &splits{}
	r.blocks = map[yjs.ID]string{}
	for _, child := range r.root().Children() {
		r.keep(child)
	}
	r.length = textLength(r.root())
	r.encoded()
	r.tellMissed(stored)
}

func textLength(parent yjs.Parent) int {
	n := 0
	for _, child := range parent.Children() {
		switch child := child.(type) {
		case *yjs.XMLElement:
			n += textLength(child)
		case *yjs.XMLText:
			n += child.Len()
		}
	}
	return n
}

// tellMissed queues what connections that stayed haven't been told.
func (r *room) tellMissed(stored app.LiveDocument) {
	told := r.told
	r.told = r.head.Seq
	if len(r.conns) == 0 || told == r.head.Seq {
		return
	}
	if n := len(stored.Tail); n == 0 || stored.Tail[0].Seq > told+1 {
		r.sendLater(r.encoded(), nil)
		r.schedule()
		return
	}
	for _, u := range stored.Tail {
		if u.Seq > told {
			r.sendLater(u.Update, nil)
		}
	}
	r.schedule()
}

// compact stores the document as one state. The state is read back into a fresh
// document first: what doesn't read the same is not kept.
func (r *room) compact(now time.Time) {
	state := r.encoded()
	fresh := yjs.NewDoc()
	if err := fresh.ApplyUpdate(state); err != nil || !readsEqual(fresh, r.doc) {
		r.hub.logger.Error("compaction refused: the state reads differently", "document", r.id, "err", err)
		r.tail = 0
		return
	}
	ctx, cancel := r.patience()
	defer cancel()
	err := r.hub.log.Compact(ctx, r.id, r.head, fresh.EncodeStateAsUpdate(nil), now.Add(-r.hub.limits.KeepUpdates))
	if err != nil {
		r.hub.logger.Warn("not compacted", "document", r.id, "err", err)
		return
	}
	r.tail = 0
}

func readsEqual(a, b *yjs.Doc) bool {
	return !a.HasPending() &&
		slices.Equal(yjs.EncodeStateVector(a.StateVector()), yjs.EncodeStateVector(b.StateVector())) &&
		hashOf(a) == hashOf(b)
}

// encoded is the whole committed document. Everybody who joins between two
// commits is sent the same bytes.
func (r *room) encoded() []byte {
	if r.state == nil || r.stateAt != r.head.Seq {
		state := r.doc.EncodeStateAsUpdate(nil)
		r.first, r.stateAt, r.size = binaryFrame(syncFrame(syncStep2, state)), r.head.Seq, len(state)
		r.state = r.first[len(r.first)-len(state):]
	}
	return r.state
}

func (r *room) root() *yjs.XMLFragment { return r.doc.XMLFragment(rootName) }

// giveUp drops a document that can't be trusted any more. The next event that
// needs it loads what is committed.
func (r *room) giveUp(err error) {
	if err != nil {
		r.hub.logger.Warn("document dropped, to be loaded again", "document", r.id, "err", err)
	}
	r.doc, r.state, r.first = nil, nil, nil
}

// tellHash lets editors compare their text with the committed one, once nobody
// has typed for a while: equal state vectors don't prove equal texts.
func (r *room) tellHash() {
	r.flush()
	r.hash, r.hashedAt = hashOf(r.doc), r.head.Seq
	frame := binaryFrame(hashFrame(r.hashedAt, r.hash))
	for c := range r.conns {
		if c.synced {
			c.sendWire(frame)
		}
	}
}

// compare ends a connection whose text differs from the one it was told of. An
// answer that comes after the next change proves nothing.
func (r *room) compare(h hashed) {
	if h.seq == r.hashedAt && h.seq == r.head.Seq && h.hash != r.hash {
		r.expel(h.conn, "live.diverged", nil)
	}
}
