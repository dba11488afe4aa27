package main

import (
	"context"
	"fmt"
	"net/netip"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// contender is a server that is measured.
type contender interface {
	name() string
	// prepare makes the documents, once; every start works on a copy of them.
	prepare(ctx context.Context, s *stage) error
	// start starts as many nodes on one store.
	start(ctx context.Context, s *stage, nodes int) (*running, error)
}

// contenders are in the order of the columns.
var contenders = []contender{madang{}, madang{onPostgres: true}, hocuspocus{}, ywebsocket{}, floor{}}

// stage is where the contenders perform.
type stage struct {
	folder   string // where documents are kept between runs
	madang   string // the program
	peers    string // the folder of the npm packages
	postgres string // URL of a server where databases may be made
	redis    string // URL
	states   [][]byte
}

// running is a started contender.
type running struct {
	dialect   dialect
	processes []*process
	addresses []netip.AddrPort
	beside    []int // process ids of databases that serve it
	docs      []string
	states    [][]byte // of the documents, as they were when they were made
	tokens    []string
	data      string // a folder that is removed with it
	// again starts one more node on the same store.
	again func(ctx context.Context) error
	ended []func()
}

// token is that of a person, one for five sockets, which is as many as Madang lets
// a person have; the last is nobody's whom a load knows.
func (r *running) token(person int) string {
	if len(r.tokens) == 0 {
		return ""
	}
	if person == lateComer {
		return r.tokens[len(r.tokens)-1]
	}
	return r.tokens[person%(len(r.tokens)-1)]
}

// add starts one more node.
func (r *running) add(ctx context.Context, env []string, command ...string) error {
	p, address, err := begin(ctx, env, command...)
	if err != nil {
		return err
	}
	to, err := netip.ParseAddrPort(address)
	if err != nil {
		p.kill()
		return err
	}
	r.processes, r.addresses = append(r.processes, p), append(r.addresses, to)
	return nil
}

// startAll starts the nodes, or none.
func (r *running) startAll(ctx context.Context, s *stage, nodes int) (*running, error) {
	if err := s.serveBeside(r, nodes); err != nil {
		r.stop()
		return nil, err
	}
	for range nodes {
		if err := r.again(ctx); err != nil {
			r.stop()
			return nil, err
		}
	}
	return r, nil
}

// serveBeside counts what Redis costs with what several nodes cost.
func (s *stage) serveBeside(r *running, nodes int) error {
	if nodes < 2 {
		return nil
	}
	u, err := url.Parse(s.redis)
	if err != nil {
		return err
	}
	pid, err := findProcess("redis-server ", ":"+u.Port()+" ")
	r.beside = append(r.beside, pid)
	return err
}

// kill ends all nodes as a power cut would. What they have stored stays.
func (r *running) kill() {
	for _, p := range r.processes {
		p.kill()
	}
	r.processes, r.addresses = nil, nil
}

// stop ends the nodes and forgets what they have stored.
func (r *running) stop() {
	r.kill()
	for _, end := range r.ended {
		end()
	}
	if r.data != "" {
		os.RemoveAll(r.data) // a temporary folder
	}
}

// resident is the memory that all nodes hold, in bytes.
func (r *running) resident() (int, error) {
	sum := 0
	for _, p := range r.processes {
		n, err := residentOf(p.pid())
		if err != nil {
			return 0, err
		}
		sum += n
	}
	return sum, nil
}

// prepared is the folder of a contender's documents, and whether they are made.
func (s *stage) prepared(name string) (folder string, isMade bool) {
	folder = filepath.Join(s.folder, name)
	_, err := os.Stat(filepath.Join(folder, "made"))
	return folder, err == nil
}

// markMade says that a contender's documents are whole.
func (s *stage) markMade(name string) error {
	return os.WriteFile(filepath.Join(s.folder, name, "made"), nil, 0o644)
}

// copyOf copies a contender's documents for one run.
func (s *stage) copyOf(name string) (string, error) {
	to, err := os.MkdirTemp(s.folder, "run-")
	if err != nil {
		return "", err
	}
	from := filepath.Join(s.folder, name, "data")
	if out, err := exec.CommandContext(context.Background(), "cp", "-a", from+"/.", to).CombinedOutput(); err != nil {
		return "", fmt.Errorf("cp: %w: %s", err, out)
	}
	return to, nil
}

// rest lets a server write down what it hasn't.
func rest(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}
