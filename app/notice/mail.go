package notice

import (
	"net/mail"
	"slices"
	"strings"
	"time"

	"madang/app"

	_ "time/tzdata" // quiet hours are in zones by name, and small machines may not know them
)

// Pace is how often somebody wants a letter about what they follow.
type Pace string

// The paces. Never is what everybody begins with.
const (
	Never  Pace = "never"
	AtOnce Pace = "at_once" // at most every Spacing
	Daily  Pace = "daily"
	Weekly Pace = "weekly" // on Mondays
)

// Paces are all of them, in the order in which pages offer them.
var Paces = []Pace{Never, AtOnce, Daily, Weekly}

// Spacing is the least time between two letters to somebody who wants them at once.
const Spacing = 15 * time.Minute

// lookEvery is the least time between two looks for news to tell at once.
const lookEvery = 3 * time.Second

// MaxAddress is how long an address may be, in bytes (RFC 5321, section 4.5.3.1.3, without
// the brackets).
const MaxAddress = 254

// Wishes are how somebody wants to be told by letter.
type Wishes struct {
	Pace Pace
	// Hour is when the letters of a day or a week go, from 0 to 23, in Zone (an IANA
	// name).
	Hour int
	Zone string
	// QuietFrom and QuietTo are hours between which nothing goes; none if they are equal.
	QuietFrom, QuietTo int
	// Lang is the language of the letters.
	Lang string
	// IsAware says that they know what a letter can give away. Without it nobody in a
	// sensitive group is written to.
	IsAware bool
}

// Letterbox is where somebody's letters go. Address is empty until they give one, and
// nothing but the question whether it is theirs goes there before it is confirmed.
type Letterbox struct {
	Wishes
	Address     string
	IsConfirmed bool
	// AskedAt is when that question was last sent.
	AskedAt time.Time
	// HasTrouble says that letters came back, and that none are sent any more.
	HasTrouble bool
}

// check tidies wishes.
func (w Wishes) check() (Wishes, error) {
	w.Zone = strings.TrimSpace(w.Zone)
	isHour := func(h int) bool { return 0 <= h && h < 24 }
	switch _, err := time.LoadLocation(w.Zone); {
	case !slices.Contains(Paces, w.Pace):
		return w, app.Invalid("mail.pace").On("pace")
	case !isHour(w.Hour):
		return w, app.Invalid("mail.hour").On("hour")
	case !isHour(w.QuietFrom) || !isHour(w.QuietTo):
		return w, app.Invalid("mail.hour").On("quiet_from")
	case err != nil || w.Zone == "" || w.Zone == "Local":
		return w, app.Invalid("mail.zone").On("zone")
	}
	return w, nil
}

// checkAddress tidies one address, without a name beside it (RFC 5322, section 3.4.1). An
// empty one is none.
func checkAddress(typed string) (string, error) {
	typed = strings.TrimSpace(typed)
	if typed == "" {
		return "", nil
	}
	parsed, err := mail.ParseAddress(typed)
	if err != nil || parsed.Name != "" || parsed.Address != typed || len(typed) > MaxAddress || strings.ContainsAny(typed, "\r\n<>\" ") {
		return "", app.Invalid("mail.address").On("address")
	}
	return typed, nil
}

// zone is UTC for a name nobody knows; none is stored.
func (w Wishes) zone() *time.Location {
	if at, err := time.LoadLocation(w.Zone); err == nil {
		return at
	}
	return time.UTC
}

// Next is when to look the next time whether there is something to tell, if it was looked
// at a moment. It is never in quiet hours.
func (w Wishes) Next(now time.Time) time.Time {
	local := now.In(w.zone())
	at := func(days int) time.Time {
		return time.Date(local.Year(), local.Month(), local.Day()+days, w.Hour, 0, 0, 0, local.Location())
	}
	next := now.Add(lookEvery)
	switch w.Pace {
	case Daily:
		if next = at(0); !next.After(now) {
			next = at(1)
		}
	case Weekly:
		if next = at((8 - int(local.Weekday())) % 7); !next.After(now) {
			next = at((8-int(local.Weekday()))%7 + 7)
		}
	}
	return w.afterQuiet(next).UTC()
}

// afterQuiet is the moment itself, or the end of the quiet hours it is in.
func (w Wishes) afterQuiet(t time.Time) time.Time {
	local := t.In(w.zone())
	hour := local.Hour()
	isQuiet := w.QuietFrom <= hour && hour < w.QuietTo
	if w.QuietFrom > w.QuietTo { // over midnight
		isQuiet = hour >= w.QuietFrom || hour < w.QuietTo
	}
	if !isQuiet {
		return t
	}
	days := 0
	if hour >= w.QuietTo {
		days = 1
	}
	return time.Date(local.Year(), local.Month(), local.Day()+days, w.QuietTo, 0, 0, 0, local.Location())
}

// LetterKind says what a letter is for.
type LetterKind string

// The kinds.
const (
	// Question asks whether an address is whose who gave it.
	Question LetterKind = "question"
	// News says how many new things there are in what somebody follows.
	News LetterKind = "news"
)

// Letter is one on its way. What it says is written when it goes: it tells what is so
// then.
type Letter struct {
	ID      app.ID
	Account app.ID
	Kind    LetterKind
	// Since is the moment from which on news are told.
	Since time.Time
	Made  time.Time
	// Tries counts the attempts to hand it over, the present one among them.
	Tries int
}

// patience is how long after its making a letter is given up.
const patience = 3 * 24 * time.Hour

// Retry is when to try again after a failure, and whether at all: after one minute, then
// after twice as long each time, up to six hours; not after three days (RFC 5321, section
// 4.5.4.1 asks for four to five days of servers, which come behind).
func (l Letter) Retry(now time.Time) (at time.Time, again bool) {
	wait := 6 * time.Hour
	if l.Tries < 10 {
		wait = min(wait, time.Minute<<max(0, l.Tries-1))
	}
	at = now.Add(wait)
	return at, at.Before(l.Made.Add(patience))
}

// Failure is a letter that was given up. It doesn't say whose it was.
type Failure struct {
	Kind  LetterKind
	Day   time.Time
	Tries int
	// IsRefused says that the address was refused, and else the server couldn't be
	// reached.
	IsRefused bool
}
