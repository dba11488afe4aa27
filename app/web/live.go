package web

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"madang/app"
	"madang/app/identity"
	"madang/app/notice"
	"madang/app/statement"
	"madang/app/thread"
	"madang/app/web/locale"
	"madang/app/web/view/layout"
	statementview "madang/app/web/view/statement"
	threadview "madang/app/web/view/thread"
)

// Pages renders what changed on pages people have open, by the components the
// pages themselves are made of. A topic is "statement:ID", the threads of a
// statement and how many there are, with what threadview.Watch adds only those that a page
// chose, "thread:ID", the comments of one, with ":LANG" as they are read in a language, or
// "amendment:ID", how far an amendment has come and its thread.
type Pages struct {
	statements *statement.Service
	threads    *thread.Service
	notices    *notice.Service
	identity   *identity.Service
	speech     *locale.Catalogue
	*press
}

// Fragment is one changed part of a page.
type Fragment struct {
	// ID is of the element HTML takes the place of, where the page has it.
	ID, HTML string
	Seq      int64
	// In is the list a new element belongs to; empty for what only changes.
	In string
	// Kind says what happened, or "count" for a number that has to be right.
	Kind string
}

// kindCount marks fragments that renew a number and tell nothing else.
const kindCount = "count"

// kindNews marks the number in the header: it is renewed at once, and said to nobody.
const kindNews = "news"

// Watch returns the statement a topic belongs to and the membership by which
// the actor may read it, else NotFound.
func (p *Pages) Watch(ctx context.Context, actor app.Actor, topic string) (app.ID, app.Membership, error) {
	kind, id, _, err := parseTopic(topic)
	if err != nil {
		return "", app.Membership{}, err
	}
	switch kind {
	case "thread":
		t, m, err := p.threads.Show(ctx, actor, id)
		return t.Statement, m, err
	case "amendment":
		v, err := p.statements.Amendment(ctx, actor, id)
		return v.Of.ID, v.Membership, err
	}
	st, m, err := p.statements.Find(ctx, actor, id)
	return st.ID, m, err
}

func parseTopic(topic string) (kind string, id app.ID, rest string, err error) {
	kind, text, _ := strings.Cut(topic, ":")
	if kind != "thread" && kind != "amendment" && kind != "statement" {
		return "", "", "", app.NotFound()
	}
	text, rest, _ = strings.Cut(text, ":")
	id, err = app.ParseID(text)
	return kind, id, rest, err
}

// Head returns, in one query, the newest activity of each statement.
func (p *Pages) Head(ctx context.Context, statements []app.ID) (map[app.ID]int64, error) {
	return p.threads.Heads(ctx, statements)
}

// Fragments returns what changed in the topic after a number, in order, as the
// actor may see it in the given language.
func (p *Pages) Fragments(ctx context.Context, actor app.Actor, lang, topic string, after int64) ([]Fragment, error) {
	kind, id, rest, err := parseTopic(topic)
	if err != nil {
		return nil, err
	}
	f := fragments{Pages: p, ctx: ctx, actor: actor, page: layout.Page{Speech: p.speech.In(lang)}}
	switch kind {
	case "thread":
		return f.ofThread(id, rest, after)
	case "amendment":
		return f.ofAmendment(id, after)
	}
	return f.ofStatement(threadview.WatchOf(string(id)+":"+rest), after)
}

// followedMost bounds how many statements one open page looks at for its number of news: a
// page that is opened anew counts all of them.
const followedMost = 100

// Followed returns the statements whose activity may be news to the actor. Programs, which
// have no page, are told of none.
func (p *Pages) Followed(ctx context.Context, actor app.Actor) ([]app.ID, error) {
	if actor.Session == "" {
		return nil, nil
	}
	follows, err := p.notices.Follows(ctx, actor)
	var ids []app.ID
	for _, f := range follows { // by statement, the newest first
		if len(ids) < followedMost && !slices.Contains(ids, f.Statement) {
			ids = append(ids, f.Statement)
		}
	}
	return ids, err
}

// News renews what the header says of news: how much the actor may read of it now. It is
// empty for programs.
func (p *Pages) News(ctx context.Context, actor app.Actor, lang string) (Fragment, error) {
	if actor.Session == "" {
		return Fragment{}, nil
	}
	count, err := p.notices.Unread(ctx, actor)
	if err != nil {
		return Fragment{}, err
	}
	f := fragments{Pages: p, ctx: ctx, actor: actor, page: layout.Page{Speech: p.speech.In(lang), News: count}}
	return f.render(Fragment{ID: layout.NewsID, Kind: kindNews}, layout.News(f.page))
}

