package statement

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"madang/app"
	"madang/app/prose"
)

// Version is a statement's text as it stood at one moment. It never changes: who cites
// it by its number or its root cites the same words for ever.
type Version struct {
	ID, Statement app.ID
	// No counts the versions of a statement from 1.
	No   int
	Kind VersionKind
	// Title and Lang are the statement's at that moment.
	Title, Lang string
	// Label is a name of its own; it may be empty. Changelog says what is new.
	Label, Changelog string
	By               app.ID
	Name             string // of By
	At               time.Time
	Epoch, Seq       int64
	Root             [32]byte // prose.Sealed.Root
}

// VersionKind says why there is a version.
type VersionKind string

// The kinds of versions.
const (
	// VersionMade: somebody wanted it.
	VersionMade VersionKind = "made"
	// VersionKept: the forum kept what a large change was about to replace.
	VersionKept VersionKind = "kept"
)

// Limits of a version, in characters.
const (
	MaxLabel     = 100
	MaxChangelog = 5000
)

// NewVersion is what somebody wants to make: under an id made where it was typed, so
// that sending it again makes no second one.
type NewVersion struct {
	ID               app.ID
	Label, Changelog string
}

// VersionText is all that a version says: for each block of Doc what was committed to,
// who wrote which part of its plain text and, where it was erased, the number of the
// erratum. Of an erased block Doc has the id, the kind and the level.
type VersionText struct {
	Doc     prose.Doc
	Sealed  prose.Sealed
	Authors [][]app.LiveAuthored
	Errata  []int
}

// VersionView is a version with its text, as one reader has it before them.
type VersionView struct {
	Version    Version
	Statement  Statement
	Membership app.Membership
	VersionText
	// Newest is the highest number there is.
	Newest int
}

// Verify recomputes all commitments from the stored words.
func (v VersionView) Verify() prose.Verification {
	return prose.Verify(v.Doc, v.Sealed, v.Version.Root)
}

// Draft is the number by which a comparison means the live text.
const DraftNo = 0

// ComparisonView is what became of a text between two versions.
type ComparisonView struct {
	Statement  Statement
	Membership app.Membership
	// From and To are what is compared; nil stands for the live text.
	From, To   *Version
	Comparison prose.Comparison
	// BeforeNumbers and AfterNumbers are those of the clauses, by id.
	BeforeNumbers, AfterNumbers map[string]string
	// Gaps are the numbers of the errata that erased clauses from either text, by id.
	// What became of the words of those can't be said.
	Gaps map[string]int
	// Changelogs are the versions that came in between and say what is new, oldest
	// first; Whys what accepted amendments say about clauses, by id.
	Changelogs []Version
	Whys       map[string][]Why
}

// MakeVersion keeps the committed text as the next version. Sent again under the same
// id it returns the version that is there. A text that is empty, or is that of the
// newest version, makes none: Invalid "version.empty", Conflict "version.same".
func (s *Service) MakeVersion(ctx context.Context, actor app.Actor, of app.ID, wish NewVersion) (Version, error) {
	found, m, err := s.findFor(ctx, actor, of, app.Publish)
	if err != nil {
		return Version{}, err
	}
	if wish, err = wish.check(); err != nil {
		return Version{}, err
	}
	if kept, err := s.store.VersionByID(ctx, wish.ID); app.KindOf(err) != app.KindNotFound {
		return kept.sentAgain(found, m, err)
	}
	text, authors, err := s.draft.Authors(ctx, of)
	if err != nil {
		return Version{}, err
	}
	if err := s.isWorthKeeping(ctx, found, text); err != nil {
		return Version{}, err
	}
	return s.keepVersion(ctx, m, newVersion(found, text, VersionMade, wish), VersionText{Doc: text.Doc, Authors: authors})
}

// sentAgain answers for a version that is there already.
func (v Version) sentAgain(of Statement, m app.Membership, err error) (Version, error) {
	if err != nil {
		return Version{}, err
	}
	if v.Statement != of.ID || v.By != m.Persona {
		return Version{}, app.Conflict("id.taken")
	}
	return v, nil
}

