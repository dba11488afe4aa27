package web

import (
	"strings"
	"testing"

	"madang/app"
	"madang/app/thread"
	threadview "madang/app/web/view/thread"
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

func TestAThreadThatAPageDoesNotListIsRenewedInTheLanguageThePageIsReadIn(t *testing.T) {
	s := open(t)
	_, err := s.server.threads.Translate(t.Context(), s.Eun, thread.NewTranslation{ID: app.NewID(), Comment: s.comment.ID, Lang: "ko", Body: "누구의 모두입니까?", Revision: 1})
	if err != nil {
		t.Fatal(err)
	}
	pages := s.server.Pages()
	card := func(watch threadview.Watch) string {
		t.Helper()
		watch.Statement = s.text.ID
		made, err := pages.Fragments(t.Context(), s.Dani, "en", watch.Topic(), 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range made {
			if f.ID == "thread-"+string(s.talk.ID) && f.In != "threads-"+s.clause {
				return f.In + f.HTML
			}
		}
		t.Errorf("%+v is sent nothing of the thread", watch)
		return ""
	}
	in := "threads-" + string(s.text.ID) + "<li"
	if got := card(threadview.Watch{Read: "ko"}); !strings.HasPrefix(got, in) || !strings.Contains(got, "누구의 모두") {
		t.Errorf("listed: %s", got)
	}
	got := card(threadview.Watch{Choice: "resolved", Read: "ko"})
	if strings.HasPrefix(got, in) {
		t.Errorf("it comes into a list that it isn't in: %s", got)
	}
	if !strings.Contains(got, "누구의 모두") {
		t.Errorf("it is renewed in another language: %s", got)
	}
	if got := card(threadview.Watch{Choice: "resolved"}); !strings.Contains(got, "To all of whom?") {
		t.Errorf("as it was written: %s", got)
	}
}
