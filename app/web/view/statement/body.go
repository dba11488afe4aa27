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
// what a numbered clause shows before its words.
func Body(b prose.Block, number string) string {
	var out strings.Builder
	writeBlock(&out, b, number)
	return out.String()
}

func writeBlock(out *strings.Builder, b prose.Block, number string) {
	switch b.Node {
	case "heading":
		writeElement(out, "h"+strconv.Itoa(min(b.Level+1, 6)), b.Inline)
	case "clause":
		writeClause(out, b, number)
	case "blockquote":
		writeContainer(out, `<blockquote>`, b.Children, `</blockquote>`)
	case "bullet_list":
		writeContainer(out, `<ul>`, b.Children, `</ul>`)
	case "ordered_list":
		writeContainer(out, `<ol start="`+strconv.Itoa(max(b.Order, 1))+`">`, b.Children, `</ol>`)
	case "list_item":
		writeContainer(out, `<li>`, b.Children, `</li>`)
	default:
		writeElement(out, "p", b.Inline)
	}
}

// writeClause writes a clause of any kind; a note has no number.
func writeClause(out *strings.Builder, b prose.Block, number string) {
	if b.Kind == prose.Note {
		out.WriteString(`<p class="text-note" role="note">`)
	} else {
		out.WriteString(`<p class="operative"><span class="operative-number">` + html.EscapeString(number) + ` </span>`)
	}
	writeSpans(out, b.Inline)
	out.WriteString(`</p>`)
}

func writeContainer(out *strings.Builder, open string, children []prose.Block, end string) {
	out.WriteString(open)
	for _, child := range children {
		writeBlock(out, child, "")
	}
	out.WriteString(end)
}

func writeElement(out *strings.Builder, name string, spans []prose.Span) {
	out.WriteString("<" + name + ">")
	writeSpans(out, spans)
	out.WriteString("</" + name + ">")
}

func writeSpans(out *strings.Builder, spans []prose.Span) {
	for _, s := range spans {
		writeSpan(out, s)
	}
}

func writeSpan(out *strings.Builder, s prose.Span) {
	if s.Break {
		out.WriteString("<br>")
		return
	}
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
