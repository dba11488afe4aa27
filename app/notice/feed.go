package notice

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"slices"
	"time"

	"madang/app"
)

// Feed is the right of whoever has its address to read somebody's news without signing in.
type Feed struct {
	ID, Account app.ID
	// Lang is the language it is written in.
	Lang string
	// IsAware says that its owner knows what it can give away. Without it nothing of a
	// sensitive group is told.
	IsAware bool
	Made    time.Time
}

// FeedStore keeps feeds, at most one of each account, by a hash of their token.
type FeedStore interface {
	// Feed returns an account's, FeedBy the one whose token has the hash; else NotFound.
	Feed(ctx context.Context, account app.ID) (Feed, error)
	FeedBy(ctx context.Context, hash []byte) (Feed, error)
	// KeepFeed keeps one in the place of the one its account had.
	KeepFeed(ctx context.Context, f Feed, hash []byte) error
	// ForgetFeed destroys an account's; that it has none is no error.
	ForgetFeed(ctx context.Context, account app.ID) error
}

// People answers who an account is now, without any session. It is answered by identity.
type People interface {
	Of(ctx context.Context, account app.ID) (app.Actor, error)
}

// Feeds are how people are told by readers of feeds.
type Feeds struct {
	store  FeedStore
	people People
	news   *Service
	clock  app.Clock
}

// NewFeeds returns the feeds of what the news tell.
func NewFeeds(store FeedStore, people People, news *Service, clock app.Clock) *Feeds {
	return &Feeds{store, people, news, clock}
}

// Make gives the actor a feed in the place of the one they had, whose address ends. Token is
// what is secret in the new one; it can't be learned again. Members of a sensitive group have
// to be aware of what a feed can give away: Invalid "feed.aware". A program can't make one: a
// feed tells of all groups of an account, and a program may know only one.
func (f *Feeds) Make(ctx context.Context, actor app.Actor, lang string, isAware bool) (token string, err error) {
	if actor.Session == "" {
		return "", app.SignIn()
	}
	if actor.IsSensitive() && !isAware {
		return "", app.Invalid("feed.aware").On("aware")
	}
	token = rand.Text() + rand.Text() // 256 bits
	made := Feed{ID: app.NewID(), Account: actor.Account, Lang: lang, IsAware: isAware, Made: f.clock()}
	return token, f.store.KeepFeed(ctx, made, hashOf(token))
}

func hashOf(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}

// Of returns the actor's feed, NotFound if they have none.
func (f *Feeds) Of(ctx context.Context, actor app.Actor) (Feed, error) {
	if err := actor.InPerson(); err != nil {
		return Feed{}, err
	}
	return f.store.Feed(ctx, actor.Account)
}

// Revoke ends the actor's feed.
func (f *Feeds) Revoke(ctx context.Context, actor app.Actor) error {
	if err := actor.InPerson(); err != nil {
		return err
	}
	return f.store.ForgetFeed(ctx, actor.Account)
}

// Read returns the newest news of whose feed it is, by what they may read now. It is
// NotFound if the token opens none, or its owner may read nothing that it could tell of.
func (f *Feeds) Read(ctx context.Context, token string) (Feed, []Notice, error) {
	found, err := f.store.FeedBy(ctx, hashOf(token))
	if err != nil {
		return Feed{}, nil, err
	}
	owner, err := f.people.Of(ctx, found.Account)
	if err != nil {
		return Feed{}, nil, err
	}
	owner = Outside(owner, found.IsAware)
	if len(readers(owner)) == 0 {
		return Feed{}, nil, app.NotFound()
	}
	page, err := f.news.List(ctx, owner, "")
	return found, page.Notices, err
}

// Outside is an actor as far as they are told outside the forum: of sensitive groups only if
// they are aware of what that can give away.
func Outside(actor app.Actor, isAware bool) app.Actor {
	actor.Memberships = slices.DeleteFunc(slices.Clone(actor.Memberships), func(m app.Membership) bool { return m.Sensitive && !isAware })
	return actor
}
