package prose

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"
)

// CollisionKind says over what amendments collide.
type CollisionKind string

// What amendments collide over.
const (
	// CollidesWords: the same words of a clause should become different ones.
	CollidesWords CollisionKind = "words"
	// CollidesDeletion: a clause should go, and be changed.
	CollidesDeletion CollisionKind = "deletion"
	// CollidesPlace: a clause should stand in different places, or behind one that
	// should stand behind it.
	CollidesPlace CollisionKind = "place"
	// CollidesGone: the clause, or the one it should stand behind, isn't in the text.
	CollidesGone CollisionKind = "gone"
)

// Collision is a place where proposals can't all be followed, with the wording of
// each.
type Collision struct {
	Kind CollisionKind
	CID  string
	// From and To are what is collided over, in UTF-16 units of the clause's
	// PlainText: all of it but for CollidesWords. Base is what stands there.
	From, To int
	Base     string
	// Wordings are different. There are two or more, but for CollidesGone, and for
	// clauses that would go behind each other in a circle: these always stay.
	Wordings []Wording
}

// Wording is what should become of a place: Text stands there, or the clause IsGone;
// and it goes behind After, if that isn't empty.
type Wording struct {
	// Amendments are the names of those who want it, in order.
	Amendments []string
	Text       string
	IsGone     bool
	After      string
}

func (w Wording) isAs(other Wording) bool {
	return w.Text == other.Text && w.IsGone == other.IsGone && w.After == other.After
}

// Kept is the wording of a collision that leaves the text as it is.
func (c Collision) Kept() Wording {
	if c.Kind == CollidesPlace {
		return Wording{}
	}
	return Wording{Text: c.Base}
}

// MergeAmendments makes one amendment of several to the same text; their bases must be
// that text (Amendment.Rebase). It compares clause by clause and word by word. What is
// put into the same place by several is all put there, in the order of their names; the
// same change proposed by several is made once. Two collide where the one changes words
// that the other changes otherwise, or puts words among them; where they collide the text
// stays as it is and the Collision has every wording. Everything else is made. The outcome
// doesn't depend on the order in which the amendments are given.
//
// It follows what Antragsgrün (https://antragsgruen.de) does when motions and amendments
// are merged, but for collisions: there the first amendment wins.
func MergeAmendments(base Doc, amendments []Amendment) (Amendment, []Collision) {
	return SettleAmendments(base, amendments, Collision.Kept)
}

// SettleAmendments is MergeAmendments with collisions settled: settle says for each what
// becomes of its place. It is asked in the order of the text.
func SettleAmendments(base Doc, amendments []Amendment, settle func(Collision) Wording) (Amendment, []Collision) {
	m := newAmender(base)
	m.settle, m.deadline = settle, time.Now().Add(mergePatience)
	ordered := slices.Clone(amendments)
	slices.SortStableFunc(ordered, func(a, b Amendment) int { return strings.Compare(a.Name, b.Name) })
	for _, a := range ordered {
		for _, p := range a.Proposals {
			m.sort(a.Name, p)
		}
	}
	var merged Amendment
	for _, b := range base.Blocks {
		merged.Proposals = append(merged.Proposals, m.mergeClause(b)...)
	}
	merged.Proposals = append(merged.Proposals, m.mergeMoves()...)
	merged.Proposals = append(merged.Proposals, m.clauses...)
	return merged, m.collisions
}

// mergePatience bounds the comparing of words in one merge. 900 proposals to 300 clauses
// take a tenth of it (BenchmarkMergeAmendments); what wasn't compared by then counts as
// replaced, which may make collisions, but loses nothing.
const mergePatience = 2 * time.Second

// amender merges amendments to one text.
type amender struct {
	base       Doc
	deadline   time.Time // for comparing words
	settle     func(Collision) Wording
	texts      map[string][]side
	deletions  map[string][]string // who wants a clause to go
	moves      map[string][]Wording
	clauses    []Proposal
	known      map[string]bool // of clauses
	collisions []Collision
}

