package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// rig plays schedules.
type rig struct {
	forum  *forum
	source string // the top of the source tree, for what runs in Node
	folder string // each schedule has one of its own below
}

// result is what came of a schedule.
type result struct {
	schedule schedule
	findings []string // what must not be; empty if all is well
	tally    tally
	folder   string // logs and the database, if something was found
	took     time.Duration
}

// Bounds of what comes after the last fault.
const (
	stopTime  = 25 * time.Second // an orderly end takes up to 20 s
	quietTime = 60 * time.Second // until all are back and read the same
)

// play plays one schedule and checks what it left. An error means that it could not be
// played; what was wrong with the forum is in the result.
func (r rig) play(ctx context.Context, sch schedule) (result, error) {
	began := time.Now()
	folder := filepath.Join(r.folder, fmt.Sprintf("schedule-%d", sch.seed))
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return result{}, err
	}
	p, err := r.open(ctx, sch, folder)
	if err != nil {
		return result{}, fmt.Errorf("schedule %d: %w", sch.seed, err)
	}
	defer p.close()
	if err := p.perform(ctx); err != nil {
		p.cast.ledger.find("%v", err)
	}
	done := result{schedule: sch, findings: p.cast.ledger.found(), tally: p.cast.ledger.tally(), folder: folder, took: time.Since(began)}
	p.close()
	if len(done.findings) == 0 {
		return done, os.RemoveAll(folder)
	}
	return done, os.WriteFile(filepath.Join(folder, "report.txt"), []byte(done.String()), 0o644)
}

func (r result) String() string {
	if len(r.findings) == 0 {
		return fmt.Sprintf("schedule %d: all is well, %v\n", r.schedule.seed, r.took.Round(time.Second))
	}
	var b strings.Builder
	fmt.Fprintf(&b, "schedule %d FAILED, and more:\n  %s\n", r.schedule.seed, strings.Join(r.findings[:min(len(r.findings), 10)], "\n  "))
	fmt.Fprintf(&b, "%d findings. Logs are in %s\n%v", len(r.findings), r.folder, r.schedule)
	return b.String()
}

// playing is a schedule while it is played.
type playing struct {
	*stand
	cast     *cast
	judge    *judge
	schedule schedule
	living   context.Context // of everybody and everything
	end      func()
	closing  sync.Once
	calm     time.Duration // from the last fault or word, whichever came later, until all was well
}

func (r rig) open(ctx context.Context, sch schedule, folder string) (*playing, error) {
	living, end := context.WithCancel(ctx)
	p := &playing{schedule: sch, living: living, end: end}
	var err error
	if p.judge, err = callJudge(living, r.source); err != nil {
		end()
		return nil, err
	}
	if p.stand, err = r.forum.build(living, folder, sch.settings); err != nil {
		end()
		return nil, err
	}
	log, err := p.createLog("npm.log")
	if err == nil {
		p.cast, err = p.invite(living, r.source, sch, log)
	}
	if err != nil {
		p.close()
		return nil, err
	}
	return p, nil
}

func (p *playing) close() {
	p.closing.Do(func() {
		p.end()
		if p.cast != nil {
			p.cast.close()
		}
		p.stand.close()
	})
}

// perform lets people write while things go wrong, repairs everything, waits until it
// is quiet, and checks.
func (p *playing) perform(ctx context.Context) error {
	writing, stop := context.WithTimeout(p.living, p.schedule.length)
	defer stop()
	began := time.Now()
	if err := p.cast.begin(p.living, writing, p.schedule.seed); err != nil {
		return err
	}
	var steps sync.WaitGroup
	for _, s := range p.schedule.steps {
		steps.Go(func() {
			if wait(p.living, time.Until(began.Add(s.at))) {
				p.carryOut(s)
			}
		})
	}
	steps.Wait()
	<-writing.Done()
	ended := time.Now()
	if err := p.repair(); err != nil {
		return err
	}
	p.cast.done.Wait()
	if err := p.quieten(); err != nil {
		return err
	}
	p.calm = time.Since(ended)
	return p.check(p.living)
}

// wait reports false if ctx ended first.
func wait(ctx context.Context, d time.Duration) bool {
	select {
	case <-time.After(d):
		return true
	case <-ctx.Done():
		return false
	}
}

