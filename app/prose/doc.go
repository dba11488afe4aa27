// Package prose is the model of a text: what a statement's blocks may be, how
// they come from Markdown and from the editor and go back there, and how two
// edits of the same words are merged.
//
// What isn't in the table (schema.json, which the editor reads too) can't be
// represented here and can't get through. Any room may import this package; it
// imports nothing of the forum but the kernel's errors.
package prose

import (
	"crypto/rand"
	"crypto/sha256"
	"strings"
)

// The nodes that a Block can be. All but items, rows and cells can stand at the top level.
const (
	Paragraph   = "paragraph"
	Heading     = "heading" // level 1 to 4
	Clause      = "clause"  // text that is cited by its number, of some Kind, level 1 to 3
	Blockquote  = "blockquote"
	BulletList  = "bullet_list"
	OrderedList = "ordered_list"
	ListItem    = "list_item" // only in lists
	TableBlock  = "table"     // of rows, the first of which names the columns
	TableRow    = "table_row" // only in tables
	TableCell   = "table_cell"
)

// Kind says what a clause does in the text.
type Kind string

// The kinds of clause. A preambular one says why; an operative one what is asked of
// whom; a definition what a word means; a note helps to read the text and belongs to
// it, unlike the explanations that are kept beside clauses. Operative is the zero Kind,
// for that was the only one in the schema's first number.
const (
	Operative  Kind = ""
	Preambular Kind = "preambular"
	Definition Kind = "definition"
	Note       Kind = "note"
)

// Kinds are all of them, in the order in which norms have them.
var Kinds = []Kind{Preambular, Definition, Operative, Note}

// String names a kind; Operative has a name here too.
func (k Kind) String() string {
	if k == Operative {
		return "operative"
	}
	return string(k)
}

// ParseKind reads a kind as String names it.
func ParseKind(name string) (Kind, bool) {
	for _, k := range Kinds {
		if k.String() == name {
			return k, true
		}
	}
	return Operative, false
}

// Doc is a text: its top-level blocks in order. Each of them is a clause in the
// wide sense, with a permanent id.
type Doc struct{ Blocks []Block }

// Block is a paragraph, heading, clause, quote, list, table, or a part of the last two.
// Text blocks (paragraph, heading, clause, cell) have Inline, all others have Children.
// Rows may be of different length: those that are short are read as if empty cells
// followed.
type Block struct {
	Node string
	// CID is the permanent id; only top-level blocks carry one.
	CID string
	// Level is that of a heading or a clause; 0 for all others.
	Level int
	// Kind is that of a clause; Operative for all others.
	Kind Kind
	// Order is the number of the first item of an ordered list; 0 for all others.
	Order    int
	Inline   []Span
	Children []Block
}

// Span is a run of text with the same marks, a line break in a text block, or a
// footnote. A break carries neither text nor marks, a footnote what it says, which is
// plain: one line without marks.
type Span struct {
	Text     string
	Break    bool
	Footnote bool
	Marks    Marks
}

// Marks say how a run of text is set. Href is empty, or an address that MayLink
// permits.
type Marks struct {
	Strong, Em bool
	Href       string
}

// IsTextBlock reports whether the block has Inline and not Children.
func (b Block) IsTextBlock() bool {
	return b.Node == Paragraph || b.Node == Heading || b.Node == Clause || b.Node == TableCell
}

// Find returns the top-level block with that id, and where it stands.
func (d Doc) Find(cid string) (Block, int, bool) {
	for i, b := range d.Blocks {
		if b.CID == cid && cid != "" {
			return b, i, true
		}
	}
	return Block{}, 0, false
}

// cidLetters are what an id is made of after its "c": nothing that Markdown,
// HTML or an address has to escape.
const cidLetters = "abcdefghijklmnopqrstuvwxyz0123456789"

// cidLength is the length of an id: "c" and ten letters, 51 bits. In a text of
// 10,000 blocks two fresh ids meet with probability 1 in 70 million; who assigns
// ids looks for that anyway.
const cidLength = 11

// NewCID draws a clause id.
func NewCID() string {
	raw := make([]byte, cidLength)
	rand.Read(raw) // never fails; it ends the program where it can't
	return spellCID(raw)
}

// CIDOf draws the clause id that belongs to a name: always the same one.
func CIDOf(name string) string {
	sum := sha256.Sum256([]byte(name))
	return spellCID(sum[:cidLength])
}

// spellCID makes a clause id of random bytes.
func spellCID(raw []byte) string {
	for i, b := range raw {
		// 256 isn't a multiple of 36: four letters are likelier by a seventh,
		// which costs less than 0.1 bit of the whole.
		raw[i] = cidLetters[int(b)%len(cidLetters)]
	}
	raw[0] = 'c'
	return string(raw)
}

// IsCID reports whether the text has the form of a clause id.
func IsCID(text string) bool {
	if len(text) != cidLength || text[0] != 'c' {
		return false
	}
	return strings.Trim(text[1:], cidLetters) == ""
}
