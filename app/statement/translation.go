package statement

import (
	"context"
	"slices"
	"strings"
	"time"

	"madang/app"
	"madang/app/prose"
)

// Translation is a clause in another language than its own. Translations are never
// changed: a better one takes the place of the one before, which is kept.
type Translation struct {
	ID        app.ID
	Lang, CID string
	// No counts the translations of a clause into a language from 1.
	No    int
	Words string
	// Source is the clause as it read when it was translated.
	Source string
	By     app.ID
	Name   string // of By
	At     time.Time
	// ReviewedBy is who found it right; empty if nobody has.
	ReviewedBy   app.ID
	ReviewerName string
	ReviewedAt   time.Time
}

// TranslationState says how far one can rely on a translation.
type TranslationState string

// The states of a translation.
const (
	TranslationMissing  TranslationState = "missing"
	TranslationDraft    TranslationState = "draft"
	TranslationReviewed TranslationState = "reviewed" // by somebody else than its translator
	TranslationStale    TranslationState = "stale"    // its source has changed since
)

// TranslatedClause is a clause beside its translation.
type TranslatedClause struct {
	Block  prose.Block
	Number string
	// Translation is the newest; the zero one if there is none.
	Translation Translation
	State       TranslationState
}

func (c *TranslatedClause) settle() {
	switch {
	case c.Translation.ID == "":
		c.State = TranslationMissing
	case c.Translation.Source != c.Block.PlainText():
		c.State = TranslationStale
	case c.Translation.ReviewedBy != "":
		c.State = TranslationReviewed
	default:
		c.State = TranslationDraft
	}
}

// MayReview reports whether a persona may say that the translation is right.
func (c TranslatedClause) MayReview(m app.Membership) bool {
	return c.State == TranslationDraft && c.Translation.By != m.Persona && m.May(app.Translate)
}

// Languages is a text beside its translation.
type Languages struct {
	Statement  Statement
	Membership app.Membership
	Lang       string
	// Others are the group's languages but the statement's own.
	Others  []string
	Clauses []TranslatedClause
}

// Count is how many clauses that have words are in a state.
func (l Languages) Count(state TranslationState) int {
	n := 0
	for _, c := range l.Clauses {
		if c.State == state && strings.TrimSpace(c.Block.PlainText()) != "" {
			n++
		}
	}
	return n
}

// Find returns one clause.
func (l Languages) Find(cid string) (TranslatedClause, bool) {
	i := slices.IndexFunc(l.Clauses, func(c TranslatedClause) bool { return c.Block.CID == cid && cid != "" })
	if i < 0 {
		return TranslatedClause{}, false
	}
	return l.Clauses[i], true
}

// Others are the languages that a statement can be translated into, of those that its group
// writes in.
func (s Statement) Others(languages []string) []string {
	return slices.DeleteFunc(slices.Clone(languages), func(lang string) bool { return lang == s.Lang })
}

// Languages returns the committed text beside its translation; NotFound if the group
// doesn't write in that language, or the statement is in it.
func (s *Service) Languages(ctx context.Context, actor app.Actor, of app.ID, lang string) (Languages, error) {
	view, err := s.View(ctx, actor, of)
	if err != nil {
		return Languages{}, err
	}
	l := Languages{Statement: view.Statement, Membership: view.Membership, Lang: lang}
	languages, err := s.store.Languages(ctx, view.Statement.Group)
	if err != nil {
		return l, err
	}
	l.Others = view.Statement.Others(languages)
	if !slices.Contains(l.Others, lang) {
		return l, app.NotFound()
	}
	newest, err := s.store.Translations(ctx, of, lang)
	if err != nil {
		return l, err
	}
	numbers := view.Text.Doc.Numbers()
	for _, b := range view.Text.Doc.Blocks {
		c := TranslatedClause{Block: b, Number: numbers[b.CID], Translation: newest[b.CID]}
		c.settle()
		l.Clauses = append(l.Clauses, c)
	}
	return l, nil
}

