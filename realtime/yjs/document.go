package yjs

// Doc is a replica. It belongs to one goroutine.
type Doc struct {
	store   store
	roots   map[string]*branch
	keepAll bool
	pending pending
	names   map[string]string // interned keys, names and values of marks

	transactions uint64 // begun so far
	visits       uint64 // items passed in search of a place, over all transactions
}

// Option changes how a new document behaves.
type Option func(*Doc)

// KeepDeleted keeps the content of what is deleted, as doc.gc = false does in Yjs.
func KeepDeleted() Option { return func(d *Doc) { d.keepAll = true } }

// NewDoc makes an empty document.
func NewDoc(options ...Option) *Doc {
	d := &Doc{store: newStore(), roots: map[string]*branch{}, names: map[string]string{}}
	for _, option := range options {
		option(d)
	}
	return d
}

// root is the root type of that name, made if it isn't there.
func (d *Doc) root(name string) *branch {
	b := d.roots[name]
	if b == nil {
		b = &branch{doc: d, name: name}
		d.roots[name] = b
	}
	return b
}

// Long values hardly repeat and stay out of the table of names, and a table full of
// names that nobody uses any more is begun anew.
const (
	internMax = 32
	namesMax  = 4096
)

// intern answers one string for equal bytes: thousands of items bear the same few
// keys and marks.
func (d *Doc) intern(b []byte) string {
	if len(b) > internMax {
		return string(b)
	}
	if s, ok := d.names[string(b)]; ok {
		return s
	}
	if len(d.names) >= namesMax {
		clear(d.names)
	}
	s := string(b)
	d.names[s] = s
	return s
}
