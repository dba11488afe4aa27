package thread

import (
	"cmp"
	"context"
	"errors"
	"math"
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
	if err != nil {
		return nil, err
	}
	if o.Mine {
		list = slices.DeleteFunc(list, func(t Thread) bool { return t.OpenedBy.Persona != m.Persona })
	}
	if err := s.locateAll(ctx, statement, o.Among, list); err != nil {
		return nil, err
	}
	if o.Clause != "" {
		list = slices.DeleteFunc(list, func(t Thread) bool { return t.Clause != o.Clause })
	}
	if o.Sort != SortPlace {
		return list, nil
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
	slices.SortStableFunc(list, func(a, b Thread) int { return cmp.Or(at(a)-at(b), a.Start()-b.Start()) })
	return list, nil
}

// Start is where in its clause a thread hangs, in UTF-16 units; one on the whole clause comes first, one
// whose words are gone last.
func (t Thread) Start() int {
	switch {
	case t.On == nil:
		return -1
	case t.IsLost():
		return math.MaxInt32
	}
	return t.On.Now.Start
}

// Show returns a thread and the membership by which the actor may read it.
func (s *Service) Show(ctx context.Context, actor app.Actor, id app.ID) (Thread, app.Membership, error) {
	_, m, err := s.mayRead(ctx, actor, id)
	if err != nil {
		return Thread{}, app.Membership{}, err
	}
	t, err := s.thread(ctx, id, m.Persona)
	return t, m, err
}

// thread returns a thread as a reader has it before them.
func (s *Service) thread(ctx context.Context, id, reader app.ID) (Thread, error) {
	t, err := s.store.Thread(ctx, id, reader)
	if err != nil {
		return Thread{}, err
	}
	on, err := s.store.Words(ctx, t.Statement, []app.ID{id})
	if err != nil {
		return Thread{}, err
	}
	found, err := s.locate(ctx, t.Statement, on)
	t.hangOn(found)
	return t, err
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
	c, t, _, err := s.commentFor(ctx, actor, id)
	return c, t, err
}

// commentFor is Comment, with the membership by which the actor may read it.
func (s *Service) commentFor(ctx context.Context, actor app.Actor, id app.ID) (Comment, Thread, app.Membership, error) {
	c, err := s.comment(ctx, id, "")
	if err != nil {
		return Comment{}, Thread{}, app.Membership{}, err
	}
	t, m, err := s.Show(ctx, actor, c.Thread)
	if err != nil {
		return Comment{}, Thread{}, m, err
	}
	c, err = s.commentNow(ctx, t.Statement, id, m.Persona)
	return c, t, m, err
}

// Comments returns one page of a thread's comments, oldest first unless the page
// asks for the newest. A place that no page gave is Invalid "page.unknown".
func (s *Service) Comments(ctx context.Context, actor app.Actor, id app.ID, p Page) (CommentPage, error) {
	statement, m, err := s.mayRead(ctx, actor, id)
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
	if err != nil {
		return CommentPage{}, err
	}
	if err := s.guess(ctx, statement, list); err != nil || len(list) <= limit {
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
	tallies, err := s.store.Tallies(ctx, statement, m.Persona)
	if err != nil {
		return nil, err
	}
	on, err := s.store.Words(ctx, statement, nil)
	if err != nil {
		return nil, err
	}
	found, err := s.locate(ctx, statement, on)
	if err != nil {
		return nil, err
	}
	counts := map[string]Count{}
	for _, tally := range tallies {
		clause := tally.Clause
		if words, onWords := found[tally.Thread]; onWords {
			clause = words.clause()
		}
		counts[clause] = counts[clause].with(tally)
	}
	return counts, nil
}

func (c Count) with(t Tally) Count {
	if t.Open {
		c.Threads++
	}
	c.Comments += t.Comments
	c.Unread += t.Unread
	return c
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
