// Package dbtest gives tests a forum on a real database, with a cast whose names
// mean the same in every test: Chioma chairs, Eun edits, Dani drafts, Minho is a
// member, Olga observes; Sook is in a sensitive circle; Zoe is in a group of her own.
package dbtest

import (
	"context"
	"crypto/rand"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"madang/app"
	"madang/app/identity"
	"madang/db"
)

// Forum is a fresh forum on one database.
type Forum struct {
	t      testing.TB
	config db.Config

	DB       *db.DB
	Identity *identity.Service
	Clock    *Clock

	// Group is ordinary, Circle sensitive, Elsewhere is where only Zoe is.
	Group, Circle, Elsewhere identity.Group
	Steward                  app.Actor
	// Of the group.
	Chioma, Eun, Dani, Minho, Olga app.Actor
	// Of the circle: its facilitator, a drafter, and a member.
	Farid, Sook, Hana app.Actor
	Zoe               app.Actor
}

// Each runs a test on SQLite and on PostgreSQL, each with a forum of its own.
func Each(t *testing.T, test func(t *testing.T, f *Forum)) {
	t.Helper()
	t.Run("SQLite", func(t *testing.T) { test(t, OnSQLite(t)) })
	t.Run("PostgreSQL", func(t *testing.T) { test(t, OnPostgres(t)) })
}

// OnSQLite returns a forum in a temporary folder.
func OnSQLite(t testing.TB) *Forum {
	t.Helper()
	return open(t, db.Config{Data: t.TempDir()})
}

// OnPostgres returns a forum in a database of its own on the tests' server.
func OnPostgres(t testing.TB) *Forum {
	t.Helper()
	return open(t, db.Config{URL: NewDatabase(t).String()})
}

func open(t testing.TB, c db.Config) *Forum {
	t.Helper()
	f := &Forum{t: t, config: c, Clock: newClock()}
	f.DB = f.Another()
	if _, err := f.DB.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	f.Identity = identity.New(f.people(), []byte("the secret of a test"), f.Clock.Now)
	f.populate()
	return f
}

// Another opens the same database once more, as a second node does.
func (f *Forum) Another() *db.DB {
	f.t.Helper()
	opened, err := db.Open(f.t.Context(), f.config)
	if err != nil {
		f.t.Fatal(err)
	}
	f.t.Cleanup(func() {
		if err := opened.Close(); err != nil {
			f.t.Error(err)
		}
	})
	return opened
}

// Config says where the forum's database is.
func (f *Forum) Config() db.Config { return f.config }

// Raw gives a connection past everything, to look at what is really stored.
func (f *Forum) Raw() *sqlx.DB {
	f.t.Helper()
	driver, source := "sqlite", "file:"+f.config.Data+"/madang.db?_pragma=busy_timeout(10000)"
	if f.config.URL != "" {
		driver, source = "postgres", f.config.URL
	}
	raw, err := sqlx.Connect(driver, source)
	if err != nil {
		f.t.Fatal(err)
	}
	f.t.Cleanup(func() { raw.Close() })
	return raw
}

func (f *Forum) populate() {
	f.Steward = f.admit(identity.Group{}, app.RoleSteward, "")
	f.Group = f.newGroup("The River Group", "Scholars", "Civil society")
	f.Chioma = f.admit(f.Group, app.RoleChair, "Chioma")
	f.Eun = f.admit(f.Group, app.RoleEditor, "은")
	f.Dani = f.admit(f.Group, app.RoleDrafter, "Dani")
	f.Minho = f.admit(f.Group, app.RoleMember, "민호")
	f.Olga = f.admit(f.Group, app.RoleObserver, "Olga")
	f.Circle = f.newGroup("The Listening Circle", "Facilitators", "Survivors!")
	f.Farid = f.admit(f.Circle, app.RoleChair, "Farid")
	f.Sook = f.admit(f.Circle, app.RoleDrafter, "숙")
	f.Hana = f.admit(f.Circle, app.RoleMember, "하나")
	f.Elsewhere = f.newGroup("Somewhere Else", "Public")
	f.Zoe = f.admit(f.Elsewhere, app.RoleChair, "Zoe")
}

