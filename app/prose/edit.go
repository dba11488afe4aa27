package prose

// EditKind says what an Edit does.
type EditKind string

// The edits that reach a text without an editor: by a form, the API or an import.
const (
	ReplaceText  EditKind = "replace_text"  // CID, Base, Text
	InsertBlocks EditKind = "insert_blocks" // After, Blocks
	DeleteClause EditKind = "delete_clause" // CID, Base
)

// AtStart is the After of blocks to be inserted before all others; the empty
// After means after all others.
const AtStart = "^"

// Edit is a change to a text as a form brings it: with the words its author saw
// (Base, as PlainText gives them), so that it can be merged with what happened
// meanwhile.
type Edit struct {
	Kind       EditKind
	CID        string
	Base, Text string
	After      string
	Blocks     []Block
}
