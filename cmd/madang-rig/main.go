// Command madang-rig tries to make a forum lose something. It runs two nodes, a
// PostgreSQL and a Redis of its own with lines between all of them that it can cut,
// freeze and slow down, lets people write, kills and cuts by a schedule made from a
// seed, and checks afterwards that everything the forum said it holds is there, once,
// under the right name, and reads the same to everybody, to a replay of the log and to
// the real Yjs. It also lets people write who mean no harm, without any fault, and checks
// that nobody is refused anything.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"github.com/alecthomas/kong"
)

type commands struct {
	Play   playCommand   `cmd:"" help:"Play schedules; fails if anything is lost, doubled, misattributed or read differently."`
	Honest honestCommand `cmd:"" help:"Play sessions of people who mean no harm; fails if one raises an incident, is refused or loses a word."`
	Prove  proveCommand  `cmd:"" help:"Play schedules with a forum that acknowledges before it commits, until that is found out; fails if it never is."`
}

// place says what is tried, where.
type place struct {
	Source string        `default:"." placeholder:"FOLDER" help:"Top of the source tree. Default: here."`
	Folder string        `placeholder:"FOLDER" help:"Where servers keep their data and logs meanwhile. Default: a temporary one."`
	Length time.Duration `default:"20s" help:"How long people write in a schedule. Default: 20s."`
	Seed   uint64        `default:"1" help:"Seed of the first schedule; the others follow. Default: 1."`
}

type playCommand struct {
	place
	Madang    string `default:"bin/madang" placeholder:"FILE" help:"The program to try. Default: bin/madang."`
	Schedules int    `default:"100" placeholder:"N" help:"How many schedules. Default: 100."`
	AtOnce    int    `default:"2" placeholder:"N" help:"How many at the same time. Default: 2."`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var line commands
	chosen := kong.Parse(&line, kong.Name("madang-rig"), kong.Description("Tries to make a forum lose something."), kong.UsageOnError())
	chosen.BindTo(ctx, (*context.Context)(nil))
	if err := chosen.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "madang-rig:", err)
		os.Exit(1)
	}
}

// newFolder makes a temporary folder that PostgreSQL can reach too, which runs as
// somebody else.
func newFolder() (string, error) {
	folder, err := os.MkdirTemp("", "madang-rig-")
	if err != nil {
		return "", err
	}
	return folder, os.Chmod(folder, 0o755)
}

// newRig fills the forum that all begins with, with n statements.
func newRig(ctx context.Context, p place, program string, n int) (r rig, err error) {
	if p.Folder == "" {
		if p.Folder, err = newFolder(); err != nil {
			return rig{}, err
		}
	}
	begun := filepath.Join(p.Folder, "forum")
	if err := errors.Join(os.MkdirAll(begun, 0o755), os.Chmod(p.Folder, 0o755)); err != nil {
		return rig{}, err
	}
	if program, err = filepath.Abs(program); err != nil {
		return rig{}, err
	}
	r = rig{source: p.Source, folder: p.Folder}
	r.forum, err = newForum(ctx, program, begun, n)
	return r, err
}

// Run plays the schedules and prints what came of each, and figures of all.
func (c *playCommand) Run(ctx context.Context) error {
	r, err := newRig(ctx, c.place, c.Madang, statements)
	if err != nil {
		return err
	}
	total, failed := tally{}, 0
	err = r.playAll(ctx, c.schedules(), c.AtOnce, func(done result) {
		fmt.Print(done)
		total.add(done.tally)
		total["schedules"]++
		if len(done.findings) > 0 {
			failed++
		}
	})
	fmt.Print(total)
	if err != nil {
		return err
	}
	if failed > 0 {
		return fmt.Errorf("%d of %d schedules failed; what they left is in %s", failed, c.Schedules, r.folder)
	}
	return os.RemoveAll(r.folder)
}

func (c *playCommand) schedules() []schedule {
	var list []schedule
	for i := range c.Schedules {
		list = append(list, newSchedule(c.Seed+uint64(i), c.Length, clients))
	}
	return list
}

// playAll plays schedules, several at once, and tells of each when it is done. The
// first that could not be played ends it.
func (r rig) playAll(ctx context.Context, list []schedule, atOnce int, tell func(result)) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	next := make(chan schedule)
	var mu sync.Mutex
	var players sync.WaitGroup
	for range atOnce {
		players.Go(func() {
			for sch := range next {
				done, err := r.play(ctx, sch)
				if err != nil {
					cancel(err)
					return
				}
				mu.Lock()
				tell(done)
				mu.Unlock()
			}
		})
	}
	for _, sch := range list {
		select {
		case next <- sch:
			continue
		case <-ctx.Done():
		}
		break
	}
	close(next)
	players.Wait()
	return context.Cause(ctx)
}
