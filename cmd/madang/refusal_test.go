package main

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/gorilla/websocket"
)

// unknown is an id that nothing has.
const unknown = "0193a6e2-0000-7000-8000-000000000000"

// oneNode is a forum of a few people on the embedded database.
func oneNode(t testing.TB) (*node, people) {
	t.Helper()
	data := t.TempDir()
	forum := populate(t, "--personas", "3", "--statements", "1", "--data", data)
	return serve(t, "--data", data), forum
}

func TestARefusedRequestSaysWhatBecameOfItsInput(t *testing.T) {
	node, forum := oneNode(t)
	writer := script{t: t, base: node.URL, token: forum.Tokens[0]}
	statement := "/api/v1/statements/" + forum.Statements[0]
	comment := func(body string) map[string]any { return map[string]any{"comment": map[string]any{"body": body}} }

	t.Run("nobody is signed in", func(t *testing.T) {
		script{t: t, base: node.URL}.call("GET", statement, nil).refused(http.StatusUnauthorized, "sign_in")
	})
	t.Run("a wrong token", func(t *testing.T) {
		script{t: t, base: node.URL, token: "nonsense"}.call("GET", statement, nil).refused(http.StatusUnauthorized, "sign_in")
	})
	t.Run("an unknown statement", func(t *testing.T) {
		writer.call("GET", "/api/v1/statements/"+unknown, nil).refused(http.StatusNotFound, "not_found")
	})
	t.Run("a comment too long", func(t *testing.T) {
		problem := writer.call("POST", statement+"/threads", comment(strings.Repeat("가", 10_001))).
			refused(http.StatusRequestEntityTooLarge, "comment.long")
		if !strings.Contains(problem.Detail, "10,000") {
			t.Errorf("the sentence doesn't name the limit: %q", problem.Detail)
		}
	})
	t.Run("in Korean for a Korean reader", func(t *testing.T) {
		reader := script{t: t, base: node.URL, token: forum.Tokens[0], lang: "ko"}
		problem := reader.call("POST", statement+"/threads", comment(strings.Repeat("x", 10_001))).
			refused(http.StatusRequestEntityTooLarge, "comment.long")
		if !strings.ContainsFunc(problem.Detail, isHangul) || !strings.ContainsFunc(problem.Input, isHangul) {
			t.Errorf("not Korean: %q, %q", problem.Detail, problem.Input)
		}
	})
	t.Run("a misspelt member", func(t *testing.T) {
		writer.call("POST", statement+"/threads", map[string]any{"komment": "x"}).refused(http.StatusUnprocessableEntity, "api.json")
	})
	t.Run("an oversized import", func(t *testing.T) {
		group := writer.group()
		input := map[string]any{"title": "Too much", "lang": "en", "markdown": strings.Repeat("word ", 1<<18)}
		writer.call("POST", "/api/v1/groups/"+group+"/statements", input).refused(http.StatusRequestEntityTooLarge, "markdown.large")
	})
	t.Run("a reply in a resolved thread", func(t *testing.T) {
		thread := writer.openThread(forum.Statements[0], "", "Settled soon.")
		writer.call("POST", "/api/v1/threads/"+thread+"/settlements", map[string]any{"open": false, "reason": "Agreed."}).succeeded()
		writer.call("POST", "/api/v1/threads/"+thread+"/comments", map[string]any{"body": "Wait!"}).
			refused(http.StatusConflict, "thread.resolved")
	})
}

func isHangul(r rune) bool { return r >= 0xAC00 && r <= 0xD7A3 }

// group returns the id of the one group the script is in.
func (s script) group() string {
	s.t.Helper()
	var groups struct{ Items []struct{ ID string } }
	s.call("GET", "/api/v1/groups", nil).into(&groups)
	if len(groups.Items) != 1 {
		s.t.Fatalf("in %d groups, want one", len(groups.Items))
	}
	return groups.Items[0].ID
}

func TestMarkdownCarriesNoScripts(t *testing.T) {
	node, forum := oneNode(t)
	writer := script{t: t, base: node.URL, token: forum.Tokens[0]}
	evil := "Hello <script>alert(1)</script> [click](javascript:alert(2)) <img src=x onerror=alert(3)> **bold**"

	var opened struct{ Comment struct{ HTML string } }
	writer.call("POST", "/api/v1/statements/"+forum.Statements[0]+"/threads",
		map[string]any{"comment": map[string]any{"body": evil}}).into(&opened)
	mustBeHarmless(t, "the comment", opened.Comment.HTML)

	var made struct{ ID string }
	writer.call("POST", "/api/v1/groups/"+writer.group()+"/statements",
		map[string]any{"title": "Imported", "lang": "en", "markdown": evil}).into(&made)
	mustBeHarmless(t, "the import", string(writer.call("GET", "/api/v1/statements/"+made.ID+".html", nil).body))
}

func mustBeHarmless(t testing.TB, what, html string) {
	t.Helper()
	for _, harm := range []string{"<script", "href=\"javascript", "<img"} {
		if strings.Contains(strings.ToLower(html), harm) {
			t.Errorf("%s holds %s: %s", what, harm, html)
		}
	}
	if !strings.Contains(html, "<strong>bold</strong>") {
		t.Errorf("%s lost what is harmless: %s", what, html)
	}
}

