// Package web is the forum as a browser and a program meet it: pages and forms, the
// JSON below /api/v1, the cookie, and the one place where a refusal becomes a
// sentence. It decides nothing: who may do what is asked of the rooms behind it.
package web

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"madang/app"
	"madang/app/consultation"
	"madang/app/disposition"
	"madang/app/flood"
	"madang/app/identity"
	"madang/app/notice"
	"madang/app/search"
	"madang/app/statement"
	"madang/app/thread"
	"madang/app/trace"
	"madang/app/upkeep"
	"madang/app/web/locale"
	programview "madang/app/web/view/program"
)

// Config is what the pages ask and answer with.
type Config struct {
	Identity   *identity.Service
	Statements *statement.Service
	Threads    *thread.Service
	Search     *search.Service

	// Consultations are what is put before the public.
	Consultations *consultation.Service
	Post          *notice.Post
	Feeds         *notice.Feeds
	// Answers are what becomes of what was submitted.
	Answers *disposition.Service
	// Traces tell where words come from.
	Traces *trace.Service
	// Flood says what of it has to wait.
	Flood *flood.Door

	Notices *notice.Service
	// Visits tell people what changed since they were last there.
	Visits *notice.Visits
	// Live answers the sockets below /live/; it finds out by itself who connects.
	Live   http.Handler
	Assets Assets
	// Secret seals what a browser keeps for us.
	Secret []byte
	// BaseURL is the address under which people find the forum; with https its
	// cookies never travel in the clear.
	BaseURL string
	// Printer makes PDFs; nil if the forum makes none.
	Printer Printer
	// Ready reports whether the forum can serve: nil, or why not.
	Ready  func(context.Context) error
	Clock  app.Clock
	Logger *slog.Logger
	// Upkeep tells a steward how the forum is; Version is that of the program.
	Upkeep  *upkeep.Service
	Version string
	// Demo are made-up people whom anybody with the link may be.
	Demo []DemoPersona
	// Protocol is how the live text is spoken about, for people who write programs.
	Protocol programview.Protocol
	// Quota is how many requests a minute programs of one account may send; 3,000 if it is 0.
	Quota int
}

// Server is the forum's pages.
type Server struct {
	identity   *identity.Service
	statements *statement.Service
	threads    *thread.Service
	search     *search.Service
	notices    *notice.Service
	live       http.Handler
	printer    Printer
	assets     Assets
	speech     *locale.Catalogue
	secret     []byte
	base       *url.URL
	ready      *watched
	clock      app.Clock
	log        *slog.Logger
	demo       []DemoPersona
	fiber      *fiber.App
	isDraining atomic.Bool
	*press

	protocol programview.Protocol
	// operations are the routes of the API, in the order in which they are told.
	operations []operation
	// requests counts those of each account; quota is how many it has.
	requests flood.Counter
	quota    int
	// openapi makes the description of them once, when it is asked for first.
	openapi func() ([]byte, error)
	// onUntold is told of a route that does something else than it is told to do; nil but
	// in tests.
	onUntold func(mistake string)

	consultations *consultation.Service
	post          *notice.Post
	feeds         *notice.Feeds
	visits        *notice.Visits
	answers       *disposition.Service
	traces        *trace.Service
	flood         *flood.Door
	uploads       *uploads
	upkeep        *upkeep.Service
	program       string
}

const (
	// bodyMax bounds a request: a text of 1 MiB, and what a form puts around it.
	bodyMax = 3 << 19
	// headMax bounds the head of a request; a few large cookies of other programs on
	// the same host mustn't lock anybody out.
	headMax = 16 << 10
	// requestTime bounds what a request may wait for. The longest wait is that for
	// the answer to a wrong return code.
	requestTime = 75 * time.Second
	// sendTime is how long a slow phone may take to send a form.
	sendTime = 2 * time.Minute
)

