package main

import (
	"fmt"
	"net/http"
	"net/url"
	"testing"
)

// found is what a search of the API answers.
type found struct {
	Items []struct {
		Kind, Title, Clause, Comment, Thread, Author string
		Excerpt                                      []struct {
			Text   string
			Marked bool
		}
	}
	Next string
}

func (s script) search(query string) found {
	s.t.Helper()
	var answer found
	s.call("GET", "/api/v1/search?"+query, nil).into(&answer)
	return answer
}

func TestWordsAreFoundSoonAfterTheyWereWrittenAndNotOnceTheyAreGone(t *testing.T) {
	eachDatabase(t, func(t *testing.T, flags []string) {
		forum := populate(t, append([]string{"--personas", "1", "--statements", "1"}, flags...)...)
		node := serve(t, flags...)
		s := script{t: t, base: node.URL, token: forum.Tokens[0]}
		cid, words := s.aClause(forum.Statements[0])
		clause := "/api/v1/statements/" + forum.Statements[0] + "/clauses/" + cid
		sought := "q=" + url.QueryEscape("새벽안개") + "&kind=clause"
		s.call("PATCH", clause, map[string]any{"base": words, "text": words + " 새벽안개가 걷힌다."}).succeeded()
		until(t, "the clause is found by its new words", func() bool { return len(s.search(sought).Items) == 1 })
		if hit := s.search(sought).Items[0]; hit.Clause != cid || hit.Kind != "clause" {
			t.Errorf("%+v", hit)
		}
		s.call("PATCH", clause, map[string]any{"base": words + " 새벽안개가 걷힌다.", "text": words}).succeeded()
		until(t, "the clause isn't found by words that are gone", func() bool { return len(s.search(sought).Items) == 0 })
	})
}

func TestAProgramGoesThroughAllPagesOfASearch(t *testing.T) {
	eachDatabase(t, func(t *testing.T, flags []string) {
		forum := populate(t, append([]string{"--personas", "1", "--statements", "1"}, flags...)...)
		node := serve(t, flags...)
		s := script{t: t, base: node.URL, token: forum.Tokens[0]}
		for i := range 5 {
			s.call("POST", "/api/v1/statements/"+forum.Statements[0]+"/threads", map[string]any{"comment": map[string]any{"body": fmt.Sprint("A Heron landed ", i)}}).succeeded()
		}
		seen := map[string]bool{}
		query := "q=HERON&limit=2"
		for pages := 1; ; pages++ {
			answer := s.search(query)
			for _, hit := range answer.Items {
				seen[hit.Comment] = true
				if len(hit.Excerpt) != 3 || hit.Excerpt[1].Text != "Heron" || !hit.Excerpt[1].Marked || hit.Thread == "" {
					t.Errorf("%+v", hit)
				}
			}
			if answer.Next == "" {
				if pages != 3 || len(seen) != 5 {
					t.Errorf("%d comments on %d pages", len(seen), pages)
				}
				break
			}
			query = "q=HERON&limit=2&after=" + answer.Next
		}
		if refused := s.call("GET", "/api/v1/search?q=a", nil); refused.status != http.StatusUnprocessableEntity {
			t.Errorf("%d %s", refused.status, refused.body)
		}
	})
}
