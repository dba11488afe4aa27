package statement

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"madang/app"
	"madang/app/prose"
)

// Voice is a stakeholder group as the authorship of a text knows it.
type Voice struct {
	ID        app.ID
	Name      string
	Sensitive bool
	// Members counts who speaks or spoke for it in the working group.
	Members int
}

// fewest is how many people a sensitive stakeholder group has to have before its part
// in a text is shown by itself: with fewer, the part would point at persons.
const fewest = 5

// Legend tells the voices in a text apart. Small sensitive stakeholder groups are
// folded together, and with them the smallest other one if they would still be fewer
// than five people.
type Legend struct {
	// Voices are those shown by themselves, in the order of the group's charter. The
	// folded ones, if there are any, are one more: its ID is Folded.
	Voices []Voice
	of     map[app.ID]app.ID // by persona
}

// Folded is the id of the voice that stands for all small sensitive stakeholder groups.
const Folded app.ID = "folded"

func newLegend(voices []Voice, speaksFor map[app.ID]app.ID) Legend {
	return foldedLegend(voices, speaksFor, func(v Voice) bool { return v.Sensitive && v.Members < fewest }, 0)
}

// newSpeakers is a legend for what has names on it. There a sensitive stakeholder group is
// never shown by itself, whatever its size, for its name would stand on persons; somebody
// who speaks for no such group is always among those it is folded with.
func newSpeakers(voices []Voice, speaksFor map[app.ID]app.ID) Legend {
	return foldedLegend(voices, speaksFor, func(v Voice) bool { return v.Sensitive }, 1)
}

// foldedLegend folds some voices together, and with them the smallest others until all are
// no fewer than fewest people, and the others no fewer than company.
func foldedLegend(voices []Voice, speaksFor map[app.ID]app.ID, isFolded func(Voice) bool, company int) Legend {
	folded := map[app.ID]bool{}
	people := 0
	for _, v := range voices {
		if isFolded(v) {
			folded[v.ID] = true
			people += v.Members
		}
	}
	others := 0
	bySize := slices.SortedStableFunc(slices.Values(voices), func(a, b Voice) int { return cmp.Compare(a.Members, b.Members) })
	for _, v := range bySize {
		if len(folded) > 0 && (people < fewest || others < company) && !folded[v.ID] {
			folded[v.ID] = true
			people, others = people+v.Members, others+v.Members
		}
	}
	l := Legend{of: map[app.ID]app.ID{}}
	for _, v := range voices {
		if !folded[v.ID] {
			l.Voices = append(l.Voices, v)
		}
	}
	if len(folded) > 0 {
		l.Voices = append(l.Voices, Voice{ID: Folded})
	}
	for persona, voice := range speaksFor {
		l.of[persona] = voice
		if folded[voice] {
			l.of[persona] = Folded
		}
	}
	return l
}

// Of is the voice of a persona; empty if it isn't known.
func (l Legend) Of(persona app.ID) app.ID { return l.of[persona] }

// Authorship is a text with the voices in it.
type Authorship struct {
	Statement  Statement
	Membership app.Membership
	Legend     Legend
	Clauses    []AuthoredClause
}

// AuthoredClause is a clause cut where the voice changes.
type AuthoredClause struct {
	Block  prose.Block
	Number string
	Parts  []AuthoredPart
}

// AuthoredPart is a stretch of text of one voice; empty where nobody is known.
type AuthoredPart struct {
	Text  string
	Voice app.ID
}

// Shares counts the characters of each voice, spaces left out.
func (c AuthoredClause) Shares() map[app.ID]int {
	shares := map[app.ID]int{}
	for _, p := range c.Parts {
		if n := utf8.RuneCountInString(strings.Join(strings.Fields(p.Text), "")); n > 0 && p.Voice != "" {
			shares[p.Voice] += n
		}
	}
	return shares
}

// Unnamed are the personas that speak for a sensitive stakeholder group of the statement's
// group. What leaves the forum as a file doesn't name them.
func (s *Service) Unnamed(ctx context.Context, actor app.Actor, of app.ID) (map[app.ID]bool, error) {
	found, _, err := s.Find(ctx, actor, of)
	if err != nil {
		return nil, err
	}
	voices, speaksFor, err := s.store.Voices(ctx, found.Group)
	if err != nil {
		return nil, err
	}
	unnamed := map[app.ID]bool{}
	for persona, voice := range speaksFor {
		if slices.ContainsFunc(voices, func(v Voice) bool { return v.ID == voice && v.Sensitive }) {
			unnamed[persona] = true
		}
	}
	return unnamed, nil
}

