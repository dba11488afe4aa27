package yjs

import "errors"

// The kinds of error this package returns, for [errors.Is]. The error itself says
// where it was met.
var (
	// ErrMalformed is for bytes that are not an update, state vector or value.
	ErrMalformed = errors.New("yjs: malformed")
	// ErrLimit is for a well-formed update that asks for more than the limits allow.
	ErrLimit = errors.New("yjs: over a limit")
	// ErrMissing is for an update that builds on something unknown.
	ErrMissing = errors.New("yjs: depends on something unknown")
	// ErrForgotten is for a look back at what the document did not keep.
	ErrForgotten = errors.New("yjs: the document keeps no history")
	// ErrRange is for an edit outside the text, list or tree it was meant for.
	ErrRange = errors.New("yjs: out of range")
)
