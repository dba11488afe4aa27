package thread

import (
	"context"

	"madang/app"
)

// Discuss says something about an amendment, in the thread of its own that the first
// remark opens. It is refused as Post refuses a comment; sent again under the same id by
// the same person it returns what is there already.
func (s *Service) Discuss(ctx context.Context, actor app.Actor, wish NewRemark) (Comment, error) {
	m, err := s.gate.MayComment(ctx, actor, app.Ref{Kind: app.RefAmendment, ID: wish.Statement, Part: string(wish.Amendment)})
	if err != nil {
		return Comment{}, err
	}
	body, err := checkBody(wish.Body)
	if err != nil {
		return Comment{}, err
	}
	if err := checkIDs(&wish.ID, &wish.Amendment); err != nil {
		return Comment{}, err
	}
	id, err := s.store.ThreadAbout(ctx, wish.Amendment)
	if app.KindOf(err) == app.KindNotFound {
		act := s.act(m, wish.Statement, Opened, app.NewID(), wish.ID)
		act.Amendment = wish.Amendment
		if act.Lang, err = s.language(ctx, wish.Statement, wish.Lang, body); err != nil {
			return Comment{}, err
		}
		seq, err := s.store.Open(ctx, act, "", nil, body)
		if err = s.announce(ctx, act, seq, err); err == nil {
			return s.store.Comment(ctx, wish.ID, m.Persona)
		}
		if !isTaken(err) {
			return Comment{}, err
		}
		// Somebody else was first, or the comment's id is another's, which Post finds.
		if id, err = s.store.ThreadAbout(ctx, wish.Amendment); err != nil {
			return Comment{}, app.Conflict("id.taken")
		}
	} else if err != nil {
		return Comment{}, err
	}
	return s.Post(ctx, actor, NewComment{ID: wish.ID, Thread: id, Body: body, Lang: wish.Lang})
}

// About returns the thread of an amendment, NotFound if nobody said anything about it.
func (s *Service) About(ctx context.Context, actor app.Actor, amendment app.ID) (Thread, error) {
	if !isID(amendment) {
		return Thread{}, app.NotFound()
	}
	id, err := s.store.ThreadAbout(ctx, amendment)
	if err != nil {
		return Thread{}, err
	}
	t, _, err := s.Show(ctx, actor, id)
	return t, err
}
