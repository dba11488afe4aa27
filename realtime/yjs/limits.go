package yjs

// Limits bound what one update may ask for. Decode checks them before it allocates
// anything for what they count; nesting of types, Marks and Steps are checked while
// the update is integrated. Zero means no limit but the input's own size.
type Limits struct {
	Bytes   int // the encoded update
	Structs int // items, GC structs and skips
	Clients int // clients whose structs or deletions are in it
	Deletes int // deleted ranges
	Depth   int // nesting of values inside a value, and of types inside types
	Marks   int // different marks in one text
	Steps   int // items compared, and blocks of them moved, while it is integrated
}

// DefaultLimits suit updates from people who type.
func DefaultLimits() Limits {
	return Limits{
		Bytes:   1 << 20,
		Structs: 50_000,
		Clients: 5_000,
		Deletes: 50_000,
		Depth:   100,
		Marks:   200,
		Steps:   10_000_000,
	}
}
