package yjs

// ClientID numbers one replica for as long as it lives. Yjs draws 32 random bits;
// up to 53 are understood, which is what a JavaScript number holds exactly.
type ClientID = uint64

// maxSafe is the largest integer JavaScript holds exactly. Nothing on the wire
// may be larger.
const maxSafe = 1<<53 - 1

// ID names one element of a document. Clocks count UTF-16 units in text and
// elements elsewhere.
type ID struct {
	Client ClientID
	Clock  uint64
}

// Range is Len consecutive elements of one client, beginning with ID.
type Range struct {
	ID
	Len uint64
}

// End is the first clock behind the range.
func (r Range) End() uint64 { return r.Clock + r.Len }

// Contains reports whether the element lies in the range.
func (r Range) Contains(id ID) bool {
	return r.Client == id.Client && r.Clock <= id.Clock && id.Clock < r.End()
}

// StateVector is what a replica knows: for each client, the first clock it lacks.
type StateVector map[ClientID]uint64
