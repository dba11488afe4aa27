package statement

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"madang/app"
	"madang/app/prose"
)

// NoteTranslation is a note in another language, as somebody put it. Translations are never
// changed: a better one takes the place of the one before, which is kept. Once the note is
// taken away, none of it is shown.
type NoteTranslation struct {
	ID        app.ID
	CID, Lang string
	// No counts the translations of a clause's notes into a language from 1.
	No int
	// Note is the number of the note that was translated.
	Note int
	// Words are empty once it was taken back.
	Words string
	By    Author
	At    time.Time
	// Reviewer is who found it right; empty if nobody has.
	Reviewer   Author
	ReviewedAt time.Time
	// Withdrawer is who took it back, if somebody did.
	Withdrawer  Author
	WithdrawnAt time.Time
}

// StateOf is how far one can rely on a translation of the note: TranslationDraft,
// TranslationReviewed, or TranslationStale once the note has other words.
func (n Note) StateOf(t NoteTranslation) TranslationState {
	switch {
	case t.Note != n.No:
		return TranslationStale
	case t.Reviewer.Persona != "":
		return TranslationReviewed
	}
	return TranslationDraft
}

// In returns the note's translation into a language.
func (n Note) In(lang string) (NoteTranslation, bool) {
	i := slices.IndexFunc(n.Translations, func(t NoteTranslation) bool { return t.Lang == lang })
	if i < 0 {
		return NoteTranslation{}, false
	}
	return n.Translations[i], true
}

// MayReview is nil if a member may say that a translation of the note is right, or says why
// not: nobody reviews their own, nor what isn't the newest of the newest note.
func (n Note) MayReview(m app.Membership, t NoteTranslation) error {
	newest, _ := n.In(t.Lang)
	switch {
	case newest.ID != t.ID || n.StateOf(t) == TranslationStale:
		return app.Conflict("notetongue.moved")
	case t.By.Persona == m.Persona:
		return app.Forbidden("translation.own")
	}
	return m.Must(app.Comment)
}

// MayWithdraw is nil if a member may take a translation of the note away: whoever made it,
// whoever wrote the note, and moderators.
func (n Note) MayWithdraw(m app.Membership, t NoteTranslation) error {
	if t.By.Persona != m.Persona && n.By != m.Persona && !m.May(app.Screen) {
		return app.Forbidden("notetongue.not_yours")
	}
	return m.Must(app.Retract)
}

// NewNoteTranslation is a note in another language, under an id made where it was typed, so
// that sending it again makes no second one. Base is the id of the translation its maker was
// shown, empty if there was none; Note the number of the note that they read.
type NewNoteTranslation struct {
	ID, Base         app.ID
	CID, Lang, Words string
	Note             int
}

// NotedIn is a clause with its note and all translations of its notes that there were, by
// language, oldest first. Languages are those of the group.
type NotedIn struct {
	ClauseView
	Note      Note
	Languages []string
	All       []NoteTranslation
}

// NoteIn returns the note of a clause with its translations; NotFound if the text has no such
// clause, or that has no note.
func (s *Service) NoteIn(ctx context.Context, actor app.Actor, of app.ID, cid string) (NotedIn, error) {
	clause, err := s.Clause(ctx, actor, of, cid)
	if err != nil {
		return NotedIn{}, err
	}
	notes, err := s.Notes(ctx, actor, of)
	if err != nil {
		return NotedIn{}, err
	}
	v := NotedIn{ClauseView: clause, Note: notes[cid]}
	if v.Note.Words == "" {
		return NotedIn{}, app.NotFound()
	}
	if v.Languages, err = s.store.Languages(ctx, clause.Statement.Group); err != nil {
		return NotedIn{}, err
	}
	v.All, err = s.store.NoteTranslations(ctx, of, cid)
	return v, err
}

// noteFor is NoteIn for somebody who may comment.
func (s *Service) noteFor(ctx context.Context, actor app.Actor, of app.ID, cid string) (NotedIn, error) {
	v, err := s.NoteIn(ctx, actor, of, cid)
	if err != nil {
		return v, err
	}
	return v, v.Membership.Must(app.Comment)
}

// TranslateNote keeps a translation of a note; anybody may who may comment. A note that was taken away
// meanwhile is Conflict "notetongue.gone". Sent again under
// the same id by the same person it is kept once. If somebody else translated it meanwhile,
// it is Conflict "notetongue.changed".
func (s *Service) TranslateNote(ctx context.Context, actor app.Actor, of app.ID, wish NewNoteTranslation) (Note, error) {
	v, err := s.noteFor(ctx, actor, of, wish.CID)
	if app.KindOf(err) == app.KindNotFound {
		err = s.whyNoNote(ctx, actor, of, wish.CID, err)
	}
	if err != nil {
		return Note{}, err
	}
	if wish, err = wish.check(v); err != nil {
		return v.Note, err
	}
	err = s.store.TranslateNote(ctx, v.Membership.Standing(), of, wish, s.clock())
	if err != nil && !s.translatedBefore(ctx, v.Membership, of, wish) {
		return v.Note, err
	}
	return s.noteNow(ctx, actor, of, wish.CID)
}

