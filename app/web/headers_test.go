package web

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"

	"madang/app"
	"madang/app/statement"
)

// addresses are all that can be looked at, with a thing that exists for each
// parameter. A new one is in here by itself; one with a new parameter fails.
func (s *site) addresses() []string {
	s.t.Helper()
	return s.readable(s.filler())
}

// readable are the addresses that fill makes of the routes one can look at.
func (s *site) readable(fill func(path string) string) []string {
	var found []string
	for _, route := range s.server.fiber.GetRoutes(true) {
		if route.Method == fiber.MethodGet && !strings.Contains(route.Path, "*") {
			found = append(found, fill(route.Path))
		}
	}
	return found
}

// filler puts the id of a thing that exists in the place of each parameter of a route.
func (s *site) filler() func(path string) string {
	s.t.Helper()
	amendment, acceptance := s.amend()
	known := map[string]string{
		"/amendments/:id": string(amendment), "/consultations/:id": string(s.consult()),
		"/groups/:id": string(s.Group.ID), "/statements/:id": string(s.text.ID), "/threads/:id": string(s.talk.ID),
		"/comments/:id": string(s.comment.ID), "/kept/:id": string(app.NewID()), "/tokens/:id": string(s.tokenOf(s.Eun)),
	}
	rest := strings.NewReplacer(
		":cid", s.clause, ":acceptance", string(acceptance), ":hold", string(s.hold), ":persona", string(s.Membership(s.Dani).Persona), ":token", "none", ":no", "1", ":file", "1", ":lang", "en", ":translation", string(app.NewID()),
	)
	return func(path string) string {
		filled := path
		for pattern, id := range known {
			filled = strings.Replace(filled, pattern, strings.Replace(pattern, ":id", id, 1), 1)
		}
		if filled = rest.Replace(filled); strings.Contains(filled, ":") {
			s.t.Errorf("no example is known for %s", path)
		}
		return filled
	}
}

func TestEveryPageIsSafeInEveryLanguageForEverybody(t *testing.T) {
	s := open(t)
	if _, err := s.server.statements.MakeVersion(t.Context(), s.Eun, s.text.ID, statement.NewVersion{ID: app.NewID()}); err != nil {
		t.Fatal(err)
	}
	people := map[string]app.Actor{
		"nobody": {}, "the steward": s.Steward, "a chair": s.Chioma, "an editor": s.Eun, "a drafter": s.Dani,
		"a member": s.Minho, "an observer": s.Olga, "a stranger": s.Zoe, "somebody in a sensitive group": s.Sook,
	}
	addresses := s.addresses()
	if len(addresses) < 40 {
		t.Fatalf("only %d addresses were found", len(addresses))
	}
	for name, who := range people {
		session := ""
		if who.IsSignedIn() {
			session = s.signIn(who)
		}
		for _, lang := range []string{"ko", "en"} {
			for _, path := range addresses {
				if path == "/leave" { // it would end the session
					continue
				}
				r := s.request(session, http.MethodGet, path, nil)
				r.Header.Set("Accept-Language", lang)
				mustBeSafe(t, name+" in "+lang+" on "+path, path, s.do(r))
			}
		}
	}
}

var inline = regexp.MustCompile(`(?i)<[^>]+\s(on[a-z]+|style)\s*=|<style|<script(?: type="module")?>|href="javascript`)

func mustBeSafe(t *testing.T, where, path string, a answer) {
	t.Helper()
	if a.StatusCode >= 500 {
		t.Errorf("%s: status %d", where, a.StatusCode)
	}
	for header, want := range map[string]string{
		"Content-Security-Policy": policyOf(path), "Cross-Origin-Opener-Policy": "same-origin",
		"Cross-Origin-Resource-Policy": "same-origin", "Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff",
	} {
		if got := a.Header.Get(header); got != want {
			t.Errorf("%s: %s is %q", where, header, got)
		}
	}
	isFile := strings.HasPrefix(a.Header.Get("Content-Disposition"), "attachment") // opened elsewhere, under a policy of its own
	if found := inline.FindString(a.text); found != "" && !isFile {
		t.Errorf("%s: %s stands in the page", where, found)
	}
	if strings.Contains(a.text, ">…<") {
		t.Errorf("%s: a sentence is missing", where)
	}
	if a.Header.Get("Cache-Control") == "" && strings.HasPrefix(a.Header.Get("Content-Type"), "text/html") {
		t.Errorf("%s: nothing says who may keep it", where)
	}
}

func TestTheEditorAloneTakesMarkupAsText(t *testing.T) {
	for path, want := range map[string]bool{
		"/statements/x/draft": false, "/statements/x": true, "/threads/x": true, "/": true, "/x/draft": true,
	} {
		if got := strings.Contains(policyOf(path), "require-trusted-types-for"); got != want {
			t.Errorf("on %s: %v, want %v", path, got, want)
		}
	}
}

func TestPagesOfASensitiveGroupTellNothingOutside(t *testing.T) {
	s := open(t)
	page := s.get(s.signIn(s.Sook), "/groups/"+string(s.Circle.ID)).mustBe(http.StatusOK)
	page.mustSay("<title>Notes · Madang</title>", `href="/leave"`, "data-exit", "data-sensitive")
	if got := page.Header.Get("Cache-Control"); got != "no-store" {
		t.Errorf("Cache-Control is %q", got)
	}
	s.get(s.signIn(s.Minho), "/groups/"+string(s.Group.ID)).mustNotSay(`href="/leave"`)
}

func TestTheWayOutEndsTheSessionAndShowsAnotherSite(t *testing.T) {
	s := open(t)
	session := s.signIn(s.Sook)
	out := s.get(session, "/leave")
	if to := out.leadsTo(); !strings.HasPrefix(to, "https://") || strings.Contains(to, "forum") {
		t.Errorf("it leads to %s", to)
	}
	if got := out.Header.Get("Clear-Site-Data"); !strings.Contains(got, `"storage"`) {
		t.Errorf("Clear-Site-Data is %q", got)
	}
	s.get(session, "/me").mustBe(http.StatusUnauthorized)
}

func TestALinkOnAnotherSiteSignsNobodyOut(t *testing.T) {
	s := open(t)
	session := s.signIn(s.Sook)
	r := s.request(session, http.MethodGet, "/leave", nil)
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	s.do(r).leadsTo()
	s.get(session, "/me").mustBe(http.StatusOK)
}

func TestTheSessionCookieStaysWhereItBelongs(t *testing.T) {
	s := open(t)
	_, token, err := s.Identity.Invite(t.Context(), s.Chioma, s.Group.ID, app.RoleMember, s.Group.Stakeholders[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, secure := range []bool{false, true} {
		name := plainCookie
		if secure {
			s.server.base.Scheme, name = "https", secureCookie
		}
		cookie := s.server.cookie(name, "x", 0)
		if cookie.Secure != secure || !cookie.HTTPOnly || !cookie.SessionOnly || cookie.SameSite != "lax" && cookie.SameSite != "Lax" || cookie.Path != "/" {
			t.Errorf("the cookie is %+v", cookie)
		}
	}
	if _, found := s.post("", "/invitations/"+token, "name", "Bo").cookie(secureCookie); !found {
		t.Error("over https there is no secure cookie")
	}
}