// New returns the pages, ready to serve.
func New(cfg Config) (*Server, error) {
	speech, err := catalogue()
	if err != nil {
		return nil, err
	}
	base, err := url.Parse(cfg.BaseURL)
	if err != nil || base.Host == "" {
		return nil, fmt.Errorf("web: %q is no address: it takes the form https://forum.example", cfg.BaseURL)
	}
	s := &Server{
		identity: cfg.Identity, statements: cfg.Statements, threads: cfg.Threads, search: cfg.Search, notices: cfg.Notices,
		live: cfg.Live, printer: cfg.Printer, assets: cfg.Assets, speech: speech, secret: cfg.Secret, base: base,
		ready: &watched{ask: cfg.Ready, clock: cfg.Clock},
		clock: cfg.Clock, log: cfg.Logger, demo: cfg.Demo, press: newPress(),
		consultations: cfg.Consultations,
		answers:       cfg.Answers,
		traces:        cfg.Traces,
		post:          cfg.Post,
		feeds:         cfg.Feeds,
		visits:        cfg.Visits,
		flood:         cfg.Flood,
		uploads:       newUploads(cfg.Clock),
		upkeep:        cfg.Upkeep,
		program:       cfg.Version,
		protocol:      cfg.Protocol,
	}
	s.fiber = fiber.New(fiber.Config{
		Immutable:             true, // texts outlive their request in rooms and caches
		BodyLimit:             bodyMax,
		ReadBufferSize:        headMax,
		ReadTimeout:           sendTime,
		IdleTimeout:           sendTime,
		ErrorHandler:          s.fail,
		DisableStartupMessage: true,
	})
	s.fiber.Server().HeaderReceived = func(head *fasthttp.RequestHeader) fasthttp.RequestConfig {
		return fasthttp.RequestConfig{MaxRequestBodySize: cutTo(head, s.largeTo(head))}
	}
	s.fiber.Server().KeepHijackedConns = true // sockets outlive their handler
	s.fiber.Server().CloseOnShutdown = true   // and nobody sends their next request into a closing connection
	s.requests, s.quota = flood.NewMemory(), cmp.Or(cfg.Quota, meterUsual)
	s.openapi = sync.OnceValues(s.document)
	s.mount(s.fiber)
	return s, nil
}

// mount is every address of the forum, and what a request passes on its way there.
func (s *Server) mount(r *fiber.App) {
	r.Use(s.observe)
	r.Get("/healthz", s.handleHealth)
	r.Get("/readyz", s.handleReady)
	r.Get("/static/*", s.handleAsset)
	r.Get("/live/*", s.handleSocket)

	r.Use(s.isolate, s.uncut, s.upload, s.recognise)
	s.mountPublic(r)
	s.mountLetters(r)
	s.mountFeeds(r)
	r.Use(s.sameSite)
	s.mountDoors(r)
	s.mountAPI(r)
	r.Use(s.noForms)
	s.mountDemo(r)

	r.Use(s.signedIn, s.release)
	s.mountAccount(r)
	s.mountMail(r)
	s.mountGroups(r)
	s.mountSteward(r)
	s.mountStatements(r)
	s.mountVersions(r)
	s.mountChanges(r)
	s.mountErasures(r)
	s.mountExports(r)
	s.mountAmendments(r)
	s.mountCopies(r)
	s.mountWord(r)
	s.mountAuthorship(r)
	s.mountTraces(r)
	s.mountUniversality(r)
	s.mountNotes(r)
	s.mountCourse(r)
	s.mountArrangement(r)
	s.mountKind(r)
	s.mountTranslations(r)
	s.mountHolds(r)
	s.mountRefused(r)
	s.mountThreads(r)
	s.mountTongues(r)
	s.mountModeration(r)
	s.mountSearch(r)
	s.mountConsultations(r)
	s.mountAnswers(r)
	s.mountNotices(r)
	r.Use(func(*fiber.Ctx) error { return app.NotFound() })
}

// Pages renders the changed parts of pages that people have open.
func (s *Server) Pages() *Pages {
	return &Pages{statements: s.statements, threads: s.threads, notices: s.notices, identity: s.identity, speech: s.speech, press: s.press}
}

// Serve answers on the listener until Shutdown; it then returns nil.
func (s *Server) Serve(listener net.Listener) error {
	return s.fiber.Listener(&callers{Listener: listener})
}

// Drain makes /readyz say that this node takes nobody new. Everything else goes on.
func (s *Server) Drain() { s.isDraining.Store(true) }

// Shutdown stops taking requests and waits for those under way, until ctx ends.
// Sockets aren't waited for: whoever answers them ends them.
func (s *Server) Shutdown(ctx context.Context) error { return s.fiber.ShutdownWithContext(ctx) }
