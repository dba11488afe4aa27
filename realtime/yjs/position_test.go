package yjs

import (
	"bytes"
	"errors"
	"fmt"
	"testing"
)

// keepPositions takes some positions as real Yjs takes them, and finds all that were
// taken so far where real Yjs finds them.
func (s *session) keepPositions() {
	s.Helper()
	asked, ours := []question{}, [][]byte{}
	for range 5 {
		in, at := s.someSequence()
		index, assoc := s.rnd.IntN(in.Len()+1), Assoc(-s.rnd.IntN(2))
		p, err := RelativePositionAt(in, index, assoc)
		if err != nil {
			s.Fatal(err)
		}
		asked = append(asked, question{"path": at, "index": index, "assoc": assoc})
		ours = append(ours, EncodeRelativePosition(p))
	}
	for i, want := range s.ask(question{"do": "positions", "at": asked}).Updates {
		if !bytes.Equal(want, ours[i]) {
			s.Fatalf("position %s\n yjs %x\nours %x", inJSON(asked[i]), want, ours[i])
		}
	}
	s.positions = append(s.positions, ours...)
	s.findPositions()
}

func (s *session) findPositions() {
	s.Helper()
	for i, want := range s.ask(question{"do": "places", "positions": orEmpty(s.positions)}).Places {
		p, err := DecodeRelativePosition(s.positions[i])
		if err != nil {
			s.Fatal(err)
		}
		if got := describePlace(s.doc.Resolve(p)); want != got {
			s.Fatalf("position %x\n yjs %q\nours %q", s.positions[i], want, got)
		}
		s.tally.places++
	}
}

func (s *session) someSequence() (Sequence, path) {
	switch s.rnd.IntN(6) {
	case 0:
		return s.doc.Text("text"), path{"text"}
	case 1:
		return s.doc.Array("array"), path{"array"}
	case 2:
		parent, at := s.someParent()
		return parent.(Sequence), at
	}
	if text, at := s.someText(); text != nil {
		return text, at
	}
	return s.doc.Text("text"), path{"text"}
}

func describePlace(p Place, known bool) string {
	switch {
	case !known:
		return ""
	case p.Root != "":
		return fmt.Sprintf("%s %d", p.Root, p.Index)
	case p.Gone:
		return fmt.Sprintf("%d:%d gone %d", p.Type.Client, p.Type.Clock, p.Index)
	}
	return fmt.Sprintf("%d:%d %d", p.Type.Client, p.Type.Clock, p.Index)
}

// write makes a text by one client, and hands out the document too.
func write(t *testing.T, words string) (*Doc, *Text) {
	t.Helper()
	doc := NewDoc()
	text := doc.Text("text")
	edit(t, doc, func(txn *Txn) error { return txn.Insert(text, 0, words, nil) })
	return doc, text
}

func edit(t *testing.T, doc *Doc, fn func(*Txn) error) {
	t.Helper()
	if _, err := doc.Transact(7, fn); err != nil {
		t.Fatal(err)
	}
}

func TestAPositionStaysWithItsWordWhileOthersWrite(t *testing.T) {
	doc, text := write(t, "No one shall be tortured")
	shall, err := RelativePositionAt(text, len("No one "), After)
	if err != nil {
		t.Fatal(err)
	}
	one, err := RelativePositionAt(text, len("No one"), Before)
	if err != nil {
		t.Fatal(err)
	}
	edit(t, doc, func(txn *Txn) error { return txn.Insert(text, len("No one"), " anywhere", nil) })
	edit(t, doc, func(txn *Txn) error { return txn.Insert(text, 0, "모든 곳에서: ", nil) })
	for want, p := range map[string]RelativePosition{"shall": shall, " anywhere": one} {
		at, known := doc.Resolve(p)
		got := []rune(text.String())[at.Index:]
		if !known || string(got[:len(want)]) != want {
			t.Errorf("before %q: %v, known %v", string(got), at, known)
		}
	}
}

func TestAPositionOfADeletedWordIsWhereTheWordWas(t *testing.T) {
	doc, text := write(t, "No one shall be tortured")
	p, _ := RelativePositionAt(text, len("No one sh"), After)
	edit(t, doc, func(txn *Txn) error { return txn.Delete(text, len("No one "), len("shall ")) })
	at, known := doc.Resolve(p)
	if !known || at.Index != len("No one ") || at.Gone {
		t.Errorf("%+v, known %v", at, known)
	}
}

func TestAPositionOutsideTheTextIsRefused(t *testing.T) {
	_, text := write(t, "four")
	for _, index := range []int{-1, 5} {
		if _, err := RelativePositionAt(text, index, After); !errors.Is(err, ErrRange) {
			t.Errorf("position %d: %v", index, err)
		}
	}
}

func TestAPositionInWhatHasNotArrivedYetIsNowhere(t *testing.T) {
	_, text := write(t, "four")
	p, _ := RelativePositionAt(text, 2, After)
	if at, known := NewDoc().Resolve(p); known {
		t.Errorf("found at %+v", at)
	}
}

// Whatever arrives is refused, or is a position that comes back as it was and can be
// looked for.
func FuzzRelativePosition(f *testing.F) {
	addFound(f)
	doc, _ := typed(f, 3, 60, 1)
	for _, in := range []Sequence{doc.XMLFragment("prosemirror"), doc.Text("text")} {
		for _, assoc := range []Assoc{Before, After} {
			p, err := RelativePositionAt(in, in.Len(), assoc)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(EncodeRelativePosition(p))
		}
	}
	f.Add([]byte{positionItem, 1, 0})
	f.Add([]byte{positionType, 255, 255, 255, 15, 9, 0x41})
	f.Fuzz(func(t *testing.T, b []byte) {
		bounded(t, b, decoders["DecodeRelativePosition"].decode)
		p, err := DecodeRelativePosition(b)
		if err != nil {
			return
		}
		again, err := DecodeRelativePosition(EncodeRelativePosition(p))
		if err != nil || again != p {
			t.Fatalf("%+v came back as %+v, %v", p, again, err)
		}
		doc.Resolve(p)
	})
}
