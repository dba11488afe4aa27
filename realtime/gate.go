package realtime

import (
	"errors"
	"maps"
	"slices"

	"madang/app"
	"madang/app/prose"
	"madang/realtime/yjs"
)

// The gate judges what an update does, not what it says: structs the document
// has and deletions in force are nothing. That matters, for honest clients send
// odd things: readers clean up formatting, synced clients repeat the whole delete
// set, and after a reconnection new typing comes before the part it builds on.

// Schema says what a document may hold. It is as permissive as can be, and only
// ever grows, with a new number: y-prosemirror deletes from the shared document
// whatever a client's own schema can't build.
type Schema interface {
	// Number counts the schema's versions.
	Number() int
	// Since returns the number of the first version that has a node or, if attribute
	// isn't empty, that attribute of it; 0 if this one hasn't.
	Since(node, attribute string) int
	// MayContain reports whether a node may have such a child. The root is "doc",
	// text is "text".
	MayContain(parent, child string) bool
	// MayCarry reports whether a node may have an attribute with that value.
	MayCarry(node, attribute string, value any) bool
	// MayMark reports whether text may be marked so.
	MayMark(mark string, attributes map[string]any) bool
}

// rootName is the shared type that the editors bind to.
const rootName = "prosemirror"

// verdict is what the gate decided about one edit.
type verdict int

const (
	idle     verdict = iota // without effect: answered, not logged
	accepted                // to be committed
	early                   // builds on something unknown: asked for, not an offence
	hasty                   // rests on what isn't committed yet: to be judged again after that
	refused
)

// outcome is a judged edit.
type outcome struct {
	verdict   verdict
	code      string   // why it was refused
	spoiled   bool     // the document was changed by what was then refused
	mended    bool     // the change holds more than its author sent
	splitters []app.ID // who split one clause at once; to be told
	change    app.LiveChange
}

func refusal(code string) outcome { return outcome{verdict: refused, code: code} }

// incidents are the refusals that no honest client earns.
var incidents = map[string]bool{
	"live.client_foreign": true, "live.equivocation": true, "live.clock": true,
	"live.malformed": true, "live.limits": true, "live.schema": true,
	"live.diverged": true,
}

// codeOf names why an update could not be decoded or applied.
func codeOf(err error) string {
	if errors.Is(err, yjs.ErrLimit) {
		return "live.limits"
	}
	return "live.malformed"
}

func (l Limits) decode() yjs.Limits {
	lim := yjs.DefaultLimits()
	lim.Bytes = max(l.Frame, l.FirstReply)
	lim.Structs, lim.Deletes = l.Structs, l.Structs
	return lim
}

// judge decides about an edit and, unless it is refused outright, applies it.
func (r *room) judge(e edit) outcome {
	m := e.from.membership()
	seen := r.doc.Inspect(e.update)
	if code := r.objection(m.Persona, seen); code != "" {
		return refusal(code)
	}
	switch {
	case seen.NoEffect:
		return outcome{verdict: idle}
	case seen.Gap:
		return outcome{verdict: early}
	case len(seen.New) > 0 && !m.May(app.Draft):
		return refusal(closedTo(m))
	case len(seen.New) > 0 && r.size+len(e.raw) > r.hub.limits.State:
		return refusal("live.full")
	}
	effect, err := r.doc.Apply(e.update)
	if err != nil {
		return outcome{verdict: refused, code: codeOf(err), spoiled: true}
	}
	if code := r.protest(m, effect); code != "" {
		return outcome{verdict: refused, code: code, spoiled: true}
	}
	limit := brakeAt(r.length)
	o := r.accept(m, effect, e.update.Deletes())
	o.change.Brake = limit
	return o
}

// closedTo names why a membership may not write.
func closedTo(m app.Membership) string {
	if app.IsCode(m.Must(app.Draft), "token.draft") {
		return "live.token"
	}
	return "live.role"
}

// objection is what can be held against an update before it is applied: content
// other than what is known under the same id would let replicas differ for ever
// under equal state vectors; a clock moved far ahead, or under somebody else's
// client id, would silence that client for good.
func (r *room) objection(persona app.ID, seen yjs.Inspection) string {
	if seen.Equivocation {
		return "live.equivocation"
	}
	for _, fresh := range seen.New {
		if owner := r.ownerOf(fresh.Client); owner != "" && owner != persona {
			return "live.client_foreign"
		}
		if fresh.Len > uint64(r.hub.limits.Growth) {
			return "live.clock"
		}
	}
	return ""
}

