package thread_test

import (
	"testing"

	"madang/app"
	"madang/app/prose"
	"madang/app/thread"
)

// said is a comment of Minho's in Korean, in a thread of its own.
func (r room) said() thread.Comment {
	r.t.Helper()
	_, c := r.open(r.Minho, "", "먼저 당사자에게 물어야 합니다.")
	return c
}

// puts is a translation of a comment into English, as somebody sends it.
func puts(c thread.Comment, body string) thread.NewTranslation {
	base, _ := c.In("en")
	return thread.NewTranslation{ID: app.NewID(), Base: base.ID, Comment: c.ID, Lang: "en", Body: body, Revision: c.Revision}
}

func (r room) translate(who app.Actor, wish thread.NewTranslation) thread.Comment {
	r.t.Helper()
	c, err := r.Translate(r.t.Context(), who, wish)
	if err != nil {
		r.t.Fatal(err)
	}
	return c
}

// wantTongue fails unless a comment has an English translation of that state; with no state,
// none.
func (r room) wantTongue(c thread.Comment, state thread.TranslationState, body string) {
	r.t.Helper()
	made, has := c.In("en")
	switch {
	case state == "" && has:
		r.t.Errorf("there is a translation: %+v", made)
	case state != "" && (!has || c.StateOf(made) != state || made.Body != body):
		r.t.Errorf("%v %q, want %q %s", c.StateOf(made), made.Body, body, state)
	}
}

func (r room) seen(c thread.Comment) thread.Comment {
	r.t.Helper()
	found, _, err := r.Comment(r.t.Context(), r.Chioma, c.ID)
	if err != nil {
		r.t.Fatal(err)
	}
	return found
}

func TestAContributionSaysItsLanguage(t *testing.T) {
	eachRoom(t, func(t *testing.T, r room) {
		on, said := r.open(r.Minho, "", "먼저 당사자에게 물어야 합니다.")
		if said.Lang != "ko" {
			t.Errorf("it is taken for %q", said.Lang)
		}
		answer, err := r.Post(t.Context(), r.Dani, thread.NewComment{ID: app.NewID(), Thread: on.ID, Body: "Ask 먼저?", Lang: "ko"})
		if err != nil || answer.Lang != "ko" {
			t.Errorf("%q, %v: its author has the last word", answer.Lang, err)
		}
		wordless, err := r.Post(t.Context(), r.Dani, thread.NewComment{ID: app.NewID(), Thread: on.ID, Body: "1, 2!"})
		if err != nil || wordless.Lang != prose.Undetermined {
			t.Errorf("%q, %v", wordless.Lang, err)
		}
		_, err = r.Post(t.Context(), r.Dani, thread.NewComment{ID: app.NewID(), Thread: on.ID, Body: "Bonjour.", Lang: "fr"})
		wantCode(t, err, "lang.unknown")

		put, err := r.Revise(t.Context(), r.Dani, answer.ID, thread.NewWording{Body: answer.Body, Lang: "en", Revision: 1})
		if err != nil || put.Lang != "en" || put.Revision != 1 {
			t.Errorf("%+v, %v: another language is no other wording", put, err)
		}
	})
}

func TestACommentFromBeforeIsGuessedAsItIsRead(t *testing.T) {
	eachRoom(t, func(t *testing.T, r room) {
		said := r.said()
		r.Raw().MustExec(`UPDATE comments SET lang = '' WHERE id = $1`, said.ID)
		if got := r.seen(said); got.Lang != "ko" {
			t.Errorf("it is taken for %q", got.Lang)
		}
		page, err := r.Comments(t.Context(), r.Minho, said.Thread, thread.Page{})
		if err != nil || page.Comments[0].Lang != "ko" {
			t.Errorf("%+v, %v", page, err)
		}
	})
}

func TestWhoeverMayCommentTranslatesAndOnlyOthersFindItRight(t *testing.T) {
	eachRoom(t, func(t *testing.T, r room) {
		said := r.said()
		c := r.translate(r.Dani, puts(said, "Ask those concerned first."))
		r.wantTongue(c, thread.TranslationDraft, "Ask those concerned first.")
		made, _ := c.In("en")

		_, err := r.Review(t.Context(), r.Dani, c.ID, made.ID)
		wantCode(t, err, "translation.own")
		for _, outside := range []app.Actor{r.Zoe, {}} {
			if _, err := r.Review(t.Context(), outside, c.ID, made.ID); app.KindOf(err) != app.KindNotFound {
				t.Errorf("somebody outside: %v", err)
			}
			if _, err := r.Translate(t.Context(), outside, puts(c, "Never.")); app.KindOf(err) != app.KindNotFound {
				t.Errorf("somebody outside: %v", err)
			}
		}
		if c, err = r.Review(t.Context(), r.Eun, c.ID, made.ID); err != nil {
			t.Fatal(err)
		}
		r.wantTongue(c, thread.TranslationReviewed, made.Body)
		if c, err = r.Review(t.Context(), r.Minho, c.ID, made.ID); err != nil {
			t.Fatal(err)
		}
		r.wantTongue(c, thread.TranslationConfirmed, made.Body)
	})
}

func TestTheAuthorsOwnTranslationIsWhatTheyMeant(t *testing.T) {
	eachRoom(t, func(t *testing.T, r room) {
		r.wantTongue(r.translate(r.Minho, puts(r.said(), "Ask them first.")), thread.TranslationConfirmed, "Ask them first.")
	})
}

