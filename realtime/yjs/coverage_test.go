package yjs

import (
	"fmt"
	"testing"
)

// everything is what people write with Yjs, as look names it. Yjs writes no skips
// or GC structs before somebody merges or joins late, and has long ceased to write kindJSON.
var everything = []string{
	"content 1", "content 3", "content 4", "content 5", "content 6", "content 7", "content 8",
	"content 9", "content 9 under a key",
	"type 0", "type 1", "type 2", "type 3", "type 4", "type 5", "type 6",
	"type 0 in a type", "type 2 in a type", "type 3 in a type", "type 6 in a type",
	"value yjs.Undefined", "value <nil>", "value bool", "value float64", "value string", "value yjs.BigInt",
	"value []uint8", "value []interface {}", "value map[string]interface {}",
}

// metAll fails a run that met less than everything: it proves less than it seems to.
func (n *tally) metAll(t *testing.T) {
	for _, what := range everything {
		if n.met[what] == 0 {
			t.Errorf("in all sessions nobody wrote %s", what)
		}
	}
}

// look counts the kinds of content, types and values in an update.
func (n *tally) look(update []byte) {
	u, err := Decode(update, Limits{})
	if err != nil {
		return
	}
	var r record
	for i := range u.sections {
		for in := u.sections[i].read(); in.left > 0; {
			in.record(&r)
			n.lookAt(&r)
		}
	}
}

func (n *tally) lookAt(r *record) {
	what := fmt.Sprintf("content %d", r.kind)
	in := decoder{buf: r.body}
	switch r.kind {
	case kindType:
		n.met[what]++
		what = fmt.Sprintf("type %d", in.uint())
	case kindAny:
		for range in.uint() {
			n.lookInto(in.any())
		}
	}
	n.met[what]++
	if r.hasKey {
		n.met[what+" under a key"]++
	}
	if r.hasParent && r.parent != noID {
		n.met[what+" in a type"]++
	}
}

func (n *tally) lookInto(value any) {
	n.met[fmt.Sprintf("value %T", value)]++
	switch v := value.(type) {
	case []any:
		for _, element := range v {
			n.lookInto(element)
		}
	case map[string]any:
		for _, element := range v {
			n.lookInto(element)
		}
	}
}

// Documents of years ago have their values as JSON, which Yjs still reads.
func TestValuesOfOldDocumentsReadAsInRealYjs(t *testing.T) {
	old := structs(2, func(e *encoder) {
		e.byte(byte(kindJSON))
		e.uint(1)
		e.text("array")
		e.uint(4)
		for _, json := range []string{"undefined", `{"a":[1.5,"글"]}`, "null", `"\\ud83d\\ude00"`} {
			e.text(json)
		}
		e.byte(byte(kindJSON) | bitKey)
		e.uint(1)
		e.text("map")
		e.text("key")
		e.uint(1)
		e.text("true")
	})
	want := startJudge(t).ask(t, question{"do": "load", "updates": [][]byte{old}, "gc": true})
	for _, write := range []func(*Doc) ([]byte, error){
		func(d *Doc) ([]byte, error) { return d.EncodeStateAsUpdate(nil), nil },
		func(d *Doc) ([]byte, error) { return ConvertV2ToV1(d.EncodeStateAsUpdateV2(nil)) },
	} {
		doc := NewDoc()
		if err := doc.ApplyUpdate(old); err != nil {
			t.Fatal(err)
		}
		again, err := write(doc)
		if err != nil {
			t.Fatal(err)
		}
		if string(again) != string(old) {
			t.Errorf("%x came back as %x", old, again)
		}
		got := describe(doc)
		for _, root := range []string{"array", "map"} {
			if yjs, ours := inJSON(want.Tree[root]), inJSON(got[root]); string(yjs) != string(ours) {
				t.Errorf("%s\n yjs %s\nours %s", root, yjs, ours)
			}
		}
	}
}
