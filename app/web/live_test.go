package web

import (
	"strings"
	"testing"

	"madang/app"
)

func TestTheHeaderOfAnOpenPageTellsNobodyOfNewsTheyMayReadNoMore(t *testing.T) {
	s := open(t)
	pages, dani := s.server.Pages(), s.Dani // who began the statement
	dani.Session = app.NewID()
	says := func(who app.Actor) string {
		t.Helper()
		made, err := pages.News(t.Context(), who, "en")
		if err != nil {
			t.Fatal(err)
		}
		return made.ID + made.HTML
	}
	if got := says(dani); !strings.HasPrefix(got, `news<span id="news">`) || !strings.Contains(got, "1 new") {
		t.Error(got)
	}
	if got := says(s.Dani); got != "" {
		t.Errorf("a program is sent %q", got)
	}
	if followed, err := pages.Followed(t.Context(), dani); err != nil || len(followed) != 1 || followed[0] != s.text.ID {
		t.Errorf("%v, %v", followed, err)
	}
	if err := s.Identity.EndMembership(t.Context(), s.Chioma, s.Group.ID, s.Membership(s.Dani).Persona); err != nil {
		t.Fatal(err)
	}
	// The page was opened before, and still thinks that Dani is a member.
	if got := says(dani); strings.Contains(got, "new<") {
		t.Error(got)
	}
	if followed, err := pages.Followed(t.Context(), dani); err != nil || len(followed) != 0 {
		t.Errorf("%v, %v", followed, err)
	}
}
