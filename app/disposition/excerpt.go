package disposition

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"slices"
	"strings"
	"time"

	"madang/app"
)

// Field is where in a submission words stand.
type Field string

// The fields.
const (
	FieldComment  Field = "comment"
	FieldProposed Field = "proposed"
)

// Excerpt is a passage of a submission, as somebody read it, and the clause it is about.
type Excerpt struct {
	ID, Docket app.ID
	// Submission is the number of the submission, Revision that of the wording read.
	Submission, Revision int
	Field                Field
	Span
	// Digest recognises the words.
	Digest []byte
	// CID is the clause; empty is the whole text.
	CID string
	// Issue is what it was grouped under; empty is nothing yet.
	Issue app.ID
	By    app.ID
	At    time.Time

	// Words are what the passage says today; empty if its author took them back, or said
	// it in other words.
	Words string
	// Said is the submission, without its words; zero if it is no longer posted.
	Said Submission
}

// digest recognises a passage by a keyed hash: who reads the database can't try words out.
func (s *Service) digest(words string) []byte {
	h := hmac.New(sha256.New, s.secret)
	h.Write([]byte("excerpt\x00" + words))
	return h.Sum(nil)[:16]
}

// quote fills in the words of excerpts. A passage that was corrected elsewhere in its
// submission may have moved: it is looked for by its length and its digest.
func (s *Service) quote(list []Excerpt, posted []Submission) {
	at := map[int]Submission{}
	for _, p := range posted {
		at[p.No] = p
	}
	for i := range list {
		e := &list[i]
		said, isThere := at[e.Submission]
		if !isThere {
			continue
		}
		e.Words = s.find(*e, said.in(e.Field))
		said.Comment, said.Proposed = "", ""
		e.Said = said
	}
}

func (s *Service) find(e Excerpt, text string) string {
	if words := e.Of(text); words != "" && hmac.Equal(s.digest(words), e.Digest) {
		return words
	}
	runes, length := []rune(text), e.End-e.Start
	for i := 0; length > 0 && i+length <= len(runes); i++ {
		if words := string(runes[i : i+length]); hmac.Equal(s.digest(words), e.Digest) {
			return words
		}
	}
	return ""
}

// NewExcerpt is what a reader marks in a submission, under an id made where it was marked.
type NewExcerpt struct {
	ID         app.ID
	Docket     app.ID
	Submission int
	// Revision is that of the words the reader saw.
	Revision int
	Field    Field
	// Pieces are what was ticked; all from the first to the last is the passage.
	Pieces []Span
	CID    string
	// Issue is what it goes under. If it is empty and Title isn't, an issue is opened.
	Issue app.ID
	Title string
	Kind  Kind
	// IsEverywhere takes the same words of all other submissions, too: so that whoever
	// signed a common letter gets the answer to it.
	IsEverywhere bool
}

// MarkExcerpt keeps a passage of a posted submission. Invalid "excerpt.empty" if nothing
// was ticked, Conflict "excerpt.changed" if the author changed the words meanwhile.
func (s *Service) MarkExcerpt(ctx context.Context, actor app.Actor, wish NewExcerpt) error {
	d, m, err := s.answering(ctx, actor, wish.Docket)
	if err != nil {
		return err
	}
	if _, err := app.ParseID(string(wish.ID)); err != nil {
		return app.Invalid("api.id").On("id")
	}
	said, err := s.said(ctx, d.ID, wish.Submission)
	if err != nil {
		return err
	}
	first, err := wish.passage(said)
	if err != nil {
		return err
	}
	first.Docket, first.By, first.At = d.ID, m.Persona, s.clock()
	words := first.Of(said.in(first.Field))
	first.Digest = s.digest(words)
	list := []Excerpt{first}
	if wish.IsEverywhere {
		if list, err = s.everywhere(ctx, first, words); err != nil {
			return err
		}
	}
	open, err := wish.opens(d, m, s.clock())
	if err != nil {
		return err
	}
	if open != nil {
		for i := range list {
			list[i].Issue = open.ID
		}
	}
	return s.store.AddExcerpts(ctx, m.Standing(), list, open)
}

// said is one posted submission, or NotFound.
func (s *Service) said(ctx context.Context, docket app.ID, no int) (Submission, error) {
	found, err := s.consultations.Posted(ctx, docket, no)
	if err == nil && len(found) == 0 {
		err = app.NotFound()
	}
	if err != nil {
		return Submission{}, err
	}
	return found[0], nil
}

