package yjs

import "fmt"

// Snapshot says what a document held at one moment, without holding any of it: what was
// known, and what of that was deleted.
type Snapshot struct {
	Deleted []Range // sorted by client, highest first, and clock; none touch
	Known   StateVector
}

// Snapshot is the document as it is now, pending updates aside.
func (d *Doc) Snapshot() Snapshot {
	return Snapshot{Deleted: d.store.deleted(), Known: d.StateVector()}
}

// At makes the document as it was at a snapshot of it, or of a replica of it. The
// document must keep history ([KeepDeleted]) and must have kept it since before; else it
// is ErrForgotten. A snapshot of more than the document knows is ErrMissing. A surrogate
// pair that somebody typed into since reads as two U+FFFD.
func (d *Doc) At(s Snapshot) (*Doc, error) {
	if !d.keepAll {
		return nil, ErrForgotten
	}
	for client, clock := range s.Known {
		if clock > d.store.state(client) {
			return nil, fmt.Errorf("%w: snapshot of %d up to %d", ErrMissing, client, clock)
		}
	}
	was := NewDoc(KeepDeleted())
	return was, was.ApplyUpdate(d.encodeUpTo(s))
}

// encodeUpTo is the update that makes a document as it was at a snapshot.
func (d *Doc) encodeUpTo(s Snapshot) []byte {
	var logs []*log
	for _, l := range d.store.descending() {
		if s.Known[l.client] > 0 {
			logs = append(logs, l)
		}
	}
	var e encoder
	e.uint(uint64(len(logs)))
	for _, l := range logs {
		e.log(l, 0, s.Known[l.client])
	}
	writeDeletes(&e, s.Deleted)
	return e.buf
}

// EncodeSnapshot writes a snapshot in format V1.
func EncodeSnapshot(s Snapshot) []byte {
	var e encoder
	writeDeletes(&e, s.Deleted)
	return append(e.buf, EncodeStateVector(s.Known)...)
}

// DecodeSnapshot reads a snapshot of format V1, strictly as Decode does. Limits.Bytes,
// Limits.Clients and Limits.Deletes apply.
func DecodeSnapshot(b []byte, lim Limits) (Snapshot, error) {
	if lim.Bytes > 0 && len(b) > lim.Bytes {
		return Snapshot{}, fmt.Errorf("%w: %d bytes", ErrLimit, len(b))
	}
	u := Update{limits: lim}
	d := decoder{buf: b}
	u.decodeDeletes(&d)
	if d.err != nil {
		return Snapshot{}, d.err
	}
	known, err := DecodeStateVector(b[d.pos:], lim)
	return Snapshot{Deleted: u.deletes, Known: known}, err
}
