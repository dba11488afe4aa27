package prose

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf16"
)

// contextUnits is how much of the text an anchor remembers on each side of its words,
// in UTF-16 units. It is what the Web Annotation clients around Hypothesis keep.
const contextUnits = 32

// MaxQuote is how many UTF-16 units something said can be about; a longer passage is
// a clause, and whoever means that hangs on the clause.
const MaxQuote = 2000

// Passage is a stretch of one clause: the UTF-16 units [Start, End) of its PlainText,
// as browsers and Yjs count.
type Passage struct {
	CID        string
	Start, End int
}

// IsEmpty reports whether there is nothing in the passage.
func (p Passage) IsEmpty() bool { return p.CID == "" || p.Start >= p.End }

// Anchor remembers the words something was said about, well enough to find them again
// after others wrote: where they stood, what they were and what stood beside them (the
// selectors of the W3C Web Annotation Data Model, 2017).
type Anchor struct {
	Passage
	Quote string
	// Prefix and Suffix are what stood before and behind, up to 32 units each.
	Prefix, Suffix string
	// IsAlone says that no other clause had words that could be taken for them. Only
	// then are they looked for beyond their own: texts of norms repeat themselves, and
	// what was said about one clause must not turn up beside the next one.
	IsAlone bool
	// From and To are the shared document's own names for the first and the last
	// character, opaque here; empty if they aren't known.
	From, To []byte
}

// NewAnchor anchors a passage of a text. It reports false if the text has no such
// passage, if that is empty or blank, or longer than MaxQuote.
func NewAnchor(d Doc, p Passage) (Anchor, bool) {
	block, _, found := d.Find(p.CID)
	units := utf16.Encode([]rune(block.PlainText()))
	if !found || p.Start < 0 || p.Start >= p.End || p.End > len(units) || p.End-p.Start > MaxQuote {
		return Anchor{}, false
	}
	p = whole(units, p)
	a := Anchor{Passage: p, Quote: textIn(units, p.Start, p.End)}
	before, after := contextOf(units, p)
	a.Prefix, a.Suffix = string(utf16.Decode(before)), string(utf16.Decode(after))
	if strings.TrimSpace(a.Quote) == "" {
		return Anchor{}, false
	}
	s := NewFinder(d).search(a)
	_, elsewhere := s.find(s.others())
	a.IsAlone = !elsewhere
	return a, true
}

// whole widens a passage that would cut a character of two units in half.
func whole(units []uint16, p Passage) Passage {
	if p.Start > 0 && p.Start < len(units) && isTrail(units[p.Start]) {
		p.Start--
	}
	if p.End > 0 && p.End < len(units) && isTrail(units[p.End]) {
		p.End++
	}
	return p
}

// isTrail reports whether a unit is the second of a character of two.
func isTrail(unit uint16) bool { return unit >= 0xDC00 && unit < 0xE000 }

// contextOf is what stands on both sides of a passage, in whole characters.
func contextOf(units []uint16, p Passage) (before, after []uint16) {
	from, to := max(p.Start-contextUnits, 0), min(p.End+contextUnits, len(units))
	if from < p.Start && isTrail(units[from]) {
		from++
	}
	if to > p.End && to < len(units) && isTrail(units[to]) {
		to--
	}
	return units[from:p.Start], units[p.End:to]
}

func textIn(units []uint16, from, to int) string { return string(utf16.Decode(units[from:to])) }

// AnchorState says what became of the words something was said about.
type AnchorState string

// What may become of them.
const (
	// AnchorExact: they stand in their clause as they were.
	AnchorExact AnchorState = "exact"
	// AnchorMoved: they stand as they were, in another clause.
	AnchorMoved AnchorState = "moved"
	// AnchorChanged: they were reworded, and are known again.
	AnchorChanged AnchorState = "changed"
	// AnchorOrphaned: they are gone, or can't be told from others.
	AnchorOrphaned AnchorState = "orphaned"
)

// Resolution is where the words of an anchor are in a text. Of an orphan only the CID
// is set, if its clause is still there.
type Resolution struct {
	State AnchorState
	Passage
	// Now are the words that stand there; empty for an orphan.
	Now string
	// Score says how like the anchor the place is, from 0 to 1.
	Score float64
}

// Live is what the shared document knows of an anchor: the passage between what is
// left of its ends, and whether both end characters themselves still stand.
type Live struct {
	Passage
	Stands bool
}

// Score weights and threshold are those of Hypothesis (match-quote.ts in
// hypothesis/client): of 92 points the words give 50, what is before and behind 20
// each, and the place 2. From 0.80 on a place counts as found.
const (
	quotePoints, contextPoints, placePoints = 50, 20, 2
	allPoints                               = quotePoints + 2*contextPoints + placePoints
	holdingScore                            = 0.80
	maxErrors                               = 256
	// errorShare of the words may differ, if all that is beside them and their place are as
	// they were: with more a place can't come to holdingScore.
	errorShare = 1 - (holdingScore*allPoints-2*contextPoints-placePoints)/quotePoints
)

