package thread

import (
	"context"
	"errors"
	"slices"
	"strconv"

	"madang/app"
	"madang/app/prose"
)

// List returns the threads of a statement, chosen and ordered by the options. On what
// is no clause id there are none.
func (s *Service) List(ctx context.Context, actor app.Actor, statement app.ID, o ListOptions) ([]Thread, error) {
	m, err := s.gate.MayRead(ctx, actor, statement)
	if err != nil {
		return nil, err
	}
	if o.Clause != "" && !prose.IsCID(o.Clause) {
		return nil, nil
	}
	list, err := s.store.Threads(ctx, statement, m.Persona, o)
	if err != nil || o.Sort != SortPlace {
		return list, err
	}
	return s.byPlace(ctx, statement, list)
}

// byPlace orders threads by where in the text they hang: those on the whole first,
// those on clauses that are gone last.
func (s *Service) byPlace(ctx context.Context, statement app.ID, list []Thread) ([]Thread, error) {
	places, err := s.places.Places(ctx, statement)
	if err != nil {
		return nil, err
	}
	rank := map[string]int{"": -1}
	for i, place := range places {
		rank[place.CID] = i
	}
	at := func(t Thread) int {
		if i, isThere := rank[t.Clause]; isThere {
			return i
		}
		return len(places)
	}
	slices.SortStableFunc(list, func(a, b Thread) int { return at(a) - at(b) })
	return list, nil
}

// Show returns a thread and the membership by which the actor may read it.
func (s *Service) Show(ctx context.Context, actor app.Actor, id app.ID) (Thread, app.Membership, error) {
	_, m, err := s.mayRead(ctx, actor, id)
	if err != nil {
		return Thread{}, app.Membership{}, err
	}
	t, err := s.store.Thread(ctx, id, m.Persona)
	return t, m, err
}

// mayRead returns the statement of a thread and the membership by which the actor
// may read both.
func (s *Service) mayRead(ctx context.Context, actor app.Actor, id app.ID) (statement app.ID, m app.Membership, err error) {
	if statement, err = s.statementOf(ctx, id); err != nil {
		return "", app.Membership{}, err
	}
	m, err = s.gate.MayRead(ctx, actor, statement)
	return statement, m, err
}

// statementOf returns which statement a thread is about.
func (s *Service) statementOf(ctx context.Context, thread app.ID) (app.ID, error) {
	if !isID(thread) {
		return "", app.NotFound()
	}
	return s.store.StatementOf(ctx, thread)
}

// comment returns a comment as a reader has it before them.
func (s *Service) comment(ctx context.Context, id, reader app.ID) (Comment, error) {
	if !isID(id) {
		return Comment{}, app.NotFound()
	}
	return s.store.Comment(ctx, id, reader)
}

// isID reports whether anything could be kept under an id. What couldn't isn't looked
// for: PostgreSQL would fail over bytes that are no text.
func isID(id app.ID) bool {
	parsed, err := app.ParseID(string(id))
	return err == nil && parsed == id
}

// Comment returns a comment and its thread.
func (s *Service) Comment(ctx context.Context, actor app.Actor, id app.ID) (Comment, Thread, error) {
	c, err := s.comment(ctx, id, "")
	if err != nil {
		return Comment{}, Thread{}, err
	}
	t, m, err := s.Show(ctx, actor, c.Thread)
	if err != nil {
		return Comment{}, Thread{}, err
	}
	c, err = s.store.Comment(ctx, id, m.Persona)
	return c, t, err
}

// Comments returns one page of a thread's comments, oldest first unless the page
// asks for the newest. A place that no page gave is Invalid "page.unknown".
func (s *Service) Comments(ctx context.Context, actor app.Actor, id app.ID, p Page) (CommentPage, error) {
	_, m, err := s.mayRead(ctx, actor, id)
	if err != nil {
		return CommentPage{}, err
	}
	after := int64(0)
	if p.After != "" {
		if after, err = strconv.ParseInt(p.After, 10, 64); err != nil || after < 0 {
			return CommentPage{}, app.Invalid("page.unknown").On("after")
		}
	}
	limit := p.Limit
	if limit < 1 || limit > MaxPage {
		limit = MaxPage
	}
	list, err := s.store.Comments(ctx, id, m.Persona, after, limit+1, p.Newest)
	if err != nil || len(list) <= limit {
		return CommentPage{Comments: list}, err
	}
	return CommentPage{Comments: list[:limit], Next: strconv.FormatInt(list[limit-1].Seq, 10)}, nil
}

// History returns the wordings of a comment, the present one last. A deleted comment
// has none.
func (s *Service) History(ctx context.Context, actor app.Actor, id app.ID) ([]Revision, error) {
	if _, _, err := s.Comment(ctx, actor, id); err != nil {
		return nil, err
	}
	return s.store.Revisions(ctx, id)
}

// MarkRead remembers that the actor has read a thread up to an activity number.
func (s *Service) MarkRead(ctx context.Context, actor app.Actor, id app.ID, upTo int64) error {
	t, m, err := s.Show(ctx, actor, id)
	if err != nil {
		return err
	}
	return s.store.MarkRead(ctx, id, m.Persona, min(upTo, t.Seq))
}

// Counts counts what is said about a statement, by clause.
func (s *Service) Counts(ctx context.Context, actor app.Actor, statement app.ID) (map[string]Count, error) {
	m, err := s.gate.MayRead(ctx, actor, statement)
	if err != nil {
		return nil, err
	}
	return s.store.Counts(ctx, statement, m.Persona)
}

// Since lists what happened in a statement's threads after an activity number.
func (s *Service) Since(ctx context.Context, actor app.Actor, statement app.ID, seq int64) ([]Activity, error) {
	if _, err := s.gate.MayRead(ctx, actor, statement); err != nil {
		return nil, err
	}
	return s.store.Activities(ctx, statement, seq)
}

// Heads returns the number of each statement's last activity. It tells nothing else,
// so it asks for nobody's permission.
func (s *Service) Heads(ctx context.Context, statements []app.ID) (map[app.ID]int64, error) {
	return s.store.Heads(ctx, statements)
}

func hasCode(err error, code string) bool {
	var e *app.Error
	return errors.As(err, &e) && e.Code == code
}
