package web

import (
	"fmt"
	"html"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"madang/app"
	"madang/app/thread"
)

var (
	question = regexp.MustCompile(`Question \d{4}`)
	nextPart = regexp.MustCompile(`href="([^"]+)" rel="next"`)
)

func TestATextWithAThousandThreadsIsReadInParts(t *testing.T) {
	s := open(t)
	for n := range 1000 {
		_, _, err := s.server.threads.Open(t.Context(), s.Minho, thread.NewThread{
			ID: app.NewID(), Comment: app.NewID(), Statement: s.text.ID, Pick: thread.Pick{Clause: s.clause}, Body: fmt.Sprintf("Question %04d: who is meant?", n),
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	minho := s.signIn(s.Minho)
	for _, path := range []string{"", "/draft"} {
		page := s.get(minho, s.page(path)).mustBe(http.StatusOK).mustSay("There is more than fits here", `href="`+s.page("/threads")+`"`)
		if found := len(question.FindAllString(page.text, -1)); found > 2*maxBeside { // beside the text, and below the clause for phones
			t.Errorf("%q shows %d questions", path, found)
		}
	}
	for _, path := range []string{"/threads?sort=oldest&state=all", "/clauses/" + s.clause} {
		seen := map[string]int{}
		for at, parts := s.page(path), 0; at != ""; parts++ {
			page := s.get(minho, at).mustBe(http.StatusOK)
			found := question.FindAllString(page.text, -1)
			if len(found) > maxListed || len(page.text) > 100_000 || parts > 10 {
				t.Fatalf("part %d of %s has %d questions in %d bytes", parts, path, len(found), len(page.text))
			}
			for _, one := range found {
				seen[one]++
			}
			at = ""
			if next := nextPart.FindStringSubmatch(page.text); next != nil {
				at, _, _ = strings.Cut(html.UnescapeString(next[1]), "#")
			}
		}
		for n := range 1000 {
			if one := fmt.Sprintf("Question %04d", n); seen[one] != 1 {
				t.Errorf("%s shows %q %d times", path, one, seen[one])
			}
		}
	}
}
