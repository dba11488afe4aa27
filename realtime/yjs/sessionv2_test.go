package yjs

import (
	"bytes"
	"slices"
)

// compareV2 lets real Yjs read and write the session's updates in format V2, and holds
// what we read and write against it.
func (s *session) compareV2() {
	s.Helper()
	theirs := make([][]byte, len(s.applied))
	for i, u := range s.applied {
		theirs[i] = s.convert(u)
	}
	want := s.ask(question{"do": "report"})
	s.loadsV2("our state in V2", want, s.doc.EncodeStateAsUpdateV2(nil))
	s.readsV2("the state real Yjs encodes in V2", want, want.UpdateV2)

	merged := s.must(MergeUpdatesV2(theirs...))
	s.loadsV2("our merged updates in V2", want, merged)
	s.readsV2("their merged updates in V2", want, s.judge.ask(s, question{"do": "merge", "format": 2, "updates": theirs}).Update)

	known := theirs[:s.rnd.IntN(len(theirs)+1)]
	sv := StateVector{}
	for _, u := range known {
		s.learn(sv, u)
	}
	vector := EncodeStateVector(sv)
	s.loadsV2("what a peer lacks in V2", want, append(slices.Clone(known), s.must(DiffUpdateV2(merged, vector)))...)
	s.snapshotV2()
}

// convert answers an update in format V2, as real Yjs wrote it if it did. V2 may know
// both halves of a character that V1 had to spoil; then only the way back is the same.
func (s *session) convert(v1 []byte) []byte {
	s.Helper()
	ours := s.must(ConvertV1ToV2(v1))
	theirs, ok := s.inV2[string(v1)]
	if !ok {
		theirs = ours
	}
	if !bytes.Contains(v1, []byte(replacement)) {
		s.sameBytes("an update in format V2", theirs, ours)
		s.tally.converted++
	}
	s.sameBytes("an update back in format V1", v1, s.must(ConvertV2ToV1(theirs)))
	return theirs
}

// learn adds to a state vector what an update tells without holes.
func (s *session) learn(sv StateVector, updateV2 []byte) {
	u, err := DecodeV2(updateV2, DefaultLimits())
	if err != nil {
		s.Fatalf("an update of real Yjs in V2: %v", err)
	}
	for _, r := range u.Ranges() {
		if r.Clock <= sv[r.Client] {
			sv[r.Client] = max(sv[r.Client], r.End())
		}
	}
}

func (s *session) snapshotV2() {
	s.Helper()
	snapshot := s.doc.Snapshot()
	ours := EncodeSnapshotV2(snapshot)
	s.sameBytes("snapshot in V2", s.ask(question{"do": "snapshot", "format": 2}).Update, ours)
	again, err := DecodeSnapshotV2(ours, DefaultLimits())
	if err != nil || !slices.Equal(again.Deleted, snapshot.Deleted) {
		s.Fatalf("snapshot in V2: %v came back as %v, %v", snapshot.Deleted, again.Deleted, err)
	}
}

// loadsV2 checks that real Yjs makes the wanted document of updates.
func (s *session) loadsV2(what string, want answer, updates ...[]byte) {
	s.Helper()
	got := s.judge.ask(s, question{"do": "load", "format": 2, "updates": orEmpty(updates), "gc": !s.keepAll})
	s.sameTree(what+", loaded by real Yjs,", want.Tree, got.Tree)
	s.sameLines(what+": state vector", want.Vector, got.Vector)
	s.sameLines(what+": deletions", want.Deletions, got.Deletions)
	if want.Pending != got.Pending {
		s.Fatalf("%s: pending %v", what, got.Pending)
	}
}

// readsV2 checks that we make the wanted document of an update.
func (s *session) readsV2(what string, want answer, update []byte) {
	s.Helper()
	d := s.newDoc()
	if err := d.ApplyUpdateV2(update); err != nil {
		s.Fatalf("%s: %v", what, err)
	}
	s.same(what+", loaded by us,", want, d)
}
