package consultation

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"madang/app"
)

// Comparer finds texts that many sent. It is answered by campaign.
type Comparer interface {
	// Index returns an empty index.
	Index() Index
	// Passages returns what a member of a campaign says otherwise than its template.
	Passages(template, member string) []Passage
}

// Index sorts texts into campaigns as they come.
type Index interface {
	// Add takes in one more text, Leave takes one out of the counts.
	Add(id app.ID, words string)
	Leave(id app.ID)
	// Campaigns returns the ids of the texts that belong together, the largest first, and
	// in each the text that is most like all of them first.
	Campaigns() [][]app.ID
}

// Passage is what somebody says in words of their own: Own in place of Instead, either of
// which may be empty.
type Passage struct{ Own, Instead string }

// Mark is what tells whether a submission has to be sorted again.
type Mark struct {
	No, Revision int
	Status       Status
	// IsContested says that somebody says that they didn't send it.
	IsContested bool
}

const (
	// sortedAtOnce bounds how many texts one visit sorts; the next goes on. At a third to
	// three quarters of a millisecond a text, nobody waits for longer than a second.
	sortedAtOnce = 500
	// sortedDockets bounds how many dockets are kept sorted in memory at a time. A text
	// takes about ten times its length.
	sortedDockets = 8

	// leastMembers is how many submissions a campaign has at least, among those that the
	// reader is shown.
	leastMembers = 5
)

// Campaigns are a docket's submissions that many sent in nearly the same words. They are
// neither refused nor merged: each is a submission with a receipt. How many there are is
// told beside how many wordings that makes, and neither number is a vote.
type Campaigns struct {
	DocketView
	// Sorted are the submissions that are told of so far, and Waiting those that aren't
	// sorted yet. Wordings is how many texts the sorted ones are if each campaign is one.
	Sorted, Waiting, Wordings int
	List                      []Campaign
}

// Campaign is a text that many sent.
type Campaign struct {
	// Text is the submission that has most of what all say, and stands for them.
	Text Submission
	// Members are all, that one among them, by their numbers.
	Members []Member
}

// Own are the members that say something in words of their own.
func (c Campaign) Own() []Member {
	return slices.DeleteFunc(slices.Clone(c.Members), func(m Member) bool { return len(m.Passages) == 0 })
}

// Member is one submission of a campaign.
type Member struct {
	No int
	// Name stands where its author lets it be published.
	Name, Lang string
	Status     Status
	// Passages are what it says in words of its own.
	Passages []Passage
}

// sorted is a docket's submissions in campaigns, as far as they are sorted.
type sorted struct {
	sync.Mutex
	index Index
	texts map[int]*sortedText
	// visited is when somebody last asked; the mutex of all guards it.
	visited time.Time
}

// sortedText is a submission as it was sorted. It is out if its author took it back, or
// somebody says that they didn't send it.
type sortedText struct {
	revision          int
	words, name, lang string
	isOut             bool
	// own is what it says otherwise than the text with the id.
	against app.ID
	own     []Passage
}

func (t *sortedText) id(no int) app.ID {
	return app.ID(strconv.Itoa(no) + "." + strconv.Itoa(t.revision))
}

// sortedOf returns a docket's; of too many the one goes that nobody asked for longest.
func (s *Service) sortedOf(docket app.ID) *sorted {
	s.sorting.Lock()
	defer s.sorting.Unlock()
	found := s.dockets[docket]
	if found == nil {
		if len(s.dockets) == sortedDockets {
			oldest := slices.MinFunc(slices.Collect(maps.Keys(s.dockets)), func(a, b app.ID) int {
				return s.dockets[a].visited.Compare(s.dockets[b].visited)
			})
			delete(s.dockets, oldest)
		}
		found = &sorted{index: s.comparer.Index(), texts: map[int]*sortedText{}}
		s.dockets[docket] = found
	}
	found.visited = s.clock()
	return found
}

// changed takes out what is no longer as it was sorted, and returns the numbers of what is
// to be sorted.
func (x *sorted) changed(marks []Mark) []int {
	var fresh []int
	for _, m := range marks {
		known := x.texts[m.No]
		isOut := m.Status == TakenBack || m.IsContested
		if known != nil && !known.isOut && (isOut || known.revision != m.Revision) {
			x.index.Leave(known.id(m.No))
			known.isOut, known.words, known.own = true, "", nil
		}
		if !isOut && (known == nil || known.revision != m.Revision) {
			fresh = append(fresh, m.No)
		}
	}
	return fresh
}