// ownerOf returns whose a client id is: bound to them, or known to be theirs
// before they typed anything; empty if nobody's.
func (r *room) ownerOf(client uint64) app.ID {
	if owner, bound := r.clients[client]; bound {
		return owner
	}
	return r.presence.personaOf(client)
}

// protest is what can be held against an effect.
func (r *room) protest(m app.Membership, effect *yjs.Effect) string {
	if !m.May(app.Draft) && !isCleanUp(effect) {
		return closedTo(m)
	}
	added, removed := extent(effect)
	if added > removed && r.length+added-removed > r.hub.limits.Text {
		return "live.full"
	}
	for _, change := range effect.Changed {
		if !r.fits(change) {
			return "live.schema"
		}
	}
	return ""
}

// isCleanUp reports whether an effect only deletes beginnings and ends of marks
// that mark nothing. y-prosemirror's readers do that too.
func isCleanUp(effect *yjs.Effect) bool {
	return len(effect.Inserted) == 0 &&
		!slices.ContainsFunc(effect.Deleted, func(d yjs.Deletion) bool { return !d.Formatting })
}

// extent counts the UTF-16 units of text that came and that went. What came and
// went in the same update counts for neither.
func extent(effect *yjs.Effect) (added, removed int) {
	for _, in := range effect.Text {
		added += int(in.Len)
	}
	for _, out := range effect.Deleted {
		if !out.New {
			removed += units(out.Text)
		}
	}
	return added, removed
}

// fits reports whether a changed type still is what the schema allows.
func (r *room) fits(change yjs.Change) bool {
	if change.Root != rootName {
		return false
	}
	if change.Deleted {
		return true
	}
	switch node := change.Node.(type) {
	case nil:
		return change.ID == yjs.ID{} && len(change.Keys) == 0 &&
			childrenFit(r.hub.schema, "doc", r.root())
	case *yjs.XMLElement:
		return elementFits(r.hub.schema, node)
	case *yjs.XMLText:
		return textFits(r.hub.schema, node)
	}
	return false
}

// needed is the number of the first schema that holds what an effect brought.
func needed(schema Schema, effect *yjs.Effect) int {
	number := 1
	for _, change := range effect.Changed {
		e, isElement := change.Node.(*yjs.XMLElement)
		if !isElement || change.Deleted {
			continue
		}
		number = max(number, schema.Since(e.Name(), ""))
		for name, value := range e.Attributes() {
			if value != nil {
				number = max(number, schema.Since(e.Name(), name))
			}
		}
	}
	return number
}

func elementFits(schema Schema, e *yjs.XMLElement) bool {
	for name, value := range e.Attributes() {
		if !schema.MayCarry(e.Name(), name, value) {
			return false
		}
	}
	return childrenFit(schema, e.Name(), e)
}

// childrenFit also counts: content that is no node would not be listed, and
// stops editors from opening.
func childrenFit(schema Schema, name string, parent yjs.Parent) bool {
	children := parent.Children()
	if len(children) != parent.Len() {
		return false
	}
	for _, child := range children {
		if !schema.MayContain(name, nodeName(child)) {
			return false
		}
	}
	return true
}

func nodeName(n yjs.Node) string {
	switch n := n.(type) {
	case *yjs.XMLElement:
		return n.Name()
	case *yjs.XMLText:
		return "text"
	}
	return ""
}

// textFits judges a mark by itself and not by what it marks: one that marks nothing would
// else be let in, and words that somebody types there at the same time refused.
func textFits(schema Schema, t *yjs.XMLText) bool {
	for mark, value := range t.Beginnings() {
		attributes, ok := value.(map[string]any)
		if !ok || !schema.MayMark(mark, attributes) {
			return false
		}
	}
	length := 0
	for _, run := range t.Delta() {
		if run.Embed != nil {
			return false
		}
		length += units(run.Text)
	}
	return length == t.Len()
}

