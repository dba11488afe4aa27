package main

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"time"

	"madang/realtime/yjs"
)

// joiners are who opens one long document at the same moment.
const joiners = 500

// rush is everybody who opens a document at once. What they are sent is kept once,
// however many are sent the same, and read when it is first seen.
type rush struct {
	server *running
	want   string
	seed   maphash.Seed
	bodies map[uint64][]byte
	whole  map[string]bool // by the hashes of what somebody was sent, in order
	inside int             // have the whole text
	empty  int             // were first told that there is none
	faults faults
}

// joiner is one of them.
type joiner struct {
	rush    *rush
	seen    []byte // hashes of what came
	replies int
	isIn    bool
}

// measureJoins opens the document on a warm server or a cold one.
func measureJoins(isWarm bool) func(context.Context, *running, windows) (results, error) {
	return func(ctx context.Context, r *running, _ windows) (results, error) {
		l, err := newLoop()
		if err != nil {
			return nil, err
		}
		defer l.close()
		doc := yjs.NewDoc()
		if err := doc.ApplyUpdate(r.states[oldDocument]); err != nil {
			return nil, err
		}
		want := textOf(doc)
		if isWarm {
			first, err := visit(l, r, 0, oldDocument, lateComer)
			if err != nil {
				return nil, err
			}
			if err := first.until(ctx, l, func(text string) bool { return text == want }); err != nil {
				return nil, err
			}
			first.kept, first.keeps = nil, false
		}
		crowd := &rush{server: r, want: want, seed: maphash.MakeSeed(), bodies: map[uint64][]byte{}, whole: map[string]bool{}}
		return crowd.come(ctx, l)
	}
}

func (u *rush) come(ctx context.Context, l *loop) (results, error) {
	meter, err := u.server.startMeter()
	if err != nil {
		return nil, err
	}
	began := time.Now()
	for person := range joiners {
		request := u.server.dialect.upgrade(u.server.addresses[0].String(), u.server.docs[oldDocument], u.server.token(person))
		if _, err := l.dial(u.server.addresses[0], request, &joiner{rush: u}); err != nil {
			return nil, err
		}
		if err := l.turn(0); err != nil {
			return nil, err
		}
	}
	for u.inside < joiners {
		if err := errors.Join(ctx.Err(), u.faults.err(), l.turn(10*time.Millisecond)); err != nil {
			return nil, err
		}
		if time.Since(began) > patience {
			return nil, fmt.Errorf("%d of %d have the whole text after %v", u.inside, joiners, patience)
		}
	}
	took := time.Since(began)
	spent, err := meter.stop()
	if err != nil {
		return nil, err
	}
	res := spent.results()
	res["took"], res["empty"] = took.Seconds(), float64(u.empty)
	return res, nil
}

func (j *joiner) opened(c *conn) {
	d := j.rush.server.dialect
	for _, message := range d.greeting(j.rush.server.docs[oldDocument]) {
		c.send(message)
	}
}

func (j *joiner) heard(c *conn, message []byte, _ int64) {
	u := j.rush
	h, err := u.server.dialect.parse(message)
	switch {
	case err != nil:
		u.faults.add("%v", err)
	case h.kind != messageSync || j.isIn:
	case h.step == stepVector:
		c.send(u.server.dialect.sync(u.server.docs[oldDocument], stepReply, []byte{0, 0}))
	default:
		j.take(h)
	}
}

func (j *joiner) take(h heard) {
	u := j.rush
	if h.step == stepReply {
		if j.replies++; j.replies == 1 && len(h.body) <= 2 {
			u.empty++
		}
	}
	sum := maphash.Bytes(u.seed, h.body)
	if u.bodies[sum] == nil {
		u.bodies[sum] = append([]byte(nil), h.body...)
	}
	for shift := 0; shift < 64; shift += 8 {
		j.seen = append(j.seen, byte(sum>>shift))
	}
	if j.isIn = u.isWhole(j.seen); j.isIn {
		u.inside++
	}
}

// isWhole reports whether what somebody was sent makes the whole text.
func (u *rush) isWhole(seen []byte) bool {
	if whole, known := u.whole[string(seen)]; known {
		return whole
	}
	doc := yjs.NewDoc()
	for at := 0; at < len(seen); at += 8 {
		sum := uint64(0)
		for shift := range 8 {
			sum |= uint64(seen[at+shift]) << (8 * shift)
		}
		if err := doc.ApplyUpdate(u.bodies[sum]); err != nil {
			u.faults.add("%v", err)
		}
	}
	whole := textOf(doc) == u.want
	u.whole[string(seen)] = whole
	return whole
}

func (j *joiner) ended(_ *conn, err error) {
	j.rush.faults.add("somebody was sent away: %v", err)
}