// Finder finds anchors again in one text. It is made once for a text and isn't safe
// for concurrent use.
type Finder struct {
	order   []string
	clauses map[string][]uint16
}

// NewFinder reads a text.
func NewFinder(d Doc) *Finder {
	f := &Finder{clauses: make(map[string][]uint16, len(d.Blocks))}
	for _, b := range d.Blocks {
		if _, doubled := f.clauses[b.CID]; !doubled {
			f.order = append(f.order, b.CID)
			f.clauses[b.CID] = utf16.Encode([]rune(b.PlainText()))
		}
	}
	return f
}

// Resolve finds the words of an anchor. Where the shared document knows both end
// characters they decide, unless the words as they were touch that place. Otherwise
// the words are looked for in their clause, in the relatives given (those it was split
// into or merged with), and in the whole text: first as they were, then with at most
// half of their units, and 256, changed. The text beyond clause and relatives is
// searched only if they were alone in it.
func (f *Finder) Resolve(a Anchor, live Live, relatives ...string) Resolution {
	s := f.search(a)
	if found, ok := s.byPosition(live); ok {
		return found
	}
	if found, ok := s.find(append([]string{a.CID}, relatives...)); ok {
		return s.resolution(found)
	}
	if found, ok := s.asItStands(live); ok {
		return s.resolution(found)
	}
	if a.IsAlone {
		if found, ok := s.find(s.others()); ok {
			return s.resolution(found)
		}
	}
	return f.orphan(a)
}

func (f *Finder) orphan(a Anchor) Resolution {
	r := Resolution{State: AnchorOrphaned}
	if _, isThere := f.clauses[a.CID]; isThere {
		r.CID = a.CID
	}
	return r
}

// search is the search for one anchor.
type search struct {
	*Finder
	anchor        Anchor
	quote         []uint16
	before, after []uint16
}

func (f *Finder) search(a Anchor) *search {
	return &search{
		Finder: f, anchor: a, quote: utf16.Encode([]rune(a.Quote)),
		before: utf16.Encode([]rune(a.Prefix)), after: utf16.Encode([]rune(a.Suffix)),
	}
}

// find looks for the words in some clauses: as they were, then changed.
func (s *search) find(clauses []string) (place, bool) {
	if found, ok := s.exact(clauses); ok {
		return found, true
	}
	return s.alike(clauses)
}

// others are all clauses but the anchor's own.
func (s *search) others() []string {
	return slices.DeleteFunc(slices.Clone(s.order), func(cid string) bool { return cid == s.anchor.CID })
}

// place is a passage and how like the anchor it is.
type place struct {
	Passage
	errors int // in the words
	score  float64
}

func (s *search) resolution(p place) Resolution {
	r := Resolution{State: AnchorChanged, Passage: p.Passage, Score: p.score}
	r.Now = textIn(s.clauses[p.CID], p.Start, p.End)
	switch {
	case r.Now != s.anchor.Quote:
	case p.CID == s.anchor.CID:
		r.State = AnchorExact
	default:
		r.State = AnchorMoved
	}
	return r
}

// byPosition takes the shared document's word for it.
func (s *search) byPosition(live Live) (Resolution, bool) {
	if !live.Stands || !s.has(live.Passage) {
		return Resolution{}, false
	}
	p := whole(s.clauses[live.CID], live.Passage)
	if touching, ok := s.touching(p); ok {
		p = touching
	}
	return s.resolution(s.judge(p)), true
}

// has reports whether the text has something there.
func (s *search) has(p Passage) bool {
	return !p.IsEmpty() && p.Start >= 0 && p.End <= len(s.clauses[p.CID])
}

// touching is the one place near a passage where the words stand as they were.
func (s *search) touching(p Passage) (Passage, bool) {
	units := s.clauses[p.CID]
	from, to := max(p.Start-len(s.quote), 0), min(p.End+len(s.quote), len(units))
	at := occurrences(units[from:to], s.quote)
	if len(at) != 1 {
		return Passage{}, false
	}
	start := from + at[0]
	return Passage{CID: p.CID, Start: start, End: start + len(s.quote)}, true
}

// asItStands takes what is left between the anchor's ends, though an end itself was
// reworded, if at most half of the words changed.
func (s *search) asItStands(live Live) (place, bool) {
	if !s.has(live.Passage) {
		return place{}, false
	}
	p := s.judge(whole(s.clauses[live.CID], live.Passage))
	return p, p.errors <= tolerated(len(s.quote))
}

// tolerated is how many units may differ.
func tolerated(length int) int { return min(maxErrors, length/2) }

