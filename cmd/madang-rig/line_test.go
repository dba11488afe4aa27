package main

import (
	"io"
	"net"
	"testing"
	"time"
)

// echo answers whatever it is told with the same.
func echo(t *testing.T) (addr string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				io.Copy(conn, conn)
				conn.Close()
			}()
		}
	}()
	return l.Addr().String()
}

// through opens a line to an echo and a connection through it.
func through(t *testing.T) (*line, net.Conn) {
	t.Helper()
	l, err := layLine("127.0.0.1:1", echo(t)) // nobody listens at the first
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(l.close)
	conn, err := net.Dial("tcp", l.addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	if got := exchange(t, conn, "fine"); got != "fine" {
		t.Fatalf("in fine weather %q came back", got)
	}
	return l, conn
}

// exchange says something and returns what comes back within a moment.
func exchange(t *testing.T, conn net.Conn, say string) string {
	t.Helper()
	if _, err := conn.Write([]byte(say)); err != nil {
		t.Fatal(err)
	}
	return hear(conn, len(say), 200*time.Millisecond)
}

func hear(conn net.Conn, n int, within time.Duration) string {
	conn.SetReadDeadline(time.Now().Add(within))
	heard := make([]byte, n)
	n, _ = io.ReadFull(conn, heard)
	return string(heard[:n])
}

func isCut(conn net.Conn) bool {
	conn.SetReadDeadline(time.Now().Add(patience))
	_, err := conn.Read(make([]byte, 1))
	timeout, ok := err.(net.Error)
	return err != nil && !(ok && timeout.Timeout())
}

func TestAFrozenLineDeliversEverythingOnceItThaws(t *testing.T) {
	l, conn := through(t)
	l.become(weather{frozen: true})
	if got := exchange(t, conn, "wait"); got != "" {
		t.Errorf("through a frozen line came %q", got)
	}
	l.become(weather{})
	if got := hear(conn, 4, patience); got != "wait" {
		t.Errorf("after the thaw came %q", got)
	}
}

func TestAHalfOpenLineLosesBytesAndTellsNobodyUntilItIsOver(t *testing.T) {
	l, conn := through(t)
	l.become(weather{swallow: true})
	if got := exchange(t, conn, "lost"); got != "" {
		t.Errorf("through a half-open line came %q", got)
	}
	l.become(weather{})
	if !isCut(conn) {
		t.Error("a connection that lost bytes goes on")
	}
}

func TestACutLineBreaksConnectionsAndLetsNoneThrough(t *testing.T) {
	l, conn := through(t)
	l.become(weather{down: true})
	if !isCut(conn) {
		t.Error("the connection goes on")
	}
	again, err := net.Dial("tcp", l.addr)
	if err == nil && !isCut(again) {
		t.Error("a new connection goes through")
	}
}

func TestASlowLineTakesItsTime(t *testing.T) {
	l, conn := through(t)
	l.become(weather{rate: 100})
	began := time.Now()
	conn.Write([]byte("0123456789"))
	if got := hear(conn, 10, patience); got != "0123456789" {
		t.Fatalf("%q came back", got)
	}
	if took := time.Since(began); took < 100*time.Millisecond {
		t.Errorf("10 bytes there and back at 100 a second took %v", took)
	}
}

func TestNoAddressIsGivenOutTwice(t *testing.T) {
	seen := map[string]bool{}
	for range 500 {
		addr, err := freeAddr()
		if err != nil {
			t.Fatal(err)
		}
		if seen[addr] {
			t.Fatalf("%s was given out twice", addr)
		}
		seen[addr] = true
	}
}
