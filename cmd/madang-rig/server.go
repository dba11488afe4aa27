package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"sort"
	"strconv"
	"sync"
	"syscall"
	"time"
)

// server is a process at a fixed address that can be killed and started again.
type server struct {
	name    string
	orderly os.Signal // asks for an orderly end
	command func() *exec.Cmd
	answers func(ctx context.Context) error // nil once it serves
	log     *os.File

	starting sync.Mutex // held while somebody starts it

	mu      sync.Mutex
	process *os.Process   // nil while it doesn't run
	ended   chan struct{} // closed when process has ended
}

// startTime bounds how long a server may take to serve, however often it has to be
// started: PostgreSQL refuses while processes of its former life still end.
const startTime = 30 * time.Second

// start launches the server, unless it runs, and waits until it serves. Two faults may
// start it at the same time: a second process would be left to itself.
func (s *server) start(ctx context.Context) error {
	s.starting.Lock()
	defer s.starting.Unlock()
	ctx, cancel := context.WithTimeout(ctx, startTime)
	defer cancel()
	for {
		ended, err := s.launch()
		if err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
		serves := until(ctx, func() bool { return isClosed(ended) || s.answers(ctx) == nil })
		if serves == nil && !isClosed(ended) {
			return nil
		}
		if ctx.Err() != nil {
			return fmt.Errorf("%s did not start within %v", s.name, startTime)
		}
	}
}

// launch begins a process, unless there is one.
func (s *server) launch() (ended chan struct{}, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.process != nil && !isClosed(s.ended) {
		return s.ended, nil
	}
	cmd := s.command()
	cmd.Stdout, cmd.Stderr = s.log, s.log
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	s.process, s.ended = cmd.Process, make(chan struct{})
	go func(ended chan struct{}) {
		cmd.Wait() // how it ended is in its log
		close(ended)
	}(s.ended)
	return s.ended, nil
}

// kill ends the server as a power cut would.
func (s *server) kill() { s.end(context.Background(), os.Kill) }

// stop ends the server in the orderly way.
func (s *server) stop(ctx context.Context) error { return s.end(ctx, s.orderly) }

func (s *server) end(ctx context.Context, how os.Signal) error {
	s.mu.Lock()
	process, ended := s.process, s.ended
	s.mu.Unlock()
	if process == nil || isClosed(ended) {
		return nil
	}
	if err := process.Signal(how); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	select {
	case <-ended:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("%s did not end: %w", s.name, ctx.Err())
	}
}

// isRunning reports whether the process is there.
func (s *server) isRunning() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.process != nil && !isClosed(s.ended)
}

func isClosed(c chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// until waits for a condition.
func until(ctx context.Context, holds func() bool) error {
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for !holds() {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-again.C:
		}
	}
	return nil
}

// Servers get ports below those that systems give to outgoing connections (Linux:
// 32768 and up): one of these could take a server's port while it is down.
const firstPort, lastPort = 18000, 31999

// handed are the ports that were given out: whoever got one may not listen there yet, or
// not at the moment.
var handed sync.Map

// freeAddr is an address of this machine where nobody listens, and which it gives to
// nobody else.
func freeAddr() (string, error) {
	var last error
	for range 50 {
		addr := fmt.Sprintf("127.0.0.1:%d", firstPort+rand.IntN(lastPort-firstPort+1))
		if _, taken := handed.LoadOrStore(addr, true); taken {
			continue
		}
		l, err := net.Listen("tcp", addr)
		if err == nil {
			return addr, l.Close()
		}
		last = err
	}
	return "", fmt.Errorf("no port is free: %w", last)
}

// listens is nil once something takes connections at an address.
func listens(ctx context.Context, addr string) error {
	var d net.Dialer
	conn, err := d.DialContext(ctx, "tcp", addr)
	if err != nil {
		return err
	}
	return conn.Close()
}

// newRedis is a Redis that keeps nothing, as the forum's needn't.
func newRedis(addr string, log *os.File) *server {
	_, port, _ := net.SplitHostPort(addr) // addr is from freeAddr
	return &server{
		name: "Redis", orderly: syscall.SIGTERM, log: log,
		command: func() *exec.Cmd {
			return exec.Command("redis-server", "--port", port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no")
		},
		answers: func(ctx context.Context) error { return listens(ctx, addr) },
	}
}

// newPostgres is a PostgreSQL on a data folder that initdb made. What it says is
// committed is on disk.
func newPostgres(addr, folder string, log *os.File) (*server, error) {
	bin, err := postgresBin()
	if err != nil {
		return nil, err
	}
	attributes, err := asPostgres()
	if err != nil {
		return nil, err
	}
	_, port, _ := net.SplitHostPort(addr) // addr is from freeAddr
	return &server{
		name: "PostgreSQL", orderly: syscall.SIGINT, log: log,
		command: func() *exec.Cmd {
			cmd := exec.Command(filepath.Join(bin, "postgres"), "-D", folder, "-p", port,
				"-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "fsync=on", "-c", "max_connections=100")
			cmd.SysProcAttr = attributes
			return cmd
		},
		answers: func(ctx context.Context) error { return answersSQL(ctx, addr) },
	}, nil
}

// postgresBin is the folder with the programs of the newest PostgreSQL there is.
func postgresBin() (string, error) {
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin")
	if err != nil || len(found) == 0 {
		return "", errors.New("PostgreSQL is missing: `.ci/install` brings it")
	}
	version := func(i int) int {
		n, _ := strconv.Atoi(filepath.Base(filepath.Dir(found[i]))) // not a number: oldest
		return n
	}
	sort.Slice(found, func(i, j int) bool { return version(i) < version(j) })
	return found[len(found)-1], nil
}

// asPostgres are the attributes of a process of PostgreSQL, which refuses to run as
// root.
func asPostgres() (*syscall.SysProcAttr, error) {
	if os.Getuid() != 0 {
		return nil, nil
	}
	uid, gid, err := postgresUser()
	if err != nil {
		return nil, err
	}
	return &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}, nil
}

func postgresUser() (uid, gid int, err error) {
	u, err := user.Lookup("postgres")
	if err != nil {
		return 0, 0, err
	}
	if uid, err = strconv.Atoi(u.Uid); err != nil {
		return 0, 0, err
	}
	gid, err = strconv.Atoi(u.Gid)
	return uid, gid, err
}
