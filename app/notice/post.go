package notice

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"strconv"
	"strings"
	"time"

	"madang/app"
)

// Due is somebody to whom there may be something to tell.
type Due struct {
	Account app.ID
	Wishes
	// At is when it was to be looked, Told up to when they were told.
	At, Told time.Time
}

// Letters keeps letterboxes, and letters until they are handed over.
type Letters interface {
	// Letterbox returns an account's; the zero one, with Never, if they have none.
	Letterbox(ctx context.Context, account app.ID) (Letterbox, error)
	// KeepLetterbox keeps it as it is now, looks for news next at a moment, and puts a
	// letter in the post unless it is nil. Letters on the way to another address than
	// the one kept are dropped.
	KeepLetterbox(ctx context.Context, account app.ID, box Letterbox, now, next time.Time, question *Letter) error
	// ForgetLetterbox destroys the address and what is on the way to it.
	ForgetLetterbox(ctx context.Context, account app.ID) error
	// Due lists up to limit confirmed letterboxes to be looked after by now, the longest
	// waiting first.
	Due(ctx context.Context, now time.Time, limit int) ([]Due, error)
	// Looked keeps when to look next, and puts a letter in the post unless it is nil. It
	// reports false, and does nothing, if another node did so already.
	Looked(ctx context.Context, d Due, next time.Time, letter *Letter) (bool, error)
	// Take hands up to limit letters that are due to one node alone, until a moment.
	Take(ctx context.Context, now, until time.Time, limit int) ([]Letter, error)
	// Done forgets a letter that was handed over or that there is no need for.
	Done(ctx context.Context, letter app.ID) error
	// Postpone keeps when to try again.
	Postpone(ctx context.Context, letter app.ID, at time.Time) error
	// GiveUp keeps that a letter can't be delivered, without the account; of news, no
	// more are sent to that letterbox until its owner says so.
	GiveUp(ctx context.Context, l Letter, f Failure) error
	// Failures lists the letters given up, newest first, up to limit.
	Failures(ctx context.Context, limit int) ([]Failure, error)
}

// Mail is a letter as it is handed over: plain text, with a subject that names nothing.
type Mail struct {
	// ID is the same whenever the letter is tried, so that whoever receives it twice can
	// know.
	ID, To, Lang string
	Kind         LetterKind
	// Count is how many news there are, up to MaxCount.
	Count int
	// Link is the path to what it is about, Stop that by which the reader is written to
	// no more.
	Link, Stop string
}

// ErrRefused is what a Carrier returns if the address is refused for good.
var ErrRefused = errors.New("notice: the address is refused")

// Carrier hands a mail to a server. Any error but ErrRefused is tried again.
type Carrier interface {
	Carry(ctx context.Context, m Mail) error
}

// Readers counts for an account, and only by what it may read at that moment, the unread
// notices since a moment, up to MaxCount; those of sensitive groups only if it is asked to.
type Readers interface {
	News(ctx context.Context, account app.ID, since time.Time, withSensitive bool) (int, error)
}

// Post is how people are told by letter.
type Post struct {
	letters Letters
	readers Readers
	carrier Carrier
	secret  []byte
	clock   app.Clock
}

// NewPost returns the post. Without a carrier (nil) nobody can have letters.
func NewPost(letters Letters, readers Readers, carrier Carrier, secret []byte, clock app.Clock) *Post {
	return &Post{letters, readers, carrier, secret, clock}
}

// IsOpen reports whether there is a server to hand letters to.
func (p *Post) IsOpen() bool { return p.carrier != nil }

// Letterbox returns the actor's.
func (p *Post) Letterbox(ctx context.Context, actor app.Actor) (Letterbox, error) {
	if err := actor.InPerson(); err != nil {
		return Letterbox{}, err
	}
	return p.letters.Letterbox(ctx, actor.Account)
}

// questionSpacing is the least time between two questions that one account has sent: who
// types the address of somebody else must not be able to bury them in letters.
const questionSpacing = 10 * time.Minute

