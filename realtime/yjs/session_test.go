package yjs

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"reflect"
	"slices"
	"strconv"
	"testing"
)

// Some people write with the real Yjs, over a network that loses order, repeats and
// parts them. Our document takes what they send; real Yjs takes the same in the same
// order; and both must say the same.
//
// MADANG_SESSIONS=N plays N sessions instead of 500, MADANG_SEED=S begins at seed S. A
// failure names its seed: MADANG_SEED=S MADANG_SESSIONS=1 plays that session again.
func TestWhatPeopleWriteReadsAsInRealYjs(t *testing.T) {
	judge := startJudge(t)
	first, sessions := number(t, "MADANG_SEED", 1), number(t, "MADANG_SESSIONS", 500)
	tally := &tally{met: map[string]int{}}
	for seed := first; seed < first+sessions; seed++ {
		t.Run(fmt.Sprintf("seed=%d", seed), func(t *testing.T) {
			newSession(t, judge, seed, tally).play()
		})
	}
	t.Logf("%d sessions from seed %d: %v", sessions, first, tally)
	if sessions >= 400 {
		tally.metAll(t)
	}
}

func number(t *testing.T, name string, otherwise int) int {
	value := os.Getenv(name)
	if value == "" {
		return otherwise
	}
	n, err := strconv.Atoi(value)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return n
}

// tally counts what the sessions met, so that a run that met nothing is noticed.
type tally struct {
	updates, early, edits, identical, states, places, looks, converted int

	met map[string]int // see tally.look
}

func (n *tally) String() string {
	return fmt.Sprintf("%d updates (%d came early), %d server edits, %d positions found, %d looks back, "+
		"%d updates converted to the same bytes, %d of %d states encoded to the same bytes",
		n.updates, n.early, n.edits, n.places, n.looks, n.converted, n.identical, n.states)
}

type session struct {
	*testing.T
	judge *judge
	tally *tally
	seed  int
	rnd   *rand.Rand
	doc   *Doc
	// gated sessions inspect what comes and put back what comes early; the others leave
	// that to the document.
	gated   bool
	keepAll bool
	server  ClientID // 0 if the server doesn't write

	waiting [][]byte // sent, not yet delivered
	applied [][]byte // delivered, in this order
	told    int      // of these the judge knows so many
	edits   [][]byte // the server's, not yet sent
	effects [][]byte // what was integrated, as the document put it

	inV2 map[string][]byte // what people sent, as real Yjs writes the same in format V2

	positions [][]byte // taken so far
	snapshots [][]byte // likewise
}

func newSession(t *testing.T, j *judge, seed int, n *tally) *session {
	rnd := rand.New(rand.NewPCG(uint64(seed), 0))
	s := &session{T: t, judge: j, tally: n, seed: seed, rnd: rnd, inV2: map[string][]byte{}}
	s.gated, s.keepAll = rnd.IntN(2) == 0, rnd.IntN(5) == 0
	if rnd.IntN(2) == 0 {
		s.server = ClientID(rnd.Uint32())
	}
	s.doc = s.newDoc()
	s.ask(question{"do": "open", "seed": seed, "size": 3 + rnd.IntN(3), "gc": !s.keepAll})
	return s
}

func (s *session) newDoc() *Doc {
	if s.keepAll {
		return NewDoc(KeepDeleted())
	}
	return NewDoc()
}

func (s *session) ask(q question) answer {
	s.Helper()
	q["session"] = s.seed
	return s.judge.ask(s, q)
}

func (s *session) play() {
	defer s.ask(question{"do": "close"})
	for range 6 {
		s.hear(s.ask(question{"do": "play", "steps": 25, "server": orEmpty(s.edits)}))
		s.edits = nil
		s.deliver(s.rnd.IntN(len(s.waiting) + 1))
		if s.server != 0 {
			s.edit()
		}
		s.keepPositions()
		s.keepSnapshot()
	}
	s.compare()
	s.settle()
	s.compare()
	s.findPositions()
	s.goBack()
	s.compareEncodings()
	s.compareV2()
}

// settle lets everybody hear everything.
func (s *session) settle() {
	s.ask(question{"do": "play", "steps": 0, "server": orEmpty(s.edits)})
	s.hear(s.ask(question{"do": "settle"}))
	for before := -1; len(s.waiting) > 0 && len(s.waiting) != before; {
		before = len(s.waiting)
		s.deliver(before)
	}
	if len(s.waiting) > 0 || s.doc.HasPending() {
		s.Fatalf("%d updates were sent and still miss something", len(s.waiting))
	}
}

