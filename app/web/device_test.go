package web

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"madang/app"
)

var (
	ownerOnPage = regexp.MustCompile(`<body[^>]* data-owner="([^"]*)"`)
	keyOnPage   = regexp.MustCompile(`data-copy-key="([^"]*)"`)
)

func saidOf(t *testing.T, what *regexp.Regexp, page answer) string {
	t.Helper()
	found := what.FindStringSubmatch(page.text)
	if found == nil {
		t.Fatalf("the page says nothing of %s", what)
	}
	return found[1]
}

func TestADeviceKnowsWhoseThingsItKeepsAndLearnsNothingElse(t *testing.T) {
	s := open(t)
	ownerFor := func(session string) string { return saidOf(t, ownerOnPage, s.get(session, "/consultations")) }
	minho, again, olga := ownerFor(s.signIn(s.Minho)), ownerFor(s.signIn(s.Minho)), ownerFor(s.signIn(s.Olga))
	if minho == "" || minho != again || minho == olga {
		t.Errorf("Minho is %q and %q, Olga %q", minho, again, olga)
	}
	if nobody := ownerFor(""); nobody != "" {
		t.Errorf("who isn't signed in is %q", nobody)
	}
	if strings.Contains(minho, string(s.Minho.Account)) {
		t.Error("the page tells the account")
	}
}

func TestThePageBringsTheKeyOfADevicesCopyToItsOwnerAlone(t *testing.T) {
	s := open(t)
	keyFor := func(session string) string {
		return saidOf(t, keyOnPage, s.get(session, "/statements/"+string(s.text.ID)+"/draft").mustBe(http.StatusOK))
	}
	minho, again, dani := keyFor(s.signIn(s.Minho)), keyFor(s.signIn(s.Minho)), keyFor(s.signIn(s.Dani))
	if len(minho) != 44 || minho != again || minho == dani {
		t.Errorf("Minho's is %q and %q, Dani's %q", minho, again, dani)
	}
}

func TestInASensitiveGroupADeviceKeepsNothing(t *testing.T) {
	s := open(t)
	if key := s.server.copyKey(app.Membership{Persona: "p", Sensitive: true}); key != "" {
		t.Errorf("there is a key: %q", key)
	}
	if key := s.server.copyKey(app.Membership{Persona: "p"}); key == "" {
		t.Error("elsewhere there is none")
	}
}

func TestSigningOutAsksTheBrowserToForgetWhatItKeeps(t *testing.T) {
	s := open(t)
	if got := s.post(s.signIn(s.Minho), "/departures").Header.Get("Clear-Site-Data"); got != `"storage"` {
		t.Errorf("Clear-Site-Data is %q", got)
	}
}