// Choose keeps the actor's wishes and address. A new address is asked first whether it is
// theirs. An empty address destroys the one that is kept. Members of a sensitive group have
// to be aware of what a letter can give away: Invalid "mail.aware".
func (p *Post) Choose(ctx context.Context, actor app.Actor, wishes Wishes, typed string) (Letterbox, error) {
	box, err := p.Letterbox(ctx, actor)
	if err != nil {
		return box, err
	}
	if !p.IsOpen() {
		return box, app.Conflict("mail.closed")
	}
	if wishes, err = wishes.check(); err != nil {
		return box, err
	}
	address, err := checkAddress(typed)
	if err != nil {
		return box, err
	}
	if address == "" {
		if wishes.Pace != Never {
			return box, app.Invalid("mail.address").On("address")
		}
		return Letterbox{Wishes: wishes}, p.letters.ForgetLetterbox(ctx, actor.Account)
	}
	if actor.IsSensitive() && !wishes.IsAware && wishes.Pace != Never {
		return box, app.Invalid("mail.aware").On("aware")
	}
	now := p.clock()
	var question *Letter
	isNew := address != box.Address
	if isNew || !box.IsConfirmed {
		if now.Before(box.AskedAt.Add(questionSpacing)) {
			if isNew {
				return box, app.Busy("mail.asked")
			}
		} else {
			box.AskedAt = now
			question = &Letter{ID: app.NewID(), Account: actor.Account, Kind: Question, Since: now, Made: now}
		}
	}
	box.Wishes, box.Address, box.IsConfirmed, box.HasTrouble = wishes, address, box.IsConfirmed && !isNew, false
	return box, p.letters.KeepLetterbox(ctx, actor.Account, box, now, wishes.Next(now), question)
}

// questionTime is how long the link of a question works.
const questionTime = 24 * time.Hour

// sealed is a link's token: an account, what it is for, and a seal that only the forum can
// make (HMAC-SHA-256, RFC 2104, cut to 128 bits). It says nothing about the person.
func (p *Post) sealed(purpose string, account app.ID, about string) string {
	mac := hmac.New(sha256.New, p.secret)
	mac.Write([]byte("mail " + purpose + "\x00" + string(account) + "\x00" + about))
	return string(account) + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:16])
}

// opened returns whose letterbox a token is for, if its seal is right.
func (p *Post) opened(ctx context.Context, purpose, token string) (app.ID, Letterbox, error) {
	typed, _, _ := strings.Cut(token, ".")
	account, err := app.ParseID(typed)
	if err != nil {
		return "", Letterbox{}, app.NotFound()
	}
	box, err := p.letters.Letterbox(ctx, account)
	if err != nil {
		return "", box, err
	}
	if box.Address == "" || !hmac.Equal([]byte(token), []byte(p.sealed(purpose, account, aboutOf(purpose, box)))) {
		return "", box, app.NotFound()
	}
	return account, box, nil
}

// aboutOf is what a token of a purpose is bound to.
func aboutOf(purpose string, box Letterbox) string {
	if purpose == "question" {
		return box.Address + "\x00" + strconv.FormatInt(box.AskedAt.UnixMilli(), 36)
	}
	return box.Address
}

// Confirm keeps that an address is whose who gave it. A link that is older than a day, of
// another address or made up is NotFound.
func (p *Post) Confirm(ctx context.Context, token string) error {
	account, box, err := p.opened(ctx, "question", token)
	if err != nil {
		return err
	}
	now := p.clock()
	if now.After(box.AskedAt.Add(questionTime)) {
		return app.NotFound()
	}
	box.IsConfirmed = true
	return p.letters.KeepLetterbox(ctx, account, box, now, box.Next(now), nil)
}

// Stop lets whoever has the link of a letter have no more of them, without signing in (RFC
// 8058). The address is destroyed.
func (p *Post) Stop(ctx context.Context, token string) error {
	account, _, err := p.opened(ctx, "stop", token)
	if err != nil {
		return err
	}
	return p.letters.ForgetLetterbox(ctx, account)
}

// Knows reports whether the link of a letter would do something.
func (p *Post) Knows(ctx context.Context, purpose, token string) error {
	_, _, err := p.opened(ctx, purpose, token)
	return err
}

