package thread

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"madang/app"
)

// Limits, in characters.
const (
	MaxBody   = 10_000
	MaxReason = 2_000
)

// Open starts a thread with its first comment, on a statement, one of its clauses, or
// words of it as they are committed; words that aren't there are refused as Attach
// refuses them. Sent again under the same ids by the same person it returns what is
// there already.
func (s *Service) Open(ctx context.Context, actor app.Actor, wish NewThread) (Thread, Comment, error) {
	m, err := s.gate.MayComment(ctx, actor, wish.on(wish.Statement))
	if err != nil {
		return Thread{}, Comment{}, err
	}
	body, err := checkBody(wish.Body)
	if err != nil {
		return Thread{}, Comment{}, err
	}
	if err := checkIDs(&wish.ID, &wish.Comment); err != nil {
		return Thread{}, Comment{}, err
	}
	if t, c, err := s.openedBefore(ctx, m, wish, body); wish.Quote != "" && err == nil {
		return t, c, nil // the words may be gone since
	}
	clause, on, err := s.pick(ctx, wish.Statement, wish.Pick)
	if err != nil {
		return Thread{}, Comment{}, err
	}
	act := s.act(m, wish.Statement, Opened, wish.ID, wish.Comment)
	if act.Lang, err = s.language(ctx, wish.Statement, wish.Lang, body); err != nil {
		return Thread{}, Comment{}, err
	}
	seq, err := s.store.Open(ctx, act, clause, on, body)
	if err = s.announce(ctx, act, seq, err); isTaken(err) {
		return s.openedBefore(ctx, m, wish, body)
	}
	if err != nil {
		return Thread{}, Comment{}, err
	}
	return s.opened(ctx, m, wish)
}

func (s *Service) opened(ctx context.Context, m app.Membership, wish NewThread) (Thread, Comment, error) {
	t, err := s.thread(ctx, wish.ID, m.Persona)
	if err != nil {
		return Thread{}, Comment{}, err
	}
	c, err := s.store.Comment(ctx, wish.Comment, m.Persona)
	return t, c, err
}

// openedBefore answers a thread that was sent again.
func (s *Service) openedBefore(ctx context.Context, m app.Membership, wish NewThread, body string) (Thread, Comment, error) {
	t, c, err := s.opened(ctx, m, wish)
	if err != nil || c.Thread != t.ID || t.Statement != wish.Statement || !s.saidBefore(ctx, c, m, body) {
		return Thread{}, Comment{}, app.Conflict("id.taken")
	}
	return t, c, nil
}

// saidBefore reports whether a comment is what this person said, in a wording that it
// has or had. What a deleted one said nobody knows any more; that the person deleted
// it is answer enough.
func (s *Service) saidBefore(ctx context.Context, c Comment, m app.Membership, body string) bool {
	if c.Author.Persona != m.Persona || c.Deleted || c.Body == body {
		return c.Author.Persona == m.Persona
	}
	wordings, err := s.store.Revisions(ctx, c.ID)
	return err == nil && slices.ContainsFunc(wordings, func(r Revision) bool { return r.Body == body })
}

// isTaken reports whether something else was sent under the same id.
func isTaken(err error) bool { return hasCode(err, "id.taken") }

// Post says something in an open thread, to Parent or to everybody. Sent again under
// the same id by the same person it returns what is there already. A thread that was
// resolved is Conflict "thread.resolved".
func (s *Service) Post(ctx context.Context, actor app.Actor, wish NewComment) (Comment, error) {
	statement, err := s.statementOf(ctx, wish.Thread)
	if err != nil {
		return Comment{}, err
	}
	m, err := s.gate.MayComment(ctx, actor, app.Ref{Kind: app.RefStatement, ID: statement})
	if err != nil {
		return Comment{}, err
	}
	body, err := checkBody(wish.Body)
	if err != nil {
		return Comment{}, err
	}
	if err := checkIDs(&wish.ID); err != nil {
		return Comment{}, err
	}
	if err := s.checkPlace(ctx, wish); err != nil {
		return Comment{}, err
	}
	act := s.act(m, statement, Posted, wish.Thread, wish.ID)
	if act.Lang, err = s.language(ctx, statement, wish.Lang, body); err != nil {
		return Comment{}, err
	}
	seq, err := s.store.Post(ctx, act, wish.Parent, body)
	if err = s.announce(ctx, act, seq, err); err != nil {
		return s.postedBefore(ctx, m, wish, body, err)
	}
	return s.store.Comment(ctx, wish.ID, m.Persona)
}

// checkPlace makes sure that the comment answers one in the same thread.
func (s *Service) checkPlace(ctx context.Context, wish NewComment) error {
	if wish.Parent == "" {
		return nil
	}
	parent, err := s.comment(ctx, wish.Parent, "")
	if err != nil {
		return err
	}
	if parent.Thread != wish.Thread {
		return app.NotFound()
	}
	return nil
}

// postedBefore answers a comment that could not be posted: with what is there, if it
// was posted before; whether the thread was resolved since doesn't matter then.
func (s *Service) postedBefore(ctx context.Context, m app.Membership, wish NewComment, body string, cause error) (Comment, error) {
	if !isTaken(cause) && !hasCode(cause, "thread.resolved") {
		return Comment{}, cause
	}
	c, err := s.store.Comment(ctx, wish.ID, m.Persona)
	if err == nil && c.Thread == wish.Thread && s.saidBefore(ctx, c, m, body) {
		return c, nil
	}
	return Comment{}, cause
}

