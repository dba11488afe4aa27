package main

import (
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"

	"github.com/gorilla/websocket"
)

func TestTheRelayPassesFramesToEverybodyElseOnThePath(t *testing.T) {
	relay := newRelay()
	server := httptest.NewServer(relay)
	defer server.Close()
	enter := func(path string, people int) *websocket.Conn {
		ws, _, err := websocket.DefaultDialer.DialContext(t.Context(), "ws"+strings.TrimPrefix(server.URL, "http")+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { ws.Close() })
		for len(relay.others(path, nil)) < people {
			runtime.Gosched() // the handshake is over before the relay knows of it
		}
		return ws
	}
	say := func(ws *websocket.Conn, words string) {
		if err := ws.WriteMessage(websocket.BinaryMessage, []byte(words)); err != nil {
			t.Fatal(err)
		}
	}
	hears := func(name string, ws *websocket.Conn, want string) {
		t.Helper()
		if _, got, err := ws.ReadMessage(); err != nil || string(got) != want {
			t.Errorf("%s hears %q, %v; want %q", name, got, err, want)
		}
	}
	amina, bo, stranger := enter("/a", 1), enter("/a", 2), enter("/b", 1)
	say(bo, "bo is here")
	hears("Amina", amina, "bo is here")
	say(amina, "one")
	hears("Bo", bo, "one")
	// A frame of their own, or of another path, would come first.
	say(bo, "two")
	hears("Amina", amina, "two")
	other := enter("/b", 2)
	say(other, "elsewhere")
	hears("the stranger", stranger, "elsewhere")
}
