package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// program is the real binary, built once for all tests of this package: what is
// tested here is what people start.
var program string

func TestMain(m *testing.M) { os.Exit(testMain(m)) }

func testMain(m *testing.M) int {
	if _, err := os.Stat("../../static/dist/manifest.json"); err != nil {
		fmt.Fprintln(os.Stderr, "The browser's part is not built, and the program embeds it: run `make build` first.")
		return 1
	}
	folder, err := os.MkdirTemp("", "madang-program-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(folder)
	program = filepath.Join(folder, "madang")
	if out, err := exec.Command("go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "go build: %v\n%s", err, out)
		return 1
	}
	return m.Run()
}

// patience is how long a test waits for what must happen before it fails.
const patience = 30 * time.Second

// until waits for a condition, and fails the test by name if it never holds.
func until(t testing.TB, what string, holds func() bool) {
	t.Helper()
	deadline := time.NewTimer(patience)
	defer deadline.Stop()
	again := time.NewTicker(10 * time.Millisecond)
	defer again.Stop()
	for !holds() {
		select {
		case <-deadline.C:
			t.Fatalf("waited %v in vain: %s", patience, what)
		case <-again.C:
		}
	}
}

// madang runs one command to its end and returns what it answered.
func madang(t testing.TB, args ...string) (answer string, err error) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), program, args...)
	var notes bytes.Buffer
	cmd.Stderr = &notes
	out, err := cmd.Output()
	if err != nil {
		err = fmt.Errorf("madang %s: %w: %s", strings.Join(args, " "), err, &notes)
	}
	return string(out), err
}

// mustMadang is madang for commands that have to succeed.
func mustMadang(t testing.TB, args ...string) string {
	t.Helper()
	answer, err := madang(t, args...)
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

// node is one running "madang serve".
type node struct {
	t       testing.TB
	URL     string
	process *os.Process
	answers transcript
	notes   transcript
	ended   chan struct{}
	state   *os.ProcessState // once ended is closed
}

// serve starts a node on a free port and returns when it says that it listens.
// It is killed with the test if it still runs then.
func serve(t testing.TB, flags ...string) *node {
	t.Helper()
	return serveOf(t, program, append([]string{"--listen", "127.0.0.1:0"}, flags...)...)
}

// serveOf is serve for a program of another build, at the address that the flags give.
func serveOf(t testing.TB, program string, flags ...string) *node {
	t.Helper()
	n := launchOf(t, program, flags...)
	until(t, "the node says where it listens", func() bool {
		select {
		case <-n.ended:
			t.Fatalf("the node ended: %v\n%s", n.state, n.notes.text())
		default:
		}
		n.URL = n.answers.after("listening on ")
		return n.URL != ""
	})
	return n
}

// launch starts "madang serve" and does not wait for it.
func launch(t testing.TB, flags ...string) *node {
	t.Helper()
	return launchOf(t, program, flags...)
}

// launchOf is launch for a program of another build.
func launchOf(t testing.TB, program string, flags ...string) *node {
	t.Helper()
	n := &node{t: t, ended: make(chan struct{})}
	cmd := exec.Command(program, append([]string{"serve"}, flags...)...)
	cmd.Stdout, cmd.Stderr = &n.answers, &n.notes
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	n.process = cmd.Process
	go func() {
		defer close(n.ended)
		cmd.Wait() // its error is the state's
		n.state = cmd.ProcessState
	}()
	t.Cleanup(func() {
		n.kill()
		if t.Failed() {
			t.Logf("the log of the node at %s:\n%s", n.URL, n.notes.text())
		}
	})
	return n
}

// kill ends the node as a power cut would.
func (n *node) kill() {
	n.process.Kill() // fails only if it has ended already
	<-n.ended
}

// signal asks the node to end.
func (n *node) signal(s os.Signal) {
	n.t.Helper()
	if err := n.process.Signal(s); err != nil {
		n.t.Fatal(err)
	}
}

// stop ends the node in the orderly way and returns its exit status.
func (n *node) stop() int {
	n.t.Helper()
	n.signal(syscall.SIGTERM)
	return n.status()
}

// status waits until the node has ended and returns its exit status, -1 if a
// signal ended it.
func (n *node) status() int {
	n.t.Helper()
	select {
	case <-n.ended:
	case <-time.After(patience):
		n.t.Fatalf("the node did not end within %v", patience)
	}
	return n.state.ExitCode()
}

// transcript keeps what a process writes.
type transcript struct {
	mu   sync.Mutex
	kept bytes.Buffer
}

var _ io.Writer = (*transcript)(nil)

func (tr *transcript) Write(b []byte) (int, error) {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	return tr.kept.Write(b)
}

func (tr *transcript) text() string {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	return tr.kept.String()
}

// after returns the rest of the first whole line that begins with the prefix.
func (tr *transcript) after(prefix string) string {
	lines := bufio.NewReader(strings.NewReader(tr.text()))
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			return "" // also for a line that is still being written
		}
		if rest, ok := strings.CutPrefix(line, prefix); ok {
			return strings.TrimSpace(rest)
		}
	}
}
