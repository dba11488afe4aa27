package prose_test

import (
	"encoding/hex"
	"encoding/json"
	"os"
	"testing"

	"madang/app/prose"
)

// The vectors were made by neither of the two programs that must agree.
func TestEveryTextHasTheHashThatEditorsFind(t *testing.T) {
	source, err := os.ReadFile("testdata/texthash.json")
	if err != nil {
		t.Fatal(err)
	}
	var vectors []struct {
		Doc  json.RawMessage
		Hash string
	}
	if err := json.Unmarshal(source, &vectors); err != nil || len(vectors) == 0 {
		t.Fatal(len(vectors), err)
	}
	for _, v := range vectors {
		d, err := prose.FromProseMirror(v.Doc)
		if err != nil {
			t.Errorf("%v: %s", err, v.Doc)
			continue
		}
		if hash := prose.TextHash(d); hex.EncodeToString(hash[:]) != v.Hash {
			t.Errorf("%x, want %s: %s", hash, v.Hash, v.Doc)
		}
	}
}

func TestMarksDontChangeTheHash(t *testing.T) {
	plain, marked := paragraph("말", prose.Marks{}), paragraph("말", prose.Marks{Strong: true})
	if prose.TextHash(plain) != prose.TextHash(marked) {
		t.Error("two texts that read the same have different hashes")
	}
	if prose.TextHash(plain) == prose.TextHash(paragraph("말씀", prose.Marks{})) {
		t.Error("two texts have the same hash")
	}
}

func paragraph(text string, m prose.Marks) prose.Doc {
	return prose.Doc{Blocks: []prose.Block{{
		Node: prose.Paragraph, CID: "c0000000000", Inline: []prose.Span{{Text: text, Marks: m}},
	}}}
}
