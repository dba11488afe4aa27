package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// reader is whoever has a replica of a statement.
type reader interface {
	text(ctx context.Context) (string, error)
}

// claim is what the forum had said at a moment: words it holds, and words that it
// showed to others, by statement.
type claim struct {
	when  string
	words map[string][]string
}

// audit looks for a claim's words in the database.
func (s *stand) audit(ctx context.Context, c claim, led *ledger) (findings []string, err error) {
	for _, id := range s.statements {
		text, err := s.replayed(ctx, id)
		if err != nil {
			return nil, err
		}
		for _, token := range c.words[id] {
			if !strings.Contains(text, token) {
				findings = append(findings, fmt.Sprintf("lost at %s: the forum had said that it holds %s, or shown it to others", c.when, led.named(token)))
			}
		}
	}
	return findings, nil
}

// replayed is a statement's text as the database has it.
func (s *stand) replayed(ctx context.Context, id string) (string, error) {
	d, err := s.read(ctx, id)
	if err != nil {
		return "", err
	}
	history, err := d.history()
	if err != nil {
		return "", err
	}
	doc, err := replay(history)
	if err != nil {
		return "", err
	}
	return textOf(doc), nil
}

// check is what must hold after a schedule, when everything runs again and nobody
// types any more.
type check struct {
	*stand
	*ledger
	judge    *judge
	personas map[string]string // ids by name
}

// statement checks one text against all who read it.
func (c check) statement(ctx context.Context, id string, readers map[string]reader) error {
	d, err := c.read(ctx, id)
	if err != nil {
		return err
	}
	if flaw := d.flaw(); flaw != "" {
		c.find("statement %s: %s", id, flaw)
	}
	for range d.repeated() {
		c.count("updates logged again, to no effect")
	}
	history, err := d.history()
	if err != nil {
		return err
	}
	doc, err := replay(history)
	if err != nil {
		return err
	}
	text := textOf(doc)
	c.compacted(d, text)
	c.words(id, text)
	for _, xml := range textsIn(doc.XMLFragment(rootName)) {
		c.authors(d.authorships(xml))
	}
	theirs, err := c.judge.read(history)
	if err != nil {
		return err
	}
	c.same("real Yjs, which replays the log,", theirs, text)
	for name, r := range readers {
		shown, err := r.text(ctx)
		if err != nil {
			return err
		}
		c.same(name, shown, text)
	}
	return nil
}

// compacted checks that the stored state reads as all the updates do.
func (c check) compacted(d stored, text string) {
	updates, err := d.compacted()
	if err != nil {
		c.find("%v", err)
		return
	}
	doc, err := replay(updates)
	if err != nil {
		c.find("the stored state can't be read: %v", err)
		return
	}
	c.same("the stored state with what came after it", textOf(doc), text)
	if d.state != nil {
		c.count("texts stored whole")
	}
}

func (c check) same(who, shown, text string) {
	if shown != text {
		c.find("%s reads otherwise than the server's replay of the log: %s", who, firstDifference(shown, text))
	}
}

// firstDifference shows where two texts part.
func firstDifference(a, b string) string {
	as, bs := []rune(a), []rune(b)
	i := 0
	for i < len(as) && i < len(bs) && as[i] == bs[i] {
		i++
	}
	around := func(s []rune) string { return string(s[max(0, i-40):min(len(s), i+40)]) }
	return fmt.Sprintf("%q\nagainst %q", around(as), around(bs))
}

// words checks that what was promised is there, and nothing twice.
func (c check) words(id, text string) {
	times := map[string]int{}
	for _, token := range wordShape.FindAllString(text, -1) {
		times[token]++
	}
	for _, token := range c.promised(id) {
		if times[token] == 0 {
			c.find("lost: %s was acknowledged and is not in the text", c.named(token))
		}
	}
	for token, n := range times {
		if n > 1 {
			c.find("%s is in the text %d times", c.named(token), n)
		}
	}
}

