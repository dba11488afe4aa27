package prose

import (
	"html"
	"strconv"
	"strings"
)

// HTML writes the text as a fragment of a page: each top-level block carries its
// id as id and data-cid, a clause shows its number, if it has one, and carries it as
// data-number; its kind, unless it is operative, as data-kind. What footnotes say stands
// at the end, with the roles that DPUB-ARIA 1.1 has for that, and the way back.
// Everything that people wrote is escaped.
func (d Doc) HTML() string {
	var w htmlWriter
	numbers := d.Numbers()
	for _, b := range d.Blocks {
		attrs := ""
		if b.CID != "" {
			attrs = attribute("id", b.CID) + attribute("data-cid", b.CID)
		}
		if b.Node == Clause {
			if b.Kind != Operative {
				attrs += attribute("data-kind", string(b.Kind))
			}
			if number := numbers[b.CID]; number != "" {
				attrs += attribute("data-number", number)
			}
		}
		w.block(b, attrs, numbers[b.CID])
		w.out.WriteByte('\n')
	}
	w.endnotes()
	return w.out.String()
}

// htmlWriter writes blocks; notes are what the footnotes so far say.
type htmlWriter struct {
	out   strings.Builder
	notes []string
}

func attribute(name, value string) string {
	return " " + name + `="` + html.EscapeString(value) + `"`
}

func (w *htmlWriter) block(b Block, attrs, number string) {
	if b.Node == TableBlock {
		w.table(b, attrs)
		return
	}
	name := elementOf(b)
	if b.Node == OrderedList && b.Order > 1 {
		attrs += attribute("start", strconv.Itoa(b.Order))
	}
	w.out.WriteString("<" + name + attrs + ">")
	if number != "" {
		w.out.WriteString("<span>" + html.EscapeString(number) + "</span> ")
	}
	w.spans(b.Inline)
	for _, child := range b.Children {
		w.block(child, "", "")
	}
	w.out.WriteString("</" + name + ">")
}

func (w *htmlWriter) spans(spans []Span) {
	for _, s := range spans {
		if s.Footnote {
			w.reference(s)
			continue
		}
		w.out.WriteString(s.html())
	}
}

// table writes a table, whose first row is its head.
func (w *htmlWriter) table(b Block, attrs string) {
	w.out.WriteString("<table" + attrs + ">")
	widths := b.Widths()
	for i, row := range b.Children {
		open, end, cell, close := "", "", "<td>", "</td>"
		switch i {
		case 0:
			open, end, cell, close = "<thead>", "</thead>", `<th scope="col">`, "</th>"
		case 1:
			open = "<tbody>"
		}
		w.out.WriteString(open + "<tr>")
		for j := range widths[i] {
			w.out.WriteString(cell)
			if j < len(row.Children) {
				w.spans(row.Children[j].Inline)
			}
			w.out.WriteString(close)
		}
		w.out.WriteString("</tr>" + end)
	}
	if len(b.Children) > 1 {
		w.out.WriteString("</tbody>")
	}
	w.out.WriteString("</table>")
}

// reference writes where a footnote is.
func (w *htmlWriter) reference(s Span) {
	w.notes = append(w.notes, s.Text)
	n := strconv.Itoa(len(w.notes))
	w.out.WriteString(`<sup><a role="doc-noteref" id="fnref-` + n + `" href="#fn-` + n + `">` + n + `</a></sup>`)
}

func (w *htmlWriter) endnotes() {
	if len(w.notes) == 0 {
		return
	}
	w.out.WriteString(`<section role="doc-endnotes"><ol>`)
	for i, note := range w.notes {
		n := strconv.Itoa(i + 1)
		w.out.WriteString(`<li id="fn-` + n + `">`)
		for _, s := range Linked(note) {
			w.out.WriteString(s.html())
		}
		w.out.WriteString(` <a role="doc-backlink" href="#fnref-` + n + `">↩</a></li>`)
	}
	w.out.WriteString("</ol></section>\n")
}

func elementOf(b Block) string {
	switch b.Node {
	case Heading:
		return "h" + strconv.Itoa(min(max(b.Level, 1), 6))
	case Blockquote:
		return "blockquote"
	case BulletList:
		return "ul"
	case OrderedList:
		return "ol"
	case ListItem:
		return "li"
	}
	return "p"
}

func (s Span) html() string {
	if s.Break {
		return "<br>"
	}
	text := html.EscapeString(s.Text)
	if s.Marks.Strong {
		text = "<strong>" + text + "</strong>"
	}
	if s.Marks.Em {
		text = "<em>" + text + "</em>"
	}
	if s.Marks.Href != "" && table.MayLink(s.Marks.Href) {
		text = "<a" + attribute("href", s.Marks.Href) + ` rel="nofollow noreferrer">` + text + "</a>"
	}
	return text
}