// side is one text that a clause should have, and who wants it.
type side struct{ name, text string }

func newAmender(base Doc) *amender {
	return &amender{
		base: base, deadline: time.Now().Add(patience), settle: Collision.Kept,
		texts: map[string][]side{}, deletions: map[string][]string{}, moves: map[string][]Wording{}, known: map[string]bool{},
	}
}

func (m *amender) sort(name string, p Proposal) {
	switch p.Kind {
	case ProposeText:
		m.texts[p.CID] = append(m.texts[p.CID], side{name, p.Text})
	case ProposeDeletion:
		m.deletions[p.CID] = append(m.deletions[p.CID], name)
	case ProposeMove:
		m.moves[p.CID] = appendWording(m.moves[p.CID], Wording{Amendments: []string{name}, After: p.After})
	case ProposeClause:
		if !m.known[p.CID] {
			m.known[p.CID] = true
			m.clauses = append(m.clauses, p)
		}
	}
}

// appendWording adds a wording, or its names to the one that is the same.
func appendWording(list []Wording, w Wording) []Wording {
	for i := range list {
		if list[i].isAs(w) {
			if !slices.Contains(list[i].Amendments, w.Amendments[0]) {
				list[i].Amendments = append(list[i].Amendments, w.Amendments...)
			}
			return list
		}
	}
	return append(list, w)
}

// collide settles a collision.
func (m *amender) collide(c Collision) Wording {
	m.collisions = append(m.collisions, c)
	return m.settle(c)
}

// mergeClause is what becomes of a clause of the text, but for its place.
func (m *amender) mergeClause(b Block) []Proposal {
	texts, goes, current := m.texts[b.CID], m.deletions[b.CID], b.PlainText()
	p := Proposal{Kind: ProposeText, CID: b.CID, Base: current, Text: current}
	switch {
	case len(goes) > 0 && len(texts)+len(m.moves[b.CID]) > 0:
		w := m.collide(m.overDeletion(b.CID, current))
		if p.Text = w.Text; w.IsGone {
			p.Kind = ProposeDeletion
		}
		if delete(m.moves, b.CID); w.After != "" {
			m.moves[b.CID] = []Wording{w}
		}
	case len(goes) > 0:
		p.Kind, p.Text = ProposeDeletion, ""
	case len(texts) > 0:
		p.Text, _ = m.mergeText(b.CID, current, texts)
	}
	if p.Kind == ProposeText && p.Text == current {
		return nil
	}
	return []Proposal{p}
}

// overDeletion is the collision of those who want a clause to go with those who want
// to change or move it.
func (m *amender) overDeletion(cid, current string) Collision {
	c := Collision{Kind: CollidesDeletion, CID: cid, To: utf16Length(current), Base: current}
	c.Wordings = []Wording{{Amendments: m.deletions[cid], IsGone: true}}
	wanted := map[string]Wording{}
	for _, w := range m.moves[cid] {
		for _, name := range w.Amendments {
			wanted[name] = Wording{Text: current, After: w.After}
		}
	}
	for _, s := range m.texts[cid] {
		wanted[s.name] = Wording{Text: s.text, After: wanted[s.name].After}
	}
	for _, name := range slices.Sorted(maps.Keys(wanted)) {
		w := wanted[name]
		w.Amendments = []string{name}
		c.Wordings = appendWording(c.Wordings, w)
	}
	return c
}

// stroke is what some sides make of the same words.
type stroke struct {
	hunk
	names []string
}

// mergeText merges the texts that a clause should have. It returns the collisions that
// it settled, which are among m.collisions too.
func (m *amender) mergeText(cid, base string, sides []side) (string, []Collision) {
	old := words(base)
	strokes := m.strokes(old, sides)
	before := len(m.collisions)
	var out strings.Builder
	done := 0
	for len(strokes) > 0 {
		from, to, n := regionOf(strokes)
		out.WriteString(strings.Join(old[done:from], ""))
		out.WriteString(m.become(cid, old, from, to, strokes[:n]))
		strokes, done = strokes[n:], to
	}
	out.WriteString(strings.Join(old[done:], ""))
	return out.String(), slices.Clone(m.collisions[before:])
}

