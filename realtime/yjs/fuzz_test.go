package yjs

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"
)

// typed is a document that several people have typed, and the updates that made it.
func typed(t testing.TB, people, keys int, seed uint64) (*Doc, [][]byte) {
	t.Helper()
	doc, rnd := NewDoc(), rand.New(rand.NewPCG(seed, 0))
	var updates [][]byte
	change := func(by ClientID, edit func(*Txn) error) {
		effect, err := doc.Transact(by, edit)
		if err != nil {
			t.Fatal(err)
		}
		updates = append(updates, effect.Update())
	}
	var texts []*XMLText
	for i := range people {
		change(ClientID(i+1), func(txn *Txn) error {
			block, err := txn.InsertElement(doc.XMLFragment("prosemirror"), i, "paragraph", map[string]any{"cid": fmt.Sprintf("c%010d", i)})
			if err != nil {
				return err
			}
			text, err := txn.InsertText(block, 0)
			texts = append(texts, text)
			return err
		})
	}
	at := make([]int, people)
	for range keys {
		who := rnd.IntN(people)
		text := texts[(who+rnd.IntN(2))%people]
		change(ClientID(who+1), func(txn *Txn) error {
			if rnd.IntN(50) == 0 {
				at[who] = rnd.IntN(text.Len() + 1)
			}
			at[who] = min(at[who], text.Len())
			if at[who] > 0 && rnd.IntN(12) == 0 {
				at[who]--
				return txn.Delete(text, at[who], 1)
			}
			at[who]++
			return txn.Insert(text, at[who]-1, string([]rune("가나다라마 abcdefg,.")[rnd.IntN(15)]), nil)
		})
	}
	return doc, updates
}

// addFound adds what fuzzing found to be worth trying: a file for each target, an input
// a line, its arguments as Go writes them and parted by tabs.
func addFound(f *testing.F) {
	found, err := os.ReadFile("testdata/corpus/" + f.Name() + ".txt")
	if err != nil {
		f.Fatal(err)
	}
	for line := range strings.Lines(string(found)) {
		var args []any
		for arg := range strings.SplitSeq(strings.TrimSuffix(line, "\n"), "\t") {
			text, err := strconv.Unquote(strings.TrimSuffix(strings.TrimPrefix(arg, "[]byte("), ")"))
			if err != nil {
				f.Fatalf("%s: %v", line, err)
			}
			args = append(args, []byte(text))
		}
		f.Add(args...)
	}
}

func addUpdates(f *testing.F) {
	doc, updates := typed(f, 3, 60, 1)
	for _, u := range updates {
		f.Add(u)
	}
	f.Add(doc.EncodeStateAsUpdate(nil))
	f.Add([]byte{})
	f.Add([]byte{0, 0})
	f.Add([]byte{1, 1, 1, 0, 0, 200, 255, 255, 255, 15, 0}) // a GC struct longer than anything
	f.Add([]byte{255, 255, 255, 255, 127})
	f.Add(bytes.Repeat([]byte{1}, 64))
}

// Whatever arrives is refused or understood; what was understood can be written again
// and reads the same.
func FuzzUpdate(f *testing.F) {
	addFound(f)
	addUpdates(f)
	known, _ := typed(f, 3, 60, 2)
	state := known.EncodeStateAsUpdate(nil)
	f.Fuzz(func(t *testing.T, b []byte) {
		bounded(t, b, decoders["Decode"].decode)
		u, err := Decode(b, DefaultLimits())
		if err != nil {
			return
		}
		doc := NewDoc()
		if err := doc.ApplyUpdate(state); err != nil {
			t.Fatal(err)
		}
		doc.Inspect(u)
		if _, err := doc.Apply(u); err != nil {
			return
		}
		again := NewDoc()
		if err := again.ApplyUpdate(doc.EncodeStateAsUpdate(nil)); err != nil {
			t.Fatalf("what we wrote can't be read: %v", err)
		}
		if got, want := outline(again), outline(doc); got != want {
			t.Fatalf("read back as\n%s\nwas\n%s", got, want)
		}
	})
}

func outline(d *Doc) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%v pending %v\n", d.StateVector(), d.HasPending())
	for _, child := range d.XMLFragment("prosemirror").Children() {
		if e, ok := child.(*XMLElement); ok {
			fmt.Fprintf(&b, "%s %d\n", e.Name(), e.Len())
		}
	}
	return b.String()
}

// Updates are merged and cut without a document as they are with one.
func FuzzMerge(f *testing.F) {
	addFound(f)
	doc, updates := typed(f, 3, 60, 3)
	for i := 1; i < len(updates); i++ {
		f.Add(updates[i-1], updates[i])
	}
	f.Add(doc.EncodeStateAsUpdate(nil), updates[0])
	f.Fuzz(func(t *testing.T, a, b []byte) {
		merged, err := MergeUpdates(a, b)
		if err != nil {
			return
		}
		if _, err := Decode(merged, Limits{}); err != nil {
			t.Fatalf("a merged update can't be read: %v", err)
		}
		vector, err := StateVectorFromUpdate(merged)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := DiffUpdate(merged, vector); err != nil {
			t.Fatal(err)
		}
	})
}

func FuzzStateVector(f *testing.F) {
	addFound(f)
	doc, _ := typed(f, 5, 20, 4)
	f.Add(EncodeStateVector(doc.StateVector()))
	f.Add([]byte{255, 255, 255, 255, 15})
	f.Fuzz(func(t *testing.T, b []byte) {
		bounded(t, b, decoders["DecodeStateVector"].decode)
		vector, err := DecodeStateVector(b, DefaultLimits())
		if err != nil {
			return
		}
		again, err := DecodeStateVector(EncodeStateVector(vector), DefaultLimits())
		if err != nil || len(again) != len(vector) {
			t.Fatalf("%v came back as %v, %v", vector, again, err)
		}
	})
}
