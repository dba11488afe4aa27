package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"
)

// typing is a load: people in some documents, of whom some type.
type typing struct {
	docs    []int   // which documents
	writers int     // in each document
	readers int     // in each document, besides
	pace    float64 // keystrokes a second and writer
	warm    time.Duration
	window  time.Duration // measured, after warm
	texts   int           // how many readers in each document keep all they get, to be read in the end
}

// keystroke is one that is due, ready to be sent.
type keystroke struct {
	due     time.Duration // after the beginning
	session *session
	writer  int
	frame   []byte
}

// gathering is everybody in a run, on one loop.
type gathering struct {
	loop     *loop
	server   *running
	sessions []*session
	tally    *tally
}

// arriving bounds how many connections are on their way at once.
const arriving = 100

// gather lets everybody in and waits until each has the text.
func gather(ctx context.Context, server *running, load typing) (*gathering, error) {
	l, err := newLoop()
	if err != nil {
		return nil, err
	}
	g := &gathering{loop: l, server: server, tally: &tally{}}
	person := 0
	var coming []*client
	for _, doc := range load.docs {
		s := &session{at: server, doc: doc, tally: g.tally}
		g.sessions = append(g.sessions, s)
		for i := range load.writers + load.readers {
			writer := i
			if i >= load.writers {
				writer = -1
			}
			c, err := s.join(l, i%len(server.addresses), person, writer)
			if err != nil {
				l.close()
				return nil, err
			}
			person++
			c.keeps = i == 0 || writer < 0 && i-load.writers < load.texts
			coming = append(coming, c)
			if err := g.settle(ctx, &coming, arriving); err != nil {
				l.close()
				return nil, err
			}
		}
	}
	if err := g.settle(ctx, &coming, 0); err != nil {
		l.close()
		return nil, err
	}
	return g, nil
}

// settle waits until at most so many of those who are coming have not arrived.
func (g *gathering) settle(ctx context.Context, coming *[]*client, most int) error {
	return g.until(ctx, "everybody has the text", func() bool {
		if len(*coming) > most {
			*coming = slices.DeleteFunc(*coming, func(c *client) bool { return c.synced })
		}
		return len(*coming) <= most
	})
}

// until turns the loop until the condition holds.
func (g *gathering) until(ctx context.Context, what string, holds func() bool) error {
	deadline := time.Now().Add(patience)
	for !holds() {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := g.tally.faults.err(); err != nil {
			return err
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("waited %v in vain: %s", patience, what)
		}
		if err := g.loop.turn(10 * time.Millisecond); err != nil {
			return err
		}
	}
	return nil
}

// rehearse makes every document's script and frames, and returns the keystrokes in
// the order they are due. Writers keep their pace but no common beat: the same one
// in each run.
func (g *gathering) rehearse(load typing) ([]keystroke, error) {
	each := int(load.pace * (load.warm + load.window).Seconds())
	beat := time.Duration(float64(time.Second) / load.pace)
	chance := rand.New(rand.NewPCG(1, 2))
	var due []keystroke
	for _, s := range g.sessions {
		if err := g.prepare(s, load.writers, each); err != nil {
			return nil, err
		}
		for w, p := range s.parts {
			for n, update := range p.updates {
				due = append(due, keystroke{
					due:     time.Duration(n)*beat + time.Duration(chance.Int64N(int64(beat))),
					session: s, writer: w,
					frame: clientFrame(opBinary, g.server.dialect.sync(s.name(), stepUpdate, update)),
				})
			}
		}
	}
	slices.SortStableFunc(due, func(a, b keystroke) int { return int(a.due - b.due) })
	return due, nil
}

// prepare deals out the script that goes on from what the first client was sent.
func (g *gathering) prepare(s *session, writers, each int) error {
	base, err := s.beginning()
	if err != nil {
		return err
	}
	sc, err := write(base, firstClient+uint64(s.doc)*maxWriters, writers, each)
	if err != nil {
		return fmt.Errorf("document %d: %w", s.doc, err)
	}
	s.begin(sc)
	return nil
}

// beginning is the document as the first client was sent it; from a server that
// keeps none, as it was made.
func (s *session) beginning() ([]byte, error) {
	if !s.at.dialect.keeps {
		return s.at.states[s.doc], nil
	}
	doc, err := s.people[0].read()
	if err != nil {
		return nil, err
	}
	return doc.EncodeStateAsUpdate(nil), nil
}

