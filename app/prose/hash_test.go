package prose_test

import (
	"encoding/hex"
	"encoding/json"
	"os"
	"testing"

	"madang/app/prose"
)

// vector is a text and its hash, as neither of the two programs that must agree
// has made it.
type vector struct {
	Name string
	Doc  json.RawMessage
	Hash string
}

func vectors(t *testing.T) []vector {
	t.Helper()
	source, err := os.ReadFile("testdata/texthash.json")
	if err != nil {
		t.Fatal(err)
	}
	var all []vector
	if err := json.Unmarshal(source, &all); err != nil || len(all) == 0 {
		t.Fatal(len(all), err)
	}
	return all
}

func TestEveryTextHasTheHashThatEditorsFind(t *testing.T) {
	for _, v := range vectors(t) {
		d, err := prose.FromProseMirror(v.Doc)
		if err != nil {
			t.Errorf("%s: %v", v.Name, err)
			continue
		}
		if hash := prose.TextHash(d); hex.EncodeToString(hash[:]) != v.Hash {
			t.Errorf("%s: %x, want %s", v.Name, hash, v.Hash)
		}
	}
}

// The vectors hold neighbours that would read the same if anything between two
// blocks were left out.
func TestNoTwoTextsOfTheVectorsHaveOneHash(t *testing.T) {
	names := map[[32]byte]string{}
	for _, v := range vectors(t) {
		d, err := prose.FromProseMirror(v.Doc)
		if err != nil {
			t.Fatal(v.Name, err)
		}
		hash := prose.TextHash(d)
		if other, taken := names[hash]; taken {
			t.Errorf("%q has the hash of %q", v.Name, other)
		}
		names[hash] = v.Name
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
