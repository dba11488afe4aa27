package prose

import (
	_ "embed"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"madang/app"
)

// The table: nodes, what they may contain and carry, marks. The editor is built
// from the same file. It may only ever grow, each time with a new number: an
// editor deletes from the shared text what its own table can't hold. Since says
// from which number on there is a node or, after a dot, an attribute of one; what
// isn't in it has been there from the first.
//
//go:embed schema.json
var tableSource []byte

var table = mustReadTable(tableSource)

// Schema answers what a text may hold.
type Schema struct {
	number  int
	nodes   map[string]nodeRule
	marks   map[string]markRule
	levels  map[string]int
	kinds   []string // of clauses, but for operative ones
	since   map[string]int
	schemes map[string]bool
}

type nodeRule struct {
	content map[string]bool // nodes that may be in it
	attrs   map[string]any  // with their defaults
}

type markRule struct{ attrs map[string]any }

// Table returns the schema that stands in schema.json.
func Table() Schema { return table }

// Number counts the versions of the table.
func (s Schema) Number() int { return s.number }

// Since returns the number of the first table that has a node or, if attr isn't
// empty, that attribute of it. For what this table doesn't have it is 0.
func (s Schema) Since(node, attr string) int {
	rule, known := s.nodes[node]
	if _, has := rule.attrs[attr]; !known || attr != "" && !has {
		return 0
	}
	name := node
	if attr != "" {
		name += "." + attr
	}
	return max(s.since[name], 1)
}

// MayContain reports whether a node may have such a child. The root is "doc",
// text is "text".
func (s Schema) MayContain(parent, child string) bool {
	return s.nodes[parent].content[child]
}

// MayCarry reports whether a node may have an attribute with that value, as JSON
// decodes it: the model has to be able to hold it. Null stands for the default.
func (s Schema) MayCarry(node, attr string, value any) bool {
	if _, known := s.nodes[node].attrs[attr]; !known {
		return false
	}
	if value == nil {
		return true
	}
	switch attr {
	case "cid":
		text, ok := value.(string)
		return ok && (text == "" || IsCID(text))
	case "kind":
		kind, ok := value.(string)
		return ok && slices.Contains(s.kinds, kind)
	case "level":
		return isWhole(value, 1, s.levels[node])
	case "order":
		return isWhole(value, 0, maxOrder)
	}
	return false
}

// maxOrder is the largest number that an item of a list may start with in
// Markdown: nine digits (CommonMark 0.31, section 5.2).
const maxOrder = 999_999_999

func isWhole(value any, least, most int) bool {
	n, ok := value.(float64)
	return ok && n == float64(int(n)) && int(n) >= least && int(n) <= most
}

// MayMark reports whether text may be marked so.
func (s Schema) MayMark(mark string, attrs map[string]any) bool {
	rule, known := s.marks[mark]
	if !known || len(attrs) != len(rule.attrs) {
		return false
	}
	if mark != "link" {
		return true
	}
	href, ok := attrs["href"].(string)
	return ok && s.MayLink(href)
}

// MayLink reports whether a link may lead there: an address of http, https or
// mailto without any space or control character. Everything relative is out, for
// a text is read in more places than one.
func (s Schema) MayLink(href string) bool {
	scheme, rest, found := strings.Cut(href, ":")
	if !found || rest == "" || !utf8.ValidString(href) || !s.schemes[strings.ToLower(scheme)] {
		return false
	}
	return !strings.ContainsFunc(rest, func(r rune) bool { return r <= ' ' || r == 0x7f })
}

// Check reports whether the table allows the text: Invalid "text.schema" with
// the first node that breaks it. Ids may be missing, not wrong or doubled.
func Check(d Doc) error {
	seen := map[string]bool{"": true}
	for _, b := range d.Blocks {
		if seen[b.CID] && b.CID != "" {
			return offence(b.Node)
		}
		seen[b.CID] = true
		if err := table.check("doc", b); err != nil {
			return err
		}
	}
	return nil
}

