package web

import (
	"bytes"
	"encoding/xml"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"madang/app"
	"madang/app/notice"
	"madang/app/statement"
	"madang/app/thread"
)

// readFeed is what a strict reader makes of a feed.
func readFeed(t *testing.T, text string) (f struct {
	XMLName xml.Name
	ID      string `xml:"id"`
	Title   string `xml:"title"`
	Updated string `xml:"updated"`
	Entries []struct {
		ID      string `xml:"id"`
		Title   string `xml:"title"`
		Updated string `xml:"updated"`
		Author  string `xml:"author>name"`
		Links   []struct {
			Href string `xml:"href,attr"`
		} `xml:"link"`
	} `xml:"entry"`
}) {
	t.Helper()
	if err := xml.Unmarshal([]byte(text), &f); err != nil {
		t.Fatalf("%v:\n%s", err, text)
	}
	if f.XMLName.Space != "http://www.w3.org/2005/Atom" || f.XMLName.Local != "feed" || f.ID == "" || f.Title == "" {
		t.Errorf("%+v", f)
	}
	times := []string{f.Updated}
	for _, e := range f.Entries {
		times = append(times, e.Updated)
	}
	for _, at := range times {
		if _, err := time.Parse(time.RFC3339, at); err != nil {
			t.Error(err)
		}
	}
	return f
}

func TestNoTitleBreaksOutOfAFeed(t *testing.T) {
	hostile := []string{
		`</title><script>alert(1)</script>`, `]]><x xmlns="http://www.w3.org/1999/xhtml">`, `&nbsp; &#0; <!DOCTYPE x>`, `" onload="x`,
		"null \x00, bell \x07, half \xff, not a character \uffff", "물\u202egnirts", strings.Repeat("긴 ", 4000),
	}
	feed := newFeed("http://forum.test/x.atom?a&b", "http://forum.test/<x>", atomText{`en" x="`, hostile[0]})
	for _, title := range hostile {
		feed.add(time.Unix(1, 0), atomEntry{ID: title, Title: atomText{"ko", title}, Author: &atomPerson{title}, Links: []atomLink{{"alternate", title}}})
	}
	server := fiber.New()
	server.Get("/", func(c *fiber.Ctx) error { return sendFeed(c, feed) })
	res, err := server.Test(httptest.NewRequest(http.MethodGet, "/", nil))
	if err != nil {
		t.Fatal(err)
	}
	text, _ := io.ReadAll(res.Body)
	got := readFeed(t, string(text))
	if len(got.Entries) != len(hostile) {
		t.Fatalf("%d entries", len(got.Entries))
	}
	unwritable := strings.NewReplacer("\x00", "\ufffd", "\x07", "\ufffd", "\uffff", "\ufffd", "\xff", "\ufffd")
	for i, e := range got.Entries {
		want := unwritable.Replace(hostile[i])
		if e.Title != want || e.Author != want || e.Links[0].Href != want {
			t.Errorf("%q became %q", hostile[i], e.Title)
		}
	}
	if bytes.Contains(text, []byte("<script")) {
		t.Error("a script is in the feed")
	}
}

// feedOf lets somebody make a feed by the form, and returns its path.
func (s *site) feedOf(session string, fields ...string) string {
	s.t.Helper()
	made := s.post(session, "/notices/feed", fields...)
	made.leadsTo()
	cookie, _ := made.cookie(feedCookie)
	r := s.request(session, http.MethodGet, "/notices/feed", nil)
	r.AddCookie(&http.Cookie{Name: feedCookie, Value: cookie})
	page := s.do(r).mustBe(http.StatusOK)
	address := regexp.MustCompile(`value="http://forum.test(/feeds/[A-Z2-7]{52})"`).FindStringSubmatch(page.text)
	if address == nil {
		s.t.Fatalf("no address is on the page:\n%s", page.text)
	}
	return address[1]
}

