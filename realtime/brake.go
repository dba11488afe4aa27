package realtime

import (
	"context"

	"madang/app"
	"madang/app/prose"
	"madang/realtime/yjs"
)

// The brake keeps one person, or whoever took over their device, from emptying a
// text that others wrote before anybody can look. An update that takes away too
// much of it within brakeWindow is not committed but held, with the text as it
// was, until a second person releases or declines it. Every change says what it
// takes away (LiveChange.Lost); the log adds that up and decides in the transaction
// that would commit it, for the same persona may write through another node.

const (
	// brakeWindow is the time over which losses are added up.
	brakeWindow = app.BrakeWindow
	// brakeAlways UTF-16 units of others' text are too many in any text.
	brakeAlways = 2000
	// brakeShare of the text is too much, if it is at least brakeLeast units: a
	// short text may be worked over by one person.
	brakeShare = 0.2
	brakeLeast = 500
)

// brakeAt is how many units of others' text may go from a text of the given length
// before the brake acts.
func brakeAt(length int) int {
	return min(brakeAlways, max(brakeLeast-1, int(brakeShare*float64(length))))
}

// hold keeps an update that the brake stopped, with the committed text beside it.
func (r *room) hold(e edit, o outcome) error {
	if err := r.load(); err != nil {
		return err
	}
	ctx, cancel := r.patience()
	defer cancel()
	return r.hub.log.Hold(ctx, app.LiveHold{
		ID: app.NewID(), Document: r.id, Head: r.head, Persona: e.from.persona(), At: o.change.At,
		Clauses: o.change.Clauses, Lost: o.change.Lost, Update: o.change.Update, State: r.encoded(),
	})
}

// detain holds an update and tells its author: it is neither lost nor in force.
func (r *room) detain(e edit, o outcome) {
	err := r.hold(e, o)
	switch {
	case err == nil:
		r.hub.metrics.Holds.Add(1)
		r.expel(e.from, "live.held", nil)
	case app.KindOf(err) == app.KindConflict:
		r.expel(e.from, codeOfRefusal(err), e.raw)
	default:
		r.lose([]edit{e}, err)
	}
}

// Release puts a held update into the committed text under its author's name, in
// the document's goroutine, and has by answer for it. What others changed since
// stays. If nothing of it can be done any more it is Gone "hold.stale"; if it was
// decided meanwhile, Conflict "hold.decided".
func (h *Hub) Release(ctx context.Context, by app.Membership, held app.LiveHold) error {
	r := h.room(held.Document)
	defer h.release(r)
	return r.visit(ctx, func() error { return r.releaseHeld(by, held) })
}

func (r *room) releaseHeld(by app.Membership, held app.LiveHold) error {
	r.catchUp()
	if err := r.load(); err != nil {
		return err
	}
	update, err := yjs.Decode(held.Update, yjs.Limits{})
	if err != nil {
		return app.Unavailable(err)
	}
	seen := r.doc.Inspect(update)
	if held.Head.Epoch != r.head.Epoch || seen.Gap || seen.NoEffect || r.objection(held.Persona, seen) != "" {
		return app.Gone("hold.stale")
	}
	effect, err := r.doc.Apply(update)
	if err != nil {
		r.giveUp(err)
		return app.Gone("hold.stale")
	}
	return r.commitReleased(by, held, effect, update.Deletes())
}

func (r *room) commitReleased(by app.Membership, held app.LiveHold, effect *yjs.Effect, deletes []yjs.Range) error {
	author := app.Membership{Persona: held.Persona, Role: by.Role, Terms: by.Terms}
	if code := r.protest(author, effect); code != "" {
		r.giveUp(nil)
		return app.Gone("hold.stale")
	}
	o := r.accept(author, effect, deletes)
	if o.verdict != accepted {
		r.giveUp(nil)
		return app.Gone("hold.stale")
	}
	o.change.By, o.change.Author, o.change.Hold = by.Standing(), held.Persona, held.ID
	o.change.Lost = 0 // what two people want is no loss
	if err := r.commitOwn(o.change); err != nil {
		return err
	}
	r.tellSplitters(o.splitters)
	return nil
}

// HeldTexts returns the text as it was when an update was held, and as it would
// have become.
func HeldTexts(held app.LiveHold) (before, after prose.Doc, err error) {
	doc := yjs.NewDoc()
	if err := doc.ApplyUpdate(held.State); err != nil {
		return prose.Doc{}, prose.Doc{}, app.Unavailable(err)
	}
	before = read(doc)
	if err := doc.ApplyUpdate(held.Update); err != nil {
		return prose.Doc{}, prose.Doc{}, app.Unavailable(err)
	}
	return before, read(doc), nil
}

// WordsOf are the pieces of text that an update would put into a document; none if
// it can't be read.
func WordsOf(update []byte) []string {
	u, err := yjs.Decode(update, yjs.DefaultLimits())
	if err != nil {
		return nil
	}
	return u.Texts()
}
