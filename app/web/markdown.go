package web

import (
	"bytes"
	"strings"

	"github.com/microcosm-cc/bluemonday"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/util"
)

// This file turns the body of a comment into HTML. What people type is shown
// as they typed it, or formatted by the few signs below; there is no third
// way. The parser knows only those signs (a "<b>" is four visible characters),
// and what it renders passes an allowlist that stands on its own: either of the
// two would be enough, and a mistake in one of them stays harmless.
//
// Known signs: paragraphs, line breaks, *emphasis*, **strong**, lists, > quotes,
// `code`, fenced code, [links](https://…) and bare addresses.

// bodyCacheBytes bounds each of the two generations of rendered bodies. A page
// of 500 comments holds about 300 kB, so that some hundred busy threads stay
// warm; rendering one comment costs 26 µs (BenchmarkBody), looking it up 0.03 µs.
const bodyCacheBytes = 16 << 20

// bodies renders comment bodies and remembers what it has rendered, by the text
// itself: equal text gives equal HTML, whoever wrote it, and a changed comment
// can't meet a stale one. Safe for concurrent use.
type bodies struct {
	markdown goldmark.Markdown
	policy   *bluemonday.Policy
	rendered *recent[string, string]
}

func newBodies(bound int) *bodies {
	return &bodies{
		markdown: commentMarkdown(),
		policy:   commentPolicy(),
		rendered: newRecent(bound, func(body, html string) int { return len(body) + len(html) }),
	}
}

// HTML returns the body as HTML that is safe to put into a page as it is.
func (b *bodies) HTML(body string) string {
	return b.rendered.Get(body, func() string { return b.render(body) })
}

func (b *bodies) render(body string) string {
	var out bytes.Buffer
	if err := b.markdown.Convert([]byte(strings.ToValidUTF8(body, "\uFFFD")), &out); err != nil {
		// A bytes.Buffer takes every write, so only a renderer of ours could
		// fail; the plain text is then still there to be read.
		return "<p>" + string(util.EscapeHTML([]byte(body))) + "</p>"
	}
	return b.policy.SanitizeReader(&out).String()
}

// commentMarkdown knows no raw HTML, no headings (a comment must not disturb
// the outline of the page) and no indented code (people indent paragraphs).
func commentMarkdown() goldmark.Markdown {
	blocks := []util.PrioritizedValue{
		util.Prioritized(parser.NewListParser(), 300),
		util.Prioritized(parser.NewListItemParser(), 400),
		util.Prioritized(parser.NewFencedCodeBlockParser(), 700),
		util.Prioritized(parser.NewBlockquoteParser(), 800),
		util.Prioritized(indentedParagraph{parser.NewParagraphParser()}, 1000),
	}
	inlines := []util.PrioritizedValue{
		util.Prioritized(parser.NewCodeSpanParser(), 100),
		util.Prioritized(parser.NewLinkParser(), 200),
		util.Prioritized(parser.NewAutoLinkParser(), 300),
		util.Prioritized(parser.NewEmphasisParser(), 500),
	}
	return goldmark.New(
		goldmark.WithParser(parser.NewParser(
			parser.WithBlockParsers(blocks...),
			parser.WithInlineParsers(inlines...),
		)),
		goldmark.WithExtensions(extension.NewLinkify(
			extension.WithLinkifyAllowedProtocols([]string{"http:", "https:"}),
		)),
		goldmark.WithRendererOptions(
			html.WithHardWraps(),
			renderer.WithNodeRenderers(util.Prioritized(imageAsLink{}, 1)),
		),
	)
}

// commentPolicy is what a comment may consist of, whatever the parser did.
func commentPolicy() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "br", "em", "strong", "ul", "ol", "li", "blockquote", "pre", "code")
	p.AllowAttrs("start").Matching(bluemonday.Integer).OnElements("ol")
	p.AllowAttrs("href").OnElements("a")
	p.AllowURLSchemes("http", "https", "mailto")
	p.AllowRelativeURLs(false)
	p.RequireParseableURLs(true)
	p.RequireNoFollowOnLinks(true)
	p.RequireNoReferrerOnLinks(true)
	return p
}

// indentedParagraph takes the lines that would have been indented code; with
// nobody to take them the parser would drop their words.
type indentedParagraph struct{ parser.BlockParser }

// CanAcceptIndentedLine says yes.
func (indentedParagraph) CanAcceptIndentedLine() bool { return true }

// imageAsLink shows "![map](https://…)" as a link with its words: a picture
// fetched from elsewhere would tell that place who reads here.
type imageAsLink struct{}

// RegisterFuncs takes the place of the renderer for images.
func (imageAsLink) RegisterFuncs(r renderer.NodeRendererFuncRegisterer) {
	r.Register(ast.KindImage, renderImageAsLink)
}

func renderImageAsLink(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		_, err := w.WriteString("</a>")
		return ast.WalkContinue, err
	}
	href := util.EscapeHTML(util.URLEscape(n.(*ast.Image).Destination, true))
	_, err := w.WriteString(`<a href="` + string(href) + `">`)
	return ast.WalkContinue, err
}
