package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// A checker that finds nothing may only be blind. So it is tried on a forum that
// breaks its promise on purpose: it acknowledges edits before it commits them, and is
// otherwise the same. No source file is touched; the go command is told to read this
// one line otherwise.
const (
	brokenFile = "realtime/commit.go"
	commitLine = "\tcommit, err := r.append(changes)\n"
	earlyLines = `	for i, o := range outcomes {
		if o.verdict == accepted {
			r.acknowledge(edits[i], r.head.Seq+1)
		}
	}
`
)

type proveCommand struct {
	place
	Schedules int `default:"20" placeholder:"N" help:"After how many schedules to give up. Default: 20."`
}

// Run plays schedules until one shows that something acknowledged is lost.
func (c *proveCommand) Run(ctx context.Context) error {
	folder, err := os.MkdirTemp("", "madang-early-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	program, err := buildEarly(ctx, c.Source, folder)
	if err != nil {
		return err
	}
	r, err := newRig(ctx, c.place, program, statements)
	if err != nil {
		return err
	}
	defer os.RemoveAll(r.folder)
	played, loss, err := r.prove(ctx, c.Seed, c.Schedules, c.Length)
	if err != nil {
		return err
	}
	fmt.Printf("found out in schedule %d: %s\n", played, loss)
	return nil
}

// prove plays up to n schedules until one shows a loss, and says how many that took
// and what was lost.
func (r rig) prove(ctx context.Context, seed uint64, n int, length time.Duration) (played int, loss string, err error) {
	for played = range n {
		done, err := r.play(ctx, newSchedule(seed+uint64(played), length, clients))
		if err != nil {
			return played, "", err
		}
		if at := slices.IndexFunc(done.findings, isLoss); at >= 0 {
			return played + 1, done.findings[at], nil
		}
	}
	return n, "", fmt.Errorf("a forum that acknowledges before it commits was not found out in %d schedules: the checker sees too little", n)
}

func isLoss(finding string) bool { return strings.HasPrefix(finding, "lost") }

// buildEarly builds the forum that acknowledges too early into a folder.
func buildEarly(ctx context.Context, source, folder string) (program string, err error) {
	source, err = filepath.Abs(source)
	if err != nil {
		return "", err
	}
	overlay, err := breakPromise(source, folder)
	if err != nil {
		return "", err
	}
	program = filepath.Join(folder, "madang")
	cmd := exec.CommandContext(ctx, "go", "build", "-overlay", overlay, "-o", program, "./cmd/madang")
	cmd.Dir = source
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("the forum that acknowledges too early doesn't build; say in cmd/madang-rig/prove.go how it does: %w\n%s", err, out)
	}
	return program, nil
}

// breakPromise writes the broken file and the list by which the go command finds it.
func breakPromise(source, folder string) (overlay string, err error) {
	right := filepath.Join(source, filepath.FromSlash(brokenFile))
	text, err := os.ReadFile(right)
	if err != nil {
		return "", err
	}
	if bytes.Count(text, []byte(commitLine)) != 1 {
		return "", fmt.Errorf("%s has no single line %q any more: say in cmd/madang-rig/prove.go where edits are committed now", brokenFile, strings.TrimSpace(commitLine))
	}
	wrong := filepath.Join(folder, "commit.go")
	list, err := json.Marshal(map[string]map[string]string{"Replace": {right: wrong}})
	if err != nil {
		return "", err
	}
	overlay = filepath.Join(folder, "overlay.json")
	return overlay, errors.Join(
		os.WriteFile(wrong, bytes.Replace(text, []byte(commitLine), []byte(earlyLines+commitLine), 1), 0o644),
		os.WriteFile(overlay, list, 0o644),
	)
}
