package web

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"

	"madang/app"
	"madang/app/identity"
	"madang/app/prose"
	"madang/app/statement"
)

// tokenOf is the id of a token that somebody has.
func (s *site) tokenOf(who app.Actor) app.ID {
	s.t.Helper()
	s.issue(who, identity.ScopeRead)
	list, err := s.Identity.Tokens(s.t.Context(), who)
	if err != nil {
		s.t.Fatal(err)
	}
	return list[len(list)-1].ID
}

// issue makes a token for somebody's only persona.
func (s *site) issue(who app.Actor, scopes ...identity.Scope) string {
	s.t.Helper()
	token, err := s.Identity.IssueToken(s.t.Context(), s.Membership(who).Persona, "a test", scopes...)
	if err != nil {
		s.t.Fatal(err)
	}
	return token
}

// ask is a program's request.
func (s *site) ask(token, method, path, body string) answer {
	s.t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Host = "forum.test"
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+token)
	return s.do(r)
}

func TestSomebodyMakesATokenLooksAtItAndRevokesIt(t *testing.T) {
	s := open(t)
	session, persona := s.signIn(s.Minho), string(s.Membership(s.Minho).Persona)
	s.get(session, "/me").mustSay(`href="/me/tokens"`)
	s.get(session, "/me/tokens").mustBe(http.StatusOK).mustSay("You have none.")
	made := s.post(session, "/me/tokens", "label", "Minutes", "persona", persona, "scope", "comment", "days", "30")
	if to := made.leadsTo(); to != "/me/tokens" {
		t.Fatalf("it leads to %s", to)
	}
	sealed, _ := made.cookie(tokenCookie)
	r := s.request(session, http.MethodGet, "/me/tokens", nil)
	r.AddCookie(&http.Cookie{Name: tokenCookie, Value: sealed})
	shown := s.do(r).mustBe(http.StatusOK).mustSay("Minutes", "not used yet", "ends ")
	_, rest, _ := strings.Cut(shown.text, `<code class="secret" translate="no">`)
	token, _, _ := strings.Cut(rest, "<")

	var told tokenJSON
	if err := json.Unmarshal([]byte(s.ask(token, http.MethodGet, "/api/v1/token", "").mustBe(http.StatusOK).text), &told); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(told.Scopes, []identity.Scope{identity.ScopeRead, identity.ScopeComment}) || told.Whole || told.Label != "Minutes" || told.Ends == nil {
		t.Errorf("the program is told %+v", told)
	}
	again := s.get(session, "/me/tokens").mustSay("Minutes", "last used")
	again.mustNotSay(token)
	again.mustNotSay(`class="secret"`)

	at := "/me/tokens/" + string(told.ID) + "/deletion"
	s.get(session, at).mustBe(http.StatusOK).mustSay("Minutes", "Revoke this token?")
	s.get(s.signIn(s.Eun), at).mustBe(http.StatusNotFound)
	s.ask(token, http.MethodGet, "/api/v1/groups", "").mustBe(http.StatusOK) // asking ends nothing
	s.post(session, at).leadsTo()
	s.ask(token, http.MethodGet, "/api/v1/groups", "").mustBe(http.StatusUnauthorized).mustSay(`"code":"token.over"`)
	s.get(session, "/me/tokens").mustSay("You have none.")
}

func TestATokenThatMakesNoSenseComesBackAsItWasTyped(t *testing.T) {
	s := open(t)
	session, persona := s.signIn(s.Minho), string(s.Membership(s.Minho).Persona)
	for what, c := range map[string]struct {
		form []string
		says string
	}{
		"without a name":         {[]string{"label", " ", "persona", persona, "scope", "comment", "days", "30"}, "say what the program is"},
		"for somebody else":      {[]string{"label", "Mine", "persona", string(s.Membership(s.Eun).Persona), "days", "30"}, "one of your working groups"},
		"for ever":               {[]string{"label", "Mine", "persona", persona, "days", "3650"}, "one of the ends"},
		"to govern":              {[]string{"label", "Mine", "persona", persona, "scope", "govern", "days", "30"}, "among the scopes"},
		"with an invisible mark": {[]string{"label", "Mine\u202e", "persona", persona, "days", "30"}, "invisible"},
	} {
		a := s.post(session, "/me/tokens", c.form...).mustBe(http.StatusUnprocessableEntity)
		if !strings.Contains(a.text, c.says) || strings.TrimSpace(c.form[1]) != "" && !strings.Contains(a.text, `value="`+c.form[1]) {
			t.Errorf("a token %s: the page doesn't say %q or lost what was typed", what, c.says)
		}
	}
	s.get(session, "/me/tokens").mustSay("You have none.")
}

