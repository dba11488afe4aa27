package web

import (
	"net/http"
	"net/url"
	"regexp"
	"testing"
)

var tokenField = regexp.MustCompile(`name="token" value="([^"]+)"`)

func TestAFormIsTakenOnlyFromOurOwnPages(t *testing.T) {
	s := open(t)
	session := s.signIn(s.Minho)
	token := tokenField.FindStringSubmatch(s.get(session, "/threads/"+string(s.talk.ID)).text)[1]
	foreign := tokenField.FindStringSubmatch(s.get(s.signIn(s.Dani), "/me").text)[1]

	for _, c := range []struct {
		name, site, origin, token string
		taken                     bool
	}{
		{"from our page", "same-origin", "null", "", true},
		{"typed by hand", "none", "", "", true},
		{"from another site", "cross-site", "https://evil.example", token, false},
		{"from a neighbouring host", "same-site", "", token, false},
		{"an older browser on our page", "", "http://forum.test", "", true},
		{"an older browser on another site", "", "https://evil.example", token, false},
		{"a browser that says nothing, with the token", "", "", token, true},
		{"a browser that hides the origin, with the token", "", "null", token, true},
		{"a browser that says nothing, without a token", "", "", "", false},
		{"with the token of another person", "", "", foreign, false},
		{"with a broken token", "", "", "%%%", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := s.request(session, http.MethodPost, "/threads/"+string(s.talk.ID)+"/comments",
				url.Values{"body": {"I was " + c.name}, "token": {c.token}})
			r.Header.Del("Sec-Fetch-Site")
			for header, value := range map[string]string{"Sec-Fetch-Site": c.site, "Origin": c.origin} {
				if value != "" {
					r.Header.Set(header, value)
				}
			}
			answer := s.do(r)
			if c.taken {
				answer.mustBe(http.StatusSeeOther)
				return
			}
			answer.mustBe(http.StatusForbidden).mustSay("I was "+c.name, "readonly")
		})
	}
}

func TestNobodyElseMayLoadOurPagesAsAPart(t *testing.T) {
	s := open(t)
	session := s.signIn(s.Minho)
	for _, c := range []struct {
		name, site, mode, dest string
		status                 int
	}{
		{"a link on another site", "cross-site", "navigate", "document", http.StatusOK},
		{"a frame on another site", "cross-site", "navigate", "iframe", http.StatusForbidden},
		{"a script on another site", "cross-site", "no-cors", "script", http.StatusForbidden},
		{"a request of another site", "same-site", "cors", "empty", http.StatusForbidden},
		{"our own script", "same-origin", "cors", "empty", http.StatusOK},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := s.request(session, http.MethodGet, "/statements/"+string(s.text.ID), nil)
			r.Header.Set("Sec-Fetch-Site", c.site)
			r.Header.Set("Sec-Fetch-Mode", c.mode)
			r.Header.Set("Sec-Fetch-Dest", c.dest)
			s.do(r).mustBe(c.status)
		})
	}
}

func TestAProgramNeedsNoFormToken(t *testing.T) {
	s := open(t)
	token, err := s.Identity.IssueToken(t.Context(), s.Membership(s.Dani).Persona, "a test")
	if err != nil {
		t.Fatal(err)
	}
	r := s.request("", http.MethodDelete, "/api/v1/comments/"+string(s.comment.ID), nil)
	r.Header.Del("Sec-Fetch-Site")
	r.Header.Set("Authorization", "Bearer "+token)
	s.do(r).mustBe(http.StatusForbidden).mustSay(`"code":"comment.not_yours"`)
}
