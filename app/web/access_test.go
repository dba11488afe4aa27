package web

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"

	"madang/app"
)

// rule says who may come through at an address at most. Whose thing it is, and in which
// state, may narrow it.
type rule string

const (
	everybody rule = "everybody"  // without signing in, too
	bearer    rule = "bearer"     // whoever has the code, token or link that stands in the request
	account   rule = "an account" // whoever is signed in
	member    rule = "a member"   // of the group, observers who may not read included
	visible   rule = "a member or a steward"
	own       rule = "whose it is"
	ownAlways rule = "whose it is, at any time"
	steward   rule = "a steward"
)

// may is the rule that a role has to permit it.
func may(what app.Capability) rule { return rule(what) }

// inDraft is the rule that a role has to permit it, and that the text isn't standing still.
func inDraft(what app.Capability) rule { return rule(what) + " in a draft" }

// anyPhase is the rule that a role has to permit it, whatever phase a statement is in.
func anyPhase(what app.Capability) rule { return rule(what) + " in any phase" }

// ownOr is the rule that it is somebody's own, or that a role has to permit it.
func ownOr(what app.Capability) rule { return own + " or " + rule(what) }

// archived is, among the phases, that the statement's group has ended.
const archived app.Phase = "archived"

// closes reports whether a phase keeps everybody from something.
func closes(phase app.Phase, what app.Capability) bool {
	return phase.Closes(what) || phase == archived && !slices.Contains(app.Left, what)
}

// admits reports whether the rule lets somebody through, in a phase.
func (r rule) admits(who string, phase app.Phase) bool {
	switch r {
	case everybody, bearer:
		return true
	case account:
		return who != "nobody"
	case steward:
		return who == "steward"
	case own:
		return who == "author" && phase != archived
	case ownAlways:
		return who == "author"
	case visible:
		return who == "steward" || member.admits(who, phase)
	}
	role := app.Role(who)
	if who == "author" {
		role = app.RoleMember
	}
	if r == member {
		return role.IsGroupRole()
	}
	of, hasOwner := strings.CutPrefix(string(r), string(own)+" or ")
	of, isInDraft := strings.CutSuffix(of, " in a draft")
	of, isInAny := strings.CutSuffix(of, " in any phase")
	what := app.Capability(of)
	isClosed := (!isInAny || phase == archived) && closes(phase, what) || isInDraft && closes(phase, app.Draft)
	return hasOwner && who == "author" && phase != archived || app.Permits(role, what, app.Terms{}) && !isClosed
}