func TestAFeedIsReadWithoutACookieAndKeptByNobodyElse(t *testing.T) {
	s := open(t)
	if err := s.server.notices.Follow(t.Context(), s.Eun, notice.Target{Statement: s.text.ID, Kind: notice.Statement}); err != nil {
		t.Fatal(err)
	}
	if err := s.server.statements.Rename(t.Context(), s.Dani, s.text.ID, "Rivers <b>& lakes</b>"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.server.threads.Post(t.Context(), s.Minho, thread.NewComment{ID: app.NewID(), Thread: s.talk.ID, Body: "A secret word."}); err != nil {
		t.Fatal(err)
	}
	eun := s.signIn(s.Eun)
	path := s.feedOf(eun)
	res := s.get("", path).mustBe(http.StatusOK).mustNotSay("secret", "Minho", "민호", path)
	feed := readFeed(t, res.text)
	if len(feed.Entries) != 1 || feed.Entries[0].Title != "Rivers <b>& lakes</b> · A new comment" || !strings.HasPrefix(feed.Entries[0].Links[0].Href, "http://forum.test/comments/") {
		t.Errorf("%+v", feed)
	}
	for header, want := range map[string]string{"Cache-Control": "private, no-cache", "Referrer-Policy": "no-referrer", "Set-Cookie": "", "Content-Type": "application/atom+xml; charset=utf-8", "X-Robots-Tag": "noindex"} {
		if got := res.Header.Get(header); got != want {
			t.Errorf("%s is %q", header, got)
		}
	}
	again := s.request("", http.MethodGet, path, nil)
	again.Header.Set("If-None-Match", `"other", W/`+res.Header.Get("ETag"))
	s.do(again).mustBe(http.StatusNotModified)
	if _, err := s.server.threads.Post(t.Context(), s.Minho, thread.NewComment{ID: app.NewID(), Thread: s.talk.ID, Body: "More."}); err != nil {
		t.Fatal(err)
	}
	s.do(again).mustBe(http.StatusOK)

	s.get("", "/notices/feed").mustBe(http.StatusUnauthorized)
	s.get(eun, "/notices/feed").mustBe(http.StatusOK).mustNotSay(path) // without the cookie of its making
	s.post(eun, "/notices/feed/revocations").leadsTo()
	s.get("", path).mustBe(http.StatusNotFound)
	s.get("", "/feeds/x").mustBe(http.StatusNotFound)
	if strings.Contains(s.log.String(), strings.TrimPrefix(path, "/feeds/")) {
		t.Error("the log tells the address")
	}
}

func TestTheFeedOfASensitiveGroupNamesNoTitle(t *testing.T) {
	s := open(t)
	made, err := s.server.statements.Create(t.Context(), s.Sook, statement.NewStatement{ID: app.NewID(), Group: s.Circle.ID, Title: "What we saw", Lang: "en", Markdown: []byte("1. All of it.\n")})
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.server.threads.Open(t.Context(), s.Hana, thread.NewThread{
		ID: app.NewID(), Comment: app.NewID(), Statement: made.ID, Pick: thread.Pick{Clause: s.draft.texts[made.ID].Doc.Blocks[0].CID}, Body: "And more.",
	}); err != nil {
		t.Fatal(err)
	}
	sook := s.signIn(s.Sook)
	s.get(sook, "/notices/feed").mustBe(http.StatusOK).mustSay("may be in danger", "data-exit")
	s.post(sook, "/notices/feed").mustBe(http.StatusUnprocessableEntity).mustSay("No feed was made")
	path := s.feedOf(sook, "aware", "yes")
	feed := readFeed(t, s.get("", path).mustBe(http.StatusOK).mustNotSay("What we saw").text)
	if len(feed.Entries) != 1 || feed.Entries[0].Title != "A new thread" {
		t.Errorf("%+v", feed)
	}

	// Whoever didn't say so when they made one hears nothing of a group that becomes sensitive.
	if _, err := s.Raw().Exec(`UPDATE feeds SET aware = FALSE`); err != nil {
		t.Fatal(err)
	}
	s.get("", path).mustBe(http.StatusNotFound)
}

func TestAnybodyIsToldOfVersionsThatAreBeforeThePublicAndOfNoOthers(t *testing.T) {
	s := open(t)
	docket := s.announce(s.docketText())
	edit := statement.ClauseEdit{ID: app.NewID(), CID: s.clause, Base: "The water belongs to all.", Text: "The water belongs to nobody."}
	if _, err := s.server.statements.EditClause(t.Context(), s.Eun, s.text.ID, edit); err != nil {
		t.Fatal(err)
	}
	if _, err := s.server.statements.MakeVersion(t.Context(), s.Eun, s.text.ID, statement.NewVersion{ID: app.NewID(), Label: "Only among us"}); err != nil {
		t.Fatal(err)
	}
	at := "/consultations/" + string(docket)
	s.get("", at).mustBe(http.StatusOK).mustSay(at + "/versions.atom")
	feed := readFeed(t, s.get("", at+"/versions.atom").mustBe(http.StatusOK).mustNotSay("Only among us", string(s.text.ID)).text)
	if len(feed.Entries) != 1 || feed.Entries[0].Title != "Rivers" || feed.Entries[0].Links[0].Href != "http://forum.test"+at+"/text" {
		t.Errorf("%+v", feed)
	}
	draft := app.NewID()
	if _, err := s.server.consultations.Create(t.Context(), s.Chioma, s.Group.ID, draft, s.docketText()); err != nil {
		t.Fatal(err)
	}
	s.get("", "/consultations/"+string(draft)+"/versions.atom").mustBe(http.StatusNotFound)
}
