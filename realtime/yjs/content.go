package yjs

// content is what an item holds. Its length stands in the item, which is what
// splits and joins.
type content interface {
	// kind is the number of the content in the update format.
	kind() kind
	// split keeps the first n elements and answers the rest.
	split(n uint64) content
	// join takes over the elements of right, which follow its own. It answers false,
	// and does nothing, if such contents don't join.
	join(right content) bool
	// write encodes the elements from offset up to, not including, end.
	write(e *encoder, offset, end uint64)
}

// kind numbers contents, GC structs and skips as the update format does.
type kind uint8

const (
	kindGC kind = iota
	kindDeleted
	kindJSON
	kindBinary
	kindString
	kindEmbed
	kindFormat
	kindType
	kindAny
	kindDoc
	kindSkip
)

// isCountable reports whether such content takes up a place in its parent.
func (k kind) isCountable() bool {
	return k != kindGC && k != kindDeleted && k != kindFormat && k != kindSkip
}

// whole is embedded by contents that are one element, or none that could be split
// off.
type whole struct{}

func (whole) split(uint64) content { panic("yjs: split of one element") }
func (whole) join(content) bool    { return false }

// contentGC stands for elements of which nothing is known but that they were
// deleted together with their parent.
type contentGC struct{}

func (contentGC) kind() kind                           { return kindGC }
func (c contentGC) split(uint64) content               { return c }
func (contentGC) join(content) bool                    { return true }
func (contentGC) write(e *encoder, offset, end uint64) { e.uint(end - offset) }

// contentDeleted stands for deleted elements whose place is still known.
type contentDeleted struct{}

func (contentDeleted) kind() kind                           { return kindDeleted }
func (c contentDeleted) split(uint64) content               { return c }
func (contentDeleted) join(content) bool                    { return true }
func (contentDeleted) write(e *encoder, offset, end uint64) { e.uint(end - offset) }

// contentString is text, each UTF-16 unit an element.
type contentString struct{ text text16 }

func (*contentString) kind() kind { return kindString }

func (c *contentString) split(n uint64) content {
	left, right := c.text.split(n)
	c.text = left
	return &contentString{text: right}
}

func (c *contentString) join(right content) bool {
	c.text = c.text.append(right.(*contentString).text)
	return true
}

func (c *contentString) write(e *encoder, offset, end uint64) {
	text := c.text
	if end < text.units {
		text, _ = text.cut(end)
	}
	if offset > 0 {
		_, text = text.cut(offset)
	}
	e.bytes(text.utf8)
}

// contentAny is a run of plain values, each in lib0's encoding.
type contentAny struct{ values [][]byte }

func (*contentAny) kind() kind { return kindAny }

func (c *contentAny) split(n uint64) content {
	right := &contentAny{values: c.values[n:]}
	c.values = c.values[:n:n]
	return right
}

func (c *contentAny) join(right content) bool {
	c.values = append(c.values, right.(*contentAny).values...)
	return true
}

func (c *contentAny) write(e *encoder, offset, end uint64) {
	e.uint(end - offset)
	for _, value := range c.values[offset:end] {
		e.raw(value)
	}
}

func (c *contentAny) at(i int) any { return (&decoder{buf: c.values[i]}).any() }

// contentJSON is a run of values as JSON text or the word undefined; Yjs wrote such
// before it had contentAny.
type contentJSON struct{ values []string }

func (*contentJSON) kind() kind { return kindJSON }

func (c *contentJSON) split(n uint64) content {
	right := &contentJSON{values: c.values[n:]}
	c.values = c.values[:n:n]
	return right
}

func (c *contentJSON) join(right content) bool {
	c.values = append(c.values, right.(*contentJSON).values...)
	return true
}

func (c *contentJSON) write(e *encoder, offset, end uint64) {
	e.uint(end - offset)
	for _, value := range c.values[offset:end] {
		e.text(value)
	}
}

func (c *contentJSON) at(i int) any { return parseJSON(c.values[i]) }

// contentBinary is one byte array.
type contentBinary struct {
	whole
	bytes []byte
}

func (*contentBinary) kind() kind                      { return kindBinary }
func (c *contentBinary) write(e *encoder, _, _ uint64) { e.bytes(c.bytes) }

// contentEmbed is one thing that isn't text between text, as JSON.
type contentEmbed struct {
	whole
	json string
}

func (*contentEmbed) kind() kind                      { return kindEmbed }
func (c *contentEmbed) write(e *encoder, _, _ uint64) { e.text(c.json) }

// contentFormat begins a mark, or ends it if the value is null: what follows it in
// the text has the mark until the next item with the same key.
type contentFormat struct {
	whole
	key   string
	value string // JSON
}

func (*contentFormat) kind() kind { return kindFormat }

func (c *contentFormat) write(e *encoder, _, _ uint64) {
	e.text(c.key)
	e.text(c.value)
}

// contentType is a type nested in another.
type contentType struct {
	whole
	branch *branch
}

func (*contentType) kind() kind { return kindType }

func (c *contentType) write(e *encoder, _, _ uint64) {
	e.uint(uint64(c.branch.ref))
	if c.branch.ref.isNamed() {
		e.text(c.branch.name)
	}
}

// contentDoc marks the place of another document. We carry it and look no further.
type contentDoc struct {
	whole
	guid    string
	options []byte // in lib0's encoding
}

func (*contentDoc) kind() kind { return kindDoc }

func (c *contentDoc) write(e *encoder, _, _ uint64) {
	e.text(c.guid)
	e.raw(c.options)
}
