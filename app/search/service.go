// Package search finds what people may read, in titles, live texts and their
// translations, notes, comments, amendments, and what was said about threads and
// versions. Its wall: no answer of it (no hit, no number, no further
// page) depends on a text that whoever asks may not read at that moment.
package search

import (
	"context"
	"slices"
	"strconv"
	"time"

	"madang/app"
)

// Kind is what a text is.
type Kind string

// The kinds of texts that can be found.
const (
	Statement Kind = "statement" // the title of a statement
	Clause    Kind = "clause"    // a clause of a live text
	Note      Kind = "note"      // the newest explanation of a clause
	// NoteRendering is the newest translation of a clause's note into a language.
	NoteRendering Kind = "note_rendering"
	Translation   Kind = "translation" // the newest translation of a clause into a language
	Amendment     Kind = "amendment"   // reason and new words of an amendment that was tabled
	Comment       Kind = "comment"
	Rendering     Kind = "rendering"  // the newest translation of a comment into a language
	Settlement    Kind = "settlement" // why a thread was resolved or reopened
	Version       Kind = "version"    // label and changelog of a version
)

// Kinds are all kinds, in the order in which pages offer them.
var Kinds = []Kind{Statement, Clause, Note, NoteRendering, Translation, Amendment, Comment, Rendering, Settlement, Version}

// Said are the kinds that are indexed in the transactions that write them: all but
// clauses, which the index follows.
var Said = []Kind{Statement, Version, Note, NoteRendering, Translation, Amendment, Comment, Rendering, Settlement}

// Wish is what somebody looks for, and where. Group, Statement and Kind narrow the
// search if they aren't empty, Mine to what the person wrote. After is Next of the
// page before; Limit is 1 to MaxPage, and anything else means MaxPage.
type Wish struct {
	Text             string
	Group, Statement app.ID
	Kind             Kind
	Mine             bool
	After            string
	Limit            int
}

// MaxPage is how many hits a page holds at most.
const MaxPage = 20

// Text is a text that is kept in the index. ID names it among those of its kind in its
// statement: a clause and a note by the clause. Place is what its address needs besides
// ID: the thread of a comment, its translation or a settlement, the number of a version or amendment, the
// clause of a translation. A translation of a comment has
// its ID. Lang is the language of the statement or translation. A title
// and a clause have no author; At is when the text was first indexed or, of anything with
// an author, made.
type Text struct {
	No        int64 // newer ones have higher ones
	Kind      Kind
	ID        string
	Place     string
	Statement app.ID
	Title     string // of the statement
	Lang      string
	Group     app.ID
	GroupName string
	Author    string
	At        time.Time
	Body      string
}

// Hit is a text that was found.
type Hit struct {
	Text
	Excerpt []Piece
}

// Page is one page of hits, the newest first; Next is empty on the last one. There is
// no total: it would have to be counted for each reader, and nobody reads all.
type Page struct {
	Hits []Hit
	Next string
}

// Choice narrows what the store looks through. Only texts are chosen that one of the
// readers may read when the store looks; Below is the number that all are below.
type Choice struct {
	Readers          []app.ID // personas
	Whole, Prefixes  []string // as Query.Grams
	Group, Statement app.ID
	Kind             Kind
	Mine             bool
	Below            int64
}

// Behind is a statement whose index lags. Head is where its document stands; IsNew says
// that nothing of it was indexed by this Tokenizer.
type Behind struct {
	Statement app.ID
	Head      app.LiveHead
	IsNew     bool
}

// Claim is a node's turn to index a statement; At is when it was last used.
type Claim struct {
	Statement, ID app.ID
	At            time.Time
}

// Words are what a clause says.
type Words struct{ CID, Text string }

