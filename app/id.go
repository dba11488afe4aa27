package app

import (
	"time"

	"github.com/google/uuid"
)

// ID names anything the forum keeps: a UUID of version 7 (RFC 9562, section
// 5.7) in its lower-case text form of 36 characters. Ids made later sort later.
type ID string

// NewID returns a fresh ID. It panics only when the operating system has no
// randomness left, which no caller could mend.
func NewID() ID {
	return ID(uuid.Must(uuid.NewV7()).String())
}

// IDFrom returns the id of a moment that follows from a hash: of its first ten bytes, 74
// bits take the place of as many random ones. The same hash makes the same id, and ids of
// later moments sort later. It panics for a shorter hash.
func IDFrom(at time.Time, hash []byte) ID {
	var id uuid.UUID
	for i, ms := 5, at.UnixMilli(); i >= 0; i, ms = i-1, ms>>8 {
		id[i] = byte(ms)
	}
	copy(id[6:], hash[:10])
	id[6], id[8] = 0x70|id[6]&0x0f, 0x80|id[8]&0x3f // version 7, and the variant of RFC 9562
	return ID(id.String())
}

// Derive returns an id with the moment of this one that follows from a hash, as IDFrom
// does.
func (id ID) Derive(hash []byte) ID {
	tail := IDFrom(time.UnixMilli(0), hash)
	return id[:14] + tail[14:]
}

// ParseID accepts the text form of a UUID of any version and returns it in
// lower case. Anything else is NotFound, for an address that can't be an
// address of ours deserves the same answer as one that isn't.
func ParseID(text string) (ID, error) {
	parsed, err := uuid.Parse(text)
	if err != nil || len(text) != 36 {
		return "", NotFound()
	}
	return ID(parsed.String()), nil
}

// Ref points at a thing somebody may speak about. Part narrows it to a place
// inside, as a clause id inside a statement; it is empty for the whole.
type Ref struct {
	Kind RefKind
	ID   ID
	Part string
}

// RefKind says what sort of thing a Ref points at.
type RefKind string

// The things that can be spoken about.
const (
	RefStatement RefKind = "statement"
	RefClause    RefKind = "clause"
	RefAmendment RefKind = "amendment" // of the statement ID; Part is its id
)
