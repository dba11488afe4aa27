package main

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"madang/app"
	"madang/db/dbtest"
	"madang/realtime/yjs"
)

// arena is a forum of two nodes in which the chair takes roles away from people who
// write, many at a time.
type arena struct {
	t        *testing.T
	one, two *node
	redis    *redisServer
	line     *cable // between the second node and the database
	flags    []string
	database *sqlx.DB
	chair    string // a token
	group    string
	tables   []table
	runners  []runner
}

// table is a statement at which somebody writes all the time.
type table struct{ statement, host string }

// runner is a person who writes at a table and loses their role once a round.
type runner struct {
	table   table
	token   string
	persona string
}

// atATable is how many runners share a statement.
const atATable = 4

func openArena(t *testing.T, runners int) *arena {
	t.Helper()
	tables := (runners + atATable - 1) / atATable
	address := dbtest.NewDatabase(t)
	a := &arena{t: t, redis: startRedis(t), line: lay(t, address.Host)}
	a.flags = []string{"--data", t.TempDir(), "--database-url", address.String()}
	const cast = 2 // the chair, and an editor who has no part here
	forum := populate(t, append([]string{
		"--personas", strconv.Itoa(cast + tables + runners), "--statements", strconv.Itoa(tables),
	}, a.flags...)...)
	a.chair = forum.Tokens[0]
	for i, statement := range forum.Statements {
		a.tables = append(a.tables, table{statement, forum.Tokens[cast+i]})
	}
	a.watch(address)
	for i := range runners {
		at := cast + tables + i
		r := runner{table: a.tables[i%tables], token: forum.Tokens[at]}
		a.find(&r, forum.Names[at])
		a.runners = append(a.runners, r)
	}
	a.one = serve(t, append([]string{"--redis-url", a.redis.URL()}, a.flags...)...)
	address.Host = a.line.addr
	a.two = serve(t, "--redis-url", a.redis.URL(), "--data", a.flags[1], "--database-url", address.String())
	return a
}

// watch puts a witness into the database. In the very transaction that changes a
// membership, when it has the row for itself, the witness counts what that persona has
// committed to live texts: a row more at any later time is a late commit.
func (a *arena) watch(address *url.URL) {
	a.t.Helper()
	database, err := sqlx.Connect("postgres", address.String())
	if err != nil {
		a.t.Fatal(err)
	}
	a.t.Cleanup(func() { database.Close() })
	database.MustExec(`
		CREATE TABLE moments (persona_id TEXT, version BIGINT, updates BIGINT, PRIMARY KEY (persona_id, version));
		CREATE INDEX live_updates_persona ON live_updates (persona_id);
		CREATE FUNCTION bear_witness() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
			INSERT INTO moments
			SELECT NEW.persona_id, NEW.version, COUNT(*) FROM live_updates WHERE persona_id = NEW.persona_id;
			RETURN NULL;
		END $$;
		CREATE TRIGGER witness AFTER UPDATE ON memberships FOR EACH ROW EXECUTE FUNCTION bear_witness()`)
	a.database = database
}

// find fills in who a runner is in the database.
func (a *arena) find(r *runner, name string) {
	a.t.Helper()
	if err := a.database.QueryRowx(`SELECT id, group_id FROM personas WHERE name = $1`, name).Scan(&r.persona, &a.group); err != nil {
		a.t.Fatal(err)
	}
}

// readmit gives a runner the role back and returns the version of the membership. It
// goes past the rule that nobody returns under a name they had.
func (a *arena) readmit(r runner) (version int64) {
	a.t.Helper()
	err := a.database.Get(&version, `
		UPDATE memberships SET role = $1, ended_at = 0, version = version + 1 WHERE persona_id = $2 RETURNING version`,
		app.RoleDrafter, r.persona)
	if err != nil {
		a.t.Fatal(err)
	}
	return version
}

// committed is how many updates of a persona the log holds.
func (a *arena) committed(persona string) (updates int64) {
	a.t.Helper()
	if err := a.database.Get(&updates, `SELECT COUNT(*) FROM live_updates WHERE persona_id = $1`, persona); err != nil {
		a.t.Fatal(err)
	}
	return updates
}

// witnessed is how many there were when the membership became that version.
func (a *arena) witnessed(persona string, version int64) (updates int64) {
	a.t.Helper()
	err := a.database.Get(&updates, `SELECT updates FROM moments WHERE persona_id = $1 AND version = $2`, persona, version)
	if err != nil {
		a.t.Fatal(err)
	}
	return updates
}

// text is what the log makes of a statement.
func (a *arena) text(statement string) string {
	a.t.Helper()
	e := &editor{doc: yjs.NewDoc()}
	for _, update := range storedIn(a.t, a.flags, app.ID(statement)) {
		if err := e.doc.ApplyUpdate(update); err != nil {
			a.t.Fatal(err)
		}
	}
	return e.text()
}

// loss is what the chair takes away.
type loss string

const (
	membership loss = "membership" // they have to go
	reading    loss = "reading"    // they become an observer where observers don't read
	writing    loss = "writing"    // they become a member, who may read on
)

var losses = []loss{membership, reading, writing}

// takeAway lets the chair do it in the forms of a node, and returns once that has
// answered.
func (a *arena) takeAway(at *node, what loss, persona string, version int64) error {
	address, form := at.URL+"/groups/"+a.group+"/members/"+persona, url.Values{}
	switch what {
	case membership:
		address += "/deletion"
	case reading:
		address, form = address+"/role", url.Values{"role": {string(app.RoleObserver)}}
	case writing:
		address, form = address+"/role", url.Values{"role": {string(app.RoleMember)}}
	}
	form.Set("version", strconv.FormatInt(version, 10))
	req, err := http.NewRequestWithContext(a.t.Context(), http.MethodPost, address, strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Authorization", "Bearer "+a.chair)
	browser := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := browser.Do(req)
	if err != nil {
		return err
	}
	res.Body.Close()
	if res.StatusCode != http.StatusSeeOther {
		return fmt.Errorf("the chair could not take away %s: %s", what, res.Status)
	}
	return nil
}

// either is one of the nodes.
func (a *arena) either() *node {
	if rand.IntN(2) == 0 {
		return a.one
	}
	return a.two
}

// hosts lets somebody write at every table and through each of the nodes, until stop.
// What they write must be saved, whatever happens to others.
func (a *arena) hosts(nodes ...*node) (stop func()) {
	a.t.Helper()
	var writing sync.WaitGroup
	var editors []*editor
	over := make(chan struct{})
	for _, at := range nodes {
		for _, table := range a.tables {
			e := edit(a.t, at.URL, table.host, table.statement)
			editors = append(editors, e)
			writing.Go(func() { e.typeUntil(over) })
		}
	}
	return func() {
		a.t.Helper()
		close(over)
		writing.Wait()
		for _, e := range editors {
			until(a.t, "what others write is saved", func() bool { return e.isSaved() || e.farewell() != nil })
			if gone := e.farewell(); gone != nil {
				a.t.Errorf("somebody else was sent away: %v", gone)
			}
			e.leave()
		}
	}
}

// typeUntil writes ten words a second, unless the socket ends.
func (e *editor) typeUntil(over <-chan struct{}) {
	key := time.NewTicker(100 * time.Millisecond)
	defer key.Stop()
	for {
		select {
		case <-over:
			return
		case <-key.C:
			if !e.write(" on;") {
				return
			}
		}
	}
}