func TestATranslationOfWordsThatChangedIsOutOfDate(t *testing.T) {
	eachRoom(t, func(t *testing.T, r room) {
		said := r.said()
		c := r.translate(r.Dani, puts(said, "Ask them first."))
		made, _ := c.In("en")
		if _, err := r.Revise(t.Context(), r.Minho, said.ID, thread.NewWording{Body: "당사자에게 물을 필요는 없습니다.", Revision: 1}); err != nil {
			t.Fatal(err)
		}
		c = r.seen(said)
		r.wantTongue(c, thread.TranslationStale, "Ask them first.")
		_, err := r.Review(t.Context(), r.Eun, c.ID, made.ID)
		wantCode(t, err, "tongue.moved")
		// Whoever translated the words from before loses nothing, and it says so.
		late := puts(c, "Ask them, first of all.")
		late.Revision = 1
		r.wantTongue(r.translate(r.Eun, late), thread.TranslationStale, late.Body)
		r.wantTongue(r.translate(r.Eun, puts(r.seen(said), "They needn't be asked.")), thread.TranslationDraft, "They needn't be asked.")
	})
}

func TestATranslationSentTwiceIsKeptOnceAndTwoPeopleDontOverwriteEachOther(t *testing.T) {
	eachRoom(t, func(t *testing.T, r room) {
		said := r.said()
		wish := puts(said, "Ask them first.")
		r.translate(r.Dani, wish)
		r.translate(r.Dani, wish)
		_, err := r.Translate(t.Context(), r.Eun, puts(said, "First ask them."))
		wantCode(t, err, "tongue.changed")
		wish.Body = "Other words under the same id."
		_, err = r.Translate(t.Context(), r.Eun, wish)
		wantCode(t, err, "tongue.changed")
		all, err := r.Translations(t.Context(), r.Chioma, said.ID)
		if err != nil || len(all) != 1 {
			t.Errorf("%+v, %v", all, err)
		}
		r.translate(r.Eun, puts(r.seen(said), "First ask them."))
		if all, _ = r.Translations(t.Context(), r.Chioma, said.ID); len(all) != 2 || all[0].Body != "Ask them first." {
			t.Errorf("the earlier one isn't kept: %+v", all)
		}
		same := puts(said, "같은 말")
		same.Lang = "ko"
		_, err = r.Translate(t.Context(), r.Eun, same)
		wantCode(t, err, "tongue.same")
	})
}

func TestATranslationIsTakenAwayByItsMakerAndByWhomItSpeaksFor(t *testing.T) {
	eachRoom(t, func(t *testing.T, r room) {
		said := r.said()
		first := r.translate(r.Eun, puts(said, "Ask them first."))
		second := r.translate(r.Dani, puts(first, "Canary, ask them."))
		made, _ := second.In("en")
		_, err := r.Withdraw(t.Context(), r.Eun, said.ID, made.ID)
		wantCode(t, err, "tongue.not_yours")
		c, err := r.Withdraw(t.Context(), r.Minho, said.ID, made.ID)
		if err != nil {
			t.Fatal(err)
		}
		r.wantTongue(c, thread.TranslationDraft, "Ask them first.")
		if c, err = r.Withdraw(t.Context(), r.Minho, said.ID, made.ID); err != nil {
			t.Errorf("taken away twice: %v", err)
		}
		older, _ := c.In("en")
		if c, err = r.Withdraw(t.Context(), r.Eun, said.ID, older.ID); err != nil {
			t.Fatal(err)
		}
		r.wantTongue(c, "", "")
		all, err := r.Translations(t.Context(), r.Chioma, said.ID)
		if err != nil || len(all) != 2 || all[1].Body != "" || all[1].Withdrawer.Persona != r.Membership(r.Minho).Persona {
			t.Errorf("who took it away isn't known: %+v, %v", all, err)
		}
		r.mustHoldNothingOf(t, "Canary, ask them.")
	})
}

func TestATranslationSharesTheFateOfTheComment(t *testing.T) {
	eachRoom(t, func(t *testing.T, r room) {
		said := r.said()
		c := r.translate(r.Dani, puts(said, "Canarytongue first."))
		made, _ := c.In("en")
		mo := r.Join(r.Group, app.RoleModerator, "Mo")
		must(t, r.report(r.Eun, said.ID))
		must(t, r.decide(mo, said.ID, thread.CaseTakenDown, "It is about a neighbour."))
		r.wantTongue(r.seen(said), "", "")
		r.mustHoldNothingOf(t, "Canarytongue")
		if all, err := r.Translations(t.Context(), r.Dani, said.ID); err != nil || len(all) > 0 {
			t.Errorf("%+v, %v", all, err)
		}
		_, err := r.Translate(t.Context(), r.Dani, puts(said, "Canarytongue again."))
		wantCode(t, err, "tongue.gone")

		must(t, r.Appeal(t.Context(), r.Minho, said.ID, app.NewID(), "It asks for care."))
		must(t, r.decide(r.Chioma, said.ID, thread.CaseKept, "It may be said."))
		r.wantTongue(r.seen(said), thread.TranslationDraft, made.Body)
		if _, err := r.Delete(t.Context(), r.Minho, said.ID); err != nil {
			t.Fatal(err)
		}
		r.wantTongue(r.seen(said), "", "")
		r.mustHoldNothingOf(t, "Canarytongue")
	})
}
