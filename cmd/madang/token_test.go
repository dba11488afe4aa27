package main

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/gorilla/websocket"
)

// Dani lets programs act for her: one that reads, and one that writes. Each does what its
// scopes say by every door, until she, the chair or the calendar ends that.
func TestAProgramDoesWhatItsTokenSaysAndIsCutOffWithIt(t *testing.T) {
	eachDatabase(t, func(t *testing.T, flags []string) {
		forum := populate(t, append([]string{"--personas", "1", "--statements", "1"}, flags...)...)
		node := serve(t, flags...)
		statement := forum.Statements[0]
		chair, dani := visit(t, node.URL), visit(t, node.URL)
		chair.enter(t, "chair", "Chioma", flags...)
		group := dani.enter(t, "drafter", "Dani", flags...).form("/welcome").submit().at.Path
		reads, writes, ends := dani.lets("Reads along"), dani.lets("Writes", "comment", "edit"), dani.lets("Ends", "edit")
		api := func(token string) script { return script{t: t, base: node.URL, token: token} }
		cid, words := api(reads).aClause(statement)

		t.Run("a token to read", func(t *testing.T) {
			reader := edit(t, node.URL, reads, statement)
			if role := reader.roleNow(); role != "reader" {
				t.Errorf("it joins as %q", role)
			}
			writer := edit(t, node.URL, writes, statement)
			writer.write(" for all to read;")
			until(t, "it reads along", func() bool { return strings.Contains(reader.text(), " for all to read;") })
			reader.write(" and to write;")
			reader.awaitRefusal("live.token")
			if strings.Contains(writer.text(), " and to write;") {
				t.Error("what a token to read wrote is in the text")
			}
			told := api(reads).call("PATCH", "/api/v1/statements/"+statement+"/clauses/"+cid, map[string]any{"base": words, "text": "No."}).
				refused(http.StatusForbidden, "token.draft")
			if !strings.Contains(told.Detail, "“edit”") {
				t.Errorf("it is told %q", told.Detail)
			}
			api(reads).call("POST", "/api/v1/statements/"+statement+"/threads", map[string]any{"comment": map[string]any{"body": "No."}}).
				refused(http.StatusForbidden, "token.comment")
			api(writes).openThread(statement, cid, "By a program.")
			writer.leave()
		})

		t.Run("a role that is lost and comes back", func(t *testing.T) {
			reader, writer := edit(t, node.URL, reads, statement), edit(t, node.URL, writes, statement)
			change := func(role string) {
				members := chair.open(group + "/members").mustBe(200)
				members.formWhere("changes Dani's role", func(f form) bool {
					return strings.HasSuffix(f.path(), "/role") && f.fields.Get("role") != "chair"
				}).choose("role", role).submit().mustBe(200)
			}
			change("member")
			until(t, "the writer reads only", func() bool { return writer.roleNow() == "reader" })
			change("editor")
			until(t, "the writer writes again", func() bool { return writer.roleNow() == "writer" })
			writer.write(" again;")
			writer.awaitSaved(0)
			if role := reader.roleNow(); role != "reader" {
				t.Errorf("with the role, the token to read became a %q", role)
			}
			writer.leave()
			reader.leave()
		})

		t.Run("a token that is revoked", func(t *testing.T) {
			open, page := edit(t, node.URL, writes, statement), connect(t, node.URL+"/live/pages?watch=statement:"+statement, http.Header{"Authorization": {"Bearer " + writes}})
			dani.open("/me/tokens").mustBe(200, "Writes", "Reads along").follow("Revoke Writes").mustBe(200, "Revoke this token?").
				form("/deletion").submit().mustBe(200, "The token has been revoked.")
			if code := open.sentAway(); code != 4401 {
				t.Errorf("the open text was closed with %d", code)
			}
			if code := closeCode(t, page); code != 4401 {
				t.Errorf("the open page was closed with %d", code)
			}
			api(writes).call("GET", "/api/v1/groups", nil).refused(http.StatusUnauthorized, "token.over")
			late, err := tryToEdit(t, node.URL, writes, statement)
			if err != nil {
				t.Fatal(err)
			}
			if code := late.sentAway(); code != 4401 {
				t.Errorf("coming back it was closed with %d", code)
			}
		})

		t.Run("a token that ends", func(t *testing.T) {
			open := edit(t, node.URL, ends, statement)
			endNow(t, flags, "Ends")
			if code := open.sentAway(); code != 4401 {
				t.Errorf("it was closed with %d", code)
			}
			dani.open("/me/tokens").mustBe(200, "Ends ended")
		})

		t.Run("a sign-in that is ended from elsewhere", func(t *testing.T) {
			lost := connect(t, node.URL+"/live/statements/"+statement, dani.onSocket())
			dani.open("/me").formWhere("signs out", func(f form) bool { return f.path() == "/departures" }).submit()
			if code := closeCode(t, lost); code != 4401 {
				t.Errorf("the text that was open was closed with %d", code)
			}
			reader := edit(t, node.URL, reads, statement) // a program's token isn't a sign-in
			reader.leave()
		})
	})
}

// onSocket is how the visitor's browser opens a socket.
func (v *visitor) onSocket() http.Header {
	v.t.Helper()
	head := http.Header{"Origin": {v.base}}
	for _, cookie := range v.browser.Jar.Cookies(mustParse(v.t, v.base)) {
		head.Add("Cookie", cookie.String())
	}
	return head
}

// lets makes a token on the page for it.
func (v *visitor) lets(label string, scopes ...string) (token string) {
	v.t.Helper()
	f := v.open("/me/tokens").mustBe(200, "A new token").form("/me/tokens").fill("label", label)
	f.fields["scope"] = scopes
	made := f.submit().mustBe(200, label, "not used yet")
	for node := range made.root.Descendants() {
		if attribute(node, "class") == "secret" {
			return textOf(node)
		}
	}
	v.t.Fatalf("the token isn't shown: %s", made.text)
	return ""
}

// follow opens the link with that text.
func (p page) follow(text string) page {
	p.v.t.Helper()
	for node := range p.root.Descendants() {
		if node.Data == "a" && strings.Join(strings.Fields(textOf(node)), " ") == text {
			return p.v.open(attribute(node, "href"))
		}
	}
	p.v.t.Fatalf("no link reads %q on %s", text, p.at)
	return page{}
}

// endNow lets the time of a token be over.
func endNow(t *testing.T, flags []string, label string) {
	t.Helper()
	if _, err := past(t, flags).Exec(`UPDATE tokens SET ends_at = 1 WHERE label = $1`, label); err != nil {
		t.Fatal(err)
	}
}

// connect opens a socket.
func connect(t *testing.T, address string, head http.Header) *websocket.Conn {
	t.Helper()
	ws, _, err := websocket.DefaultDialer.DialContext(t.Context(), "ws"+strings.TrimPrefix(address, "http"), head)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ws.Close() })
	return ws
}

// closeCode reads until the socket ends.
func closeCode(t *testing.T, ws *websocket.Conn) int {
	t.Helper()
	for {
		_, _, err := ws.ReadMessage()
		if closed, isClosed := err.(*websocket.CloseError); isClosed {
			return closed.Code
		}
		if err != nil {
			t.Fatalf("the socket ended without a word: %v", err)
		}
	}
}

func mustParse(t testing.TB, address string) *url.URL {
	t.Helper()
	parsed, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}
