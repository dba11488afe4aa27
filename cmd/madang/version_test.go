package main

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
	"testing"
)

func TestVersionsAreMadeComparedAndRestoredWithoutScripts(t *testing.T) {
	eachDatabase(t, func(t *testing.T, flags []string) {
		forum := populate(t, append([]string{"--personas", "2", "--statements", "1"}, flags...)...)
		node := serve(t, flags...)
		editor, reader := visit(t, node.URL), visit(t, node.URL)
		editor.enter(t, "editor", "Eun", flags...)
		reader.enter(t, "member", "Minho", flags...)
		statement := "/statements/" + forum.Statements[0]
		live := edit(t, node.URL, forum.Tokens[0], forum.Statements[0])
		before := live.text()

		reader.open(statement+"/versions").mustBe(200, "There is no version yet")
		reader.open(statement + "/versions/new").mustBe(http.StatusForbidden)
		reader.open(statement+"/comparison").mustBe(200, "There is no version yet")
		wish := editor.open(statement+"/versions/new").form("/versions").
			fill("label", "For the <first> meeting").fill("changelog", "All of it.")
		wish.fill("label", strings.Repeat("a", 101)).submit().mustBe(http.StatusRequestEntityTooLarge, "100 is the most", "All of it.")
		wish.fill("label", "For the <first> meeting").submit().mustBe(200, "The version has been made")
		wish.submit().mustBe(200, "For the <first> meeting") // sent again
		editor.open(statement+"/versions/new").form("/versions").submit().mustBe(http.StatusConflict, "Version 1 has this text already")
		reader.open(statement+"/versions/1").mustBe(200, "To cite this version", node.URL+statement+"/versions/1")
		reader.open(statement+"/versions/1/proof").mustBe(200, "Checked just now", "madang clause 1", "Unchanged")
		reader.open(statement + "/versions/2").mustBe(http.StatusNotFound)
		reader.open(statement + "/versions/01").mustBe(http.StatusNotFound)

		cid, words := script{t: t, base: node.URL, token: forum.Tokens[0]}.aClause(forum.Statements[0])
		editor.open(statement+"/clauses/"+cid+"/text").form("/text").fill("text", "Nobody may "+words).submit().mustBe(200, "Saved")
		reader.open(statement+"/versions/1").mustBe(200, words)
		reader.open(statement+"/comparison?from=1").mustBe(200, "1 clause differs", "[added:", "Nobody may")
		reader.open(statement+"/comparison?from=draft&to=draft").mustBe(200, "The two texts are the same")
		reader.open(statement + "/comparison?from=1&to=7").mustBe(http.StatusNotFound)
		reader.open(statement + "/comparison?from=<b>").mustBe(http.StatusNotFound)

		reader.open(statement + "/versions/1/restoration").mustBe(http.StatusForbidden)
		back := editor.open(statement+"/versions/1/restoration").mustBe(200, "Nobody may").form("/restoration")
		back.submit().mustBe(200, "reads as that version did")
		back.submit().mustBe(200, "reads as that version did")
		until(t, "the open editor shows the old words", func() bool { return live.text() == before })
		reader.open(statement+"/versions").mustBe(200, "Kept by the forum before a large change", "Version 2")
		reader.open(statement + "/versions/3").mustBe(http.StatusNotFound)
		reader.open(statement+"/versions/2").mustBe(200, "Nobody may")
		file := reader.open(statement + "/versions/2.md")
		if !strings.HasPrefix(file.header.Get("Content-Type"), "text/markdown") || !file.says("Nobody may") {
			t.Errorf("%v: %s", file.header, file.text)
		}
	})
}

