package identity

import (
	"slices"
	"strings"

	"madang/app"
)

// Scope is a part of what a persona may do, as whoever makes a token chooses it.
type Scope string

// The scopes. None lets a program govern a group: inviting people, changing their roles
// and what can't be undone are for somebody who is there in person.
const (
	// ScopeRead is part of every other one.
	ScopeRead Scope = "read"
	// ScopeComment: speak in threads, and report what shouldn't stand in them.
	ScopeComment Scope = "comment"
	// ScopeEdit: write the live text, propose amendments, translate.
	ScopeEdit Scope = "edit"
	// ScopeDecide: settle threads, decide about amendments, make versions.
	ScopeDecide Scope = "decide"
	// ScopeModerate: look after what the public sends, and answer it.
	ScopeModerate Scope = "moderate"
)

// Scopes lists them, in the order in which pages offer them.
var Scopes = []Scope{ScopeRead, ScopeComment, ScopeEdit, ScopeDecide, ScopeModerate}

// opened is the one table of what a scope opens.
var opened = map[Scope][]app.Capability{
	ScopeRead:     {app.Read},
	ScopeComment:  {app.Comment, app.Retract, app.Report},
	ScopeEdit:     {app.Draft, app.Propose, app.Translate},
	ScopeDecide:   {app.Settle, app.Decide, app.Publish},
	ScopeModerate: {app.Screen, app.Study, app.Answer},
}

// ScopeFor is the scope that a token needs for something; no scope has it if there is none.
func ScopeFor(what app.Capability) (Scope, bool) {
	for _, scope := range Scopes {
		if slices.Contains(opened[scope], what) {
			return scope, true
		}
	}
	return "", false
}

// capabilities are what scopes open together; nil, which is everything, for no scopes.
func capabilities(of []Scope) []app.Capability {
	var list []app.Capability
	for _, scope := range of {
		list = append(list, opened[scope]...)
	}
	return list
}

// ReadScopes reads scopes with commas or spaces between, in the order of Scopes, each once
// and ScopeRead always among them; "" is none.
func ReadScopes(text string) ([]Scope, error) {
	words := strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' })
	if len(words) == 0 {
		return nil, nil
	}
	list := []Scope{ScopeRead}
	for _, word := range words {
		if scope := Scope(word); !slices.Contains(Scopes, scope) {
			return nil, app.Invalid("token.scope").On("scope")
		} else if !slices.Contains(list, scope) {
			list = append(list, scope)
		}
	}
	slices.SortFunc(list, func(a, b Scope) int { return slices.Index(Scopes, a) - slices.Index(Scopes, b) })
	return list, nil
}
