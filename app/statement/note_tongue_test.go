package statement_test

import (
	"testing"

	"madang/app"
	"madang/app/statement"
)

func TestATranslationOfANoteIsAsGoodAsWhatIsKnownOfIt(t *testing.T) {
	note := statement.Note{No: 3}
	by, other := statement.Author{Persona: "by"}, statement.Author{Persona: "other"}
	for want, made := range map[statement.TranslationState]statement.NoteTranslation{
		statement.TranslationDraft:    {Note: 3, By: by},
		statement.TranslationReviewed: {Note: 3, By: by, Reviewer: other},
		statement.TranslationStale:    {Note: 2, By: by, Reviewer: other},
	} {
		if state := note.StateOf(made); state != want {
			t.Errorf("%+v is %s, want %s", made, state, want)
		}
	}
}

func TestOnlyOthersReviewTheNewestTranslationOfANote(t *testing.T) {
	newest := statement.NoteTranslation{ID: "new", Lang: "ko", Note: 3, By: statement.Author{Persona: "by"}}
	note := statement.Note{No: 3, By: "author", Translations: []statement.NoteTranslation{newest}}
	who := func(persona app.ID, role app.Role) app.Membership {
		return app.Membership{Persona: persona, Role: role}
	}
	old, stale := newest, note
	old.ID, stale.No = "old", 4
	wantCode(t, note.MayReview(who("other", app.RoleMember), old), "notetongue.moved")
	wantCode(t, stale.MayReview(who("other", app.RoleMember), newest), "notetongue.moved")
	wantCode(t, note.MayReview(who("by", app.RoleMember), newest), "translation.own")
	wantCode(t, note.MayReview(who("other", app.RoleObserver), newest), "role.comment")
	if err := note.MayReview(who("other", app.RoleMember), newest); err != nil {
		t.Error(err)
	}
	wantCode(t, note.MayWithdraw(who("other", app.RoleMember), newest), "notetongue.not_yours")
	for _, m := range []app.Membership{who("by", app.RoleMember), who("author", app.RoleDrafter), who("other", app.RoleChair)} {
		if err := note.MayWithdraw(m, newest); err != nil {
			t.Errorf("%+v: %v", m, err)
		}
	}
}
