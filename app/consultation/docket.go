// Package consultation is about putting a frozen text before the public: dockets that
// open and close, what people submit to them without an account, and the receipts by
// which they follow it. Its rule: nobody is silenced. Whatever was received has a
// receipt and a state, and stands in a balance that anybody can read.
package consultation

import (
	"slices"
	"strconv"
	"time"

	"madang/app"
	"madang/app/prose"

	_ "time/tzdata" // deadlines are in zones by name, and small machines may not know them
)

// Docket is a text put before the public, with all that belongs to it.
type Docket struct {
	ID, Group app.ID
	GroupName string
	// Year and No are its number: No counts the dockets of a group in a year.
	Year, No int
	DocketText
	// Version is the text that was frozen; it is zero until the docket is announced.
	Version Frozen
	// Acts tell what was done with it, oldest first.
	Acts      []Act
	CreatedBy app.ID
	CreatedAt time.Time
}

// DocketText is what a chair writes about a docket before it is announced.
type DocketText struct {
	Statement app.ID
	Title     string
	// Lang is the language it is written in.
	Lang string
	// Notice says what is asked and why; Notes explain the text clause by clause or as
	// they like. Both are Markdown.
	Notice, Notes string
	Questions     []string
	// Opens and Closes bound the period: open from the one to just before the other.
	Opens, Closes time.Time
	// Zone is the time zone the deadline is meant in, by its IANA name.
	Zone string
	// Published says what is published of a submission, Kept how long it is kept.
	Published, Kept string
	// Channels are the ways by which submissions are taken, beside the page.
	Channels []Channel
	// Contact says where letters go and who answers the telephone.
	Contact    string
	Moderation Moderation
}

// Channel is the way by which a submission came.
type Channel string

// The channels.
const (
	ChannelWeb       Channel = "web"
	ChannelLetter    Channel = "letter"
	ChannelMail      Channel = "mail" // electronic mail
	ChannelTelephone Channel = "telephone"
	ChannelMeeting   Channel = "meeting"
)

// Channels are those that staff key in, in the order in which pages offer them.
var Channels = []Channel{ChannelLetter, ChannelMail, ChannelTelephone, ChannelMeeting}

// Moderation says when a submission is looked at.
type Moderation string

// The modes: looked at before it is posted, or posted at once and looked at after.
const (
	ModerationPre  Moderation = "pre"
	ModerationPost Moderation = "post"
)

// Frozen names the version of a statement that a docket is about.
type Frozen struct {
	Version, Statement app.ID
	No                 int
	Title, Lang        string
}

// FrozenText is such a version with its words. Gaps are the numbers of the errata that
// erased clauses from it, by clause id.
type FrozenText struct {
	Frozen
	Doc  prose.Doc
	Gaps map[string]int
}

// ActKind says what was done with a docket.
type ActKind string

// The acts. A docket opens and closes by itself, at its times.
const (
	Announced   ActKind = "announced"
	Extended    ActKind = "extended"
	ClosedEarly ActKind = "closed_early"
	Withdrawn   ActKind = "withdrawn"
)

// Act is one thing done with a docket. It is kept for ever.
type Act struct {
	ID     app.ID
	Kind   ActKind
	By     app.ID
	Name   string // of By
	At     time.Time
	Reason string
	// Closes is when the period ends by this act; zero for Withdrawn.
	Closes time.Time
}

// State is where a docket stands at a moment.
type State string

// The states, in order.
const (
	StateDraft     State = "draft"     // only its group sees it
	StateAnnounced State = "announced" // everybody sees it, and it isn't open yet
	StateOpen      State = "open"
	StateClosed    State = "closed"
	StateWithdrawn State = "withdrawn"
)

// States are those that the public meets.
var States = []State{StateOpen, StateAnnounced, StateClosed, StateWithdrawn}

// State is where the docket stands: it follows from its acts and its times alone, so
// that nothing has to happen for it to open and to close.
func (d Docket) State(now time.Time) State {
	switch {
	case !d.has(Announced):
		return StateDraft
	case d.has(Withdrawn):
		return StateWithdrawn
	case now.Before(d.Opens):
		return StateAnnounced
	case now.Before(d.Closes):
		return StateOpen
	}
	return StateClosed
}

func (d Docket) has(kind ActKind) bool {
	return slices.ContainsFunc(d.Acts, func(a Act) bool { return a.Kind == kind })
}

// Number is how people cite the docket, as "2026-3".
func (d Docket) Number() string { return strconv.Itoa(d.Year) + "-" + strconv.Itoa(d.No) }

// In is a moment in the docket's time zone.
func (d Docket) In(t time.Time) time.Time { return t.In(zone(d.Zone)) }

// ChangedAt is when the docket last became another, by an act or by its clock.
func (d Docket) ChangedAt(now time.Time) time.Time {
	last := d.CreatedAt
	if len(d.Acts) > 0 {
		last = d.Acts[len(d.Acts)-1].At
	}
	for _, turn := range []time.Time{d.Opens, d.Closes} {
		if !d.has(Withdrawn) && turn.After(last) && !turn.After(now) {
			last = turn
		}
	}
	return last
}

// zone is UTC for a name nobody knows; none is stored.
func zone(name string) *time.Location {
	if at, err := time.LoadLocation(name); err == nil {
		return at
	}
	return time.UTC
}

// Act decides whether something may be done with the docket now, and returns it as it
// is after. What was already done, or can't be done in its state, is Conflict.
func (d Docket) Act(a Act) (Docket, error) {
	state := d.State(a.At)
	switch a.Kind {
	case Announced:
		if state != StateDraft {
			return d, app.Conflict("docket.announced")
		}
		if !d.Closes.After(a.At) {
			return d, app.Invalid("docket.past").On("closes")
		}
		a.Closes = d.Closes
	case Extended:
		if state != StateAnnounced && state != StateOpen && state != StateClosed {
			return d, app.Conflict("docket.not_running")
		}
		if !a.Closes.After(d.Closes) || !a.Closes.After(a.At) {
			return d, app.Invalid("docket.not_later").On("closes")
		}
	case ClosedEarly:
		if state != StateOpen {
			return d, app.Conflict("docket.not_open")
		}
		a.Closes = a.At
	case Withdrawn:
		if state == StateDraft || state == StateWithdrawn {
			return d, app.Conflict("docket.not_running")
		}
	default:
		return d, app.Invalid("docket.act").On("kind")
	}
	if !a.Closes.IsZero() {
		d.Closes = a.Closes
	}
	d.Acts = append(slices.Clone(d.Acts), a)
	return d, nil
}
