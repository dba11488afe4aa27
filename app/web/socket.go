package web

import (
	"bufio"
	"errors"
	"fmt"
	"net"
	"net/http"
	"runtime/debug"
	"time"

	"github.com/gofiber/fiber/v2"
)

// Sockets are answered by an ordinary net/http handler, which can't take over a
// connection of the server we have. So it is asked twice: first with a connection
// that can't be taken over, so that a refusal becomes an ordinary answer, and, if it
// wanted to take over, once more with the real one, in a goroutine of its own. When
// that returns the server is rid of the request, and the connection is the handler's.

// errDry is what the first asking gets in place of a connection.
var errDry = errors.New("web: this is the rehearsal")

func (s *Server) handleSocket(c *fiber.Ctx) error {
	r, err := copyRequest(c)
	if err != nil {
		return fiber.ErrNotFound
	}
	rehearsal := &dryWriter{header: http.Header{}}
	s.live.ServeHTTP(rehearsal, r)
	if !rehearsal.wantsConnection {
		return rehearsal.answer(c)
	}
	name := requestOf(c)
	c.Status(http.StatusSwitchingProtocols) // for the log; the handler itself answers
	c.Context().HijackSetNoResponse(true)
	c.Context().Hijack(func(conn net.Conn) { go s.give(conn, r, name) })
	return nil
}

// copyRequest makes a request that outlives this one: the server uses its buffers
// again, and with them every string that came out of them.
func copyRequest(c *fiber.Ctx) (*http.Request, error) {
	r, err := http.NewRequest(c.Method(), string(c.Request().RequestURI()), http.NoBody)
	if err != nil {
		return nil, err
	}
	for key, value := range c.Request().Header.All() {
		r.Header.Add(string(key), string(value))
	}
	r.Host = string(c.Request().Host())
	return r, nil
}

// give hands the handler the connection itself, and ends it if the handler leaves it.
func (s *Server) give(hijacked net.Conn, r *http.Request, name string) {
	conn := hijacked
	if wrapped, ok := hijacked.(interface{ UnsafeConn() net.Conn }); ok {
		conn = wrapped.UnsafeConn()
	}
	w := &givingWriter{conn: conn, header: http.Header{}}
	defer w.end()
	defer func() {
		if cause := recover(); cause != nil {
			s.log.Error("panic", "panic", fmt.Sprint(cause), "stack", string(debug.Stack()), "request", name)
		}
	}()
	if isTalking(hijacked) {
		return
	}
	s.live.ServeHTTP(w, r)
}

// isTalking reports whether something was sent behind the request. A client has to
// wait for the answer first; what came before it would be lost.
func isTalking(conn net.Conn) bool {
	defer conn.SetReadDeadline(time.Time{})
	if conn.SetReadDeadline(time.Unix(1, 0)) != nil {
		return true
	}
	n, _ := conn.Read(make([]byte, 1)) // only what was read already: the time is over
	return n > 0
}

// dryWriter takes an answer, and notes the wish for a connection.
type dryWriter struct {
	header          http.Header
	status          int
	body            []byte
	wantsConnection bool
}

// Header are the headers of the answer.
func (w *dryWriter) Header() http.Header { return w.header }

// WriteHeader takes the first status.
func (w *dryWriter) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
}

// Write keeps what is said.
func (w *dryWriter) Write(p []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	w.body = append(w.body, p...)
	return len(p), nil
}

// Hijack notes the wish, and refuses it.
func (w *dryWriter) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	w.wantsConnection = true
	return nil, nil, errDry
}

// answer sends what the handler said.
func (w *dryWriter) answer(c *fiber.Ctx) error {
	for key, values := range w.header {
		for _, value := range values {
			c.Append(key, value)
		}
	}
	if w.status == 0 {
		w.status = http.StatusOK
	}
	return c.Status(w.status).Send(w.body)
}

// givingWriter hands over its connection, and can do nothing else.
type givingWriter struct {
	conn   net.Conn
	header http.Header
	taken  bool
}

// end closes the connection unless it was taken.
func (w *givingWriter) end() {
	if !w.taken {
		_ = w.conn.Close()
	}
}

// Header are headers that nobody will be sent.
func (w *givingWriter) Header() http.Header { return w.header }

// WriteHeader does nothing: a refusal would have come at the rehearsal, and what
// changed since is told on the socket.
func (w *givingWriter) WriteHeader(int) {}

// Write drops what is said.
func (w *givingWriter) Write(p []byte) (int, error) { return len(p), nil }

// givenBuffer is the smallest buffer there is: the handler brings its own.
const givenBuffer = 16

// Hijack hands the connection over.
func (w *givingWriter) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	w.taken = true
	return w.conn, bufio.NewReadWriter(bufio.NewReaderSize(w.conn, givenBuffer), bufio.NewWriterSize(w.conn, givenBuffer)), nil
}
