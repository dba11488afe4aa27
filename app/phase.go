package app

import "slices"

// Phase is how far the work on a statement has come. It narrows what roles permit.
type Phase string

// The phases, in the order in which a text usually goes through them.
const (
	PhaseDrafting    Phase = "drafting"       // the text is being written
	PhaseReview      Phase = "group_review"   // the group reads a text that stands still, comments and proposes
	PhasePublic      Phase = "public_comment" // a version of it is before the public
	PhaseDisposition Phase = "disposition"    // what the public said is answered, and worked into the text
)

// Phases lists them in their order.
var Phases = []Phase{PhaseDrafting, PhaseReview, PhasePublic, PhaseDisposition}

// closed is the one table of what a phase takes away from every role. What isn't listed
// is as the role permits it.
var closed = map[Phase][]Capability{
	PhaseReview: {Draft},
	PhasePublic: {Draft},
}

// Closes reports whether nobody may do something in the phase, whatever their role.
func (p Phase) Closes(what Capability) bool { return slices.Contains(closed[p], what) }

// Left is all that roles still permit in a group that is archived: everything stays to be
// read, people outside are answered, and what somebody said they may take back or report.
var Left = []Capability{Read, Retract, Report, Screen, Study, Keep}

// Stage is the phase that a statement is in, at its No-th step (0: none was taken yet).
// The zero Stage is of no statement and closes nothing.
type Stage struct {
	Statement ID
	Phase     Phase
	No        int64
}