// whyNoNote tells somebody who translated a note that it was taken away meanwhile.
func (s *Service) whyNoNote(ctx context.Context, actor app.Actor, of app.ID, cid string, notFound error) error {
	clause, err := s.Clause(ctx, actor, of, cid)
	if err != nil {
		return notFound
	}
	return cmp.Or(clause.Membership.Must(app.Comment), error(app.Conflict("notetongue.gone")))
}

func (w NewNoteTranslation) check(v NotedIn) (NewNoteTranslation, error) {
	if _, err := app.ParseID(string(w.ID)); err != nil {
		return w, app.Invalid("api.id").On("id")
	}
	w.Words = strings.TrimSpace(w.Words)
	if err := checkText(w.Words); err != nil {
		return w, err
	}
	switch length := utf8.RuneCountInString(w.Words); {
	case length == 0:
		return w, app.Invalid("text.empty").On("text")
	case length > MaxNote:
		return w, app.TooLarge("note.long", "max", MaxNote, "length", length).On("text")
	case !slices.Contains(v.Languages, w.Lang):
		return w, app.Invalid("lang.unknown").On("lang")
	case w.Lang == v.Note.Lang:
		return w, app.Invalid("notetongue.same").On("lang")
	}
	if w.Note < 1 || w.Note > v.Note.No {
		w.Note = v.Note.No
	}
	return w, nil
}

// translatedBefore reports whether a translation that could not be kept is there already.
func (s *Service) translatedBefore(ctx context.Context, m app.Membership, of app.ID, wish NewNoteTranslation) bool {
	all, err := s.store.NoteTranslations(ctx, of, wish.CID)
	return err == nil && slices.ContainsFunc(all, func(t NoteTranslation) bool {
		return t.ID == wish.ID && t.By.Persona == m.Persona && t.Lang == wish.Lang && (t.Words == wish.Words || !t.WithdrawnAt.IsZero())
	})
}

// noteNow is a note after something was done to it.
func (s *Service) noteNow(ctx context.Context, actor app.Actor, of app.ID, cid string) (Note, error) {
	notes, err := s.Notes(ctx, actor, of)
	return notes[cid], err
}

// ReviewNoteTranslation says that a translation is right. What has changed meanwhile is
// Conflict "notetongue.moved".
func (s *Service) ReviewNoteTranslation(ctx context.Context, actor app.Actor, of app.ID, cid string, id app.ID) (Note, error) {
	v, err := s.noteFor(ctx, actor, of, cid)
	if err != nil {
		return Note{}, err
	}
	i := slices.IndexFunc(v.Note.Translations, func(t NoteTranslation) bool { return t.ID == id })
	if i < 0 {
		return v.Note, app.Conflict("notetongue.moved")
	}
	made := v.Note.Translations[i]
	if err := v.Note.MayReview(v.Membership, made); err != nil || made.Reviewer.Persona != "" {
		return v.Note, err
	}
	if err := s.store.ReviewNoteTranslation(ctx, v.Membership.Standing(), of, made, s.clock()); err != nil {
		return v.Note, err
	}
	return s.noteNow(ctx, actor, of, cid)
}

// WithdrawNoteTranslation takes a translation away, and the earlier ones of the same person
// into that language. Their words are gone; who made and who took them away stays. If somebody
// else's was there before, that counts again.
func (s *Service) WithdrawNoteTranslation(ctx context.Context, actor app.Actor, of app.ID, cid string, id app.ID) (Note, error) {
	v, err := s.NoteIn(ctx, actor, of, cid)
	if err == nil {
		err = v.Membership.Must(app.Retract)
	}
	if err != nil {
		return Note{}, err
	}
	i := slices.IndexFunc(v.All, func(t NoteTranslation) bool { return t.ID == id })
	if i < 0 {
		return v.Note, app.NotFound()
	}
	if err := v.Note.MayWithdraw(v.Membership, v.All[i]); err != nil || !v.All[i].WithdrawnAt.IsZero() {
		return v.Note, err
	}
	if err := s.store.WithdrawNoteTranslation(ctx, v.Membership.Standing(), of, v.All[i], s.clock()); err != nil {
		return v.Note, err
	}
	return s.noteNow(ctx, actor, of, cid)
}

// speak completes notes with the languages that they are in and the translations that count.
func (s *Service) speak(ctx context.Context, of Statement, notes map[string]Note) error {
	languages, err := s.store.Languages(ctx, of.Group)
	if err != nil {
		return err
	}
	made, err := s.store.NoteTranslations(ctx, of.ID, "")
	for cid, n := range notes {
		if n.Lang == "" {
			n.Lang = prose.Language(n.Words, languages...)
		} else {
			n.IsLangSaid = true
		}
		if n.Words != "" {
			n.Translations = n.counting(made)
		}
		notes[cid] = n
	}
	return err
}

// counting are those of all translations that count for the note, by language: the newest
// that weren't taken back, into other languages than its own, of notes since the last one
// that was taken away.
func (n Note) counting(all []NoteTranslation) []NoteTranslation {
	var list []NoteTranslation
	for _, t := range all { // by clause, language and number
		if t.CID != n.CID || t.Lang == n.Lang || !t.WithdrawnAt.IsZero() || t.Note <= n.Gone {
			continue
		}
		if last := len(list) - 1; last >= 0 && list[last].Lang == t.Lang {
			list[last] = t
		} else {
			list = append(list, t)
		}
	}
	return list
}
