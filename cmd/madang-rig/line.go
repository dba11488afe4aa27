package main

import (
	"fmt"
	"io"
	"net"
	"sync"
	"time"
)

// weather is what happens to the bytes on a line. The zero value is fine weather.
type weather struct {
	down    bool          // connections are broken, and new ones too
	swallow bool          // bytes and endings vanish, as behind a router that forgot the connection
	frozen  bool          // bytes wait
	delay   time.Duration // of each piece, each way
	rate    int           // bytes a second, each way; 0: as fast as it goes
}

func (w weather) String() string {
	switch {
	case w.down:
		return "cut"
	case w.swallow:
		return "half-open"
	case w.frozen:
		return "frozen"
	case w.rate > 0:
		return fmt.Sprintf("slowed to %d bytes/s", w.rate)
	case w.delay > 0:
		return fmt.Sprintf("delayed by %v", w.delay)
	}
	return "fine"
}

// line is a TCP proxy whose weather can change at any moment.
type line struct {
	addr     string
	targets  []string // the first that can be reached is taken
	listener net.Listener

	mu      sync.Mutex
	changed sync.Cond // the weather, or a strand was cut
	weather weather
	strands map[*strand]bool
	closed  bool
}

// strand is one connection through a line.
type strand struct {
	line      *line
	near, far *net.TCPConn // far is nil until it is reached
	torn      bool         // lost something; it can only be cut
	gone      bool
}

// dialTime bounds one attempt to reach a target.
const dialTime = time.Second

// layLine opens a line on a free port.
func layLine(targets ...string) (*line, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	l := &line{addr: listener.Addr().String(), targets: targets, listener: listener, strands: map[*strand]bool{}}
	l.changed.L = &l.mu
	go l.accept()
	return l, nil
}

// close breaks all connections and takes no new ones.
func (l *line) close() {
	l.listener.Close()
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
	l.cutLocked(func(*strand) bool { return true })
}

// become changes the weather. What lost something in the old one is cut, as when
// the other end answers that it knows nothing of this connection.
func (l *line) become(w weather) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.weather = w
	l.cutLocked(func(s *strand) bool { return w.down || s.torn && !w.swallow })
	l.changed.Broadcast()
}

func (l *line) cutLocked(which func(*strand) bool) {
	for s := range l.strands {
		if which(s) {
			s.cutLocked()
		}
	}
}

// cutLocked resets both ends: nothing that was under way arrives.
func (s *strand) cutLocked() {
	s.gone = true
	delete(s.line.strands, s)
	for _, end := range []*net.TCPConn{s.near, s.far} {
		if end != nil {
			end.SetLinger(0) // an end that is gone already needs no reset
			end.Close()
		}
	}
	s.line.changed.Broadcast()
}

func (s *strand) cut() {
	s.line.mu.Lock()
	defer s.line.mu.Unlock()
	s.cutLocked()
}

func (l *line) accept() {
	for {
		near, err := l.listener.Accept()
		if err != nil {
			return
		}
		s := &strand{line: l, near: near.(*net.TCPConn)}
		if l.take(s) {
			go s.live()
		}
	}
}

// take adds a new strand, unless the weather forbids it.
func (l *line) take(s *strand) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.strands[s] = true
	s.torn = l.weather.swallow
	if l.closed || l.weather.down {
		s.cutLocked()
	}
	return !s.gone
}

// live carries bytes both ways until the connection has ended in both.
func (s *strand) live() {
	if _, ok := s.await(); !ok || !s.reach() {
		s.cut()
		return
	}
	var both sync.WaitGroup
	both.Go(func() { s.carry(s.near, s.far) })
	both.Go(func() { s.carry(s.far, s.near) })
	both.Wait()
	s.line.mu.Lock()
	defer s.line.mu.Unlock()
	if !s.torn {
		delete(s.line.strands, s)
		s.near.Close()
		s.far.Close()
	}
}

// reach connects to the first target that can be reached.
func (s *strand) reach() bool {
	for _, target := range s.line.targets {
		far, err := net.DialTimeout("tcp", target, dialTime)
		if err != nil {
			continue
		}
		s.line.mu.Lock()
		defer s.line.mu.Unlock()
		s.far = far.(*net.TCPConn)
		if s.gone {
			far.Close()
		}
		return !s.gone
	}
	return false
}

// await waits until the line is not frozen, and marks the strand as torn where
// bytes vanish. It reports false once the strand is cut.
func (s *strand) await() (weather, bool) {
	s.line.mu.Lock()
	defer s.line.mu.Unlock()
	for s.line.weather.frozen && !s.gone {
		s.line.changed.Wait()
	}
	s.torn = s.torn || s.line.weather.swallow
	return s.line.weather, !s.gone
}

// carry passes on what one end sends until that ends.
func (s *strand) carry(from, to *net.TCPConn) {
	buffer := make([]byte, 16<<10)
	for {
		n, err := from.Read(buffer)
		w, ok := s.await()
		if !ok {
			return
		}
		if err == nil {
			err = s.pass(to, buffer[:n], w)
		}
		switch {
		case err == nil:
		case w.swallow:
			return // nobody learns that it ended
		case err == io.EOF:
			to.CloseWrite() // an end that is gone already needs no goodbye
			return
		default:
			s.cut()
			return
		}
	}
}

// pass writes a piece as the weather wills.
func (s *strand) pass(to *net.TCPConn, piece []byte, w weather) error {
	s.line.mu.Lock()
	torn := s.torn
	s.line.mu.Unlock()
	if torn {
		return nil
	}
	time.Sleep(w.delay)
	for w.rate > 0 && len(piece) > 0 {
		n := min(len(piece), max(1, w.rate/20))
		time.Sleep(time.Duration(n) * time.Second / time.Duration(w.rate))
		if _, err := to.Write(piece[:n]); err != nil {
			return err
		}
		piece = piece[n:]
		s.line.mu.Lock()
		w = s.line.weather
		s.line.mu.Unlock()
	}
	_, err := to.Write(piece)
	return err
}