// Store keeps the index. All that is Said is indexed by the stores that write it, in the
// same transaction.
type Store interface {
	// Texts lists up to limit texts of a choice that have all its grams, by falling
	// number.
	Texts(ctx context.Context, c Choice, limit int) ([]Text, error)

	// Behind lists up to limit statements whose index isn't of this Tokenizer or not
	// of where their document stands.
	Behind(ctx context.Context, limit int) ([]Behind, error)
	// Claim makes a claim the only one to index its statement, unless another was made
	// or used since the given time; then it is false.
	Claim(ctx context.Context, c Claim, since time.Time) (bool, error)
	// IndexSaid indexes up to limit texts of one kind, from a cursor that is 0 at first.
	// It returns the cursor to go on from, or 0. A claim that another has overtaken is
	// Conflict "search.claimed", as with what follows.
	IndexSaid(ctx context.Context, c Claim, kind Kind, after int64, limit int) (int64, error)
	// Clauses returns what is indexed of the clauses of a statement.
	Clauses(ctx context.Context, statement app.ID) ([]Words, error)
	// IndexClauses indexes clauses, and takes others out of the index.
	IndexClauses(ctx context.Context, c Claim, put []Words, gone []string) error
	// Indexed ends a claim: everything up to head is indexed.
	Indexed(ctx context.Context, c Claim, head app.LiveHead) error
}

// Draft is the live text. It is answered by realtime.
type Draft interface {
	// Words returns what the clauses of a document say, and where it stands.
	Words(ctx context.Context, doc app.ID) ([]Words, app.LiveHead, error)
}

// Service is what people look for, and the keeping of the index.
type Service struct {
	store Store
	draft Draft
	clock app.Clock
	seen  map[app.ID]lag
}

// New returns the service over a store and the live text.
func New(store Store, draft Draft, clock app.Clock) *Service {
	return &Service{store: store, draft: draft, clock: clock, seen: map[app.ID]lag{}}
}

// Readers are the personas by which an actor reads.
func readers(actor app.Actor) []app.ID {
	var personas []app.ID
	for _, m := range actor.Memberships {
		if m.May(app.Read) {
			personas = append(personas, m.Persona)
		}
	}
	return personas
}

// batch is how many texts are looked at together. Nearly all of them are hits.
const batch = 100

// Find returns a page of texts in which all that is wished for is found and that the
// actor may read. Whoever may read nothing finds nothing, as somebody does who looks
// for what nobody wrote.
func (s *Service) Find(ctx context.Context, actor app.Actor, w Wish) (Page, error) {
	query, err := ParseQuery(w.Text)
	if err != nil {
		return Page{}, err
	}
	choice, err := choose(query, actor, w)
	if err != nil || len(choice.Readers) == 0 {
		return Page{}, err
	}
	return s.collect(ctx, query, choice, limitOf(w))
}

func choose(query Query, actor app.Actor, w Wish) (Choice, error) {
	if w.Kind != "" && !slices.Contains(Kinds, w.Kind) {
		return Choice{}, app.Invalid("search.kind").On("kind")
	}
	c := Choice{Readers: readers(actor), Group: w.Group, Statement: w.Statement, Kind: w.Kind, Mine: w.Mine, Below: 1<<63 - 1}
	c.Whole, c.Prefixes = query.Grams()
	if w.After != "" {
		below, err := strconv.ParseInt(w.After, 36, 64)
		if err != nil || below <= 0 {
			return Choice{}, app.Invalid("search.page").On("after")
		}
		c.Below = below
	}
	return c, nil
}

func limitOf(w Wish) int {
	if w.Limit < 1 || w.Limit > MaxPage {
		return MaxPage
	}
	return w.Limit
}

// collect looks through the choice until the page is full and one more is known.
func (s *Service) collect(ctx context.Context, query Query, choice Choice, limit int) (Page, error) {
	var page Page
	for {
		texts, err := s.store.Texts(ctx, choice, batch)
		if err != nil {
			return Page{}, err
		}
		for _, text := range texts {
			choice.Below = text.No
			if !query.Matches(text.Body) {
				continue
			}
			if len(page.Hits) == limit {
				page.Next = strconv.FormatInt(page.Hits[limit-1].No, 36)
				return page, nil
			}
			page.Hits = append(page.Hits, Hit{text, query.Excerpt(text.Body)})
		}
		if len(texts) < batch {
			return page, nil
		}
	}
}
