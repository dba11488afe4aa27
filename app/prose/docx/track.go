package docx

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
	"unicode/utf16"

	"madang/app/prose"
)

// Amendment is a proposed change that stands in the document as tracked changes: its
// proposals are to the document's Text as it is. What Word can't track stands as a comment
// of the same author, in the words of Note: moves, changes of footnotes, changes within
// lists and quotes, and words that an amendment before it changes otherwise. Amendments are only written; they
// are read back as tracked changes of somebody, in Before.
type Amendment struct {
	Author    string
	At        time.Time
	Proposals []prose.Proposal
	// Note says in words what a proposal wants.
	Note func(prose.Proposal) string
}

// tracker knows the tracked changes of a text.
type tracker struct {
	untracked map[string][]Comment   // what can't be tracked, by clause
	hunks     map[string][]hunk      // changes of words, by clause, in their order
	deletions map[string]*Amendment  // clauses that should go
	clauses   map[string][]newClause // by the clause behind which they come
	units     map[string]int         // length of the clauses whose words can be tracked
	notes     map[string][]stretch   // footnotes in the clauses
	revisions int                    // given ids
}

// hunk is a change of the words of a clause, in UTF-16 units of its plain text.
type hunk struct {
	prose.Change
	by *Amendment
}

type newClause struct {
	prose.Proposal
	by *Amendment
}

// track sorts the proposals of all amendments.
func track(d Document) *tracker {
	t := &tracker{
		untracked: map[string][]Comment{}, hunks: map[string][]hunk{}, deletions: map[string]*Amendment{},
		clauses: map[string][]newClause{}, units: map[string]int{}, notes: map[string][]stretch{},
	}
	for _, b := range d.Text.Blocks {
		if b.IsTextBlock() && b.CID != "" {
			t.units[b.CID], t.notes[b.CID] = unitsIn(b.Inline), notesIn(b.Inline)
		}
	}
	for i := range d.Amendments {
		a := &d.Amendments[i]
		for _, p := range a.Proposals {
			if !t.add(a, p) {
				cid := p.CID
				if p.Kind == prose.ProposeClause {
					cid = p.After
				}
				t.untracked[cid] = append(t.untracked[cid], Comment{CID: cid, Author: a.Author, At: a.At, Text: a.Note(p)})
			}
		}
	}
	return t
}

// add reports whether a proposal can be tracked beside those before it.
func (t *tracker) add(a *Amendment, p prose.Proposal) bool {
	switch _, hasWords := t.units[p.CID]; {
	case len(notesIn(prose.Block{Node: prose.Paragraph}.WithPlainText(p.Text).Inline)) > len(t.notes[p.CID]):
		return false // a new footnote
	case p.Kind == prose.ProposeClause:
		t.clauses[p.After] = append(t.clauses[p.After], newClause{p, a})
		return true
	case !hasWords || t.deletions[p.CID] != nil:
		return false
	case p.Kind == prose.ProposeDeletion && len(t.hunks[p.CID])+len(t.notes[p.CID]) == 0:
		t.deletions[p.CID] = a
		return true
	case p.Kind == prose.ProposeText:
		return t.addWords(a, p)
	}
	return false
}

// stretch is a part of the plain text, in UTF-16 units.
type stretch struct{ start, end int }

// notesIn are the footnotes among spans.
func notesIn(spans []prose.Span) []stretch {
	var notes []stretch
	at := 0
	for _, s := range spans {
		length := unitsIn([]prose.Span{s})
		if s.Footnote {
			notes = append(notes, stretch{at, at + length})
		}
		at += length
	}
	return notes
}

// unitsIn is the length of the plain text of spans.
func unitsIn(spans []prose.Span) int {
	return len(utf16.Encode([]rune(prose.Block{Node: prose.Paragraph, Inline: spans}.PlainText())))
}

// addWords takes all changes of a wording, or none if one meets a change that is there.
func (t *tracker) addWords(a *Amendment, p prose.Proposal) bool {
	all := slices.Clone(t.hunks[p.CID])
	for _, change := range prose.Changes(p.Base, p.Text) {
		end := change.At + change.Delete
		for _, note := range t.notes[p.CID] {
			if change.At < note.end && note.start < end {
				return false
			}
		}
		for _, h := range t.hunks[p.CID] {
			if change.At <= h.At+h.Delete && h.At <= end {
				return false
			}
		}
		all = append(all, hunk{change, a})
	}
	slices.SortStableFunc(all, func(a, b hunk) int { return cmp.Compare(a.At, b.At) })
	t.hunks[p.CID] = all
	return true
}

// revision is the element around what somebody inserted ("ins") or deleted ("del").
func (t *tracker) revision(element string, a *Amendment) edges {
	return edges{`<w:` + element + t.attributes(a) + `>`, `</w:` + element + `>`}
}

// mark says of the end of a paragraph that somebody inserted or deleted it.
func (t *tracker) mark(element string, a *Amendment) string {
	return `<w:rPr><w:` + element + t.attributes(a) + `/></w:rPr>`
}

