package prose_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"madang/app/prose"
)

// The vectors were made by another program, from the description alone.
func TestEveryTextHasTheRootThatAStrangerFinds(t *testing.T) {
	source, err := os.ReadFile("testdata/commitments.json")
	if err != nil {
		t.Fatal(err)
	}
	var vectors []struct {
		Doc                      json.RawMessage
		Salts, Preimages, Leaves []string
		Root                     string
	}
	if err := json.Unmarshal(source, &vectors); err != nil || len(vectors) == 0 {
		t.Fatal(len(vectors), err)
	}
	for _, v := range vectors {
		d, err := prose.FromProseMirror(v.Doc)
		if err != nil {
			t.Fatal(err)
		}
		sealed := prose.Seal(d, saltsOf(t, v.Salts))
		if len(sealed.Clauses) != len(v.Leaves) {
			t.Fatalf("%d commitments to %d clauses", len(sealed.Clauses), len(v.Leaves))
		}
		for i, c := range sealed.Clauses {
			if got := string(d.Blocks[i].Preimage(c.Salt)); got != v.Preimages[i] {
				t.Errorf("%q, want %q", got, v.Preimages[i])
			}
			if got := hex.EncodeToString(c.Leaf[:]); got != v.Leaves[i] {
				t.Errorf("clause %s: %s, want %s", c.CID, got, v.Leaves[i])
			}
		}
		if root := sealed.Root(); hex.EncodeToString(root[:]) != v.Root {
			t.Errorf("%d clauses: %x, want %s", len(v.Leaves), root, v.Root)
		}
	}
}

// saltsOf hands out one salt after the other.
func saltsOf(t *testing.T, digits []string) func() prose.Salt {
	return func() prose.Salt {
		raw, err := hex.DecodeString(digits[0])
		if err != nil || len(raw) != len(prose.Salt{}) {
			t.Fatal(digits[0], err)
		}
		digits = digits[1:]
		return prose.Salt(raw)
	}
}

// By hand: what someone would do with a text editor, sha256sum and xxd.
func TestTheRootOfThreeClausesIsFoundByHand(t *testing.T) {
	linked := prose.Span{Text: "article 8", Marks: prose.Marks{Href: "https://example.org/udhr"}}
	first := textBlock(prose.Heading, span("원칙"))
	first.CID, first.Level = "c000000000a", 1
	second := textBlock(prose.Clause, span("The State "), strong("shall"), span(" hear, as "), linked, prose.Span{Break: true}, span("says."))
	second.CID, second.Level = "c000000000b", 2
	third := list(textBlock(prose.Paragraph, span("하나")), textBlock(prose.Paragraph))
	third.CID = "c000000000c"
	salts := []string{strings.Repeat("5f", 32), strings.Repeat("0a", 32), strings.Repeat("e1", 32)}
	sealed := prose.Seal(prose.Doc{Blocks: []prose.Block{first, second, third}}, saltsOf(t, salts))

	a := sum("madang clause 1\nsalt " + salts[0] + "\nid c000000000a\nheading 1\n  text 원칙\n")
	b := sum("madang clause 1\nsalt " + salts[1] + "\nid c000000000b\nclause 2\n" +
		"  text The State shall hear, as \n  link https://example.org/udhr article 8\n  break\n  text says.\n")
	c := sum("madang clause 1\nsalt " + salts[2] + "\nid c000000000c\nbullet_list\n" +
		"  list_item\n    paragraph\n      text 하나\n  list_item\n    paragraph\n")
	want := sum("\x01" + sum("\x01"+sum("\x00"+a)+sum("\x00"+b)) + sum("\x00"+c))
	if root := sealed.Root(); string(root[:]) != want {
		t.Errorf("%x, want %x", root, want)
	}
}

func sum(text string) string {
	hash := sha256.Sum256([]byte(text))
	return string(hash[:])
}

