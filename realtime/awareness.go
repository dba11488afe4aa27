package realtime

import (
	"bytes"
	"encoding/json"
	"hash/fnv"
	"time"

	"madang/app"
)

// Presence is the server's: what a client says of itself is used for its
// cursor alone. Who it is, in which colour and that it is there at all come from
// the persona its connection was admitted as.

// colours are what carets are drawn in, as y-prosemirror wants them; a page that
// draws by class uses the index.
var colours = [8]string{
	"#1d5b79", "#7a3e8e", "#8a5a00", "#3f6b3a",
	"#b4551f", "#a3281a", "#0b5d3b", "#4a5862",
}

// silentFor is how long a state from another node is believed without being
// renewed; clients renew theirs every 15 s, and drop others' after 30 s.
const silentFor = 30 * time.Second

// presence holds the awareness states of one document. It belongs to the
// room's goroutine.
type presence struct {
	states map[uint64]*presentState
	dirty  map[uint64]bool // clients whose state is to be sent
}

// presentState is one client's state. json is "null" once it left.
type presentState struct {
	owner *conn // nil: it left, or is a client of another node
	local bool  // this node is the one to tell the others
	clock int64
	json  []byte
	at    time.Time
}

func newPresence() *presence {
	return &presence{states: map[uint64]*presentState{}, dirty: map[uint64]bool{}}
}

// publicUser is what others are told of a person.
type publicUser struct {
	Name    string `json:"name"`
	Color   string `json:"color"`
	Class   int    `json:"class"`
	Persona app.ID `json:"persona"`
}

func userOf(m app.Membership) publicUser {
	h := fnv.New32a()
	h.Write([]byte(m.Persona))
	class := int(h.Sum32() % uint32(len(colours)))
	return publicUser{Name: m.Name, Color: colours[class], Class: class, Persona: m.Persona}
}

// entry is one client's line in an awareness update.
type entry struct {
	client uint64
	clock  int64
	json   []byte
}

// parseAwareness takes an awareness update apart.
func parseAwareness(update []byte) ([]entry, error) {
	r := reader{rest: update}
	var entries []entry
	for n := r.number(); n > 0 && !r.failed; n-- {
		entries = append(entries, entry{r.number(), int64(r.number()), r.bytes()})
	}
	if r.failed || len(r.rest) > 0 {
		return nil, errFrame
	}
	return entries, nil
}

func encodeAwareness(entries []entry) []byte {
	b := appendNumber(nil, uint64(len(entries)))
	for _, e := range entries {
		b = appendNumber(b, e.client)
		b = appendNumber(b, uint64(e.clock))
		b = appendBytes(b, e.json)
	}
	return b
}

var absent = []byte("null")

// say takes in what a connection said. The first state it sends says which
// client id it is; a stock client repeats others' states after that, which are
// none of its business.
func (p *presence) say(c *conn, entries []entry, mayUse func(client uint64) bool, now time.Time) {
	for _, e := range entries {
		if c.client == 0 && !bytes.Equal(e.json, absent) && p.isFree(c, e.client) && mayUse(e.client) {
			c.client = e.client
		}
		if c.client != 0 && e.client == c.client {
			p.set(c.client, c, describe(c, e.json), now).local = true
			return
		}
	}
}

// isFree reports whether a connection may be known by a client id: nobody is,
// or the same persona was, by a connection that this one replaces.
func (p *presence) isFree(c *conn, client uint64) bool {
	s := p.states[client]
	if s == nil || bytes.Equal(s.json, absent) {
		return true
	}
	return s.owner != nil && s.owner.persona() == c.persona()
}

// describe is the state others see: the person as admitted, the cursor as sent.
func describe(c *conn, said []byte) []byte {
	if bytes.Equal(said, absent) {
		return absent
	}
	var state struct {
		Cursor json.RawMessage `json:"cursor"`
	}
	if json.Unmarshal(said, &state) != nil || len(state.Cursor) == 0 || state.Cursor[0] != '{' {
		state.Cursor = absent
	}
	shown, err := json.Marshal(map[string]any{"user": userOf(c.membership()), "cursor": state.Cursor})
	if err != nil {
		return absent
	}
	return shown
}

// set gives a client a new state under a clock that no older state reaches.
func (p *presence) set(client uint64, owner *conn, state []byte, now time.Time) *presentState {
	s := p.states[client]
	if s == nil {
		s = &presentState{}
		p.states[client] = s
	}
	s.clock = max(s.clock+1, now.UnixMilli())
	s.owner, s.json, s.at = owner, state, now
	p.dirty[client] = true
	return s
}