func (t *tracker) attributes(a *Amendment) string {
	t.revisions++
	out := fmt.Sprintf(` w:id="%d" w:author="%s"`, t.revisions, escape(a.Author))
	if !a.At.IsZero() {
		out += ` w:date="` + a.At.UTC().Format(time.RFC3339) + `"`
	}
	return out
}

// pieces writes the words of a text block with its tracked changes, and with what stands
// between its words at the places of edges.
func (w *bodyWriter) pieces(b prose.Block, between []placedEdge) string {
	var out strings.Builder
	hunks, at := w.hunks[b.CID], 0
	for len(hunks) > 0 || len(between) > 0 {
		if len(between) > 0 && (len(hunks) == 0 || between[0].at <= hunks[0].At) {
			out.WriteString(w.spans(unitsOf(b.Inline, at, between[0].at)) + between[0].edge)
			at, between = max(at, between[0].at), between[1:]
			continue
		}
		h := hunks[0]
		out.WriteString(w.spans(unitsOf(b.Inline, at, h.At)))
		gone := unitsOf(b.Inline, h.At, h.At+h.Delete)
		if len(gone) > 0 {
			del := w.revision("del", h.by)
			out.WriteString(del.open + deletedRuns(gone) + del.close)
		}
		if h.Insert != "" {
			out.WriteString(w.inserted(h, marksOf(gone)))
		}
		at, hunks = h.At+h.Delete, hunks[1:]
	}
	out.WriteString(w.spans(unitsOf(b.Inline, at, math.MaxInt)))
	return out.String()
}

// inserted writes words that an amendment puts in; they take the looks of those they
// replace, but lead nowhere.
func (w *bodyWriter) inserted(h hunk, m prose.Marks) string {
	ins := w.revision("ins", h.by)
	return ins.open + runs(plainSpans(h.Insert, m)) + ins.close
}

// plainSpans are words, with a break for each end of a line.
func plainSpans(text string, m prose.Marks) []prose.Span {
	var spans []prose.Span
	for i, line := range strings.Split(text, "\n") {
		if i > 0 {
			spans = append(spans, prose.Span{Break: true})
		}
		spans = append(spans, prose.Span{Text: line, Marks: m})
	}
	return spans
}

// marksOf are the looks that spans have in common.
func marksOf(spans []prose.Span) prose.Marks {
	if len(spans) == 0 || slices.ContainsFunc(spans, func(s prose.Span) bool { return s.Marks != spans[0].Marks }) {
		return prose.Marks{}
	}
	m := spans[0].Marks
	m.Href = ""
	return m
}

func runs(spans []prose.Span) string {
	var out strings.Builder
	for _, s := range spans {
		out.WriteString(run(s, false))
	}
	return out.String()
}

// deletedRuns writes words as what stands in a deletion, where text has an element of its own
// (ECMA-376 part 1, 17.3.3.7). No text holds the tags, for it is escaped.
func deletedRuns(spans []prose.Span) string {
	return strings.NewReplacer("<w:t ", "<w:delText ", "</w:t>", "</w:delText>").Replace(runs(spans))
}

// placedEdge is something that stands between words.
type placedEdge struct {
	at   int // in UTF-16 units of the plain text
	edge string
}

// unitsOf returns the UTF-16 units [from, to) of spans, in which a break is one. A
// footnote stands where it begins.
func unitsOf(spans []prose.Span, from, to int) []prose.Span {
	var part []prose.Span
	at := 0
	for _, s := range spans {
		if s.Footnote {
			if from <= at && at < to {
				part = append(part, s)
			}
			at += unitsIn([]prose.Span{s})
			continue
		}
		units := []uint16{'\n'}
		if !s.Break {
			units = utf16.Encode([]rune(s.Text))
		}
		start, end := max(from-at, 0), min(to-at, len(units))
		at += len(units)
		if start >= end {
			continue
		}
		if !s.Break {
			s.Text = string(utf16.Decode(units[start:end]))
		}
		part = append(part, s)
	}
	return part
}

// newClauses writes what amendments put behind a clause, or at the start.
func (w *bodyWriter) newClauses(after string) {
	for _, c := range w.clauses[after] {
		b := prose.Block{Node: c.Node, Kind: c.ClauseKind, Level: c.Level, Inline: plainSpans(c.Text, prose.Marks{})}
		ins := w.revision("ins", c.by)
		w.paragraph(textStyle(b, strings.Repeat(".", max(c.Level-1, 0)))+w.mark("ins", c.by), ins.open+runs(b.Inline)+ins.close)
	}
}

// deletedBlock writes a clause that an amendment takes away.
func (w *bodyWriter) deletedBlock(b prose.Block, number string, ends edges) {
	by := w.deletions[b.CID]
	del := w.revision("del", by)
	w.paragraph(textStyle(b, number)+w.mark("del", by), ends.open+del.open+deletedRuns(b.Inline)+del.close+ends.close)
}
