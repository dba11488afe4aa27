package yjs

// Limits bound what one update may ask for. They are checked while it is decoded,
// before anything is allocated for it, and Steps while it is integrated. Zero
// means no limit but the input's own size.
type Limits struct {
	Bytes   int // the encoded update
	Structs int // items, GC structs and skips
	Clients int // clients whose structs or deletions are in it
	Deletes int // deleted ranges
	Depth   int // nesting of values inside a value, and of types inside types
	Steps   int // items compared while concurrent insertions are ordered
}

// DefaultLimits suit updates from people who type.
func DefaultLimits() Limits {
	return Limits{
		Bytes:   1 << 20,
		Structs: 50_000,
		Clients: 5_000,
		Deletes: 50_000,
		Depth:   100,
		Steps:   10_000_000,
	}
}
