package web

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
)

func TestWhoeverSendsTooMuchToTheEndStillReadsWhy(t *testing.T) {
	s := open(t)
	address := s.serve(http.HandlerFunc(echo))
	for path, says := range map[string]string{"/receipt": "<html", "/consultations/x/submissions": "Very many files are coming in", "/api/v1/groups": `"code":"body.large"`} {
		for s.server.uploads.begin(uploadsAtOnce / 8) { // others are sending
			continue
		}
		conn, err := net.Dial("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n", path, address, uploadMax)
		// A browser sends all of it before it reads.
		if _, err := io.CopyN(conn, endless{}, uploadMax); err != nil {
			t.Fatalf("%s: cut off while sending: %v", path, err)
		}
		res, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		body, err := io.ReadAll(res.Body)
		if err != nil || res.StatusCode < 400 || !strings.Contains(string(body), says) {
			t.Errorf("%s: status %d, %v, said %s", path, res.StatusCode, err, body)
		}
		conn.Close()
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }
