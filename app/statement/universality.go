package statement

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"madang/app"
	"madang/app/prose"
)

// Instrument is a universal instrument that a clause can rest on, with the number of
// its articles that say what everybody has a right to.
type Instrument struct {
	Key      string
	Articles int
}

// Instruments are the Universal Declaration of Human Rights (1948) and the two
// Covenants (1966), of which the articles on procedure are left out.
var Instruments = []Instrument{{"udhr", 30}, {"iccpr", 27}, {"icescr", 15}}

// Reference says that a clause rests on an article of an instrument.
type Reference struct {
	CID        string
	Instrument string
	Article    int
	By         app.ID
	At         time.Time
}

func (r Reference) check() error {
	for _, i := range Instruments {
		if i.Key == r.Instrument && r.Article >= 1 && r.Article <= i.Articles {
			return nil
		}
	}
	return app.Invalid("reference.unknown").On("article")
}

// FramingKind says in which way a word may not be everybody's.
type FramingKind string

// The kinds of framing.
const (
	FramingParty          FramingKind = "party"
	FramingAdministration FramingKind = "administration"
	FramingSlogan         FramingKind = "slogan"
)

// FramingKinds are all of them, in the order pages offer them.
var FramingKinds = []FramingKind{FramingParty, FramingAdministration, FramingSlogan}

// FramingTerm is a word of which a group wants to be reminded.
type FramingTerm struct {
	Kind FramingKind
	Term string
}

// Limits of a group's list, and of an answer.
const (
	MaxTerms      = 500
	MaxTerm       = 60  // characters
	MaxFlagReason = 500 // characters
)

// FlagAnswer is what somebody answered where a word stands. Nothing is forbidden: the
// answers are kept and shown.
type FlagAnswer struct {
	ID        app.ID
	CID, Term string
	// Reason says why the word is there.
	Reason string
	// Symmetric says that the sentence would be accepted about any country.
	Symmetric bool
	// Words is the clause as it read then.
	Words string
	By    app.ID
	Name  string // of By
	At    time.Time
}

// Flag is a word of the list that stands in a clause.
type Flag struct {
	FramingTerm
	// Answers are those given, newest first.
	Answers []FlagAnswer
	// HasChanged says that the clause reads otherwise than when it was answered last.
	HasChanged bool
}

// IsOpen reports whether nobody has answered.
func (f Flag) IsOpen() bool { return len(f.Answers) == 0 }

// UniversalClause is a clause with what it rests on and what is asked about it.
type UniversalClause struct {
	Block      prose.Block
	Number     string
	References []Reference
	Flags      []Flag
}

// NeedsReference reports whether the clause has to rest on a universal instrument
// before the text leaves drafting, and doesn't yet: operative ones that say something.
// The others ask nothing of anybody: a preamble gives reasons, a definition says what
// words mean and a note how to read them. Their words are looked at for flags all the same.
func (c UniversalClause) NeedsReference() bool {
	return c.Block.Node == prose.Clause && c.Block.Kind == prose.Operative && strings.TrimSpace(c.Block.PlainText()) != "" && len(c.References) == 0
}

// Open counts the flags that nobody answered.
func (c UniversalClause) Open() int {
	n := 0
	for _, f := range c.Flags {
		if f.IsOpen() {
			n++
		}
	}
	return n
}

// Universality is how far a text is everybody's.
type Universality struct {
	Statement  Statement
	Membership app.Membership
	Clauses    []UniversalClause
}

// Missing counts the clauses that rest on nothing yet.
func (u Universality) Missing() int {
	n := 0
	for _, c := range u.Clauses {
		if c.NeedsReference() {
			n++
		}
	}
	return n
}

// Open counts the flags that nobody answered.
func (u Universality) Open() int {
	n := 0
	for _, c := range u.Clauses {
		n += c.Open()
	}
	return n
}

// IsReady reports whether the text may leave drafting as far as this goes.
func (u Universality) IsReady() bool { return u.Missing() == 0 && u.Open() == 0 }

// Find returns one clause.
func (u Universality) Find(cid string) (UniversalClause, bool) {
	i := slices.IndexFunc(u.Clauses, func(c UniversalClause) bool { return c.Block.CID == cid && cid != "" })
	if i < 0 {
		return UniversalClause{}, false
	}
	return u.Clauses[i], true
}

// Universality looks at the committed text.
func (s *Service) Universality(ctx context.Context, actor app.Actor, of app.ID) (Universality, error) {
	u, _, err := s.universality(ctx, actor, of)
	return u, err
}

// universality returns the text it looked at as well.
func (s *Service) universality(ctx context.Context, actor app.Actor, of app.ID) (Universality, Text, error) {
	view, err := s.View(ctx, actor, of)
	if err != nil {
		return Universality{}, Text{}, err
	}
	references, err := s.store.References(ctx, of)
	if err != nil {
		return Universality{}, Text{}, err
	}
	terms, err := s.store.FramingTerms(ctx, view.Statement.Group)
	if err != nil {
		return Universality{}, Text{}, err
	}
	answers, err := s.store.FlagAnswers(ctx, of)
	if err != nil {
		return Universality{}, Text{}, err
	}
	u := Universality{Statement: view.Statement, Membership: view.Membership}
	numbers := view.Text.Doc.Numbers()
	for _, b := range view.Text.Doc.Blocks {
		c := UniversalClause{Block: b, Number: numbers[b.CID], Flags: flagsIn(b, terms, answers)}
		for _, r := range references {
			if r.CID == b.CID {
				c.References = append(c.References, r)
			}
		}
		u.Clauses = append(u.Clauses, c)
	}
	return u, view.Text, nil
}

