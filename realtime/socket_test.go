package realtime

import (
	"bytes"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// pair is a socket of the hub and the peer's end of it.
func pair(t *testing.T, f *forum) (*socket, *websocket.Conn) {
	t.Helper()
	upgraded := make(chan *websocket.Conn, 1)
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ws, err := f.hub.upgrader.Upgrade(w, r, nil)
		if err != nil {
			t.Error(err)
		}
		upgraded <- ws
	}))
	server.Start()
	peer, _, err := websocket.DefaultDialer.DialContext(t.Context(), "ws"+strings.TrimPrefix(server.URL, "http"), nil)
	if err != nil {
		t.Fatal(err)
	}
	ws := <-upgraded
	s := newSocket(f.hub, ws, websocket.BinaryMessage)
	s.renew(time.Now().Add(time.Minute))
	t.Cleanup(func() {
		s.cut()
		_ = peer.Close()
		server.Close()
	})
	return s, peer
}

// fill sends frames until one has to wait half-written, and returns them.
func fill(t *testing.T, s *socket) (sent [][]byte) {
	t.Helper()
	for len(sent) < 1000 {
		frame := bytes.Repeat([]byte{byte(len(sent))}, 100_000+len(sent))
		s.send(frame)
		sent = append(sent, frame)
		s.mu.Lock()
		stuck := len(s.queue) > 3
		s.mu.Unlock()
		if stuck {
			return sent
		}
	}
	t.Fatal("the network holds a hundred megabytes")
	return nil
}

// readTo reads whole frames until the closing, and returns them and its code.
func readTo(t *testing.T, peer *websocket.Conn) (frames [][]byte, code int) {
	t.Helper()
	_ = peer.SetReadDeadline(time.Now().Add(10 * time.Second))
	for {
		_, frame, err := peer.ReadMessage()
		var closed *websocket.CloseError
		if errors.As(err, &closed) {
			return frames, closed.Code
		}
		if err != nil {
			t.Fatalf("after %d frames: %v", len(frames), err)
		}
		frames = append(frames, frame)
	}
}

func wantPrefix(t *testing.T, sent, received [][]byte) {
	t.Helper()
	if len(received) > len(sent) {
		t.Fatalf("%d frames came of %d", len(received), len(sent))
	}
	for i := range received {
		if !bytes.Equal(received[i], sent[i]) {
			t.Fatalf("frame %d is not as it was sent", i)
		}
	}
}

func TestWhoeverReadsSlowlyGetsEveryFrameWhole(t *testing.T) {
	s, peer := pair(t, newForum(t))
	sent := fill(t, s)
	s.goodbye(closeRestart, "")
	received, code := readTo(t, peer)
	wantPrefix(t, sent, received)
	if len(received) != len(sent) || code != closeRestart {
		t.Errorf("%d frames of %d came before code %d", len(received), len(sent), code)
	}
}

func TestWhoeverIsSentAwayInMidFrameGetsItsEndAndTheReason(t *testing.T) {
	s, peer := pair(t, newForum(t))
	sent := fill(t, s)
	s.dismiss(closeForbidden, "error.live.ended")
	received, code := readTo(t, peer)
	wantPrefix(t, sent, received)
	if code != closeForbidden {
		t.Errorf("the connection ended with %d", code)
	}
}

func TestWhoeverKeepsTooMuchWaitingGetsWholeFramesAndTheReason(t *testing.T) {
	f := newForum(t, func(c *Config) { c.Limits.Outbound = 200_000 })
	s, peer := pair(t, f)
	var sent [][]byte
	for f.hub.metrics.SlowReaders.Load() == 0 {
		sent = append(sent, bytes.Repeat([]byte{byte(len(sent))}, 100_000))
		s.send(sent[len(sent)-1])
	}
	received, code := readTo(t, peer)
	wantPrefix(t, sent, received)
	if code != closeBusy {
		t.Errorf("the connection ended with %d", code)
	}
}

func TestAFrameThatWasBegunIsFinishedThoughItIsTooMuch(t *testing.T) {
	f := newForum(t, func(c *Config) { c.Limits.Outbound = 200_000 })
	s, peer := pair(t, f)
	sent := [][]byte{bytes.Repeat([]byte("마"), 10_000_000)}
	s.send(sent[0])
	received, code := readTo(t, peer)
	wantPrefix(t, sent, received)
	if len(received) != 1 || code != closeBusy {
		t.Errorf("%d frames came, and code %d", len(received), code)
	}
}

