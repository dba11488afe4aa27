package main

import (
	"io"
	"log/slog"
)

// allowed are the only attributes that reach the log. Everything else is
// dropped whatever it holds, so that a careless line somewhere can't write down
// what people typed, where they connect from, or who they are. Add a key only if
// none of its values can say something about a person.
var allowed = map[string]bool{
	// What happened, and to how much.
	"err": true, "code": true, "kind": true, "reason": true, "panic": true, "stack": true,
	"count": true, "bytes": true, "duration": true, "version": true,
	// A request: "route" is the pattern, as /threads/:id, never the path.
	"method": true, "route": true, "status": true, "request": true,
	// The node and what it leans on.
	"address": true, "database": true, "redis": true, "node": true, "signal": true,
	// A document is named by its random id, which opens nothing.
	"document": true, "epoch": true, "seq": true,
}

// newLogger writes lines of text in which only allowed attributes occur.
func newLogger(w io.Writer) *slog.Logger {
	return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{ReplaceAttr: onlyAllowed}))
}

// onlyAllowed is called for each attribute inside groups too; a group itself is
// judged by the attributes in it.
func onlyAllowed(groups []string, a slog.Attr) slog.Attr {
	if len(groups) == 0 && (a.Key == slog.TimeKey || a.Key == slog.LevelKey || a.Key == slog.MessageKey) {
		return a
	}
	if !allowed[a.Key] {
		return slog.Attr{}
	}
	return a
}

// discard is a logger for commands that say everything on the terminal.
var discard = slog.New(slog.DiscardHandler)