// Failures lists letters that were given up, to stewards.
func (p *Post) Failures(ctx context.Context, actor app.Actor) ([]Failure, error) {
	if !actor.Steward {
		return nil, app.NotFound()
	}
	return p.letters.Failures(ctx, MaxPage)
}

const (
	// atOnce is how many letterboxes and letters one node works at in one round.
	atOnce = 50
	// carryTime is how long a node has for its letters of a round before others may take
	// them.
	carryTime = 10 * time.Minute
)

// Round looks after every letterbox that is due and hands over every letter that is. Two
// nodes never do so for the same one at once. An error says that some weren't looked after;
// they are in the next round.
func (p *Post) Round(ctx context.Context) error {
	if !p.IsOpen() {
		return nil
	}
	return errors.Join(p.look(ctx), p.carry(ctx))
}

func (p *Post) look(ctx context.Context) error {
	now := p.clock()
	list, err := p.letters.Due(ctx, now, atOnce)
	if err != nil {
		return err
	}
	var errs []error
	for _, d := range list {
		if err := p.lookAfter(ctx, d, now); err != nil {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

func (p *Post) lookAfter(ctx context.Context, d Due, now time.Time) error {
	// A node that slept may come in quiet hours.
	if later := d.afterQuiet(now); later.After(now) {
		_, err := p.letters.Looked(ctx, d, later, nil)
		return err
	}
	count, err := p.readers.News(ctx, d.Account, d.Told, d.IsAware)
	if err != nil {
		return err
	}
	next := d.Next(now)
	if count == 0 {
		_, err := p.letters.Looked(ctx, d, next, nil)
		return err
	}
	if d.Pace == AtOnce {
		next = d.afterQuiet(now.Add(Spacing)).UTC()
	}
	_, err = p.letters.Looked(ctx, d, next, &Letter{ID: app.NewID(), Account: d.Account, Kind: News, Since: d.Told, Made: now})
	return err
}

func (p *Post) carry(ctx context.Context) error {
	now := p.clock()
	list, err := p.letters.Take(ctx, now, now.Add(carryTime), atOnce)
	if err != nil {
		return err
	}
	var errs []error
	for _, l := range list {
		if err := p.carryOne(ctx, l); err != nil {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// carryOne writes a letter as things are now, and hands it over.
func (p *Post) carryOne(ctx context.Context, l Letter) error {
	box, err := p.letters.Letterbox(ctx, l.Account)
	if err != nil {
		return err
	}
	m := Mail{ID: string(l.ID), To: box.Address, Lang: box.Lang, Kind: l.Kind, Link: "/notices"}
	isWanted := box.Address != ""
	switch l.Kind {
	case Question:
		m.Link = "/mail/confirmation/" + p.sealed("question", l.Account, aboutOf("question", box))
		isWanted = isWanted && !box.IsConfirmed
	case News:
		m.Stop = "/mail/stop/" + p.sealed("stop", l.Account, aboutOf("stop", box))
		isWanted = isWanted && box.IsConfirmed && box.Pace != Never
		if later := box.afterQuiet(p.clock()); isWanted && later.After(p.clock()) {
			return p.letters.Postpone(ctx, l.ID, later)
		}
		if isWanted {
			m.Count, err = p.readers.News(ctx, l.Account, l.Since, box.IsAware)
			isWanted = m.Count > 0
		}
	}
	if err != nil {
		return err
	}
	if !isWanted {
		return p.letters.Done(ctx, l.ID)
	}
	cause := p.carrier.Carry(ctx, m)
	if cause == nil {
		return p.letters.Done(ctx, l.ID)
	}
	now := p.clock()
	at, again := l.Retry(now)
	isRefused := errors.Is(cause, ErrRefused)
	if again && !isRefused {
		return errors.Join(cause, p.letters.Postpone(ctx, l.ID, at))
	}
	return errors.Join(cause, p.letters.GiveUp(ctx, l, Failure{Kind: l.Kind, Day: now.UTC().Truncate(24 * time.Hour), Tries: l.Tries, IsRefused: isRefused}))
}