// carryOut is one fault from its beginning to its end.
func (p *playing) carryOut(s step) {
	p.cast.ledger.count(s.kind())
	var err error
	switch s.fault {
	case killNode:
		err = p.cut(p.nodes[s.target], s)
	case killPostgres:
		err = p.cut(p.postgres, s)
	case killRedis:
		err = p.cut(p.redis, s)
	case restartNode:
		err = p.restart(p.nodes[s.target], s.lasts)
	case restartPostgres:
		err = p.restart(p.postgres, s.lasts)
	case restartBoth:
		for _, node := range p.nodes {
			if err = p.restart(node, s.lasts); err != nil {
				break
			}
		}
	case postgresWeather:
		p.spoil(s, p.toPostgres[s.target])
	case redisWeather:
		p.spoil(s, p.toRedis[s.target])
	case clientWeather:
		p.spoil(s, p.cast.lines[s.target])
	case storm:
		p.cast.reached(weather{down: true}, func(int) bool { return true })
		p.cast.reached(weather{}, func(int) bool { return true })
	case desert:
		p.empty(s)
	}
	if err != nil && p.living.Err() == nil {
		p.cast.ledger.find("%v: %v", s, err)
	}
}

// cut kills a part, looks whether all that the forum had said until then is true, and
// starts the part again.
func (p *playing) cut(part *server, s step) error {
	part.kill()
	said := p.cast.claim(p.stand, fmt.Sprintf("%.2fs, %s", s.at.Seconds(), s.kind()))
	audited := make(chan error, 1)
	go func() { audited <- p.auditSoon(said) }()
	wait(p.living, s.lasts)
	err := part.start(p.living)
	if failed := <-audited; err == nil {
		err = failed
	}
	return err
}

// auditSoon looks as soon as the database can be read.
func (p *playing) auditSoon(said claim) error {
	ctx, cancel := context.WithTimeout(p.living, startTime)
	defer cancel()
	for {
		findings, err := p.audit(ctx, said, p.cast.ledger)
		if err == nil {
			for _, finding := range findings {
				p.cast.ledger.find("%s", finding)
			}
			p.cast.ledger.count("looks into the database right after a kill")
			return nil
		}
		if !wait(ctx, 20*time.Millisecond) {
			return fmt.Errorf("the database could not be read: %w", err)
		}
	}
}

func (p *playing) restart(part *server, pause time.Duration) error {
	ctx, cancel := context.WithTimeout(p.living, stopTime)
	defer cancel()
	if err := part.stop(ctx); err != nil {
		return err
	}
	wait(p.living, pause)
	return part.start(p.living)
}

func (p *playing) spoil(s step, l *line) {
	l.become(s.weather)
	wait(p.living, s.lasts)
	l.become(weather{})
}

// empty cuts off everybody who is in a statement, for long enough that the nodes let
// go of it.
func (p *playing) empty(s step) {
	lines := func(client int) bool { return statementOf(client) == s.target }
	before, unknown := p.resident(p.living)
	p.cast.reached(weather{down: true}, lines)
	wait(p.living, s.lasts)
	if n, err := p.resident(p.living); err == nil && unknown == nil && n < before {
		p.cast.ledger.count("evictions seen")
	}
	p.cast.reached(weather{}, lines)
}

// repair ends all faults.
func (p *playing) repair() error {
	p.clear()
	p.cast.reached(weather{}, func(int) bool { return true })
	return p.startAll(p.living)
}

// quieten waits until everybody is back, everything is saved, and all read the same.
func (p *playing) quieten() error {
	ctx, cancel := context.WithTimeout(p.living, quietTime)
	defer cancel()
	why := ""
	err := until(ctx, func() bool {
		if why = p.cast.restless(ctx); why == "" {
			why = p.differing(ctx)
		}
		return why == ""
	})
	if err != nil {
		return fmt.Errorf("not all was well again within %v: %s", quietTime, why)
	}
	return nil
}

// differing says whose text isn't yet that of the database; empty if all are equal.
func (p *playing) differing(ctx context.Context) string {
	for _, id := range p.statements {
		text, err := p.replayed(ctx, id)
		if err != nil {
			return err.Error()
		}
		for name, r := range p.cast.readers(id) {
			shown, err := r.text(ctx)
			if err != nil {
				return err.Error()
			}
			if shown != text {
				return fmt.Sprintf("%s reads otherwise than the log: %s", name, firstDifference(shown, text))
			}
		}
	}
	return ""
}

func (p *playing) check(ctx context.Context) error {
	personas, err := p.readPersonas(ctx)
	if err != nil {
		return err
	}
	c := check{stand: p.stand, ledger: p.cast.ledger, judge: p.judge, personas: personas}
	for _, id := range p.statements {
		if err := c.statement(ctx, id, p.cast.readers(id)); err != nil {
			return err
		}
	}
	if err := c.comments(ctx); err != nil {
		return err
	}
	for _, who := range p.cast.commenters {
		c.pages(ctx, who)
	}
	return c.refusals(ctx)
}
