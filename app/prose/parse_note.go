package prose

import (
	"regexp"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// Footnotes in Markdown are "[^label]" where they are, and a block "[^label]: words" that
// says them, as Pandoc and GitHub have it. What has no other half is words: nothing that
// somebody wrote vanishes.

var (
	kindReference  = ast.NewNodeKind("FootnoteReference")
	kindDefinition = ast.NewNodeKind("FootnoteDefinition")
)

// noteReference is where a footnote is.
type noteReference struct {
	ast.BaseInline
	label string
}

func (*noteReference) Kind() ast.NodeKind       { return kindReference }
func (n *noteReference) Dump(src []byte, l int) { ast.DumpHelper(n, src, l, nil, nil) }

// noteDefinition is what a footnote says.
type noteDefinition struct {
	ast.BaseBlock
	label string
	start string // the label as it was written
}

func (*noteDefinition) Kind() ast.NodeKind       { return kindDefinition }
func (n *noteDefinition) Dump(src []byte, l int) { ast.DumpHelper(n, src, l, nil, nil) }

var (
	referenceForm  = regexp.MustCompile(`^\[\^([^\]\[\s\\]{1,60})\]`)
	definitionForm = regexp.MustCompile(`^ {0,3}\[\^([^\]\[\s\\]{1,60})\]:[ \t]*`)
)

type referenceParser struct{}

func (referenceParser) Trigger() []byte { return []byte{'['} }

func (referenceParser) Parse(_ ast.Node, block text.Reader, _ parser.Context) ast.Node {
	line, _ := block.PeekLine()
	found := referenceForm.FindSubmatch(line)
	if found == nil {
		return nil
	}
	block.Advance(len(found[0]))
	return &noteReference{label: string(found[1])}
}

type definitionParser struct{}

func (definitionParser) Trigger() []byte             { return []byte{'['} }
func (definitionParser) CanInterruptParagraph() bool { return false }
func (definitionParser) CanAcceptIndentedLine() bool { return false }

func (definitionParser) Open(_ ast.Node, reader text.Reader, _ parser.Context) (ast.Node, parser.State) {
	line, segment := reader.PeekLine()
	found := definitionForm.FindSubmatch(line)
	if found == nil {
		return nil, parser.NoChildren
	}
	node := &noteDefinition{label: string(found[1]), start: strings.TrimLeft(string(found[0]), " ")}
	node.Lines().Append(segment.WithStart(segment.Start + len(found[0])))
	reader.AdvanceToEOL()
	return node, parser.NoChildren
}

// Continue takes the lines up to the next empty one, or the next footnote.
func (definitionParser) Continue(node ast.Node, reader text.Reader, _ parser.Context) parser.State {
	line, segment := reader.PeekLine()
	if util.IsBlank(line) || definitionForm.Match(line) {
		return parser.Close
	}
	node.Lines().Append(segment)
	reader.AdvanceToEOL()
	return parser.Continue | parser.NoChildren
}

// Close leaves out the spaces around the lines, as in a paragraph.
func (definitionParser) Close(node ast.Node, reader text.Reader, _ parser.Context) {
	lines := node.Lines()
	for i := range lines.Len() {
		l := lines.At(i)
		if i > 0 {
			l = l.TrimLeftSpace(reader.Source())
		}
		if i == lines.Len()-1 {
			l = l.TrimRightSpace(reader.Source())
		}
		lines.Set(i, l)
	}
}

// collectNotes learns what footnotes say, and which of that is asked for. The first to
// say something under a label does.
func (r *markdownReader) collectNotes(root ast.Node) {
	said, asked := map[string]*noteDefinition{}, map[string]bool{}
	_ = ast.Walk(root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		switch n := n.(type) {
		case *noteDefinition:
			if entering && said[n.label] == nil {
				said[n.label] = n
			}
			return ast.WalkSkipChildren, nil
		case *noteReference:
			asked[n.label] = true
		}
		return ast.WalkContinue, nil
	})
	for label, n := range said {
		if asked[label] {
			i := inlineReader{source: r.source}
			i.readChildren(n, Marks{})
			r.notes[label], r.isNote[n] = textOf(tidy(i.spans), " "), true
		}
	}
}

// unasked is what nobody asks for: words, with the label before them.
func (r *markdownReader) unasked(n *noteDefinition) Block {
	spans := append([]Span{{Text: n.start}}, r.spans(n)...)
	return Block{Node: Paragraph, Inline: tidy(spans)}
}
