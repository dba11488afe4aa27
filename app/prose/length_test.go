package prose_test

import (
	"encoding/json"
	"os"
	"testing"

	"madang/app/prose"
)

func TestATextIsAsLongAsEditorsSay(t *testing.T) {
	source, err := os.ReadFile("testdata/length.json")
	if err != nil {
		t.Fatal(err)
	}
	var all []struct {
		Name                                string
		Doc                                 json.RawMessage
		Words, Characters, Letters, Clauses int
	}
	if err := json.Unmarshal(source, &all); err != nil || len(all) == 0 {
		t.Fatal(len(all), err)
	}
	for _, v := range all {
		d, err := prose.FromProseMirror(v.Doc)
		if err != nil {
			t.Errorf("%s: %v", v.Name, err)
			continue
		}
		want := prose.Length{Words: v.Words, Characters: v.Characters, Letters: v.Letters, Clauses: v.Clauses}
		if got := d.Length(); got != want {
			t.Errorf("%s: %+v, want %+v", v.Name, got, want)
		}
	}
}