// rules are of all pages and forms there are. The API has its rules with its routes.
var rules = map[rule][]string{
	everybody: {
		"GET /", "GET /programs", "GET /enter", "POST /language", "POST /departures", "GET /leave", "GET /healthz", "GET /readyz", "GET /static/*",
		"GET /consultations", "GET /consultations.ics", "GET /consultations.atom", "GET /consultations/:id", "GET /consultations/:id/text", "GET /consultations/:id/versions.atom",
		"GET /consultations/:id/submissions", "GET /consultations/:id/submissions/:no", "GET /consultations/:id/submissions/:no/files/:file",
		"GET /consultations/:id/submissions/new", "POST /consultations/:id/submissions/new", "POST /consultations/:id/submissions",
		"GET /consultations/:id/documents/:no", "GET /consultations/:id/campaigns", "GET /consultations/:id/campaigns/:no",
		"GET /consultations/:id/clauses/:cid/trace", "GET /consultations/:id/outcome", "GET /consultations/:id/influence", "GET /consultations/:id/report",
		"GET /consultations/:id/submissions/:no/contests/new", "POST /consultations/:id/submissions/:no/contests", "GET /receipt",
	},
	bearer: {
		"GET /live/*", // the room asks who comes
		"POST /sessions", "POST /receipt", "POST /receipt/steps", "POST /receipt/files", "POST /receipt/replies", "GET /invitations/:token", "POST /invitations/:token", "GET /demo/:token",
		"GET /mail/confirmation/:token", "POST /mail/confirmation/:token", "GET /mail/stop/:token", "POST /mail/stop/:token",
		"GET /feeds/:token",
	},
	account: {
		"GET /welcome", "POST /welcome", "GET /me", "POST /me/reading", "POST /me/code", "GET /me/mail", "POST /me/mail",
		"POST /me/sign-ins/deletion", "POST /me/sign-ins/:id/deletion", "GET /groups", "GET /search", "GET /notices", "GET /follows",
		"POST /notices/readings", "GET /notices/feed", "POST /notices/feed", "POST /notices/feed/revocations", "GET /me/tokens", "POST /me/tokens", "GET /me/tokens/:id/deletion", "POST /me/tokens/:id/deletion", "GET /kept/:id", "POST /kept/:id/deletion", // each of one's own
	},
	steward: {"GET /steward", "GET /groups/new", "POST /groups", "GET /mail/failures"},
	visible: {"GET /groups/:id"},
	member:  {"GET /groups/:id/departure", "POST /groups/:id/departure"},
	may(app.Read): {
		"POST /follows", "GET /groups/:id/members", "GET /groups/:id/consultations", "GET /groups/:id/framing",
		"GET /statements/:id", "GET /statements/:id.md", "GET /statements/:id.docx", "GET /statements/:id/draft", "GET /statements/:id/clauses/:cid",
		"GET /statements/:id/versions", "GET /statements/:id/versions/:no", "GET /statements/:id/versions/:no.md", "GET /statements/:id/versions/:no.docx",
		"GET /statements/:id/versions/:no.html", "GET /statements/:id/versions/:no.pdf", "GET /statements/:id/versions/:no/print.css",
		"GET /statements/:id/versions/:no/proof", "GET /statements/:id/comparison", "GET /statements/:id/changes", "GET /statements/:id/versions/:no/trace",
		"GET /statements/:id/amendments", "GET /statements/:id/acceptances/:acceptance", "GET /amendments/:id", "GET /amendments/:id/changes",
		"GET /statements/:id/word", "GET /statements/:id/authorship", "GET /statements/:id/clauses/:cid/history", "GET /statements/:id/clauses/:cid/trace",
		"GET /statements/:id/refused", "GET /statements/:id/universality", "GET /statements/:id/clauses/:cid/universality", "GET /statements/:id/state", "GET /statements/:id/languages/:lang",
		"GET /statements/:id/threads", "GET /threads/:id", "POST /threads/:id/readings", "GET /comments/:id", "GET /comments/:id/history", "GET /comments/:id/translations/:lang", "GET /statements/:id/clauses/:cid/note/translations/:lang",
	},
	may(app.Report): {"GET /comments/:id/reports/new", "POST /comments/:id/reports"},
	may(app.Comment): {
		"POST /statements/:id/threads", "POST /threads/:id/comments", "POST /amendments/:id/comments",
		"POST /comments/:id/translations/:lang", "POST /comments/:id/translations/:lang/reviews",
		"POST /statements/:id/clauses/:cid/note/translations/:lang", "POST /statements/:id/clauses/:cid/note/translations/:lang/reviews",
	},
	may(app.Retract): {
		"POST /comments/:id/translations/:lang/withdrawals", "POST /statements/:id/clauses/:cid/note/translations/:lang/withdrawals",
	},
	own:       {"GET /comments/:id/text", "POST /comments/:id/text"},
	ownAlways: {"GET /comments/:id/deletion", "POST /comments/:id/deletion", "POST /comments/:id/case/appeals"},
	ownOr(app.Settle): {
		"POST /threads/:id/settlements", "POST /api/v1/threads/:id/settlements", "GET /threads/:id/place", "POST /threads/:id/place",
	},
	may(app.Propose): {
		"GET /statements/:id/amendments/new", "POST /statements/:id/amendments", "GET /amendments/:id/amendments/new", "POST /amendments/:id/amendments",
		"GET /amendments/:id/text", "POST /amendments/:id/text", "POST /amendments/:id/signatures", "GET /amendments/:id/steps/new", "POST /amendments/:id/steps",
		"GET /statements/:id/copies/new", "POST /statements/:id/copies/new", "POST /statements/:id/copies",
	},
	inDraft(app.Decide): {"GET /statements/:id/acceptances/new", "POST /statements/:id/acceptances", "GET /api/v1/statements/:id/acceptances/new"},
	anyPhase(app.Draft): {"GET /groups/:id/statements/new", "POST /groups/:id/statements"},
	may(app.Draft): {
		"GET /statements/:id/title", "POST /statements/:id/title", "GET /statements/:id/clauses/new", "POST /statements/:id/clauses",
		"GET /statements/:id/clauses/:cid/text", "POST /statements/:id/clauses/:cid/text", "GET /statements/:id/clauses/:cid/deletion",
		"POST /statements/:id/clauses/:cid/deletion", "GET /statements/:id/clauses/:cid/note", "POST /statements/:id/clauses/:cid/note",
		"GET /statements/:id/clauses/:cid/place", "POST /statements/:id/clauses/:cid/place", "POST /statements/:id/clauses/:cid/halves",
		"POST /statements/:id/clauses/:cid/union", "GET /statements/:id/clauses/:cid/kind", "POST /statements/:id/clauses/:cid/kind",
		"POST /statements/:id/clauses/:cid/references", "POST /statements/:id/clauses/:cid/references/removal", "POST /statements/:id/clauses/:cid/answers",
		"GET /statements/:id/holds", "GET /statements/:id/holds/:hold", "POST /statements/:id/holds/:hold/release", "POST /statements/:id/holds/:hold/dismissal",
	},
	may(app.Translate): {
		"GET /statements/:id/clauses/:cid/languages/:lang", "POST /statements/:id/clauses/:cid/languages/:lang", "POST /statements/:id/languages/:lang/reviews",
	},
	may(app.Publish): {
		"GET /statements/:id/versions/new", "POST /statements/:id/versions", "POST /groups/:id/framing",
	},
	inDraft(app.Publish): {"GET /statements/:id/versions/:no/restoration", "POST /statements/:id/versions/:no/restoration"},
	may(app.Screen): {
		"GET /groups/:id/moderation", "GET /comments/:id/case", "POST /comments/:id/case/verdicts", "POST /comments/:id/case/recusals",
		"GET /consultations/:id/inbox", "GET /consultations/:id/inbox/new", "POST /consultations/:id/inbox", "GET /consultations/:id/inbox/:no",
		"POST /consultations/:id/inbox/:no/moves", "POST /consultations/:id/inbox/:no/recusals", "POST /consultations/:id/inbox/:no/openings", "POST /consultations/:id/inbox/:no/namings",
		"GET /consultations/:id/inbox/:no/original", "GET /consultations/:id/inbox/:no/files/:file", "POST /consultations/:id/inbox/:no/files/:file/decisions",
		"GET /consultations/:id/tables/new", "POST /consultations/:id/tables", "POST /consultations/:id/tables/files",
		"GET /consultations/:id/names", "POST /consultations/:id/names",
	},
	may(app.Study): {
		"GET /consultations/:id/answers", "GET /consultations/:id/answers/submissions", "GET /consultations/:id/answers/submissions/:no",
		"GET /consultations/:id/issues/:no", "GET /consultations/:id/matrix", "GET /consultations/:id/matrix.csv",
		"GET /consultations/:id/matrix.json", "GET /consultations/:id/matrix.docx",
	},
	may(app.Answer): {
		"POST /consultations/:id/answers/submissions/:no/excerpts", "POST /consultations/:id/answers/readers", "POST /consultations/:id/answers/readings",
		"POST /consultations/:id/answers/groupings", "POST /consultations/:id/answers/deletions", "POST /consultations/:id/issues",
		"POST /consultations/:id/issues/:no/answers", "POST /consultations/:id/issues/:no/verdicts",
		"POST /consultations/:id/issues/:no/amendments",
	},
	may(app.Keep): {
		"GET /groups/:id/acts/new", "POST /groups/:id/acts", "GET /groups/:id/members/:persona/signout", "POST /groups/:id/members/:persona/signout",
		"GET /statements/:id/versions/:no/erasures", "GET /statements/:id/versions/:no/erasures/:cid", "POST /statements/:id/versions/:no/erasures/:cid",
	},
	may(app.Govern): {
		"GET /groups/:id/charter", "POST /groups/:id/charter", "GET /groups/:id/members/:persona/deletion", "POST /groups/:id/members/:persona/deletion",
		"POST /groups/:id/members/:persona/role", "GET /groups/:id/invitations", "POST /groups/:id/invitations",
		"POST /groups/:id/invitations/:invitation/deletion", "POST /statements/:id/steps", "GET /groups/:id/consultations/new", "POST /groups/:id/consultations",
		"GET /consultations/:id/notice", "POST /consultations/:id/notice", "GET /consultations/:id/acts/new", "POST /consultations/:id/acts",
		"GET /consultations/:id/documents", "POST /consultations/:id/documents", "POST /consultations/:id/documents/:no/removals",
		"GET /consultations/:id/report/new", "POST /consultations/:id/report", "GET /consultations/:id/outcome/new", "POST /consultations/:id/outcome",
	},
}