func TestTwoFormsOnOneClauseLoseNeitherText(t *testing.T) {
	eachDatabase(t, func(t *testing.T, flags []string) {
		forum := populate(t, append([]string{"--personas", "2", "--statements", "1"}, flags...)...)
		node := serve(t, flags...)
		writer := script{t: t, base: node.URL, token: forum.Tokens[0]}
		cid, base := writer.aClause(forum.Statements[0])
		path := "/api/v1/statements/" + forum.Statements[0] + "/clauses/" + cid

		texts := []string{base + " First ending.", base + " Second ending."}
		replies := make([]reply, len(texts))
		var forms sync.WaitGroup
		for i, text := range texts {
			forms.Go(func() {
				sender := script{t: t, base: node.URL, token: forum.Tokens[i]}
				replies[i] = sender.call("PATCH", path, map[string]any{"base": base, "text": text})
			})
		}
		forms.Wait()

		saved := slices.IndexFunc(replies, func(r reply) bool { return r.status == http.StatusOK })
		if saved < 0 {
			t.Fatalf("neither was saved: %s, %s", replies[0].body, replies[1].body)
		}
		refused := replies[1-saved]
		refused.refused(http.StatusConflict, "clause.conflict")
		for _, ending := range []string{"First", "Second"} {
			if !strings.Contains(string(refused.body), ending) {
				t.Errorf("the refusal doesn't show the %s ending: %s", ending, refused.body)
			}
		}
	})
}

func TestEditsOfDifferentWordsOfAClauseMerge(t *testing.T) {
	node, forum := oneNode(t)
	writer := script{t: t, base: node.URL, token: forum.Tokens[0]}
	cid, base := writer.aClause(forum.Statements[0])
	path := "/api/v1/statements/" + forum.Statements[0] + "/clauses/" + cid

	writer.call("PATCH", path, map[string]any{"base": base, "text": "Before. " + base}).succeeded()
	var merged struct {
		Text   string
		Merged bool
	}
	writer.call("PATCH", path, map[string]any{"base": base, "text": base + " After."}).into(&merged)
	if want := "Before. " + base + " After."; merged.Text != want || !merged.Merged {
		t.Errorf("got %q (merged %v), want %q", merged.Text, merged.Merged, want)
	}
}

// aClause returns a numbered clause of a statement and its words.
func (s script) aClause(statement string) (cid, text string) {
	s.t.Helper()
	var shown struct {
		Items []struct{ CID, Number, Text string }
	}
	s.call("GET", "/api/v1/statements/"+statement+"/clauses", nil).into(&shown)
	for _, clause := range shown.Items {
		if clause.Number != "" {
			return clause.CID, clause.Text
		}
	}
	s.t.Fatal("the statement has no numbered clause")
	return "", ""
}

func TestAFormsEditAppearsInOpenEditors(t *testing.T) {
	node, forum := oneNode(t)
	open := edit(t, node.URL, forum.Tokens[0], forum.Statements[0])
	writer := script{t: t, base: node.URL, token: forum.Tokens[1]}
	cid, base := writer.aClause(forum.Statements[0])
	writer.call("PATCH", "/api/v1/statements/"+forum.Statements[0]+"/clauses/"+cid,
		map[string]any{"base": base, "text": base + " By the plain box."}).succeeded()
	until(t, "the editor shows the form's edit", func() bool { return strings.Contains(open.text(), "By the plain box.") })
}

func TestASocketFromAnotherSiteIsRefused(t *testing.T) {
	node, forum := oneNode(t)
	address := "ws" + strings.TrimPrefix(node.URL, "http") + "/live/statements/" + forum.Statements[0]
	_, res, err := websocket.DefaultDialer.DialContext(t.Context(), address, http.Header{
		"Authorization": {"Bearer " + forum.Tokens[0]}, "Origin": {"https://elsewhere.example"},
	})
	if err == nil || res == nil || res.StatusCode != http.StatusForbidden {
		t.Fatalf("a foreign Origin got %v, %v", res, err)
	}
}

func TestASocketWithoutAnyCredentialIsToldToSignIn(t *testing.T) {
	node, forum := oneNode(t)
	stranger, err := tryToEdit(t, node.URL, "nonsense", forum.Statements[0])
	if err != nil {
		t.Fatal(err)
	}
	if code := stranger.sentAway(); code != 4401 {
		t.Errorf("closed with %d, want 4401", code)
	}
}

func TestASocketToAnUnknownStatementIsClosedWithoutAHint(t *testing.T) {
	node, forum := oneNode(t)
	lost, err := tryToEdit(t, node.URL, forum.Tokens[0], unknown)
	if err != nil {
		t.Fatal(err)
	}
	if code := lost.sentAway(); code != 4404 {
		t.Errorf("closed with %d, want 4404", code)
	}
}

func TestMalformedFramesEndOnlyTheirOwnConnection(t *testing.T) {
	node, forum := oneNode(t)
	bystander := edit(t, node.URL, forum.Tokens[1], forum.Statements[0])
	for name, frame := range map[string][]byte{
		"nothing":             {},
		"an unknown type":     {99},
		"a length beyond it":  {0, 2, 255, 255, 255, 127, 1},
		"an update cut short": {0, 2, 3, 1, 1, 200},
		"trailing bytes":      append(syncMessage(2, []byte{0, 0}), 7),
	} {
		t.Run(name, func(t *testing.T) {
			clumsy := edit(t, node.URL, forum.Tokens[0], forum.Statements[0])
			clumsy.sendRaw(websocket.BinaryMessage, frame)
			if code := clumsy.sentAway(); code != 4409 {
				t.Errorf("closed with %d, want 4409", code)
			}
		})
	}
	t.Run("text in place of bytes", func(t *testing.T) {
		clumsy := edit(t, node.URL, forum.Tokens[0], forum.Statements[0])
		clumsy.sendRaw(websocket.TextMessage, []byte("hello"))
		if code := clumsy.sentAway(); code != 4409 {
			t.Errorf("closed with %d, want 4409", code)
		}
	})
	bystander.write(" still here;")
	until(t, "the bystander's words are saved", bystander.isSaved)
}
