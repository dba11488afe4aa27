package main

import (
	"fmt"

	"madang/realtime/yjs"
)

// session is one document that people type in, and what was seen of it. The load
// begins at since; what was typed before is delivered and not counted.
type session struct {
	*script
	at      *running
	doc     int
	people  []*client
	writers []*client
	sent    [][]int64 // when, by writer and keystroke
	acked   []int     // keystrokes acknowledged, by writer
	tally   *tally
}

// tally is what all sessions of a run add up to.
type tally struct {
	since      int64 // keystrokes sent before don't count
	delivery   latencies
	ack        latencies
	late       latencies // keystrokes behind their time, which is the generator's fault
	deliveries int       // keystrokes that reached somebody, also before since
	faults     faults
}

// faults are why a run doesn't count, the first few in words.
type faults struct {
	count int
	first []string
}

func (f *faults) add(format string, args ...any) {
	if f.count++; len(f.first) < 5 {
		f.first = append(f.first, fmt.Sprintf(format, args...))
	}
}

func (f *faults) err() error {
	if f.count == 0 {
		return nil
	}
	return fmt.Errorf("%d faults: %v", f.count, f.first)
}

// client is somebody who has the document open. It knows of the text only how far
// it has come, and keeps what it is sent if it is to be read in the end.
type client struct {
	*conn
	session *session
	node    int
	writer  int   // -1: reads
	next    []int // keystrokes that came, by writer
	synced  bool
	isGone  bool
	keeps   bool
	kept    [][]byte // the updates that came
	waiting []int    // messages that await an answer: a keystroke, or -1
	asked   int      // how often the server asked for what it lacks
}

// join lets a client come in. Person is whose token it shows.
func (s *session) join(l *loop, node, person, writer int) (*client, error) {
	c := &client{session: s, node: node, writer: writer}
	server := s.at
	request := server.dialect.upgrade(server.addresses[node].String(), server.docs[s.doc], server.token(person))
	var err error
	c.conn, err = l.dial(server.addresses[node], request, c)
	if err != nil {
		return nil, err
	}
	s.people = append(s.people, c)
	if writer >= 0 {
		s.writers = append(s.writers, c)
	}
	return c, nil
}

// begin deals the script out once everybody is there.
func (s *session) begin(sc *script) {
	s.script = sc
	s.acked = make([]int, len(sc.parts))
	s.sent = make([][]int64, len(sc.parts))
	for w := range s.sent {
		s.sent[w] = make([]int64, 0, len(sc.parts[w].updates))
	}
	for _, c := range s.people {
		c.next = make([]int, len(sc.parts))
	}
}

// press sends a writer's next keystroke, whose frame was made ahead.
func (s *session) press(w int, frame []byte) {
	c := s.writers[w]
	n := len(s.sent[w])
	s.sent[w] = append(s.sent[w], c.loop.now())
	if s.at.dialect.counted {
		c.waiting = append(c.waiting, n)
	}
	c.next[w] = n + 1
	c.write(frame)
}

func (c *client) opened(*conn) {
	d := c.session.at.dialect
	if !d.keeps {
		c.synced = true
		return
	}
	for _, message := range d.greeting(c.session.name()) {
		c.send(message)
	}
}

func (s *session) name() string { return s.at.docs[s.doc] }

func (c *client) heard(_ *conn, message []byte, at int64) {
	s := c.session
	h, err := s.at.dialect.parse(message)
	switch {
	case err != nil:
		s.tally.faults.add("document %d: %v", s.doc, err)
	case h.kind == messageSync && h.step == stepVector:
		c.answer()
	case h.kind == messageSync:
		c.take(h.body, at)
	case h.kind == s.at.dialect.ack && h.kind != 0:
		c.acknowledged(h, at)
	}
}

// answer says that this client has nothing the server lacks.
func (c *client) answer() {
	s := c.session
	c.asked++
	if c.asked > 1 && s.at.dialect.ack == madangDialect.ack {
		s.tally.faults.add("document %d: the server lacks something", s.doc)
	}
	if s.at.dialect.counted {
		c.waiting = append(c.waiting, -1)
	}
	c.send(s.at.dialect.sync(s.name(), stepReply, []byte{0, 0}))
}

// take is told of an update or of the first state.
func (c *client) take(update []byte, at int64) {
	s := c.session
	c.synced = c.synced || len(update) > 2
	if c.keeps {
		c.kept = append(c.kept, append([]byte(nil), update...))
	}
	if s.script == nil || len(update) <= 2 {
		return
	}
	err := scan(update, func(found stretch) { c.count(found, at) })
	if err != nil {
		s.tally.faults.add("document %d: %v", s.doc, err)
	}
}

// count takes in what an update brings of the script. Whatever comes again doesn't
// count; what comes too early would be missing for good.
func (c *client) count(found stretch, at int64) {
	s := c.session
	w := int(found.client - s.first)
	if found.client < s.first || w >= len(s.parts) || w == c.writer {
		return
	}
	from, to := int(found.clock), int(found.clock+found.length)
	if from > c.next[w] {
		s.tally.faults.add("document %d: a gap from %d to %d", s.doc, c.next[w], from)
	}
	if to > len(s.sent[w]) {
		s.tally.faults.add("document %d: %d arrived before it was typed", s.doc, to)
		return
	}
	for n := max(from, c.next[w]); n < to; n++ {
		if found.text != nil && found.text[n-from] != s.parts[w].letters[n] {
			s.tally.faults.add("document %d: another letter than was typed", s.doc)
		}
		s.tally.delivered(s, c, w, s.sent[w][n], at)
	}
	c.next[w] = max(c.next[w], to)
}

func (t *tally) delivered(s *session, c *client, w int, sent, at int64) {
	t.deliveries++
	isNear := len(s.at.addresses) > 1 && s.writers[w].node == c.node
	if sent >= t.since && !isNear {
		t.delivery.add(at - sent)
	}
}

// acknowledged takes in the answer to keystrokes: up to a clock, or to one message.
func (c *client) acknowledged(h heard, at int64) {
	s := c.session
	to := int(h.clock)
	if s.at.dialect.counted {
		if len(c.waiting) == 0 {
			return
		}
		to, c.waiting = c.waiting[0]+1, c.waiting[1:]
	}
	if c.writer < 0 || s.script == nil {
		return
	}
	w := c.writer
	for ; s.acked[w] < min(to, len(s.sent[w])); s.acked[w]++ {
		if sent := s.sent[w][s.acked[w]]; sent >= s.tally.since {
			s.tally.ack.add(at - sent)
		}
	}
}

func (c *client) ended(_ *conn, err error) {
	c.isGone = true
	c.session.tally.faults.add("document %d: somebody was sent away: %v", c.session.doc, err)
}

// isDone reports whether everybody has all that was typed, and every keystroke its
// acknowledgement if the server gives any.
func (s *session) isDone() bool {
	for w, sent := range s.sent {
		if s.at.dialect.ack != 0 && s.acked[w] < len(sent) {
			return false
		}
		for _, c := range s.people {
			if c.next[w] < len(sent) {
				return false
			}
		}
	}
	return true
}

// typed is how many letters each writer has typed.
func (s *session) typed() []int {
	typed := make([]int, len(s.sent))
	for w, sent := range s.sent {
		typed[w] = len(sent)
	}
	return typed
}

// read is what the kept updates make.
func (c *client) read() (*yjs.Doc, error) {
	doc := yjs.NewDoc()
	for _, update := range c.kept {
		if err := doc.ApplyUpdate(update); err != nil {
			return nil, err
		}
	}
	return doc, nil
}
