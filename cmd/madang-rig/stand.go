package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"time"

	_ "github.com/lib/pq"
)

// The cast of every schedule: made-up people, each at home in one of two statements.
const (
	personas   = 20
	statements = 2
)

// forum is an empty forum with made-up people, to begin schedules from.
type forum struct {
	program    string // the madang binary
	folder     string
	tokens     []string
	names      []string
	statements []string // ids
}

// newForum makes a database cluster in the folder, fills it with people and n
// statements, and leaves it closed.
func newForum(ctx context.Context, program, folder string, n int) (*forum, error) {
	f := &forum{program: program, folder: folder}
	if err := initPostgres(filepath.Join(folder, "postgres")); err != nil {
		return nil, err
	}
	log, err := os.Create(filepath.Join(folder, "postgres.log"))
	if err != nil {
		return nil, err
	}
	defer log.Close()
	addr, err := freeAddr()
	if err != nil {
		return nil, err
	}
	postgres, err := newPostgres(addr, filepath.Join(folder, "postgres"), log)
	if err != nil {
		return nil, err
	}
	defer postgres.kill()
	if err := postgres.start(ctx); err != nil {
		return nil, err
	}
	if err := f.populate(ctx, addr, n); err != nil {
		return nil, err
	}
	return f, postgres.stop(ctx)
}

func initPostgres(folder string) error {
	bin, err := postgresBin()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	if os.Getuid() == 0 {
		uid, gid, err := postgresUser()
		if err == nil {
			err = os.Chown(folder, uid, gid)
		}
		if err != nil {
			return err
		}
	}
	cmd := exec.Command(filepath.Join(bin, "initdb"), "-D", folder, "-U", "postgres", "-A", "trust",
		"-E", "UTF8", "--locale=C.UTF-8", "--wal-segsize=1")
	if cmd.SysProcAttr, err = asPostgres(); err != nil {
		return err
	}
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w\n%s", err, out)
	}
	return nil
}

func (f *forum) populate(ctx context.Context, addr string, n int) error {
	cmd := exec.CommandContext(ctx, f.program, "demo", "--data", filepath.Join(f.folder, "data"), "--database-url", databaseURL(addr),
		"--personas", fmt.Sprint(personas), "--statements", fmt.Sprint(n))
	cmd.Stderr = os.Stderr
	answer, err := cmd.Output()
	if err != nil {
		return fmt.Errorf("madang demo: %w", err)
	}
	for line := range strings.Lines(string(answer)) {
		var row struct{ Persona, Token, Statement, ID string }
		if err := json.Unmarshal([]byte(line), &row); err != nil {
			return fmt.Errorf("madang demo: %w in %q", err, line)
		}
		if row.Persona != "" {
			f.names, f.tokens = append(f.names, row.Persona), append(f.tokens, row.Token)
		}
		if row.Statement != "" {
			f.statements = append(f.statements, row.ID)
		}
	}
	return nil
}

func databaseURL(addr string) string {
	return "postgres://postgres@" + addr + "/postgres?sslmode=disable&connect_timeout=5"
}

func openSQL(addr string) (*sql.DB, error) { return sql.Open("postgres", databaseURL(addr)) }

func answersSQL(ctx context.Context, addr string) error {
	database, err := openSQL(addr)
	if err != nil {
		return err
	}
	defer database.Close()
	return database.PingContext(ctx)
}

// stand is a forum as it runs for several nodes, with a line between each two parts.
type stand struct {
	*forum
	folder   string
	database *sql.DB // for the checker; not by way of a line
	postgres *server
	redis    *server
	nodes    [2]*server
	addrs    [2]string // of the nodes
	metrics  [2]string // addresses of the nodes' metrics
	// Lines from each node to what it leans on.
	toPostgres, toRedis [2]*line
	logs                []*os.File
}

// build copies the forum into a folder and starts all its parts.
func (f *forum) build(ctx context.Context, folder string, settings []string) (*stand, error) {
	s := &stand{forum: f, folder: folder}
	err := s.copyForum()
	if err == nil {
		err = s.assemble(settings)
	}
	if err == nil {
		err = s.startAll(ctx)
	}
	if err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

func (s *stand) copyForum() error {
	cmd := exec.Command("cp", "-a", filepath.Join(s.forum.folder, "postgres"), filepath.Join(s.forum.folder, "data"), s.folder)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("cp: %w: %s", err, out)
	}
	return nil
}

