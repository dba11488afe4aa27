package realtime

import (
	"context"
	"slices"
	"sync"

	"madang/app"
	"madang/app/prose"
	"madang/realtime/yjs"
)

// Text is a document's committed text and where it stood. It is shared: whoever
// gets it must not change it.
type Text struct {
	Doc        prose.Doc
	Epoch, Seq int64
}

// Edited is what became of edits made without an editor. With Conflicts, nothing
// was written. Merged says that the text had changed since the edits' base.
type Edited struct {
	Text      Text
	Conflicts []prose.Conflict
	Merged    bool
}

// Begin commits the first text of a document. One that exists is left alone and
// returned as it stands, so that an import can be sent again.
func (h *Hub) Begin(ctx context.Context, by app.Membership, doc app.ID, first prose.Doc) (Text, error) {
	change, err := h.compose(by, doc, first)
	if err != nil {
		return Text{}, err
	}
	_, err = h.log.Create(ctx, doc, change)
	if err != nil && !app.IsCode(err, "live.exists") {
		return Text{}, err
	}
	return h.Read(ctx, doc)
}

// compose makes the change that puts a text into an empty document.
func (h *Hub) compose(by app.Membership, doc app.ID, first prose.Doc) (app.LiveChange, error) {
	r := newRoom(h, doc)
	r.adopt(yjs.NewDoc(), app.LiveDocument{Clients: map[uint64]app.ID{}})
	o, err := r.rewrite(by, first)
	if err != nil {
		return app.LiveChange{}, err
	}
	return o.change, nil
}

// Read returns the committed text, or NotFound. It asks the log where the
// document stands, so that whoever saved on one node reads it on the next.
func (h *Hub) Read(ctx context.Context, doc app.ID) (Text, error) {
	head, err := h.headOf(ctx, doc)
	if err != nil {
		return Text{}, err
	}
	if text, ok := h.texts.at(doc, head); ok {
		return text, nil
	}
	var text Text
	err = h.study(ctx, doc, head, func(replica *yjs.Doc, at app.LiveHead) error {
		text = textAt(replica, at)
		return nil
	})
	if err == nil {
		h.texts.keep(doc, text)
	}
	return text, err
}

// At returns the text as it stood at a head that the document once had; Gone "live.epoch" if
// the log doesn't know that any more. It is read from the log each time.
func (h *Hub) At(ctx context.Context, doc app.ID, at app.LiveHead) (Text, error) {
	stored, err := h.log.LoadAt(ctx, doc, at)
	if err != nil {
		return Text{}, err
	}
	if stored.Schema > h.schema.Number() {
		return Text{}, app.LiveNewer()
	}
	then, err := replay(stored, nil)
	if err != nil {
		return Text{}, app.Unavailable(err)
	}
	return textAt(then, at), nil
}

// headOf asks the log where a document stands; NotFound if there is none.
func (h *Hub) headOf(ctx context.Context, doc app.ID) (app.LiveHead, error) {
	heads, err := h.log.Heads(ctx, []app.ID{doc})
	if err != nil {
		return app.LiveHead{}, err
	}
	head, exists := heads[doc]
	if !exists {
		return app.LiveHead{}, app.NotFound()
	}
	return head, nil
}

// study looks at a document that is as new as head: in its room if people edit it,
// else in a replica read from the log for this, without making it resident.
func (h *Hub) study(ctx context.Context, doc app.ID, head app.LiveHead, look func(*yjs.Doc, app.LiveHead) error) error {
	if r := h.resident(doc); r != nil {
		return r.study(ctx, head, look)
	}
	stored, err := h.read(ctx, doc)
	if err != nil {
		return err
	}
	replica, err := replay(stored, nil)
	if err != nil {
		return app.Unavailable(err)
	}
	return look(replica, stored.Head)
}

// study waits until the room is as new as head.
func (r *room) study(ctx context.Context, head app.LiveHead, look func(*yjs.Doc, app.LiveHead) error) error {
	return r.visit(ctx, func() error {
		if r.head.Seq < head.Seq {
			r.catchUp()
		}
		if err := r.load(); err != nil {
			return err
		}
		return look(r.doc, r.head)
	})
}

func textAt(doc *yjs.Doc, at app.LiveHead) Text { return Text{read(doc), at.Epoch, at.Seq} }

func (r *room) text() Text { return textAt(r.doc, r.head) }

// Edit merges edits into the committed text, in the document's goroutine, and
// commits the result under the person's name and the given id. Editors that are
// open see it at once. If an edit conflicts nothing is written and the conflicts
// come back. What is committed under the id already is left as it is, so that edits
// can be sent again; an id of somebody else's is Conflict "id.taken".
//
// A strict edit is committed only upon the text that it was judged against, whatever
// other nodes commit at that moment; where they are too fast for it, it is Busy
// "live.busy".
//
// Texts that come back, with who wrote them, are among the authors: what the edits put
// in and they have stays its author's.
func (h *Hub) Edit(ctx context.Context, by app.Membership, doc, id app.ID, edits []prose.Edit, authors ...[]app.LiveAuthored) (Edited, error) {
	r := h.room(doc)
	defer h.release(r)
	var edited Edited
	err := r.visit(ctx, func() (err error) {
		for range strictTries {
			if edited, err = r.edit(by, id, edits, authors); !app.IsCode(err, "live.moved") {
				return err
			}
		}
		return app.Busy("live.busy")
	})
	return edited, err
}