// isWorthKeeping refuses a text that is empty or kept already.
func (s *Service) isWorthKeeping(ctx context.Context, found Statement, text Text) error {
	if !slices.ContainsFunc(text.Doc.Blocks, func(b prose.Block) bool { return strings.TrimSpace(b.PlainText()) != "" }) {
		return app.Invalid("version.empty")
	}
	newest, doc, err := s.newest(ctx, found.ID)
	if err != nil || newest.No == 0 {
		return err
	}
	if newest.Title == found.Title && newest.Kind == VersionMade && !prose.Compare(doc, text.Doc).HasChanges() {
		return app.Conflict("version.same", "no", newest.No)
	}
	return nil
}

// newest is the newest version with its text; the zero Version if there is none.
func (s *Service) newest(ctx context.Context, of app.ID) (Version, prose.Doc, error) {
	list, err := s.store.Versions(ctx, of)
	if err != nil || len(list) == 0 {
		return Version{}, prose.Doc{}, err
	}
	text, err := s.store.VersionText(ctx, list[0].ID)
	return list[0], text.Doc, err
}

func newVersion(of Statement, text Text, kind VersionKind, wish NewVersion) Version {
	return Version{
		ID: wish.ID, Statement: of.ID, Kind: kind, Title: of.Title, Lang: of.Lang, Label: wish.Label, Changelog: wish.Changelog,
		Epoch: text.Epoch, Seq: text.Seq,
	}
}

// keepVersion seals a text and keeps it.
func (s *Service) keepVersion(ctx context.Context, m app.Membership, v Version, text VersionText) (Version, error) {
	text.Sealed = prose.Seal(text.Doc, prose.NewSalt)
	v.By, v.At, v.Root = m.Persona, s.clock(), text.Sealed.Root()
	return s.store.AddVersion(ctx, m.Standing(), v, text)
}

// check tidies what was typed.
func (w NewVersion) check() (NewVersion, error) {
	if _, err := app.ParseID(string(w.ID)); err != nil {
		return w, app.Invalid("api.id").On("id")
	}
	w.Label, w.Changelog = strings.Join(strings.Fields(w.Label), " "), strings.TrimSpace(w.Changelog)
	for field, text := range map[string]string{"label": w.Label, "changelog": w.Changelog} {
		switch {
		case !utf8.ValidString(text):
			return w, app.Invalid("text.utf8").On(field)
		case strings.ContainsFunc(text, isHidden):
			return w, app.Invalid("text.hidden").On(field)
		}
	}
	if length := utf8.RuneCountInString(w.Label); length > MaxLabel {
		return w, app.TooLarge("label.long", "max", MaxLabel, "length", length).On("label")
	}
	if length := utf8.RuneCountInString(w.Changelog); length > MaxChangelog {
		return w, app.TooLarge("changelog.long", "max", MaxChangelog, "length", length).On("changelog")
	}
	return w, nil
}

