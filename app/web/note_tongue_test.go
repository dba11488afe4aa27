package web

import (
	"net/http"
	"regexp"
	"testing"

	"madang/app"
	"madang/app/statement"
)

// noted lets Dani explain the first clause, in English.
func (s *site) noted(words string) statement.Note {
	s.t.Helper()
	notes, err := s.server.statements.Notes(s.t.Context(), s.Dani, s.text.ID)
	if err != nil {
		s.t.Fatal(err)
	}
	made, err := s.server.statements.Annotate(s.t.Context(), s.Dani, s.text.ID, statement.NewNote{ID: app.NewID(), Base: notes[s.clause].ID, CID: s.clause, Words: words})
	if err != nil {
		s.t.Fatal(err)
	}
	return made.Newest
}

// inKorean is the page of the note's Korean translation.
func (s *site) inKorean() string { return s.page("/clauses/" + s.clause + "/note/translations/ko") }

var baseField = regexp.MustCompile(`name="base" value="([^"]*)"`)

// translates saves a translation of the note as the page's form would.
func (s *site) translates(session, words string) answer {
	s.t.Helper()
	base := baseField.FindStringSubmatch(s.get(session, s.inKorean()).mustBe(http.StatusOK).text)[1]
	return s.post(session, s.inKorean(), "nonce", string(app.NewID()), "base", base, "text", words)
}

func TestANoteIsReadInTwoLanguagesWithWhoTranslatedIt(t *testing.T) {
	s := open(t)
	s.noted("Because it rains on everybody.")
	minho, eun := s.signIn(s.Minho), s.signIn(s.Eun)
	s.get(minho, s.page("")).mustSay("Because it rains on everybody.", `href="`+s.inKorean()+`"`, "Translate it (한국어)")
	if to := s.translates(minho, "비는 누구에게나 내리기 때문이다.").leadsTo(); to != s.inKorean()+"?done=translated" {
		t.Errorf("it leads to %s", to)
	}
	for _, page := range []string{s.page(""), s.page("/clauses/" + s.clause)} {
		s.get(eun, page).mustBe(http.StatusOK).mustSay("비는 누구에게나 내리기 때문이다.", `<p lang="ko" dir="auto">`, "Translated from English by 민호", "Not reviewed", "Review or improve").
			mustNotSay("Translate it (")
	}

	// Nobody reviews their own; somebody else does. Then the note changes.
	s.get(minho, s.inKorean()).mustNotSay("It is right")
	made := regexp.MustCompile(`name="translation" value="([^"]+)"`).FindStringSubmatch(s.get(eun, s.inKorean()).mustSay("It is right").text)[1]
	s.post(minho, s.inKorean()+"/reviews", "translation", made).mustBe(http.StatusForbidden)
	s.post(eun, s.inKorean()+"/reviews", "translation", made).leadsTo()
	s.get(minho, s.page("")).mustSay("Reviewed").mustNotSay("Not reviewed")
	s.get(minho, s.inKorean()).mustSay("Found right by 은")
	s.noted("Because rain falls on everybody.")
	s.get(minho, s.page("")).mustSay("Because rain falls on everybody.", "Out of date", "비는 누구에게나 내리기 때문이다.")
	s.get(minho, s.inKorean()).mustSay("The note has changed since it was translated.")

	// Saved anew without a change it says nothing new.
	s.translates(minho, "비는 모두에게 내린다.").leadsTo()
	s.noted("Because rain falls on everybody.")
	s.get(minho, s.page("")).mustSay("비는 모두에게 내린다.", "Not reviewed").mustNotSay("Out of date", "비는 누구에게나")

	korean := s.request(eun, http.MethodGet, s.page(""), nil)
	korean.Header.Set("Accept-Language", "ko")
	s.do(korean).mustSay("비는 모두에게 내린다.", "English에서 민호가 옮김", "검토 전", `<details class="tongue" open>`)

	// Once the note is gone, so is what was made of it.
	s.noted("")
	s.get(minho, s.page("")).mustNotSay("비는")
	s.get(minho, s.inKorean()).mustBe(http.StatusNotFound)
	s.noted("Another reason.")
	s.get(minho, s.page("")).mustSay("Another reason.").mustNotSay("비는")
}