// fragments renders for one reader.
type fragments struct {
	*Pages
	ctx   context.Context
	actor app.Actor
	page  layout.Page
}

func (f fragments) render(made Fragment, part templ.Component) (Fragment, error) {
	var out strings.Builder
	err := part.Render(f.ctx, &out)
	made.HTML = out.String()
	return made, err
}

// ofThread shows each comment that was posted, changed or deleted, and how the
// thread was settled.
func (f fragments) ofThread(id app.ID, read string, after int64) ([]Fragment, error) {
	t, m, err := f.threads.Show(f.ctx, f.actor, id)
	if err != nil {
		return nil, err
	}
	happened, err := f.threads.Since(f.ctx, f.actor, t.Statement, after)
	if err != nil {
		return nil, err
	}
	v := showOf(t, m)
	if v.Languages, err = f.threads.Languages(f.ctx, t.Statement); err != nil {
		return nil, err
	}
	if slices.Contains(v.Languages, read) {
		v.Read = read
	}
	v.Compose = answerIn(v, threadview.Compose{Nonce: app.NewID()})
	v = v.With(f.page)
	var list []Fragment
	for _, a := range happened {
		if a.Thread != id {
			continue
		}
		made, err := f.ofActivity(v, m, a)
		if err != nil {
			return nil, err
		}
		list = append(list, made)
	}
	return f.withGroupState(list, m.Group, happened)
}

// withGroupState adds what a page says on top of its group, if that was archived meanwhile or
// works again.
func (f fragments) withGroupState(list []Fragment, group app.ID, happened []thread.Activity) ([]Fragment, error) {
	last, isThere := newestOfKind(happened, thread.Archived, thread.Resumed)
	if !isThere {
		return list, nil
	}
	found, _, err := f.identity.Group(f.ctx, f.actor, group)
	if err != nil {
		return nil, err
	}
	f.page.Ended = endingOf(found)
	state, err := f.render(Fragment{ID: layout.GroupStateID, Kind: string(last.Kind), Seq: last.Seq}, layout.GroupState(f.page))
	return append(list, state), err
}

// newestOfKind is the last of some kinds that happened, if one did.
func newestOfKind(happened []thread.Activity, kinds ...thread.Kind) (thread.Activity, bool) {
	for _, a := range slices.Backward(happened) {
		if slices.Contains(kinds, a.Kind) {
			return a, true
		}
	}
	return thread.Activity{}, false
}

func (f fragments) ofActivity(v threadview.Show, m app.Membership, a thread.Activity) (Fragment, error) {
	made := Fragment{Kind: string(a.Kind), Seq: a.Seq}
	if a.Comment == "" {
		made.ID = "thread-state-" + string(v.Thread.ID)
		return f.render(made, threadview.State(f.page, v))
	}
	c, _, err := f.threads.Comment(f.ctx, f.actor, a.Comment)
	if err != nil {
		return made, err
	}
	made.ID = "comment-" + string(c.ID)
	if a.Kind == thread.Opened || a.Kind == thread.Posted {
		made.In = listOfComment(c)
	}
	return f.render(made, threadview.Fragment(f.page, v, f.comment(c, m)))
}

// listOfComment is the id of the element a comment stands in.
func listOfComment(c thread.Comment) string {
	if c.Parent != "" {
		return "replies-" + string(c.Parent)
	}
	return "comments-" + string(c.Thread)
}

// ofAmendment shows how far an amendment has come, and its thread.
func (f fragments) ofAmendment(id app.ID, after int64) ([]Fragment, error) {
	v, err := f.statements.Amendment(f.ctx, f.actor, id)
	if err != nil {
		return nil, err
	}
	happened, err := f.threads.Since(f.ctx, f.actor, v.Of.ID, after)
	if err != nil || len(happened) == 0 {
		return nil, err
	}
	about, err := f.threads.About(f.ctx, f.actor, id)
	if err != nil && app.KindOf(err) != app.KindNotFound {
		return nil, err
	}
	var list []Fragment
	for _, a := range lastOfEach(happened) {
		made := Fragment{Kind: string(a.Kind), Seq: a.Seq}
		switch {
		case a.Amendment == id:
			steps := made
			made.ID, steps.ID = "amendment-facts-"+string(id), "amendment-steps-"+string(id)
			if steps, err = f.render(steps, statementview.AmendmentSteps(f.page, v)); err != nil {
				return nil, err
			}
			words := Fragment{ID: "amendment-words-" + string(id), Kind: made.Kind, Seq: a.Seq}
			if words, err = f.render(words, statementview.AmendmentWords(f.page, v)); err != nil {
				return nil, err
			}
			list = append(list, steps, words)
			made, err = f.render(made, statementview.AmendmentFacts(f.page, v))
		case slices.ContainsFunc(v.Further, func(k statement.Kin) bool { return k.ID == a.Amendment }):
			made.ID = "amendment-further-" + string(id)
			made, err = f.render(made, statementview.FurtherAmendments(f.page, v))
		case a.Thread != "" && a.Thread == about.ID:
			made.ID, made.In = "thread-"+string(about.ID), "threads-"+string(id)
			made, err = f.render(made, threadview.CardItem(f.page, threadview.Card{Thread: about}))
		default:
			continue
		}
		if err != nil {
			return nil, err
		}
		list = append(list, made)
	}
	return f.withGroupState(list, v.Of.Group, happened)
}

