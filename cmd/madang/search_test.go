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

func TestTwoNodesIndexOneTextAndFindEachWordOnce(t *testing.T) {
	one, two, forum := twoNodes(t, startRedis(t))
	here, there := script{t: t, base: one.URL, token: forum.Tokens[0]}, script{t: t, base: two.URL, token: forum.Tokens[1]}
	statement := "/api/v1/statements/" + forum.Statements[0]
	typing := edit(t, one.URL, forum.Tokens[0], forum.Statements[0])
	typing.write(" 왜가리가 난다;")
	for i := range 10 {
		for name, s := range map[string]script{"one": here, "two": there} {
			s.call("POST", statement+"/threads", map[string]any{"comment": map[string]any{"body": fmt.Sprintf("물총새 %s %d", name, i)}}).succeeded()
		}
	}
	for _, s := range []script{here, there} {
		until(t, "the clause is found on either node", func() bool { return len(s.search("q="+url.QueryEscape("왜가리가")).Items) == 1 })
		seen := map[string]bool{}
		for _, hit := range s.search("q=" + url.QueryEscape("물총새")).Items {
			seen[hit.Comment] = true
		}
		if len(seen) != 20 {
			t.Errorf("%d of 20 comments are found", len(seen))
		}
	}
	one.kill()
	cid, words := there.aClause(forum.Statements[0])
	there.call("PATCH", statement+"/clauses/"+cid, map[string]any{"base": words, "text": words + " 두루미가 남았다."}).succeeded()
	until(t, "the node that is left goes on indexing", func() bool { return len(there.search("q="+url.QueryEscape("두루미가")).Items) == 1 })
}
