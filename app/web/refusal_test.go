package web

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"

	"madang/app"
)

func TestAHiddenPageAndAnAbsentOneLookAlike(t *testing.T) {
	s := open(t)
	stranger := s.signIn(s.Zoe)
	hidden := s.get(stranger, "/statements/"+string(s.text.ID)).mustBe(http.StatusNotFound)
	absent := s.get(stranger, "/statements/"+string(app.NewID())).mustBe(http.StatusNotFound)
	if mask(hidden.text, string(s.text.ID)) != mask(absent.text, absent.Request.URL.Path[len("/statements/"):]) {
		t.Errorf("they differ:\n%s\n%s", hidden.text, absent.text)
	}
}

// mask takes the address out of a page, and the token, which is that of the session.
func mask(page, id string) string {
	return strings.ReplaceAll(page, id, "ID")
}

func TestWhoeverIsNotInIsAskedToComeIn(t *testing.T) {
	s := open(t)
	for _, path := range []string{"/me", "/groups/" + string(s.Group.ID), "/statements/" + string(app.NewID()), "/nowhere"} {
		s.get("", path).mustBe(http.StatusUnauthorized).mustSay(`name="code"`, `name="to" value="`+path+`"`)
	}
}

func TestACommentTooLongComesBackInItsBox(t *testing.T) {
	s := open(t)
	long := strings.Repeat("가", 10_001)
	s.post(s.signIn(s.Minho), "/threads/"+string(s.talk.ID)+"/comments", "body", long).
		mustBe(http.StatusRequestEntityTooLarge).mustSay(long+"</textarea>", "10,001", "10,000")
}

func TestWhoeverMayNoLongerWriteKeepsTheirWords(t *testing.T) {
	s := open(t)
	session := s.signIn(s.Dani)
	s.SetRole(s.Chioma, s.Dani, app.RoleMember)
	s.post(session, "/statements/"+string(s.text.ID)+"/clauses/"+s.clause+"/text", "base", "x", "text", "Rain belongs to all.").
		mustBe(http.StatusForbidden).mustSay("Rain belongs to all.", "readonly")
}

func TestAPanicIsAPageAndALineInTheLog(t *testing.T) {
	s := open(t)
	s.server.fiber = fiber.New(fiber.Config{ErrorHandler: s.server.fail})
	s.server.fiber.Use(s.server.observe)
	s.server.fiber.Get("/", func(*fiber.Ctx) error { panic("bad luck") })
	page := s.get("", "/").mustBe(http.StatusServiceUnavailable)
	page.mustSay("number").mustNotSay("bad luck")
	if !strings.Contains(s.log.String(), "bad luck") {
		t.Errorf("the log doesn't tell: %s", s.log)
	}
}

func TestALogLineTellsNothingAboutPeople(t *testing.T) {
	s := open(t)
	s.get(s.signIn(s.Minho), "/threads/"+string(s.talk.ID)+"?q=canary")
	if line := s.log.String(); strings.Contains(line, "canary") || strings.Contains(line, string(s.talk.ID)) || !strings.Contains(line, "route=/threads/:id") {
		t.Errorf("the line is %s", line)
	}
}

func TestWithoutTheDatabasePagesSayTheyAreReadOnly(t *testing.T) {
	s := open(t)
	s.isAway = errAway
	s.get("", "/").mustBe(http.StatusOK).mustSay("read-only")
	s.get("", "/readyz").mustBe(http.StatusServiceUnavailable)
	s.get("", "/healthz").mustBe(http.StatusOK)
	s.isAway = nil
	s.Clock.Advance(askAgain)
	s.get("", "/").mustNotSay("read-only")
	s.get("", "/readyz").mustBe(http.StatusOK)
	s.server.Drain()
	s.get("", "/readyz").mustBe(http.StatusServiceUnavailable).mustSay("draining")
}

func TestAProgramIsToldInItsOwnWay(t *testing.T) {
	s := open(t)
	r := httptest.NewRequest(http.MethodGet, "/api/v1/statements/"+string(s.text.ID), nil)
	r.Header.Set("Accept-Language", "ko")
	answer := s.do(r).mustBe(http.StatusUnauthorized)
	var told problem
	if err := json.Unmarshal([]byte(answer.text), &told); err != nil {
		t.Fatal(err)
	}
	if told.Code != "sign_in" || told.Status != 401 || told.Detail == "" || told.Input != "" {
		t.Errorf("told %+v", told)
	}
	if got := answer.Header.Get("Content-Type"); got != "application/problem+json" {
		t.Errorf("as %s", got)
	}
	if answer.Header.Get("WWW-Authenticate") != "Bearer" {
		t.Error("it isn't told how to sign in")
	}
}

func TestAProgramsRefusedInputIsAccountedFor(t *testing.T) {
	s := open(t)
	token, err := s.Identity.IssueToken(t.Context(), s.Membership(s.Minho).Persona, "a test")
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPost, "/api/v1/threads/"+string(s.talk.ID)+"/comments", strings.NewReader(`{"body":" "}`))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+token)
	s.do(r).mustBe(http.StatusUnprocessableEntity).mustSay(`"code":"comment.empty"`, `"input":"Nothing of the input was stored."`)
}

func TestATokenOpensNobodysAccount(t *testing.T) {
	s := open(t)
	token, err := s.Identity.IssueToken(t.Context(), s.Membership(s.Minho).Persona, "a test")
	if err != nil {
		t.Fatal(err)
	}
	for path, method := range map[string]string{
		"/me": http.MethodGet, "/me/code": http.MethodPost, "/me/mail": http.MethodGet, "/me/sign-ins/deletion": http.MethodPost,
	} {
		r := httptest.NewRequest(method, path, nil)
		r.Header.Set("Authorization", "Bearer "+token)
		s.do(r).mustBe(http.StatusForbidden)
	}
}
