package main

import (
	"bufio"
	"fmt"
	"net"
	"strings"
	"syscall"
	"testing"

	"github.com/gorilla/websocket"
)

func TestEveryAcknowledgedWordIsThereAfterAPowerCut(t *testing.T) {
	eachDatabase(t, func(t *testing.T, flags []string) {
		forum := populate(t, append([]string{"--personas", "3", "--statements", "1"}, flags...)...)
		first := serve(t, flags...)
		var writers []*editor
		for i, token := range forum.Tokens {
			writer := edit(t, first.URL, token, forum.Statements[0])
			writers = append(writers, writer)
			go writer.keepWriting(fmt.Sprintf("w%d", i))
		}
		until(t, "everybody has saved 50 words", func() bool {
			for _, writer := range writers {
				if len(writer.savedWords()) < 50 {
					return false
				}
			}
			return true
		})
		first.kill()

		again := serve(t, flags...)
		text := edit(t, again.URL, forum.Tokens[0], forum.Statements[0]).text()
		for _, writer := range writers {
			for _, word := range writer.savedWords() {
				if n := strings.Count(text, word); n != 1 {
					t.Errorf("%q was acknowledged and is there %d times", word, n)
				}
			}
		}
	})
}

func TestAnOrderlyEndTellsEditorsToComeBackAndLosesNothing(t *testing.T) {
	eachDatabase(t, func(t *testing.T, flags []string) {
		forum := populate(t, append([]string{"--personas", "2", "--statements", "1"}, flags...)...)
		first := serve(t, flags...)
		writer := edit(t, first.URL, forum.Tokens[0], forum.Statements[0])
		for i := range 20 {
			writer.write(fmt.Sprintf(" kept-%d;", i))
		}
		until(t, "the words are saved", writer.isSaved)

		if status := first.stop(); status != 0 {
			t.Errorf("exit status %d, want 0", status)
		}
		if code := writer.sentAway(); code != websocket.CloseServiceRestart {
			t.Errorf("the editor was closed with %d, want 1012: come back", code)
		}

		again := serve(t, flags...)
		text := edit(t, again.URL, forum.Tokens[1], forum.Statements[0]).text()
		for i := range 20 {
			if word := fmt.Sprintf(" kept-%d;", i); !strings.Contains(text, word) {
				t.Errorf("%q is lost", word)
			}
		}
	})
}

func TestASecondSignalEndsTheNodeAtOnce(t *testing.T) {
	node := serve(t, "--data", t.TempDir())
	// A request that never gets finished keeps the node draining.
	conn, err := net.Dial("tcp", strings.TrimPrefix(node.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprint(conn, "POST /sessions HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\nExpect: 100-continue\r\n\r\n")
	answer, err := bufio.NewReader(conn).ReadString('\n')
	if err != nil || !strings.Contains(answer, "100 Continue") {
		t.Fatalf("the node doesn't wait for the rest of a request: %q, %v", answer, err)
	}

	node.signal(syscall.SIGTERM)
	until(t, "the node drains", func() bool { return strings.Contains(node.notes.text(), "draining") })
	node.signal(syscall.SIGTERM)
	if status := node.status(); status != -1 {
		t.Errorf("the node ended with status %d, want by the signal", status)
	}
}