// NewTranslation is what somebody translated: under an id made where it was typed, so
// that sending it again makes no second one. Base is the id of the translation they
// were shown, empty if there was none; Source the clause as they were shown it.
type NewTranslation struct {
	ID, Base  app.ID
	Lang, CID string
	Words     string
	Source    string
}

// Translated is what became of a translation. With conflicts nothing was written, and
// Newest is what somebody else wrote meanwhile.
type Translated struct {
	Newest    Translation
	Conflicts []prose.Conflict
	Merged    bool
}

// Translate keeps a translation of a clause. What somebody else wrote meanwhile is
// merged word by word; if both changed the same words the conflicts come back.
func (s *Service) Translate(ctx context.Context, actor app.Actor, of app.ID, wish NewTranslation) (Translated, error) {
	if _, err := app.ParseID(string(wish.ID)); err != nil {
		return Translated{}, app.Invalid("api.id").On("id")
	}
	if err := checkText(wish.Words); err != nil {
		return Translated{}, err
	}
	if strings.TrimSpace(wish.Words) == "" {
		return Translated{}, app.Invalid("text.empty").On("text")
	}
	l, err := s.Languages(ctx, actor, of, wish.Lang)
	if err != nil {
		return Translated{}, err
	}
	m := l.Membership
	if err := m.Must(app.Translate); err != nil {
		return Translated{}, err
	}
	clause, ok := l.Find(wish.CID)
	if !ok {
		return Translated{}, app.NotFound()
	}
	return s.keepTranslation(ctx, m, of, clause, wish)
}

func (s *Service) keepTranslation(ctx context.Context, m app.Membership, of app.ID, clause TranslatedClause, wish NewTranslation) (Translated, error) {
	newest := clause.Translation
	if newest.ID == wish.ID {
		return Translated{Newest: newest}, nil
	}
	words, merged := wish.Words, false
	if newest.ID != wish.Base {
		base, err := s.wordsOf(ctx, of, wish.Base)
		if err != nil {
			return Translated{}, err
		}
		m := prose.MergeWords(base, wish.Words, newest.Words)
		if len(m.Conflicts) > 0 {
			return Translated{Newest: newest, Conflicts: m.Conflicts}, nil
		}
		words, merged = m.Text, true
	}
	kept, err := s.store.AddTranslation(ctx, m.Standing(), of, Translation{
		ID: wish.ID, Lang: wish.Lang, CID: wish.CID, No: newest.No + 1, Words: words, Source: wish.Source, By: m.Persona, At: s.clock(),
	})
	return Translated{Newest: kept, Merged: merged}, err
}

// wordsOf are the words of a translation that somebody was shown.
func (s *Service) wordsOf(ctx context.Context, of, id app.ID) (string, error) {
	if id == "" {
		return "", nil
	}
	shown, err := s.store.Translation(ctx, of, id)
	return shown.Words, err
}

// ReviewTranslation says that a translation is right. Its translator can't; nor can
// anybody once there is a newer one, or the clause has changed: Conflict
// "translation.moved".
func (s *Service) ReviewTranslation(ctx context.Context, actor app.Actor, of, id app.ID) (Translation, error) {
	_, m, err := s.findFor(ctx, actor, of, app.Translate)
	if err != nil {
		return Translation{}, err
	}
	t, err := s.store.Translation(ctx, of, id)
	if err != nil {
		return t, err
	}
	l, err := s.Languages(ctx, actor, of, t.Lang)
	if err != nil {
		return t, err
	}
	clause, _ := l.Find(t.CID)
	switch {
	case clause.Translation.ID != id || clause.State == TranslationStale:
		return t, app.Conflict("translation.moved")
	case clause.Translation.ReviewedBy != "":
		return t, nil
	case t.By == m.Persona:
		return t, app.Forbidden("translation.own")
	}
	return t, s.store.ReviewTranslation(ctx, m.Standing(), id, s.clock())
}
