package web

import (
	"html"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"madang/db/dbtest"
)

// withoutRoom is a forum with one of everything and everyone in it, on a disk that has just
// become full.
func withoutRoom(t *testing.T) (s *site, sessions map[string]string, fill func(path string) string, makeRoom func()) {
	t.Helper()
	s, sessions, fill = furnished(t)
	s.server.ready.ask = s.DB.Ping
	s.Clock.Advance(time.Hour) // so that it would be noted that they were seen
	return s, sessions, fill, dbtest.Fill(t, s.Raw())
}

func TestPeopleReadOnWhileThereIsNoRoom(t *testing.T) {
	s, sessions, fill, makeRoom := withoutRoom(t)
	addresses := s.readable(fill)
	for who, session := range sessions {
		for _, path := range addresses {
			if route := s.routeOf(http.MethodGet, path); route == "/leave" || strings.HasSuffix(route, "/original") { // which is written down before it is shown
				continue
			}
			if a := s.get(session, path); a.StatusCode >= http.StatusInternalServerError {
				t.Errorf("the %s is shown %s with %d", who, s.routeOf(http.MethodGet, path), a.StatusCode)
			}
		}
	}
	s.Clock.Advance(askAgain)
	s.get("", "/").mustBe(http.StatusOK).mustSay("no room left")
	s.get("", "/readyz").mustBe(http.StatusOK).mustSay("no room to write")
	makeRoom()
	s.Clock.Advance(askAgain)
	s.get("", "/").mustBe(http.StatusOK).mustNotSay("no room left")
	s.get("", "/readyz").mustBe(http.StatusOK).mustSay("ready\n")
}

func TestWhatIsTypedComesBackWhileThereIsNoRoom(t *testing.T) {
	s, sessions, fill := furnished(t)
	forms := map[string]offered{}
	for _, who := range slices.Sorted(maps.Keys(sessions)) {
		for _, o := range s.walk(sessions[who], s.readable(fill)) {
			if _, isKnown := forms[o.route+" by "+who]; !isKnown && len(o.typed) > 0 {
				forms[o.route+" by "+who] = o
			}
		}
	}
	dbtest.Fill(t, s.Raw())
	refused := map[string]bool{}
	for name, o := range forms {
		route, who, _ := strings.Cut(name, " by ")
		for field, values := range told[route] {
			o.values[field] = values
		}
		for _, box := range o.typed {
			o.values.Set(box, strings.TrimSpace(o.values.Get(box)+" Words for "+box+"."))
		}
		a := s.send(sessions[who], o)
		if a.StatusCode < http.StatusBadRequest {
			continue
		}
		refused[route] = refused[route] || a.StatusCode == http.StatusServiceUnavailable
		for _, box := range o.typed {
			if words := o.values.Get(box); !strings.Contains(html.UnescapeString(a.text), words) {
				t.Errorf("the %s sends the form of %s, is answered with %d, and %s is gone: %q", who, route, a.StatusCode, box, words)
			}
		}
		if a.StatusCode == http.StatusServiceUnavailable {
			a.mustSay("no room left")
		}
	}
	maps.DeleteFunc(refused, func(_ string, isRefused bool) bool { return !isRefused })
	if len(refused) < 30 {
		t.Errorf("only these forms came as far as the disk: %v", slices.Sorted(maps.Keys(refused)))
	}
}