func TestWhoTranslatesANoteLosesNoWord(t *testing.T) {
	s := open(t)
	s.noted("Because it rains on everybody.")
	minho, eun := s.signIn(s.Minho), s.signIn(s.Eun)
	s.translates(eun, "은의 글.").leadsTo()
	s.post(minho, s.inKorean(), "nonce", string(app.NewID()), "base", "", "text", "민호의 글.").mustBe(http.StatusConflict).
		mustSay("Somebody else translated the same words meanwhile", "민호의 글.", "은의 글.")
	s.post(minho, s.inKorean(), "text", " ").mustBe(http.StatusUnprocessableEntity)
	s.noted("")
	s.post(minho, s.inKorean(), "nonce", string(app.NewID()), "base", "", "text", "민호의 긴 글.").mustBe(http.StatusConflict).
		mustSay("The note was taken away", "민호의 긴 글.")
}

func TestWhoMayNotCommentReadsTranslationsOfNotesAndMakesNone(t *testing.T) {
	s := open(t)
	s.noted("Because it rains on everybody.")
	s.translates(s.signIn(s.Minho), "비는 누구에게나 내리기 때문이다.").leadsTo()
	for name, who := range map[string]app.Actor{"an observer": s.Olga, "a stranger": s.Zoe, "somebody else's group": s.Sook} {
		session := s.signIn(who)
		if status := s.get(session, s.inKorean()).StatusCode; status != http.StatusNotFound {
			t.Errorf("%s reads it: %d", name, status)
		}
		if status := s.post(session, s.inKorean(), "text", "글.").StatusCode; status != http.StatusNotFound {
			t.Errorf("%s translates it: %d", name, status)
		}
	}
}

func TestANoteSaysItsLanguageAndThatMayBeCorrected(t *testing.T) {
	s := open(t)
	made := s.noted("Because it rains on everybody.")
	dani, minho := s.signIn(s.Dani), s.signIn(s.Minho)
	s.translates(minho, "비는 누구에게나 내리기 때문이다.").leadsTo()
	note := s.page("/clauses/" + s.clause + "/note")
	s.get(dani, note).mustSay("As its letters tell").mustNotSay("selected")
	save := func(lang string) {
		t.Helper()
		s.post(dani, note, "nonce", string(app.NewID()), "base", string(made.ID), "text", "Because it rains on everybody.", "lang", lang).leadsTo()
	}
	save("ko") // by mistake: the translation into Korean doesn't count any more
	s.get(minho, s.page("")).mustSay(`<p lang="ko" dir="auto">Because it rains`).mustNotSay("비는 누구에게나")
	s.get(dani, note).mustSay(`<option value="ko" selected>`)
	save("en")
	s.get(minho, s.page("")).mustSay(`<p lang="en" dir="auto">Because it rains`, "비는 누구에게나", "Not reviewed").mustNotSay("Out of date")
	s.post(dani, note, "base", string(made.ID), "text", "Because it rains.", "lang", "xx").mustBe(http.StatusUnprocessableEntity).mustSay("Because it rains.")
}

func TestATranslationOfANoteIsTakenAwayByItsMakerTheNotesAuthorOrAModerator(t *testing.T) {
	s := open(t)
	s.noted("Because it rains on everybody.")
	id := func(who app.Actor) string {
		notes, err := s.server.statements.Notes(t.Context(), who, s.text.ID)
		made, is := notes[s.clause].In("ko")
		if err != nil || !is {
			t.Fatal(err, is)
		}
		return string(made.ID)
	}
	other := s.signIn(s.Join(s.Group, app.RoleMember, "Lee"))
	for _, who := range []app.Actor{s.Minho, s.Dani, s.Chioma} {
		s.translates(s.signIn(s.Minho), "비는 누구에게나 내리기 때문이다.").leadsTo()
		s.post(other, s.inKorean()+"/withdrawals", "translation", id(s.Minho)).mustBe(http.StatusForbidden)
		s.get(other, s.inKorean()).mustNotSay("Take the translation away")
		session := s.signIn(who)
		s.get(session, s.inKorean()).mustSay("Take the translation away")
		s.post(session, s.inKorean()+"/withdrawals", "translation", id(s.Minho)).leadsTo()
		s.get(other, s.inKorean()).mustSay("Nobody has put it into this language yet.", "Taken away by").mustNotSay("비는")
	}
}
