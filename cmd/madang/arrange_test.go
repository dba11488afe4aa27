package main

import (
	"net/http"
	"strings"
	"testing"
)

func TestClausesAreMovedSplitAndMergedWithoutScripts(t *testing.T) {
	eachDatabase(t, func(t *testing.T, flags []string) {
		forum := populate(t, append([]string{"--personas", "1", "--statements", "1"}, flags...)...)
		node := serve(t, flags...)
		drafter, reader := visit(t, node.URL), visit(t, node.URL)
		drafter.enter(t, "drafter", "Dani", flags...)
		reader.enter(t, "member", "Minho", flags...)
		live := edit(t, node.URL, forum.Tokens[0], forum.Statements[0])
		s := script{t: t, base: node.URL, token: forum.Tokens[0]}
		cid, words := s.aClause(forum.Statements[0])
		statement := "/statements/" + forum.Statements[0]
		place := statement + "/clauses/" + cid + "/place"
		reader.open(place).mustBe(http.StatusForbidden)

		page := drafter.open(place).mustBe(200, "Split it in two")
		half := len(words) / 2
		half = strings.LastIndex(words[:half], " ")
		page.form("/halves").submit().mustBe(http.StatusUnprocessableEntity, "Put one empty line")
		split := page.form("/halves").fill("text", words[:half]+"\n\n"+words[half+1:])
		second := split.submit().mustBe(200, "This is the second part", words[half+1:])
		split.submit().mustBe(200, "This is the second part") // sent again
		until(t, "the open editor shows two clauses", func() bool {
			return strings.Contains(live.text(), words[:half]) && !strings.Contains(live.text(), words)
		})
		reader.open(second.at.Path+"/history").mustBe(200, "Split off from another clause")
		page.form("/halves").fill("text", words[:half]+"\n\n"+words[half+1:]).formNonce("0193a6e2-0000-7000-8000-00000000000b").
			submit().mustBe(http.StatusConflict, "Somebody changed this clause meanwhile")

		drafter.open(second.at.Path+"/place").form("/place").choose("after", "^").submit().mustBe(200, "The clause has been moved")
		if first := s.firstClause(forum.Statements[0]); !strings.HasSuffix(second.at.Path, first) {
			t.Errorf("the first clause is %s", first)
		}
		drafter.open(second.at.Path+"/place").form("/place").choose("after", cid).submit().mustBe(200, "The clause has been moved")
		merge := drafter.open(second.at.Path + "/place").form("/union")
		merge.submit().mustBe(200, "The clauses have been merged", words)
		merge.submit().mustBe(200, words) // sent again
		if led := reader.open(second.at.Path); led.at.Path != statement+"/clauses/"+cid {
			t.Errorf("a link to the merged clause leads to %s", led.at.Path)
		}
		reader.open(statement+"/clauses/"+cid+"/history").mustBe(200, "Another clause was merged into it")
		until(t, "the open editor shows one clause again", func() bool { return strings.Contains(live.text(), words) })
	})
}

// formNonce makes the form one of another page.
func (f form) formNonce(id string) form {
	f.fields.Set("nonce", id)
	return f
}

// firstClause is the id of the first block of a text.
func (s script) firstClause(statement string) string {
	s.t.Helper()
	var list struct{ Items []struct{ CID string } }
	s.call("GET", "/api/v1/statements/"+statement+"/clauses", nil).into(&list)
	return list.Items[0].CID
}

func TestAClauseIsExplainedBesideIt(t *testing.T) {
	eachDatabase(t, func(t *testing.T, flags []string) {
		forum := populate(t, append([]string{"--personas", "1", "--statements", "1"}, flags...)...)
		node := serve(t, flags...)
		drafter, editor, reader := visit(t, node.URL), visit(t, node.URL), visit(t, node.URL)
		drafter.enter(t, "drafter", "Dani", flags...)
		editor.enter(t, "editor", "Eun", flags...)
		reader.enter(t, "member", "Minho", flags...)
		statement := "/statements/" + forum.Statements[0]
		cid, _ := script{t: t, base: node.URL, token: forum.Tokens[0]}.aClause(forum.Statements[0])
		clause := statement + "/clauses/" + cid
		reader.open(clause + "/note").mustBe(http.StatusForbidden)
		late := editor.open(clause + "/note").form("/note")
		first := drafter.open(clause + "/note").form("/note")
		first.fill("text", strings.Repeat("가", 5001)).submit().mustBe(http.StatusRequestEntityTooLarge, "5,000 is the most")
		first.fill("text", "Because rivers <flow>.").submit().mustBe(200, "Saved", "Because rivers <flow>.")
		first.submit().mustBe(200, "Because rivers <flow>.") // sent again
		conflict := late.fill("text", "Because of the law.").submit().mustBe(http.StatusConflict, "Nothing is lost", "Because rivers <flow>.")
		conflict.form("/note").fill("text", "Because rivers flow, by law.").submit().mustBe(200, "by law")
		reader.open(statement).mustBe(200, "Explanatory note", "Because rivers flow, by law.")
		drafter.open(clause+"/note").form("/note").fill("text", " ").submit().mustBe(200, "Saved")
		if reader.open(statement).says("Explanatory note") {
			t.Error("a note that was taken away is shown")
		}
	})
}
