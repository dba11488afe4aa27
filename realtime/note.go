package realtime

import "madang/app"

// The kinds of note that nodes send each other.
const (
	noteUpdate         = 1 // a document's updates first..seq; body may be left out
	noteAwareness      = 2 // states of clients, as in an awareness message
	noteAwarenessQuery = 3 // a node began to follow the document: say who is there
	noteActivity       = 4 // a statement's threads changed; seq is the activity's
	noteRevoked        = 5 // a persona's role or a statement's phase changed or ended
	noteSplit          = 6 // two splits of one clause were merged; body: whose, as strings
)

// maxNoteBody is the largest update that travels inside a note; a larger one is
// read from the log.
const maxNoteBody = 32 << 10

// note is one message between nodes. About is a document or, for noteRevoked, a
// persona.
type note struct {
	kind  uint64
	node  uint64 // who says so, to know one's own
	about app.ID
	epoch int64
	first int64
	seq   int64
	body  []byte
	// schema is what updates need, as app.LiveChange has it.
	schema int
}

func (n note) encode() []byte {
	b := appendNumber(make([]byte, 0, 80+len(n.body)), n.kind)
	b = appendNumber(b, n.node)
	b = appendString(b, string(n.about))
	b = appendNumber(b, uint64(n.epoch))
	b = appendNumber(b, uint64(n.first))
	b = appendNumber(b, uint64(n.seq))
	b = appendBytes(b, n.body)
	return appendNumber(b, uint64(n.schema))
}

func parseNote(b []byte) (note, error) {
	r := reader{rest: b}
	n := note{kind: r.number(), node: r.number(), about: app.ID(r.bytes())}
	n.epoch, n.first, n.seq = int64(r.number()), int64(r.number()), int64(r.number())
	n.body, n.schema = r.bytes(), int(r.number())
	if r.failed || len(r.rest) > 0 {
		return note{}, errFrame
	}
	return n, nil
}