func TestAProgramIsToldWhichScopeItLacks(t *testing.T) {
	s := open(t)
	token := s.issue(s.Minho, identity.ScopeRead)
	at := "/api/v1/threads/" + string(s.talk.ID)
	s.ask(token, http.MethodGet, at, "").mustBe(http.StatusOK)
	a := s.ask(token, http.MethodPost, at+"/comments", `{"body":"So?"}`).mustBe(http.StatusForbidden)
	a.mustSay(`"code":"token.comment"`, `"scope":"comment"`, "My account", "Nothing of the input was stored.")
	if got := a.Header.Get("WWW-Authenticate"); got != `Bearer error="insufficient_scope", scope="comment"` {
		t.Errorf("WWW-Authenticate is %q", got)
	}
	token = s.issue(s.Minho, identity.ScopeRead, identity.ScopeComment)
	s.ask(token, http.MethodPost, at+"/comments", `{"body":"So?"}`).mustBe(http.StatusCreated)
	s.ask(token, http.MethodPost, "/api/v1/groups/"+string(s.Group.ID)+"/statements", `{}`).mustBe(http.StatusForbidden).mustSay(`"code":"role.draft"`) // no scope would help
}

func TestATokenWithScopesSendsNoForms(t *testing.T) {
	s := open(t)
	for token, status := range map[string]int{
		s.issue(s.Minho, identity.Scopes...): http.StatusForbidden,
		s.issue(s.Minho):                     http.StatusSeeOther,
	} {
		r := httptest.NewRequest(http.MethodPost, "/threads/"+string(s.talk.ID)+"/comments", strings.NewReader("body=Formally."))
		r.Header.Set("Content-Type", fiber.MIMEApplicationForm)
		r.Header.Set("Authorization", "Bearer "+token)
		if a := s.do(r).mustBe(status); status == http.StatusForbidden {
			a.mustSay(`"code":"token.form"`)
		}
	}
}

// What the description says that a token needs is what the forum asks for: a token that has
// all other scopes is refused, for want of just one of those that are named; a token that has
// them isn't, whatever else may be wrong with an example.
func TestTheScopesThatARouteNeedsAreThoseThatAreTold(t *testing.T) {
	s := open(t)
	_, acceptance := s.amend()
	docket, draft := s.consult(), app.NewID()
	_, err := s.server.statements.Propose(t.Context(), s.Chioma, s.text.ID, statement.NewAmendment{ID: draft, Reason: "So.", Proposals: []prose.Proposal{
		{Kind: prose.ProposeText, CID: s.clause, Base: "The water belongs to all.", Text: "The water is everybody's."},
	}})
	if err != nil {
		t.Fatal(err)
	}
	tokens := map[string]string{}
	tokenWith := func(scopes []identity.Scope) string {
		key := ""
		for _, scope := range scopes {
			key += string(scope) + " "
		}
		if tokens[key] == "" {
			tokens[key] = s.issue(s.Chioma, scopes...)
		}
		return tokens[key]
	}
	for _, o := range s.server.operations {
		if o.IsPublic || o.Name == "tokenDelete" {
			continue
		}
		path := strings.NewReplacer(
			"/amendments/:id", "/amendments/"+string(draft), "/consultations/:id", "/consultations/"+string(docket),
			"/groups/:id", "/groups/"+string(s.Group.ID), "/statements/:id", "/statements/"+string(s.text.ID),
			"/threads/:id", "/threads/"+string(s.talk.ID), "/comments/:id", "/comments/"+string(s.comment.ID),
			":cid", s.clause, ":acceptance", string(acceptance), ":no", "1", ":file", "1", ":lang", "ko",
		).Replace(o.Path)
		body := ""
		if o.Takes != nil {
			example, _ := exampleOf(o.Takes).(object)
			delete(example, "id") // one of its own for each
			text, err := json.Marshal(example)
			if err != nil {
				t.Fatal(err)
			}
			body = string(text)
		}
		refused := func(scopes []identity.Scope) identity.Scope {
			var told problem
			a := s.ask(tokenWith(scopes), o.Method, path, body)
			if a.StatusCode >= 500 {
				t.Errorf("%s: %s", o.Name, a.text)
			}
			if a.StatusCode == http.StatusForbidden {
				if err := json.Unmarshal([]byte(a.text), &told); err != nil {
					t.Fatal(err)
				}
			}
			return told.Scope
		}
		var named []identity.Scope
		for _, way := range o.security() {
			named = append(named, way.(object)["token"].([]identity.Scope)...)
		}
		others := slices.DeleteFunc(slices.Clone(identity.Scopes), func(scope identity.Scope) bool {
			return scope != identity.ScopeRead && slices.Contains(named, scope)
		})
		if scope := refused(others); len(others) < len(identity.Scopes) && !slices.Contains(named, scope) {
			t.Errorf("%s: a token with %v is refused for want of %q, and told to need %v", o.Name, others, scope, named)
		}
		if !slices.ContainsFunc(o.security(), func(way any) bool {
			return refused(append([]identity.Scope{identity.ScopeRead}, way.(object)["token"].([]identity.Scope)...)) == ""
		}) {
			t.Errorf("%s: a token with %v is refused for its scopes", o.Name, named)
		}
	}
}
