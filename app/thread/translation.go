package thread

import (
	"context"
	"slices"
	"time"

	"madang/app"
	"madang/app/prose"
)

// Translation is a comment in another language, as somebody put it. Translations are never
// changed: a better one takes the place of the one before, which is kept. They share the fate
// of the comment: who can't read that reads none of them.
type Translation struct {
	ID, Comment app.ID
	Lang        string
	// No counts the translations of a comment into a language from 1.
	No int
	// Body is Markdown; empty once it was taken back.
	Body string
	// Revision is the wording of the comment that was translated.
	Revision int
	By       Author
	At       time.Time
	// Reviewer is who found it right; empty if nobody has. The author of the comment says
	// more, that it is what they meant: ConfirmedAt.
	Reviewer                Author
	ReviewedAt, ConfirmedAt time.Time
	// Withdrawer is who took it back, if somebody did.
	Withdrawer  Author
	WithdrawnAt time.Time
}

// TranslationState says how far one can rely on a translation.
type TranslationState string

// The states of a translation.
const (
	TranslationDraft     TranslationState = "draft"
	TranslationReviewed  TranslationState = "reviewed"  // by somebody else than its translator
	TranslationConfirmed TranslationState = "confirmed" // by the author of the comment
	TranslationStale     TranslationState = "stale"     // the comment has changed since
)

// TranslationStates are all of them.
var TranslationStates = []TranslationState{TranslationDraft, TranslationReviewed, TranslationConfirmed, TranslationStale}

// StateOf is the state of a translation of the comment. What its author translated is what
// they meant.
func (c Comment) StateOf(t Translation) TranslationState {
	switch {
	case t.Revision != c.Revision:
		return TranslationStale
	case !t.ConfirmedAt.IsZero() || t.By.Persona == c.Author.Persona:
		return TranslationConfirmed
	case t.Reviewer.Persona != "":
		return TranslationReviewed
	}
	return TranslationDraft
}

// In returns the comment's translation into a language.
func (c Comment) In(lang string) (Translation, bool) {
	i := slices.IndexFunc(c.Translations, func(t Translation) bool { return t.Lang == lang })
	if i < 0 {
		return Translation{}, false
	}
	return c.Translations[i], true
}

// MayReview is nil if a member may say that a translation of the comment is right, or says
// why not: nobody reviews their own, nor what isn't the newest of the newest wording.
func (c Comment) MayReview(m app.Membership, t Translation) error {
	newest, _ := c.In(t.Lang)
	switch {
	case newest.ID != t.ID || c.StateOf(t) == TranslationStale:
		return app.Conflict("tongue.moved")
	case t.By.Persona == m.Persona:
		return app.Forbidden("translation.own")
	}
	return m.Must(app.Comment)
}

// IsReviewedBy reports whether a member has nothing to add to a translation: the author of
// the comment once they confirmed it, anybody else once somebody reviewed it.
func (c Comment) IsReviewedBy(m app.Membership, t Translation) bool {
	if c.Author.Persona == m.Persona {
		return !t.ConfirmedAt.IsZero()
	}
	return t.Reviewer.Persona != ""
}

// MayWithdraw is nil if a member may take a translation of the comment away: whoever made it,
// the author of the comment, under whose name it stands, and moderators.
func (c Comment) MayWithdraw(m app.Membership, t Translation) error {
	if t.By.Persona != m.Persona && c.Author.Persona != m.Persona && !m.May(app.Screen) {
		return app.Forbidden("tongue.not_yours")
	}
	return m.Must(app.Retract)
}

// NewTranslation is a comment in another language, under an id made where it was typed, so
// that sending it again makes no second one. Base is the id of the translation its maker was
// shown, empty if there was none; Revision the wording of the comment that they read.
type NewTranslation struct {
	ID, Base, Comment app.ID
	Lang, Body        string
	Revision          int
}

// Languages lists the languages of the group that a statement belongs to. It tells nothing
// else, so it asks for nobody's permission.
func (s *Service) Languages(ctx context.Context, statement app.ID) ([]string, error) {
	return s.store.Languages(ctx, statement)
}

// language is the language of something that is said: what its author says, if the group
// writes in it, or else what its letters tell.
func (s *Service) language(ctx context.Context, statement app.ID, said, body string) (string, error) {
	known, err := s.store.Languages(ctx, statement)
	switch {
	case err != nil:
		return "", err
	case said == "":
		return prose.Language(body, known...), nil
	case !slices.Contains(known, said):
		return "", app.Invalid("lang.unknown").On("lang")
	}
	return said, nil
}

// guess completes comments from before people said their language.
func (s *Service) guess(ctx context.Context, statement app.ID, list []Comment) error {
	if !slices.ContainsFunc(list, func(c Comment) bool { return c.Lang == "" }) {
		return nil
	}
	known, err := s.store.Languages(ctx, statement)
	for i, c := range list {
		if c.Lang == "" {
			list[i].Lang = prose.Language(c.Body, known...)
		}
	}
	return err
}

