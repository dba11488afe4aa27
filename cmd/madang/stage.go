package main

import (
	"context"
	"fmt"

	"madang/app"
	"madang/app/statement"
	"madang/app/thread"
	"madang/db"
)

// stage plays the fiction into an empty forum through the doors that people use:
// nothing in it could not have been done by hand.
type stage struct {
	*forum
	played
	// cast are the people of the group as actors, by their hosts.
	cast map[string]app.Actor
}

func (f *forum) isEmpty(ctx context.Context) (bool, error) {
	return db.IdentityStore{DB: f.db}.Empty(ctx)
}

// playGroup sets up one group with its people and statements.
func (f *forum) playGroup(ctx context.Context, told fictionGroup) (played, error) {
	steward, err := f.newSteward(ctx)
	if err != nil {
		return played{}, err
	}
	defer f.identity.SignOut(ctx, steward)
	s := stage{forum: f, cast: map[string]app.Actor{}}
	if s.group, err = f.identity.CreateGroup(ctx, steward, told.draft()); err != nil {
		return played{}, err
	}
	if err := s.playPeople(ctx, steward, told.People); err != nil {
		return played{}, err
	}
	for _, text := range told.Statements {
		if err := s.playStatement(ctx, s.cast[told.People[0].Host], text); err != nil {
			return played{}, fmt.Errorf("%s: %w", text.Title, err)
		}
	}
	return s.played, nil
}

// playPeople lets people in: the steward the first, and that one all others.
func (s *stage) playPeople(ctx context.Context, host app.Actor, told []fictionPerson) error {
	for i, person := range told {
		_, token, err := s.identity.Invite(ctx, host, s.group.ID, person.Role, s.stakeholder(person.Stakeholder))
		if err != nil {
			return fmt.Errorf("%s: %w", person.Name, err)
		}
		actor, err := s.accept(ctx, token, person.Name)
		if err != nil {
			return fmt.Errorf("%s: %w", person.Name, err)
		}
		s.cast[person.Host] = actor
		s.people = append(s.people, playedPerson{person, actor.Memberships[0].Persona})
		if i == 0 {
			host = actor
		}
	}
	return nil
}

func (s *stage) stakeholder(name string) app.ID {
	for _, known := range s.group.Stakeholders {
		if known.Name == name {
			return known.ID
		}
	}
	return ""
}

func (s *stage) playStatement(ctx context.Context, author app.Actor, told fictionStatement) error {
	text, err := told.source()
	if err != nil {
		return err
	}
	made, err := s.forum.statements.Create(ctx, author, statement.NewStatement{
		ID: app.NewID(), Group: s.group.ID, Title: told.Title, Lang: told.Lang, Markdown: text,
	})
	if err != nil {
		return err
	}
	s.played.statements = append(s.played.statements, made)
	view, err := s.forum.statements.View(ctx, author, made.ID)
	if err != nil {
		return err
	}
	clauses := map[string]string{"": ""}
	for cid, number := range view.Text.Doc.Numbers() {
		clauses[number] = cid
	}
	for _, talk := range told.Threads {
		if err := s.playThread(ctx, made.ID, clauses[talk.Clause], talk); err != nil {
			return fmt.Errorf("clause %q: %w", talk.Clause, err)
		}
	}
	if told.Docket == nil {
		return nil
	}
	return s.playDocket(ctx, author, made, clauses, *told.Docket)
}

func (s *stage) playThread(ctx context.Context, on app.ID, clause string, told fictionThread) error {
	opened, first, err := s.threads.Open(ctx, s.cast[told.By], thread.NewThread{
		ID: app.NewID(), Comment: app.NewID(), Statement: on, Pick: thread.Pick{Clause: clause}, Body: told.Body,
	})
	if err != nil {
		return err
	}
	if err := s.playTranslations(ctx, first.ID, told.Translations); err != nil {
		return err
	}
	if err := s.playReplies(ctx, opened.ID, first.ID, told.Replies); err != nil {
		return err
	}
	if told.Settled == nil {
		return nil
	}
	return s.threads.Resolve(ctx, s.cast[told.Settled.By], opened.ID, told.Settled.Reason)
}

func (s *stage) playReplies(ctx context.Context, in, to app.ID, told []fictionComment) error {
	for _, reply := range told {
		posted, err := s.threads.Post(ctx, s.cast[reply.By], thread.NewComment{
			ID: app.NewID(), Thread: in, Parent: to, Body: reply.Body,
		})
		if err != nil {
			return err
		}
		if err := s.playTranslations(ctx, posted.ID, reply.Translations); err != nil {
			return err
		}
		if err := s.playReplies(ctx, in, posted.ID, reply.Replies); err != nil {
			return err
		}
	}
	return nil
}

func (s *stage) playTranslations(ctx context.Context, of app.ID, told []fictionTranslation) error {
	for _, t := range told {
		id := app.NewID()
		if _, err := s.threads.Translate(ctx, s.cast[t.By], thread.NewTranslation{ID: id, Comment: of, Lang: t.Lang, Body: t.Body}); err != nil {
			return err
		}
		for _, reviewer := range t.Reviewers {
			if _, err := s.threads.Review(ctx, s.cast[reviewer], of, id); err != nil {
				return err
			}
		}
	}
	return nil
}

// newSteward lets a steward in and returns them signed in.
func (f *forum) newSteward(ctx context.Context) (app.Actor, error) {
	token, err := f.identity.InviteSteward(ctx)
	if err != nil {
		return app.Actor{}, err
	}
	return f.accept(ctx, token, "")
}

// accept takes up an invitation under a name and returns the new account, signed in.
func (f *forum) accept(ctx context.Context, token, name string) (app.Actor, error) {
	entered, err := f.identity.Accept(ctx, app.Actor{}, token, name)
	if err != nil {
		return app.Actor{}, err
	}
	return f.identity.Actor(ctx, entered.Session)
}