// ofStatement shows each thread in which something happened, once, and renews
// the counts of the clauses they hang on.
func (f fragments) ofStatement(watch threadview.Watch, after int64) ([]Fragment, error) {
	id := watch.Statement
	view, amendments, err := f.statements.Amendments(f.ctx, f.actor, id)
	if err != nil {
		return nil, err
	}
	happened, err := f.threads.Since(f.ctx, f.actor, id, after)
	if err != nil || len(happened) == 0 {
		return nil, err
	}
	m, err := f.margin(view, amendments, watch)
	if err != nil {
		return nil, err
	}
	step, err := f.step(view.Statement, happened)
	if err != nil {
		return nil, err
	}
	onTop, err := f.withGroupState(step, view.Statement.Group, happened)
	if err != nil {
		return nil, err
	}
	beside, touched, err := f.beside(m, view, amendments, lastOfEach(happened))
	if err != nil {
		return nil, err
	}
	seq := happened[len(happened)-1].Seq
	below, err := f.below(m, view, touched, seq)
	if err != nil {
		return nil, err
	}
	counts, err := f.counts(view, touched, seq)
	return slices.Concat(onTop, beside, below, counts), err
}

// beside shows the threads and the amendments to which something happened, and says which
// clauses they are about.
func (f fragments) beside(m statementview.Margin, view statement.View, amendments []statement.Amendment, happened []thread.Activity) (list []Fragment, touched map[string]bool, err error) {
	elsewhere, err := f.elsewhere(m, view, happened)
	if err != nil {
		return nil, nil, err
	}
	touched = map[string]bool{}
	for _, a := range happened {
		made, clause, err := f.card(m, elsewhere, view, amendments, a)
		if err != nil {
			return nil, nil, err
		}
		if made.ID == "" {
			continue
		}
		touched[clause] = true
		list = append(list, made)
		if made.Kind == string(thread.Opened) && clause != "" { // the page of the clause has a list of its own
			made.In = "threads-" + clause
			list = append(list, made)
		}
	}
	return list, touched, nil
}

// margin is what stands beside the text on a page that chose so.
func (f fragments) margin(view statement.View, amendments []statement.Amendment, watch threadview.Watch) (statementview.Margin, error) {
	var speakers statement.Legend
	if watch.Voice != "" {
		var err error
		if speakers, err = f.statements.Speakers(f.ctx, f.actor, view.Statement.ID); err != nil {
			return statementview.Margin{}, err
		}
	}
	wish := marginWish(watch, speakers)
	threads, err := f.threads.List(f.ctx, f.actor, view.Statement.ID, threadsOf(wish))
	return f.marginOf(f.page, view, wish, wish.Threads(threads, speakers), wish.Amendments(amendments, speakers)), err
}

// elsewhere are the threads in which something happened that aren't among those the page chose,
// read in the language it chose.
func (f fragments) elsewhere(m statementview.Margin, view statement.View, happened []thread.Activity) (map[app.ID]threadview.Card, error) {
	var ids []app.ID
	for _, a := range happened {
		if _, isBeside := m.Thread(a.Thread); a.Thread != "" && !isBeside {
			ids = append(ids, a.Thread)
		}
	}
	if ids == nil {
		return nil, nil
	}
	list, err := f.threads.List(f.ctx, f.actor, view.Statement.ID, thread.ListOptions{Among: ids, Read: m.Read, State: thread.StateAll})
	found := map[app.ID]threadview.Card{}
	for _, card := range cards(f.page, view.Membership, f.text(view), list, m.Read) {
		found[card.Thread.ID] = card
	}
	return found, err
}