func flagsIn(b prose.Block, terms []FramingTerm, answers []FlagAnswer) []Flag {
	words := b.PlainText()
	var flags []Flag
	for _, t := range terms {
		if !hasTerm(words, t.Term) {
			continue
		}
		f := Flag{FramingTerm: t}
		for _, a := range answers {
			if a.CID == b.CID && a.Term == t.Term {
				f.Answers = append(f.Answers, a)
			}
		}
		f.HasChanged = len(f.Answers) > 0 && f.Answers[0].Words != words
		flags = append(flags, f)
	}
	return flags
}

// hasTerm reports whether some word of a text begins with the term, whatever the case:
// so endings and particles don't hide it, and longer words that merely contain it don't
// show it.
func hasTerm(text, term string) bool {
	text, term = strings.ToLower(text), strings.ToLower(term)
	for from := 0; ; {
		at := strings.Index(text[from:], term)
		if at < 0 {
			return false
		}
		before, _ := utf8.DecodeLastRuneInString(text[:from+at])
		if !unicode.IsLetter(before) || !unicode.IsLetter(firstRune(term)) {
			return true
		}
		_, size := utf8.DecodeRuneInString(text[from+at:])
		from += at + size
	}
}

func firstRune(text string) rune {
	r, _ := utf8.DecodeRuneInString(text)
	return r
}

// AddReference says that a clause rests on an article; saying it twice is saying it
// once.
func (s *Service) AddReference(ctx context.Context, actor app.Actor, of app.ID, r Reference) error {
	m, _, err := s.draftedClause(ctx, actor, of, r.CID)
	if err != nil {
		return err
	}
	if err := r.check(); err != nil {
		return err
	}
	r.By, r.At = m.Persona, s.clock()
	return s.store.AddReference(ctx, m.Standing(), of, r)
}

// RemoveReference takes it back. It may be gone already, and so may the clause.
func (s *Service) RemoveReference(ctx context.Context, actor app.Actor, of app.ID, r Reference) error {
	_, m, err := s.findFor(ctx, actor, of, app.Draft)
	if err != nil {
		return err
	}
	return s.store.RemoveReference(ctx, m.Standing(), of, r)
}

// AnswerFlag answers for a word in a clause. Sent again under the same id it is kept
// once. A word that doesn't stand there any more is Gone "flag.gone".
func (s *Service) AnswerFlag(ctx context.Context, actor app.Actor, of app.ID, a FlagAnswer) error {
	if _, err := app.ParseID(string(a.ID)); err != nil {
		return app.Invalid("api.id").On("id")
	}
	m, block, err := s.draftedClause(ctx, actor, of, a.CID)
	if err != nil {
		return err
	}
	if a.Reason, err = checkReason(a.Reason, MaxFlagReason); err != nil {
		return err
	}
	terms, err := s.store.FramingTerms(ctx, m.Group)
	if err != nil {
		return err
	}
	isListed := slices.ContainsFunc(terms, func(t FramingTerm) bool { return t.Term == a.Term })
	if !isListed || !hasTerm(block.PlainText(), a.Term) {
		return app.Gone("flag.gone")
	}
	a.Words, a.By, a.At = block.PlainText(), m.Persona, s.clock()
	return s.store.AddFlagAnswer(ctx, m.Standing(), of, a)
}

// draftedClause finds a clause for somebody who may edit it.
func (s *Service) draftedClause(ctx context.Context, actor app.Actor, of app.ID, cid string) (app.Membership, prose.Block, error) {
	view, err := s.Clause(ctx, actor, of, cid)
	if err != nil {
		return app.Membership{}, prose.Block{}, err
	}
	return view.Membership, view.Block, view.Membership.Must(app.Draft)
}

// FramingTerms lists the words of a group.
func (s *Service) FramingTerms(ctx context.Context, actor app.Actor, group app.ID) ([]FramingTerm, app.Membership, error) {
	m, err := actor.MemberWho(app.Read, group)
	if err != nil {
		return nil, m, err
	}
	terms, err := s.store.FramingTerms(ctx, group)
	return terms, m, err
}

// SetFramingTerms replaces the words of a group. Of words that are there twice the first
// is kept; spaces around them don't count.
func (s *Service) SetFramingTerms(ctx context.Context, actor app.Actor, group app.ID, terms []FramingTerm) error {
	m, err := actor.MemberWho(app.Publish, group)
	if err != nil {
		return err
	}
	terms, err = tidyTerms(terms)
	if err != nil {
		return err
	}
	return s.store.SetFramingTerms(ctx, m.Standing(), group, terms)
}

func tidyTerms(terms []FramingTerm) ([]FramingTerm, error) {
	var tidy []FramingTerm
	known := map[string]bool{}
	for _, t := range terms {
		t.Term = strings.Join(strings.Fields(t.Term), " ")
		switch {
		case t.Term == "" || known[strings.ToLower(t.Term)]:
			continue
		case !slices.Contains(FramingKinds, t.Kind):
			return nil, app.Invalid("term.kind").On("kind")
		case !utf8.ValidString(t.Term):
			return nil, app.Invalid("text.utf8").On(string(t.Kind))
		case strings.ContainsFunc(t.Term, unicode.IsControl):
			return nil, app.Invalid("text.hidden").On(string(t.Kind))
		case utf8.RuneCountInString(t.Term) > MaxTerm:
			return nil, app.TooLarge("term.long", "term", t.Term, "max", MaxTerm).On(string(t.Kind))
		}
		known[strings.ToLower(t.Term)] = true
		tidy = append(tidy, t)
	}
	if len(tidy) > MaxTerms {
		return nil, app.TooLarge("term.many", "count", len(tidy), "max", MaxTerms)
	}
	return tidy, nil
}
