// Package statement holds the pages on which a statement is read, edited
// clause by clause, begun and named.
package statement

import (
	"html"
	"strconv"
	"strings"

	"madang/app/prose"
)

// Body returns the words of a clause as HTML, safe to be put into a page as it
// is. Headings start one level down, below the title of the page; number is
// what a clause shows before its words. What its footnotes say stands in brackets, for it
// is shown without the rest of the text.
func Body(b prose.Block, number string) string {
	w := bodyWriter{isAlone: true}
	w.block(b, number)
	return w.out.String()
}

// Footnote is one of a whole text, by its place in it, counted from 1.
type Footnote struct {
	No   int
	HTML string
}

// bodyWriter writes blocks. In a whole text, footnotes are numbered and gathered.
type bodyWriter struct {
	out     strings.Builder
	isAlone bool
	notes   []Footnote
	// over is shown in the words; nil if nothing is.
	over *overlaid
}

func (w *bodyWriter) block(b prose.Block, number string) {
	switch b.Node {
	case prose.Heading:
		w.element("h"+strconv.Itoa(min(b.Level+1, 6)), b.Inline)
	case prose.Clause:
		w.clause(b, number)
	case prose.TableBlock:
		w.table(b)
	case prose.Blockquote:
		w.container(`<blockquote>`, b.Children, `</blockquote>`)
	case prose.BulletList:
		w.container(`<ul>`, b.Children, `</ul>`)
	case prose.OrderedList:
		w.container(`<ol start="`+strconv.Itoa(max(b.Order, 1))+`">`, b.Children, `</ol>`)
	case prose.ListItem:
		w.container(`<li>`, b.Children, `</li>`)
	default:
		w.element("p", b.Inline)
	}
}

// clause writes a clause of any kind; a note has no number.
func (w *bodyWriter) clause(b prose.Block, number string) {
	if b.Kind == prose.Note {
		w.out.WriteString(`<p class="text-note" role="note">`)
	} else {
		w.out.WriteString(`<p class="operative"><span class="operative-number">` + html.EscapeString(number) + ` </span>`)
	}
	w.beginLine()
	w.spans(b.Inline)
	w.endLine()
	w.out.WriteString(`</p>`)
}

// table writes a table, whose first row is its head. It is pushed sideways where it is too
// wide, by keyboard too, and the page stays.
func (w *bodyWriter) table(b prose.Block) {
	columns := 0
	for _, row := range b.Children {
		columns = max(columns, len(row.Children))
	}
	w.out.WriteString(`<div class="table-wrap" tabindex="0"><table>`)
	for i, row := range b.Children {
		part, name := "tbody", "td"
		if i == 0 {
			part, name = "thead", `th scope="col"`
		}
		if i < 2 {
			w.out.WriteString("<" + part + ">")
		}
		w.out.WriteString("<tr>")
		w.beginLine()
		for j := range columns {
			w.out.WriteString("<" + name + ">")
			if j < len(row.Children) {
				w.beginCell(j)
				w.spans(row.Children[j].Inline)
				w.endLine()
			}
			w.out.WriteString("</" + name[:2] + ">")
		}
		w.out.WriteString("</tr>")
		if i == 0 || i == len(b.Children)-1 {
			w.out.WriteString("</" + part + ">")
		}
	}
	w.out.WriteString(`</table></div>`)
}

func (w *bodyWriter) container(open string, children []prose.Block, end string) {
	w.out.WriteString(open)
	for _, child := range children {
		w.block(child, "")
	}
	w.out.WriteString(end)
}

func (w *bodyWriter) element(name string, spans []prose.Span) {
	w.out.WriteString("<" + name + ">")
	w.beginLine()
	w.spans(spans)
	w.endLine()
	w.out.WriteString("</" + name + ">")
}

func (w *bodyWriter) spans(spans []prose.Span) {
	for _, s := range spans {
		if w.over != nil {
			w.overlay(s)
		} else {
			w.span(s)
		}
	}
}

func (w *bodyWriter) span(s prose.Span) {
	switch {
	case s.Break:
		w.out.WriteString("<br>")
	case s.Footnote:
		w.footnote(s)
	default:
		writeSpan(&w.out, s)
	}
}

// footnote writes where a footnote is. How long it is in plain text, in UTF-16 units,
// stands beside it for those who select words behind it.
func (w *bodyWriter) footnote(s prose.Span) {
	units := strconv.Itoa(unitsOf(s))
	var said strings.Builder
	for _, part := range prose.Linked(s.Text) {
		writeSpan(&said, part)
	}
	if w.isAlone {
		w.out.WriteString(`<small class="footnote" data-units="` + units + `"> [` + said.String() + `]</small>`)
		return
	}
	no := len(w.notes) + 1
	w.notes = append(w.notes, Footnote{No: no, HTML: said.String()})
	n := strconv.Itoa(no)
	w.out.WriteString(`<sup class="footnote" data-units="` + units + `"><a role="doc-noteref" id="fnref-` + n + `" href="#fn-` + n + `">` + n + `</a></sup>`)
}

func writeSpan(out *strings.Builder, s prose.Span) {
	open, end := "", ""
	if s.Marks.Href != "" {
		open, end = `<a href="`+html.EscapeString(s.Marks.Href)+`" rel="noreferrer nofollow">`, `</a>`
	}
	if s.Marks.Strong {
		open, end = open+"<strong>", "</strong>"+end
	}
	if s.Marks.Em {
		open, end = open+"<em>", "</em>"+end
	}
	out.WriteString(open + html.EscapeString(s.Text) + end)
}