// strictTries is how often a strict edit is judged anew. Others would have to commit
// each time between the reading of the log and the commit, which takes milliseconds.
const strictTries = 20

func (r *room) edit(by app.Membership, id app.ID, edits []prose.Edit, authors [][]app.LiveAuthored) (Edited, error) {
	done, err := r.isDone(by, id)
	if err != nil {
		return Edited{}, err
	}
	r.catchUp()
	if err := r.load(); err != nil || done {
		return Edited{Text: r.text()}, err
	}
	target, conflicts, merged, err := prose.Apply(read(r.doc), edits)
	if err != nil {
		return Edited{}, err
	}
	if len(conflicts) > 0 {
		return Edited{Text: r.text(), Conflicts: conflicts}, nil
	}
	change := app.LiveChange{Edit: id, Split: map[string]string{}, Merged: map[string]string{}}
	for _, e := range edits {
		switch e.Kind {
		case prose.SplitClause:
			change.Split[e.Blocks[0].CID] = e.CID
		case prose.MergeClause:
			change.Merged[e.CID] = e.After
		}
	}
	if slices.ContainsFunc(edits, prose.Edit.IsStrict) {
		change.Upon = r.head.Seq
	}
	r.lend(by.Persona, authors)
	defer r.takeBack()
	if err := r.write(by, change, target); err != nil {
		return Edited{}, err
	}
	return Edited{Text: r.text(), Merged: merged}, nil
}

func (r *room) isDone(by app.Membership, id app.ID) (bool, error) {
	ctx, cancel := r.patience()
	defer cancel()
	return r.hub.log.IsDone(ctx, r.id, id, by.Persona)
}

// write makes the document read as target, and commits that with the Edit, Upon, Split and
// Merged of a change.
func (r *room) write(by app.Membership, as app.LiveChange, target prose.Doc) error {
	o, err := r.rewrite(by, target)
	if err != nil || o.verdict == idle {
		return err
	}
	o.change.Lost = 0 // the plain text box shows what it replaces
	o.change.Edit, o.change.Upon = as.Edit, as.Upon
	if len(as.Split)+len(as.Merged) > 0 { // however short the words are
		o.change.Split, o.change.Merged = as.Split, as.Merged
	}
	err = r.commitOwn(o.change)
	if app.IsCode(err, "live.repeated") { // another node was faster
		return r.load()
	}
	return err
}

// commitOwn commits a change that the server wrote itself, and sends it to everybody.
func (r *room) commitOwn(change app.LiveChange) error {
	commit, err := r.append([]app.LiveChange{change})
	if err == nil {
		err = commit.Refused[0]
	}
	if err != nil {
		r.giveUp(nil)
		return err
	}
	r.sendLater(change.Update, nil)
	r.schedule()
	return r.load()
}

// rewrite applies what makes the document read as target. After an error the
// document is dropped.
func (r *room) rewrite(by app.Membership, target prose.Doc) (outcome, error) {
	effect, err := r.doc.Transact(r.draw(by.Persona), func(t *yjs.Txn) error {
		return writer{t}.text(r.root(), target)
	})
	if err != nil {
		r.giveUp(err)
		return outcome{}, app.Unavailable(err)
	}
	if effect.IsEmpty() {
		return outcome{verdict: idle}, nil
	}
	code := r.protest(by, effect)
	if code == "" {
		o := r.accept(by, effect, nil)
		if o.verdict == accepted {
			return o, nil
		}
		code = o.code
	}
	r.giveUp(nil)
	return outcome{}, app.Invalid(code)
}

// texts keeps the texts read last. A page costs one query and no replay while
// its document rests.
type texts struct {
	mu    sync.Mutex
	kept  map[app.ID]Text
	order []app.ID // read longest ago first
}

// keptTexts is how many texts are kept: at 500 kB each, 64 MB at the worst.
const keptTexts = 128

func newTexts() *texts { return &texts{kept: map[app.ID]Text{}} }

// at returns the text if the one kept stands where the document does.
func (t *texts) at(doc app.ID, head app.LiveHead) (Text, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	text, ok := t.kept[doc]
	return text, ok && text.Epoch == head.Epoch && text.Seq == head.Seq
}

func (t *texts) keep(doc app.ID, text Text) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.order = append(slices.DeleteFunc(t.order, func(id app.ID) bool { return id == doc }), doc)
	t.kept[doc] = text
	if len(t.order) > keptTexts {
		delete(t.kept, t.order[0])
		t.order = t.order[1:]
	}
}
