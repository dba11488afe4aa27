package prose

import (
	"html"
	"strconv"
	"strings"
)

// HTML writes the text as a fragment of a page: each top-level block carries its
// id as id and data-cid, a clause shows its number, if it has one, and carries it as
// data-number; its kind, unless it is operative, as data-kind. Everything that people wrote is escaped.
func (d Doc) HTML() string {
	var out strings.Builder
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
		writeHTML(&out, b, attrs, numbers[b.CID])
		out.WriteByte('\n')
	}
	return out.String()
}

func attribute(name, value string) string {
	return " " + name + `="` + html.EscapeString(value) + `"`
}

func writeHTML(out *strings.Builder, b Block, attrs, number string) {
	name := elementOf(b)
	if b.Node == OrderedList && b.Order > 1 {
		attrs += attribute("start", strconv.Itoa(b.Order))
	}
	out.WriteString("<" + name + attrs + ">")
	if number != "" {
		out.WriteString("<span>" + html.EscapeString(number) + "</span> ")
	}
	for _, s := range b.Inline {
		out.WriteString(s.html())
	}
	for _, child := range b.Children {
		writeHTML(out, child, "", "")
	}
	out.WriteString("</" + name + ">")
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
