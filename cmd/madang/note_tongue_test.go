package main

import (
	"net/http"
	"testing"
)

// Dani explains a clause in Korean; Hana puts that into English, Rea finds it right, and then
// Dani explains it otherwise, and at last not at all.
func TestANoteIsReadByThoseWhoDontReadItsLanguage(t *testing.T) {
	eachDatabase(t, func(t *testing.T, flags []string) {
		forum := populate(t, append([]string{"--personas", "1", "--statements", "1"}, flags...)...)
		node := serve(t, flags...)
		statement := "/statements/" + forum.Statements[0]
		cid, _ := script{t: t, base: node.URL, token: forum.Tokens[0]}.aClause(forum.Statements[0])
		note := statement + "/clauses/" + cid + "/note"
		box := note + "/translations/en"
		author, helper, reader := visit(t, node.URL), visit(t, node.URL), visit(t, node.URL)
		author.enter(t, "drafter", "Dani", flags...)
		helper.enter(t, "member", "Hana", flags...)
		reader.enter(t, "member", "Rea", flags...)

		helper.open(box).mustBe(http.StatusNotFound) // there is nothing to translate
		explain := author.open(note).mustBe(200, "As its letters tell").form("/note")
		explain.fill("text", "비는 누구에게나 내리기 때문이다.").submit().mustBe(200, "비는 누구에게나")
		visit(t, node.URL).open(box).mustBe(http.StatusUnauthorized)
		author.open(note + "/translations/ko").mustBe(http.StatusNotFound) // its own language

		late := reader.open(box).mustBe(200, "Nobody has put it into this language yet").form("/translations/en")
		first := helper.open(statement).mustBe(200, "Translate it (English)").v.open(box).form("/translations/en")
		first.fill("text", "For rain falls on everybody.").submit().mustBe(200, "The translation is saved", "Not reviewed")
		first.fill("text", "For rain falls on everybody.").submit().mustBe(200) // sent again
		late.fill("text", "It rains on all.").submit().mustBe(http.StatusConflict, "Nothing is lost", "It rains on all.", "For rain falls on everybody.")

		reader.open(statement).mustHaveIn("ko", "비는 누구에게나 내리기 때문이다.").mustHaveIn("en", "For rain falls on everybody.").mustBe(200, "Translated from 한국어 by Hana", "Not reviewed")
		helper.open(box).mustNotSay("It is right")
		reader.open(box).formWith("/reviews", "translation").submit().mustBe(200, "It is marked as reviewed", "Found right by Rea")
		reader.open(statement).mustBe(200, "Reviewed")
		reader.open("/search?q=rain+falls&kind=note_rendering").mustBe(200, "English translation of a note on", "Hana")

		author.open(note).form("/note").fill("text", "비는 모두에게 내리기 때문이다.").submit().mustBe(200)
		reader.open(statement).mustBe(200, "Out of date", "For rain falls on everybody.")
		again := reader.open(box).mustBe(200, "The note has changed since it was translated").form("/translations/en")
		again.fill("text", "For rain falls on all alike.").submit().mustBe(200, "Not reviewed")
		reader.open(box).formWith("/withdrawals", "translation").submit().mustBe(200, "The translation is taken away", "For rain falls on everybody.")

		author.open(note).form("/note").fill("text", "").submit().mustBe(200)
		reader.open(statement).mustBe(200).mustNotSay("For rain falls")
		reader.open(box).mustBe(http.StatusNotFound)
		reader.open("/search?q=rain+falls&kind=note_rendering").mustBe(200).mustNotSay("English translation of a note on")
	})
}
