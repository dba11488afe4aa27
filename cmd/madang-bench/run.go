package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// loadCommand measures contenders under scenarios, run by run in turns, so that
// whatever else the machine does meets all of them.
type loadCommand struct {
	Scenario []string      `arg:"" optional:"" placeholder:"SCENARIO" help:"Which scenarios, by key. Default: all."`
	Only     []string      `placeholder:"NAME" help:"Which contenders, separated by commas. Default: all."`
	Runs     int           `default:"5" placeholder:"N" help:"Runs of each contender under each scenario. Default: 5."`
	Window   time.Duration `default:"10s" placeholder:"TIME" help:"How long a load is measured. Default: 10s."`
	Warm     time.Duration `default:"3s" placeholder:"TIME" help:"How long a load runs before that. Default: 3s."`
	Noise    float64       `default:"10" placeholder:"PERCENT" help:"A run counts only if all else took less of a core than this, in percent, or the host stole it. Default: 10."`
	JSON     string        `name:"json" placeholder:"FILE" help:"Where to write all figures as JSON."`
	Madang   string        `default:"bin/madang" placeholder:"FILE" help:"The program. Default: bin/madang."`
	Peers    string        `default:"cmd/madang-bench/peers" placeholder:"FOLDER" help:"Where the peers' npm packages are. Default: cmd/madang-bench/peers."`
	Folder   string        `default:"bin/bench" placeholder:"FOLDER" help:"Where documents are kept between runs. Default: bin/bench."`
	Postgres string        `name:"postgres-url" env:"MADANG_TEST_POSTGRES" placeholder:"postgres://..." help:"A PostgreSQL where databases may be made."`
	Redis    string        `name:"redis-url" env:"MADANG_TEST_REDIS" placeholder:"redis://..." help:"A Redis for several nodes."`
}

// Run prints a table of each scenario when it is measured, and whether its goals
// are reached.
func (c *loadCommand) Run(ctx context.Context, out io.Writer) error {
	chosen, err := c.choose()
	if err != nil {
		return err
	}
	s, err := c.stage()
	if err != nil {
		return err
	}
	if err := c.prepare(ctx, s); err != nil {
		return err
	}
	if err := pin(generatorCore); err != nil {
		return err
	}
	report := newReport(c)
	for _, sc := range chosen {
		c.measure(ctx, out, s, report.add(sc))
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	if c.JSON != "" {
		return report.save(c.JSON)
	}
	return nil
}

func (c *loadCommand) choose() ([]scenario, error) {
	if len(c.Scenario) == 0 {
		return scenarios, nil
	}
	var chosen []scenario
	for _, key := range c.Scenario {
		i := slices.IndexFunc(scenarios, func(s scenario) bool { return s.key == key })
		if i < 0 {
			return nil, fmt.Errorf("no scenario %q", key)
		}
		chosen = append(chosen, scenarios[i])
	}
	return chosen, nil
}

func (c *loadCommand) stage() (*stage, error) {
	s := &stage{postgres: c.Postgres, redis: c.Redis}
	var errs [3]error
	s.folder, errs[0] = filepath.Abs(c.Folder)
	s.madang, errs[1] = filepath.Abs(c.Madang)
	s.peers, errs[2] = filepath.Abs(c.Peers)
	return s, errors.Join(errs[:]...)
}

// isWanted reports whether a contender takes part.
func (c *loadCommand) isWanted(name string) bool {
	return len(c.Only) == 0 || slices.Contains(c.Only, name)
}

// prepare makes the documents. All begin with those of Madang on SQLite.
func (c *loadCommand) prepare(ctx context.Context, s *stage) error {
	for i, co := range contenders {
		if i > 0 && !c.isWanted(co.name()) {
			continue
		}
		if err := co.prepare(ctx, s); err != nil {
			return fmt.Errorf("%s: %w", co.name(), err)
		}
	}
	return nil
}

func (c *loadCommand) measure(ctx context.Context, out io.Writer, s *stage, m *measurement) {
	for n := range c.Runs * attempts {
		for _, co := range contenders {
			isOut := !c.isWanted(co.name()) || m.scenario.skips[co.name()]
			if isOut || len(m.Runs[co.name()]) == c.Runs || ctx.Err() != nil {
				continue
			}
			load := loadAverage()
			got, err := c.once(ctx, s, m.scenario, co)
			if err == nil {
				got["load"] = load
				err = c.quiet(got)
			}
			m.note(co.name(), got, err)
			fmt.Fprintf(out, "%s, run %d: %s: %s\n", m.scenario.key, n+1, co.name(), m.scenario.inShort(got, err))
		}
	}
	m.print(out)
}

// attempts is how many runs there are at most for one that counts.
const attempts = 2

// quiet reports what else ran meanwhile, if it was too much.
func (c *loadCommand) quiet(got results) error {
	if noise := got["others"] + got["steal"]; noise > c.Noise {
		return fmt.Errorf("the machine was not quiet: all else took %.0f %% of a core", noise)
	}
	return nil
}

// once starts a contender afresh and measures it.
func (c *loadCommand) once(ctx context.Context, s *stage, sc scenario, co contender) (results, error) {
	r, err := co.start(ctx, s, sc.nodes)
	if err != nil {
		return nil, err
	}
	defer r.stop()
	got, err := sc.measure(ctx, r, windows{c.Warm, c.Window})
	if err != nil && len(r.processes) > 0 {
		if said := strings.TrimSpace(r.processes[0].log.text()); said != "" {
			err = fmt.Errorf("%w; the server said: %.2000s", err, said)
		}
	}
	return got, err
}

// loadAverage is that of the last minute.
func loadAverage() float64 {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return 0
	}
	var minute float64
	if _, err := fmt.Sscan(string(text), &minute); err != nil {
		return 0
	}
	return minute
}