// The entries and roots that implementations of Certificate Transparency (RFC 6962)
// are checked with.
func TestTheTreeIsThatOfCertificateTransparency(t *testing.T) {
	entries := [][]byte{
		{}, {0x00}, {0x10}, {0x20, 0x21}, {0x30, 0x31}, []byte("@ABC"), []byte("PQRSTUVW"), []byte("`abcdefghijklmno"),
	}
	roots := []string{
		"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
		"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
		"fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
		"aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
		"d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
		"4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
		"76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
		"ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
		"5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
	}
	for n, want := range roots {
		if root := prose.MerkleRoot(entries[:n]); hex.EncodeToString(root[:]) != want {
			t.Errorf("%d entries: %x, want %s", n, root, want)
		}
	}
}

func TestReadersSeeWhetherEachClauseIsTheOneThatWasSealed(t *testing.T) {
	d := clauses("a 하나", "b 둘", "c 셋", "d 넷")
	sealed := prose.Seal(d, prose.NewSalt)
	root := sealed.Root()
	another := prose.Seal(d, prose.NewSalt)
	swapped := prose.Sealed{Clauses: slices.Clone(sealed.Clauses)}
	swapped.Clauses[0], swapped.Clauses[1] = swapped.Clauses[1], swapped.Clauses[0]
	for _, c := range []struct {
		name   string
		doc    prose.Doc
		sealed prose.Sealed
		want   string
		holds  bool
	}{
		{"nothing happened", d, sealed, "a verified, b verified, c verified, d verified", true},
		{"a word differs", clauses("a 하나", "b 두", "c 셋", "d 넷"), sealed, "a verified, b altered, c verified, d verified", false},
		{"a space differs", clauses("a 하나", "b 둘 ", "c 셋", "d 넷"), sealed, "a verified, b altered, c verified, d verified", false},
		{"erased and gone", clauses("a 하나", "c 셋", "d 넷"), sealed.Erase("b"), "a verified, b erased, c verified, d verified", true},
		{"erased and blank", clauses("a 하나", "b", "c 셋", "d 넷"), sealed.Erase("b"), "a verified, b erased, c verified, d verified", true},
		{"words where they were erased", d, sealed.Erase("b"), "a verified, b altered, c verified, d verified", false},
		{"gone without erasure", clauses("a 하나", "c 셋", "d 넷"), sealed, "a verified, b altered, c verified, d verified", false},
		{"one stands elsewhere", clauses("d 넷", "a 하나", "b 둘", "c 셋"), sealed, "a verified, b verified, c verified, d altered", false},
		{"one came in", clauses("a 하나", "x 새", "b 둘", "c 셋", "d 넷"), sealed, "a verified, b verified, c verified, d verified, x altered", false},
		{"one is there twice", clauses("a 하나", "b 둘", "b 둘", "c 셋", "d 넷"), sealed, "a verified, b verified, c verified, d verified, b altered", false},
		{"committed to anew", d, another, "a altered, b altered, c altered, d altered", false},
		{"commitments in another order", d, swapped, "b altered, a altered, c altered, d altered", false},
		{"a commitment is gone", d, prose.Sealed{Clauses: sealed.Clauses[:3]}, "a altered, b altered, c altered, d altered", false},
	} {
		v := prose.Verify(c.doc, c.sealed, root)
		var told []string
		for _, clause := range v.Clauses {
			told = append(told, fmt.Sprint(clause.CID, " ", clause.Verdict))
		}
		if got := strings.Join(told, ", "); got != c.want || v.Holds() != c.holds {
			t.Errorf("%s: %s, holds %v", c.name, got, v.Holds())
		}
	}
}

func TestASealTellsNothingOfTheWords(t *testing.T) {
	d := clauses("a 하나", "a 하나")
	one, other := prose.Seal(d, prose.NewSalt), prose.Seal(d, prose.NewSalt)
	leaves := [][32]byte{one.Clauses[0].Leaf, one.Clauses[1].Leaf, other.Clauses[0].Leaf, other.Clauses[1].Leaf}
	for i, leaf := range leaves {
		if slices.Contains(leaves[:i], leaf) {
			t.Errorf("the same words have the same commitment: %x", leaf)
		}
	}
	erased := one.Erase("a")
	if !erased.Clauses[0].IsErased() || one.Clauses[0].IsErased() || erased.Root() != one.Root() {
		t.Errorf("%+v after erasing, %+v before", erased, one)
	}
}

