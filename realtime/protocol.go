package realtime

import (
	"encoding/binary"
	"errors"
)

// The message types of a frame; Messages says who sends which.
const (
	msgSync           = 0
	msgAwareness      = 1
	msgAuth           = 2
	msgQueryAwareness = 3
	msgAck            = 64
	msgRefusal        = 65
	msgRole           = 66
	msgEpoch          = 67
	msgAnnouncement   = 68
	msgTextHash       = 69
	msgNotice         = 70
)

// The steps of a sync message.
const (
	syncStep1  = 0 // a state vector, to be answered by step 2
	syncStep2  = 1 // what the asker lacks
	syncUpdate = 2
)

// Close codes. y-websocket stops reconnecting on 4400 to 4499 alone.
const (
	closeSignIn    = 4401
	closeForbidden = 4403
	closeNotFound  = 4404
	closeRebuild   = 4409
	closeEpoch     = 4410
	closeSchema    = 4426
	closeRestart   = 1012
	closeBusy      = 1013
)

// maxSafe is the largest integer JavaScript holds exactly; lib0 writes none
// beyond it.
const maxSafe = 1<<53 - 1

var errFrame = errors.New("realtime: malformed frame")

// message is one frame taken apart.
type message struct {
	kind uint64
	step uint64 // of a sync message
	seq  int64  // of a text hash
	// body is the state vector, update, awareness update or text hash.
	body []byte
}

// parseMessage takes a frame apart. Unknown types, numbers longer than they
// need to be, lengths beyond the frame and trailing bytes are malformed.
func parseMessage(frame []byte) (message, error) {
	r := reader{rest: frame}
	m := message{kind: r.number()}
	switch m.kind {
	case msgSync:
		m.step = r.number()
		m.body = r.bytes()
	case msgAwareness:
		m.body = r.bytes()
	case msgQueryAwareness:
	case msgAuth:
		r.rest = nil
	case msgTextHash:
		m.seq = int64(r.number())
		m.body = r.bytes()
		if len(m.body) != 32 {
			r.fail()
		}
	default:
		return message{}, errFrame
	}
	if r.failed || len(r.rest) > 0 || m.step > syncUpdate {
		return message{}, errFrame
	}
	return m, nil
}

// reader reads lib0's encoding. After the first malformed field it has failed
// and answers zeros.
type reader struct {
	rest   []byte
	failed bool
}

func (r *reader) fail() {
	r.rest, r.failed = nil, true
}

// number reads a varuint written in as few bytes as it needs.
func (r *reader) number() uint64 {
	v, n := binary.Uvarint(r.rest)
	if n <= 0 || v > maxSafe || n > 1 && r.rest[n-1] == 0 {
		r.fail()
		return 0
	}
	r.rest = r.rest[n:]
	return v
}

// bytes reads a byte string; it shares the frame's memory.
func (r *reader) bytes() []byte {
	n := r.number()
	if n > uint64(len(r.rest)) {
		r.fail()
		return nil
	}
	b := r.rest[:n:n]
	r.rest = r.rest[n:]
	return b
}

func appendNumber(b []byte, n uint64) []byte { return binary.AppendUvarint(b, n) }

func appendBytes(b, body []byte) []byte {
	return append(appendNumber(b, uint64(len(body))), body...)
}

func appendString(b []byte, s string) []byte {
	return append(appendNumber(b, uint64(len(s))), s...)
}

func syncFrame(step uint64, body []byte) []byte {
	b := make([]byte, 0, len(body)+2+binary.MaxVarintLen32)
	b = appendNumber(b, msgSync)
	b = appendNumber(b, step)
	return appendBytes(b, body)
}

func awarenessFrame(update []byte) []byte {
	return appendBytes(appendNumber(nil, msgAwareness), update)
}

func ackFrame(client uint64, clock, seq int64) []byte {
	b := appendNumber(nil, msgAck)
	b = appendNumber(b, client)
	b = appendNumber(b, uint64(clock))
	return appendNumber(b, uint64(seq))
}

// refusalFrame names the refusal for machines and, as a key of the catalogue,
// for people.
func refusalFrame(code string) []byte {
	b := appendNumber(nil, msgRefusal)
	b = appendString(b, code)
	return appendString(b, "error."+code)
}

// noticeFrame names, in the same way, something that happened to what a person wrote.
func noticeFrame(code, key string) []byte {
	b := appendNumber(nil, msgNotice)
	b = appendString(b, code)
	return appendString(b, key)
}

func roleFrame(mayWrite bool, schema int) []byte {
	role := "reader"
	if mayWrite {
		role = "writer"
	}
	b := appendString(appendNumber(nil, msgRole), role)
	return appendNumber(b, uint64(schema))
}

func epochFrame(epoch int64) []byte {
	return appendNumber(appendNumber(nil, msgEpoch), uint64(epoch))
}

func announcementFrame(seq int64) []byte {
	return appendNumber(appendNumber(nil, msgAnnouncement), uint64(seq))
}

func hashFrame(seq int64, hash [32]byte) []byte {
	b := appendNumber(appendNumber(nil, msgTextHash), uint64(seq))
	return appendBytes(b, hash[:])
}
