package main

import (
	"io"
	"net"
	"os/exec"
	"sync"
	"testing"
)

// cable lies between a node and a server it leans on, and can be pulled out.
type cable struct {
	t      testing.TB
	addr   string // where the node plugs in
	target string

	mu      sync.Mutex
	plug    net.Listener // nil while pulled out
	strands map[net.Conn]bool
}

// lay returns a cable to the target, plugged in.
func lay(t testing.TB, target string) *cable {
	t.Helper()
	c := &cable{t: t, addr: "127.0.0.1:0", target: target, strands: map[net.Conn]bool{}}
	c.plugIn()
	t.Cleanup(c.pull)
	return c
}

// plugIn lets connections through again, at the same address.
func (c *cable) plugIn() {
	c.t.Helper()
	plug, err := net.Listen("tcp", c.addr)
	if err != nil {
		c.t.Fatal(err)
	}
	c.mu.Lock()
	c.addr, c.plug = plug.Addr().String(), plug
	c.mu.Unlock()
	go c.carry(plug)
}

// pull breaks every connection and refuses new ones.
func (c *cable) pull() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.plug == nil {
		return
	}
	c.plug.Close()
	c.plug = nil
	for strand := range c.strands {
		strand.Close()
	}
	clear(c.strands)
}

func (c *cable) carry(plug net.Listener) {
	for {
		near, err := plug.Accept()
		if err != nil {
			return
		}
		go c.join(near)
	}
}

func (c *cable) join(near net.Conn) {
	far, err := net.Dial("tcp", c.target)
	if err != nil {
		near.Close()
		return
	}
	if !c.hold(near, far) {
		return
	}
	go copyThenClose(near, far)
	copyThenClose(far, near)
}

// hold remembers both ends, so that pull finds them; it closes them at once if
// the cable was pulled meanwhile.
func (c *cable) hold(ends ...net.Conn) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, end := range ends {
		if c.plug == nil {
			end.Close()
			continue
		}
		c.strands[end] = true
	}
	return c.plug != nil
}

func copyThenClose(to, from net.Conn) {
	io.Copy(to, from) // ends when either side does
	to.Close()
	from.Close()
}

// redisServer is a private Redis that can be killed and started again at the
// same address. It keeps nothing, as the forum's needn't.
type redisServer struct {
	t    testing.TB
	port string
	cmd  *exec.Cmd
}

func startRedis(t testing.TB) *redisServer {
	t.Helper()
	r := &redisServer{t: t, port: freePort(t)}
	r.start()
	t.Cleanup(r.kill)
	return r
}

func (r *redisServer) URL() string { return "redis://127.0.0.1:" + r.port + "/0" }

func (r *redisServer) start() {
	r.t.Helper()
	r.cmd = exec.Command("redis-server", "--port", r.port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", r.t.TempDir())
	if err := r.cmd.Start(); err != nil {
		r.t.Fatal(err)
	}
	until(r.t, "Redis answers", func() bool {
		conn, err := net.Dial("tcp", "127.0.0.1:"+r.port)
		if err != nil {
			return false
		}
		conn.Close()
		return true
	})
}

// kill ends Redis as a power cut would.
func (r *redisServer) kill() {
	if r.cmd == nil {
		return
	}
	r.cmd.Process.Kill()
	r.cmd.Wait()
	r.cmd = nil
}

func freePort(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return port
}