func TestAProgramMakesReadsAndComparesVersions(t *testing.T) {
	eachDatabase(t, func(t *testing.T, flags []string) {
		forum := populate(t, append([]string{"--personas", "1", "--statements", "1"}, flags...)...)
		node := serve(t, flags...)
		s := script{t: t, base: node.URL, token: forum.Tokens[0]}
		cid, words := s.aClause(forum.Statements[0])
		statement := "/api/v1/statements/" + forum.Statements[0]
		const id = "0193a6e2-0000-7000-8000-00000000000a"
		for range 2 { // sent again
			made := s.call("POST", statement+"/versions", map[string]any{"id": id, "label": "First", "changelog": "All of it."})
			if made.status != http.StatusCreated || made.header.Get("Location") != statement+"/versions/1" {
				t.Fatalf("%d %s", made.status, made.body)
			}
		}
		s.call("PATCH", statement+"/clauses/"+cid, map[string]any{"base": words, "text": "Always: " + words}).succeeded()

		var version struct {
			Root    string
			Clauses []struct{ Text, Leaf, Preimage, Verdict string }
		}
		s.call("GET", statement+"/versions/1", nil).into(&version)
		for _, c := range version.Clauses {
			if sum := sha256.Sum256([]byte(c.Preimage)); hex.EncodeToString(sum[:]) != c.Leaf || c.Verdict != "verified" {
				t.Errorf("%+v", c)
			}
		}
		if len(version.Root) != 64 || len(version.Clauses) < 3 {
			t.Errorf("%+v", version)
		}
		var compared struct {
			From    struct{ No int }
			To      *struct{}
			Clauses []struct {
				CID     string
				Changes []string
				Runs    []struct{ Kind, Text string }
			}
		}
		s.call("GET", statement+"/comparison?from=1", nil).into(&compared)
		for _, c := range compared.Clauses {
			if c.CID == cid && (c.Runs[0].Kind != "inserted" || c.Runs[0].Text != "Always: " || c.Changes[0] != "reworded") {
				t.Errorf("%+v", c)
			}
		}
		if compared.From.No != 1 || compared.To != nil || len(compared.Clauses) != len(version.Clauses) {
			t.Errorf("%+v", compared)
		}
		if missing := s.call("GET", statement+"/comparison?from=9", nil); missing.status != http.StatusNotFound {
			t.Errorf("%d", missing.status)
		}
	})
}

func TestWhyAClauseChangedStandsBesideTheChange(t *testing.T) {
	eachDatabase(t, func(t *testing.T, flags []string) {
		forum := populate(t, append([]string{"--personas", "1", "--statements", "1"}, flags...)...)
		node := serve(t, flags...)
		s := script{t: t, base: node.URL, token: forum.Tokens[0]}
		cid, words := s.aClause(forum.Statements[0])
		statement := "/api/v1/statements/" + forum.Statements[0]
		s.call("POST", statement+"/versions", map[string]any{"label": "First"}).succeeded()
		var made struct{ ID string }
		s.call("POST", statement+"/amendments", map[string]any{"reason": "It is clearer.", "proposals": []map[string]any{
			{"kind": "text", "cid": cid, "base": words, "text": "Above all: " + words},
		}}).into(&made)
		s.call("POST", "/api/v1/amendments/"+made.ID+"/steps", map[string]any{"to": "tabled"}).succeeded()
		s.call("POST", statement+"/acceptances", map[string]any{"amendments": []string{made.ID}, "reason": "Nobody objected."}).succeeded()
		s.call("POST", statement+"/versions", map[string]any{"changelog": "One amendment."}).succeeded()

		var compared struct {
			Changelogs []struct{ Changelog string }
			Clauses    []struct {
				CID     string
				Reasons []struct {
					Amendment, Reason, Decision string
					No                          int
				}
			}
		}
		s.call("GET", statement+"/comparison?from=1&to=2", nil).into(&compared)
		for _, c := range compared.Clauses {
			if isIt := c.CID == cid; isIt != (len(c.Reasons) == 1) || isIt && (c.Reasons[0].Reason != "It is clearer." || c.Reasons[0].Decision != "Nobody objected." || c.Reasons[0].No != 1) {
				t.Errorf("%+v", c)
			}
		}
		if len(compared.Changelogs) != 1 || compared.Changelogs[0].Changelog != "One amendment." {
			t.Errorf("%+v", compared.Changelogs)
		}
		reader := visit(t, node.URL)
		reader.enter(t, "member", "Minho", flags...)
		reader.open("/statements/"+forum.Statements[0]+"/comparison?from=1&to=2").mustBe(200, "Amendment 1", "It is clearer.", "Nobody objected.", "One amendment.", "[added:", "Above all:")
	})
}
