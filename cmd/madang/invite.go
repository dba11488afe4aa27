package main

import (
	"context"
	"errors"
	"fmt"

	"madang/app"
)

// inviteCommand prints an invitation: for the steward, who has to come in before
// anybody else can, and for a working group that has lost its last chair.
type inviteCommand struct {
	place
	BaseURL     string   `name:"base-url" default:"http://127.0.0.1:8080" placeholder:"https://..." help:"Address under which people find the forum. Default: http://127.0.0.1:8080."`
	Role        app.Role `required:"" placeholder:"ROLE" help:"steward, or a role in the group: chair, editor, drafter, member, facilitator, note_taker, interpreter, moderator, observer."`
	Group       string   `placeholder:"SLUG" help:"The working group; not for a steward."`
	Stakeholder string   `placeholder:"SLUG" help:"The stakeholder group in it; not for a steward."`
}

// Validate refuses a group where none can be meant, and its absence where one
// has to be.
func (c *inviteCommand) Validate() error {
	hasPlace := c.Group != "" || c.Stakeholder != ""
	switch {
	case c.Role == app.RoleSteward && hasPlace:
		return errors.New("a steward belongs to no group: leave out --group and --stakeholder")
	case c.Role == app.RoleSteward:
		return nil
	case !c.Role.IsGroupRole():
		return fmt.Errorf("there is no role %q", c.Role)
	case c.Group == "" || c.Stakeholder == "":
		return errors.New("a role in a group needs --group and --stakeholder")
	}
	return nil
}

// Run prints the link.
func (c *inviteCommand) Run(ctx context.Context, term terminal) error {
	forum, err := open(ctx, c.place, wishes{})
	if err != nil {
		return err
	}
	defer forum.close(ctx)
	token, err := c.invite(ctx, forum)
	if err != nil {
		return err
	}
	fmt.Fprintln(term.answers, link(c.BaseURL, "/invitations/"+token))
	return nil
}

func (c *inviteCommand) invite(ctx context.Context, forum *forum) (token string, err error) {
	if c.Role == app.RoleSteward {
		return forum.identity.InviteSteward(ctx)
	}
	return forum.identity.InviteBySlug(ctx, c.Group, c.Stakeholder, c.Role)
}
