package prose

import (
	"encoding/hex"
	"fmt"
	"strings"
)

// Preimage returns what a commitment to the block is the SHA-256 of: a text that can
// be shown, saved to a file and given to sha256sum. Every line of it ends with one
// line feed (0x0A). This one commits to a clause of level 2 with a link and a line
// break; the salt is shortened here:
//
//	madang clause 1
//	salt 5f0c...e1
//	id cq3v8k2m0xa
//	clause 2
//	  text The State shall hear, as
//	  link https://example.org/udhr article 8
//	  text  says,
//	  break
//	  text every survivor.
//
// The first line names this form. The second is "salt ", and the 32 bytes of the salt
// as 64 lower-case hexadecimal digits; the third "id ", and the clause id. Then comes
// the block:
//
//   - One line with its node ("paragraph", "heading", "clause", "blockquote",
//     "bullet_list", "ordered_list", "list_item", "table", "table_row", "table_cell"). After a heading or clause follow a
//     space and its level, after a clause that isn't operative another space and its
//     kind ("preambular", "definition", "note"), after an ordered list a space and the number it starts
//     with (1 where none, or 0, was set), in decimal digits.
//   - Below it what is in it, in order, indented by two spaces more than the block: a
//     block in the same way; a line break as "break"; a footnote as "footnote ", and what
//     it says; a run of words without a link
//     as "text ", and the words; one with a link as "link ", the address (which has
//     no spaces in it), a space, and the words. A run goes as far as the address
//     stays the same, up to the next break or footnote.
//
// Everything is UTF-8; words are written as they are, with their spaces, neither
// escaped nor normalised, and what isn't UTF-8 as U+FFFD. Emphasis is left out: it
// may change without another meaning. The block has to be one that Check allows, so
// that no line feed is among its words.
//
// What the schema may hold one day gets lines of its own; should a line that is
// described here come to mean something else, the first line gets another number.
func (b Block) Preimage(salt Salt) []byte {
	var out strings.Builder
	fmt.Fprintf(&out, "madang clause 1\nsalt %s\nid %s\n", hex.EncodeToString(salt[:]), b.CID)
	b.writePreimage(&out, "")
	return []byte(strings.ToValidUTF8(out.String(), "\uFFFD"))
}

func (b Block) writePreimage(out *strings.Builder, indent string) {
	out.WriteString(indent + b.Node)
	switch {
	case b.Kind != Operative:
		fmt.Fprintf(out, " %d %s", b.Level, b.Kind)
	case b.Level > 0:
		fmt.Fprintf(out, " %d", b.Level)
	case b.Node == OrderedList:
		fmt.Fprintf(out, " %d", max(b.Order, 1))
	}
	out.WriteByte('\n')
	indent += "  "
	for _, s := range tidy(withoutEmphasis(b.Inline)) {
		out.WriteString(indent + s.preimage() + "\n")
	}
	for _, child := range b.Children {
		child.writePreimage(out, indent)
	}
}

func (s Span) preimage() string {
	switch {
	case s.Break:
		return "break"
	case s.Footnote:
		return "footnote " + s.Text
	case s.Marks.Href != "":
		return "link " + s.Marks.Href + " " + s.Text
	}
	return "text " + s.Text
}

// withoutEmphasis returns the spans with no marks but links.
func withoutEmphasis(spans []Span) []Span {
	plain := make([]Span, len(spans))
	for i, s := range spans {
		plain[i] = Span{Text: s.Text, Break: s.Break, Footnote: s.Footnote, Marks: Marks{Href: s.Marks.Href}}
	}
	return plain
}
