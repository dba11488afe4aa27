package prose

import (
	"slices"
	"strings"
)

// PlainText is the text as a plain text box holds it, and as people's edits are
// merged: one line for each text block. In a paragraph, heading or clause of its
// own a hard break makes a line; in a quote or list, where a line is a paragraph,
// it is a space. A row of a table is a line, with " | " between its cells. A footnote stands in its place as "^[what it says]".
func (b Block) PlainText() string {
	if b.IsTextBlock() {
		return textOf(b.Inline, "\n")
	}
	return strings.Join(b.lines(), "\n")
}

// lines are the texts of the text blocks within.
func (b Block) lines() []string {
	if b.IsTextBlock() {
		return []string{textOf(b.Inline, " ")}
	}
	if b.Node == TableRow {
		return []string{b.rowText()}
	}
	var lines []string
	for _, child := range b.Children {
		lines = append(lines, child.lines()...)
	}
	return lines
}

func textOf(spans []Span, lineBreak string) string {
	var text strings.Builder
	for _, s := range spans {
		switch {
		case s.Break:
			text.WriteString(lineBreak)
		case s.Footnote:
			text.WriteString(plainNote(s.Text))
		default:
			text.WriteString(s.Text)
		}
	}
	return text.String()
}

// WithPlainText returns the block with that text, so that its PlainText is the
// text. Words that stay keep their marks, lines that stay keep their place; a new
// line in a list becomes an item, in a quote a paragraph.
func (b Block) WithPlainText(text string) Block {
	if b.IsTextBlock() {
		b.Inline = rewrite(b.Inline, text, "\n")
		return b
	}
	old := b.lines()
	switch {
	case b.Node == TableBlock:
		b.Children = b.withRows(text)
	case strings.Join(old, "\n") == text:
	case len(old) == 0:
		b.Children = freshLines(b.Node, strings.Split(text, "\n"))
	default:
		plan := planLines(old, strings.Split(text, "\n"))
		b.Children = plan.children(b)
	}
	return b
}

// rewrite returns the spans with another text. What comes in takes the marks of
// the words it replaces or stands between, if these have the same ones.
func rewrite(spans []Span, text, lineBreak string) []Span {
	old := textOf(spans, lineBreak)
	tokens := tokensOf(spans, lineBreak)
	starts := offsets(tokens)
	var out []Span
	done := 0
	for _, h := range compare(tokens, tokensIn(text, notesIn(spans))) {
		from, to, insert := starts[h.from], starts[h.to], strings.Join(h.words, "")
		hasNotes := slices.ContainsFunc(slices.Concat(tokens[h.from:h.to], h.words), isPlainNote)
		if !hasNotes { // a footnote comes and goes whole
			from, to, insert = trim(old, from, to, insert)
		}
		out = append(out, cut(spans, done, from, lineBreak)...)
		m := marksAround(spans, from, to, lineBreak)
		if hasNotes {
			out = append(out, spansOfTokens(h.words, m, lineBreak)...)
		} else {
			out = append(out, spansOf(insert, m, lineBreak)...)
		}
		done = to
	}
	return tidy(append(out, cut(spans, done, len(old), lineBreak)...))
}

// cut returns the bytes [from, to) of the spans' text with their marks. A footnote is
// whole where it begins.
func cut(spans []Span, from, to int, lineBreak string) []Span {
	var part []Span
	at := 0
	for _, s := range spans {
		length := s.plainLength(lineBreak)
		start, end := max(from-at, 0), min(to-at, length)
		at += length
		if start >= end || s.Footnote && start > 0 {
			continue
		}
		if !s.Break && !s.Footnote {
			s.Text = s.Text[start:end]
		}
		part = append(part, s)
	}
	return part
}

// marksAround are the marks that the bytes [from, to) have in common or, where
// that is nothing, those in common of what is before and behind.
func marksAround(spans []Span, from, to int, lineBreak string) Marks {
	var near []Span
	if from < to {
		near = cut(spans, from, to, lineBreak)
	} else {
		before, after := cut(spans, from-1, from, lineBreak), cut(spans, to, to+1, lineBreak)
		if len(before) == 0 || len(after) == 0 {
			return Marks{}
		}
		near = []Span{before[0], after[0]}
	}
	for _, s := range near {
		if s.Marks != near[0].Marks {
			return Marks{}
		}
	}
	return near[0].Marks
}

// spansOf writes a text as spans; line breaks in it become hard breaks if that is
// how they are read.
func spansOf(text string, m Marks, lineBreak string) []Span {
	if lineBreak != "\n" {
		return []Span{{Text: text, Marks: m}}
	}
	var spans []Span
	for i, line := range strings.Split(text, "\n") {
		if i > 0 {
			spans = append(spans, Span{Break: true})
		}
		spans = append(spans, Span{Text: line, Marks: m})
	}
	return spans
}

