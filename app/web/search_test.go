package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"madang/app"
	"madang/app/thread"
)

// say lets Minho say something more.
func (s *site) say(body string) app.ID {
	s.t.Helper()
	said, err := s.server.threads.Post(s.t.Context(), s.Minho, thread.NewComment{ID: app.NewID(), Thread: s.talk.ID, Body: body})
	if err != nil {
		s.t.Fatal(err)
	}
	return said.ID
}

func TestWhatIsFoundIsShownMarkedAndAsText(t *testing.T) {
	s := open(t)
	id := s.say(`<script>alert("강")</script> & <mark>whose</mark> 강물`)
	page := s.get(s.signIn(s.Dani), "/search?q="+url.QueryEscape("강")).mustBe(http.StatusOK)
	page.mustSay(
		`&lt;script&gt;alert(&#34;<mark>강</mark>&#34;)&lt;/script&gt; &amp; &lt;mark&gt;whose&lt;/mark&gt; <mark>강</mark>물`,
		`href="/comments/`+string(id)+`"`, `value="강"`,
	)
	page.mustNotSay("<script>alert")
	s.get(s.signIn(s.Dani), "/search?q="+url.QueryEscape(`"><img src=x onerror=alert(1)>`)).mustBe(http.StatusOK).mustNotSay("<img")
}

func TestASearchSaysWhatIsWrongWithIt(t *testing.T) {
	s := open(t)
	session := s.signIn(s.Dani)
	s.get(session, "/search").mustBe(http.StatusOK).mustSay("Words to look for").mustNotSay("Nothing was found")
	s.get(session, "/search?q=nowhere").mustBe(http.StatusOK).mustSay("Nothing was found")
	s.get(session, "/search?q=nowhere&mine=on").mustBe(http.StatusOK).mustSay("Search everything I may read")
	s.get(session, "/search?q=").mustBe(http.StatusUnprocessableEntity).mustSay("Type the words")
	s.get(session, "/search?q=a").mustBe(http.StatusUnprocessableEntity).mustSay("too little to look for", `value="a"`)
	s.get(session, "/search?q="+strings.Repeat("a", 101)).mustBe(http.StatusRequestEntityTooLarge).mustSay("101 characters, 100 is the most")
	s.get(session, "/search?q=whom&kind=everything").mustBe(http.StatusUnprocessableEntity).mustSay("no such kind")
	s.get(session, "/search?q=whom&after=yesterday!").mustBe(http.StatusUnprocessableEntity).mustSay("Search again from the beginning")
	s.get(session, "/search?q=%00").mustBe(http.StatusUnprocessableEntity)
	s.get("", "/search?q=whom").mustBe(http.StatusUnauthorized)
}

func TestASearchWhereOneMayNotReadLooksAsWhereNothingIs(t *testing.T) {
	s := open(t)
	for name, who := range map[string]app.Actor{"a stranger": s.Zoe, "an observer without leave": s.Olga, "the steward": s.Steward, "somebody in the circle": s.Sook} {
		session := s.signIn(who)
		for _, narrowed := range []string{"", "&kind=comment", "&mine=on", "&group=" + string(s.Group.ID)} {
			hidden := s.get(session, "/search?q=whom"+narrowed).mustBe(http.StatusOK)
			absent := s.get(session, "/search?q=xyzzy"+narrowed).mustBe(http.StatusOK)
			if strings.ReplaceAll(hidden.text, "whom", "xyzzy") != absent.text {
				t.Errorf("%s can tell that something is hidden (%s):\n%s", name, narrowed, hidden.text)
			}
		}
		s.get(session, "/search?q=whom&statement="+string(s.text.ID)).mustBe(http.StatusNotFound)
	}
}

func TestWhatSomebodyLooksForIsWrittenDownNowhere(t *testing.T) {
	s := open(t)
	for _, path := range []string{"/search?q=canary", "/search?q=c", "/api/v1/search?q=canary"} {
		answer := s.get(s.signIn(s.Dani), path)
		if policy := answer.Header.Get("Referrer-Policy"); policy != "no-referrer" {
			t.Errorf("%s: %q", path, policy)
		}
		if caching := answer.Header.Get("Cache-Control"); caching != "no-store" {
			t.Errorf("%s may be kept: %q", path, caching)
		}
		if _, after, _ := strings.Cut(answer.text, "<title>"); strings.HasPrefix(after, "canary") || strings.Contains(answer.Header.Get("Set-Cookie"), "canary") {
			t.Errorf("%s is in the title or in a cookie", path)
		}
	}
	if strings.Contains(s.log.String(), "canary") {
		t.Errorf("the log tells:\n%s", s.log)
	}
}

func TestWhoeverReadsATextIsOfferedToFindWordsInIt(t *testing.T) {
	s := open(t)
	minho := s.signIn(s.Minho)
	within := "/search?statement=" + string(s.text.ID)
	s.get(minho, s.page("")).mustBe(http.StatusOK).mustSay(`href="`+within+`"`, "Find in this text")
	s.get(minho, within).mustBe(http.StatusOK).mustSay(`name="statement" value="`+string(s.text.ID)+`"`, "Only in “"+s.text.Title+"”.")
	s.get(s.signIn(s.Zoe), within).mustBe(http.StatusNotFound)
}

func TestTheHeaderOffersASearchToWhoeverIsIn(t *testing.T) {
	s := open(t)
	s.get(s.signIn(s.Dani), "/me").mustBe(http.StatusOK).mustSay(`action="/search"`, `aria-label="Words to look for"`)
	s.get("", "/").mustBe(http.StatusOK).mustNotSay(`action="/search"`)
}