// exact looks for the words as they were.
func (s *search) exact(clauses []string) (place, bool) {
	var found []place
	for _, cid := range clauses {
		for _, at := range occurrences(s.clauses[cid], s.quote) {
			found = append(found, s.judge(Passage{CID: cid, Start: at, End: at + len(s.quote)}))
		}
	}
	best, ok := bestOf(found)
	return best, ok && (best.score >= holdingScore || len(found) == 1 && s.isTelling(best.Passage))
}

// isTelling reports whether words that stand once are known by more than chance: by
// their length, or by what stands on one of their sides.
func (s *search) isTelling(p Passage) bool {
	before, after := s.context(p)
	hasContext := len(s.before)+len(s.after) > 0
	return len(s.quote) >= contextUnits || hasContext && max(before, after) >= holdingScore
}

// alike looks for words that are like those that were.
func (s *search) alike(clauses []string) (place, bool) {
	pattern := newPattern(s.quote)
	limit := min(tolerated(len(s.quote)), int(errorShare*float64(len(s.quote))))
	var found []place
	for _, cid := range clauses {
		for _, m := range pattern.matches(s.clauses[cid], limit) {
			found = append(found, s.judge(whole(s.clauses[cid], Passage{CID: cid, Start: m.start, End: m.end})))
		}
	}
	best, ok := bestOf(found)
	return best, ok && best.score >= holdingScore
}

func bestOf(places []place) (place, bool) {
	if len(places) == 0 {
		return place{}, false
	}
	return slices.MaxFunc(places, func(a, b place) int {
		switch {
		case a.score < b.score:
			return -1
		case a.score > b.score:
			return 1
		}
		return 0
	}), true
}

// judge gives a passage its points.
func (s *search) judge(p Passage) place {
	units := s.clauses[p.CID]
	errors := distance(s.quote, units[p.Start:p.End])
	before, after := s.context(p)
	points := quotePoints*(1-float64(min(errors, len(s.quote)))/float64(max(len(s.quote), 1))) +
		contextPoints*(before+after)
	if p.CID == s.anchor.CID {
		away := min(abs(p.Start-s.anchor.Start), len(units))
		points += placePoints * (1 - float64(away)/float64(max(len(units), 1)))
	}
	return place{Passage: p, errors: errors, score: points / allPoints}
}

// context says how like it is on both sides, from 0 to 1 each. A side on which nothing
// stood proves nothing, and counts as the other one does; Hypothesis counts it as
// alike, by which two letters at the end of a clause would be found nearly anywhere.
func (s *search) context(p Passage) (before, after float64) {
	left, right := contextOf(s.clauses[p.CID], p)
	before, after = likeness(s.before, left), likeness(s.after, right)
	switch {
	case len(s.before) == 0:
		return after, after
	case len(s.after) == 0:
		return before, before
	}
	return before, after
}

// likeness compares what stood somewhere with what stands there now. Where nothing
// stood there is nothing to miss.
func likeness(then, now []uint16) float64 {
	if len(then) == 0 || slices.Equal(then, now) {
		return 1
	}
	return 1 - float64(min(distance(then, now), len(then)))/float64(len(then))
}

func abs(n int) int { return max(n, -n) }

// occurrences is where the words stand in a text, at most 64 times.
func occurrences(text, words []uint16) []int {
	var at []int
	if len(words) == 0 {
		return nil
	}
	for i := 0; i+len(words) <= len(text) && len(at) < 64; i++ {
		if text[i] == words[0] && slices.Equal(text[i:i+len(words)], words) {
			at = append(at, i)
		}
	}
	return at
}

// Occurrences is where a quote stands in a clause, or, with no clause, in the whole
// text: at most 64 places a clause. A run of spaces and line breaks is as good as any
// other, and those around the quote don't count.
func (f *Finder) Occurrences(cid, quote string) []Passage {
	clauses := f.order
	if cid != "" {
		clauses = []string{cid}
	}
	words, _ := evenSpaces(utf16.Encode([]rune(strings.TrimSpace(quote))))
	var found []Passage
	for _, cid := range clauses {
		text, origin := evenSpaces(f.clauses[cid])
		for _, at := range occurrences(text, words) {
			found = append(found, Passage{CID: cid, Start: origin[at], End: origin[at+len(words)-1] + 1})
		}
	}
	return found
}

// evenSpaces makes one space of every run of spaces and line breaks, and says where
// each unit came from.
func evenSpaces(units []uint16) (even []uint16, origin []int) {
	for i, unit := range units {
		isSpace := unicode.IsSpace(rune(unit))
		if isSpace && len(even) > 0 && even[len(even)-1] == ' ' {
			continue
		}
		if isSpace {
			unit = ' '
		}
		even, origin = append(even, unit), append(origin, i)
	}
	return even, origin
}
