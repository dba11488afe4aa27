package yjs

// Array is a list of values and nested types.
type Array struct{ branch *branch }

// Array is the root type of that name, made if it isn't there.
func (d *Doc) Array(name string) *Array { return &Array{d.root(name)} }

// Len counts the values.
func (a *Array) Len() int { return int(a.branch.length) }

// Values are the values in order; a nested type is the Go type that reads it.
func (a *Array) Values() []any {
	values := make([]any, 0, a.branch.length)
	for _, it := range a.branch.visible() {
		for i := range int(it.length) {
			values = append(values, it.valueAt(i))
		}
	}
	return values
}

// Map is values and nested types under keys.
type Map struct{ branch *branch }

// Map is the root type of that name, made if it isn't there.
func (d *Doc) Map(name string) *Map { return &Map{d.root(name)} }

// Get is the value under a key; false if there is none.
func (m *Map) Get(key string) (any, bool) {
	it := m.branch.value(key)
	if it == nil {
		return nil, false
	}
	return it.valueAt(int(it.length) - 1), true
}

// Keys are the keys that have a value, sorted.
func (m *Map) Keys() []string {
	set := map[string]bool{}
	for key := range m.branch.keys {
		if m.branch.value(key) != nil {
			set[key] = true
		}
	}
	return sortedKeys(set)
}

// SubDoc marks the place of another document.
type SubDoc struct {
	GUID    string
	Options any
}

// valueAt is one element of an item as a plain value, or as the Go type that reads a
// nested type.
func (it *item) valueAt(i int) any {
	switch c := it.content.(type) {
	case *contentAny:
		return c.at(i)
	case *contentJSON:
		return c.at(i)
	case *contentString:
		return c.text.slice(uint64(i), 1).String()
	case *contentBinary:
		return c.bytes
	case *contentEmbed:
		return parseJSON(c.json)
	case *contentDoc:
		return SubDoc{c.guid, (&decoder{buf: c.options}).any()}
	case *contentType:
		return c.branch.shared()
	}
	return Undefined{}
}

// shared is the Go type that reads a nested type.
func (b *branch) shared() any {
	switch b.ref {
	case refArray:
		return &Array{b}
	case refMap:
		return &Map{b}
	case refText:
		return &Text{b}
	case refXMLFragment:
		return &XMLFragment{b}
	}
	return b.node()
}
