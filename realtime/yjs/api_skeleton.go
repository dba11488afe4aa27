package yjs

// Doc is a replica. It belongs to one goroutine.
type Doc struct{}

// Option changes how a new document behaves.
type Option func(*Doc)

// KeepDeleted keeps the content of what is deleted, as doc.gc = false does in
// Yjs.
func KeepDeleted() Option { return func(*Doc) {} }

// NewDoc makes an empty document.
func NewDoc(options ...Option) *Doc { return &Doc{} }

// ApplyUpdate integrates an update of format V1 from a trusted source, as
// Y.applyUpdate does. What it misses is kept and tried again with later updates;
// HasPending tells. A malformed update changes nothing.
func (d *Doc) ApplyUpdate(b []byte) error { return nil }

// HasPending reports whether something waits for updates that have not come.
func (d *Doc) HasPending() bool { return false }

// Update is a decoded update. It keeps the bytes it was decoded from.
type Update struct{}

// Decode checks an update of format V1 from front to back. It refuses trailing
// bytes, numbers longer than they need to be, invalid UTF-8 and empty items
// (ErrMalformed), and what is over a limit (ErrLimit). It allocates in proportion
// to its input.
func Decode(b []byte, lim Limits) (*Update, error) { return &Update{}, nil }

// Clients are those whose structs are in the update, highest first.
func (u *Update) Clients() []ClientID { return nil }

// Ranges are the structs in the update, one range for each client and stretch
// without a hole, highest client first.
func (u *Update) Ranges() []Range { return nil }

// Deletes is the delete set.
func (u *Update) Deletes() []Range { return nil }

// IsEmpty reports whether the update holds neither structs nor deletions.
func (u *Update) IsEmpty() bool { return true }

// Inspection is what an update would do to a document.
type Inspection struct {
	New          []Range    // structs the document doesn't have
	NewClients   []ClientID // clients the document hasn't met
	Deletes      []Range    // deletions not yet in force
	Gap          bool       // it builds on, skips or deletes something neither known nor in the update
	HasGC        bool       // GC structs are among the new ones
	Equivocation bool       // a known ID comes with other content
	NoEffect     bool       // nothing new and nothing to delete
}

// Inspect tells what Apply would do. It changes nothing.
func (d *Doc) Inspect(u *Update) Inspection { return Inspection{} }

// Apply integrates an update that must leave nothing pending. After an error
// (ErrMissing, ErrLimit, ErrMalformed) the document is in between and must be
// thrown away; call Inspect first to avoid that.
func (d *Doc) Apply(u *Update) (*Effect, error) { return &Effect{}, nil }

// Effect is what one update or transaction did to a document.
type Effect struct {
	Inserted []Range     // what was integrated, one range a client, highest client first
	Text     []Insertion // the visible text among it, by ID
	Deleted  []Deletion  // what was deleted; within one parent in document order
	Changed  []Change    // the types whose children, text or attributes changed
}

// Insertion is visible text that was inserted.
type Insertion struct {
	Range
	Parent ID // the item holding the text's type; zero if that is a root type
	Text   string
}

// Deletion is one stretch of elements that was deleted.
type Deletion struct {
	Range
	Parent     ID     // the item holding the type it was in; zero if that is a root type
	New        bool   // it came in the same update, so nobody had seen it
	Formatting bool   // a mark's beginning or end: no content is lost
	Countable  bool   // it took up a place: text, embeds, values, nested types
	Text       string // the text lost, if it was text
}

// Change is a type whose children, text or attributes changed.
type Change struct {
	Root     string   // the name of the root type it lies under
	ID       ID       // the item holding the type; zero for the root type itself
	Node     Node     // the type, if it is an XML element or XML text
	Deleted  bool     // it is not in the document any more
	Children bool     // its children or text changed
	Keys     []string // the attributes or map keys that changed, sorted
}

// IsEmpty reports whether nothing happened.
func (e *Effect) IsEmpty() bool { return len(e.Inserted) == 0 && len(e.Deleted) == 0 }

// Update is exactly what was integrated, in format V1: what is worth logging and
// sending on. It is nil if nothing happened.
func (e *Effect) Update() []byte { return nil }

// TopLevel are the indexes of the named root's children in or under which
// something changed, as they stand when it is called, ascending. Call it before the document changes
// again.
func (e *Effect) TopLevel(root string) []int { return nil }

// StateVector is what the document knows, pending updates aside.
func (d *Doc) StateVector() StateVector { return nil }

// EncodeStateVector writes a state vector, highest client first.
func EncodeStateVector(sv StateVector) []byte { return nil }

// DecodeStateVector reads a state vector, strictly as Decode does. Limits.Bytes
// and Limits.Clients apply.
func DecodeStateVector(b []byte, lim Limits) (StateVector, error) { return nil, nil }

