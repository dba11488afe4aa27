package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"runtime/debug"
	"time"

	"madang/app"
	"madang/app/upkeep"
	"madang/app/web"
	"madang/static"
)

// drainTime is how long an ending node waits for what is under way: requests,
// and people's sockets, which are told to come back elsewhere.
const drainTime = 20 * time.Second

type serveCommand struct {
	place
	Listen        string `default:"127.0.0.1:8080" placeholder:"HOST:PORT" help:"Where to listen; port 0 picks a free one. Default: 127.0.0.1:8080."`
	BaseURL       string `name:"base-url" placeholder:"https://..." help:"Address under which people find the forum. Default: that of the listener."`
	RedisURL      string `placeholder:"redis://..." help:"Redis that joins several nodes. Default: none, for a single node."`
	Chromium      string `placeholder:"PATH" help:"A Chromium that makes PDFs of versions. It has to be able to use its sandbox. Default: none; people print the page."`
	MetricsListen string `placeholder:"HOST:PORT" help:"Where to answer GET /metrics, out of the public's reach. Default: nowhere."`
	mailing
	keeping
	backing
	Demo bool `help:"Fill an empty forum with made-up people, and print a link for each to enter by."`
}

// Validate refuses settings that contradict each other.
func (c *serveCommand) Validate() error {
	return errors.Join(c.keeping.Validate(), c.backing.Validate())
}

// Run serves until the context ends, then drains: the node is no longer ready,
// sockets are told to come back, what was received is committed.
func (c *serveCommand) Run(ctx context.Context, term terminal) error {
	log := newLogger(term.notes)
	listener, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return err
	}
	defer listener.Close()
	if c.BaseURL == "" {
		c.BaseURL = "http://" + reachable(listener.Addr())
	}
	mailer, err := c.mailer(c.BaseURL)
	if err != nil {
		return err
	}
	forum, err := open(ctx, c.place, wishes{redisURL: c.RedisURL, limits: c.limits(), log: log, mailer: mailer})
	if err != nil {
		return err
	}
	defer forum.db.Close()
	backer, err := c.newBacker(forum, c.place, log)
	if err != nil {
		return err
	}
	stopMetrics, err := c.serveMetrics(forum)
	if err != nil {
		return err
	}
	defer stopMetrics()
	server, err := c.webServer(ctx, forum, term, log)
	if err != nil {
		return err
	}
	stopIndex := forum.keepIndex(ctx, log)
	defer stopIndex()
	if mailer != nil {
		mailer.write = server.Letter
		stopPost := forum.keepPost(ctx, c.MailEvery, log)
		defer stopPost()
	}
	if backer != nil {
		stopBackups := backer.keep(ctx)
		defer stopBackups()
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	fmt.Fprintln(term.answers, "listening on "+c.BaseURL)

	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	log.Info("draining")
	server.Drain()
	ending, cancel := context.WithTimeout(context.Background(), drainTime)
	defer cancel()
	// Requests under way read and edit texts, so the hub ends after the last of them.
	return errors.Join(forum.hub.Drain(ending), server.Shutdown(ending), forum.hub.Shutdown(ending))
}

// keepIndex lets the index follow what people write. It ends before the database does.
func (f *forum) keepIndex(ctx context.Context, log *slog.Logger) (stop func()) {
	return beside(ctx, func(ctx context.Context) {
		f.search.Keep(ctx, func(err error) { log.Warn("the search index lags", "err", err) })
	})
}

// beside lets something go on until its context ends or it is stopped, which waits for it.
func beside(ctx context.Context, do func(context.Context)) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		do(ctx)
	}()
	return func() {
		cancel()
		<-ended
	}
}

// serveMetrics answers on a listener of its own, if one is wanted.
func (c *serveCommand) serveMetrics(f *forum) (stop func(), err error) {
	if c.MetricsListen == "" {
		return func() {}, nil
	}
	listener, err := net.Listen("tcp", c.MetricsListen)
	if err != nil {
		return nil, err
	}
	server := serveMetrics(listener, newMetrics(f.metrics, health{c.glance(f)}))
	return func() { server.Close() }, nil
}

