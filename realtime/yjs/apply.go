package yjs

import (
	"cmp"
	"fmt"
	"slices"
)

// ApplyUpdate integrates an update of format V1 from a trusted source, as
// Y.applyUpdate does. What it misses is kept and tried again with later updates;
// HasPending tells. An update that can't be read is ErrMalformed and changes nothing;
// ErrLimit means that more than PendingLimit would be kept, and that what misses
// something was dropped.
func (d *Doc) ApplyUpdate(b []byte) error {
	u, err := Decode(b, Limits{})
	if err != nil {
		return err
	}
	return d.applyTrusted(u)
}

func (d *Doc) applyTrusted(u *Update) error {
	tx := d.begin()
	err := tx.apply(u)
	tx.finish()
	return err
}

// Apply integrates an update that must leave nothing pending. After an error
// (ErrMissing, ErrLimit) the document is in between and must be thrown away; Inspect
// tells most of them beforehand.
func (d *Doc) Apply(u *Update) (*Effect, error) {
	tx := d.begin()
	tx.limits = u.limits
	if err := tx.apply(u); err != nil {
		return nil, err
	}
	if tx.err != nil {
		return nil, tx.err
	}
	if d.HasPending() {
		return nil, ErrMissing
	}
	return tx.effect(), nil
}

// apply integrates an update together with what waited for it.
func (tx *transaction) apply(u *Update) error {
	p := &tx.doc.pending
	rest := integrateAll(tx, u)
	retry := p.isDue(tx.store())
	p.addStructs(rest)
	deletes := p.deletes
	p.deletes = nil
	p.addDeletes(tx.deleteAll(u.deletes))
	p.addDeletes(tx.deleteAll(deletes))
	if err := p.bound(); err != nil {
		return err
	}
	if !retry {
		return nil
	}
	again := p.structs
	p.structs, p.missing = nil, nil
	return tx.apply(again)
}

// deleteAll deletes ranges and answers what of them isn't known.
func (tx *transaction) deleteAll(ranges []Range) (unknown []Range) {
	for _, r := range ranges {
		unknown = appendRange(unknown, tx.deleteRange(r))
	}
	return unknown
}

// integration takes the structs of an update in an order in which each finds what it
// builds on: client by client, the highest first, turning aside to another client's
// structs where one of these is needed first.
type integration struct {
	tx      *transaction
	queues  []queue  // lowest client first
	waiting []record // each needs something of the next
	rest    remainder
}

// queue is what is still to be integrated of one client.
type queue struct {
	*section
	reader
}

// remainder is what couldn't be integrated.
type remainder struct {
	sections []section
	missing  StateVector // for each client, a clock: once it is known, try again
}

func integrateAll(tx *transaction, u *Update) remainder {
	in := integration{tx: tx}
	if len(u.sections) == 1 {
		in.queues = make([]queue, 0, 1)
	}
	for i := len(u.sections) - 1; i >= 0; i-- {
		in.queues = append(in.queues, queue{&u.sections[i], u.sections[i].read()})
	}
	for len(in.queues) > 0 {
		in.drain(in.queues[len(in.queues)-1].client)
	}
	return in.rest
}

// drain integrates the structs of one client, and those of others they need, until
// there are no more or one misses something.
func (in *integration) drain(client ClientID) {
	var r record
	for in.take(client, &r) {
		if !in.settle(&r) {
			return
		}
	}
	in.drop(client)
}

// settle integrates one struct after all it needs; false if something is missing.
func (in *integration) settle(r *record) bool {
	if _, ok := in.need(r); ok {
		in.tx.integrate(r)
		return true
	}
	in.waiting = append(in.waiting[:0], *r)
	for len(in.waiting) > 0 {
		top := &in.waiting[len(in.waiting)-1]
		need, ok := in.need(top)
		if ok {
			in.tx.integrate(top)
			in.waiting = in.waiting[:len(in.waiting)-1]
			continue
		}
		var next record
		if need == top.id.Client || !in.take(need, &next) {
			in.miss(top, need)
			return false
		}
		in.waiting = append(in.waiting, next)
	}
	return true
}