// ofNoGroup are routes of the API for whoever is signed in: they answer with what each
// may see.
var ofNoGroup = []string{"/groups", "/search", "/notices", "/notices/readings", "/follows", "/token"}

// ruleOf is the rule of a route.
func (s *site) ruleOf(route string) (rule, bool) {
	for r, routes := range rules {
		if slices.Contains(routes, route) {
			return r, true
		}
	}
	for _, o := range s.server.operations {
		if o.Method+" "+o.Path == route {
			return ruleOfAPI(o), true
		}
	}
	return "", false
}

func ruleOfAPI(o operation) rule {
	switch path := strings.TrimPrefix(o.Path, apiBase); {
	case o.IsPublic:
		return everybody
	case len(o.Needs) > 1: // whose thing it is decides which
		return may(app.Read)
	case o.Needs != nil:
		return ruleOfNeeds(o.Needs[0])
	case slices.Contains(ofNoGroup, path):
		return account
	case path == "/groups/:id":
		return visible
	}
	return may(app.Read)
}

// ruleOfNeeds is the rule that a role has to permit all of it.
func ruleOfNeeds(all []app.Capability) rule {
	if len(all) > 1 && slices.Contains(all, app.Draft) {
		return inDraft(all[0])
	}
	return may(all[len(all)-1])
}

func TestEveryAddressHasARule(t *testing.T) {
	s, seen := open(t), map[string]bool{}
	for _, route := range s.server.fiber.GetRoutes(true) {
		if route.Method == fiber.MethodHead {
			continue
		}
		seen[route.Method+" "+route.Path] = true
		if _, hasRule := s.ruleOf(route.Method + " " + route.Path); !hasRule {
			t.Errorf("nothing says who may %s %s", route.Method, route.Path)
		}
	}
	known := map[string]bool{}
	for _, routes := range rules {
		for _, route := range routes {
			if !seen[route] || known[route] {
				t.Errorf("there is no %s, or it has two rules", route)
			}
			known[route] = true
		}
	}
}

// isRefusal reports whether somebody was sent away, and not only told that it can't be.
func isRefusal(status int) bool {
	return status == http.StatusUnauthorized || status == http.StatusForbidden || status == http.StatusNotFound
}

// furnished is a forum with one of everything, and everyone in it.
func furnished(t *testing.T) (s *site, sessions map[string]string, fill func(path string) string) {
	t.Helper()
	s = open(t)
	fill = s.filler()
	s.furnish()
	sessions = map[string]string{}
	for name, who := range s.everyone() {
		if sessions[name] = ""; who.IsSignedIn() {
			sessions[name] = s.signIn(who)
			s.get(sessions[name], "/me") // it was seen now; later requests change nothing of it
		}
	}
	s.post(sessions["author"], "/notices/feed").leadsTo()
	s.copied = strings.Replace(s.get(sessions["editor"], "/statements/"+string(s.text.ID)+".md").text, "For ever", "Always", 1)
	return s, sessions, fill
}

func TestNobodySeesAPageThatIsNotForThem(t *testing.T) {
	s, sessions, fill := furnished(t)
	addresses, cells := s.readable(fill), 0
	for _, phase := range append(slices.Clone(app.Phases), archived) {
		s.setPhase(phase)
		for _, path := range addresses {
			route := s.routeOf(fiber.MethodGet, path)
			r, _ := s.ruleOf("GET " + route)
			if route == "/leave" || r == bearer || strings.HasSuffix(route, "/original") { // which two people open
				continue
			}
			for who, session := range sessions {
				status := s.get(session, path).StatusCode
				cells++
				switch admitted := r.admits(who, phase); {
				case status >= http.StatusInternalServerError:
					t.Errorf("%s on %s while %s: %d", who, route, phase, status)
				case admitted && (status == http.StatusUnauthorized || status == http.StatusForbidden && r != own):
					t.Errorf("%s is refused on %s while %s (%d), which is for %s", who, route, phase, status, r)
				case !admitted && status == http.StatusOK:
					t.Errorf("%s sees %s while %s, which is for %s", who, route, phase, r)
				}
			}
		}
	}
	t.Logf("%d pages, people and phases", cells)
}

