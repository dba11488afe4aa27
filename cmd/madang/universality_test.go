package main

import (
	"net/http"
	"strings"
	"testing"
)

func TestClausesRestOnUniversalInstrumentsAndWordsAreAnsweredFor(t *testing.T) {
	eachDatabase(t, func(t *testing.T, flags []string) {
		forum := populate(t, append([]string{"--personas", "1", "--statements", "1"}, flags...)...)
		node := serve(t, flags...)
		editor, drafter, reader := visit(t, node.URL), visit(t, node.URL), visit(t, node.URL)
		editor.enter(t, "editor", "Eun", flags...)
		drafter.enter(t, "drafter", "Dani", flags...)
		reader.enter(t, "member", "Minho", flags...)
		statement := "/statements/" + forum.Statements[0]
		cid, _ := script{t: t, base: node.URL, token: forum.Tokens[0]}.aClause(forum.Statements[0])
		clause := statement + "/clauses/" + cid + "/universality"

		overview := reader.open(statement+"/universality").mustBe(200, "8 numbered clauses rest on no universal instrument yet", "Needs a reference")
		words := overview.linkTo("/framing")
		reader.open(words).mustBe(200, "Words to ask about")
		editor.open(words).form("/framing").fill("slogan", strings.Repeat("가", 61)).submit().mustBe(http.StatusRequestEntityTooLarge, "longer than 60 characters")
		editor.open(words).form("/framing").fill("slogan", "whoever\nregime\n").submit().mustBe(200, "The words are saved")
		reader.open(statement+"/universality").mustBe(200, "8 words wait for an answer")

		page := drafter.open(clause).mustBe(200, "“whoever”")
		page.form("/references").fill("article", "udhr.31").submit().mustBe(http.StatusUnprocessableEntity, "Please choose an article")
		page.form("/references").fill("article", "udhr.21").submit().mustBe(200, "UDHR, article 21: Taking part in government; free elections")
		page.form("/answers").fill("reason", " ").choose("symmetric", "yes").submit().mustBe(http.StatusUnprocessableEntity)
		answer := page.form("/answers").fill("reason", "It means everybody.").choose("symmetric", "yes")
		answer.submit().mustBe(200, "Would be accepted about any country", "It means everybody.")
		answer.submit()
		again := drafter.open(clause)
		if n := strings.Count(again.text, "It means everybody."); n != 1 {
			t.Errorf("the answer is there %d times", n)
		}
		again.form("/answers").fill("reason", "Thought again.").choose("symmetric", "no").submit().mustBe(200, "Thought again.", "It means everybody.")
		reader.open(statement+"/universality").mustBe(200, "7 numbered clauses rest", "7 words wait", "whoever: answered")
		if reader.open(clause).mustBe(200, "UDHR, article 21").says("Keep the answer") {
			t.Error("a member is offered a form that is refused")
		}
		again.form("/removal").choose("article", "udhr.21").submit().mustBe(200, "The article has been removed", "Nothing yet.")
	})
}
