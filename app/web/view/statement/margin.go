package statement

import (
	"cmp"
	"fmt"
	"math"
	"net/url"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"madang/app"
	"madang/app/prose"
	"madang/app/statement"
	"madang/app/thread"
	"madang/app/web/view/layout"
	threadview "madang/app/web/view/thread"
)

// Margin is what stands beside a text, in the order of the text: threads and amendments,
// and below them the threads whose words are gone. Where there is no room beside it, what
// is about a clause stands below the clause.
type Margin struct {
	Statement app.ID
	MarginWish
	// Attached are those whose place is in the text, or that are about the whole; Lost the
	// others.
	Attached, Lost []Entry
	// HasMore says that there are more than are shown.
	HasMore bool
	// listed are the threads and amendments that were chosen, shown or not.
	listed map[app.ID]bool
	// InText is the amendment that is shown in the text; nil if none is.
	InText *AmendmentCard
}

// MarginWish is what a reader wants to see beside a text, and in it.
type MarginWish struct {
	Choice MarginChoice
	// Voices are the stakeholder groups that can be chosen, and Voice is that which was:
	// only what its people began or signed is listed. Empty are all.
	Voices []statement.Voice
	Voice  app.ID
	// Languages are those of the group, and Read is that in which the threads begin, where
	// somebody put their first words into it; empty is as they were written.
	Languages []string
	Read      string
	// Shown is the amendment to be shown in the text; empty for none.
	Shown app.ID
	// Query is what the address says of all this, but for Shown.
	Query url.Values
}

// Entry is one thing in a margin: a thread or, if Amendment isn't nil, that.
type Entry struct {
	Thread    threadview.Card
	Amendment *AmendmentCard
	// clause is that which it is about, if the text has it, and start where in it.
	clause string
	start  int
	isLost bool
	place  string // the name of its place
}

// AmendmentCard is an amendment as a margin shows it.
type AmendmentCard struct {
	statement.Amendment
	// Changes are what it would change of the text now; of one that is decided about, or
	// that IsStale, what it proposed.
	Changes []prose.Proposal
	// IsStale says that the words it changes have become others.
	IsStale bool
	// Place names the clause, and See leads to it.
	Place string
	See   templ.SafeURL
	// Deeds say what is proposed, change by change.
	Deeds []string
	// IsShown says that it stands in the text.
	IsShown bool
	// Clause is the clause that it stands below where there is no room beside the text.
	Clause string
	Lang   string
	// Order is its place in the margin, as that of a thread's card.
	Order string
	// Query is what the address of the page keeps.
	Query url.Values
}

// MayShow reports whether it can be shown in the text.
func (a AmendmentCard) MayShow() bool { return a.State.IsOpen() && !a.IsStale && len(a.Changes) > 0 }

// MarginChoice is which threads a margin shows.
type MarginChoice string

// MarginMine are the threads the reader opened, resolved ones too, and the amendments that
// are theirs.
const MarginMine MarginChoice = "mine"

// MarginChoices are the choices in the order pages offer them; the first is what a page
// shows unless asked otherwise.
var MarginChoices = []MarginChoice{
	MarginChoice(thread.StateOpen), MarginChoice(thread.StateResolved), MarginMine, MarginChoice(thread.StateAll),
}

// Has reports whether an amendment is among what a reader chose.
func (c MarginChoice) Has(a statement.Amendment, reader app.ID) bool {
	switch c {
	case MarginChoice(thread.StateOpen):
		return a.State.IsOpen()
	case MarginChoice(thread.StateResolved):
		return !a.State.IsOpen()
	case MarginMine:
		_, isMine := a.SignatureOf(reader)
		return isMine
	}
	return true
}