// told are answers to forms that can't be made up by looking at the form.
var told = map[string]url.Values{
	"/amendments/:id/amendments":          {"text": {"Every river belongs to everybody."}},
	"/consultations/:id/acts":             {"closes": {"2026-03-20T18:00"}},
	"/consultations/:id/documents":        {"title": {"Notes"}},
	"/consultations/:id/inbox":            {"on": {"2026-03-01"}},
	"/consultations/:id/inbox/:no/moves":  {"phrases": {"sea"}},
	"/consultations/:id/issues":           {"title": {"The sea"}},
	"/groups/:id/consultations":           {"closes": {"2026-03-29T18:00"}},
	"/statements/:id/clauses/:cid/halves": {"text": {"The water belongs to all. Always.\n\nEverywhere. For ever."}},
	"/groups":                             {"stakeholder-0-name": {"Everybody"}},
	"/statements/:id/amendments":          {"text": {"Every river belongs to everybody."}},
	"/statements/:id/threads":             {"quote": {""}},
	"/threads/:id/place":                  {"quote": {""}},
}

// offeredElsewhere are forms that stand on no page one comes to by links: what they need
// was in a letter, in a form before, or is shown once.
var offeredElsewhere = []string{
	"/consultations/:id/submissions", "/receipt/steps", "/receipt/files", "/receipt/replies", "/mail/confirmation/:token", "/mail/stop/:token", "/invitations/:token",
	"/welcome", "/kept/:id/deletion", "/me/mail", "/consultations/:id/tables/files", "/statements/:id/copies",
}

// offersTo are the forms that the pages offer, by route and person.
func (s *site) offersTo(sessions map[string]string, addresses []string) map[string]map[string]offered {
	found := map[string]map[string]offered{}
	for who, session := range sessions {
		for _, o := range s.walk(session, addresses) {
			if found[o.route] == nil {
				found[o.route] = map[string]offered{}
			}
			if _, isKnown := found[o.route][who]; !isKnown {
				for name, values := range told[o.route] {
					o.values[name] = values
				}
				found[o.route][who] = o
			}
		}
	}
	return found
}

// sendOffered sends, in a phase, each form as all to whom it is offered: it is for them, and
// isn't refused.
func (s *site) sendOffered(w *watch, phase app.Phase, sessions map[string]string, offers map[string]map[string]offered) {
	s.t.Helper()
	for _, route := range slices.Sorted(maps.Keys(offers)) {
		r, hasRule := s.ruleOf("POST " + route)
		if !hasRule {
			s.t.Errorf("a form leads to %s, of which nothing is known", route)
		}
		for who, o := range offers[route] {
			if who == "stranger" || r == bearer {
				continue // the forms of a group of their own
			}
			if !r.admits(who, phase) {
				s.t.Errorf("a page offers %s to the %s while %s, and it is for %s", route, who, phase, r)
			}
			if answer := s.send(sessions[who], o); answer.StatusCode >= http.StatusBadRequest && route != "/statements/:id/steps" { // the text in memory is not the one of the log
				s.t.Errorf("a page offers %s to the %s while %s, and refuses it with %d: %s", route, who, phase, answer.StatusCode, answer.text)
			}
			w.putBack()
		}
	}
}

// sendRefused sends, in a phase, each form as all whom it isn't for: they are refused, and
// nothing changes.
func (s *site) sendRefused(w *watch, phase app.Phase, sessions map[string]string, offers map[string]map[string]offered) {
	s.t.Helper()
	for _, route := range slices.Sorted(maps.Keys(offers)) {
		r, _ := s.ruleOf("POST " + route)
		var example offered
		for who, o := range offers[route] {
			if who != "stranger" {
				example = o
			}
		}
		for who, session := range sessions {
			if r == bearer || example.action == "" || r.admits(who, phase) {
				continue
			}
			if answer := s.send(session, example); !isRefusal(answer.StatusCode) {
				s.t.Errorf("the %s sends the form of %s while %s and isn't refused, but answered with %d", who, route, phase, answer.StatusCode)
			}
			if w.putBack() {
				s.t.Errorf("the %s sends the form of %s while %s, and something changes", who, route, phase)
			}
		}
	}
}

