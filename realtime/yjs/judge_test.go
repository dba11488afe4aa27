package yjs

import (
	"bufio"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

// judge is the real Yjs in a Node process of its own, which answers one question at a
// time. See static/judge.
type judge struct {
	mu  sync.Mutex
	in  io.WriteCloser
	out *bufio.Reader
}

// startJudge fails the test where Node or the packages are missing: without its judge
// this package proves nothing.
func startJudge(t testing.TB) *judge {
	t.Helper()
	static := filepath.Join("..", "..", "static")
	if _, err := os.Stat(filepath.Join(static, "node_modules", "yjs")); err != nil {
		t.Fatalf("the real Yjs is missing; run `make build` to install it: %v", err)
	}
	cmd := exec.Command("node", filepath.Join(static, "judge", "judge.mjs"))
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatalf("Node is missing; install Node 20 and run `make build`: %v", err)
	}
	t.Cleanup(func() {
		in.Close()
		if err := cmd.Wait(); err != nil {
			t.Errorf("the judge ended badly: %v", err)
		}
	})
	return &judge{in: in, out: bufio.NewReaderSize(out, 1<<20)}
}

type question map[string]any

// answer is what the judge may answer; which fields are set depends on the question.
type answer struct {
	Error     string
	Updates   [][]byte
	UpdatesV2 [][]byte
	Update    []byte
	UpdateV2  []byte
	Tree      map[string]any
	Vector    []string
	Deletions []string
	Pending   bool
	Places    []string
}

// ask puts a question and waits for the answer.
func (j *judge) ask(t testing.TB, q question) answer {
	t.Helper()
	line, err := json.Marshal(q)
	if err != nil {
		t.Fatal(err)
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if _, err := j.in.Write(append(line, '\n')); err != nil {
		t.Fatalf("ask the judge: %v", err)
	}
	reply, err := j.out.ReadBytes('\n')
	if err != nil {
		t.Fatalf("the judge's answer: %v", err)
	}
	var a answer
	if err := json.Unmarshal(reply, &a); err != nil {
		t.Fatalf("the judge's answer: %v: %.200s", err, reply)
	}
	if a.Error != "" {
		t.Fatalf("the judge could not answer %v: %s", q["do"], a.Error)
	}
	return a
}