// webServer puts the pages in front of the forum.
func (c *serveCommand) webServer(ctx context.Context, f *forum, term terminal, log *slog.Logger) (*web.Server, error) {
	assets, err := static.Open()
	if err != nil {
		return nil, err
	}
	doors, err := c.openDoors(ctx, f, term)
	if err != nil {
		return nil, err
	}
	printer, err := c.printer()
	if err != nil {
		return nil, err
	}
	server, err := web.New(web.Config{
		Identity: f.identity, Statements: f.statements, Threads: f.threads, Search: f.search, Consultations: f.consultations, Notices: f.notices, Post: f.post, Feeds: f.feeds, Visits: f.visits, Flood: f.flood, Answers: f.answers, Traces: f.traces,
		Live: f.hub, Printer: printer, Assets: assets, Secret: f.secret, BaseURL: c.BaseURL,
		Upkeep: upkeep.New(f.upkeep, c.look(f)), Version: version(), Protocol: protocol(f.hub.Limits()),
		Ready: f.db.Ping, Clock: app.SystemClock, Logger: log, Demo: doors,
	})
	if err != nil {
		return nil, err
	}
	f.pages = server.Pages()
	return server, nil
}

// look is what this node sees around it.
func (c *serveCommand) look(f *forum) func(context.Context) []upkeep.Finding {
	glance := c.glance(f)
	return func(ctx context.Context) []upkeep.Finding {
		found, _ := glance(ctx)
		return found
	}
}

// glance is the same with the log that it was read from.
func (c *serveCommand) glance(f *forum) func(context.Context) ([]upkeep.Finding, upkeep.Logs) {
	doctor := doctorCommand{place: c.place, BaseURL: c.BaseURL, RedisURL: c.RedisURL, mailing: c.mailing, backing: c.backing}
	return func(ctx context.Context) ([]upkeep.Finding, upkeep.Logs) {
		found, logs := doctor.glance(ctx, f.db)
		return append(found, lookAtLive(f.metrics, time.Now())), logs
	}
}

// version names the commit that the program was built of, if that is known.
func version() string {
	info, _ := debug.ReadBuildInfo()
	if info != nil {
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				return s.Value[:min(12, len(s.Value))]
			}
		}
	}
	return "unknown"
}

// printer is nil if no Chromium is configured.
func (c *serveCommand) printer() (web.Printer, error) {
	if c.Chromium == "" {
		return nil, nil
	}
	return newChromium(c.Chromium)
}

// openDoors prints a link for each made-up person, if the forum shows any.
func (c *serveCommand) openDoors(ctx context.Context, f *forum, term terminal) ([]web.DemoPersona, error) {
	if !c.Demo {
		return nil, nil
	}
	people, err := f.show(ctx)
	if err != nil {
		return nil, err
	}
	if len(people) == 0 {
		fmt.Fprintln(term.notes, "The forum is not empty: no made-up people were added.")
		return nil, nil
	}
	doors, err := f.doors(ctx, people)
	if err != nil {
		return nil, err
	}
	fmt.Fprintln(term.answers, "Everybody here is made up. Open a link to be one of them; each works in the same browser beside the others.")
	for i, person := range people {
		address, err := doorAddress(c.BaseURL, person.Host, doors[i].Token)
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(term.answers, "  %-12s %s  (%s)\n", person.Role, address, person.Name)
	}
	return doors, nil
}

// reachable is how this machine reaches a listener: one that listens on every
// address is reached as localhost.
func reachable(addr net.Addr) string {
	if tcp, ok := addr.(*net.TCPAddr); ok && tcp.IP.IsUnspecified() {
		return fmt.Sprintf("localhost:%d", tcp.Port)
	}
	return addr.String()
}
