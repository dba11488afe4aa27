package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"sync"

	"github.com/lib/pq"
)

// People who mean no harm send odd things: what readers' editors clean up, every
// deletion there ever was, new typing before what it builds on, several new client ids
// at once, half a day's work in one update. A session is six windows of them on one
// statement, with Yjs from npm and the forum's own schema, that come and go as a seed
// says; see static/judge/honest. Sessions share a forum, and there are no faults: what
// is refused here would be refused to somebody any day.

type honestCommand struct {
	Source   string `default:"." placeholder:"FOLDER" help:"Top of the source tree. Default: here."`
	Madang   string `default:"bin/madang" placeholder:"FILE" help:"The program to try. Default: bin/madang."`
	Folder   string `placeholder:"FOLDER" help:"Where servers keep their data and logs meanwhile. Default: a temporary one."`
	Seed     uint64 `default:"1" help:"Seed of the first session; the others follow. Default: 1."`
	Sessions int    `default:"1000" placeholder:"N" help:"How many sessions. Default: 1000."`
	AtOnce   int    `default:"4" placeholder:"N" help:"How many at the same time, four at most: they mostly wait. Default: 4."`
}

const (
	sessionWriters = 3 // people
	mostSessions   = 4 // at once, each with people of its own
)

// Validate refuses more sessions at once than there are people for.
func (c *honestCommand) Validate() error {
	if c.AtOnce < 1 || c.AtOnce > mostSessions || c.Sessions < 1 {
		return fmt.Errorf("there must be a session, and one to %d at once", mostSessions)
	}
	return nil
}

// Run plays the sessions and prints which failed, and figures of all.
func (c *honestCommand) Run(ctx context.Context) error {
	r, err := newRig(ctx, place{Source: c.Source, Folder: c.Folder}, c.Madang, c.Sessions)
	if err != nil {
		return err
	}
	total, findings, err := r.playHonestly(ctx, c.Seed, c.AtOnce)
	fmt.Print(total)
	for _, finding := range findings {
		fmt.Println(finding)
	}
	if err != nil {
		return err
	}
	if len(findings) > 0 {
		return fmt.Errorf("%d findings; what the servers left is in %s", len(findings), r.folder)
	}
	return os.RemoveAll(r.folder)
}

// honesty is sessions on one running forum.
type honesty struct {
	*stand
	*ledger
	source string
	judge  *judge
}

// playHonestly plays a session on each statement of the forum, several at once, and
// returns what must not be.
func (r rig) playHonestly(ctx context.Context, seed uint64, atOnce int) (tally, []string, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	h := honesty{ledger: newLedger(), source: r.source}
	var err error
	if h.judge, err = callJudge(ctx, r.source); err != nil {
		return nil, nil, err
	}
	if h.stand, err = r.forum.build(ctx, r.folder, nil); err != nil {
		return nil, nil, err
	}
	defer h.close()
	if err := h.appointReaders(ctx); err != nil {
		return nil, nil, err
	}
	var places sync.WaitGroup
	for i := range atOnce {
		places.Go(func() {
			if err := h.playEvery(ctx, seed, i, atOnce); err != nil {
				cancel(err)
			}
		})
	}
	places.Wait()
	if err := context.Cause(ctx); err != nil {
		return h.counts, h.found(), err
	}
	err = h.incidents(ctx)
	return h.counts, h.found(), err
}

// appointReaders takes from the last people, one for each session at once, the right to
// write. Nobody is connected yet.
func (h honesty) appointReaders(ctx context.Context) error {
	_, err := h.database.ExecContext(ctx, `
		UPDATE memberships SET role = 'member', version = version + 1
		WHERE persona_id IN (SELECT id FROM personas WHERE name = ANY($1))`, pq.Array(h.names[personas-mostSessions:]))
	return err
}

// playEvery plays every nth session, one after the other, with the same people.
func (h honesty) playEvery(ctx context.Context, seed uint64, first, n int) error {
	players, err := startScript(ctx, h.source, "honest", "main.mjs")
	if err != nil {
		return err
	}
	var writers []map[string]string
	for i := range sessionWriters {
		writers = append(writers, map[string]string{"token": h.tokens[firstRole+sessionWriters*first+i]})
	}
	question := map[string]any{
		"addresses": []string{"ws://" + h.addrs[0], "ws://" + h.addrs[1]},
		"writers":   writers, "reader": map[string]string{"token": h.tokens[personas-1-first]},
	}
	for i := first; i < len(h.statements) && ctx.Err() == nil; i += n {
		question["seed"], question["id"] = seed+uint64(i), h.statements[i]
		if err := h.session(ctx, players, question, h.statements[i]); err != nil {
			return fmt.Errorf("session %d: %w", seed+uint64(i), err)
		}
	}
	return nil
}

// session plays one and holds what its people read against the log.
func (h honesty) session(ctx context.Context, players *script, question map[string]any, id string) error {
	var played struct {
		Error    string
		Findings []string
		Text     string
		Tally    tally
	}
	if err := players.ask(question, &played); err != nil {
		return err
	}
	if played.Error != "" {
		return errors.New(played.Error)
	}
	findings, err := h.compare(ctx, id, played.Text)
	if err != nil {
		return err
	}
	h.count("sessions")
	h.add(played.Tally)
	for _, finding := range slices.Concat(played.Findings, findings) {
		h.find("session %d: %s", question["seed"], finding)
	}
	return nil
}

// compare finds where a statement's log tells of something else than people read.
func (h honesty) compare(ctx context.Context, id, shown string) (findings []string, err error) {
	d, err := h.read(ctx, id)
	if err != nil {
		return nil, err
	}
	if flaw := d.flaw(); flaw != "" {
		findings = append(findings, flaw)
	}
	history, err := d.history()
	if err != nil {
		return nil, err
	}
	doc, err := replay(history)
	if err != nil {
		return nil, err
	}
	theirs, err := h.judge.read(history)
	if err != nil {
		return nil, err
	}
	text := textOf(doc)
	switch {
	case shown == text:
	case theirs == text && letters(shown) == letters(text):
		h.count("sessions in which Yjs itself put something in another order")
	default:
		findings = append(findings, "people read otherwise than the server's replay of the log: "+firstDifference(shown, text))
	}
	if theirs != text {
		findings = append(findings, "real Yjs reads the log otherwise than the server: "+firstDifference(theirs, text))
	}
	refused, err := h.refused(ctx, id)
	return append(findings, refused...), err
}

// letters is a text whatever its order. What Yjs makes of a few concurrent edits depends
// on the order in which they came; given the log's, it must read as the server does.
func letters(text string) string {
	sorted := []rune(text)
	slices.Sort(sorted)
	return string(sorted)
}

// refused lists what lies in quarantine.
func (h honesty) refused(ctx context.Context, id string) (findings []string, err error) {
	rows, err := h.database.QueryContext(ctx, `SELECT code FROM live_refusals WHERE document_id = $1`, id)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var code string
		if err := rows.Scan(&code); err != nil {
			return nil, err
		}
		findings = append(findings, "an update lies in quarantine: "+code)
	}
	return findings, rows.Err()
}

// incidents finds what the nodes counted that must not have been.
func (h honesty) incidents(ctx context.Context) error {
	for _, name := range []string{"incidents_total", "refusals_total", "holds_total", "panics_total"} {
		n, err := h.measured(ctx, name)
		if err != nil {
			return err
		}
		if n > 0 {
			h.find("the nodes counted %d %s", n, name)
		}
	}
	gaps, err := h.measured(ctx, "gaps_total")
	h.add(tally{"updates that came before what they build on": gaps})
	return err
}