// take sorts one submission.
func (x *sorted) take(s Submission) {
	t := &sortedText{revision: s.Revision, words: s.Comment + "\n\n" + s.Proposed, lang: s.Lang}
	if s.Publish == PublishAll {
		t.name = s.Name
	}
	x.texts[s.No] = t
	x.index.Add(t.id(s.No), t.words)
}

// sort sorts what came or changed since the last visit, up to a bound, and returns how many
// are left.
func (s *Service) sort(ctx context.Context, docket app.ID, x *sorted, marks []Mark) (waiting int, err error) {
	fresh := x.changed(marks)
	for done := 0; len(fresh) > 0 && done < sortedAtOnce; {
		page, err := s.store.Submissions(ctx, docket, Filter{After: fresh[0] - 1, Limit: MaxPage})
		if err != nil || len(page) == 0 {
			return len(fresh), err
		}
		for _, one := range page {
			if len(fresh) > 0 && one.No == fresh[0] {
				fresh = fresh[1:]
				if one.Status != TakenBack {
					x.take(one)
					done++
				}
			}
		}
	}
	return len(fresh), nil
}

// Campaigns returns a docket's. The public is told of what is posted, those who look at
// submissions of all. One visit sorts up to 500 new submissions; those that wait are
// counted.
func (s *Service) Campaigns(ctx context.Context, actor app.Actor, docket app.ID) (Campaigns, error) {
	v, err := s.Docket(ctx, actor, docket)
	if err != nil {
		return Campaigns{}, err
	}
	marks, err := s.store.Marks(ctx, docket)
	if err != nil {
		return Campaigns{}, err
	}
	found := Campaigns{DocketView: v}
	x := s.sortedOf(docket)
	x.Lock()
	defer x.Unlock()
	if found.Waiting, err = s.sort(ctx, docket, x, marks); err != nil {
		return found, err
	}
	shown := map[int]Status{}
	for _, m := range marks {
		if t := x.texts[m.No]; t != nil && !t.isOut && (m.Status.IsPublic() || v.MayScreen()) {
			shown[m.No] = m.Status
		}
	}
	found.Sorted, found.Wordings = len(shown), len(shown)
	for _, ids := range x.index.Campaigns() {
		c, err := s.campaign(ctx, docket, x, ids, shown)
		if err != nil {
			return found, err
		}
		if len(c.Members) >= leastMembers {
			found.List = append(found.List, c)
			found.Wordings -= len(c.Members) - 1
		}
	}
	slices.SortStableFunc(found.List, func(a, b Campaign) int { return cmp.Compare(len(b.Members), len(a.Members)) })
	return found, nil
}

// campaign is one with those of its members that the reader is shown.
func (s *Service) campaign(ctx context.Context, docket app.ID, x *sorted, ids []app.ID, shown map[int]Status) (c Campaign, err error) {
	var nos []int
	for _, id := range ids {
		no, _, _ := strings.Cut(string(id), ".")
		n, err := strconv.Atoi(no)
		if err != nil {
			return c, err
		}
		if shown[n] != "" {
			nos = append(nos, n)
		}
	}
	if len(nos) < leastMembers {
		return c, nil
	}
	stands := nos[0] // the index has it first
	if i := slices.IndexFunc(nos, func(no int) bool { return shown[no] == Posted }); i >= 0 {
		stands = nos[i]
	}
	if c.Text, err = s.store.Submission(ctx, docket, stands); err != nil {
		return c, err
	}
	c.Text = c.Text.shown()
	slices.Sort(nos)
	for _, no := range slices.Compact(nos) {
		t := x.texts[no]
		if against := x.texts[stands].id(stands); t.against != against {
			t.against, t.own = against, s.comparer.Passages(x.texts[stands].words, t.words)
		}
		c.Members = append(c.Members, Member{No: no, Name: t.name, Lang: t.lang, Status: shown[no], Passages: t.own})
	}
	return c, nil
}

// Campaign returns the one that a submission belongs to, or NotFound.
func (s *Service) Campaign(ctx context.Context, actor app.Actor, docket app.ID, no int) (Campaigns, Campaign, error) {
	all, err := s.Campaigns(ctx, actor, docket)
	if err != nil {
		return all, Campaign{}, err
	}
	for _, c := range all.List {
		if slices.ContainsFunc(c.Members, func(m Member) bool { return m.No == no }) {
			return all, c, nil
		}
	}
	return all, Campaign{}, app.NotFound()
}