// EncodeStateAsUpdate is what a replica at target lacks, in format V1; everything
// for nil. It includes what is pending.
func (d *Doc) EncodeStateAsUpdate(target StateVector) []byte { return nil }

// MergeUpdates makes one update of several, without a document.
func MergeUpdates(updates ...[]byte) ([]byte, error) { return nil, nil }

// DiffUpdate leaves out of an update what a replica at the encoded state vector
// knows, without a document.
func DiffUpdate(update, sv []byte) ([]byte, error) { return nil, nil }

// StateVectorFromUpdate is the encoded state vector of a document made of the
// update alone.
func StateVectorFromUpdate(update []byte) ([]byte, error) { return nil, nil }

// Node is a child of an XML type: an *XMLElement, *XMLText or *XMLHook.
type Node interface {
	// ID names the item that holds the node; it stays for as long as the node does.
	ID() ID
	node()
}

// Parent is an XML type that has children: an *XMLFragment or *XMLElement.
type Parent interface {
	Len() int
	Children() []Node
}

// XMLFragment is a list of nodes.
type XMLFragment struct{}

// XMLFragment is the root type of that name, made if it isn't there.
func (d *Doc) XMLFragment(name string) *XMLFragment { return &XMLFragment{} }

// Len counts the children.
func (f *XMLFragment) Len() int { return 0 }

// Children are the nodes in order.
func (f *XMLFragment) Children() []Node { return nil }

// XMLElement is a node with a name, attributes and children.
type XMLElement struct{}

func (e *XMLElement) node() {}

// ID names the item that holds the element.
func (e *XMLElement) ID() ID { return ID{} }

// Name is the element's tag, in ProseMirror the node type.
func (e *XMLElement) Name() string { return "" }

// Attributes are the element's attributes: nil, bool, float64, string, []byte,
// BigInt, Undefined, []any and map[string]any.
func (e *XMLElement) Attributes() map[string]any { return nil }

// Attribute is one attribute; false if it isn't set.
func (e *XMLElement) Attribute(name string) (any, bool) { return nil, false }

// Len counts the children.
func (e *XMLElement) Len() int { return 0 }

// Children are the nodes in order.
func (e *XMLElement) Children() []Node { return nil }

// XMLText is formatted text between nodes.
type XMLText struct{}

func (t *XMLText) node() {}

// ID names the item that holds the text.
func (t *XMLText) ID() ID { return ID{} }

// Len counts UTF-16 units and embeds.
func (t *XMLText) Len() int { return 0 }

// String is the text without marks and embeds.
func (t *XMLText) String() string { return "" }

// Delta is the text in runs of equal formatting.
func (t *XMLText) Delta() []Run { return nil }

// Run is a piece of text, or one embed, under the same formatting.
type Run struct {
	Text       string
	Embed      any            // nil for text
	Attributes map[string]any // marks by name; nil if there are none
	IDs        []Range        // the elements of the run, in order
}

// XMLHook is a node some old Yjs documents hold; it has no content we know.
type XMLHook struct{}

func (h *XMLHook) node() {}

// ID names the item that holds the hook.
func (h *XMLHook) ID() ID { return ID{} }

// Transact runs local edits under a client id and answers with their effect, whose
// Update is what to send. Nobody else may ever edit under that client id. If fn
// fails, the document is in between and must be thrown away, unless fn changed
// nothing.
func (d *Doc) Transact(client ClientID, fn func(*Txn) error) (*Effect, error) {
	return &Effect{}, fn(&Txn{})
}

// Txn is a local transaction. Indexes and lengths of text count UTF-16 units. An
// index or length outside the target is ErrRange and changes nothing.
type Txn struct{}

// InsertElement makes an element the parent's child at index.
func (t *Txn) InsertElement(parent Parent, index int, name string, attrs map[string]any) (*XMLElement, error) {
	return nil, nil
}

// InsertText makes an empty text the parent's child at index.
func (t *Txn) InsertText(parent Parent, index int) (*XMLText, error) { return nil, nil }

// DeleteChildren removes n children from index on.
func (t *Txn) DeleteChildren(parent Parent, index, n int) error { return nil }

// SetAttribute sets an attribute of an element.
func (t *Txn) SetAttribute(e *XMLElement, name string, value any) error { return nil }

// RemoveAttribute removes an attribute of an element, if it is set.
func (t *Txn) RemoveAttribute(e *XMLElement, name string) error { return nil }

// Insert puts a string into a text. With nil attrs it takes the formatting it is
// typed into; otherwise exactly attrs.
func (t *Txn) Insert(text *XMLText, index int, s string, attrs map[string]any) error { return nil }

// Delete removes n units from index on.
func (t *Txn) Delete(text *XMLText, index, n int) error { return nil }

// Format sets marks on n units from index on; a nil value removes the mark.
func (t *Txn) Format(text *XMLText, index, n int, attrs map[string]any) error { return nil }
