package main

import (
	"net/http"
	"strings"
	"testing"

	"madang/app/prose"
)

func TestFootnotesAreWrittenWithoutScriptsAndGoOutAndComeBackInWord(t *testing.T) {
	eachDatabase(t, func(t *testing.T, flags []string) {
		forum := populate(t, append([]string{"--personas", "1", "--statements", "1"}, flags...)...)
		node := serve(t, flags...)
		drafter, reader := visit(t, node.URL), visit(t, node.URL)
		drafter.enter(t, "drafter", "Dani", flags...)
		reader.enter(t, "member", "Minho", flags...)
		live := edit(t, node.URL, forum.Tokens[0], forum.Statements[0])
		s := script{t: t, base: node.URL, token: forum.Tokens[0]}
		statement := "/statements/" + forum.Statements[0]
		cid, words := s.aClause(forum.Statements[0])
		clause := statement + "/clauses/" + cid

		noted := words + "^[See https://example.org/report, 각주.]"
		box := drafter.open(clause+"/text").mustBe(200, "A footnote stands in its place").form("/text")
		box.fill("text", noted).submit().mustBe(200, "Saved", "[See https://example.org/report, 각주.]")
		until(t, "the open editor has it", func() bool { return strings.Contains(live.text(), "각주.") })
		page := reader.open(statement).mustBe(200, words+"1", "Footnotes", "See https://example.org/report, 각주. ↩")
		for _, role := range []string{"doc-noteref", "doc-endnotes", "doc-backlink"} {
			if !strings.Contains(page.text, `role="`+role+`"`) {
				t.Errorf("nothing is a %s", role)
			}
		}
		if got := s.call("GET", "/api/v1"+statement+".md", nil); !strings.Contains(string(got.body), "[^1]: See https://example.org/report, 각주.") {
			t.Errorf("%s", got.body)
		}
		if got := s.call("GET", "/api/v1"+statement+".html", nil); !strings.Contains(string(got.body), `<section role="doc-endnotes">`) {
			t.Errorf("%s", got.body)
		}
		document := drafter.open(statement + ".docx").word()
		if block, _, _ := document.Text.Find(cid); block.PlainText() != noted {
			t.Errorf("in Word it is %q", block.PlainText())
		}
		reader.open("/search?q=각주").mustBe(200)

		again := drafter.open(clause + "/text").form("/text")
		again.fill("text", strings.Replace(noted, "report", "book", 1)).submit().mustBe(200, "https://example.org/book")
		drafter.open(clause+"/text").form("/text").fill("text", words).submit().mustBe(200, "Saved")
		if page := reader.open(statement); page.status != http.StatusOK || page.says("Footnotes") {
			t.Error("the list is still there")
		}
		until(t, "it is gone from the open editor", func() bool { return !strings.Contains(live.text(), "각주.") })
		var text struct{ Text string }
		s.call("GET", "/api/v1"+clause, nil).into(&text)
		if text.Text != words || strings.Contains(text.Text, prose.NoteOpen) {
			t.Errorf("%q", text.Text)
		}
	})
}
