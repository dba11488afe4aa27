package web

import (
	"html"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"
)

var keptField = regexp.MustCompile(`name="kept" value="([^"]+)"`)

func TestWordsSentAfterTheSessionEndedAreOfferedAgain(t *testing.T) {
	s := open(t)
	_, token, err := s.Identity.Invite(t.Context(), s.Chioma, s.Group.ID, "member", s.Group.Stakeholders[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	entered := s.post("", "/invitations/"+token, "name", "Bo")
	session, _ := entered.cookie(plainCookie)
	code := codeIn(s, session, entered)

	s.Clock.Advance(2 * time.Hour)
	words := "First line\nSecond <line>"
	comments := "/threads/" + string(s.talk.ID) + "/comments"
	late := s.post(session, comments, "body", words, "nonce", string(s.comment.ID)).
		mustBe(http.StatusUnauthorized).mustSay(`name="code"`)
	kept := keptField.FindStringSubmatch(late.text)[1]

	s.post("", "/sessions", "code", "0000 0000 0000 0000", "kept", kept).
		mustBe(http.StatusUnprocessableEntity).mustSay(`name="kept" value="` + kept + `"`)
	back := s.post("", "/sessions", "code", code, "kept", kept)
	if to := back.leadsTo(); to != "/kept/"+kept {
		t.Fatalf("it leads to %s", to)
	}
	session, _ = back.cookie(plainCookie)
	s.get(session, "/kept/"+kept).mustBe(http.StatusOK).
		mustSay(html.EscapeString(words), `action="`+comments+`"`, `name="nonce" value="`+string(s.comment.ID)+`"`)
	s.get(s.signIn(s.Dani), "/kept/"+kept).mustBe(http.StatusNotFound)

	s.post(session, comments, "body", words, "kept", kept).leadsTo()
	s.get(session, "/threads/"+string(s.talk.ID)).mustSay("Second &lt;line&gt;")
	s.get(session, "/kept/"+kept).mustBe(http.StatusNotFound)
}

// codeIn reads the return code from the page that shows it.
func codeIn(s *site, session string, entered answer) string {
	s.t.Helper()
	if to := entered.leadsTo(); to != "/welcome" {
		s.t.Fatalf("it leads to %s", to)
	}
	sealed, _ := entered.cookie(codeCookie)
	r := s.request(session, http.MethodGet, "/welcome", nil)
	r.AddCookie(&http.Cookie{Name: codeCookie, Value: sealed})
	page := s.do(r).mustBe(http.StatusOK)
	var code strings.Builder
	for _, group := range regexp.MustCompile(`<span>(\d{4})</span>`).FindAllStringSubmatch(page.text, -1) {
		code.WriteString(group[1])
	}
	if code.Len() != codeDigits {
		s.t.Fatalf("the page shows the code %q", code.String())
	}
	return code.String()
}

func TestACodeIsShownOnlyToTheSessionItWasMadeFor(t *testing.T) {
	s := open(t)
	session := s.signIn(s.Minho)
	made := s.post(session, "/me/code")
	codeIn(s, session, made)
	sealed, _ := made.cookie(codeCookie)
	r := s.request(s.signIn(s.Dani), http.MethodGet, "/welcome", nil)
	r.AddCookie(&http.Cookie{Name: codeCookie, Value: sealed})
	s.do(r).mustBe(http.StatusOK).mustNotSay(`class="code-card"`)
}

func TestWordsThatNobodyCanKeepStandOnThePage(t *testing.T) {
	s := open(t)
	s.post("a session nobody knows", "/threads/"+string(s.talk.ID)+"/comments", "body", "My words").
		mustBe(http.StatusUnauthorized).mustSay("My words", "readonly").mustNotSay(`name="kept"`)
}
