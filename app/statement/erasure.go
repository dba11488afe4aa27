package statement

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"madang/app"
	"madang/app/prose"
)

// Erratum records that words were erased from versions: where, by whom and why, never
// what. Nobody can take it back.
type Erratum struct {
	ID, Statement app.ID
	// No counts the errata of a statement from 1.
	No     int
	Reason string
	By     app.ID
	Name   string // of By
	At     time.Time
	Places []Erased
}

// Erased is a clause of a version.
type Erased struct {
	Version int // its number
	CID     string
}

// MaxErratumReason bounds what is said about an erasure, in characters.
const MaxErratumReason = 500

// NewErasure is what somebody wants to erase: from one version or from several at once,
// under an id made where it was typed. Newest is the newest version they knew of:
// another that was made since may hold the same words. It can't be undone, so it has to
// be Confirmed.
type NewErasure struct {
	ID        app.ID
	Places    []Erased
	Newest    int
	Reason    string
	Confirmed bool
}

// ErasureStore keeps errata and destroys what they say was erased.
type ErasureStore interface {
	// Errata lists a statement's errata, newest first.
	Errata(ctx context.Context, of app.ID) ([]Erratum, error)
	// Erase destroys the words, authors and salts at all places of an erratum, takes the
	// words out of the search index, keeps the erratum under the next number, and
	// returns what is kept under its id. It is Conflict "erasure.newer" if newest isn't
	// the newest version, and "erasure.done" if a place was erased before.
	Erase(ctx context.Context, by app.Standing, e Erratum, newest int) (Erratum, error)
}

// ErasureView is a clause of a version as somebody who may erase it has it before them.
type ErasureView struct {
	VersionView
	Block  prose.Block
	Number string
	// Elsewhere are the other versions that have these words or this clause, newest
	// first.
	Elsewhere []Elsewhere
	// IsLive: the live text has these words, and every version made of it will.
	IsLive bool
}

// Elsewhere is where else a clause or its words stand.
type Elsewhere struct {
	Erased
	Version Version
	// IsSame: the words are the same; otherwise it is the same clause in other words.
	IsSame bool
}

// IsErased reports whether the words of the clause at a place, counted from 0, are gone.
func (t VersionText) IsErased(place int) bool { return t.Sealed.Clauses[place].IsErased() }

// Erratum is the number of the erratum that erased the clause at a place; 0 of one that
// has its words.
func (t VersionText) Erratum(place int) int {
	if place >= len(t.Errata) {
		return 0
	}
	return t.Errata[place]
}

// Gaps are the numbers of the errata that erased clauses, by clause id.
func (t VersionText) Gaps() map[string]int {
	gaps := map[string]int{}
	for i, c := range t.Sealed.Clauses {
		if c.IsErased() {
			gaps[c.CID] = t.Erratum(i)
		}
	}
	return gaps
}

// WithGaps is the text to hand out: what was erased says so where it stood.
func (t VersionText) WithGaps(say func(erratum int) string) prose.Doc {
	d := prose.Doc{Blocks: slices.Clone(t.Doc.Blocks)}
	for i, b := range d.Blocks {
		if t.IsErased(i) {
			d.Blocks[i] = b.WithPlainText(say(t.Erratum(i)))
		}
	}
	return d
}

// left is what there is to go back to: the text without what was erased, and its authors.
func (t VersionText) left() (prose.Doc, [][]app.LiveAuthored) {
	var d prose.Doc
	var authors [][]app.LiveAuthored
	for i, b := range t.Doc.Blocks {
		if !t.IsErased(i) {
			d.Blocks, authors = append(d.Blocks, b), append(authors, t.Authors[i])
		}
	}
	return d, authors
}

// Errata lists a statement's errata, newest first.
func (s *Service) Errata(ctx context.Context, actor app.Actor, of app.ID) ([]Erratum, error) {
	if _, _, err := s.Find(ctx, actor, of); err != nil {
		return nil, err
	}
	return s.store.Errata(ctx, of)
}

