package web

import (
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"madang/app"
	"madang/app/web/view/layout"
	"madang/app/web/view/refusal"
)

// statuses are the kinds of refusal in the language of HTTP.
var statuses = map[app.Kind]int{
	app.KindInvalid:     http.StatusUnprocessableEntity,
	app.KindSignIn:      http.StatusUnauthorized,
	app.KindForbidden:   http.StatusForbidden,
	app.KindNotFound:    http.StatusNotFound,
	app.KindConflict:    http.StatusConflict,
	app.KindGone:        http.StatusGone,
	app.KindTooLarge:    http.StatusRequestEntityTooLarge,
	app.KindBusy:        http.StatusTooManyRequests,
	app.KindUnavailable: http.StatusServiceUnavailable,
}

func statusOf(kind app.Kind) int { return statuses[kind] }

// refusalOf is what an error says to people. Whatever nobody foresaw is the forum's
// own fault.
func refusalOf(err error) *app.Error {
	var refused *app.Error
	if errors.As(err, &refused) {
		return refused
	}
	var routed *fiber.Error
	if !errors.As(err, &routed) {
		return app.Unavailable(err)
	}
	switch routed.Code {
	case http.StatusNotFound, http.StatusMethodNotAllowed:
		return app.NotFound()
	case http.StatusRequestEntityTooLarge:
		return app.TooLarge("body.large", "max", bodyMax)
	case http.StatusRequestHeaderFieldsTooLarge:
		return app.TooLarge("head.large")
	}
	return app.Unavailable(err)
}

const requestKey localsKey = 1

// requestOf names a request in the log and on the page of a failure; it says
// nothing about who sent it.
func requestOf(c *fiber.Ctx) string {
	name, _ := c.Locals(requestKey).(string)
	return name
}

// observe stands around everything: it bounds the time of a request, turns errors
// and panics into answers, and writes the one line of log.
func (s *Server) observe(c *fiber.Ctx) error {
	began := time.Now()
	ctx, cancel := contextFor(c)
	defer cancel()
	c.SetUserContext(ctx)
	c.Locals(requestKey, rand.Text()[:10])
	secure(c)
	if err := s.survive(c); err != nil {
		if err := s.fail(c, err); err != nil {
			return err
		}
	}
	s.log.Info("request", "method", c.Method(), "route", c.Route().Path,
		"status", c.Response().StatusCode(), "duration", time.Since(began).Round(time.Microsecond), "request", requestOf(c))
	return nil
}

// survive answers the request and turns a panic into an error: one person's bad luck
// mustn't end everybody's forum.
func (s *Server) survive(c *fiber.Ctx) (err error) {
	defer func() {
		if cause := recover(); cause != nil {
			s.log.Error("panic", "panic", fmt.Sprint(cause), "stack", string(debug.Stack()), "request", requestOf(c))
			err = app.Unavailable(fmt.Errorf("panic: %v", cause))
		}
	}()
	return c.Next()
}

// fail answers with an error: programs with a problem, people with a page.
func (s *Server) fail(c *fiber.Ctx, err error) error {
	secure(c)
	s.logFailure(c, err)
	refused := refusalOf(err)
	if refused.Code == "body.large" {
		linger(c.Context().Conn())
	}
	refused = tooLarge(c, refused)
	if isForPrograms(c) {
		return s.writeProblem(c, s.problemOf(c, refused))
	}
	if refused.Kind == app.KindSignIn {
		return s.askToSignIn(c)
	}
	return s.refuse(c, refused)
}

func isForPrograms(c *fiber.Ctx) bool {
	return strings.HasPrefix(c.Path(), "/api/") || strings.HasPrefix(c.Path(), "/live/")
}

// toProgram answers who couldn't be recognised: a program anywhere is told as one.
func (s *Server) toProgram(c *fiber.Ctx, v visitor, err error) error {
	if v.isProgram && !isForPrograms(c) {
		return s.writeProblem(c, s.problemOf(c, refusalOf(err)))
	}
	return err
}

// logFailure writes down what is the forum's own fault. Refusals are everyday life,
// and say more about people than a log may know.
func (s *Server) logFailure(c *fiber.Ctx, err error) {
	if app.KindOf(refusalOf(err)) != app.KindUnavailable {
		return
	}
	s.log.LogAttrs(c.UserContext(), slog.LevelError, "failed",
		slog.String("route", c.Route().Path), slog.String("request", requestOf(c)), slog.Any("err", err))
}

// refuse shows the page of an error: what happened, what became of the words, and
// what to do. Words that were typed stand there to be copied.
func (s *Server) refuse(c *fiber.Ctx, refused *app.Error) error {
	page := s.titled(c, "refusal."+string(refused.Kind)+".title", app.Membership{})
	v := refusal.Refusal{
		Kind: refused.Kind, Sentence: page.Sentence(refused), Words: wordsIn(c, page),
		IsSent: !isReading(c), IsFull: isFull(refused), Request: requestOf(c),
	}
	if refused.Kind == app.KindBusy || refused.Kind == app.KindUnavailable {
		c.Set(fiber.HeaderRetryAfter, retryUsual)
	}
	return s.render(c, statusOf(refused.Kind), refusal.Page(page, v))
}

// page is what a page knows besides its own contents. The title of a page in a
// sensitive group says nothing: it stands in lists of windows and in histories.
func (s *Server) page(c *fiber.Ctx, title string, m app.Membership) layout.Page {
	v, database := visitorOf(c), s.ready.state(c.UserContext())
	p := layout.Page{
		Speech: s.speech.In(s.languageOf(c)), Title: title, Token: s.formToken(c),
		IsSignedIn: v.actor.IsSignedIn(), IsSteward: v.actor.Steward, IsSensitive: m.Sensitive, Owner: s.ownerOf(v.actor),
		IsAway: database == away, IsFull: database == full, TextSize: textSizeOf(c), Asset: s.assets.URL,
	}
	p.News, p.Ended = s.news(c, p), s.endedOf(c, m)
	if m.Sensitive {
		p.Title = p.T("layout.neutral")
	}
	if isReading(c) {
		p.Place = c.OriginalURL()
	}
	s.private(c, m)
	return p
}

// titled is page with a title from the catalogue.
func (s *Server) titled(c *fiber.Ctx, key string, m app.Membership) layout.Page {
	return s.page(c, s.speech.In(s.languageOf(c)).T(key), m)
}
