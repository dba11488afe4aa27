package yjs

import "strings"

// Node is a child of an XML type: an *XMLElement, *XMLText or *XMLHook.
type Node interface {
	// ID names the item that holds the node; it stays for as long as the node does.
	ID() ID
	node()
}

// Parent is an XML type that has children: an *XMLFragment or *XMLElement.
type Parent interface {
	// Len counts the children.
	Len() int
	// Children are the nodes in order.
	Children() []Node
	list() *branch
}

// XMLFragment is a list of nodes. y-prosemirror keeps a document in a root fragment.
type XMLFragment struct{ branch *branch }

// XMLFragment is the root type of that name, made if it isn't there.
func (d *Doc) XMLFragment(name string) *XMLFragment { return &XMLFragment{d.root(name)} }

// Len counts the children.
func (f *XMLFragment) Len() int { return int(f.branch.length) }

// Children are the nodes in order.
func (f *XMLFragment) Children() []Node { return f.branch.nodes() }

func (f *XMLFragment) list() *branch { return f.branch }

// XMLElement is a node with a name, attributes and children.
type XMLElement struct{ branch *branch }

func (e *XMLElement) node()         {}
func (e *XMLElement) list() *branch { return e.branch }

// ID names the item that holds the element.
func (e *XMLElement) ID() ID { return e.branch.id() }

// Name is the element's tag; in ProseMirror the node type.
func (e *XMLElement) Name() string { return e.branch.name }

// Attributes are the element's attributes as plain values: nil, bool, float64, string,
// []byte, BigInt, Undefined, []any and map[string]any.
func (e *XMLElement) Attributes() map[string]any {
	attributes := map[string]any{}
	for key := range e.branch.keys {
		if v, ok := e.Attribute(key); ok {
			attributes[key] = v
		}
	}
	return attributes
}

// Attribute is one attribute; false if it isn't set.
func (e *XMLElement) Attribute(name string) (any, bool) {
	it := e.branch.value(name)
	if it == nil {
		return nil, false
	}
	return it.valueAt(int(it.length) - 1), true
}

// Len counts the children.
func (e *XMLElement) Len() int { return int(e.branch.length) }

// Children are the nodes in order.
func (e *XMLElement) Children() []Node { return e.branch.nodes() }

// XMLHook is a node some old documents hold. It has a name, and no content we know.
type XMLHook struct{ branch *branch }

func (h *XMLHook) node() {}

// ID names the item that holds the hook.
func (h *XMLHook) ID() ID { return h.branch.id() }

// Name is the hook's name.
func (h *XMLHook) Name() string { return h.branch.name }

// XMLText is formatted text among the children of an XML type.
type XMLText struct{ branch *branch }

func (t *XMLText) node()         {}
func (t *XMLText) text() *branch { return t.branch }

// ID names the item that holds the text.
func (t *XMLText) ID() ID { return t.branch.id() }

// Len counts UTF-16 units and embeds.
func (t *XMLText) Len() int { return int(t.branch.length) }

// String is the text without marks and embeds.
func (t *XMLText) String() string { return t.branch.plain() }

// Delta is the text in runs of equal formatting.
func (t *XMLText) Delta() []Run { return t.branch.delta() }

// node is the XML node the branch is, or nil if it is something else.
func (b *branch) node() Node {
	switch {
	case b.item == nil:
	case b.ref == refXMLElement:
		return &XMLElement{b}
	case b.ref == refXMLText:
		return &XMLText{b}
	case b.ref == refXMLHook:
		return &XMLHook{b}
	}
	return nil
}

// nodes are the XML nodes in the list. Nothing else belongs there, but a stranger's
// update may have put it there.
func (b *branch) nodes() []Node {
	nodes := make([]Node, 0, b.length)
	for _, it := range b.visible() {
		if child := it.branch(); child != nil {
			if n := child.node(); n != nil {
				nodes = append(nodes, n)
			}
		}
	}
	return nodes
}

// plain is the text in the list.
func (b *branch) plain() string {
	var s strings.Builder
	for _, it := range b.visible() {
		if c, ok := it.content.(*contentString); ok {
			s.Write(c.text.utf8)
		}
	}
	return s.String()
}
