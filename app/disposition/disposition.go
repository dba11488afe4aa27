// Package disposition is about what becomes of what the public said: who reads it, which
// passages make an issue, how each issue is answered and by whom that is looked over, and
// the report that tells it. Its rule: no report is published while an issue of substance
// has no answer, and no amendment that comes of an issue is applied before.
//
// Words of a submission are kept nowhere here. An excerpt is a place in them: so it says
// what its author lets it say today, and nothing once they withdraw it.
package disposition

import (
	"slices"
	"time"

	"madang/app"
)

// Docket is what was put before the public, as far as answers need it.
type Docket struct {
	ID, Group, Statement  app.ID
	Number, Title, Lang   string
	IsAnnounced, IsClosed bool
	// Version is the number of the version that was frozen.
	Version int
	// Clauses are those of the frozen text, in order.
	Clauses []Clause
}

// Clause is one clause of the frozen text.
type Clause struct{ CID, Number, Words string }

func (d Docket) has(cid string) bool {
	return cid == "" || slices.ContainsFunc(d.Clauses, func(c Clause) bool { return c.CID == cid })
}

// place is where a clause stands, behind the whole text.
func (d Docket) place(cid string) int {
	return slices.IndexFunc(d.Clauses, func(c Clause) bool { return c.CID == cid })
}

// Submission is something that was posted, as anybody may read it.
type Submission struct {
	No       int
	Revision int
	// Clauses are the ids of those it is about; none means the whole text.
	Clauses           []string
	Comment, Proposed string
	Kind              Kind
	Name, Lang        string
	At                time.Time
}

// in is the text of one of its two fields.
func (s Submission) in(f Field) string {
	if f == FieldProposed {
		return s.Proposed
	}
	return s.Comment
}

// Kind is what sort of thing is said, as the template of ISO comments sorts it.
type Kind string

// The kinds.
const (
	General   Kind = "general"
	Technical Kind = "technical"
	Editorial Kind = "editorial"
)

// Kinds are all of them.
var Kinds = []Kind{General, Technical, Editorial}

// ISO is the kind as the comment template of the ISO/IEC Directives writes it: ge, te or ed.
func (k Kind) ISO() string { return string(k[:2]) }

// Limits of what people write, in characters.
const (
	MaxTitle     = 200
	MaxRationale = 5_000
	MaxRemark    = 2_000
	MaxSummary   = 20_000
)
