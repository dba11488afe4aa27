package yjs

import (
	"cmp"
	"fmt"
	"slices"
)

// StateVector is what the document knows, pending updates aside.
func (d *Doc) StateVector() StateVector {
	sv := make(StateVector, len(d.store.clients))
	for client, l := range d.store.clients {
		sv[client] = l.state()
	}
	return sv
}

// State is the client's entry in the state vector: the first clock of its that the
// document doesn't have.
func (d *Doc) State(client ClientID) uint64 { return d.store.state(client) }

// EncodeStateVector writes a state vector, highest client first.
func EncodeStateVector(sv StateVector) []byte {
	clients := make([]ClientID, 0, len(sv))
	for client := range sv {
		clients = append(clients, client)
	}
	slices.SortFunc(clients, func(a, b ClientID) int { return cmp.Compare(b, a) })
	var e encoder
	e.uint(uint64(len(clients)))
	for _, client := range clients {
		e.id(ID{client, sv[client]})
	}
	return e.buf
}

// DecodeStateVector reads a state vector, strictly as Decode does. Limits.Bytes and
// Limits.Clients apply.
func DecodeStateVector(b []byte, lim Limits) (StateVector, error) {
	if lim.Bytes > 0 && len(b) > lim.Bytes {
		return nil, fmt.Errorf("%w: %d bytes", ErrLimit, len(b))
	}
	d := decoder{buf: b}
	n := d.count(2)
	if lim.Clients > 0 && n > lim.Clients {
		return nil, fmt.Errorf("%w: %d clients", ErrLimit, n)
	}
	sv := make(StateVector, n)
	for range n {
		id := d.id()
		if _, twice := sv[id.Client]; twice && d.err == nil {
			d.fail("client that comes twice")
		}
		sv[id.Client] = id.Clock
	}
	if d.err == nil && d.rest() > 0 {
		d.fail("trailing bytes")
	}
	if d.err != nil {
		return nil, d.err
	}
	return sv, nil
}