// NewMargin puts threads and amendments in the order of the text; the first of them, up to
// a number, are shown.
func NewMargin(id app.ID, text Rendered, wish MarginWish, threads []threadview.Card, amendments []AmendmentCard, most int) Margin {
	entries := entriesIn(threads, amendments)
	rank := func(e Entry) int {
		switch i, isThere := text.at[e.clause]; {
		case e.clause == "":
			return -1
		case isThere:
			return i
		}
		return len(text.Clauses)
	}
	slices.SortStableFunc(entries, func(a, b Entry) int {
		return cmp.Or(rank(a)-rank(b), cmp.Compare(a.start, b.start))
	})
	for i := range entries {
		e := &entries[i]
		order := fmt.Sprintf("%05d.%010d", rank(*e)+1, e.start+1)
		if e.Thread.Order = order; e.Amendment != nil {
			e.Amendment.Order = order
		}
	}
	m := Margin{Statement: id, MarginWish: wish, HasMore: len(entries) > most, listed: map[app.ID]bool{}}
	for _, e := range entries {
		m.listed[e.id()] = true
	}
	for _, e := range entries[:min(len(entries), most)] {
		if e.isLost {
			m.Lost = append(m.Lost, e)
		} else {
			m.Attached = append(m.Attached, e)
		}
		if e.Amendment != nil && e.Amendment.IsShown {
			m.InText = e.Amendment
		}
	}
	return m
}

// entriesIn gives everything its place; what is said about an amendment stands behind it.
func entriesIn(threads []threadview.Card, amendments []AmendmentCard) []Entry {
	var entries []Entry
	at := map[app.ID]Entry{}
	for i := range amendments {
		e := Entry{Amendment: &amendments[i], clause: amendments[i].Clause, start: amendments[i].start()}
		at[e.Amendment.ID] = e
		entries = append(entries, e)
	}
	for _, card := range threads {
		e := Entry{Thread: card, clause: card.Thread.Clause, start: card.Thread.Start(), isLost: card.Thread.IsLost(), place: card.Place}
		if card.Thread.On != nil && !e.isLost {
			e.Thread.See = address(card.Thread.Statement, "#words-"+string(card.Thread.ID))
		}
		if about, isBeside := at[card.Thread.Amendment]; isBeside {
			e.clause, e.start = about.clause, about.start
			e.Thread.Clause = about.Amendment.Clause
		}
		entries = append(entries, e)
	}
	return entries
}

// start is where in its clause an amendment changes something first.
func (a AmendmentCard) start() int {
	if len(a.Changes) == 0 {
		return -1
	}
	switch first := a.Changes[0]; first.Kind {
	case prose.ProposeClause: // behind it
		return math.MaxInt32 - 1
	case prose.ProposeText:
		if edits := EditsOf(first.Base, first.Text); len(edits) > 0 {
			return edits[0].From
		}
	}
	return -1
}

// NewAmendmentCard prepares an amendment for the margin of a text.
func NewAmendmentCard(p layout.Page, view statement.View, text Rendered, wish MarginWish, a statement.Amendment) AmendmentCard {
	of, now := view.Statement, view.Text.Doc
	card := AmendmentCard{Amendment: a, Changes: a.Proposals, Lang: of.Lang, Query: wish.Query}
	if a.State.IsOpen() {
		card.Changes, card.IsStale = a.Against(now)
	}
	for _, change := range card.Changes {
		card.Deeds = append(card.Deeds, deed(p, now, change))
	}
	card.IsShown = a.ID == wish.Shown && card.MayShow()
	at := a.Proposals[0].CID
	if a.Proposals[0].Kind == prose.ProposeClause {
		at = a.Proposals[0].After
	}
	if clause, isThere := text.Find(at); isThere {
		card.Clause, card.Place, card.See = at, clause.Name(p), address(of.ID, "#"+at)
	}
	return card
}

// aroundChange is how many letters of what stays the same are shown beside a change, about.
const aroundChange = 40

// shortened are runs for a card: of what stays the same only what stands beside a change.
func shortened(runs []prose.Run) []prose.Run {
	short := slices.Clone(runs)
	for i, run := range short {
		letters := []rune(run.Text)
		if run.Kind != prose.Equal || len(letters) <= 3*aroundChange {
			continue
		}
		head, tail := firstWords(letters[:aroundChange])+" … ", " … "+lastWords(letters[len(letters)-aroundChange:])
		switch {
		case i == len(short)-1:
			short[i].Text = head
		case i == 0:
			short[i].Text = tail
		default:
			short[i].Text = strings.TrimSuffix(head, " … ") + tail
		}
	}
	return short
}

