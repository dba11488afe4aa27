package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// The two cores: one serves, the other makes the load.
const (
	serverCore    = "0"
	generatorCore = "1"
)

// patience is how long anything may take that has to happen.
const patience = 60 * time.Second

// process is a server that was started, on the core of servers.
type process struct {
	cmd   *exec.Cmd
	log   transcript
	ended chan struct{}
}

// transcript keeps what a process writes.
type transcript struct {
	mu   sync.Mutex
	kept bytes.Buffer
}

func (t *transcript) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.kept.Write(b)
}

func (t *transcript) text() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.kept.String()
}

// after is the rest of the first whole line that begins with the prefix.
func (t *transcript) after(prefix string) string {
	for line := range strings.Lines(t.text()) {
		if rest, ok := strings.CutPrefix(line, prefix); ok && strings.HasSuffix(line, "\n") {
			return strings.TrimSpace(rest)
		}
	}
	return ""
}

// begin starts a server and waits until it says where it listens, on a line
// "listening on http://HOST:PORT".
func begin(ctx context.Context, env []string, command ...string) (p *process, address string, err error) {
	p = &process{ended: make(chan struct{})}
	p.cmd = exec.CommandContext(ctx, "taskset", append([]string{"-c", serverCore}, command...)...)
	p.cmd.Env = append(os.Environ(), env...)
	p.cmd.Stdout, p.cmd.Stderr = &p.log, &p.log
	if err := p.cmd.Start(); err != nil {
		return nil, "", err
	}
	go func() {
		_ = p.cmd.Wait() // how it ended doesn't matter
		close(p.ended)
	}()
	deadline := time.After(patience)
	for {
		if address = p.log.after("listening on http://"); address != "" {
			return p, address, nil
		}
		select {
		case <-p.ended:
			return nil, "", fmt.Errorf("%s ended: %s", command[0], p.log.text())
		case <-deadline:
			p.kill()
			return nil, "", fmt.Errorf("%s does not listen: %s", command[0], p.log.text())
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// kill ends it as a power cut would.
func (p *process) kill() {
	_ = p.cmd.Process.Kill() // fails only if it has ended
	<-p.ended
}

// stop asks it to end, and kills it if it doesn't.
func (p *process) stop() {
	_ = p.cmd.Process.Signal(syscall.SIGTERM) // fails only if it has ended
	select {
	case <-p.ended:
	case <-time.After(patience / 2):
		p.kill()
	}
}

func (p *process) pid() int { return p.cmd.Process.Pid }

// tick is what /proc counts processor time in: USER_HZ, which is 100 on Linux.
const tick = 10 * time.Millisecond

// cpuOf is the processor time that a process has used. Those of its children that
// have ended are in it.
func cpuOf(pid int) (time.Duration, error) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, err
	}
	// The name, in parentheses, may hold anything.
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
	if len(fields) < 15 {
		return 0, errors.New("/proc/PID/stat has too few fields")
	}
	ticks := 0
	for _, field := range fields[11:15] {
		n, err := strconv.Atoi(field)
		if err != nil {
			return 0, err
		}
		ticks += n
	}
	return time.Duration(ticks) * tick, nil
}

// residentOf is the memory that a process holds, in bytes.
func residentOf(pid int) (int, error) {
	rollup, err := os.Open(fmt.Sprintf("/proc/%d/smaps_rollup", pid))
	if err != nil {
		return 0, err
	}
	defer rollup.Close()
	for lines := bufio.NewScanner(rollup); lines.Scan(); {
		if rest, ok := strings.CutPrefix(lines.Text(), "Rss:"); ok {
			kB, err := strconv.Atoi(strings.TrimSpace(strings.TrimSuffix(rest, "kB")))
			return kB << 10, err
		}
	}
	return 0, errors.New("smaps_rollup tells no Rss")
}

// family lists a process and its children.
func family(pid int) []int {
	pids := []int{pid}
	stats, _ := filepath.Glob("/proc/[0-9]*/stat") // the pattern is well-formed
	for _, name := range stats {
		stat, err := os.ReadFile(name)
		if err != nil {
			continue // it has ended
		}
		fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
		if len(fields) > 1 && fields[1] == strconv.Itoa(pid) {
			child, _ := strconv.Atoi(strings.Split(name, "/")[2]) // the pattern says digits
			pids = append(pids, child)
		}
	}
	return pids
}

// findProcess is the process whose command line holds all the words.
func findProcess(words ...string) (int, error) {
	lines, _ := filepath.Glob("/proc/[0-9]*/cmdline") // the pattern is well-formed
	for _, name := range lines {
		line, err := os.ReadFile(name)
		if err != nil {
			continue // it has ended
		}
		said, found := " "+string(bytes.ReplaceAll(line, []byte{0}, []byte{' '}))+" ", true
		for _, word := range words {
			found = found && strings.Contains(said, word)
		}
		if found {
			return strconv.Atoi(strings.Split(name, "/")[2])
		}
	}
	return 0, fmt.Errorf("no process with %q on its command line", words)
}

// pin moves this process with all its threads to a core.
func pin(core string) error {
	out, err := exec.Command("taskset", "-acp", core, strconv.Itoa(os.Getpid())).CombinedOutput()
	if err != nil {
		return fmt.Errorf("taskset: %w: %s", err, out)
	}
	return nil
}

// machine is what all processors have done since the machine started.
type machine struct {
	busy, steal time.Duration
}

func readMachine() (machine, error) {
	stat, err := os.ReadFile("/proc/stat")
	if err != nil {
		return machine{}, err
	}
	line, _, _ := strings.Cut(string(stat), "\n")
	fields := strings.Fields(line)
	if len(fields) < 9 {
		return machine{}, errors.New("/proc/stat has too few fields")
	}
	var ticks [8]int // user nice system idle iowait irq softirq steal
	for i := range ticks {
		if ticks[i], err = strconv.Atoi(fields[i+1]); err != nil {
			return machine{}, err
		}
	}
	busy := ticks[0] + ticks[1] + ticks[2] + ticks[5] + ticks[6]
	return machine{busy: time.Duration(busy) * tick, steal: time.Duration(ticks[7]) * tick}, nil
}
