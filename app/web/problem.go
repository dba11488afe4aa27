package web

import (
	"fmt"
	"net/http"

	"github.com/gofiber/fiber/v2"

	"madang/app"
	"madang/app/identity"
	"madang/app/prose"
)

// A program is told of a refusal as RFC 9457 has it: application/problem+json
// with a code for the program, a sentence for the person behind it in their
// language, and what became of what was sent.

const mimeProblem = "application/problem+json"

// retryUsual is after how many seconds to come again where nothing says better.
const retryUsual = "10"

// problem is the body of such an answer.
type problem struct {
	// Type names the sort of problem; it is a name, not an address to fetch.
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail"`
	Code   string `json:"code"`
	// Field is the member of the input that has to be mended, if one is to blame.
	Field string `json:"field,omitempty"`
	// Scope is what the token would need that was refused.
	Scope identity.Scope `json:"scope,omitempty"`
	// Input says what happened to the input of a request that had one.
	Input string `json:"input,omitempty"`
	// Conflicts and Current come with an edit that met another one: the places
	// with the words of all three sides, and the text as it stands now.
	Conflicts []conflictJSON `json:"conflicts,omitempty"`
	Current   string         `json:"current,omitempty"`
}

type conflictJSON struct {
	Base   string `json:"base"`
	Mine   string `json:"mine"`
	Theirs string `json:"theirs"`
}

func (s *Server) problemOf(c *fiber.Ctx, refusal *app.Error) problem {
	say := s.speech.In(s.languageOf(c))
	p := problem{
		Type:   "urn:madang:problem:" + refusal.Code,
		Title:  say.T("refusal." + string(refusal.Kind) + ".title"),
		Status: statusOf(refusal.Kind),
		Detail: s.sentence(c, refusal),
		Code:   refusal.Code,
		Field:  refusal.Field,
		Scope:  missingScope(refusal),
	}
	if !isReading(c) {
		p.Input = say.T(fateOf(refusal))
	}
	return p
}

// writeConflict gives back all sides of what could not be merged, and what stands there now.
func (s *Server) writeConflict(c *fiber.Ctx, code, current string, conflicts []prose.Conflict) error {
	p := s.problemOf(c, app.Conflict(code))
	p.Current = current
	for _, conflict := range conflicts {
		p.Conflicts = append(p.Conflicts, conflictJSON(conflict))
	}
	return s.writeProblem(c, p)
}

// fateOf names the sentence that says what became of the input. Where the forum
// failed it can't know whether it stored it, which is why ids are made by the
// sender: the same request may be sent again.
func fateOf(refused *app.Error) string {
	if isFull(refused) {
		return "problem.input.refused"
	}
	switch refused.Kind {
	case app.KindUnavailable, app.KindBusy:
		return "problem.input.unknown"
	case app.KindConflict:
		return "problem.input.compare"
	}
	return "problem.input.refused"
}

func (s *Server) writeProblem(c *fiber.Ctx, p problem) error {
	if p.Status == http.StatusUnauthorized {
		c.Set(fiber.HeaderWWWAuthenticate, "Bearer")
	} else if p.Scope != "" {
		c.Set(fiber.HeaderWWWAuthenticate, fmt.Sprintf(`Bearer error="insufficient_scope", scope=%q`, p.Scope)) // RFC 6750, section 3
	}
	if isForLater := p.Status == http.StatusTooManyRequests || p.Status == http.StatusServiceUnavailable; isForLater && len(c.Response().Header.Peek(fiber.HeaderRetryAfter)) == 0 {
		c.Set(fiber.HeaderRetryAfter, retryUsual)
	}
	if err := c.Status(p.Status).JSON(p); err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, mimeProblem)
	return nil
}
