package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"sync"
)

// Who is in every schedule. Each window that stays open has a line of its own, and so
// have the visitors of a statement and those who send requests.
const (
	writers   = 6
	mover     = writers // the index of the one who rearranges
	members   = 3       // with Yjs from npm
	windows   = writers + 1 + members
	visitors  = windows // the index of the first line of visitors
	requests  = visitors + statements
	clients   = requests + 1 // lines
	callers   = 3            // people a visitor takes turns with
	firstRole = 2            // people before are chair and editor
)

// cast are the people of one schedule, and their lines.
type cast struct {
	ledger     *ledger
	lines      [clients]*line
	writers    []*writer
	members    []*member
	visitors   []visitor
	commenters []*commenter
	editor     *commenter // edits by form
	done       sync.WaitGroup
}

// statementOf is the index of the statement a client is in, -1 for those who are in
// none or in all.
func statementOf(client int) int {
	switch {
	case client == mover:
		return 0
	case client < windows:
		return client % 3 / 2 // two of three are in the first
	case client < requests:
		return client - visitors
	}
	return -1
}

// invite makes the people. A client's line leads to its own node, and to the other one
// when that refuses.
func (s *stand) invite(ctx context.Context, source string, sch schedule, log *os.File) (*cast, error) {
	c := &cast{ledger: newLedger()}
	for i := range c.lines {
		home := i % 2
		l, err := layLine(s.addrs[home], s.addrs[1-home])
		if err != nil {
			return c, err
		}
		c.lines[i] = l
	}
	for i := range writers + 1 {
		w := newWriter(s.person(firstRole+i), fmt.Sprintf("g%d", i), s.statements[statementOf(i)], c.lines[i], c.ledger, sch.seed<<8+uint64(i))
		if i == mover {
			w.act = rearrange
		}
		c.writers = append(c.writers, w)
	}
	for i := range statements {
		v := visitor{title: "v" + string(rune('a'+i)), statement: s.statements[i], line: c.lines[visitors+i], ledger: c.ledger, seed: sch.seed<<16 + uint64(i)<<12}
		for n := range callers {
			v.people = append(v.people, s.person(firstRole+windows+callers*i+n))
		}
		c.visitors = append(c.visitors, v)
	}
	c.inviteCommenters(s)
	crowd, err := gatherCrowd(ctx, source, c.ledger, log)
	if err != nil {
		return c, err
	}
	for i := range members {
		at := writers + 1 + i
		c.members = append(c.members, &member{
			person: s.person(firstRole + at), crowd: crowd, title: fmt.Sprintf("n%d", i),
			statement: s.statements[statementOf(at)], line: c.lines[at],
		})
	}
	return c, nil
}

func (c *cast) inviteCommenters(s *stand) {
	const first = firstRole + windows + callers*statements
	for i := range statements {
		c.commenters = append(c.commenters, newCommenter(s.person(i), fmt.Sprintf("c%d", i), s.statements[i], c.lines[requests], c.ledger))
	}
	c.editor = newCommenter(s.person(first), "f", s.statements[0], c.lines[requests], c.ledger)
}

func (f *forum) person(i int) person { return person{name: f.names[i], token: f.tokens[i]} }

// begin lets everybody come and write until writing ends; windows stay open until
// living does.
func (c *cast) begin(living, writing context.Context, seed uint64) error {
	for _, w := range c.writers {
		go w.stayOnline(living)
		c.done.Go(func() { w.keepTyping(writing) })
	}
	for i, m := range c.members {
		kind := "stock"
		if i == members-1 {
			kind = "ours"
		}
		if err := m.join(kind); err != nil {
			return err
		}
		rnd := rand.New(rand.NewPCG(seed, uint64(i)))
		c.done.Go(func() { m.keepTyping(writing, rnd) })
	}
	for _, v := range c.visitors {
		c.done.Go(func() { v.keepComing(writing) })
	}
	for _, p := range c.commenters {
		c.done.Go(func() { p.keepCommenting(writing, living) })
	}
	c.done.Go(func() { c.editor.keepEditing(writing, living) })
	return nil
}

// readers are whoever has a statement open, by name.
func (c *cast) readers(statement string) map[string]reader {
	all := map[string]reader{}
	for _, w := range c.writers {
		if w.statement == statement {
			all[w.title] = w
		}
	}
	for _, m := range c.members {
		if m.statement == statement {
			all[m.title] = m
		}
	}
	return all
}

// claim is what the forum has said until now.
func (c *cast) claim(s *stand, when string) claim {
	said := claim{when: when, words: map[string][]string{}}
	for _, id := range s.statements {
		said.words[id] = c.ledger.promised(id)
	}
	for _, w := range c.writers {
		said.words[w.statement] = append(said.words[w.statement], w.delivered()...)
	}
	return said
}

// restless says who isn't back online with everything saved; empty if all are.
func (c *cast) restless(ctx context.Context) string {
	for _, w := range c.writers {
		if why := w.restless(); why != "" {
			return why
		}
	}
	for _, m := range c.members {
		news, err := m.ask(ctx)
		if err != nil {
			return err.Error()
		}
		if !news.Idle {
			return m.title + " is not back online with all saved"
		}
	}
	return ""
}

// reached sets the weather of all lines that a choice is true of.
func (c *cast) reached(w weather, chosen func(client int) bool) {
	for i, l := range c.lines {
		if chosen(i) {
			l.become(w)
		}
	}
}

// close takes the lines away.
func (c *cast) close() {
	for _, l := range c.lines {
		if l != nil {
			l.close()
		}
	}
}