// strokes lists what the sides change, in the order of the text; what is put into a
// place comes before what becomes of the words behind it.
func (m *amender) strokes(old []string, sides []side) []stroke {
	var list []stroke
	for _, s := range sides {
		for _, h := range gather(old, compareWithin(time.Until(m.deadline), old, words(s.text))) {
			i := slices.IndexFunc(list, func(known stroke) bool {
				return known.from == h.from && known.to == h.to && slices.Equal(known.words, h.words)
			})
			if i < 0 {
				list = append(list, stroke{h, []string{s.name}})
				continue
			}
			list[i].names = append(list[i].names, s.name)
		}
	}
	slices.SortStableFunc(list, func(a, b stroke) int { return cmp.Or(a.from-b.from, a.to-b.to) })
	return list
}

// regionOf is the first stretch of words that isn't apart from the next one, and how
// many strokes change it. What is put into one place doesn't meet.
func regionOf(strokes []stroke) (from, to, n int) {
	from, to = strokes[0].from, strokes[0].to
	for n = 1; n < len(strokes) && strokes[n].from < to; n++ {
		to = max(to, strokes[n].to)
	}
	return from, to, n
}

// become is what the words of a region become.
func (m *amender) become(cid string, old []string, from, to int, strokes []stroke) string {
	if len(strokes) == 1 {
		return strings.Join(strokes[0].words, "")
	}
	c := Collision{Kind: CollidesWords, CID: cid, Base: strings.Join(old[from:to], "")}
	c.From = utf16Length(strings.Join(old[:from], ""))
	c.To = c.From + utf16Length(c.Base)
	for _, name := range namesOf(strokes) {
		c.Wordings = appendWording(c.Wordings, Wording{Amendments: []string{name}, Text: textBy(name, old, from, to, strokes)})
	}
	if len(c.Wordings) == 1 {
		return c.Wordings[0].Text
	}
	return m.collide(c).Text
}

func namesOf(strokes []stroke) []string {
	var names []string
	for _, s := range strokes {
		names = append(names, s.names...)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// textBy is a region as one side has it.
func textBy(name string, old []string, from, to int, strokes []stroke) string {
	var hunks []hunk
	for _, s := range strokes {
		if slices.Contains(s.names, name) {
			hunks = append(hunks, s.hunk)
		}
	}
	return region{from: from, to: to}.apply(old, hunks)
}

// mergeMoves says where clauses go that should go elsewhere.
func (m *amender) mergeMoves() []Proposal {
	var moves []Proposal
	for _, b := range m.base.Blocks {
		wanted := m.moves[b.CID]
		if len(wanted) == 0 {
			continue
		}
		w := wanted[0]
		if len(wanted) > 1 {
			w = m.collide(Collision{Kind: CollidesPlace, CID: b.CID, To: utf16Length(b.PlainText()), Base: b.PlainText(), Wordings: wanted})
		}
		if w.After != "" {
			moves = append(moves, Proposal{Kind: ProposeMove, CID: b.CID, Base: b.PlainText(), After: w.After})
		}
	}
	return m.withoutCircles(moves)
}

// withoutCircles leaves out moves that go behind each other in a circle, which is a
// collision of those who want them.
func (m *amender) withoutCircles(moves []Proposal) []Proposal {
	after := map[string]string{}
	for _, p := range moves {
		after[p.CID] = p.After
	}
	return slices.DeleteFunc(moves, func(p Proposal) bool {
		next, isMoved := after[p.CID]
		for range moves {
			if !isMoved || next == p.CID {
				break
			}
			next, isMoved = after[next]
		}
		if next != p.CID {
			return false
		}
		m.collisions = append(m.collisions, Collision{
			Kind: CollidesPlace, CID: p.CID, To: utf16Length(p.Base), Base: p.Base, Wordings: m.moves[p.CID],
		})
		return true
	})
}
