package web

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// serve answers on a real port, with the handler behind the sockets.
func (s *site) serve(live http.Handler) (address string) {
	s.t.Helper()
	s.server.live = live
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		s.t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- s.server.Serve(listener) }()
	s.t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := s.server.Shutdown(ctx); err != nil {
			s.t.Error(err)
		}
		if err := <-served; err != nil {
			s.t.Error(err)
		}
	})
	return listener.Addr().String()
}

// echo says back what it hears, after what it was asked for.
func echo(w http.ResponseWriter, r *http.Request) {
	if r.URL.Query().Get("refuse") != "" {
		http.Error(w, "not today", http.StatusForbidden)
		return
	}
	upgrader := websocket.Upgrader{ReadBufferSize: 1024}
	ws, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	defer ws.Close()
	if r.URL.Query().Get("panic") != "" {
		panic("bad luck in a socket")
	}
	for {
		kind, said, err := ws.ReadMessage()
		if err != nil {
			return
		}
		if ws.WriteMessage(kind, append([]byte(r.URL.Path+" "+SessionOf(r)+" "), said...)) != nil {
			return
		}
	}
}

func TestASocketIsLentToItsHandler(t *testing.T) {
	s := open(t)
	address := s.serve(http.HandlerFunc(echo))
	ws, _, err := websocket.DefaultDialer.Dial("ws://"+address+"/live/pages", http.Header{"Cookie": {"s=secret"}})
	if err != nil {
		t.Fatal(err)
	}
	defer ws.Close()
	// Other requests use the server's buffers again; the socket keeps its own.
	for range 3 {
		s.get("another", "/enter")
	}
	for _, word := range []string{"one", strings.Repeat("two", 10_000)} {
		if err := ws.WriteMessage(websocket.TextMessage, []byte(word)); err != nil {
			t.Fatal(err)
		}
		_, said, err := ws.ReadMessage()
		if err != nil {
			t.Fatal(err)
		}
		if want := "/live/pages secret " + word; string(said) != want {
			t.Errorf("said %.60q, want %.60q", said, want)
		}
	}
}

func TestASocketsRefusalIsAnOrdinaryAnswer(t *testing.T) {
	s := open(t)
	address := s.serve(http.HandlerFunc(echo))
	_, res, err := websocket.DefaultDialer.Dial("ws://"+address+"/live/pages?refuse=1", nil)
	if err == nil || res == nil || res.StatusCode != http.StatusForbidden {
		t.Fatalf("got %v, %v", res, err)
	}
	res, err = http.Get("http://" + address + "/live/pages")
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != http.StatusBadRequest {
		t.Errorf("a request that is no handshake got %d", res.StatusCode)
	}
}

func TestAPanicInASocketEndsThatSocketOnly(t *testing.T) {
	s := open(t)
	address := s.serve(http.HandlerFunc(echo))
	ws, _, err := websocket.DefaultDialer.Dial("ws://"+address+"/live/pages?panic=1", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer ws.Close()
	if _, _, err := ws.ReadMessage(); err == nil {
		t.Error("the socket is still open")
	}
	if res, err := http.Get("http://" + address + "/healthz"); err != nil || res.StatusCode != http.StatusOK {
		t.Errorf("the forum is gone: %v", err)
	} else {
		res.Body.Close()
	}
}

func TestWhoeverTalksBeforeTheHandshakeIsCutOff(t *testing.T) {
	s := open(t)
	address := s.serve(http.HandlerFunc(echo))
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "GET /live/pages HTTP/1.1\r\nHost: %s\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\nEARLY", address)
	if line, err := bufio.NewReader(conn).ReadString('\n'); err == nil {
		t.Errorf("was answered %q", line)
	}
}

func TestAnOversizedRequestIsToldSo(t *testing.T) {
	s := open(t)
	address := s.serve(http.HandlerFunc(echo))
	for path, says := range map[string]string{"/groups": "<html", "/api/v1/groups": `"code":"body.large"`} {
		conn, err := net.Dial("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		// Only the head is sent, for the answer has to come before the rest is read.
		fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n", path, address, bodyMax+1)
		res, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Fatal(err)
		}
		body := new(strings.Builder)
		if _, err := bufio.NewReader(res.Body).WriteTo(body); err != nil {
			t.Error(err)
		}
		conn.Close()
		if res.StatusCode != http.StatusRequestEntityTooLarge || !strings.Contains(body.String(), says) {
			t.Errorf("%s: status %d, said %s", path, res.StatusCode, body)
		}
		if res.Header.Get("Content-Security-Policy") == "" {
			t.Errorf("%s: without a policy", path)
		}
	}
}
