package main

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
)

var commentPath = regexp.MustCompile(`/comments/[0-9a-f-]{36}`)

// mustHaveIn fails unless words of a comment stand there in a language.
func (p page) mustHaveIn(lang, words string) page {
	p.v.t.Helper()
	if !strings.Contains(p.text, `lang="`+lang+`" dir="auto">`+words) {
		p.v.t.Fatalf("%s doesn't have %s in %s:\n%s", p.at, words, lang, p.text)
	}
	return p
}

func TestPeopleWhoReadDifferentLanguagesArgueInOneThread(t *testing.T) {
	eachDatabase(t, func(t *testing.T, flags []string) {
		forum := populate(t, append([]string{"--personas", "1", "--statements", "1"}, flags...)...)
		node := serve(t, flags...)
		author, helper, reader, stranger := visit(t, node.URL), visit(t, node.URL), visit(t, node.URL), visit(t, node.URL)
		author.enter(t, "member", "Ari", flags...)
		helper.enter(t, "member", "Hana", flags...)
		reader.enter(t, "member", "Rea", flags...)

		start := author.open("/statements/"+forum.Statements[0]+"/threads").mustBe(200, "As its letters tell").form("/threads")
		thread := start.fill("body", "먼저 당사자에게 물어야 합니다.").submit().mustBe(200, "Translate").mustHaveIn("ko", "<p>먼저 당사자에게 물어야 합니다.</p>")
		comment := commentPath.FindString(thread.text)
		box := comment + "/translations/en"
		stranger.open(box).mustBe(http.StatusUnauthorized)
		author.open(comment + "/translations/ko").mustBe(http.StatusNotFound) // its own language
		author.open(comment + "/translations/fr").mustBe(http.StatusNotFound)

		// Whoever reads in English is told that nobody has translated it, and stays in English.
		reader.open(thread.at.Path+"?read=en").mustBe(200, "Not translated yet", "Add a translation", "먼저 당사자에게")
		reader.open(thread.at.Path).mustBe(200, "Not translated yet")

		late := reader.open(box).mustBe(200, "Nobody has put it into this language yet").form("/translations/en")
		first := helper.open(box).form("/translations/en")
		first.fill("body", " ").submit().mustBe(http.StatusUnprocessableEntity)
		first.fill("body", "Ask those *concerned* first.").submit().mustBe(200, "In English", "Not reviewed")
		first.fill("body", "Ask those *concerned* first.").submit().mustBe(200) // sent again
		conflict := late.fill("body", "First ask the victims.").submit().mustBe(http.StatusConflict, "Nothing is lost", "First ask the victims.", "Ask those concerned first.")
		if conflict.says("Something went wrong") {
			t.Error("the other words are called a mistake")
		}

		shown := reader.open(thread.at.Path).mustHaveIn("en", "<p>Ask those <em>concerned</em> first.</p>").mustBe(200, "by Hana", "Original (한국어)", "먼저 당사자에게", "Not reviewed")
		shown.mustNotSay("Not translated yet")
		if helper.open(box).says("It is right") {
			t.Error("a translator reviews themself")
		}
		reader.open(box).formWith("/reviews", "translation").submit().mustBe(200, "It is marked as reviewed", "Found right by Rea")
		author.open(box).mustBe(200, "This is what I meant").formWith("/reviews", "translation").submit().mustBe(200, "Its author says: this is what I meant")
		reader.open(thread.at.Path).mustBe(200, "Confirmed by the author")
		reader.open("/search?q=concerned").mustBe(200, "English translation of a comment on", "Hana")

		// What the author changes is out of date in the other language until somebody looks.
		author.open(comment+"/text").form("/text").fill("body", "당사자에게 먼저, 그리고 늘 물어야 합니다.").submit().mustBe(200)
		reader.open(thread.at.Path).mustBe(200, "Out of date")
		again := reader.open(box).mustBe(200, "The comment has changed since it was translated").form("/translations/en")
		again.fill("body", "Ask those concerned first, and always.").submit().mustBe(200, "and always.", "Not reviewed")

		// The other way round: an answer in English, read in Korean.
		answer := reader.open(thread.at.Path).form("/comments").fill("body", "And who asks 당사자?").choose("lang", "en").submit().mustBe(200)
		author.open(thread.at.Path+"?read=ko").mustBe(200, "Not translated yet").mustHaveIn("en", "<p>And who asks 당사자?</p>")
		author.open(thread.at.Path + "?read=as-written").mustNotSay("Not translated yet")
		if answer.status != 200 {
			t.Error("the answer isn't there")
		}

		// The author takes away what they don't mean; the words before it count again.
		author.open(box).formWith("/withdrawals", "translation").submit().mustBe(200, "The translation is taken away", "Taken away by Ari", "concerned")
		reader.open("/search?q=always").mustNotSay("English translation of a comment on")
		author.open(comment + "/deletion").form("/deletion").submit().mustBe(200)
		reader.open(box).mustBe(http.StatusNotFound)
		reader.open("/search?q=concerned").mustNotSay("Hana")
		if strings.Contains(node.notes.text(), "concerned") {
			t.Error("the log holds what was said")
		}
	})
}

func TestAProgramPutsACommentIntoAnotherLanguage(t *testing.T) {
	eachDatabase(t, func(t *testing.T, flags []string) {
		forum := populate(t, append([]string{"--personas", "2", "--statements", "1"}, flags...)...)
		node := serve(t, flags...)
		s, other := script{t: t, base: node.URL, token: forum.Tokens[0]}, script{t: t, base: node.URL, token: forum.Tokens[1]}
		thread := s.openThread(forum.Statements[0], "", "먼저 물어야 합니다.")
		var list struct {
			Items []struct {
				ID, Lang     string
				Translations []struct{ ID, Lang, Body, HTML, State string }
			}
		}
		s.call("GET", "/api/v1/threads/"+thread+"/comments", nil).into(&list)
		if len(list.Items) != 1 || list.Items[0].Lang != "ko" || len(list.Items[0].Translations) != 0 {
			t.Fatalf("%+v", list)
		}
		path := "/api/v1/comments/" + list.Items[0].ID + "/translations"
		if made := other.call("POST", path, map[string]any{"lang": "en", "body": "Ask *first*."}); made.status != http.StatusCreated {
			t.Fatalf("%d %s", made.status, made.body)
		}
		other.call("POST", path, map[string]any{"lang": "en", "body": "First ask."}).refused(http.StatusConflict, "tongue.changed")
		other.call("POST", path, map[string]any{"lang": "fr", "body": "D'abord."}).refused(http.StatusUnprocessableEntity, "lang.unknown")
		other.call("POST", path, map[string]any{"lang": "ko", "body": "먼저."}).refused(http.StatusUnprocessableEntity, "tongue.same")
		s.call("GET", "/api/v1/threads/"+thread+"/comments", nil).into(&list)
		made := list.Items[0].Translations[0]
		if made.Lang != "en" || made.State != "draft" || !strings.Contains(made.HTML, "<em>first</em>") {
			t.Errorf("%+v", made)
		}
		other.call("POST", path+"/"+made.ID+"/reviews", nil).refused(http.StatusForbidden, "translation.own")
		if seen := s.call("POST", path+"/"+made.ID+"/reviews", nil); seen.status != http.StatusOK || !strings.Contains(string(seen.body), `"confirmed"`) {
			t.Errorf("%d %s", seen.status, seen.body)
		}
		if gone := other.call("DELETE", path+"/"+made.ID, nil); gone.status != http.StatusOK || strings.Contains(string(gone.body), "Ask *first*") {
			t.Errorf("%d %s", gone.status, gone.body)
		}
	})
}
