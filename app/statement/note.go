package statement

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"madang/app"
	"madang/app/prose"
)

// Note explains a clause without being part of it. Notes are never changed: a newer one
// takes the place of the one before, which is kept.
type Note struct {
	ID  app.ID
	CID string
	// No counts the notes of a clause from 1.
	No int
	// Words are empty where the note was taken away. Lang is the language that somebody said
	// they are in (IsLangSaid), else that of which they have letters, prose.Undetermined if
	// they have none.
	Words, Lang string
	IsLangSaid  bool
	By          app.ID
	Name        string // of By
	At          time.Time
	// Gone is the number of the last note of the clause that was taken away, 0 if none was.
	Gone int
	// Translations are those that count, by language.
	Translations []NoteTranslation
}

// MaxNote bounds a note, in characters.
const MaxNote = 5000

// NewNote is what somebody wants to say about a clause: under an id made where it was
// typed, so that sending it again makes no second one. Base is the id of the note they
// were shown, empty if there was none; Lang the language of the words, empty if their letters
// tell.
type NewNote struct {
	ID, Base app.ID
	CID      string
	Words    string
	Lang     string
}

// Noted is what became of a note. With conflicts nothing was written, and Newest is what
// somebody else wrote meanwhile.
type Noted struct {
	Newest    Note
	Conflicts []prose.Conflict
	Merged    bool
}

// Notes returns the notes of a statement's clauses by clause id, without those that were
// taken away.
func (s *Service) Notes(ctx context.Context, actor app.Actor, of app.ID) (map[string]Note, error) {
	found, _, err := s.Find(ctx, actor, of)
	if err != nil {
		return nil, err
	}
	notes, err := s.store.Notes(ctx, of)
	if err != nil || len(notes) == 0 {
		return notes, err
	}
	return notes, s.speak(ctx, found, notes)
}

// Annotate keeps a note on a clause. What somebody else wrote meanwhile is merged word
// by word; if both changed the same words the conflicts come back.
func (s *Service) Annotate(ctx context.Context, actor app.Actor, of app.ID, wish NewNote) (Noted, error) {
	if _, err := app.ParseID(string(wish.ID)); err != nil {
		return Noted{}, app.Invalid("api.id").On("id")
	}
	wish.Words = strings.TrimSpace(wish.Words)
	if err := checkText(wish.Words); err != nil {
		return Noted{}, err
	}
	if length := utf8.RuneCountInString(wish.Words); length > MaxNote {
		return Noted{}, app.TooLarge("note.long", "max", MaxNote, "length", length).On("text")
	}
	m, _, err := s.draftedClause(ctx, actor, of, wish.CID)
	if err != nil {
		return Noted{}, err
	}
	if languages, err := s.store.Languages(ctx, m.Group); err != nil {
		return Noted{}, err
	} else if wish.Lang != "" && !slices.Contains(languages, wish.Lang) {
		return Noted{}, app.Invalid("lang.unknown").On("lang")
	}
	notes, err := s.store.Notes(ctx, of)
	if err != nil {
		return Noted{}, err
	}
	return s.keepNote(ctx, m, of, notes[wish.CID], wish)
}

func (s *Service) keepNote(ctx context.Context, m app.Membership, of app.ID, newest Note, wish NewNote) (Noted, error) {
	if newest.ID == wish.ID {
		return Noted{Newest: newest}, nil
	}
	if newest.ID != "" && newest.Words == wish.Words {
		// Only its language is said anew: its translations stay as good as they were.
		kept, err := s.store.RelabelNote(ctx, m.Standing(), of, newest, wish.Lang)
		return Noted{Newest: kept}, err
	}
	words, merged := wish.Words, false
	if newest.ID != wish.Base {
		base := Note{}
		if wish.Base != "" {
			var err error
			if base, err = s.store.Note(ctx, of, wish.Base); err != nil {
				return Noted{}, err
			}
		}
		both := prose.MergeWords(base.Words, wish.Words, newest.Words)
		if len(both.Conflicts) > 0 {
			return Noted{Newest: newest, Conflicts: both.Conflicts}, nil
		}
		words, merged = both.Text, true
	}
	kept, err := s.store.AddNote(ctx, m.Standing(), of, Note{
		ID: wish.ID, CID: wish.CID, No: newest.No + 1, Words: words, Lang: wish.Lang, By: m.Persona, At: s.clock(),
	})
	return Noted{Newest: kept, Merged: merged}, err
}