// accept mends clause ids and doubled words, settles authorship and makes the change to
// commit. Deletes is all that the update deletes, in force before or not.
func (r *room) accept(by app.Membership, effect *yjs.Effect, deletes []yjs.Range) outcome {
	at := r.hub.clock()
	splits := r.splits.in(r.doc, effect, deletes)
	repair := r.repairOf(by.Persona, splits)
	if repair.premature {
		return outcome{verdict: hasty, spoiled: true}
	}
	change := app.LiveChange{By: by.Standing(), At: at, Knows: r.hub.schema.Number()}
	for _, s := range splits {
		r.splits.learn(s)
		change.Lost += r.recallCut(by.Persona, s, at)
	}
	effects, err := r.mended(by.Persona, effect, repair)
	if err != nil {
		return outcome{verdict: refused, code: "live.schema", spoiled: true}
	}
	var updates [][]byte
	for i, effect := range effects {
		added, removed := extent(effect)
		change.Added, change.Removed = change.Added+added, change.Removed+removed
		change.Schema = max(change.Schema, needed(r.hub.schema, effect))
		r.bind(&change, effect)
		if i == 0 { // what the server takes away is nobody's loss
			change.Lost += r.attribute(by.Persona, effect, at)
		} else {
			r.learnBack(effect, repair.back)
		}
		updates = append(updates, effect.Update())
	}
	r.descend(&change, effect)
	change.Clauses, change.Authored = r.touched(effects), r.authors.take()
	if change.Update, err = merge(updates); err != nil {
		return outcome{verdict: refused, code: "live.malformed", spoiled: true}
	}
	r.length += change.Added - change.Removed
	r.size += len(change.Update)
	return outcome{verdict: accepted, change: change, mended: len(effects) > 1, splitters: repair.splitters}
}

// merge makes one update of several.
func merge(updates [][]byte) ([]byte, error) {
	if len(updates) == 1 {
		return updates[0], nil
	}
	return yjs.MergeUpdates(updates...)
}

// bind lists the client ids that the effect is the first to use.
func (r *room) bind(change *app.LiveChange, effect *yjs.Effect) {
	for _, in := range effect.Inserted {
		if _, known := r.clients[in.Client]; known {
			continue
		}
		r.clients[in.Client] = change.Owner()
		if r.drawn[change.Owner()] == in.Client {
			change.Drawn = append(change.Drawn, in.Client)
		} else {
			change.Clients = append(change.Clients, in.Client)
		}
	}
}

// mended gives a clause id to every block that came without one, or with one
// that an earlier block has, takes away what two splits doubled, and returns all that
// happened. The repair is committed and sent together with what made it necessary.
func (r *room) mended(persona app.ID, effect *yjs.Effect, of repair) ([]*yjs.Effect, error) {
	var lacking []*yjs.XMLElement
	if touchesIDs(effect) {
		lacking = r.lackingID()
	}
	if len(lacking) == 0 && len(of.surplus) == 0 {
		return []*yjs.Effect{effect}, nil
	}
	mending, err := r.doc.Transact(r.draw(persona), func(t *yjs.Txn) error {
		for _, block := range lacking {
			if err := t.SetAttribute(block, "cid", prose.NewCID()); err != nil {
				return err
			}
		}
		if err := drop(t, of.surplus); err != nil {
			return err
		}
		return putBack(t, of.back)
	})
	return []*yjs.Effect{effect, mending}, err
}

// lackingID lists the blocks whose clause id is missing or an earlier block's.
func (r *room) lackingID() []*yjs.XMLElement {
	var lacking []*yjs.XMLElement
	taken := map[string]bool{"": true}
	for _, child := range r.root().Children() {
		block, ok := child.(*yjs.XMLElement)
		if !ok {
			continue
		}
		id := clauseID(block)
		if taken[id] {
			lacking = append(lacking, block)
		}
		taken[id] = true
	}
	return lacking
}

func clauseID(block *yjs.XMLElement) string {
	cid, _ := block.Attribute("cid")
	id, _ := cid.(string)
	return id
}

func touchesIDs(effect *yjs.Effect) bool {
	return slices.ContainsFunc(effect.Changed, func(c yjs.Change) bool {
		return c.Node == nil && c.Children || slices.Contains(c.Keys, "cid")
	})
}

// touched lists the ids of the clauses that the effects changed, added or
// deleted, and keeps for the next time which block has which id.
func (r *room) touched(effects []*yjs.Effect) []string {
	ids := map[string]bool{}
	for _, effect := range effects {
		for _, out := range effect.Deleted {
			if out.Parent == (yjs.ID{}) {
				ids[r.blocks[out.ID]] = true
			}
		}
	}
	for _, effect := range effects {
		for _, block := range effect.Tops(rootName) {
			ids[r.keep(block)] = true
		}
	}
	delete(ids, "")
	return slices.Sorted(maps.Keys(ids))
}

// keep notes the clause id of a block.
func (r *room) keep(n yjs.Node) string {
	block, ok := n.(*yjs.XMLElement)
	if !ok {
		return ""
	}
	id := clauseID(block)
	r.blocks[block.ID()] = id
	return id
}