// hear takes what people sent, which is still to be delivered.
func (s *session) hear(sent answer) {
	s.waiting = append(s.waiting, sent.Updates...)
	for i, u := range sent.Updates {
		s.inV2[string(u)] = sent.UpdatesV2[i]
	}
}

// deliver takes n of the waiting updates, in any order and some twice.
func (s *session) deliver(n int) {
	s.rnd.Shuffle(len(s.waiting), func(i, j int) { s.waiting[i], s.waiting[j] = s.waiting[j], s.waiting[i] })
	now := s.waiting[:n]
	s.waiting = slices.Clone(s.waiting[n:])
	for _, u := range now {
		s.apply(u)
		if s.rnd.IntN(10) == 0 && len(s.applied) > 0 {
			s.apply(s.applied[s.rnd.IntN(len(s.applied))])
		}
	}
	s.tell()
}

func (s *session) apply(b []byte) {
	s.tally.updates++
	s.tally.look(b)
	if s.gated {
		s.applyGated(b)
		return
	}
	if err := s.doc.ApplyUpdate(b); err != nil {
		s.Fatalf("an update of real Yjs: %v", err)
	}
	s.applied = append(s.applied, b)
	if s.doc.HasPending() {
		s.tally.early++
	}
}

func (s *session) applyGated(b []byte) {
	u, err := Decode(b, DefaultLimits())
	if err != nil {
		s.Fatalf("an update of real Yjs: %v", err)
	}
	found := s.doc.Inspect(u)
	if found.Equivocation {
		s.Fatalf("an honest update is taken for a contradiction: %x", b)
	}
	if found.Gap {
		s.tally.early++
		s.waiting = append(s.waiting, b)
		return
	}
	before := s.doc.StateVector()
	effect, err := s.doc.Apply(u)
	if err != nil {
		s.Fatalf("inspection found nothing missing: %v", err)
	}
	s.applied = append(s.applied, b)
	s.checkEffect(found, effect, before)
}

// checkEffect holds an effect against what inspection promised.
func (s *session) checkEffect(found Inspection, e *Effect, before StateVector) {
	s.Helper()
	if found.NoEffect != e.IsEmpty() {
		s.Fatalf("inspection: no effect %v; effect: empty %v", found.NoEffect, e.IsEmpty())
	}
	if !slices.Equal(found.New, e.Inserted) {
		s.Fatalf("inspection: new %v; effect: inserted %v", found.New, e.Inserted)
	}
	for _, r := range e.Inserted {
		if before[r.Client] != r.Clock {
			s.Fatalf("inserted %v, but %d was known", r, before[r.Client])
		}
	}
	if !e.IsEmpty() {
		s.effects = append(s.effects, e.Update())
	}
}

// tell lets the judge apply what we applied.
func (s *session) tell() {
	s.ask(question{"do": "apply", "updates": orEmpty(s.applied[s.told:])})
	s.told = len(s.applied)
}

// compare holds our document against the judge's.
func (s *session) compare() {
	s.Helper()
	want := s.ask(question{"do": "report"})
	s.same("the document", want, s.doc)
	s.tally.states++
	if bytes.Equal(want.Update, s.doc.EncodeStateAsUpdate(nil)) {
		s.tally.identical++
		s.sameBytes("the state in format V2", want.UpdateV2, s.doc.EncodeStateAsUpdateV2(nil))
	}
}

func (s *session) same(what string, want answer, d *Doc) {
	s.Helper()
	s.sameTree(what, want.Tree, describe(d))
	s.sameLines(what+": state vector", want.Vector, describeVector(d.StateVector()))
	s.sameLines(what+": deletions", want.Deletions, describeDeletions(d.store.deleted()))
	if want.Pending != d.HasPending() {
		s.Fatalf("%s: pending: yjs %v, ours %v", what, want.Pending, d.HasPending())
	}
}

func (s *session) sameTree(what string, want, got map[string]any) {
	s.Helper()
	for root := range want {
		if !reflect.DeepEqual(want[root], got[root]) {
			s.Fatalf("%s differs in %s\n yjs %s\nours %s", what, root, inJSON(want[root]), inJSON(got[root]))
		}
	}
}

func (s *session) sameLines(what string, want, got []string) {
	s.Helper()
	if !slices.Equal(want, got) {
		s.Fatalf("%s\n yjs %v\nours %v", what, want, got)
	}
}

func (s *session) sameBytes(what string, want, got []byte) {
	s.Helper()
	if !bytes.Equal(want, got) {
		s.Fatalf("%s\n yjs %x\nours %x", what, want, got)
	}
}

func inJSON(v any) []byte {
	b, _ := json.Marshal(v)
	return b
}