// card shows the thread or the amendment that something happened to, and says which clause
// it is about; nothing if the reader sees neither. One that isn't among those the page chose
// is renewed where it stands, and comes nowhere new.
func (f fragments) card(m statementview.Margin, elsewhere map[app.ID]threadview.Card, view statement.View, amendments []statement.Amendment, a thread.Activity) (made Fragment, clause string, err error) {
	made = Fragment{Kind: string(a.Kind), Seq: a.Seq}
	if m.Lists(cmp.Or(a.Thread, a.Amendment)) {
		made.In = "threads-" + string(view.Statement.ID)
	}
	if a.Thread != "" {
		card, isThere := m.Thread(a.Thread)
		if !isThere {
			card, isThere = elsewhere[a.Thread]
		}
		if !isThere {
			return Fragment{}, "", nil
		}
		made.ID = "thread-" + string(a.Thread)
		made, err = f.render(made, threadview.CardItem(f.page, card))
		return made, card.Thread.Clause, err
	}
	i := slices.IndexFunc(amendments, func(b statement.Amendment) bool { return b.ID == a.Amendment })
	if i < 0 {
		return Fragment{}, "", nil
	}
	card, isBeside := m.AmendmentOf(a.Amendment)
	if !isBeside {
		card = statementview.NewAmendmentCard(f.page, view, f.text(view), m.MarginWish, amendments[i])
	}
	made.ID = card.CardID()
	made, err = f.render(made, statementview.AmendmentItem(f.page, card, false))
	return made, card.Clause, err
}

// below renews what stands below the touched clauses and over their words, on pages that
// show what is open.
func (f fragments) below(m statementview.Margin, view statement.View, touched map[string]bool, seq int64) ([]Fragment, error) {
	overlays := m.Overlays(f.page)
	var list []Fragment
	for cid := range touched {
		clause, isThere := f.text(view).Find(cid)
		if !isThere {
			continue
		}
		entries, err := f.render(Fragment{ID: m.BelowID(cid), Kind: kindCount, Seq: seq}, statementview.ClauseEntries(f.page, m, clause))
		if err != nil {
			return nil, err
		}
		words, err := f.render(Fragment{ID: m.WordsID(cid), Kind: kindCount, Seq: seq},
			statementview.ClauseWords(f.page, m, clause, overlays[cid], view.Membership.May(app.Comment)))
		if err != nil {
			return nil, err
		}
		list = append(list, entries, words)
	}
	return list, nil
}

// step renews what a page says about the phase of its statement, if that came into another.
func (f fragments) step(of statement.Statement, happened []thread.Activity) ([]Fragment, error) {
	last, isThere := newestOfKind(happened, thread.Stepped)
	if !isThere {
		return nil, nil
	}
	seq := last.Seq
	chip, err := f.render(Fragment{ID: statementview.StateID(of.ID), Kind: string(thread.Stepped), Seq: seq}, statementview.StateChip(f.page, of))
	if err != nil {
		return nil, err
	}
	still, err := f.render(Fragment{ID: statementview.StillID(of.ID), Kind: string(thread.Stepped), Seq: seq}, statementview.StandsStill(f.page, of))
	return []Fragment{chip, still}, err
}

// lastOfEach keeps the last thing that happened in each thread, and to each amendment; a
// thread that was opened meanwhile stays a new one.
func lastOfEach(happened []thread.Activity) []thread.Activity {
	at := map[app.ID]int{}
	var last []thread.Activity
	for _, a := range happened {
		about := cmp.Or(a.Thread, a.Amendment)
		i, known := at[about]
		if !known {
			at[about] = len(last)
			last = append(last, a)
			continue
		}
		if last[i].Kind == thread.Opened {
			a.Kind = thread.Opened
		}
		last[i] = a
	}
	return last
}

// counts renews the numbers beside the touched clauses and that of the whole.
func (f fragments) counts(view statement.View, touched map[string]bool, seq int64) ([]Fragment, error) {
	counts, err := f.threads.Counts(f.ctx, f.actor, view.Statement.ID)
	if err != nil {
		return nil, err
	}
	id, marks := view.Statement.ID, statementview.Marks(counts)
	whole := Fragment{ID: "counts-" + string(id), Kind: kindCount, Seq: seq}
	if whole, err = f.render(whole, statementview.StatementCount(f.page, id, marks)); err != nil {
		return nil, err
	}
	list := []Fragment{whole}
	for cid := range touched {
		clause, ok := f.text(view).Find(cid)
		if !ok {
			continue
		}
		made := Fragment{ID: "counts-" + cid, Kind: kindCount, Seq: seq}
		part := statementview.ClauseCount(f.page, id, clause, marks, view.Membership.May(app.Comment))
		if made, err = f.render(made, part); err != nil {
			return nil, err
		}
		list = append(list, made)
	}
	return list, nil
}