// passage is the excerpt that was ticked.
func (w NewExcerpt) passage(said Submission) (Excerpt, error) {
	if w.Revision != said.Revision {
		return Excerpt{}, app.Conflict("excerpt.changed")
	}
	if w.Field != FieldComment && w.Field != FieldProposed {
		return Excerpt{}, app.Invalid("excerpt.two").On("pieces")
	}
	if len(w.Pieces) == 0 {
		return Excerpt{}, app.Invalid("excerpt.empty").On("pieces")
	}
	whole := w.Pieces[0]
	for _, p := range w.Pieces[1:] {
		whole = Span{min(whole.Start, p.Start), max(whole.End, p.End)}
	}
	if strings.TrimSpace(whole.Of(said.in(w.Field))) == "" {
		return Excerpt{}, app.Invalid("excerpt.empty").On("pieces")
	}
	return Excerpt{ID: w.ID, Submission: w.Submission, Revision: w.Revision, Field: w.Field, Span: whole, CID: w.CID, Issue: w.Issue}, nil
}

// everywhere adds the same words of all other submissions, each once. Their ids follow
// from that of the first, so that sending it again adds none.
func (s *Service) everywhere(ctx context.Context, first Excerpt, words string) ([]Excerpt, error) {
	posted, err := s.consultations.Posted(ctx, first.Docket)
	if err != nil {
		return nil, err
	}
	list, length := []Excerpt{first}, first.End-first.Start
	for _, p := range posted {
		before, _, isThere := strings.Cut(p.in(first.Field), words)
		if !isThere || p.No == first.Submission {
			continue
		}
		same, start := first, len([]rune(before))
		same.ID, same.Submission, same.Revision, same.Span = s.follows(first.ID, p.No), p.No, p.Revision, Span{start, start + length}
		list = append(list, same)
	}
	return list, nil
}

// follows is an id that is always the same for an id and a number.
func (s *Service) follows(id app.ID, no int) app.ID {
	h := hmac.New(sha256.New, s.secret)
	h.Write([]byte("follows\x00" + string(id)))
	h.Write(binary.BigEndian.AppendUint64(nil, uint64(no)))
	return idWith(id, h.Sum(nil))
}

// opens is the issue that is opened with the excerpt, if one is.
func (w NewExcerpt) opens(d Docket, m app.Membership, now time.Time) (*Issue, error) {
	if !d.has(w.CID) {
		return nil, app.Invalid("excerpt.clause").On("clause")
	}
	if w.Issue != "" || strings.TrimSpace(w.Title) == "" {
		return nil, nil
	}
	i := Issue{ID: idWith(w.ID, []byte("the issue of it.")), Docket: d.ID, CID: w.CID, Title: w.Title, Kind: w.Kind, By: m.Persona, At: now}
	err := i.check(d)
	return &i, err
}

// Group puts excerpts under an issue, or takes them from under it if issue is empty; with
// all those too that say the same and are where they are.
func (s *Service) Group(ctx context.Context, actor app.Actor, docket app.ID, excerpts []app.ID, issue app.ID, withSame bool) error {
	_, m, err := s.answering(ctx, actor, docket)
	if err != nil {
		return err
	}
	if len(excerpts) == 0 {
		return app.Invalid("excerpt.none").On("excerpts")
	}
	if withSame {
		if excerpts, err = s.withSame(ctx, docket, excerpts); err != nil {
			return err
		}
	}
	return s.store.MoveExcerpts(ctx, m.Standing(), docket, excerpts, issue)
}

// withSame are excerpts and all that have the words of one of them under the same issue.
func (s *Service) withSame(ctx context.Context, docket app.ID, ids []app.ID) ([]app.ID, error) {
	all, err := s.store.Excerpts(ctx, docket)
	key := func(e Excerpt) string { return string(e.Issue) + string(e.Digest) }
	wanted := map[string]bool{}
	for _, e := range all {
		if slices.Contains(ids, e.ID) {
			wanted[key(e)] = true
		}
	}
	for _, e := range all {
		if wanted[key(e)] && !slices.Contains(ids, e.ID) {
			ids = append(ids, e.ID)
		}
	}
	return ids, err
}

// DropExcerpt forgets an excerpt that was marked by mistake.
func (s *Service) DropExcerpt(ctx context.Context, actor app.Actor, docket, id app.ID) error {
	_, m, err := s.answering(ctx, actor, docket)
	if err != nil {
		return err
	}
	return s.store.DropExcerpt(ctx, m.Standing(), docket, id)
}

// read fills in the words of excerpts.
func (s *Service) read(ctx context.Context, docket app.ID, list []Excerpt) error {
	var nos []int
	for _, e := range list {
		nos = append(nos, e.Submission)
	}
	slices.Sort(nos)
	nos = slices.Compact(nos)
	if len(nos) == 0 {
		return nil
	}
	posted, err := s.consultations.Posted(ctx, docket, nos...)
	if err == nil {
		s.quote(list, posted)
	}
	return err
}