func TestAFormDoesWhatItSaysForWhomItIsOfferedAndNothingForOthers(t *testing.T) {
	s, sessions, fill := furnished(t)
	addresses := s.readable(fill)
	offers := s.offersTo(sessions, addresses)
	w := s.watch()
	s.sendOffered(w, app.PhaseDrafting, sessions, offers)
	s.sendRefused(w, app.PhaseDrafting, sessions, offers)
	for _, route := range s.server.fiber.GetRoutes(true) {
		if route.Method == fiber.MethodPost && !strings.HasPrefix(route.Path, apiBase) && offers[route.Path] == nil && !slices.Contains(offeredElsewhere, route.Path) {
			t.Errorf("no page offers %s", route.Path)
		}
	}
	s.setPhase(archived)
	w.keep()
	s.sendRefused(w, archived, sessions, offers)
	s.sendOffered(w, archived, sessions, s.offersTo(sessions, addresses))
	t.Logf("%d forms and people", 2*len(offers)*len(sessions))
}

// exampleBody is the body that the description of a route shows; what is there already has
// its id in the address.
func exampleBody(t *testing.T, o operation) []byte {
	t.Helper()
	var members map[string]any
	body, err := json.Marshal(o.Takes)
	if err == nil && o.Method == fiber.MethodPut && json.Unmarshal(body, &members) == nil {
		delete(members, "id")
		body, err = json.Marshal(members)
	}
	if err != nil {
		t.Fatal(err)
	}
	return body
}

// call sends a request to a route of the API, with a file where it takes some.
func (s *site) call(session string, o operation, path string, body []byte) answer {
	s.t.Helper()
	if o.Along != "" {
		return s.send(session, offered{action: path, values: url.Values{o.Along: {string(body)}}, file: "files"})
	}
	r := s.request(session, o.Method, path, nil)
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	r.Header.Set("Content-Type", fiber.MIMEApplicationJSON)
	return s.do(r)
}

func TestAProgramDoesNothingThatItsRoleDoesNotPermit(t *testing.T) {
	s, sessions, fill := furnished(t)
	w := s.watch()
	for _, o := range s.server.operations {
		r, _ := s.ruleOf(o.Method + " " + o.Path)
		if o.Method == fiber.MethodGet || r == everybody || r == account {
			continue // TestNobodySeesAPageThatIsNotForThem looks at them
		}
		body := exampleBody(t, o)
		for who, session := range sessions {
			status := s.call(session, o, fill(o.Path), body).StatusCode
			isRefused, hasChanged := isRefusal(status), w.putBack()
			switch {
			case !r.admits(who, app.PhaseDrafting) && !isRefused:
				t.Errorf("the %s may %s %s, and is answered with %d", who, o.Method, o.Path, status)
			case isRefused && hasChanged:
				t.Errorf("the %s is refused %s %s, and something changes", who, o.Method, o.Path)
			case status >= http.StatusInternalServerError:
				t.Errorf("the %s asks for %s %s, and it fails with %d", who, o.Method, o.Path, status)
			}
		}
	}
	s.setPhase(archived)
	w.keep()
	for _, o := range s.server.operations {
		isLeft := slices.ContainsFunc(o.Needs, func(all []app.Capability) bool {
			return !slices.ContainsFunc(all, func(what app.Capability) bool { return !slices.Contains(app.Left, what) })
		})
		if o.Method == fiber.MethodGet || len(o.Needs) == 0 || isLeft {
			continue
		}
		body := exampleBody(t, o)
		for who, session := range sessions {
			if status := s.call(session, o, fill(o.Path), body).StatusCode; status < http.StatusBadRequest {
				t.Errorf("the %s may %s %s in a group that is archived, and is answered with %d", who, o.Method, o.Path, status)
			}
			if w.putBack() {
				t.Errorf("the %s does %s %s in a group that is archived, and something changes", who, o.Method, o.Path)
			}
		}
	}
}