// need answers the client something is missing of, if it is.
func (in *integration) need(r *record) (ClientID, bool) {
	s := in.tx.store()
	if s.state(r.id.Client) < r.id.Clock {
		return r.id.Client, false
	}
	client, missing := s.missing(r)
	return client, !missing
}

// take reads the client's next struct that is no skip; false if there is none.
func (in *integration) take(client ClientID, r *record) bool {
	q := in.queue(client)
	for q != nil && q.left > 0 {
		q.record(r)
		if r.kind != kindSkip {
			return true
		}
	}
	return false
}

func (in *integration) queue(client ClientID) *queue {
	if i, found := in.find(client); found {
		return &in.queues[i]
	}
	return nil
}

func (in *integration) find(client ClientID) (int, bool) {
	if last := len(in.queues) - 1; last >= 0 && in.queues[last].client == client {
		return last, true
	}
	return slices.BinarySearchFunc(in.queues, client, func(q queue, c ClientID) int {
		return cmp.Compare(q.client, c)
	})
}

func (in *integration) drop(client ClientID) {
	if i, found := in.find(client); found {
		in.queues = slices.Delete(in.queues, i, i+1)
	}
}

// miss gives up the structs that wait, and those behind them, for this time.
func (in *integration) miss(r *record, need ClientID) {
	clock := in.tx.store().state(need)
	if need == r.id.Client {
		clock = r.id.Clock - 1
	}
	in.rest.miss(need, clock)
	for _, w := range in.waiting {
		if q := in.queue(w.id.Client); q != nil {
			in.rest.sections = append(in.rest.sections, q.from(&w))
			in.drop(w.id.Client)
		}
	}
}

// from is the section of a record and what lies behind it.
func (q *queue) from(r *record) section {
	rest := *q.section
	rest.clock = r.id.Clock
	rest.count = q.left + 1
	rest.bytes = q.buf[q.pos-len(r.bytes):]
	return rest
}

func (m *remainder) miss(client ClientID, clock uint64) {
	if m.missing == nil {
		m.missing = StateVector{}
	}
	if known, ok := m.missing[client]; !ok || clock < known {
		m.missing[client] = clock
	}
}

// PendingLimit bounds what ApplyUpdate keeps for later, in bytes of structs and in
// deleted ranges.
const PendingLimit = 8 << 20

// pending is what waits for something it builds on.
type pending struct {
	structs *Update // nil if there are none
	missing StateVector
	deletes []Range // normalised
}

// HasPending reports whether something waits for updates that have not come.
func (d *Doc) HasPending() bool {
	return d.pending.structs != nil || len(d.pending.deletes) > 0
}

// isDue reports whether something that was missed is known now.
func (p *pending) isDue(s *store) bool {
	for client, clock := range p.missing {
		if clock < s.state(client) {
			return true
		}
	}
	return false
}

func (p *pending) addStructs(rest remainder) {
	if len(rest.sections) == 0 {
		return
	}
	updates := []*Update{newUpdate(rest.sections)}
	if p.structs != nil {
		updates = append(updates, p.structs)
	}
	for client, clock := range p.missing {
		rest.miss(client, clock)
	}
	p.structs, p.missing = mergeAll(updates), rest.missing
}

func (p *pending) addDeletes(unknown []Range) {
	if len(unknown) > 0 {
		p.deletes = normalise(append(p.deletes, unknown...))
	}
}

// bound drops what is pending if there is too much of it.
func (p *pending) bound() error {
	size := len(p.deletes)
	if p.structs != nil {
		size += p.structs.size()
	}
	if size <= PendingLimit {
		return nil
	}
	*p = pending{}
	return fmt.Errorf("%w: %d bytes waiting for earlier updates", ErrLimit, size)
}

func (u *Update) size() int {
	n := 0
	for i := range u.sections {
		n += len(u.sections[i].bytes)
	}
	return n
}

// append merges what is pending into an update of the rest of the document.
func (p *pending) append(update []byte, target StateVector) []byte {
	if p.structs == nil && len(p.deletes) == 0 {
		return update
	}
	known, err := Decode(update, Limits{})
	if err != nil {
		panic("yjs: own encoding: " + err.Error())
	}
	updates := []*Update{known, {deletes: p.deletes}}
	if p.structs != nil {
		updates = append(updates, p.structs.since(target))
	}
	return mergeAll(updates).Encode()
}
