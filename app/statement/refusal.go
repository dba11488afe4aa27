package statement

import (
	"context"
	"time"

	"madang/app"
)

// KeptRefused is how long what the live text refused is kept.
const KeptRefused = 30 * 24 * time.Hour

// mostRefused is how many refused edits are shown, the last first.
const mostRefused = 50

// RefusedEdit is an edit that the live text refused. Nothing of it is in the text; it is
// kept for its author, and for a chair who wants to know what somebody tried.
type RefusedEdit struct {
	ID      app.ID
	Persona app.ID
	Name    string
	At      time.Time
	// Code is that of the error with which it was refused, as "live.schema".
	Code   string
	Update []byte
	// Words are what it would have put into the text, piece by piece; none if it only took
	// something away, or if nothing of it can be read.
	Words []string
}

// RefusedEdits are those of a statement before a reader.
type RefusedEdits struct {
	Statement  Statement
	Membership app.Membership
	// IsAll says that they are everybody's, as chairs see them; others see their own.
	IsAll bool
	Edits []RefusedEdit
}

// Refused lists what the live text of a statement refused in the last 30 days: to the
// group's chairs whoever sent it, to everybody else what they sent themselves.
func (s *Service) Refused(ctx context.Context, actor app.Actor, id app.ID) (RefusedEdits, error) {
	found, m, err := s.Find(ctx, actor, id)
	if err != nil {
		return RefusedEdits{}, err
	}
	v := RefusedEdits{Statement: found, Membership: m, IsAll: m.May(app.Keep)}
	of := m.Persona
	if v.IsAll {
		of = ""
	}
	if v.Edits, err = s.store.RefusedEdits(ctx, id, of, s.clock().Add(-KeptRefused), mostRefused); err != nil {
		return v, err
	}
	for i, e := range v.Edits {
		v.Edits[i].Words = s.brake.Words(e.Update)
	}
	return v, nil
}
