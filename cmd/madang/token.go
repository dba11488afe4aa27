package main

import (
	"context"
	"fmt"
	"strings"

	"madang/app/identity"
)

// tokenCommand gives a program access as a persona, for a year: with the scopes that are
// named, or else with all that the persona may do. The forum keeps only the token's hash.
type tokenCommand struct {
	place
	Group   string   `required:"" placeholder:"SLUG" help:"The working group."`
	Persona string   `required:"" placeholder:"NAME" help:"The persona's name in it."`
	Scope   []string `placeholder:"SCOPE,..." help:"What it may do of that: read, comment, edit, decide, moderate. Without it, all that the persona may."`
}

// Run prints the token, once.
func (c *tokenCommand) Run(ctx context.Context, term terminal) error {
	scopes, err := identity.ReadScopes(strings.Join(c.Scope, ","))
	if err != nil {
		return err
	}
	forum, err := open(ctx, c.place, wishes{})
	if err != nil {
		return err
	}
	defer forum.close(ctx)
	persona, err := forum.identity.PersonaByName(ctx, c.Group, c.Persona)
	if err != nil {
		return err
	}
	token, err := forum.identity.IssueToken(ctx, persona, "madang token", scopes...)
	if err != nil {
		return err
	}
	fmt.Fprintln(term.answers, token)
	return nil
}