// firstWords leaves out a word that was cut in two, unless there is no other.
func firstWords(letters []rune) string {
	text := string(letters)
	if space := strings.LastIndexByte(text, ' '); space > 0 {
		return text[:space]
	}
	return text
}

func lastWords(letters []rune) string {
	text := string(letters)
	if space := strings.IndexByte(text, ' '); space >= 0 && space < len(text)-1 {
		return text[space+1:]
	}
	return text
}

// Under is what a margin has about one clause.
type Under struct {
	Attached, Lost []Entry
}

// Under are the entries about a clause, for below it.
func (m Margin) Under(cid string) Under {
	var u Under
	for _, e := range m.Attached {
		if e.about() == cid {
			u.Attached = append(u.Attached, e.below())
		}
	}
	for _, e := range m.Lost {
		if e.about() == cid {
			u.Lost = append(u.Lost, e.below())
		}
	}
	return u
}

// about is the clause that the entry stands under; empty if it stands under none.
func (e Entry) about() string {
	if e.Amendment != nil {
		return e.Amendment.Clause
	}
	return e.Thread.Clause
}

func (e Entry) id() app.ID {
	if e.Amendment != nil {
		return e.Amendment.ID
	}
	return e.Thread.Thread.ID
}

// Lists reports whether a thread or an amendment is among those that were chosen, even if
// there are too many for all to be shown.
func (m Margin) Lists(id app.ID) bool { return m.listed[id] }

// Thread is the card of a thread, if the margin has it.
func (m Margin) Thread(id app.ID) (threadview.Card, bool) {
	for _, e := range slices.Concat(m.Attached, m.Lost) {
		if e.Amendment == nil && e.Thread.Thread.ID == id {
			return e.Thread, true
		}
	}
	return threadview.Card{}, false
}

// AmendmentOf is the card of an amendment, if the margin has it.
func (m Margin) AmendmentOf(id app.ID) (AmendmentCard, bool) {
	for _, e := range m.Attached {
		if e.Amendment != nil && e.Amendment.ID == id {
			return *e.Amendment, true
		}
	}
	return AmendmentCard{}, false
}

// below is the entry as it stands below its clause, which needs no name there.
func (e Entry) below() Entry {
	if e.Thread.IsBelow, e.Thread.Place = true, ""; e.Thread.Thread.Amendment != "" {
		e.Thread.Place, e.Thread.See = e.place, ""
	}
	return e
}

func (u Under) threads() int {
	n := len(u.Lost)
	for _, e := range u.Attached {
		if e.Amendment == nil {
			n++
		}
	}
	return n
}

func (u Under) amendments() int { return len(u.Attached) + len(u.Lost) - u.threads() }

func (u Under) unread() int {
	n := 0
	for _, e := range slices.Concat(u.Attached, u.Lost) {
		n += e.Thread.Thread.Unread
	}
	return n
}

// Overlays are what lies over the words of the text, by clause: the words that threads are
// about, and the amendment that is shown.
func (m Margin) Overlays(p layout.Page) map[string]Overlay {
	over := map[string]Overlay{}
	for _, e := range m.Attached {
		if on := e.Thread.Thread.On; e.Amendment == nil && on != nil {
			o := over[on.Now.CID]
			o.Marks = append(o.Marks, Mark{
				Thread: e.Thread.Thread.ID, Start: on.Now.Start, End: on.Now.End,
				Name: p.T("thread.words.lead", "words", threadview.Excerpt(p, e.Thread.Thread)),
			})
			over[on.Now.CID] = o
		}
	}
	if m.InText == nil {
		return over
	}
	for _, change := range m.InText.Changes {
		o := over[change.CID]
		switch change.Kind {
		case prose.ProposeText, prose.ProposeDeletion: // whose Text is empty
			o.Edits = EditsOf(change.Base, change.Text)
		}
		over[change.CID] = o
	}
	return over
}