// Erasure shows a clause of a version, and where else it stands, to somebody who may
// erase it. It is Gone "erasure.gone" if it was.
func (s *Service) Erasure(ctx context.Context, actor app.Actor, of app.ID, no int, cid string) (ErasureView, error) {
	if _, _, err := s.findFor(ctx, actor, of, app.Keep); err != nil {
		return ErasureView{}, err
	}
	view, err := s.Version(ctx, actor, of, no)
	if err != nil {
		return ErasureView{}, err
	}
	block, place, found := view.Doc.Find(cid)
	if !found {
		return ErasureView{}, app.NotFound()
	}
	if view.IsErased(place) {
		return ErasureView{}, app.Gone("erasure.gone", "no", view.Erratum(place))
	}
	v := ErasureView{VersionView: view, Block: block, Number: view.Doc.Numbers()[cid]}
	if v.Elsewhere, err = s.elsewhere(ctx, v); err != nil {
		return ErasureView{}, err
	}
	live, err := s.draft.Read(ctx, of)
	v.IsLive = slices.ContainsFunc(live.Doc.Blocks, func(b prose.Block) bool { return saySame(b, block) })
	return v, err
}

// elsewhere looks through all other versions for the words and the clause.
func (s *Service) elsewhere(ctx context.Context, v ErasureView) ([]Elsewhere, error) {
	list, err := s.store.Versions(ctx, v.Statement.ID)
	if err != nil {
		return nil, err
	}
	var found []Elsewhere
	for _, version := range list {
		text, err := s.store.VersionText(ctx, version.ID)
		if err != nil {
			return nil, err
		}
		for i, b := range text.Doc.Blocks {
			isIt := version.No == v.Version.No && b.CID == v.Block.CID
			isSame := saySame(b, v.Block)
			if !isIt && !text.IsErased(i) && (isSame || b.CID == v.Block.CID) {
				found = append(found, Elsewhere{Erased{version.No, b.CID}, version, isSame})
			}
		}
	}
	return found, nil
}

// saySame reports whether two clauses have the same words, however they are set. One
// without words is like no other.
func saySame(a, b prose.Block) bool {
	words := strings.TrimSpace(a.PlainText())
	return words != "" && words == strings.TrimSpace(b.PlainText())
}

// Erase destroys the words of clauses in versions, for good. The versions' roots stay as
// they are, and go on proving the rest. Sent again under the same id it returns what was
// done.
func (s *Service) Erase(ctx context.Context, actor app.Actor, of app.ID, wish NewErasure) (Erratum, error) {
	_, m, err := s.findFor(ctx, actor, of, app.Keep)
	if err != nil {
		return Erratum{}, err
	}
	if wish, err = wish.check(); err != nil {
		return Erratum{}, err
	}
	return s.store.Erase(ctx, m.Standing(), Erratum{
		ID: wish.ID, Statement: of, Reason: wish.Reason, By: m.Persona, At: s.clock(), Places: wish.Places,
	}, wish.Newest)
}

func (w NewErasure) check() (NewErasure, error) {
	if _, err := app.ParseID(string(w.ID)); err != nil {
		return w, app.Invalid("api.id").On("id")
	}
	var err error
	if w.Reason, err = checkReason(w.Reason, MaxErratumReason); err != nil {
		return w, err
	}
	if len(w.Places) == 0 {
		return w, app.Invalid("erasure.nothing").On("places")
	}
	if !w.Confirmed {
		return w, app.Invalid("erasure.unconfirmed").On("confirmed")
	}
	slices.SortFunc(w.Places, func(a, b Erased) int {
		return cmp.Or(a.Version-b.Version, strings.Compare(a.CID, b.CID))
	})
	w.Places = slices.Compact(w.Places)
	return w, nil
}
