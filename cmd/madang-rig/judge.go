package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
)

// script is a Node program that answers each line of JSON with one.
type script struct {
	mu  sync.Mutex
	in  io.WriteCloser
	out *bufio.Reader
}

// startScript starts a program of static/judge. It ends when ctx does.
func startScript(ctx context.Context, source string, path ...string) (*script, error) {
	cmd := exec.CommandContext(ctx, "node", filepath.Join(source, "static", "judge", filepath.Join(path...)))
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("no Node; install Node 20 and run `make build`: %w", err)
	}
	go cmd.Wait() // whoever asks it next learns that it ended
	return &script{in: in, out: bufio.NewReaderSize(out, 1<<20)}, nil
}

// ask sends a question and reads the answer to it.
func (s *script) ask(question, answer any) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	line, err := json.Marshal(question)
	if err != nil {
		return err
	}
	if _, err := s.in.Write(append(line, '\n')); err != nil {
		return fmt.Errorf("ask real Yjs: %w", err)
	}
	if line, err = s.out.ReadBytes('\n'); err != nil {
		return fmt.Errorf("ask real Yjs: %w", err)
	}
	return json.Unmarshal(line, answer)
}

// judge is the real Yjs in a Node process; see static/judge/judge.mjs.
type judge struct{ *script }

func callJudge(ctx context.Context, source string) (*judge, error) {
	s, err := startScript(ctx, source, "judge.mjs")
	return &judge{s}, err
}

// read returns the text that updates make, one line a block.
func (j *judge) read(updates [][]byte) (string, error) {
	var answer struct {
		Error   string
		Pending bool
		Tree    map[string]treeNode
	}
	if err := j.ask(map[string]any{"do": "load", "updates": updates, "gc": true}, &answer); err != nil {
		return "", err
	}
	if answer.Error != "" {
		return "", errors.New(answer.Error)
	}
	if answer.Pending {
		return "", errors.New("real Yjs finds that the log builds on something that isn't in it")
	}
	var b strings.Builder
	answer.Tree[rootName].write(&b)
	return b.String(), nil
}

// treeNode is a node as static/judge/describe.mjs tells of it: an element or, with
// Text, a text.
type treeNode struct {
	Nodes []treeNode
	Text  []struct{ String string }
}

func (n treeNode) write(b *strings.Builder) {
	if n.Text != nil {
		for _, run := range n.Text {
			b.WriteString(run.String)
		}
		b.WriteByte('\n')
	}
	for _, child := range n.Nodes {
		child.write(b)
	}
}
