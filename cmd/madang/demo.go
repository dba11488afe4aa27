package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"madang/app"
	"madang/app/identity"
	"madang/app/statement"
)

// demoCommand fills an empty forum with any number of people and statements, for
// scripts and benchmarks: the first person is a chair, the second an editor, all
// others drafters.
type demoCommand struct {
	place
	Personas   int `default:"4" placeholder:"N" help:"How many people. Default: 4."`
	Statements int `default:"1" placeholder:"M" help:"How many statements. Default: 1."`
}

// Validate refuses what makes no forum.
func (c *demoCommand) Validate() error {
	if c.Personas < 1 || c.Statements < 0 {
		return errors.New("at least one persona is needed")
	}
	return nil
}

// Run prints one line of JSON for each persona, with a bearer token, and for each
// statement.
func (c *demoCommand) Run(ctx context.Context, term terminal) error {
	forum, err := open(ctx, c.place, wishes{})
	if err != nil {
		return err
	}
	defer forum.close(ctx)
	if err := forum.mustBeEmpty(ctx); err != nil {
		return err
	}
	made, err := forum.playGroup(ctx, c.invent())
	if err != nil {
		return err
	}
	return forum.tellScripts(ctx, json.NewEncoder(term.answers), made)
}

func (f *forum) mustBeEmpty(ctx context.Context) error {
	empty, err := f.isEmpty(ctx)
	if err == nil && !empty {
		return errors.New("the forum is not empty: made-up people are only put where nobody else is")
	}
	return err
}

// invent makes up a group of the wanted size.
func (c *demoCommand) invent() fictionGroup {
	group := fictionGroup{
		Name: "Made-up group (fiction)", Charter: "Everybody in this group is made up.",
		Languages: []string{"en", "ko"},
	}
	group.Stakeholders = append(group.Stakeholders, fictionStakeholder{Name: "Scholars", Required: true})
	roles := []app.Role{app.RoleChair, app.RoleEditor}
	for n := range c.Personas {
		role := app.RoleDrafter
		if n < len(roles) {
			role = roles[n]
		}
		group.People = append(group.People, fictionPerson{
			Host: fmt.Sprintf("person-%d", n+1), Name: fmt.Sprintf("Person %d (fiction)", n+1),
			Role: role, Stakeholder: "Scholars",
		})
	}
	for n := range c.Statements {
		group.Statements = append(group.Statements, fictionStatement{
			Title: fmt.Sprintf("Made-up statement %d", n+1), Lang: "en", markdown: inventText(n + 1),
		})
	}
	return group
}

// inventText is a short statement with a heading, a preamble and numbered clauses.
func inventText(n int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# Made-up statement %d\n\nThis text is fiction, for trying things out. 이 글은 지어낸 것입니다.\n\n", n)
	for clause := range 8 {
		fmt.Fprintf(&b, "%d. Clause %d says that whoever reads it may change it, together with others.\n", clause+1, clause+1)
	}
	return b.String()
}

func (f *forum) tellScripts(ctx context.Context, out *json.Encoder, made played) error {
	for _, person := range made.people {
		token, err := f.identity.IssueToken(ctx, person.persona, "demonstration")
		if err != nil {
			return err
		}
		if err := out.Encode(map[string]string{"persona": person.Name, "token": token}); err != nil {
			return err
		}
	}
	for _, s := range made.statements {
		if err := out.Encode(map[string]string{"statement": s.Title, "id": string(s.ID)}); err != nil {
			return err
		}
	}
	return nil
}

// played is what came of playing one group.
type played struct {
	group      identity.Group
	people     []playedPerson
	statements []statement.Statement
}

type playedPerson struct {
	fictionPerson
	persona app.ID
}