func TestNothingIsDeliveredOnceTheLeaseIsOver(t *testing.T) {
	var later atomic.Int64
	f := newForum(t, func(c *Config) {
		c.Steady = func() time.Time { return time.Now().Add(time.Duration(later.Load())) }
	})
	s, peer := pair(t, f)
	s.send([]byte("in time"))
	later.Store(int64(time.Hour))
	s.send([]byte("too late"))
	received, code := readTo(t, peer)
	if len(received) != 1 || string(received[0]) != "in time" || code != closeBusy {
		t.Errorf("%q came, and code %d", received, code)
	}
}

func TestAPingIsAnsweredWithWhatItSays(t *testing.T) {
	s, peer := pair(t, newForum(t))
	go s.drain()
	said := make(chan string, 1)
	peer.SetPongHandler(func(data string) error {
		said <- data
		return nil
	})
	go func() { _, _, _ = peer.ReadMessage() }()
	if err := peer.WriteControl(websocket.PingMessage, []byte("마당"), time.Now().Add(time.Second)); err != nil {
		t.Fatal(err)
	}
	select {
	case got := <-said:
		if got != "마당" {
			t.Errorf("the pong says %q", got)
		}
	case <-time.After(10 * time.Second):
		t.Error("no pong came")
	}
}

func TestAFrameOfEachSizeArrives(t *testing.T) {
	s, peer := pair(t, newForum(t))
	for _, n := range []int{0, 1, 125, 126, 65535, 65536, 200_000} {
		want := bytes.Repeat([]byte{7}, n)
		go s.send(want)
		if _, got, err := peer.ReadMessage(); err != nil || !bytes.Equal(got, want) {
			t.Errorf("of %d bytes %d came: %v", n, len(got), err)
		}
	}
}

// line is a connection that notes how much is written before more time is given.
type line struct {
	net.Conn
	since, most int // bytes since time was given last, and the most of them
	onWrite     func()
	mu          sync.Mutex
	until       []time.Time
}

func (l *line) Write(b []byte) (int, error) {
	l.since += len(b)
	l.most = max(l.most, l.since)
	if l.onWrite != nil {
		l.onWrite()
	}
	return l.Conn.Write(b)
}

func (l *line) SetWriteDeadline(until time.Time) error {
	l.mu.Lock()
	l.until = append(l.until, until)
	l.mu.Unlock()
	l.since = 0
	return l.Conn.SetWriteDeadline(until)
}

func TestALargeFrameHasTimeAsLongAsItGetsOn(t *testing.T) {
	s, peer := pair(t, newForum(t))
	watched := &line{Conn: s.conn}
	s.conn, s.raw = watched, nil
	text := bytes.Repeat([]byte("마"), 200_000)
	s.sendFirst(binaryFrame(text))
	s.goodbye(closeRestart, "")
	received, code := readTo(t, peer)
	wantPrefix(t, [][]byte{text}, received)
	if len(received) != 1 || code != closeRestart {
		t.Errorf("%d frames came before code %d", len(received), code)
	}
	if watched.most > partSize {
		t.Errorf("%d bytes had to be taken at once", watched.most)
	}
}

func TestWhoeverIsSentAwayInMidFrameGetsNoMoreTime(t *testing.T) {
	s, peer := pair(t, newForum(t))
	writes := 0
	watched := &line{Conn: s.conn}
	watched.onWrite = func() {
		if writes++; writes == 3 {
			s.dismiss(closeForbidden, "error.live.ended")
		}
	}
	s.conn, s.raw = watched, nil
	s.sendFirst(binaryFrame(bytes.Repeat([]byte("마"), 200_000)))
	_, code := readTo(t, peer)
	if code != closeForbidden {
		t.Errorf("the connection ended with %d", code)
	}
	watched.mu.Lock()
	defer watched.mu.Unlock()
	for _, until := range watched.until[3:] { // one for each write, and that of the dismissal
		if until.After(watched.until[3]) {
			t.Errorf("%v more were given", until.Sub(watched.until[3]))
		}
	}
}

func TestAFrameThatComesSlowlyIsWaitedForAnew(t *testing.T) {
	f := newForum(t, func(c *Config) { c.Limits.Ping = -time.Hour }) // waiting anew is seen by its end
	s, peer := pair(t, f)
	ended := make(chan error, 1)
	go func() {
		c := &conn{socket: s}
		_, _, err := c.read()
		ended <- err
	}()
	frame, err := peer.NextWriter(websocket.BinaryMessage)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := frame.Write(make([]byte, 2*partSize)); err != nil { // and nothing for now
		t.Fatal(err)
	}
	select {
	case err := <-ended:
		var late net.Error
		if !errors.As(err, &late) || !late.Timeout() {
			t.Errorf("it ended with %v", err)
		}
	case <-time.After(10 * time.Second):
		t.Error("nobody asked for more time")
	}
}
