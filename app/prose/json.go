package prose

import (
	"encoding/json"

	"madang/app"
)

// jsonNode is a node as ProseMirror's Node.toJSON writes it.
type jsonNode struct {
	Type    string         `json:"type"`
	Attrs   map[string]any `json:"attrs,omitempty"`
	Content []jsonNode     `json:"content,omitempty"`
	Text    string         `json:"text,omitempty"`
	Marks   []jsonMark     `json:"marks,omitempty"`
}

type jsonMark struct {
	Type  string         `json:"type"`
	Attrs map[string]any `json:"attrs,omitempty"`
}

// MarshalJSON writes the text in the form of ProseMirror's documents.
func (d Doc) MarshalJSON() ([]byte, error) {
	root := jsonNode{Type: "doc"}
	for _, b := range d.Blocks {
		root.Content = append(root.Content, nodeOf(b))
	}
	return json.Marshal(root)
}

func nodeOf(b Block) jsonNode {
	n := jsonNode{Type: b.Node, Attrs: attrsOf(b)}
	for _, s := range b.Inline {
		n.Content = append(n.Content, inlineOf(s))
	}
	for _, child := range b.Children {
		n.Content = append(n.Content, nodeOf(child))
	}
	return n
}

// attrsOf are the attributes that the table gives the node.
func attrsOf(b Block) map[string]any {
	attrs := map[string]any{}
	for name := range table.nodes[b.Node].attrs {
		switch name {
		case "cid":
			attrs[name] = orNull(b.CID)
		case "kind":
			attrs[name] = orNull(string(b.Kind))
		case "level":
			attrs[name] = max(b.Level, 1)
		case "order":
			attrs[name] = b.Order
		}
	}
	return attrs
}

func orNull(text string) any {
	if text == "" {
		return nil
	}
	return text
}

func inlineOf(s Span) jsonNode {
	if s.Break {
		return jsonNode{Type: "hard_break"}
	}
	if s.Footnote {
		n := jsonNode{Type: "footnote"}
		if s.Text != "" {
			n.Content = []jsonNode{{Type: "text", Text: s.Text}}
		}
		return n
	}
	n := jsonNode{Type: "text", Text: s.Text}
	if s.Marks.Href != "" {
		n.Marks = append(n.Marks, jsonMark{Type: "link", Attrs: map[string]any{"href": s.Marks.Href}})
	}
	if s.Marks.Em {
		n.Marks = append(n.Marks, jsonMark{Type: "em"})
	}
	if s.Marks.Strong {
		n.Marks = append(n.Marks, jsonMark{Type: "strong"})
	}
	return n
}

// FromProseMirror reads the JSON of a ProseMirror document. Whatever the table
// doesn't allow is Invalid "text.schema".
func FromProseMirror(source []byte) (Doc, error) {
	var root jsonNode
	if err := json.Unmarshal(source, &root); err != nil {
		return Doc{}, app.Invalid("text.schema", "node", "doc").Because(err)
	}
	if root.Type != "doc" {
		return Doc{}, offence(root.Type)
	}
	blocks, err := blocksOf(root)
	if err != nil {
		return Doc{}, err
	}
	d := Doc{Blocks: blocks}
	return d, Check(d)
}

func blocksOf(parent jsonNode) ([]Block, error) {
	var blocks []Block
	for _, n := range parent.Content {
		if !table.MayContain(parent.Type, n.Type) || len(n.Marks) > 0 || n.Text != "" {
			return nil, offence(n.Type)
		}
		b, err := blockOf(n)
		if err != nil {
			return nil, err
		}
		blocks = append(blocks, b)
	}
	return blocks, nil
}

func blockOf(n jsonNode) (Block, error) {
	b := Block{Node: n.Type}
	if _, levelled := table.levels[n.Type]; levelled {
		b.Level = 1
	}
	for name, value := range n.Attrs {
		if !table.MayCarry(n.Type, name, value) {
			return b, offence(n.Type)
		}
		b.carry(name, value)
	}
	var err error
	if b.IsTextBlock() {
		b.Inline, err = spansIn(n)
	} else {
		b.Children, err = blocksOf(n)
	}
	return b, err
}

// carry sets what an attribute says; the table has allowed it.
func (b *Block) carry(name string, value any) {
	switch value := value.(type) {
	case string:
		if name == "kind" {
			b.Kind = Kind(value)
		} else {
			b.CID = value
		}
	case float64:
		if name == "level" {
			b.Level = int(value)
		} else {
			b.Order = int(value)
		}
	}
}

func spansIn(block jsonNode) ([]Span, error) {
	var spans []Span
	for _, n := range block.Content {
		if n.Type == "footnote" && table.MayContain(block.Type, n.Type) {
			note, err := footnoteIn(n)
			if err != nil {
				return nil, err
			}
			spans = append(spans, note)
			continue
		}
		s := Span{Text: n.Text, Break: n.Type == "hard_break"}
		if !table.MayContain(block.Type, n.Type) || len(n.Attrs)+len(n.Content) > 0 {
			return nil, offence(n.Type)
		}
		for _, m := range n.Marks {
			if !table.MayMark(m.Type, m.Attrs) {
				return nil, offence(n.Type)
			}
			s.Marks.add(m)
		}
		spans = append(spans, s)
	}
	return tidy(spans), nil
}

// footnoteIn reads a footnote. Setting a selection in bold marks the footnotes in it,
// too, which says nothing.
func footnoteIn(n jsonNode) (Span, error) {
	note := Span{Footnote: true}
	for _, child := range n.Content {
		if !table.MayContain(n.Type, child.Type) || len(child.Attrs)+len(child.Content) > 0 {
			return note, offence(child.Type)
		}
		note.Text += child.Text
	}
	if len(n.Attrs) > 0 || n.Text != "" {
		return note, offence(n.Type)
	}
	return note, nil
}

// add sets a mark; the table has allowed it.
func (m *Marks) add(mark jsonMark) {
	switch mark.Type {
	case "strong":
		m.Strong = true
	case "em":
		m.Em = true
	case "link":
		m.Href, _ = mark.Attrs["href"].(string)
	}
}
