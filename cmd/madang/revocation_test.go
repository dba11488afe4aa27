package main

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// delivery is how long after the answer to a revocation content may still arrive: the
// five seconds of a lease, and one for a test that reads late on a busy machine.
const delivery = 5*time.Second + time.Second

// condition is how the nodes are while a round is run. If something is amiss, the
// runners are at the second node and the chair is at the first.
type condition struct {
	name string
	// deaf: without Redis no node hears what is done at the other.
	// blind: the second node can't reach the database, and so can't know who may read;
	// what is written at the first one still reaches it.
	deaf, blind bool
}

// conditions take turns.
var conditions = []condition{
	{name: "all there"},
	{name: "a node without its database", blind: true},
	{name: "no Redis", deaf: true},
	{name: "all there"},
}

// While people write, and others beside them, the chair takes away their role, at a
// moment and on a node that chance chooses. Nothing of theirs commits after that; what
// others write reaches them no longer than the lease. MADANG_REVOCATIONS=N runs N races
// instead of 24.
func TestARevokedRoleNeitherWritesNorReadsOnOverALiveConnection(t *testing.T) {
	races := revocations(t)
	a := openArena(t, min(48, (races+2)/3))
	measured := map[string]*figures{}
	var run []*race
	for round := 0; len(run) < races && !t.Failed(); round++ {
		c := conditions[round%len(conditions)]
		ended := a.round(round, c, a.runners[:min(len(a.runners), races-len(run))])
		if measured[c.name] == nil {
			measured[c.name] = &figures{endings: map[string]int{}}
		}
		for _, r := range ended {
			measured[c.name].add(r)
		}
		run = append(run, ended...)
	}
	a.compare(run)
	for _, name := range slices.Sorted(maps.Keys(measured)) {
		measured[name].tell(t, name)
	}
}

func revocations(t *testing.T) int {
	t.Helper()
	value := os.Getenv("MADANG_REVOCATIONS")
	if value == "" {
		return 24
	}
	n, err := strconv.Atoi(value)
	if err != nil || n < 1 {
		t.Fatalf("MADANG_REVOCATIONS: %q is no number of races", value)
	}
	return n
}

// race is one revocation.
type race struct {
	runner
	name    string
	editor  *editor // nil once it is judged
	chairAt *node
	loses   loss
	version int64 // of the membership that is lost
	// Words are written in bursts, after each of which at most slack of them are left
	// unsaved. After so many words the chair comes.
	words, burst, slack int
	then                sequel
	pause               time.Duration

	sent     int // words
	due      chan struct{}
	answered chan struct{} // closed when the chair has the answer
	answer   time.Time
	late     []string // words begun after it
	outcome
}

// sequel is what somebody does who has written all words when the chair comes.
type sequel int

const (
	listens   sequel = iota // while the last words may still be on their way
	writesOn                // without a break, until they are sent away
	comesBack               // writes on some pause after the chair has the answer
)

var sequels = []sequel{listens, writesOn, comesBack}

// outcome is how a race ended.
type outcome struct {
	how     string        // they were told
	told    time.Duration // after the answer
	content time.Duration // the last that came, after the answer; 0 for whoever may read on
	saved   []string      // words
	inTime  int64         // updates committed before the role was gone
}

// tireless is how many words somebody writes who keeps on while nobody stops them.
const tireless = 400

// round runs a race of each runner at once.
func (a *arena) round(number int, c condition, runners []runner) []*race {
	a.t.Helper()
	nodes := []*node{a.one, a.two}
	if c.blind {
		nodes = nodes[:1] // who writes at the other is sent away
	}
	stop := a.hosts(nodes...)
	var races []*race
	for i, r := range runners {
		races = append(races, a.lineUp(number, i, c, r))
	}
	end := a.begin(c)
	var running sync.WaitGroup
	for _, r := range races {
		running.Go(r.write)
		running.Go(func() { a.revoke(r) })
	}
	running.Wait()
	for _, r := range races {
		r.judge(a.t, c)
	}
	if c.blind && !slices.ContainsFunc(races, func(r *race) bool { return r.content > 0 }) {
		a.t.Error("no trial: nothing reached the second node after the answer")
	}
	end()
	stop()
	for _, r := range races {
		a.audit(r)
	}
	return races
}

