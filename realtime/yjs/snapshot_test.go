package yjs

import (
	"bytes"
	"errors"
	"slices"
	"testing"
)

// keepSnapshot takes a snapshot as real Yjs takes it.
func (s *session) keepSnapshot() {
	s.Helper()
	ours := EncodeSnapshot(s.doc.Snapshot())
	if want := s.ask(question{"do": "snapshot"}).Update; !bytes.Equal(want, ours) {
		s.Fatalf("snapshot\n yjs %x\nours %x", want, ours)
	}
	s.snapshots = append(s.snapshots, ours)
}

// goBack reads the document as it was at each snapshot, as real Yjs reads it.
func (s *session) goBack() {
	s.Helper()
	if !s.keepAll {
		return
	}
	for _, b := range s.snapshots {
		snapshot, err := DecodeSnapshot(b, DefaultLimits())
		if err != nil {
			s.Fatal(err)
		}
		was, err := s.doc.At(snapshot)
		if err != nil {
			s.Fatal(err)
		}
		s.sameTree("the document as it was", s.ask(question{"do": "at", "snapshot": b}).Tree, describe(was))
		s.tally.looks++
	}
}

func TestADocumentIsReadAsItWas(t *testing.T) {
	doc := NewDoc(KeepDeleted())
	text := doc.Text("text")
	edit(t, doc, func(txn *Txn) error { return txn.Insert(text, 0, "No one shall be tortured", nil) })
	before := doc.Snapshot()
	edit(t, doc, func(txn *Txn) error { return txn.Delete(text, 7, 6) })
	edit(t, doc, func(txn *Txn) error { return txn.Insert(text, 7, "may ", nil) })
	was, err := doc.At(before)
	if err != nil || was.Text("text").String() != "No one shall be tortured" {
		t.Errorf("%q, %v", was.Text("text"), err)
	}
	if now := text.String(); now != "No one may be tortured" {
		t.Errorf("looking back changed the document: %q", now)
	}
}

func TestWhatWasForgottenOrIsUnknownCannotBeReadAsItWas(t *testing.T) {
	doc, _ := write(t, "four")
	if _, err := doc.At(doc.Snapshot()); !errors.Is(err, ErrForgotten) {
		t.Errorf("a document without history: %v", err)
	}
	if _, err := NewDoc(KeepDeleted()).At(doc.Snapshot()); !errors.Is(err, ErrMissing) {
		t.Errorf("a document that knows less: %v", err)
	}
}

// Whatever arrives is refused, or is a snapshot that comes back as it was and can be
// asked for.
func FuzzSnapshot(f *testing.F) {
	addFound(f)
	doc, updates := typed(f, 3, 60, 1)
	f.Add(EncodeSnapshot(doc.Snapshot()))
	f.Add([]byte{0, 0})
	f.Add([]byte{1, 1, 255, 255, 255, 255, 15, 0})
	kept := NewDoc(KeepDeleted())
	for _, u := range updates {
		if err := kept.ApplyUpdate(u); err != nil {
			f.Fatal(err)
		}
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		bounded(t, b, decoders["DecodeSnapshot"].decode)
		s, err := DecodeSnapshot(b, DefaultLimits())
		if err != nil {
			return
		}
		again, err := DecodeSnapshot(EncodeSnapshot(s), DefaultLimits())
		if err != nil || !slices.Equal(again.Deleted, s.Deleted) || len(again.Known) != len(s.Known) {
			t.Fatalf("%v came back as %v, %v", s, again, err)
		}
		if _, err := kept.At(s); err != nil && !errors.Is(err, ErrMissing) {
			t.Fatal(err)
		}
	})
}
