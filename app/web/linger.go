package web

import (
	"io"
	"net"
	"sync/atomic"
	"time"
)

// A browser reads an answer once it has sent its form. Closed before that, a connection is
// reset, and takes the answer with it that says why the form wasn't taken. So the answer to
// a form that is too large is followed by the end of what we say, and what still comes is
// read and forgotten: within these bounds, for it is no reason to let anybody send for ever.
const (
	lingerFor   = 30 * time.Second
	lingerBytes = 64 << 20
	// lingerAtOnce is how many connections may do so; each takes a goroutine and 32 kB.
	lingerAtOnce = 200
)

// callers accepts connections that can linger.
type callers struct {
	net.Listener
	lingering atomic.Int32
}

func (l *callers) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if tcp, ok := conn.(*net.TCPConn); ok && err == nil {
		return &caller{TCPConn: tcp, of: l}, nil
	}
	return conn, err
}

// caller is a connection of somebody who sends requests.
type caller struct {
	*net.TCPConn
	of *callers
	// mustLinger says that what they send wasn't read to its end.
	mustLinger atomic.Bool
}

// linger lets a connection be closed only once its sender had a chance to read the answer.
func linger(conn net.Conn) {
	if c, ok := conn.(*caller); ok {
		c.mustLinger.Store(true)
	}
}

// Close implements net.Conn.
func (c *caller) Close() error {
	if !c.mustLinger.Swap(false) {
		return c.TCPConn.Close()
	}
	if c.of.lingering.Add(1) > lingerAtOnce || c.CloseWrite() != nil || c.SetReadDeadline(time.Now().Add(lingerFor)) != nil {
		c.of.lingering.Add(-1)
		return c.TCPConn.Close()
	}
	go func() {
		defer c.of.lingering.Add(-1)
		_, _ = io.CopyN(io.Discard, c.TCPConn, lingerBytes) // however it ends, the connection is closed
		_ = c.TCPConn.Close()
	}()
	return nil
}