// begin brings the condition about; end ends it.
func (a *arena) begin(c condition) (end func()) {
	a.t.Helper()
	switch {
	case c.deaf:
		a.redis.kill()
		return a.redis.start
	case c.blind:
		a.line.pull()
		return func() {
			a.line.plugIn()
			until(a.t, "the second node is ready again", func() bool { return statusAt(a.t, a.two.URL+"/readyz") == http.StatusOK })
		}
	}
	return func() {}
}

// lineUp draws a race and opens the runner's editor. Losses and sequels take turns, so
// that few races have all of them. At a blind node nobody can write: there they only read.
func (a *arena) lineUp(round, lane int, c condition, who runner) *race {
	a.t.Helper()
	turn := round + lane
	r := &race{
		runner: who, name: fmt.Sprintf("r%d.%d", round, lane), version: a.readmit(who),
		loses: losses[turn%len(losses)], then: sequels[turn/len(losses)%len(sequels)],
		words: rand.IntN(40), burst: 1 + rand.IntN(8), slack: rand.IntN(6),
		pause: rand.N(time.Second) * time.Duration(rand.IntN(2)),
		due:   make(chan struct{}), answered: make(chan struct{}), chairAt: a.either(),
	}
	at := a.either()
	if c.deaf || c.blind {
		at, r.chairAt = a.two, a.one
	}
	if c.blind {
		r.loses, r.then, r.words = losses[turn%2], listens, 0
	}
	r.editor = edit(a.t, at.URL, who.token, who.table.statement)
	return r
}

// write writes the words, lets the chair know, and goes on as the race wants it.
func (r *race) write() {
	r.writeUpTo(r.words)
	close(r.due)
	switch r.then {
	case comesBack:
		<-r.answered
		<-time.After(r.pause)
		r.writeUpTo(tireless)
	case writesOn:
		r.writeUpTo(tireless)
	}
}

// writeUpTo writes until there are so many words or the socket has ended.
func (r *race) writeUpTo(words int) {
	for r.sent < words && r.say() {
		if r.sent%r.burst == 0 {
			r.editor.awaitSaved(r.slack)
		}
	}
}

// say writes the next word. It reports false once the socket has ended.
func (r *race) say() bool {
	word, isLate := fmt.Sprintf(" %s-%d;", r.name, r.sent), r.isAnswered()
	r.sent++
	if !r.editor.write(word) {
		return false
	}
	if isLate {
		r.late = append(r.late, word)
	}
	return true
}

func (r *race) isAnswered() bool {
	select {
	case <-r.answered:
		return true
	default:
		return false
	}
}

func (a *arena) revoke(r *race) {
	<-r.due
	if err := a.takeAway(r.chairAt, r.loses, r.persona, r.version); err != nil {
		a.t.Errorf("%s: %v", r.name, err)
	}
	r.answer = time.Now()
	close(r.answered)
}

// judge waits until the runner has been told, and looks at what they heard after the
// answer.
func (r *race) judge(t *testing.T, c condition) {
	t.Helper()
	until(t, r.name+" is told of the loss of "+string(r.loses), r.isTold)
	r.how, r.told, r.content, r.saved = r.ending(), r.notice(), r.lastContent(), r.editor.savedWords()
	if r.content > delivery {
		t.Errorf("%s: content came %v after the answer", r.name, r.content)
	}
	switch {
	case r.how == "1013" && c.blind:
	case r.how == "4409 live.role" && !c.blind:
	case r.how == "reader" && r.told <= delivery:
	case r.how == "4403" && r.loses != writing && !c.blind:
	default:
		t.Errorf("%s lost %s with %q, %v after the answer", r.name, r.loses, r.how, r.told)
	}
	r.editor.leave()
	r.editor = nil // thousands of replicas would fill the memory
}

