package thread

import (
	"context"
	"strings"

	"madang/app"
	"madang/app/prose"
)

// Attach lets a thread hang on other words, or on another clause, from now on. Whoever
// may settle threads can, and whoever opened it. What it hung on before stays kept.
//
// Words that the clause doesn't have are Conflict "quote.gone"; words that stand there
// several times, with no Start that says which are meant, Invalid "quote.several"; more
// than prose.MaxQuote units, TooLarge "quote.long". The thread of an amendment stays with
// it: Conflict "thread.amendment".
func (s *Service) Attach(ctx context.Context, actor app.Actor, id app.ID, to Pick) (Thread, error) {
	t, m, err := s.Show(ctx, actor, id)
	if err != nil {
		return Thread{}, err
	}
	if !t.MaySettle(m) {
		return Thread{}, app.Forbidden("role." + string(app.Settle))
	}
	if t.Amendment != "" {
		return Thread{}, app.Conflict("thread.amendment")
	}
	if m, err = s.gate.MayComment(ctx, actor, to.on(t.Statement)); err != nil {
		return Thread{}, err
	}
	clause, on, err := s.pick(ctx, t.Statement, to)
	if err != nil {
		return Thread{}, err
	}
	act := s.act(m, t.Statement, Attached, id, "")
	seq, err := s.store.Attach(ctx, act, clause, on)
	if err := s.announce(ctx, act, seq, err); err != nil {
		return Thread{}, err
	}
	return s.thread(ctx, id, m.Persona)
}

// on names what is picked from, for the gate.
func (p Pick) on(statement app.ID) app.Ref {
	if p.Clause == "" {
		return app.Ref{Kind: app.RefStatement, ID: statement}
	}
	return app.Ref{Kind: app.RefClause, ID: statement, Part: p.Clause}
}

// pick finds what is meant in the text as it is committed. It returns no anchor where a
// clause, or the statement, is meant as such.
func (s *Service) pick(ctx context.Context, statement app.ID, p Pick) (clause string, on *prose.Anchor, err error) {
	if strings.TrimSpace(p.Quote) == "" {
		return p.Clause, nil, nil
	}
	quote, length, err := checkText(p.Quote, "quote")
	if err != nil {
		return "", nil, err
	}
	if length > prose.MaxQuote {
		return "", nil, app.TooLarge("quote.long", "max", prose.MaxQuote, "length", length).On("quote")
	}
	p.Quote = quote
	made, err := s.text.Anchor(ctx, statement, p.in)
	if err != nil {
		return "", nil, err
	}
	return made.CID, &made, nil
}

// in anchors what is meant in a text.
func (p Pick) in(d prose.Doc) (prose.Anchor, error) {
	found := prose.NewFinder(d).Occurrences(p.Clause, p.Quote)
	if len(found) == 0 {
		return prose.Anchor{}, app.Conflict("quote.gone").On("quote")
	}
	chosen := found[0]
	if len(found) > 1 {
		at := p.among(found)
		if at < 0 {
			return prose.Anchor{}, app.Invalid("quote.several").On("quote")
		}
		chosen = found[at]
	}
	made, ok := prose.NewAnchor(d, chosen)
	if !ok {
		return prose.Anchor{}, app.TooLarge("quote.long", "max", prose.MaxQuote, "length", chosen.End-chosen.Start).On("quote")
	}
	return made, nil
}

// among is which of several places is meant, or -1.
func (p Pick) among(places []prose.Passage) int {
	for i, place := range places {
		if p.Start != nil && place.Start == *p.Start {
			return i
		}
	}
	return -1
}

// locateAll says of each thread on words where these are now.
func (s *Service) locateAll(ctx context.Context, statement app.ID, among []app.ID, list []Thread) error {
	on, err := s.store.Words(ctx, statement, among)
	if err != nil {
		return err
	}
	found, err := s.locate(ctx, statement, on)
	for i := range list {
		list[i].hangOn(found)
	}
	return err
}

// hangOn completes a thread with what became of its words, if it hangs on words.
func (t *Thread) hangOn(found map[app.ID]Words) {
	if words, onWords := found[t.ID]; onWords {
		t.On, t.Clause = &words, words.clause()
	}
}

// clause is where the words are, or were at last.
func (w Words) clause() string {
	if w.Now.CID != "" {
		return w.Now.CID
	}
	return w.Anchor.CID
}

// locate resolves what threads are about, in the text as it is committed. Nothing is
// asked where no thread hangs on words.
func (s *Service) locate(ctx context.Context, statement app.ID, on map[app.ID]Words) (map[app.ID]Words, error) {
	if len(on) == 0 {
		return on, nil
	}
	var ids []app.ID
	var anchors []prose.Anchor
	for id, words := range on {
		ids, anchors = append(ids, id), append(anchors, words.Anchor)
	}
	text, live, err := s.text.Follow(ctx, statement, anchors)
	if err != nil {
		return nil, err
	}
	relatives, err := s.places.Relatives(ctx, statement)
	if err != nil {
		return nil, err
	}
	finder := prose.NewFinder(text)
	for i, id := range ids {
		words := on[id]
		words.Now = finder.Resolve(anchors[i], live[i], relatives[anchors[i].CID]...)
		on[id] = words
	}
	return on, nil
}