func (s *stand) assemble(settings []string) error {
	var addrs [4]string
	for i := range addrs {
		var err error
		if addrs[i], err = freeAddr(); err != nil {
			return err
		}
	}
	log, err := s.createLog("postgres.log")
	if err != nil {
		return err
	}
	if s.postgres, err = newPostgres(addrs[0], filepath.Join(s.folder, "postgres"), log); err != nil {
		return err
	}
	if s.database, err = openSQL(addrs[0]); err != nil {
		return err
	}
	if log, err = s.createLog("redis.log"); err != nil {
		return err
	}
	s.redis = newRedis(addrs[1], log)
	for i := range s.nodes {
		if err := s.assembleNode(i, addrs[2+i], addrs[0], addrs[1], settings); err != nil {
			return err
		}
	}
	return nil
}

func (s *stand) assembleNode(i int, addr, postgres, redis string, settings []string) error {
	var err error
	s.addrs[i] = addr
	if s.metrics[i], err = freeAddr(); err != nil {
		return err
	}
	if s.toPostgres[i], err = layLine(postgres); err != nil {
		return err
	}
	if s.toRedis[i], err = layLine(redis); err != nil {
		return err
	}
	log, err := s.createLog(fmt.Sprintf("node-%c.log", 'a'+i))
	if err != nil {
		return err
	}
	args := append([]string{"serve", "--listen", addr, "--metrics-listen", s.metrics[i], "--data", filepath.Join(s.folder, "data"),
		"--database-url", databaseURL(s.toPostgres[i].addr), "--redis-url", "redis://" + s.toRedis[i].addr + "/0"}, settings...)
	s.nodes[i] = &server{
		name: fmt.Sprintf("node %c", 'A'+i), orderly: syscall.SIGTERM, log: log,
		command: func() *exec.Cmd { return exec.Command(s.program, args...) },
		answers: func(ctx context.Context) error { return answersHTTP(ctx, "http://"+addr+"/healthz") },
	}
	return nil
}

func (s *stand) createLog(name string) (*os.File, error) {
	log, err := os.Create(filepath.Join(s.folder, name))
	if err == nil {
		s.logs = append(s.logs, log)
	}
	return log, err
}

func answersHTTP(ctx context.Context, address string) error {
	_, err := get(ctx, address)
	return err
}

func get(ctx context.Context, address string) (body string, err error) {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return "", err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return "", errors.New(res.Status)
	}
	text, err := io.ReadAll(res.Body)
	return string(text), err
}

// resident counts the texts that both nodes hold in memory together; an error means
// that a node can't say.
func (s *stand) resident(ctx context.Context) (texts int, err error) {
	return s.measured(ctx, "documents")
}

// measured adds up what both nodes' metrics say under a name.
func (s *stand) measured(ctx context.Context, name string) (sum int, err error) {
	shape := regexp.MustCompile(`(?m)^madang_live_` + name + ` (\d+)$`)
	for _, addr := range s.metrics {
		body, err := get(ctx, "http://"+addr+"/metrics")
		if err != nil {
			return 0, err
		}
		found := shape.FindStringSubmatch(body)
		if found == nil {
			return 0, fmt.Errorf("the metrics don't tell of live %s", name)
		}
		n, _ := strconv.Atoi(found[1]) // digits, by its shape
		sum += n
	}
	return sum, nil
}

// startAll starts whatever doesn't run.
func (s *stand) startAll(ctx context.Context) error {
	for _, part := range []*server{s.postgres, s.redis, s.nodes[0], s.nodes[1]} {
		if part.isRunning() {
			continue
		}
		if err := part.start(ctx); err != nil {
			return err
		}
	}
	return nil
}

// clear ends all bad weather between the parts.
func (s *stand) clear() {
	for i := range s.nodes {
		s.toPostgres[i].become(weather{})
		s.toRedis[i].become(weather{})
	}
}

// close ends all parts.
func (s *stand) close() {
	for _, part := range []*server{s.nodes[0], s.nodes[1], s.redis, s.postgres} {
		if part != nil {
			part.kill()
		}
	}
	for _, l := range append(s.toPostgres[:], s.toRedis[:]...) {
		if l != nil {
			l.close()
		}
	}
	if s.database != nil {
		s.database.Close()
	}
	for _, log := range s.logs {
		log.Close()
	}
}