func (r *race) isTold() bool {
	return r.editor.farewell() != nil || r.loses == writing && r.editor.roleNow() == "reader"
}

// ending is how the runner was told: by a close code, with the code of the refusal if
// there was one, or by the role that is left.
func (r *race) ending() string {
	if r.editor.farewell() == nil {
		return r.editor.roleNow()
	}
	code := r.editor.sentAway()
	r.editor.mu.Lock()
	defer r.editor.mu.Unlock()
	return strings.TrimSpace(fmt.Sprintf("%d %s", code, r.editor.refusal))
}

// notice is how long after the answer the runner was told.
func (r *race) notice() time.Duration {
	r.editor.mu.Lock()
	defer r.editor.mu.Unlock()
	at := r.editor.closedAt
	if r.editor.closed == nil {
		at = r.editor.came[msgRole]
	}
	return max(0, at.Sub(r.answer))
}

// lastContent is how long after the answer content still came to somebody who may not
// read any more. What tells the runner about themselves is none.
func (r *race) lastContent() (after time.Duration) {
	if r.loses == writing {
		return 0
	}
	r.editor.mu.Lock()
	defer r.editor.mu.Unlock()
	for kind, at := range r.editor.came {
		if kind != msgAck && kind != msgRefusal && kind != msgRole {
			after = max(after, at.Sub(r.answer))
		}
	}
	return after
}

// audit compares what the log has of a runner with what it had in the transaction that
// took the role away.
func (a *arena) audit(r *race) {
	a.t.Helper()
	had, has := a.witnessed(r.persona, r.version+1), a.committed(r.persona)
	if had != has {
		a.t.Errorf("%s: %d updates committed after the loss of %s", r.name, has-had, r.loses)
	}
	r.inTime = had - a.witnessed(r.persona, r.version)
}

// compare looks for words in the texts: those that were saved are there, those that were
// begun after the answer are not.
func (a *arena) compare(run []*race) {
	a.t.Helper()
	texts := map[string]string{}
	for _, table := range a.tables {
		texts[table.statement] = a.text(table.statement)
	}
	inTime, saved, late := int64(0), 0, 0
	for _, r := range run {
		text := texts[r.table.statement]
		for _, word := range r.saved {
			if !strings.Contains(text, word) {
				a.t.Errorf("%q was saved and is not in the text", word)
			}
		}
		for _, word := range r.late {
			if strings.Contains(text, word) {
				a.t.Errorf("%q was written after the answer and is in the text", word)
			}
		}
		inTime, saved, late = inTime+r.inTime, saved+len(r.saved), late+len(r.late)
	}
	a.t.Logf("%d races: %d updates committed in time; %d words saved, %d written after the answer and not there", len(run), inTime, saved, late)
	if inTime == 0 {
		a.t.Error("no race: nobody wrote")
	}
}

// figures are what the races of a condition measured.
type figures struct {
	content, told []time.Duration
	endings       map[string]int
}

func (f *figures) add(r *race) {
	if r.loses != writing {
		f.content = append(f.content, r.content)
	}
	f.told = append(f.told, r.told)
	f.endings[r.how]++
}

func (f *figures) tell(t *testing.T, condition string) {
	t.Helper()
	t.Logf("%s: %d races, ended by %v; told after the answer: %s; the last content after it: %s",
		condition, len(f.told), f.endings, spread(f.told), spread(f.content))
}

// spread describes durations.
func spread(of []time.Duration) string {
	if len(of) == 0 {
		return "none"
	}
	slices.Sort(of)
	at := func(share float64) time.Duration {
		return of[int(share*float64(len(of)-1))].Round(time.Millisecond)
	}
	within, _ := slices.BinarySearch(of, time.Second+1)
	return fmt.Sprintf("p50 %v, p99 %v, at most %v, %.1f %% within 1 s", at(0.5), at(0.99), at(1), 100*float64(within)/float64(len(of)))
}
