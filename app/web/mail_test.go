package web

import (
	"net/http"
	"testing"
)

func TestAStewardSeesThatLettersWereGivenUpAndNobodyElseDoes(t *testing.T) {
	s := open(t)
	if _, err := s.Raw().Exec(`INSERT INTO letter_failures (id, kind, day, tries, refused) VALUES ('one', 'news', 1772409600000, 1, TRUE), ('two', 'news', 1772323200000, 9, FALSE)`); err != nil {
		t.Fatal(err)
	}
	s.do(s.request(s.signIn(s.Steward), http.MethodGet, "/mail/failures", nil)).mustBe(http.StatusOK).
		mustSay("The mail server refused it", "Tried once", "The mail server could not be reached", "Tried 9 times")
	s.do(s.request(s.signIn(s.Chioma), http.MethodGet, "/mail/failures", nil)).mustBe(http.StatusNotFound)
}