func offence(node string) error { return app.Invalid("text.schema", "node", node) }

func (s Schema) check(parent string, b Block) error {
	if !s.MayContain(parent, b.Node) || !s.holds(parent, b) {
		return offence(b.Node)
	}
	for _, span := range b.Inline {
		if !s.holdsSpan(span) {
			return offence(b.Node)
		}
	}
	for _, child := range b.Children {
		if err := s.check(b.Node, child); err != nil {
			return err
		}
	}
	return nil
}

// holds checks what a block is by itself.
func (s Schema) holds(parent string, b Block) bool {
	if b.CID != "" && (parent != "doc" || !IsCID(b.CID)) {
		return false
	}
	if most, levelled := s.levels[b.Node]; levelled != (b.Level != 0) || b.Level < 0 || b.Level > most {
		return false
	}
	if b.Kind != Operative && (b.Node != Clause || !slices.Contains(s.kinds, string(b.Kind))) {
		return false
	}
	if b.Order != 0 && (b.Node != OrderedList || b.Order < 0 || b.Order > maxOrder) {
		return false
	}
	if b.IsTextBlock() {
		return len(b.Children) == 0
	}
	return len(b.Inline) == 0
}

func (s Schema) holdsSpan(span Span) bool {
	if span.Break {
		return span == Span{Break: true}
	}
	if span.Footnote {
		return span.Marks == Marks{} && utf8.ValidString(span.Text) && !strings.Contains(span.Text, "\n")
	}
	if span.Marks.Href != "" && !s.MayLink(span.Marks.Href) {
		return false
	}
	return span.Text != "" && utf8.ValidString(span.Text) && !strings.Contains(span.Text, "\n")
}

// contentForm is the subset of ProseMirror's content expressions in use: a name,
// or a choice of names, any number of times.
var contentForm = regexp.MustCompile(`^(?:(\w+)|\((\w+(?: \| \w+)*)\))\*$`)

func mustReadTable(source []byte) Schema {
	var raw struct {
		Number int `json:"number"`
		Nodes  map[string]struct {
			Content string         `json:"content"`
			Group   string         `json:"group"`
			Attrs   map[string]any `json:"attrs"`
		} `json:"nodes"`
		Marks map[string]struct {
			Attrs map[string]any `json:"attrs"`
		} `json:"marks"`
		Levels  map[string]int `json:"levels"`
		Kinds   []string       `json:"kinds"`
		Since   map[string]int `json:"since"`
		Schemes []string       `json:"schemes"`
	}
	if err := json.Unmarshal(source, &raw); err != nil {
		panic("prose: schema.json: " + err.Error())
	}
	groups := map[string][]string{}
	for name, node := range raw.Nodes {
		groups[name] = []string{name}
		groups[node.Group] = append(groups[node.Group], name)
	}
	s := Schema{
		number: raw.Number, levels: raw.Levels, kinds: raw.Kinds, since: raw.Since,
		nodes: map[string]nodeRule{}, marks: map[string]markRule{}, schemes: map[string]bool{},
	}
	for name, node := range raw.Nodes {
		s.nodes[name] = nodeRule{content: mustExpand(node.Content, groups), attrs: node.Attrs}
	}
	for name, mark := range raw.Marks {
		s.marks[name] = markRule{attrs: mark.Attrs}
	}
	for _, scheme := range raw.Schemes {
		s.schemes[scheme] = true
	}
	return s
}

// mustExpand lists the nodes that a content expression lets in.
func mustExpand(content string, groups map[string][]string) map[string]bool {
	allowed := map[string]bool{}
	if content == "" {
		return allowed
	}
	form := contentForm.FindStringSubmatch(content)
	if form == nil {
		panic("prose: schema.json: content " + content)
	}
	for _, name := range strings.Split(form[1]+form[2], " | ") {
		for _, node := range groups[name] {
			allowed[node] = true
		}
	}
	return allowed
}
