package yjs

import (
	"bytes"
	"errors"
	"slices"
	"testing"
)

// Whatever arrives is refused or understood; what was understood can be written in
// either format and reads the same.
func FuzzUpdateV2(f *testing.F) {
	addFound(f)
	doc, updates := typed(f, 3, 60, 1)
	for _, u := range append(updates, doc.EncodeStateAsUpdate(nil)) {
		v2, err := ConvertV1ToV2(u)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(v2)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		bounded(t, b, decoders["DecodeV2"].decode)
		u, err := DecodeV2(b, DefaultLimits())
		if err != nil {
			return
		}
		v1 := u.Encode()
		again, err := DecodeV2(u.EncodeV2(), Limits{})
		if err != nil {
			t.Fatalf("what we wrote can't be read: %v", err)
		}
		if got := again.Encode(); string(got) != string(v1) {
			t.Fatalf("read back as\n%x\nwas\n%x", got, v1)
		}
		if err := NewDoc().ApplyUpdate(v1); err != nil {
			t.Fatal(err)
		}
	})
}

func FuzzSnapshotV2(f *testing.F) {
	addFound(f)
	doc, _ := typed(f, 3, 60, 1)
	f.Add(EncodeSnapshotV2(doc.Snapshot()))
	f.Add([]byte{0, 0})
	f.Fuzz(func(t *testing.T, b []byte) {
		bounded(t, b, decoders["DecodeSnapshotV2"].decode)
		s, err := DecodeSnapshotV2(b, DefaultLimits())
		if err != nil {
			return
		}
		again, err := DecodeSnapshotV2(EncodeSnapshotV2(s), Limits{})
		if err != nil || !slices.Equal(again.Deleted, s.Deleted) || len(again.Known) != len(s.Known) {
			t.Fatalf("%v came back as %v, %v", s, again, err)
		}
	})
}

// Yjs 13 reads a name that is numbered as one before it, though it never writes one.
func TestANameMayBeToldByTheNumberOfAnEarlierOne(t *testing.T) {
	e := newEncoderV2()
	e.rest.uint(1)
	e.rest.uint(4)
	e.clients.write(1)
	e.rest.uint(0)
	for i, key := range []uint64{0, 1, 0, 1} {
		e.infos.write(byte(kindType) | bitOrigin)
		e.leftID(ID{2, uint64(i)})
		e.typeRefs.write(uint64(refXMLElement))
		e.keys.intDiffOptRleEncoder.write(key)
	}
	e.strings.write([]byte("p"))
	e.strings.write([]byte("h1"))
	e.rest.uint(0)
	v1, err := ConvertV2ToV1(e.finish())
	if err != nil {
		t.Fatal(err)
	}
	want := structs(4, func(e *encoder) {
		for i, name := range []string{"p", "h1", "p", "h1"} {
			e.byte(byte(kindType) | bitOrigin)
			e.id(ID{2, uint64(i)})
			e.uint(uint64(refXMLElement))
			e.text(name)
		}
	})
	if !bytes.Equal(v1, want) {
		t.Errorf("%x, not %x", v1, want)
	}
}

func TestAnUpdateInV2MustSayEverythingAndNothingElse(t *testing.T) {
	doc, _ := write(t, "한국어 words")
	whole := doc.EncodeStateAsUpdateV2(nil)
	for n := range whole {
		if _, err := DecodeV2(whole[:n], Limits{}); !errors.Is(err, ErrMalformed) {
			t.Errorf("the first %d of %d bytes: %v", n, len(whole), err)
		}
	}
	if _, err := DecodeV2(append(slices.Clone(whole), 0), Limits{}); !errors.Is(err, ErrMalformed) {
		t.Errorf("a byte more: %v", err)
	}
	whole[0] = 1
	if _, err := DecodeV2(whole, Limits{}); !errors.Is(err, ErrMalformed) {
		t.Errorf("a feature nobody knows: %v", err)
	}
}

// A value that JavaScript can hold but JSON can't, in a mark or embed.
func TestWhatJSONCannotSayIsWrittenAsJavaScriptWouldWriteIt(t *testing.T) {
	for _, c := range []struct {
		value any
		json  string
	}{
		{-0.5, "-0.5"}, {1e21, "1e+21"}, {1e-7, "1e-7"}, {123456789012345680000.0, "123456789012345680000"},
		{"\u2028\x7f\b\x1f\"\\", "\"\u2028\x7f\\b\\u001f\\\"\\\\\""},
		{[]byte{1, 255}, `{"0":1,"1":255}`},
		{[]any{Undefined{}, nil, true}, `[null,null,true]`},
		{map[string]any{"a": Undefined{}, "b": map[string]any{}}, `{"b":{}}`},
	} {
		var e encoder
		if err := e.any(c.value); err != nil {
			t.Fatal(err)
		}
		d := decoder{buf: e.buf}
		if got := string(appendJSONOfAny(nil, &d, 10)); got != c.json || d.err != nil || d.rest() > 0 {
			t.Errorf("%v is %s, not %s; %v", c.value, got, c.json, d.err)
		}
	}
	for _, v := range []any{Undefined{}, BigInt(1), []any{BigInt(1)}} {
		var e encoder
		if err := e.any(v); err != nil {
			t.Fatal(err)
		}
		d := decoder{buf: e.buf}
		if appendJSONOfAny(nil, &d, 10); !errors.Is(d.err, ErrMalformed) {
			t.Errorf("%v: %v", v, d.err)
		}
	}
}