// newGroup makes a group with those stakeholder groups; one with a "!" is sensitive.
func (f *Forum) newGroup(name string, stakeholders ...string) identity.Group {
	f.t.Helper()
	draft := identity.GroupDraft{Name: name, Charter: "We write together.", Languages: []string{"ko", "en"}}
	for _, stake := range stakeholders {
		plain, sensitive := strings.CutSuffix(stake, "!")
		draft.Stakeholders = append(draft.Stakeholders, identity.StakeholderDraft{Name: plain, Required: true, Sensitive: sensitive})
	}
	g, err := f.Identity.CreateGroup(f.ctx(), f.Steward, draft)
	if err != nil {
		f.t.Fatal(err)
	}
	return g
}

// admit puts somebody into a group, in its last stakeholder group. It takes the
// store's door and not that for people: drawing a return code is slow on purpose.
func (f *Forum) admit(g identity.Group, role app.Role, name string) app.Actor {
	f.t.Helper()
	invitation := identity.Invitation{
		ID: app.NewID(), Group: g.ID, Role: role, CreatedAt: f.Clock.Now(), Expires: f.Clock.Now().Add(time.Hour),
	}
	admission := identity.Admission{
		Invitation: invitation.ID, At: f.Clock.Now(), Account: app.NewID(), IsNew: true, Steward: role == app.RoleSteward,
	}
	admission.Code = identity.StoredCode{Account: admission.Account, Salt: []byte{0}, Hash: []byte{0}}
	admission.Session = identity.Session{
		ID: app.NewID(), Hash: []byte(admission.Account), Account: admission.Account,
		Created: f.Clock.Now(), Seen: f.Clock.Now(), Expires: f.Clock.Now().Add(time.Hour),
	}
	if !admission.Steward {
		invitation.Stakeholder = g.Stakeholders[len(g.Stakeholders)-1].ID
		admission.Persona, admission.Group, admission.Role, admission.Stake = app.NewID(), g.ID, role, invitation.Stakeholder
		admission.Name, admission.NameKey = name, strings.ToLower(name)
	}
	if err := f.people().Invite(f.ctx(), app.Standing{}, invitation, []byte(invitation.ID)); err != nil {
		f.t.Fatal(err)
	}
	if err := f.people().Admit(f.ctx(), admission); err != nil {
		f.t.Fatal(err)
	}
	return f.Refresh(app.Actor{Account: admission.Account})
}

// Join puts one more person into a group.
func (f *Forum) Join(g identity.Group, role app.Role, name string) app.Actor {
	return f.admit(g, role, name)
}

// Refresh returns the actor as they stand now; without it a test keeps an actor as
// of the beginning of a request.
func (f *Forum) Refresh(a app.Actor) app.Actor {
	f.t.Helper()
	actor, err := f.people().Account(f.ctx(), a.Account)
	if err != nil {
		f.t.Fatal(err)
	}
	return actor
}

// Membership is the actor's only one.
func (f *Forum) Membership(a app.Actor) app.Membership {
	f.t.Helper()
	if len(a.Memberships) != 1 {
		f.t.Fatalf("the actor has %d memberships", len(a.Memberships))
	}
	return a.Memberships[0]
}

// SetRole changes a role as the group's chair would.
func (f *Forum) SetRole(chair, who app.Actor, role app.Role) {
	f.t.Helper()
	m := f.Membership(f.Refresh(who))
	if err := f.Identity.ChangeRole(f.ctx(), f.Refresh(chair), m.Group, m.Persona, role, m.Version); err != nil {
		f.t.Fatal(err)
	}
}

func (f *Forum) people() db.IdentityStore { return db.IdentityStore{DB: f.DB} }

func (f *Forum) ctx() context.Context { return f.t.Context() }

// Clock tells a time that a test can move.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *Clock { return &Clock{now: time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC)} }

// Now is an app.Clock.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Advance moves the clock.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// NewDatabase makes an empty database on the tests' PostgreSQL, and drops it with the
// test.
func NewDatabase(t testing.TB) *url.URL {
	t.Helper()
	server := os.Getenv("MADANG_TEST_POSTGRES")
	if server == "" {
		t.Fatal("MADANG_TEST_POSTGRES is empty: `make test` starts a PostgreSQL and sets it, and so does `.ci/services go test ./...`")
	}
	admin, err := sqlx.Connect("postgres", server)
	if err != nil {
		t.Fatal(err)
	}
	name := "test_" + strings.ToLower(rand.Text())
	if _, err := admin.Exec("CREATE DATABASE " + name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		defer admin.Close()
		if _, err := admin.ExecContext(context.Background(), "DROP DATABASE "+name+" WITH (FORCE)"); err != nil {
			t.Error(err)
		}
	})
	address, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	address.Path = "/" + name
	return address
}
