package prose

import (
	"slices"
	"strings"

	"madang/app"
)

// SplitAt finds where somebody split a clause who put a blank line into its words: the
// bytes [from, to) of base are the space that goes. It reports false if text isn't
// base with a blank line more, or if one of the halves would be empty.
func SplitAt(base, text string) (from, to int, ok bool) {
	for at := 0; ; {
		i := strings.Index(text[at:], "\n\n")
		if i < 0 {
			return 0, 0, false
		}
		at += i
		first, second := strings.TrimSpace(text[:at]), strings.TrimSpace(text[at:])
		at++
		from, to = len(first)+leading(base), len(base)-len(second)-trailing(base)
		if first == "" || second == "" || from > to || text == base {
			continue
		}
		isWhole := strings.TrimSpace(base[:from]) == first && strings.TrimSpace(base[to:]) == second
		if isWhole && strings.TrimSpace(base[from:to]) == "" {
			return from, to, true
		}
	}
}

// leading and trailing count the bytes of space around a text.
func leading(text string) int { return len(text) - len(strings.TrimLeft(text, " \n\t")) }

func trailing(text string) int { return len(text) - len(strings.TrimRight(text, " \n\t")) }

// move puts a clause behind another one.
func (d *Doc) move(e Edit) error {
	block, at, found := d.Find(e.CID)
	if !found {
		return app.NotFound()
	}
	if _, _, found := d.Find(e.After); !found && e.After != AtStart {
		return app.Gone("clause.target")
	}
	if e.After == e.CID {
		return nil
	}
	d.Blocks = slices.Delete(d.Blocks, at, at+1)
	d.Blocks = slices.Insert(d.Blocks, d.placeAfter(e.After), block)
	return nil
}

// retype makes another sort of block of a clause. Its words stay.
func (d *Doc) retype(e Edit) error {
	block, at, found := d.Find(e.CID)
	if !found {
		return app.NotFound()
	}
	retyped := e.Blocks[0]
	retyped.CID, retyped.Inline = block.CID, block.Inline
	if !block.IsTextBlock() || !retyped.IsTextBlock() || Check(Doc{Blocks: []Block{retyped}}) != nil {
		return app.Invalid("clause.kind").On("kind")
	}
	d.Blocks[at] = retyped
	return nil
}

// split makes two clauses of one that still reads as Base. The first keeps the id; the
// second takes that of Blocks[0].
func (d *Doc) split(e Edit) ([]Conflict, error) {
	block, at, found := d.Find(e.CID)
	if !found {
		return nil, app.NotFound()
	}
	words := block.PlainText()
	if words != e.Base {
		return []Conflict{{Base: e.Base, Theirs: words}}, nil
	}
	from, to, ok := SplitAt(e.Base, e.Text)
	if !ok || !block.IsTextBlock() || isWithinNote(block.Inline, from, "\n") || isWithinNote(block.Inline, to, "\n") {
		return nil, app.Invalid("clause.split").On("text")
	}
	second := block
	second.CID = e.Blocks[0].CID
	second.Inline = tidy(cut(block.Inline, to, len(words), "\n"))
	block.Inline = tidy(cut(block.Inline, 0, from, "\n"))
	d.Blocks[at] = block
	d.Blocks = slices.Insert(d.Blocks, at+1, second)
	return nil, nil
}

// merge puts the words of a clause that still reads as Base behind those of the clause
// before it, whose id and kind stay.
func (d *Doc) merge(e Edit) ([]Conflict, error) {
	block, at, found := d.Find(e.CID)
	if !found {
		return nil, app.NotFound()
	}
	if words := block.PlainText(); words != e.Base {
		return []Conflict{{Base: e.Base, Theirs: words}}, nil
	}
	if at == 0 || d.Blocks[at-1].CID != e.After || !block.IsTextBlock() || !d.Blocks[at-1].IsTextBlock() {
		return nil, app.Gone("clause.target")
	}
	before := d.Blocks[at-1]
	spans := slices.Clone(before.Inline)
	if before.PlainText() != "" && block.PlainText() != "" {
		spans = append(spans, Span{Text: " "})
	}
	before.Inline = tidy(append(spans, block.Inline...))
	d.Blocks[at-1] = before
	d.Blocks = slices.Delete(d.Blocks, at, at+1)
	return nil, nil
}