// tidy joins neighbours with the same marks and leaves out what is empty.
func tidy(spans []Span) []Span {
	var out []Span
	for len(spans) > 0 {
		s, n := spans[0], 1
		for s.isWords() && n < len(spans) && (spans[n].Text == "" || spans[n].Marks == s.Marks) && spans[n].isWords() {
			n++
		}
		switch {
		case s.Break:
			out = append(out, Span{Break: true})
		case s.Footnote:
			out = append(out, Span{Footnote: true, Text: s.Text})
		case s.Text == "":
			n = 1
		default:
			out = append(out, Span{Text: textOf(spans[:n], ""), Marks: s.Marks})
		}
		spans = spans[n:]
	}
	return out
}

// isWords reports whether the span is neither a break nor a footnote.
func (s Span) isWords() bool { return !s.Break && !s.Footnote }

// linePlan says what becomes of each line of a quote or list. It is used up line
// by line, in the order of the text blocks.
type linePlan struct{ fates []lineFate }

// lineFate is the lines that a line becomes, none if it goes; heir says which of
// them is the old one, edited or not.
type lineFate struct {
	lines []string
	heir  int
}

// planLines compares lines; in a passage that changed, the first line becomes the
// first one and so on, and surplus new lines follow the last.
func planLines(old, new []string) *linePlan {
	plan := &linePlan{fates: make([]lineFate, len(old))}
	done := 0
	for _, h := range compare(old, new) {
		plan.keep(old, done, h.from)
		plan.change(h)
		done = h.to
	}
	plan.keep(old, done, len(old))
	return plan
}

// keep lets lines be what they are, behind what is planned to come before them.
func (p *linePlan) keep(old []string, from, to int) {
	for i := from; i < to; i++ {
		fate := &p.fates[i]
		fate.heir = len(fate.lines)
		fate.lines = append(fate.lines, old[i])
	}
}

func (p *linePlan) change(h hunk) {
	fresh := h.words
	for i := h.from; i < h.to && len(fresh) > 0; i++ {
		p.fates[i].lines = fresh[:1:1]
		fresh = fresh[1:]
	}
	// What is left follows the line before it; before all others there is none,
	// and it goes ahead of the first.
	host := &p.fates[max(h.to-1, 0)]
	host.lines = append(host.lines, fresh...)
}

// children carries the plan out within a quote, a list or an item.
func (p *linePlan) children(b Block) []Block {
	var out []Block
	for _, child := range b.Children {
		switch {
		case child.IsTextBlock():
			out = append(out, p.textBlocks(child)...)
		case child.Node == ListItem:
			out = append(out, p.items(child)...)
		default:
			if child.Children = p.children(child); len(child.Children) > 0 {
				out = append(out, child)
			}
		}
	}
	return out
}

// textBlocks are what a text block becomes.
func (p *linePlan) textBlocks(b Block) []Block {
	fate := p.fates[0]
	p.fates = p.fates[1:]
	var out []Block
	for i, line := range fate.lines {
		if i == fate.heir {
			out = append(out, Block{Node: b.Node, Inline: rewrite(b.Inline, line, " ")})
			continue
		}
		out = append(out, freshLine(b.Node, line))
	}
	return out
}

// items are what an item becomes: itself, and one for each line that comes before
// its first or behind its last one. A surplus line within stays a paragraph of it.
func (p *linePlan) items(item Block) []Block {
	count := len(item.lines())
	if count == 0 {
		return []Block{item}
	}
	before := p.fates[0].takeBefore()
	var after []string
	if last := item.Children[len(item.Children)-1]; last.IsTextBlock() {
		after = p.fates[count-1].takeAfter()
	}
	out := freshLines(BulletList, before)
	if item.Children = p.children(item); len(item.Children) > 0 {
		out = append(out, item)
	}
	return slices.Concat(out, freshLines(BulletList, after))
}

// takeBefore removes the lines ahead of the old one.
func (f *lineFate) takeBefore() []string {
	before := f.lines[:f.heir]
	f.lines, f.heir = f.lines[f.heir:], 0
	return before
}

// takeAfter removes the lines behind the old one.
func (f *lineFate) takeAfter() []string {
	if len(f.lines) == 0 {
		return nil
	}
	after := f.lines[f.heir+1:]
	f.lines = f.lines[:f.heir+1]
	return after
}

// freshLines are new children of a quote or list, one for each line.
func freshLines(parent string, lines []string) []Block {
	var out []Block
	for _, line := range lines {
		b := freshLine(Paragraph, line)
		if parent != Blockquote {
			b = Block{Node: ListItem, Children: []Block{b}}
		}
		out = append(out, b)
	}
	return out
}

func freshLine(node, line string) Block {
	return Block{Node: node, Inline: rewrite(nil, line, " ")}
}
