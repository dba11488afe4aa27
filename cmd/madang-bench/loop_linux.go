package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"syscall"
	"time"
)

// loop drives thousands of WebSocket clients in one goroutine, with one system call
// a read and no allocation on the way: what a server is measured by must cost less
// than what the server does. It belongs to one goroutine.
type loop struct {
	epoll   int
	conns   map[int32]*conn
	scratch []byte
	events  []syscall.EpollEvent
	began   time.Time
}

// ears hear what happens on a connection. What they are given is theirs only until
// they return.
type ears interface {
	opened(c *conn)
	heard(c *conn, message []byte, at int64)
	// ended is told once; err says why, also for an orderly end.
	ended(c *conn, err error)
}

// conn is one client's connection.
type conn struct {
	loop   *loop
	fd     int
	ears   ears
	in     []byte // read and not yet parsed
	out    []byte // not yet taken by the kernel
	parts  []byte // of a message in several frames
	isOpen bool
	isOver bool
}

func newLoop() (*loop, error) {
	epoll, err := syscall.EpollCreate1(syscall.EPOLL_CLOEXEC)
	if err != nil {
		return nil, fmt.Errorf("epoll: %w", err)
	}
	return &loop{
		epoll: epoll, conns: map[int32]*conn{}, scratch: make([]byte, 256<<10),
		events: make([]syscall.EpollEvent, 512), began: time.Now(),
	}, nil
}

// now is the time since the loop began, in nanoseconds.
func (l *loop) now() int64 { return int64(time.Since(l.began)) }

// dial connects and asks for an upgrade. The request is a whole HTTP request.
func (l *loop) dial(to netip.AddrPort, request []byte, e ears) (*conn, error) {
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("socket: %w", err)
	}
	c := &conn{loop: l, fd: fd, ears: e}
	if err := c.connect(to); err != nil {
		syscall.Close(fd)
		return nil, fmt.Errorf("connect to %v: %w", to, err)
	}
	l.conns[int32(fd)] = c
	c.write(request)
	return c, nil
}

func (c *conn) connect(to netip.AddrPort) error {
	err := syscall.Connect(c.fd, &syscall.SockaddrInet4{Port: int(to.Port()), Addr: to.Addr().As4()})
	if err != nil {
		return err
	}
	if err := syscall.SetNonblock(c.fd, true); err != nil {
		return err
	}
	if err := syscall.SetsockoptInt(c.fd, syscall.IPPROTO_TCP, syscall.TCP_NODELAY, 1); err != nil {
		return err
	}
	return c.watch(syscall.EPOLL_CTL_ADD, syscall.EPOLLIN)
}

func (c *conn) watch(op int, events uint32) error {
	return syscall.EpollCtl(c.loop.epoll, op, c.fd, &syscall.EpollEvent{Events: events, Fd: int32(c.fd)})
}

// turn waits until something arrives, at most for the given time rounded up to
// milliseconds, and lets the ears hear it.
func (l *loop) turn(wait time.Duration) error {
	ms := int((max(wait, 0) + time.Millisecond - 1) / time.Millisecond)
	n, err := syscall.EpollWait(l.epoll, l.events, ms)
	if err != nil && !errors.Is(err, syscall.EINTR) {
		return fmt.Errorf("epoll: %w", err)
	}
	for _, e := range l.events[:max(n, 0)] {
		c := l.conns[e.Fd]
		if c == nil {
			continue
		}
		if e.Events&syscall.EPOLLOUT != 0 {
			c.flush()
		}
		if e.Events&^uint32(syscall.EPOLLOUT) != 0 && !c.isOver {
			c.read()
		}
	}
	return nil
}

// write sends bytes, or keeps what the kernel doesn't take for when it does.
func (c *conn) write(b []byte) {
	if c.isOver {
		return
	}
	if len(c.out) > 0 {
		c.out = append(c.out, b...)
		return
	}
	n, err := syscall.Write(c.fd, b)
	switch {
	case err != nil && !errors.Is(err, syscall.EAGAIN):
		c.end(err)
	case max(n, 0) < len(b):
		c.out = append(c.out, b[max(n, 0):]...)
		_ = c.watch(syscall.EPOLL_CTL_MOD, syscall.EPOLLIN|syscall.EPOLLOUT) // fails only on a closed descriptor
	}
}

func (c *conn) flush() {
	waiting := c.out
	c.out = nil
	c.write(waiting)
	if len(c.out) == 0 && !c.isOver {
		_ = c.watch(syscall.EPOLL_CTL_MOD, syscall.EPOLLIN)
	}
}

func (c *conn) read() {
	n, err := syscall.Read(c.fd, c.loop.scratch)
	at := c.loop.now()
	switch {
	case errors.Is(err, syscall.EAGAIN), errors.Is(err, syscall.EINTR):
		return
	case err != nil:
		c.end(err)
		return
	case n == 0:
		c.end(io.EOF)
		return
	}
	b := c.loop.scratch[:n]
	if len(c.in) > 0 {
		c.in = append(c.in, b...)
		b = c.in
	}
	rest, err := c.parse(b, at)
	if c.isOver {
		return
	}
	if err != nil {
		c.end(err)
		return
	}
	c.keep(rest)
}

// keep holds on to what is not parsed yet. A connection without any holds nothing.
func (c *conn) keep(rest []byte) {
	switch len(rest) {
	case 0:
		c.in = nil
		return
	case len(c.in): // a long frame goes on
		return
	}
	c.in = append(c.in[:0:0], rest...)
}

func (c *conn) parse(b []byte, at int64) (rest []byte, err error) {
	if !c.isOpen {
		if b, err = c.upgraded(b); err != nil || !c.isOpen {
			return b, err
		}
	}
	for !c.isOver {
		f, rest, ok, err := parseFrame(b)
		if err != nil || !ok {
			return b, err
		}
		if err := c.hear(f, at); err != nil {
			return b, err
		}
		b = rest
	}
	return b, nil
}

// upgraded takes the answer to the handshake off b, if it is there.
func (c *conn) upgraded(b []byte) (rest []byte, err error) {
	head, rest, whole := bytes.Cut(b, []byte("\r\n\r\n"))
	if !whole {
		return b, nil
	}
	if !bytes.HasPrefix(head, []byte("HTTP/1.1 101 ")) {
		line, _, _ := bytes.Cut(head, []byte("\r\n"))
		return b, fmt.Errorf("not upgraded: %s", line)
	}
	c.isOpen = true
	c.ears.opened(c)
	return rest, nil
}

func (c *conn) hear(f wireFrame, at int64) error {
	switch f.op {
	case opClose:
		return closing(f.payload)
	case opPing:
		c.write(clientFrame(opPong, f.payload))
		return nil
	case opPong:
		return nil
	}
	if f.final && f.op != opContinuation {
		c.ears.heard(c, f.payload, at)
		return nil
	}
	c.parts = append(c.parts, f.payload...)
	if f.final {
		whole := c.parts
		c.parts = nil
		c.ears.heard(c, whole, at)
	}
	return nil
}

// send sends one binary message.
func (c *conn) send(message []byte) { c.write(clientFrame(opBinary, message)) }

// close ends the connection from this side; its ears hear no more.
func (c *conn) close() {
	if !c.isOver {
		c.isOver = true
		delete(c.loop.conns, int32(c.fd))
		syscall.Close(c.fd)
	}
}

func (c *conn) end(err error) {
	c.close()
	c.ears.ended(c, err)
}

// close ends all connections and the loop.
func (l *loop) close() {
	for _, c := range l.conns {
		c.close()
	}
	syscall.Close(l.epoll)
}