// Client ids are as long on the wire as those that Yjs draws.
const (
	firstClient = 1 << 31
	maxWriters  = 1 << 10
)

// play sends every keystroke when it is due, and returns what the window cost.
func (g *gathering) play(ctx context.Context, due []keystroke, load typing) (*spent, error) {
	start := g.loop.now()
	window := start + int64(load.warm)
	g.tally.since = window
	var meter *meter
	for i := 0; i < len(due); {
		now := g.loop.now()
		if meter == nil && now >= window {
			var err error
			if meter, err = g.server.startMeter(); err != nil {
				return nil, err
			}
		}
		for i < len(due) && start+int64(due[i].due) <= now {
			k := due[i]
			k.session.press(k.writer, k.frame)
			g.tally.late.add(g.loop.now() - start - int64(k.due))
			i++
		}
		if i < len(due) {
			if err := g.loop.turn(time.Duration(start + int64(due[i].due) - g.loop.now())); err != nil {
				return nil, err
			}
		}
		if err := errors.Join(ctx.Err(), g.tally.faults.err()); err != nil {
			return nil, err
		}
	}
	if meter == nil {
		return nil, errors.New("the load was over before the window began")
	}
	return meter.stop()
}

// converge waits until everybody has everything, and reads it: all that the keeping
// readers were sent, and what somebody gets who comes last.
func (g *gathering) converge(ctx context.Context) error {
	err := g.until(ctx, "everybody has everything", func() bool {
		return !slices.ContainsFunc(g.sessions, func(s *session) bool { return !s.isDone() })
	})
	if err != nil {
		return err
	}
	for _, s := range g.sessions {
		want, err := s.text(s.typed())
		if err != nil {
			return err
		}
		for _, c := range s.people {
			if err := c.reads(want); err != nil {
				return err
			}
		}
		if err := g.readLate(ctx, s, want); err != nil {
			return err
		}
	}
	return nil
}

// reads compares the text that a keeping client was sent, and has typed itself.
func (c *client) reads(want string) error {
	if !c.keeps {
		return nil
	}
	doc, err := c.read()
	if err != nil {
		return err
	}
	if !c.session.at.dialect.keeps {
		if err := doc.ApplyUpdate(c.session.base); err != nil {
			return err
		}
	}
	if c.writer >= 0 {
		for _, update := range c.session.parts[c.writer].updates[:len(c.session.sent[c.writer])] {
			if err := doc.ApplyUpdate(update); err != nil {
				return err
			}
		}
	}
	if got := textOf(doc); got != want {
		return fmt.Errorf("document %d: a replica reads differently (%d letters, %d were typed)", c.session.doc, len(got), len(want))
	}
	return nil
}

// readLate lets somebody join who was not there, on every node, and compares what
// they get.
func (g *gathering) readLate(ctx context.Context, s *session, want string) error {
	if !g.server.dialect.keeps {
		return nil
	}
	for node := range g.server.addresses {
		late, err := visit(g.loop, g.server, node, s.doc, lateComer)
		if err != nil {
			return err
		}
		if err := late.until(ctx, g.loop, func(text string) bool { return text == want }); err != nil {
			return fmt.Errorf("who joined late reads something else: %w", err)
		}
		late.close()
	}
	return nil
}

// lateComer is a person whom no load uses.
const lateComer = -1

// visit joins a document to read it.
func visit(l *loop, server *running, node, doc, person int) (*client, error) {
	s := &session{at: server, doc: doc, tally: &tally{}}
	c, err := s.join(l, node, person, -1)
	if err != nil {
		return nil, err
	}
	c.keeps = true
	return c, nil
}

// until turns the loop until what came reads as it should.
func (c *client) until(ctx context.Context, l *loop, holds func(text string) bool) error {
	deadline := time.Now().Add(patience)
	read, text := -1, ""
	for {
		if len(c.kept) != read {
			doc, err := c.read()
			if err != nil {
				return err
			}
			read, text = len(c.kept), textOf(doc)
			if read > 0 && holds(text) {
				return nil
			}
		}
		if err := errors.Join(ctx.Err(), c.session.tally.faults.err()); err != nil {
			return err
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("document %d: %d letters after %d updates", c.session.doc, len(text), read)
		}
		if err := l.turn(10 * time.Millisecond); err != nil {
			return err
		}
	}
}