// Translate keeps a translation of a comment; anybody may who may comment, in a resolved
// thread too, for it adds no argument. Sent again under the same id by the same person it is
// kept once. If somebody else translated it meanwhile, it is Conflict "tongue.changed".
func (s *Service) Translate(ctx context.Context, actor app.Actor, wish NewTranslation) (Comment, error) {
	c, t, m, err := s.translatable(ctx, actor, wish.Comment, app.Comment)
	if err != nil {
		return c, err
	}
	if wish.Body, err = checkBody(wish.Body); err != nil {
		return c, err
	}
	if err := checkIDs(&wish.ID); err != nil {
		return c, err
	}
	if wish.Lang, err = s.language(ctx, t.Statement, wish.Lang, wish.Body); err != nil {
		return c, err
	}
	if wish.Lang == c.Lang {
		return c, app.Invalid("tongue.same").On("lang")
	}
	if wish.Revision < 1 || wish.Revision > c.Revision {
		wish.Revision = c.Revision
	}
	act := s.act(m, t.Statement, Translated, t.ID, c.ID)
	seq, err := s.store.Translate(ctx, act, wish)
	if err = s.announce(ctx, act, seq, err); err != nil && !s.translatedBefore(ctx, m, wish) {
		return c, err
	}
	return s.commentNow(ctx, t.Statement, c.ID, m.Persona)
}

// translatable is a comment that has words, for somebody who may do something.
func (s *Service) translatable(ctx context.Context, actor app.Actor, id app.ID, what app.Capability) (Comment, Thread, app.Membership, error) {
	c, t, m, err := s.commentFor(ctx, actor, id)
	if err == nil {
		err = m.Must(what)
	}
	if err == nil && (c.Deleted || c.TakenDown != "") {
		err = app.Conflict("tongue.gone")
	}
	return c, t, m, err
}

// translatedBefore reports whether a translation that could not be kept is there already.
func (s *Service) translatedBefore(ctx context.Context, m app.Membership, wish NewTranslation) bool {
	all, err := s.store.Translations(ctx, wish.Comment)
	return err == nil && slices.ContainsFunc(all, func(t Translation) bool {
		return t.ID == wish.ID && t.By.Persona == m.Persona && t.Lang == wish.Lang && (t.Body == wish.Body || !t.WithdrawnAt.IsZero())
	})
}

// commentNow is a comment after something was done to it.
func (s *Service) commentNow(ctx context.Context, statement, id, reader app.ID) (Comment, error) {
	c, err := s.store.Comment(ctx, id, reader)
	if err != nil {
		return c, err
	}
	only := []Comment{c}
	err = s.guess(ctx, statement, only)
	return only[0], err
}

// Translations lists all translations of a comment that there were, by language, oldest
// first. One that was taken back has no words.
func (s *Service) Translations(ctx context.Context, actor app.Actor, comment app.ID) ([]Translation, error) {
	c, _, err := s.Comment(ctx, actor, comment)
	if err != nil || c.Deleted || c.TakenDown != "" {
		return nil, err
	}
	return s.store.Translations(ctx, comment)
}

// Review says that a translation is right; from the author of the comment, that it is what
// they meant. What has changed meanwhile is Conflict "tongue.moved".
func (s *Service) Review(ctx context.Context, actor app.Actor, comment, id app.ID) (Comment, error) {
	c, t, m, err := s.translatable(ctx, actor, comment, app.Comment)
	if err != nil {
		return c, err
	}
	made, err := c.find(id)
	if err != nil {
		return c, err
	}
	if err := c.MayReview(m, made); err != nil || c.IsReviewedBy(m, made) {
		return c, err
	}
	act := s.act(m, t.Statement, Checked, t.ID, c.ID)
	seq, err := s.store.Review(ctx, act, made, c.Author.Persona == m.Persona)
	if err := s.announce(ctx, act, seq, err); err != nil {
		return c, err
	}
	return s.commentNow(ctx, t.Statement, c.ID, m.Persona)
}

// find returns one of the translations that count.
func (c Comment) find(id app.ID) (Translation, error) {
	for _, t := range c.Translations {
		if t.ID == id {
			return t, nil
		}
	}
	return Translation{}, app.Conflict("tongue.moved")
}

// Withdraw takes a translation away, and the earlier ones of the same person into that
// language. Their words are gone; who made and who took them away stays. If somebody else's
// was there before, that counts again.
func (s *Service) Withdraw(ctx context.Context, actor app.Actor, comment, id app.ID) (Comment, error) {
	c, t, m, err := s.translatable(ctx, actor, comment, app.Retract)
	if err != nil {
		return c, err
	}
	all, err := s.store.Translations(ctx, comment)
	if err != nil {
		return c, err
	}
	i := slices.IndexFunc(all, func(t Translation) bool { return t.ID == id })
	if i < 0 {
		return c, app.NotFound()
	}
	if err := c.MayWithdraw(m, all[i]); err != nil || !all[i].WithdrawnAt.IsZero() {
		return c, err
	}
	act := s.act(m, t.Statement, Untranslated, t.ID, c.ID)
	seq, err := s.store.Withdraw(ctx, act, all[i])
	if err := s.announce(ctx, act, seq, err); err != nil {
		return c, err
	}
	return s.commentNow(ctx, t.Statement, c.ID, m.Persona)
}