// leave takes a connection's client away, unless another connection has become
// that client.
func (p *presence) leave(c *conn, now time.Time) {
	if s := p.states[c.client]; s != nil && s.owner == c {
		p.set(c.client, nil, absent, now)
	}
}

// hear takes in the states that another node sent.
func (p *presence) hear(entries []entry, now time.Time) {
	for _, e := range entries {
		s := p.states[e.client]
		if s != nil && (s.owner != nil || e.clock <= s.clock) {
			continue
		}
		p.states[e.client] = &presentState{clock: e.clock, json: e.json, at: now}
		p.dirty[e.client] = true
	}
}

// expire takes away clients of other nodes that fell silent, and forgets those
// that left long ago.
func (p *presence) expire(now time.Time) {
	for client, s := range p.states {
		if s.owner != nil || now.Sub(s.at) < silentFor {
			continue
		}
		if bytes.Equal(s.json, absent) {
			delete(p.states, client)
			continue
		}
		p.set(client, nil, absent, now)
	}
}

// others returns the states of the given clients, without those owned by c.
func (p *presence) others(clients map[uint64]bool, c *conn) []entry {
	var entries []entry
	for client := range clients {
		if s := p.states[client]; s != nil && (c == nil || s.owner != c) {
			entries = append(entries, entry{client, s.clock, s.json})
		}
	}
	return entries
}

// isOf reports whether the state of one of the clients is c's own.
func (p *presence) isOf(clients map[uint64]bool, c *conn) bool {
	return clients[c.client] && p.states[c.client] != nil && p.states[c.client].owner == c
}

// present are the clients that are there.
func (p *presence) present() map[uint64]bool {
	there := map[uint64]bool{}
	for client, s := range p.states {
		if !bytes.Equal(s.json, absent) {
			there[client] = true
		}
	}
	return there
}

// ours narrows clients to those whose state this node is the source of.
func (p *presence) ours(clients map[uint64]bool) map[uint64]bool {
	ours := map[uint64]bool{}
	for client := range clients {
		if s := p.states[client]; s != nil && s.local {
			ours[client] = true
		}
	}
	return ours
}

// personaOf returns who a client id is known to belong to before it has typed
// anything; empty if nobody says so.
func (p *presence) personaOf(client uint64) app.ID {
	s := p.states[client]
	if s == nil {
		return ""
	}
	if s.owner != nil {
		return s.owner.persona()
	}
	var state struct {
		User publicUser `json:"user"`
	}
	_ = json.Unmarshal(s.json, &state)
	return state.User.Persona
}

// hear takes in what a connection says of itself. Where the group declares a
// sensitive stakeholder group nobody is told who is there; the client id alone is
// kept, for acknowledgements.
func (r *room) hear(s said) {
	c := s.conn
	mayUse := func(client uint64) bool {
		owner, bound := r.clients[client]
		return !bound || owner == c.persona()
	}
	if c.membership().Sensitive {
		if c.client == 0 && len(s.entries) > 0 && mayUse(s.entries[0].client) {
			c.client = s.entries[0].client
		}
		return
	}
	r.presence.say(c, s.entries, mayUse, r.hub.steady())
	r.presentSoon()
}

// showPresence sends a connection who else is there.
func (r *room) showPresence(c *conn) {
	if c.membership().Sensitive {
		return
	}
	if others := r.presence.others(r.presence.present(), c); len(others) > 0 {
		c.send(awarenessFrame(encodeAwareness(others)))
	}
}

// presentSoon lets changed states be sent, together and not too often.
func (r *room) presentSoon() {
	if len(r.presence.dirty) > 0 && r.presentAt == nil {
		r.presentAt = time.After(r.hub.limits.AwarenessEvery)
	}
}

// tellPresence sends changed states to everybody but their owners.
func (r *room) tellPresence() {
	dirty := r.presence.dirty
	r.presence.dirty, r.presentAt = map[uint64]bool{}, nil
	if len(dirty) == 0 {
		return
	}
	r.publishPresence(dirty)
	everything := binaryFrame(awarenessFrame(encodeAwareness(r.presence.others(dirty, nil))))
	for c := range r.conns {
		switch {
		case c.membership().Sensitive:
		case r.presence.isOf(dirty, c):
			if others := r.presence.others(dirty, c); len(others) > 0 {
				c.send(awarenessFrame(encodeAwareness(others)))
			}
		default:
			c.sendWire(everything)
		}
	}
}

// publishPresence tells the other nodes those states that this one is the source
// of.
func (r *room) publishPresence(clients map[uint64]bool) {
	ours := r.presence.others(r.presence.ours(clients), nil)
	if len(ours) > 0 {
		r.hub.tell(r.id, note{kind: noteAwareness, about: r.id, body: encodeAwareness(ours)})
	}
}
