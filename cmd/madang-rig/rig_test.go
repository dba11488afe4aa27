package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// program is the real binary, built once for all tests of this package, and begun is
// the forum that all their schedules begin with.
var (
	program string
	begun   *forum
)

func TestMain(m *testing.M) { os.Exit(testMain(m)) }

func testMain(m *testing.M) int {
	if _, err := os.Stat(filepath.Join(source, "static", "dist", "manifest.json")); err != nil {
		fmt.Fprintln(os.Stderr, "The browser's part is not built, and the program embeds it: run `make build` first.")
		return 1
	}
	folder, err := os.MkdirTemp("", "madang-rig-program-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(folder)
	program = filepath.Join(folder, "madang")
	if out, err := exec.Command("go", "build", "-o", program, "madang/cmd/madang").CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "go build: %v\n%s", err, out)
		return 1
	}
	r, err := newRig(context.Background(), place{Source: source, Folder: folder}, program, statements)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	begun = r.forum
	return m.Run()
}

// source is the top of the source tree.
var source = filepath.Join("..", "..")

// assemble makes a rig whose folder is kept if the test fails.
func assemble(t *testing.T, program string) rig {
	t.Helper()
	folder, err := newFolder()
	if err != nil {
		t.Fatal(err)
	}
	keepIfFailed(t, folder)
	start := *begun
	start.program = program
	return rig{source: source, folder: folder, forum: &start}
}

func keepIfFailed(t *testing.T, folder string) {
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("what the servers left is in %s", folder)
			return
		}
		os.RemoveAll(folder)
	})
}

func TestNothingIsLostWhateverFails(t *testing.T) {
	r := assemble(t, program)
	var list []schedule
	for seed := range uint64(10) {
		list = append(list, newSchedule(seed+1, 4*time.Second, clients))
	}
	total := tally{}
	err := r.playAll(t.Context(), list, 2, func(done result) {
		total.add(done.tally)
		if len(done.findings) > 0 {
			t.Error(done)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("in %d schedules:\n%v", len(list), total)
	for _, what := range []string{"words acknowledged", "comments acknowledged", "visitors who left once saved", "looks into the database right after a kill", "texts stored whole"} {
		if total[what] == 0 {
			t.Errorf("nothing was tried: no %s", what)
		}
	}
}

func TestAForumThatAcknowledgesBeforeItCommitsIsFoundOut(t *testing.T) {
	t.Parallel()
	early, err := buildEarly(t.Context(), source, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	r := assemble(t, early)
	played, loss, err := r.prove(t.Context(), 3, 6, 4*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("found out in schedule %d: %s", played, loss)
}

// perform plays a schedule and returns it for a closer look.
func perform(t *testing.T, sch schedule) *playing {
	t.Helper()
	r := assemble(t, program)
	p, err := r.open(t.Context(), sch, r.folder)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.close)
	if err := p.perform(t.Context()); err != nil {
		t.Error(err)
	}
	for _, finding := range p.cast.ledger.found() {
		t.Error(finding)
	}
	return p
}

func TestBothNodesRestartInTurnAndNobodyHasToDoAnything(t *testing.T) {
	t.Parallel()
	p := perform(t, schedule{seed: 1, length: 7 * time.Second, steps: []step{{at: 2 * time.Second, lasts: 100 * time.Millisecond, fault: restartBoth}}})
	for _, gone := range p.cast.ledger.endings {
		if !gone.isOrderly() {
			t.Errorf("%s was cut off with %d %q and not told when to come back", gone.who, gone.code, gone.reason)
		}
	}
	if len(p.cast.ledger.endings) < windows {
		t.Errorf("only %d connections ended, of %d windows: nobody was restarted under them", len(p.cast.ledger.endings), windows)
	}
	for _, who := range append(p.cast.commenters, p.cast.editor) {
		if who.failures > 0 {
			t.Errorf("%s met %d requests that were not served", who.title, who.failures)
		}
	}
	if p.calm > 30*time.Second {
		t.Errorf("it took %v until all were back and read the same", p.calm)
	}
}

func TestTextsAreEvictedStoredWholeAndLoadedUnderLoadAndStayTheSame(t *testing.T) {
	t.Parallel()
	sch := schedule{seed: 2, length: 8 * time.Second, settings: []string{"--compact-after=10", "--idle=200ms", "--keep-edits=500ms"}}
	for at := 2 * time.Second; at < sch.length; at += 3 * time.Second {
		sch.steps = append(sch.steps,
			step{at: at, lasts: 2 * time.Second, fault: desert, target: 1},
			step{at: at + 2500*time.Millisecond, fault: storm},
		)
	}
	p := perform(t, sch)
	tally := p.cast.ledger.tally()
	for _, what := range []string{"evictions seen", "texts stored whole"} {
		if tally[what] < 2 {
			t.Errorf("%d %s", tally[what], what)
		}
	}
}

func TestASeedMakesTheSameScheduleAgain(t *testing.T) {
	one, again := newSchedule(7, 20*time.Second, clients).String(), newSchedule(7, 20*time.Second, clients).String()
	if one != again || !strings.Contains(one, "schedule 7") {
		t.Errorf("seed 7 made\n%s\nand\n%s", one, again)
	}
	if newSchedule(8, 20*time.Second, clients).String() == one {
		t.Error("another seed made the same schedule")
	}
}
