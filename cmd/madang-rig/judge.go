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

// judge is the real Yjs in a Node process; see static/judge/judge.mjs.
type judge struct {
	mu  sync.Mutex
	in  io.WriteCloser
	out *bufio.Reader
}

// callJudge starts the process. It ends when ctx does.
func callJudge(ctx context.Context, source string) (*judge, error) {
	cmd := exec.CommandContext(ctx, "node", filepath.Join(source, "static", "judge", "judge.mjs"))
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
	return &judge{in: in, out: bufio.NewReaderSize(out, 1<<20)}, nil
}

// read returns the text that updates make, one line a block.
func (j *judge) read(updates [][]byte) (string, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	question, err := json.Marshal(map[string]any{"do": "load", "updates": updates, "gc": true})
	if err != nil {
		return "", err
	}
	if _, err := j.in.Write(append(question, '\n')); err != nil {
		return "", fmt.Errorf("ask real Yjs: %w", err)
	}
	line, err := j.out.ReadBytes('\n')
	if err != nil {
		return "", fmt.Errorf("ask real Yjs: %w", err)
	}
	var answer struct {
		Error   string
		Pending bool
		Tree    map[string]treeNode
	}
	if err := json.Unmarshal(line, &answer); err != nil {
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