// Authorship says which stakeholder group wrote which words. It never names a person.
func (s *Service) Authorship(ctx context.Context, actor app.Actor, of app.ID) (Authorship, error) {
	found, m, err := s.Find(ctx, actor, of)
	if err != nil {
		return Authorship{}, err
	}
	legend, err := s.legend(ctx, found.Group)
	if err != nil {
		return Authorship{}, err
	}
	text, authors, err := s.draft.Authors(ctx, of)
	if err != nil {
		return Authorship{}, err
	}
	view := Authorship{Statement: found, Membership: m, Legend: legend}
	numbers := text.Doc.Numbers()
	for i, b := range text.Doc.Blocks {
		view.Clauses = append(view.Clauses, AuthoredClause{Block: b, Number: numbers[b.CID], Parts: legend.parts(authors[i])})
	}
	return view, nil
}

// Speakers says which voice somebody speaks for, as it may be told where their name stands,
// too: by which members may choose what they read. Fewer than two voices tell nothing apart.
func (s *Service) Speakers(ctx context.Context, actor app.Actor, of app.ID) (Legend, error) {
	found, _, err := s.Find(ctx, actor, of)
	if err != nil {
		return Legend{}, err
	}
	voices, speaksFor, err := s.store.Voices(ctx, found.Group)
	return newSpeakers(voices, speaksFor), err
}

func (s *Service) legend(ctx context.Context, group app.ID) (Legend, error) {
	voices, speaksFor, err := s.store.Voices(ctx, group)
	return newLegend(voices, speaksFor), err
}

// parts joins what neighbouring people of one voice wrote. A line break belongs to
// whoever wrote before it.
func (l Legend) parts(authored []app.LiveAuthored) []AuthoredPart {
	var parts []AuthoredPart
	for _, a := range authored {
		last := len(parts) - 1
		voice := l.Of(a.Author)
		if last >= 0 && (parts[last].Voice == voice || strings.TrimSpace(a.Text) == "") {
			parts[last].Text += a.Text
			continue
		}
		parts = append(parts, AuthoredPart{Text: a.Text, Voice: voice})
	}
	return parts
}

// ClauseChange is an update that touched a clause, and perhaps others with it. Added
// and Removed count UTF-16 units of the whole update.
type ClauseChange struct {
	Persona        app.ID
	At             time.Time
	Added, Removed int
	Clauses        int
}

// Sitting is what one voice changed in a clause without a pause of half an hour, and
// with nobody else's change between.
type Sitting struct {
	Voice          app.ID
	From, To       time.Time
	Added, Removed int
	// Elsewhere is set if other clauses changed in the same updates: the counts are
	// then of all of them together.
	Elsewhere bool
}

// pause ends a sitting.
const pause = 30 * time.Minute

// mostChanges is how many updates of a clause are read for its history.
const mostChanges = 5000

// ClauseHistory is who changed a clause, voice by voice, newest first. It comes from
// the log and nobody can edit it.
type ClauseHistory struct {
	ClauseView
	Legend   Legend
	Sittings []Sitting
	// Descents say what it was split off from, and what was merged into it.
	Descents []Descent
	// IsCut says that older changes exist which are not listed.
	IsCut bool
}

// ClauseHistory reads the history of a clause that is in the text.
func (s *Service) ClauseHistory(ctx context.Context, actor app.Actor, of app.ID, cid string) (ClauseHistory, error) {
	view, err := s.Clause(ctx, actor, of, cid)
	if err != nil {
		return ClauseHistory{}, err
	}
	h := ClauseHistory{ClauseView: view}
	if h.Legend, err = s.legend(ctx, view.Statement.Group); err != nil {
		return h, err
	}
	descents, err := s.store.Descents(ctx, of)
	if err != nil {
		return h, err
	}
	for _, d := range descents {
		if d.Kind == SplitFrom && d.CID == cid || d.Kind == MergedInto && d.Other == cid {
			h.Descents = append(h.Descents, d)
		}
	}
	changes, err := s.store.ClauseChanges(ctx, of, cid, mostChanges)
	h.Sittings, h.IsCut = h.Legend.sittings(changes), len(changes) == mostChanges
	return h, err
}

// sittings gathers changes, which come newest first.
func (l Legend) sittings(changes []ClauseChange) []Sitting {
	var list []Sitting
	for _, c := range changes {
		voice, last := l.Of(c.Persona), len(list)-1
		if last < 0 || list[last].Voice != voice || list[last].From.Sub(c.At) > pause {
			list = append(list, Sitting{Voice: voice, To: c.At})
			last++
		}
		at := &list[last]
		at.From = c.At
		at.Added, at.Removed = at.Added+c.Added, at.Removed+c.Removed
		at.Elsewhere = at.Elsewhere || c.Clauses > 1
	}
	return list
}
