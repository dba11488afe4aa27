package main

import (
	"net/http"
	"strings"
	"testing"

	"madang/db/dbtest"
)

func TestTheForumSaysThatItsDatabaseIsGoneAndRecovers(t *testing.T) {
	address := dbtest.NewDatabase(t)
	line := lay(t, address.Host)
	address.Host = line.addr
	flags := []string{"--data", t.TempDir(), "--database-url", address.String()}
	forum := populate(t, append([]string{"--personas", "2", "--statements", "1"}, flags...)...)
	node := serve(t, flags...)
	writer := script{t: t, base: node.URL, token: forum.Tokens[0]}
	opened := writer.openThread(forum.Statements[0], "", "Before the outage.")
	open := edit(t, node.URL, forum.Tokens[0], forum.Statements[0])
	open.write(" saved before;")
	until(t, "the first words are saved", open.isSaved)

	line.pull()
	until(t, "the node is no longer ready", func() bool { return statusAt(t, node.URL+"/readyz") == http.StatusServiceUnavailable })
	if status := statusAt(t, node.URL+"/healthz"); status != http.StatusOK {
		t.Errorf("/healthz says %d, though the process lives", status)
	}
	lost := map[string]any{"id": "0193a6e2-5b1c-7c3e-9d4f-2a6b8c0d1e2f", "body": "Said during the outage."}
	post := func() reply { return writer.call(http.MethodPost, "/api/v1/threads/"+opened+"/comments", lost) }
	post().refused(http.StatusServiceUnavailable, "unavailable")
	if page := visit(t, node.URL).open("/"); !page.says("read-only") && page.status != http.StatusServiceUnavailable {
		t.Errorf("a page during the outage doesn't say so (status %d):\n%s", page.status, page.text)
	}
	open.write(" typed during;")

	line.plugIn()
	until(t, "the node is ready again", func() bool { return statusAt(t, node.URL+"/readyz") == http.StatusOK })
	post().succeeded()
	post().succeeded() // sent again by somebody who didn't hear the answer
	var comments struct{ Items []struct{ ID, Body string } }
	writer.call(http.MethodGet, "/api/v1/threads/"+opened+"/comments", nil).into(&comments)
	if len(comments.Items) != 2 || comments.Items[1].Body != lost["body"] {
		t.Errorf("after the outage the thread holds %v", comments.Items)
	}
	text := edit(t, node.URL, forum.Tokens[1], forum.Statements[0]).text()
	if !strings.Contains(text, " saved before;") {
		t.Error("what was saved before the outage is lost")
	}
	if saved := open.savedWords(); len(saved) > 1 && !strings.Contains(text, " typed during;") {
		t.Error("an edit was acknowledged during the outage and is lost")
	}
}

func statusAt(t testing.TB, address string) int {
	t.Helper()
	res, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	return res.StatusCode
}
