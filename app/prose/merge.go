package prose

// Merge is the outcome of merging two edits of one text. Without Conflicts, Text
// holds both edits. With them, Text holds the edits that did not conflict, and
// the base words where they did.
type Merge struct {
	Text      string
	Conflicts []Conflict
}

// Conflict is a place that both sides changed, each in its own way, with the
// words of all three.
type Conflict struct{ Base, Mine, Theirs string }