func (c check) authors(list []authorship) {
	for _, a := range list {
		w := c.word(a.token)
		if w.name == "" {
			c.find("%s is in the text and nobody typed it", a.token)
			continue
		}
		if want := c.personas[w.name]; !slices.Equal(a.authors, []string{want}) {
			c.find("%s was typed by %s and is credited to %s", c.named(a.token), w.name, c.nameAll(a.authors))
		}
	}
}

// nameAll names personas by their ids.
func (c check) nameAll(ids []string) string {
	var names []string
	for name, id := range c.personas {
		if slices.Contains(ids, id) {
			names = append(names, name)
		}
	}
	return strings.Join(names, " and ")
}

// comments checks that all promised ones are there, and each once, in the database and
// on both nodes.
func (c check) comments(ctx context.Context) error {
	var gaps int
	err := c.database.QueryRowContext(ctx, `
		SELECT COUNT(*) FROM statements s WHERE s.activity_seq <> (SELECT COUNT(*) FROM activity a WHERE a.statement_id = s.id)
			OR s.activity_seq <> (SELECT COALESCE(MAX(a.seq), 0) FROM activity a WHERE a.statement_id = s.id)`).Scan(&gaps)
	if err != nil {
		return err
	}
	if gaps > 0 {
		c.find("the numbers of activity have a gap in %d statements", gaps)
	}
	for _, comment := range c.ledger.comments() {
		var n int
		if err := c.database.QueryRowContext(ctx, `SELECT COUNT(*) FROM comments WHERE body = $1`, comment).Scan(&n); err != nil {
			return err
		}
		if n != 1 {
			c.find("%q was acknowledged and is there %d times", comment, n)
		}
	}
	return c.commentsTwice(ctx)
}

func (c check) commentsTwice(ctx context.Context) error {
	rows, err := c.database.QueryContext(ctx, `SELECT body FROM comments WHERE body LIKE 'comment %' GROUP BY body HAVING COUNT(*) > 1`)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var body string
		if err := rows.Scan(&body); err != nil {
			return err
		}
		c.find("%q is there more than once", body)
	}
	return rows.Err()
}

// pages checks that both nodes serve every comment of a thread.
func (c check) pages(ctx context.Context, who *commenter) {
	for i, addr := range c.addrs {
		shown, err := who.comments(ctx, addr)
		if err != nil {
			c.find("node %c doesn't show a thread: %v", 'A'+i, err)
			continue
		}
		for _, comment := range c.ledger.comments() {
			if strings.HasPrefix(comment, "comment "+who.title+"-") && !slices.Contains(shown, comment) {
				c.find("%q was acknowledged and node %c doesn't show it", comment, 'A'+i)
			}
		}
	}
}

// refusals checks that nobody was refused anything, and that no node complained of
// what it should never meet.
func (c check) refusals(ctx context.Context) error {
	rows, err := c.database.QueryContext(ctx, `SELECT code, octet_length(bytes) FROM live_refusals`)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var code string
		var size int
		if err := rows.Scan(&code, &size); err != nil {
			return err
		}
		c.find("an update of %d bytes lies in quarantine: %s", size, code)
	}
	if err := rows.Err(); err != nil {
		return err
	}
	return c.complaints()
}

// complaint is a line of a node's log that no fault of the rig excuses.
var complaint = regexp.MustCompile(`msg=panic|panic:|update refused|compaction refused|has a hole|DATA RACE`)

func (c check) complaints() error {
	for i := range c.nodes {
		log, err := os.ReadFile(filepath.Join(c.folder, fmt.Sprintf("node-%c.log", 'a'+i)))
		if err != nil {
			return err
		}
		for line := range strings.Lines(string(log)) {
			if complaint.MatchString(line) {
				c.find("node %c says: %s", 'A'+i, strings.TrimSpace(line))
			}
		}
	}
	return nil
}

// readPersonas finds people's ids.
func (s *stand) readPersonas(ctx context.Context) (map[string]string, error) {
	rows, err := s.database.QueryContext(ctx, `SELECT name, id FROM personas`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	ids := map[string]string{}
	for rows.Next() {
		var name, id string
		if err := rows.Scan(&name, &id); err != nil {
			return nil, err
		}
		ids[name] = id
	}
	return ids, rows.Err()
}