// Revise changes what somebody said, if the comment still has the revision they saw
// (else Conflict "comment.changed"). What it said before stays in its history. That it is in
// another language than it seemed makes no new wording of it.
func (s *Service) Revise(ctx context.Context, actor app.Actor, id app.ID, wish NewWording) (Comment, error) {
	c, t, m, err := s.own(ctx, actor, id, app.Comment)
	if err != nil {
		return Comment{}, err
	}
	body, err := checkBody(wish.Body)
	if err != nil {
		return Comment{}, err
	}
	act := s.act(m, t.Statement, Revised, t.ID, id)
	if act.Lang, err = s.language(ctx, t.Statement, wish.Lang, body); err != nil {
		return Comment{}, err
	}
	isSame := c.Body == body && !c.Deleted
	if isSame && c.Lang == act.Lang {
		return c, nil
	}
	if c.TakenDown != "" {
		return Comment{}, app.Conflict("comment.taken_down")
	}
	keep := func() (int64, error) { return s.store.Revise(ctx, act, body, wish.Revision) }
	if isSame {
		keep = func() (int64, error) { return s.store.Relabel(ctx, act) }
	}
	seq, err := keep()
	if err := s.announce(ctx, act, seq, err); err != nil {
		return Comment{}, err
	}
	return s.store.Comment(ctx, id, m.Persona)
}

// Delete takes back what somebody said, history, translations and all; its place stays.
func (s *Service) Delete(ctx context.Context, actor app.Actor, id app.ID) (Comment, error) {
	c, t, m, err := s.own(ctx, actor, id, app.Retract)
	if err != nil || c.Deleted {
		return c, err
	}
	act := s.act(m, t.Statement, Deleted, t.ID, id)
	seq, err := s.store.Delete(ctx, act)
	if err := s.announce(ctx, act, seq, err); err != nil {
		return Comment{}, err
	}
	return s.store.Comment(ctx, id, m.Persona)
}

// own returns a comment that the actor wrote and may still do something with.
func (s *Service) own(ctx context.Context, actor app.Actor, id app.ID, what app.Capability) (Comment, Thread, app.Membership, error) {
	c, t, m, err := s.commentFor(ctx, actor, id)
	if err != nil {
		return Comment{}, Thread{}, app.Membership{}, err
	}
	err = m.Must(what)
	if err == nil && c.Author.Persona != m.Persona {
		err = app.Forbidden("comment.not_yours")
	}
	return c, t, m, err
}

// Resolve closes a thread with a reason; whoever may settle threads can, and whoever
// opened it.
func (s *Service) Resolve(ctx context.Context, actor app.Actor, id app.ID, reason string) error {
	return s.settle(ctx, actor, id, Resolved, reason)
}

// Reopen opens a resolved thread again, with a reason.
func (s *Service) Reopen(ctx context.Context, actor app.Actor, id app.ID, reason string) error {
	return s.settle(ctx, actor, id, Reopened, reason)
}

func (s *Service) settle(ctx context.Context, actor app.Actor, id app.ID, kind Kind, reason string) error {
	t, m, err := s.Show(ctx, actor, id)
	if err != nil {
		return err
	}
	if err := t.mustSettle(m); err != nil {
		return err
	}
	if reason, err = checkReason(reason); err != nil {
		return err
	}
	act := s.act(m, t.Statement, kind, id, "")
	seq, err := s.store.Settle(ctx, act, reason)
	return s.announce(ctx, act, seq, err)
}

// MaySettle reports whether a member may resolve or reopen the thread.
func (t Thread) MaySettle(m app.Membership) bool { return t.mustSettle(m) == nil }

func (t Thread) mustSettle(m app.Membership) error {
	if t.OpenedBy.Persona == m.Persona && !m.May(app.Settle) {
		return m.Must(app.Comment)
	}
	return m.Must(app.Settle)
}

func (s *Service) act(m app.Membership, statement app.ID, kind Kind, thread, comment app.ID) Act {
	return Act{By: m.Standing(), At: s.clock(), Statement: statement, Kind: kind, Thread: thread, Comment: comment}
}

// announce tells open pages of an act that was written, and passes on why it wasn't.
func (s *Service) announce(ctx context.Context, act Act, seq int64, err error) error {
	if err == nil {
		s.announcer.Announce(ctx, act.Statement, seq)
	}
	return err
}

// checkBody is a comment as it is kept: without space around it.
func checkBody(typed string) (string, error) {
	body, length, err := checkText(typed, "body")
	switch {
	case err != nil:
		return "", err
	case length == 0:
		return "", app.Invalid("comment.empty").On("body")
	case length > MaxBody:
		return "", app.TooLarge("comment.long", "max", MaxBody, "length", length).On("body")
	}
	return body, nil
}

func checkReason(typed string) (string, error) {
	reason, length, err := checkText(typed, "reason")
	switch {
	case err != nil:
		return "", err
	case length == 0:
		return "", app.Invalid("reason.empty").On("reason")
	case length > MaxReason:
		return "", app.TooLarge("reason.long", "max", MaxReason, "length", length).On("reason")
	}
	return reason, nil
}

// checkText returns a text without space around it, and its length in characters.
// U+0000 is refused because PostgreSQL can't keep it.
func checkText(typed, field string) (text string, length int, err error) {
	text = strings.TrimSpace(typed)
	if !utf8.ValidString(text) {
		return "", 0, app.Invalid("text.utf8").On(field)
	}
	if strings.ContainsRune(text, 0) {
		return "", 0, app.Invalid("text.hidden").On(field)
	}
	return text, utf8.RuneCountInString(text), nil
}

// checkIDs brings ids that came from outside into the form in which they are kept and
// looked for.
func checkIDs(ids ...*app.ID) error {
	for _, id := range ids {
		parsed, err := app.ParseID(string(*id))
		if err != nil {
			return app.Invalid("api.id").On("id")
		}
		*id = parsed
	}
	return nil
}