// shownAt are the changes of the amendment that is shown which stand at a clause: those to
// it, or the new clauses behind it. prose.AtStart is before all.
func (m Margin) shownAt(cid string, isBehind bool) []prose.Proposal {
	if m.InText == nil {
		return nil
	}
	var list []prose.Proposal
	for _, change := range m.InText.Changes {
		at := change.CID
		if change.Kind == prose.ProposeClause {
			at = change.After
		}
		if at == cid && isBehind == (change.Kind == prose.ProposeClause) {
			list = append(list, change)
		}
	}
	return list
}

// shownID is "shown" for the first change of the amendment that is shown.
func (m Margin) shownID(change prose.Proposal) string {
	if change == m.InText.Changes[0] {
		return "shown"
	}
	return "shown-" + string(change.Kind) + "-" + change.CID
}

// marginFields are what an address says of a margin, but for what is shown in the text.
var marginFields = []string{"threads", "group"}

// with is what an address says of the margin with another choice in it.
func (m Margin) with(name, value string) url.Values {
	query := url.Values{}
	for field, values := range m.Query {
		query[field] = values
	}
	if query.Set(name, value); value == "" || name == "threads" && value == string(MarginChoices[0]) {
		query.Del(name)
	}
	return query
}

// Topic is what a page with the margin watches.
func (m Margin) Topic() string {
	return threadview.Watch{Statement: m.Statement, Choice: string(m.Choice), Voice: m.Voice, Read: m.Read}.Topic()
}

// marginAddress leads to an element of the page that a margin is on.
func marginAddress(path string, query url.Values, to string) templ.SafeURL {
	if len(query) > 0 {
		path += "?" + query.Encode()
	}
	return templ.SafeURL(path + "#" + to)
}

// BelowID is the id of the element below a clause.
func (m Margin) BelowID(cid string) string { return "clause-threads-" + m.chosen() + cid }

// WordsID is the id of a clause's words where these threads are marked.
func (m Margin) WordsID(cid string) string { return "words-of-" + m.chosen() + cid }

// chosen keeps what pages of one choice are told from what those of others show.
func (m Margin) chosen() string {
	if m.Voice != "" {
		return string(m.Choice) + "-" + string(m.Voice) + "-"
	}
	return string(m.Choice) + "-"
}

// id is that of the card's element, or of its second one, which stands below the clause.
func (a AmendmentCard) id(isBelow bool) string {
	if isBelow {
		return "here-amendment-card-" + string(a.ID)
	}
	return a.CardID()
}

// CardID is the id of its element.
func (a AmendmentCard) CardID() string { return "amendment-card-" + string(a.ID) }

// deedOf says what one change does.
func (a AmendmentCard) deedOf(change prose.Proposal) string {
	if i := slices.Index(a.Changes, change); i >= 0 {
		return a.Deeds[i]
	}
	return ""
}

// chosenName is how a voice is offered to be chosen.
func chosenName(p layout.Page, v statement.Voice) string {
	if v.ID == statement.Folded {
		return p.T("margin.voices.folded")
	}
	return v.Name
}

// isBy reports whether somebody of the voice that was chosen is among the authors.
func (w MarginWish) isBy(speakers statement.Legend, authors ...app.ID) bool {
	return w.Voice == "" || slices.ContainsFunc(authors, func(a app.ID) bool { return speakers.Of(a) == w.Voice })
}

// Threads are those that were begun by people of the voice that was chosen.
func (w MarginWish) Threads(list []thread.Thread, speakers statement.Legend) []thread.Thread {
	return slices.DeleteFunc(list, func(t thread.Thread) bool { return !w.isBy(speakers, t.OpenedBy.Persona) })
}

// Amendments are those that people of the voice that was chosen wrote or signed.
func (w MarginWish) Amendments(list []statement.Amendment, speakers statement.Legend) []statement.Amendment {
	return slices.DeleteFunc(slices.Clone(list), func(a statement.Amendment) bool {
		return !slices.ContainsFunc(a.Authors, func(s statement.Signature) bool { return w.isBy(speakers, s.Persona) })
	})
}

// currentIf marks the choice that is made.
func currentIf(isCurrent bool) templ.Attributes {
	if !isCurrent {
		return nil
	}
	return templ.Attributes{"aria-current": "true"}
}