// compareEncodings lets real Yjs read what we write of the document and of updates, and
// reads what real Yjs writes.
func (s *session) compareEncodings() {
	want := s.ask(question{"do": "report"})
	state := s.doc.EncodeStateAsUpdate(nil)
	s.loads("our state", want, state)
	s.reads("the state real Yjs encodes", want, want.Update)

	merged := s.must(MergeUpdates(s.applied...))
	s.loads("our merged updates", want, merged)
	s.reads("our merged updates", want, merged)
	s.vectorOf(merged)

	if s.gated {
		s.loads("the effects", want, s.effects...)
	}

	known := s.applied[:s.rnd.IntN(len(s.applied)+1)]
	early := s.newDoc()
	for _, u := range known {
		early.ApplyUpdate(u)
	}
	sv := early.StateVector()
	s.loads("what a peer lacks", want, append(slices.Clone(known), s.doc.EncodeStateAsUpdate(sv))...)
	diff := s.must(DiffUpdate(merged, EncodeStateVector(sv)))
	s.loads("what a peer lacks of an update", want, append(slices.Clone(known), diff)...)

	s.holes(sv)
}

// holes merges and cuts some of the updates only, so that there are holes.
func (s *session) holes(sv StateVector) {
	var some [][]byte
	for _, u := range s.applied {
		if s.rnd.IntN(3) > 0 {
			some = append(some, u)
		}
	}
	if len(some) == 0 {
		return
	}
	theirs := s.judge.ask(s, question{"do": "merge", "updates": some}).Update
	ours := s.must(MergeUpdates(some...))
	want := s.judge.ask(s, question{"do": "load", "updates": [][]byte{theirs}, "gc": !s.keepAll})
	s.loads("our merge with holes", want, ours)
	s.reads("their merge with holes", want, theirs)

	vector := EncodeStateVector(sv)
	theirs = s.judge.ask(s, question{"do": "diff", "update": theirs, "vector": vector}).Update
	ours = s.must(DiffUpdate(ours, vector))
	want = s.judge.ask(s, question{"do": "load", "updates": [][]byte{theirs}, "gc": !s.keepAll})
	s.loads("our cut with holes", want, ours)
	s.reads("their cut with holes", want, theirs)
}

// loads checks that real Yjs makes the wanted document of updates.
func (s *session) loads(what string, want answer, updates ...[]byte) {
	s.Helper()
	got := s.judge.ask(s, question{"do": "load", "updates": orEmpty(updates), "gc": !s.keepAll})
	s.sameTree(what+", loaded by real Yjs,", want.Tree, got.Tree)
	s.sameLines(what+": state vector", want.Vector, got.Vector)
	s.sameLines(what+": deletions", want.Deletions, got.Deletions)
	if want.Pending != got.Pending {
		s.Fatalf("%s: pending %v", what, got.Pending)
	}
}

// reads checks that we make the wanted document of an update.
func (s *session) reads(what string, want answer, update []byte) {
	s.Helper()
	d := s.newDoc()
	if err := d.ApplyUpdate(update); err != nil {
		s.Fatalf("%s: %v", what, err)
	}
	s.same(what+", loaded by us,", want, d)
}

func (s *session) vectorOf(update []byte) {
	got := s.must(StateVectorFromUpdate(update))
	if want := EncodeStateVector(s.doc.StateVector()); !bytes.Equal(want, got) {
		s.Fatalf("state vector of merged updates: %x, of the document: %x", got, want)
	}
}

func (s *session) must(b []byte, err error) []byte {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
	return b
}

func orEmpty(updates [][]byte) [][]byte {
	if updates == nil {
		return [][]byte{}
	}
	return updates
}

// edit lets the server write, and real Yjs write the same.
func (s *session) edit() {
	var edits []question
	effect, err := s.doc.Transact(s.server, func(t *Txn) error {
		for range 1 + s.rnd.IntN(3) {
			e, err := s.serverEdit(t)
			if errors.Is(err, errNothing) || errors.Is(err, ErrRange) { // inside a surrogate pair
				continue
			}
			if err != nil {
				return err
			}
			edits = append(edits, e)
		}
		return nil
	})
	if err != nil {
		s.Fatalf("a server edit: %v", err)
	}
	if len(edits) == 0 {
		return
	}
	s.tally.edits += len(edits)
	want := s.ask(question{"do": "server", "client": s.server, "edits": edits})
	if !bytes.Equal(want.Update, effect.Update()) {
		s.Fatalf("server edits %s\n yjs writes %x\nwe write   %x", inJSON(edits), want.Update, effect.Update())
	}
	if effect.IsEmpty() {
		return
	}
	s.edits = append(s.edits, effect.Update())
	s.effects = append(s.effects, effect.Update())
	s.applied = append(s.applied, effect.Update())
	s.tell()
}
