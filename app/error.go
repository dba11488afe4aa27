package app

import (
	"errors"
	"fmt"
	"strings"
)

// Kind is what an error means to a machine; each has one HTTP status at the
// edge.
type Kind string

// The kinds of refusal.
const (
	KindInvalid     Kind = "invalid"     // 422: the input can be mended
	KindSignIn      Kind = "sign_in"     // 401: nobody, or no longer anybody, is signed in
	KindForbidden   Kind = "forbidden"   // 403: known, but not allowed
	KindNotFound    Kind = "not_found"   // 404: absent, or not for this reader
	KindConflict    Kind = "conflict"    // 409: something changed meanwhile
	KindGone        Kind = "gone"        // 410: used, ended, withdrawn
	KindTooLarge    Kind = "too_large"   // 413
	KindBusy        Kind = "busy"        // 429: the same request may succeed later
	KindUnavailable Kind = "unavailable" // 503: the forum can't, through no fault of the sender
)

// Error is a refusal or failure: a kind for machines, and for people a code
// that names one sentence in each language of the catalogue ("error." + Code).
type Error struct {
	Kind Kind
	Code string
	// Args fill the sentence, as name and value in turn.
	Args []any
	// Field names the input that has to be mended, if one is to blame.
	Field string
	// Err is the cause, for the log only.
	Err error
}

// Error gives the code, its arguments and the cause; it is for logs.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Code)
	for i := 0; i+1 < len(e.Args); i += 2 {
		fmt.Fprintf(&b, " %v=%v", e.Args[i], e.Args[i+1])
	}
	if e.Err != nil {
		fmt.Fprintf(&b, ": %v", e.Err)
	}
	return b.String()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// On names the input to blame.
func (e *Error) On(field string) *Error {
	e.Field = field
	return e
}

// Because keeps the cause for the log.
func (e *Error) Because(err error) *Error {
	e.Err = err
	return e
}

// NotFound says that there is nothing here for this reader. It takes no code:
// a hidden thing and an absent one must be told in the same words.
func NotFound() *Error { return &Error{Kind: KindNotFound, Code: "not_found"} }

// SignIn says that an account is needed.
func SignIn() *Error { return &Error{Kind: KindSignIn, Code: "sign_in"} }

// Invalid says that the input can be mended and sent again.
func Invalid(code string, args ...any) *Error {
	return &Error{Kind: KindInvalid, Code: code, Args: args}
}

// Forbidden says that this person may not do this here now.
func Forbidden(code string, args ...any) *Error {
	return &Error{Kind: KindForbidden, Code: code, Args: args}
}

// Conflict says that what the request built on has changed meanwhile.
func Conflict(code string, args ...any) *Error {
	return &Error{Kind: KindConflict, Code: code, Args: args}
}

// Gone says that what was asked for existed and is over.
func Gone(code string, args ...any) *Error {
	return &Error{Kind: KindGone, Code: code, Args: args}
}

// TooLarge says by which limit the input is too large.
func TooLarge(code string, args ...any) *Error {
	return &Error{Kind: KindTooLarge, Code: code, Args: args}
}

// Busy says that the same request may succeed a little later.
func Busy(code string, args ...any) *Error {
	return &Error{Kind: KindBusy, Code: code, Args: args}
}

// Unavailable says that the forum can't serve now, and why for the log.
func Unavailable(err error) *Error {
	return &Error{Kind: KindUnavailable, Code: "unavailable", Err: err}
}

// IsCode reports whether the first Error in the chain has that code.
func IsCode(err error, code string) bool {
	var e *Error
	return errors.As(err, &e) && e.Code == code
}

// KindOf returns the kind of the first Error in the chain; any other error is
// the forum's own fault, hence Unavailable.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return KindUnavailable
}