func isHidden(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t' }

// Versions lists a statement's versions, newest first.
func (s *Service) Versions(ctx context.Context, actor app.Actor, of app.ID) (Statement, app.Membership, []Version, error) {
	found, m, err := s.Find(ctx, actor, of)
	if err != nil {
		return found, m, nil, err
	}
	list, err := s.store.Versions(ctx, of)
	return found, m, list, err
}

// Version returns one version with its text, or NotFound.
func (s *Service) Version(ctx context.Context, actor app.Actor, of app.ID, no int) (VersionView, error) {
	found, m, list, err := s.Versions(ctx, actor, of)
	if err != nil {
		return VersionView{}, err
	}
	v, err := numbered(list, no)
	if err != nil {
		return VersionView{}, err
	}
	text, err := s.store.VersionText(ctx, v.ID)
	return VersionView{Version: v, Statement: found, Membership: m, VersionText: text, Newest: list[0].No}, err
}

func numbered(list []Version, no int) (Version, error) {
	i := slices.IndexFunc(list, func(v Version) bool { return v.No == no })
	if i < 0 {
		return Version{}, app.NotFound()
	}
	return list[i], nil
}

// Compare says what became of the text between two versions, of which either may be
// DraftNo.
func (s *Service) Compare(ctx context.Context, actor app.Actor, of app.ID, from, to int) (ComparisonView, error) {
	found, m, list, err := s.Versions(ctx, actor, of)
	if err != nil {
		return ComparisonView{}, err
	}
	older, before, err := s.side(ctx, of, list, from)
	if err != nil {
		return ComparisonView{}, err
	}
	newer, after, err := s.side(ctx, of, list, to)
	if err != nil {
		return ComparisonView{}, err
	}
	v := CompareDocs(found, before.Doc, after.Doc)
	v.Membership, v.From, v.To = m, older, newer
	v.hide(before, after)
	return v, s.explain(ctx, &v, list)
}

// CompareDocs says what became of one text of a statement in another.
func CompareDocs(of Statement, before, after prose.Doc) ComparisonView {
	return ComparisonView{
		Statement: of, Comparison: prose.Compare(before, after),
		BeforeNumbers: before.Numbers(), AfterNumbers: after.Numbers(),
	}
}

// side is one side of a comparison.
func (s *Service) side(ctx context.Context, of app.ID, list []Version, no int) (*Version, VersionText, error) {
	if no == DraftNo {
		text, err := s.draft.Read(ctx, of)
		return nil, VersionText{Doc: text.Doc}, err
	}
	v, err := numbered(list, no)
	if err != nil {
		return nil, VersionText{}, err
	}
	text, err := s.store.VersionText(ctx, v.ID)
	return &v, text, err
}

// restoreTries is how often Restore tries again when somebody types between its
// keeping the text and its replacing it.
const restoreTries = 5

// Restore makes the live text read as a version did, by an edit like any other: history
// stays as it was, and words that come back are still those of whoever wrote them. What
// was erased from the version doesn't come back. The text that is replaced is kept as a
// version first, unless the newest one has it. If people type so fast that none of five attempts catches the text
// as it was kept, nothing is done: Conflict "restore.busy".
func (s *Service) Restore(ctx context.Context, actor app.Actor, of, id app.ID, no int) (Edited, error) {
	view, err := s.Version(ctx, actor, of, no)
	if err != nil {
		return Edited{}, err
	}
	m := view.Membership
	if err := cmp.Or(m.Must(app.Publish), m.Must(app.Draft)); err != nil {
		return Edited{}, err
	}
	if _, err := app.ParseID(string(id)); err != nil {
		return Edited{}, app.Invalid("api.id").On("id")
	}
	// No text has this hash: the first attempt only finds out whether the same was done
	// before.
	var base [32]byte
	doc, authors := view.left()
	for range 1 + restoreTries {
		back := prose.Edit{Kind: prose.ReplaceAll, BaseHash: base, Blocks: doc.Blocks}
		edited, err := s.draft.Credit(ctx, m, of, id, []prose.Edit{back}, authors)
		if err != nil || len(edited.Conflicts) == 0 {
			return edited, err
		}
		if base, err = s.keepBefore(ctx, m, view.Statement); err != nil {
			return Edited{}, err
		}
	}
	return Edited{}, app.Conflict("restore.busy")
}

// keepBefore keeps the live text as a version before something large replaces it, unless
// the newest one has it, and returns its prose.TextHash.
func (s *Service) keepBefore(ctx context.Context, m app.Membership, of Statement) ([32]byte, error) {
	text, authors, err := s.draft.Authors(ctx, of.ID)
	if err != nil {
		return [32]byte{}, err
	}
	newest, doc, err := s.newest(ctx, of.ID)
	if err == nil && (newest.No == 0 || prose.Compare(doc, text.Doc).HasChanges()) {
		kept := newVersion(of, text, VersionKept, NewVersion{ID: app.NewID()})
		_, err = s.keepVersion(ctx, m, kept, VersionText{Doc: text.Doc, Authors: authors})
	}
	return prose.TextHash(text.Doc), err
}