func TestATextThatWasStoredIsTheOneThatWasSealed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := anyDoc().Draw(t, "doc")
		sealed := prose.Seal(d, prose.NewSalt)
		stored, err := json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		read, err := prose.FromProseMirror(stored)
		if err != nil {
			t.Fatal(err)
		}
		if v := prose.Verify(read, sealed, sealed.Root()); !v.Holds() {
			t.Fatalf("%+v", v)
		}
	})
}

// If the clause can be read back from what was hashed, no other clause has the same
// hash.
func TestWhatWasSealedCanBeReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		for _, b := range anyDoc().Draw(t, "doc").Blocks {
			source := string(b.Preimage(prose.Salt{1}))
			lines := strings.Split(strings.TrimSuffix(source, "\n"), "\n")
			read := readBlock(&lines, 3, "")
			if lines[2] != "id "+b.CID || len(lines) != 3 || !reflect.DeepEqual(read, withoutEmphasis(b)) {
				t.Fatalf("%+v from\n%s", read, source)
			}
		}
	})
}

// readBlock takes a block out of the lines of a preimage.
func readBlock(lines *[]string, at int, indent string) prose.Block {
	take := func() string {
		line := strings.TrimPrefix((*lines)[at], indent)
		*lines = slices.Delete(*lines, at, at+1)
		return line
	}
	var b prose.Block
	var number int
	fmt.Sscan(take(), &b.Node, &number, &b.Kind)
	if b.Node == prose.OrderedList {
		b.Order = number
	} else {
		b.Level = number
	}
	indent += "  "
	for at < len(*lines) && strings.HasPrefix((*lines)[at], indent) {
		kind, rest, _ := strings.Cut(strings.TrimPrefix((*lines)[at], indent), " ")
		switch kind {
		case "break":
			b.Inline = append(b.Inline, prose.Span{Break: true})
		case "footnote":
			b.Inline = append(b.Inline, prose.Span{Footnote: true, Text: rest})
		case "text":
			b.Inline = append(b.Inline, span(rest))
		case "link":
			href, text, _ := strings.Cut(rest, " ")
			b.Inline = append(b.Inline, prose.Span{Text: text, Marks: prose.Marks{Href: href}})
		default:
			b.Children = append(b.Children, readBlock(lines, at, indent))
			continue
		}
		take()
	}
	return b
}

// withoutEmphasis is what is sealed of a block, beside its id.
func withoutEmphasis(b prose.Block) prose.Block {
	plain := prose.Block{Node: b.Node, Level: b.Level, Kind: b.Kind, Order: b.Order}
	for _, s := range b.Inline {
		s.Marks.Strong, s.Marks.Em = false, false
		last := len(plain.Inline) - 1
		if last >= 0 && isWords(s) && isWords(plain.Inline[last]) && plain.Inline[last].Marks == s.Marks {
			plain.Inline[last].Text += s.Text
			continue
		}
		plain.Inline = append(plain.Inline, s)
	}
	for _, child := range b.Children {
		plain.Children = append(plain.Children, withoutEmphasis(child))
	}
	return plain
}

// A new part of a clause must not stay outside of what is compared and sealed: who
// adds one extends Preimage and isSetAs, and then this list.
func TestEveryPartOfAClauseIsComparedAndSealed(t *testing.T) {
	for _, c := range []struct {
		of   any
		want string
	}{
		{prose.Block{}, "Node CID Level Kind Order Inline Children"},
		{prose.Span{}, "Text Break Footnote Marks"},
		{prose.Marks{}, "Strong Em Href"},
	} {
		var parts []string
		for field := range reflect.TypeOf(c.of).Fields() {
			parts = append(parts, field.Name)
		}
		if got := strings.Join(parts, " "); got != c.want {
			t.Errorf("%T: %s, want %s", c.of, got, c.want)
		}
	}
}
