package prose

import (
	"html"
	"regexp"
	"strings"

	"github.com/yuin/goldmark/ast"
)

// spans reads the words of a text block.
func (r *markdownReader) spans(block ast.Node) []Span {
	i := inlineReader{source: r.source, notes: r.notes}
	i.readChildren(block, Marks{})
	return tidy(i.spans)
}

// code reads a block of code: its lines, as they are.
func (r *markdownReader) code(block ast.Node) []Span {
	text := strings.TrimRight(string(block.Lines().Value(r.source)), "\n")
	return tidy(spansOf(text, Marks{}, "\n"))
}

// inlineReader reads inline nodes in order. Tags set marks that hold until their
// end tag, across the tree.
type inlineReader struct {
	source     []byte
	notes      map[string]string // what footnotes say, by label
	spans      []Span
	strong, em int
	// isApart says that a block's tag came since the last words.
	isApart bool
}

func (i *inlineReader) readChildren(n ast.Node, m Marks) {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		i.read(c, m)
	}
}

func (i *inlineReader) read(n ast.Node, m Marks) {
	switch n := n.(type) {
	case *ast.Text:
		i.readText(n, m)
	case *noteReference:
		i.readReference(n, m)
	case *ast.CodeSpan:
		i.readCode(n, m)
	case *ast.RawHTML:
		i.readTag(string(n.Segments.Value(i.source)), m)
	case *ast.AutoLink:
		i.readAutoLink(n, m)
	case *ast.Emphasis:
		m.Em, m.Strong = m.Em || n.Level == 1, m.Strong || n.Level == 2
		i.readChildren(n, m)
	case *ast.Link:
		i.readChildren(n, m.leadingTo(unescape(string(n.Destination))))
	default:
		i.readChildren(n, m)
	}
}

// readReference reads a footnote, or the words that look like one.
func (i *inlineReader) readReference(n *noteReference, m Marks) {
	said, isOne := i.notes[n.label]
	if !isOne {
		i.add("[^"+n.label+"]", m)
		return
	}
	i.spans = append(i.spans, Span{Footnote: true, Text: said})
}

// leadingTo adds a link, if it is one that a text may have.
func (m Marks) leadingTo(href string) Marks {
	if table.MayLink(href) {
		m.Href = href
	}
	return m
}

func (i *inlineReader) readText(t *ast.Text, m Marks) {
	i.add(unescape(string(t.Segment.Value(i.source))), m)
	switch {
	case t.HardLineBreak():
		i.spans = append(i.spans, Span{Break: true})
	case t.SoftLineBreak():
		i.add(" ", m)
	}
}

func (i *inlineReader) readCode(n ast.Node, m Marks) {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if t, ok := c.(*ast.Text); ok {
			i.add(string(t.Segment.Value(i.source)), m)
		}
	}
}

func (i *inlineReader) readAutoLink(n *ast.AutoLink, m Marks) {
	address := string(n.URL(i.source))
	if n.AutoLinkType == ast.AutoLinkEmail {
		address = "mailto:" + address
	}
	i.add(string(n.Label(i.source)), m.leadingTo(address))
}

// add adds words with their marks and those that tags have set.
func (i *inlineReader) add(text string, m Marks) {
	if text == "" {
		return
	}
	if i.isApart && len(i.spans) > 0 && !strings.HasSuffix(i.spans[len(i.spans)-1].Text, " ") && text[0] != ' ' {
		i.spans = append(i.spans, Span{Text: " "})
	}
	i.isApart = false
	m.Strong, m.Em = m.Strong || i.strong > 0, m.Em || i.em > 0
	i.spans = append(i.spans, Span{Text: strings.ReplaceAll(text, "\n", " "), Marks: m})
}

var (
	tagForm = regexp.MustCompile(`^<(/?)([A-Za-z][A-Za-z0-9]*)`)
	// Tags that stand in the middle of words, and those that part them.
	inlineTags = regexp.MustCompile(`(?i)^(?:a|abbr|bdi|bdo|big|cite|code|del|dfn|font|img|ins|kbd|mark|q|rp|rt|ruby|s|samp|small|span|strike|sub|sup|time|tt|u|var|wbr)$`)
	blockTags  = regexp.MustCompile(`(?i)^(?:address|article|aside|blockquote|body|button|caption|center|col|colgroup|dd|details|div|dl|dt|embed|fieldset|figcaption|figure|footer|form|h[1-6]|head|header|hr|html|iframe|input|label|legend|li|link|main|math|meta|nav|noscript|object|ol|option|p|pre|script|section|select|style|summary|svg|table|tbody|td|textarea|tfoot|th|thead|title|tr|ul|video)$`)
)

// readTag reads a tag or comment. What only looks like one, as "<name of the
// group>", is words.
func (i *inlineReader) readTag(source string, m Marks) {
	tag := tagForm.FindStringSubmatch(source)
	if tag == nil {
		if !strings.HasPrefix(source, "<!--") {
			i.add(source, m)
		}
		return
	}
	step := 1
	if tag[1] != "" {
		step = -1
	}
	switch name := strings.ToLower(tag[2]); {
	case name == "br":
		i.spans = append(i.spans, Span{Break: true})
	case name == "strong" || name == "b":
		i.strong = max(i.strong+step, 0)
	case name == "em" || name == "i":
		i.em = max(i.em+step, 0)
	case blockTags.MatchString(name):
		i.isApart = true
	case !inlineTags.MatchString(name):
		i.add(source, m)
	}
}

// escape is a backslash before a sign, or a reference (CommonMark 0.31, sections
// 2.4 and 2.5).
var escape = regexp.MustCompile("\\\\[!-/:-@\\[-`{-~]|" + reference.String()[1:])

// unescape returns the words that a piece of source stands for.
func unescape(source string) string {
	return escape.ReplaceAllStringFunc(source, func(found string) string {
		if found[0] == '\\' {
			return found[1:]
		}
		return strings.ReplaceAll(html.UnescapeString(found), "\n", " ")
	})
}
