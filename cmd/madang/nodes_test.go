package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/gorilla/websocket"

	"madang/db/dbtest"
)

// twoNodes starts two nodes on one PostgreSQL and one Redis, and fills the forum.
func twoNodes(t testing.TB, redis *redisServer) (one, two *node, forum people) {
	t.Helper()
	flags := []string{"--data", t.TempDir(), "--database-url", dbtest.NewDatabase(t).String()}
	forum = populate(t, append([]string{"--personas", "2", "--statements", "1"}, flags...)...)
	flags = append(flags, "--redis-url", redis.URL())
	return serve(t, flags...), serve(t, flags...), forum
}

func TestWhatIsTypedOnOneNodeIsReadOnTheOther(t *testing.T) {
	one, two, forum := twoNodes(t, startRedis(t))
	here := edit(t, one.URL, forum.Tokens[0], forum.Statements[0])
	there := edit(t, two.URL, forum.Tokens[1], forum.Statements[0])

	here.write(" from the first node;")
	there.write(" 둘째 마당에서;")

	for _, e := range []*editor{here, there} {
		until(t, "both editors show both edits", func() bool {
			return strings.Contains(e.text(), " from the first node;") && strings.Contains(e.text(), " 둘째 마당에서;")
		})
	}
	if here.text() != there.text() {
		t.Errorf("the nodes show different texts:\n%s\n%s", here.text(), there.text())
	}
}

func TestACommentOnOneNodeAppearsOnPagesOfTheOther(t *testing.T) {
	one, two, forum := twoNodes(t, startRedis(t))
	writer := script{t: t, base: one.URL, token: forum.Tokens[0]}
	opened := writer.openThread(forum.Statements[0], "", "Is this the right word?")
	watched := watch(t, two.URL, forum.Tokens[1], "thread:"+opened)

	writer.call(http.MethodPost, "/api/v1/threads/"+opened+"/comments", map[string]any{"body": "Another **voice**."}).succeeded()

	until(t, "the page on the other node shows the comment", func() bool {
		return watched.shows("<strong>voice</strong>")
	})
}

func TestRedisMayDieAndComeBackAndNothingIsLost(t *testing.T) {
	redis := startRedis(t)
	one, two, forum := twoNodes(t, redis)
	here := edit(t, one.URL, forum.Tokens[0], forum.Statements[0])
	there := edit(t, two.URL, forum.Tokens[1], forum.Statements[0])
	writer := script{t: t, base: one.URL, token: forum.Tokens[0]}
	opened := writer.openThread(forum.Statements[0], "", "Before the outage.")
	watched := watch(t, two.URL, forum.Tokens[1], "thread:"+opened)

	say := func(when string) {
		here.write(" here " + when + ";")
		there.write(" there " + when + ";")
		writer.call(http.MethodPost, "/api/v1/threads/"+opened+"/comments", map[string]any{"body": "A comment " + when + "."}).succeeded()
	}
	arrives := func(when string) {
		t.Helper()
		until(t, "everything said "+when+" arrives everywhere", func() bool {
			text, other := here.text(), there.text()
			return strings.Contains(text, " there "+when+";") && strings.Contains(other, " here "+when+";") &&
				text == other && watched.shows("A comment "+when+".")
		})
	}
	say("before")
	arrives("before")
	redis.kill()
	say("meanwhile")
	arrives("meanwhile")
	redis.start()
	say("afterwards")
	arrives("afterwards")
	for name, e := range map[string]*editor{"first": here, "second": there} {
		if err := e.farewell(); err != nil {
			t.Errorf("the editor on the %s node was sent away: %v", name, err)
		}
	}
}

func TestANodeWithAnotherSecretSaysSo(t *testing.T) {
	database := dbtest.NewDatabase(t).String()
	serve(t, "--data", t.TempDir(), "--database-url", database)
	stranger := serve(t, "--data", t.TempDir(), "--database-url", database)
	until(t, "the second node warns", func() bool {
		return strings.Contains(stranger.notes.text(), "level=WARN") && strings.Contains(stranger.notes.text(), "secret")
	})
}

// openThread opens a thread and returns its id.
func (s script) openThread(statement, clause, body string) string {
	s.t.Helper()
	var opened struct{ ID string }
	s.call(http.MethodPost, "/api/v1/statements/"+statement+"/threads", map[string]any{
		"clause": clause, "comment": map[string]any{"body": body},
	}).into(&opened)
	return opened.ID
}

// watcher is a page that somebody has open, as its script sees it.
type watcher struct {
	mu     sync.Mutex
	frames []string // HTML, as it came
}

// watch opens the live connection of a page. Sent away for a while it comes again, as the
// script of a page does.
func watch(t testing.TB, base, token, topic string) *watcher {
	t.Helper()
	address := fmt.Sprintf("ws%s/live/pages?watch=%s&lang=en&after=0", strings.TrimPrefix(base, "http"), topic)
	dial := func() (*websocket.Conn, error) {
		ws, _, err := websocket.DefaultDialer.DialContext(t.Context(), address, http.Header{"Authorization": {"Bearer " + token}})
		if err == nil {
			context.AfterFunc(t.Context(), func() { ws.Close() })
		}
		return ws, err
	}
	ws, err := dial()
	if err != nil {
		t.Fatal(err)
	}
	w := &watcher{}
	go func() {
		for err := w.listen(ws); websocket.IsCloseError(err, websocket.CloseServiceRestart, websocket.CloseTryAgainLater); err = w.listen(ws) {
			if ws, err = dial(); err != nil {
				return
			}
		}
	}()
	return w
}

func (w *watcher) listen(ws *websocket.Conn) error {
	for {
		_, frame, err := ws.ReadMessage()
		var fragment struct{ HTML string }
		if err == nil {
			err = json.Unmarshal(frame, &fragment)
		}
		if err != nil {
			return err
		}
		w.mu.Lock()
		w.frames = append(w.frames, fragment.HTML)
		w.mu.Unlock()
	}
}

// shows reports whether some fragment holds the text.
func (w *watcher) shows(text string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.ContainsFunc(w.frames, func(html string) bool { return strings.Contains(html, text) })
}
